"""
A workbook of the user's own design, filled with what a study found.

Cells hold placeholders: ``{{totals.cover_pct}}`` for one figure, ``{{zones.zone_name}}`` in a row
that is repeated for every row of that table. Everything else stays as it was designed.
"""

import re
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.formula import Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from geo_app.domain.layer import Field
from geo_app.domain.result import Findings, Table, plain_value
from geo_app.domain.text import defused
from geo_app.errors import DataError
from geo_app.render.values import show_value

_PLACE = re.compile(r"\{\{\s*([\w-]+(?:\.[\w-]+)?)\s*\}\}")
_ROW = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d+)")

Figures = Mapping[str, tuple[Any, Field | None]]


def fill_template(
    path: Path, findings: Findings, figures: Mapping[str, str], *, language: str
) -> Workbook:
    """
    Open a workbook and put the figures where its placeholders stand.

    Parameters
    ----------
    path
        An .xlsx file.
    findings
        Whose tables and totals the placeholders name.
    figures
        Further texts by name, for ``{{name}}``.

    Raises
    ------
    DataError
        If it is no workbook, or a placeholder names nothing; the message says in which cell.
    """
    try:
        book = load_workbook(path)
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError) as error:
        message = f"{path.name}: is not a workbook that can be read ({error}); expected .xlsx"
        raise DataError(message) from error
    singles = _singles(findings, figures)
    tables = {table.name: table for table in findings.tables}
    for sheet in book.worksheets:
        # From below: a row that grows moves only what is filled already.
        for row in range(sheet.max_row, 0, -1):
            _fill_row(sheet, row, tables, singles, f"{path.name}, sheet {sheet.title}", language)
    return book


def put_on_top(sheet: Worksheet, text: str, color: str) -> None:
    """Set a line above everything else of a sheet."""
    _open_rows(sheet, 0, 1)
    sheet["A1"] = text
    sheet["A1"].font = Font(bold=True, color=color)


def _singles(findings: Findings, figures: Mapping[str, str]) -> Figures:
    totals = {f"totals.{each.name}": (each, findings.totals[each.name])
              for each in findings.total_fields}  # fmt: skip
    given = {f"settings.{name}": (value, None) for name, value in findings.settings.items()}
    return {
        **{name: (value, None) for name, value in figures.items()},
        **{name: (plain_value(value), field) for name, (field, value) in totals.items()},
        **given,
    }


def _fill_row(
    sheet: Worksheet,
    row: int,
    tables: Mapping[str, Table],
    singles: Figures,
    where: str,
    language: str,
) -> None:
    held = [cell for cell in sheet[row] if isinstance(cell, Cell) and isinstance(cell.value, str)]
    designed = {cell.column: cell.value for cell in held if _PLACE.search(cell.value)}
    if not designed:
        return
    named = [name for text in designed.values() for name in _PLACE.findall(text)]
    table = _one_table(named, tables, f"{where}, row {row}")
    records = table.records() if table else [{}]
    fields = {each.name: each for each in table.fields} if table else {}
    _open_rows(sheet, row, len(records) - 1)
    _copy_row(sheet, row, len(records))
    for step, record in enumerate(records or [dict.fromkeys(fields)]):
        own = {f"{table.name}.{n}": (v, fields[n]) for n, v in record.items()} if table else {}
        for column, text in designed.items():
            cell = sheet.cell(row + step, column)
            find = _finder({**singles, **own}, f"{where}, cell {cell.coordinate}")
            _put(cell, text, find, language)


def _one_table(named: list[str], tables: Mapping[str, Table], where: str) -> Table | None:
    found = {name.partition(".")[0] for name in named} & set(tables)
    if len(found) > 1:
        message = f"{where}: names columns of {', '.join(sorted(found))}; expected one table a row"
        raise DataError(message)
    return tables[found.pop()] if found else None


def _finder(figures: Figures, where: str) -> Callable[[str], tuple[Any, Field | None]]:
    def find(name: str) -> tuple[Any, Field | None]:
        try:
            return figures[name]
        except KeyError:
            message = (
                f"{where}: {{{{{name}}}}} names nothing; there are: {', '.join(sorted(figures))}"
            )
            raise DataError(message) from None

    return find


def _put(
    cell: Cell, text: str, find: Callable[[str], tuple[Any, Field | None]], language: str
) -> None:
    whole = _PLACE.fullmatch(text.strip())
    if whole:
        value, field = find(whole[1])
        if field and field.values and value is not None:
            value = show_value(value, field, language)
        # Text of imported files is data: a leading = must not become a formula.
        cell.value = defused(value) if isinstance(value, str) else value
        return

    def shown(match: re.Match[str]) -> str:
        value, field = find(match[1])
        return show_value(value, field, language) if field else str(value)

    cell.value = defused(_PLACE.sub(shown, text))


def _copy_row(sheet: Worksheet, row: int, count: int) -> None:
    """Give the rows below `row` its styles, height, words and formulas."""
    for step in range(1, count):
        sheet.row_dimensions[row + step].height = sheet.row_dimensions[row].height
        for cell in sheet[row]:
            copied = sheet.cell(row + step, cell.column)
            copied._style = copy(cell._style)
            if isinstance(copied, Cell):
                copied.value = _carried(cell, copied.coordinate)


def _carried(cell: Cell, to: str) -> Any:
    if cell.data_type == "f" and isinstance(cell.value, str):
        return Translator(cell.value, cell.coordinate).translate_formula(to)
    return cell.value


def _open_rows(sheet: Worksheet, row: int, extra: int) -> None:
    """Move everything below `row` down, with merged cells, heights and formulas."""
    if extra <= 0:
        return
    merged = [each for each in list(sheet.merged_cells.ranges) if each.min_row > row]
    for each in merged:
        sheet.merged_cells.remove(each)
    last = sheet.max_row
    heights = {n: sheet.row_dimensions[n].height for n in range(row + 1, last + 1)}
    if last > row:
        sheet.move_range(f"A{row + 1}:{sheet.cell(last, sheet.max_column).coordinate}", rows=extra)
    for number, height in heights.items():
        sheet.row_dimensions[number].height = None
        sheet.row_dimensions[number + extra].height = height
    for each in merged:
        each.shift(row_shift=extra)
        sheet.merge_cells(each.coord)
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.data_type == "f" and isinstance(cell.value, str):
                cell.value = _reaching(cell.value, row, extra)


def _reaching(formula: str, row: int, extra: int) -> str:
    """
    Rewrite a formula whose sheet grew by `extra` rows after `row`.

    What lay below moves along; a range that ends in the row reaches to its last copy.
    """
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.subtype == "RANGE" and "!" not in token.value:
            token.value = _moved(token.value, row, extra)
    return str(tokens.render())


def _moved(reference: str, row: int, extra: int) -> str:
    ends = list(_ROW.finditer(reference))
    last = len(ends) - 1

    def shift(match: re.Match[str]) -> str:
        number = int(match[3])
        reaches = number == row and last > 0 and match.start() == ends[last].start()
        moved = number + extra if number > row or reaches else number
        return f"{match[1]}{match[2]}{moved}"

    return _ROW.sub(shift, reference)
