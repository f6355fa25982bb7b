"""Roads as a graph: lines cut at their junctions, points on edges, near-miss joins, distances."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

import geopandas as gpd
import shapely
from shapely.ops import substring

from geo_app.analysis.planar import require_planar
from geo_app.errors import DataError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NODE_M = 0.001
"""Vertices that lie nearer to each other are one node."""
JOINED = -1
"""Line of an edge that closes a gap: no line of the frame."""
_NOTHING = 1e-6
"""Length of an edge that costs nothing: a graph has no edge of weight 0."""


@dataclass(frozen=True, eq=False)
class Network:
    """
    Nodes and undirected edges in a metric CRS.

    `u` and `v` are the nodes of each edge, `length_m` its length, `line` the position of the line
    it is part of (`JOINED`: none), `shapes` its course from `u` to `v`. `x` and `y` are the nodes'
    coordinates.
    """

    x: Floats
    y: Floats
    u: Integers
    v: Integers
    length_m: Floats
    line: Integers
    shapes: NDArray[np.object_]

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.x)


def build_network(lines: gpd.GeoDataFrame) -> Network:
    """
    Cut lines into edges at every vertex they share.

    Roads that cross without a common vertex are not joined: one may pass over the other.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in a metric CRS; rows without geometry are passed over.

    Raises
    ------
    CrsError
        If the frame has no CRS or is in degrees.
    """
    require_planar(lines=lines)
    parts, line = shapely.get_parts(lines.geometry.to_numpy(), return_index=True)
    filled = shapely.length(parts) > 0
    parts, line = parts[filled], line[filled]
    points, part = shapely.get_coordinates(parts, return_index=True)
    keys, place = _distinct(points)
    ends = np.ones(len(points), dtype=bool)
    ends[1:-1] = (part[1:-1] != part[:-2]) | (part[1:-1] != part[2:])
    is_node = ends | (np.bincount(place)[place] > 1)
    at = np.flatnonzero(is_node)
    first, last = at[:-1], at[1:]
    together = part[first] == part[last]
    first, last = first[together], last[together]
    names, nodes = np.unique(place[at], return_inverse=True)
    number = np.empty(len(points), dtype=np.int64)
    number[at] = nodes
    shapes = _courses(points, first, last)
    return Network(
        x=keys[names, 0],
        y=keys[names, 1],
        u=number[first],
        v=number[last],
        length_m=shapely.length(shapes),
        line=line[part[first]].astype(np.int64),
        shapes=shapes,
    )


def _distinct(points: Floats) -> tuple[Floats, Integers]:
    """Return the distinct points, to `NODE_M`, and which of them each is."""
    grid = np.round(points / NODE_M).astype(np.int64)
    order = np.lexsort(grid.T)
    fresh = np.ones(len(points), dtype=bool)
    fresh[1:] = np.any(grid[order][1:] != grid[order][:-1], axis=1)
    place = np.empty(len(points), dtype=np.int64)
    place[order] = np.cumsum(fresh) - 1
    return points[order][fresh], place


def _courses(points: Floats, first: Integers, last: Integers) -> NDArray[np.object_]:
    """Return the line through the points from each `first` to its `last`."""
    counts = last - first + 1
    edge = np.repeat(np.arange(len(first)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    courses: NDArray[np.object_] = shapely.linestrings(
        points[np.repeat(first, counts) + within], indices=edge
    )
    return courses


def nearest_edges(
    network: Network, points: NDArray[np.object_], *, within_m: float, usable: Flags | None = None
) -> pd.DataFrame:
    """
    Find the edge nearest to each point.

    Parameters
    ----------
    points
        Points in the network's CRS; missing ones find nothing.
    within_m
        Edges farther off do not count; may be infinite.
    usable
        Edges that count; None: all.

    Returns
    -------
    found
        One row per point that found one: ``point`` (position), ``edge``, ``along_m`` from the
        edge's `u`, ``away_m``.
    """
    edges = np.arange(len(network.u)) if usable is None else np.flatnonzero(usable)
    if not len(edges):
        return pd.DataFrame({name: [] for name in ("point", "edge", "along_m", "away_m")})
    tree = shapely.STRtree(network.shapes[edges])
    limit = within_m if np.isfinite(within_m) else None
    (point, nearest), away = tree.query_nearest(
        points, max_distance=limit, return_distance=True, all_matches=False
    )
    edge = edges[nearest]
    along = shapely.line_locate_point(network.shapes[edge], points[point])
    return pd.DataFrame({"point": point, "edge": edge, "along_m": along, "away_m": away})


def near_misses(network: Network, *, within_m: float) -> pd.DataFrame:
    """
    Find dead ends that stop just short of another road.

    Returns
    -------
    gaps
        One row per dead end with an edge within reach that is not its own: ``node``, ``edge``
        (the nearest), ``along_m`` on it, ``gap_m``; by node.
    """
    degree = np.bincount(np.concatenate([network.u, network.v]), minlength=network.nodes)
    dead = np.flatnonzero(degree == 1)
    points: NDArray[np.object_] = np.asarray(shapely.points(network.x[dead], network.y[dead]))
    tree = shapely.STRtree(network.shapes)
    end, edge = tree.query(points, predicate="dwithin", distance=within_m)
    node = dead[end]
    own = np.empty(network.nodes, dtype=np.int64)
    own[network.u], own[network.v] = np.arange(len(network.u)), np.arange(len(network.u))
    # A short spur ends near the very road it leaves: that is no gap.
    stem = own[node]
    other = np.where(network.u[stem] == node, network.v[stem], network.u[stem])
    leaves = (network.u[edge] == other) | (network.v[edge] == other)
    kept = (edge != stem) & ~(leaves & (network.length_m[stem] <= 2 * within_m))
    end, node, edge = end[kept], node[kept], edge[kept]
    found = pd.DataFrame(
        {
            "node": node,
            "edge": edge,
            "along_m": shapely.line_locate_point(network.shapes[edge], points[end]),
            "gap_m": shapely.distance(network.shapes[edge], points[end]),
        }
    )
    nearest = found.sort_values(["node", "gap_m", "edge"]).drop_duplicates("node")
    return nearest.reset_index(drop=True)


def with_points(
    network: Network, edge: Integers, along_m: Floats
) -> tuple[Network, Integers, Integers]:
    """
    Put nodes on edges, cutting them there.

    Parameters
    ----------
    edge, along_m
        Where: an edge, and the distance from its `u`; one nearer than `NODE_M` to an end is the
        node there.

    Returns
    -------
    network
        With the new nodes after the old ones; an edge that is cut keeps its number for its first
        piece, the others come last.
    node
        The node of each place.
    origin
        The edge of the old network that each edge is (part of).
    """
    length = network.length_m[edge]
    at_u, at_v = along_m <= NODE_M, along_m >= length - NODE_M
    node = np.where(at_u, network.u[edge], network.v[edge])
    inner = np.flatnonzero(~(at_u | at_v))
    order = inner[np.lexsort((along_m[inner], edge[inner]))]
    places = pd.DataFrame({"edge": edge[order], "along": along_m[order].round(3)})
    fresh = (~places.duplicated()).to_numpy()
    node[order] = network.nodes + np.cumsum(fresh) - 1
    cut_edge, cut_along = edge[order][fresh], places["along"].to_numpy()[fresh]
    if not len(cut_edge):
        return network, node, np.arange(len(network.u))
    return (*_cut(network, cut_edge, cut_along, node), _origin(network, cut_edge))


def _origin(network: Network, cut_edge: Integers) -> Integers:
    return np.concatenate([np.arange(len(network.u)), cut_edge])


def _cut(
    network: Network, edge: Integers, along: Floats, node: Integers
) -> tuple[Network, Integers]:
    """Cut edges at places sorted by edge, then distance; each place is a new node."""
    fresh = network.nodes + np.arange(len(edge))
    spots = shapely.line_interpolate_point(network.shapes[edge], along)
    heads = np.flatnonzero(np.r_[True, edge[1:] != edge[:-1]])
    tails = np.r_[heads[1:], len(edge)] - 1
    u = np.concatenate([network.u, fresh])
    v = np.concatenate([network.v, np.zeros_like(fresh)])
    # Each new piece runs from its place to the next one, the last to the edge's old end.
    v[len(network.u) :][:-1] = fresh[1:]
    v[len(network.u) + tails] = network.v[edge[tails]]
    v[edge[heads]] = fresh[heads]
    ends = np.r_[along[1:], 0.0]
    ends[tails] = network.length_m[edge[tails]]
    shapes = np.concatenate([network.shapes, np.empty(len(edge), dtype=object)])
    for rank, whole in enumerate(network.shapes[edge]):
        shapes[len(network.u) + rank] = substring(whole, along[rank], ends[rank])
    for head in heads:
        shapes[edge[head]] = substring(network.shapes[edge[head]], 0.0, along[head])
    cut = Network(
        x=np.concatenate([network.x, shapely.get_x(spots)]),
        y=np.concatenate([network.y, shapely.get_y(spots)]),
        u=u,
        v=v,
        length_m=shapely.length(shapes),
        line=np.concatenate([network.line, network.line[edge]]),
        shapes=shapes,
    )
    return cut, node


def with_joins(network: Network, gaps: pd.DataFrame) -> tuple[Network, Integers]:
    """
    Close the gaps that `near_misses` found with straight edges of line `JOINED`.

    Returns
    -------
    network
        With the joining edges last.
    origin
        The edge of the old network that each edge is (part of); `JOINED` for a joining edge.
    """
    edge = gaps["edge"].to_numpy(dtype=np.int64)
    cut, node, origin = with_points(network, edge, gaps["along_m"].to_numpy())
    ends = gaps["node"].to_numpy(dtype=np.int64)
    start = np.column_stack([cut.x[ends], cut.y[ends]])
    stop = np.column_stack([cut.x[node], cut.y[node]])
    shapes = shapely.linestrings(np.stack([start, stop], axis=1))
    none = np.full(len(ends), JOINED)
    joined = replace(
        cut,
        u=np.concatenate([cut.u, ends]),
        v=np.concatenate([cut.v, node]),
        length_m=np.concatenate([cut.length_m, shapely.length(shapes)]),
        line=np.concatenate([cut.line, none]),
        shapes=np.concatenate([cut.shapes, shapes]),
    )
    return joined, np.concatenate([origin, none])


def reached(nodes: int, u: Integers, v: Integers, sources: Iterable[int] | Integers) -> Flags:
    """
    Tell which nodes are connected to a source.

    Parameters
    ----------
    nodes
        Number of nodes.
    u, v
        Nodes of the edges that may be used.
    sources
        Nodes to start from.
    """
    graph = coo_array((np.ones(len(u), dtype=bool), (u, v)), shape=(nodes, nodes))
    _, component = connected_components(graph.tocsr(), directed=False)
    sources = np.asarray(sources, dtype=np.int64)
    good = np.zeros(component.max(initial=0) + 1, dtype=bool)
    good[component[sources]] = True
    return np.asarray(good[component])


def distances(
    nodes: int, u: Integers, v: Integers, cost: Floats, sources: Integers
) -> tuple[Floats, Integers]:
    """
    Measure the way from each node to the nearest source.

    Parameters
    ----------
    nodes
        Number of nodes.
    u, v
        Nodes of the edges.
    cost
        Length or time of each edge, 0 or more.
    sources
        Nodes to start from.

    Returns
    -------
    distance
        In the unit of `cost`; infinite where there is no way.
    source
        The nearest source; -1 where there is none.

    Raises
    ------
    DataError
        If a cost is negative or unknown.
    """
    if not np.all(cost >= 0):
        wrong = int(np.flatnonzero(~(cost >= 0))[0])
        message = f"cost of edge {wrong}: found {cost[wrong]}; expected 0 or more"
        raise DataError(message)
    if not len(sources):
        return np.full(nodes, np.inf), np.full(nodes, -1)
    weighted = coo_array((np.maximum(cost, _NOTHING), (u, v)), shape=(nodes, nodes))
    # Parallel edges stay apart: added up they would be one long road.
    weighted.has_canonical_format = True
    distance, _, source = dijkstra(
        weighted.tocsr(), directed=False, indices=sources, return_predecessors=True, min_only=True
    )
    return distance, np.where(np.isfinite(distance), source, -1)
