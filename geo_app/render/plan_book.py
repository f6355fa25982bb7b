"""A report on the plan as tables: a workbook, or CSV files in one archive."""

import csv
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from geo_app.domain.ledger import ACTUAL_KINDS, KINDS, STATUSES, TRENDS, Actual, Row, Status
from geo_app.domain.plan_report import SOURCE_KINDS, Report, result_words
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.text import Bilingual, defused
from geo_app.render.plan_tables import show_day
from geo_app.render.report import ILLUSTRATIVE
from geo_app.render.values import MARK_TITLES, show_date
from geo_app.render.words import WORDS

_TRUTH = {True: Bilingual("có", "yes"), False: Bilingual("không", "no")}
_TITLES = {
    "summary": Bilingual("Tóm tắt", "Summary"),
    "ledger": Bilingual("Sổ theo dõi", "Ledger"),
    "history": Bilingual("Lịch sử", "History"),
    "agencies": Bilingual("Cơ quan", "Agencies"),
    "sources": Bilingual("Nguồn", "Sources"),
}
_SHARE, _SOURCES = "share_pct", "sources"
_FILLS: dict[Status, str] = {
    "met": "CFE5E6",
    "met_late": "E0EFEF",
    "on_track": "DCEBF5",
    "behind": "FBE7C2",
    "missed": "F4CFCB",
}
_FONT = "Calibri"
_STRIPE = "ECEEE8"
_RED = "B3261E"
_WIDTHS = {"title": 44, "sentence": 60, "reason": 48, "change": 44, "text": 70, "result": 24}
_NARROW, _USUAL = 9, 17
_FIRST, _ACROSS = 44, 5
"""Of the summary: width of its first column, and columns that its texts stand across."""
_LINE_PT, _A3 = 14.5, 8


@dataclass(frozen=True)
class _Sheet:
    """A table: its name, columns by name with their titles, and rows of plain values."""

    name: str
    heads: dict[str, Bilingual]
    rows: list[list[Any]]


_LEDGER = {
    "kind": Bilingual("Loại", "Kind"),
    "id": Bilingual("Mã", "Id"),
    "section": Bilingual("Mục", "Section"),
    "title": Bilingual("Chỉ tiêu, nhiệm vụ", "Target or task"),
    "sentence": Bilingual("Câu chữ của kế hoạch", "The plan's words"),
    "asks": Bilingual("Kế hoạch", "Plan"),
    "since": Bilingual("Từ năm", "Since"),
    "due": Bilingual("Hạn", "Due"),
    "value": Bilingual("Kết quả (số)", "Result (number)"),
    "unit": Bilingual("Đơn vị", "Unit"),
    "result": Bilingual("Kết quả", "Result"),
    "day": Bilingual("Số liệu của", "Figure of"),
    "kind_of_figure": Bilingual("Loại số liệu", "Kind of figure"),
    "marks": Bilingual("Tính chất", "Marks"),
    "verified": Bilingual("Đã kiểm chứng", "Verified"),
    "status": Bilingual("Tình trạng", "Status"),
    "reason": Bilingual("Vì sao", "Why"),
    "line": Bilingual("Mức cần đạt vào ngày số liệu", "Asked for on that day"),
    "gap": Bilingual("Chênh lệch", "Gap"),
    _SHARE: Bilingual("Mức đạt (%)", "Share reached (%)"),
    "trend": Bilingual("Xu hướng", "Trend"),
    "agency": Bilingual("Cơ quan theo kế hoạch", "Agency of the plan"),
    "agency_now": Bilingual("Cơ quan hiện nay", "Agency today"),
    "change": Bilingual("Văn bản sau đã đổi", "Changed by later instruments"),
    "changed_by": Bilingual("Văn bản", "Instruments"),
    _SOURCES: Bilingual("Nguồn (số)", "Sources (no.)"),
}
_HISTORY = {
    name: _LEDGER[name]
    for name in ("kind", "id", "title", "day", "value", "unit", "result", "kind_of_figure")
} | {
    "text": Bilingual("Nguồn", "Source"),
    "marks": _LEDGER["marks"],
    "verified": _LEDGER["verified"],
    "made": Bilingual("Biết từ ngày", "Known since"),
    "counts": Bilingual("Đang dùng", "Counts"),
    "note": Bilingual("Ghi chú", "Note"),
}
_SOURCE = {
    "number": Bilingual("Số", "No."),
    "kind": Bilingual("Loại", "Kind"),
    "text": Bilingual("Nguồn", "Source"),
    "days": Bilingual("Số liệu của", "Figures of"),
    "study": Bilingual("Phân tích", "Study"),
    "marks": _LEDGER["marks"],
    "verified": _LEDGER["verified"],
}
_TOTAL = Bilingual("Tổng", "Total")


