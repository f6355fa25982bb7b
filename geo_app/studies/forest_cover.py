"""Forest cover by zone: three definitions side by side, and what is missing to the target."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.cover import (
    DENOMINATOR_TOLERANCE_PCT,
    cover_pct,
    gap_ha,
    largest_gap_pct,
)
from geo_app.analysis.overlay import shared_areas
from geo_app.domain.result import Chart, Comparison, Notice, Table, column, first_row
from geo_app.domain.text import Bilingual
from geo_app.studies.drawing import choropleth
from geo_app.studies.forest_areas import FORMED_CLASSES, measure_forest
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.targets import target_value
from geo_app.studies.zones import Zones, read_zones, zones_parameter

DEFINITION = Bilingual(
    "Tỷ lệ che phủ rừng (chính thức) = diện tích rừng đủ tiêu chí (không gồm rừng trồng chưa thành "
    "rừng) / diện tích tự nhiên công bố × 100, theo cách tính của các quyết định công bố hiện "
    "trạng rừng hằng năm (TT 33/2018/TT-BNNPTNT, sửa đổi bởi TT 16/2023). Hai cách khác đặt bên "
    "cạnh: mọi diện tích rừng kể cả chưa thành rừng trên diện tích tự nhiên; và rừng đủ tiêu chí "
    "trên diện tích đo từ hình vẽ.",
    "Forest cover (official) = forest that meets the criterion (planted forest not yet formed left "
    "out) / official natural area × 100, as the yearly decisions on the state of forest reckon it "
    "(Circular 33/2018/TT-BNNPTNT, amended by Circular 16/2023). Two others stand beside it: all "
    "forest, young plantations included, over the natural area; and forest that meets the "
    "criterion over the area of the polygons.",
)
EXPLANATION = Bilingual(
    "{formed:,.1f} ha rừng đủ tiêu chí trong {zones} đơn vị của lớp “{layer}”, trên {area:,.1f} ha "
    "diện tích tự nhiên công bố: {cover:.2f} %. Chỉ tiêu {target:g} % cần {needed:,.1f} ha, "
    "chênh {gap_points:.2f} điểm phần trăm hay {gap:,.1f} ha. Diện tích rừng lấy {source}.",
    "{formed:,.1f} ha of forest that meets the criterion in the {zones} zones of “{layer}”, over "
    "{area:,.1f} ha of official natural area: {cover:.2f} %. The target of {target:g} % needs "
    "{needed:,.1f} ha, a gap of {gap_points:.2f} points or {gap:,.1f} ha. Forest areas are "
    "{source}.",
)
ZONE_COLUMNS = (
    column("zone_code", "Mã", "Code", kind="text"),
    column("zone_name", "Đơn vị", "Zone", kind="text"),
    column("formed_ha", "Rừng đủ tiêu chí", "Forest meeting the criterion", unit="ha"),
    column("forest_ha", "Rừng, kể cả chưa thành rừng", "All forest", unit="ha"),
    column("official_ha", "Diện tích tự nhiên công bố", "Official natural area", unit="ha"),
    column("polygon_ha", "Diện tích hình vẽ", "Area of the polygon", unit="ha"),
    column("land_ha", "Đất không kể mặt nước", "Land without water", unit="ha"),
    column("cover_pct", "Che phủ (chính thức)", "Cover (official)", unit="pct"),
    column("all_forest_pct", "Mọi diện tích rừng", "All forest", unit="pct"),
    column("map_pct", "Theo hình vẽ", "By map geometry", unit="pct"),
    column(
        "gap_points_pct",
        "Còn thiếu đến chỉ tiêu (điểm)",
        "Missing to the target (points)",
        unit="pct",
    ),
    column("gap_ha", "Còn thiếu đến chỉ tiêu", "Missing to the target", unit="ha"),
    column("denominators_pct", "Chênh giữa các mẫu số", "Spread of denominators", unit="pct"),
)
BOUND_COLUMNS = (
    column("low_pct", "Cận dưới", "Lower bound", unit="pct"),
    column("high_pct", "Cận trên", "Upper bound", unit="pct"),
)
TOTAL_COLUMNS = ZONE_COLUMNS[2:]


def _compute(run: Run) -> Result:
    inputs = run.inputs
    zones = read_zones(inputs, run["zones"])
    measured = measure_forest(run, zones)
    land_ha, notices = _land_ha(run, zones)
    goal = target_value(inputs.ws, run["target"])
    rows = _shares(zones, measured.areas, land_ha, goal)
    totals = _totals(zones, measured.areas, land_ha, goal)
    bounds = BOUND_COLUMNS if "low_pct" in rows else ()
    fields = (*ZONE_COLUMNS, *bounds)
    return run.result(
        tables=(Table("zones", zones.layer.title, fields, rows), *measured.tables),
        totals=totals,
        total_fields=fields[2:],
        definition=DEFINITION,
        explanation=_explanation(zones, totals, goal, measured.source),
        warnings=(*measured.notices, *notices, *_denominator_notices(rows)),
        comparisons=_comparisons(run, totals),
        charts=(_chart(goal),),
        pictures=(_picture(zones, rows, fields, goal),),
    )


def _land_ha(run: Run, zones: Zones) -> tuple[pd.Series, list[Notice]]:
    """Return each zone's land without water; unknown where no layer of water areas is named."""
    if not run["water"]:
        text = Bilingual(
            "Mẫu số “đất không kể mặt nước” chưa biết: chưa có lớp vùng mặt nước.",
            "The denominator “land without water” is unknown: there is no layer of water areas.",
        )
        return pd.Series(np.nan, zones.frame.index), [Notice("no_water_layer", text)]
    surfaces = run.inputs.features(run["water"], kinds=["polygon"])
    shared = shared_areas(zones.frame, surfaces.reset_index(drop=True), executor=run.executor)
    wet_ha = shared.groupby("zone")["area_m2"].sum() / 10_000
    return zones.frame["polygon_ha"] - wet_ha.reindex(zones.frame.index, fill_value=0.0), []


