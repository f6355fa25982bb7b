"""Elevation on its way in, to the studies that need its slope."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import rasterio
from rasterio.transform import from_bounds

from geo_app.errors import CrsError, DataError
from geo_app.intake.build import build, plan_build
from geo_app.intake.delivery import Delivery, import_file
from geo_app.storage.store import RASTER
from geo_app.studies import suitability
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.history import findings_of

CELL_M, CRS = 100.0, "EPSG:9215"


@pytest.fixture(scope="module")
def ground(province_files: Callable[[], Path]) -> Workspace:
    ws = open_workspace(province_files())
    needed = ["industrial_zones", "expressway_junctions", "border_gates", "forest", "border_line",
              "national_roads", "provincial_roads", "district_roads", "rural_roads",
              "expressways"]  # fmt: skip
    for _ in build(ws, plan_build(ws, only=needed), workers=1):
        pass
    return ws.latest()


def write(
    path: Path, heights: NDArray[np.float32], bounds: tuple[float, ...], crs: str | None = CRS
) -> Path:
    rows, columns = heights.shape[-2:]
    profile = {"width": columns, "height": rows, "dtype": "float32", "nodata": -9999.0, "crs": crs}
    count = 1 if heights.ndim == 2 else len(heights)
    place = from_bounds(*bounds, columns, rows)
    with rasterio.open(path, "w", driver="GTiff", count=count, transform=place, **profile) as made:
        made.write(heights if heights.ndim == 3 else heights[None])
    return path


def two_halves(ws: Workspace) -> tuple[NDArray[np.float32], tuple[float, ...]]:
    """The west of the zones lies flat, the east rises by 1 m in 2 (26.6°)."""
    west, south, east, north = ws.read("industrial_zones").total_bounds
    bounds = (west - 5_000, south - 5_000, east + 5_000, north + 5_000)
    columns = int((bounds[2] - bounds[0]) / CELL_M)
    rows = int((bounds[3] - bounds[1]) / CELL_M)
    middle = columns // 2
    profile = np.clip(np.arange(columns) - middle, 0, None) * CELL_M / 2
    heights = np.tile(profile.astype("float32"), (rows, 1))
    heights[:3, :] = -9999
    return heights, bounds


@pytest.fixture(scope="module")
def sloped(ground: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    heights, bounds = two_halves(ground)
    path = write(tmp_path_factory.mktemp("dem") / "dem.tif", heights, bounds)
    import_file(ground, path, "slope", delivery=Delivery(elevation=True))
    return ground.latest()


def test_elevation_becomes_slope_in_whole_degrees(sloped: Workspace) -> None:
    with rasterio.open(sloped.folder("slope", sloped.published.versions["slope"]) / RASTER) as made:
        cells, nodata = made.read(1), made.nodata
        assert (made.dtypes, made.res[0]) == (("uint8",), pytest.approx(CELL_M, rel=0.01))
    assert (cells[:3] == nodata).all()
    columns = cells.shape[1]
    inner = cells[5:-5]
    assert (inner[:, 5 : columns // 2 - 5] == 0).all()
    assert (inner[:, columns // 2 + 5 : -5] == 27).all()
    codes = {each.kind.code for each in findings_of(sloped, "slope")}
    assert codes == {"slope_derived"}


def test_degrees_are_brought_into_the_plane(
    ground: Workspace, tmp_path: Path, province_files: Callable[[], Path]
) -> None:
    rows, columns = 60, 60
    bounds = (106.5, 21.8, 106.56, 21.86)
    # 0.001° of latitude is 110.7 m: 55 m per row rise northwards, 26.4°.
    heights = np.tile((np.arange(rows)[::-1, None] * 55).astype("float32"), (1, columns))
    path = write(tmp_path / "dem.tif", heights, bounds, "EPSG:4326")
    ws = open_workspace(province_files())
    import_file(ws, path, "slope", delivery=Delivery(elevation=True))
    ws = ws.latest()
    with rasterio.open(ws.folder("slope", ws.published.versions["slope"]) / RASTER) as made:
        cells = made.read(1)
        known = cells[cells != made.nodata]
    wanted = np.degrees(np.arctan(55 / 110.74))
    assert np.median(known) == pytest.approx(wanted, abs=0.6)
    assert (np.abs(known - wanted) < 2).mean() > 0.95


def test_what_is_no_elevation_is_refused(ground: Workspace, tmp_path: Path) -> None:
    flat = np.zeros((10, 10), dtype="float32")
    bounds = (450_000, 2_400_000, 451_000, 2_401_000)
    said = Delivery(elevation=True)
    with pytest.raises(CrsError, match="no CRS"):
        import_file(ground, write(tmp_path / "a.tif", flat, bounds, None), "slope", delivery=said)
    two = write(tmp_path / "b.tif", np.stack([flat, flat]), bounds)
    with pytest.raises(DataError, match="2 bands"):
        import_file(ground, two, "slope", delivery=said)
    with pytest.raises(DataError, match="class codes"):
        import_file(ground, write(tmp_path / "c.tif", flat, bounds), "slope")


def test_steep_sites_fail_where_slope_is_known(ground: Workspace, sloped: Workspace) -> None:
    plain, looked = suitability(ground), suitability(sloped)
    assert "slope" not in plain.rows
    assert "not looked at" in plain.explain("en")
    assert "steeper than 15°" in looked.explain("en")
    zones = sloped.read("industrial_zones")
    middle = (zones.total_bounds[0] + zones.total_bounds[2]) / 2
    code = sloped.catalogue.layer("industrial_zones").key[0]
    bounds = zones.set_index(code).bounds
    found = looked.rows.set_index("place_code")
    flat = bounds.index[bounds["maxx"] < middle - 1_000]
    steep = bounds.index[bounds["minx"] > middle + 1_000]
    assert len(flat) > 0
    assert len(steep) > 0
    assert (found.loc[flat, "slope"] == "pass").all()
    assert (found.loc[steep, "slope"] == "fail").all()
    assert found.loc[steep, "steep_pct"].to_numpy() == pytest.approx(100)
    assert (found.loc[steep, "verdict"] == "unsuitable").all()
    allowed = suitability(sloped, slope_most_deg=30).rows
    assert (allowed["slope"] == "pass").all()
