"""Degrees and minutes: lines over the map, written in its frame."""

from geo_app.render.elements.element import AtlasElement, static_links


class Graticule(AtlasElement):
    """Degrees and minutes: lines over the map, written in its frame."""

    call = "graticule"
    default_js = static_links("graticule")

    def __init__(self) -> None:
        super().__init__({})
