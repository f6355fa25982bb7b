"""How far the plan is: the ledger as a study, with its history, by agency and by status."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from geo_app.domain.layer import Field
from geo_app.domain.ledger import (
    ACTUAL_KINDS,
    KINDS,
    PROGRESSES,
    STATUSES,
    TRENDS,
    Actual,
    Row,
    Status,
)
from geo_app.domain.plan_terms import TARGET_UNITS
from geo_app.domain.result import ILLUSTRATIVE, Chart, Notice, Table, column
from geo_app.domain.text import Bilingual
from geo_app.studies.ledger import read_computed, read_ledger
from geo_app.studies.result import Result
from geo_app.studies.site_words import MARKS
from geo_app.studies.statistics import read_statistics
from geo_app.studies.study import Parameter, Run, Study
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import decisions


def _words(titles: Mapping[Any, Bilingual]) -> dict[str, Bilingual]:
    return dict(titles)


_KIND = column("kind", "Nhóm", "Kind", kind="text", values=_words(KINDS))
_STATUS = column("status", "Tình trạng", "Status", kind="text", values=_words(STATUSES))
_REACHED = (
    column("value", "Kết quả", "Actual"),
    column("progress", "Tiến độ", "Progress", kind="text", values=_words(PROGRESSES)),
    column("grade", "Loại đạt được", "Class reached", kind="text"),
)
_SOURCED = (
    column(
        "actual_kind", "Loại số liệu", "Kind of figure", kind="text", values=_words(ACTUAL_KINDS)
    ),
    column("actual_source", "Nguồn số liệu", "Source of the figure", kind="text"),
    column("actual_verified", "Số liệu đã kiểm chứng", "Figure verified", kind="boolean"),
    column("marks", "Nhãn số liệu", "Marks of the figure", kind="text", values=MARKS),
    column("official", "Là số của chính mục này", "The row's own figure", kind="boolean"),
)
_COUNTED = tuple(
    column(code, title.vi, title.en, unit="count", kind="integer")
    for code, title in STATUSES.items()
)
_ROWS = column("rows", "Số mục", "Rows", unit="count", kind="integer")

DEFINITION = Bilingual(
    "Sổ theo dõi: mỗi chỉ tiêu, nhiệm vụ, dự án, quy định của kế hoạch một dòng, với số liệu mới "
    "nhất đã biết đến ngày xét và tình trạng theo số liệu đó. “Đúng tiến độ” là bằng hoặc hơn "
    "đường thẳng từ số liệu gốc đến chỉ tiêu, vào ngày của số liệu; không có gốc thì không kết "
    "luận như vậy. Dữ liệu giả lập, sơ đồ và số tính chỉ để đối chiếu không đặt tình trạng.",
    "The ledger: a row for each target, task, project and rule of the plan, with the latest that "
    "was known of it by the day and how it stands by that. “On track” is at or above the straight "
    "line from the baseline to the target, on the day of the figure; without a baseline nothing is "
    "on track. Synthetic and schematic data, and figures that only check another, set no status.",
)
_TOLD = Bilingual(
    "Đến ngày {day}: {rows} mục; {met} đạt (trong đó {late} đạt sau hạn), {on_track} đúng tiến độ, "
    "{behind} chậm, {missed} không đạt đúng hạn, {gone} không còn đối tượng hoặc đổi hệ phân loại, "
    "{unknown} chưa có số liệu.",
    "By {day}: {rows} rows; {met} met ({late} of them late), {on_track} on track, {behind} behind, "
    "{missed} missed, {gone} void or reclassified, {unknown} without data.",
)


def _compute(run: Run) -> Result:
    ws, day = run.inputs.ws, date.fromisoformat(run["on"])
    _check_names(run)
    computed = read_computed(ws)
    run.inputs.include(computed.inputs)
    read_statistics(run.inputs, [each.id for each in ws.plan.indicators.values() if each.target])
    rows = [row for row in read_ledger(ws, day) if _wanted(run, row)]
    counts = Counter(row.standing.status for row in rows)
    return run.result(
        tables=(
            _ledger(ws, rows),
            _history(rows),
            _agencies(ws, rows),
            _statuses(rows),
        ),
        totals={"rows": len(rows), **{status: counts[status] for status in STATUSES}},
        total_fields=(_ROWS, *_COUNTED),
        definition=DEFINITION,
        explanation=_explanation(day, rows, counts),
        warnings=tuple(_notices(rows, computed.problems)),
        charts=(_chart(),),
    )


def _check_names(run: Run) -> None:
    """Refuse an agency or theme that does not exist, rather than find nothing of it."""
    ws = run.inputs.ws
    if run["agency"]:
        ws.plan.agency(run["agency"])
    if run["theme"]:
        ws.catalogue.theme(run["theme"])


def _wanted(run: Run, row: Row) -> bool:
    """Tell whether a row is of the settings' kinds, section, agency, statuses and theme."""
    section, agency = run["section"], run["agency"]
    return (
        (not run["kind"] or row.kind in run["kind"])
        and (not run["status"] or row.standing.status in run["status"])
        and (not section or row.section == section or row.section.startswith(f"{section}."))
        and (not agency or agency in (row.agency, row.agency_now))
        and (not run["theme"] or row.theme == run["theme"])
    )


