"""Names on the map, of the layers that ask for them from some zoom."""

from geo_app.render.elements.element import AtlasElement, static_links


class Labels(AtlasElement):
    """Names on the map, of the layers that ask for them from some zoom."""

    call = "labels"
    default_js = static_links("labels")

    def __init__(self) -> None:
        super().__init__({})
