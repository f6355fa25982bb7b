"""Tables as they are printed: cells as text, columns as wide as they need, none cut off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geo_app.domain.layer import Field
from geo_app.domain.result import Table, plain_value
from geo_app.render.report import header
from geo_app.render.values import show_fixed, show_value

PORTRAIT_MM, LANDSCAPE_MM = 165.0, 252.0
"""Width of the text of an A4 page, upright and across."""
COORDINATE_DECIMALS = 3
"""Millimetres: what is typed in again from a report is the same site."""
DEGREE_DECIMALS = 5
"""About a metre."""
COORDINATES = "coordinates"
"""Name of the table that is a report's annex of coordinates."""
_DEGREES = re.compile(r"(^|_)(lon|lat)$")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML or UTF-8 cannot hold, or that are none."""
_SIGN_MM, _PAD_MM = 1.75, 2.8
_WORD, _NARROW, _TEXT = 20, 24, 80
"""Signs of the longest word kept whole, of a column of text in comfort and at the most."""
_HEAD_LINES, _LINES = 4, 8
"""Lines of a head in comfort, and of a text at the most where columns are squeezed."""
_NAMING = 3
"""Columns that may be repeated to name the rows of a table in parts."""


@dataclass(frozen=True)
class Column:
    """
    One column of a printed table; figures stand at its right edge.

    A column that `cites` holds places in the list of sources: ``[3] [14]``.
    """

    title: str
    figures: bool = False
    width_mm: float = 0.0
    cites: bool = False


@dataclass(frozen=True)
class Grid:
    """A printed table; `wide`: on a page across."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: bool = False


def cells_of(table: Table, language: str, *, most: int | None) -> Grid:
    """Return the first `most` rows as text, in columns that have no width yet."""
    shown = table.rows if most is None else table.rows.head(most)
    least = COORDINATE_DECIMALS if table.name == COORDINATES else 0
    texts = [
        column_texts(shown[each.name].tolist(), each, language, least=least)
        for each in table.fields
    ]
    columns = tuple(Column(header(each, language), _holds_figures(each)) for each in table.fields)
    return Grid(columns, tuple(zip(*texts, strict=True)))


def column_texts(
    values: Sequence[Any], field: Field, language: str, *, least: int = 0
) -> list[str]:
    """
    Write a column's values; every row of a column has as many decimals.

    Parameters
    ----------
    least
        Decimals that fractions have at the least.
    """
    if not _holds_figures(field):
        return [clean(show_value(value, field, language)) for value in values]
    numbers = [plain_value(value) for value in values]
    decimals = 0
    if field.type == "number":
        whole = all(float(each).is_integer() for each in numbers if each is not None)
        usual = DEGREE_DECIMALS if _DEGREES.search(field.name) else 2
        decimals = max(least, 0 if whole else usual)
    return [
        "" if each is None else show_fixed(float(each), language, decimals=decimals)
        for each in numbers
    ]


def clean(text: str) -> str:
    """Return text as one line that every format can hold: without control signs."""
    return " ".join(_UNWRITABLE.sub("", text).split())


def _holds_figures(field: Field) -> bool:
    return field.type in ("integer", "number") and not field.values


def without_empty(grid: Grid) -> tuple[Grid, list[str]]:
    """Return a table without the columns that hold nothing, and the titles of those."""
    held = [any(row[place] for row in grid.rows) for place in range(len(grid.columns))]
    left_out = [each.title for each, full in zip(grid.columns, held, strict=True) if not full]
    return _some(grid, [place for place, full in enumerate(held) if full]), left_out


