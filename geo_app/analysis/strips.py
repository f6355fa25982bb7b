"""Rasters piece by piece: zones burnt over windows of cells, in little memory and anywhere."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import rasterio
import shapely
from pyproj import CRS
from rasterio.features import rasterize
from rasterio.transform import Affine
from rasterio.windows import Window

from geo_app.analysis.parallel import run_all
from geo_app.domain.raster import Raster

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Cells = NDArray[Any]

STRIP_CELLS = 4_000_000
"""Cells of one strip: what is held in memory at once."""
CHUNK_CELLS = 131_072
"""Cells counted at once."""


@dataclass(frozen=True, eq=False)
class Work:
    """What is to be counted: zones in the raster's CRS, a raster, perhaps a later one, codes."""

    shapes: Shapes
    raster: Raster
    codes: NDArray[np.int64]
    after: Raster | None = None


@dataclass(frozen=True, eq=False)
class Strip:
    """A window of cells, and the layers of zones that meet it: one piece of work."""

    work: Work
    window: tuple[int, int, int, int]
    layers: tuple[NDArray[np.int64], ...]
    cell_m2: Floats

    def cells(self, raster: Raster, *, margin: int = 0) -> tuple[Cells, float | None]:
        """Return the raw cells, with `margin` cells more on every side, and what means no data."""
        column, row, columns, rows = self.window
        window = Window(column - margin, row - margin, columns + 2 * margin, rows + 2 * margin)
        with rasterio.open(raster.path) as data:
            return data.read(1, window=window, boundless=margin > 0), data.nodata

    def read(self, raster: Raster) -> Cells:
        """Return the cells' class, as position in the codes; one past the last for any other."""
        cells, nodata = self.cells(raster)
        return _positions(cells, self.work.codes, nodata)

    def burnt(self, layer: NDArray[np.int64]) -> Cells:
        """Return which zone of a layer, from 1, each cell's centre lies in; 0: none."""
        column, row, columns, rows = self.window
        transform = Affine(*self.work.raster.transform) @ Affine.translation(column, row)
        pairs = zip(map(_mapping, self.work.shapes[layer]), range(1, len(layer) + 1), strict=True)
        kind = "uint16" if len(layer) < 65_535 else "uint32"
        zones: Cells = rasterize(
            pairs, out_shape=(rows, columns), transform=transform, fill=0, dtype=kind
        )
        return zones

    def sums(self, zones: Cells, columns: Cells, width: int, count: int) -> Floats:
        """Sum the cells' areas by zone (from 1) and column; column `width` is left out."""
        size = (count + 1) * (width + 1)
        even = np.ptp(self.cell_m2) == 0
        found = np.zeros(size)
        step = max(1, CHUNK_CELLS // zones.shape[1])
        keys = np.empty((step, zones.shape[1]), dtype=np.intp)
        # What is worked on at once stays in the processor's cache.
        for row in range(0, len(zones), step):
            part = slice(row, row + step)
            own = keys[: len(zones[part])]
            np.multiply(zones[part], width + 1, out=own, casting="unsafe", dtype=np.intp)
            own += columns[part]
            if even:
                found += np.bincount(own.ravel(), minlength=size)
            else:
                weights = np.broadcast_to(self.cell_m2[part, None], own.shape)
                found += np.bincount(own.ravel(), weights.ravel(), minlength=size)
        if even:
            found *= self.cell_m2[0]
        table: Floats = found.reshape(count + 1, width + 1)[1:, :width]
        return table


def _mapping(shape: Any) -> dict[str, Any]:
    """Return a polygon as GeoJSON writes it; shapely's own way goes point by point."""
    parts = [
        [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(part)]
        for part in shapely.get_parts(shape)
        if shapely.get_dimensions(part) == 2
    ]
    return {"type": "MultiPolygon", "coordinates": parts}


def _positions(cells: Cells, codes: NDArray[np.int64], nodata: float | None) -> Cells:
    other = len(codes)
    if cells.dtype.itemsize <= 2:
        least = int(np.iinfo(cells.dtype).min)
        table = np.full(
            int(np.iinfo(cells.dtype).max) - least + 1,
            other,
            dtype=np.uint8 if other < 255 else np.int32,
        )
        known = codes[(codes >= least) & (codes - least < len(table))]
        table[known - least] = np.flatnonzero(np.isin(codes, known))
        if nodata is not None and float(nodata).is_integer() and 0 <= nodata - least < len(table):
            table[int(nodata) - least] = other
        return table[cells.astype(np.int32) - least] if least else table[cells]
    order = np.argsort(codes)
    place = np.searchsorted(codes[order], cells).clip(max=len(codes) - 1)
    found = codes[order][place] == cells
    if nodata is not None:
        found &= cells != nodata
    return np.where(found, order[place], other).astype(np.int32)


def streamed(
    count: Callable[[Strip], list[Floats]], work: Work, executor: Executor | None
) -> Floats:
    """Sum what `count` finds in each strip, by zone and column, square metres."""
    strips = list(_cut(work))
    found = run_all(count, strips, executor)
    width = len(work.codes) ** (2 if work.after is not None else 1)
    total = np.zeros((len(work.shapes), width))
    for strip, areas in zip(strips, found, strict=True):
        for layer, part in zip(strip.layers, areas, strict=True):
            total[layer, : part.shape[1]] += part
    return total


def count_classes(strip: Strip) -> list[Floats]:
    """Measure each class, by layer and zone."""
    cells, width = strip.read(strip.work.raster), len(strip.work.codes)
    return [strip.sums(strip.burnt(one), cells, width, len(one)) for one in strip.layers]


def count_edges(strip: Strip) -> list[Floats]:
    """Measure cells with a neighbour of the other kind, in one column."""
    cells, nodata = strip.cells(strip.work.raster, margin=1)
    inside = _positions(cells, strip.work.codes, nodata) < len(strip.work.codes)
    known = np.ones_like(inside) if nodata is None else cells != nodata
    column, row, columns, rows = strip.window
    raster = strip.work.raster
    # Beyond the raster's ends nothing is known either.
    known[[0, -1]] &= np.array([[row > 0], [row + rows < raster.height]])
    known[:, [0, -1]] &= np.array([column > 0, column + columns < raster.width])
    middle = slice(1, -1)
    edge = np.zeros_like(inside[middle, middle])
    beside = [(slice(0, -2), middle), (slice(2, None), middle)]
    beside += [(middle, slice(0, -2)), (middle, slice(2, None))]
    for place in beside:
        edge |= (inside[middle, middle] != inside[place]) & known[place]
    edge &= known[middle, middle]
    other = np.where(edge, 0, 1)
    return [strip.sums(strip.burnt(one), other, 1, len(one)) for one in strip.layers]


def count_changes(strip: Strip) -> list[Floats]:
    """Measure each pair of classes before and after."""
    assert strip.work.after is not None
    size = len(strip.work.codes)
    before, after = strip.read(strip.work.raster), strip.read(strip.work.after)
    both = (before < size) & (after < size)
    columns = np.where(both, before.astype(np.int32) * size + after, size**2)
    return [strip.sums(strip.burnt(one), columns, size**2, len(one)) for one in strip.layers]


def _cut(work: Work) -> Iterator[Strip]:
    """Cut the raster into windows of whole blocks, each with the zones that meet it."""
    placed = np.flatnonzero(~shapely.is_missing(work.shapes))
    if not len(placed):
        return
    shapes = work.shapes[placed]
    layer, tree = _layers(shapes), shapely.STRtree(shapes)
    area_m2 = row_areas_m2(work.raster)
    for window in _windows(work.raster):
        column, row, columns, rows = window
        ends = Affine(*work.raster.transform) @ np.array(
            [[column, column + columns], [row, row + rows]]
        )
        here = shapely.box(*np.min(ends, axis=1), *np.max(ends, axis=1))
        members = np.sort(tree.query(here, predicate="intersects"))
        if len(members):
            own = tuple(
                placed[members[layer[members] == each]] for each in np.unique(layer[members])
            )
            part = replace(work, shapes=_only(work.shapes, placed[members]))
            yield Strip(part, window, own, area_m2[row : row + rows])


def _windows(raster: Raster) -> Iterator[tuple[int, int, int, int]]:
    """Return column, row, width and height of windows of whole blocks, within `STRIP_CELLS`."""
    with rasterio.open(raster.path) as data:
        high, wide = data.block_shapes[0]
    columns = min(raster.width, max(wide, STRIP_CELLS // high // wide * wide))
    rows = max(high, STRIP_CELLS // columns // high * high)
    for row in range(0, raster.height, rows):
        for column in range(0, raster.width, columns):
            yield (
                column,
                row,
                min(columns, raster.width - column),
                min(rows, raster.height - row),
            )


def _only(shapes: Shapes, members: NDArray[np.int64]) -> Shapes:
    """Return the shapes with all but `members` missing: a worker is sent no more than it needs."""
    kept = np.full(len(shapes), None, dtype=object)
    kept[members] = shapes[members]
    return kept


def _layers(shapes: Shapes) -> NDArray[np.int64]:
    """
    Give each zone the number of a layer within which zones hardly overlap.

    An overlap below a thousandth of the smaller zone is a sliver between neighbours: its cells go
    to one of the two.
    """
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    inner = ~shapely.touches(shapes[left], shapes[right])
    left, right = left[inner], right[inner]
    area = shapely.area(shapes)
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    heavy = shared > 1e-3 * np.minimum(area[left], area[right])
    layer = np.zeros(len(shapes), dtype=np.int64)
    against: dict[int, list[int]] = {}
    for one, other in zip(left[heavy].tolist(), right[heavy].tolist(), strict=True):
        against.setdefault(other, []).append(one)
    for zone, before in sorted(against.items()):
        taken = {int(layer[each]) for each in before}
        layer[zone] = next(number for number in range(len(taken) + 1) if number not in taken)
    return layer


def row_areas_m2(raster: Raster) -> Floats:
    """Return the area of one cell of each row: the same everywhere, but in degrees."""
    across, down = raster.transform[0], raster.transform[4]
    crs = CRS(raster.crs)
    if not crs.is_geographic:
        return np.full(raster.height, abs(across * down))
    sides = np.radians(raster.transform[5] + down * np.arange(raster.height + 1))
    ellipsoid = crs.ellipsoid
    assert ellipsoid is not None
    flat = ellipsoid.semi_minor_metre / ellipsoid.semi_major_metre
    bent = np.sqrt(1 - flat**2)
    sine = np.sin(sides)
    # Area between the equator and a parallel, for one radian (Snyder 1987, 3-12).
    if bent > 0:
        zone = sine / (1 - (bent * sine) ** 2) + np.arctanh(bent * sine) / bent
    else:
        zone = 2 * sine
    to_equator = ellipsoid.semi_minor_metre**2 / 2 * zone
    areas: Floats = np.abs(np.diff(to_equator)) * np.radians(abs(across))
    return areas
