"""Overlaps and gaps of a partition: by heart, and on the real communes of 2009–2019."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from shapely import Point, Polygon, box

from geo_app.analysis.partition import gaps, overlaps


def zones(*shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:9215")


FOUR = zones(box(0, 0, 5, 5), box(5, 0, 10, 5), box(0, 5, 5, 10), box(5, 5, 10, 10))


def test_a_partition_has_neither() -> None:
    assert overlaps(FOUR).empty
    assert gaps(FOUR).empty


def test_a_shared_strip() -> None:
    (found,) = overlaps(zones(box(0, 0, 5, 5), box(4, 0, 10, 5))).to_dict("records")
    assert (found["left"], found["right"], found["area_m2"]) == (0, 1, 5)
    assert found["width_m"] == pytest.approx(10 / 12)
    assert found["geometry"].equals(box(4, 0, 5, 5))


def test_three_zones_share_three_pairs_and_a_touch_is_no_overlap() -> None:
    found = overlaps(zones(box(0, 0, 2, 2), box(0, 0, 2, 2), box(1, 0, 3, 2), box(3, 0, 4, 2)))
    assert list(zip(found["left"], found["right"], strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert found["area_m2"].tolist() == [4, 2, 2]


def test_lines_beside_a_shared_area_do_not_count() -> None:
    comb = Polygon([(0, 0), (4, 0), (4, 4), (3, 4), (3, 2), (0, 2)])
    (found,) = overlaps(zones(comb, box(0, 2, 3.5, 6))).to_dict("records")
    assert found["geometry"].equals(box(3, 2, 3.5, 4))
    assert found["width_m"] == pytest.approx(2 / 5)


def test_a_hole_between_zones() -> None:
    ring = zones(box(0, 0, 9, 3), box(0, 6, 9, 9), box(0, 3, 3, 6), box(6, 3, 9, 6))
    (found,) = gaps(ring).to_dict("records")
    assert (found["area_m2"], found["beside"]) == (9, [0, 1, 2, 3])
    assert gaps(ring, least_m2=10).empty


def test_what_is_open_to_the_outside_is_no_hole() -> None:
    assert gaps(zones(box(0, 0, 9, 3), box(0, 6, 9, 9), box(0, 3, 3, 6))).empty


def test_nothing_at_all() -> None:
    assert gaps(zones()).empty
    assert overlaps(zones()).empty


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 100)] * 2, st.floats(1, 30)), max_size=12))
def test_areas_add_up(circles: list[tuple[float, float, float]]) -> None:
    """Union + holes = outer shape, and no pair of zones shares what `overlaps` does not name."""
    given_zones = zones(*(Point(x, y).buffer(r) for x, y, r in circles))
    whole = shapely.union_all(given_zones.geometry.to_numpy())
    outer = sum(Polygon(part.exterior).area for part in shapely.get_parts(whole))
    # Parts inside the hole of another part would count twice: they are their own outer ring.
    nested = any(
        Polygon(a.exterior).contains(b)
        for a in shapely.get_parts(whole)
        for b in shapely.get_parts(whole)
        if a is not b
    )
    if not nested:
        assert whole.area + gaps(given_zones)["area_m2"].sum() == pytest.approx(outer)
    pairs = overlaps(given_zones)
    shapes = given_zones.geometry
    total = sum(
        shapes.iloc[i].intersection(shapes.iloc[j]).area
        for i in range(len(shapes))
        for j in range(i)
    )
    assert pairs["area_m2"].sum() == pytest.approx(total)


@pytest.mark.slow
def test_all_of_the_real_communes_are_found(shared_data: Path) -> None:
    """By other means too: an overlay of each zone with all, and the outer ring less every zone."""
    communes = gpd.read_file(shared_data / "communes_2009_2019.gpkg").to_crs("EPSG:9215")
    shared = overlaps(communes)
    again = communes.overlay(communes[["geometry"]], how="intersection", keep_geom_type=True)
    doubled = again.area.sum() - communes.area.sum()
    assert shared["area_m2"].sum() == pytest.approx(doubled / 2, rel=1e-9)
    assert shared["area_m2"].sum() / 10_000 == pytest.approx(2_346, abs=1)
    holes = gaps(communes)
    (outer,) = shapely.get_parts(communes.union_all())
    left = Polygon(outer.exterior)
    for shape in communes.geometry:
        left = left.difference(shape)
    assert holes["area_m2"].sum() == pytest.approx(left.area, rel=1e-6)
    assert holes["area_m2"].sum() / 10_000 == pytest.approx(2_542, abs=1)
    assert len(holes) == pytest.approx(956, abs=2)
    assert all(holes["beside"].map(len) >= 1)
    assert np.all(np.diff(holes["area_m2"]) <= 0)
