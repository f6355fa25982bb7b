"""Where could it go: zones or land filtered by size, road, forest, border and slope."""

from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.analysis.overlay import shared_areas
from geo_app.analysis.suitability import Criterion, judge
from geo_app.analysis.zonal import class_areas
from geo_app.domain.layer import Style
from geo_app.domain.result import Notice, Table, column
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.drawing import by_class
from geo_app.studies.result import Result
from geo_app.studies.roads import JOIN, ROADS
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.travel import OFF_ROAD, PAVED, SPEEDS, read_points, travel
from geo_app.studies.zones import HECTARES

STEEPEST = 90
PROTECTED = {
    "dac_dung": Bilingual("Rừng đặc dụng", "Special-use forest"),
    "phong_ho": Bilingual("Rừng phòng hộ", "Protection forest"),
}
MARKS = {
    "pass": Bilingual("đạt", "yes"),
    "fail": Bilingual("không đạt", "no"),
    "unknown": Bilingual("chưa biết", "unknown"),
}
VERDICTS = {
    "suitable": Bilingual("Phù hợp", "Suitable"),
    "unsure": Bilingual("Chưa đủ số liệu", "Not enough known"),
    "unsuitable": Bilingual("Không phù hợp", "Not suitable"),
}
_STYLES = {
    "suitable": Style(color="#2f6b3c", fill="#86b96a", width=1.6, fill_opacity=0.75),
    "unsure": Style(color="#8a6d1f", fill="#e0b83f", width=1.6, fill_opacity=0.75),
    "unsuitable": Style(color="#7a1f1f", fill="#d98f63", width=1.6, fill_opacity=0.6),
}
DEFINITION = Bilingual(
    "Lọc các khu đất theo bốn điều kiện: đủ diện tích; đến nút giao hoặc cửa khẩu gần nhất theo "
    "đường không quá giới hạn; không lấn rừng đặc dụng, phòng hộ quá mức cho phép; cách đường biên "
    "giới hơn bề rộng sàng lọc. Bề rộng này chỉ để sàng lọc, không phải ranh giới vành đai biên "
    "giới do Hội đồng nhân dân tỉnh quyết định. Xếp hạng theo điểm có trọng số. Chưa biết thì ghi "
    "chưa biết, không coi là đạt.",
    "Sites are filtered by four conditions: large enough; within the limit by road of the nearest "
    "junction or gate; no more protected forest inside than allowed; farther from the border line "
    "than the screening width. That width only screens: the border belt is decided by the "
    "provincial People's Council. Ranked by weighted score. What is not known says so and does not "
    "pass.",
)
SLOPE = Bilingual(
    " Dốc: không quá {allowed:g} % diện tích khu dốc hơn {most:g}°.",
    " Slope: no more than {allowed:g} % of the site steeper than {most:g}°.",
)
NO_SLOPE = Bilingual(
    " Độ dốc chưa xét: chưa có lớp độ dốc.", " Slope is not looked at: there is no slope layer."
)
EXPLANATION = Bilingual(
    "{suitable} trong {all} khu đạt mọi điều kiện, {unsure} khu chưa đủ số liệu, {unsuitable} khu "
    "không đạt ít nhất một điều kiện. Đứng đầu: {first}.",
    "{suitable} of {all} sites meet every condition, {unsure} cannot be decided, {unsuitable} fail "
    "at least one. First: {first}.",
)
COLUMNS = (
    column("rank", "Hạng", "Rank", kind="integer"),
    column("place_code", "Mã", "Code", kind="text"),
    column("place_name", "Khu", "Site", kind="text"),
    column("verdict", "Kết luận", "Verdict", kind="text", values=VERDICTS),
    column("score", "Điểm (0–1)", "Score (0–1)"),
    column("area_ha", "Diện tích", "Area", unit="ha"),
    column("size", "Đủ diện tích", "Large enough", kind="text", values=MARKS),
    column("distance_km", "Đến nơi gần nhất", "To the nearest", unit="km"),
    column("goal_name", "Nơi gần nhất", "The nearest", kind="text"),
    column("road", "Đủ gần theo đường", "Near enough by road", kind="text", values=MARKS),
    column("forest_ha", "Rừng đặc dụng, phòng hộ", "Protected forest", unit="ha"),
    column("forest", "Ngoài rừng bảo vệ", "Outside protected forest", kind="text", values=MARKS),
    column("border_km", "Cách đường biên giới", "From the border line", unit="km"),
    column("border", "Ngoài dải biên giới", "Outside the border strip", kind="text", values=MARKS),
)
SLOPE_COLUMNS = (
    column("steep_pct", "Phần dốc quá giới hạn", "Part too steep", unit="pct"),
    column("slope", "Đủ thoải", "Flat enough", kind="text", values=MARKS),
)
TOTAL_COLUMNS = (
    column("sites", "Số khu", "Sites", kind="integer"),
    column("suitable", "Phù hợp", "Suitable", kind="integer"),
    column("unsure", "Chưa đủ số liệu", "Not enough known", kind="integer"),
    column("unsuitable", "Không phù hợp", "Not suitable", kind="integer"),
)


