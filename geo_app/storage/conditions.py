"""Conditions on a layer's fields, as SQL for its record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo_app.domain.layer import Layer
from geo_app.domain.text import plain
from geo_app.errors import DataError


@dataclass(frozen=True)
class Contains:
    """Text that holds `text`, whatever the accents and case; for attribute tables."""

    text: str


def sql_condition(layer: Layer, where: Mapping[str, Any]) -> str | None:
    """
    Write conditions as SQL; None where there are none.

    Parameters
    ----------
    layer
        Whose fields the conditions name.
    where
        Field → value (equal), None (missing), list or set (one of), tuple of two
        (from, to; both included, None is open), or `Contains`.

    Raises
    ------
    UnknownError
        If a field does not exist.
    DataError
        If a range has not two ends, or a value's type does not suit.
    """
    parts = [_condition(layer, name, value) for name, value in where.items()]
    return " AND ".join(parts) or None


def _condition(layer: Layer, name: str, value: Any) -> str:
    column = f'"{layer.field(name).name}"'
    match value:
        case None:
            return f"{column} IS NULL"
        case tuple():
            return _range(layer, name, value)
        case Contains(text):
            pattern = plain(text).replace("!", "!!").replace("%", "!%").replace("_", "!_")
            return f"plain({column}) LIKE {_literal(f'%{pattern}%')} ESCAPE '!'"
        case list() | set() | frozenset():
            return f"{column} IN ({_list(value)})"
        case _:
            return f"{column} = {_literal(value)}"


def _range(layer: Layer, name: str, value: tuple[Any, ...]) -> str:
    if len(value) != 2 or value == (None, None):
        message = (
            f"layer {layer.id}: field {name}: found the range {value!r}; expected (from, to), "
            "where one of them may be None"
        )
        raise DataError(message)
    low, high = value
    ends = [(">=", low), ("<=", high)]
    return " AND ".join(f'"{name}" {sign} {_literal(v)}' for sign, v in ends if v is not None)


def _list(values: Collection[Any]) -> str:
    return ", ".join(sorted(_literal(value) for value in values)) or "NULL"


def _literal(value: Any) -> str:
    match value:
        case bool():
            return str(int(value))
        case int() | float():
            return repr(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
        case date():
            return f"'{value:%Y-%m-%d}'"
    message = f"found {value!r} in a condition; expected text, a number, true, false or a date"
    raise DataError(message)
