"""One layer of data on the map."""

from collections.abc import Mapping
from typing import Any

from geo_app.render.elements.element import AtlasElement, static_links

_TILE_LIBRARIES = [
    ("pmtiles", "vendor/pmtiles.js"),
    ("protomaps_leaflet", "vendor/protomaps-leaflet.js"),
    *static_links("tile_layer"),
]


class DataLayer(AtlasElement):
    """
    A layer drawn from features in the page, from GeoJSON by address, or from tiles.

    Parameters
    ----------
    spec
        What the script needs of the layer; see `maps.layer_spec`.
    """

    call = "dataLayer"
    default_js = static_links("style", "data_layer")

    def __init__(self, spec: Mapping[str, Any]) -> None:
        super().__init__(spec, key=str(spec["id"]))
        display = spec["display"] or {}
        if display.get("kind") in {"tiles", "raster"}:
            # A list of this instance's own: folium keeps the class's for every map.
            self.default_js = [*self.default_js, *_TILE_LIBRARIES]
