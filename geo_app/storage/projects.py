"""Read ``plan/projects.toml``: one object or task of the plan each."""

import re
from collections.abc import Collection

from geo_app.domain.access import ACCESS_LEVELS
from geo_app.domain.plan import LayerLink, Project, Stretch
from geo_app.domain.plan_terms import PROJECT_KINDS
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
    whole,
)

_CHAINAGE = re.compile(r"Km(\d+)(?:\+(\d{3}))?")


def read_project(row: CheckedTable) -> Project:
    """Take one object or task of the plan apart."""
    project = Project(
        id=read_id(row),
        section=row.text("section"),
        title=row.bilingual("title"),
        kind=row.choice("kind", PROJECT_KINDS),
        action=row.bilingual("action"),
        **read_provenance(row),
        geometry=_read_some(row, "geometry", ("point", "line", "polygon")),
        access=row.choice("access", ACCESS_LEVELS, "public"),
        agency=row.text("agency", None),
        with_agencies=row.texts("with_agencies", ()),
        **read_period(row),
        layers=tuple(map(whole(_read_link), row.rows("layers"))),
        stretch=read_optional(row, "stretch", _read_stretch),
        facts=read_facts(row),
        measures=read_measures(row),
        **read_status(row),
        **read_amendment(row),
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
    check_order(table, "start", "end", *places)
    return Stretch(table.text("route"), table.text("start"), table.text("end"))


def _read_chainage(table: CheckedTable, key: str) -> int:
    match = _CHAINAGE.fullmatch(table.text(key))
    if match is None:
        raise table.error(key, f"found {table.text(key)!r}; expected Km18 or Km3+700")
    return int(match[1]) * 1000 + int(match[2] or 0)
