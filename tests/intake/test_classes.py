"""Class rasters on their way in: codes, nodata, another CRS on purpose."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import rasterio
from pyproj import Geod
from rasterio.transform import from_origin

from geo_app.errors import CrsError, DataError
from geo_app.intake.delivery import Delivery, import_file
from geo_app.storage.reading.rasters import count_classes
from geo_app.storage.store import RASTER
from geo_app.workspace import Workspace
from geo_app.workspace.history import findings_of

MakeWorkspace = Callable[..., Workspace]
HALVES = np.array([[1] * 20 + [2] * 20] * 40, dtype="uint8")


def write(
    path: Path,
    cells: NDArray[np.uint8],
    crs: str = "EPSG:9210",
    corner: tuple[float, float] = (500_000, 1_201_200),
    side: float = 30,
    nodata: int | None = None,
) -> Path:
    height, width = cells.shape
    place = {"crs": crs, "transform": from_origin(*corner, side, side), "nodata": nodata}
    size = {"width": width, "height": height, "count": 1, "dtype": cells.dtype}
    with rasterio.open(path, "w", driver="GTiff", **size, **place) as raster:
        raster.write(cells, 1)
    return path


def test_cells_and_hectares(tmp_path: Path) -> None:
    """800 cells of 0.09 ha of either class; 40 of the first are without data."""
    cells = HALVES.copy()
    cells[0, :] = 0
    found = count_classes(write(tmp_path / "a.tif", cells, nodata=0))
    assert found.cells == {1: 780, 2: 780}
    assert found.area_ha == pytest.approx({1: 70.2, 2: 70.2})


def test_hectares_of_degrees_are_those_of_the_ellipsoid(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", HALVES, "EPSG:4326", (106.0, 22.0), 0.01)
    ring = [(106.0, 22.0), (106.2, 22.0), (106.2, 21.6), (106.0, 21.6)]
    # A side along a parallel is no geodesic: it is followed in small steps.
    sides = list(zip(ring, ring[1:] + ring[:1], strict=True))
    lons = np.concatenate([np.linspace(a[0], b[0], 500) for a, b in sides])
    lats = np.concatenate([np.linspace(a[1], b[1], 500) for a, b in sides])
    area_m2 = abs(Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)[0])
    assert count_classes(path).area_ha[1] == pytest.approx(area_m2 / 1e4, rel=1e-6)


def test_another_crs_needs_a_word(small_workspace: MakeWorkspace, tmp_path: Path) -> None:
    ws = small_workspace()
    path = write(tmp_path / "a.tif", HALVES, "EPSG:32648", (499_000, 1_201_200), 30, nodata=0)
    with pytest.raises(CrsError, match="found CRS EPSG:32648; expected EPSG:9210; --reproject"):
        import_file(ws, path, "cover")
    version = import_file(ws, path, "cover", delivery=Delivery(reproject=True))
    latest = ws.latest()
    (told,) = [f for f in findings_of(latest, "cover") if f.code == "raster_reprojected"]
    assert told.values["cell_m"] == pytest.approx(30, abs=0.1)
    assert told.values["before_ha"] == {"1": 72, "2": 72}
    assert told.values["after_ha"]["1"] == pytest.approx(72, rel=0.02)
    assert 0 < told.values["change_pct"] < 2
    assert (version.provenance.crs, version.provenance.shift) == ("EPSG:32648", "EPSG:6960")
    with rasterio.open(latest.folder("cover", version.id) / RASTER) as raster:
        assert raster.crs.to_epsg() == 9210
        assert raster.nodata == 0
        assert set(np.unique(raster.read(1))) <= {0, 1, 2}


def test_corners_without_data_get_a_code_no_cell_has(
    small_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    ws = small_workspace()
    path = write(tmp_path / "a.tif", HALVES, "EPSG:4326", (105.7, 10.9), 0.0003)
    version = import_file(ws, path, "cover", delivery=Delivery(reproject=True))
    with rasterio.open(ws.folder("cover", version.id) / RASTER) as raster:
        assert raster.nodata == 255
        data = raster.read(1)
    assert set(np.unique(data)) <= {1, 2, 255}


def test_codes_that_the_legend_does_not_have(
    small_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    ws = small_workspace()
    cells = HALVES.copy()
    cells[0, :10] = 7
    import_file(ws, write(tmp_path / "a.tif", cells), "cover")
    (found,) = findings_of(ws.latest(), "cover")
    assert (found.code, found.values) == ("class_unknown", {"code": 7, "cells": 10, "area_ha": 0.9})


def test_what_is_no_class_raster(small_workspace: MakeWorkspace, tmp_path: Path) -> None:
    ws = small_workspace()
    write(tmp_path / "f.tif", HALVES.astype("float32"))
    with pytest.raises(DataError, match="found 1 bands of float32; expected one band of class"):
        import_file(ws, tmp_path / "f.tif", "cover")
    (tmp_path / "x.tif").write_bytes(b"II*\x00" + b"\0" * 50)
    with pytest.raises(DataError, match=r"x\.tif: cannot be read"):
        import_file(ws, tmp_path / "x.tif", "cover")
