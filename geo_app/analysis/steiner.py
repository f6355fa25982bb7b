"""Steiner trees: which edges to build to join places at little cost, and in what order."""

import heapq
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from geo_app.analysis.steiner_bound import bound
from geo_app.analysis.steiner_search import short_tree, simple
from geo_app.errors import DataError


@dataclass(frozen=True)
class Tree:
    """Edges to build, as positions, in order; what is known of them."""

    edges: NDArray[np.int64]
    cost: float
    unreachable: NDArray[np.int64]
    lower_bound: float


def connect(
    u: ArrayLike,
    v: ArrayLike,
    cost: ArrayLike,
    *,
    terminals: ArrayLike,
    roots: ArrayLike,
    nodes: int | None = None,
) -> Tree:
    """
    Choose the edges that join every terminal to a root at little cost.

    The Steiner tree problem with all roots as one. What is free is joined first; then trees grow
    along shortest paths from several terminals, each within 2 (1 - 1/k) of the optimum for k ends,
    and are bettered; the best is kept. The same input gives the same tree.

    Parameters
    ----------
    u, v
        The nodes that each edge joins.
    cost
        What each edge costs to build, at least zero; zero where it stands already.
    terminals
        Nodes to be joined, in any order; a node may stand twice.
    roots
        Nodes reached already, at least one.
    nodes
        How many nodes there are; by default as many as the ids need.

    Returns
    -------
    tree
        ``edges``: positions of the chosen edges that cost something, ascending; ``cost``: their
        sum; ``unreachable``: positions in `terminals` that no path joins to a root;
        ``lower_bound``: a cost that no choice can stay below (see `bound`).

    Raises
    ------
    DataError
        A cost is negative or not finite, a node does not exist, or there is no root.
    """
    graph = _graph(u, v, cost, terminals, roots, nodes)
    group, root = graph.group[graph.terminals], graph.group[graph.roots[0]]
    ends = graph.group[graph.u], graph.group[graph.v]
    size = int(graph.group.max()) + 1
    joins = coo_array((np.ones(len(ends[0])), ends), shape=(size, size))
    _, island = connected_components(joins, directed=False)
    reached = island[group] == island[root]
    unreachable = np.flatnonzero(~reached)
    wanted = np.setdiff1d(group[reached], [root])
    if not len(wanted):
        return Tree(np.zeros(0, dtype=np.int64), 0.0, unreachable, 0.0)
    here = np.flatnonzero(island[ends[0]] == island[root])
    must = np.concatenate([[root], wanted])
    network, kept = simple(ends[0][here], ends[1][here], graph.cost[here], must)
    edges = np.sort(here[kept[short_tree(network)]])
    spent = float(graph.cost[edges].sum())
    # Both sum the same costs in different order: rounding must not put the bound above.
    return Tree(edges, spent, unreachable, min(spent, bound(network)))


