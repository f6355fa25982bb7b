"""Events along a road: cases by hand, and what holds for all of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
from shapely import LineString, Point

from geo_app.analysis.events import (
    apart_m,
    carry_over,
    gaps,
    metres_by_state,
    overlaps,
    place_events,
    posted_m,
    states_along,
)
from geo_app.analysis.linear import Route, calibrate, chain_course

CRS = "EPSG:9215"


def events(*rows: tuple[float, float, str | None, str | None]) -> pd.DataFrame:
    """Return events from (start_m, end_m, side, status)."""
    return pd.DataFrame(rows, columns=["start_m", "end_m", "side", "status"])


def route(line: LineString, *posts: tuple[float, float, float, float | None]) -> Route:
    """Return a road from its line and posts (x, y, chainage_m, back_m)."""
    frame = gpd.GeoDataFrame(
        {
            "chainage_m": [post[2] for post in posts],
            "back_m": pd.array([post[3] for post in posts], dtype="Float64"),
            "error_m": 5.0,
        },
        geometry=[Point(post[0], post[1]) for post in posts],
        crs=CRS,
    )
    return calibrate(chain_course([line]), frame)


@pytest.fixture
def jumping() -> Route:
    """Km10 at 0 m, Km11+200 = Km11 at 1,200 m, Km13 at 3,200 m: Km11 to Km11+200 exists twice."""
    return route(
        LineString([(0, 0), (3_200, 0)]),
        (0, 0, 10_000, None), (1_200, 0, 11_000, 11_200), (3_200, 0, 13_000, None),
    )  # fmt: skip


def metres(pieces: pd.DataFrame) -> dict[str, float]:
    lengths = (pieces["end_m"] - pieces["start_m"]).to_numpy()
    found: dict[str, float] = metres_by_state(pieces, lengths).to_dict()
    return found


class TestPlacing:
    def test_by_hand(self, jumping: Route) -> None:
        from_m = np.array([10_500, 11_100, 10_900, 11_150, 12_000])
        to_m = np.array([np.nan, np.nan, 12_000, 11_050, 10_500])
        found = place_events(jumping, from_m, to_m)
        # Km11+100 is after the jump; Km11+150 to Km11+050 runs across it; the last is backwards.
        assert found["start_m"].tolist()[:4] == pytest.approx([500, 1_300, 900, 1_150])
        assert found["end_m"].tolist()[:4] == pytest.approx([500, 1_300, 2_200, 1_250])
        assert found.loc[4, ["start_m", "end_m"]].isna().all()
        assert found["twice"].tolist() == [False, True, False, True, False]

    def test_what_is_not_on_the_road_is_nowhere(self, jumping: Route) -> None:
        found = place_events(
            jumping, np.array([9_000, 12_000, np.nan]), np.array([12_000, 14_000, 1])
        )
        assert found[["start_m", "end_m"]].isna().all(axis=None)

    def test_posts_count_every_metre_across_a_jump(self, jumping: Route) -> None:
        counted = posted_m(jumping, np.array([0.0, 1_100, 1_200, 1_300, 3_200]))
        assert np.diff(counted).tolist() == pytest.approx([1_100, 100, 100, 1_900])


class TestStates:
    def test_the_union_of_two_that_overlap(self) -> None:
        both = events((0, 600, "both", "done"), (400, 1_000, None, "done"))
        assert metres(states_along(both)) == {"done": 1_000}

    def test_what_contradicts_is_told_and_counts_for_neither(self) -> None:
        found = states_along(events((0, 600, "both", "done"), (400, 1_000, "both", "doing")))
        assert found["left"].tolist() == ["done", "several", "doing"]
        assert found["events"].tolist() == [(0,), (0, 1), (1,)]
        assert metres(found) == {"done": 400, "several": 200, "doing": 400}

    def test_no_status_contradicts_none(self) -> None:
        found = metres(states_along(events((0, 600, "both", None), (400, 1_000, "both", "done"))))
        assert found == {"unknown": 400, "done": 600}

    def test_one_side_counts_half(self) -> None:
        found = states_along(events((0, 100, "left", "done"), (50, 100, "right", "doing")))
        assert metres(found) == {"done": 50, "gap": 25, "doing": 25}

    def test_a_stretch_is_cut_to_itself_and_its_gaps_are_told(self) -> None:
        own = events(
            (-500, 200, "both", "done"), (300, 400, "both", "doing"), (900, 950, "left", "done")
        )
        found = states_along(own, within=(0, 1_000))
        assert metres(found) == {"done": 225, "doing": 100, "gap": 675}
        assert gaps(found).to_dict("list") == {
            "start_m": [200, 400, 900, 950],
            "end_m": [300, 900, 950, 1_000],
            "side": ["both", "both", "right", "both"],
        }

    def test_nothing_at_all_is_one_gap(self) -> None:
        none = events().astype({"start_m": float, "end_m": float})
        assert states_along(none).empty
        (gap,) = gaps(states_along(none, within=(10, 20))).to_dict("records")
        assert gap == {"start_m": 10, "end_m": 20, "side": "both"}

    def test_the_lowest_rank_in_a_place_tells(self) -> None:
        own = events((0, 10, "both", "doing"), (2, 5, "both", "done"), (8, 9, "left", None))
        own["rank"] = [1, 0, 0]
        assert metres(states_along(own)) == {"doing": 6.5, "done": 3, "unknown": 0.5}

    def test_a_point_has_no_length(self) -> None:
        assert metres(states_along(events((5, 5, "both", "done"), (0, 9, "both", None)))) == {
            "unknown": 9
        }


class TestOverlaps:
    def test_by_hand(self) -> None:
        own = events(
            (0, 600, "both", "done"), (400, 1_000, "both", "doing"), (500, 550, "left", "done"),
            (1_000, 1_200, "both", "done"), (1_100, 1_300, "left", "done"),
            (1_250, 1_400, "right", "done"),
        )  # fmt: skip
        found = overlaps(own)
        assert list(zip(found["first"], found["second"], strict=True)) == [
            (0, 1), (0, 2), (1, 2), (3, 4),
        ]  # fmt: skip
        assert (found["end_m"] - found["start_m"]).tolist() == [200, 50, 50, 100]

    def test_rounding_is_no_overlap(self) -> None:
        assert overlaps(events((0, 600.4, "both", None), (600, 900, "both", None))).empty


spans = st.lists(
    st.tuples(
        st.integers(0, 50), st.integers(1, 30), st.sampled_from(["left", "right", "both", None]),
        st.sampled_from(["done", "doing", "planned", None]),
    ),
    max_size=12,
)  # fmt: skip


@settings(deadline=None)
@given(spans)
def test_kilometres_by_status_add_up_to_the_union(rows: list[tuple[int, int, str, str]]) -> None:
    own = events(*((float(at), float(at + long), side, told) for at, long, side, told in rows))
    own = own.astype({"start_m": float, "end_m": float})
    found = metres(states_along(own, within=(0.0, 80.0)))
    # Metre by metre and side by side, in plain sets.
    covered = {
        (metre, side)
        for at, long, given_side, _ in rows
        for metre in range(at, at + long)
        for side in ("left", "right")
        if given_side in (side, "both", None)
    }
    assert sum(found.values()) == pytest.approx(80)
    assert 80 - found.get("gap", 0) == pytest.approx(len(covered) / 2)
    told: dict[tuple[int, str], set[str | None]] = {place: set() for place in covered}
    for at, long, given_side, status in rows:
        for metre in range(at, at + long):
            for side in ("left", "right"):
                if given_side in (side, "both", None):
                    told[metre, side].add(status)
    for status in ("done", "doing", "planned"):
        alone = [place for place, those in told.items() if those - {None} == {status}]
        assert found.get(status, 0) == pytest.approx(len(alone) / 2)


@settings(deadline=None)
@given(spans)
def test_overlaps_are_the_pairs_that_share_a_metre(rows: list[tuple[int, int, str, str]]) -> None:
    own = events(*((float(at), float(at + long), side, told) for at, long, side, told in rows))
    own = own.astype({"start_m": float, "end_m": float})
    found = overlaps(own)
    pairs = {frozenset(pair) for pair in zip(found["first"], found["second"], strict=True)}
    sides = [{"left", "right"} if row[2] in ("both", None) else {row[2]} for row in rows]
    metres_of = [set(range(row[0], row[0] + row[1])) for row in rows]
    assert pairs == {
        frozenset((one, other))
        for one in range(len(rows))
        for other in range(one)
        if metres_of[one] & metres_of[other] and sides[one] & sides[other]
    }


class TestRealignment:
    """A straight road of 4 km; a detour of 3,200 m instead of its 2 km from Km1 to Km3."""

    old = route(LineString([(0, 0), (4_000, 0)]), (0, 0, 0, None), (4_000, 0, 4_000, None))
    detour = LineString([(0, 0), (1_000, 0), (1_000, 600), (3_000, 600), (3_000, 0), (4_000, 0)])
    new = route(detour, (0, 0, 0, None), (3_000, 0, 3_000, 4_200), (4_000, 0, 4_000, None))

    def test_what_stays_keeps_its_chainage_behind_the_jump(self) -> None:
        found = carry_over(self.old.course, self.new, np.array([500.0, 3_500]))
        assert found["moved_m"].tolist() == pytest.approx([0, 0])
        assert found["along_m"].tolist() == pytest.approx([500, 4_700])
        assert found["chainage_m"].tolist() == pytest.approx([500, 3_500])

    def test_what_was_given_up_lies_off_the_new_road(self) -> None:
        found = carry_over(self.old.course, self.new, np.array([2_000.0]))
        assert found["moved_m"].tolist() == pytest.approx([600])
        start, end = np.array([0.0, 500, 1_500]), np.array([900.0, 1_500, 2_500])
        off = apart_m(self.old.course, self.new.course, start, end, within_m=50)
        # 50 m beside the bend at Km1 still count as the new road.
        assert off.tolist() == pytest.approx([0, 450, 1_000])
