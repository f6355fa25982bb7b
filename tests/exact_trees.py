"""Small road networks, and what joining their places costs at least: solved exactly."""

import itertools

import networkx as nx
import numpy as np


def small_network(seed: int) -> tuple[list[tuple[int, int, float]], list[int], int]:
    """Return a grid of six by six with random costs, its terminals, and its root."""
    rng = np.random.default_rng(seed)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(6, 6))
    edges = [(u, v, float(rng.integers(1, 20))) for u, v in graph.edges]
    root, *terminals = rng.choice(36, int(rng.integers(4, 7)), replace=False).tolist()
    return edges, terminals, root


def optimum(edges: list[tuple[int, int, float]], terminals: list[int], root: int) -> float:
    """Solve it exactly (Dreyfus and Wagner 1971)."""
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges)
    nodes = list(graph)
    away = dict(nx.all_pairs_dijkstra_path_length(graph))
    best = {(1 << k, node): away[end][node] for k, end in enumerate(terminals) for node in nodes}
    for size in range(2, len(terminals) + 1):
        for chosen in itertools.combinations(range(len(terminals)), size):
            mask = sum(1 << k for k in chosen)
            joined = dict.fromkeys(nodes, np.inf)
            part = (mask - 1) & mask
            while part:
                for node in nodes:
                    joined[node] = min(joined[node], best[part, node] + best[mask ^ part, node])
                part = (part - 1) & mask
            for node in nodes:
                best[mask, node] = min(joined[other] + away[other][node] for other in nodes)
    return float(best[(1 << len(terminals)) - 1, root])
