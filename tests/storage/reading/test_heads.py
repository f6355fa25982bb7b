"""Large files looked at by a part of them."""

import json
from pathlib import Path

import numpy as np
import pytest

import geopandas as gpd
from shapely import Point

from geo_app.errors import DataError
from geo_app.storage.reading import heads, tables
from geo_app.storage.reading.files import list_layers, read_layer

ROWS = 5_000


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    points = [Point(106 + k / ROWS, 21.5) for k in range(ROWS)]
    names = [f'Bản "{k}" {{}}, ]' for k in range(ROWS)]
    return gpd.GeoDataFrame({"so": np.arange(ROWS), "ten": names}, geometry=points, crs="EPSG:4326")


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "LARGE", 100_000)
    monkeypatch.setattr(heads, "_HEAD", 60_000)
    monkeypatch.setattr(tables, "LARGE", 50_000)


@pytest.mark.parametrize("name", ["a.geojson", "a.kml"])
def test_a_sample_is_its_beginning_and_an_import_all_of_it(
    frame: gpd.GeoDataFrame, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    frame.to_file(path, driver={"a.geojson": "GeoJSON", "a.kml": "LIBKML"}[name])
    assert path.stat().st_size > 100_000
    (layer,) = list_layers(path, quick=True)
    assert layer.rows is None
    raw = read_layer(path, sample=1_000)
    assert raw.sampled
    assert 20 < len(raw.frame) < ROWS
    assert raw.frame.geometry.iloc[0].equals(frame.geometry.iloc[0])
    assert len(read_layer(path).frame) == ROWS
    assert list_layers(path)[0].rows == ROWS


def test_nested_folders_of_a_kml_are_closed(tmp_path: Path) -> None:
    mark = "<Placemark><name>A</name><Point><coordinates>106,21</coordinates></Point></Placemark>"
    text = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    text += f"<Document><Folder><name>F</name><Folder/>{mark * 2_000}</Folder></Document></kml>"
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    (layer,) = [each for each in list_layers(tmp_path / "a.kml", quick=True) if each.name == "F"]
    raw = read_layer(tmp_path / "a.kml", layer_name=layer.name, sample=5_000)
    assert 100 < len(raw.frame) < 2_000


def test_one_feature_larger_than_the_beginning(tmp_path: Path) -> None:
    ring = [[106 + k / 1e5, 21] for k in range(20_000)]
    shape = {"type": "LineString", "coordinates": ring}
    content = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": shape}]}
    (tmp_path / "a.geojson").write_text(json.dumps(content), encoding="utf-8")
    assert len(read_layer(tmp_path / "a.geojson", sample=10).frame) == 1


def test_a_broken_one_is_still_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"features": [' + "x" * 200_000, encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        read_layer(tmp_path / "a.geojson", sample=10)


def test_parquet_by_row_groups(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame.to_crs("EPSG:9215").to_parquet(path, row_group_size=500)
    (layer,) = list_layers(path)
    assert (layer.rows, layer.crs, layer.geometry) == (ROWS, "EPSG:9215", ("Point",))
    raw = read_layer(path, sample=100)
    assert raw.sampled
    assert isinstance(raw.frame, gpd.GeoDataFrame)
    assert raw.frame.crs.to_epsg() == 9215
    assert len(raw.frame) == 100
    assert raw.frame["so"].max() >= 4_500


def test_a_large_workbook_by_its_first_rows(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table = frame.drop(columns="geometry").assign(X=2_417_549.0, Y=449_314.0)
    table.to_excel(path, index=False)
    raw = read_layer(path, sample=50)
    assert raw.sampled
    assert 50 <= len(raw.frame) <= 100
    assert raw.frame["ten"].iloc[0] == frame["ten"].iloc[0]
    assert raw.layer.rows is None
