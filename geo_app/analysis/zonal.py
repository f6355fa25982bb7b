"""
Hectares of a raster's classes inside polygons, however large the raster and however many zones.

Streamed, a cell belongs to the zone its centre lies in. The raster is read in strips of rows, and
memory is bounded whatever its size. A zone is taken as runs of cells along the rows, found where
its edges cross the line of the centres; runs of two zones may share cells, so zones that overlap
are each counted whole, at no extra pass, and a partition's neighbours, which cross that line at
the very same number, share none. Exact, a cell counts by the fraction inside (exactextract).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from exactextract import exact_extract
from exactextract.operation import Operation
from exactextract.raster import NumPyRasterSource, RasterioRasterSource
from numpy.typing import NDArray

import geopandas as gpd
import rasterio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.errors import RasterioError

from geo_app.analysis.parallel import run_all
from geo_app.analysis.planar import require_planar
from geo_app.domain.raster import Raster
from geo_app.errors import CrsError, DataError, SettingsError

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Cells = NDArray[Any]
Found = TypeVar("Found")

M2_PER_HA = 10_000.0
DENSE_M = 1_000.0
"""Longest edge that is reprojected: over 1 km a straight line bends by centimetres."""
STRIP_CELLS, BLOCKS_CELLS = 4_000_000, 32_000_000
"""Cells of a strip: as few as balance the work, but whole rows of blocks up to the second."""
CHUNK_CELLS = 262_144
"""Cells counted at once: what is worked on stays in the processor's cache."""
EXACT_CELLS = 8_000_000
EXACT_PIECES = 64
CACHE_MB = 256
"""GDAL would take a twentieth of the machine's memory in every process."""