def report_xlsx(report: Report, *, language: str) -> bytes:
    """Write a workbook: a summary, the whole ledger, its history, the agencies, the sources."""
    book = Workbook()
    _write_summary(book.active, report, language)
    for sheet in _sheets(report, language):
        _write_sheet(book, sheet, report, language)
    _link_sources(book, report, language)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def report_csv(report: Report, *, language: str) -> bytes:
    """Write an archive of CSV files that Excel opens as UTF-8, one per table."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for sheet in _sheets(report, language):
            text = StringIO()
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(sheet.heads)
            writer.writerows([defused(each) for each in row] for row in sheet.rows)
            archive.writestr(f"{sheet.name}.csv", "\ufeff" + text.getvalue())
        archive.writestr("README.txt", "\r\n".join(_summary_lines(report, language)))
    return buffer.getvalue()


def _sheets(report: Report, language: str) -> Iterator[_Sheet]:
    yield _Sheet("ledger", _LEDGER, [_ledger_row(report, each, language) for each in report.rows])
    history = [_history_row(row, actual, language) for row in report.rows for actual in row.history]
    yield _Sheet("history", _HISTORY, history)
    yield _agencies(report, language)
    sources = [
        [
            place,
            SOURCE_KINDS[each.kind].get(language),
            each.text,
            ", ".join(map(show_day, each.days)),
            each.study,
            _marks(each.marks, language),
            _TRUTH[each.verified].get(language),
        ]
        for place, each in enumerate(report.sources, start=1)
    ]
    yield _Sheet("sources", _SOURCE, sources)


def _ledger_row(report: Report, row: Row, language: str) -> list[Any]:
    actual, standing = row.actual, row.standing
    value = actual.value if actual else None
    share = None
    if value is not None and standing.gap is not None and value != standing.gap:
        share = 100 * value / (value - standing.gap)
    cells: dict[str, Any] = {
        **_naming(row, language),
        "sentence": row.sentence,
        "asks": row.asks.get(language),
        "since": row.since,
        "due": row.due,
        **_figure(row, actual, language),
        "status": STATUSES[standing.status].get(language),
        "reason": standing.reason.get(language),
        "line": standing.line,
        "gap": standing.gap,
        _SHARE: share,
        "trend": TRENDS[standing.trend].get(language) if standing.trend else None,
        "agency": _agency(report, row.agency, language),
        "agency_now": _agency(report, row.agency_now, language),
        "change": row.change.get(language) if row.change else None,
        "changed_by": ", ".join(report.instruments[each] for each in row.changed_by),
        _SOURCES: " ".join(map(str, report.numbers(row))),
    }
    return [cells[name] for name in _LEDGER]


def _history_row(row: Row, actual: Actual, language: str) -> list[Any]:
    cells = {
        **_naming(row, language),
        **_figure(row, actual, language),
        "text": actual.source,
        "made": show_date(actual.made, language) if actual.made else None,
        "counts": _TRUTH[actual == row.actual].get(language),
        "note": actual.note.get(language) if actual.note else None,
    }
    return [cells[name] for name in _HISTORY]


def _naming(row: Row, language: str) -> dict[str, Any]:
    return {
        "kind": KINDS[row.kind].get(language),
        "id": row.id,
        "section": row.section,
        "title": row.title.get(language),
    }


def _figure(row: Row, actual: Actual | None, language: str) -> dict[str, Any]:
    unit = STATISTIC_UNITS[row.unit].get(language) if row.unit else None
    cells = {"value": None, "unit": unit, "result": None, "day": None}
    if actual is None:
        return {**cells, "kind_of_figure": None, "marks": None, "verified": None}
    return {
        **cells,
        "value": actual.value,
        "result": result_words(actual, row.unit).get(language),
        "day": show_day(actual.day),
        "kind_of_figure": ACTUAL_KINDS[actual.kind].get(language),
        "marks": _marks(actual.marks, language),
        "verified": _TRUTH[actual.verified].get(language),
    }


def _agencies(report: Report, language: str) -> _Sheet:
    """Count how the rows of each agency of today stand."""
    used = [each for each in STATUSES if any(row.standing.status == each for row in report.rows)]
    heads: dict[str, Bilingual] = {"agency": _LEDGER["agency_now"], "total": _TOTAL}
    heads |= {each: STATUSES[each] for each in used}
    owners = dict.fromkeys(row.agency_now or row.agency for row in report.rows)
    rows = []
    for owner in owners:
        own = [r.standing.status for r in report.rows if (r.agency_now or r.agency) == owner]
        numbers = [own.count(each) for each in used]
        rows.append([_agency(report, owner, language) or "–", len(own), *numbers])
    return _Sheet("agencies", heads, rows)


def _agency(report: Report, agency: str | None, language: str) -> str | None:
    return report.agencies[agency].get(language) if agency else None


def _marks(marks: Sequence[Any], language: str) -> str:
    return ", ".join(MARK_TITLES[mark].get(language) for mark in marks)


def _summary_lines(report: Report, language: str) -> list[str]:
    lines = [report.title.get(language), *(each.get(language) for each in report.notices)]
    lines += [f"SHA-256 {report.hash}"] if report.hash else []
    if report.illustrative:
        lines.append(ILLUSTRATIVE.get(language))
    return [*lines, WORDS["notice"].get(language)]


def _write_summary(sheet: Any, report: Report, language: str) -> None:
    sheet.title = _TITLES["summary"].get(language)
    for number, line in enumerate(_summary_lines(report, language), start=1):
        sheet.append([_safe(line)])
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=_ACROSS)
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
        room = _FIRST + (_ACROSS - 1) * _USUAL
        sheet.row_dimensions[number].height = _height([(line, room)], _LINE_PT * 1.2)
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14)
    if report.illustrative:
        sheet.cell(sheet.max_row - 1, 1).font = Font(name=_FONT, bold=True, color=_RED)
    sheet.append([])
    kinds = [kind for kind in KINDS if any(row.kind == kind for row in report.rows)]
    heads = [_LEDGER["status"], *(KINDS[kind] for kind in kinds), _TOTAL]
    sheet.append([each.get(language) for each in heads])
    _mark_heads(sheet, sheet.max_row)
    for status, title in STATUSES.items():
        counts = [
            sum(row.kind == kind and row.standing.status == status for row in report.rows)
            for kind in kinds
        ]
        if any(counts):
            sheet.append([title.get(language), *counts, sum(counts)])
            _shade(sheet.cell(sheet.max_row, 1), _FILLS.get(status))
    totals = [sum(row.kind == kind for row in report.rows) for kind in kinds]
    sheet.append([_TOTAL.get(language), *totals, sum(totals)])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(name=_FONT, bold=True)
    _fit_width(sheet)
    sheet.column_dimensions["A"].width = _FIRST
    for number in range(2, _ACROSS + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _USUAL


def _write_sheet(book: Workbook, own: _Sheet, report: Report, language: str) -> None:
    sheet = book.create_sheet(_TITLES[own.name].get(language))
    sheet.append([title.get(language) for title in own.heads.values()])
    _mark_heads(sheet, 1)
    names = list(own.heads)
    widths = [_width(name) for name in names]
    sheet.row_dimensions[1].height = _height(
        zip((title.get(language) for title in own.heads.values()), widths, strict=True)
    )
    for number, row in enumerate(own.rows, start=2):
        sheet.append([_safe(each) for each in row])
        sheet.row_dimensions[number].height = _height(zip(row, widths, strict=True))
    last = get_column_letter(len(names))
    sheet.auto_filter.ref = f"A1:{last}{len(own.rows) + 1}"
    sheet.freeze_panes = sheet.cell(2, names.index("title") + 2 if "title" in names else 2)
    for place, name in enumerate(names, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _width(name)
        for cell in sheet[letter][1:]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, float):
                cell.number_format = "#,##0.##"
    if own.name == "ledger":
        _paint(sheet, names, report)
    sheet.page_setup.paperSize = _A3
    _fit_width(sheet)
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.left.text = report.title.get(language)
    if report.illustrative:
        sheet.oddHeader.right.text = WORDS["illustration"].get(language)


def _paint(sheet: Any, names: Sequence[str], report: Report) -> None:
    """Shade how the rows stand, and draw bars in the cells of their shares."""
    status = names.index("status") + 1
    for number, row in enumerate(report.rows, start=2):
        _shade(sheet.cell(number, status), _FILLS.get(row.standing.status))
    letter = get_column_letter(names.index(_SHARE) + 1)
    bar = DataBarRule("num", 0, "num", 100, color="7FB3D5", showValue=True)
    sheet.conditional_formatting.add(f"{letter}2:{letter}{len(report.rows) + 1}", bar)


def _link_sources(book: Workbook, report: Report, language: str) -> None:
    """Lead from each row of the ledger to the last of its sources, that of its result."""
    sheet = book[_TITLES["ledger"].get(language)]
    target = _TITLES["sources"].get(language)
    place = list(_LEDGER).index(_SOURCES) + 1
    for number, row in enumerate(report.rows, start=2):
        if places := report.numbers(row):
            cell = sheet.cell(number, place)
            location = f"'{target}'!A{places[-1] + 1}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)
            cell.font = Font(name=_FONT, color="0F5C63", underline="single")


def _fit_width(sheet: Any) -> None:
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _height(cells: Iterable[tuple[Any, float]], line_pt: float = _LINE_PT) -> float:
    """Return the height of a row, points, that shows its wrapped texts: text, width in signs."""
    lines = [
        len(textwrap.wrap(text, max(1, int(width) - 1)))
        for text, width in cells
        if isinstance(text, str)
    ]
    return line_pt * max([1, *lines])


def _mark_heads(sheet: Any, number: int) -> None:
    for cell in sheet[number]:
        cell.font = Font(name=_FONT, bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        _shade(cell, _STRIPE)


def _shade(cell: Any, color: str | None) -> None:
    if color:
        cell.fill = PatternFill("solid", start_color=color)


def _width(name: str) -> int:
    narrow = name in ("kind", "section", "since", "due", "number", _SOURCES, "verified", "counts")
    return _WIDTHS.get(name, _NARROW if narrow else _USUAL)


def _safe(value: Any) -> Any:
    return defused(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value
