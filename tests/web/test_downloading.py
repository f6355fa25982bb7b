"""Every download opens again and says where it comes from."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

import pyogrio

LAYERS = {"wells": 5, "roads": 2, "communes": 4}
FORMATS = {
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "shp": "application/zip",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "kml": "application/vnd.google-earth.kml+xml",
}
SUFFIXES = {"shp": "zip"}
SAID = ("bịa cho thử nghiệm", "MIT", "chưa kiểm chứng")
"""Source, licence and a mark of the sample, which every file must repeat."""


Fetch = Callable[..., Path]


@pytest.fixture
def fetch(small: FlaskClient, tmp_path: Path) -> Fetch:
    """Return a function that downloads a layer into a file."""

    def get(layer: str, format_: str, language: str = "vi") -> Path:
        answer = small.get(f"/layers/{layer}/download?format={format_}&lang={language}")
        suffix = SUFFIXES.get(format_, format_)
        assert answer.status_code == 200
        sent = answer.headers["Content-Disposition"]
        assert sent == f"attachment; filename={layer}.{suffix}"
        assert "Set-Cookie" not in answer.headers
        path = tmp_path / f"{layer}.{suffix}"
        path.write_bytes(answer.data)
        return path

    return get


def said_in(path: Path) -> str:
    """Return all the words of a file, wherever the format keeps them."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read("README.txt").decode("utf-8-sig")
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        with closing(book):
            rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
        return " ".join(str(cell) for row in rows for cell in row)
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT metadata FROM gpkg_metadata").fetchall()
        return " ".join(row[0] for row in rows)
    return path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_map_layer_opens_again_and_holds_its_provenance(
    fetch: Fetch, layer: str, format_: str
) -> None:
    path = fetch(layer, format_)
    words = said_in(path)
    expected = SAID if layer != "roads" else SAID[:2]
    assert [text for text in expected if text not in words] == []
    assert rows_of(path, layer) == LAYERS[layer]


def rows_of(path: Path, layer: str) -> int:
    if path.suffix == ".csv":
        return len(table_of(path)) - 1
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return int(book.worksheets[0].max_row) - 1
    source = f"/vsizip/{path}/{layer}.shp" if path.suffix == ".zip" else path
    if path.suffix == ".gpkg":
        return int(pyogrio.read_info(source, layer=layer)["features"])
    return len(pyogrio.read_dataframe(source))


def table_of(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file after its leading remarks."""
    text = path.read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.reader(io.StringIO("\n".join(lines))))


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_table_opens_again_and_holds_its_provenance(fetch: Fetch, format_: str) -> None:
    path = fetch("old_units", format_)
    words = said_in(path)
    assert [text for text in SAID if text not in words] == []
    assert rows_of(path, "old_units") == 3
    assert "Đồng Mỏ" in words


def test_a_file_is_in_the_language_asked(fetch: Fetch) -> None:
    assert "unverified" in said_in(fetch("wells", "geojson", "en"))
    assert "chưa kiểm chứng" in said_in(fetch("wells", "geojson", "vi"))


def test_a_geojson_file_is_geojson(fetch: Fetch) -> None:
    content = json.loads(fetch("wells", "geojson").read_text(encoding="utf-8"))
    lon, lat = content["features"][0]["geometry"]["coordinates"]
    assert (round(lon, 2), round(lat, 2)) == (105.76, 10.86)


def test_formats_have_their_own_media_types(small: FlaskClient) -> None:
    sent = {f: small.get(f"/layers/wells/download?format={f}").mimetype for f in FORMATS}
    assert sent == FORMATS


def test_a_second_download_is_the_same_file(small: FlaskClient) -> None:
    address = "/layers/wells/download?format=xlsx&lang=en"
    assert small.get(address).data == small.get(address).data
