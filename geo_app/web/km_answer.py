"""What somebody asked about kilometres, what was found, and how it reads in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo_app.domain.layer import MARKS, Mark
from geo_app.domain.result import ILLUSTRATIVE, Input
from geo_app.domain.vn2000 import zone
from geo_app.errors import DataError, UnknownError
from geo_app.intake.typed import TypedPoint, read_point
from geo_app.render.values import show_number
from geo_app.studies.locate import locate, position
from geo_app.studies.road_place import UNCALIBRATED, Located, RoadPlace, RoadStretch
from geo_app.studies.spot import Spot, spot_at, written_degrees
from geo_app.studies.units import Units
from geo_app.web.arguments import number_of
from geo_app.web.language import language, title, translate
from geo_app.workspace import Workspace
from geo_app.workspace.lookup import nearest_place

MOST_LETTERS = 200
_COARSEST_M = 1_000_000.0


@dataclass(frozen=True)
class Asked:
    """A text as typed, or a position in EPSG:4326 with what the phone says of its accuracy."""

    text: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None

    @property
    def address(self) -> dict[str, Any]:
        """The arguments of an address that ask the same."""
        if self.lat is None:
            return {"q": self.text}
        return {"lat": self.lat, "lon": self.lon, "accuracy": self.accuracy_m}


@dataclass(frozen=True)
class Found:
    """
    What was found: a place or stretch by its chainage, the spot asked about, or both.

    `typed` tells how coordinates were read; `problem` why a spot is on no road.
    """

    located: Located | None
    spot: Spot | None = None
    typed: TypedPoint | None = None
    problem: DataError | UnknownError | None = None

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What it rests on, each layer once."""
        parts = [part for part in (self.located, self.spot) if part is not None]
        return tuple({each.layer: each for part in parts for each in part.inputs}.values())

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all that was read, worst first."""
        found = {mark for each in self.inputs for mark in each.marks}
        return tuple(mark for mark in MARKS if mark in found)

    @property
    def illustrative(self) -> tuple[str, ...]:
        """The titles of the layers it rests on that only illustrate."""
        marked = (each for each in self.inputs if not set(ILLUSTRATIVE).isdisjoint(each.marks))
        return tuple(title(each.title) for each in marked)


def read_asked(given: Mapping[str, str]) -> Asked | None:
    """
    Read what an address or a form asks; None where it asks nothing.

    Raises
    ------
    DataError
        If a number is none, or the text is too long.
    """
    if given.get("lat") or given.get("lon"):
        accuracy = number_of(given, "accuracy", 0, _COARSEST_M) if given.get("accuracy") else None
        lat, lon = number_of(given, "lat", -90, 90), number_of(given, "lon", -180, 180)
        return Asked("", lat, lon, accuracy)
    text = " ".join(given.get("q", "").split())
    if len(text) > MOST_LETTERS:
        raise DataError(
            f"q: found {len(text):,} letters; expected a road and a kilometre, or coordinates",
            vi=f"Nội dung dài {len(text)} ký tự; chỉ cần tuyến và lý trình, hoặc tọa độ một điểm.",
        )
    return Asked(text) if text else None


def find(ws: Workspace, asked: Asked) -> Found:
    """
    Answer: the place of a kilometre, or the kilometre at a place.

    Raises
    ------
    DataError, UnknownError
        If the text cannot be read, the road or kilometre does not exist, or the place is not here.
    """
    if asked.lat is not None and asked.lon is not None:
        return _beside(ws, asked.lon, asked.lat, asked.accuracy_m)
    typed = read_point(ws, asked.text)
    if typed is None:
        return Found(locate(ws, asked.text))
    return _beside(ws, typed.lon, typed.lat, None, typed)


def _beside(
    ws: Workspace, lon: float, lat: float, accuracy_m: float | None, typed: TypedPoint | None = None
) -> Found:
    spot = spot_at(ws, lon, lat, accuracy_m=accuracy_m)
    try:
        located = position(ws, lon, lat, accuracy_m=accuracy_m or 0.0)
    # On no road, or there are none: where it lies can be told all the same.
    except (DataError, UnknownError) as problem:
        return Found(None, spot, typed, problem)
    return Found(located, spot, typed)


def place_shown(ws: Workspace, place: RoadPlace, *, unsure_m: float = 0.0) -> dict[str, Any]:
    """
    Return what the page writes of a place on a road.

    Parameters
    ----------
    unsure_m
        How far off the spot asked about may be: nearer than that it is on neither side.
    """
    figures = place.to_json()
    known, offset = figures["plus_minus_m"], figures["offset_m"]
    return {
        "road": place.road.name,
        "chainage": place.chainage,
        "sure": None if known is None else metres(known),
        "calibrated": place.calibrated,
        "side": place.side if offset is None or offset > unsure_m else None,
        "offset": None if offset is None else metres(offset),
        **_ground(ws, place.lon, place.lat, place.units, place.step_m),
        "x": figures["n_m"],
        "y": figures["e_m"],
    }


def spot_shown(ws: Workspace, spot: Spot) -> dict[str, Any]:
    """Return what the page writes of a spot."""
    step = spot.step_m
    return {
        **_ground(ws, spot.lon, spot.lat, spot.units, step),
        "x": round(spot.point.y / step) * step,
        "y": round(spot.point.x / step) * step,
        "accuracy": None if spot.accuracy_m is None else metres(spot.accuracy_m),
    }


def _ground(ws: Workspace, lon: float, lat: float, units: Units, step: float) -> dict[str, Any]:
    near = nearest_place(ws, lon, lat)
    vintages = [title(ws.catalogue.layer(unit.layer).title) for unit in units.before]
    return {
        "units": units,
        "before": [(unit.name, of) for unit, of in zip(units.before, vintages, strict=True)],
        "near": title(near[0].title) if near else None,
        "near_m": metres(round(near[1] / step) * step) if near and near[1] >= step else None,
        "lat": written_degrees(lat, step),
        "lon": written_degrees(lon, step),
        "step": metres(step),
    }


def system(crs: str) -> str:
    """Name the province's system as an office does."""
    found = zone(crs)
    return f"{title(found.title).partition(' (')[0]} ({crs})" if found else crs


