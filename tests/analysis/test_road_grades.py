"""Grades, widths and years held against a rule; what of a line lies inside areas."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geopandas as gpd
from shapely import LineString, box

from geo_app.analysis.road_grades import (
    maintained_in,
    parts_inside,
    reaches_grade,
    reaches_roadbed,
    suggested_grades,
)
from geo_app.domain.plan_terms import ROAD_GRADES
from geo_app.errors import CrsError

CRS = "EPSG:9215"
WIDTHS = {
    "plain": {"III": 12.0, "IV": 9.0, "V": 7.5, "VI": 6.5},
    "mountain": {"III": 9.0, "IV": 7.5, "V": 6.5, "VI": 6.0},
}
grades = st.sampled_from(ROAD_GRADES)


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype=object)


def told(answers: pd.Series) -> list[bool | None]:
    return [None if pd.isna(each) else bool(each) for each in answers]


def test_at_least_v_is_one_to_five() -> None:
    found = reaches_grade(text(*ROAD_GRADES), "V")
    assert told(found) == [True, True, True, True, True, False]


def test_a_grade_that_is_not_known_reaches_nothing_and_fails_nothing() -> None:
    assert told(reaches_grade(text(None, "", "cấp V", "A", "D"), "VI")) == [
        None, None, None, False, False,
    ]  # fmt: skip


@given(grade=grades, worst=grades)
def test_a_better_grade_reaches_what_a_worse_one_does(grade: str, worst: str) -> None:
    order = ROAD_GRADES.index
    assert told(reaches_grade(text(grade), worst)) == [order(grade) <= order(worst)]


@pytest.mark.parametrize(
    ("roadbed_m", "terrain", "suggested", "reaches_iv"),
    [
        (9.0, "plain", "IV", True),
        (8.99, "plain", "V", False),
        (7.5, "mountain", "IV", True),
        (7.5, "plain", "V", False),
        (40.0, "mountain", "III", True),
        (6.2, "plain", "below", False),
        (6.2, "mountain", "VI", False),
        (9.0, None, None, None),
        (9.0, "swamp", None, None),
        (None, "plain", None, None),
    ],
)
def test_a_roadbed_suggests_a_grade_by_terrain(
    roadbed_m: float | None, terrain: str | None, suggested: str | None, reaches_iv: bool | None
) -> None:
    width = pd.Series([roadbed_m], dtype="float64")
    found = suggested_grades(width, text(terrain), WIDTHS)
    assert [None if pd.isna(each) else each for each in found] == [suggested]
    assert told(reaches_roadbed(width, text(terrain), "IV", WIDTHS)) == [reaches_iv]


@given(roadbed_m=st.floats(0, 40), terrain=st.sampled_from(list(WIDTHS)))
def test_the_grade_suggested_is_the_best_the_roadbed_reaches(
    roadbed_m: float, terrain: str
) -> None:
    width, where = pd.Series([roadbed_m]), text(terrain)
    (suggested,) = suggested_grades(width, where, WIDTHS)
    reached = [
        g for g in WIDTHS[terrain] if told(reaches_roadbed(width, where, g, WIDTHS)) == [True]
    ]
    assert suggested == (reached[0] if reached else "below")


def test_without_a_table_nothing_is_suggested_or_known() -> None:
    width, terrain = pd.Series([9.0]), text("plain")
    assert suggested_grades(width, terrain, {}).isna().all()
    assert told(reaches_roadbed(width, terrain, "IV", {})) == [None]


def test_three_valued_or_keeps_what_is_not_known() -> None:
    by_grade = reaches_grade(text("IV", "V", "V", None, None), "IV")
    width = pd.Series([None, 9.0, None, 9.0, 6.0], dtype="float64")
    by_width = reaches_roadbed(width, text(*["plain"] * 5), "IV", WIDTHS)
    assert told(by_grade | by_width) == [True, True, None, True, None]


def test_a_road_maintained_later_may_have_been_maintained_then() -> None:
    last = pd.Series([2026, 2025, 2027, None], dtype="float64")
    assert told(maintained_in(last, pd.Series([2026.0] * 4))) == [True, False, None, None]
    assert told(maintained_in(last, pd.Series([float("nan")] * 4))) == [None] * 4


def lines(*shapes: LineString | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": range(len(shapes))}, geometry=list(shapes), crs=CRS)


def areas(*boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[box(*each) for each in boxes], crs=CRS)


def test_what_lies_inside_is_cut_out_and_counted_once() -> None:
    roads = lines(
        LineString([(0, 0), (10_000, 0)]),
        LineString([(0, 500), (100, 500)]),  # beside
        LineString([(1_000, 5), (1_000, 900)]),  # touches a corner only
        None,
    )
    found, places = parts_inside(
        roads, areas((1_000, -5, 3_000, 5), (2_000, -5, 4_000, 5), (9_000, -5, 9_500, 5))
    )
    assert found["code"].tolist() == [0]
    assert found.length.tolist() == pytest.approx([3_500])
    assert [each.tolist() for each in places] == [[0, 1, 2]]


def test_nothing_lies_inside_no_area() -> None:
    road = lines(LineString([(0, 0), (10, 0)]))
    for roads, grounds in ((road, areas()), (road.iloc[:0], areas((0, 0, 1, 1)))):
        found, places = parts_inside(roads, grounds)
        assert found.empty
        assert places == []


@given(
    starts=st.lists(st.integers(0, 90), max_size=6),
    long=st.integers(1, 30),
)
def test_inside_and_outside_make_the_whole(starts: list[int], long: int) -> None:
    road = lines(LineString([(0, 0), (100, 0)]))
    found, _ = parts_inside(road, areas(*((s, -1, s + long, 1) for s in starts)))
    covered = {metre for s in starts for metre in range(s, min(s + long, 100))}
    assert found.length.sum() == pytest.approx(len(covered))


def test_degrees_are_not_measured() -> None:
    road = lines(LineString([(0, 0), (10, 0)]))
    with pytest.raises(CrsError, match="metres"):
        parts_inside(road.set_crs("EPSG:4326", allow_override=True), areas((0, 0, 1, 1)))
