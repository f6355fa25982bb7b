"""The form that an agency fills in, as an Excel book: locked but for what it is to write."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from geo_app.domain.plan_form import (
    ADDED_KINDS,
    ADDED_UNITS,
    APPENDIX,
    APPENDIX_COLUMNS,
    APPENDIX_HEAD_ROW,
    APPENDIX_ROWS,
    CHOICES,
    COLUMNS,
    FILLED_IN,
    FIRST_DAY,
    HEAD_ROW,
    HIDDEN,
    LABELS,
    SHEET,
    Form,
    FormRow,
    place,
)
from geo_app.domain.text import defused
from geo_app.render.values import MARK_TITLES

_WIDTHS = (20, 9, 38, 26, 13, 14, 30, 16, 14, 34, 30)
_APPENDIX_WIDTHS = (12, 12, 20, 60, 20, 16, 16)
_TITLE = "BIỂU BÁO CÁO TÌNH HÌNH THỰC HIỆN KẾ HOẠCH"
_GUIDE = (
    "Chỉ điền các ô màu vàng. Không có gì mới thì để trống dòng, không xóa dòng. Kết quả là con số "
    "theo đơn vị đã ghi (ví dụ 64,2) hoặc chọn trong danh sách; ghi ngày của số liệu và văn bản "
    "minh chứng."
)
_APPENDIX_TITLE = "CHỈ TIÊU, NHIỆM VỤ Ở PHỤ LỤC KẾ HOẠCH CHƯA CÓ TRONG HỆ THỐNG"
_APPENDIX_GUIDE = (
    "Mỗi dòng một chỉ tiêu hoặc nhiệm vụ của cơ quan: tên phụ lục (ví dụ PL1), số thứ tự trong phụ "
    "lục, loại, nội dung; chỉ tiêu thì thêm đơn vị và giá trị."
)
_FILL = PatternFill("solid", fgColor="FFF6D5")
_HEAD = PatternFill("solid", fgColor="DCE9EA")
_LINE = Side(style="thin", color="9AA5A6")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FONT = "Times New Roman"
_DAY, _FIGURE, _WHOLE = "dd/mm/yyyy", "#,##0.00", "#,##0"
_LINE_POINTS = 15.5
_LETTERS = 1.15
"""Height of a line of text, and letters to a unit of width: for the height of a row."""
_MOST_LETTERS = 500
_LIKE_CODE = re.compile(r"_(?=x[0-9A-Fa-f]+_)")
"""In a workbook ``_x41_`` is a letter by its code, so t_xa_… would lose some of its own."""


def write_plan_form(form: Form) -> Workbook:
    """
    Write a form.

    Its first sheet asks for new values, the second for what the copy of the plan here lacks; a
    third, hidden, tells the program that reads it which form it is. The sheets are protected
    without a password: against slips, not against ill will; what comes back is checked.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    lists = _write_hidden(book, form)
    _write_form(sheet, form, lists)
    _write_appendix(book.create_sheet(APPENDIX, 1), lists)
    return book


def _write_hidden(book: Workbook, form: Form) -> Mapping[str, str]:
    """Write what the form says of itself, and the lists to choose from; return where each is."""
    sheet = book.create_sheet(HIDDEN)
    sheet.sheet_state = "veryHidden"
    for name, text in form.hidden.items():
        sheet.append([name, _plain(text)])
    lists = {**CHOICES, "kind": ADDED_KINDS, "unit": ADDED_UNITS}
    found = {}
    for column, (name, titles) in enumerate(lists.items(), start=4):
        for row, title in enumerate(titles, start=1):
            sheet.cell(row, column, title)
        letter = sheet.cell(1, column).column_letter
        found[name] = f"'{HIDDEN}'!${letter}$1:${letter}${len(list(titles))}"
    return found


def _write_form(sheet: Worksheet, form: Form, lists: Mapping[str, str]) -> None:
    _write_title(sheet, _TITLE)
    for name, (line, label) in LABELS.items():
        _put(sheet.cell(line, 1), label, bold=True)
        _put(sheet.cell(line, 3), form.shown[name])
    _open(sheet.cell(LABELS["who"][0], 3))
    _write_guide(sheet, 7, _GUIDE, len(COLUMNS))
    _write_headings(sheet, HEAD_ROW, COLUMNS, _WIDTHS)
    last = HEAD_ROW + len(form.rows)
    for number, row in enumerate(form.rows, start=HEAD_ROW + 1):
        _write_row(sheet, number, row, form.day)
    rules = {"value": _number(), **{name: _choice(lists[name]) for name in CHOICES}}
    for answer, rule in rules.items():
        asked = [n for n, row in enumerate(form.rows, HEAD_ROW + 1) if row.answer == answer]
        _validate(sheet, rule, "new", asked)
    _validate(sheet, _until(form.last), "day", range(HEAD_ROW + 1, last + 1))
    for name in ("evidence", "note"):
        _validate(sheet, _short(), name, range(HEAD_ROW + 1, last + 1))
    sheet.freeze_panes = place(COLUMNS, "asks", HEAD_ROW + 1)
    _protect(sheet, HEAD_ROW)


