"""WMTS capabilities documents: the address of a layer's tiles, as the map asks for them."""

import re
from xml.etree import ElementTree

from geo_app.errors import DataError

_NAMES = {"wmts": "http://www.opengis.net/wmts/1.0", "ows": "http://www.opengis.net/ows/1.1"}
_WEB_MERCATOR = re.compile(r"(3857|900913|GoogleMapsCompatible)")
_NUMBERED = re.compile(r"(.*?)(\d+)")

Tiles = tuple[str, tuple[int, int]]


def read_capabilities(document: bytes, location: str) -> Tiles:
    """
    Take the first layer that has a tile address in Web Mercator.

    Returns
    -------
    address, zooms
        With ``{z}``, ``{x}`` and ``{y}``; the lowest and highest zoom.

    Raises
    ------
    DataError
        If the document is not one of WMTS, or has no such layer.
    """
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 (expat bounds entity expansion)
    except ElementTree.ParseError as error:
        message = f"{location}: not a WMTS capabilities document: {error}"
        raise DataError(message) from error
    matrices = {
        _text(each, "ows:Identifier"): each
        for each in root.iterfind("wmts:Contents/wmts:TileMatrixSet", _NAMES)
    }
    for layer in root.iterfind("wmts:Contents/wmts:Layer", _NAMES):
        for link in layer.iterfind("wmts:TileMatrixSetLink/wmts:TileMatrixSet", _NAMES):
            name = link.text or ""
            matrix = matrices.get(name)
            if matrix is not None and _WEB_MERCATOR.search(name):
                tiles = _tiles(layer, name, matrix)
                if tiles is not None:
                    return tiles
    message = (
        f"{location}: no layer with a tile address in Web Mercator (EPSG:3857) whose matrices are "
        "numbered by zoom"
    )
    raise DataError(message)


def _tiles(layer: ElementTree.Element, name: str, matrix: ElementTree.Element) -> Tiles | None:
    template = layer.find("wmts:ResourceURL[@resourceType='tile']", _NAMES)
    identifiers = [
        _NUMBERED.fullmatch(_text(each, "ows:Identifier"))
        for each in matrix.iterfind("wmts:TileMatrix", _NAMES)
    ]
    numbered = [(match[1], int(match[2])) for match in identifiers if match is not None]
    prefixes = {prefix for prefix, _ in numbered}
    if template is None or len(prefixes) != 1 or len(numbered) != len(identifiers):
        return None
    style = _text(layer, "wmts:Style/ows:Identifier") or "default"
    values = {
        "TileMatrixSet": name,
        "Style": style,
        "style": style,
        "TileMatrix": prefixes.pop() + "{z}",
        "TileCol": "{x}",
        "TileRow": "{y}",
    }
    for dimension in layer.iterfind("wmts:Dimension", _NAMES):
        values[_text(dimension, "ows:Identifier")] = _text(dimension, "wmts:Default")
    address = template.get("template", "")
    for key, value in values.items():
        address = address.replace("{" + key + "}", value)
    zooms = [zoom for _, zoom in numbered]
    return address, (min(zooms), max(zooms))


def _text(element: ElementTree.Element, path: str) -> str:
    found = element.find(path, _NAMES)
    return (found.text or "").strip() if found is not None else ""
