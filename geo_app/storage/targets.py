"""Read ``plan/targets.toml``: one target of the plan each."""

from geo_app.domain.plan import Baseline, Target
from geo_app.domain.plan_terms import (
    COMPARATORS,
    SPATIAL,
    TARGET_UNITS,
    URBAN_CLASSES,
)
from geo_app.storage.checked import CheckedTable
from geo_app.storage.measures import read_facts, read_measures
from geo_app.storage.plan_rows import (
    check_order,
    read_amendment,
    read_id,
    read_optional,
    read_period,
    read_provenance,
    read_status,
)

_MEASURES = ("value", "minimum", "maximum", "grade")


def read_target(row: CheckedTable) -> Target:
    """Take one target of the plan apart."""
    target = Target(
        id=read_id(row),
        section=row.text("section"),
        title=row.bilingual("title"),
        sentence=row.text("sentence"),
        comparator=row.choice("comparator", COMPARATORS),
        spatial=row.choice("spatial", SPATIAL),
        **read_provenance(row),
        unit=row.choice("unit", TARGET_UNITS, None),
        value=row.number("value", None),
        minimum=row.number("minimum", None),
        maximum=row.number("maximum", None),
        grade=row.choice("grade", URBAN_CLASSES, None),
        **read_period(row),
        denominator=row.bilingual("denominator", None),
        agency=row.text("agency", None),
        layers=row.texts("layers", ()),
        rules=row.texts("rules", ()),
        baseline=read_optional(row, "baseline", _read_baseline),
        or_more=row.flag("or_more", default=False),
        measures=read_measures(row),
        facts=read_facts(row),
        **read_status(row),
        **read_amendment(row),
    )
    _check_measures(row, target)
    return target


def _read_baseline(table: CheckedTable) -> Baseline:
    return Baseline(table.number("value"), table.integer("year"), **read_provenance(table))


def _check_measures(row: CheckedTable, target: Target) -> None:
    """Check that a target has the measures its comparator needs, and no others."""
    needs = COMPARATORS[target.comparator].needs
    for key in _MEASURES:
        given = getattr(target, key) is not None
        if given and key not in needs:
            raise row.error(key, f"does not go with comparator {target.comparator!r}")
        if key in needs and not given:
            raise row.error(key, f"is missing; comparator {target.comparator!r} needs it")
    if {"value", "minimum"} & set(needs) and target.unit is None:
        raise row.error("unit", f"is missing; expected one of {', '.join(TARGET_UNITS)}")
    if target.or_more and target.comparator != "range":
        raise row.error("or_more", f"does not go with comparator {target.comparator!r}")
    check_order(row, "minimum", "maximum", target.minimum, target.maximum)
