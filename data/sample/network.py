"""Find a road network over a grid: least-cost ways that join places, as a tree with a few loops."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from sample.grid import Cells, Floats

MAIN = 0  # the group of the cells that are joined from the start
_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))  # each step once
_DETOUR = 1.5  # a loop is added where the tree's way is this much longer
_HUB_COST = 30.0  # of going some way along the main network, which has no length here

Step = tuple[int, int]
"""Two neighbouring cells, the lower number first."""


@dataclass(frozen=True)
class Way:
    """A way between two groups of source cells, as the cells it runs through."""

    one: int
    other: int
    cost: float
    cells: tuple[int, ...]

    @property
    def steps(self) -> list[Step]:
        """The steps of the way, in order, each with its lower cell first."""
        pairs = zip(self.cells[:-1], self.cells[1:], strict=True)
        return [(min(a, b), max(a, b)) for a, b in pairs]


def join_up(cost: Floats, sources: Cells, groups: Cells, loops: int) -> tuple[list[Way], list[Way]]:
    """
    Join groups of cells by least-cost ways.

    Parameters
    ----------
    cost
        Cost of crossing each cell, rows and columns; infinite where no road may run.
    sources
        Cells to be joined.
    groups
        Group of each source; cells of one group count as joined already. `MAIN` must be among them.
    loops
        How many ways to add to the tree, those that spare the longest detours first.

    Returns
    -------
    tree, extra
        The minimum spanning tree over the groups, and the loops.
    """
    graph = _steps_graph(cost)
    distance, before, source = dijkstra(
        graph, indices=sources, min_only=True, return_predecessors=True
    )
    group_of = np.full(cost.size, -1)
    group_of[sources] = groups
    meetings = _meetings(graph, distance, group_of[source])
    tree = _span(meetings, int(groups.max()) + 1)
    ways = [_walk(meetings[k], before) for k in np.flatnonzero(tree)]
    spared = _spared_detours(meetings, tree, int(groups.max()) + 1)
    chosen = np.argsort(-spared, kind="stable")[:loops]
    extra = [_walk(meetings[k], before) for k in chosen if spared[k] > _DETOUR]
    return ways, extra


def _steps_graph(cost: Floats) -> csr_array:
    """Return the cost of every step between neighbouring cells."""
    rows, columns = cost.shape
    number = np.arange(cost.size).reshape(cost.shape)
    starts, ends, weights = [], [], []
    for down, right in _NEIGHBOURS:
        left = max(0, -right)
        here = (slice(0, rows - down), slice(left, columns - max(0, right)))
        there = (slice(down, rows), slice(left + right, columns - max(0, right) + right))
        weight = (cost[here] + cost[there]) / 2 * np.hypot(down, right)
        passable = np.isfinite(weight)
        starts.append(number[here][passable])
        ends.append(number[there][passable])
        weights.append(weight[passable])
    one, other, weight = map(np.concatenate, (starts, ends, weights))
    both = (np.concatenate([one, other]), np.concatenate([other, one]))
    return coo_array((np.tile(weight, 2), both), shape=(cost.size, cost.size)).tocsr()


_Meeting = np.dtype([("one", int), ("other", int), ("cost", float), ("a", int), ("b", int)])


def _meetings(graph: csr_array, distance: Floats, group: Cells) -> np.ndarray:
    """Find the cheapest step at which the reaches of each two groups meet."""
    steps = graph.tocoo()
    a, b = steps.coords
    apart = (group[a] < group[b]) & np.isfinite(distance[a]) & np.isfinite(distance[b])
    a, b = a[apart], b[apart]
    found = np.empty(len(a), dtype=_Meeting)
    found["one"], found["other"], found["a"], found["b"] = group[a], group[b], a, b
    found["cost"] = distance[a] + steps.data[apart] + distance[b]
    found = np.sort(found, order=["one", "other", "cost", "a", "b"])
    pair = np.stack([found["one"], found["other"]])
    first = np.ones(len(found), dtype=bool)
    first[1:] = (pair[:, 1:] != pair[:, :-1]).any(axis=0)
    return found[first]


def _span(meetings: np.ndarray, groups: int) -> np.ndarray:
    """Mark the meetings that make the minimum spanning tree."""
    tree = minimum_spanning_tree(_group_graph(meetings, groups)).tocoo()
    kept = set(zip(*(axis.tolist() for axis in tree.coords), strict=True))
    pairs = zip(meetings["one"].tolist(), meetings["other"].tolist(), strict=True)
    return np.array([pair in kept for pair in pairs])


def _group_graph(meetings: np.ndarray, groups: int) -> csr_array:
    ends = (meetings["one"], meetings["other"])
    return coo_array((meetings["cost"], ends), shape=(groups, groups)).tocsr()


def _spared_detours(meetings: np.ndarray, tree: np.ndarray, groups: int) -> Floats:
    """Return how many times longer the tree's way is than each meeting; 0 for the tree's own."""
    spanning = meetings[tree]
    spanning["cost"] += _HUB_COST * (spanning["one"] == MAIN)
    by_tree = dijkstra(_group_graph(spanning, groups), directed=False)
    ratio: Floats = by_tree[meetings["one"], meetings["other"]] / meetings["cost"]
    # A loop with the main network is a second access: rarely built.
    return np.where(tree | (meetings["one"] == MAIN), 0.0, ratio)


def _walk(meeting: np.void, before: Cells) -> Way:
    """Follow the reaches back from where they meet."""
    head = [*_back(int(meeting["a"]), before)][::-1]
    cells = (*head, *_back(int(meeting["b"]), before))
    return Way(int(meeting["one"]), int(meeting["other"]), float(meeting["cost"]), cells)


def _back(cell: int, before: Cells) -> Iterable[int]:
    while cell >= 0:
        yield cell
        cell = int(before[cell])


def chain(steps: Iterable[Step], stops: set[int]) -> list[list[int]]:
    """
    Put steps together to chains that end at stops, forks and loose ends.

    >>> chain([(1, 2), (2, 3), (3, 4)], stops={3})
    [[1, 2, 3], [3, 4]]
    """
    near: dict[int, list[int]] = {}
    for a, b in sorted(steps):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    ends = {cell for cell, others in near.items() if len(others) != 2 or cell in stops}
    walked: set[Step] = set()
    chains = []
    for start in [*sorted(ends), *sorted(near)]:  # rings without an end come last
        for following in near[start]:
            if (min(start, following), max(start, following)) not in walked:
                chains.append(_follow(start, following, near, ends, walked))
    return chains


def _follow(
    start: int, following: int, near: dict[int, list[int]], ends: set[int], walked: set[Step]
) -> list[int]:
    cells = [start, following]
    walked.add((min(cells), max(cells)))
    while cells[-1] not in ends and cells[-1] != start:
        here, came = cells[-1], cells[-2]
        cells.append(next(cell for cell in near[here] if cell != came))
        walked.add((min(here, cells[-1]), max(here, cells[-1])))
    return cells
