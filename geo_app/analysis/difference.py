"""What changed between two states of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

Change = Literal["added", "changed", "removed"]
TOLERANCE_M = 0.001
"""Vertices nearer than this are the same: what a round trip through another CRS moves."""


@dataclass(frozen=True)
class Difference:
    """
    What changed from one state to another.

    `table` has one row per feature that is not unchanged: ``change``; ``key``; ``attributes``
    (names of the fields that differ, joined by commas); ``geometry_changed``; ``moved_m2`` for
    polygons (area of the symmetric difference) or ``moved_m`` for lines and points (Hausdorff
    distance); ``old`` and ``new``, the positions of the feature in either state, -1 for none.
    """

    table: pd.DataFrame
    unchanged: int
    by: Literal["key", "geometry"]

    @property
    def counts(self) -> dict[str, int]:
        """How many features were added, changed, removed and left as they were."""
        found = self.table["change"].value_counts()
        kinds: tuple[Change, ...] = ("added", "changed", "removed")
        return {kind: int(found.get(kind, 0)) for kind in kinds} | {"unchanged": self.unchanged}


def compare(
    old: pd.DataFrame, new: pd.DataFrame, *, key: Sequence[str], fields: Sequence[str]
) -> Difference:
    """
    Compare two states of a layer.

    Parameters
    ----------
    old, new
        Frames of the same layer with the same types, polygons, lines or points in one metric CRS,
        or tables.
    key
        Fields that name a feature; empty: features are matched by their geometry.
    fields
        Fields whose values are compared.

    Returns
    -------
    difference
        See `Difference`.
    """
    matched = _by_key(old, new, key) if key else match_by_geometry(old, new)
    there = np.flatnonzero(matched >= 0)
    before, after = old.iloc[matched[there]], new.iloc[there]
    differing = _attributes(before, after, [name for name in fields if name not in key])
    moved, amount = _moved(before, after)
    changed = (differing != "") | moved
    removed = np.setdiff1d(np.arange(len(old)), matched[there])
    added = np.flatnonzero(matched < 0)
    parts = [
        _part("added", new, added, key, old=np.full(len(added), -1), new_at=added),
        _part(
            "changed",
            new,
            there[changed],
            key,
            old=matched[there][changed],
            new_at=there[changed],
            attributes=differing[changed],
            geometry_changed=moved[changed],
            amount=amount[changed],
        ),
        _part("removed", old, removed, key, old=removed, new_at=np.full(len(removed), -1)),
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table.rename(columns={"amount": _unit_column(new)})
    return Difference(table, int((~changed).sum()), "key" if key else "geometry")


def match_by_geometry(old: pd.DataFrame, new: pd.DataFrame) -> NDArray[np.int64]:
    """
    Find for each feature of `new` the one of `old` it continues.

    The same shape first; then, among what is left, polygons that share more than half of both.

    Returns
    -------
    matched
        Positions in `old`, one per row of `new`; -1 for none. No position comes twice.
    """
    shapes = _shapes(old), _shapes(new)
    prints = [pd.Index(shapely.to_wkb(shapely.normalize(each))) for each in shapes]
    first = ~prints[0].duplicated()
    at = pd.Index(prints[0][first]).get_indexer(prints[1])
    matched = np.where(at >= 0, np.flatnonzero(first)[at], -1).astype("int64")
    matched[pd.Series(matched).duplicated().to_numpy() & (matched >= 0)] = -1
    left_new = np.flatnonzero(matched < 0)
    left_old = np.setdiff1d(np.arange(len(old)), matched)
    pairs = _overlapping(shapes[0][left_old], shapes[1][left_new])
    matched[left_new[pairs[:, 1]]] = left_old[pairs[:, 0]]
    return matched


def _overlapping(old: NDArray[Any], new: NDArray[Any]) -> NDArray[np.int64]:
    """Return pairs (old, new) of polygons that share more than half of both; each comes once."""
    polygons = np.isin(shapely.get_type_id(new), (3, 6))
    if not len(old) or not polygons.any():
        return np.empty((0, 2), dtype="int64")
    tree = shapely.STRtree(old)
    ours, theirs = tree.query(new, predicate="intersects")
    shared = shapely.area(shapely.intersection(new[ours], old[theirs]))
    half = np.maximum(shapely.area(new[ours]), shapely.area(old[theirs])) / 2
    chosen = shared > half
    return np.column_stack([theirs[chosen], ours[chosen]])


def _by_key(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> NDArray[np.int64]:
    if len(key) == 1:
        return np.asarray(pd.Index(old[key[0]]).get_indexer(pd.Index(new[key[0]])), dtype="int64")
    names = list(key)
    indexes = [pd.MultiIndex.from_frame(frame[names]) for frame in (old, new)]
    return np.asarray(indexes[0].get_indexer(indexes[1]), dtype="int64")


def _attributes(
    before: pd.DataFrame, after: pd.DataFrame, fields: Sequence[str]
) -> NDArray[np.object_]:
    """Return for each pair the names of the fields that differ, joined by commas."""
    names = np.full(len(after), "", dtype=object)
    for field in fields:
        a, b = before[field].reset_index(drop=True), after[field].reset_index(drop=True)
        both_missing = (a.isna() & b.isna()).to_numpy(dtype=bool)
        same = (a == b).fillna(value=False).to_numpy(dtype=bool) | both_missing
        names[~same] += f"{field},"
    return np.array([name.rstrip(",") for name in names], dtype=object)


def _moved(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return whether each shape changed, and by how much: m² for polygons, else metres."""
    amount = np.zeros(len(after))
    if not isinstance(after, gpd.GeoDataFrame) or not isinstance(before, gpd.GeoDataFrame):
        return np.zeros(len(after), dtype=bool), amount
    a, b = _shapes(before), _shapes(after)
    same = shapely.equals_exact(a, b, tolerance=TOLERANCE_M)
    same |= shapely.is_missing(a) & shapely.is_missing(b)
    rest = np.flatnonzero(~same)
    # The same ring may begin at another vertex.
    again = shapely.equals_exact(
        shapely.normalize(a[rest]), shapely.normalize(b[rest]), tolerance=TOLERANCE_M
    )
    rest = rest[~again]
    moved = np.zeros(len(after), dtype=bool)
    moved[rest] = True
    polygons = np.isin(shapely.get_type_id(b[rest]), (3, 6))
    areas, others = rest[polygons], rest[~polygons]
    was, now = shapely.make_valid(a[areas]), shapely.make_valid(b[areas])
    amount[areas] = shapely.area(shapely.symmetric_difference(was, now))
    amount[others] = shapely.hausdorff_distance(a[others], b[others])
    return moved, amount


