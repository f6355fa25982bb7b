"""Chainage along a calibrated road: places and kilometres per second, beside linref and shapely."""

import time
import warnings
from typing import Any

import numpy as np
import pandas as pd
from linref import LRS

import geopandas as gpd
import shapely
from shapely import LineString

from geo_app.analysis.linear import calibrate, chain_course, locate_on, to_along, to_chainage

VERTICES, POSTS, POINTS, FEW = 5_000, 81, 200_000, 5_000
CRS = "EPSG:9215"


def measure() -> list[dict[str, Any]]:
    """Locate 200,000 kilometres on a road of 5,000 vertices and 81 posts, and find them again."""
    rng = np.random.default_rng(7)
    turns = np.cumsum(rng.normal(0, 0.02, VERTICES)).clip(-1.2, 1.2)
    steps = np.column_stack([np.cos(turns), np.sin(turns)]) * rng.uniform(5, 25, (VERTICES, 1))
    line = LineString(np.r_[[[450_000.0, 2_410_000.0]], steps].cumsum(axis=0))
    course = chain_course([line])
    if course.x[0] > course.x[-1]:
        course = course.reversed()
    along = np.linspace(0, course.length_m, POSTS)
    posts = gpd.GeoDataFrame(
        {"chainage_m": np.arange(POSTS) * 1_000.0, "back_m": np.nan, "error_m": 5.0},
        geometry=list(course.points(along)),
        crs=CRS,
    )
    route = calibrate(course, posts)
    wanted = rng.uniform(route.start_m, route.end_m, POINTS)
    locate_s, points = _timed(lambda: route.course.points(to_along(route, wanted)[0]))
    position_s, back = _timed(lambda: to_chainage(route, locate_on(route.course, points)[0]))
    apart_mm = float(np.abs(back - wanted).max()) * 1_000
    rates = {"locate": POINTS / locate_s, "position": POINTS / position_s}
    return [
        _row("locate: chainage to place", rates["locate"], _by_shapely(line, route, wanted)),
        _row("position: place to chainage", rates["position"], _by_linref(line, points)),
        *[
            {
                "work": f"{name}, points a second",
                "ours": f"{rate / 1_000:,.0f} thousand",
                "peer": "100 thousand (asked for)",
                "ratio": 100_000 / rate,
                "bar": 1.0,
            }
            for name, rate in rates.items()
        ],
        {
            "work": "position after locate, farthest apart",
            "ours": f"{apart_mm:.4f} mm",
            "peer": "1 mm (allowed)",
            "ratio": apart_mm,
            "bar": 1.0,
        },
    ]


def _timed(work: Any) -> tuple[float, Any]:
    best, found = np.inf, None
    for _ in range(3):
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    return best, found


def _by_shapely(line: LineString, route: Any, wanted: Any) -> tuple[float, str]:
    """Interpolate on the line with shapely, fewer of them: its work grows with the vertices."""
    few = to_along(route, wanted[:FEW])[0]
    spent, _ = _timed(lambda: shapely.line_interpolate_point(line, few))
    return FEW / spent, "shapely.line_interpolate_point"


def _by_linref(line: LineString, points: Any) -> tuple[float, str]:
    """Project points with linref on the same line, measured by its own length."""
    roads = gpd.GeoDataFrame(
        {"route": ["a"], "beg": [0.0], "end": [line.length]}, geometry=[line], crs=CRS
    )
    system = LRS(
        key_col=["route"], loc_col="loc", beg_col="beg", end_col="end", geom_col="geometry",
        geom_m_col="geometry_m",
    )  # fmt: skip
    asked = gpd.GeoDataFrame(geometry=list(points[:FEW]), crs=CRS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measured = roads.lr.set_lrs(system).lr.add_geom_m()
        spent, found = _timed(lambda: measured.lr.project(asked, nearest=True))
    along = shapely.line_locate_point(line, points[:FEW])
    assert np.allclose(np.sort(pd.to_numeric(found["loc"])), np.sort(along), atol=0.01)
    return FEW / spent, "linref"


def _row(work: str, rate: float, peer: tuple[float, str]) -> dict[str, Any]:
    return {
        "work": f"{work}, against {peer[1]}",
        "ours": f"{rate / 1_000:,.0f} thousand a second",
        "peer": f"{peer[0] / 1_000:,.0f} thousand a second",
        "ratio": peer[0] / rate,
        "bar": 1.0,
    }
