"""Ways by road: from each place to the nearest of some others, in kilometres and minutes."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd

from geo_app.analysis.coverage import Roads, healed
from geo_app.analysis.network import (
    Floats,
    Integers,
    Network,
    distances,
    nearest_edges,
    with_points,
)
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.roads import RoadNetwork, read_roads
from geo_app.studies.study import Parameter, Run

OTHER = "*"
"""Speed on a road of no named class."""
HARD = ("btn", "nhua", "btxm")
UNHARDENED = 0.6
"""Part of the speed left on a road that is not paved, or whose surface is unknown."""
WALK_KMH = 5.0

PAVED = Parameter(
    "trusted",
    "layers",
    ("national_roads",),
    Bilingual("Lớp đường coi là đã cứng hóa", "Road layers taken as paved"),
    Bilingual("Khi chưa ghi mặt đường.", "Where no surface is recorded."),
    geometry=("line",),
)
OFF_ROAD = Parameter(
    "snap_m",
    "number",
    1_000.0,
    Bilingual("Từ điểm ra đường không quá", "From point to road at most"),
    Bilingual("Xa hơn thì không tính được.", "Farther places are not computed."),
    unit="m",
    least=1,
    most=20_000,
)
SPEEDS = Parameter(
    "speeds_kmh",
    "text",
    "quoc_lo=50,tinh=40,huyen=35,xa=25,thon=20,do_thi=30,*=30",
    Bilingual("Tốc độ theo loại đường (km/giờ)", "Speeds by road class (km/h)"),
    Bilingual("* là loại khác.", "* stands for any other."),
)


def travel(run: Run, start: gpd.GeoDataFrame, goal: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Measure the way from each place to the nearest goal by the roads that the run names.

    Parameters
    ----------
    start, goal
        Points with ``place_code`` and ``place_name``, indexed 0, 1, … (see `read_points`).

    Returns
    -------
    found
        `start` with ``distance_km`` and ``goal_name`` (the shortest way), ``time_min`` and
        ``fastest_name`` (the fastest), ``off_road_m``; missing where there is no way.
    """
    network = read_roads(run)
    roads, _ = healed(_all_good(network), join_m=run["join_m"])
    return _measure(run, network, roads.network, start, goal)


def read_points(run: Run, name: str, layer_id: str) -> gpd.GeoDataFrame:
    """
    Read a layer of points, or of polygons by a point inside each.

    Raises
    ------
    DataError
        If the layer has no place; `name` is the setting that names it.
    """
    layer = run.inputs.layer(layer_id)
    read = run.inputs.features(layer.id, kinds=["point", "polygon"]).reset_index(drop=True)
    if read.geometry.notna().sum() == 0:
        message = f"{name}: layer {layer.id} has no place; expected at least one; import some"
        raise DataError(message, vi=f"Lớp {layer.id} chưa có vị trí nào; hãy nhập số liệu.")
    codes = read[list(layer.key)].astype(str).agg("/".join, axis=1)
    shapes = read.geometry
    points = shapes if layer.geometry == "point" else shapes.representative_point()
    return gpd.GeoDataFrame(
        {"place_code": codes, "place_name": read[layer.name] if layer.name else codes},
        geometry=points,
        crs=read.crs,
    )


def _speeds(run: Run) -> dict[str, float]:
    speeds = {}
    for part in run["speeds_kmh"].split(","):
        name, _, text = part.partition("=")
        try:
            speeds[name.strip()] = float(text)
        except ValueError:
            speeds[name.strip()] = 0.0
    if OTHER not in speeds or min(speeds.values()) <= 0:
        message = (
            f"speeds_kmh: found {run['speeds_kmh']!r}; expected CLASS=KM/H above 0, and "
            f"{OTHER}=KM/H for all others, such as tinh=40,*=25"
        )
        raise DataError(
            message,
            vi=f"Vận tốc không đọc được; ghi CẤP=KM/H trên 0 và {OTHER}=KM/H, ví dụ tinh=40,*=25.",
        )
    return speeds


def _all_good(network: RoadNetwork) -> Roads:
    fault = np.full(len(network.records), "", dtype=object)
    return Roads(network.network, fault, np.zeros(0, dtype=np.int64))


def _minutes(run: Run, network: RoadNetwork, roads: Network) -> Floats:
    """Return the time along each edge; a closed gap is driven like any other road."""
    speeds = _speeds(run)
    named = network.records.assign(line=network.network.line, kind=network.classes)
    of = named.drop_duplicates("line").set_index("line").reindex(roads.line)
    kmh = of["kind"].map(speeds).astype("float64").fillna(speeds[OTHER]).to_numpy()
    paved = of["surface"].isin(HARD) | of["layer"].isin(run["trusted"])
    kmh = np.where(paved.to_numpy(), kmh, kmh * UNHARDENED)
    minutes: Floats = roads.length_m / 1_000 / kmh * 60
    return minutes


def _measure(
    run: Run,
    network: RoadNetwork,
    roads: Network,
    start: gpd.GeoDataFrame,
    goal: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Measure the way from each place to the nearest goal, both ends off the road included."""
    points = np.concatenate([start.geometry.to_numpy(), goal.geometry.to_numpy()])
    at = nearest_edges(roads, points, within_m=run["snap_m"])
    point = at["point"].to_numpy(dtype=np.int64)
    cut, node, _ = with_points(roads, at["edge"].to_numpy(dtype=np.int64), at["along_m"].to_numpy())
    own = cut.nodes + np.arange(len(point))
    u, v = np.concatenate([cut.u, node]), np.concatenate([cut.v, own])
    away = at["away_m"].to_numpy()
    goals = own[point >= len(start)]
    names = goal["place_name"].to_numpy()[point[point >= len(start)] - len(start)]
    found = start.copy()
    size = cut.nodes + len(point)
    costs = {
        "distance_km": (cut.length_m / 1_000, away / 1_000, "goal_name"),
        "time_min": (_minutes(run, network, cut), away / 1_000 / WALK_KMH * 60, "fastest_name"),
    }
    here = point < len(start)
    for name, (along, walked, goal_column) in costs.items():
        cost, source = distances(size, u, v, np.concatenate([along, walked]), goals)
        found[name] = _by_place(cost[own[here]], point[here], len(start))
        named = _named(source[own[here]], goals, names)
        found[goal_column] = pd.Series(named, point[here]).reindex(range(len(start)))
    found["off_road_m"] = _by_place(away[here], point[here], len(start))
    return found


def _by_place(values: Floats, point: Integers, count: int) -> pd.Series:
    return pd.Series(values, point).replace(np.inf, np.nan).reindex(range(count))


def _named(source: Integers, goals: Integers, names: NDArray[np.object_]) -> NDArray[np.object_]:
    found = np.full(len(source), None, dtype=object)
    known = source >= 0
    found[known] = names[source[known] - goals[0]] if len(goals) else None
    return found