def _shapes(frame: pd.DataFrame) -> NDArray[Any]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return np.full(len(frame), None, dtype=object)
    shapes: NDArray[Any] = frame.geometry.to_numpy()
    return shapes


def _unit_column(frame: pd.DataFrame) -> str:
    polygons = isinstance(frame, gpd.GeoDataFrame) and frame.geom_type.str.endswith("Polygon").any()
    return "moved_m2" if polygons else "moved_m"


def _part(  # noqa: PLR0913 (one line of the table, column by column)
    change: Change,
    frame: pd.DataFrame,
    rows: NDArray[Any],
    key: Sequence[str],
    *,
    old: NDArray[Any],
    new_at: NDArray[Any],
    attributes: NDArray[Any] | str = "",
    geometry_changed: NDArray[Any] | bool = False,
    amount: NDArray[Any] | float = 0.0,
) -> pd.DataFrame:
    taken = frame.iloc[rows]
    names = taken[list(key)].astype("str").agg(" ".join, axis=1) if key and len(taken) else ""
    made = pd.DataFrame({"old": old.astype("int64"), "new": new_at.astype("int64")})
    made.insert(0, "change", change)
    made.insert(1, "key", names.to_numpy() if isinstance(names, pd.Series) else names)
    made["attributes"] = attributes
    made["geometry_changed"] = geometry_changed
    made["amount"] = amount
    return made
