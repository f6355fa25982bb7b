"""Search for a short Steiner tree in a simple graph."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SMALL_EDGES = 3_000
"""Up to so many edges the whole graph is searched, beyond it a thinned one."""
SEARCH_WORK = 150_000
"""Trees grown in one search, times edges of the graph."""
FEWEST_TREES, MOST_TREES = 6, 40
NOISE = 0.3
"""Costs are raised by up to this share to grow different trees."""


@dataclass(frozen=True)
class Network:
    """
    A connected graph without loops, parallel edges or costs of zero; edges in order of cost.

    The order makes an edge's number its rank: sorted numbers are Kruskal's order.
    """

    nodes: int
    tail: Ints
    head: Ints
    cost: Floats
    must: Ints

    def part(self, edges: Ints) -> "tuple[Network, Ints]":
        """Return the graph of some edges, and each new edge's number here."""
        sub, kept = simple(self.tail[edges], self.head[edges], self.cost[edges], self.must)
        return sub, edges[kept]


def simple(tail: Ints, head: Ints, cost: Floats, must: Ints) -> tuple[Network, Ints]:
    """Return a graph with the cheapest of parallel edges, and each new edge's old number."""
    order = np.argsort(cost, kind="stable")
    order = order[tail[order] != head[order]]
    low, high = np.minimum(tail, head)[order], np.maximum(tail, head)[order]
    _, first = np.unique(np.stack([low, high]), axis=1, return_index=True)
    first.sort()
    ids, ends = np.unique(np.stack([low[first], high[first]]), return_inverse=True)
    ends = ends.reshape(2, -1)
    kept = order[first]
    network = Network(len(ids), ends[0], ends[1], cost[kept], np.searchsorted(ids, must))
    return network, kept


def reduced(network: Network) -> tuple[Network, list[list[int]]]:
    """
    Return the graph without dead ends and through-nodes, and the edges each new edge stands for.

    Neither changes the optimum: no shortest tree ends in a dead end, and it uses both edges of a
    node that has two, or none.
    """
    ends = list(zip(network.tail.tolist(), network.head.tolist(), strict=True))
    cost = network.cost.tolist()
    halves: dict[int, tuple[int, int]] = {}
    beside: list[dict[int, int]] = [{} for _ in range(network.nodes)]
    for edge, (tail, head) in enumerate(ends):
        beside[tail][head] = beside[head][tail] = edge
    fixed = set(network.must.tolist())
    queue = [node for node in range(network.nodes) if node not in fixed and len(beside[node]) < 3]
    while queue:
        node = queue.pop()
        near = list(beside[node].items())
        if len(near) > 2:
            continue
        beside[node] = {}
        for other, _ in near:
            del beside[other][node]
        if len(near) == 2:
            (left, one), (right, two) = near
            known = beside[left].get(right)
            if known is None or cost[one] + cost[two] < cost[known]:
                beside[left][right] = beside[right][left] = len(cost)
                halves[len(cost)] = one, two
                ends.append((left, right))
                cost.append(cost[one] + cost[two])
        queue += [other for other, _ in near if other not in fixed and len(beside[other]) < 3]
    left_over = sorted({edge for near in beside for edge in near.values()})
    kept = np.array(left_over, dtype=np.int64)
    pairs = np.array(ends, dtype=np.int64)[kept]
    small, old = simple(pairs[:, 0], pairs[:, 1], np.array(cost)[kept], network.must)
    return small, [_whole(edge, halves) for edge in kept[old].tolist()]


def _whole(edge: int, halves: dict[int, tuple[int, int]]) -> list[int]:
    stack, found = [edge], []
    while stack:
        edge = stack.pop()
        if edge in halves:
            stack += halves[edge]
        else:
            found.append(edge)
    return found


