"""
Two provinces to test with: a small one made up here, and the repository's own.

`small_province` and `province` are built once for the session and are read-only; a test that
publishes takes a copy of its own from `small_workspace`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from loopback import Scripted, serving

import geopandas as gpd
import rasterio
from rasterio.transform import from_origin
from shapely import LineString, Point, Polygon, box

from geo_app.config import PREFIX
from geo_app.domain.version import Provenance, Version
from geo_app.intake.build import build, plan_build
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import prepare_features, publish

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
SMALL_CRS = "EPSG:9210"
WEST, SOUTH = 500_000, 1_200_000
"""South-west corner of the small province, metres in its CRS."""

MakeWorkspace = Callable[..., Workspace]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """A server on loopback that breaks as real ones do."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real and messy files that lies beside the repository."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not here: real files to import")
    return SHARED


@pytest.fixture(scope="session")
def small_province(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """
    The small province, published, seen by its owner; read-only.

    10 km by 10 km: four communes of 25 km² (01 south-west, 02 south-east, 03 north-west,
    04 north-east), two roads that cross in the middle, five wells, a raster of ten by ten cells,
    a staff and a restricted layer with a point each, and schools that are awaited.
    """
    root = tmp_path_factory.mktemp("small") / "province"
    shutil.copytree(Path(__file__).parent / "small_province", root)
    write_small_sample(root / "data")
    ws = open_workspace(root)
    for _ in build(ws, plan_build(ws), workers=1):
        pass
    return ws.latest()


@pytest.fixture
def small_workspace(small_province: Workspace, tmp_path: Path) -> MakeWorkspace:
    """
    Return a function that makes a test its own small province.

    `published=False` leaves the store empty; `folder` names it within the test's folder.
    """

    def make(folder: str = "province", *, published: bool = True) -> Workspace:
        root = tmp_path / folder
        left_out = shutil.ignore_patterns() if published else shutil.ignore_patterns("store")
        shutil.copytree(small_province.settings.root, root, ignore=left_out)
        return open_workspace(root)

    return make


@pytest.fixture(scope="session")
def publish_frame() -> Callable[..., Version]:
    """Return a function that publishes a frame as a delivered version of a layer."""

    def publish_frame(
        ws: Workspace, layer: str, frame: pd.DataFrame, day: date = date(2026, 6, 1)
    ) -> Version:
        provenance = Provenance(kind="import", by=ws.user.name, date=day)
        version = prepare_features(ws, ws.catalogue.layer(layer), frame, provenance)
        publish(ws, {layer: version}, what="test")
        return version

    return publish_frame


@pytest.fixture(scope="session")
def province_files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that copies the repository's workspace, without its store."""

    def copy() -> Path:
        root = tmp_path_factory.mktemp("province") / "workspace"
        for name in ("layers", "plan", "data/shapefiles", "data/rasters", "data/statistics"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "geo_app.toml", root)
        return root

    return copy


@pytest.fixture(scope="session")
def province(province_files: Callable[[], Path]) -> Workspace:
    """The repository's own province, built; read-only."""
    ws = open_workspace(province_files())
    for _ in build(ws, plan_build(ws), workers=2):
        pass
    return ws.latest()


def write_small_sample(folder: Path) -> None:
    """Write the sample files of the small province."""
    folder.mkdir(parents=True)
    _write(folder / "outline.shp", {"code": ["99"], "name": ["Tỉnh Nhỏ"]}, [square(0, 0, 10_000)])
    corners = [(0, 0), (5_000, 0), (0, 5_000), (5_000, 5_000)]
    communes = {
        "comm_code": ["01", "02", "03", "04"],
        "name": ["Hòa Bình", "Đồng Đăng", "Ân Hòa", "Thuỵ Hùng"],
        "kind": ["xa", "phuong", "xa", "xa"],
        "old_dist": ["Huyện Bắc", "Huyện Bắc", "Huyện Nam", "Huyện Nam"],
        "area_km2": [25.0, 25.0, 25.0, None],
    }
    _write(folder / "communes.shp", communes, [square(x, y, 5_000) for x, y in corners])
    roads = {
        "sect_code": ["R1", "R2"],
        "name": ["Đường Bắc Nam", "Đường Hòa Bình"],
        "grade": ["IV", "V"],
        "width_m": [7.5, 3.5],
    }
    lines = [[(5_000, 0), (5_000, 10_000)], [(0, 5_000), (10_000, 5_000)]]
    _write(folder / "roads.shp", roads, [LineString(_moved(line)) for line in lines])
    wells = {
        "well_code": ["W1", "W2", "W3", "W4", "W5"],
        "name": ["Giếng Ăn", "Giếng Đá", "Giếng An", None, "Giếng Ân"],
        "grade": ["good", "poor", "good", None, "poor"],
        "depth_m": [12.5, 3.0, None, 40.0, 8.25],
        "users": pd.array([120, 0, None, 7, 45], dtype="Int32"),
        "working": pd.array([1, 0, None, 1, 1], dtype="Int32"),
        "dug": ["1999-12-31", "2025-07-01", None, "2025-07-02", "2010-01-05"],
        "phone": ["0205-1", "0205-2", None, "0205-4", "0205-5"],
    }
    spots = [(1_000, 1_000), (2_000, 1_000), (3_000, 1_000), (9_000, 9_000), (9_500, 9_000)]
    _write(folder / "wells.shp", wells, [Point(*p) for p in _moved(spots)])
    for name in ("surveys", "bunkers"):
        only = {"code": ["X1"], "name": [f"Bí mật {name}"]}
        _write(folder / f"{name}.shp", only, [Point(*p) for p in _moved([(4_000, 4_000)])])
    rows = "row_code,old_name,old_dist,new_code,split\n"
    rows += "1,Đồng Mỏ,Huyện Bắc,01,0\n2,Hòa Bình,Huyện Nam,03,1\n3,Vô Định,,,\n"
    (folder / "old_units.csv").write_text(rows, encoding="utf-8")
    _write_cover(folder / "cover.tif")


def square(x: float, y: float, side: float) -> Polygon:
    """Return a square; x and y in metres from the province's corner."""
    return box(WEST + x, SOUTH + y, WEST + x + side, SOUTH + y + side)


def _moved(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(WEST + x, SOUTH + y) for x, y in points]


def _write(path: Path, columns: dict[str, object], geometry: list[object]) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=SMALL_CRS)
    frame.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")


def _write_cover(path: Path) -> None:
    """Write class 1 in the five western columns, 2 east of them, no data in the last row."""
    cells = np.ones((10, 10), dtype="uint8")
    cells[:, 5:] = 2
    cells[9] = 0
    transform = from_origin(WEST + 1_000, SOUTH + 2_300, 30, 30)
    shape = {"width": 10, "height": 10, "count": 1, "dtype": "uint8", "nodata": 0}
    profile = {"driver": "GTiff", "crs": SMALL_CRS, "transform": transform, **shape}
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(cells, 1)
