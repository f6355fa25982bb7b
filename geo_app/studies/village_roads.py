"""Villages reached by a hardened motor road: computed from the map, beside what is reported."""

from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.analysis.coverage import REASONS, Roads, anchored
from geo_app.analysis.network import nearest_edges
from geo_app.domain.result import Chart, Comparison, Notice, Picture, Table, first_row
from geo_app.domain.text import Bilingual
from geo_app.studies.drawing import by_class
from geo_app.studies.result import Result
from geo_app.studies.roads import SURFACES, faults
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.targets import target_value
from geo_app.studies.village_tables import (
    OTHER_COLUMNS,
    REASON_COLUMNS,
    REASON_STYLES,
    VILLAGE_COLUMNS,
    WORK_COLUMNS,
    ZONE_COLUMNS,
)
from geo_app.studies.villages import ACCESS_PARAMETERS, VillageAccess, lonlat, village_access
from geo_app.studies.zones import Zones, read_zones

SDG_M = 2_000.0
"""SDG 9.1.1 counts people within 2 km of an all-season road."""
RURAL_CLASSES = ("xa", "thon")

DEFINITION = Bilingual(
    "Tỷ lệ thôn có đường ô tô đến trung tâm thôn được cứng hóa (Kế hoạch, mục III.2.4): số thôn có "
    "đường cứng hóa, đủ bề rộng cho ô tô, đi qua trong bán kính đã chọn của điểm trung tâm thôn và "
    "nối liền bằng đường cứng hóa tới mốc nối, chia cho số thôn (không gồm tổ dân phố). Số chính "
    "thức là sổ báo cáo của xã (thôn, có hoặc không); kết quả tính từ bản đồ chỉ để đối chiếu. Đây "
    "không phải tiêu chí nông thôn mới (tỷ lệ km) và không phải SDG 9.1.1 (dân số trong 2 km).",
    "Share of villages with a hardened motor road to the village centre (the plan, III.2.4): "
    "villages with a hardened road, wide enough for a car, passing within the chosen distance of "
    "the village centre and connected by hardened road to the anchor, over all villages (thôn; "
    "urban neighbourhoods not counted). The official figure is the communes' register (village, "
    "yes or no); what is computed from the map only checks it. It is neither the new-rural "
    "criterion (% of km) nor SDG 9.1.1 (people within 2 km).",
)
EXPLANATION = Bilingual(
    "Trên bản đồ, đường cứng hóa đến được {reached:,} trong {total:,} thôn ({pct:.2f} %); nối các "
    "chỗ hở đến {join:g} m thì được {joined:,} ({joined_pct:.2f} %). Xã báo cáo {reported:,} thôn "
    "đạt ({reported_pct:.2f} %). {apart:,} thôn có kết quả tính khác với báo cáo.",
    "On the map hardened roads reach {reached:,} of {total:,} villages ({pct:.2f} %); with gaps of "
    "up to {join:g} m closed, {joined:,} ({joined_pct:.2f} %). The communes report {reported:,} "
    "villages ({reported_pct:.2f} %). For {apart:,} villages computed and reported differ.",
)


def _compute(run: Run) -> Result:
    zones = read_zones(run.inputs, run["zones"])
    access = village_access(run, zones)
    villages = _villages(access, zones)
    rows = _by_zone(villages, zones)
    totals = first_row(_sums(villages))
    missed = villages[~villages["reached"]]
    work = villages[villages["apart"]]
    goal = target_value(run.inputs.ws, run["target"])
    return run.result(
        tables=(
            Table("zones", zones.layer.title, ZONE_COLUMNS, rows),
            Table("reasons", Bilingual("Vì sao", "Why"), REASON_COLUMNS, _reasons(villages)),
            _listing(
                "missed", "Thôn chưa đến được", "Villages not reached", VILLAGE_COLUMNS, missed
            ),
            _listing(
                "worklist",
                "Báo cáo khác bản đồ: việc cần kiểm tra",
                "Report and map differ: to be checked",
                WORK_COLUMNS,
                work,
            ),
            _others(run, access),
        ),
        totals=totals,
        total_fields=ZONE_COLUMNS[2:],
        definition=DEFINITION,
        explanation=_explanation(run, totals),
        warnings=(*access.notices, *_notices(run, totals)),
        comparisons=_comparisons(run, totals),
        charts=(_chart(goal),),
        pictures=(_picture(villages),),
    )


def _villages(access: VillageAccess, zones: Zones) -> gpd.GeoDataFrame:
    """Add what the tables show: the zone's name, kilometres, and where the map differs."""
    frame = access.frame.copy()
    names = zones.frame["zone_name"].reindex(frame["zone"]).to_numpy()
    frame["zone_name"] = pd.Series(names, frame.index)
    frame["missing_km"] = frame["missing_m"] / 1_000
    spots = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(frame["nearest_x"], frame["nearest_y"]), crs=frame.crs
    )
    frame["nearest_lon"], frame["nearest_lat"] = lonlat(spots)
    frame["computed"] = frame["reached"]
    frame["apart"] = (frame["reported"] != frame["reached"]).fillna(False).astype(bool)
    frame["cause"] = frame["reason"]
    return frame


