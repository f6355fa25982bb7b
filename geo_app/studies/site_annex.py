"""The annexes of a site check: areas in the plane and on the ellipsoid, and the coordinates."""

from collections.abc import Iterator
from typing import Any

import numpy as np

import shapely
from pyproj import CRS, Transformer
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo_app.studies.site_near import Site

_KINDS = ("point", "line", "polygon")


def area_rows(site: Site) -> list[dict[str, Any]]:
    """
    Measure every footprint in the plane of the province's CRS and on its ellipsoid.

    The plane's scale is not 1 away from where it is true: both figures stand side by side.
    """
    crs = CRS(site.frame.crs)
    geodetic, ellipsoid = crs.geodetic_crs, crs.get_geod()
    assert geodetic is not None
    assert ellipsoid is not None
    to_degrees = Transformer.from_crs(crs, geodetic, always_xy=True)
    rows = []
    for at, (name, shape, kind) in enumerate(
        zip(site.names, site.shapes, site.dimensions, strict=True)
    ):
        around = shapely.transform(shape, lambda at: np.column_stack(to_degrees.transform(*at.T)))
        row = {
            "footprint": name,
            "kind": _KINDS[kind],
            "area_m2": np.nan,
            "ellipsoid_m2": np.nan,
            "length_m": np.nan,
            "ellipsoid_m": np.nan,
            "plus_minus_m": site.error_m[at],
        }
        if kind == 2:
            row |= {
                "area_m2": shape.area,
                "ellipsoid_m2": abs(ellipsoid.geometry_area_perimeter(_turned(around))[0]),
            }
        if kind:
            edge = around.boundary if kind == 2 else around
            row |= {"length_m": shape.length, "ellipsoid_m": ellipsoid.geometry_length(edge)}
        rows.append(row)
    return rows


def _turned(shape: BaseGeometry) -> BaseGeometry:
    """Return a polygon whose outer rings all turn one way, holes the other: holes are taken off."""
    turned: BaseGeometry = shapely.orient_polygons(shape)
    return turned


def coordinate_rows(site: Site) -> Iterator[dict[str, Any]]:
    """List the corners of every footprint: X is north, Y is east; a ring's end is not repeated."""
    for name, shape in zip(site.names, site.shapes, strict=True):
        for part, each in enumerate(shapely.get_parts(shape), start=1):
            for ring, line in enumerate(_rings(each), start=1):
                at = shapely.get_coordinates(line)
                if len(at) > 1 and line.geom_type == "LinearRing":
                    at = at[:-1]
                for point, (east, north) in enumerate(at, start=1):
                    yield {
                        "footprint": name,
                        "part": part,
                        "ring": ring,
                        "point": point,
                        "x_north_m": north,
                        "y_east_m": east,
                    }


def _rings(shape: BaseGeometry) -> list[BaseGeometry]:
    return [shape.exterior, *shape.interiors] if isinstance(shape, Polygon) else [shape]
