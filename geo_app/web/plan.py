"""The plan's ledger: how far it is, a page for each target, project, rule and agency; the law."""

from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, url_for

from geo_app.domain.ledger import ACTUAL_KINDS, KINDS, STATUSES, TRENDS, Actual, Kind, Row
from geo_app.domain.plan import Agency, Plan, Project
from geo_app.domain.plan_terms import FACT_TOPICS, PROJECT_KINDS
from geo_app.domain.road_event import STATUSES as WORK_STATUSES
from geo_app.errors import CrsError, DataError, UnknownError
from geo_app.render import legend
from geo_app.render.figure import PageParts
from geo_app.studies import find_study
from geo_app.studies.inputs import Inputs
from geo_app.studies.ledger import ledger_row, read_ledger
from geo_app.studies.plan_places import Placed, place_project
from geo_app.studies.road_along import events_on, road_of
from geo_app.studies.sheets import has_sheets
from geo_app.web import maps, studies
from geo_app.web.arguments import day_argument
from geo_app.web.language import language, title
from geo_app.web.plan_chart import chart_of
from geo_app.web.plan_lines import (
    GROUPS,
    LATE,
    SIGNS,
    Ledgers,
    Line,
    agency_name,
    amount,
    apart,
    figure,
    glances,
    illustrates,
    lines,
    spoken_day,
)
from geo_app.web.plan_wanted import Wanted, choices, read_wanted
from geo_app.web.province import workspace
from geo_app.workspace import Workspace, mapping
from geo_app.workspace.entries import today

blueprint = Blueprint("plan", __name__)

FIRST_LATE = 6
"""Rows that are late or missed which the top of the page names."""
MAPS_TRIED = 3
"""Studies of a row's figures that are asked for a map, the latest first."""
_KEY = "geo_app.ledgers"


def init_app(app: Flask) -> None:
    """Give the application a place for ledgers in words."""
    app.extensions[_KEY] = Ledgers()


@blueprint.get("/plan")
def index() -> str:
    """Tell how far the plan is: counts by status, what is late, and every row with its bar."""
    ws, wanted = workspace(), read_wanted()
    rows = read_ledger(ws, wanted.on)
    ledgers: Ledgers = current_app.extensions[_KEY]
    shown = partial(ledgers.lines, ws.plan, rows, on=wanted.on)
    late = [row for row in rows if row.standing.status in LATE.statuses]
    chosen = shown(wanted.rows(rows))
    return render_template(
        "plan/index.html",
        plan=ws.plan,
        wanted=wanted,
        day=wanted.on or today(ws),
        total=len(rows),
        glances=glances(rows),
        groups=GROUPS,
        statuses=STATUSES,
        signs=SIGNS,
        late=shown(late),
        first_late=FIRST_LATE,
        choices=choices(ws, rows),
        tables=[(kind, [line for line in chosen if line.row.kind == kind]) for kind in KINDS],
    )


@blueprint.get("/plan/targets/<row>")
def target(row: str) -> str:
    """Show a target: what it means, how it stands, its history, where its figure comes from."""
    return _row_page("target", row)


@blueprint.get("/plan/rules/<row>")
def rule(row: str) -> str:
    """Show a rule of the plan: what it asks, of what, and whether it is kept."""
    return _row_page("rule", row)


@blueprint.get("/plan/projects/<row>")
def project(row: str) -> str:
    """Show a project or task: its place, stretch of road, events, deadline and documents."""
    ws = workspace()
    known = ws.plan.projects.get(row)
    placed = place_project(ws, known) if known else None
    own_map = placed is not None and bool(placed.pictures)
    address = partial(url_for, "plan.script", row=row, lang=language())
    inputs = Inputs(ws)
    road = road_of(ws, known.stretch.route) if known and known.stretch else None
    return _row_page(
        "project",
        row,
        known=known,
        placed=placed,
        map=maps.shown(_drawn(ws, placed), address) if placed and own_map else None,
        events=events_on(inputs, road, known) if road else (),
        work_statuses=WORK_STATUSES,
        kinds=PROJECT_KINDS,
        topics=FACT_TOPICS,
        documents=_documents(ws.plan, known) if known else (),
    )


def _documents(plan: Plan, project: Project) -> list[tuple[str | None, str]]:
    """Return what a project rests on, each once: instruments by id, and other sources as named."""
    changed = [(each, plan.instrument(each).number) for each in project.changed_by]
    told = [(None, source) for source in (each.source for each in project.facts)]
    own = plan.main.id if plan.main and plan.main.number in project.source else None
    return list(dict.fromkeys([(own, project.source), *changed, *told]))


@blueprint.get("/plan/projects/<row>/map.js")
def script(row: str) -> Response:
    """Send the script of a project's map, for the generation its address names."""
    ws = maps.asked_workspace()
    return maps.send_script(_drawn(ws, place_project(ws, ws.plan.project(row))))


