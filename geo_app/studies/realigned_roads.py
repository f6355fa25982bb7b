"""Roads before and after they were realigned, and what lies along them carried over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.events import LEAST_M, apart_m, carry_over
from geo_app.analysis.linear import Course, Floats, Route, plus_minus, to_along
from geo_app.domain.chainage import rounding_step_m, write_chainage
from geo_app.domain.road_event import FROM_KM, TO_KM
from geo_app.studies.locate import written
from geo_app.studies.road_events import RoadEvents
from geo_app.studies.routes import Road, Routes

_ADDED = ("moved_m", "twice", "geometry")
"""Columns of every carried event, whether or not one could be placed."""


@dataclass(frozen=True, eq=False)
class Realigned:
    """A road before and after; `new` is None where it is no longer there."""

    old: Road
    new: Road | None

    @property
    def changed(self) -> bool:
        """Whether its course or its posts differ."""
        if self.new is None:
            return True
        before, after = self.old.measured(), self.new.measured()
        courses = [
            (route.course.x, route.course.y, route.course.drawn) for route in (before, after)
        ]
        posts = [
            (route.posts.along_m, route.posts.back_m, route.posts.ahead_m)
            for route in (before, after)
        ]
        pairs = [*zip(*courses, strict=True), *zip(*posts, strict=True)]
        return not all(np.array_equal(one, other) for one, other in pairs)


def pair_roads(before: Routes, after: Routes, events: RoadEvents, only: str) -> list[Realigned]:
    """Return the roads that have events, or changed."""
    pairs = []
    for code, old in before.roads.items():
        if old.route is None or only not in ("", code):
            continue
        new = after.roads.get(code)
        pair = Realigned(old, new if new and new.route else None)
        if pair.changed or (events.placed["road"] == code).any():
            pairs.append(pair)
    return pairs


def carry_events(roads: Sequence[Realigned], events: RoadEvents, within_m: float) -> pd.DataFrame:
    """Return every event with its place on the new road."""
    lost = events.unplaced
    parts = [
        lost.assign(state="unplaced", old_from_text=lost["from_text"], old_to_text=lost["to_text"])
    ]
    for road in roads:
        own = events.placed[events.placed["road"] == road.old.code]
        if len(own):
            parts.append(_carried_along(road, own, within_m))
    whole = pd.concat(parts)
    return whole.reindex(columns=list(dict.fromkeys([*whole.columns, *_ADDED]))).sort_index()


def _carried_along(road: Realigned, events: pd.DataFrame, within_m: float) -> pd.DataFrame:
    """Carry the events of one road; those on a stretch given up get no chainage."""
    start, end = events["start_m"].to_numpy(), events["end_m"].to_numpy()
    old = road.old.measured()
    told = events.assign(
        old_from_text=events["from_text"],
        old_to_text=events["to_text"],
        old_km=events["length_km"],
        geometry=old.course.points(start),
    )
    if road.new is None:
        nowhere = {FROM_KM: np.nan, TO_KM: np.nan}
        return told.assign(state="gone", off_km=told["length_km"], **nowhere)
    new = road.new.measured()
    first, last = (carry_over(old.course, new, at) for at in (start, end))
    off_m = apart_m(old.course, new.course, start, end, within_m=within_m)
    moved = np.maximum(first["moved_m"].to_numpy(), last["moved_m"].to_numpy())
    known = [plus_minus(new, each["along_m"].to_numpy()) for each in (first, last)]
    plus = events["plus_minus_m"].to_numpy() + np.ceil(np.maximum(*known))
    ends = [
        _new_ends(new, carried, events[name].to_numpy(dtype="float64"), plus)
        for carried, name in ((first, FROM_KM), (last, TO_KM))
    ]
    length = 1_000 * events["length_km"].to_numpy()
    gone = np.where(end > start, off_m > length - LEAST_M, moved > within_m)
    other = np.any([each["change_m"].abs() >= LEAST_M for each in ends], axis=0)
    state = np.select([gone, off_m >= LEAST_M, other], ["gone", "partly", "renumbered"], "same")
    columns: dict[str, Any] = {}
    for each, name, field, change in zip(
        ends, ("from", "to"), (FROM_KM, TO_KM), ("change_m", "end_change_m"), strict=True
    ):
        columns[f"near_{name}_text"] = each["text"].to_numpy()
        columns[f"new_{name}_text"] = each["text"].where(~gone, None).to_numpy()
        columns[field] = each["km"].where(~gone).to_numpy()
        columns[change] = each["change_m"].where(~gone).to_numpy()
    on_new = new.course.points(first["along_m"].to_numpy())
    return told.assign(
        state=state,
        moved_m=moved.round(1),
        off_km=off_m / 1_000,
        plus_minus_m=np.where(state == "same", events["plus_minus_m"], plus),
        twice=(ends[0]["twice"] | ends[1]["twice"]).to_numpy() & ~gone,
        geometry=np.where(gone, told["geometry"], on_new),
        **columns,
    )


def _new_ends(new: Route, carried: pd.DataFrame, given_km: Floats, plus_m: Floats) -> pd.DataFrame:
    """
    Return the new chainages of one end of events, rounded to how far off they may be.

    Where the chainage stays it is left as given.
    """
    given, chainage = 1_000 * given_km, carried["chainage_m"].to_numpy()
    step = np.array([rounding_step_m(np.inf if np.isnan(m) else m) for m in plus_m])
    change = chainage - given
    metres = np.where(np.abs(change) < LEAST_M, given, np.round(chainage / step) * step)
    metres = np.where(np.isnan(given), np.nan, metres)
    along = carried["along_m"].to_numpy()
    _, second = to_along(new, metres)
    texts = [
        None if np.isnan(m) else written(new, at, m, step_m=0.001)
        for at, m in zip(along.tolist(), metres.tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            "km": metres / 1_000,
            "change_m": change.round(1) + 0.0,
            "text": pd.Series(texts, dtype="object"),
            "twice": np.abs(second - along) > LEAST_M,
        }
    )


def post_rows(roads: Sequence[Realigned], within_m: float) -> Iterator[dict[str, Any]]:
    """Return the posts of the old roads, and the chainage that the new posts tell there."""
    for road in roads:
        if road.new is None:
            continue
        posts, new = road.old.measured().posts, road.new.measured()
        carried = carry_over(road.old.measured().course, new, posts.along_m)
        for row, was in zip(carried.to_dict("records"), posts.ahead_m.tolist(), strict=True):
            yield {
                "road_name": road.old.name,
                "post": write_chainage(was),
                "chainage": written(new, row["along_m"], row["chainage_m"], step_m=1.0),
                "moved_m": round(row["moved_m"], 1),
                "change_m": round(row["chainage_m"] - was, 1),
                "off": row["moved_m"] > within_m,
            }


def road_rows(
    roads: Sequence[Realigned], carried: pd.DataFrame, within_m: float
) -> Iterator[dict[str, Any]]:
    """Return how long each road was and is, what was given up and what is new."""
    for road in roads:
        old = road.old.measured()
        row: dict[str, Any] = {
            "road_name": road.old.name,
            "changed": road.changed,
            "old_km": old.course.length_m / 1_000,
            "old_extent": _extent(old),
            "events": int((carried["road"] == road.old.code).sum()),
        }
        if road.new is not None:
            new = road.new.measured()
            posts = new.posts
            row |= {
                "new_km": new.course.length_m / 1_000,
                "longer_km": (new.course.length_m - old.course.length_m) / 1_000,
                "given_up_km": _apart_km(old.course, new.course, within_m),
                "built_km": _apart_km(new.course, old.course, within_m),
                "new_extent": _extent(new),
                "jumps": ", ".join(
                    f"{write_chainage(back)} = {write_chainage(ahead)}"
                    for back, ahead in zip(posts.back_m, posts.ahead_m, strict=True)
                    if back != ahead
                ),
            }
        yield row


def _extent(route: Route) -> str:
    return f"{write_chainage(route.start_m)}–{write_chainage(route.end_m)}"


def _apart_km(course: Course, other: Course, within_m: float) -> float:
    whole = np.array([0.0]), np.array([course.length_m])
    return float(apart_m(course, other, *whole, within_m=within_m)[0]) / 1_000