def _shares(zones: Zones, areas: pd.DataFrame, land_ha: pd.Series, goal: float) -> pd.DataFrame:
    frame = zones.frame
    rows = zones.labels.assign(
        formed_ha=areas["formed_ha"],
        forest_ha=areas["forest_ha"],
        official_ha=frame["official_ha"],
        polygon_ha=frame["polygon_ha"],
        land_ha=land_ha,
        cover_pct=cover_pct(areas["formed_ha"], frame["official_ha"]),
        all_forest_pct=cover_pct(areas["forest_ha"], frame["official_ha"]),
        map_pct=cover_pct(areas["map_ha"], frame["polygon_ha"]),
        gap_ha=gap_ha(areas["formed_ha"], frame["official_ha"], goal),
        denominators_pct=largest_gap_pct([frame["official_ha"], frame["polygon_ha"], land_ha]),
    )
    rows["gap_points_pct"] = goal - rows["cover_pct"]
    if "low_ha" in areas:
        rows["low_pct"] = cover_pct(areas["low_ha"], frame["polygon_ha"]).clip(upper=100)
        rows["high_pct"] = cover_pct(areas["high_ha"], frame["polygon_ha"]).clip(upper=100)
    return rows


def _totals(zones: Zones, areas: pd.DataFrame, land_ha: pd.Series, goal: float) -> dict[str, Any]:
    """Return the figures of all zones together: sums first, then the shares of the sums."""
    whole = Zones(
        zones.layer,
        pd.DataFrame(
            {
                "zone_code": [""],
                "zone_name": [""],
                "official_ha": [zones.frame["official_ha"].sum(skipna=False)],
                "polygon_ha": [zones.frame["polygon_ha"].sum()],
            }
        ),
    )
    land = pd.Series([land_ha.sum(skipna=False)])
    return first_row(_shares(whole, areas.sum().to_frame().T, land, goal))


def _explanation(
    zones: Zones, totals: Mapping[str, Any], goal: float, source: Bilingual
) -> Bilingual:
    return EXPLANATION.filled(
        formed=totals["formed_ha"],
        zones=len(zones.frame),
        layer=zones.layer.title,
        area=totals["official_ha"],
        cover=totals["cover_pct"],
        target=goal,
        needed=totals["official_ha"] * goal / 100,
        gap_points=totals["gap_points_pct"],
        gap=totals["gap_ha"],
        source=source,
    )


