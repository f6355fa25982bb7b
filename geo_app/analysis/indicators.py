"""Figures of units put together, and the classes that a map shows them in."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd


def put_together(
    values: pd.Series, *, weight: pd.Series | None = None, mean: bool = False
) -> float | None:
    """
    Put the figures of all units of one set together.

    Parameters
    ----------
    values
        One per unit, in one unit of measure.
    weight
        For a `mean`: what each unit weighs, on the same index. A unit that weighs nothing needs no
        figure.

    Returns
    -------
    whole
        Their sum, or mean by weight; None where a figure or a weight is not known.
    """
    if not mean:
        return None if values.isna().any() or values.empty else float(values.sum())
    if weight is None or weight.reindex(values.index).isna().any():
        return None
    weighing = weight.reindex(values.index)
    heavy = weighing > 0
    if not heavy.any() or values[heavy].isna().any():
        return None
    return float((values[heavy] * weighing[heavy]).sum() / weighing[heavy].sum())


def equal_steps(values: Sequence[float], count: int) -> list[float]:
    """
    Return round levels between `count` classes or fewer of the same width.

    >>> equal_steps([0, 12, 47, 100], 5)
    [20.0, 40.0, 60.0, 80.0]
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    if not high > low:
        return []
    width = _round_up((high - low) / count)
    while len(steps := _multiples(width, low, high)) >= count:
        width = _round_up(width * 1.001)
    return steps


def quantile_steps(values: Sequence[float], count: int) -> list[float]:
    """
    Return levels between `count` classes or fewer that hold about as many units each.

    They are rounded to three figures where that leaves them apart.

    >>> quantile_steps([1, 2, 3, 4], 2)
    [2.5]
    """
    levels = np.quantile(values, np.arange(1, count) / count) if len(values) else np.empty(0)
    rounded = [float(f"{level:.3g}") for level in levels]
    exact = [float(level) for level in levels]
    chosen = rounded if len(set(rounded)) == len(set(exact)) else exact
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [level for level in dict.fromkeys(chosen) if low < level <= high]


def _multiples(width: float, low: float, high: float) -> list[float]:
    """Return the multiples of `width` between two values."""
    first, last = math.floor(low / width) + 1, math.ceil(high / width) - 1
    return [float(f"{rank * width:.12g}") for rank in range(first, last + 1)]


def _round_up(width: float) -> float:
    """Return the next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(width))
    factor = next(each for each in (1, 2, 2.5, 5, 10) if each * power >= width * (1 - 1e-9))
    return factor * power