def _write_row(sheet: Worksheet, number: int, row: FormRow, day: date) -> None:
    marks = ", ".join(MARK_TITLES[mark].vi for mark in row.last_marks)
    said: dict[str, Any] = {
        "id": row.id,
        "section": row.section,
        "title": row.title,
        "asks": row.asks,
        "unit": row.unit_title,
        "last": row.last,
        "last_source": " – ".join(filter(None, (row.last_day, row.last_source, marks))),
        "day": day,
    }
    for position, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(number, position)
        _put(cell, said.get(name))
        cell.border = _BOX
        if name in FILLED_IN:
            _open(cell)
    sheet[place(COLUMNS, "day", number)].number_format = _DAY
    if isinstance(row.last, float):
        form = _WHOLE if row.last.is_integer() else _FIGURE
        sheet[place(COLUMNS, "last", number)].number_format = form
    lines = [
        ceil(len(str(said.get(name) or "")) / (_LETTERS * width))
        for name, width in zip(COLUMNS, _WIDTHS, strict=True)
    ]
    sheet.row_dimensions[number].height = _LINE_POINTS * max(lines)


def _write_appendix(sheet: Worksheet, lists: Mapping[str, str]) -> None:
    _write_title(sheet, _APPENDIX_TITLE)
    _write_guide(sheet, 2, _APPENDIX_GUIDE, len(APPENDIX_COLUMNS))
    _write_headings(sheet, APPENDIX_HEAD_ROW, APPENDIX_COLUMNS, _APPENDIX_WIDTHS)
    rows = range(APPENDIX_HEAD_ROW + 1, APPENDIX_HEAD_ROW + 1 + APPENDIX_ROWS)
    for number in rows:
        for position in range(1, len(APPENDIX_COLUMNS) + 1):
            cell = sheet.cell(number, position)
            cell.border = _BOX
            _open(cell)
    for name, rule in (("kind", _choice(lists["kind"])), ("unit", _choice(lists["unit"]))):
        _validate(sheet, rule, name, rows, APPENDIX_COLUMNS)
    _validate(sheet, _number(), "value", rows, APPENDIX_COLUMNS)
    sheet.freeze_panes = f"A{APPENDIX_HEAD_ROW + 1}"
    _protect(sheet, APPENDIX_HEAD_ROW)


def _write_title(sheet: Worksheet, text: str) -> None:
    _put(sheet["A1"], text, bold=True)
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14)
    sheet["A1"].alignment = Alignment(wrap_text=False)


def _write_guide(sheet: Worksheet, row: int, text: str, width: int) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    _put(sheet.cell(row, 1), text)
    sheet.cell(row, 1).font = Font(name=_FONT, italic=True)
    sheet.row_dimensions[row].height = 34


def _write_headings(
    sheet: Worksheet, row: int, columns: Mapping[str, str], widths: Iterable[int]
) -> None:
    for position, (title, width) in enumerate(zip(columns.values(), widths, strict=True), start=1):
        cell = sheet.cell(row, position)
        _put(cell, title, bold=True)
        cell.fill, cell.border = _HEAD, _BOX
        sheet.column_dimensions[cell.column_letter].width = width


def _put(cell: Any, value: Any, *, bold: bool = False) -> None:
    cell.value = _plain(value) if isinstance(value, str) else value
    cell.font = Font(name=_FONT, bold=bold)
    label = cell.column == 1 and cell.row < HEAD_ROW
    cell.alignment = Alignment(wrap_text=not label, vertical="top")


def _plain(text: str) -> str:
    """Return text that is no formula, and that a cell takes and gives back as it is."""
    return str(_LIKE_CODE.sub("_x005F_", defused(ILLEGAL_CHARACTERS_RE.sub("", text))))


def _open(cell: Any) -> None:
    """Leave a cell open to be filled in."""
    assert isinstance(cell, Cell)
    cell.fill, cell.protection = _FILL, Protection(locked=False)


def _choice(where: str) -> DataValidation:
    rule = DataValidation("list", formula1=where, allow_blank=True)
    rule.error = "Hãy chọn trong danh sách của ô."
    return rule


def _number() -> DataValidation:
    rule = DataValidation("decimal", "between", "-1E+15", "1E+15", allow_blank=True)
    rule.error = "Chỉ ghi con số, theo đơn vị của dòng."
    return rule


def _until(last: date) -> DataValidation:
    ends = [f"DATE({day:%Y},{day.month},{day.day})" for day in (FIRST_DAY, last)]
    rule = DataValidation("date", "between", *ends, allow_blank=True)
    rule.error = f"Ghi ngày từ {FIRST_DAY:%d/%m/%Y} đến {last:%d/%m/%Y}."
    return rule


def _short() -> DataValidation:
    rule = DataValidation("textLength", "lessThanOrEqual", str(_MOST_LETTERS), allow_blank=True)
    rule.error = f"Tối đa {_MOST_LETTERS} ký tự."
    return rule


def _validate(
    sheet: Worksheet,
    rule: DataValidation,
    name: str,
    rows: Iterable[int],
    columns: Mapping[str, str] = COLUMNS,
) -> None:
    rule.showErrorMessage = True
    for row in rows:
        rule.add(place(columns, name, row))
    if rule.sqref:
        sheet.add_data_validation(rule)


def _protect(sheet: Worksheet, head: int) -> None:
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
