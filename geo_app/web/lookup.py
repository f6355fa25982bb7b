"""What is here, and where is that: identify and search, as JSON and as a page."""

from math import ceil, floor
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from geo_app.render.values import show_value, unit_symbol
from geo_app.render.words import WORDS, badge
from geo_app.studies.sheets import has_sheets
from geo_app.studies.site import is_chainage
from geo_app.web.arguments import number_argument
from geo_app.web.language import language, title, translate
from geo_app.web.province import workspace
from geo_app.workspace import lookup

blueprint = Blueprint("lookup", __name__)

FAR_DEGREES = 5
"""How far beyond the province a point may lie: further out its CRS means nothing."""


@blueprint.get("/api/identify")
def identify() -> Response:
    """Tell what lies at a point of the map, topmost layer first."""
    ws = workspace()
    west, south, east, north = ws.bounds_lonlat
    lon = number_argument("lon", floor(west) - FAR_DEGREES, ceil(east) + FAR_DEGREES)
    lat = number_argument("lat", floor(south) - FAR_DEGREES, ceil(north) + FAR_DEGREES)
    zoom = number_argument("zoom", 0, 30)
    layers = [name for name in request.args.get("layers", "").split(",") if name]
    tolerance = lookup.click_tolerance_m(lat, zoom)
    hits, limited = lookup.identify(ws, lon, lat, layers, tolerance_m=tolerance)
    place = lookup.place(ws, lon, lat)
    return jsonify(hits=[_hit(hit) for hit in hits], place=place, limit_reached=limited)


@blueprint.get("/api/search")
def search_api() -> Response:
    """Find names, with or without accents."""
    return jsonify(results=_results(request.args.get("q", "")))


@blueprint.get("/search")
def search() -> str:
    """Find names, as a page that needs no script."""
    text = request.args.get("q", "")
    kinds = {kind: title(WORDS[f"kind_{kind}"]) for kind in lookup.KINDS}
    return render_template(
        "lookup/search.html",
        text=text,
        results=_results(text),
        kinds=kinds,
        limit=lookup.LIMIT,
        kilometre=is_chainage(text),
    )


def _hit(hit: lookup.Hit) -> dict[str, Any]:
    layer = hit.layer
    name = hit.values.get(layer.name) if layer.name else None
    accuracy = hit.values.get(layer.accuracy) if layer.accuracy else None
    day = hit.version.provenance.date
    return {
        "layer": layer.id,
        "title": title(layer.title),
        "marks": [badge(mark, language()) for mark in hit.version.provenance.marks],
        "date": day.isoformat() if day else None,
        "feature": name if isinstance(name, str) else None,
        "approximate": accuracy == "C",
        "rows": _cell_rows(hit) if layer.geometry == "raster" else _feature_rows(hit),
        "geometry": lookup.outline_json(hit),
        "page": _page(hit),
    }


def _page(hit: lookup.Hit) -> str:
    """Return the sheet of the feature; the row in the table of its layer where it has none."""
    layer = hit.layer
    key = [hit.values[name] for name in layer.key if name in hit.values]
    if has_sheets(layer) and len(key) == len(layer.key):
        return url_for("sheets.show", layer=layer.id, key="/".join(map(str, key)))
    filters: dict[str, Any] = {f"f.{n}.is": hit.values[n] for n in layer.key if n in hit.values}
    anchor = "table" if filters else None
    return url_for("layers.show", layer=layer.id, **filters, _anchor=anchor)


def _feature_rows(hit: lookup.Hit) -> list[dict[str, str]]:
    rows = []
    for name, value in hit.values.items():
        field = hit.layer.field(name)
        text = show_value(value, field, language())
        if text and name != hit.layer.name:
            unit = unit_symbol(field.unit, language())
            rows.append({"title": title(field.title), "value": text, "unit": unit})
    return rows


def _cell_rows(hit: lookup.Hit) -> list[dict[str, str]]:
    code = str(hit.values["value"])
    known = (c for c in hit.layer.legend.classes if code in c.values)
    shown = next(known, None)
    value = title(shown.title) if shown else code
    return [{"title": translate("Class"), "value": value, "unit": ""}]


def _results(text: str) -> list[dict[str, Any]]:
    return [_result(entry) for entry in lookup.search(workspace(), text)]


def _result(entry: lookup.Entry) -> dict[str, Any]:
    url, context = None, entry.context
    if entry.kind == "layer":
        layer = workspace().catalogue.layer(entry.layer or "")
        context = title(workspace().catalogue.theme(layer.theme).title)
        url = url_for("layers.show", layer=layer.id)
    elif entry.synthetic:
        context = " · ".join(filter(None, [context, badge("synthetic", language())["title"]]))
    elif entry.kind == "agency":
        url = url_for("plan.agency", agency=entry.feature)
    elif entry.kind in lookup.PLAN_KINDS:
        url = url_for(f"plan.{entry.kind}", row=entry.feature)
    return {
        "kind": entry.kind,
        "title": title(entry.title),
        "context": context,
        "layer": entry.layer,
        "lon": entry.lon,
        "lat": entry.lat,
        "bounds": entry.bounds,
        "url": url,
        "sheet": _sheet(entry),
    }


def _sheet(entry: lookup.Entry) -> str | None:
    """Return the sheet of a feature found; None for what has none."""
    layer = workspace().catalogue.layers.get(entry.layer or "")
    if layer is None or entry.feature is None or not has_sheets(layer):
        return None
    return url_for("sheets.show", layer=layer.id, key=entry.feature)
