"""Draw chains of cells as road lines: smooth between their fixed points, exact at them."""

import itertools
from collections.abc import Container, Sequence

import numpy as np

import shapely
from shapely.geometry import LineString
from shapely.ops import substring

from sample.grid import Floats

_ROUNDS = 2
_TOLERANCE_M = 9.0


def draw_line(cells: Sequence[int], points: Floats, fixed: Container[int]) -> LineString:
    """
    Draw a chain of cells as a smooth line.

    Parameters
    ----------
    cells
        Cells in order.
    points
        Point of every cell, by its number.
    fixed
        Cells whose point the line keeps as a vertex: where other roads join. The ends are kept
        in any case.

    Returns
    -------
    line
        Line through the fixed points, corners between them cut twice (Chaikin).
    """
    cuts = [0, *(i for i in range(1, len(cells) - 1) if cells[i] in fixed), len(cells) - 1]
    pieces = []
    for start, stop in itertools.pairwise(cuts):
        piece = _thin(_cut_corners(points[np.array(cells[start : stop + 1])]))
        pieces.append(piece[: len(piece) if stop == cuts[-1] else -1])
    return LineString(np.concatenate(pieces))


def _cut_corners(path: Floats) -> Floats:
    for _ in range(_ROUNDS):
        near = 0.75 * path[:-1] + 0.25 * path[1:]
        far = 0.25 * path[:-1] + 0.75 * path[1:]
        inner = np.stack([near, far], axis=1).reshape(-1, 2)[1:-1]
        path = np.concatenate([path[:1], inner.round(1), path[-1:]])
    return path


def _thin(path: Floats) -> Floats:
    coordinates: Floats = shapely.get_coordinates(LineString(path).simplify(_TOLERANCE_M))
    return coordinates


def cut_short(line: LineString, gap_m: float, *, at_start: bool) -> LineString:
    """Take `gap_m` metres off one end of a line."""
    if at_start:
        return cut_short(line.reverse(), gap_m, at_start=False).reverse()
    return LineString(shapely.get_coordinates(substring(line, 0.0, line.length - gap_m)))


def split_even(cells: Sequence[int], longest: int) -> list[list[int]]:
    """
    Split a chain into parts of about equal length, none with more than `longest` steps.

    >>> split_even([1, 2, 3, 4, 5], 2)
    [[1, 2, 3], [3, 4, 5]]
    """
    steps = len(cells) - 1
    parts = -(-steps // longest)
    cuts = [round(k * steps / parts) for k in range(parts + 1)]
    return [list(cells[a : b + 1]) for a, b in itertools.pairwise(cuts)]
