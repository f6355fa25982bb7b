"""A made-up National Road 4B: an old course, a new one, its posts, events along it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import geopandas as gpd
from shapely import LineString, Point

from geo_app.domain.version import Version
from geo_app.workspace import Workspace, open_workspace

CRS = "EPSG:9215"
E_M, N_M = 450_000.0, 2_410_000.0
OLD = ((0, 0), (10_000, 0))
"""Km17 to Km27, straight to the east; metres from (E_M, N_M)."""
NEW = ((0, 0), (1_000, 0), (1_000, 600), (5_000, 600), (5_000, 0), (10_000, 0))
"""From Km18 to Km22 it keeps 600 m to the north and is 1.2 km longer."""
JUMP_KM = 23.2
"""The chainage that arrives at Km22 on the new course."""

Rows = list[dict[str, Any]]
Put = Callable[[str, Rows], Workspace]


def section(points: tuple[tuple[float, float], ...], **more: Any) -> dict[str, Any]:
    return {
        "section_code": "ql4b_1",
        "route_code": "ql4b",
        "name": "Quốc lộ 4B",
        "alias": "QL4B",
        "geometry": LineString([(E_M + x, N_M + y) for x, y in points]),
        **more,
    }


def post(km: float, east_m: float, **more: Any) -> dict[str, Any]:
    return {
        "point_code": f"p{km:g}",
        "route_code": "ql4b",
        "chainage_km": km,
        "verified": True,
        "accuracy_m": 5.0,
        "geometry": Point(E_M + east_m, N_M),
        **more,
    }


def event(code: str, from_km: float, to_km: float | None = None, **more: Any) -> dict[str, Any]:
    return {
        "event_code": code,
        "route_code": "ql4b",
        "from_km": from_km,
        "to_km": to_km,
        "kind": "works",
        "work": "Nền đường",
        **more,
    }


OLD_POSTS: Rows = [post(17 + km, 1_000 * km) for km in range(11)]
NEW_POSTS: Rows = [*OLD_POSTS[:2], post(22, 5_000, back_km=JUMP_KM), *OLD_POSTS[6:]]


def start_province(root: Path, publish_frame: Callable[..., Version]) -> Put:
    """Return a function that publishes rows as a layer of the province at `root`, empty so far."""

    def put(layer: str, rows: Rows) -> Workspace:
        ws = open_workspace(root)
        found = ws.catalogue.layer(layer)
        frame = pd.DataFrame(rows).reindex(columns=[*found.fields, "geometry"])
        if found.spatial:
            publish_frame(ws, layer, gpd.GeoDataFrame(frame, crs=CRS))
        else:
            publish_frame(ws, layer, frame.drop(columns="geometry"))
        return ws.latest()

    return put