def _ledger(ws: Workspace, rows: Sequence[Row]) -> Table:
    agencies = {each.id: each.title for each in ws.plan.agencies.values()}
    numbers = {
        each.id: Bilingual(each.number, each.number) for each in ws.plan.instruments.values()
    }
    fields = (
        _KIND,
        column("id", "Mã", "Id", kind="text"),
        _titled("title", "Nội dung", "Row", (row.title for row in rows)),
        _titled("asks", "Yêu cầu", "Asked", (row.asks for row in rows)),
        column("due", "Hạn (năm)", "Due", kind="integer"),
        *_REACHED,
        column("unit", "Đơn vị", "Unit", kind="text", values=TARGET_UNITS),
        column("day", "Thời điểm số liệu", "Figure of", kind="text"),
        _STATUS,
        _titled("reason", "Vì sao", "Why", (row.standing.reason for row in rows)),
        column("line", "Đường tiến độ cần", "Line asks for"),
        column("gap", "Chênh so với yêu cầu", "Gap to what is asked"),
        column("trend", "Xu thế", "Trend", kind="text", values=_words(TRENDS)),
        *_SOURCED,
        column("section", "Mục", "Section", kind="text"),
        column("sentence", "Câu của kế hoạch", "The plan's words", kind="text"),
        column("since", "Từ năm", "From", kind="integer"),
        column("agency", "Cơ quan theo kế hoạch", "Agency then", kind="text", values=agencies),
        column("agency_now", "Cơ quan hiện nay", "Agency now", kind="text", values=agencies),
        _titled("change", "Văn bản sau thay đổi", "Changed since", (row.change for row in rows)),
        column("changed_by", "Văn bản thay đổi", "Changed by", kind="text", values=numbers),
        column("verified", "Đã kiểm chứng", "Verified", kind="boolean"),
        column("source", "Nguồn", "Source", kind="text"),
    )
    title = Bilingual("Sổ theo dõi kế hoạch", "The plan's ledger")
    return _table("ledger", title, fields, map(ledger_cells, rows))


def ledger_cells(row: Row) -> dict[str, Any]:
    """Return a row of the ledger as the table ``ledger`` holds it."""
    stand = row.standing
    return {
        "kind": row.kind,
        "id": row.id,
        "section": row.section,
        "title": row.title.vi,
        "sentence": row.sentence,
        "asks": row.asks.vi,
        "unit": row.unit,
        "since": row.since,
        "due": row.due,
        "agency": row.agency,
        "agency_now": row.agency_now,
        **actual_cells(row.actual),
        "status": stand.status,
        "reason": stand.reason.vi,
        "line": stand.line,
        "gap": stand.gap,
        "trend": stand.trend,
        "change": row.change.vi if row.change else None,
        "changed_by": row.changed_by,
        "verified": row.verified,
        "source": row.source,
    }


