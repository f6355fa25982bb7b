"""Read and check the plan: instruments, agencies, targets, projects, rules and legal rules."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import combinations
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from geo_app.domain.access import ACCESS_LEVELS
from geo_app.domain.layer import UNITS
from geo_app.domain.plan import (
    COMPARATORS,
    FACT_TOPICS,
    PLAN_STATUSES,
    PROJECT_KINDS,
    ROAD_GRADES,
    SPATIAL,
    TARGET_UNITS,
    URBAN_CLASSES,
    Agency,
    Baseline,
    Fact,
    Instrument,
    LayerLink,
    LegalRule,
    Plan,
    Project,
    Rule,
    Stretch,
    Succession,
    Target,
)
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable, index_unique, read_toml
from geo_app.storage.road_check import read_road_check

_ID = re.compile(r"[a-z][a-z0-9_]*")
_RULE_ID = re.compile(r"R[1-9][0-9]*")
_UNTIL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CHAINAGE = re.compile(r"Km(\d+)(?:\+(\d{3}))?")
_VALUE_UNITS = (*UNITS, "days")
_REFERENCES = (
    ("instruments", "issuer", "agency"),
    ("targets", "agency", "agency"),
    ("targets", "rules", "rule"),
    ("targets", "changed_by", "instrument"),
    ("projects", "agency", "agency"),
    ("projects", "with_agencies", "agency"),
    ("projects", "changed_by", "instrument"),
    ("rules", "changed_by", "instrument"),
    ("legal_rules", "instrument", "instrument"),
    ("legal_rules", "bodies", "agency"),
)
_MEASURES = ("value", "minimum", "maximum", "grade")

T = TypeVar("T")


def read_plan(folder: Path) -> Plan:
    """
    Read and check every file of `folder`.

    A file that is not there holds nothing: a province that starts has an empty plan.

    Raises
    ------
    CatalogueError
        At the first key or value that breaks the rules, naming file, key, what stood there and
        what was expected.
    """
    plan = Plan(
        instruments=_read_file(folder, "instruments", _read_instrument),
        agencies=_read_file(folder, "agencies", _read_agency),
        targets=_read_file(folder, "targets", _read_target),
        projects=_read_file(folder, "projects", _read_project),
        rules=_read_file(folder, "rules", _read_rule),
        legal_rules=_read_file(folder, "legal_rules", _read_legal_rule),
    )
    _check_references(plan)
    _check_successors(plan)
    _check_overlaps(plan)
    return plan


def check_links(plan: Plan, layer_ids: Collection[str]) -> None:
    """
    Check that every layer the plan links to exists.

    Raises
    ------
    CatalogueError
        Listing every broken link: file, record and layer.
    """
    links = [("targets", t.id, layer) for t in plan.targets.values() for layer in t.layers]
    links += [("projects", p.id, k.layer) for p in plan.projects.values() for k in p.layers]
    links += [("rules", r.id, layer) for r in plan.rules.values() for layer in r.layers]
    broken = [f"{k}.toml: {name}: {link!r}" for k, name, link in links if link not in layer_ids]
    if broken:
        message = f"plan/ links to layers that do not exist: {'; '.join(broken)}"
        raise CatalogueError(message)


def _read_file(folder: Path, kind: str, read: Callable[[CheckedTable], T]) -> dict[str, T]:
    path = folder / f"{kind}.toml"
    if not path.exists():
        return {}
    file = read_toml(path)
    index = index_unique(map(_whole(read), file.rows(kind)), attrgetter("id"), file.where)
    file.done()
    return index


def _whole(read: Callable[[CheckedTable], T]) -> Callable[[CheckedTable], T]:
    """Make `read` refuse the keys it did not take."""

    def read_whole(table: CheckedTable) -> T:
        record = read(table)
        table.done()
        return record

    return read_whole


def _optional(row: CheckedTable, key: str, read: Callable[[CheckedTable], T]) -> T | None:
    table = row.table(key, None)
    return None if table is None else _whole(read)(table)


def _read_id(row: CheckedTable, pattern: re.Pattern[str] = _ID) -> str:
    value: str = row.text("id")
    if not pattern.fullmatch(value):
        raise row.error("id", f"found {value!r}; expected the form {pattern.pattern}")
    return value


def _provenance(row: CheckedTable) -> dict[str, Any]:
    return {"verified": row.flag("verified"), "source": row.text("source")}


def _period(row: CheckedTable) -> dict[str, Any]:
    since, year = row.integer("since", None), row.integer("year", None)
    _check_order(row, "since", "year", since, year)
    return {"since": since, "year": year, "deadline": row.bilingual("deadline", None)}


def _amendment(row: CheckedTable) -> dict[str, Any]:
    changed_by, change = row.texts("changed_by", ()), row.bilingual("change", None)
    if bool(changed_by) != (change is not None):
        raise row.error("change", "`changed_by` and `change` stand together; one is missing")
    return {"changed_by": changed_by, "change": change, "note": row.bilingual("note", None)}


def _read_instrument(row: CheckedTable) -> Instrument:
    instrument = Instrument(
        id=_read_id(row),
        number=row.text("number"),
        title=row.bilingual("title"),
        **_provenance(row),
        main=row.flag("main", default=False),
        issuer=row.text("issuer", None),
        issued=row.day("issued", None),
        in_force=row.day("in_force", None),
        changes=row.bilingual("changes", None),
        gap=row.bilingual("gap", None),
    )
    _check_order(row, "issued", "in_force", instrument.issued, instrument.in_force)
    return instrument


def _read_agency(row: CheckedTable) -> Agency:
    return Agency(
        id=_read_id(row),
        title=row.bilingual("title"),
        **_provenance(row),
        tasks=row.texts("tasks", ()),
        succession=_optional(row, "succession", _read_succession),
        note=row.bilingual("note", None),
    )


def _read_succession(table: CheckedTable) -> Succession:
    until = table.text("until")
    if not _UNTIL.fullmatch(until):
        raise table.error("until", f"found {until!r}; expected 2025, 2025-03 or 2025-07-01")
    return Succession(until, table.texts("successors"), **_provenance(table))


def _read_target(row: CheckedTable) -> Target:
    target = Target(
        id=_read_id(row),
        section=row.text("section"),
        title=row.bilingual("title"),
        sentence=row.text("sentence"),
        comparator=row.choice("comparator", COMPARATORS),
        spatial=row.choice("spatial", SPATIAL),
        **_provenance(row),
        unit=row.choice("unit", TARGET_UNITS, None),
        value=row.number("value", None),
        minimum=row.number("minimum", None),
        maximum=row.number("maximum", None),
        grade=row.choice("grade", URBAN_CLASSES, None),
        **_period(row),
        denominator=row.bilingual("denominator", None),
        agency=row.text("agency", None),
        layers=row.texts("layers", ()),
        rules=row.texts("rules", ()),
        baseline=_optional(row, "baseline", _read_baseline),
        plan_status=row.choice("plan_status", PLAN_STATUSES, "current"),
        **_amendment(row),
    )
    _check_measures(row, target)
    return target


def _read_baseline(table: CheckedTable) -> Baseline:
    return Baseline(table.number("value"), table.integer("year"), **_provenance(table))


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
    _check_order(row, "minimum", "maximum", target.minimum, target.maximum)


def _read_project(row: CheckedTable) -> Project:
    project = Project(
        id=_read_id(row),
        section=row.text("section"),
        title=row.bilingual("title"),
        kind=row.choice("kind", PROJECT_KINDS),
        action=row.bilingual("action"),
        **_provenance(row),
        geometry=_read_some(row, "geometry", ("point", "line", "polygon")),
        access=row.choice("access", ACCESS_LEVELS, "public"),
        agency=row.text("agency", None),
        with_agencies=row.texts("with_agencies", ()),
        **_period(row),
        layers=tuple(map(_whole(_read_link), row.rows("layers"))),
        stretch=_optional(row, "stretch", _read_stretch),
        facts=tuple(map(_whole(_read_fact), row.rows("facts"))),
        plan_status=row.choice("plan_status", PLAN_STATUSES, "current"),
        **_amendment(row),
    )
    _check_access(row, project)
    return project


def _check_access(row: CheckedTable, project: Project) -> None:
    if project.layers and not project.geometry:
        raise row.error("layers", "links to a layer, but the record has no `geometry`")
    if project.access != "public" and project.note is None:
        raise row.error("note", f"is missing; geometry that is {project.access} says so to readers")


def _read_some(row: CheckedTable, key: str, choices: Collection[str]) -> tuple[str, ...]:
    values: tuple[str, ...] = row.texts(key, ())
    for value in values:
        if value not in choices:
            raise row.error(key, f"found {value!r}; expected some of {', '.join(choices)}")
    return values


def _read_link(table: CheckedTable) -> LayerLink:
    return LayerLink(table.text("layer"), table.text("feature", None))


def _read_stretch(table: CheckedTable) -> Stretch:
    places = [_read_chainage(table, key) for key in ("start", "end")]
    _check_order(table, "start", "end", *places)
    return Stretch(table.text("route"), table.text("start"), table.text("end"))


def _read_chainage(table: CheckedTable, key: str) -> int:
    match = _CHAINAGE.fullmatch(table.text(key))
    if match is None:
        raise table.error(key, f"found {table.text(key)!r}; expected Km18 or Km3+700")
    return int(match[1]) * 1000 + int(match[2] or 0)


def _read_fact(table: CheckedTable) -> Fact:
    fact = Fact(
        topic=table.choice("topic", FACT_TOPICS),
        text=table.bilingual("text"),
        **_provenance(table),
        value=table.number("value", None),
        unit=table.choice("unit", UNITS, None),
    )
    if (fact.value is None) != (fact.unit is None):
        raise table.error("unit", "a value has a unit, and a unit has a value; one is missing")
    return fact


def _read_rule(row: CheckedTable) -> Rule:
    return Rule(
        id=_read_id(row, _RULE_ID),
        section=row.text("section"),
        title=row.bilingual("title"),
        sentence=row.text("sentence"),
        applies_to=row.bilingual("applies_to"),
        test=row.bilingual("test"),
        **_provenance(row),
        worst_grade=row.choice("worst_grade", ROAD_GRADES, None),
        listed=row.flag("listed", default=False),
        surfaces=row.texts("surfaces", ()),
        values=_read_values(row),
        layers=row.texts("layers", ()),
        check=read_road_check(row),
        **_amendment(row),
    )


def _read_values(row: CheckedTable) -> dict[str, float]:
    table = row.table("values", None)
    if table is None:
        return {}
    for key in table.content:
        if not key.endswith(tuple(f"_{unit}" for unit in _VALUE_UNITS)):
            raise table.error(key, f"names no unit; expected an ending _{', _'.join(_VALUE_UNITS)}")
    return {key: table.number(key) for key in table.content}


def _read_legal_rule(row: CheckedTable) -> LegalRule:
    classes = row.table("classes", None)
    rule = LegalRule(
        id=_read_id(row),
        topic=row.text("topic"),
        title=row.bilingual("title"),
        text=row.bilingual("text"),
        checked_on=row.day("checked_on"),
        **_provenance(row),
        instrument=row.text("instrument", None),
        article=row.text("article", None),
        valid_from=row.day("valid_from", None),
        valid_to=row.day("valid_to", None),
        days=row.integer("days", None),
        working_days=row.flag("working_days", default=False),
        bodies=row.texts("bodies", ()),
        values=_read_values(row),
        classes={} if classes is None else {old: classes.text(old) for old in classes.content},
    )
    _check_order(row, "valid_from", "valid_to", rule.valid_from, rule.valid_to)
    return rule


def _check_order(row: CheckedTable, first: str, last: str, low: object, high: object) -> None:
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise row.error(last, f"found {high}; it stands before {first} = {low}")


def _check_references(plan: Plan) -> None:
    """Check every id that points from one record to another."""
    known = {"agency": plan.agencies, "instrument": plan.instruments, "rule": plan.rules}
    for where, key, kind, value in _references(plan):
        if value not in known[kind]:
            message = f"{where}: {key}: found {value!r}; there is no such {kind}"
            raise CatalogueError(message)


def _references(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    """Give each reference as place, key, kind of record meant, and id."""
    for kind, key, target in _REFERENCES:
        for record in getattr(plan, kind).values():
            value = getattr(record, key)
            for item in (value,) if isinstance(value, str) else value or ():
                yield f"{kind}.toml: {kind} {record.id}", key, target, item
    for agency in plan.agencies.values():
        for item in agency.succession.successors if agency.succession else ():
            yield f"agencies.toml: agencies {agency.id}", "successors", "agency", item


def _check_successors(plan: Plan) -> None:
    """Refuse a successor that has itself ended: they are agencies of today."""
    for agency in plan.agencies.values():
        for heir in agency.succession.successors if agency.succession else ():
            if plan.agencies[heir].succession is not None:
                where = f"agencies.toml: agencies {agency.id}: successors"
                message = f"{where}: found {heir!r}, which has ended; expected agencies of today"
                raise CatalogueError(message)


def _check_overlaps(plan: Plan) -> None:
    """Refuse two legal rules of one topic that are in force on the same day."""
    for one, other in combinations(plan.legal_rules.values(), 2):
        begin = max(one.valid_from or date.min, other.valid_from or date.min)
        end = min(one.valid_to or date.max, other.valid_to or date.max)
        if one.topic == other.topic and begin <= end:
            where = f"legal_rules.toml: legal_rules {other.id}: valid_from"
            other_rule = f"{one.id}, also on {one.topic!r}, is in force on {begin}"
            message = f"{where}: {other_rule}; end the older rule with valid_to"
            raise CatalogueError(message)
