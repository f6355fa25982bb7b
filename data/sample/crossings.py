"""Made-up bridges on district roads, and made-up junctions of the expressways."""

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from sample.facts import CRS
from sample.grid import Floats
from sample.roadbook import draw

_BRIDGES = 138
_APART_M = 9000.0
_LOADS_T = {"good": (13, 18, 25, 30), "weak": (3, 5, 8, 10)}


def span_rivers(roads: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """
    Put bridges at vertices of the district roads.

    Returns
    -------
    bridges
        Points, columns of the layer `bridges`.
    """
    counts = shapely.get_num_coordinates(roads.geometry.to_numpy())
    road = np.repeat(np.arange(len(roads)), counts)
    vertices = shapely.get_coordinates(roads.geometry)
    _, first = np.unique(vertices, axis=0, return_index=True)
    kept = np.sort(rng.choice(first, _BRIDGES, replace=False))
    chosen, points = roads.iloc[road[kept]], vertices[kept]
    condition = draw({"good": 0.71, "weak": 0.23, None: 0.06}, _BRIDGES, rng)
    serial = pd.Series(np.arange(1, _BRIDGES + 1).astype(str))
    return gpd.GeoDataFrame(
        {
            "bridge_code": "CAU-" + serial.str.zfill(3),
            "name": "Cầu mẫu " + serial + " – " + chosen["name"].to_numpy(),
            "section_code": chosen["section_code"].to_numpy(),
            "route_code": chosen["route_code"].to_numpy(),
            "condition": condition,
            "load_t": _loads(condition, rng),
            "length_m": rng.lognormal(np.log(24), 0.6, _BRIDGES).round(1),
            "width_m": rng.choice([3.5, 4.0, 5.0, 6.0, 7.0], _BRIDGES),
            "year_built": pd.Series(rng.integers(1976, 2024, _BRIDGES), dtype="Int64"),
        },
        geometry=shapely.points(points),
        crs=CRS,
    )


def _loads(condition: list[str | None], rng: np.random.Generator) -> list[float]:
    """Draw the posted load; unknown where the condition is."""
    return [np.nan if c is None else float(rng.choice(_LOADS_T[c])) for c in condition]


def open_junctions(expressways: gpd.GeoDataFrame, places: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """
    Open junctions where the expressways pass nearest to a place.

    Parameters
    ----------
    expressways
        Lines with `route_code` and `name`.
    places
        Points the expressways should serve.

    Returns
    -------
    junctions
        Vertices of the expressways, columns of the layer `expressway_junctions`.
    """
    vertices = shapely.get_coordinates(expressways.geometry)
    of_road = np.repeat(
        np.arange(len(expressways)), shapely.get_num_coordinates(expressways.geometry.to_numpy())
    )
    kept = _spread(vertices, places)
    roads = expressways.iloc[of_road[kept]].reset_index(drop=True)
    number = roads.groupby("route_code").cumcount() + 1
    return gpd.GeoDataFrame(
        {
            "junction_code": roads["route_code"] + "-" + number.astype(str).str.zfill(2),
            "name": "Nút giao mẫu " + number.astype(str) + " – " + roads["name"],
            "route_code": roads["route_code"],
        },
        geometry=shapely.points(vertices[kept]),
        crs=CRS,
    )


def _spread(vertices: Floats, places: gpd.GeoSeries) -> list[int]:
    """Choose vertices near places, each well away from the others, from north to south."""
    away = shapely.distance(shapely.points(vertices), shapely.multipoints(list(places)))
    chosen: list[int] = []
    for k in np.argsort(away, kind="stable"):
        if all(np.hypot(*(vertices[k] - vertices[j])) > _APART_M for j in chosen):
            chosen.append(int(k))
    return sorted(chosen, key=lambda k: -vertices[k, 1])
