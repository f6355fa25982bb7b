"""Chainage along roads: a case by hand, and what holds for every road."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from shapely import LineString, Point

from geo_app.analysis.linear import (
    Route,
    calibrate,
    chain_course,
    locate_on,
    plus_minus,
    sides_of,
    to_along,
    to_chainage,
)
from geo_app.errors import CrsError, DataError

CRS = "EPSG:9215"


def posts(
    *rows: tuple[float, float, float, float | None], error_m: float = 5.0
) -> gpd.GeoDataFrame:
    """Return posts from (x, y, chainage_m, back_m)."""
    return gpd.GeoDataFrame(
        {
            "chainage_m": [row[2] for row in rows],
            "back_m": pd.array([row[3] for row in rows], dtype="Float64"),
            "error_m": error_m,
        },
        geometry=[Point(row[0], row[1]) for row in rows],
        crs=CRS,
    )


def straight(*, length_m: float = 4_000) -> LineString:
    return LineString([(0, 0), (length_m, 0)])


@pytest.fixture
def jumping() -> Route:
    """
    Three posts and a jump: Km10 at 0 m, Km11+200 = Km11 at 1,200 m, Km13 at 3,200 m.

    The realigned first kilometre is 1,200 m long, so Km11 to Km11+200 exists twice.
    """
    found = posts((0, 0, 10_000, None), (1_200, 0, 11_000, 11_200), (3_200, 0, 13_000, None))
    return calibrate(chain_course([straight()]), found)


def test_by_hand(jumping: Route) -> None:
    first, second = to_along(jumping, np.array([10_000, 10_600, 11_100, 11_500, 13_000, 13_500]))
    assert first.tolist() == pytest.approx([0, 600, 1_100, 1_700, 3_200, 3_700])
    assert second[2] == pytest.approx(1_300)
    assert np.isnan(np.delete(second, 2)).all()
    assert to_chainage(jumping, np.array([0.0, 600, 1_100, 1_200, 1_300, 3_700])).tolist() == (
        pytest.approx([10_000, 10_600, 11_100, 11_000, 11_100, 13_500])
    )
    assert (jumping.start_m, jumping.end_m) == (10_000, 13_800)
    assert jumping.course.part(1_100, 1_700).length == pytest.approx(600)


def test_what_lies_beyond_the_road_is_nowhere(jumping: Route) -> None:
    first, _ = to_along(jumping, np.array([9_999, 13_801]))
    assert np.isnan(first).all()
    assert jumping.course.points(first).tolist() == [None, None]


def test_a_chainage_that_a_jump_left_out_is_nowhere() -> None:
    found = posts((0, 0, 0, None), (1_000, 0, 1_300, 1_000), (2_000, 0, 2_300, None))
    route = calibrate(chain_course([straight(length_m=2_000)]), found)
    first, _ = to_along(route, np.array([999, 1_150, 1_301]))
    assert first[[0, 2]].tolist() == pytest.approx([999, 1_001])
    assert np.isnan(first[1])


def test_plus_minus_grows_from_the_nearest_post(jumping: Route) -> None:
    # 5 m of the post itself and 1 % of the way from it; the first stretch fits its posts.
    assert plus_minus(jumping, np.array([0.0, 200, 1_000, 3_700])).tolist() == (
        pytest.approx([5, 7, 7, 10])
    )


def test_a_stretch_that_does_not_fit_its_posts_is_less_sure() -> None:
    # 1,000 m of chainage on 1,100 m of course: a tenth per metre.
    found = posts((0, 0, 0, None), (1_100, 0, 1_000, None))
    route = calibrate(chain_course([straight(length_m=1_100)]), found)
    assert plus_minus(route, np.array([100.0])).tolist() == pytest.approx([5 + 10])
    assert to_chainage(route, np.array([550.0])).tolist() == pytest.approx([500])


def test_a_post_off_the_road_is_as_unsure_as_it_stands_off() -> None:
    route = calibrate(chain_course([straight()]), posts((1_000, 30, 1_000, None)))
    assert plus_minus(route, np.array([1_000.0])).tolist() == pytest.approx([35])
    unknown = posts((1_000, 0, 1_000, None), error_m=np.nan)
    route = calibrate(chain_course([straight()]), unknown)
    assert np.isnan(plus_minus(route, np.array([1_000.0]))).all()


def test_the_course_turns_with_its_posts() -> None:
    falling = posts((0, 0, 4_000, None), (4_000, 0, 0, None))
    route = calibrate(chain_course([straight()]), falling)
    first, _ = to_along(route, np.array([1_000.0]))
    assert route.course.points(first)[0].coords[0] == pytest.approx((3_000, 0))


def test_posts_out_of_order_are_rejected() -> None:
    found = posts(
        (0, 0, 0, None), (1_000, 0, 9_000, None), (2_000, 0, 2_000, None), (3_000, 0, 3_000, None)
    )
    route = calibrate(chain_course([straight()]), found)
    assert route.posts.rejected.tolist() == [1]
    assert to_chainage(route, np.array([1_000.0])).tolist() == pytest.approx([1_000])


def test_parts_are_put_end_to_end_with_the_gap_between() -> None:
    parts = [
        LineString([(3_000, 0), (2_000, 0)]),
        LineString([(0, 0), (500, 0)]),
        LineString([(1_000, 0), (500, 0)]),
    ]
    course = chain_course(parts)
    if course.x[0] > course.x[-1]:
        course = course.reversed()
    assert course.length_m == pytest.approx(3_000)
    assert course.on_gap(np.array([500.0, 1_500, 2_500])).tolist() == [False, True, False]
    assert course.part(500, 2_500).length == pytest.approx(1_000)
    assert course.part(1_100, 1_900).is_empty


def test_sides_are_those_of_rising_chainage(jumping: Route) -> None:
    points = np.array([Point(100, 10), Point(100, -10), Point(100, 0)])
    along, away = locate_on(jumping.course, points)
    assert away.tolist() == pytest.approx([10, 10, 0])
    assert sides_of(jumping.course, along, points).tolist() == ["left", "right", ""]


def test_what_cannot_be_calibrated_is_refused() -> None:
    with pytest.raises(DataError, match="no course"):
        chain_course([])
    course = chain_course([straight()])
    with pytest.raises(DataError, match="no post"):
        calibrate(course, posts())
    with pytest.raises(CrsError):
        calibrate(course, posts((0, 0, 0, None)).set_crs("EPSG:4326", allow_override=True))


walks = st.lists(
    st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=3, max_size=12
).map(lambda steps: np.cumsum([(a, b) for a, b in steps if (a, b) != (0, 0)], axis=0))


@settings(deadline=None)
@given(st.lists(st.integers(50, 900), min_size=2, max_size=12), st.data())
def test_position_undoes_locate(steps: list[int], data: st.DataObject) -> None:
    """On a road that does not cross itself: chainage → place → chainage to a tenth of a mm."""
    turns = np.cumsum(data.draw(st.lists(st.floats(-0.4, 0.4), min_size=len(steps),
                                         max_size=len(steps))))  # fmt: skip
    turns = np.clip(turns, -1.4, 1.4)
    vertices = np.cumsum(np.column_stack([np.cos(turns), np.sin(turns)]) * np.c_[steps], axis=0)
    course = chain_course([LineString(np.r_[[[0.0, 0.0]], vertices])])
    if course.x[0] != 0:
        course = course.reversed()
    gaps = np.array(data.draw(st.lists(st.integers(1, 500), min_size=2, max_size=6)), float)
    places = np.r_[0.0, np.cumsum(gaps) / gaps.sum()] * course.length_m
    chainage = np.r_[0.0, np.cumsum(gaps)] + data.draw(st.integers(0, 50_000))
    at = shapely.get_coordinates(course.points(places))
    route = calibrate(
        course, posts(*[(*xy, km, None) for xy, km in zip(at, chainage, strict=True)])
    )
    wanted = np.linspace(chainage[0], chainage[-1], 40)
    along, again = to_along(route, wanted)
    assert np.isnan(again).all()
    back, away = locate_on(route.course, route.course.points(along))
    assert away.max() < 1e-3
    scale = (np.diff(chainage) / np.diff(places)).max()
    assert np.abs(to_chainage(route, back) - wanted).max() <= 1e-3 * max(1.0, scale)


def test_a_shape_with_length_zero_is_no_part() -> None:
    course = chain_course([LineString([(0, 0), (0, 0)]), straight()])
    assert course.length_m == 4_000
