"""A made-up road in the sample's province: QL4B, 20 km straight east, its posts unverified."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
from pyproj import Transformer
from shapely import LineString, Point

from geo_app.domain.version import Version
from geo_app.intake.build import build, plan_build
from geo_app.workspace import Workspace, open_workspace

CRS = "EPSG:9215"
E_M, N_M = 450_000.0, 2_410_000.0
NEEDED = ["province_outline", "communes_2025", "districts_2023", "commune_mergers", "places"]
_TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def at(along_m: float, north_m: float = 0.0) -> Point:
    """Return the place so far along the road and north of it."""
    return Point(E_M + along_m, N_M + north_m)


def lonlat(along_m: float, north_m: float = 0.0) -> dict[str, float]:
    """Return the same in degrees, by name."""
    point = at(along_m, north_m)
    lon, lat = _TO_DEGREES.transform(point.x, point.y)
    return {"lon": lon, "lat": lat}


def found_roads(root: Path, publish_frame: Callable[..., Version]) -> Workspace:
    """Publish QL4B over the sample's units; Km0 and Km20 are known to ± 500 m, by no survey."""
    ws = open_workspace(root)
    for _ in build(ws, plan_build(ws, only=NEEDED), workers=1):
        pass
    road: dict[str, Any] = {"section_code": "a", "route_code": "ql4b", "name": "Quốc lộ 4B"}
    road |= {"alias": "QL4B", "geometry": LineString([at(0), at(20_000)])}
    posts = [
        {"point_code": f"p{km}", "route_code": "ql4b", "chainage_km": km, "accuracy_m": 500.0}
        | {"verified": False, "geometry": at(km * 1_000)}
        for km in (0, 20)
    ]
    for layer, rows in (("national_roads", [road]), ("calibration_points", posts)):
        frame = gpd.GeoDataFrame(rows, crs=CRS)
        columns = [*ws.catalogue.layer(layer).fields, "geometry"]
        publish_frame(ws.latest(), layer, frame.reindex(columns=columns))
    return ws.latest()
