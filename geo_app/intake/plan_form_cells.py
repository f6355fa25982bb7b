"""Cells of a form read as what they are meant to be, or told why they cannot be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo_app.domain.finding import Done, Finding, FindingCode
from geo_app.domain.findings import forms as found
from geo_app.domain.numerals import read_numbers
from geo_app.domain.plan_form import Cell
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.text import plain
from geo_app.workspace.entries import NOTE_LETTERS

_ABOUT = re.compile(
    r"^(khoảng|gần|trên|dưới|hơn|ước|cỡ|tầm|about|over|under|nearly|[~≈<>≥≤])|\d\s*[-–]\s*\d",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?P<number>[+\-−]?\s*\d[\d.,\s]*?)\s*(?P<unit>[^\d.,\s].*)?")
_EITHER = re.compile(r"(?P<whole>[+-]?\d{1,3})[.,](?P<rest>\d{3})")
_DAY = re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})")
_POINTS = ("pct", "pct_per_year", "points_per_year")
"""Units that a cell formatted as a percentage may hold."""
_LEAST = {"pct": 0.0, "pct_per_year": -100.0, "points_per_year": -100.0}
_MOST = 1e15


@dataclass(frozen=True)
class Spot:
    """Where a cell stands: the number of its row, the name of its column, its address."""

    row: int
    column: str
    cell: str

    def says(self, kind: FindingCode, *, done: Done = "left_out", **values: Any) -> Finding:
        """Return a finding about it."""
        return Finding(
            kind, {"cell": self.cell, **values}, row=self.row, field=self.column, done=done
        )


def read_figure(cell: Cell, unit: str, spot: Spot) -> float | Finding:
    """
    Read a figure in `unit`, or tell why it cannot be.

    Numbers of a cell stay; text is read with a decimal comma or point, and refused where it can
    be read two ways that are both possible, is no exact figure, or names another unit.
    """
    if cell.kind == "number" and isinstance(cell.value, float):
        return _possible([cell.value], cell, unit, spot)
    if cell.kind == "percent" and isinstance(cell.value, float):
        if unit not in _POINTS:
            return _other_unit("%", unit, spot)
        return _possible([round(100 * cell.value, 9)], cell, unit, spot)
    if cell.kind == "text":
        return _of_text(cell, unit, spot)
    odd = {"day": found.FORM_NUMBER_IS_DAY, "formula": found.FORM_FORMULA}
    return spot.says(odd.get(cell.kind, found.FORM_NUMBER_UNREADABLE), found=cell.text)


def read_day(cell: Cell, spot: Spot) -> date | Finding:
    """Read a day, as Excel keeps it or typed as day/month/year, or tell why it cannot be."""
    if cell.kind == "formula":
        return spot.says(found.FORM_FORMULA, found=cell.text)
    typed = _DAY.fullmatch(cell.text)
    try:
        if typed:
            return date(int(typed["y"]), int(typed["m"]), int(typed["d"]))
        if cell.kind in ("day", "text"):
            return date.fromisoformat(cell.text)
    except ValueError:
        pass
    return spot.says(found.FORM_DAY_UNREADABLE, found=cell.text)


def chosen(cell: Cell, choices: Mapping[str, str], spot: Spot) -> str | Finding:
    """Return what a choice is kept as; accents and capitals make no difference."""
    known = {plain(title): name for title, name in choices.items()}
    name = known.get(plain(cell.text))
    if name is not None and cell.kind == "text":
        return name
    if cell.kind == "formula":
        return spot.says(found.FORM_FORMULA, found=cell.text)
    return spot.says(found.FORM_CHOICE_UNKNOWN, found=cell.text, choices="; ".join(choices))


def written(cell: Cell, spot: Spot, *, most: int = NOTE_LETTERS) -> str | Finding:
    """Return what stands in a cell as plain text, or tell why it cannot be."""
    if cell.kind == "formula":
        return spot.says(found.FORM_FORMULA, found=cell.text)
    text = "".join(letter for letter in cell.text if letter.isprintable())
    if len(text) > most:
        return spot.says(found.FORM_TEXT_LONG, count=len(text), most=most)
    return text


def _of_text(cell: Cell, unit: str, spot: Spot) -> float | Finding:
    text = cell.text.strip("'’ ")
    if _ABOUT.search(text):
        return spot.says(found.FORM_NUMBER_ABOUT, found=text)
    parts = _FIGURE.fullmatch(text)
    if parts is None:
        return spot.says(found.FORM_NUMBER_UNREADABLE, found=text)
    if parts["unit"] and not _same_unit(parts["unit"], unit):
        return _other_unit(parts["unit"], unit, spot)
    number = re.sub(r"\s", "", parts["number"]).replace("−", "-")
    read = read_numbers([number])
    if read.values[0] is None:
        return spot.says(found.FORM_NUMBER_UNREADABLE, found=text)
    return _possible(_readings(number, read.values[0], read.ambiguous), cell, unit, spot)


def _readings(number: str, value: float, ambiguous: bool) -> list[float]:
    """Return every way to read a number: 1.234 may be thousands, 0.123 may not."""
    either = _EITHER.fullmatch(number)
    if not ambiguous or either is None or either["whole"].lstrip("+-").startswith("0"):
        return [value]
    return [value, float(either["whole"] + either["rest"])]


def _possible(readings: list[float], cell: Cell, unit: str, spot: Spot) -> float | Finding:
    """Return the one reading that can be in `unit`."""
    low, high = _LEAST.get(unit, 0.0), 100.0 if unit in _LEAST else _MOST
    fitting = [value for value in readings if low <= value <= high]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        return spot.says(found.FORM_NUMBER_AMBIGUOUS, found=cell.text)
    kind, title = found.FORM_NUMBER_IMPOSSIBLE, STATISTIC_UNITS[unit]
    return spot.says(kind, found=cell.text, unit=title, low=low, high=high)


def _same_unit(text: str, unit: str) -> bool:
    names = {STATISTIC_UNITS[unit].vi, STATISTIC_UNITS[unit].en}
    if unit in _POINTS:
        names.add("%")
    return _folded(text) in {_folded(name) for name in names}


def _folded(text: str) -> str:
    return re.sub(r"\s", "", text.casefold()).rstrip(".")


def _other_unit(text: str, unit: str, spot: Spot) -> Finding:
    return spot.says(found.FORM_UNIT_WRONG, found=text, expected=STATISTIC_UNITS[unit])
