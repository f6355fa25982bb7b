"""Road networks: cut, joined and measured by hand, and against networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from shapely import LineString, MultiLineString, Point

from geo_app.analysis.network import (
    JOINED,
    Network,
    build_network,
    distances,
    near_misses,
    nearest_edges,
    reached,
    with_joins,
    with_points,
)
from geo_app.errors import CrsError, DataError

METRIC = "EPSG:9215"


def roads(*lines: list[tuple[float, float]], crs: str | None = METRIC) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs=crs)


def cross() -> Network:
    """Two roads of 200 m that cross in a common vertex, and a spur."""
    return build_network(
        roads(
            [(0, 0), (100, 0), (200, 0)],
            [(100, -100), (100, 0), (100, 100)],
            [(200, 0), (200, 50)],
        )
    )


def test_roads_are_cut_where_they_share_a_vertex() -> None:
    net = cross()
    assert net.nodes == 6
    assert sorted(net.length_m) == [50, 100, 100, 100, 100]
    assert np.bincount(net.line).tolist() == [2, 2, 1]


def test_roads_that_cross_without_a_vertex_are_not_joined() -> None:
    net = build_network(roads([(0, 0), (200, 0)], [(100, -100), (100, 100)]))
    assert net.nodes == 4
    assert len(net.u) == 2


def test_parts_of_one_row_belong_to_one_line() -> None:
    parts = MultiLineString([[(0, 0), (10, 0)], [(20, 0), (30, 0)]])
    frame = gpd.GeoDataFrame(geometry=[None, parts], crs=METRIC)
    net = build_network(frame)
    assert net.line.tolist() == [1, 1]
    assert net.nodes == 4


def test_a_ring_is_an_edge_from_a_node_to_itself() -> None:
    net = build_network(roads([(0, 0), (10, 0), (10, 10), (0, 0)]))
    assert net.u.tolist() == net.v.tolist()
    assert net.length_m.tolist() == pytest.approx([20 + 10 * 2**0.5])


def test_no_roads_make_an_empty_network() -> None:
    net = build_network(roads())
    assert net.nodes == 0
    assert nearest_edges(net, np.array([Point(0, 0)]), within_m=10).empty
    assert near_misses(net, within_m=10).empty


@pytest.mark.parametrize("crs", [None, "EPSG:4326"])
def test_lines_that_cannot_be_measured_are_refused(crs: str | None) -> None:
    with pytest.raises(CrsError, match="lines"):
        build_network(roads([(0, 0), (1, 0)], crs=crs))


def test_points_find_the_nearest_edge_and_where_on_it() -> None:
    net = cross()
    points = np.array([Point(30, 4), None, Point(1_000, 0)])
    found = nearest_edges(net, points, within_m=50)
    assert found["point"].tolist() == [0]
    assert found["away_m"].tolist() == [4]
    assert found["along_m"].tolist() == [30]
    assert net.line[int(found["edge"][0])] == 0


def test_points_cut_an_edge_once_each() -> None:
    net = build_network(roads([(0, 0), (100, 0)]))
    edge = np.zeros(5, dtype=np.int64)
    cut, node, origin = with_points(net, edge, np.array([60.0, 30.0, 0.0, 60.0, 100.0]))
    assert cut.nodes == 4
    assert node[0] == node[3]
    assert (node[2], node[4]) == (net.u[0], net.v[0])
    assert cut.x[node].tolist() == [60, 30, 0, 60, 100]
    assert cut.length_m.tolist() == [30, 30, 40]
    assert origin.tolist() == [0, 0, 0]
    along, _ = distances(cut.nodes, cut.u, cut.v, cut.length_m, np.array([net.u[0]]))
    assert along[node].tolist() == [60, 30, 0, 60, 100]


def test_a_road_that_stops_short_is_a_near_miss_and_can_be_closed() -> None:
    net = build_network(roads([(0, 0), (100, 0)], [(50, 100), (50, 8)]))
    gaps = near_misses(net, within_m=10)
    assert gaps["gap_m"].tolist() == [8]
    assert near_misses(net, within_m=7).empty
    joined, origin = with_joins(net, gaps)
    assert (joined.line == JOINED).sum() == 1
    assert (origin == JOINED).sum() == 1
    assert joined.length_m.sum() == 100 + 92 + 8
    assert reached(joined.nodes, joined.u, joined.v, [0]).all()


def test_a_short_spur_is_no_near_miss_of_its_own_road() -> None:
    net = build_network(roads([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 6)]))
    assert near_misses(net, within_m=10).empty


def test_what_no_source_reaches_is_infinitely_far() -> None:
    net = build_network(roads([(0, 0), (10, 0)], [(0, 50), (10, 50)]))
    start = int(np.flatnonzero((net.x == 0) & (net.y == 0))[0])
    away, source = distances(net.nodes, net.u, net.v, net.length_m, np.array([start]))
    assert sorted(away) == [0, 10, np.inf, np.inf]
    assert sorted(source) == [-1, -1, start, start]
    none, sources = distances(net.nodes, net.u, net.v, net.length_m, np.zeros(0, dtype=np.int64))
    assert np.isinf(none).all()
    assert (sources == -1).all()


def test_of_parallel_roads_the_shorter_counts() -> None:
    u, v = np.array([0, 0]), np.array([1, 1])
    away, _ = distances(2, u, v, np.array([7.0, 3.0]), np.array([0]))
    assert away.tolist() == [0, 3]


def test_a_road_that_costs_nothing_is_still_a_road() -> None:
    away, _ = distances(3, np.array([0, 1]), np.array([1, 2]), np.array([0.0, 5.0]), np.array([0]))
    assert away == pytest.approx([0, 0, 5], abs=1e-3)


@pytest.mark.parametrize("cost", [-1.0, np.nan])
def test_a_cost_must_be_known(cost: float) -> None:
    with pytest.raises(DataError, match="edge 1"):
        distances(2, np.array([0, 0]), np.array([1, 1]), np.array([1.0, cost]), np.array([0]))


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_distances_and_reach_equal_networkx(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes, edges = 40, 55
    u, v = rng.integers(0, nodes, (2, edges))
    cost = rng.uniform(0.1, 9, edges).round(2)
    sources = rng.choice(nodes, 3, replace=False)
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_weighted_edges_from(zip(u.tolist(), v.tolist(), cost.tolist(), strict=True))
    wanted = nx.multi_source_dijkstra_path_length(graph, set(sources.tolist()))
    away, source = distances(nodes, u, v, cost, sources)
    assert away.tolist() == pytest.approx([wanted.get(node, np.inf) for node in range(nodes)])
    assert (reached(nodes, u, v, sources) == np.isfinite(away)).all()
    assert set(source[np.isfinite(away)].tolist()) <= set(sources.tolist())


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_cutting_keeps_lengths_and_places(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [rng.uniform(0, 500, (4, 2)).round(1).tolist() for _ in range(5)]
    net = build_network(roads(*lines))
    edge = rng.integers(0, len(net.u), 12)
    along = rng.uniform(0, 1, 12) * net.length_m[edge]
    spots = shapely.line_interpolate_point(net.shapes[edge], along)
    cut, node, origin = with_points(net, edge, along)
    assert cut.length_m.sum() == pytest.approx(net.length_m.sum())
    assert cut.x[node] == pytest.approx(shapely.get_x(spots), abs=0.01)
    assert np.bincount(origin, cut.length_m) == pytest.approx(net.length_m)
    starts = shapely.get_point(cut.shapes, 0)
    assert shapely.get_x(starts) == pytest.approx(cut.x[cut.u], abs=0.01)
