"""How much forest lies in each zone: from blocks with their recorded area, or from a raster."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.analysis.cover import cross_table
from geo_app.analysis.overlay import shared_areas
from geo_app.analysis.zonal import boundary_bounds, class_areas, edge_area
from geo_app.domain.layer import Layer
from geo_app.domain.result import Notice, Table, column
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.study import Parameter, Run
from geo_app.studies.zones import Zones

TYPES = ("dac_dung", "phong_ho", "san_xuat", "ngoai_quy_hoach")
ORIGINS = ("natural", "planted")
PLACED_HA = 0.05
"""Forest outside the zones is told from here on: less is the rounding of shared edges."""
NO_FOREST = "none"
"""The origin of a block that is in the file though it carries no forest."""
FORMED_CLASSES = Parameter(
    "formed_classes",
    "text",
    "2,3",
    Bilingual("Mã ảnh: rừng đủ tiêu chí", "Raster codes: forest meeting the criterion"),
    Bilingual("Chỉ dùng với ảnh.", "Used with rasters only."),
)
FROM_POLYGONS = Bilingual(
    "theo diện tích ghi trong hồ sơ lô rừng, chia theo phần hình nằm trong từng đơn vị",
    "those recorded for each block, shared out by the part of its shape inside each zone",
)
FROM_RASTER = Bilingual(
    "theo số ô ảnh có tâm nằm trong từng đơn vị, nhân diện tích của chính ô đó",
    "the cells whose centre lies in each zone, each with its own area",
)


@dataclass(frozen=True, eq=False)
class Measured:
    """
    Forest by zone, hectares, indexed as the zones.

    `areas` has ``formed_ha``, ``forest_ha``, ``map_ha`` and, from a raster, ``low_ha`` and
    ``high_ha``; `tables` split the whole further.
    """

    areas: pd.DataFrame
    tables: tuple[Table, ...]
    notices: tuple[Notice, ...]
    source: Bilingual


def measure_forest(run: Run, zones: Zones) -> Measured:
    """Measure the forest layer that the run names, by zone."""
    layer = run.inputs.layer(run["forest"])
    if layer.geometry == "raster":
        return _from_raster(run, layer, zones)
    return _from_polygons(run, layer, zones)


def _from_polygons(run: Run, layer: Layer, zones: Zones) -> Measured:
    inputs = run.inputs
    inputs.require(layer.id, "formed", "area_ha", "type", "origin", use="forest cover")
    blocks = inputs.features(layer.id, kinds=["polygon"]).reset_index(drop=True)
    shared = shared_areas(zones.frame, blocks, executor=run.executor)
    drawn_m2 = blocks.geometry.area.to_numpy()
    recorded_ha = recorded_areas(blocks)
    state = forest_state(blocks)
    part = shared["area_m2"].to_numpy() / drawn_m2[shared["feature"]]
    held = state.join(blocks[["type", "origin"]]).loc[shared["feature"]].reset_index(drop=True)
    pieces = shared.assign(
        forest_ha=part * recorded_ha.to_numpy()[shared["feature"]] * held["forest"],
        formed_ha=lambda f: f["forest_ha"].where(held["formed"], 0.0),
        map_ha=(shared["area_m2"] / 10_000).where(held["formed"], 0.0),
        type=held["type"],
        origin=held["origin"],
    )
    sums = pieces.groupby("zone")[["formed_ha", "forest_ha", "map_ha"]].sum()
    areas = sums.reindex(range(len(zones.frame)), fill_value=0.0)
    inside = np.bincount(shared["feature"], part, minlength=len(blocks))
    return Measured(
        areas,
        (type_table(pieces[held["forest"]], layer),),
        tuple(_polygon_notices(blocks, recorded_ha * state["forest"], inside)),
        FROM_POLYGONS,
    )


def recorded_areas(blocks: gpd.GeoDataFrame) -> pd.Series:
    """Return hectares as recorded, the official ones; a block without them counts as drawn."""
    areas: pd.Series = blocks["area_ha"].astype("float64").fillna(blocks.geometry.area / 10_000)
    return areas


def forest_state(blocks: pd.DataFrame) -> pd.DataFrame:
    """
    Tell of each block whether it is ``forest``, and ``formed`` forest that meets the criterion.

    Forest is what the file does not say to be without; formed is only what it says to be so.
    """
    forest = (blocks["origin"] != NO_FOREST).fillna(True).astype(bool)
    formed = forest & blocks["formed"].fillna(False).astype(bool)
    return pd.DataFrame({"forest": forest, "formed": formed})


def type_table(pieces: pd.DataFrame, layer: Layer) -> Table:
    """Sum ``formed_ha`` of pieces by ``type`` and ``origin``."""
    crossed = cross_table(pieces, "type", "origin", "formed_ha", codes=ORIGINS)
    ordered = [code for code in (*TYPES, "unknown") if code in crossed.index]
    rows = crossed.loc[ordered].reset_index()
    rows.columns = ["type", *(f"{name}_ha" for name in crossed.columns)]
    unknown = Bilingual("Chưa rõ", "Unknown")
    kinds = {**layer.field("type").values, "unknown": unknown}
    titles = {
        **layer.field("origin").values,
        "unknown": unknown,
        "total": Bilingual("Tổng", "Total"),
    }
    fields = [column("type", "Loại rừng", "Type", kind="text", values=kinds)]
    for name in crossed.columns:
        title = titles.get(name, Bilingual(name, name))
        fields.append(column(f"{name}_ha", title.vi, title.en, unit="ha"))
    title = Bilingual(
        "Rừng đủ tiêu chí theo loại và nguồn gốc",
        "Forest meeting the criterion, by type and origin",
    )
    return Table("types", title, tuple(fields), rows)


def placing_notices(*, outside_ha: float, twice_ha: float) -> list[Notice]:
    """Say how much forest no zone holds, and how much more than one does."""
    notices = []
    if outside_ha > PLACED_HA:
        text = Bilingual(
            "{ha:,.1f} ha rừng nằm ngoài mọi đơn vị báo cáo và không được tính.",
            "{ha:,.1f} ha of forest lie outside every zone and are not counted.",
        )
        notices.append(Notice("forest_outside", text.filled(ha=outside_ha)))
    if twice_ha > PLACED_HA:
        text = Bilingual(
            "Các đơn vị chồng lên nhau: {ha:,.1f} ha rừng được tính hơn một lần.",
            "The zones overlap: {ha:,.1f} ha of forest count more than once.",
        )
        notices.append(Notice("counted_twice", text.filled(ha=twice_ha)))
    return notices


def _polygon_notices(
    blocks: pd.DataFrame, recorded_ha: pd.Series, inside: np.ndarray[Any, Any]
) -> list[Notice]:
    notices = placing_notices(
        outside_ha=float((recorded_ha * (1 - inside).clip(0)).sum()),
        twice_ha=float((recorded_ha * (inside - 1).clip(0)).sum()),
    )
    unknown = int((blocks["formed"].isna() & (blocks["origin"] != NO_FOREST)).sum())
    if unknown:
        text = Bilingual(
            "{count} lô chưa ghi đã thành rừng hay chưa: không tính là đủ tiêu chí.",
            "{count} blocks do not say whether they are formed: they do not count as meeting the "
            "criterion.",
        )
        notices.append(Notice("formed_unknown", text.filled(count=unknown)))
    return notices


def _from_raster(run: Run, layer: Layer, zones: Zones) -> Measured:
    raster = run.inputs.raster(layer.id)
    formed, young = read_codes(run, "formed_classes"), read_codes(run, "young_classes")
    boundary_m, executor = run["boundary_m"], run.executor
    codes = [*formed, *young]
    by_class = class_areas(zones.frame, raster, classes=codes, executor=executor)
    bounds = boundary_bounds(
        zones.frame, raster, classes=formed, shift_m=boundary_m, executor=executor
    )
    edge_ha = edge_area(zones.frame, raster, classes=formed, executor=executor)
    formed_ha = by_class[formed].sum(axis=1)
    areas = pd.DataFrame(
        {
            "formed_ha": formed_ha,
            "forest_ha": by_class.sum(axis=1),
            "map_ha": formed_ha,
            # A cell on the forest's edge may be half of either kind.
            "low_ha": (bounds["low_ha"] - edge_ha / 2).clip(lower=0),
            "high_ha": bounds["high_ha"] + edge_ha / 2,
        }
    )
    text = Bilingual(
        "Ảnh phân loại: cận dưới và cận trên là mức tối đa do ranh giới lệch {shift:.0f} m và do "
        "nửa diện tích các ô ở rìa rừng; sai số thực thường nhỏ hơn nhiều vì bù trừ nhau.",
        "Classified raster: the bounds are the most that a boundary off by {shift:.0f} m and half "
        "of the cells on the forest's edge can move the figure; real errors mostly cancel.",
    )
    notice = Notice("raster_bounds", text.filled(shift=boundary_m))
    return Measured(areas, (_class_table(by_class, layer),), (notice,), FROM_RASTER)


def _class_table(by_class: pd.DataFrame, layer: Layer) -> Table:
    titles = {value: each.title for each in layer.legend.classes for value in each.values}
    rows = by_class.sum().rename("area_ha").rename_axis("class").reset_index()
    rows["class"] = rows["class"].astype(str)
    fields = (
        column("class", "Loại trên ảnh", "Class of the raster", kind="text", values=titles),
        column("area_ha", "Diện tích", "Area", unit="ha"),
    )
    return Table("classes", Bilingual("Theo loại trên ảnh", "By class of the raster"), fields, rows)


def read_codes(run: Run, name: str) -> list[int]:
    """Read a setting that lists class codes."""
    try:
        return [int(part) for part in run[name].split(",") if part.strip()]
    except ValueError:
        message = f"{name}: found {run[name]!r}; expected class codes such as 2,3"
        raise DataError(
            message, vi=f"Mã loại không đọc được: {run[name]!r}; hãy ghi như 2,3."
        ) from None
