"""Works along roads: where they are, how far they got by kilometre, what overlaps, what lacks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

import geopandas as gpd

from geo_app.domain.chainage import shown
from geo_app.domain.layer import Field
from geo_app.domain.plan import Project
from geo_app.domain.result import Chart, Comparison, Notice, Picture, Table
from geo_app.domain.text import Bilingual, plain
from geo_app.errors import DataError, UnknownError
from geo_app.studies.drawing import by_class
from geo_app.studies.result import Result
from geo_app.studies.road_events import (
    EVENTS,
    ROAD,
    UNPLACED_COLUMNS,
    RoadEvents,
    listing,
    read_events,
)
from geo_app.studies.road_progress import (
    Ends,
    Followed,
    between,
    follow,
    gap_rows,
    overlap_rows,
    pieces_of,
    place_projects,
    progress_rows,
    sum_up,
)
from geo_app.studies.road_strips import strip_fields, strip_rows
from geo_app.studies.road_work_tables import (
    EVENT_COLUMNS,
    GAP_COLUMNS,
    OVERLAP_COLUMNS,
    PIECE_COLUMNS,
    PIECE_STYLES,
    PROGRESS_COLUMNS,
    PROJECT,
    TOTALS,
    WHOLE,
    WHOLE_TITLE,
)
from geo_app.studies.routes import POSTS, ROUTE_LAYERS, Routes, read_routes
from geo_app.studies.study import Parameter, Run, Study

DEFINITION = Bilingual(
    "Mỗi sự kiện đặt lên tuyến theo lý trình và các cọc. Km của một trạng thái là hợp của các đoạn "
    "có trạng thái đó: chỗ chồng nhau tính một lần; sự kiện chỉ ở một bên tính nửa chiều dài. "
    "Trong cùng loại, cùng hạng mục, nơi các sự kiện ghi trạng thái khác nhau không tính vào trạng "
    "thái nào mà nêu ở bảng chồng lấn; sự kiện không ghi trạng thái là chưa rõ, không suy đoán. Số "
    "tổng và bản đồ theo hạng mục thi công; gói thầu chỉ nói cho nơi chưa có hạng mục nào. "
    "Chiều dài theo cọc đếm theo lý trình, tính đủ nơi gãy lý trình; chiều dài trên bản đồ đo theo "
    "đường vẽ.",
    "Every event is placed on its road by chainage and posts. The kilometres of a status are the "
    "union of its stretches: an overlap counts once; an event on one side counts half its length. "
    "Where events of one kind and work tell different statuses, the stretch counts for none and "
    "stands in the table of overlaps; an event without a status is unknown, nothing is guessed. "
    "Totals and map follow the works; a package speaks where no work is reported. "
    "Length by posts is counted by chainage with jumps made good; length on the map follows the "
    "drawn road.",
)
EXPLANATION = Bilingual(
    "Đặt được {placed:,} trong {events:,} sự kiện lên {roads:,} tuyến. Có báo cáo cho "
    "{reported:.2f} km: đã báo hoàn thành {done:.2f} km, đang thi công {doing:.2f} km, "
    "chưa rõ trạng thái {unknown:.2f} km. Các đoạn của kế hoạch dài {stretch:.2f} km, "
    "{gap:.2f} km chưa có báo cáo.",
    "{placed:,} of {events:,} events could be placed, on {roads:,} roads. {reported:.2f} km are "
    "reported on: {done:.2f} km as done, {doing:.2f} km as under construction, {unknown:.2f} km of "
    "unknown status. The plan's stretches are {stretch:.2f} km long; nothing is reported for "
    "{gap:.2f} km.",
)


def _compute(run: Run) -> Result:
    ws = run.inputs.ws
    routes = read_routes(ws, run["route_layers"], run["posts"])
    projects = _projects(run)
    planned, lost = place_projects(routes, projects)
    only = _only_road(run, routes, projects)
    events = read_events(run.inputs, run["events"], routes, road=only)
    if run["project"]:
        events = _meeting(events, planned)
    followed = follow(routes, events, planned, only)
    run.inputs.include(routes.read_for(*(each.road for each in followed)))
    titles = {each.id: each.title for each in projects}
    totals = sum_up(events, followed)
    shared = overlap_rows(followed)
    progress = [row for each in followed for row in progress_rows(each)]
    return run.result(
        tables=(
            listing("events", "Sự kiện", "Events", EVENT_COLUMNS, _listed(events)),
            listing("progress", "Tiến độ", "Progress", _named(PROGRESS_COLUMNS, titles), progress),
            listing("overlaps", "Chồng lấn", "Overlaps", OVERLAP_COLUMNS, shared),
            listing(
                "gaps",
                "Đoạn kế hoạch chưa có báo cáo",
                "Planned stretches without a report",
                _named(GAP_COLUMNS, titles),
                [row for each in followed for row in gap_rows(each)],
            ),
            listing(
                "unplaced",
                "Không đặt được lên tuyến",
                "Not placed",
                UNPLACED_COLUMNS,
                events.unplaced,
            ),
            _strip(followed, events, titles),
        ),
        totals=totals,
        total_fields=TOTALS,
        definition=DEFINITION,
        explanation=EXPLANATION.filled(
            roads=events.placed["road"].nunique(),
            **{name.removesuffix("_km"): value for name, value in totals.items()},
        ),
        warnings=tuple(_notices(events, shared, lost)),
        comparisons=tuple(_comparisons(followed, projects)),
        charts=(_chart(),),
        pictures=(_picture(followed, ws.settings.crs),),
    )


def _projects(run: Run) -> list[Project]:
    """Return the plan's projects that are a stretch of a road: all, or the one asked for."""
    known = [each for each in run.inputs.ws.plan.projects.values() if each.stretch]
    asked = plain(run["project"])
    if not asked:
        return known
    for each in known:
        if asked in {plain(each.id), plain(each.title.vi), plain(each.title.en)}:
            return [each]
    listed = ", ".join(f"{each.id} ({each.title.vi})" for each in known) or "none"
    message = f"project: found {shown(run['project'])}; those that are a stretch of road: {listed}"
    raise UnknownError(
        message,
        vi=f"Không có dự án {shown(run['project'])} là một đoạn đường; hiện có: {listed}.",
    )


