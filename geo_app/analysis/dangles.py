"""Dangling ends of a network: roads that stop short of another, or run past it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

TOUCH_M = 0.01
"""Ends nearer to a line than this touch it: files keep millimetres, other CRSs round them."""


def dangles(lines: gpd.GeoDataFrame, *, join_m: float) -> gpd.GeoDataFrame:
    """
    Find line ends that miss another line, or run past it, by no more than `join_m`.

    An end that touches another line, at its end or between, joins it; one that is farther than
    `join_m` from any is the end of a road.

    Parameters
    ----------
    lines
        Lines in a metric CRS.
    join_m
        How near two roads are meant to meet, metres.

    Returns
    -------
    dangles
        One row per end, by line: ``line`` and ``other`` (positions in `lines`), ``kind``
        ("undershoot" or "overshoot"), ``distance_m`` (what is missing, or too much along the
        line), and the end as a point.
    """
    ends = _open_ends(lines, join_m)
    past = _past_m(ends, join_m)
    over = np.isfinite(past)
    found = gpd.GeoDataFrame(
        {
            "line": ends.line,
            "other": ends.other,
            "kind": np.where(over, "overshoot", "undershoot"),
            "distance_m": np.where(over, past, ends.distance_m),
        },
        geometry=ends.point,
        crs=lines.crs,
    )
    return found.sort_values(["line", "distance_m"], kind="stable").reset_index(drop=True)


@dataclass(frozen=True)
class _Ends:
    """Ends near another line that they do not touch; `tail` is the line from its end inwards."""

    point: NDArray[np.object_]
    tail: NDArray[np.object_]
    line: NDArray[np.int64]
    other: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    target: NDArray[np.object_]


def _open_ends(lines: gpd.GeoDataFrame, join_m: float) -> _Ends:
    parts, owner = shapely.get_parts(lines.geometry.to_numpy(), return_index=True)
    points = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    tails = np.concatenate([parts, shapely.reverse(parts)])
    part = np.tile(np.arange(len(parts)), 2)
    points[np.tile(shapely.is_closed(parts), 2)] = None
    end, near = shapely.STRtree(parts).query(points, predicate="dwithin", distance=join_m)
    others = part[end] != near
    end, near = end[others], near[others]
    away = shapely.distance(points[end], parts[near])
    pairs = pd.DataFrame({"end": end, "near": near, "away": away})
    nearest = pairs.sort_values("away", kind="stable").drop_duplicates("end")
    nearest = nearest[nearest["away"] > TOUCH_M]
    at, to = nearest["end"].to_numpy(), nearest["near"].to_numpy()
    return _Ends(
        point=points[at],
        tail=tails[at],
        line=owner[part[at]],
        other=owner[to],
        distance_m=nearest["away"].to_numpy(),
        target=parts[to],
    )


def _past_m(ends: _Ends, join_m: float) -> NDArray[np.float64]:
    """Return how far along itself each line runs past the one it crosses; NaN where it does not."""
    crossing = shapely.intersection(ends.tail, ends.target)
    past = np.full(len(ends.tail), np.nan)
    points, owner = shapely.get_parts(crossing, return_index=True)
    # Where two lines run together the crossing is a line; its first point is where they meet.
    along = shapely.line_locate_point(ends.tail[owner], shapely.point_on_surface(points))
    np.fmin.at(past, owner, along)
    return np.where(past <= join_m, past, np.nan)