def short_tree(network: Network) -> Ints:
    """
    Return the edges of a short tree that joins all of `must`.

    A large graph is thinned to trees grown from several terminals and the shortest ways between
    neighbouring ones; the search runs there, then once more around the tree it found.
    """
    if len(network.cost) <= SMALL_EDGES:
        return _best_in(network, np.arange(len(network.cost)))
    whole = Grower(network)
    starts = network.must[:: max(1, len(network.must) // FEWEST_TREES)]
    grown = [edge for start in starts.tolist() for edge in whole.grow(start)]
    near, _ = neighbour_links(network, network.must)
    tree = _best_in(network, np.union1d(grown, near))
    degree = np.bincount(np.concatenate([network.tail[tree], network.head[tree]]))
    near, _ = neighbour_links(network, np.union1d(network.must, np.flatnonzero(degree > 2)))
    return _best_in(network, np.union1d(np.union1d(grown, tree), near))


def _best_in(network: Network, edges: Ints) -> Ints:
    """Return the best tree found among some edges: first of all of them, then of good trees'."""
    for _ in range(2):
        part, old = network.part(edges)
        small, stands_for = reduced(part)
        trees = Grower(small).search()
        best = [edge for short in trees[0] for edge in stands_for[short]]
        among = {edge for tree in trees for short in tree for edge in stands_for[short]}
        edges = old[sorted(among)]
    return np.sort(old[best])


class Grower:
    """Grows trees along shortest paths (Takahashi and Matsuyama) and betters them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._tail, self._head = network.tail.tolist(), network.head.tolist()
        self._cost: list[float] = network.cost.tolist()
        self._must = set(network.must.tolist())
        self._beside: list[list[tuple[int, int]]] = [[] for _ in range(network.nodes)]
        for edge, (tail, head) in enumerate(zip(self._tail, self._head, strict=True)):
            self._beside[tail].append((head, edge))
            self._beside[head].append((tail, edge))

    def search(self) -> list[list[int]]:
        """Return trees, the best first."""
        rng = np.random.default_rng(1972)
        must, size = self._network.must, len(self._cost)
        rounds = int(np.clip(SEARCH_WORK // size, FEWEST_TREES, MOST_TREES))
        found = {}
        for number in range(rounds):
            start = int(must[number * len(must) // rounds])
            # Half of the trees follow the true costs: these differ in where they start.
            raised = 1 + rng.uniform(0, NOISE, size) if number % 2 else np.ones(size)
            tree = self.better(self.grow(start, self._network.cost * raised))
            found[tuple(tree)] = sum(self._cost[edge] for edge in tree)
        return [list(tree) for tree in sorted(found, key=lambda tree: (found[tree], tree))]

    def grow(self, start: int, cost: Floats | None = None) -> list[int]:
        """Grow a tree from a terminal, always to the nearest of those it does not hold yet."""
        costs = self._cost if cost is None else cost.tolist()
        away = [np.inf] * self._network.nodes
        before = [(-1, -1)] * self._network.nodes
        away[start] = 0.0
        heap, tree, missing = [(0.0, start)], [], self._must - {start}
        while missing:
            distance, node = heapq.heappop(heap)
            if distance > away[node]:
                continue
            if node in missing:
                missing.discard(node)
                # The way back becomes tree; only tree nodes are zero away, as no edge is free.
                while away[node] > 0:
                    away[node] = 0.0
                    heapq.heappush(heap, (0.0, node))
                    node, edge = before[node]
                    tree.append(edge)
                continue
            for other, edge in self._beside[node]:
                further = distance + costs[edge]
                if further < away[other]:
                    away[other] = further
                    before[other] = node, edge
                    heapq.heappush(heap, (further, other))
        return tree

    def better(self, tree: list[int]) -> list[int]:
        """Take nodes beside a tree into it for as long as that shortens it."""
        while True:
            tree = self._respanned(tree)
            rooted = _Rooted(self._network, tree)
            gained = False
            for node, beside in enumerate(self._beside):
                if not rooted.degree[node]:
                    star = sorted(edge for other, edge in beside if rooted.degree[other])
                    gained |= len(star) > 1 and rooted.take(node, star)
            if not gained:
                return tree
            tree = rooted.edges()

    def _nodes(self, tree: list[int]) -> set[int]:
        return {self._tail[edge] for edge in tree} | {self._head[edge] for edge in tree}

    def _respanned(self, tree: list[int]) -> list[int]:
        """Return the shortest tree on a tree's own nodes, without dead ends."""
        inside = np.zeros(self._network.nodes, dtype=bool)
        inside[list(self._nodes(tree))] = True
        among = inside[self._network.tail] & inside[self._network.head]
        return self._pruned(self._spanning(np.flatnonzero(among).tolist()))

    def _spanning(self, edges: list[int]) -> list[int]:
        """Return the shortest spanning tree of edges in order of cost (Kruskal)."""
        group = list(range(self._network.nodes))
        chosen = []
        for edge in edges:
            one, two = self._tail[edge], self._head[edge]
            while group[one] != one:
                group[one] = one = group[group[one]]
            while group[two] != two:
                group[two] = two = group[group[two]]
            if one != two:
                group[one] = two
                chosen.append(edge)
        return chosen

    def _pruned(self, tree: list[int]) -> list[int]:
        """Return a tree without the branches that lead to no terminal."""
        at: dict[int, set[int]] = {}
        for edge in tree:
            at.setdefault(self._tail[edge], set()).add(edge)
            at.setdefault(self._head[edge], set()).add(edge)
        queue = [node for node, edges in at.items() if len(edges) == 1 and node not in self._must]
        cut = set()
        for node in queue:
            edge = at[node].pop()
            cut.add(edge)
            other = self._tail[edge] + self._head[edge] - node
            at[other].discard(edge)
            if len(at[other]) == 1 and other not in self._must:
                queue.append(other)
        return [edge for edge in tree if edge not in cut]


class _Rooted:
    """A tree as each node's edge towards the root, to exchange edges in it."""

    def __init__(self, network: Network, tree: list[int]) -> None:
        self._must = frozenset(network.must.tolist())
        self._sum = (network.tail + network.head).tolist()
        self._cost: list[float] = network.cost.tolist()
        self.up = [-1] * network.nodes
        self.degree = [0] * network.nodes
        beside: dict[int, list[int]] = {}
        for edge in tree:
            for node in (int(network.tail[edge]), int(network.head[edge])):
                beside.setdefault(node, []).append(edge)
                self.degree[node] += 1
        stack = [int(network.must[0])]
        while stack:
            node = stack.pop()
            for edge in beside[node]:
                if edge != self.up[node]:
                    other = self._sum[edge] - node
                    self.up[other] = edge
                    stack.append(other)

    def take(self, node: int, star: list[int]) -> bool:
        """Take a node in by its edges to the tree, cheapest first, if that shortens the tree."""
        up, degree = self.up.copy(), self.degree.copy()
        gain, loose = self._exchange(node, star)
        for leaf in loose:
            gain += self._pruned_from(leaf)
        # Sums in another order differ by rounding: that is no gain.
        if gain > 1e-9 * self._cost[star[-1]]:
            return True
        self.up, self.degree = up, degree
        return False

    def edges(self) -> list[int]:
        """Return the tree's edges in order."""
        return sorted(edge for edge in self.up if edge >= 0)

    def _exchange(self, node: int, star: list[int]) -> tuple[float, list[int]]:
        """Put each edge in where it closes a circle with a dearer one; return gain, loose ends."""
        self.up[node] = star[0]
        self.degree[node] += 1
        self.degree[self._sum[star[0]] - node] += 1
        gain, loose = -self._cost[star[0]], list[int]()
        for edge in star[1:]:
            other = self._sum[edge] - node
            left, right = self._ways(node, other)
            worst = max(left + right, key=lambda low: self.up[low])
            out = self.up[worst]
            # Edges are numbered by cost.
            if out < edge:
                continue
            gain += self._cost[out] - self._cost[edge]
            ends = worst, self._sum[out] - worst
            loose += ends
            for end in ends:
                self.degree[end] -= 1
            for end in (node, other):
                self.degree[end] += 1
            # The piece cut off hangs on the new edge: what lies between turns round.
            hung = edge
            for low in left if worst in left else right:
                self.up[low], hung = hung, self.up[low]
                if low == worst:
                    break
        return gain, loose

    def _ways(self, one: int, two: int) -> tuple[list[int], list[int]]:
        """Return the nodes from each of two up to, without, where their ways to the root meet."""
        first = self._to_root(one)
        place = {node: number for number, node in enumerate(first)}
        second = []
        while two not in place:
            second.append(two)
            two = self._sum[self.up[two]] - two
        return first[: place[two]], second

    def _to_root(self, node: int) -> list[int]:
        way = [node]
        while self.up[node] >= 0:
            node = self._sum[self.up[node]] - node
            way.append(node)
        return way

    def _pruned_from(self, leaf: int) -> float:
        """Cut off a branch that leads to no terminal; return what it cost."""
        gain = 0.0
        while self.degree[leaf] == 1 and leaf not in self._must:
            edge, self.up[leaf] = self.up[leaf], -1
            gain += self._cost[edge]
            self.degree[leaf] = 0
            leaf = self._sum[edge] - leaf
            self.degree[leaf] -= 1
        return gain


def neighbour_links(network: Network, seeds: Ints) -> tuple[Ints, Floats]:
    """
    Return the edges of shortest ways between neighbouring seeds, and their spanning tree's costs.

    Every node belongs to the seed it is nearest to; the cheapest edge between two seeds' nodes
    makes their way. The shortest spanning tree of these ways costs what that of all shortest
    paths between seeds costs (Mehlhorn).
    """
    tail, head, cost, nodes = network.tail, network.head, network.cost, network.nodes
    graph = coo_array((cost, (tail, head)), shape=(nodes, nodes)).tocsr()
    away, before, seed = dijkstra(
        graph, directed=False, indices=seeds, min_only=True, return_predecessors=True
    )
    ways, edge = simple(seed[tail], seed[head], away[tail] + cost + away[head], seeds)
    ends = (ways.tail, ways.head)
    tree = minimum_spanning_tree(coo_array((ways.cost, ends), shape=(len(seeds), len(seeds))))
    # An edge's number by its ends, to name the edges that a shortest path runs along.
    key = tail * nodes + head
    order = np.argsort(key)
    found, node = [edge], np.unique([tail[edge], head[edge]])
    while len(node := node[before[node] >= 0]):
        to = before[node].astype(np.int64)
        step = np.minimum(node, to) * nodes + np.maximum(node, to)
        found.append(order[np.searchsorted(key, step, sorter=order)])
        # What was walked once need not be walked again.
        before[node] = -1
        node = np.unique(to)
    return np.unique(np.concatenate(found)), tree.data
