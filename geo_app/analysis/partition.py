"""A partition of the plane into zones: where they overlap, and what they leave uncovered."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

from geo_app.analysis.validity import mean_width_m


def overlaps(zones: gpd.GeoDataFrame, *, least_m2: float = 0.0) -> gpd.GeoDataFrame:
    """
    Find the pairs of zones that share area.

    Parameters
    ----------
    zones
        Valid polygons in a metric CRS.
    least_m2
        Shared areas below it are left out.

    Returns
    -------
    overlaps
        One row per pair: ``left`` and ``right`` (positions in `zones`, left first), ``area_m2``,
        ``width_m`` (mean), and what they share; largest first. Where three zones overlap, the
        area counts in each of three pairs.
    """
    shapes = zones.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    # Neighbours that only touch are most pairs, and by far the cheapest to tell.
    inner = ~shapely.touches(shapes[left], shapes[right])
    left, right = left[inner], right[inner]
    shared = _areas_only(shapely.intersection(shapes[left], shapes[right]))
    found = _measured(shared, zones.crs).assign(left=left, right=right)
    return _largest_first(found, least_m2)


def gaps(zones: gpd.GeoDataFrame, *, least_m2: float = 0.0) -> gpd.GeoDataFrame:
    """
    Find the holes that zones leave between them.

    Parameters
    ----------
    zones
        Valid polygons in a metric CRS.
    least_m2
        Holes below it are left out.

    Returns
    -------
    gaps
        One row per hole of the zones' union: ``beside`` (positions in `zones` of those that touch
        it, a list), ``area_m2``, ``width_m`` (mean), and the hole; largest first. What lies open
        to the outside is no hole.
    """
    shapes = zones.geometry.to_numpy()
    whole = shapely.get_parts(shapely.union_all(shapes))
    rings = [ring for part in whole for ring in shapely.get_rings(part)[1:]]
    holes: NDArray[np.object_] = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    hole, zone = shapely.STRtree(shapes).query(holes, predicate="intersects")
    beside = pd.Series(zone).groupby(hole).agg(sorted)
    found = _measured(holes, zones.crs).assign(beside=beside)
    return _largest_first(found, least_m2)


def _areas_only(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes without the lines and points that an intersection leaves beside areas."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_dimensions(parts) == 2
    none = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    kept: NDArray[np.object_] = shapely.multipolygons(parts[areal], indices=owner[areal], out=none)
    return kept


def _measured(shapes: NDArray[np.object_], crs: object) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries(shapes, crs=crs)
    width = mean_width_m(geometry)
    return gpd.GeoDataFrame({"area_m2": geometry.area, "width_m": width}, geometry=geometry)


def _largest_first(found: gpd.GeoDataFrame, least_m2: float) -> gpd.GeoDataFrame:
    kept = found[(found["area_m2"] > 0) & (found["area_m2"] >= least_m2)]
    return kept.sort_values("area_m2", ascending=False, kind="stable").reset_index(drop=True)
