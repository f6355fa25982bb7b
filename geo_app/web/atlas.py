"""The maps: the whole atlas, one theme, and one layer for its page."""

import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from geo_app.render.figure import PageParts
from geo_app.render.maps import Services
from geo_app.web.arguments import whole_argument
from geo_app.web.data import asset_url, basemap_address
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.web.responses import immutable
from geo_app.workspace import Workspace, mapping

blueprint = Blueprint("atlas", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the whole atlas."""
    return _page(None)


@blueprint.get("/map/<theme>")
def theme(theme: str) -> str:
    """Show one theme."""
    return _page(theme)


def _page(theme: str | None) -> str:
    ws = workspace()
    shown = ws.catalogue.theme(theme) if theme else None
    return render_template("atlas/map.html", theme=shown, map=map_of(ws, theme=theme))


@blueprint.get("/map.js")
def script() -> Response:
    """Send the script of a map, for the generation its address names."""
    ws = workspace()
    generation = whole_argument("generation", default=ws.published.generation)
    if generation != ws.published.generation:
        ws = ws.at(generation)
    drawn = page_parts(ws, request.args.get("theme"), request.args.get("layer")).script
    response = make_response(drawn)
    response.mimetype = "text/javascript"
    response.add_etag(weak=True)
    if request.args.get("digest") == _digest(drawn):
        immutable(response)
    response.make_conditional(request)
    return response


def map_of(
    ws: Workspace, *, theme: str | None = None, layer: str | None = None
) -> dict[str, object]:
    """Return what a template needs to show a map."""
    parts = page_parts(ws, theme, layer)
    state: dict[str, Any] = {
        "generation": ws.published.generation,
        "lang": language(),
        # A background, a legend or this program may change between two generations.
        "digest": _digest(parts.script),
    }
    return {
        "styles": [asset_url(link) for link in parts.styles],
        "scripts": [asset_url(link) for link in parts.scripts],
        "body": parts.body,
        "script": url_for("atlas.script", theme=theme, layer=layer, **state),
    }


def page_parts(ws: Workspace, theme: str | None, layer: str | None) -> PageParts:
    """Draw a map by address, for this reader and language."""
    if layer is not None:
        ws.catalogue.layer(layer)
    services = Services(
        identify=url_for("lookup.identify"),
        search=url_for("lookup.search_api"),
        layer_page=url_for("layers.show", layer="ID").replace("ID", "{id}"),
    )
    drawn = mapping.served_map(
        ws,
        theme,
        layer=layer,
        language=language(),
        services=services,
        address=lambda layer, version, name: url_for(
            "data.display", layer=layer, version=version, name=name
        ),
        basemap_address=basemap_address,
    )
    return drawn.page_parts()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