def _denominator_notices(rows: pd.DataFrame) -> list[Notice]:
    notices = []
    unknown = int(rows["official_ha"].isna().sum())
    if unknown:
        text = Bilingual(
            "{count} đơn vị chưa có diện tích tự nhiên công bố: tỷ lệ chính thức của các đơn vị đó "
            "và của tổng là chưa biết.",
            "{count} zones have no official natural area: their official share, and the total's, "
            "is unknown.",
        )
        notices.append(Notice("area_unknown", text.filled(count=unknown)))
    apart = rows[rows["denominators_pct"] > DENOMINATOR_TOLERANCE_PCT]
    if len(apart):
        worst = apart.nlargest(1, "denominators_pct").iloc[0]
        text = Bilingual(
            "{count} đơn vị có các mẫu số chênh nhau quá {limit:g} %, nhiều nhất là {name} "
            "({most:.2f} %): tỷ lệ phụ thuộc mẫu số được chọn.",
            "In {count} zones the denominators differ by more than {limit:g} %, most in {name} "
            "({most:.2f} %): the share depends on which is taken.",
        )
        filled = text.filled(
            count=len(apart),
            limit=DENOMINATOR_TOLERANCE_PCT,
            name=worst["zone_name"],
            most=worst["denominators_pct"],
        )
        notices.append(Notice("denominators_differ", filled))
    return notices


def _comparisons(run: Run, totals: Mapping[str, Any]) -> tuple[Comparison, ...]:
    found = run.inputs.ws.plan.target(run["target"])
    value = totals["cover_pct"]
    known = None if pd.isna(value) else float(value)
    goal = Comparison(found.title, known, found.value, "pct", found.source, target=found.id)
    if found.baseline is None:
        return (goal,)
    base = found.baseline
    title = Bilingual(f"Số công bố năm {base.year}", f"Published figure of {base.year}")
    return (goal, Comparison(title, known, base.value, "pct", base.source))


def _chart(goal: float) -> Chart:
    title = Bilingual("Tỷ lệ che phủ rừng (chính thức), %", "Forest cover (official), %")
    line = (Bilingual("Chỉ tiêu {goal:g} %", "Target {goal:g} %").filled(goal=goal), goal)
    return Chart("bars", title, "zones", "zone_name", ("cover_pct",), lines=(line,))


def _picture(zones: Zones, rows: pd.DataFrame, fields: tuple[Any, ...], goal: float) -> Any:
    steps = sorted({goal - 30, goal - 20, goal - 10, goal, goal + 10})
    return choropleth(
        "forest_cover",
        Bilingual("Tỷ lệ che phủ rừng (chính thức)", "Forest cover (official)"),
        zones.frame[["geometry"]].join(rows),
        fields,
        "cover_pct",
        steps,
        colors=("#f4ecd8", "#dfe8b8", "#b9d48f", "#86b96a", "#4f9552", "#2f6b3c"),
    )


forest_cover = Study(
    name="forest-cover",
    title=Bilingual("Tỷ lệ che phủ rừng", "Forest cover"),
    summary=Bilingual(
        "Che phủ rừng theo xã, huyện cũ hoặc vùng bất kỳ, theo ba định nghĩa, và phần còn thiếu "
        "đến chỉ tiêu.",
        "Forest cover by commune, former district or any zone, in three definitions, and what is "
        "missing to the target.",
    ),
    parameters=(
        zones_parameter(),
        Parameter(
            "forest",
            "layer",
            "forest",
            Bilingual("Lớp rừng", "Forest layer"),
            Bilingual(
                "Lô rừng (vùng) hoặc ảnh phân loại.", "Forest blocks, or a classified raster."
            ),
            geometry=("polygon", "raster"),
        ),
        Parameter(
            "water",
            "layer",
            "",
            Bilingual("Lớp mặt nước", "Layer of water areas"),
            Bilingual(
                "Để tính đất không kể mặt nước; bỏ trống nếu chưa có.",
                "For land without water; empty where there is none.",
            ),
            geometry=("polygon",),
        ),
        Parameter(
            "target",
            "text",
            "t_che_phu_rung",
            Bilingual("Chỉ tiêu", "Target"),
            Bilingual("Mã chỉ tiêu trong kế hoạch.", "Id of the plan's target."),
        ),
        FORMED_CLASSES,
        Parameter(
            "young_classes",
            "text",
            "4",
            Bilingual("Mã ảnh: rừng chưa thành rừng", "Raster codes: forest not yet formed"),
            Bilingual("Chỉ dùng với ảnh.", "Used with rasters only."),
        ),
        Parameter(
            "boundary_m",
            "number",
            50.0,
            Bilingual("Ranh giới có thể lệch", "The boundary may be off by"),
            Bilingual("Để tính cận trên, cận dưới của ảnh.", "For the bounds of raster figures."),
            unit="m",
            least=0,
            most=10_000,
        ),
    ),
    compute=_compute,
)
