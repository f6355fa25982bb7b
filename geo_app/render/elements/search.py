"""The search box over places, units, layers and projects."""

from geo_app.render.elements.element import AtlasElement, static_links


class Search(AtlasElement):
    """
    A combobox that asks the search service as the reader types.

    Parameters
    ----------
    service
        Address of the search service.
    """

    call = "search"
    default_js = static_links("search")

    def __init__(self, service: str) -> None:
        super().__init__({"service": service})
