"""Tables: CSV and Excel, as cells, as rows under a header, as places."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook

from geo_app.errors import DataError
from geo_app.storage.reading import archive, coordinates
from geo_app.storage.reading.heads import LARGE
from geo_app.storage.reading.raw import FileLayer, RawLayer

Cell = Any
Grid = list[list[Cell]]

_HEADER_ROWS = 30
_CELL = 50_000_000


def list_tables(path: Path) -> tuple[FileLayer, ...]:
    """
    List a table file's sheets; a CSV has one.

    Raises
    ------
    DataError
        If it cannot be read, or an Excel file is a bomb or encrypted.
    """
    if path.suffix.lower() in {".csv", ".txt"}:
        return (FileLayer(path.stem, encoding=_csv_encoding(path)),)
    book = _workbook(path)
    return tuple(FileLayer(name) for name in book.sheet_names)


def read_table(
    path: Path,
    layer: FileLayer,
    *,
    sample: int | None = None,
    headings: coordinates.Headings = coordinates.KNOWN,
) -> RawLayer:
    """
    Read a sheet or a CSV: rows under its header, with geometry where it holds coordinates.

    Formulas are never calculated: what the program that saved the file left is taken. Cells of a
    CSV are text; those of Excel keep their numbers and dates.

    Raises
    ------
    DataError
        If it cannot be read, or holds no table.
    """
    limit = None if sample is None else sample + _HEADER_ROWS
    grid = _csv_grid(path, limit) if layer.encoding else _excel_grid(path, layer.name, limit)
    sampled = limit is not None and len(grid) >= limit
    table = coordinates.table_of(grid)
    if not table.header:
        raise DataError(
            f"{path}: cannot be read: sheet {layer.name!r} holds no table",
            vi=f"{path}: trang “{layer.name}” không có bảng nào",
        )
    frame = pd.DataFrame(table.rows, columns=pd.Index(table.header, dtype="object"))
    if layer.encoding:
        frame = frame.fillna("").astype("str")
    described = FileLayer(
        layer.name,
        rows=None if sampled else len(frame),
        fields=dict.fromkeys(table.header, "text"),
        encoding=layer.encoding,
    )
    return coordinates.located(RawLayer(described, frame, sampled=sampled), table, headings)


def _csv_encoding(path: Path) -> str:
    head = _head(path, 200_000)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "latin-1" if error.start < len(head) - 4 else "utf-8-sig"
    return "utf-8-sig"


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _csv_grid(path: Path, limit: int | None) -> Grid:
    encoding = _csv_encoding(path)
    try:
        with path.open(encoding=encoding, newline="", errors="strict") as file:
            return _csv_rows(file, limit)
    except UnicodeDecodeError:
        with path.open(encoding="latin-1", newline="") as file:
            return _csv_rows(file, limit)
    except csv.Error as error:
        message = f"{path}: cannot be read as a table: {error}"
        raise DataError(message) from error


def _csv_rows(file: io.TextIOWrapper, limit: int | None) -> Grid:
    start = file.read(20_000).splitlines()[:30]
    file.seek(0)
    csv.field_size_limit(_CELL)
    rows = csv.reader(file, delimiter=_separator(start))
    grid: Grid = [list(row) for row in islice(rows, limit)]
    width = max(map(len, grid), default=0)
    return [row + [""] * (width - len(row)) for row in grid]


def _separator(lines: list[str]) -> str:
    """Return what parts most lines into the same number of cells; signs in quotes do not."""

    def steadiness(separator: str) -> int:
        rows = csv.reader((line for line in lines if line.strip()), delimiter=separator)
        counts = [len(row) for row in rows]
        return max((counts.count(n) for n in set(counts) if n > 1), default=0)

    return max(";\t|,", key=steadiness)


def _workbook(path: Path) -> CalamineWorkbook:
    if zipfile.is_zipfile(path):
        _check_bomb(path)
    with _excel(path):
        return CalamineWorkbook.from_path(str(path))


def _excel_grid(path: Path, sheet: str, limit: int | None) -> Grid:
    if limit is not None and path.suffix.lower() == ".xlsx" and path.stat().st_size > LARGE:
        return _streamed(path, sheet, limit)
    with _excel(path):
        found = _workbook(path).get_sheet_by_name(sheet)
        rows = found.to_python(skip_empty_area=False, nrows=limit)
    return [[None if cell == "" else cell for cell in row] for row in rows]


@contextmanager
def _excel(path: Path) -> Iterator[None]:
    """Turn a reader's failure into ours; calamine panics on some damaged files."""
    try:
        yield
    except DataError:
        raise
    except BaseException as error:
        panic = type(error).__name__ == "PanicException"
        if not (panic or isinstance(error, (CalamineError, OSError, ValueError))):
            raise
        raise DataError(
            f"{path}: cannot be read as an Excel file: {error}; is it damaged or encrypted?",
            vi=f"{path}: không đọc được như tệp Excel; tệp bị hỏng hay có mật khẩu? ({error})",
        ) from error


def _streamed(path: Path, sheet: str, limit: int) -> Grid:
    """Read the first rows of a large workbook without reading the rest of the sheet."""
    _check_bomb(path)
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            grid = [list(row) for row in islice(book[sheet].iter_rows(values_only=True), limit)]
    except (ValueError, KeyError, OSError, InvalidFileException, zipfile.BadZipFile) as error:
        message = f"{path}: cannot be read as an Excel file: {error}; is it damaged or encrypted?"
        raise DataError(message) from error
    width = max(map(len, grid), default=0)
    return [row + [None] * (width - len(row)) for row in grid]


def _check_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as inside:
        archive.check(inside, path)
