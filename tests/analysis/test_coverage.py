"""Ten villages, by hand: which are reached, which are not, and why."""

import numpy as np
import pytest

import geopandas as gpd
from shapely import LineString, Point

from geo_app.analysis.coverage import REASONS, Roads, anchored, coverage, healed
from geo_app.analysis.hardening import plan_hardening
from geo_app.analysis.network import build_network
from geo_app.errors import DataError

METRIC = "EPSG:9215"
LINES = {
    # A hardened road east from the centre at the origin, then 400 m of earth, then hardened.
    "main": ([(0, 0), (1_000, 0)], ""),
    "earth": ([(1_000, 0), (1_400, 0)], "not_hardened"),
    "beyond": ([(1_400, 0), (2_000, 0)], ""),
    # A hardened branch that stops 20 m short of the main road.
    "short": ([(500, 800), (500, 20)], ""),
    # Branches that are unknown or narrow.
    "unknown": ([(0, 0), (-800, 0)], "surface_unknown"),
    "narrow": ([(0, 0), (0, -900)], "too_narrow"),
    # An island of hardened road far away.
    "island": ([(9_000, 9_000), (9_500, 9_000)], ""),
}
VILLAGES = {
    "on_main": (Point(700, 30), "reached"),
    "at_the_centre": (Point(0, 0), "reached"),
    "beyond_earth": (Point(1_900, 10), "not_connected"),
    "on_earth": (Point(1_200, 0), "not_hardened"),
    "behind_a_gap": (Point(510, 700), "gap"),
    "unknown": (Point(-700, 0), "surface_unknown"),
    "narrow": (Point(0, -800), "too_narrow"),
    "island": (Point(9_200, 9_000), "not_connected"),
    "no_road": (Point(5_000, 5_000), "no_road"),
    "no_point": (None, "no_point"),
}


def ground() -> tuple[Roads, np.ndarray]:
    lines = gpd.GeoDataFrame(geometry=[LineString(line) for line, _ in LINES.values()], crs=METRIC)
    net = build_network(lines)
    faults = np.array([fault for _, fault in LINES.values()], dtype=object)
    roads = Roads(net, faults[net.line], np.zeros(0, dtype=np.int64))
    anchor = anchored(net, roads.good, np.array([Point(0, 0)]), within_m=50)
    return Roads(net, roads.fault, anchor), np.array([p for p, _ in VILLAGES.values()])


def test_ten_villages_by_hand() -> None:
    roads, places = ground()
    found = coverage(roads, places, within_m=50, join_m=30)
    assert found["reason"].tolist() == [reason for _, reason in VILLAGES.values()]
    assert set(found["reason"]) <= set(REASONS)
    assert found["reached"].sum() == 2
    assert found["reached_joined"].sum() == 3
    named = found.set_axis(list(VILLAGES))
    # Hardening 400 m of earth brings the village beyond it; the gap is already good road.
    assert named["missing_m"].fillna(-1).round().tolist() == [
        0,
        0,
        400,
        200,
        0,
        700,
        800,
        -1,
        -1,
        -1,
    ]
    assert named.loc["on_earth", "nearest_m"] == 200
    assert named.loc["on_earth", ["nearest_x", "nearest_y"]].tolist() == [1_000, 0]


def test_without_closing_gaps_a_gap_is_a_gap() -> None:
    roads, places = ground()
    found = coverage(roads, places, within_m=50, join_m=0)
    assert found["reached_joined"].sum() == 2
    assert found["reason"].tolist()[list(VILLAGES).index("behind_a_gap")] == "not_connected"
    assert healed(roads, join_m=0)[0] is roads


def test_without_an_anchor_nothing_is_reached() -> None:
    roads, places = ground()
    none = Roads(roads.network, roads.fault, np.zeros(0, dtype=np.int64))
    found = coverage(none, places, within_m=50, join_m=30)
    assert not found["reached"].any()
    assert found["nearest_m"].isna().all()
    with pytest.raises(DataError, match="anchor"):
        plan_hardening(none, places, within_m=50)


def test_the_plan_hardens_what_is_missing_once() -> None:
    roads, places = ground()
    mended, _ = healed(roads, join_m=30)
    plan = plan_hardening(mended, places, within_m=50)
    # 400 m of earth serve two villages; 700 m unknown; 800 m narrow.
    assert plan.tree.cost == pytest.approx(1_900)
    assert plan.tree.lower_bound <= plan.tree.cost
    assert plan.off_road.tolist() == [8, 9]
    assert plan.cut_off.tolist() == [7]
    paid = plan.stages[plan.stages["cost"] > 0]
    assert paid["cost"].round().tolist()[0] in (200, 400)
    assert plan.stages["cost"].sum() == pytest.approx(1_900)
    assert sorted(np.concatenate(plan.stages["places"].tolist())) == [0, 1, 2, 3, 4, 5, 6]


def test_a_price_by_metre_changes_what_is_chosen() -> None:
    roads, places = ground()
    price = np.full(len(roads.fault), 2.0)
    plan = plan_hardening(roads, places[[3]], within_m=50, price_per_m=price)
    assert plan.tree.cost == pytest.approx(400)
