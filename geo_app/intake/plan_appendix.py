"""Rows of the plan's appendices that an agency adds with its form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from geo_app.domain.finding import Finding
from geo_app.domain.findings import forms as found
from geo_app.domain.plan_form import (
    ADDED_KINDS,
    ADDED_UNITS,
    APPENDIX,
    APPENDIX_COLUMNS,
    Cell,
    Form,
    place,
)
from geo_app.domain.submission import Addition
from geo_app.domain.text import Bilingual, plain
from geo_app.intake.plan_form_cells import Spot, chosen, read_figure, written

_MUST = ("section", "number", "kind", "title")
_SHORT = 20
_YEAR = re.compile(r"20\d{2}")


def judge_appendix(
    rows: Mapping[int, Mapping[str, Cell]], form: Form
) -> tuple[tuple[Addition, ...], tuple[Finding, ...]]:
    """
    Judge the appendix of a form: a row is taken whole, or not at all.

    Parameters
    ----------
    rows
        The cells by column, by number of the row.
    form
        The form as it was asked: whose it is, and which ids other agencies hold.

    Returns
    -------
    additions, findings
        Ids are made of the appendix and the number in it, and are unique among `additions`.
    """
    taken: dict[str, tuple[int, Addition]] = {}
    findings: list[Finding] = []
    for number, row in rows.items():
        values, problems = _read(number, row)
        if not problems:
            addition, spot = _addition(values, form.agency), _spot(number, "number")
            if addition.id in form.held:
                holder = form.held[addition.id]
                problems = [spot.says(found.FORM_ID_HELD, found=addition.id, agency=holder)]
            elif addition.id in taken:
                other = taken[addition.id][0]
                problems = [spot.says(found.FORM_ROW_TWICE, found=values["number"], other=other)]
            else:
                taken[addition.id] = (number, addition)
        findings += problems
    return tuple(addition for _, addition in taken.values()), tuple(findings)


def _read(number: int, row: Mapping[str, Cell]) -> tuple[dict[str, Any], list[Finding]]:
    """Read the cells of a row by column; those that are empty are left out."""
    read = {name: value for name, value in _values(number, row) if value is not None}
    problems = [value for value in read.values() if isinstance(value, Finding)]
    must = (*_MUST, "unit") if "value" in read else _MUST
    for name in must:
        if name not in read:
            title = Bilingual(APPENDIX_COLUMNS[name], APPENDIX_COLUMNS[name])
            problems.append(_spot(number, name).says(found.FORM_PART_MISSING, column=title))
    return read, problems


def _values(number: int, row: Mapping[str, Cell]) -> Iterator[tuple[str, Any]]:
    unit = None
    for name in APPENDIX_COLUMNS:
        cell, spot = row[name], _spot(number, name)
        if cell.empty:
            continue
        if name == "kind":
            yield name, chosen(cell, ADDED_KINDS, spot)
        elif name == "unit":
            unit = chosen(cell, ADDED_UNITS, spot)
            yield name, unit
        elif name == "value":
            known = unit if isinstance(unit, str) else "count"
            yield name, read_figure(cell, known, spot)
        elif name == "due":
            yield name, _year(cell, spot)
        elif name == "title":
            yield name, written(cell, spot)
        else:
            yield name, written(cell, spot, most=_SHORT)


def _year(cell: Cell, spot: Spot) -> int | Finding:
    if cell.kind in ("number", "text") and _YEAR.fullmatch(cell.text):
        return int(cell.text)
    return spot.says(found.FORM_YEAR_UNREADABLE, found=cell.text)


def _addition(values: Mapping[str, Any], agency: str) -> Addition:
    section = " ".join(values["section"].upper().split())
    return Addition(
        kind=values["kind"],
        id=f"{_slug(section)}_{_slug(values['number'])}",
        section=section,
        title=values["title"],
        agency=agency,
        unit=values.get("unit"),
        value=values.get("value"),
        due=values.get("due"),
    )


def _slug(text: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", plain(text)).strip("_")


def _spot(number: int, name: str) -> Spot:
    address = f"{APPENDIX}!{place(APPENDIX_COLUMNS, name, number)}"
    return Spot(number, APPENDIX_COLUMNS[name], address)
