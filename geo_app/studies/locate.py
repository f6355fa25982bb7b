"""Chainage to place and back on a province's roads, with how far off the answer may be."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

import shapely
from pyproj import Transformer
from shapely import Point

from geo_app.analysis.linear import (
    Route,
    locate_on,
    plus_minus,
    sides_of,
    to_along,
    to_chainage,
)
from geo_app.domain.chainage import (
    Reference,
    read_reference,
    rounding_step_m,
    write_chainage,
)
from geo_app.errors import DataError, UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.road_place import (
    BESIDE_M,
    Located,
    RoadPlace,
    RoadStretch,
)
from geo_app.studies.routes import POSTS, ROUTE_LAYERS, Road, Routes, read_routes
from geo_app.studies.units import units_at
from geo_app.workspace import Workspace

WITHIN_M = 2_000.0
"""A point farther from every road is on none."""
SHARED_M = 1.0
"""Two roads this near each other at a point run together."""


def locate(
    ws: Workspace,
    text: str,
    *,
    on: dt.date | None = None,
    route_layers: Sequence[str] = ROUTE_LAYERS.default,
    posts: str = POSTS.default,
) -> Located:
    """
    Find the place or stretch that a chainage such as "QL4B Km18+300" names.

    Parameters
    ----------
    on
        Roads and posts as valid on this day; None: those valid without an end.

    Raises
    ------
    DataError
        If the text is no chainage, the road has no posts, or the chainage is not on it.
    UnknownError
        If there is no such road.
    """
    routes = read_routes(ws, route_layers, posts, on)
    (answer,) = _with_units(ws, [_locate(routes, text, on)])
    return answer


def locate_all(
    ws: Workspace,
    texts: Sequence[str],
    *,
    on: dt.date | None = None,
    route_layers: Sequence[str] = ROUTE_LAYERS.default,
    posts: str = POSTS.default,
) -> list[Located | str]:
    """Answer many chainages as `locate` does; the reason as a sentence where it cannot."""
    routes = read_routes(ws, route_layers, posts, on)
    answers: list[Located | str] = []
    for text in texts:
        try:
            answers.append(_locate(routes, text, on))
        except (DataError, UnknownError) as error:
            answers.append(str(error))
    found = iter(_with_units(ws, [each for each in answers if isinstance(each, Located)]))
    return [next(found) if isinstance(each, Located) else each for each in answers]


def position(
    ws: Workspace,
    lon: float,
    lat: float,
    *,
    accuracy_m: float = 0.0,
    on: dt.date | None = None,
    within_m: float = WITHIN_M,
    route_layers: Sequence[str] = ROUTE_LAYERS.default,
    posts: str = POSTS.default,
) -> Located:
    """
    Tell the chainage of the road nearest to a point, and of those that run along with it.

    Parameters
    ----------
    lon, lat
        Degrees, EPSG:4326.
    accuracy_m
        How far off the point itself may be, as a phone says.

    Raises
    ------
    DataError
        If the coordinates are none, or no road of known chainage lies within `within_m`.
    """
    asked = f"{lat:.6f}, {lon:.6f}"
    point = _to_province(ws, lon, lat)
    routes = read_routes(ws, route_layers, posts, on)
    near = routes.near(np.array([point]), within_m=within_m)
    measured = near[[routes.roads[code].route is not None for code in near["code"]]]
    if measured.empty:
        raise DataError(
            f"position: {asked}: no road of known chainage within {within_m:,.0f} m; expected a "
            "point on or beside a road that has posts",
            vi=f"Trong {within_m / 1_000:g} km quanh {asked} không có tuyến nào biết lý trình.",
        )
    least = measured["away_m"].iloc[0]
    chosen = measured[measured["away_m"] <= least + SHARED_M]["code"]
    roads = [routes.roads[code] for code in chosen]
    places = tuple(place_beside(road, point, accuracy_m) for road in roads)
    found = Located(asked, places, None, routes.read_for(*roads), routes.crs, on)
    (answer,) = _with_units(ws, [found])
    return answer


def _place(road: Road, along_m: float, chainage: str, known_m: float, **more: Any) -> RoadPlace:
    """Describe the place so far along a road."""
    route, at = road.measured(), np.array([along_m])
    return RoadPlace(
        road=road,
        chainage_m=float(to_chainage(route, at)[0]),
        chainage=chainage,
        point=route.course.points(at)[0],
        plus_minus_m=None if math.isnan(known_m) else known_m,
        on_gap=bool(route.course.on_gap(at)[0]),
        **more,
    )


def _with_units(ws: Workspace, answers: Sequence[Located]) -> list[Located]:
    """Add degrees and units to every place of some answers, read once for all."""
    inputs = Inputs(ws)
    places = [place for answer in answers for place in answer.all_places]
    points = np.array([place.point for place in places], dtype=object)
    xy = shapely.get_coordinates(points)
    lon, lat = Transformer.from_crs(ws.settings.crs, "EPSG:4326", always_xy=True).transform(*xy.T)
    units = units_at(inputs, points) if places else []
    filled = iter(
        replace(place, lon=float(x), lat=float(y), units=own)
        for place, x, y, own in zip(places, lon, lat, units, strict=True)
    )
    return [answer.filled(filled, inputs.used) for answer in answers]


def _locate(routes: Routes, text: str, on: dt.date | None) -> Located:
    asked = read_reference(text)
    road = routes.find(asked.route)
    route, read = road.measured(), routes.read_for(road)
    typed = " ".join(text.split())
    starts = _candidates(road, route, asked.start_m, asked.start_km)
    if asked.end_m is None:
        places = tuple(_place_on(road, along, asked.start_m, asked.side) for along in starts)
        return Located(typed, places, None, read, routes.crs, on)
    ends = _candidates(road, route, asked.end_m, asked.end_km)
    stretch = _stretch_on(road, _in_order(starts, ends), asked)
    return Located(typed, (), stretch, read, routes.crs, on)


def _candidates(road: Road, route: Route, chainage_m: float, km: int | None) -> list[float]:
    """Return where a chainage lies along a road, the place its text names first."""
    first, second = to_along(route, np.array([chainage_m]))
    if math.isnan(first[0]):
        asked, jumps = write_chainage(chainage_m, step_m=0.001), _jumps(route)
        start, end = write_chainage(route.start_m), write_chainage(route.end_m)
        raise DataError(
            f"{road.name}: {asked} is not on the road, which runs from {start} to {end}"
            f"{f' with jumps at {jumps}' if jumps else ''}; check the kilometre",
            vi=f"{road.name} không có {asked}: tuyến từ {start} đến {end}"
            f"{f', gãy lý trình tại {jumps}' if jumps else ''}; hãy xem lại lý trình.",
        )
    if math.isnan(second[0]):
        return [float(first[0])]
    both = [float(first[0]), float(second[0])]
    # Km10+1100 names the kilometre before the jump, Km11+100 the one after it.
    long_kilometre = km is not None and chainage_m >= (km + 1) * 1_000
    return both if long_kilometre else both[::-1]


def _jumps(route: Route) -> str:
    posts = route.posts
    jumps = [
        f"{write_chainage(back)} = {write_chainage(ahead)}"
        for back, ahead in zip(posts.back_m, posts.ahead_m, strict=True)
        if back != ahead
    ]
    return ", ".join(jumps)


def _in_order(starts: list[float], ends: list[float]) -> tuple[float, float]:
    """Return the likeliest start and end that follow each other."""
    pairs = [(start, end) for end in ends for start in starts if start <= end]
    return pairs[0] if pairs else (min(starts), max(ends))


def _place_on(road: Road, along_m: float, chainage_m: float, side: str | None) -> RoadPlace:
    known = float(plus_minus(road.measured(), np.array([along_m]))[0])
    chainage = written(road.measured(), along_m, chainage_m, step_m=0.001)
    return _place(road, along_m, chainage, known, side=side)


def written(route: Route, along_m: float, chainage_m: float, *, step_m: float) -> str:
    """Write a chainage by the post before it: a long kilometre before a jump runs past 1,000 m."""
    first, second = to_along(route, np.array([chainage_m]))
    if math.isnan(second[0]) or abs(along_m - first[0]) > abs(along_m - second[0]):
        return write_chainage(chainage_m, step_m=step_m)
    jump = route.posts.ahead_m[np.searchsorted(route.posts.along_m, along_m, side="right")]
    return write_chainage(chainage_m, step_m=step_m, km=math.ceil(jump / 1_000) - 1)


def _stretch_on(road: Road, along_m: tuple[float, float], asked: Reference) -> RoadStretch:
    assert asked.end_m is not None
    line = road.measured().course.part(*along_m)
    start, end = (
        _place_on(road, along, chainage, asked.side)
        for along, chainage in zip(along_m, (asked.start_m, asked.end_m), strict=True)
    )
    return RoadStretch(start, end, line, line.length, asked.end_m - asked.start_m)


def place_beside(road: Road, point: Point, accuracy_m: float = 0.0) -> RoadPlace:
    """Tell the chainage of a road at the place nearest to a point that may be off by so much."""
    route, points = road.measured(), np.array([point])
    along, away = locate_on(route.course, points)
    known = float(plus_minus(route, along)[0])
    known += accuracy_m + max(0.0, float(away[0]) - BESIDE_M)
    step = rounding_step_m(math.inf if math.isnan(known) else known)
    chainage_m = float(to_chainage(route, along)[0])
    chainage = written(route, float(along[0]), chainage_m, step_m=step)
    side = str(sides_of(route.course, along, points)[0])
    return _place(road, float(along[0]), chainage, known, offset_m=float(away[0]), side=side)


def _to_province(ws: Workspace, lon: float, lat: float) -> Point:
    transform = Transformer.from_crs("EPSG:4326", ws.settings.crs, always_xy=True)
    x, y = transform.transform(lon, lat)
    if not (abs(lon) <= 180 and abs(lat) <= 90 and math.isfinite(x) and math.isfinite(y)):
        message = f"position: found {lat}, {lon}; expected latitude and longitude in degrees"
        raise DataError(message, vi=f"Vị trí {lat}, {lon} không phải vĩ độ, kinh độ tính bằng độ.")
    return shapely.Point(x, y)
