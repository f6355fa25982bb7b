"""The shape of the ground, from heights on a grid."""

import numpy as np
from numpy.typing import NDArray

Heights = NDArray[np.float64]
HALO = 1
"""Rows and columns around a cell that its slope needs."""


def slope_degrees(heights_m: Heights, cell_m: float) -> Heights:
    """
    Return the slope of each inner cell, degrees, by Horn's method (1981).

    Parameters
    ----------
    heights_m
        Shape (rows + 2, columns + 2): a cell more on every side; NaN where not known.
    cell_m
        Side of the square cells, metres.

    Returns
    -------
    slope
        Shape (rows, columns), 0 to 90; NaN where a neighbour is not known.
    """
    z = heights_m
    west = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2]
    east = z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
    north = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:]
    south = z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
    rise = np.hypot(east - west, south - north) / (8 * cell_m)
    # A cell that is unknown itself has no slope, though Horn's weights leave it out.
    slope: Heights = np.degrees(np.arctan(rise)) + 0 * z[1:-1, 1:-1]
    return slope