def actual_cells(actual: Actual | None) -> dict[str, Any]:
    """Return what is known, as the tables hold it; every cell None where nothing is."""
    if actual is None:
        return dict.fromkeys(["day", *(each.name for each in (*_REACHED, *_SOURCED))])
    return {
        "value": actual.value,
        "progress": actual.progress,
        "grade": actual.grade,
        "actual_kind": actual.kind,
        "day": actual.day,
        "actual_source": actual.source,
        "actual_verified": actual.verified,
        "marks": actual.marks,
        "official": actual.official,
    }


def _history(rows: Sequence[Row]) -> Table:
    fields = (
        _KIND,
        column("id", "Mã", "Id", kind="text"),
        _titled("title", "Nội dung", "Row", (row.title for row in rows)),
        column("unit", "Đơn vị", "Unit", kind="text", values=TARGET_UNITS),
        column("day", "Thời điểm số liệu", "Figure of", kind="text"),
        *_REACHED,
        *_SOURCED,
        column("breaks", "Không so được với trước", "Series breaks", kind="boolean"),
    )
    cells = (
        {
            "kind": row.kind,
            "id": row.id,
            "title": row.title.vi,
            "unit": row.unit,
            **actual_cells(actual),
            "breaks": actual.breaks,
        }
        for row in rows
        for actual in row.history
    )
    return _table("history", Bilingual("Số liệu qua các thời điểm", "History"), fields, cells)


def _agencies(ws: Workspace, rows: Sequence[Row]) -> Table:
    """Count rows by status for each agency of the plan, also for those without a row of its own."""
    plan = ws.plan
    agencies = {each.id: each.title for each in plan.agencies.values()}
    fields = (
        column("agency", "Cơ quan theo kế hoạch", "Agency then", kind="text", values=agencies),
        column("agency_now", "Cơ quan hiện nay", "Agency now", kind="text", values=agencies),
        _ROWS,
        *_COUNTED,
    )
    named = dict.fromkeys((*agencies, *(row.agency for row in rows if row.agency)))
    cells = (
        {
            "agency": each,
            "agency_now": plan.agency_today(each).id if each in agencies else each,
            **_counts([row for row in rows if row.agency == each]),
        }
        for each in named
    )
    return _table("agencies", Bilingual("Theo cơ quan", "By agency"), fields, cells)


def _statuses(rows: Sequence[Row]) -> Table:
    kinds = tuple(
        column(code, title.vi, title.en, unit="count", kind="integer")
        for code, title in KINDS.items()
    )
    counts = Counter((row.standing.status, row.kind) for row in rows)
    cells = (
        {
            "status": status,
            "rows": sum(counts[status, kind] for kind in KINDS),
            **{kind: counts[status, kind] for kind in KINDS},
        }
        for status in STATUSES
    )
    title = Bilingual("Theo tình trạng", "By status")
    return _table("statuses", title, (_STATUS, _ROWS, *kinds), cells)


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    counts = Counter(row.standing.status for row in rows)
    return {"rows": len(rows), **{status: counts[status] for status in STATUSES}}


def _table(
    name: str, title: Bilingual, fields: tuple[Field, ...], cells: Iterable[Mapping[str, Any]]
) -> Table:
    frame = pd.DataFrame(list(cells), columns=[each.name for each in fields])
    whole = [each.name for each in fields if each.type == "integer"]
    numbers = [each.name for each in fields if each.type == "number"]
    kinds = {**dict.fromkeys(whole, "Int64"), **dict.fromkeys(numbers, "float64")}
    return Table(name, title, fields, frame.astype(kinds))


def _titled(name: str, vi: str, en: str, texts: Iterable[Bilingual | None]) -> Field:
    """Describe a column whose cells are Vietnamese texts that are known in English too."""
    values = {text.vi: text for text in texts if text is not None}
    return column(name, vi, en, kind="text", values=values)


