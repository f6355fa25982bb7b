"""
A made-up relief that the made-up layers share: valleys low, ridges high.

Villages stand low, roads follow the valleys, forest covers the heights; so the synthetic layers
agree with each other. It is no elevation model and is never written to a file.
"""

from collections.abc import Sequence

import numpy as np

from shapely.geometry.base import BaseGeometry

from sample.grid import Floats, Grid, Mask

_SEED = 4010
_OCTAVES = ((4200.0, 0.7), (1900.0, 0.8), (800.0, 0.45), (350.0, 0.2))  # reach in metres, weight
_VALLEY_M = 1500.0


def shape_relief(grid: Grid, inside: Mask, valleys: Sequence[BaseGeometry]) -> Floats:
    """
    Raise a relief between 0 (valley floor) and 1 (highest ridge).

    Parameters
    ----------
    grid
        Cells to cover.
    inside
        Cells of the province; the ranks are taken among them.
    valleys
        Lines known to run low: the national roads.

    Returns
    -------
    relief
        Rank of each cell's height among those inside, 0 to 1.
    """
    height = np.zeros(grid.shape)
    for k, (reach_m, weight) in enumerate(_OCTAVES):
        # The zero lines of a smooth field are long and winding, as valleys are.
        height += weight * np.abs(grid.noise(_SEED + k, reach_m))
    away = grid.distance_m(grid.burn(valleys, touched=True)) / _VALLEY_M
    height *= 1 - 0.75 * np.exp(-np.square(away))
    return rank(height, inside)


def rank(field: Floats, inside: Mask) -> Floats:
    """Return the share of the cells inside that lie below each cell."""
    ordered = np.sort(field[inside])
    share: Floats = np.searchsorted(ordered, field) / ordered.size
    return share
