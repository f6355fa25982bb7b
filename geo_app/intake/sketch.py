"""What was brought, small enough for an address: a map is then drawn without keeping anything."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from shapely import GeometryCollection
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geo_app.domain.placement import Placement
from geo_app.domain.text import nests_collections
from geo_app.errors import DataError
from geo_app.intake.guard import place

_DEGREES = "EPSG:4326"
MOST_BYTES = 2_500
"""Of an address; servers and proxies cut at 4,000 and more."""
_FEW, _MANY = 100, 5_000
"""Vertices, or shapes, that an address may hold; vertices that are thinned."""
_COARSENESS = (0.002, 0.01, 0.05)
"""Steps that shapes are thinned by, in shares of their extent."""


def sketch_text(given: gpd.GeoDataFrame) -> str:
    """
    Return shapes as WKT of at most `MOST_BYTES` in an address: thinned, or at last their box.

    Parameters
    ----------
    given
        Shapes in metres or degrees, in whatever CRS.
    """
    shapes = shapely.force_2d(given.geometry.to_numpy())
    box = shapely.box(*shapely.total_bounds(shapes))
    decimals = 7 if np.abs(box.bounds).max() < 200 else 2
    text = ""
    for coarser in _coarser(shapes, box):
        text = shapely.to_wkt(coarser, rounding_precision=decimals)
        if len(quote(text)) <= MOST_BYTES:
            break
    return text


def sketched(text: str, placements: Sequence[Placement]) -> gpd.GeoDataFrame:
    """
    Return what `sketch_text` wrote where each placement puts it.

    Returns
    -------
    frame
        Columns ``place`` (number of the placement, from "1") and geometry, in EPSG:4326: the
        shapes, and a point in the middle of those that are more than a point.

    Raises
    ------
    DataError, CrsError
        If it is no WKT, or leads nowhere.
    """
    try:
        shapes = shapely.get_parts(shapely.from_wkt("" if nests_collections(text) else text))
    except ShapelyError as error:
        message = f"shapes: found {text[:80]!r}; expected WKT"
        raise DataError(message, vi=f"Không đọc được hình: {text[:80]!r}; cần WKT.") from error
    if not len(shapes) or shapely.is_empty(shapes).all():
        message = "shapes: there are none"
        raise DataError(message, vi="Không có hình nào.")
    middle = shapely.Point(np.median(shapely.get_coordinates(shapes), axis=0))
    drawn = shapes if len(shapes) == 1 and shapes[0].equals(middle) else [*shapes, middle]
    given = gpd.GeoDataFrame(geometry=np.array(drawn, dtype="object"))
    placed = [
        place(given, each, _DEGREES).assign(place=str(n)) for n, each in enumerate(placements, 1)
    ]
    return gpd.GeoDataFrame(
        {"place": [number for frame in placed for number in frame["place"]]},
        geometry=[shape for frame in placed for shape in frame.geometry],
        crs=_DEGREES,
    )


def _coarser(shapes: NDArray[np.object_], box: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield shapes ever coarser; many vertices are not looked at closely, it would take long."""
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    west, south, east, north = box.bounds
    if vertices <= _FEW:
        yield GeometryCollection(list(shapes))
    if vertices <= _MANY:
        for share in _COARSENESS:
            step = share * float(np.hypot(east - west, north - south))
            yield GeometryCollection(list(shapely.simplify(shapes, step)))
    if len(shapes) <= _FEW:
        yield GeometryCollection(list(shapely.convex_hull(shapes)))
    yield GeometryCollection([box])