def stages(
    u: ArrayLike,
    v: ArrayLike,
    cost: ArrayLike,
    tree: Tree,
    *,
    terminals: ArrayLike,
    roots: ArrayLike,
    weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """
    Put the edges of a tree in an order of building that connects most, soonest.

    Each stage is a part of the tree that hangs on what is built, and of all such parts the one
    that connects most per cost; where two are equal, the smaller. No other order of the same tree
    has a smaller sum of weight times cost spent until connected (Horn).

    Parameters
    ----------
    u, v, cost, terminals, roots
        As for `connect`.
    tree
        What `connect` chose.
    weights
        What each terminal counts, say its inhabitants; by default 1.

    Returns
    -------
    stages
        One row per stage: ``terminal_nodes`` (positions in `terminals` newly connected, a list),
        ``edges`` (positions of edges built, a list), ``cost``, ``cumulative_cost``, ``connected``
        (sum of weights), ``cumulative_connected``. Terminals that need no building make a first
        stage without edges.

    Raises
    ------
    DataError
        As for `connect`; or the weights are negative, not finite, or not one per terminal.
    """
    graph = _graph(u, v, cost, terminals, roots, None)
    weight = _weights(weights, len(graph.terminals))
    root = int(graph.group[graph.roots[0]])
    parent, above, depth = _rooted(graph, tree.edges, root)
    blocks = _Blocks(graph, weight, above)
    rows = [(blocks.terminals.get(root, []), []), *blocks.in_order(parent, depth, root)]
    rows = rows if rows[0][0] else rows[1:]
    frame = pd.DataFrame(
        {
            "terminal_nodes": pd.Series([sorted(ends) for ends, _ in rows], dtype=object),
            "edges": pd.Series([sorted(edges) for _, edges in rows], dtype=object),
            "cost": np.array([graph.cost[edges].sum() for _, edges in rows], dtype=np.float64),
            "connected": np.array([weight[ends].sum() for ends, _ in rows], dtype=weight.dtype),
        }
    )
    frame.insert(3, "cumulative_cost", frame["cost"].cumsum())
    return frame.assign(cumulative_connected=frame["connected"].cumsum())


@dataclass(frozen=True)
class _Graph:
    """A graph that was looked over; `group` joins nodes that are one for free, or all roots."""

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    cost: NDArray[np.float64]
    terminals: NDArray[np.int64]
    roots: NDArray[np.int64]
    group: NDArray[np.int64]


def _graph(
    u: ArrayLike,
    v: ArrayLike,
    cost: ArrayLike,
    terminals: ArrayLike,
    roots: ArrayLike,
    nodes: int | None,
) -> _Graph:
    named = {"u": u, "v": v, "terminals": terminals, "roots": roots}
    ids = {name: _ids(name, values, nodes) for name, values in named.items()}
    tail, head, root = ids["u"], ids["v"], ids["roots"]
    costs = np.asarray(cost, dtype=np.float64)
    if not len(tail) == len(head) == len(costs):
        raise DataError(
            f"edges: {len(tail)} u, {len(head)} v, {len(costs)} cost; one of each was expected"
        )
    wrong = np.flatnonzero(~(np.isfinite(costs) & (costs >= 0)))
    if len(wrong):
        raise DataError(
            f"cost[{wrong[0]}] is {costs[wrong[0]]}, {len(wrong)} in all; "
            "finite costs of at least 0 were expected: leave out edges that cannot be built"
        )
    if not len(root):
        raise DataError("roots is empty; at least one node that is reached already was expected")
    size = nodes or 1 + max(int(values.max(initial=0)) for values in ids.values())
    free = costs == 0
    first = np.concatenate([tail[free], root[:-1]])
    second = np.concatenate([head[free], root[1:]])
    joins = coo_array((np.ones(len(first)), (first, second)), shape=(size, size))
    _, group = connected_components(joins, directed=False)
    return _Graph(tail, head, costs, ids["terminals"], root, group.astype(np.int64))


def _ids(name: str, values: ArrayLike, nodes: int | None) -> NDArray[np.int64]:
    found = np.asarray(values)
    if found.size and not np.issubdtype(found.dtype, np.integer):
        raise DataError(f"{name} holds {found.dtype}; whole numbers, ids of nodes, were expected")
    found = found.astype(np.int64).reshape(-1)
    wrong = np.flatnonzero((found < 0) | (found >= (nodes or np.inf)))
    if len(wrong):
        most = "" if nodes is None else f" to {nodes - 1}"
        raise DataError(
            f"{name}[{wrong[0]}] is {found[wrong[0]]}, {len(wrong)} in all; "
            f"ids of nodes from 0{most} were expected"
        )
    return found


def _weights(weights: ArrayLike | None, count: int) -> NDArray[np.int64] | NDArray[np.float64]:
    if weights is None:
        return np.ones(count, dtype=np.int64)
    found = np.asarray(weights, dtype=np.float64)
    if found.shape != (count,) or not (np.isfinite(found) & (found >= 0)).all():
        raise DataError(
            f"weights: {found.size} for {count} terminals, least {found.min(initial=np.inf)}; "
            "one finite number of at least 0 per terminal was expected"
        )
    return found


def _rooted(
    graph: _Graph, edges: NDArray[np.int64], root: int
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Return each node's parent in a tree, the edge to it, and how many edges off the root is."""
    tail, head = graph.group[graph.u[edges]], graph.group[graph.v[edges]]
    size = int(graph.group.max()) + 1
    joins = coo_array((np.ones(len(edges)), (tail, head)), shape=(size, size))
    order, before = breadth_first_order(joins.tocsr(), root, directed=False)
    parent = {node: int(before[node]) for node in order[1:].tolist()}
    depth = {root: 0}
    for node, up in parent.items():
        depth[node] = depth[up] + 1
    ends = zip(tail.tolist(), head.tolist(), edges.tolist(), strict=True)
    above = {one if parent.get(one) == two else two: edge for one, two, edge in ends}
    return parent, above, depth


class _Blocks:
    """Parts of a tree that are best built in one go (Horn; Adolphson and Hu)."""

    def __init__(
        self,
        graph: _Graph,
        weight: NDArray[np.int64] | NDArray[np.float64],
        above: dict[int, int],
    ) -> None:
        self.terminals: dict[int, list[int]] = {}
        for position, node in enumerate(graph.group[graph.terminals].tolist()):
            self.terminals.setdefault(node, []).append(position)
        self._edges = {node: [edge] for node, edge in above.items()}
        self._cost = {node: float(graph.cost[edge]) for node, edge in above.items()}
        self._weight = {
            node: float(weight[self.terminals.get(node, [])].sum()) for node in self._edges
        }

    def in_order(
        self, parent: dict[int, int], depth: dict[int, int], root: int
    ) -> list[tuple[list[int], list[int]]]:
        """Return each stage's terminals and edges: the best block is built, or joins its parent."""
        into = {node: node for node in depth}
        heap = [self._rank(node, depth[node]) for node in self._edges]
        heapq.heapify(heap)
        done = []
        while heap:
            rank = heapq.heappop(heap)
            node = rank[-1]
            if into[node] != node or rank != self._rank(node, depth[node]):
                continue
            up = parent[node]
            while into[up] != up:
                into[up] = up = into[into[up]]
            into[node] = up
            if up == root:
                done.append((self.terminals.get(node, []), self._edges[node]))
                continue
            self._cost[up] += self._cost[node]
            self._weight[up] += self._weight[node]
            self._edges[up] += self._edges[node]
            self.terminals.setdefault(up, []).extend(self.terminals.get(node, []))
            heapq.heappush(heap, self._rank(up, depth[up]))
        return done

    def _rank(self, node: int, depth: int) -> tuple[float, bool, int, int]:
        """Rank by what a cost connects; of equals, the one nearer to the root."""
        gain = self._weight[node] / self._cost[node]
        return -gain, node not in self.terminals, depth, node