def class_areas(
    zones: gpd.GeoDataFrame,
    raster: Raster,
    *,
    classes: Sequence[int],
    exact: bool = False,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """
    Measure each class in each zone.

    Parameters
    ----------
    zones
        Polygons in a metric CRS; they may overlap, and then what they share counts in each. Rows
        without area, and what lies outside the raster, have none.
    raster
        Class codes on a grid in metres, or in degrees: there every cell has the area that its row
        has on the ellipsoid. Nodata never counts.
    exact
        Count cells that a boundary cuts by the fraction inside; otherwise by their centre.

    Returns
    -------
    areas_ha
        Index of `zones`, one column per class, hectares.

    Raises
    ------
    CrsError
        If `zones` have no CRS or are in degrees, or the raster's CRS is unknown.
    DataError
        If the raster cannot be read, or lies askew on a grid of degrees (exact: on any).
    """
    shapes = _on_raster(zones, raster)
    columns = list(dict.fromkeys(int(code) for code in classes))
    wanted = [code for code in columns if code != raster.nodata]
    measure = _exact if exact else _streamed
    areas_ha = pd.DataFrame(measure(shapes, raster, wanted, executor), zones.index, wanted)
    return areas_ha.reindex(columns=columns, fill_value=0.0)


def boundary_bounds(
    zones: gpd.GeoDataFrame,
    raster: Raster,
    *,
    classes: Sequence[int],
    shift_m: float,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """
    Measure classes in each zone shrunk and grown: how far an uncertain boundary moves the figure.

    Parameters
    ----------
    shift_m
        How far the boundary may lie wrong, to either side; 0: both bounds are the streamed area.

    Returns
    -------
    bounds
        Index of `zones`; ``low_ha`` and ``high_ha``, all of `classes` together, streamed.

    Raises
    ------
    SettingsError
        If `shift_m` is negative.
    """
    if not shift_m >= 0:
        message = f"shift_m: found {shift_m}; expected metres, 0 or more"
        raise SettingsError(message)
    require_planar(zones=zones)
    shapes = [zones.geometry, zones.geometry]
    if shift_m:
        shapes = [zones.buffer(-shift_m), zones.buffer(shift_m)]
    both = gpd.GeoDataFrame(geometry=pd.concat(shapes, ignore_index=True), crs=zones.crs)
    # Both in one frame: the raster is read once.
    total_ha = class_areas(both, raster, classes=classes, executor=executor).sum(axis=1)
    low_ha, high_ha = total_ha.to_numpy(dtype=np.float64).reshape(2, len(zones))
    return pd.DataFrame({"low_ha": low_ha, "high_ha": high_ha}, zones.index)


def edge_area(
    zones: gpd.GeoDataFrame,
    raster: Raster,
    *,
    classes: Sequence[int],
    executor: Executor | None = None,
) -> pd.Series:
    """
    Measure the cells in each zone that may be mixed: those on the edge of `classes`.

    A cell counts if it is in `classes` and one of its four neighbours is not, or the other way
    round, wherever the neighbour lies; nodata is on neither side. Half of this bounds what the
    size of the cells can move.

    Returns
    -------
    edge_ha
        Index of `zones`, hectares.
    """
    shapes = _on_raster(zones, raster)
    wanted = [int(code) for code in classes if code != raster.nodata]
    found = _gathered(partial(_edges_in, classes=wanted), shapes, raster, 1, executor)
    return pd.Series(found[:, 0], zones.index, name="edge_ha")


def transition(
    zones: gpd.GeoDataFrame, before: Raster, after: Raster, *, executor: Executor | None = None
) -> pd.DataFrame:
    """
    Measure what became what between two rasters on one grid, streamed.

    Returns
    -------
    areas
        One row per zone and pair of codes that occurs: ``zone`` (value of the index of `zones`),
        ``before``, ``after`` and ``area_ha``; by zone, then codes. Cells that are nodata in either
        are left out.

    Raises
    ------
    DataError
        If the two lie on different grids.
    """
    _require_one_grid(before, after)
    strips = _strips(_on_raster(zones, before), before)
    tables = run_all(partial(_transitions_in, after=after), strips, executor)
    empty = pd.DataFrame({"zone": [], "before": [], "after": []}, dtype=np.int64)
    pairs = pd.concat([table for table in tables if len(table)] or [empty.assign(area_ha=0.0)])
    areas = pairs.groupby(["zone", "before", "after"], as_index=False)["area_ha"].sum()
    return areas.assign(zone=zones.index[areas["zone"]])


def _require_one_grid(before: Raster, after: Raster) -> None:
    for name in ("crs", "transform", "width", "height"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            message = (
                f"{after.path}: found {name} {other}; expected {one}, the grid of {before.path}; "
                "warp one onto the other's grid, nearest class"
            )
            raise DataError(message)


def _on_raster(zones: gpd.GeoDataFrame, raster: Raster) -> Shapes:
    """Return the zones' shapes in the raster's CRS."""
    require_planar(zones=zones)
    crs, geometry = _crs(raster), zones.geometry
    if crs.is_geographic and (raster.transform[1] or raster.transform[3]):
        message = f"{raster.path}: lies askew on its grid of degrees; warp it north up"
        raise DataError(message)
    if not zones.crs.equals(crs, ignore_axis_order=True):
        geometry = geometry.segmentize(DENSE_M).to_crs(crs)
    shapes: Shapes = geometry.to_numpy()
    return shapes


def _crs(raster: Raster) -> CRS:
    try:
        return CRS(raster.crs)
    except CRSError as error:
        message = f"{raster.path}: found CRS {raster.crs!r}; expected a known one; declare it"
        raise CrsError(message) from error


def _row_areas_ha(raster: Raster, first: int, last: int) -> Floats:
    """Return what one cell of each row measures, from row `first` to before row `last`."""
    crs, (a, b, _, d, e, f) = _crs(raster), raster.transform
    unit = crs.axis_info[0].unit_conversion_factor  # to metres, or to radians
    if not crs.is_geographic:
        return np.full(last - first, abs(a * e - b * d) * unit**2 / M2_PER_HA)
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        message = f"{raster.path}: {raster.crs} names no ellipsoid; expected one to measure on"
        raise CrsError(message)
    major_m, minor_m = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    latitude = np.clip((f + e * np.arange(first, last + 1)) * unit, -np.pi / 2, np.pi / 2)
    sine, eccentricity = np.sin(latitude), np.sqrt(1 - (minor_m / major_m) ** 2)
    # From the equator to a latitude, per radian of longitude (Snyder 1987, 3-12).
    bulge = np.arctanh(eccentricity * sine) / eccentricity if eccentricity else sine
    zone_m2 = minor_m**2 / 2 * (sine / (1 - (eccentricity * sine) ** 2) + bulge)
    areas_ha: Floats = np.abs(a * unit * np.diff(zone_m2)) / M2_PER_HA
    return areas_ha


@contextmanager
def _opened(raster: Raster) -> Iterator[Any]:
    try:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(raster.path) as data:
            yield data
    except RasterioError as error:
        message = f"{raster.path}: cannot be read: {error}; is it complete?"
        raise DataError(message) from error


@dataclass(frozen=True)
class _Strip:
    """
    Rows `first` to before `last` of a raster, and the edges that cross the centres of these rows.

    An edge is a row of `edges`: column and row of its upper end, columns per row, first and last
    row (excluded) whose centres it crosses; `zone` is the position of its zone.
    """

    raster: Raster
    first: int
    last: int
    zone: Integers
    edges: Floats


def _strips(shapes: Shapes, raster: Raster) -> list[_Strip]:
    """Cut a raster into strips of rows that zones meet."""
    zone, edges = _edges(shapes, raster)
    rows = _rows_of_a_strip(raster)
    lowest, highest = edges[:, 3] // rows, (edges[:, 4] - 1) // rows
    times = (highest - lowest + 1).astype(np.int64)
    edge = np.repeat(np.arange(len(edges)), times)
    strip = lowest.astype(np.int64)[edge] + _counted(times)
    order = np.argsort(strip, kind="stable")
    numbers, starts = np.unique(strip[order], return_index=True)
    return [
        _Strip(raster, n * rows, min((n + 1) * rows, raster.height), zone[part], edges[part])
        for n, part in zip(numbers.tolist(), np.split(edge[order], starts[1:]), strict=False)
    ]


def _rows_of_a_strip(raster: Raster) -> int:
    with _opened(raster) as data:
        block = data.block_shapes[0][0]
    rows = max(1, STRIP_CELLS // raster.width)
    if rows < block <= BLOCKS_CELLS // raster.width:
        return int(block)
    return rows // block * block or rows


def _edges(shapes: Shapes, raster: Raster) -> tuple[Integers, Floats]:
    """Take polygons apart into the edges that cross the centres of the raster's rows."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # Once more: the parts of a collection may themselves be of many parts.
    parts, part = shapely.get_parts(parts, return_index=True)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    a, b, c, d, e, f = tuple(~rasterio.Affine(*raster.transform))[:6]
    # The centre of the cell in column c and row r lies at (c, r).
    column = a * points[:, 0] + b * points[:, 1] + (c - 0.5)
    row = d * points[:, 0] + e * points[:, 1] + (f - 0.5)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    # From above to below: neighbours run along a shared edge in opposite directions, and must
    # find the same crossings.
    down = row[start] <= row[start + 1]
    upper, lower = np.where(down, start, start + 1), np.where(down, start + 1, start)
    first = np.clip(np.ceil(row[upper]), 0, raster.height)
    last = np.clip(np.ceil(row[lower]), 0, raster.height)
    kept = first < last
    upper, lower, first, last = upper[kept], lower[kept], first[kept], last[kept]
    slope = (column[lower] - column[upper]) / (row[lower] - row[upper])
    edges = np.column_stack([column[upper], row[upper], slope, first, last])
    return owner[part][polygon][ring[upper]], edges


def _counted(times: Integers) -> Integers:
    """Return 0, 1, … for each of `times`, one after the other."""
    return np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)


@dataclass(frozen=True)
class _Runs:
    """
    The cells of a strip that lie in zones, as runs along rows: columns `start` to before `stop`.

    `zone` counts among `zones`, their positions, and ascends; `row` counts from the strip's first.
    """

    zones: Integers
    zone: Integers
    row: Integers
    start: Integers
    stop: Integers


def _runs(strip: _Strip) -> _Runs:
    column, row, slope, first, last = strip.edges.T
    first, last = np.maximum(first, strip.first), np.minimum(last, strip.last)
    times = (last - first).astype(np.int64)
    edge = np.repeat(np.arange(len(times)), times)
    at = first.astype(np.int64)[edge] + _counted(times)
    crossing = column[edge] + (at - row[edge]) * slope[edge]
    zones, zone = np.unique(strip.zone, return_inverse=True)
    line = zone[edge] * (strip.last - strip.first) + at - strip.first
    order = np.lexsort((crossing, line))
    # Rings are closed: a line enters and leaves a zone in turn.
    column_of = np.clip(np.ceil(crossing[order]), 0, strip.raster.width).astype(np.int64)
    start, stop = column_of[::2], column_of[1::2]
    kept = start < stop
    zone, row = np.divmod(line[order[::2]][kept], strip.last - strip.first)
    return _Runs(zones, zone, row, start[kept], stop[kept])


def _gathered(
    measure: Callable[[_Strip], tuple[Integers, Floats]],
    shapes: Shapes,
    raster: Raster,
    kinds: int,
    executor: Executor | None,
) -> Floats:
    """Add up what the strips give: hectares of `kinds`, one row per shape."""
    total_ha = np.zeros((len(shapes), kinds))
    for zones, areas_ha in run_all(measure, _strips(shapes, raster), executor):
        total_ha[zones] += areas_ha
    return total_ha


def _streamed(
    shapes: Shapes, raster: Raster, classes: list[int], executor: Executor | None
) -> Floats:
    measure = partial(_classes_in, classes=classes)
    return _gathered(measure, shapes, raster, len(classes), executor)


def _classes_in(strip: _Strip, classes: list[int]) -> tuple[Integers, Floats]:
    runs = _runs(strip)
    cells = _ranked(_read(strip.raster, strip), classes)
    return runs.zones, _areas_ha(strip, runs, cells, len(classes) + 1)[:, 1:]
