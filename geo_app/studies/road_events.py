"""Events of a layer placed on the roads of a province, and those that cannot be placed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_app.analysis.events import place_events, posted_m
from geo_app.analysis.linear import Floats, plus_minus
from geo_app.domain.chainage import write_chainage
from geo_app.domain.layer import Field
from geo_app.domain.post import ROUTE
from geo_app.domain.result import Table, column
from geo_app.domain.road_event import FROM_KM, KINDS, SIDES, STATUSES, TO_KM
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.locate import written
from geo_app.studies.road_place import CALIBRATED_M
from geo_app.studies.routes import Road, Routes
from geo_app.studies.study import Parameter

EVENTS = Parameter(
    "events",
    "layer",
    "road_events",
    Bilingual("Lớp sự kiện", "Layer of events"),
    Bilingual("Bảng có tuyến, từ Km, đến Km.", "A table with road, from km and to km."),
    geometry=("table",),
)
ROAD = Parameter(
    "route",
    "text",
    "",
    Bilingual("Tuyến", "Road"),
    Bilingual("Chỉ một tuyến, tên viết kiểu nào cũng được.", "One road only, in any spelling."),
)

FIELDS = (
    "event_code", "route_code", FROM_KM, TO_KM, "side", "work", "package", "status", "kind",
    "date", "source", "photo", "note", "verified",
)  # fmt: skip
REASONS = {
    "route_unknown": Bilingual("Không có tuyến này", "There is no such road"),
    "no_posts": Bilingual("Tuyến chưa có cọc lý trình", "The road has no posts"),
    "no_chainage": Bilingual("Thiếu lý trình", "No chainage is given"),
    "off_road": Bilingual("Lý trình không có trên tuyến", "The chainage is not on the road"),
    "backwards": Bilingual("Lý trình cuối trước lý trình đầu", "It ends before it begins"),
}

_PLACES = (
    "road", "road_name", "start_m", "end_m", "from_text", "to_text", "twice", "plus_minus_m",
    "calibrated", "length_km", "by_posts_km", "extent",
)  # fmt: skip

CODE = column("event_code", "Mã", "Code", kind="text")
ROAD_NAME = column("road_name", "Tuyến", "Road", kind="text")
KIND = column("kind", "Loại", "Kind", kind="text", values=KINDS)
WORK = column("work", "Hạng mục", "Work", kind="text")
PACKAGE = column("package", "Gói thầu", "Package", kind="text")
SIDE = column("side", "Bên", "Side", kind="text", values=SIDES)
STATUS = column("status", "Trạng thái", "Status", kind="text", values=STATUSES)
FROM = column("from_text", "Từ", "From", kind="text")
TO = column("to_text", "Đến", "To", kind="text")
TOLD = (
    column("date", "Ngày báo cáo", "Date of report", kind="date"),
    column("source", "Nguồn", "Source", kind="text"),
    column("photo", "Ảnh", "Photo", kind="text"),
    column("note", "Ghi chú", "Note", kind="text"),
    column("verified", "Thuộc tính đã kiểm chứng", "Attributes verified", kind="boolean"),
)
UNPLACED_COLUMNS = (
    CODE,
    column("route_code", "Tuyến", "Road", kind="text"),
    WORK,
    STATUS,
    FROM,
    TO,
    column("reason", "Lý do", "Reason", kind="text", values=REASONS),
    column("extent", "Tuyến có lý trình", "The road runs", kind="text"),
    *TOLD[1:2],
)


@dataclass(frozen=True, eq=False)
class RoadEvents:
    """
    The events of a layer, one row each, `FIELDS` and where they are.

    `placed` adds ``road`` (code), ``road_name``, ``start_m`` and ``end_m`` along its course,
    ``from_text`` and ``to_text``, ``twice``, ``plus_minus_m``, ``calibrated``, ``length_km`` (as
    drawn) and ``by_posts_km``; `unplaced` adds ``reason``, ``extent`` and the texts.
    """

    placed: pd.DataFrame
    unplaced: pd.DataFrame

    @property
    def stretches(self) -> pd.DataFrame:
        """Those placed that are longer than a point; a status not among `STATUSES` is none."""
        long = self.placed[self.placed["end_m"] > self.placed["start_m"]]
        return long.assign(status=long["status"].where(long["status"].isin(list(STATUSES))))


def read_events(inputs: Inputs, layer: str, routes: Routes, *, road: str = "") -> RoadEvents:
    """
    Read a layer of events and place them on roads.

    Parameters
    ----------
    layer
        A table with `ROUTE`, `FROM_KM` and `TO_KM`; other `FIELDS` where it has them.
    road
        Code of the only road whose events are wanted; "": all.
    """
    inputs.require(layer, ROUTE, FROM_KM, TO_KM, use="events along roads")
    read = inputs.table(layer).reindex(columns=list(FIELDS)).reset_index(drop=True)
    read["date"] = pd.to_datetime(read["date"]).dt.date
    codes = {text: _code(routes, text) for text in read[ROUTE].dropna().unique()}
    read["road"] = read[ROUTE].map(codes).astype(object).where(read[ROUTE].notna(), None)
    if road:
        read = read[read["road"] == road]
    parts = []
    for code, rows in read.groupby("road", dropna=False, sort=True):
        found = routes.roads.get(str(code))
        parts.append(_on_road(found, rows) if found else _off(rows, "route_unknown"))
    events = pd.concat(parts) if parts else _off(read, "route_unknown")
    events = events.reindex(columns=[*FIELDS, *_PLACES, "reason"])
    inputs.include(routes.read_for(*(routes.roads[code] for code in events["road"].dropna())))
    lost = events["reason"].notna()
    return RoadEvents(events[~lost], events[lost])


def listing(
    name: str,
    vi: str,
    en: str,
    fields: tuple[Field, ...],
    rows: pd.DataFrame | Iterable[Mapping[str, Any]],
) -> Table:
    """Return rows as a table of the columns that `fields` describe, missing where not told."""
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    shown = frame.reindex(columns=[each.name for each in fields]).reset_index(drop=True)
    return Table(name, Bilingual(vi, en), fields, shown)


def _code(routes: Routes, text: Any) -> str | None:
    """Return the code of the road that an event names; None where there is none."""
    try:
        return routes.find(str(text)).code
    except UnknownError:
        return None


def _on_road(road: Road, rows: pd.DataFrame) -> pd.DataFrame:
    """Place the events of one road; what cannot be placed has a reason."""
    if road.route is None:
        return _off(rows, "no_posts").assign(road_name=road.name)
    route, course = road.route, road.route.course
    from_m, to_m = (1_000 * rows[name].to_numpy(dtype="float64") for name in (FROM_KM, TO_KM))
    places = place_events(route, from_m, to_m).set_axis(rows.index)
    start, end = places["start_m"].to_numpy(), places["end_m"].to_numpy()
    known = np.maximum(plus_minus(route, start), plus_minus(route, end))
    drawn_m = [
        course.part(*ends).length if ends[1] > ends[0] else 0.0
        for ends in zip(start, end, strict=True)
    ]
    own = rows.assign(
        **places,
        road_name=road.name,
        from_text=_texts(road, start, from_m),
        to_text=_texts(road, end, to_m),
        plus_minus_m=np.ceil(known),
        calibrated=road.calibrated & (known <= CALIBRATED_M),
        length_km=np.array(drawn_m) / 1_000,
        by_posts_km=(posted_m(route, end) - posted_m(route, start)) / 1_000,
        reason=None,
        extent=f"{write_chainage(route.start_m)}–{write_chainage(route.end_m)}",
    )
    own.loc[places["start_m"].isna(), "reason"] = "off_road"
    own.loc[places["start_m"].isna() & (to_m < from_m), "reason"] = "backwards"
    own.loc[np.isnan(from_m), "reason"] = "no_chainage"
    return own


def _off(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    texts = {
        text: rows[km].map(lambda km: write_chainage(1_000 * km), na_action="ignore")
        for text, km in (("from_text", FROM_KM), ("to_text", TO_KM))
    }
    return rows.assign(**texts, reason=reason)


def _texts(road: Road, along_m: Floats, chainage_m: Floats) -> NDArray[np.object_]:
    """Write chainages as the posts before them tell; None where there is none."""
    texts: NDArray[np.object_] = np.full(len(along_m), None, dtype=object)
    for row in np.flatnonzero(~np.isnan(chainage_m)):
        along, metres = float(along_m[row]), float(chainage_m[row])
        on_road = not np.isnan(along)
        texts[row] = (
            written(road.measured(), along, metres, step_m=0.001)
            if on_road
            else write_chainage(metres)
        )
    return texts