def _only_road(run: Run, routes: Routes, projects: Sequence[Project]) -> str:
    """Return the code of the one road asked for; "" for all."""
    asked = routes.find(run["route"]).code if run["route"] else ""
    if not run["project"]:
        return asked
    assert projects[0].stretch
    own = routes.find(projects[0].stretch.route).code
    if asked not in ("", own):
        message = f"route: found {run['route']}, but project {run['project']} is on {own}"
        raise DataError(
            message, vi=f"Dự án {run['project']} nằm trên {own}, không phải {run['route']}."
        )
    return own


def _meeting(events: RoadEvents, planned: Mapping[str, Mapping[str, Ends]]) -> RoadEvents:
    """Keep the events that meet the planned stretch, and those that have no place."""
    ends = [ends for own in planned.values() for ends in own.values()]
    placed = events.placed
    met = pd.Series(False, placed.index)
    for start, end in ends:
        met |= (placed["start_m"] <= end) & (placed["end_m"] >= start)
    return RoadEvents(placed[met], events.unplaced)


def _listed(events: RoadEvents) -> pd.DataFrame:
    ordered: pd.DataFrame = events.placed.sort_values(["road", "start_m", "end_m"], kind="stable")
    return ordered


def _named(fields: Iterable[Field], titles: Mapping[str, Bilingual]) -> tuple[Field, ...]:
    """Let the column of projects show their titles."""
    named = Field(PROJECT.name, PROJECT.type, PROJECT.title, values={WHOLE: WHOLE_TITLE, **titles})
    return tuple(named if each is PROJECT else each for each in fields)


def _strip(
    followed: Sequence[Followed], events: RoadEvents, titles: Mapping[str, Bilingual]
) -> Table:
    rows: list[dict[str, Any]] = []
    lanes: list[str] = []
    for each in followed:
        groups = {
            f"{'' if pd.isna(kind) else kind}|{'' if pd.isna(work) else work}": pieces_of(
                own, each.plan
            )
            for kind, work, own in each.groups()
        }
        lanes += groups
        own = events.placed[events.placed["road"] == each.road.code]
        rows += strip_rows(each.road, each.planned, groups, own)
    fields = strip_fields(lanes, titles)
    return listing("strip", "Số liệu của sơ đồ dải", "Data of the strip map", fields, rows)


def _chart() -> Chart:
    title = Bilingual("Sơ đồ dải: tuyến duỗi thẳng theo lý trình", "Strip map: roads by chainage")
    return Chart("strip", title, "strip", "start_km", ("end_km",))


