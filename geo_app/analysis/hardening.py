"""What to build first: the stretches whose hardening connects the places not yet reached."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo_app.analysis.coverage import Roads, Shapes
from geo_app.analysis.network import (
    Flags,
    Floats,
    Integers,
    Network,
    nearest_edges,
    reached,
    with_points,
)
from geo_app.analysis.steiner import Tree, connect, stages
from geo_app.errors import DataError


@dataclass(frozen=True, eq=False)
class HardeningPlan:
    """
    Stretches to harden, in an order of building.

    `network` holds the places as nodes; `origin` is the edge of the roads each of its edges is
    part of. `tree` names the edges to build, `stages` their order: one row per stage with
    ``places`` and ``edges`` (lists of positions), ``cost``, ``cumulative_cost``, ``connected``,
    ``cumulative_connected``. `price` is the cost of each edge. `off_road` are places without a
    road within reach, `cut_off` those on roads that lead to no anchor.
    """

    network: Network
    origin: Integers
    price: Floats
    tree: Tree
    stages: pd.DataFrame
    off_road: Integers
    cut_off: Integers


def plan_hardening(
    roads: Roads,
    places: Shapes,
    *,
    within_m: float,
    price_per_m: Floats | None = None,
    weights: Floats | None = None,
) -> HardeningPlan:
    """
    Choose stretches that connect all places at little total price, and their order.

    Terrain is ignored, as is what a new road would cost: only existing roads are hardened.

    Parameters
    ----------
    roads
        The network; good edges cost nothing. Close its near misses first (`healed`) if they are
        to be taken as digitising gaps.
    places
        Points not reached yet, in the network's CRS; missing ones are off the road.
    within_m
        A place is joined to the nearest road within this distance.
    price_per_m
        What a metre of each edge costs; None: 1, so that length is minimised.
    weights
        What connecting each place is worth in the order of building; None: 1.

    Raises
    ------
    DataError
        If no anchor touches the network.
    """
    _require_anchors(roads)
    at = nearest_edges(roads.network, places, within_m=within_m)
    point = at["point"].to_numpy(dtype=np.int64)
    network, node, origin = with_points(
        roads.network, at["edge"].to_numpy(dtype=np.int64), at["along_m"].to_numpy()
    )
    good = roads.good[origin]
    price = _prices(network, good, None if price_per_m is None else price_per_m[origin])
    roots = np.flatnonzero(reached(network.nodes, network.u[good], network.v[good], roads.anchors))
    graph = {"terminals": node, "roots": roots}
    tree = connect(network.u, network.v, price, **graph, nodes=network.nodes)
    worth = np.ones(len(places)) if weights is None else weights
    order = stages(network.u, network.v, price, tree, **graph, weights=worth[point])
    places_of = [point[np.asarray(each, dtype=np.int64)] for each in order["terminal_nodes"]]
    order["places"] = pd.Series(places_of, order.index, dtype=object)
    return HardeningPlan(
        network=network,
        origin=origin,
        price=price,
        tree=tree,
        stages=order.drop(columns="terminal_nodes"),
        off_road=np.setdiff1d(np.arange(len(places)), point),
        cut_off=point[tree.unreachable],
    )


def _require_anchors(roads: Roads) -> None:
    if not len(roads.anchors):
        message = (
            "anchors: none lies on a good road; there is nothing to connect to; choose another "
            "anchor, or a larger distance from point to road"
        )
        raise DataError(message)


def _prices(network: Network, good: Flags, per_m: Floats | None) -> Floats:
    whole = network.length_m if per_m is None else network.length_m * per_m
    return np.where(good, 0.0, whole)
