"""Forest cover: the official share, what is left to the target, and a series with breaks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

DENOMINATOR_TOLERANCE_PCT = 0.5
"""Denominators that differ by more change the share visibly: the reader is warned."""


def cover_pct(forest_ha: pd.Series, area_ha: pd.Series) -> pd.Series:
    """
    Return forest as a percentage of area; unknown where the area is unknown or zero.

    The official figure takes forest that meets the criterion, planted forest not yet formed left
    out, over the official natural area (Circular 33/2018/TT-BNNPTNT as amended).
    """
    return 100 * forest_ha / area_ha.where(area_ha > 0)


def gap_ha(forest_ha: pd.Series, area_ha: pd.Series, target_pct: float) -> pd.Series:
    """Return the hectares of forest missing to `target_pct` of the area; negative: beyond it."""
    return area_ha * target_pct / 100 - forest_ha


def largest_gap_pct(areas_ha: Sequence[pd.Series]) -> pd.Series:
    """
    Return how far the areas that may serve as denominator lie apart, percent of the first.

    Unknown areas are passed over; 0 where only one is known.
    """
    together = pd.concat([area.reset_index(drop=True) for area in areas_ha], axis=1)
    spread = together.max(axis=1) - together.min(axis=1)
    first = together.bfill(axis=1).iloc[:, 0]
    return pd.Series((100 * spread / first.where(first > 0)).to_numpy(), areas_ha[0].index)


def cross_table(
    areas: pd.DataFrame, rows: str, columns: str, value: str, *, codes: Sequence[str]
) -> pd.DataFrame:
    """
    Sum `value` by two classes, every code of `codes` in its own column, with a total.

    Parameters
    ----------
    areas
        One row per piece; missing classes count as ``unknown``.

    Returns
    -------
    table
        Index: values of `rows` found, sorted; columns: `codes`, then ``total``.
    """
    named = areas.assign(
        **{
            name: areas[name].astype(object).where(areas[name].notna(), "unknown")
            for name in (rows, columns)
        }
    )
    table = named.pivot_table(
        index=rows, columns=columns, values=value, aggfunc="sum", observed=True
    )
    extra = [code for code in table.columns if code not in codes]
    table = table.reindex(columns=[*codes, *extra]).fillna(0.0)
    return table.assign(total=table.sum(axis=1)).rename_axis(columns=None)


def segments(years: pd.Series, broken: pd.Series) -> pd.Series:
    """
    Give the stretches of a series that may be compared a number each.

    Parameters
    ----------
    years
        Ascending.
    broken
        True where a year cannot be compared with the one before (measured anew, defined anew).

    Returns
    -------
    segment
        0 for the first stretch, 1 after the first break, …
    """
    if not years.is_monotonic_increasing:
        message = "years: found them out of order; expected ascending years"
        raise ValueError(message)
    return broken.fillna(False).astype(bool).cumsum().astype(np.int64)
