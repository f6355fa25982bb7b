"""A delivered table of statistics: periods as columns become rows, names become codes."""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from geo_app.domain.finding import Finding
from geo_app.domain.findings import statistics as found
from geo_app.domain.layer import Layer
from geo_app.domain.names import Entry, Register
from geo_app.domain.numerals import blank
from geo_app.domain.preset import folded
from geo_app.domain.statistic import PERIOD, STATISTIC_UNITS
from geo_app.domain.text import Bilingual
from geo_app.domain.units import factor
from geo_app.errors import DataError
from geo_app.workspace import Workspace

_YEAR = re.compile(r"(?:năm\s*)?([12]\d{3})(?:\.0)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
Recode = Callable[[str], tuple[str | None, str]]
"""A cell's text → its code (None: there is none), and the nearest that are known."""


def long_form(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[int] | None, list[Finding]]:
    """
    Turn a table whose columns are periods into one row per figure.

    Returns
    -------
    frame
        With the columns ``period`` and ``value`` instead; as it was where no column is a period.
    rows
        The row of the file, from 0, that each row comes from; None where nothing changed.
    """
    periods = {name: read for name in frame.columns if (read := read_period(name)) is not None}
    if not periods:
        return frame, None, []
    others = [name for name in frame.columns if name not in periods]
    tables = [
        frame[others].assign(period=period, value=frame[name], row=range(len(frame)))
        for name, period in periods.items()
    ]
    whole = pd.concat(tables).sort_values("row", kind="stable", ignore_index=True)
    said = {"periods": ", ".join(periods.values())}
    rows = [int(row) for row in whole.pop("row")]
    return whole, rows, [Finding(found.PERIODS_AS_COLUMNS, said, done="converted")]


def read_period(cell: Any) -> str | None:
    """
    Read a period or a day as statistics write it; None where it is none.

    >>> read_period("Năm 2021"), read_period(2021.0), read_period("31/12/2025"), read_period("Xã")
    ('2021', '2021', '2025-12-31', None)
    """
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat()[:10]
    text = str(cell).strip()
    if year := _YEAR.fullmatch(text):
        return year[1]
    if written := _DAY.fullmatch(text):
        day, month, number = map(int, written.groups())
        text = f"{number:04}-{month:02}-{day:02}"
    return text if PERIOD.fullmatch(text) and _exists(text) else None


def _exists(period: str) -> bool:
    """Tell whether the calendar has a period's day."""
    try:
        dt.date.fromisoformat(f"{period}-01-01"[:10])
    except ValueError:
        return False
    return True


def with_statistics(
    ws: Workspace, frame: pd.DataFrame, layer: Layer
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Give a table of statistics the codes of its indicators, units, vintages and periods.

    Figures are brought into their indicator's unit. What has no code stays as it is and is told.

    Parameters
    ----------
    frame
        Columns named as the layer's fields; the index counts the file's rows from 0.
    """
    if not layer.statistics:
        return frame, ()
    made, findings = frame.copy(deep=False), list[Finding]()
    steps: tuple[tuple[str, Recode, Any], ...] = (
        ("indicator", _indicators(ws), found.INDICATOR_UNKNOWN),
        ("vintage", _vintages(ws), None),
        ("period", _periods, found.PERIOD_UNREADABLE),
        ("unit", _units, None),
    )
    for name, recode, kind in steps:
        if name in made.columns:
            made[name], told = _recoded(made[name], recode, kind)
            findings += told
    if {"unit_code", "vintage"} <= set(made.columns):
        made["unit_code"], told = _unit_codes(ws, made)
        findings += told
    if {"value", "unit", "indicator"} <= set(made.columns):
        made, told = _in_units(ws, made)
        findings += told
    return made, tuple(findings)


def with_earlier(
    frame: pd.DataFrame, served: pd.DataFrame, layer: Layer
) -> tuple[pd.DataFrame, list[Finding]]:
    """
    Add the figures of earlier deliveries to those of a new one, which counts where both have one.

    Parameters
    ----------
    frame
        Columns named as the layer's fields.
    served
        What was delivered before.
    """
    if not layer.statistics:
        return frame, []
    key = list(layer.key)
    given = pd.MultiIndex.from_frame(frame.reindex(columns=key).astype(str))
    kept = served[~pd.MultiIndex.from_frame(served[key].astype(str)).isin(given)]
    if kept.empty:
        return frame, []
    told = Finding(found.FIGURES_KEPT, {"count": len(kept)})
    return pd.concat([frame, kept], ignore_index=True), [told]


def _recoded(
    column: "pd.Series[Any]", recode: Recode, kind: Any, **values: str
) -> tuple["pd.Series[Any]", list[Finding]]:
    """Recode a column's cells; a cell without a code is told of where `kind` says how."""
    name, findings = str(column.name), list[Finding]()
    codes: dict[str, str] = {}
    for row, cell in column.items():
        text = _word(cell)
        if not text or text in codes:
            continue
        code, nearest = recode(text)
        codes[text] = text if code is None else code
        if code is None and kind is not None:
            said = {"found": text[:80], "nearest": nearest or "–", **values}
            findings.append(Finding(kind, said, row=int(str(row)) + 1, field=name))
    turned = {text: code for text, code in codes.items() if text != code}
    if turned:
        text, code = next(iter(turned.items()))
        count = sum(_word(cell) in turned for cell in column)
        about = {"column": name, "count": count, "example": f"{text} → {code}"}
        findings.insert(0, Finding(found.NAMES_TO_CODES, about, field=name, done="converted"))
    return column.map(lambda cell: codes.get(_word(cell), cell)), findings


def _word(cell: Any) -> str:
    """Return a cell as text: 2021.0 is "2021", nothing is ""."""
    if pd.isna(cell) or blank(cell):
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell).strip()


def _titled(titles: Mapping[str, Bilingual]) -> Recode:
    """Recode ids and titles in either language to ids."""
    known: dict[str, str] = {}
    for code, title in titles.items():
        for text in (code, title.vi, title.en):
            known.setdefault(folded(text), code)

    def recode(text: str) -> tuple[str | None, str]:
        if text in titles:
            return text, ""
        near = difflib.get_close_matches(folded(text), known, n=3)
        listed = ", ".join(dict.fromkeys(known[each] for each in near))
        return known.get(folded(text)), listed

    return recode


def _indicators(ws: Workspace) -> Recode:
    return _titled({name: each.title for name, each in ws.plan.indicators.items()})


def _vintages(ws: Workspace) -> Recode:
    return _titled({each.id: each.title for each in ws.layers if each.geometry == "polygon"})


_units = _titled({code: title for code, title in STATISTIC_UNITS.items() if title.vi})


def _periods(text: str) -> tuple[str | None, str]:
    return read_period(text), ""


def _unit_codes(ws: Workspace, frame: pd.DataFrame) -> tuple["pd.Series[Any]", list[Finding]]:
    """Turn names of units, and codes that lost their zeros, into codes of each vintage."""
    parts, findings = [], list[Finding]()
    for vintage, rows in frame.groupby("vintage", dropna=False, sort=False):
        column = rows["unit_code"]
        if vintage in ws.versions and ws.catalogue.layer(str(vintage)).name is not None:
            layer = ws.catalogue.layer(str(vintage))
            column, told = _recoded(
                column, _codes(ws, layer), found.UNIT_CODE_UNKNOWN, layer=layer.id
            )
            findings += told
        parts.append(column)
    whole = pd.concat(parts).reindex(frame.index) if parts else frame["unit_code"]
    return whole, findings


def _codes(ws: Workspace, layer: Layer) -> Recode:
    assert layer.name is not None
    context = layer.search.context[:1] if layer.search else ()
    frame = ws.read(layer.id, columns=[layer.key[0], layer.name, *context])
    names = zip(frame[layer.key[0]].astype(str), frame[layer.name].astype(str), strict=True)
    entries = [Entry(code, name) for code, name in names]
    register, known = Register(entries), {each.key for each in entries}
    width = max((len(code) for code in known), default=0)

    def recode(text: str) -> tuple[str | None, str]:
        for code in (text, text.zfill(width) if text.isdecimal() else text):
            if code in known:
                return code, ""
        match = register.match(text)
        listed = ", ".join(f"{each.name} ({each.key})" for each in match.entries)
        single = match.how in ("exact", "spelling")
        return (match.entries[0].key if single else None), listed

    return recode


def _in_units(ws: Workspace, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Bring figures into their indicators' units; each pair of units that cannot is told once."""
    made, findings = frame.copy(deep=False), list[Finding]()
    numeric = pd.api.types.is_numeric_dtype(frame["value"])
    for (name, unit), rows in frame.groupby(["indicator", "unit"], sort=False):
        indicator = ws.plan.indicators.get(str(name))
        if indicator is None or indicator.unit == unit:
            continue
        at = made.index.isin(rows.index)
        try:
            times = factor(str(unit), indicator.unit)
        except DataError:
            said = {
                "found": str(unit),
                "unit": STATISTIC_UNITS[indicator.unit].vi,
                "indicator": indicator.id,
            }
            row = int(str(rows.index[0])) + 1
            findings.append(Finding(found.FIGURE_UNIT, said, row=row, field="unit"))
            continue
        if numeric:
            made["value"] = made["value"].where(~at, made["value"] * times)
            made["unit"] = made["unit"].where(~at, indicator.unit)
    return made, findings
