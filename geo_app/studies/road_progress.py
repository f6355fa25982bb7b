"""How far works got along roads: kilometres by status, what overlaps, what nobody reports on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.events import (
    gaps,
    metres_by_state,
    overlaps,
    place_events,
    posted_m,
    states_along,
)
from geo_app.analysis.linear import Floats, to_chainage
from geo_app.domain.chainage import read_reference
from geo_app.domain.plan import Project
from geo_app.domain.road_event import GAP, STATES, UNKNOWN
from geo_app.errors import DataError, UnknownError
from geo_app.studies.locate import written
from geo_app.studies.road_events import RoadEvents
from geo_app.studies.road_work_tables import OVERLAP_COLUMNS, WHOLE
from geo_app.studies.routes import Road, Routes

Ends = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Followed:
    """A road, its events that are stretches, and its stretches in the plan: project → ends."""

    road: Road
    events: pd.DataFrame
    planned: Mapping[str, Ends]

    @property
    def plan(self) -> list[Ends]:
        """The planned stretches, those that meet joined."""
        joined: list[Ends] = []
        for start, end in sorted(self.planned.values()):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return joined

    @property
    def ranked(self) -> pd.DataFrame:
        """The events, those of packages behind works: a package speaks where no work does."""
        return self.events.assign(rank=(self.events["kind"] == "project").astype("int64"))

    def groups(self, within: Ends | None = None) -> list[tuple[Any, Any, pd.DataFrame]]:
        """Return the events of a stretch by kind and work: only those are set beside each other."""
        own = self.events
        if within is not None:
            own = own[(own["start_m"] < within[1]) & (own["end_m"] > within[0])]
        grouped = own.groupby(["kind", "work"], dropna=False, sort=True)
        return [(kind, work, rows) for (kind, work), rows in grouped]

    def km(self, start_m: Floats, end_m: Floats) -> Floats:
        """Return the kilometres between places, as the posts tell."""
        route = self.road.measured()
        between: Floats = (posted_m(route, end_m) - posted_m(route, start_m)) / 1_000
        return between

    def km_by_state(self, pieces: pd.DataFrame) -> pd.Series:
        """Return kilometres by state of pieces as `states_along` cuts them."""
        length = self.km(pieces["start_m"].to_numpy(), pieces["end_m"].to_numpy())
        return metres_by_state(pieces, length)

    def drawn_km(self, pieces: Iterable[Ends]) -> float:
        """Return the kilometres of pieces along the drawn road."""
        course = self.road.measured().course
        return sum(course.part(*ends).length for ends in pieces) / 1_000

    def chainage(self, along_m: float) -> str:
        """Write the chainage of a place along the road."""
        route = self.road.measured()
        at = float(to_chainage(route, np.array([along_m]))[0])
        return written(route, along_m, at, step_m=0.001)


def place_projects(
    routes: Routes, projects: Sequence[Project]
) -> tuple[dict[str, dict[str, Ends]], list[Project]]:
    """Place the projects: road → project → its ends along the road; and those not placed."""
    planned: dict[str, dict[str, Ends]] = {}
    lost = []
    for project in projects:
        assert project.stretch
        try:
            road = routes.find(project.stretch.route)
            asked = read_reference(f"{project.stretch.start}–{project.stretch.end}")
            assert asked.end_m is not None
            ends = np.array([asked.start_m]), np.array([asked.end_m])
            (place,) = place_events(road.measured(), *ends).to_dict("records")
        except (UnknownError, DataError):
            lost.append(project)
            continue
        if np.isnan(place["start_m"]):
            lost.append(project)
        else:
            own = planned.setdefault(road.code, {})
            own[project.id] = (place["start_m"], place["end_m"])
    return planned, lost


def follow(
    routes: Routes, events: RoadEvents, planned: Mapping[str, Mapping[str, Ends]], only: str
) -> list[Followed]:
    """Return the roads that have events or are planned on, or the one asked for."""
    stretches = events.stretches
    codes = sorted({*events.placed["road"], *planned})
    return [
        Followed(routes.roads[code], stretches[stretches["road"] == code], planned.get(code, {}))
        for code in codes
        if only in ("", code)
    ]


def progress_rows(followed: Followed) -> Iterator[dict[str, Any]]:
    """Return kilometres by status: of all that is reported on a road, then of each project."""
    stretches: list[tuple[str, Ends | None]] = [*followed.planned.items()]
    for project, within in [(WHOLE, None), *stretches]:
        groups = followed.groups(within)
        if within is not None and not groups:
            groups = [(None, None, followed.events.iloc[:0])]
        for kind, work, events in groups:
            pieces = states_along(events, within=within)
            if within is None:
                pieces = pieces[_covered(pieces)]
            km = followed.km_by_state(pieces)
            ends = [within] if within else zip(pieces["start_m"], pieces["end_m"], strict=True)
            yield {
                "road_name": followed.road.name,
                "project": project,
                "kind": kind,
                "work": work,
                "stretch_km": km.sum(),
                "drawn_km": followed.drawn_km(ends),
                **{f"{state}_km": km.get(state, 0.0) for state in STATES},
                "done_pct": _done_pct(km),
            }


def _done_pct(km: pd.Series) -> float:
    """Return the share reported done; NaN where no status is known at all."""
    known = km.drop([UNKNOWN, GAP], errors="ignore").sum()
    return 100 * km.get("done", 0.0) / km.sum() if known else np.nan


def _covered(pieces: pd.DataFrame) -> pd.Series:
    return (pieces["left"] != GAP) | (pieces["right"] != GAP)


def pieces_of(events: pd.DataFrame, plan: Iterable[Ends]) -> pd.DataFrame:
    """Cut a road's events into pieces, and add where the plan has a stretch and they have none."""
    cut = states_along(events)
    lacking = [states_along(events, within=ends) for ends in plan]
    parts = [cut[_covered(cut)], *(each[~_covered(each)] for each in lacking)]
    return pd.concat(parts).sort_values("start_m").reset_index(drop=True)


