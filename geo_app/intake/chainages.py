"""Kilometres of roads as files write them: chainages, and roads by any of their names."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo_app.domain.chainage import read_kilometres, route_key
from geo_app.domain.finding import Finding
from geo_app.domain.findings import fields as found
from geo_app.domain.layer import Field, Layer
from geo_app.domain.post import ROUTE
from geo_app.domain.road_event import FROM_KM, TO_KM
from geo_app.domain.units import LENGTH_M, factor
from geo_app.workspace import Workspace

ALIAS = "alias"


def with_kilometres(
    frame: pd.DataFrame, layer: Layer, units: Mapping[str, str]
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Read chainages such as "Km18+300" in fields of kilometres; other cells stay as they are.

    A column of "Km18–Km20" in `FROM_KM` fills `TO_KM` too.

    Parameters
    ----------
    frame
        Columns named as the layer's fields.
    units
        Field → the unit that its numbers are said to be in.
    """
    made, findings = frame.copy(deep=False), list[Finding]()
    for name in [each.name for each in layer.fields.values() if each.unit == "km"]:
        if name not in made.columns or pd.api.types.is_numeric_dtype(made[name]):
            continue
        given = made[name]
        spans = [_span(cell, both=name == FROM_KM and TO_KM in layer.fields) for cell in given]
        first = next((at for at, span in enumerate(spans) if span), None)
        if first is None:
            continue
        times = factor("km", units[name]) if units.get(name) in LENGTH_M else 1.0
        cells = zip(spans, given, strict=True)
        made[name] = pd.Series(
            [span[0] * times if span else cell for span, cell in cells], frame.index, dtype="object"
        )
        example = spans[first]
        assert example
        values = {"column": name, "example": str(given.iloc[first]), "value": example[0]}
        findings.append(Finding(found.CHAINAGE_CONVERTED, values, field=name, done="converted"))
        if any(span and span[1] is not None for span in spans):
            made[TO_KM] = _ends(made.get(TO_KM), spans, frame.index)
            said = {"column": name, "target": TO_KM}
            findings.append(Finding(found.STRETCH_SPLIT, said, field=TO_KM, done="converted"))
    return made, tuple(findings)


def _span(cell: Any, *, both: bool) -> tuple[float, float | None] | None:
    read = read_kilometres(cell) if isinstance(cell, str) else None
    return read if read and (both or read[1] is None) else None


def _ends(
    given: "pd.Series[Any] | None",
    spans: Iterable[tuple[float, float | None] | None],
    index: "pd.Index[Any]",
) -> "pd.Series[Any]":
    """Return where the stretches end; what a column of its own says comes first."""
    read = pd.Series([span[1] if span else None for span in spans], index, dtype="object")
    if given is None:
        return read
    return given.astype("object").where(given.notna() & (given != ""), read)


def with_route_codes(
    ws: Workspace, frame: pd.DataFrame, layer: Layer
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Turn names of roads ("Quốc lộ 4B") into their codes in the fields that hold such.

    Parameters
    ----------
    frame
        Columns named as the layer's fields; the index counts the file's rows from 0.
    """
    made, findings = frame.copy(deep=False), list[Finding]()
    for field in layer.fields.values():
        codes = _codes(ws, field) if field.routes and field.name in frame.columns else {}
        if codes:
            made[field.name], told = _coded(frame[field.name], codes)
            findings += told
    return made, tuple(findings)


def _codes(ws: Workspace, field: Field) -> dict[str, set[str]]:
    """Index the codes of roads by every spelling of their code and names."""
    codes: dict[str, set[str]] = {}
    for name in field.routes:
        layer = ws.catalogue.layer(name)
        if name not in ws.versions or ROUTE not in layer.fields:
            continue
        columns = [
            each for each in dict.fromkeys((ROUTE, layer.name or "", ALIAS)) if each in layer.fields
        ]
        roads = ws.read(name, columns=columns)[columns].dropna(subset=[ROUTE])
        for row in roads.drop_duplicates().itertuples(index=False):
            texts = [part for text in row if isinstance(text, str) for part in text.split(",")]
            for text in texts:
                codes.setdefault(route_key(text), set()).add(str(row[0]))
    codes.pop("", None)
    return codes


def _coded(
    column: "pd.Series[Any]", codes: Mapping[str, set[str]]
) -> tuple["pd.Series[Any]", list[Finding]]:
    name, findings = str(column.name), list[Finding]()
    known = {code for those in codes.values() for code in those}
    turned: dict[str, str] = {}
    for text in column.dropna().unique():
        fitting = codes.get(route_key(str(text)), set())
        if text in known or not str(text).strip():
            continue
        if len(fitting) == 1:
            turned[text] = min(fitting)
        else:
            near = sorted(fitting) or difflib.get_close_matches(route_key(str(text)), codes, n=3)
            row = int(column.index[column == text][0]) + 1
            values = {"found": str(text)[:80], "nearest": ", ".join(near) or "–"}
            findings.append(Finding(found.ROUTE_UNKNOWN, values, row=row, field=name))
    if turned:
        text, code = next(iter(turned.items()))
        said: dict[str, object] = {
            "column": name,
            "count": int(column.isin(turned).sum()),
            "example": f"{text} → {code}",
        }
        findings.insert(0, Finding(found.ROUTE_FOUND, said, field=name, done="converted"))
    return column.map(lambda text: turned.get(text, text)), findings
