"""Class areas by zone: by hand, and against rasterstats and exactextract."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from exactextract import exact_extract
from hypothesis import given, settings
from hypothesis import strategies as st
from rasters import EAST, METRIC, NORTH, random_ground, write_raster
from rasterstats import zonal_stats

import geopandas as gpd
import shapely
from pyproj import Geod

from geo_app.analysis import strips
from geo_app.analysis.parallel import warm_pool
from geo_app.analysis.zonal import boundary_bounds, class_areas, edge_area, transition
from geo_app.domain.raster import Raster
from geo_app.errors import CrsError, DataError

Written = Callable[..., Raster]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return a function that writes cells as a raster whose north-west corner is given."""

    def write(
        cells: np.ndarray,
        *,
        name: str = "cells",
        crs: str = METRIC,
        cell: float = 100.0,
        corner: tuple[float, float] = (EAST, NORTH),
        nodata: int | None = 0,
    ) -> Raster:
        return write_raster(tmp_path / f"{name}.tif", cells, crs, cell, corner, nodata)

    return write


def zones(*boxes: tuple[float, float, float, float], crs: str | None = METRIC) -> gpd.GeoDataFrame:
    """Return boxes given in cells of 100 m, east and south of the corner."""
    shapes = [
        shapely.box(EAST + 100 * w, NORTH - 100 * s, EAST + 100 * e, NORTH - 100 * n)
        for w, n, e, s in boxes
    ]
    return gpd.GeoDataFrame(geometry=shapes, crs=crs)


def test_a_cell_of_30_m_is_0_09_ha(written: Written) -> None:
    raster = written(np.array([[1, 2], [2, 2]], dtype="uint8"), cell=30.0)
    found = class_areas(zones((0, 0, 0.6, 0.6)), raster, classes=[1, 2, 3])
    assert found.to_numpy() == pytest.approx(np.array([[0.09, 0.27, 0.0]]))


def test_a_cut_cell_counts_by_its_centre_or_by_its_fraction(written: Written) -> None:
    raster = written(np.ones((2, 2), dtype="uint8"))
    cut = zones((0, 0, 1.25, 2), (1.25, 0, 2, 2))
    assert class_areas(cut, raster, classes=[1])[1].tolist() == [2.0, 2.0]
    assert class_areas(cut, raster, classes=[1], exact=True)[1].tolist() == pytest.approx(
        [2.5, 1.5]
    )


@pytest.mark.parametrize("exact", [False, True])
def test_no_data_and_zones_without_area_count_nothing(written: Written, exact: bool) -> None:
    raster = written(np.array([[0, 1], [1, 0]], dtype="uint8"))
    ground = zones((0, 0, 2, 2), (0, 0, 2, 0), (5, 5, 6, 6))
    ground.loc[3, "geometry"] = None
    found = class_areas(ground, raster, classes=[0, 1], exact=exact)
    assert found[1].tolist() == pytest.approx([2, 0, 0, 0])
    assert found[0].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("exact", [False, True])
def test_overlapping_zones_each_count_a_cell(written: Written, exact: bool) -> None:
    raster = written(np.ones((4, 4), dtype="uint8"))
    ground = zones((0, 0, 4, 4), (0, 0, 2, 4), (1, 0, 3, 4), (0, 0, 4, 4))
    found = class_areas(ground, raster, classes=[1], exact=exact)
    assert found[1].tolist() == pytest.approx([16, 8, 8, 16])


@pytest.mark.parametrize("exact", [False, True])
def test_cells_in_degrees_count_with_their_own_area(written: Written, exact: bool) -> None:
    rng = np.random.default_rng(4)
    cells = rng.integers(1, 3, (40, 40)).astype("uint8")
    raster = written(cells, crs="EPSG:4326", cell=0.05, corner=(106.0, 23.0))
    # Straight edges in the metric CRS are not parallels: a zone that covers all avoids that.
    frame = gpd.GeoDataFrame(geometry=[shapely.box(100, 15, 112, 30)], crs="EPSG:4326")
    found = class_areas(frame.to_crs(METRIC), raster, classes=[1, 2], exact=exact)
    geod = Geod(ellps="WGS84")
    wanted = np.zeros(2)
    for (row, column), code in np.ndenumerate(cells):
        west, north = 106 + 0.05 * column, 23 - 0.05 * row
        # Parallels are not geodesics: many points keep the ring on them.
        xs = np.linspace(west, west + 0.05, 30)
        ring = [
            *zip(xs, [north] * 30, strict=True),
            *zip(xs[::-1], [north - 0.05] * 30, strict=True),
        ]
        wanted[code - 1] += abs(geod.polygon_area_perimeter(*zip(*ring, strict=True))[0]) / 1e4
    assert found.iloc[0].to_numpy() == pytest.approx(wanted, rel=1e-6)


def test_the_same_degrees_are_fewer_hectares_further_north(written: Written) -> None:
    south = written(
        np.ones((10, 10), "uint8"), name="s", crs="EPSG:4326", cell=0.01, corner=(106, 9)
    )
    north = written(
        np.ones((10, 10), "uint8"), name="n", crs="EPSG:4326", cell=0.01, corner=(106, 23)
    )
    frame = gpd.GeoDataFrame(geometry=[shapely.box(100, 5, 112, 30)], crs="EPSG:4326").to_crs(
        METRIC
    )
    areas = [class_areas(frame, each, classes=[1])[1].sum() for each in (south, north)]
    assert 0.92 < areas[1] / areas[0] < 0.94


