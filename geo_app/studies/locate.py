"""Chainage to place and back on a province's roads, with how far off the answer may be."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

import shapely
from pyproj import Transformer
from shapely import LineString, MultiLineString, Point

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
from geo_app.domain.layer import MARKS, Mark
from geo_app.domain.result import Input
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError, UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.routes import POSTS, ROUTE_LAYERS, Road, Routes, read_routes
from geo_app.studies.units import UNPLACED, Units, units_at
from geo_app.workspace import Workspace

CALIBRATED_M = 100.0
"""A chainage that may be off by more is not calibrated."""
WITHIN_M = 2_000.0
"""A point farther from every road is on none."""
BESIDE_M = 50.0
"""A point this near may stand beside the road; from there on the answer is less sure by as much."""
SHARED_M = 1.0
"""Two roads this near each other at a point run together."""
_DECIMALS = {1.0: 5, 10.0: 4, 100.0: 3, 1_000.0: 2}
"""Decimals of degrees that say no more than a step in metres."""

UNCALIBRATED = Bilingual("chưa hiệu chuẩn", "not calibrated")


@dataclass(frozen=True)
class RoadPlace:
    """
    A place on a road.

    `point` is in the province's CRS and as exact as computed; what is shown is rounded to
    `step_m`. `plus_minus_m` is None where not known. `offset_m` and `side`: how far off the road
    the point asked for lies, and on which side of rising chainage.
    """

    road: Road
    chainage_m: float
    chainage: str
    point: Point
    plus_minus_m: float | None
    lon: float = math.nan
    lat: float = math.nan
    units: Units = UNPLACED
    offset_m: float | None = None
    side: str | None = None
    on_gap: bool = False

    @property
    def step_m(self) -> float:
        """What figures of this place are rounded to, metres."""
        return rounding_step_m(math.inf if self.plus_minus_m is None else self.plus_minus_m)

    @property
    def calibrated(self) -> bool:
        """Whether verified posts fix it to `CALIBRATED_M`."""
        known = self.plus_minus_m
        return self.road.calibrated and known is not None and known <= CALIBRATED_M

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        step = self.step_m
        now = self.units.now
        return {
            "route": self.road.code,
            "route_name": self.road.name,
            "chainage": self.chainage,
            "lon": round(self.lon, _DECIMALS[step]),
            "lat": round(self.lat, _DECIMALS[step]),
            "e_m": round(self.point.x / step) * step,
            "n_m": round(self.point.y / step) * step,
            "plus_minus_m": None if self.plus_minus_m is None else _upwards(self.plus_minus_m),
            "rounded_to_m": step,
            "calibrated": self.calibrated,
            "side": self.side or None,
            "offset_m": None if self.offset_m is None else round(self.offset_m, 1),
            "on_gap": self.on_gap,
            "commune_code": now.code if now else None,
            "commune": now.name if now else None,
            "commune_away_m": now.away_m if now else None,
            "formed_from": list(self.units.formed_from),
            "before": [
                {"layer": unit.layer, "code": unit.code, "name": unit.name}
                for unit in self.units.before
            ],
        }


@dataclass(frozen=True)
class RoadStretch:
    """
    A stretch of a road between two places.

    `length_m` is measured along the drawn road, `by_chainage_m` the difference of the chainages;
    `line` is in the province's CRS.
    """

    start: RoadPlace
    end: RoadPlace
    line: LineString | MultiLineString
    length_m: float
    by_chainage_m: float

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        step = max(self.start.step_m, self.end.step_m)
        return {
            "route": self.start.road.code,
            "route_name": self.start.road.name,
            "from": self.start.to_json(),
            "to": self.end.to_json(),
            "length_m": round(self.length_m / step) * step,
            "by_chainage_m": round(self.by_chainage_m, 3),
            "calibrated": self.start.calibrated and self.end.calibrated,
        }


@dataclass(frozen=True)
class Located:
    """
    The answer to a chainage or a point: places (the likeliest first) or one stretch.

    A second place is the same chainage on the other side of a jump, or another road that runs
    along with the first.
    """

    asked: str
    places: tuple[RoadPlace, ...]
    stretch: RoadStretch | None
    inputs: tuple[Input, ...]
    crs: str
    on: dt.date | None = None

    @property
    def all_places(self) -> tuple[RoadPlace, ...]:
        """The places, or both ends of the stretch."""
        return (self.stretch.start, self.stretch.end) if self.stretch else self.places

    def filled(self, places: Iterator[RoadPlace], inputs: tuple[Input, ...]) -> "Located":
        """Return the answer with as many of the next places as it has, and what they rest on."""
        own = tuple(islice(places, len(self.all_places)))
        used = (*self.inputs, *inputs)
        if self.stretch is None:
            return replace(self, places=own, inputs=used)
        stretch = replace(self.stretch, start=own[0], end=own[1])
        return replace(self, stretch=stretch, inputs=used)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all that was read, worst first."""
        found = {mark for each in self.inputs for mark in each.marks}
        return tuple(mark for mark in MARKS if mark in found)

    @property
    def notices(self) -> tuple[Bilingual, ...]:
        """What the reader must know of the answer."""
        return tuple(_notices(self))

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it: the first place's figures, then the rest."""
        answer: dict[str, Any] = {"asked": self.asked, "crs": self.crs}
        if self.stretch:
            answer |= self.stretch.to_json()
        elif self.places:
            answer |= self.places[0].to_json()
        return answer | {
            "alternatives": [place.to_json() for place in self.places[1:]],
            "on": self.on.isoformat() if self.on else None,
            "marks": list(self.marks),
            "notices": [each.vi for each in self.notices],
            "notices_en": [each.en for each in self.notices],
            "inputs": [each.to_json() for each in self.inputs],
        }


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
        message = (
            f"position: {asked}: no road of known chainage within {within_m:,.0f} m; expected a "
            "point on or beside a road that has posts"
        )
        raise DataError(message)
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
        message = (
            f"{road.name}: {write_chainage(chainage_m, step_m=0.001)} is not on the road, which "
            f"runs from {write_chainage(route.start_m)} to {write_chainage(route.end_m)}"
            f"{_jumps_told(route)}; check the kilometre"
        )
        raise DataError(message)
    if math.isnan(second[0]):
        return [float(first[0])]
    both = [float(first[0]), float(second[0])]
    # Km10+1100 names the kilometre before the jump, Km11+100 the one after it.
    long_kilometre = km is not None and chainage_m >= (km + 1) * 1_000
    return both if long_kilometre else both[::-1]


