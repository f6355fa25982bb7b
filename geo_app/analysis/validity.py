"""Invalid shapes, and their repair; shapes given twice."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

_TRIALS = 400_000


def invalid(geometry: gpd.GeoSeries) -> pd.DataFrame:
    """
    Find the shapes that break the rules of simple features (OGC 06-103r4): rings that cross
    themselves, holes outside. Coordinates that are no numbers are not looked at (see `finite`).

    Returns
    -------
    invalid
        One row per invalid shape, with the index of `geometry`: ``reason`` (as GEOS words it) and
        ``x``, ``y``, where it is.
    """
    shapes = geometry.to_numpy()
    there = finite(geometry).to_numpy() & ~shapely.is_missing(shapes)
    at = np.flatnonzero(there & ~shapely.is_valid(shapes))
    words = pd.Series(shapely.is_valid_reason(shapes[at]), geometry.index[at], dtype="object")
    parts = words.str.extract(r"^(?P<reason>[^\[]*)(?:\[(?P<x>\S+) (?P<y>\S+)\])?$")
    return parts.astype({"x": "float64", "y": "float64"})


def finite(geometry: gpd.GeoSeries) -> "pd.Series[bool]":
    """Tell which shapes have no coordinate that is infinite or not a number."""
    points, owner = shapely.get_coordinates(geometry.to_numpy(), return_index=True)
    broken = owner[~np.isfinite(points).all(axis=1)]
    sound = pd.Series(data=True, index=geometry.index)
    sound.iloc[np.unique(broken)] = False
    return sound


def repaired(geometry: gpd.GeoSeries) -> tuple[gpd.GeoSeries, "pd.Series[float]"]:
    """
    Make shapes valid by the way they are drawn: rings that cross are divided where they cross.

    Parameters
    ----------
    geometry
        Shapes in a metric CRS.

    Returns
    -------
    valid
        Shapes of the same kind, with the index of `geometry`; parts that collapse to lines or
        points are left out, and a shape that collapses altogether is empty.
    changed_m2
        The area, m², by which each differs from what was drawn, by the shoelace formula. The lobes
        of a figure of eight are wound against each other: one counts as negative before.
    """
    drawn = geometry.to_numpy()
    valid = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    for at in np.flatnonzero(~shapely.is_valid(valid)):
        # GEOS leaves parts side by side that share an edge.
        valid[at] = shapely.union_all(shapely.get_parts(valid[at]))
    changed = np.abs(shapely.area(valid) - shapely.area(drawn))
    return (
        gpd.GeoSeries(valid, geometry.index, crs=geometry.crs),
        pd.Series(changed, geometry.index),
    )


def crossings(shape: BaseGeometry) -> float:
    """
    Estimate how often a polygon's rings cross themselves or each other.

    What a repair costs grows with it, so it is asked for first. Some segments, evenly spread, are
    tried against all; few crossings of many segments may be missed.
    """
    rings = shapely.get_rings(shapely.get_parts(np.array([shape], dtype=object)))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    within = owner[:-1] == owner[1:]
    if not within.any():
        return 0.0
    ends = np.stack([points[:-1][within], points[1:][within]], axis=1)
    lines: NDArray[np.object_] = np.asarray(shapely.linestrings(ends))
    few = int(np.clip(_TRIALS // len(lines), 4, 400))
    some = lines[:: max(1, len(lines) // few)]
    pairs = shapely.STRtree(lines).query(some, predicate="crosses")
    return float(pairs.shape[1] * len(lines) / len(some) / 2)


def duplicates(geometry: gpd.GeoSeries) -> "pd.Series[int]":
    """
    Find shapes that were given before, whatever their first vertex and direction.

    Returns
    -------
    first
        One row per repetition, with the index of `geometry`: the position of the first one.
    """
    shapes = geometry.to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    alike = pd.Index(shapely.to_wkb(shapely.normalize(shapely.force_2d(shapes[there]))))
    code, _ = pd.factorize(alike)
    first = np.unique(code, return_index=True)[1][code]
    again = np.flatnonzero(first != np.arange(len(there)))
    return pd.Series(there[first[again]], geometry.index[there[again]], dtype="int64")


def mean_width_m(geometry: gpd.GeoSeries) -> "pd.Series[float]":
    """Return twice the area over the perimeter: for a strip its width, in metres of its CRS."""
    perimeter = geometry.length.to_numpy()
    width = np.divide(
        2 * geometry.area.to_numpy(), perimeter, out=np.zeros(len(geometry)), where=perimeter > 0
    )
    return pd.Series(width, geometry.index)
