"""Ends of roads that miss another, or run past it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
from shapely import LineString, MultiLineString

from geo_app.analysis.dangles import dangles

MAIN = LineString([(0, 0), (50, 0), (100, 0)])


def found(*lines: object, join_m: float = 10) -> list[tuple[int, int, str, float]]:
    ends = dangles(gpd.GeoDataFrame(geometry=list(lines), crs="EPSG:9215"), join_m=join_m)
    columns = [ends[name] for name in ("line", "other", "kind", "distance_m")]
    return [(a, b, c, round(d, 3)) for a, b, c, d in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    "branch",
    [
        LineString([(50, 0), (50, 100)]),
        LineString([(30, 0), (50, 100)]),
        LineString([(30, 0.005), (50, 100)]),
        LineString([(50, 100), (100, 0)]),
        LineString([(50, 11), (50, 100)]),
        LineString([(40, -50), (60, 50)]),
        LineString([(20, 2), (30, 2), (30, 5), (20, 2)]),
    ],
    ids=["vertex", "between", "millimetres", "end", "far", "crossing", "closed"],
)
def test_roads_that_join_pass_or_stay_away(branch: LineString) -> None:
    assert found(MAIN, branch) == []


def test_short_of_it() -> None:
    assert found(MAIN, LineString([(50, 3), (50, 100)])) == [(1, 0, "undershoot", 3)]
    assert found(MAIN, LineString([(50, 100), (53, 4)])) == [(1, 0, "undershoot", 4)]


def test_past_it_along_the_line() -> None:
    assert found(MAIN, LineString([(53, -4), (50, 0), (50, 100)])) == [(1, 0, "overshoot", 5)]
    assert found(MAIN, LineString([(50, 100), (50, -9)])) == [(1, 0, "overshoot", 9)]
    assert found(MAIN, LineString([(50, 100), (50, -9)]), join_m=8) == []


def test_two_ends_that_miss_each_other_both_count() -> None:
    gap = found(LineString([(0, 0), (50, 0)]), LineString([(52, 0), (90, 0)]))
    assert gap == [(0, 1, "undershoot", 2), (1, 0, "undershoot", 2)]


def test_parts_of_one_road_are_ends_too() -> None:
    parts = MultiLineString([[(0, 0), (50, 0)], [(50, 2), (50, 90)]])
    assert found(parts) == [(0, 0, "undershoot", 2)] * 2


def test_no_roads() -> None:
    assert found() == []


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 9.9), st.floats(11, 89))
def test_the_missing_metres_are_measured(gap_m: float, along: float) -> None:
    ((line, other, kind, metres),) = found(MAIN, LineString([(along, gap_m), (along, 90)]))
    assert (line, other, kind) == (1, 0, "undershoot")
    assert metres == pytest.approx(gap_m, abs=0.001)
