"""
A form that came back, as its cells read: no formula is calculated, no macro or link is followed.

`read_sent` is what `geo_app.jobs.run_bounded` calls; its answer is plain JSON, from which
`geo_app.domain.plan_form.sent_form_from` makes the form again.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from geo_app.domain.plan_form import (
    APPENDIX,
    APPENDIX_COLUMNS,
    APPENDIX_HEAD_ROW,
    COLUMNS,
    EDITION,
    HEAD_ROW,
    HIDDEN,
    LABELS,
    SHEET,
    Cell,
    CellKind,
    SentForm,
)
from geo_app.errors import DataError
from geo_app.storage.reading import archive

READ_SENT = f"{__name__}:read_sent"
MOST_ROWS = 1_000
"""Rows of a sheet that are looked at."""
_LETTERS = 2_000
_SAID_IN = "C"
_ODD: Mapping[str, CellKind] = {"f": "formula", "e": "error", "b": "truth"}
_MACROS = ("vbaproject", "macroenabled", "macrosheet")

Grid = list[tuple[Cell, ...]]


def read_sent(name: str) -> dict[str, Any]:
    """Read a form that stands in the working folder; see `read_plan_form`."""
    return read_plan_form(Path(name)).to_json()


def read_plan_form(path: Path) -> SentForm:
    """
    Read a form as it came back.

    Raises
    ------
    DataError
        If it is no form that was written here, cannot be read, or holds macros.
    """
    try:
        _require_plain(path)
        with (
            path.open("rb") as file,  # the library leaves a damaged one open
            closing(load_workbook(file, read_only=True, keep_links=False)) as book,
        ):
            grids = {
                title: _grid(book[title])
                for title in (SHEET, APPENDIX, HIDDEN)
                if title in book.sheetnames
            }
    except (DataError, MemoryError):
        raise
    except Exception as error:  # a damaged file may break the reader anywhere
        raise DataError(
            f"{path.name}: cannot be read as an Excel file: {error}; is it damaged or encrypted?",
            vi=f"{path.name}: không đọc được như tệp Excel; tệp bị hỏng hay có mật khẩu?",
        ) from error
    hidden = {row[0].text: row[1].text for row in grids.get(HIDDEN, []) if not row[0].empty}
    if hidden.get("edition") != EDITION or SHEET not in grids:
        raise DataError(
            f"{path.name}: is no form that was written here, or sheet {SHEET!r} has another name; "
            "take a new form and fill it in",
            vi=f"{path.name}: không phải biểu tải từ hệ thống này, hoặc trang “{SHEET}” đã bị đổi "
            "tên; hãy tải biểu mới rồi điền.",
        )
    form, appendix = grids[SHEET], grids.get(APPENDIX, [])
    return SentForm(
        hidden=hidden,
        shown={name: _said(form, row) for name, (row, _) in LABELS.items()},
        headings=_headings(form, HEAD_ROW, COLUMNS),
        appendix_headings=_headings(appendix, APPENDIX_HEAD_ROW, APPENDIX_COLUMNS),
        rows=dict(_rows(form, HEAD_ROW, COLUMNS)),
        appendix=dict(_rows(appendix, APPENDIX_HEAD_ROW, APPENDIX_COLUMNS)),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _require_plain(path: Path) -> None:
    """Refuse what is no plain .xlsx: another format, a bomb, a book with macros."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"} or not zipfile.is_zipfile(path):
        raise DataError(
            f"{path.name}: is no .xlsx file; expected the form as it was sent out, saved as .xlsx",
            vi=f"{path.name}: không phải tệp .xlsx; hãy gửi đúng biểu đã tải, lưu dạng .xlsx.",
        )
    with zipfile.ZipFile(path) as inside:
        archive.check(inside, path)
        names = " ".join(inside.namelist()).lower()
        types = [name for name in inside.namelist() if name == "[Content_Types].xml"]
        said = b"".join(inside.read(name) for name in types).decode("utf-8", "replace").lower()
    if path.suffix.lower() == ".xlsm" or any(word in names + said for word in _MACROS):
        raise DataError(
            f"{path.name}: holds macros; save the form as .xlsx without them and send that",
            vi=f"{path.name}: có macro; hãy lưu biểu dạng .xlsx không có macro rồi gửi lại.",
        )


def _grid(sheet: Any) -> Grid:
    width = max(len(COLUMNS), len(APPENDIX_COLUMNS))
    rows = sheet.iter_rows(min_row=1, max_col=width)
    grid = [tuple(_cell(each) for each in row) for row in islice(rows, MOST_ROWS)]
    return [row + (Cell(),) * (width - len(row)) for row in grid]


def _cell(cell: Any) -> Cell:
    value, text = cell.value, unescape(str(cell.value)[:_LETTERS])
    if value is None or not text.strip():
        return Cell()
    if cell.data_type in _ODD:
        return Cell(_ODD[cell.data_type], getattr(value, "text", text)[:_LETTERS])
    if isinstance(value, (int, float)):
        return Cell("percent" if "%" in (cell.number_format or "") else "number", float(value))
    if isinstance(value, date):  # a moment is one too
        return Cell("day", value.isoformat()[:10])
    return Cell("text", text)


def _said(grid: Grid, row: int) -> str:
    return grid[row - 1][ord(_SAID_IN) - ord("A")].text if row <= len(grid) else ""


def _headings(grid: Grid, row: int, columns: Mapping[str, str]) -> dict[str, str]:
    cells: Sequence[Cell] = grid[row - 1] if row <= len(grid) else ()
    return {name: cell.text for name, cell in zip(columns, cells, strict=False)}


def _rows(
    grid: Grid, head: int, columns: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Yield the rows below the headings that hold anything, by their number."""
    for number, cells in enumerate(grid[head:], start=head + 1):
        found = dict(zip(columns, cells, strict=False))
        if not all(cell.empty for cell in found.values()):
            yield number, found
