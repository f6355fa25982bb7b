"""What to build first: the stretches that connect the villages hardened roads do not reach."""

from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from geo_app.analysis.coverage import healed
from geo_app.analysis.hardening import HardeningPlan, plan_hardening
from geo_app.analysis.network import Floats
from geo_app.domain.layer import Style
from geo_app.domain.result import Chart, Notice, Picture, Table, column
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.drawing import by_class
from geo_app.studies.result import Result
from geo_app.studies.roads import SURFACES
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.village_tables import REASON_TITLES
from geo_app.studies.villages import ACCESS_PARAMETERS, VillageAccess, village_access
from geo_app.studies.zones import read_zones

ANY = "*"
"""Price of a surface that is not named."""

DEFINITION = Bilingual(
    "Các đoạn đường hiện có cần cứng hóa để nối mọi thôn chưa đến được với mạng cứng hóa, sao cho "
    "tổng chiều dài (hoặc kinh phí) nhỏ: bài toán cây Steiner, giải gần đúng (đường ngắn nhất từ "
    "nhiều gốc rồi cải thiện cục bộ); chặn dưới đã chứng minh cho biết kết quả cách tối ưu nhiều "
    "nhất bao nhiêu. Thứ tự: mỗi bước chọn phần nối được nhiều thôn nhất trên mỗi km. Không xét "
    "địa hình, cầu cống, giải phóng mặt bằng và đường mở mới; con số để so sánh, không phải dự "
    "toán.",
    "Stretches of existing road whose hardening connects every village not yet reached to the "
    "hardened network at little total length (or cost): a Steiner tree problem, solved "
    "approximately (shortest paths from several starts, then local improvement); a proven lower "
    "bound tells how far from the optimum it can be at most. Order: each step takes the part that "
    "connects most villages per km. Terrain, bridges, land and new roads are ignored; the figures "
    "are for comparison, not an estimate of cost.",
)
EXPLANATION = Bilingual(
    "Cứng hóa {km:,.1f} km nối thêm {connected:,} trong {missing:,} thôn chưa đến được; {share:g} "
    "% đầu tiên ({first_km:,.1f} km) nối {first_pct:.1f} % số đó. Không cách nào dùng ít hơn "
    "{bound:,.1f} km: kết quả nhiều hơn tối ưu không quá {over:.1f} %.",
    "Hardening {km:,.1f} km connects {connected:,} of the {missing:,} villages not reached; the "
    "first {share:g} % ({first_km:,.1f} km) connect {first_pct:.1f} % of them. No choice needs "
    "less than {bound:,.1f} km: this one is at most {over:.1f} % above the optimum.",
)
EXPLANATION_PRICE = Bilingual(
    "Cứng hóa {km:,.1f} km ({price:,.1f} tỷ đồng) nối thêm {connected:,} trong {missing:,} thôn "
    "chưa đến được; {share:g} % kinh phí đầu tiên nối {first_pct:.1f} % số đó. Kết quả nhiều hơn "
    "tối ưu không quá {over:.1f} %.",
    "Hardening {km:,.1f} km ({price:,.1f} billion VND) connects {connected:,} of the {missing:,} "
    "villages not reached; the first {share:g} % of the money connect {first_pct:.1f} % of them. "
    "This is at most {over:.1f} % above the optimum.",
)
FIRST_PCT = 25.0

