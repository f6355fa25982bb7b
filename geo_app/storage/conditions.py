"""Conditions on a layer's fields, as SQL for its record."""

import math
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from geo_app.domain.layer import Field, FieldType, Layer
from geo_app.domain.text import plain
from geo_app.errors import DataError


@dataclass(frozen=True)
class Contains:
    """Text that holds `text`, whatever the accents and case; for attribute tables."""

    text: str


def sql_condition(
    layer: Layer, where: Mapping[str, Any], columns: Collection[str] | None = None
) -> str | None:
    """
    Write conditions as SQL; None where there are none.

    Parameters
    ----------
    layer
        Whose fields the conditions name.
    where
        Field → value (equal), None (missing), list or set (one of), tuple of two
        (from, to; both included, None is open), or `Contains`.
    columns
        Columns of the record; a field that is not among them is missing in every row. None: all
        fields are.

    Raises
    ------
    UnknownError
        If a field does not exist.
    DataError
        If a range has not two ends, or a value's type does not suit its field.
    """
    parts = []
    for name, value in where.items():
        field = layer.field(name)
        there = columns is None or name in columns
        parts.append(_condition(layer, field, f'"{name}"' if there else "NULL", value))
    return " AND ".join(parts) or None


def _condition(layer: Layer, field: Field, column: str, value: Any) -> str:
    match value:
        case None:
            return f"{column} IS NULL"
        case tuple():
            return _range(layer, field, column, value)
        case Contains(text):
            return _contains(layer, field, column, text)
        case list() | set() | frozenset():
            literals = sorted({_literal(layer, field, each) for each in value if each is not None})
            among = f"{column} IN ({', '.join(literals)})"
            return f"({among} OR {column} IS NULL)" if any(v is None for v in value) else among
        case _:
            return f"{column} = {_literal(layer, field, value)}"


def _range(layer: Layer, field: Field, column: str, value: tuple[Any, ...]) -> str:
    if len(value) != 2 or value == (None, None):
        expected = "(from, to), where one of them may be None"
        raise _error(layer, field, f"the range {value!r}", expected)
    ends = [(sign, end) for sign, end in zip((">=", "<="), value, strict=True) if end is not None]
    return " AND ".join(f"{column} {sign} {_literal(layer, field, end)}" for sign, end in ends)


def _contains(layer: Layer, field: Field, column: str, text: str) -> str:
    if field.type != "text":
        raise _error(layer, field, f"Contains({text!r})", "a value: it holds no text")
    pattern = plain(text).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"plain({column}) LIKE '%{pattern}%' ESCAPE '!'"


def _literal(layer: Layer, field: Field, value: Any) -> str:
    """Write a value as SQL; only what suits the field's type can become part of it."""
    given = value.item() if isinstance(value, np.generic) else value
    match field.type:
        case "text" if isinstance(given, str) and "\0" not in given:
            composed = unicodedata.normalize("NFC", given)  # as the record is
            return "'" + composed.replace("'", "''") + "'"
        case "boolean" if isinstance(given, bool):
            return str(int(given))
        case "integer" | "number" if _is_finite(given):
            return repr(given)
        case "date" if day := _day(given):
            return f"'{day}'"
    raise _error(layer, field, repr(value), _EXPECTED[field.type])


def _is_finite(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)


def _day(value: Any) -> str | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return f"{day:%Y-%m-%d}" if isinstance(day, date) else None
    except ValueError:  # no such day; pandas' NaT, which is a date that cannot be written
        return None


_EXPECTED: dict[FieldType, str] = {
    "text": "text",
    "integer": "a number",
    "number": "a number",
    "boolean": "True or False",
    "date": "a date such as 2025-07-01",
}


def _error(layer: Layer, field: Field, found: str, expected: str) -> DataError:
    return DataError(f"layer {layer.id}: field {field.name}: found {found}; expected {expected}")
