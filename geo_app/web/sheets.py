"""A sheet for each named feature: zone, urban area, gate, road, commune: what matters of it."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

import shapely

from geo_app.domain.layer import Layer
from geo_app.domain.ledger import KINDS, Row
from geo_app.domain.road_event import STATUSES as WORK_STATUSES
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.render.figure import PageParts
from geo_app.render.values import show_number, show_value
from geo_app.studies.ledger import read_ledger
from geo_app.studies.plan_places import highlighted
from geo_app.studies.sheets import Nearest, Sheet, has_sheets, read_sheet, rows_about
from geo_app.web import maps
from geo_app.web.language import language
from geo_app.web.plan_lines import lines, spoken_day
from geo_app.web.province import workspace
from geo_app.workspace import Workspace, mapping

blueprint = Blueprint("sheets", __name__)

MOST_LETTERS = 1_500
"""Letters of a shape that an address may hold."""


@blueprint.get("/sheets/<layer>/<path:key>")
def show(layer: str, key: str) -> str:
    """Show the sheet of a feature."""
    ws = workspace()
    sheet = read_sheet(ws, layer, key)
    named, general = rows_about(ws, read_ledger(ws), layer, key)
    address = partial(url_for, "sheets.script", layer=layer, key=key, lang=language())
    return render_template(
        "sheets/show.html",
        sheet=sheet,
        layer=sheet.layer,
        plan=ws.plan,
        map=maps.shown(_drawn(ws, sheet), address) if sheet.picture else None,
        named=[
            (kind, lines(ws.plan, [each for each in named if each.kind == kind])) for kind in KINDS
        ],
        general=lines(ws.plan, general),
        in_table=_row_address(sheet),
        check=_check_address(sheet),
        has_sheet=has_sheets,
        road=ws.catalogue.layer(sheet.sections[0].layer) if sheet.sections else None,
        work_statuses=WORK_STATUSES,
        units=STATISTIC_UNITS,
        spoken=spoken_day,
        kilometres=_kilometres,
        field_text=_field_text,
    )


@blueprint.get("/sheets/map.js")
def script() -> Response:
    """Send the script of a sheet's map, for the generation its address names."""
    ws = maps.asked_workspace()
    sheet = read_sheet(ws, request.args.get("layer", ""), request.args.get("key", ""))
    return maps.send_script(_drawn(ws, sheet))


@blueprint.get("/api/sheets/<layer>/<path:key>")
def show_api(layer: str, key: str) -> Response:
    """Return the sheet of a feature as JSON."""
    ws = workspace()
    named, general = rows_about(ws, read_ledger(ws), layer, key)
    rows = {
        "named": [_named(each) for each in named],
        "general": [_named(each) for each in general],
    }
    return jsonify({**read_sheet(ws, layer, key).to_json(), "plan": rows})


def _named(row: Row) -> dict[str, str]:
    return {"kind": row.kind, "id": row.id, "status": row.standing.status}


def _drawn(ws: Workspace, sheet: Sheet) -> PageParts:
    assert sheet.picture is not None
    shown = highlighted(sheet.layer, sheet.picture.frame)
    overlay = mapping.Overlay([shown], sheet.marks, "synthetic" in sheet.marks)
    return maps.overlaid(ws, sheet.layer.id, overlay)


def _row_address(sheet: Sheet) -> str:
    """Return the address of the feature's row in the table of its layer."""
    parts = zip(sheet.layer.key, sheet.key.split("/"), strict=True)
    where: dict[str, Any] = {f"f.{name}.is": part for name, part in parts}
    return url_for("layers.show", layer=sheet.layer.id, **where, _anchor="table")


def _check_address(sheet: Sheet) -> str | None:
    """Return the site check of an area; None for others, and for one too long for an address."""
    if sheet.picture is None or sheet.layer.geometry != "polygon":
        return None
    site = shapely.to_wkt(sheet.picture.frame.geometry.iloc[0], rounding_precision=0)
    return url_for("check.show", site=site) if len(site) <= MOST_LETTERS else None


def _kilometres(near: Nearest) -> str:
    """Write how far away something is, no finer than it is known."""
    unsure_km, away_km = (near.plus_minus_m or 0.0) / 1_000, near.distance_m / 1_000
    told = show_number(max(away_km, unsure_km), language(), decimals=0 if unsure_km >= 1 else 1)
    sign = "< " if away_km < unsure_km else ""
    unsure = f" (±{show_number(unsure_km, language(), decimals=1)} km)" if unsure_km else ""
    return f"{sign}{told} km{unsure}"


def _field_text(layer: Layer, name: str | None, value: object) -> str:
    """Write a value of a layer's field; "" where there is none."""
    return show_value(value, layer.field(name), language()) if name and value is not None else ""
