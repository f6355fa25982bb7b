"""A place or stretch of a road as an answer tells it: rounded to what is known of it."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from shapely import LineString, MultiLineString, Point

from geo_app.domain.chainage import rounding_step_m
from geo_app.domain.layer import MARKS, Mark
from geo_app.domain.result import Input
from geo_app.domain.text import Bilingual
from geo_app.studies.routes import Road
from geo_app.studies.units import UNPLACED, Units

CALIBRATED_M = 100.0
"""A chainage that may be off by more is not calibrated."""
BESIDE_M = 50.0
"""A point this near may stand beside the road; from there on the answer is less sure by as much."""
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


def _upwards(metres: float) -> float:
    """Round a ± up to two figures: it must not look surer than it is."""
    step = 10 ** max(0, math.floor(math.log10(max(metres, 1))) - 1)
    return float(math.ceil(round(metres / step, 6)) * step)


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
