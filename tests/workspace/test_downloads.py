"""A layer as a file: every format, its provenance inside, made once."""

import json
from pathlib import Path

import pandas as pd
import pytest

import pyogrio

from geo_app.domain.access import ANONYMOUS
from geo_app.errors import DataError, UnknownError
from geo_app.workspace import Workspace, downloads
from geo_app.workspace.downloads import download, export_layer, formats, provenance_lines


def test_what_a_layer_can_be_had_in(small_province: Workspace) -> None:
    layers = small_province.catalogue.layers
    assert formats(layers["wells"]) == ("gpkg", "geojson", "shp", "csv", "xlsx", "kml")
    assert formats(layers["old_units"]) == ("csv", "xlsx")
    assert formats(layers["cover"]) == ()


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".zip", ".csv", ".xlsx", ".kml", ".GPKG"])
def test_every_format(small_province: Workspace, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"giếng{suffix}"
    export_layer(small_province, "wells", path)
    assert path.stat().st_size > 100
    if suffix not in (".xlsx", ".csv"):
        place = f"/vsizip/{path}" if suffix == ".zip" else path
        assert pyogrio.read_info(place)["features"] == 5


def test_a_table(small_province: Workspace, tmp_path: Path) -> None:
    export_layer(small_province, "old_units", tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert len(pd.read_csv(tmp_path / "a.csv")) == 3
    assert "bịa cho thử nghiệm" in text


@pytest.mark.parametrize(
    ("layer", "name", "words"),
    [
        ("wells", "a.dwg", r"a\.dwg: layer wells cannot be written so; endings: \.gpkg, "),
        ("wells", "a", r"endings: \.gpkg"),
        ("old_units", "a.gpkg", r"layer old_units cannot be written so; endings: \.csv, \.xlsx"),
        ("cover", "a.csv", "layer cover cannot be written so"),
    ],
)
def test_an_ending_of_no_format(
    small_province: Workspace, tmp_path: Path, layer: str, name: str, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        export_layer(small_province, layer, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there(small_province: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownError, match="layer schools: no data published"):
        export_layer(small_province, "schools", tmp_path / "a.gpkg")
    with pytest.raises(UnknownError, match="layer schools: no data published"):
        download(small_province, "schools", "gpkg")
    with pytest.raises(UnknownError, match="there is no layer 'x'"):
        download(small_province, "x", "gpkg")


def test_made_once_per_reader_and_language(small_province: Workspace) -> None:
    first = download(small_province, "wells", "csv")
    written = first.stat().st_mtime_ns
    assert download(small_province, "wells", "csv") == first
    assert first.stat().st_mtime_ns == written
    others = {
        first,
        download(small_province, "wells", "csv", language="en"),
        download(small_province.as_user(ANONYMOUS), "wells", "csv"),
        download(small_province, "wells", "kml"),
    }
    assert len(others) == 4
    # Making a file leaves nothing else behind, and the version as it was.
    assert all(path.is_file() for path in first.parent.iterdir())
    version = small_province.versions["wells"]
    assert not [name for name in version.files if name.startswith("downloads")]


def test_too_large_to_wait_for(small_province: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGE", 1)
    with pytest.raises(DataError, match=r"layer roads: .*geo-app export roads"):
        download(small_province, "roads", "gpkg")


def test_what_a_file_says_of_itself(small_province: Workspace, tmp_path: Path) -> None:
    layer, version = small_province.catalogue.layer("wells"), small_province.versions["wells"]
    said = provenance_lines(small_province, layer, version, "vi")
    assert said["layer"] == "wells"
    assert said["title"] == "Giếng"
    assert said["version"] == version.id
    assert said["agency"] == "Sở Nông nghiệp và Môi trường"
    assert said["date"] == "2026-01-01"
    assert len(said["marks"]) == 2
    english = provenance_lines(small_province, layer, version, "en")
    assert english["agency"] == "Department of Agriculture and Environment"
    path = tmp_path / "a.geojson"
    export_layer(small_province, "wells", path)
    text = json.dumps(json.loads(path.read_bytes()), ensure_ascii=False)
    for word in (version.id, "bịa cho thử nghiệm", *said["marks"]):
        assert word in text
