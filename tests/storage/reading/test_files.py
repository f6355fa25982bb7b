"""Files as they are delivered: whole, broken and ambiguous."""

import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geopandas as gpd
import rasterio
import shapely
from rasterio.transform import Affine
from shapely import Point, box

from geo_app.errors import DataError
from geo_app.storage.reading.files import list_layers, read_layer
from geo_app.storage.reading.shapes import shaped_for
from geo_app.storage.reading.vector import file_digest

ROWS = 400


def read(path: Path, *, layer_name: str | None = None) -> pd.DataFrame:
    return read_layer(path, layer_name=layer_name).frame


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"ma": [f"{n:04d}" for n in range(ROWS)], "ten": ["Đồng Đăng" * 5] * ROWS},
        geometry=[box(n, 0, n + 1, 1) for n in range(ROWS)],
        crs="EPSG:9210",
    )


@pytest.mark.parametrize("name", ["xã.gpkg", "xã.geojson", "xã.json", "xã.shp"])
def test_formats(tmp_path: Path, frame: gpd.GeoDataFrame, name: str) -> None:
    path = tmp_path / name
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}.get(path.suffix.lower(), "GeoJSON")
    given = frame.to_crs("EPSG:4326") if driver == "GeoJSON" else frame
    given.to_file(path, driver=driver)
    back = read(path)
    assert isinstance(back, gpd.GeoDataFrame)
    assert len(back) == ROWS
    assert back.crs == given.crs
    assert back["ten"].iloc[0] == "Đồng Đăng" * 5


def test_a_shapefile_in_capitals(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    frame.to_file(tmp_path / "xa.shp")
    plain = file_digest(tmp_path / "xa.shp")
    for part in list(tmp_path.iterdir()):
        part.rename(tmp_path / part.name.upper())
    assert len(read(tmp_path / "XA.SHP")) == ROWS
    assert file_digest(tmp_path / "XA.SHP") == plain


def test_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('\ufeffma,ten\r\n007,\r\n1,"Đồng, Đăng"\r\n'.encode())
    back = read(path)
    assert back.to_dict("list") == {"ma": ["007", "1"], "ten": ["", "Đồng, Đăng"]}


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.gpkg: the file does not exist"):
        read(tmp_path / "none.gpkg")
    with pytest.raises(DataError, match="cannot read ''; expected one of"):
        read(tmp_path)


def test_another_format(tmp_path: Path) -> None:
    path = tmp_path / "a.dwg"
    path.write_bytes(b"AC1015")
    with pytest.raises(DataError, match=r"a\.dwg: is a DWG, a closed format; save it as DXF"):
        read(path)


NOTHING, NULS, PAGE = b"", b"\0" * 200, b"<html>not found</html>\xff"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(
            (f"a.{kind}", content)
            for kind in ("gpkg", "geojson", "json")
            for content in (NOTHING, NULS)
        ),
        *((f"a.{kind}", PAGE) for kind in ("gpkg", "geojson", "json")),
        ("a.csv", NOTHING),
    ],
)
def test_what_is_not_what_its_name_says(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"{name}: (cannot be read|is something else)"):
        read(path)


