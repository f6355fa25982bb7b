"""Invalid shapes, repairs and repetitions, on shapes whose areas are known by heart."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import geopandas as gpd
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo_app.analysis.validity import duplicates, finite, invalid, mean_width_m, repaired

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
SPIKED = Polygon([(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)])


def series(*shapes: object) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), index=range(7, 7 + len(shapes)), crs="EPSG:9215")


def test_what_is_invalid_is_named_and_placed() -> None:
    found = invalid(series(box(0, 0, 1, 1), BOW_TIE, None, LineString([(0, 0), (1, 1)])))
    assert found.index.tolist() == [8]
    assert found.loc[8, "reason"] == "Self-intersection"
    assert tuple(found.loc[8, ["x", "y"]]) == (5, 5)


def test_nothing_invalid() -> None:
    assert invalid(series(box(0, 0, 1, 1))).empty


def test_a_spike_goes_without_a_change_of_area() -> None:
    valid, changed = repaired(series(SPIKED))
    assert valid.iloc[0].equals(box(0, 0, 10, 10))
    assert changed.tolist() == [0]


def test_a_bow_tie_doubles() -> None:
    """Its lobes of 25 m² are wound against each other: as drawn they cancel out."""
    valid, changed = repaired(series(BOW_TIE))
    assert valid.area.tolist() == [50]
    assert changed.tolist() == [50]


def test_a_hole_outside_becomes_area() -> None:
    shape = Polygon(box(0, 0, 10, 10).exterior, [box(20, 20, 22, 22).exterior])
    valid, changed = repaired(series(shape))
    assert valid.iloc[0].is_valid
    assert changed.iloc[0] == abs(valid.area.iloc[0] - 96)


@settings(max_examples=60, deadline=None)
@example([(1, 1), (0, 0), (1, 0), (1, 1), (0, 0), (0, 1)])
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=12))
def test_every_ring_comes_out_valid(points: list[tuple[int, int]]) -> None:
    valid, changed = repaired(series(Polygon(points)))
    assert valid.is_valid.all()
    assert set(valid.geom_type) <= {"Polygon", "MultiPolygon"}
    assert np.isfinite(changed).all()


def test_shapes_given_twice() -> None:
    turned = Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    given_twice = series(box(0, 0, 1, 1), Point(1, 1), None, turned, Point(1, 1), box(0, 0, 2, 1))
    assert duplicates(given_twice).to_dict() == {10: 0, 11: 1}


def test_coordinates_that_are_no_numbers() -> None:
    with np.errstate(invalid="ignore"):
        broken = LineString([(0, 0), (1, np.nan), (1, 1)])
    many = series(box(0, 0, 1, 1), broken, None, Point(np.inf, 1))
    assert finite(many).tolist() == [True, False, True, False]
    assert invalid(many).empty


def test_a_strip_is_as_wide_as_it_is() -> None:
    strip, far = box(0, 0, 1000, 0.5), MultiPolygon([box(0, 0, 1000, 2), box(0, 9, 1000, 11)])
    assert mean_width_m(series(strip, far, Polygon())).tolist() == pytest.approx([0.5, 2, 0], 1e-2)
