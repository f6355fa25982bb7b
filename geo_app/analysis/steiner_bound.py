"""What no Steiner tree can cost less than."""

import heapq

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo_app.analysis.steiner_search import Network, neighbour_links, reduced

ARCS_SCANNED = 4_000_000
"""Work after which the ascent stops: what it has proven by then holds."""


def bound(network: Network) -> float:
    """
    Return a cost that every tree joining the terminals has at least.

    The best of three: Wong's dual ascent (1984); half the shortest spanning tree of the
    terminals' shortest paths, times k / (k - 1) for k terminals; the longest of the shortest
    paths from the root.
    """
    count = len(network.must)
    _, spanning = neighbour_links(network, network.must)
    halved = float(spanning.sum()) / (2 * (1 - 1 / count)) if count > 1 else 0.0
    size = network.nodes
    graph = coo_array((network.cost, (network.tail, network.head)), shape=(size, size)).tocsr()
    away = dijkstra(graph, directed=False, indices=int(network.must[0]))
    return max(halved, float(away[network.must].max()), _Ascent(reduced(network)[0]).run())


class _Ascent:
    """
    Wong's dual ascent: each terminal pays for the cheapest ways into what can reach it for free.

    An arc into `head` and one into `tail` of each edge keep their own reduced cost.
    """

    def __init__(self, network: Network) -> None:
        self._root = int(network.must[0])
        self._ends = [int(node) for node in network.must if int(node) != self._root]
        self._scanned = 0
        self._left = np.concatenate([network.cost, network.cost]).tolist()
        # Arcs into each node: number of the arc, and the node it comes from.
        self._into: list[list[tuple[int, int]]] = [[] for _ in range(network.nodes)]
        edges = len(network.cost)
        for edge, (tail, head) in enumerate(
            zip(network.tail.tolist(), network.head.tolist(), strict=True)
        ):
            self._into[head].append((edge, tail))
            self._into[tail].append((edge + edges, head))

    def run(self) -> float:
        """Return what the terminals have paid: a bound whenever it stops."""
        paid = 0.0
        queue = [(1, end) for end in self._ends]
        heapq.heapify(queue)
        while queue and self._scanned < ARCS_SCANNED:
            size, end = heapq.heappop(queue)
            group, arcs = self._cut(end)
            if group is None:
                continue
            if len(group) > size and queue and len(group) > queue[0][0]:
                # The smallest group pays first: that proves most.
                heapq.heappush(queue, (len(group), end))
                continue
            step = min(self._left[arc] for arc in arcs)
            for arc in arcs:
                self._left[arc] -= step
            paid += step
            heapq.heappush(queue, (len(group), end))
        return paid

    def _cut(self, end: int) -> tuple[set[int] | None, list[int]]:
        """Return the nodes that reach `end` for free, and the arcs into them; None: the root."""
        group, stack, arcs = {end}, [end], []
        while stack:
            node = stack.pop()
            for arc, origin in self._into[node]:
                self._scanned += 1
                if origin in group:
                    continue
                if self._left[arc] > 0:
                    arcs.append((arc, origin))
                    continue
                if origin == self._root:
                    return None, []
                group.add(origin)
                stack.append(origin)
        return group, [arc for arc, origin in arcs if origin not in group]
