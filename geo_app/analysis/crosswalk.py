"""Old units and new ones: what share of each went where, and indicators carried across."""

from concurrent.futures import Executor
from typing import Literal

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.analysis.overlay import shared_areas
from geo_app.errors import DataError

Rule = Literal["count", "share", "whole"]

EXACT = 1e-6
"""A share so near to 1 is all of it: what is left is rounding."""


def area_shares(
    old: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    *,
    sliver_pct: float = 0.5,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """
    Share old units out over new ones by area.

    Boundaries of two dates never meet exactly: an overlap of less than `sliver_pct` of both units
    is taken for that, not for land that changed hands, unless a unit has nothing else.

    Parameters
    ----------
    old, new
        Polygons in one metric CRS.

    Returns
    -------
    shares
        One row per pair: ``old`` and ``new`` (positions), ``share`` (of the old unit; per old
        unit they sum to 1), ``share_back`` (of the new unit; per new unit they sum to 1) and
        ``area_m2``. A unit without area, or that meets none of the other date, has no row.

    Raises
    ------
    CrsError
        If a frame has no CRS, is in degrees, or the two differ.
    """
    shared = shared_areas(old, new, executor=executor)
    pairs = shared.rename(columns={"zone": "old", "feature": "new"})
    part_old = pairs["area_m2"] / pairs.groupby("old")["area_m2"].transform("sum")
    part_new = pairs["area_m2"] / pairs.groupby("new")["area_m2"].transform("sum")
    wide = (part_old * 100 >= sliver_pct) | (part_new * 100 >= sliver_pct)
    return _normalised(pairs[wide].reset_index(drop=True), "area_m2")


def weight_shares(old: pd.Series, new: pd.Series, weight: pd.Series) -> pd.DataFrame:
    """
    Share old units out over new ones by what lies in both, such as people of villages.

    Parameters
    ----------
    old, new
        Positions of the units each thing belongs to; below 0: none.
    weight
        What each thing counts.

    Returns
    -------
    shares
        As `area_shares`, with ``weight`` instead of an area.
    """
    things = pd.DataFrame({"old": old, "new": new, "weight": weight.astype("float64")})
    inside = things[(things["old"] >= 0) & (things["new"] >= 0) & (things["weight"] > 0)]
    sums = inside.groupby(["old", "new"])["weight"].sum().reset_index()
    return _normalised(sums, "weight")


def listed_shares(pairs: pd.DataFrame) -> pd.DataFrame:
    """
    Share old units out over new ones as a table of mergers says; no geometry is needed.

    Parameters
    ----------
    pairs
        ``old`` and ``new`` (positions), one row per pair at least once.

    Returns
    -------
    shares
        As `area_shares`; a share the table does not tell (a unit that was divided) is missing.
    """
    sums = pairs[["old", "new"]].drop_duplicates().sort_values(["old", "new"], ignore_index=True)
    for name, share in (("old", "share"), ("new", "share_back")):
        alone = sums.groupby(name)[name].transform("size") == 1
        sums[share] = np.where(alone, 1.0, np.nan)
    return sums


def _normalised(pairs: pd.DataFrame, weight: str) -> pd.DataFrame:
    for name, share in (("old", "share"), ("new", "share_back")):
        pairs[share] = pairs[weight] / pairs.groupby(name)[weight].transform("sum")
    return pairs[["old", "new", "share", "share_back", weight]]


def exact_unions(shares: pd.DataFrame, *, of: Literal["old", "new"]) -> pd.Series:
    """
    Tell which units of one date are exact unions of units of the other.

    An old unit is one where every new unit that touches it lies in it alone.

    Returns
    -------
    exact
        By unit (position), for the units that have shares.
    """
    part = shares["share_back"] if of == "old" else shares["share"]
    whole = part.fillna(0.0) >= 1 - EXACT
    return whole.groupby(shares[of]).all().rename("exact")


def carry(
    values: pd.Series,
    shares: pd.DataFrame,
    *,
    rule: Rule,
    weight: pd.Series | None = None,
    back: bool = False,
) -> pd.DataFrame:
    """
    Carry an indicator from the old units to the new, or back.

    Parameters
    ----------
    values
        By old unit (position); new unit where `back`.
    shares
        What `area_shares`, `weight_shares` or `listed_shares` found.
    rule
        ``count``: divided by the shares, sums are preserved; ``share``: averaged with `weight`;
        ``whole``: cannot be divided, so only exact unions get the sum.
    weight
        For ``share``: what each source unit weighs, such as its people.

    Returns
    -------
    carried
        By unit of the other date: ``value``; ``low`` and ``high`` between which it lies whatever
        the true division of divided units was (for ``share`` they are the least and largest
        source value); ``estimated_pct``, how much of it rests on units that were divided. What a
        missing value or share makes unknown is missing.

    Raises
    ------
    DataError
        If ``share`` has no weight, or ``count`` meets a negative value.
    """
    source, goal = ("new", "old") if back else ("old", "new")
    part = shares["share_back" if back else "share"]
    pieces = pd.DataFrame(
        {
            "goal": shares[goal],
            "value": shares[source].map(values),
            "part": part,
            "divided": part.isna() | (part < 1 - EXACT),
        }
    )
    if rule == "share":
        if weight is None:
            message = "weight: is missing; a share is averaged by something, such as people"
            raise DataError(message)
        return _averaged(pieces.assign(weight=shares[source].map(weight)))
    if rule == "count" and (pieces["value"] < 0).any():
        message = "values: found a negative count; expected 0 or more"
        raise DataError(message)
    carried = _summed(pieces)
    if rule == "whole":
        exact = exact_unions(shares, of="old" if goal == "old" else "new")
        carried.loc[~exact.reindex(carried.index), ["value", "low", "high"]] = np.nan
    return carried


def _summed(pieces: pd.DataFrame) -> pd.DataFrame:
    """Sum pieces; a divided unit may in truth have gone there wholly, or not at all."""
    low = pieces["value"].where(~pieces["divided"], 0.0)
    # An unknown value stays unknown, even where its unit was divided.
    low = low.where(pieces["value"].notna())
    amount = pieces["value"] * pieces["part"]
    sums = pd.DataFrame(
        {"goal": pieces["goal"], "value": amount, "low": low, "high": pieces["value"]}
    )
    divided = amount.where(pieces["divided"], 0.0)
    known = sums.notna().groupby(sums["goal"]).all()
    carried = sums.groupby("goal").sum()
    share = divided.groupby(pieces["goal"]).sum() / carried["value"].where(carried["value"] > 0)
    carried = carried.where(known[["value", "low", "high"]])
    return carried.assign(estimated_pct=(100 * share).fillna(0.0).where(known["value"]))


def _averaged(pieces: pd.DataFrame) -> pd.DataFrame:
    """Average pieces by their weight."""
    heavy = pieces["weight"] * pieces["part"]
    known = (heavy.notna() & pieces["value"].notna()).groupby(pieces["goal"]).all()
    total = heavy.groupby(pieces["goal"]).sum()
    value = (heavy * pieces["value"]).groupby(pieces["goal"]).sum() / total.where(total > 0)
    grouped = pieces.groupby("goal")["value"]
    divided = heavy.where(pieces["divided"], 0.0).groupby(pieces["goal"]).sum()
    carried = pd.DataFrame(
        {
            "value": value,
            "low": grouped.min(),
            "high": grouped.max(),
            "estimated_pct": 100 * divided / total.where(total > 0),
        }
    )
    return carried.where(known)
