"""Read and check the plan: instruments, agencies, targets, projects, rules and indicators."""

import re
from collections.abc import Callable, Collection, Iterator
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from geo_app.domain.plan import Agency, Instrument, Plan, Rule, Succession
from geo_app.domain.plan_terms import ROAD_GRADES
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable, index_unique, read_toml
from geo_app.storage.indicators import check_indicators, read_indicator
from geo_app.storage.legal_rules import check_overlaps, read_legal_rule
from geo_app.storage.measures import read_measures
from geo_app.storage.plan_rows import (
    check_order,
    read_amendment,
    read_id,
    read_optional,
    read_provenance,
    read_values,
    whole,
)
from geo_app.storage.projects import read_project
from geo_app.storage.road_check import read_road_check
from geo_app.storage.targets import read_target

_RULE_ID = re.compile(r"R[1-9][0-9]*")
_UNTIL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_REFERENCES = (
    ("instruments", "issuer", "agency"),
    ("targets", "agency", "agency"),
    ("targets", "rules", "rule"),
    ("targets", "changed_by", "instrument"),
    ("targets", "instrument", "instrument"),
    ("projects", "instrument", "instrument"),
    ("rules", "instrument", "instrument"),
    ("projects", "agency", "agency"),
    ("projects", "with_agencies", "agency"),
    ("projects", "changed_by", "instrument"),
    ("rules", "changed_by", "instrument"),
    ("legal_rules", "instrument", "instrument"),
    ("legal_rules", "bodies", "agency"),
)

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
        targets=_read_file(folder, "targets", read_target),
        projects=_read_file(folder, "projects", read_project),
        rules=_read_file(folder, "rules", _read_rule),
        legal_rules=_read_file(folder, "legal_rules", read_legal_rule),
        indicators=_read_file(folder, "indicators", read_indicator),
    )
    _check_references(plan)
    _check_successors(plan)
    check_overlaps(plan.legal_rules)
    check_indicators(plan)
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
    links += [
        (kind, record.id, layer)
        for kind in ("targets", "projects", "rules")
        for record in getattr(plan, kind).values()
        for measure in record.measures
        for layer in (measure.layer, *([measure.features.layer] if measure.features else []))
    ]
    broken = [f"{k}.toml: {name}: {link!r}" for k, name, link in links if link not in layer_ids]
    if broken:
        message = f"plan/ links to layers that do not exist: {'; '.join(broken)}"
        raise CatalogueError(message)


def _read_file(folder: Path, kind: str, read: Callable[[CheckedTable], T]) -> dict[str, T]:
    path = folder / f"{kind}.toml"
    if not path.exists():
        return {}
    file = read_toml(path)
    index = index_unique(map(whole(read), file.rows(kind)), attrgetter("id"), file.where)
    file.done()
    return index


def _read_instrument(row: CheckedTable) -> Instrument:
    instrument = Instrument(
        id=read_id(row),
        number=row.text("number"),
        title=row.bilingual("title"),
        **read_provenance(row),
        main=row.flag("main", default=False),
        issuer=row.text("issuer", None),
        issued=row.day("issued", None),
        in_force=row.day("in_force", None),
        changes=row.bilingual("changes", None),
        gap=row.bilingual("gap", None),
    )
    check_order(row, "issued", "in_force", instrument.issued, instrument.in_force)
    return instrument


def _read_agency(row: CheckedTable) -> Agency:
    return Agency(
        id=read_id(row),
        title=row.bilingual("title"),
        **read_provenance(row),
        tasks=row.texts("tasks", ()),
        succession=read_optional(row, "succession", _read_succession),
        note=row.bilingual("note", None),
    )


def _read_succession(table: CheckedTable) -> Succession:
    until = table.text("until")
    if not _UNTIL.fullmatch(until):
        raise table.error("until", f"found {until!r}; expected 2025, 2025-03 or 2025-07-01")
    return Succession(until, table.texts("successors"), **read_provenance(table))


def _read_rule(row: CheckedTable) -> Rule:
    return Rule(
        id=read_id(row, _RULE_ID),
        section=row.text("section"),
        title=row.bilingual("title"),
        sentence=row.text("sentence"),
        applies_to=row.bilingual("applies_to"),
        test=row.bilingual("test"),
        **read_provenance(row),
        worst_grade=row.choice("worst_grade", ROAD_GRADES, None),
        listed=row.flag("listed", default=False),
        surfaces=row.texts("surfaces", ()),
        values=read_values(row),
        layers=row.texts("layers", ()),
        check=read_road_check(row),
        measures=read_measures(row),
        **read_amendment(row),
    )


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
