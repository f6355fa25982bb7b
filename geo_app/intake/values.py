"""A file's values as the layer's types and units: numbers, dates, converted where they must be."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo_app.domain.finding import Finding
from geo_app.domain.findings import fields as found
from geo_app.domain.findings import tables
from geo_app.domain.layer import UNITS, Field, Layer
from geo_app.domain.numerals import blank, read_numbers
from geo_app.domain.units import factor
from geo_app.intake.chainages import with_kilometres

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_THOUSANDS = re.compile(r"[.,](?=\d{3}$)")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}.*")


def converted(
    frame: pd.DataFrame, layer: Layer, units: Mapping[str, str]
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Bring values into the layer's types and units.

    Parameters
    ----------
    frame
        Columns named as the layer's fields; the index counts the file's rows from 0.
    units
        Field → the unit its numbers are in, where it is not the field's own.

    Returns
    -------
    frame
        Numbers written as text ("1.234,5"), chainages (Km18+300) and days written 31/12/2025 are
        read, one convention for each column; numbers stand in the field's unit. What cannot be
        read stays as it is.
    findings
        What was converted, and what could not be.

    Raises
    ------
    DataError
        If a unit cannot become the field's.
    """
    made, told_of_km = with_kilometres(frame, layer, units)
    findings = list(told_of_km)
    for name in [name for name in layer.fields if name in made.columns]:
        field, column = layer.fields[name], made[name]
        if field.type in {"number", "integer"}:
            column, told = _numbers(column, field)
            findings += told
            column, told = _in_unit(column, field, units.get(name))
            findings += told
        elif field.type == "date" and not pd.api.types.is_datetime64_any_dtype(column):
            column, told = _days(column, field)
            findings += told
        made[name] = column
    return made, tuple(findings)


def _numbers(column: "pd.Series[Any]", field: Field) -> tuple["pd.Series[Any]", list[Finding]]:
    if pd.api.types.is_numeric_dtype(column):
        return column, []
    cells = [None if pd.isna(cell) or blank(cell) else cell for cell in column]
    read = read_numbers(cells)
    if read.ambiguous and field.type == "integer":  # "1.204" of a whole number is 1204
        read = read_numbers([_THOUSANDS.sub("", c) if isinstance(c, str) else c for c in cells])
    name, findings = field.name, list[Finding]()
    if read.convention == "mixed":
        return column, [Finding(tables.DECIMAL_MIXED, {"column": name}, field=name)]
    texts = [at for at, cell in enumerate(cells) if isinstance(cell, str)]
    for at in read.unread:
        said = {"found": str(cells[at])[:80]}
        row = int(column.index[at]) + 1
        findings.append(Finding(found.NUMBER_UNREADABLE, said, row=row, field=name))
    if read.ambiguous:
        said = {"column": name, "example": str(cells[texts[0]])}
        findings.append(Finding(tables.DECIMAL_AMBIGUOUS, said, field=name))
    telling = [at for at in texts if read.values[at] is not None and not str(cells[at]).isdigit()]
    if telling:
        values = {"column": name, "example": cells[telling[0]], "value": read.values[telling[0]]}
        findings.append(Finding(found.NUMBER_CONVERTED, values, field=name, done="converted"))
    if read.unread:
        return column, findings
    return pd.Series(read.values, column.index, dtype="float64"), findings


def _in_unit(
    column: "pd.Series[Any]", field: Field, unit: str | None
) -> tuple["pd.Series[Any]", list[Finding]]:
    if unit is None or unit == field.unit:
        return column, []
    times = factor(unit, field.unit or "")
    if not pd.api.types.is_numeric_dtype(column):
        return column, []
    values = {
        "column": field.name,
        "unit": UNITS[unit].vi if unit in UNITS else unit,
        "target": UNITS[field.unit or "count"].vi,
        "factor": times,
    }
    told = Finding(found.UNIT_CONVERTED, values, field=field.name, done="converted")
    return column.astype("float64") * times, [told]


def _days(column: "pd.Series[Any]", field: Field) -> tuple["pd.Series[Any]", list[Finding]]:
    days = [_day(cell) for cell in column]
    findings = [
        Finding(
            found.DATE_UNREADABLE,
            {"found": str(cell)[:80]},
            row=int(row) + 1,
            field=field.name,
        )
        for row, cell, day in zip(column.index, column, days, strict=True)
        if day is None and not (pd.isna(cell) or blank(cell))
    ]
    if findings:
        return column, findings
    turned = [
        (cell, day)
        for cell, day in zip(column, days, strict=True)
        if isinstance(cell, str) and day and not _ISO.fullmatch(cell.strip())
    ]
    if turned:
        values = {"column": field.name, "example": turned[0][0], "value": turned[0][1]}
        findings = [Finding(found.DATE_CONVERTED, values, field=field.name, done="converted")]
    return pd.Series(days, column.index, dtype="object"), findings


def _day(cell: Any) -> str | None:
    """Return a day as 2025-12-31; None where it is none. A day comes before its month."""
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat()[:10]
    if not isinstance(cell, str):
        return None
    written = _DAY.fullmatch(cell.strip())
    try:
        if written:
            day, month, year = map(int, written.groups())
            return dt.date(year, month, day).isoformat()
        return dt.datetime.fromisoformat(cell.strip()).date().isoformat()
    except ValueError:
        return None
