"""
Events along a road: placed by chainage, cut into pieces by status, carried to a new course.

Places are metres along the course of a `Route`; an event runs from `start_m` to `end_m`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import shapely

from geo_app.analysis.linear import (
    Course,
    Flags,
    Floats,
    Integers,
    Route,
    locate_on,
    to_along,
    to_chainage,
)
from geo_app.domain.road_event import GAP, SEVERAL, UNKNOWN

LEAST_M = 1.0
"""Overlaps and gaps that are shorter come from rounding."""
_LEFT, _RIGHT = 1, 2
_SIDES = {"left": _LEFT, "right": _RIGHT}


def place_events(route: Route, from_m: Floats, to_m: Floats) -> pd.DataFrame:
    """
    Place events by their chainages.

    Where a jump makes a chainage exist twice, the place after the jump is taken if start and end
    then follow each other.

    Parameters
    ----------
    from_m, to_m
        Chainages in metres; a missing `to_m` is an event at a point.

    Returns
    -------
    places
        ``start_m`` and ``end_m`` along the course, NaN where they are not on the road or do not
        follow each other; ``twice``: a chainage of it exists twice.
    """
    starts = to_along(route, from_m)
    ends = to_along(route, np.where(np.isnan(to_m), from_m, to_m))
    pairs = [(start, end) for end in _later_first(ends) for start in _later_first(starts)]
    follow = [start <= end for start, end in pairs]
    return pd.DataFrame(
        {
            "start_m": np.select(follow, [start for start, _ in pairs], np.nan),
            "end_m": np.select(follow, [end for _, end in pairs], np.nan),
            "twice": ~np.isnan(starts[1]) | ~np.isnan(ends[1]),
        }
    )


def _later_first(places: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    first, second = places
    return np.where(np.isnan(second), first, second), first


def posted_m(route: Route, along_m: Floats) -> Floats:
    """
    Count the metres that posts tell up to places along the course.

    Between two places it is the difference of their chainages, what a jump skips or repeats
    made good: where Km21+200 = Km20, Km19 to Km22 is 4,200 m.
    """
    posts = route.posts
    gained = np.r_[0.0, np.cumsum(posts.back_m - posts.ahead_m)]
    passed = np.searchsorted(posts.along_m, along_m, side="right")
    counted: Floats = to_chainage(route, along_m) + gained[passed]
    return counted


def states_along(
    events: pd.DataFrame, *, within: tuple[float, float] | None = None
) -> pd.DataFrame:
    """
    Cut a road where events begin and end, and tell the state of each piece on either side.

    Parameters
    ----------
    events
        ``start_m``, ``end_m``, ``side`` ("left", "right"; else both), ``status`` (missing: not
        told). Events at a point count for nothing. Where there is a ``rank``, only the events of
        the lowest in a place tell its state.
    within
        The stretch to cut, metres along; None: from the first event to the last.

    Returns
    -------
    pieces
        ``start_m``, ``end_m``, ``left``, ``right``, in order. A state is the one status that the
        events there tell, `SEVERAL` where they tell different ones, `UNKNOWN` where they tell
        none, `GAP` where there is no event. ``events`` has the labels of those there.
    """
    start, end = (events[name].to_numpy(dtype="float64") for name in ("start_m", "end_m"))
    if within is not None:
        start, end = np.clip(start, *within), np.clip(end, *within)
    kept = np.flatnonzero(end > start)
    bounds = np.unique(np.r_[start[kept], end[kept], within or ()])
    first, last = np.searchsorted(bounds, start[kept]), np.searchsorted(bounds, end[kept])
    event, piece = _ranges(first, last)
    sides, status = _sides(events["side"])[kept], events["status"].iloc[kept]
    rank = events["rank"].to_numpy()[kept] if "rank" in events else np.zeros(len(kept))
    count = max(0, len(bounds) - 1)
    there: list[list[object]] = [[] for _ in range(count)]
    for at, label in zip(piece, events.index[kept][event], strict=True):
        there[at].append(label)
    on = {
        name: _states(status, event, piece, count, meets=meets & _first(rank[event], piece, meets))
        for name, meets in ((name, sides[event] & side > 0) for name, side in _SIDES.items())
    }
    return pd.DataFrame(
        {
            "start_m": bounds[:-1],
            "end_m": bounds[1:],
            **on,
            "events": pd.Series([tuple(each) for each in there], dtype="object"),
        }
    )


def _ranges(first: Integers, last: Integers) -> tuple[Integers, Integers]:
    """Return owner and member of every range from `first` to before `last`."""
    counts = last - first
    owner = np.repeat(np.arange(len(counts)), counts)
    begins = np.cumsum(counts) - counts
    member = np.arange(len(owner)) - begins[owner] + first[owner]
    return owner.astype(np.int64), member.astype(np.int64)


def _sides(side: pd.Series) -> Integers:
    """Return sides as bits."""
    return side.map(_SIDES).fillna(_LEFT | _RIGHT).to_numpy().astype(np.int64)


def _first(rank: Floats, piece: Integers, meets: Flags) -> Flags:
    """Tell which events have the lowest rank of those that meet a piece."""
    lowest = np.full(piece.max(initial=-1) + 1, np.inf)
    np.minimum.at(lowest, piece[meets], rank[meets])
    first: Flags = rank == lowest[piece]
    return first


def _states(
    status: pd.Series, event: Integers, piece: Integers, count: int, *, meets: Flags
) -> NDArray[np.object_]:
    codes, names = pd.factorize(status)
    covered, told = np.zeros(count, dtype=bool), np.zeros((count, len(names)), dtype=bool)
    covered[piece[meets]] = True
    known = meets & (codes[event] >= 0)
    told[piece[known], codes[event][known]] = True
    how_many = told.sum(axis=1)
    states = np.full(count, GAP, dtype=object)
    states[covered] = UNKNOWN
    single, which = np.nonzero(told & (how_many == 1)[:, None])
    states[single] = np.asarray(names, dtype=object)[which]
    states[how_many > 1] = SEVERAL
    return states


def metres_by_state(pieces: pd.DataFrame, metres: Floats) -> pd.Series:
    """
    Add up metres by state; a piece counts half on either side.

    Parameters
    ----------
    pieces
        As `states_along` returns them.
    metres
        The length of each.
    """
    halves = pd.concat([pd.Series(metres / 2, pd.Index(pieces[side])) for side in _SIDES])
    return halves.groupby(level=0).sum()


def gaps(pieces: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches without events, ``start_m``, ``end_m``, ``side``, neighbours joined."""
    bits = sum((pieces[name] == GAP).to_numpy() * bit for name, bit in _SIDES.items())
    side = pd.Series(bits, pieces.index).map({1: "left", 2: "right", 3: "both"})
    found = pieces[["start_m", "end_m"]].assign(side=side)
    run = (side != side.shift()).cumsum()[side.notna()]
    joined = (
        found[side.notna()]
        .groupby(run)
        .agg(start_m=("start_m", "first"), end_m=("end_m", "last"), side=("side", "first"))
    )
    return joined[joined["end_m"] - joined["start_m"] >= LEAST_M].reset_index(drop=True)


