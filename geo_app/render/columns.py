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
_WORD, _NARROW, _TEXT = 20, 24, 60
"""Signs of the longest word kept whole, of a column of text at the least and at the most."""
_HEAD_LINES = 4


@dataclass(frozen=True)
class Column:
    """One column of a printed table; figures stand at its right edge."""

    title: str
    figures: bool = False
    width_mm: float = 0.0


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


def fitted(grid: Grid) -> list[Grid]:
    """
    Give the columns their widths: upright, else across, else in parts that each name their rows.

    No column is narrower than its longest word or number.
    """
    needs = [_sizes(grid, place) for place in range(len(grid.columns))]
    narrow = sum(each.narrow for each in needs)
    if narrow <= PORTRAIT_MM:
        return [_laid(grid, range(len(needs)), needs, PORTRAIT_MM)]
    if sum(each.least for each in needs) <= LANDSCAPE_MM:
        return [_laid(grid, range(len(needs)), needs, LANDSCAPE_MM)]
    return [_laid(grid, part, needs, LANDSCAPE_MM) for part in _parts(grid, needs)]


@dataclass(frozen=True)
class _Sizes:
    """Widths of a column, millimetres: at the least, in comfort, and as it likes."""

    least: float
    narrow: float
    wanted: float


def _sizes(grid: Grid, place: int) -> _Sizes:
    column = grid.columns[place]
    texts = {row[place] for row in grid.rows}
    head = max(map(len, column.title.split()), default=0)
    longest = max(map(len, texts), default=0)
    if column.figures:
        least = max(min(head, _WORD), longest)
        narrow = max(least, -(-len(column.title) // _HEAD_LINES))
        return _Sizes(_mm(least), _mm(narrow), _mm(max(narrow, min(len(column.title), _NARROW))))
    words = max((len(word) for text in texts for word in text.split()), default=0)
    least = min(max(head, words), _WORD)
    wanted = max(least, min(max(longest, len(column.title)), _TEXT))
    return _Sizes(_mm(least), _mm(max(least, min(wanted, _NARROW))), _mm(wanted))


def _mm(signs: int) -> float:
    return signs * _SIGN_MM + _PAD_MM


def _parts(grid: Grid, needs: Sequence[_Sizes]) -> Iterator[list[int]]:
    """Yield the columns of each part: what names the row, then as many as fit beside it."""
    code_and_name = len(needs) > 2 and not any(each.figures for each in grid.columns[:2])
    lead = [0, 1] if code_and_name else [0]
    start = sum(needs[place].narrow for place in lead)
    part, used = list(lead), start
    for place in range(len(lead), len(needs)):
        if used + needs[place].narrow > LANDSCAPE_MM and len(part) > len(lead):
            yield part
            part, used = list(lead), start
        part.append(place)
        used += needs[place].narrow
    yield part


def _laid(grid: Grid, part: Sequence[int], needs: Sequence[_Sizes], room: float) -> Grid:
    """Return some columns, sharing out the room that is left by what each would like."""
    own = [needs[place] for place in part]
    base = [each.narrow for each in own]
    if sum(base) > room:
        base = [each.least for each in own]
    spare = room - sum(base)
    wish = sum(each.wanted - width for each, width in zip(own, base, strict=True))
    share = min(1.0, max(0.0, spare) / wish) if wish > 0 else 0.0
    columns = tuple(
        replace(grid.columns[place], width_mm=width + share * (each.wanted - width))
        for place, each, width in zip(part, own, base, strict=True)
    )
    rows = tuple(tuple(row[place] for place in part) for row in grid.rows)
    return replace(grid, columns=columns, rows=rows, wide=room == LANDSCAPE_MM)
