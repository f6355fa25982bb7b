"""Footprints against a layer: by hand, against gpd.overlay, and what must hold for any shapes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from shapely import LineString, Point, Polygon, box

from geo_app.analysis.site import distances, index_shapes, intersections, nearest, overlaps
from geo_app.errors import CrsError

CRS = "EPSG:9215"


def shapes(*given: object) -> np.ndarray:
    return np.array(given, dtype=object)


def frame(*given: object, crs: str | None = CRS) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(given), crs=crs)


def pairs(features: list[object], footprint: object) -> list[tuple[int, float, float]]:
    found = intersections(index_shapes(shapes(*features)), shapes(footprint))
    assert set(found.footprint) <= {0}
    return list(
        zip(found.feature.tolist(), found.area_m2.tolist(), found.length_m.tolist(), strict=True)
    )


def test_a_square_over_two_polygons_and_beside_a_third() -> None:
    left, right, beside = box(0, 0, 10, 10), box(10, 0, 20, 10), box(14, 5, 20, 10)
    assert pairs([left, right, beside], box(6, 0, 14, 5)) == [(0, 20.0, 0.0), (1, 20.0, 0.0)]


def test_a_feature_inside_counts_whole() -> None:
    assert pairs([box(1, 1, 2, 3), None, box(50, 50, 60, 60)], box(0, 0, 10, 10)) == [(0, 2.0, 0.0)]


@pytest.mark.parametrize(
    ("feature", "footprint", "expected"),
    [
        (LineString([(-5, 5), (15, 5)]), box(0, 0, 10, 10), [(0, 0.0, 10.0)]),
        (LineString([(10, 0), (10, 4)]), box(0, 0, 10, 10), [(0, 0.0, 4.0)]),
        (LineString([(10, 5), (15, 5)]), box(0, 0, 10, 10), []),
        (box(0, 0, 10, 10), LineString([(5, 5), (5, 25)]), [(0, 0.0, 5.0)]),
        (LineString([(0, 0), (10, 10)]), LineString([(0, 10), (10, 0)]), [(0, 0.0, 0.0)]),
        (Point(5, 5), box(0, 0, 10, 10), [(0, 0.0, 0.0)]),
        (box(0, 0, 10, 10), Point(5, 5), [(0, 0.0, 0.0)]),
        (box(0, 0, 10, 10), box(10, 0, 20, 10), []),
        (box(0, 0, 10, 10), box(10, 10, 20, 20), []),
    ],
)
def test_what_is_shared_has_the_lesser_dimension(
    feature: object, footprint: object, expected: list[tuple[int, float, float]]
) -> None:
    assert pairs([feature], footprint) == expected


def test_distances_and_the_nearest() -> None:
    index = index_shapes(shapes(box(0, 0, 10, 10), Point(30, 5), Point(25, 5), None))
    footprints = shapes(box(12, 0, 20, 10), Point(1_000, 5))
    found = distances(index, footprints, within_m=5)
    assert found.footprint.tolist() == [0, 0]
    assert found.feature.tolist() == [0, 2]
    assert found.distance_m.tolist() == [2, 5]
    closest = nearest(index, footprints)
    assert closest.feature.tolist() == [0, 1]
    assert closest.distance_m.tolist() == [2, 970]


def test_of_several_as_near_the_first_counts() -> None:
    index = index_shapes(shapes(Point(0, 5), Point(0, -5), Point(5, 0)))
    assert nearest(index, shapes(Point(0, 0))).feature.tolist() == [0]


def test_nothing_is_found_in_nothing() -> None:
    index = index_shapes(shapes())
    assert len(intersections(index, shapes(box(0, 0, 1, 1))).feature) == 0
    assert len(nearest(index, shapes(box(0, 0, 1, 1))).feature) == 0
    assert len(overlaps(frame(box(0, 0, 1, 1)), frame())) == 0


def test_frames_that_cannot_be_measured_are_refused() -> None:
    metric, degrees = frame(box(0, 0, 1, 1)), frame(box(0, 0, 1, 1), crs="EPSG:4326")
    for features, footprints in ((metric, degrees), (degrees, degrees), (frame(crs=None), metric)):
        with pytest.raises(CrsError):
            overlaps(features, footprints)


def grid(side: int, seed: int) -> gpd.GeoDataFrame:
    """Return crooked quadrangles without gaps, `side` by `side` of 100 m."""
    moved = np.random.default_rng(seed).uniform(-30, 30, (side + 1, side + 1, 2))
    at = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1)), -1) * 100.0 + moved
    corners = [at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1]]
    rings = np.stack(corners, 2).reshape(-1, 4, 2)
    return gpd.GeoDataFrame({"feature": range(side**2)}, geometry=shapely.polygons(rings), crs=CRS)


def test_the_same_as_gpd_overlay() -> None:
    features = grid(30, 1)
    corners = np.random.default_rng(2).uniform(200, 2_400, (40, 2))
    footprints = gpd.GeoDataFrame(
        {"footprint": range(40)},
        geometry=[Polygon([(x, y), (x + 310, y + 40), (x + 150, y + 280)]) for x, y in corners],
        crs=CRS,
    )
    found = overlaps(features, footprints, index=index_shapes(features.geometry.to_numpy()))
    oracle = gpd.overlay(footprints, features, how="intersection")
    oracle["area_m2"] = oracle.area
    wanted = oracle.set_index(["footprint", "feature"])["area_m2"].sort_index()
    mine = found.set_index(["footprint", "feature"])["area_m2"]
    assert mine.index.equals(wanted.index)
    assert np.abs(mine - wanted).max() < 1e-6
    # The quadrangles leave no gap: what is shared is all of the footprint.
    assert np.abs(mine.groupby("footprint").sum() - footprints.area).max() < 1e-6


corner = st.integers(-20, 120)
squares = st.builds(
    lambda x, y, w, h: box(x, y, x + w, y + h), corner, corner, st.integers(1, 60),
    st.integers(1, 60),
)  # fmt: skip


@given(st.lists(squares, min_size=1, max_size=12), squares)
def test_no_piece_is_larger_than_what_it_is_cut_from(
    features: list[Polygon], footprint: Polygon
) -> None:
    index = index_shapes(shapes(*features))
    found = intersections(index, shapes(footprint))
    whole = np.array([each.area for each in features])[found.feature]
    assert (found.area_m2 > 0).all()
    assert (found.area_m2 <= np.minimum(whole, footprint.area) + 1e-9).all()
    assert set(found.feature) <= set(distances(index, shapes(footprint), within_m=0).feature)
    closest = nearest(index, shapes(footprint))
    assert closest.distance_m[0] == min(each.distance(footprint) for each in features)