@blueprint.get("/plan/agencies")
def agencies() -> str:
    """List the agencies the plan names, who does their work today, and how their rows stand."""
    ws = workspace()
    rows = read_ledger(ws)
    return render_template(
        "plan/agencies.html",
        heads=[f"{group.sign} {title(group.title)}" for group in GROUPS],
        counted=[_counted(ws.plan, each, _of(rows, each.id)) for each in ws.plan.agencies.values()],
    )


def _counted(plan: Plan, agency: Agency, rows: list[Row]) -> tuple[Any, ...]:
    """Return an agency with its heirs, how many rows it has, and how many of each group."""
    statuses = [row.standing.status for row in rows]
    counts = [sum(each in group.statuses for each in statuses) for group in GROUPS]
    return agency, _heirs(plan, agency), len(rows), counts


@blueprint.get("/plan/agencies/<agency>")
def agency(agency: str) -> str:
    """Show an agency: what it was, who does its work, and how its targets and tasks stand."""
    ws, on = workspace(), day_argument("on")
    found = ws.plan.agency(agency)
    rows = _of(read_ledger(ws, on), agency)
    return render_template(
        "plan/agency.html",
        plan=ws.plan,
        agency=found,
        heirs=_heirs(ws.plan, found),
        formers=[each for each in ws.plan.agencies.values() if found in _heirs(ws.plan, each)],
        day=on or today(ws),
        glances=glances(rows),
        groups=GROUPS,
        statuses=STATUSES,
        signs=SIGNS,
        on=on,
        address=Wanted(agency=agency, on=on).address,
        tables=[
            (kind, lines(ws.plan, [row for row in rows if row.kind == kind], on=on))
            for kind in KINDS
        ],
    )


@blueprint.get("/plan/law")
def law() -> str:
    """Show the instruments, what each changed, and the rules of law as dated data."""
    return render_template("plan/law.html", plan=workspace().plan)


def _row_page(kind: Kind, row_id: str, **more: Any) -> str:
    ws, on = workspace(), day_argument("on")
    row = ledger_row(ws, kind, row_id, on)
    day = on or today(ws)
    return render_template(
        f"plan/{kind}.html",
        plan=ws.plan,
        line=Line(ws.plan, row, on=on),
        row=row,
        day=day,
        on=on,
        record={"target": ws.plan.targets, "project": ws.plan.projects, "rule": ws.plan.rules}[
            kind
        ].get(row_id),
        chart=chart_of(ws.plan, row, day),
        behind=_behind(ws, row) if on is None else None,
        known_layers=ws.catalogue.layers,
        sheet=lambda layer: layer in ws.catalogue.layers and has_sheets(ws.catalogue.layer(layer)),
        trends=TRENDS,
        actual_kinds=ACTUAL_KINDS,
        amount=partial(amount, row),
        apart=partial(apart, row),
        figure=partial(figure, row),
        illustrates=illustrates,
        spoken=spoken_day,
        agency_name=partial(agency_name, ws.plan),
        **more,
    )


def _behind(ws: Workspace, row: Row) -> dict[str, Any] | None:
    """
    Return the study that a row's figure comes from, and the map that shows it by unit.

    The map is that of the figure itself, else of the latest other one that has a map; None where
    no study gave any.
    """
    told = [each for each in (row.actual, *reversed(row.history)) if each and each.study]
    asked = {(each.study, repr(each.settings)): each for each in reversed(told)}
    tried = list(reversed(asked.values()))[:MAPS_TRIED]
    if not tried:
        return None
    own = row.actual is not None and row.actual.study is not None
    found: dict[str, Any] = {"own": _computed(ws, tried[0]) if own else None}
    for each in tried:
        computed = _computed(ws, each)
        result = computed.get("result")
        if result and result.pictures:
            address = partial(computed["at"], endpoint="studies.script")
            legends = [legend.rows(picture.layer, language()) for picture in result.pictures]
            found |= {"shown": computed, "map": studies.map_of(ws, result, address)}
            return found | {"legends": legends}
    return found


def _computed(ws: Workspace, actual: Actual) -> dict[str, Any]:
    """Return the study an actual comes from, its page, and its answer where it has one."""
    study = find_study(actual.study or "")
    used = study.settings(ws, actual.settings or {})
    at = partial(studies.address_of, ws, study, used)
    found = {"study": study, "address": at(endpoint="studies.show"), "at": at}
    try:
        return found | {"result": studies.answer(ws, study, used)}
    except (UnknownError, DataError, CrsError):  # its page says why it cannot be computed
        return found


def _drawn(ws: Workspace, placed: Placed) -> PageParts:
    overlay = mapping.Overlay(placed.pictures, placed.marks, "synthetic" in placed.marks)
    first = placed.features[0].layer if placed.features else ws.settings.outline
    return maps.overlaid(ws, first, overlay)


def _of(rows: tuple[Row, ...], agency: str) -> list[Row]:
    return [row for row in rows if agency in (row.agency, row.agency_now)]


def _heirs(plan: Plan, agency: Agency) -> list[Agency]:
    """Return every agency of today that does the work of one that ended."""
    succession = agency.succession
    return [plan.agency(each) for each in succession.successors] if succession else []