def _explanation(day: date, rows: Sequence[Row], counts: Mapping[Status, int]) -> Bilingual:
    return _TOLD.filled(
        day=day.strftime("%d/%m/%Y"),
        rows=len(rows),
        met=counts["met"] + counts["met_late"],
        late=counts["met_late"],
        on_track=counts["on_track"],
        behind=counts["behind"],
        missed=counts["missed"],
        gone=counts["void"] + counts["reclassified"],
        unknown=counts["no_data"],
    )


def _notices(rows: Sequence[Row], problems: Mapping[str, str]) -> Iterator[Notice]:
    shown = [row.actual for row in rows if row.actual is not None]
    illustrated = sum(any(mark in ILLUSTRATIVE for mark in each.marks) for each in shown)
    if illustrated:
        text = Bilingual(
            "{count} mục chỉ có số liệu minh họa (giả lập, sơ đồ): hiện để xem, không kết luận.",
            "{count} rows have illustrative figures only (synthetic, schematic): not judged.",
        )
        yield Notice("illustrated", text.filled(count=illustrated))
    unverified = sum(not each.verified for each in shown)
    if unverified:
        text = Bilingual(
            "{count} mục có số liệu chưa kiểm chứng.", "{count} rows have unverified figures."
        )
        yield Notice("unverified_actuals", text.filled(count=unverified))
    for study, problem in problems.items():
        text = Bilingual(
            "Không tính được số liệu của “{study}”: {problem}",
            "The figures of “{study}” could not be computed: {problem}",
        )
        yield Notice("not_computed", text.filled(study=study, problem=problem))


def _chart() -> Chart:
    title = Bilingual("Số mục theo tình trạng", "Rows by status")
    return Chart("bars", title, "statuses", "status", ("rows",))


plan_progress = Study(
    name="plan-progress",
    title=Bilingual("Tình hình thực hiện kế hoạch", "How far the plan is"),
    summary=Bilingual(
        "Mọi chỉ tiêu, nhiệm vụ, dự án, quy định của kế hoạch: yêu cầu, kết quả, nguồn, tình "
        "trạng, theo cơ quan và theo mục.",
        "Every target, task, project and rule of the plan: what is asked, what was reached, by "
        "which source, how it stands, by agency and section.",
    ),
    parameters=(
        Parameter(
            "on",
            "day",
            "",
            Bilingual("Ngày xét", "Day"),
            Bilingual(
                "Tình hình đến hết ngày này; bỏ trống: hôm nay.",
                "As things stood at the end of this day; empty: today.",
            ),
        ),
        Parameter(
            "kind",
            "choices",
            (),
            Bilingual("Nhóm", "Kinds"),
            Bilingual("Bỏ trống: tất cả.", "Empty: all of them."),
            options=_words(KINDS),
        ),
        Parameter(
            "section",
            "text",
            "",
            Bilingual("Mục của kế hoạch", "Section of the plan"),
            Bilingual("Như II.3, hoặc III cho cả mục.", "Such as II.3, or III for all of it."),
        ),
        Parameter(
            "agency",
            "text",
            "",
            Bilingual("Cơ quan", "Agency"),
            Bilingual(
                "Mã cơ quan theo kế hoạch hoặc hiện nay, như so_xd.",
                "Id of an agency then or now, such as so_xd.",
            ),
        ),
        Parameter(
            "status",
            "choices",
            (),
            Bilingual("Tình trạng", "Statuses"),
            Bilingual("Bỏ trống: tất cả.", "Empty: all of them."),
            options=_words(STATUSES),
        ),
        Parameter(
            "theme",
            "text",
            "",
            Bilingual("Chủ đề", "Theme"),
            Bilingual("Mã chủ đề của bản đồ, như transport.", "Id of a theme, such as transport."),
        ),
    ),
    compute=_compute,
    state=decisions,
)