def _jumps_told(route: Route) -> str:
    posts = route.posts
    jumps = [
        f"{write_chainage(back)} = {write_chainage(ahead)}"
        for back, ahead in zip(posts.back_m, posts.ahead_m, strict=True)
        if back != ahead
    ]
    return f" with jumps at {', '.join(jumps)}" if jumps else ""


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


def _upwards(metres: float) -> float:
    """Round a ± up to two figures: it must not look surer than it is."""
    step = 10 ** max(0, math.floor(math.log10(max(metres, 1))) - 1)
    return float(math.ceil(round(metres / step, 6)) * step)


def _to_province(ws: Workspace, lon: float, lat: float) -> Point:
    transform = Transformer.from_crs("EPSG:4326", ws.settings.crs, always_xy=True)
    x, y = transform.transform(lon, lat)
    if not (abs(lon) <= 180 and abs(lat) <= 90 and math.isfinite(x) and math.isfinite(y)):
        message = f"position: found {lat}, {lon}; expected latitude and longitude in degrees"
        raise DataError(message)
    return shapely.Point(x, y)


def _notices(answer: Located) -> list[Bilingual]:
    places, notices = answer.all_places, []
    if not all(place.calibrated for place in places):
        notices.append(
            Bilingual(
                "Chưa hiệu chuẩn: không có cọc đã kiểm chứng đủ gần; chỉ dùng để định hướng.",
                "Not calibrated: no verified post is near enough; for orientation only.",
            )
        )
    if any(place.on_gap for place in places):
        notices.append(
            Bilingual(
                "Bản đồ thiếu đoạn đường này: vị trí nội suy trên đoạn thẳng nối hai đầu.",
                "The map lacks the road here: the place lies on a straight line between its ends.",
            )
        )
    if len({place.road.code for place in answer.places}) > 1:
        notices.append(
            Bilingual(
                "Đoạn đi chung của nhiều tuyến: mỗi tuyến có lý trình riêng.",
                "Several roads run together here, each with its own chainage.",
            )
        )
    elif len(answer.places) > 1:
        notices.append(
            Bilingual(
                "Gãy lý trình: lý trình này có ở hai nơi.",
                "A jump of chainage: this one exists at two places.",
            )
        )
    offset = max((place.offset_m or 0.0 for place in places), default=0.0)
    if offset > BESIDE_M:
        text = Bilingual(
            "Điểm cách đường trên bản đồ {offset:,.0f} m: đường vẽ gần đúng, hoặc điểm không ở "
            "trên đường.",
            "The point is {offset:,.0f} m off the drawn road: the road is drawn approximately, or "
            "the point is not on it.",
        )
        notices.append(text.filled(offset=offset))
    return notices
