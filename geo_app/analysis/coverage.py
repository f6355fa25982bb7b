"""Which places good roads reach from their anchors, why others are not reached, and how far off."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import shapely

from geo_app.analysis.network import (
    Flags,
    Integers,
    Network,
    distances,
    near_misses,
    nearest_edges,
    reached,
    with_joins,
    with_points,
)

Shapes = NDArray[np.object_]
REASONS = (
    "reached",
    "no_point",
    "no_road",
    "gap",
    "not_connected",
    "surface_unknown",
    "not_hardened",
    "too_narrow",
    "width_unknown",
)
"""Why a place is, or is not, reached."""


@dataclass(frozen=True, eq=False)
class Roads:
    """
    A network whose edges are good or not.

    `fault` says of each edge what it lacks ("" where it is good): one of `REASONS`. `anchors` are
    nodes reached from the start.
    """

    network: Network
    fault: NDArray[np.object_]
    anchors: Integers

    @property
    def good(self) -> Flags:
        """Which edges are good."""
        return np.asarray(self.fault == "")

    def reached_edges(self) -> Flags:
        """Return the good edges connected to an anchor by good edges."""
        net, good = self.network, self.good
        nodes = reached(net.nodes, net.u[good], net.v[good], self.anchors)
        return good & nodes[net.u]


def healed(roads: Roads, *, join_m: float) -> tuple[Roads, pd.DataFrame]:
    """
    Close the near misses of up to `join_m`, as if surveyed too short.

    Returns
    -------
    roads
        With joining edges that are good.
    gaps
        What was closed: ``node``, ``edge``, ``along_m``, ``gap_m`` of the old network.
    """
    gaps = near_misses(roads.network, within_m=join_m) if join_m > 0 else None
    if gaps is None or gaps.empty:
        none = pd.DataFrame({"node": [], "edge": [], "along_m": [], "gap_m": []})
        return roads, none
    network, origin = with_joins(roads.network, gaps)
    fault = np.where(origin < 0, "", roads.fault[origin])
    return Roads(network, fault.astype(object), roads.anchors), gaps


def anchored(network: Network, good: Flags, places: Shapes, *, within_m: float) -> Integers:
    """Return the nodes that places lie at: an end of the nearest good edge within reach."""
    found = nearest_edges(network, places, within_m=within_m, usable=good)
    edge = found["edge"].to_numpy(dtype=np.int64)
    return np.unique(network.u[edge])


def coverage(roads: Roads, places: Shapes, *, within_m: float, join_m: float) -> pd.DataFrame:
    """
    Tell which places good roads reach, with near misses as they are and closed.

    A place is reached where a good edge that is connected to an anchor by good edges passes
    within `within_m` of it.

    Parameters
    ----------
    places
        Points in the network's CRS; None where a place has no point.

    Returns
    -------
    found
        One row per place: ``reached``, ``reached_joined`` (with near misses closed), ``reason``
        (one of `REASONS`), ``away_m`` and ``edge`` (the nearest road of any kind, missing where
        none is within reach), ``nearest_m``, ``nearest_x``, ``nearest_y`` (the nearest point of a
        reached road, as the crow flies), ``missing_m`` (road still to be made good on the
        shortest way there along existing roads; missing where there is no way).
    """
    mended, _ = healed(roads, join_m=join_m)
    found = pd.DataFrame(index=range(len(places)))
    edges = roads.reached_edges()
    found["reached"] = _near(roads.network, places, edges, within_m)
    found["reached_joined"] = found["reached"] | _near(
        mended.network, places, mended.reached_edges(), within_m
    )
    any_road = nearest_edges(roads.network, places, within_m=within_m).set_index("point")
    found["away_m"] = any_road["away_m"].reindex(found.index)
    found["edge"] = any_road["edge"].reindex(found.index)
    found["reason"] = _reasons(roads, places, found, within_m)
    _add_nearest(found, roads.network, edges, places)
    found["missing_m"] = _missing(mended, places, within_m)
    found.loc[found["reached"], "missing_m"] = 0.0
    return found


def _near(network: Network, places: Shapes, usable: Flags, within_m: float) -> Flags:
    near = np.zeros(len(places), dtype=bool)
    found = nearest_edges(network, places, within_m=within_m, usable=usable)
    near[found["point"].to_numpy(dtype=np.int64)] = True
    return near


def _reasons(
    roads: Roads, places: Shapes, found: pd.DataFrame, within_m: float
) -> NDArray[np.object_]:
    """Say why, the plainest reason first: no point, no road, a gap, cut off, else the fault."""
    edge = found["edge"].fillna(0).to_numpy(dtype=np.int64)
    fault = roads.fault[edge] if len(roads.fault) else np.full(len(found), "")
    good_near = _near(roads.network, places, roads.good, within_m)
    conditions = [
        found["reached"].to_numpy(),
        shapely.is_missing(places) | shapely.is_empty(places),
        found["edge"].isna().to_numpy(),
        found["reached_joined"].to_numpy(),
        good_near,
    ]
    reasons: NDArray[np.object_] = np.select(conditions, REASONS[:5], fault).astype(object)
    return reasons


def _add_nearest(found: pd.DataFrame, network: Network, edges: Flags, places: Shapes) -> None:
    nearest = nearest_edges(network, places, within_m=np.inf, usable=edges).set_index("point")
    shapes = network.shapes[nearest["edge"].to_numpy(dtype=np.int64)]
    spots = shapely.line_interpolate_point(shapes, nearest["along_m"].to_numpy())
    found["nearest_m"] = nearest["away_m"].reindex(found.index)
    for name, values in (("nearest_x", shapely.get_x(spots)), ("nearest_y", shapely.get_y(spots))):
        found[name] = pd.Series(values, nearest.index).reindex(found.index)


def _missing(roads: Roads, places: Shapes, within_m: float) -> pd.Series:
    """Return what is to be made good on the cheapest way from each place to what is reached."""
    at = nearest_edges(roads.network, places, within_m=within_m)
    net, node, origin = with_points(
        roads.network, at["edge"].to_numpy(dtype=np.int64), at["along_m"].to_numpy()
    )
    good = roads.good[origin]
    cost = np.where(good, 0.0, net.length_m)
    sources = np.flatnonzero(reached(net.nodes, net.u[good], net.v[good], roads.anchors))
    away, _ = distances(net.nodes, net.u, net.v, cost, sources)
    missing = pd.Series(away[node], index=at["point"].to_numpy(dtype=np.int64))
    return missing.replace(np.inf, np.nan).reindex(range(len(places)))