def _compute(run: Run) -> Result:
    sites = _sites(run)
    found = travel(run, sites, _goals(run))
    found["area_ha"] = sites["area_ha"]
    found = found.set_geometry(sites["shape"].set_crs(sites.crs))
    found["forest_ha"] = _protected_ha(run, found)
    found["border_km"] = _border_km(run, found)
    sloped = bool(run["slope"]) and run.inputs.available(run["slope"])
    if sloped:
        found["steep_pct"] = _steep_pct(run, found)
    fields = (*COLUMNS, *SLOPE_COLUMNS) if sloped else COLUMNS
    judged = judge(found, _criteria(run, sloped=sloped))
    rows = pd.DataFrame(found.drop(columns=["geometry", "shape"], errors="ignore")).join(judged)
    ordered = rows.sort_values("rank")[[each.name for each in fields]]
    counts = judged["verdict"].value_counts()
    totals = {"sites": len(rows), **{name: int(counts.get(name, 0)) for name in VERDICTS}}
    title = Bilingual("Các khu, xếp hạng", "Sites, ranked")
    frame = gpd.GeoDataFrame(rows, geometry=found.geometry, crs=found.crs)
    return run.result(
        tables=(Table("sites", title, fields, ordered.reset_index(drop=True)),),
        totals=totals,
        total_fields=TOTAL_COLUMNS,
        definition=_definition(run, sloped=sloped),
        explanation=_explanation(ordered, totals),
        warnings=tuple(_notices(rows)),
        pictures=(by_class("suitability", title, "polygon", frame, fields, "verdict", _STYLES),),
    )


def _sites(run: Run) -> gpd.GeoDataFrame:
    """Read the candidates: a point inside each to travel from, its shape, and its stated area."""
    layer = run.inputs.layer(run["candidates"])
    shapes = run.inputs.features(layer.id, kinds=["polygon"]).reset_index(drop=True)
    sites = read_points(run, "candidates", layer.id)
    sites["shape"] = shapes.geometry
    stated = next((f"area_{unit}" for unit in HECTARES if f"area_{unit}" in layer.fields), None)
    if stated is None:
        sites["area_ha"] = shapes.geometry.area / 10_000
    else:
        factor = HECTARES[layer.field(stated).unit or "ha"]
        sites["area_ha"] = shapes[stated].astype("float64") * factor
    return sites


def _goals(run: Run) -> gpd.GeoDataFrame:
    if not run["near"]:
        message = "near: found no layer; expected at least one layer of junctions or gates"
        raise DataError(message, vi="Hãy chọn ít nhất một lớp nút giao hoặc cửa khẩu.")
    frames = [read_points(run, "near", layer) for layer in run["near"]]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)


