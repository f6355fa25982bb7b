"""Where a finding lies, in degrees, whatever the layer's CRS."""

import geopandas as gpd
import shapely

Point = tuple[float, float]
Box = tuple[float, float, float, float]
_DEGREES = "EPSG:4326"
_DECIMALS = 7
"""Of a degree: about a centimetre."""


def locate_shapes(geometry: gpd.GeoSeries) -> list[tuple[Point | None, Box | None]]:
    """
    Return a point on each shape and its box.

    Parameters
    ----------
    geometry
        Shapes in any known CRS.

    Returns
    -------
    places
        (longitude, latitude) and (west, south, east, north) in EPSG:4326; None for no shape.
    """
    shapes = geometry.to_numpy()
    points = gpd.GeoSeries(shapely.point_on_surface(shapes), crs=geometry.crs).to_crs(_DEGREES)
    lonlat = zip(shapely.get_x(points.to_numpy()), shapely.get_y(points.to_numpy()), strict=True)
    boxes = gpd.GeoSeries(shapely.envelope(shapes), crs=geometry.crs).to_crs(_DEGREES).bounds
    nothing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return [
        (None, None) if gone else (_point(*point), _box(*box))
        for gone, point, box in zip(nothing, lonlat, boxes.to_numpy(), strict=True)
    ]


def _point(x: float, y: float) -> Point:
    return round(float(x), _DECIMALS), round(float(y), _DECIMALS)


def _box(west: float, south: float, east: float, north: float) -> Box:
    return *_point(west, south), *_point(east, north)
