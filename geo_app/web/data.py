"""Files by versioned address: what the maps load, scripts and styles, and backgrounds."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, send_file, url_for
from werkzeug.security import safe_join

from geo_app.domain.basemap import StoredBasemap
from geo_app.render import assets
from geo_app.web.province import workspace
from geo_app.web.responses import immutable, takes_gzip
from geo_app.workspace import basemaps, mapping

blueprint = Blueprint("data", __name__)

_FOLDERS = {
    "vendor": assets.VENDOR,
    "static": assets.STATIC,
    "pages": Path(__file__).parent / "static",
}


@blueprint.get("/data/<layer>/<version>/<name>")
def display(layer: str, version: str, name: str) -> Response:
    """Send a file a map draws, in ranges where asked."""
    path = mapping.display_file(workspace(), layer, version, name)
    packed = path.with_name(path.name + ".gz")
    if not packed.is_file():
        return immutable(send_file(path, conditional=True))
    if takes_gzip():
        response = send_file(packed, mimetype="application/geo+json", conditional=True)
        response.content_encoding = "gzip"
    else:
        response = send_file(path, conditional=True)
    response.vary.add("Accept-Encoding")
    return immutable(response)


@blueprint.get("/assets/<digest>/<folder>/<path:name>")
def asset(digest: str, folder: str, name: str) -> Response:
    """Send a script, style or font; `digest` names the state of all of them."""
    path = safe_join(str(_FOLDERS[folder]), name) if folder in _FOLDERS else None
    if path is None or not Path(path).is_file():
        abort(404)
    response = send_file(path, conditional=True)
    return immutable(response) if digest == assets_digest() else response


@blueprint.get("/basemaps/<basemap>/<int:zoom>/<int:x>/<int:y>")
def basemap_tile(basemap: str, zoom: int, x: int, y: int) -> Response:
    """Send one tile of a background that stands in a file on this machine."""
    tile = basemaps.basemap_tile(workspace(), basemap, zoom, x, y)
    if tile is None:
        return Response(status=204)
    response = Response(tile, mimetype="image/png")
    response.cache_control.max_age = 3600
    return response


@blueprint.get("/basemaps/<basemap>.pmtiles")
def basemap_file(basemap: str) -> Response:
    """Send ranges of a PMTiles background."""
    return send_file(basemaps.basemap_file(workspace(), basemap), conditional=True)


def basemap_address(basemap: StoredBasemap) -> str:
    """Return where a map loads a background from."""
    match basemap.kind:
        case "xyz":
            return basemap.location
        case "pmtiles":
            return url_for("data.basemap_file", basemap=basemap.id)
    tile = url_for("data.basemap_tile", basemap=basemap.id, zoom=0, x=0, y=0)
    return tile.removesuffix("0/0/0") + "{z}/{x}/{y}"


def asset_url(link: str) -> str:
    """Return the address of a link that folium or one of our elements writes."""
    path = assets.path_of(link)
    for folder, root in _FOLDERS.items():
        if path.is_relative_to(root):
            return _address(folder, path.relative_to(root).as_posix())
    return _address("pages", path.name)


def page_asset(name: str) -> str:
    """Return the address of a file of the pages themselves."""
    return _address("pages", name)


def _address(folder: str, name: str) -> str:
    return url_for("data.asset", digest=assets_digest(), folder=folder, name=name)


@cache
def assets_digest() -> str:
    """Return a short digest of every script and style this server sends."""
    digest = hashlib.sha256((assets.VENDOR / assets.RECORD).read_bytes())
    for folder in (assets.STATIC, _FOLDERS["pages"]):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