def metres(value: float) -> str:
    """Write metres, from a thousand on as kilometres."""
    if value >= 1_000:
        return f"{show_number(value / 1_000, language(), decimals=1)} km"
    return f"{show_number(round(value), language())} m"


def said(ws: Workspace, found: Found) -> str:
    """Return an answer as plain text, to be copied or sent."""
    located = found.located
    lines = _stretch_said(located.stretch) if located and located.stretch else []
    for place in located.all_places if located else ():
        shown = place_shown(ws, place)
        unsure = translate("± unknown")
        sure = f"± {shown['sure']}" if shown["sure"] else unsure
        state = "" if place.calibrated else f", {title(UNCALIBRATED)}"
        lines.append(f"{shown['road']} {shown['chainage']} ({sure}{state})")
        lines += _ground_said(ws, shown) if found.spot is None else []
    if found.spot:
        lines += _ground_said(ws, spot_shown(ws, found.spot))
    return "\n".join(lines)


def _stretch_said(stretch: RoadStretch) -> list[str]:
    figures = stretch.to_json()
    lengths = (
        (translate("Length along the map"), figures["length_m"]),
        (translate("Length by chainage"), figures["by_chainage_m"]),
    )
    return [
        f"{stretch.start.road.name} {stretch.start.chainage}–{stretch.end.chainage}",
        *(f"{name}: {metres(length)}" for name, length in lengths),
    ]


def _ground_said(ws: Workspace, shown: Mapping[str, Any]) -> list[str]:
    units: Units = shown["units"]
    now = units.now.name if units.now else translate("outside the province")
    earlier, names = translate("before"), ", ".join(name for name, _ in shown["before"])
    return [
        f"{now} ({earlier}: {names})" if names else now,
        f"{system(ws.settings.crs)}: X = {shown['x']:.0f}, Y = {shown['y']:.0f}",
        f"WGS 84: {shown['lat']}, {shown['lon']}",
    ]
