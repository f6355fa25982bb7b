"""A road that was realigned: what lies along it, carried over from the old course to the new."""

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import pandas as pd

import geopandas as gpd
import shapely

from geo_app.domain.result import Notice, Picture
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.drawing import by_class
from geo_app.studies.realigned_roads import (
    Realigned,
    carry_events,
    pair_roads,
    post_rows,
    road_rows,
)
from geo_app.studies.realignment_tables import (
    COURSE_COLUMNS,
    COURSE_STYLES,
    EVENT_COLUMNS,
    GONE_COLUMNS,
    PLACE_COLUMNS,
    PLACE_STYLES,
    POST_COLUMNS,
    ROAD_COLUMNS,
    STATES,
    TOTALS,
)
from geo_app.studies.result import Result
from geo_app.studies.road_events import EVENTS, ROAD, listing, read_events
from geo_app.studies.routes import POSTS, ROUTE_LAYERS, read_routes
from geo_app.studies.study import Parameter, Run, Study
from geo_app.workspace import Workspace

DEFINITION = Bilingual(
    "Mỗi sự kiện, mỗi cọc của tuyến cũ được chiếu về chỗ gần nhất trên tuyến mới và nhận lý trình "
    "theo cọc mới. Chỗ cũ xa tuyến mới quá khoảng cách đã chọn là nằm trên đoạn đã bỏ: sự kiện ở "
    "đó không được gán lý trình mới mà được liệt kê để quyết định. Bảng chính dùng tên trường của "
    "lớp sự kiện: tải CSV về, nhập lại thì thành danh sách theo tuyến mới.",
    "Every event and every post of the old road is carried to the nearest place on the new one and "
    "takes the chainage of the new posts. An old place farther from the new road than the distance "
    "chosen lies on a stretch given up: its events get no new chainage and are listed to be "
    "decided on. The main table has the field names of the layer of events: its CSV, imported, is "
    "the list along the new road.",
)
EXPLANATION = Bilingual(
    "Trong {events:,} sự kiện: {same:,} không đổi, {renumbered:,} chỉ đổi lý trình, {partly:,} nằm "
    "một phần trên đoạn đã bỏ, {gone:,} nằm trên đoạn đã bỏ, {unplaced:,} không đặt được lên tuyến "
    "cũ. {roads:,} tuyến có hướng tuyến hoặc cọc thay đổi.",
    "Of {events:,} events {same:,} stay, {renumbered:,} only change their chainage, {partly:,} lie "
    "in part on a stretch given up, {gone:,} wholly, {unplaced:,} could not be placed on the old "
    "road. {roads:,} roads have changed their course or posts.",
)
NOTICES = {
    "same_roads": Bilingual(
        "Tuyến và cọc trước và sau giống hệt nhau: chọn ngày mà tuyến cũ còn hiệu lực.",
        "Roads and posts before and after are the same: choose a day on which the old road held.",
    ),
    "gone": Bilingual(
        "{count:,} sự kiện nằm cả hay một phần trên đoạn đã bỏ: cần quyết định từng sự kiện.",
        "{count:,} events lie wholly or in part on a stretch given up: decide on each.",
    ),
    "twice": Bilingual(
        "{count:,} sự kiện có lý trình mới tồn tại ở hai nơi do gãy lý trình: khi nhập lại phải "
        "ghi rõ cọc.",
        "{count:,} events have a new chainage that exists twice for a jump: name the post when "
        "they are imported again.",
    ),
}


def _compute(run: Run) -> Result:
    then, day = _state_before(run)
    layers, posts = run["route_layers"], run["posts"]
    before = read_routes(then, layers, posts, day)
    after = read_routes(run.inputs.ws, layers, posts)
    only = before.find(run["route"]).code if run["route"] else ""
    events = read_events(run.inputs, run["events"], before, road=only)
    roads = pair_roads(before, after, events, only)
    run.inputs.include(before.read_for(*(each.old for each in roads)))
    run.inputs.include(after.read_for(*(each.new for each in roads if each.new)))
    carried = carry_events(roads, events, run["within_m"])
    gone = carried[carried["state"].isin(["gone", "partly"])]
    changed = [each for each in roads if each.changed]
    totals = {
        "events": len(carried),
        **{state: int((carried["state"] == state).sum()) for state in STATES},
        "roads": len(changed),
        "moved_m": carried["moved_m"].max(),
    }
    within_m = run["within_m"]
    return run.result(
        tables=(
            listing(
                "carried",
                "Sự kiện theo tuyến mới",
                "Events on the new road",
                EVENT_COLUMNS,
                carried,
            ),
            listing("gone", "Trên đoạn đã bỏ", "On stretches given up", GONE_COLUMNS, gone),
            listing(
                "posts",
                "Cọc của tuyến cũ",
                "Posts of the old road",
                POST_COLUMNS,
                post_rows(changed, within_m),
            ),
            listing(
                "roads", "Các tuyến", "Roads", ROAD_COLUMNS, road_rows(roads, carried, within_m)
            ),
        ),
        totals=totals,
        total_fields=TOTALS,
        definition=DEFINITION,
        explanation=EXPLANATION.filled(**totals),
        warnings=tuple(_notices(changed, carried)),
        pictures=(_courses(roads, before.crs, within_m), _places(carried, before.crs)),
    )


