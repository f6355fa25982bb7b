"""The rows of a strip map: what lies along roads, and the posts that measure them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.linear import to_chainage
from geo_app.domain.chainage import write_chainage
from geo_app.domain.layer import Field
from geo_app.domain.road_event import GAP, KINDS, STRIP_COLUMNS
from geo_app.domain.text import LANGUAGES, Bilingual
from geo_app.studies.routes import Road

PLAN, POINTS = "plan", "points"
_NAMELESS = Bilingual("Không ghi hạng mục", "No work named")
_POINT_PARTS = ("bridge", "photo")


def strip_rows(
    road: Road,
    planned: Mapping[str, tuple[float, float]],
    groups: Mapping[str, pd.DataFrame],
    events: pd.DataFrame,
) -> list[dict[str, Any]]:
    """
    Return the rows of one road: planned stretches, groups of works, points, posts.

    Parameters
    ----------
    planned
        Project → from where to where along the road, metres.
    groups
        Lane → its pieces, as `geo_app.analysis.events.states_along` cuts them.
    events
        The road's events, by the labels that the pieces name.
    """
    rows = [
        _row(road, "planned", PLAN, ends, side="both", label=name) for name, ends in planned.items()
    ]
    for lane, pieces in groups.items():
        rows += _sections(road, lane, pieces, events)
    for event in events[events["end_m"] == events["start_m"]].to_dict("records"):
        part = event["kind"] if event["kind"] in _POINT_PARTS else "point"
        named = [event[name] for name in ("work", "event_code") if isinstance(event[name], str)]
        at = (event["start_m"], event["end_m"])
        rows.append(_row(road, part, POINTS, at, side=event["side"], label=next(iter(named), "")))
    return rows + list(_posts(road)) if rows else []


def lane_titles(lanes: Iterable[str]) -> dict[str, Bilingual]:
    """Return what each lane is called: its kind of event and its work."""
    titles = {
        PLAN: Bilingual("Kế hoạch", "Plan"),
        POINTS: Bilingual("Điểm", "Points"),
    }
    for lane in lanes:
        kind, _, work = lane.partition("|")
        parts = [KINDS.get(kind, Bilingual(kind, kind)), Bilingual(work, work)]
        named = [each for each in parts if each.vi] or [_NAMELESS]
        titles[lane] = Bilingual(*(":\n".join(each.get(of) for each in named) for of in LANGUAGES))
    return titles


def strip_fields(lanes: Iterable[str], labels: Mapping[str, Bilingual]) -> tuple[Field, ...]:
    """Return the columns of a strip map, with what its lanes and some labels are called."""
    values = {"lane": lane_titles(lanes), "label": labels}
    return tuple(
        Field(each.name, each.type, each.title, each.unit, values.get(each.name, each.values))
        for each in STRIP_COLUMNS
    )


def _sections(
    road: Road, lane: str, pieces: pd.DataFrame, events: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    for piece in pieces.to_dict("records"):
        ends = (piece["start_m"], piece["end_m"])
        label = _label(events.loc[list(piece["events"])])
        if piece["left"] == piece["right"]:
            sides = {"both": piece["left"]}
        else:
            sides = {side: piece[side] for side in ("left", "right")}
        for side, state in sides.items():
            text = label if state != GAP else ""
            yield _row(road, "section", lane, ends, side=side, state=state, label=text)


def _label(events: pd.DataFrame) -> str:
    return " + ".join(dict.fromkeys(events["package"].dropna().astype(str)))


def _posts(road: Road) -> Iterator[dict[str, Any]]:
    route = road.measured()
    posts = route.posts
    for at, km, part in ((0.0, route.start_m, "end"), (route.course.length_m, route.end_m, "end")):
        yield _post(road, part, at, (km, km), "")
    for at, back, ahead in zip(posts.along_m, posts.back_m, posts.ahead_m, strict=True):
        names = [write_chainage(back), write_chainage(ahead)]
        yield _post(road, "post", at, (back, ahead), " = ".join(dict.fromkeys(names)))


def _post(
    road: Road, part: str, at_m: float, chainage_m: tuple[float, float], label: str
) -> dict[str, Any]:
    back, ahead = chainage_m
    found = _row(road, part, None, (at_m, at_m), label=label)
    return found | {"from_km": back / 1_000, "to_km": ahead / 1_000}


def _row(
    road: Road, part: str, lane: str | None, ends_m: tuple[float, float], **more: Any
) -> dict[str, Any]:
    start, end = to_chainage(road.measured(), np.array(ends_m)) / 1_000
    return {
        "road_name": road.name,
        "part": part,
        "lane": lane,
        "start_km": ends_m[0] / 1_000,
        "end_km": ends_m[1] / 1_000,
        "from_km": start,
        "to_km": end,
        "side": None,
        "state": None,
        **more,
    }
