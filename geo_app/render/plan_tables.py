"""The tables of a report on the plan, and the words in them."""

from collections.abc import Sequence
from dataclasses import replace

from geo_app.render.columns import PORTRAIT_MM, Column, Grid, clean


def show_day(day: str) -> str:
    """
    Write the day of a figure, as exact as it is known.

    >>> show_day("2025"), show_day("2025-06"), show_day("2025-06-30")
    ('2025', '06/2025', '30/06/2025')
    """
    return "/".join(reversed(day.split("-")))


def summed(
    corner: str, heads: Sequence[str], lines: Sequence[tuple[str, list[int]]], total: str
) -> tuple[list[Column], list[tuple[str, ...]]]:
    """Return the columns and rows of a table of counts, with sums where they tell more."""
    rows = [(name, list(numbers)) for name, numbers in lines]
    columns = [Column(corner), *(Column(each, True) for each in heads)]
    if len(lines) > 1:
        rows.append((total, [sum(each) for each in zip(*(n for _, n in lines), strict=True)]))
    if len(heads) > 1:
        rows = [(name, [*numbers, sum(numbers)]) for name, numbers in rows]
        columns.append(Column(total, True))
    return columns, [(name, *(str(each or "–") for each in numbers)) for name, numbers in rows]


def grid(heads: Sequence[Column], rows: Sequence[tuple[str, ...]]) -> Grid:
    """Return a table of one-line texts, without widths yet."""
    return Grid(tuple(heads), tuple(tuple(clean(each) for each in row) for row in rows))


def fixed(
    heads: Sequence[Column], widths_mm: Sequence[float], rows: Sequence[tuple[str, ...]]
) -> Grid:
    """Return a table whose columns stand below those of the tables like it."""
    columns = [replace(each, width_mm=mm) for each, mm in zip(heads, widths_mm, strict=True)]
    return grid(columns, rows)


def upright(grid: Grid) -> Grid:
    """Squeeze a table into a page upright."""
    width = sum(each.width_mm for each in grid.columns)
    share = min(1.0, PORTRAIT_MM / width)
    columns = tuple(replace(each, width_mm=share * each.width_mm) for each in grid.columns)
    return replace(grid, columns=columns, wide=False)
