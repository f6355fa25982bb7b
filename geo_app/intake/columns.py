"""A file's columns on their way to a layer's fields: preset, names, content, units, types."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo_app.domain.finding import Finding
from geo_app.domain.findings import fields as found
from geo_app.domain.findings.delivery import FIELD_UNMAPPED
from geo_app.domain.layer import Layer
from geo_app.domain.preset import Preset
from geo_app.errors import UnknownError
from geo_app.intake.mapping import (
    coded,
    cut_names,
    match_by_content,
    match_fields,
    stated_units,
)
from geo_app.intake.preset import choose_preset, prepare
from geo_app.intake.secrecy import is_personal
from geo_app.intake.values import converted


@dataclass(frozen=True)
class Told:
    """What the one who brings a file says of its columns: preset, column → field, column → unit."""

    preset: str | None = None
    mapping: Mapping[str, str] | None = None
    units: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Fitted:
    """A frame with the layer's fields, and how its columns became them."""

    frame: pd.DataFrame
    mapping: Mapping[str, str]
    dropped: tuple[str, ...]
    preset: str | None
    findings: tuple[Finding, ...]


def fit_columns(
    frame: pd.DataFrame, layer: Layer, presets: Mapping[str, Preset], told: Told
) -> Fitted:
    """
    Give a file's columns the names, codes, types and units of a layer's fields.

    Parameters
    ----------
    frame
        Decoded; the index counts the file's rows from 0.
    presets
        Those of the workspace; one whose columns are there is used unasked.
    told
        Comes before presets, presets before names, names before content.

    Raises
    ------
    UnknownError, DataError
        If what is told does not exist or does not fit.
    """
    ready = prepare(frame, choose_preset(frame, layer, presets, told.preset))
    said = dict(told.mapping or {})
    preset = {c: f for c, f in ready.mapping.items() if c not in said and f not in said.values()}
    fields, dropped = match_fields(ready.frame, layer, preset | said)
    by_content = match_by_content(ready.frame, layer, fields, dropped)
    fields |= {column: field for column, (field, _) in by_content.items()}
    personal = _personal(fields, layer, ready.personal)
    fields = {column: field for column, field in fields.items() if column not in personal}
    dropped = tuple(str(c) for c in ready.frame.columns if str(c) in {*dropped, *personal})
    unused = [column for column in dropped if column not in fields]
    dropped = tuple(column for column in unused if column not in ready.composed)
    named = ready.frame.drop(columns=unused).rename(columns=fields)
    units = {**stated_units(fields, layer), **ready.units, **_told_units(told, fields)}
    made, conversions = converted(coded(named, layer), layer, units)
    findings = [*ready.findings, *_about(fields, layer, by_content)]
    left_out = [(found.PERSONAL_DATA, c) for c in personal]
    left_out += [(FIELD_UNMAPPED, c) for c in dropped if c not in personal]
    findings += [Finding(k, {"column": c}, field=c, done="left_out") for k, c in left_out]
    return Fitted(made, fields, dropped, ready.used, (*findings, *conversions))


def _told_units(told: Told, fields: Mapping[str, str]) -> dict[str, str]:
    units = {}
    for column, unit in (told.units or {}).items():
        field = fields.get(column, column if column in fields.values() else None)
        if field is None:
            message = f"--unit {column}={unit}: no field takes a column {column!r}"
            raise UnknownError(message)
        units[field] = unit
    return units


def _personal(fields: Mapping[str, str], layer: Layer, named: frozenset[str]) -> list[str]:
    """Return the columns of personal data that would reach a field everybody sees."""
    return [
        column
        for column, field in fields.items()
        if (column in named or is_personal(column))
        and layer.access == "public"
        and layer.fields[field].access == "public"
    ]


def _about(
    fields: Mapping[str, str], layer: Layer, by_content: Mapping[str, tuple[str, float]]
) -> list[Finding]:
    findings = [
        Finding(found.NAME_CUT, {"column": column, "target": field}, field=column)
        for column, field in cut_names(fields, layer).items()
    ]
    for column, (field, fit) in by_content.items():
        values = {"column": column, "target": field, "share_pct": round(100 * fit)}
        findings.append(Finding(found.MAPPED_BY_CONTENT, values, field=column))
    return findings
