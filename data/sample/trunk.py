"""Made-up provincial and district roads: which places they join, what they are called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

import geopandas as gpd

from sample.grid import Mask
from sample.ground import Ground, cells_at
from sample.network import MAIN, Step, Way, join_up

_LOOPS = 100
_FIRST_PROVINCIAL = 261  # above the numbers known to be in use
_FIRST_DISTRICT = 101
_PROVINCIAL_LOOPS = 0.25
_PURPOSES = ("cua_khau", "khu_cum_cn", "cao_toc", "lien_tinh_tay_bac", "lien_tinh_dong_nam")


@dataclass(frozen=True)
class Route:
    """
    A stretch of a numbered road between two places.

    `runs` are the parts of it that no road numbered before runs on.
    """

    road_class: str
    number: int
    purpose: str | None
    runs: list[list[int]] = field(default_factory=list)


def lay_trunk(ground: Ground, stops: gpd.GeoDataFrame) -> list[Route]:
    """
    Join the stops with each other and with the national roads.

    Parameters
    ----------
    ground
        The grid.
    stops
        Points with a column `purpose`: why a provincial road leads there, empty for a centre.

    Returns
    -------
    routes
        Provincial roads, then district roads.
    """
    cells = pd.Series(cells_at(ground, stops.geometry))
    main = ground.main.ravel()
    kept = ~(cells.duplicated() | main[cells]).to_numpy()
    purposes = [None, *stops["purpose"][kept]]
    sources = np.concatenate([np.flatnonzero(main), cells[kept]])
    groups = np.concatenate([np.full(main.sum(), MAIN), np.arange(1, kept.sum() + 1)])
    tree, loops = join_up(ground.cost, sources, groups, _LOOPS)
    return _number(_classify(tree, loops, purposes), purposes, main)


def _classify(
    tree: Sequence[Way], loops: Sequence[Way], purposes: Sequence[str | None]
) -> list[tuple[Way, str]]:
    """Call a way provincial if it serves a purpose, leads on to other places or is a long loop."""
    load = _count_beyond(tree)
    classes = []
    for way in tree:
        provincial = _purpose(way, purposes) is not None or load[way] > 1
        classes.append((way, "tinh" if provincial else "huyen"))
    long = sorted(loops, key=lambda way: -way.cost)[: round(_PROVINCIAL_LOOPS * len(loops))]
    classes += [(way, "tinh" if way in long else "huyen") for way in loops]
    return sorted(classes, key=lambda pair: pair[1] != "tinh")


def _count_beyond(tree: Sequence[Way]) -> dict[Way, int]:
    """Count, for each way of the tree, the places cut off from the main network without it."""
    near: dict[int, list[tuple[int, Way]]] = {}
    for way in tree:
        near.setdefault(way.one, []).append((way.other, way))
        near.setdefault(way.other, []).append((way.one, way))
    up: dict[int, tuple[int, Way]] = {}
    order = [MAIN]
    for place in order:
        for other, way in near[place]:
            if other != MAIN and other not in up:
                up[other] = (place, way)
                order.append(other)
    below: Counter[int] = Counter()
    for place in reversed(order[1:]):
        below[up[place][0]] += below[place] + 1
    return {up[place][1]: below[place] + 1 for place in order[1:]}


def _purpose(way: Way, purposes: Sequence[str | None]) -> str | None:
    served = {purposes[way.one], purposes[way.other]}
    return next((purpose for purpose in _PURPOSES if purpose in served), None)


def _number(
    classed: Sequence[tuple[Way, str]], purposes: Sequence[str | None], main: Mask
) -> list[Route]:
    claimed: set[Step] = set()
    following = {"tinh": _FIRST_PROVINCIAL, "huyen": _FIRST_DISTRICT}
    leaders = _run_through(classed)
    numbers: dict[Way, int] = {}
    routes = []
    for way, road_class in classed:
        runs = _unclaimed(way, claimed, main)
        if runs:
            if leaders[way] not in numbers:
                numbers[leaders[way]] = following[road_class]
                following[road_class] += 1
            purpose = _purpose(way, purposes) if road_class == "tinh" else None
            routes.append(Route(road_class, numbers[leaders[way]], purpose, runs))
    return routes


def _run_through(classed: Sequence[tuple[Way, str]]) -> dict[Way, Way]:
    """Return, for each way, one that stands for its road: a road runs on where just two meet."""
    leaders = {way: way for way, _ in classed}
    meeting: dict[tuple[int, str], list[Way]] = {}
    for way, road_class in classed:
        for place in {way.one, way.other} - {MAIN}:
            meeting.setdefault((place, road_class), []).append(way)
    for ways in meeting.values():
        if len(ways) == 2:
            kept, given_up = (leaders[way] for way in ways)
            for way, leader in leaders.items():
                if leader == given_up:
                    leaders[way] = kept
    return leaders


def _unclaimed(way: Way, claimed: set[Step], main: Mask) -> list[list[int]]:
    """Return the stretches of a way that no road runs on yet, and claim them."""
    runs: list[list[int]] = []
    open_run = False
    for step, a, b in zip(way.steps, way.cells[:-1], way.cells[1:], strict=True):
        free = step not in claimed and not (main[a] and main[b])
        if free:
            runs = runs if open_run else [*runs, [a]]
            runs[-1].append(b)
            claimed.add(step)
        open_run = free
    return runs
