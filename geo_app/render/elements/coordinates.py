"""Coordinates of the pointer, in WGS 84 and in the province's CRS."""

from pyproj import CRS

from geo_app.render.elements.element import AtlasElement, static_links
from geo_app.render.projection import browser_definition

_SCRIPTS = [("proj4", "vendor/proj4.js"), *static_links("coordinates")]


class Coordinates(AtlasElement):
    """
    Degrees and metres under the pointer; of the map's centre where there is no pointer.

    Parameters
    ----------
    crs
        A projected CRS, such as EPSG:9215.

    Raises
    ------
    CrsError
        If the browser cannot compute `crs` within 1 cm.
    """

    call = "coordinates"
    default_js = _SCRIPTS

    def __init__(self, crs: str) -> None:
        name = CRS.from_user_input(crs).name
        definition = browser_definition(crs)
        super().__init__({"code": crs, "name": name, "definition": definition})