def _by_zone(villages: gpd.GeoDataFrame, zones: Zones) -> pd.DataFrame:
    sums = _sums(villages, by="zone").reindex(zones.frame.index)
    counts = [each.name for each in ZONE_COLUMNS[2:] if each.type == "integer"]
    sums[counts] = sums[counts].fillna(0).astype("int64")
    sums["missing_km"] = sums["missing_km"].fillna(0.0)
    return zones.labels.join(sums)


def _sums(villages: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count the villages, all together or by a column; the shares are of all villages."""
    counted = pd.DataFrame(
        {
            "villages": 1,
            "reached": villages["reached"].astype(int),
            "joined": villages["reached_joined"].astype(int),
            "reported": villages["reported"].fillna(False).astype(int),
            "unreported": villages["reported"].isna().astype(int),
            "without_point": villages.geometry.isna().astype(int),
            "apart": villages["apart"].astype(int),
            "missing_km": villages["missing_km"],
            "zone": villages["zone"] if by else 0,
        }
    )
    sums = counted.groupby("zone").sum()
    for name in ("reached", "joined", "reported"):
        sums[f"{name}_pct"] = 100 * sums[name] / sums["villages"]
    if by is None:
        sums.index = pd.Index([0])
    known = sums["unreported"] < sums["villages"]
    sums["reported_pct"] = sums["reported_pct"].where(known)
    return sums[[each.name for each in ZONE_COLUMNS[2:]]]


def _reasons(villages: pd.DataFrame) -> pd.DataFrame:
    counts = villages["reason"].value_counts().reindex(REASONS, fill_value=0)
    rows = counts.rename("villages").rename_axis("reason").reset_index()
    return rows[rows["villages"] > 0].reset_index(drop=True)


def _listing(name: str, vi: str, en: str, fields: tuple[Any, ...], rows: pd.DataFrame) -> Table:
    shown = pd.DataFrame(rows[[each.name for each in fields]])
    return Table(name, Bilingual(vi, en), fields, shown.reset_index(drop=True))


def _others(run: Run, access: VillageAccess) -> Table:
    """Return the indicators that are often mistaken for this one, each by its own rule."""
    rows = [_new_rural(access), _sdg(run, access), _centres(run, access)]
    frame = pd.DataFrame(rows, columns=["indicator", "part", "whole", "unit"])
    frame["share_pct"] = 100 * frame["part"] / frame["whole"].where(frame["whole"] > 0)
    title = Bilingual("Chỉ tiêu khác, không được lẫn", "Other indicators, not to be mixed up")
    return Table("others", title, OTHER_COLUMNS, frame)


def _new_rural(access: VillageAccess) -> tuple[str, float, float, str]:
    net = access.roads.network
    rural = access.network.classes.isin(RURAL_CLASSES).to_numpy()
    hardened = rural & np.isin(access.roads.fault, ["", "too_narrow", "width_unknown"])
    return (
        "new_rural",
        float(net.length_m[hardened].sum() / 1_000),
        float(net.length_m[rural].sum() / 1_000),
        "km",
    )


def _sdg(run: Run, access: VillageAccess) -> tuple[str, float, float, str]:
    fault = faults(run, access.network, surfaces=run["all_season"])
    found = nearest_edges(
        access.roads.network,
        access.frame.geometry.to_numpy(),
        within_m=SDG_M,
        usable=np.asarray(fault == ""),
    )
    people = access.frame["population"]
    near = people.iloc[found["point"].to_numpy(dtype=np.int64)]
    return "sdg", float(near.sum()), float(people.sum()), "people"


def _centres(run: Run, access: VillageAccess) -> tuple[str, float, float, str]:
    """Count the commune centres that paved roads join to the national and provincial network."""
    net = access.roads.network
    trunk = access.network.edges_of(run["trunk"])
    nodes = np.unique(np.concatenate([net.u[trunk], net.v[trunk]]))
    paved = Roads(net, faults(run, access.network, surfaces=run["paved"]), nodes)
    centres = run.inputs.features(run["centres"], kinds=["point"]).geometry.to_numpy()
    edges = paved.reached_edges()
    reached = sum(
        len(anchored(net, edges, centres[[each]], within_m=run["snap_m"])) > 0
        for each in range(len(centres))
    )
    return "centres", float(reached), float(len(centres)), "communes"


def _explanation(run: Run, totals: dict[str, Any]) -> Bilingual:
    return EXPLANATION.filled(
        reached=int(totals["reached"]),
        total=int(totals["villages"]),
        pct=totals["reached_pct"],
        join=run["join_m"],
        joined=int(totals["joined"]),
        joined_pct=totals["joined_pct"],
        reported=int(totals["reported"]),
        reported_pct=totals["reported_pct"],
        apart=int(totals["apart"]),
    )


def _notices(run: Run, totals: dict[str, Any]) -> list[Notice]:
    notices = []
    expected = int(run["village_count"])
    if expected and expected != totals["villages"]:
        text = Bilingual(
            "Lớp có {found:,} thôn, danh sách chính thức có {expected:,}: mẫu số khác với mẫu số "
            "của kế hoạch.",
            "The layer has {found:,} villages, the official list {expected:,}: the denominator is "
            "not the plan's.",
        )
        filled = text.filled(found=int(totals["villages"]), expected=expected)
        notices.append(Notice("village_count", filled))
    if totals["unreported"]:
        text = Bilingual(
            "{count:,} thôn chưa có báo cáo: không tính là đạt trong số báo cáo.",
            "{count:,} villages are not reported on: they do not count as reported.",
        )
        notices.append(Notice("unreported", text.filled(count=int(totals["unreported"]))))
    closed = int(totals["joined"] - totals["reached"])
    if closed:
        text = Bilingual(
            "{count:,} thôn chỉ đến được khi nối các chỗ hở của bản đồ: cần kiểm tra từng chỗ.",
            "{count:,} villages are reached only once gaps of the map are closed: each is to be "
            "checked.",
        )
        notices.append(Notice("gaps_closed", text.filled(count=closed)))
    return notices


def _comparisons(run: Run, totals: dict[str, Any]) -> tuple[Comparison, ...]:
    plan = run.inputs.ws.plan
    known = not pd.isna(totals["reported_pct"])
    reported = float(totals["reported_pct"]) if known else None
    by_register = Bilingual("{title} – số báo cáo", "{title} – reported")
    by_map = Bilingual("{title} – tính", "{title} – computed")
    found = []
    for name in filter(None, (run["target_before"], run["target"])):
        target = plan.target(name)
        goal, source = target.value, target.source
        title = by_register.filled(title=target.title)
        found.append(Comparison(title, reported, goal, "pct", source, "reported", name))
        title = by_map.filled(title=target.title)
        found.append(
            Comparison(title, totals["reached_pct"], goal, "pct", source, "computed", name)
        )
    return tuple(found)


def _chart(goal: float) -> Chart:
    title = Bilingual("Thôn có đường cứng hóa đến trung tâm, %", "Villages with a hardened road, %")
    lines = ((Bilingual("Chỉ tiêu {goal:g} %", "Target {goal:g} %").filled(goal=goal), goal),)
    return Chart("bars", title, "zones", "zone_name", ("reached_pct", "reported_pct"), lines=lines)


def _picture(villages: gpd.GeoDataFrame) -> Picture:
    fields = (*VILLAGE_COLUMNS[:6], WORK_COLUMNS[3])
    title = Bilingual("Đường cứng hóa đến thôn (tính)", "Hardened road to the village (computed)")
    return by_class("village_roads", title, "point", villages, fields, "reason", REASON_STYLES)


village_roads = Study(
    name="village-roads",
    title=Bilingual("Đường cứng hóa đến thôn", "Hardened roads to villages"),
    summary=Bilingual(
        "Tỷ lệ thôn có đường ô tô cứng hóa đến trung tâm: tính từ bản đồ, đặt cạnh số xã báo cáo, "
        "và danh sách cần kiểm tra.",
        "Share of villages with a hardened motor road to the centre: computed from the map, beside "
        "what the communes report, with a worklist.",
    ),
    parameters=(
        *ACCESS_PARAMETERS,
        Parameter(
            "all_season",
            "choices",
            ("btn", "nhua", "btxm", "gach", "da_dam", "cap_phoi"),
            Bilingual("Mặt đường đi được quanh năm", "All-season surfaces"),
            Bilingual("Cho chỉ tiêu SDG 9.1.1.", "For SDG 9.1.1."),
            options=SURFACES,
        ),
        Parameter(
            "paved",
            "choices",
            ("btn", "nhua", "btxm"),
            Bilingual("Mặt đường nhựa, bê tông", "Asphalt and concrete surfaces"),
            Bilingual("Cho đường đến trung tâm xã.", "For roads to commune centres."),
            options=SURFACES,
        ),
        Parameter(
            "village_count",
            "number",
            0.0,
            Bilingual("Số thôn theo danh sách chính thức", "Villages on the official list"),
            Bilingual("0: chưa biết.", "0: not known."),
            least=0,
            most=100_000,
        ),
        Parameter(
            "target_before",
            "text",
            "t_thon_duong_80",
            Bilingual("Chỉ tiêu chặng đầu", "Earlier target"),
            Bilingual("Mã chỉ tiêu trong kế hoạch.", "Id of the plan's target."),
        ),
        Parameter(
            "target",
            "text",
            "t_thon_duong_100",
            Bilingual("Chỉ tiêu", "Target"),
            Bilingual("Mã chỉ tiêu trong kế hoạch.", "Id of the plan's target."),
        ),
    ),
    compute=_compute,
)
