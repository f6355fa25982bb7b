"""Where a map of an answer opens."""

import json

import pytest

import geopandas as gpd
from pyproj import Transformer
from shapely import Point

from geo_app.domain.layer import Layer
from geo_app.workspace import Workspace
from geo_app.workspace.mapping import LEAST_AROUND_M, sketch_map

WEST, SOUTH = 500_000, 1_200_000
"""The south-west corner of the small province."""


def opens_on(ws: Workspace, *points: Point) -> list[float]:
    """Return the box the map of points opens on, degrees."""
    layer: Layer = next(each for each in ws.layers if each.geometry == "point")
    drawn = sketch_map(ws, [(layer, gpd.GeoDataFrame(geometry=list(points), crs=ws.settings.crs))])
    found: list[float] = json.loads(str(drawn.settings))["view"]
    return found


def test_it_opens_around_one_place(small_province: Workspace) -> None:
    box = opens_on(small_province, Point(WEST + 5_000, SOUTH + 5_000))
    to_metres = Transformer.from_crs("EPSG:4326", small_province.settings.crs, always_xy=True)
    west, south, east, north = to_metres.transform_bounds(*box)
    assert (west + east) / 2 == pytest.approx(WEST + 5_000, abs=1)
    assert (south + north) / 2 == pytest.approx(SOUTH + 5_000, abs=1)
    assert (east - west, north - south) == pytest.approx((2 * LEAST_AROUND_M,) * 2, abs=5)


def test_it_opens_on_the_province_where_something_lies_far_off(small_province: Workspace) -> None:
    whole = list(small_province.bounds_lonlat)
    assert opens_on(small_province, Point(WEST, SOUTH), Point(WEST + 500_000, SOUTH)) == whole
    assert opens_on(small_province) == whole