def sum_up(events: RoadEvents, followed: Sequence[Followed]) -> dict[str, Any]:
    """Return kilometres by status of all roads: of works, and of packages where there are none."""
    km = pd.Series(0.0, index=list(STATES))
    stretch = gap = 0.0
    for each in followed:
        km = km.add(each.km_by_state(states_along(each.ranked)), fill_value=0.0)
        for ends in each.plan:
            planned = each.km_by_state(states_along(each.ranked, within=ends))
            stretch += planned.sum()
            gap += planned.get(GAP, 0.0)
    return {
        "events": len(events.placed) + len(events.unplaced),
        "placed": len(events.placed),
        "unplaced": len(events.unplaced),
        "reported_km": km.drop(GAP).sum(),
        **{f"{state}_km": km[state] for state in STATES if state != GAP},
        "stretch_km": stretch,
        "gap_km": gap,
    }


def overlap_rows(followed: Sequence[Followed]) -> pd.DataFrame:
    """Return the events of one kind and work that share a stretch, and whether they agree."""
    rows = []
    for each in followed:
        for kind, work, events in each.groups():
            shared = overlaps(events)
            for pair in shared.to_dict("records"):
                one, other = events.loc[pair["first"]], events.loc[pair["second"]]
                told = {value for value in (one["status"], other["status"]) if not pd.isna(value)}
                side = {one["side"], other["side"]} & {"left", "right"}
                rows.append(
                    {
                        **between(each, pair, kind, work),
                        "side": min(side, default="both"),
                        "first": one["event_code"],
                        "first_status": one["status"],
                        "first_date": one["date"],
                        "second": other["event_code"],
                        "second_status": other["status"],
                        "second_date": other["date"],
                        "conflict": len(told) > 1,
                    }
                )
    return pd.DataFrame(rows, columns=[each.name for each in OVERLAP_COLUMNS])


def gap_rows(followed: Followed) -> Iterator[dict[str, Any]]:
    """Return the stretches of each project for which nothing is reported, by kind and work."""
    for project, within in followed.planned.items():
        groups = followed.groups(within) or [(None, None, followed.events.iloc[:0])]
        for kind, work, events in groups:
            for gap in gaps(states_along(events, within=within)).to_dict("records"):
                yield {
                    **between(followed, gap, kind, work),
                    "project": project,
                    "side": gap["side"],
                }


def between(followed: Followed, ends: Mapping[Any, Any], kind: Any, work: Any) -> dict[str, Any]:
    """Return what every table tells of a stretch: its road, its ends, how long it is."""
    start, end = float(ends["start_m"]), float(ends["end_m"])
    return {
        "road_name": followed.road.name,
        "kind": kind,
        "work": work,
        "from_text": followed.chainage(start),
        "to_text": followed.chainage(end),
        "km": followed.km(np.array([start]), np.array([end]))[0],
    }