def _protected_ha(run: Run, sites: gpd.GeoDataFrame) -> pd.Series:
    """Return hectares of protected forest in each site; unknown without a forest layer."""
    if not run["forest"] or not run.inputs.available(run["forest"]):
        return pd.Series(np.nan, sites.index)
    run.inputs.require(run["forest"], "type", use="protected forest")
    forest = run.inputs.features(run["forest"], kinds=["polygon"])
    kept = forest[forest["type"].isin(run["protected"])].reset_index(drop=True)
    shared = shared_areas(sites, kept, executor=run.executor)
    areas = shared.groupby("zone")["area_m2"].sum() / 10_000
    return areas.reindex(sites.index, fill_value=0.0)


def _border_km(run: Run, sites: gpd.GeoDataFrame) -> pd.Series:
    """Return the distance to the border line, to 0.1 km; unknown without one."""
    if not run["border"] or not run.inputs.available(run["border"]):
        return pd.Series(np.nan, sites.index)
    line = run.inputs.features(run["border"], kinds=["line"]).geometry.union_all()
    away: pd.Series = (sites.geometry.distance(line) / 1_000).round(1)
    return away


def _steep_pct(run: Run, sites: gpd.GeoDataFrame) -> pd.Series:
    """Return the share of each site steeper than allowed; unknown without cells of known slope."""
    raster = run.inputs.raster(run["slope"])
    areas = class_areas(sites, raster, classes=range(STEEPEST + 1), executor=run.executor)
    steep = areas[[degrees for degrees in areas if degrees > run["slope_most_deg"]]].sum(axis=1)
    whole = areas.sum(axis=1)
    share: pd.Series = 100 * steep / whole.where(whole > 0)
    return share


def _definition(run: Run, *, sloped: bool) -> Bilingual:
    slope = NO_SLOPE
    if sloped:
        slope = SLOPE.filled(allowed=run["steep_allowed_pct"], most=run["slope_most_deg"])
    return Bilingual(DEFINITION.vi + slope.vi, DEFINITION.en + slope.en)


def _criteria(run: Run, *, sloped: bool) -> list[Criterion]:
    slope = Criterion("slope", "steep_pct", run["weight_slope"], most=run["steep_allowed_pct"])
    return [
        *([slope] if sloped else []),
        Criterion("size", "area_ha", run["weight_size"], least=run["least_ha"]),
        Criterion("road", "distance_km", run["weight_road"], most=run["within_km"]),
        Criterion("forest", "forest_ha", run["weight_forest"], most=run["forest_allowed_ha"]),
        Criterion("border", "border_km", run["weight_border"], least=run["belt_km"]),
    ]


def _explanation(ordered: pd.DataFrame, totals: dict[str, Any]) -> Bilingual:
    first = str(ordered["place_name"].iloc[0])
    return EXPLANATION.filled(all=totals["sites"], first=first, **totals)


def _notices(rows: pd.DataFrame) -> list[Notice]:
    unknown = int(rows["area_ha"].isna().sum())
    if not unknown:
        return []
    text = Bilingual(
        "{count} khu chưa rõ diện tích: hình vẽ của chúng không dùng để đo.",
        "{count} sites have no stated area: their shapes are not for measuring.",
    )
    return [Notice("area_unknown", text.filled(count=unknown))]


def _weight(name: str, default: float, vi: str, en: str) -> Parameter:
    return Parameter(
        name,
        "number",
        default,
        Bilingual(f"Trọng số: {vi}", f"Weight: {en}"),
        Bilingual("0: không tính vào điểm.", "0: not part of the score."),
        least=0,
        most=100,
    )


