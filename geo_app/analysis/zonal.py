"""
Class rasters by zone: areas, bounds and changes.

Two ways: *streamed*, where a cell belongs to the zone its centre lies in, strip by strip in
little memory; and *exact*, where a cell cut by a boundary counts by the fraction inside.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
import pandas as pd
from exactextract import exact_extract
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from pyproj import CRS

from geo_app.analysis.parallel import run_all
from geo_app.analysis.planar import require_planar
from geo_app.analysis.strips import (
    Floats,
    Shapes,
    Work,
    count_changes,
    count_classes,
    count_edges,
    row_areas_m2,
    streamed,
)
from geo_app.domain.raster import Raster
from geo_app.errors import DataError

ZONES_PER_PIECE = 32
SEGMENT_M = 5_000.0
"""Longer edges get vertices before they are brought to another CRS, where they would bend."""


def class_areas(
    zones: gpd.GeoDataFrame,
    raster: Raster,
    *,
    classes: Sequence[int],
    exact: bool = False,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """
    Measure the area of each raster class within each zone.

    Parameters
    ----------
    zones
        Polygons in a metric CRS; they may overlap, a cell then counts in each. Rows without
        area get 0.
    raster
        Single-band raster of class codes in any CRS; in degrees every cell counts with its own
        area on the ellipsoid. No-data cells do not count.
    classes
        Codes to report, even where absent.
    exact
        Count a cell by the fraction inside (slower), not by its centre.

    Returns
    -------
    areas
        Index of `zones`, one column per class, hectares.

    Raises
    ------
    CrsError
        If the zones have no CRS or are in degrees.
    """
    shapes = _placed(zones, raster)
    codes = np.asarray(classes, dtype=np.int64)
    if exact:
        areas = _exact_areas(shapes, raster, codes, executor)
    else:
        areas = streamed(count_classes, Work(shapes, raster, codes), executor)
    return pd.DataFrame(areas / 10_000, index=zones.index, columns=list(classes))


def boundary_bounds(
    zones: gpd.GeoDataFrame,
    raster: Raster,
    *,
    classes: Sequence[int],
    shift_m: float,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """
    Bound the area of classes in each zone if its boundary lies up to `shift_m` wrong.

    Returns
    -------
    bounds
        Index of `zones`: ``low_ha`` in the zone shrunk and ``high_ha`` in the zone grown by
        `shift_m`, streamed.

    Raises
    ------
    CrsError
        If the zones have no CRS or are in degrees.
    """
    require_planar(zones=zones)
    found = {}
    for name, shift in (("low_ha", -shift_m), ("high_ha", shift_m)):
        moved = zones.set_geometry(zones.geometry.buffer(shift)) if shift else zones
        areas = class_areas(moved, raster, classes=classes, executor=executor)
        found[name] = areas.sum(axis=1)
    return pd.DataFrame(found)


def edge_area(
    zones: gpd.GeoDataFrame,
    raster: Raster,
    *,
    classes: Sequence[int],
    executor: Executor | None = None,
) -> pd.Series:
    """
    Measure the cells where the classes end, which may in truth be half of either side.

    Returns
    -------
    edge_ha
        Index of `zones`: hectares of cells one of whose four neighbours is among `classes` while
        they are not, or the reverse; no-data neighbours do not count.

    Raises
    ------
    CrsError
        If the zones have no CRS or are in degrees.
    """
    shapes = _placed(zones, raster)
    codes = np.asarray(classes, dtype=np.int64)
    areas = streamed(count_edges, Work(shapes, raster, codes), executor)
    return pd.Series(areas.sum(axis=1) / 10_000, index=zones.index, name="edge_ha")


def transition(
    zones: gpd.GeoDataFrame,
    before: Raster,
    after: Raster,
    *,
    classes: Sequence[int],
    executor: Executor | None = None,
) -> pd.DataFrame:
    """
    Measure what became of each class between two rasters on one grid.

    Parameters
    ----------
    classes
        Codes to report; cells of other codes, and no-data cells of either date, do not count.

    Returns
    -------
    changes
        One row per zone and pair of classes that occurs: ``zone`` (value of the zones' index),
        ``before``, ``after``, ``area_ha``.

    Raises
    ------
    CrsError
        If the zones have no CRS or are in degrees.
    DataError
        If the rasters do not lie on one grid.
    """
    _require_one_grid(before, after)
    shapes = _placed(zones, before)
    codes = np.asarray(classes, dtype=np.int64)
    areas = streamed(count_changes, Work(shapes, before, codes, after), executor)
    place, pair = np.nonzero(areas)
    return pd.DataFrame(
        {
            "zone": zones.index[place],
            "before": codes[pair // len(codes)],
            "after": codes[pair % len(codes)],
            "area_ha": areas[place, pair] / 10_000,
        }
    )


def _require_one_grid(before: Raster, after: Raster) -> None:
    grids = [(each.crs, each.width, each.height) for each in (before, after)]
    apart = np.abs(np.subtract(before.transform, after.transform)).max()
    if grids[0] != grids[1] or apart > 1e-9 * max(1.0, np.abs(before.transform).max()):
        message = (
            f"{after.path.name}: its grid is not that of {before.path.name} "
            f"({grids[1]} {after.transform} against {grids[0]} {before.transform}); "
            "import one with --reproject onto the other's grid"
        )
        raise DataError(message)


def _placed(zones: gpd.GeoDataFrame, raster: Raster) -> Shapes:
    """Return the zones' shapes in the raster's CRS; shapes without area are missing."""
    require_planar(zones=zones)
    geometry = zones.geometry
    if not CRS(raster.crs).equals(zones.crs, ignore_axis_order=True):
        geometry = geometry.segmentize(SEGMENT_M).to_crs(raster.crs)
    shapes: Shapes = geometry.to_numpy().copy()
    shapes[~(shapely.area(shapes) > 0)] = None
    return shapes


def _exact_areas(
    shapes: Shapes, raster: Raster, codes: NDArray[np.int64], executor: Executor | None
) -> Floats:
    """Count cells by the fraction inside, zones that lie near each other in one piece."""
    total = np.zeros((len(shapes), len(codes)))
    placed = np.flatnonzero(~shapely.is_missing(shapes))
    if not len(placed):
        return total
    nearby = placed[np.argsort(gpd.GeoSeries(shapes[placed]).hilbert_distance().to_numpy())]
    parts = np.array_split(nearby, max(1, len(nearby) // ZONES_PER_PIECE))
    found = run_all(_extract, [(shapes[part], raster, codes) for part in parts], executor)
    for part, areas in zip(parts, found, strict=True):
        total[part] = areas
    return total


def _extract(piece: tuple[Shapes, Raster, NDArray[np.int64]]) -> Floats:
    shapes, raster, codes = piece
    zones = gpd.GeoDataFrame(geometry=shapes, crs=raster.crs)
    flat = not CRS(raster.crs).is_geographic
    wanted = ["unique", "frac", "count"] if flat else ["values", "coverage", "center_y"]
    areas = np.zeros((len(shapes), len(codes)))
    found = exact_extract(str(raster.path), zones, wanted, output="pandas")
    row_m2, (_, _, _, _, down, top) = row_areas_m2(raster), raster.transform
    for place, row in enumerate(found.itertuples(index=False)):
        values = np.asarray(row[0], dtype=np.int64)
        if flat:
            part = np.asarray(row[1], dtype=np.float64) * row[2] * row_m2[0]
        else:
            rows = ((np.asarray(row[2]) - top) / down).astype(np.int64)
            part = np.asarray(row[1], dtype=np.float64) * row_m2[rows]
        for column, code in enumerate(codes):
            areas[place, column] = part[values == code].sum()
    return areas
