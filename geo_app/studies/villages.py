"""Villages and the road that reaches them: what the map says, what the communes report."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from geo_app.analysis.coverage import Roads, anchored, coverage
from geo_app.domain.layer import Layer
from geo_app.domain.result import Notice
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.roads import (
    HARDENED,
    JOIN,
    ROADS,
    SNAP,
    TRUSTED,
    WIDTH,
    RoadNetwork,
    faults,
    read_roads,
)
from geo_app.studies.study import Parameter, Run
from geo_app.studies.zones import Zones, place_points, zones_parameter

VILLAGE_KIND = "thon"
"""The plan counts villages (thôn), not urban neighbourhoods (tổ dân phố)."""

VILLAGES = Parameter(
    "villages",
    "layer",
    "villages",
    Bilingual("Lớp thôn", "Layer of villages"),
    Bilingual("Điểm trung tâm thôn.", "Points of the village centres."),
    geometry=("point",),
)
CENTRES = Parameter(
    "centres",
    "layer",
    "commune_centres",
    Bilingual("Lớp trung tâm xã", "Layer of commune centres"),
    Bilingual("Nơi đường phải nối tới.", "What the roads must be connected to."),
    geometry=("point",),
)
TRUNK = Parameter(
    "trunk",
    "layers",
    ("national_roads", "provincial_roads"),
    Bilingual("Mạng quốc lộ, đường tỉnh", "National and provincial network"),
    Bilingual("Dùng khi mốc nối là mạng này.", "Used where this network is the anchor."),
    geometry=("line",),
)
ANCHOR = Parameter(
    "anchor",
    "choice",
    "centres",
    Bilingual("Phải nối tới", "Connected to"),
    Bilingual("Đường đến thôn phải liền với nơi này.", "The road to the village must lead here."),
    options={
        "centres": Bilingual("Trung tâm xã", "A commune centre"),
        "trunk": Bilingual("Quốc lộ, đường tỉnh", "The national and provincial network"),
    },
)

ACCESS_PARAMETERS = (
    zones_parameter(),
    VILLAGES,
    ROADS,
    HARDENED,
    WIDTH,
    TRUSTED,
    ANCHOR,
    CENTRES,
    TRUNK,
    SNAP,
    JOIN,
)
"""What decides whether a road reaches a village."""


@dataclass(frozen=True, eq=False)
class VillageAccess:
    """
    Villages, the roads, and what reaches what.

    `frame` has one row per village: ``village_code``, ``village_name``, ``commune_code``, ``zone``
    (position of its zone, -1: none), ``population``, ``reported`` (yes, no, missing) and the
    columns of `coverage`, with its point as geometry.
    """

    frame: gpd.GeoDataFrame
    network: RoadNetwork
    roads: Roads
    notices: tuple[Notice, ...]


def village_access(run: Run, zones: Zones) -> VillageAccess:
    """Find out which villages hardened roads reach."""
    network = read_roads(run)
    fault = faults(run, network, surfaces=run["hardened"])
    roads = Roads(network.network, fault, anchors(run, network, fault))
    villages, notices = read_villages(run, zones)
    found = coverage(
        roads, villages.geometry.to_numpy(), within_m=run["snap_m"], join_m=run["join_m"]
    )
    frame = villages.join(found)
    return VillageAccess(frame, network, roads, tuple(notices))


def anchors(
    run: Run, network: RoadNetwork, fault: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the nodes that count as reached from the start."""
    net = network.network
    if run["anchor"] == "trunk":
        trunk = network.edges_of(run["trunk"])
        return np.unique(np.concatenate([net.u[trunk], net.v[trunk]]))
    centres = run.inputs.features(run["centres"], kinds=["point"])
    return anchored(net, fault == "", centres.geometry.to_numpy(), within_m=run["snap_m"])


def read_villages(run: Run, zones: Zones) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """
    Read the villages of a run and put each in its zone.

    The commune's code counts before the point: where they disagree, the code is right.

    Raises
    ------
    DataError
        If the layer has no village.
    """
    inputs, layer = run.inputs, run.inputs.layer(run["villages"])
    inputs.require(layer.id, "commune_code", use="the villages' communes")
    read = inputs.features(layer.id, kinds=["point"])
    if "kind" in read:
        read = read[read["kind"] == VILLAGE_KIND]
    if read.empty:
        message = f"layer {layer.id}: has no village (kind {VILLAGE_KIND!r}); import the list"
        raise DataError(message, vi=f"Lớp {layer.id} chưa có thôn nào; hãy nhập danh sách thôn.")
    read = read.reset_index(drop=True)
    points = read.geometry.where(~read.geometry.is_empty, None)
    frame = gpd.GeoDataFrame(
        {
            "village_code": read[list(layer.key)].astype(str).agg("/".join, axis=1),
            "village_name": read[layer.name] if layer.name else read[layer.key[0]],
            "commune_code": read["commune_code"],
            "population": _optional(layer, read, "population").astype("Float64"),
            "reported": _optional(layer, read, "road_hardened").astype("boolean"),
        },
        geometry=points,
        crs=read.crs,
    )
    frame["zone"], notices = _zone_of(frame, zones)
    return frame, notices


def _optional(layer: Layer, read: pd.DataFrame, name: str) -> pd.Series:
    return read[name] if name in layer.fields and name in read else pd.Series(pd.NA, read.index)


def _zone_of(frame: gpd.GeoDataFrame, zones: Zones) -> tuple[pd.Series, list[Notice]]:
    positions = pd.Series(zones.frame.index, zones.frame["zone_code"])
    by_code = frame["commune_code"].map(positions)
    by_place = place_points(zones, frame)
    notices = []
    apart = by_code.notna() & (by_place >= 0) & (by_code != by_place)
    if apart.any():
        text = Bilingual(
            "{count} thôn có điểm nằm ở xã khác với mã xã của mình (như {names}): tính theo mã.",
            "{count} villages have a point in another commune than their code says (such as "
            "{names}): the code counts.",
        )
        names = ", ".join(frame.loc[apart, "village_name"].head(3))
        notices.append(
            Notice("commune_disagrees", text.filled(count=int(apart.sum()), names=names))
        )
    zone = by_code.fillna(by_place).astype("int64")
    nowhere = zone < 0
    if nowhere.any():
        text = Bilingual(
            "{count} thôn nằm ngoài mọi đơn vị báo cáo và chỉ có trong tổng số (như {names}).",
            "{count} villages belong to no zone and count in the total only (such as {names}).",
        )
        names = ", ".join(frame.loc[nowhere, "village_name"].head(3))
        notices.append(Notice("outside_zones", text.filled(count=int(nowhere.sum()), names=names)))
    lost = frame.geometry.isna()
    if lost.any():
        text = Bilingual(
            "{count} thôn chưa có điểm trung tâm (như {names}): tính là chưa đạt, ghi rõ lý do.",
            "{count} villages have no centre point (such as {names}): they count as not reached, "
            "with that reason.",
        )
        names = ", ".join(frame.loc[lost, "village_name"].head(3))
        notices.append(Notice("no_point", text.filled(count=int(lost.sum()), names=names)))
    return zone, notices


def lonlat(frame: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """Return longitude and latitude of points, to a metre."""
    degrees = frame.geometry.to_crs("EPSG:4326").to_numpy()
    return (
        pd.Series(shapely.get_x(degrees).round(5), frame.index),
        pd.Series(shapely.get_y(degrees).round(5), frame.index),
    )