STAGE_COLUMNS = (
    column("stage", "Bước", "Stage", kind="integer"),
    column("villages", "Thôn nối thêm", "Villages connected", kind="integer"),
    column("km", "Chiều dài", "Length", unit="km"),
    column("villages_per_km", "Thôn trên km", "Villages per km"),
    column("cumulative_km", "Cộng dồn", "Cumulative length", unit="km"),
    column("cumulative_villages", "Thôn cộng dồn", "Villages so far", kind="integer"),
    column("cumulative_pct", "Phần thôn đã nối", "Villages connected so far", unit="pct"),
    column("names", "Các thôn", "The villages", kind="text"),
)
PRICE_COLUMNS = (
    column("price_bn", "Kinh phí (tỷ đồng)", "Cost (billion VND)"),
    column("cumulative_price_bn", "Kinh phí cộng dồn (tỷ đồng)", "Cumulative cost (billion VND)"),
)
PERIODS = {
    "first": Bilingual("Phần tư đầu số km", "First quarter of the km"),
    "second": Bilingual("Phần tư thứ hai", "Second quarter"),
    "third": Bilingual("Phần tư thứ ba", "Third quarter"),
    "last": Bilingual("Phần tư cuối", "Last quarter"),
}
STRETCH_COLUMNS = (
    column("stage", "Bước", "Stage", kind="integer"),
    column("road_name", "Đường", "Road", kind="text"),
    column("surface", "Mặt đường hiện nay", "Surface now", kind="text", values=SURFACES),
    column("fault", "Cần vì", "Needed because", kind="text", values=REASON_TITLES),
    column("km", "Chiều dài", "Length", unit="km"),
    column("period", "Thứ tự", "Order", kind="text", values=PERIODS),
)
LEFT_COLUMNS = (
    column("village_code", "Mã thôn", "Village code", kind="text"),
    column("village_name", "Thôn", "Village", kind="text"),
    column("reason", "Lý do", "Reason", kind="text", values=REASON_TITLES),
)
TOTAL_COLUMNS = (
    column("missing_villages", "Thôn chưa đến được", "Villages not reached", kind="integer"),
    column("connected", "Nối được", "Connected by the plan", kind="integer"),
    column("left", "Không nối được trên mạng hiện có", "Not connectable", kind="integer"),
    column("km", "Cần cứng hóa", "To harden", unit="km"),
    column("bound_km", "Chặn dưới", "Lower bound", unit="km"),
    column("over_pct", "Cách tối ưu nhiều nhất", "Above the optimum at most", unit="pct"),
    column("first_km", "25 % đầu", "First 25 %", unit="km"),
    column("first_pct", "25 % đầu nối được", "Connected by the first 25 %", unit="pct"),
)
_STYLES = {
    "first": Style(color="#8a1f14", width=4.0),
    "second": Style(color="#c9612f", width=3.4),
    "third": Style(color="#dba24a", width=2.8),
    "last": Style(color="#8fa3a0", width=2.4),
}


def _compute(run: Run) -> Result:
    zones = read_zones(run.inputs, run["zones"])
    access = village_access(run, zones)
    missed = access.frame[~access.frame["reached_joined"]].reset_index(drop=True)
    roads, _ = healed(access.roads, join_m=run["join_m"])
    prices = _prices(run)
    per_m = _price_per_m(access, len(roads.fault), prices) if prices else None
    plan = plan_hardening(
        roads, missed.geometry.to_numpy(), within_m=run["snap_m"], price_per_m=per_m
    )
    rows = _stages(plan, missed, bool(prices))
    stretches = _stretches(plan, access)
    fields = STAGE_COLUMNS + (PRICE_COLUMNS if prices else ())
    totals = _totals(plan, missed, rows, bool(prices))
    total_fields = TOTAL_COLUMNS + ((PRICE_COLUMNS[0],) if prices else ())
    return run.result(
        tables=(
            Table("stages", Bilingual("Thứ tự xây dựng", "Order of building"), fields, rows),
            Table(
                "stretches",
                Bilingual("Các đoạn cần cứng hóa", "Stretches to harden"),
                STRETCH_COLUMNS,
                pd.DataFrame(stretches.drop(columns="geometry")),
            ),
            _left(plan, missed),
        ),
        totals=totals,
        total_fields=total_fields,
        definition=DEFINITION,
        explanation=_explanation(totals, bool(prices)),
        warnings=(*access.notices, *_notices(plan, stretches)),
        charts=(_chart(bool(prices)),),
        pictures=(_picture(stretches),),
    )