def _picture(followed: Sequence[Followed], crs: str) -> Picture:
    rows = []
    for each in followed:
        course = each.road.measured().course
        for piece in pieces_of(each.ranked, each.plan).to_dict("records"):
            codes = ", ".join(each.events.loc[list(piece["events"]), "event_code"].astype(str))
            same = piece["left"] == piece["right"]
            for side in ("both",) if same else ("left", "right"):
                rows.append(
                    {
                        **between(each, piece, None, None),
                        "side": side,
                        "state": piece["left" if same else side],
                        "codes": codes,
                        "geometry": course.part(piece["start_m"], piece["end_m"]),
                    }
                )
    names = [*(each.name for each in PIECE_COLUMNS), "geometry"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=crs)
    title = Bilingual("Tiến độ theo đoạn tuyến", "Progress by stretch")
    shown = frame[~frame.geometry.is_empty]
    return by_class("road_works", title, "line", shown, PIECE_COLUMNS, "state", PIECE_STYLES)


def _comparisons(followed: Sequence[Followed], projects: Sequence[Project]) -> Iterator[Comparison]:
    """Set the drawn length of each planned stretch beside the one its source states."""
    drawn = {
        project: each.drawn_km([ends])
        for each in followed
        for project, ends in each.planned.items()
    }
    title = Bilingual("{title}: chiều dài trên bản đồ", "{title}: length on the map")
    for project in projects:
        for fact in project.facts:
            if fact.topic == "length" and fact.unit == "km" and project.id in drawn:
                yield Comparison(
                    title.filled(title=project.title),
                    drawn[project.id],
                    fact.value,
                    "km",
                    fact.source,
                )


def _notices(events: RoadEvents, shared: pd.DataFrame, lost: Sequence[Project]) -> Iterator[Notice]:
    stretches, placed = events.stretches, events.placed
    counts = {
        "unplaced": len(events.unplaced),
        "not_calibrated": int((~placed["calibrated"].astype(bool)).sum()),
        "twice": int(placed["twice"].astype(bool).sum()),
        "status_unknown": int(stretches["status"].isna().sum()),
        "contradict": int(shared["conflict"].sum()),
    }
    for code, count in counts.items():
        if count:
            yield Notice(code, NOTICES[code].filled(count=count))
    for project in lost:
        yield Notice("project_lost", NOTICES["project_lost"].filled(title=project.title))


NOTICES = {
    "unplaced": Bilingual(
        "{count:,} sự kiện không đặt được lên tuyến: bảng “Không đặt được lên tuyến” nêu lý do.",
        "{count:,} events could not be placed: the table “Not placed” gives the reason of each.",
    ),
    "not_calibrated": Bilingual(
        "{count:,} sự kiện chưa hiệu chuẩn: không có cọc đã kiểm chứng đủ gần; vị trí chỉ để định "
        "hướng.",
        "{count:,} events are not calibrated: no verified post is near enough; for orientation "
        "only.",
    ),
    "twice": Bilingual(
        "{count:,} sự kiện có lý trình tồn tại ở hai nơi do gãy lý trình: đặt ở nơi sau chỗ gãy.",
        "{count:,} events have a chainage that exists twice for a jump: they are placed after it.",
    ),
    "status_unknown": Bilingual(
        "{count:,} đoạn không ghi trạng thái trong danh mục: tính là chưa rõ.",
        "{count:,} stretches tell no status of the list: they count as unknown.",
    ),
    "contradict": Bilingual(
        "{count:,} chỗ chồng nhau mà trạng thái mâu thuẫn: không tính vào trạng thái nào, cần kiểm "
        "tra.",
        "{count:,} overlaps have statuses that contradict: they count for none; check them.",
    ),
    "project_lost": Bilingual(
        "Không đặt được đoạn của kế hoạch lên tuyến: {title}.",
        "The planned stretch could not be placed on its road: {title}.",
    ),
}

road_works = Study(
    name="road-works",
    title=Bilingual("Tiến độ trên tuyến đường", "Works along roads"),
    summary=Bilingual(
        "Gói thầu, thi công, cầu, điểm ảnh theo lý trình: km hoàn thành, đang làm, chưa làm; chỗ "
        "chồng lấn, chỗ chưa có báo cáo; sơ đồ dải của tuyến.",
        "Packages, works, bridges and photos by chainage: km done, under way, not started; "
        "overlaps, stretches nobody reports on; the road as a strip map.",
    ),
    parameters=(
        EVENTS,
        Parameter(
            "project",
            "text",
            "",
            Bilingual("Công trình của kế hoạch", "Project of the plan"),
            Bilingual(
                "Mã hoặc tên công trình là một đoạn tuyến; trống: mọi công trình như vậy.",
                "Id or title of a project that is a stretch of road; empty: all of them.",
            ),
        ),
        ROAD,
        ROUTE_LAYERS,
        POSTS,
    ),
    compute=_compute,
)