def fitted(grid: Grid) -> list[Grid]:
    """
    Give the columns their widths: upright, else across, else in parts that each name their rows.

    No column is narrower than its longest word or number; one of long texts is not squeezed.
    """
    if not grid.columns:
        return []
    needs = [_need(grid, place) for place in range(len(grid.columns))]
    narrow = sum(each.narrow for each in needs)
    if narrow <= LANDSCAPE_MM:
        room = PORTRAIT_MM if narrow <= PORTRAIT_MM else LANDSCAPE_MM
        return [_laid(grid, needs, [each.narrow for each in needs], room)]
    if sum(each.least for each in needs) <= LANDSCAPE_MM:
        squeezed = _laid(grid, needs, [each.least for each in needs], LANDSCAPE_MM)
        if all(
            need.signs <= _LINES * (own.width_mm - _PAD_MM) / _SIGN_MM
            for need, own in zip(needs, squeezed.columns, strict=True)
        ):
            return [squeezed]
    return [
        _laid(_some(grid, part), own, [each.narrow for each in own], LANDSCAPE_MM)
        for part in _parts(grid, needs)
        for own in [[needs[place] for place in part]]
    ]


@dataclass(frozen=True)
class _Need:
    """
    Widths of a column, millimetres: at the least, in comfort, and as it likes.

    `signs` is the length of its longest text.
    """

    least: float
    narrow: float
    wanted: float
    signs: int


def _need(grid: Grid, place: int) -> _Need:
    column = grid.columns[place]
    texts = {row[place] for row in grid.rows}
    # One more: heads are bold.
    head = max(map(len, column.title.split()), default=0) + 1
    longest = max(map(len, texts), default=0)
    if column.figures:
        least = max(min(head, _WORD), longest)
        narrow = max(least, -(-len(column.title) // _HEAD_LINES))
        wanted = max(narrow, min(len(column.title), _NARROW))
    else:
        words = max((len(word) for text in texts for word in text.split()), default=0)
        least = min(max(head, words), _WORD)
        wanted = max(least, min(max(longest, len(column.title)), _TEXT))
        narrow = max(least, min(wanted, _NARROW))
    least_mm, narrow_mm, wanted_mm = (
        signs * _SIGN_MM + _PAD_MM for signs in (least, narrow, wanted)
    )
    return _Need(least_mm, narrow_mm, wanted_mm, longest)


def _parts(grid: Grid, needs: Sequence[_Need]) -> Iterator[list[int]]:
    """Yield the columns of each part: those that name the row, then as many as fit beside them."""
    lead = _naming(grid)
    start = sum(needs[place].narrow for place in lead)
    part, used = list(lead), start
    for place in range(len(lead), len(needs)):
        if used + needs[place].narrow > LANDSCAPE_MM and len(part) > len(lead):
            yield part
            part, used = list(lead), start
        part.append(place)
        used += needs[place].narrow
    yield part


def _naming(grid: Grid) -> list[int]:
    """Return the first columns of text, as many as tell the rows apart; a name beside a code."""
    lead: list[int] = []
    for place in range(min(_NAMING, len(grid.columns) - 1)):
        told_apart = len({tuple(row[p] for p in lead) for row in grid.rows}) == len(grid.rows)
        if grid.columns[place].figures or (told_apart and len(lead) > 1):
            break
        lead.append(place)
    return lead or [0]


def _some(grid: Grid, places: Sequence[int]) -> Grid:
    rows = tuple(tuple(row[place] for place in places) for row in grid.rows)
    return replace(grid, columns=tuple(grid.columns[place] for place in places), rows=rows)


def _laid(grid: Grid, needs: Sequence[_Need], widths: list[float], room: float) -> Grid:
    """Widen columns to what they like, those with long texts most, as far as there is room."""
    widths = list(widths)
    for _ in needs:
        spare = room - sum(widths)
        open_ = [n for n, each in enumerate(needs) if widths[n] < each.wanted]
        if spare <= 0 or not open_:
            break
        signs = sum(needs[n].signs or 1 for n in open_)
        for n in open_:
            widths[n] = min(needs[n].wanted, widths[n] + spare * (needs[n].signs or 1) / signs)
    columns = tuple(
        replace(each, width_mm=width) for each, width in zip(grid.columns, widths, strict=True)
    )
    return replace(grid, columns=columns, wide=room == LANDSCAPE_MM)
