"""Schematic areas: a stated size around a point, or grown over a list of units."""

import hashlib
from collections.abc import Callable

import numpy as np

import shapely
from shapely import affinity
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo_app.errors import DataError

_CORNERS = 14
_UNKNOWN_RADIUS_M = 250.0
_HALVINGS = 60
_GRID_M = 0.01


def area_around(point: Point, area_m2: float, within: Polygon, *, name: str) -> Polygon:
    """
    Return an irregular area of the given size around `point`, cut by `within`.

    The same name always gives the same shape.
    """
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    draw = np.random.default_rng(seed)
    turns = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    reach = 1 + 0.22 * draw.uniform(-1, 1, _CORNERS)
    template = Polygon(np.column_stack([reach * np.cos(turns), reach * np.sin(turns)]))

    def scaled(radius_m: float) -> BaseGeometry:
        grown = affinity.scale(template, radius_m, radius_m, origin=(0, 0))
        return affinity.translate(grown, point.x, point.y).intersection(within)

    return _sized(scaled, area_m2, upper_m=4 * np.sqrt(area_m2))


def unknown_area(point: Point, within: Polygon) -> Polygon:
    """Return the small hexagon, cut by `within`, of a zone whose size is not known."""
    turns = np.linspace(0, 2 * np.pi, 6, endpoint=False)
    offsets = _UNKNOWN_RADIUS_M * np.column_stack([np.cos(turns), np.sin(turns)])
    return _tidy(Polygon(offsets + shapely.get_coordinates(point)).intersection(within))


def grow(core: BaseGeometry, region: BaseGeometry, area_m2: float) -> Polygon:
    """Grow `core` into `region` until it has the given size."""

    def grown(distance_m: float) -> BaseGeometry:
        return core.buffer(distance_m, quad_segs=4).intersection(region)

    return _sized(grown, area_m2, upper_m=100_000)


def _sized(shape: Callable[[float], BaseGeometry], area_m2: float, *, upper_m: float) -> Polygon:
    """Find by halving the length whose shape has the wanted area."""
    low, high = 0.0, upper_m
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if shape(middle).area < area_m2 else (low, middle)
    return _tidy(shape(high))


def _tidy(area: BaseGeometry) -> Polygon:
    tidy = shapely.set_precision(area, _GRID_M)
    if not isinstance(tidy, Polygon):
        message = f"a schematic area came out as {tidy.geom_type}; expected one polygon"
        raise DataError(message)
    return tidy
