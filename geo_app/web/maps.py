"""What every page with a map sends: the parts its template shows, and the script they name."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request, url_for

from geo_app.render.figure import PageParts
from geo_app.render.maps import Services
from geo_app.web.arguments import whole_argument
from geo_app.web.data import asset_url, basemap_address
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.web.responses import immutable
from geo_app.workspace import Workspace, mapping


def asked_workspace() -> Workspace:
    """Return the workspace in the generation the address names, where it names one."""
    ws = workspace()
    generation = whole_argument("generation", default=ws.published.generation)
    return ws if generation == ws.published.generation else ws.at(generation)


def overlaid(ws: Workspace, layer: str, overlay: mapping.Overlay) -> PageParts:
    """Draw what a page tells of over one layer and the base; the map opens on it."""
    drawn = mapping.served_map(
        ws,
        layer=layer,
        language=language(),
        services=Services(identify=url_for("lookup.identify")),
        address=lambda layer, version, name: url_for(
            "data.display", layer=layer, version=version, name=name
        ),
        basemap_address=basemap_address,
        overlay=overlay,
    )
    return drawn.page_parts()


def shown(parts: PageParts, address: Callable[..., str]) -> dict[str, Any]:
    """Return what a template needs to show a map; `address` gives that of its script."""
    state = {
        "generation": workspace().published.generation,
        # A background, a legend or this program may change between two generations.
        "digest": _digest(parts.script),
    }
    return {
        "styles": [asset_url(link) for link in parts.styles],
        "scripts": [asset_url(link) for link in parts.scripts],
        "body": parts.body,
        "script": address(**state),
    }


def send_script(parts: PageParts) -> Response:
    """Send a map's script; a browser keeps it where it is still the one the page named."""
    response = make_response(parts.script)
    response.mimetype = "text/javascript"
    response.add_etag(weak=True)
    if request.args.get("digest") == _digest(parts.script):
        immutable(response)
    response.make_conditional(request)
    return response


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