def overlaps(events: pd.DataFrame) -> pd.DataFrame:
    """
    Find the events that share a stretch of the same side.

    Parameters
    ----------
    events
        As for `states_along`.

    Returns
    -------
    shared
        ``first`` and ``second`` (labels of `events`, the one that begins earlier first),
        ``start_m``, ``end_m``; those of `LEAST_M` or more.
    """
    ordered = events.sort_values(["start_m", "end_m"], kind="stable")
    start, end = ordered["start_m"].to_numpy(), ordered["end_m"].to_numpy()
    sides, number = _sides(ordered["side"]), np.arange(len(ordered))
    after = np.searchsorted(start, end - LEAST_M, side="right")
    one, other = _ranges(number + 1, np.maximum(after, number + 1))
    until = np.minimum(end[one], end[other])
    shared = (until - start[other] >= LEAST_M) & (sides[one] & sides[other] > 0)
    one, other, until = one[shared], other[shared], until[shared]
    labels = ordered.index
    return pd.DataFrame(
        {
            "first": labels[one],
            "second": labels[other],
            "start_m": start[other],
            "end_m": until,
        }
    )


def carry_over(old: Course, new: Route, along_m: Floats) -> pd.DataFrame:
    """
    Find the places of an old course that lie nearest on a new one.

    Returns
    -------
    carried
        ``along_m`` on the new course, ``moved_m`` from the old place, ``chainage_m`` there.
    """
    along, moved = locate_on(new.course, old.points(along_m))
    chainage = to_chainage(new, along)
    return pd.DataFrame({"along_m": along, "moved_m": moved, "chainage_m": chainage})


def apart_m(
    course: Course, other: Course, start_m: Floats, end_m: Floats, *, within_m: float
) -> Floats:
    """Measure how much of each stretch of a course lies farther than `within_m` from another."""
    near = shapely.buffer(other.part(0.0, other.length_m), within_m)
    shapely.prepare(near)
    stretches = np.array(
        [
            course.part(*ends) if ends[1] > ends[0] else shapely.LineString()
            for ends in zip(start_m, end_m, strict=True)
        ],
        dtype=object,
    )
    lengths: Floats = shapely.length(shapely.difference(stretches, near))
    return lengths
