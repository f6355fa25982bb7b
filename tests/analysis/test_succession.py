"""What became of each polygon between two files."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely

from geo_app.analysis.succession import NOWHERE, succession
from geo_app.errors import CrsError

CRS = "EPSG:9215"


def frame(*boxes: tuple[float, ...] | None) -> gpd.GeoDataFrame:
    shapes = [shapely.box(*each) if each else None for each in boxes]
    return gpd.GeoDataFrame(geometry=shapes, crs=CRS)


def test_a_block_cut_in_two_a_block_gone_and_a_block_come() -> None:
    old = frame((0, 0, 10, 10), (20, 0, 30, 10), (50, 0, 60, 10))
    new = frame((0, 0, 4, 10), (4, 0, 10, 10), (50, 0, 60, 10), (70, 0, 80, 10))
    pieces = succession(old, new).sort_values(["old", "new"])
    assert list(zip(pieces["old"], pieces["new"], strict=True)) == [
        (NOWHERE, 3), (0, 0), (0, 1), (1, NOWHERE), (2, 2),
    ]  # fmt: skip
    assert pieces["old_part"].tolist() == pytest.approx([0, 0.4, 0.6, 1, 1])
    assert pieces["new_part"].tolist() == pytest.approx([1, 1, 1, 0, 1])


def test_the_same_shape_from_another_corner_is_alike() -> None:
    ring = [(0, 0), (10, 0), (10, 10), (0, 10)]
    old = gpd.GeoDataFrame(geometry=[shapely.Polygon(ring)], crs=CRS)
    new = gpd.GeoDataFrame(geometry=[shapely.Polygon(ring[2:] + ring[:2])], crs=CRS)
    pieces = succession(old, new)
    assert pieces[["old", "new"]].to_numpy().tolist() == [[0, 0]]


def test_a_file_that_overlaps_itself_counts_no_block_twice() -> None:
    old = frame((0, 0, 10, 10))
    new = frame((0, 0, 10, 10), (0, 0, 10, 10), (5, 0, 15, 10))
    pieces = succession(old, new)
    assert pieces.groupby("old")["old_part"].sum()[0] == pytest.approx(1)
    assert pieces.groupby("new")["new_part"].sum().to_list() == pytest.approx([1, 1, 1])


def test_blocks_without_a_place_and_empty_files() -> None:
    pieces = succession(frame(None, (0, 0, 1, 1)), frame(None))
    assert pieces["old"].tolist() == [1, 0, NOWHERE]
    assert pieces["old_part"].tolist() == [1, 1, 0]
    assert succession(frame(), frame()).empty
    with pytest.raises(CrsError):
        succession(frame((0, 0, 1, 1)).to_crs(4326), frame((0, 0, 1, 1)))


corners = st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 5), st.integers(1, 5))
files = st.lists(corners.map(lambda c: (c[0], c[1], c[0] + c[2], c[1] + c[3])), max_size=6)


@settings(deadline=None)
@given(files, files)
def test_every_polygon_is_whole_in_its_pieces(
    before: list[tuple[int, ...]], after: list[tuple[int, ...]]
) -> None:
    old, new = frame(*before), frame(*after)
    pieces = succession(old, new)
    for side, file in (("old", old), ("new", new)):
        sums = pieces[pieces[side] >= 0].groupby(side)[f"{side}_part"].sum()
        assert sums.reindex(range(len(file))).to_numpy() == pytest.approx(np.ones(len(file)))
        assert (pieces.loc[pieces[side] < 0, f"{side}_part"] == 0).all()
