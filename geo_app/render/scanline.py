"""
Burn a million geometries into a grid of feature numbers, whole columns of numbers at a time.

Coordinates are pixels of a zoom level: x to the east, y to the south, the centre of the pixel in
column c and row r at (c + 0.5, r + 0.5).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

import shapely

Grid = NDArray[np.int32]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """A square of `size` × `size` pixels whose north-west corner lies at (`left`, `top`)."""

    left: float
    top: float
    size: int


@dataclass(frozen=True)
class Edges:
    """
    Geometries taken apart into straight edges, in the order of the features.

    A point is an edge that starts where it ends.
    """

    start: Floats
    end: Floats
    feature: NDArray[np.int32]

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The lower and the upper corner of each feature's box, row = feature number."""
        count = int(self.feature[-1]) + 1 if len(self.feature) else 0
        lower, upper = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
        if count:
            features, first = np.unique(self.feature, return_index=True)
            lower[features] = np.minimum.reduceat(np.minimum(self.start, self.end), first)
            upper[features] = np.maximum.reduceat(np.maximum(self.start, self.end), first)
        return lower, upper

    def scaled(self, factor: float) -> "Edges":
        """Return the same edges in pixels of another zoom level."""
        return Edges(self.start * factor, self.end * factor, self.feature)

    def within(self, window: Window) -> "Edges":
        """Return all edges of the features whose box meets `window`, relative to its corner."""
        corner = np.array([window.left, window.top])
        lower, upper = self.bounds
        met = np.all((upper >= corner) & (lower <= corner + window.size), axis=1)
        kept = np.flatnonzero(met[self.feature])
        return Edges(self.start[kept] - corner, self.end[kept] - corner, self.feature[kept])


def take_apart(geometries: NDArray[np.object_]) -> Edges:
    """
    Take polygons (rings and holes), lines or points apart into edges.

    Parameters
    ----------
    geometries
        Geometries of one kind, single or multi, in pixels.

    Returns
    -------
    edges
        Feature numbers are positions in `geometries`.
    """
    if shapely.get_dimensions(geometries).max(initial=0) == 0:
        places, owner = shapely.get_coordinates(geometries, return_index=True)
        return Edges(places, places, owner.astype(np.int32))
    _, points, offsets = shapely.to_ragged_array(geometries, include_z=False)
    strings, first = offsets[0], offsets[0]
    for inner in offsets[1:]:
        first = first[inner]
    feature = np.repeat(np.arange(len(geometries)), np.diff(first)).astype(np.int32)
    joined = np.ones(len(points), bool)
    joined[strings[1:] - 1] = False
    at = np.flatnonzero(joined)
    return Edges(points[at], points[at + 1], feature[at])


def fill(edges: Edges, window: Window) -> Grid:
    """
    Give each pixel the polygon at its centre.

    Parameters
    ----------
    edges
        Edges of polygons, by the even-odd rule.
    window
        The pixels wanted.

    Returns
    -------
    grid
        Feature number + 1, 0 where there is none; of overlapping features the last.
    """
    grid = np.zeros(window.size * window.size, np.int32)
    near = edges.within(window)
    keys = _crossings(near, window.size)
    keys.sort()
    first, length = keys[0::2], keys[1::2] - keys[0::2]
    line, column = np.divmod(first[length > 0], window.size + 1)
    feature, row = np.divmod(line, window.size)
    spans = length[length > 0]
    grid[_runs(row * window.size + column, spans)] = np.repeat(feature + 1, spans)
    return grid.reshape(window.size, window.size)


def trace(edges: Edges, window: Window, *, brush: int = 1) -> Grid:
    """
    Draw lines or points, never thinner than one pixel.

    Parameters
    ----------
    edges
        Edges of lines, or points.
    window
        The pixels wanted.
    brush
        Width in pixels.

    Returns
    -------
    grid
        Feature number + 1, 0 where there is none; of overlapping features the last.
    """
    grid = np.zeros((window.size, window.size), np.int32)
    near = edges.within(window)
    step = near.end - near.start
    # Two places a pixel: with one, rounding would leave gaps.
    count = np.ceil(2 * np.abs(step).max(axis=1, initial=0.0)).astype(np.int64) + 1
    edge = np.repeat(np.arange(len(count)), count)
    share = _runs(np.zeros_like(count), count) / np.maximum(count - 1, 1)[edge]
    pixel = np.floor(near.start[edge] + step[edge] * share[:, None]).astype(np.int64)
    for down in range(brush):
        for right in range(brush):
            column, row = pixel[:, 0] + right - brush // 2, pixel[:, 1] + down - brush // 2
            inside = (column >= 0) & (row >= 0) & (column < window.size) & (row < window.size)
            grid[row[inside], column[inside]] = near.feature[edge[inside]] + 1
    return grid


def _crossings(edges: Edges, size: int) -> Integers:
    """
    Find where edges cross the rows' centre lines, each crossing as one number that sorts.

    Sorted, two neighbours open and close a span of one feature in one row: the number is
    (feature × size + row) × (size + 1) + first column whose centre lies east of the crossing.
    """
    falls = edges.start[:, 1] <= edges.end[:, 1]
    upper = np.where(falls[:, None], edges.start, edges.end)
    lower = np.where(falls[:, None], edges.end, edges.start)
    first = np.clip(np.ceil(upper[:, 1] - 0.5), 0, size).astype(np.int64)
    last = np.clip(np.ceil(lower[:, 1] - 0.5), 0, size).astype(np.int64)
    count = last - first
    crossing = count > 0
    upper, lower, count = upper[crossing], lower[crossing], count[crossing]
    slope = (lower[:, 0] - upper[:, 0]) / (lower[:, 1] - upper[:, 1])
    base = upper[:, 0] - upper[:, 1] * slope
    row = _runs(first[crossing], count)
    x = np.repeat(base, count) + (row + 0.5) * np.repeat(slope, count)
    column = np.clip(np.ceil(x - 0.5), 0, size).astype(np.int64)
    feature = np.repeat(edges.feature[crossing].astype(np.int64), count)
    keys: Integers = (feature * size + row) * (size + 1) + column
    return keys


def _runs(first: Integers, count: Integers) -> Integers:
    """Count upwards from each of `first`, `count` numbers each: [5, 9], [2, 3] → 5 6 9 10 11."""
    starts = np.cumsum(count) - count
    numbers: Integers = np.repeat(first - starts, count) + np.arange(count.sum())
    return numbers
