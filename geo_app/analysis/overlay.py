"""Polygons over polygons: how much of which feature lies in which zone."""

from concurrent.futures import Executor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

from geo_app.analysis.parallel import run_all
from geo_app.analysis.planar import require_planar

Shapes = NDArray[np.object_]

PIECE = 2_000
"""Pairs that one piece of work measures."""


def shared_areas(
    zones: gpd.GeoDataFrame, features: gpd.GeoDataFrame, *, executor: Executor | None = None
) -> pd.DataFrame:
    """
    Measure what each feature shares with each zone.

    Parameters
    ----------
    zones, features
        Valid polygons in one metric CRS; rows without geometry share nothing.

    Returns
    -------
    shared
        One row per pair that shares area: ``zone`` and ``feature`` (positions in the frames) and
        ``area_m2``; by zone, then feature.

    Raises
    ------
    CrsError
        If a frame has no CRS, is in degrees, or the two differ.
    """
    require_planar(zones=zones, features=features)
    grounds, shapes = zones.geometry.to_numpy(), features.geometry.to_numpy()
    tree = shapely.STRtree(grounds)
    feature, zone = tree.query(shapes, predicate="intersects")
    # Most features lie wholly in one zone: their own area is the answer.
    whole = _pairs(*tree.query(shapes, predicate="within"))
    within = np.isin(_pairs(feature, zone), whole, assume_unique=True)
    area_m2 = np.where(within, shapely.area(shapes[feature]), 0.0)
    cut = np.flatnonzero(~within)
    pieces = [
        (grounds[zone[part]], shapes[feature[part]])
        for part in np.array_split(cut, max(1, len(cut) // PIECE))
    ]
    area_m2[cut] = np.concatenate(run_all(_intersection_areas, pieces, executor))
    found = pd.DataFrame({"zone": zone, "feature": feature, "area_m2": area_m2})
    found = found[found["area_m2"] > 0]
    return found.sort_values(["zone", "feature"], ignore_index=True)


def _pairs(feature: NDArray[np.int64], zone: NDArray[np.int64]) -> NDArray[np.int64]:
    return feature.astype(np.int64) << 32 | zone


def _intersection_areas(piece: tuple[Shapes, Shapes]) -> NDArray[np.float64]:
    left, right = piece
    areas: NDArray[np.float64] = shapely.area(shapely.intersection(left, right))
    return areas
