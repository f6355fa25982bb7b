"""The zones a study reports by: communes, former districts, the province, any polygon layer."""

from dataclasses import dataclass

import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import Field, Layer
from geo_app.domain.result import Notice
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.inputs import Inputs
from geo_app.studies.study import Parameter

HECTARES = {"ha": 1.0, "km2": 100.0, "m2": 1e-4}
NEAR_BORDER_M = 500.0
"""Gates stand on the border line itself: a point so near a zone belongs to it."""

OUTSIDE = Bilingual(
    "{count} {what} nằm ngoài mọi đơn vị báo cáo (quá {limit:.0f} m) và không được tính cho đơn vị "
    "nào.",
    "{count} {what} lie outside every zone (by more than {limit:.0f} m) and count for none.",
)


def zones_parameter(default: str = "communes_2025") -> Parameter:
    """Describe the setting that names the zones."""
    return Parameter(
        "zones",
        "layer",
        default,
        Bilingual("Đơn vị báo cáo", "Report by"),
        Bilingual("Lớp vùng để tổng hợp.", "Polygon layer to sum by."),
        geometry=("polygon",),
    )


@dataclass(frozen=True, eq=False)
class Zones:
    """
    Zones with their official natural area.

    `frame` has the columns ``zone_code``, ``zone_name``, ``official_ha`` (missing where the layer
    does not give it) and ``polygon_ha``, indexed 0, 1, ….
    """

    layer: Layer
    frame: gpd.GeoDataFrame

    @property
    def labels(self) -> pd.DataFrame:
        """Code and name of each zone."""
        return pd.DataFrame(self.frame[["zone_code", "zone_name"]])


def read_zones(inputs: Inputs, layer: str) -> Zones:
    """
    Read the zones of a layer; those without a place are kept, with no polygon area.

    Raises
    ------
    DataError
        If the layer has no polygons or no features.
    """
    found = inputs.layer(layer)
    read = inputs.features(layer, kinds=["polygon"])
    if read.empty:
        message = f"layer {layer}: has no features; expected at least one zone; import some"
        raise DataError(message, vi=f"Lớp {layer} chưa có vùng nào; hãy nhập số liệu.")
    codes = read[list(found.key)].astype(str).agg("/".join, axis=1)
    frame = gpd.GeoDataFrame(
        {
            "zone_code": codes.to_numpy(),
            "zone_name": (read[found.name] if found.name else codes).to_numpy(),
            "official_ha": _official_ha(found, read),
            "polygon_ha": (read.geometry.area / 10_000).fillna(0.0).to_numpy(),
        },
        geometry=read.geometry.to_numpy(),
        crs=read.crs,
    )
    return Zones(found, frame)


def _official_ha(layer: Layer, read: gpd.GeoDataFrame) -> pd.Series:
    field = _area_field(layer)
    if field is None or field.name not in read.columns:
        return pd.Series([float("nan")] * len(read))
    areas: pd.Series = read[field.name].astype("float64") * HECTARES[field.unit or ""]
    return areas.reset_index(drop=True)


def _area_field(layer: Layer) -> Field | None:
    """Return the field that holds a zone's stated area, if the layer has one."""
    stated = layer.checks.area_field
    names = [stated] if stated else [f"area_{unit}" for unit in HECTARES]
    return next((layer.fields[name] for name in names if name in layer.fields), None)


def place_points(zones: Zones, points: gpd.GeoDataFrame) -> pd.Series:
    """
    Return the position of the zone each point lies in; -1 where it lies outside all.

    A point outside every polygon belongs to the nearest within `NEAR_BORDER_M`.
    """
    shapes = zones.frame.geometry
    placed = points.geometry.notna() & ~points.geometry.is_empty
    found = pd.Series(-1, index=points.index, dtype="int64")
    point, zone = shapes.sindex.nearest(
        points.geometry[placed], max_distance=NEAR_BORDER_M, return_all=False
    )
    found.loc[found.index[placed.to_numpy()][point]] = zone
    return found


def outside_notice(count: int, what: Bilingual) -> list[Notice]:
    """Return the warning that `count` things lie in no zone; nothing for none."""
    if not count:
        return []
    return [Notice("outside_zones", OUTSIDE.filled(count=count, what=what, limit=NEAR_BORDER_M))]
