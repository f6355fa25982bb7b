"""Crosswalks: squares by hand, sums preserved, real communes against an overlay."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from shapely import box

from geo_app.analysis.crosswalk import (
    area_shares,
    carry,
    exact_unions,
    listed_shares,
    weight_shares,
)
from geo_app.analysis.overlay import shared_areas
from geo_app.errors import CrsError, DataError

METRIC = "EPSG:9215"


def frame(*shapes: object, crs: str | None = METRIC) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs)


@pytest.fixture
def shares() -> pd.DataFrame:
    """Old A and B side by side; new 0 is A's west half, 1 A's east and B's west, 2 B's east."""
    old = frame(box(0, 0, 100, 100), box(100, 0, 200, 100))
    new = frame(box(0, 0, 50, 100), box(50, 0, 150, 100), box(150, 0, 200, 100))
    return area_shares(old, new)


def test_shares_by_area(shares: pd.DataFrame) -> None:
    assert shares[["old", "new"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 1], [1, 2]]
    assert shares["share"].tolist() == [0.5] * 4
    assert shares["share_back"].tolist() == [1, 0.5, 0.5, 1]
    assert not exact_unions(shares, of="old").any()


def test_exact_unions_are_recognised_through_slivers() -> None:
    old = frame(box(0, 0, 100, 100), box(100, 0, 200, 100))
    # The new boundary runs 0.2 m beside the old one, as boundaries of two surveys do.
    new = frame(box(0, 0, 50, 100), box(50, 0, 100.2, 100), box(100.2, 0, 200, 100))
    found = area_shares(old, new)
    assert exact_unions(found, of="old").tolist() == [True, True]
    assert found["share"].groupby(found["old"]).sum().tolist() == pytest.approx([1, 1])


def test_a_unit_without_area_or_counterpart_has_no_row() -> None:
    old = frame(box(0, 0, 10, 10), box(5, 5, 5, 9), None, box(900, 900, 910, 910))
    found = area_shares(old, frame(box(0, 0, 10, 10)))
    assert found["old"].tolist() == [0]


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "EPSG:3405"])
def test_frames_that_cannot_be_measured_together_are_refused(crs: str | None) -> None:
    with pytest.raises(CrsError):
        area_shares(frame(box(0, 0, 1, 1)), frame(box(0, 0, 1, 1), crs=crs))


def test_shares_by_people_pass_over_those_in_no_unit() -> None:
    found = weight_shares(
        pd.Series([0, 0, -1, 1]), pd.Series([0, 1, 1, 1]), pd.Series([30, 10, 99, 0])
    )
    assert found["share"].tolist() == [0.75, 0.25]


def test_shares_by_law_need_no_geometry_and_do_not_guess() -> None:
    table = pd.DataFrame({"old": [0, 1, 1, 0], "new": [0, 0, 1, 0]})
    found = listed_shares(table)
    assert found[["old", "new"]].to_numpy().tolist() == [[0, 0], [1, 0], [1, 1]]
    assert found["share"].isna().tolist() == [False, True, True]
    assert exact_unions(found, of="old").to_dict() == {0: False, 1: False}


def test_a_count_is_divided_with_bounds(shares: pd.DataFrame) -> None:
    found = carry(pd.Series([10.0, 30.0]), shares, rule="count")
    assert found["value"].tolist() == [5, 20, 15]
    assert found["low"].tolist() == [0, 0, 0]
    assert found["high"].tolist() == [10, 40, 30]
    assert found["estimated_pct"].tolist() == [100, 100, 100]
    back = carry(found["value"], shares, rule="count", back=True)
    assert back["value"].tolist() == [15, 25]
    assert back["estimated_pct"].tolist() == pytest.approx([100 * 10 / 15, 40])


def test_a_share_is_averaged_and_never_summed(shares: pd.DataFrame) -> None:
    found = carry(pd.Series([60.0, 20.0]), shares, rule="share", weight=pd.Series([100.0, 300.0]))
    assert found["value"].tolist() == [60, pytest.approx((50 * 60 + 150 * 20) / 200), 20]
    assert found.loc[1, ["low", "high"]].tolist() == [20, 60]
    with pytest.raises(DataError, match="weight"):
        carry(pd.Series([60.0, 20.0]), shares, rule="share")


def test_what_cannot_be_divided_has_a_value_for_exact_unions_only() -> None:
    old = frame(box(0, 0, 100, 100), box(100, 0, 200, 100))
    new = frame(box(0, 0, 50, 100), box(50, 0, 100, 100), box(100, 0, 200, 100))
    found = area_shares(old, new)
    back = carry(pd.Series([1.0, 2.0, 4.0]), found, rule="whole", back=True)
    assert back["value"].tolist() == [3, 4]
    onward = carry(pd.Series([8.0, 9.0]), found, rule="whole")
    assert onward["value"].fillna(-1).tolist() == [-1, -1, 9]


def test_unknown_stays_unknown(shares: pd.DataFrame) -> None:
    found = carry(pd.Series([np.nan, 30.0]), shares, rule="count")
    assert found["value"].isna().tolist() == [True, True, False]
    with pytest.raises(DataError, match="negative"):
        carry(pd.Series([-1.0, 30.0]), shares, rule="count")


def voronoi(seed: int, count: int) -> gpd.GeoDataFrame:
    points = shapely.MultiPoint(np.random.default_rng(seed).uniform(0, 1_000, (count, 2)))
    square = box(0, 0, 1_000, 1_000)
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    return frame(*shapely.intersection(parts, square))


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_shares_sum_to_one_and_sums_are_preserved(seed: int) -> None:
    old, new = voronoi(seed, 9), voronoi(seed + 1, 6)
    found = area_shares(old, new)
    assert found.groupby("old")["share"].sum().to_numpy() == pytest.approx(1, abs=1e-9)
    assert found.groupby("new")["share_back"].sum().to_numpy() == pytest.approx(1, abs=1e-9)
    values = pd.Series(np.arange(1.0, len(old) + 1))
    carried = carry(values, found, rule="count")
    assert carried["value"].sum() == pytest.approx(values.sum())
    assert (carried["low"] <= carried["value"] + 1e-9).all()
    assert (carried["value"] <= carried["high"] + 1e-9).all()


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=15)
def test_shared_areas_equal_an_overlay(seed: int) -> None:
    old, new = voronoi(seed, 8), voronoi(seed + 1, 5)
    found = shared_areas(old, new)
    pairs = gpd.overlay(
        old.assign(zone=range(len(old))), new.assign(feature=range(len(new))), keep_geom_type=True
    )
    wanted = pairs.assign(area_m2=pairs.area).sort_values(["zone", "feature"])
    joined = found.merge(
        wanted[["zone", "feature", "area_m2"]], on=["zone", "feature"], how="outer"
    )
    assert joined["area_m2_x"].fillna(0).to_numpy() == pytest.approx(
        joined["area_m2_y"].fillna(0).to_numpy(), abs=1e-6
    )


def test_the_real_communes_of_2009_lie_in_those_of_2025(shared_data: Path) -> None:
    old = gpd.read_file(shared_data / "communes_2009_2019.gpkg").to_crs(METRIC)
    new = gpd.read_file(shared_data / "communes_2025.gpkg").to_crs(METRIC)
    found = area_shares(old, new)
    assert found.groupby("old")["share"].sum().to_numpy() == pytest.approx(1, abs=1e-9)
    assert found["old"].nunique() == 226
    assert found["new"].nunique() == 65
    # Merged as whole units: most old communes lie nearly all in one new one.
    assert (found.groupby("old")["share"].max() > 0.9).mean() > 0.9
