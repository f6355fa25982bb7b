"""The plan's ledger for programs: the rows of the page, and one with its history, as JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify

from geo_app.domain.ledger import KINDS, Actual, Kind, Row
from geo_app.domain.result import plain_value
from geo_app.errors import UnknownError
from geo_app.studies.ledger import ledger_row, read_ledger
from geo_app.studies.plan_tables import actual_cells, ledger_cells
from geo_app.web.arguments import day_argument
from geo_app.web.plan_wanted import read_wanted
from geo_app.web.province import workspace
from geo_app.workspace.entries import today

blueprint = Blueprint("plan_api", __name__)


@blueprint.get("/api/plan")
def index() -> Response:
    """Return the rows that the page of the same address shows."""
    ws, wanted = workspace(), read_wanted()
    rows = [row_json(row) for row in wanted.rows(read_ledger(ws, wanted.on))]
    return jsonify(on=(wanted.on or today(ws)).isoformat(), rows=rows)


@blueprint.get("/api/plan/<kind>/<row>")
def show(kind: Kind, row: str) -> Response:
    """Return one row with its history and the features behind its figure."""
    if kind not in KINDS:
        message = f"plan: there is no kind {kind!r}; expected one of {', '.join(KINDS)}"
        raise UnknownError(message)
    found = ledger_row(workspace(), kind, row, day_argument("on"))
    features = found.actual.features if found.actual else ()
    return jsonify(
        **row_json(found),
        history=[_actual_json(each) for each in found.history],
        features=[{"layer": each.layer, "key": each.key, "name": each.name} for each in features],
    )


def row_json(row: Row) -> dict[str, Any]:
    """Return a row as the study ``plan-progress`` holds it, with its English words beside."""
    words = {"title": row.title, "asks": row.asks, "reason": row.standing.reason}
    english = {f"{name}_en": text.en for name, text in words.items()}
    change = {"change_en": row.change.en if row.change else None}
    return (
        {name: plain_value(value) for name, value in ledger_cells(row).items()} | english | change
    )


def _actual_json(actual: Actual) -> dict[str, Any]:
    cells = {name: plain_value(value) for name, value in actual_cells(actual).items()}
    return cells | {"breaks": actual.breaks}
