"""A file's rows as the shapes a layer wants: rings and courses from points, areas from outlines."""

from dataclasses import replace

import geopandas as gpd

from geo_app.storage.reading.coordinates import assemble_lines, assemble_rings
from geo_app.storage.reading.raw import RawLayer
from geo_app.storage.reading.vector import closed_lines_as_polygons


def shaped_for(raw: RawLayer, geometry: str) -> RawLayer:
    """
    Return rows shaped as `geometry` ("point", "line", "polygon") where the file leaves it open.

    A table of vertices becomes rings or courses; closed lines of a drawing become polygons. What
    has its shape already stays as it is.
    """
    if not isinstance(raw.frame, gpd.GeoDataFrame):
        return raw
    if geometry in {"polygon", "line"} and raw.courses is not None:
        return assemble_rings(raw) if geometry == "polygon" else assemble_lines(raw)
    if geometry == "polygon":
        return replace(raw, frame=closed_lines_as_polygons(raw.frame))
    return raw
