"""Buttons for zoom, the whole province, full screen and the link; the scale bar."""

from geo_app.render.elements.element import AtlasElement, static_links


class Tools(AtlasElement):
    """Buttons for zoom, the whole province, full screen and the link; the scale bar."""

    call = "tools"
    default_js = static_links("tools")

    def __init__(self) -> None:
        super().__init__({})