def _prices(run: Run) -> dict[str, float]:
    """Read ``dat=2.5,cap_phoi=1.8,*=2``: billion VND per km by surface of today."""
    prices = {}
    for part in filter(None, (each.strip() for each in run["prices"].split(","))):
        name, _, text = part.partition("=")
        try:
            prices[name.strip()] = float(text)
        except ValueError:
            prices[name.strip()] = -1.0
        if name.strip() not in (*SURFACES, ANY) or prices[name.strip()] < 0:
            message = (
                f"prices: found {part!r}; expected SURFACE=NUMBER (billion VND per km, decimal "
                f"point), surfaces: {', '.join(SURFACES)}, or {ANY} for all others"
            )
            raise DataError(
                message,
                vi=f"Đơn giá {part!r} không đúng; ghi MẶT=SỐ (tỷ đồng/km, dấu chấm), mặt: "
                f"{', '.join(SURFACES)}, hoặc {ANY} cho các mặt khác.",
            )
    if prices and ANY not in prices:
        message = f"prices: found {run['prices']!r}; expected also {ANY}=NUMBER for all others"
        raise DataError(message, vi=f"Đơn giá thiếu {ANY}=SỐ cho các mặt khác.")
    return prices


def _price_per_m(access: VillageAccess, edges: int, prices: dict[str, float]) -> Floats:
    """Return billion VND per metre of each edge; joining edges are like any other surface."""
    surface = access.network.records["surface"].reindex(range(edges))
    by_km = surface.map(prices).astype("float64").fillna(prices[ANY])
    per_m: Floats = np.asarray(by_km / 1_000, dtype=np.float64)
    return per_m


def _stages(plan: HardeningPlan, missed: pd.DataFrame, priced: bool) -> pd.DataFrame:
    found = plan.stages
    km = np.array([plan.network.length_m[each].sum() / 1_000 for each in found["edges"]])
    villages = found["places"].map(len).to_numpy(dtype=np.int64)
    names = missed["village_name"].to_numpy()
    rows = pd.DataFrame(
        {
            "stage": np.arange(1, len(found) + 1),
            "villages": villages,
            "km": km,
            "villages_per_km": villages / np.where(km > 0, km, np.nan),
            "cumulative_km": km.cumsum(),
            "cumulative_villages": villages.cumsum(),
            "cumulative_pct": 100 * villages.cumsum() / max(len(missed), 1),
            "names": ["; ".join(names[each]) for each in found["places"]],
        }
    )
    if priced:
        rows["price_bn"] = found["cost"].to_numpy()
        rows["cumulative_price_bn"] = found["cumulative_cost"].to_numpy()
    return rows


def _stretches(plan: HardeningPlan, access: VillageAccess) -> gpd.GeoDataFrame:
    """Return the stretches of the plan, one per road and stage, merged to one line each."""
    edges = np.concatenate([*plan.stages["edges"], np.zeros(0)]).astype(np.int64)
    stage = np.repeat(np.arange(1, len(plan.stages) + 1), plan.stages["edges"].map(len))
    records = access.network.records
    edge = plan.origin[edges]
    known = np.where(edge < len(records), edge, -1)
    parts = pd.DataFrame(
        {
            "stage": stage,
            "line": plan.network.line[edges],
            "road_name": records["name"].reindex(known).to_numpy(),
            "surface": records["surface"].reindex(known).to_numpy(),
            "fault": pd.Series(access.roads.fault).reindex(known).to_numpy(),
            "km": plan.network.length_m[edges] / 1_000,
            "shape": plan.network.shapes[edges],
        }
    )
    merged = parts.groupby(["stage", "line"], sort=True).agg(
        road_name=("road_name", "first"),
        surface=("surface", "first"),
        fault=("fault", "first"),
        km=("km", "sum"),
        shape=("shape", lambda each: shapely.line_merge(shapely.multilinestrings(list(each)))),
    )
    merged = merged.reset_index()
    ends = parts.groupby("stage")["km"].sum().cumsum()
    share = merged["stage"].map(ends) / max(float(ends.max()) if len(ends) else 0.0, 1e-9)
    names = list(PERIODS)
    merged["period"] = [names[min(int(4 * each - 1e-9), 3)] for each in share]
    columns = [each.name for each in STRETCH_COLUMNS]
    return gpd.GeoDataFrame(
        merged[columns], geometry=merged["shape"].to_numpy(), crs=access.frame.crs
    )


