"""The tables of the plan's ledger: its rows, their history, counts by agency and by status."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
)
from geo_app.domain.plan_terms import TARGET_UNITS
from geo_app.domain.result import Table, column
from geo_app.domain.text import Bilingual
from geo_app.studies.site_words import MARKS
from geo_app.workspace import Workspace


def words_of(titles: Mapping[Any, Bilingual]) -> dict[str, Bilingual]:
    """Return codes and their titles as a column or a setting takes them."""
    return dict(titles)


_KIND = column("kind", "Nhóm", "Kind", kind="text", values=words_of(KINDS))
_STATUS = column("status", "Tình trạng", "Status", kind="text", values=words_of(STATUSES))
_REACHED = (
    column("value", "Kết quả", "Actual"),
    column("high", "Nếu phần chưa rõ đều đạt", "If all not known counted"),
    column("progress", "Tiến độ", "Progress", kind="text", values=words_of(PROGRESSES)),
    column("grade", "Loại đạt được", "Class reached", kind="text"),
)
_SOURCED = (
    column(
        "actual_kind", "Loại số liệu", "Kind of figure", kind="text", values=words_of(ACTUAL_KINDS)
    ),
    column("actual_source", "Nguồn số liệu", "Source of the figure", kind="text"),
    column("actual_verified", "Số liệu đã kiểm chứng", "Figure verified", kind="boolean"),
    column("marks", "Nhãn số liệu", "Marks of the figure", kind="text", values=MARKS),
    column("official", "Là số của chính mục này", "The row's own figure", kind="boolean"),
)
COUNTED = tuple(
    column(code, title.vi, title.en, unit="count", kind="integer")
    for code, title in STATUSES.items()
)
ROWS = column("rows", "Số mục", "Rows", unit="count", kind="integer")


def ledger_table(ws: Workspace, rows: Sequence[Row]) -> Table:
    """Show every row: what is asked, what was reached, how it stands, by which source."""
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
        column("trend", "Xu thế", "Trend", kind="text", values=words_of(TRENDS)),
        *_SOURCED,
        column("instrument", "Văn bản đặt ra", "Instrument", kind="text", values=numbers),
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
        "instrument": row.instrument,
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
        "high": actual.high,
        "progress": actual.progress,
        "grade": actual.grade,
        "actual_kind": actual.kind,
        "day": actual.day,
        "actual_source": actual.source,
        "actual_verified": actual.verified,
        "marks": actual.marks,
        "official": actual.official,
    }


def history_table(rows: Sequence[Row]) -> Table:
    """Show every actual of every row, oldest first."""
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


def agencies_table(ws: Workspace, rows: Sequence[Row], day: date) -> Table:
    """
    Count rows by status for each agency of the plan, also for those without a row of its own.

    ``agency_now`` is the one that did its work on `day`.
    """
    plan = ws.plan
    agencies = {each.id: each.title for each in plan.agencies.values()}
    fields = (
        column("agency", "Cơ quan theo kế hoạch", "Agency then", kind="text", values=agencies),
        column("agency_now", "Cơ quan hiện nay", "Agency now", kind="text", values=agencies),
        ROWS,
        *COUNTED,
    )
    named = dict.fromkeys((*agencies, *(row.agency for row in rows if row.agency)))
    cells = (
        {
            "agency": each,
            "agency_now": plan.agency_on(each, day).id if each in agencies else each,
            **_counts([row for row in rows if row.agency == each]),
        }
        for each in named
    )
    return _table("agencies", Bilingual("Theo cơ quan", "By agency"), fields, cells)


def statuses_table(rows: Sequence[Row]) -> Table:
    """Count rows by status and kind."""
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
    return _table("statuses", title, (_STATUS, ROWS, *kinds), cells)


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