@pytest.mark.parametrize("content", [NOTHING, NULS, PAGE])
def test_what_is_not_a_shapefile(tmp_path: Path, frame: gpd.GeoDataFrame, content: bytes) -> None:
    path = tmp_path / "a.shp"
    frame.to_file(path)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.shp: (cannot be read|is something else)"):
        read(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_a_file_that_is_cut(
    tmp_path: Path, frame: gpd.GeoDataFrame, name: str, share: float
) -> None:
    path = tmp_path / name
    frame.to_crs("EPSG:4326").to_file(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match=rf"{name}: .*complete"):
        read(path)


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_shapefile_whose_companion_is_cut(
    tmp_path: Path, frame: gpd.GeoDataFrame, suffix: str, share: float
) -> None:
    path = tmp_path / "a.shp"
    frame.to_file(path)
    beside = path.with_suffix(suffix)
    beside.write_bytes(beside.read_bytes()[: int(beside.stat().st_size * share)])
    with pytest.raises(DataError, match=r"a\.shp: .*complete"):
        read(path)


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_shapefile_without_its_companion(
    tmp_path: Path, frame: gpd.GeoDataFrame, suffix: str
) -> None:
    path = tmp_path / "a.shp"
    frame.to_file(path)
    path.with_suffix(suffix).unlink()
    with pytest.raises(DataError, match=rf"a\.shp: .*\{suffix}"):
        read(path)


def test_a_shapefile_without_prj_has_no_crs(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.shp"
    frame.to_file(path)
    path.with_suffix(".prj").unlink()
    back = read(path)
    assert isinstance(back, gpd.GeoDataFrame)
    assert back.crs is None


def test_two_layers_in_a_file(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.gpkg"
    frame.to_file(path, layer="xa")
    frame.head(3).to_file(path, layer="thon")
    with pytest.raises(DataError, match=r"a\.gpkg: holds 2 layers \(xa, thon\); name one of them"):
        read(path)
    assert len(read(path, layer_name="thon")) == 3
    with pytest.raises(DataError, match=r"a\.gpkg: there is no layer 'x'; it holds: xa, thon"):
        read(path, layer_name="x")


def test_features_without_geometry(tmp_path: Path, frame: gpd.GeoDataFrame) -> None:
    path = tmp_path / "a.gpkg"
    frame.loc[:, "geometry"] = [None, *frame.geometry[1:]]
    frame.to_file(path)
    back = read(path)
    assert isinstance(back, gpd.GeoDataFrame)
    assert int(back.geometry.isna().sum()) == 1


def test_the_digest_of_a_shapefile_holds_its_companions(
    tmp_path: Path, frame: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "a.shp"
    frame.to_file(path)
    before = file_digest(path)
    (tmp_path / "other.txt").write_text("x")
    assert file_digest(path) == before
    for suffix in (".dbf", ".prj", ".cpg", ".shx"):
        shutil.copytree(tmp_path, tmp_path.with_suffix(suffix))
        beside = (tmp_path.with_suffix(suffix) / "a.shp").with_suffix(suffix)
        beside.write_bytes(beside.read_bytes() + b" ")
        assert file_digest(tmp_path.with_suffix(suffix) / "a.shp") != before


def test_a_point_file_for_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    gpd.GeoDataFrame(geometry=[Point(105, 10)], crs="EPSG:4326").to_file(path)
    assert file_digest(path) == file_digest(path)
    assert len(file_digest(path)) == 64


FOOTPRINT = box(449_314.377, 2_417_549.695, 449_400, 2_417_600)


def as_tab(folder: Path) -> Path:
    bounds = "300000,2200000,700000,2600000"
    plot().to_file(folder / "a.tab", driver="MapInfo File", BOUNDS=bounds)
    return folder / "a.tab"


def as_mif(folder: Path) -> Path:
    plot().to_file(folder / "a.mif", driver="MapInfo File")
    return folder / "a.mif"


def as_dxf(folder: Path) -> Path:
    drawn = gpd.GeoDataFrame(geometry=plot().boundary, crs=None)
    drawn.to_file(folder / "a.dxf", driver="DXF")
    return folder / "a.dxf"


def as_dgn(folder: Path) -> Path:
    gpd.GeoDataFrame(geometry=plot().geometry).to_file(folder / "a.dgn", driver="DGN")
    return folder / "a.dgn"


def as_kmz(folder: Path) -> Path:
    plot().to_crs("EPSG:4326").to_file(folder / "a.kmz", driver="LIBKML")
    return folder / "a.kmz"


def as_kml(folder: Path) -> Path:
    plot().to_crs("EPSG:4326").to_file(folder / "a.kml", driver="LIBKML")
    return folder / "a.kml"


def as_fgb(folder: Path) -> Path:
    plot().to_file(folder / "a.fgb", driver="FlatGeobuf")
    return folder / "a.fgb"


def as_gdb(folder: Path) -> Path:
    plot().drop(columns="n").to_file(folder / "a.gdb", driver="OpenFileGDB")
    return folder / "a.gdb"


def as_parquet(folder: Path) -> Path:
    plot().to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def as_zip(folder: Path) -> Path:
    plot().to_file(folder / "xã.shp")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for part in folder.glob("xã.*"):
            archive.write(part, f"thư mục/{part.name}")
    return folder / "a.zip"


def as_xlsx(folder: Path) -> Path:
    _coordinates().to_excel(folder / "a.xlsx", index=False)
    return folder / "a.xlsx"


def as_xls(folder: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    table = _coordinates()
    for row, cells in enumerate([list(table.columns), *table.to_numpy().tolist()]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(folder / "a.xls"))
    return folder / "a.xls"


def as_csv(folder: Path) -> Path:
    _coordinates().to_csv(folder / "a.csv", index=False, sep=";", decimal=",")
    return folder / "a.csv"


def _coordinates() -> pd.DataFrame:
    east, north = FOOTPRINT.exterior.xy
    return pd.DataFrame({"STT": range(1, len(east) + 1), "X(m)": list(north), "Y(m)": list(east)})


def plot() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["Khu Á"], "n": [1]}, geometry=[FOOTPRINT], crs="EPSG:9215")


@pytest.mark.parametrize(
    "write",
    [
        as_tab,
        as_mif,
        as_dxf,
        as_dgn,
        as_kmz,
        as_kml,
        as_fgb,
        as_gdb,
        as_parquet,
        as_zip,
        as_xlsx,
        as_xls,
        as_csv,
    ],
)
def test_one_footprint_in_every_format(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    path = write(tmp_path)
    (layer,) = (each for each in list_layers(path) if each.rows != 0)
    raw = shaped_for(read_layer(path, layer_name=layer.name), "polygon")
    frame = raw.frame
    assert isinstance(frame, gpd.GeoDataFrame)
    if frame.crs is not None and frame.crs.is_geographic:
        frame = frame.to_crs("EPSG:9215")
    (shape,) = frame.geometry
    assert shapely.hausdorff_distance(shapely.force_2d(shape), FOOTPRINT) < 0.01
    assert file_digest(path) == file_digest(path)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp"])
def test_a_sample_is_spread_over_the_file(
    tmp_path: Path, frame: gpd.GeoDataFrame, name: str
) -> None:
    frame.to_file(tmp_path / name)
    raw = read_layer(tmp_path / name, sample=80)
    assert (raw.sampled, len(raw.frame), raw.layer.rows) == (True, 80, ROWS)
    assert {"0000", f"{ROWS - 1:04d}"} <= set(raw.frame["ma"])
    assert not read_layer(tmp_path / name, sample=ROWS).sampled


def test_what_is_not_what_its_name_says_is_named(tmp_path: Path) -> None:
    contents = {
        "a.shp": (b"%PDF-1.7 x", "is a PDF, not a Shapefile"),
        "a.dgn": (b"\xd0\xcf\x11\xe0", "a DGN V8 drawing, not a DGN"),
        "a.dxf": (b"AC1032", "is a DWG drawing, not a DXF"),
        "a.kml": (b"<?xml version='1.0'?><!DOCTYPE k [<!ENTITY a 'b'>]><kml/>", "XML entities"),
        "a.gpx": ("<!DOCTYPE x>".encode("utf-16"), "XML entities"),
        "a.zip": (b"PK\x03\x04", "cannot be opened as a zip archive"),
        "a.xls": (b"\xd0\xcf\x11\xe0", "cannot be read as an Excel file"),
        "a.parquet": (b"PAR1", "cannot be read"),
        "a.pdf": (b"%PDF", "is a PDF; ask for the drawing"),
    }
    for name, (content, words) in contents.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=words):
            read_layer(tmp_path / name)


def test_a_raster_is_listed_and_not_read_as_features(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "width": 3, "height": 2, "count": 1, "dtype": "uint8"}
    transform = Affine(30, 0, 0, 0, -30, 0)
    with rasterio.open(
        tmp_path / "a.tif", "w", crs="EPSG:9215", transform=transform, **profile
    ) as r:
        r.write(np.ones((1, 2, 3), dtype="uint8"))
    (layer,) = list_layers(tmp_path / "a.tif")
    assert (layer.geometry, layer.fields["width"], layer.crs) == (("Raster",), "3", "EPSG:9215")
    with pytest.raises(DataError, match="is a raster"):
        read_layer(tmp_path / "a.tif")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from([as_tab, as_dxf, as_kml, as_fgb, as_parquet, as_zip, as_xlsx, as_xls, as_csv]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=12),
    st.floats(0.2, 1.0),
)
def test_damaged_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    write: Callable[[Path], Path],
    changes: list[tuple[int, int]],
    share: float,
) -> None:
    path = write(tmp_path_factory.mktemp("fuzz"))
    content = bytearray(path.read_bytes())
    for at, value in changes:
        content[at % len(content)] = value
    path.write_bytes(content[: max(1, int(len(content) * share))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            list_layers(path)
            read_layer(path)
        except DataError:
            return
