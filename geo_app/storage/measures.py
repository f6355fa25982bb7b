"""Read what feeds the ledger: ``[[….measures]]`` and ``[[….facts]]`` of the plan's records."""

from geo_app.domain.layer import UNITS
from geo_app.domain.ledger import PROGRESSES, last_day
from geo_app.domain.plan import Behind, Fact, Measure
from geo_app.domain.plan_terms import FACT_TOPICS
from geo_app.storage.checked import CheckedTable
from geo_app.storage.plan_rows import read_optional, read_provenance, whole


def read_facts(row: CheckedTable) -> tuple[Fact, ...]:
    """Take what is known of a record since the plan."""
    return tuple(map(whole(_read_fact), row.rows("facts")))


def read_measures(row: CheckedTable) -> tuple[Measure, ...]:
    """Take where the figures of a record come from."""
    return tuple(map(whole(_read_measure), row.rows("measures")))


def _read_fact(table: CheckedTable) -> Fact:
    fact = Fact(
        topic=table.choice("topic", FACT_TOPICS),
        text=table.bilingual("text"),
        **read_provenance(table),
        value=table.number("value", None),
        unit=table.choice("unit", UNITS, None),
        day=_read_day(table),
        progress=table.choice("progress", PROGRESSES, None),
    )
    if (fact.value is None) != (fact.unit is None):
        raise table.error("unit", "a value has a unit, and a unit has a value; one is missing")
    if fact.progress is not None and fact.day is None:
        raise table.error("day", "is missing; `progress` needs the day it speaks of")
    return fact


def _read_day(table: CheckedTable) -> str | None:
    text: str | None = table.text("day", None)
    if text is None:
        return None
    try:
        last_day(text)
    except ValueError as error:
        raise table.error("day", str(error)) from None
    return text


def _read_measure(table: CheckedTable) -> Measure:
    return Measure(
        study=table.text("study"),
        total=table.text("total"),
        layer=table.text("layer"),
        official=table.flag("official"),
        settings=_read_texts(table, "settings"),
        row=_read_row(table),
        unknown=_read_unknown(table),
        features=read_optional(table, "features", _read_behind),
    )


def _read_row(table: CheckedTable) -> tuple[str, ...]:
    names: tuple[str, ...] = table.texts("row", ())
    if len(names) not in (0, 3):
        expected = "a table, its column and the value there"
        raise table.error("row", f"found {list(names)}; expected {expected}")
    return names


def _read_unknown(table: CheckedTable) -> tuple[str, ...]:
    names: tuple[str, ...] = table.texts("unknown", ())
    if len(names) not in (0, 1, 2):
        raise table.error("unknown", f"found {list(names)}; expected a share, or part and whole")
    return names


def _read_behind(table: CheckedTable) -> Behind:
    return Behind(
        table=table.text("table"),
        key=table.text("key"),
        name=table.text("name"),
        layer=table.text("layer"),
        where=_read_texts(table, "where"),
    )


def _read_texts(table: CheckedTable, key: str) -> dict[str, str]:
    texts = table.table(key, None)
    return {} if texts is None else {name: texts.text(name) for name in texts.content}
