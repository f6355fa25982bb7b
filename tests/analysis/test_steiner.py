"""Steiner trees: by hand, against an exact solution of small networks, and against networkx."""

import networkx as nx
import numpy as np
import pytest
from exact_trees import optimum, small_network
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_app.analysis.steiner import Tree, connect, stages
from geo_app.errors import DataError

Edges = list[tuple[int, int, float]]


def tree_of(edges: Edges, terminals: list[int], roots: list[int]) -> Tree:
    u, v, cost = zip(*edges, strict=True)
    return connect(u, v, cost, terminals=terminals, roots=roots)


def test_a_star_is_built_whole() -> None:
    found = tree_of([(0, 1, 2), (0, 2, 3), (0, 3, 4)], [1, 2, 3], [0])
    assert found.edges.tolist() == [0, 1, 2]
    assert (found.cost, found.lower_bound) == (9, 9)


def test_a_point_that_is_no_terminal_saves_length() -> None:
    # Three corners 2 from each other, or 1.1 from a point between them.
    edges = [(0, 1, 2), (1, 2, 2), (0, 2, 2), (0, 3, 1.1), (1, 3, 1.1), (2, 3, 1.1)]
    found = tree_of(edges, [1, 2], [0])
    assert found.cost == pytest.approx(3.3)
    assert found.edges.tolist() == [3, 4, 5]


def test_what_stands_costs_nothing_and_of_parallel_roads_the_cheaper_is_built() -> None:
    edges = [(0, 1, 0.0), (1, 2, 5.0), (1, 2, 3.0), (0, 2, 4.0)]
    found = tree_of(edges, [2, 1, 0], [0])
    assert found.edges.tolist() == [2]


def test_what_no_path_reaches_is_named() -> None:
    found = tree_of([(0, 1, 1), (2, 3, 1)], [1, 3], [0])
    assert found.unreachable.tolist() == [1]
    assert found.edges.tolist() == [0]


def test_nothing_to_join_costs_nothing() -> None:
    found = tree_of([(0, 1, 1)], [], [0])
    assert (found.cost, found.edges.tolist()) == (0, [])


@pytest.mark.parametrize(
    ("edges", "terminals", "roots"),
    [
        ([(0, 1, -1)], [1], [0]),
        ([(0, 1, np.nan)], [1], [0]),
        ([(0, 1, 1)], [1], []),
        ([(0, 1, 1)], [-7], [0]),
    ],
)
def test_what_cannot_be_is_refused(edges: Edges, terminals: list[int], roots: list[int]) -> None:
    with pytest.raises(DataError):
        tree_of(edges, terminals, roots)


def test_a_hundred_small_networks_come_near_the_optimum() -> None:
    over = []
    for seed in range(100):
        edges, terminals, root = small_network(seed)
        found = tree_of(edges, terminals, [root])
        best = optimum(edges, terminals, root)
        assert found.cost >= best - 1e-9
        assert found.lower_bound <= best + 1e-9
        over.append(found.cost / best - 1)
    assert np.mean(over) <= 0.05
    assert max(over) <= 0.15


@given(seed=st.integers(0, 100_000))
@settings(deadline=None, max_examples=25)
def test_a_tree_joins_all_and_its_stages_are_its_edges(seed: int) -> None:
    edges, terminals, root = small_network(seed)
    found = tree_of(edges, terminals, [root])
    graph = nx.Graph()
    graph.add_node(root)
    graph.add_edges_from(edges[each][:2] for each in found.edges)
    assert nx.is_tree(graph)
    assert set(terminals) <= set(graph)
    u, v, cost = zip(*edges, strict=True)
    order = stages(u, v, cost, found, terminals=terminals, roots=[root])
    built = [edge for each in order["edges"] for edge in each]
    assert sorted(built) == found.edges.tolist()
    assert order["cost"].sum() == pytest.approx(found.cost)
    reached = [place for each in order["terminal_nodes"] for place in each]
    assert sorted(reached) == list(range(len(terminals)))
    # Each stage hangs on what is built: it connects as it goes.
    sofar = nx.Graph()
    sofar.add_node(root)
    for row in order.itertuples():
        sofar.add_edges_from(edges[each][:2] for each in row.edges)
        assert nx.is_connected(sofar)
    dense = (order["connected"] / order["cost"].where(order["cost"] > 0)).dropna()
    assert dense.is_monotonic_decreasing


@given(seed=st.integers(0, 100_000))
@settings(deadline=None, max_examples=15)
def test_a_further_root_never_makes_the_optimum_dearer(seed: int) -> None:
    edges, terminals, root = small_network(seed)
    one = tree_of(edges, terminals, [root])
    two = tree_of(edges, terminals, [root, (root + 7) % 36])
    assert two.lower_bound <= one.cost + 1e-9
