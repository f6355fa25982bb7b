"""What lies at a place: asked of the service, or answered from the page's own data."""

from geo_app.render.elements.element import AtlasElement, static_links


class Identify(AtlasElement):
    """
    A click, or Enter at the map's centre, opens a panel with what lies there.

    Parameters
    ----------
    service
        Address of the identify service; None: answered from the features in the page.
    """

    call = "identify"
    default_js = static_links("identify_inline", "identify")

    def __init__(self, service: str | None) -> None:
        super().__init__({"service": service})