def _totals(
    plan: HardeningPlan, missed: pd.DataFrame, rows: pd.DataFrame, priced: bool
) -> dict[str, Any]:
    spent = "cumulative_price_bn" if priced else "cumulative_km"
    whole = float(rows[spent].iloc[-1]) if len(rows) else 0.0
    first = rows[rows[spent] <= whole * FIRST_PCT / 100]
    connected = int(rows["villages"].sum())
    bound = plan.tree.lower_bound
    totals = {
        "missing_villages": len(missed),
        "connected": connected,
        "left": len(missed) - connected,
        "km": float(rows["km"].sum()),
        "bound_km": np.nan if priced else bound / 1_000,
        "over_pct": 100 * (plan.tree.cost / bound - 1) if bound > 0 else 0.0,
        "first_km": float(first["km"].sum()),
        "first_pct": 100 * int(first["villages"].sum()) / max(len(missed), 1),
    }
    return {**totals, "price_bn": plan.tree.cost} if priced else totals


def _explanation(totals: dict[str, Any], priced: bool) -> Bilingual:
    text = EXPLANATION_PRICE if priced else EXPLANATION
    return text.filled(
        km=totals["km"],
        price=totals.get("price_bn", 0.0),
        connected=totals["connected"],
        missing=totals["missing_villages"],
        share=FIRST_PCT,
        first_km=totals["first_km"],
        first_pct=totals["first_pct"],
        bound=totals["bound_km"],
        over=totals["over_pct"],
    )


def _left(plan: HardeningPlan, missed: pd.DataFrame) -> Table:
    left = np.sort(np.concatenate([plan.off_road, plan.cut_off])).astype(np.int64)
    rows = pd.DataFrame(missed.iloc[left][[each.name for each in LEFT_COLUMNS]])
    title = Bilingual("Thôn không nối được trên mạng hiện có", "Villages no existing road connects")
    return Table("left", title, LEFT_COLUMNS, rows.reset_index(drop=True))


def _notices(plan: HardeningPlan, stretches: pd.DataFrame) -> list[Notice]:
    notices = []
    unsure = stretches[stretches["fault"].isin(["surface_unknown", "width_unknown"])]
    if len(unsure):
        text = Bilingual(
            "{km:,.1f} km trong đó chưa rõ mặt đường hoặc bề rộng: có thể đã đạt, cần khảo sát "
            "trước.",
            "{km:,.1f} km of it have no surface or width recorded: they may be good already; "
            "survey them first.",
        )
        notices.append(Notice("unknown_in_plan", text.filled(km=float(unsure["km"].sum()))))
    left = len(plan.off_road) + len(plan.cut_off)
    if left:
        text = Bilingual(
            "{count} thôn không nối được bằng đường hiện có: cần đường mới, hoặc bản đồ thiếu "
            "đường.",
            "{count} villages cannot be connected by existing roads: they need a new road, or "
            "the map lacks one.",
        )
        notices.append(Notice("not_connectable", text.filled(count=left)))
    return notices


def _chart(priced: bool) -> Chart:
    title = Bilingual("Số thôn nối được theo khối lượng", "Villages connected by what is built")
    spent = "cumulative_price_bn" if priced else "cumulative_km"
    return Chart("steps", title, "stages", spent, ("cumulative_villages",))


def _picture(stretches: gpd.GeoDataFrame) -> Picture:
    title = Bilingual("Đoạn cần cứng hóa, theo thứ tự", "Stretches to harden, in order")
    return by_class("road_hardening", title, "line", stretches, STRETCH_COLUMNS, "period", _STYLES)


road_hardening = Study(
    name="road-hardening",
    title=Bilingual("Cứng hóa đoạn nào trước", "Which roads to harden first"),
    summary=Bilingual(
        "Các đoạn đường ngắn nhất cần cứng hóa để mọi thôn có đường ô tô cứng hóa, xếp theo số "
        "thôn nối được trên mỗi km.",
        "The least length of road whose hardening reaches every village, in the order that "
        "connects most villages per km.",
    ),
    parameters=(
        *ACCESS_PARAMETERS,
        Parameter(
            "prices",
            "text",
            "",
            Bilingual("Suất đầu tư (tỷ đồng/km)", "Price (billion VND per km)"),
            Bilingual(
                "Theo mặt đường hiện nay, như dat=2.5,cap_phoi=1.8,*=2; bỏ trống: tính theo km.",
                "By today's surface, such as dat=2.5,cap_phoi=1.8,*=2; empty: least kilometres.",
            ),
        ),
    ),
    compute=_compute,
)
