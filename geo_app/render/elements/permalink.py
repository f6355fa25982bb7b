"""The address keeps the view: centre, zoom, layers, opacities, basemap."""

from geo_app.render.elements.element import AtlasElement, static_links


class Permalink(AtlasElement):
    """The address keeps the view: centre, zoom, layers, opacities, basemap."""

    call = "permalink"
    default_js = static_links("permalink")

    def __init__(self) -> None:
        super().__init__({})