def test_zones_in_another_metric_system_are_brought_over(written: Written) -> None:
    raster = written(np.ones((20, 20), dtype="uint8"))
    ground = zones((2, 2, 18, 18)).to_crs("EPSG:3405")
    found = class_areas(ground, raster, classes=[1], exact=True)
    assert found[1].tolist() == pytest.approx([256.0], rel=1e-5)


@pytest.mark.parametrize("crs", [None, "EPSG:4326"])
def test_zones_without_a_metric_system_are_refused(written: Written, crs: str | None) -> None:
    raster = written(np.ones((2, 2), dtype="uint8"))
    with pytest.raises(CrsError, match="zones"):
        class_areas(zones((0, 0, 1, 1), crs=crs), raster, classes=[1])


def test_no_zones_are_no_rows(written: Written) -> None:
    raster = written(np.ones((2, 2), dtype="uint8"))
    found = class_areas(zones(), raster, classes=[1, 2])
    assert found.shape == (0, 2)


def test_streamed_counts_equal_rasterstats(written: Written) -> None:
    cells, ground = random_ground(1)
    raster = written(cells)
    found = class_areas(ground, raster, classes=[1, 2, 3, 4])
    theirs = zonal_stats(ground.geometry, str(raster.path), categorical=True)
    wanted = pd.DataFrame(theirs).reindex(columns=[1, 2, 3, 4]).fillna(0)
    assert found.to_numpy() == pytest.approx(wanted.to_numpy())


def test_exact_areas_equal_exactextract(written: Written) -> None:
    cells, ground = random_ground(2)
    raster = written(cells)
    found = class_areas(ground, raster, classes=[1, 2, 3, 4], exact=True)
    for code in (1, 2, 3, 4):
        only = written((cells == code).astype("float64"), name=f"only{code}", nodata=None)
        theirs = exact_extract(str(only.path), ground, ["sum"], output="pandas")["sum"]
        assert found[code].to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-9)


@pytest.mark.parametrize("exact", [False, True])
def test_strips_and_processes_do_not_change_the_rows(
    written: Written, monkeypatch: pytest.MonkeyPatch, exact: bool
) -> None:
    cells, ground = random_ground(3)
    raster = written(cells)
    whole = class_areas(ground, raster, classes=[1, 2], exact=exact)
    monkeypatch.setattr(strips, "STRIP_CELLS", 1_000)
    pd.testing.assert_frame_equal(class_areas(ground, raster, classes=[1, 2], exact=exact), whole)
    with warm_pool(2) as pool:
        spread = class_areas(ground, raster, classes=[1, 2], exact=exact, executor=pool)
    pd.testing.assert_frame_equal(spread, whole)


@given(seed=st.integers(0, 10_000), rows=st.sampled_from([300, 2_000, 10**7]))
@settings(deadline=None, max_examples=20)
def test_areas_over_a_partition_add_up(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int
) -> None:
    cells, ground = random_ground(seed, cells=40, count=8)
    raster = write_raster(tmp_path_factory.mktemp("r") / "r.tif", cells)
    inner = cells[2:-2, 2:-2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strips, "STRIP_CELLS", rows)
        streamed = class_areas(ground, raster, classes=[1, 2, 3, 4])
    exact = class_areas(ground, raster, classes=[1, 2, 3, 4], exact=True)
    wanted = [(inner == code).sum() for code in (1, 2, 3, 4)]
    assert streamed.sum().tolist() == pytest.approx(wanted)
    # exactextract keeps the covered part of a cell in single precision.
    assert exact.sum().tolist() == pytest.approx(wanted, rel=1e-6)


def test_bounds_hold_what_a_moved_boundary_can_do(written: Written) -> None:
    raster = written(np.ones((10, 10), dtype="uint8"))
    ground = zones((3, 3, 7, 7))
    none = boundary_bounds(ground, raster, classes=[1], shift_m=0)
    assert none.loc[0].tolist() == [16, 16]
    moved = boundary_bounds(ground, raster, classes=[1], shift_m=100)
    assert moved.loc[0, "low_ha"] == 4
    # The corners of the grown square are round: their cells' centres lie outside.
    assert moved.loc[0, "high_ha"] == pytest.approx(36, abs=4)


@pytest.mark.parametrize("nodata", [0, None])
def test_edges_are_cells_beside_the_other_kind(written: Written, nodata: int | None) -> None:
    cells = np.ones((6, 6), dtype="uint8")
    cells[:, 3:] = 2
    cells[5] = 0 if nodata == 0 else cells[4]
    raster = written(cells, nodata=nodata)
    found = edge_area(zones((0, 0, 6, 6), (0, 0, 2, 6), (0, 0, 3, 6)), raster, classes=[1])
    # Two columns; neither no data nor the raster's end is another kind.
    rows = 5 if nodata == 0 else 6
    assert found.tolist() == [2 * rows, 0, rows]
    assert found.name == "edge_ha"


def test_changes_are_measured_by_pairs(written: Written) -> None:
    before = written(np.array([[1, 1], [2, 0]], dtype="uint8"), name="before")
    after = written(np.array([[1, 2], [2, 2]], dtype="uint8"), name="after")
    found = transition(zones((0, 0, 2, 2)), before, after, classes=[1, 2])
    rows = found[["before", "after", "area_ha"]].to_numpy().tolist()
    assert rows == [[1, 1, 1.0], [1, 2, 1.0], [2, 2, 1.0]]


def test_rasters_on_two_grids_are_not_compared(written: Written) -> None:
    before = written(np.ones((2, 2), dtype="uint8"), name="before")
    after = written(np.ones((2, 2), dtype="uint8"), name="after", cell=50.0)
    with pytest.raises(DataError, match=r"after\.tif.*before\.tif"):
        transition(zones((0, 0, 2, 2)), before, after, classes=[1])