def _state_before(run: Run) -> tuple[Workspace, dt.date | None]:
    """
    Return the province with its old roads, and the day on which they held.

    Of a day: what was published by then; where no road was, today's roads as valid on that day.
    None given: the day before roads or posts were last published.
    """
    ws: Workspace = run.inputs.ws
    layers = set(run["route_layers"])
    if run["before"]:
        when = _when(run["before"])
        then = ws.as_of(when)
        day = when.date() if isinstance(when, dt.datetime) else when
        return (then if layers & set(then.published.versions) else ws), day
    watched = layers | {run["posts"]}
    changes = [event.when for event in ws.published.history if watched & set(event.changes)]
    last = max(changes, default=dt.datetime.now(dt.UTC))
    zone = ZoneInfo(ws.settings.time_zone)
    then = ws.as_of(last.astimezone(zone).date() - dt.timedelta(days=1))
    return (then if layers & set(then.published.versions) else ws), None


def _when(text: str) -> dt.date | dt.datetime:
    try:
        if "T" in text:
            return dt.datetime.fromisoformat(text)
        form = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
        return dt.datetime.strptime(text, form).date()
    except ValueError:
        message = f"before: found {text!r}; expected a day or moment: 2026-03-31, 2026-03-31T09:00"
        raise DataError(
            message,
            vi=f"Không đọc được thời điểm {text!r}; hãy ghi như 31/03/2026 hoặc 2026-03-31T09:00.",
        ) from None


def _notices(roads: Sequence[Realigned], carried: pd.DataFrame) -> Iterator[Notice]:
    if not roads:
        yield Notice("same_roads", NOTICES["same_roads"])
    counts = {
        "gone": int(carried["state"].isin(["gone", "partly"]).sum()),
        "twice": int(carried["twice"].eq(True).sum()),
    }
    for code, count in counts.items():
        if count:
            yield Notice(code, NOTICES[code].filled(count=count))


def _courses(roads: Sequence[Realigned], crs: str, within_m: float) -> Picture:
    """Draw what of the roads stayed, what is new, what was given up."""
    rows = []
    for road in roads:
        before = road.old.measured().course
        after = road.new.measured().course if road.new else None
        lines = {"both": before} if not road.changed else {"old": before, "new": after}
        shapes: dict[str, shapely.Geometry] = {
            part: course.part(0, course.length_m) for part, course in lines.items() if course
        }
        if len(shapes) == 2:
            old, new = shapes["old"], shapes["new"]
            beside = shapely.buffer(old, within_m)
            shapes = {
                "both": shapely.intersection(new, beside),
                "new": shapely.difference(new, beside),
                "old": shapely.difference(old, shapely.buffer(new, within_m)),
            }
        rows += [
            (road.old.name, part, shape) for part, shape in shapes.items() if shapely.length(shape)
        ]
    columns = [each.name for each in COURSE_COLUMNS]
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=[*columns, "geometry"]), geometry="geometry", crs=crs
    )
    title = Bilingual("Tuyến cũ và tuyến mới", "Old road and new")
    return by_class("old_and_new", title, "line", frame, COURSE_COLUMNS, "part", COURSE_STYLES)


def _places(carried: pd.DataFrame, crs: str) -> Picture:
    """Draw where events begin: on the new road, or where they were on what was given up."""
    placed = carried[carried["state"] != "unplaced"]
    columns = [each.name for each in PLACE_COLUMNS]
    frame = gpd.GeoDataFrame(placed.reindex(columns=[*columns, "geometry"]), crs=crs)
    title = Bilingual("Sự kiện theo tuyến mới", "Events on the new road")
    return by_class("carried", title, "point", frame, PLACE_COLUMNS, "state", PLACE_STYLES)


realignment = Study(
    name="realignment",
    title=Bilingual("Nắn tuyến: chuyển sự kiện sang tuyến mới", "Realignment: events carried over"),
    summary=Bilingual(
        "Đường được nắn, cọc thay đổi: sự kiện và cọc cũ ở đâu trên tuyến mới, dời bao nhiêu mét, "
        "lý trình đổi ra sao, cái gì nằm trên đoạn đã bỏ.",
        "The road was realigned, its posts changed: where old events and posts are on the new "
        "road, how far they moved, how chainages changed, what lies on stretches given up.",
    ),
    parameters=(
        EVENTS,
        Parameter(
            "before",
            "text",
            "",
            Bilingual("Ngày còn tuyến cũ", "Day of the old road"),
            Bilingual(
                "Như 2026-03-31. Trống: hôm trước lần công bố mới nhất của đường hoặc cọc.",
                "Such as 2026-03-31. Empty: the day before roads or posts were last published.",
            ),
        ),
        Parameter(
            "within_m",
            "number",
            50.0,
            Bilingual("Xa hơn là đoạn đã bỏ", "Farther is given up"),
            Bilingual(
                "Chỗ cũ xa tuyến mới hơn thế nằm trên đoạn đã bỏ.",
                "An old place farther from the new road lies on a stretch given up.",
            ),
            unit="m",
            least=1,
            most=5_000,
        ),
        ROAD,
        ROUTE_LAYERS,
        POSTS,
    ),
    compute=_compute,
)
