"""What is known along one road: its sections with their grade, and what is reported by chainage."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from geo_app.analysis.linear import locate_on
from geo_app.domain.plan import Project
from geo_app.domain.result import plain_value
from geo_app.errors import UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.road_events import EVENTS, read_events
from geo_app.studies.road_progress import place_projects
from geo_app.studies.routes import POSTS, ROUTE_LAYERS, Road, Routes, read_routes
from geo_app.workspace import Workspace


@dataclass(frozen=True)
class Section:
    """A section of a road; `state` is the value its layer's legend goes by."""

    layer: str
    key: str
    name: str
    grade: Any
    state: Any
    length_km: float


@dataclass(frozen=True)
class Event:
    """What is reported between two chainages of a road; `end` is "" at a point."""

    code: str
    start: str
    end: str
    work: str
    package: str
    status: str | None
    day: date | None
    source: str
    verified: bool


def road_of(ws: Workspace, name: str | None) -> Road | None:
    """Return the road that a code or name means; None where there is none, or no data of roads."""
    routes = _routes(ws)
    try:
        return routes.find(name) if routes and name else None
    except UnknownError:
        return None


def sections_of(inputs: Inputs, road: Road) -> tuple[Section, ...]:
    """Return the sections of a road in the order in which they follow each other along it."""
    layer = inputs.layer(road.layer)
    middles = road.sections.geometry.interpolate(0.5, normalized=True).to_numpy()
    along, _ = locate_on(road.course, middles)
    sections = road.sections.iloc[np.argsort(along, kind="stable")]
    grade = layer.site.grade_field if layer.site else None
    return tuple(
        Section(
            layer=layer.id,
            key="/".join(str(row[part]) for part in layer.key),
            name=layer.named(row),
            grade=plain_value(row.get(grade)),
            state=plain_value(row.get(layer.legend.field)),
            length_km=row["geometry"].length / 1_000,
        )
        for row in sections.to_dict("records")
    )


def events_on(inputs: Inputs, road: Road, project: Project | None = None) -> tuple[Event, ...]:
    """Return what is reported along a road, or along a project's stretch of it, in its order."""
    routes = _routes(inputs.ws)
    if routes is None or not inputs.available(EVENTS.default):
        return ()
    placed = read_events(inputs, EVENTS.default, routes, road=road.code).placed
    if project is not None:
        planned, _ = place_projects(routes, [project])
        start_m, end_m = planned.get(road.code, {}).get(project.id, (np.inf, -np.inf))
        shared_m = placed["end_m"].clip(upper=end_m) - placed["start_m"].clip(lower=start_m)
        point = placed["end_m"] == placed["start_m"]
        placed = placed[(shared_m > 0) | (point & (shared_m == 0))]
    ordered = placed.sort_values(["start_m", "end_m"], kind="stable")
    return tuple(map(_event, ordered.to_dict("records")))


def _routes(ws: Workspace) -> Routes | None:
    try:
        return read_routes(ws, ROUTE_LAYERS.default, POSTS.default)
    except UnknownError:
        return None


def _event(row: dict[Any, Any]) -> Event:
    told = {str(name): plain_value(value) for name, value in row.items()}
    return Event(
        code=told["event_code"],
        start=told["from_text"] or "",
        end=(told["to_text"] or "") if told["end_m"] > told["start_m"] else "",
        work=told["work"] or "",
        package=told["package"] or "",
        status=told["status"],
        day=row["date"] if told["date"] else None,
        source=told["source"] or "",
        verified=bool(told["verified"]),
    )
