"""Networks: reach over a million edges, and the least-km plan against the optimum and networkx."""

import time
from typing import Any

import networkx as nx
import numpy as np
from exact_trees import optimum, small_network
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo_app.analysis.network import distances, reached
from geo_app.analysis.steiner import connect

EDGES, VILLAGES, ANCHORS = 1_000_000, 2_000, 65
PLAN_EDGES, PLAN_VILLAGES, PLAN_S = 50_000, 500, 60.0


def measure() -> list[dict[str, Any]]:
    """Run all of it."""
    return [*_village_roads(), *_small_plans(), *_large_plan()]


def _grid(edges: int, seed: int) -> tuple[Any, Any, Any, int]:
    """Return a grid of roads with bends left out: u, v, metres, number of nodes."""
    side = int((edges / 1.9) ** 0.5) + 1
    node = np.arange(side * side).reshape(side, side)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    rng = np.random.default_rng(seed)
    kept = rng.permutation(len(u))[:edges]
    return u[kept], v[kept], rng.uniform(50, 400, edges).round(1), side * side


def _village_roads() -> list[dict[str, Any]]:
    """Answer which villages are reached and how far they are, from the same arrays."""
    u, v, metres, nodes = _grid(EDGES, 1)
    rng = np.random.default_rng(2)
    good = rng.random(EDGES) < 0.7
    villages = rng.choice(nodes, VILLAGES, replace=False)
    anchors = rng.choice(nodes, ANCHORS, replace=False)
    start = time.perf_counter()
    found = reached(nodes, u[good], v[good], anchors)[villages]
    away, _ = distances(nodes, u, v, metres, anchors)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    graph = coo_array((metres, (u, v)), shape=(nodes, nodes)).tocsr()
    peer_away = dijkstra(graph, directed=False, indices=anchors, min_only=True)
    peer = time.perf_counter() - start
    assert np.allclose(away[villages], peer_away[villages])
    start = time.perf_counter()
    plain = nx.Graph()
    plain.add_weighted_edges_from(zip(u.tolist(), v.tolist(), metres.tolist(), strict=True))
    lengths = nx.multi_source_dijkstra_path_length(plain, set(anchors.tolist()))
    slow = time.perf_counter() - start
    assert np.allclose([lengths.get(int(each), np.inf) for each in villages], away[villages])
    work = f"village roads: {EDGES:,} edges, {VILLAGES:,} villages, graph and answer"
    shown = f"{ours:.2f} s ({int(found.sum())} reached)"
    return [
        {
            "work": work,
            "ours": shown,
            "peer": f"{peer:.2f} s (scipy alone, distances only)",
            "ratio": ours / peer,
            "bar": 2.0,
        },
        {
            "work": work,
            "ours": shown,
            "peer": f"{slow:.1f} s (networkx)",
            "ratio": ours / slow,
            "bar": 0.1,
        },
    ]


def _small_plans() -> list[dict[str, Any]]:
    """Compare 100 small networks with their exact solutions."""
    over = []
    for seed in range(100):
        edges, terminals, root = small_network(seed)
        u, v, cost = zip(*edges, strict=True)
        found = connect(u, v, cost, terminals=terminals, roots=[root])
        over.append(found.cost / optimum(edges, terminals, root) - 1)
    work = "least-km plan: 100 small networks, length above the optimum"
    return [
        {
            "work": f"{work}, mean",
            "ours": f"{100 * np.mean(over):.2f} %",
            "peer": "0 % (exact)",
            "ratio": float(np.mean(over)),
            "bar": 0.05,
        },
        {
            "work": f"{work}, worst",
            "ours": f"{100 * max(over):.2f} %",
            "peer": "0 % (exact)",
            "ratio": float(max(over)),
            "bar": 0.15,
        },
    ]


def _large_plan() -> list[dict[str, Any]]:
    u, v, cost, nodes = _grid(PLAN_EDGES, 3)
    rng = np.random.default_rng(4)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(u.tolist(), v.tolist(), cost.tolist(), strict=True))
    main = sorted(max(nx.connected_components(graph), key=len))
    ends = rng.choice(main, PLAN_VILLAGES + 1, replace=False)
    start = time.perf_counter()
    found = connect(u, v, cost, terminals=ends[1:], roots=ends[:1], nodes=nodes)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    theirs = nx.approximation.steiner_tree(graph, ends.tolist(), method="mehlhorn")
    peer = time.perf_counter() - start
    metres = theirs.size(weight="weight")
    work = f"least-km plan: {PLAN_EDGES:,} edges, {PLAN_VILLAGES} villages"
    above = 100 * (found.cost / found.lower_bound - 1)
    return [
        {
            "work": work,
            "ours": f"{ours:.1f} s",
            "peer": f"{PLAN_S:.0f} s (allowed); networkx {peer:.1f} s",
            "ratio": ours / PLAN_S,
            "bar": 1.0,
        },
        {
            "work": f"{work}, length",
            "ours": f"{found.cost / 1e3:,.1f} km (proven within {above:.1f} %)",
            "peer": f"{metres / 1e3:,.1f} km (networkx, Mehlhorn)",
            "ratio": found.cost / metres,
            "bar": 1.0,
        },
    ]
