"""The keys that every record of ``plan/`` may hold, and what they are checked for."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from geo_app.domain.layer import UNITS
from geo_app.domain.plan_terms import PLAN_STATUSES
from geo_app.storage.checked import CheckedTable

_ID = re.compile(r"[a-z][a-z0-9_]*")
_BY_LAW = ("superseded", "reclassified", "void")
_VALUE_UNITS = (*UNITS, "days")

T = TypeVar("T")


def whole(read: Callable[[CheckedTable], T]) -> Callable[[CheckedTable], T]:
    """Make `read` refuse the keys it did not take."""

    def read_whole(table: CheckedTable) -> T:
        record = read(table)
        table.done()
        return record

    return read_whole


def read_optional(row: CheckedTable, key: str, read: Callable[[CheckedTable], T]) -> T | None:
    """Take the table under `key` apart with `read`; None where there is none."""
    table = row.table(key, None)
    return None if table is None else whole(read)(table)


def read_id(row: CheckedTable, pattern: re.Pattern[str] = _ID) -> str:
    """Take a record's id, which has the form of `pattern`."""
    value: str = row.text("id")
    if not pattern.fullmatch(value):
        raise row.error("id", f"found {value!r}; expected the form {pattern.pattern}")
    return value


def read_provenance(row: CheckedTable) -> dict[str, Any]:
    """Take where a record comes from, and whether that was seen."""
    return {"verified": row.flag("verified"), "source": row.text("source")}


def read_period(row: CheckedTable) -> dict[str, Any]:
    """Take the first and the last year, and the deadline in words."""
    since, year = row.integer("since", None), row.integer("year", None)
    check_order(row, "since", "year", since, year)
    return {"since": since, "year": year, "deadline": row.bilingual("deadline", None)}


def read_amendment(row: CheckedTable) -> dict[str, Any]:
    """Take which instrument sets a record, what later ones changed, and a note."""
    changed_by, change = row.texts("changed_by", ()), row.bilingual("change", None)
    if bool(changed_by) != (change is not None):
        raise row.error("change", "`changed_by` and `change` stand together; one is missing")
    return {
        "changed_by": changed_by,
        "change": change,
        "note": row.bilingual("note", None),
        "instrument": row.text("instrument", None),
    }


def read_status(row: CheckedTable) -> dict[str, Any]:
    """Take what became of a record, and since when by later law."""
    status, since = row.choice("plan_status", PLAN_STATUSES, "current"), row.day("changed_on", None)
    if since is not None and status not in _BY_LAW:
        raise row.error("changed_on", f"expected with plan_status {', '.join(_BY_LAW)} only")
    return {"plan_status": status, "changed_on": since}


def read_values(row: CheckedTable) -> dict[str, float]:
    """Take named numbers, each name ending in its unit."""
    table = row.table("values", None)
    if table is None:
        return {}
    for key in table.content:
        if not key.endswith(tuple(f"_{unit}" for unit in _VALUE_UNITS)):
            raise table.error(key, f"names no unit; expected an ending _{', _'.join(_VALUE_UNITS)}")
    return {key: table.number(key) for key in table.content}


def check_order(row: CheckedTable, first: str, last: str, low: object, high: object) -> None:
    """Refuse a value under `last` that stands before the one under `first`."""
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise row.error(last, f"found {high}; it stands before {first} = {low}")
