"""Class rasters: checked, copied as COG, read at a point."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rasterio
from rasterio.transform import Affine

from geo_app.errors import CrsError, DataError, StoreError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.rasters import (
    area_of_use,
    describe,
    lonlat_bounds,
    open_raster,
    value_at,
    write_raster,
)

COVER = read_catalogue(Path(__file__).parents[1] / "small_province" / "layers").layer("cover")
WEST, NORTH = 501_000, 1_202_300


def write(path: Path, cells: Any = None, **changes: Any) -> Path:
    """Write ten by ten cells of 30 m: class 1 west, 2 east, no data in the last row."""
    if cells is None:
        cells = np.ones((10, 10), dtype="uint8")
        cells[:, 5:] = 2
        cells[9] = 0
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "crs": "EPSG:9210",
        "transform": Affine(30, 0, WEST, 0, -30, NORTH),
        "nodata": 0,
        "count": 1,
        "dtype": cells.dtype,
        "height": cells.shape[0],
        "width": cells.shape[1],
    }
    with rasterio.open(path, "w", **(profile | changes)) as raster:
        for band in range(1, raster.count + 1):
            raster.write(cells, band)
    return path


def test_a_copy_that_is_a_cog(tmp_path: Path) -> None:
    source, copy = write(tmp_path / "a.tif"), tmp_path / "b.tif"
    write_raster(source, COVER, copy)
    with rasterio.open(copy) as data, rasterio.open(source) as given:
        assert data.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert np.array_equal(data.read(1), given.read(1))
        assert data.nodata == 0


def test_description(tmp_path: Path) -> None:
    raster = describe(write(tmp_path / "a.tif"), COVER)
    assert raster.crs == "EPSG:9210"
    assert (raster.width, raster.height, raster.nodata) == (10, 10, 0)
    assert raster.transform == (30, 0, WEST, 0, -30, NORTH)
    assert raster.bounds == (WEST, NORTH - 300, WEST + 300, NORTH)
    west, south, east, north = lonlat_bounds(raster)
    assert 105.7 < west < east < 105.8
    assert 10.8 < south < north < 10.9


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [
        (WEST + 1, NORTH - 1, 1),
        (WEST + 151, NORTH - 1, 2),
        (WEST + 299, NORTH - 269, 2),
        (WEST + 15, NORTH - 299, None),  # no data
        (WEST - 1, NORTH - 1, None),  # outside
        (WEST + 301, NORTH - 1, None),
        (WEST + 1, NORTH + 1, None),
        (float("inf"), float("inf"), None),
    ],
)
def test_value_at(tmp_path: Path, x: float, y: float, value: int | None) -> None:
    raster = describe(write(tmp_path / "a.tif"), COVER)
    assert value_at(raster, x, y) == value


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"crs": None}, CrsError, "the raster has no CRS; declare it \\(expected EPSG:9210\\)"),
        ({"crs": "EPSG:9215"}, CrsError, "found CRS EPSG:9215; expected EPSG:9210"),
        ({"count": 2}, DataError, "found 2 bands of uint8; expected one band of class codes"),
        ({"dtype": "float32", "nodata": None}, DataError, "found 1 bands of float32"),
    ],
)
def test_what_is_no_record(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    path = write(tmp_path / "a.tif", **changes)
    for check in (lambda: describe(path, COVER), lambda: write_raster(path, COVER, tmp_path / "b")):
        with pytest.raises(error, match=words) as caught:
            check()
        assert "a.tif" in str(caught.value)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("content", [b"", b"II*\0", b"not a picture at all" * 10])
def test_what_is_no_raster(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.tif: cannot be read as a raster"):
        describe(path, COVER)


def test_a_raster_cut_in_half(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).integers(1, 3, (512, 512), dtype="uint8")
    path = write(tmp_path / "a.tif", cells)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"a\.tif: cannot be read"):
        write_raster(path, COVER, tmp_path / "b.tif")


def test_a_damaged_copy(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).integers(1, 3, (1024, 1024), dtype="uint8")
    copy = tmp_path / "raster.tif"
    write_raster(write(tmp_path / "a.tif", cells), COVER, copy)
    raster = open_raster(copy, COVER)
    content = copy.read_bytes()
    copy.write_bytes(content[:-2_000])
    with pytest.raises(StoreError, match=r"raster\.tif: damaged .*roll the layer back"):
        value_at(raster, raster.bounds[2] - 1, raster.bounds[1] + 1)
    copy.write_bytes(content[:100])
    with pytest.raises(StoreError, match=r"raster\.tif: damaged"):
        open_raster(copy, COVER)


def test_where_a_crs_is_used() -> None:
    west, south, east, north = area_of_use("EPSG:9210")
    assert west < 105.75 < east
    assert south < 10.85 < north
