"""The maps: the whole atlas, one theme, and one layer for its page."""

from functools import partial

from flask import Blueprint, Response, render_template, request, url_for

from geo_app.render.figure import PageParts
from geo_app.render.maps import Services
from geo_app.web import maps
from geo_app.web.data import basemap_address
from geo_app.web.language import language
from geo_app.web.province import workspace
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
    theme, layer = request.args.get("theme"), request.args.get("layer")
    return maps.send_script(page_parts(maps.asked_workspace(), theme, layer))


def map_of(
    ws: Workspace, *, theme: str | None = None, layer: str | None = None
) -> dict[str, object]:
    """Return what a template needs to show a map."""
    address = partial(url_for, "atlas.script", theme=theme, layer=layer, lang=language())
    return maps.shown(page_parts(ws, theme, layer), address)


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