suitability = Study(
    name="suitability",
    title=Bilingual("Đặt ở đâu được", "Where could it go"),
    summary=Bilingual(
        "Khu nào đủ diện tích, gần nút giao hoặc cửa khẩu, ngoài rừng bảo vệ và dải biên giới.",
        "Which sites are large enough, near a junction or gate, outside protected forest and the "
        "border strip.",
    ),
    parameters=(
        Parameter(
            "candidates",
            "layer",
            "industrial_zones",
            Bilingual("Các khu xem xét", "Sites"),
            Bilingual("Lớp vùng.", "A polygon layer."),
            geometry=("polygon",),
        ),
        Parameter(
            "least_ha",
            "number",
            50.0,
            Bilingual("Diện tích tối thiểu", "Least area"),
            Bilingual("Theo diện tích công bố.", "By the stated area."),
            unit="ha",
            least=0,
            most=100_000,
        ),
        Parameter(
            "near",
            "layers",
            ("expressway_junctions", "border_gates"),
            Bilingual("Gần nơi nào", "Near what"),
            Bilingual("Nơi gần nhất trong các lớp này.", "The nearest place of these layers."),
            geometry=("point",),
        ),
        Parameter(
            "within_km",
            "number",
            20.0,
            Bilingual("Cách không quá, theo đường", "Within, by road"),
            Bilingual("Đường ngắn nhất.", "The shortest way."),
            unit="km",
            least=0,
            most=1_000,
        ),
        Parameter(
            "forest",
            "layer",
            "forest",
            Bilingual("Lớp rừng", "Forest layer"),
            Bilingual("Lô rừng có loại rừng.", "Forest blocks with their type."),
            geometry=("polygon",),
        ),
        Parameter(
            "protected",
            "choices",
            ("dac_dung", "phong_ho"),
            Bilingual("Rừng phải tránh", "Forest to stay out of"),
            Bilingual("Theo mục đích sử dụng.", "By purpose."),
            options=PROTECTED,
        ),
        Parameter(
            "forest_allowed_ha",
            "number",
            0.0,
            Bilingual("Cho phép lấn rừng", "Protected forest allowed"),
            Bilingual("0: không lấn.", "0: none."),
            unit="ha",
            least=0,
            most=10_000,
        ),
        Parameter(
            "border",
            "layer",
            "border_line",
            Bilingual("Đường biên giới", "Border line"),
            Bilingual("Để sàng lọc.", "For screening."),
            geometry=("line",),
        ),
        Parameter(
            "belt_km",
            "number",
            1.0,
            Bilingual("Bề rộng sàng lọc dọc biên giới", "Screening width along the border"),
            Bilingual("Không phải vành đai pháp lý.", "Not the legal belt."),
            unit="km",
            least=0,
            most=100,
        ),
        Parameter(
            "slope",
            "layer",
            "slope",
            Bilingual("Lớp độ dốc", "Slope layer"),
            Bilingual(
                "Độ dốc theo độ nguyên; chưa có thì không xét.",
                "Slope in whole degrees; not looked at where there is none.",
            ),
            geometry=("raster",),
        ),
        Parameter(
            "slope_most_deg",
            "number",
            15.0,
            Bilingual("Dốc là khi quá (độ)", "Steep is above (degrees)"),
            Bilingual("Ô dốc hơn coi là dốc.", "Cells above it are steep."),
            least=0,
            most=STEEPEST,
        ),
        Parameter(
            "steep_allowed_pct",
            "number",
            20.0,
            Bilingual("Phần dốc cho phép", "Steep part allowed"),
            Bilingual("Phần diện tích khu.", "Share of the site's area."),
            unit="pct",
            least=0,
            most=100,
        ),
        _weight("weight_slope", 1.0, "thoải", "flat"),
        _weight("weight_size", 1.0, "diện tích", "area"),
        _weight("weight_road", 2.0, "gần theo đường", "near by road"),
        _weight("weight_forest", 1.0, "ngoài rừng", "outside forest"),
        _weight("weight_border", 0.0, "xa biên giới", "far from the border"),
        ROADS,
        PAVED,
        JOIN,
        OFF_ROAD,
        SPEEDS,
    ),
    compute=_compute,
)
