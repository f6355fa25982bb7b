"""Files as they are delivered: whole, broken and ambiguous."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import geopandas as gpd
from shapely import Point, box

from geo_app.errors import DataError
from geo_app.storage.reading.files import read_layer
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
