"""Backgrounds of the owner's own: files and addresses, told apart and registered."""

import json
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

import rasterio
from pyproj import Transformer
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from geo_app.errors import DataError, StoreError, UnknownError
from geo_app.storage.basemaps import (
    FILE,
    add_basemap,
    geotiff_tile,
    mbtiles_tile,
    read_basemaps,
    remove_basemap,
)

XYZ = "https://tiles.example/{z}/{x}/{y}.png"
CAPABILITIES = """<?xml version="1.0"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1">
 <Contents><Layer>
  <Dimension><ows:Identifier>Time</ows:Identifier><Default>2025</Default></Dimension>
  <Style isDefault="true"><ows:Identifier>mau</ows:Identifier></Style>
  <TileMatrixSetLink><TileMatrixSet>%s</TileMatrixSet></TileMatrixSetLink>
  <ResourceURL format="image/png" resourceType="tile"
   template="https://o.example/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png?t={Time}"/>
 </Layer>
 <TileMatrixSet><ows:Identifier>%s</ows:Identifier>
  <TileMatrix><ows:Identifier>%s5</ows:Identifier></TileMatrix>
  <TileMatrix><ows:Identifier>%s17</ows:Identifier></TileMatrix>
 </TileMatrixSet></Contents>
</Capabilities>"""


def capabilities(matrix: str, *, prefix: str = "") -> str:
    return CAPABILITIES % (matrix, matrix, prefix, prefix)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def write_mbtiles(path: Path, *, format_: str = "png") -> Path:
    """Write tile 1/0/0, counted from the north."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE metadata (name, value)")
        database.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        database.execute("INSERT INTO metadata VALUES ('format', ?)", (format_,))
        database.executemany("INSERT INTO tiles VALUES (?, 0, ?, ?)", [(1, 1, b"N"), (3, 0, b"S")])
    return path


def write_pmtiles(path: Path, *, kind: TileType = TileType.PNG) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(2, 3, 1), b"tile")
        writer.finalize(
            {
                "tile_type": kind,
                "tile_compression": Compression.NONE,
                "min_zoom": 2,
                "max_zoom": 2,
                "min_lon_e7": 0,
                "min_lat_e7": 0,
                "max_lon_e7": 1,
                "max_lat_e7": 1,
                "center_zoom": 2,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            {},
        )
    return path


def write_geotiff(path: Path, **changes: Any) -> Path:
    """Write a red picture of 1 km by 1 km at the small province's corner."""
    pixels = np.zeros((3, 100, 100), dtype="uint8")
    pixels[0] = 255
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "crs": "EPSG:9210",
        "transform": Affine(10, 0, 500_000, 0, -10, 1_201_000),
        "count": 3,
        "dtype": "uint8",
        "width": 100,
        "height": 100,
    }
    with rasterio.open(path, "w", **(profile | changes)) as picture:
        picture.write(pixels[: picture.count].astype(picture.dtypes[0]))
    return path


def test_nothing_registered(store: Path) -> None:
    assert read_basemaps(store) == []


def test_every_kind(store: Path, tmp_path: Path) -> None:
    files = [
        write_mbtiles(tmp_path / "a.mbtiles"),
        write_pmtiles(tmp_path / "a.pmtiles"),
        write_geotiff(tmp_path / "a.tif"),
    ]
    for path in files:
        add_basemap(store, str(path), title=f"Nền {path.suffix[1:]}", attribution="©")
    add_basemap(store, XYZ, title="Ảnh vệ tinh", basemap_id="sat")
    found = [(b.id, b.kind, b.location, b.min_zoom, b.max_zoom) for b in read_basemaps(store)]
    assert found == [
        ("nen_mbtiles", "mbtiles", str(files[0]), 1, 3),
        ("nen_pmtiles", "pmtiles", str(files[1]), 2, 2),
        ("nen_tif", "geotiff", str(files[2]), 0, 22),
        ("sat", "xyz", XYZ, 0, 22),
    ]


def test_the_same_id_replaces(store: Path) -> None:
    add_basemap(store, XYZ, title="Nền", attribution="a")
    add_basemap(store, XYZ, title="Nền", attribution="b")
    assert [b.attribution for b in read_basemaps(store)] == ["b"]


def test_removing(store: Path) -> None:
    add_basemap(store, XYZ, title="Nền")
    with pytest.raises(UnknownError, match="there is no basemap 'x'; `geo-app basemap list`"):
        remove_basemap(store, "x")
    remove_basemap(store, "nen")
    assert read_basemaps(store) == []


def test_a_wmts_document(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "wmts.xml"
    path.write_text(capabilities("EPSG:3857", prefix="EPSG:3857:"), encoding="utf-8")
    added = add_basemap(store, str(path), title="Ảnh")
    assert (added.kind, added.min_zoom, added.max_zoom) == ("xyz", 5, 17)
    assert added.location == "https://o.example/mau/EPSG:3857/EPSG:3857:{z}/{y}/{x}.png?t=2025"


def test_a_wmts_whose_matrices_are_not_numbered_by_zoom(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "wmts.xml"
    text = capabilities("EPSG:3857", prefix="").replace(">5<", ">coarse<")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="whose matrices are numbered by zoom"):
        add_basemap(store, str(path), title="Ảnh")


@pytest.mark.parametrize(
    "address",
    [
        "https://{s}.tile.example/{z}/{x}/{y}.png",
        "https://tile.example/{z}/{x}/{y}.png?key={key}",
        "https://tile.example;script-src *//{z}/{x}/{y}.png",
    ],
)
def test_an_address_the_map_cannot_fill_in(address: str, store: Path) -> None:
    with pytest.raises(DataError, match="nothing else in braces"):
        add_basemap(store, address, title="Nền")


def test_vector_tiles_are_no_background(store: Path, tmp_path: Path) -> None:
    path = write_pmtiles(tmp_path / "nen.pmtiles", kind=TileType.MVT)
    with pytest.raises(DataError, match="with pictures"):
        add_basemap(store, str(path), title="Nền")


class Answer(BaseHTTPRequestHandler):
    """A map service on this machine that knows one document."""

    def do_GET(self) -> None:
        known = self.path == "/wmts"
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(capabilities("GoogleMapsCompatible").encode() if known else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_wmts_address(store: Path, service: str) -> None:
    added = add_basemap(store, f"{service}/wmts", title="Ảnh")
    assert added.location == "https://o.example/mau/GoogleMapsCompatible/{z}/{y}/{x}.png?t=2025"
    with pytest.raises(DataError, match=r"/none: does not answer: .*404"):
        add_basemap(store, f"{service}/none", title="Ảnh")


def test_an_address_nobody_answers_at(store: Path) -> None:
    with pytest.raises(DataError, match=r"http://127\.0\.0\.1:1/wmts: does not answer"):
        add_basemap(store, "http://127.0.0.1:1/wmts", title="Ảnh")
    assert not store.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pmtiles", b"PMTiles\3" + b"\0" * 20, "expected PMTiles of version 3, complete"),
        ("a.pmtiles", b"PMTiles\2" + b"\0" * 200, "expected PMTiles of version 3, complete"),
        ("a.mbtiles", b"SQLite format 3\0" + b"\0" * 100, "an SQLite file, but not MBTiles"),
        ("a.xml", b"<Capabilities>", "not a WMTS capabilities document"),
        ("a.xml", capabilities("VN2000").encode(), "no layer with a tile address in Web Merc"),
        ("a.xml", b"<html></html>", "no layer with a tile address in Web Mercator"),
        ("a.tif", b"II*\0", "not PMTiles, MBTiles, GeoTIFF or a WMTS document"),
        ("a.bin", b"", "not PMTiles, MBTiles, GeoTIFF or a WMTS document"),
    ],
)
def test_what_is_no_background(
    store: Path, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        add_basemap(store, str(path), title="Nền")
    assert name in str(caught.value)
    assert read_basemaps(store) == []


def test_pmtiles_that_are_cut(store: Path, tmp_path: Path) -> None:
    path = write_pmtiles(tmp_path / "a.pmtiles")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match="complete"):
        add_basemap(store, str(path), title="Nền")


def test_tiles_that_cannot_be_drawn(store: Path, tmp_path: Path) -> None:
    vector = write_mbtiles(tmp_path / "a.mbtiles", format_="pbf")
    with pytest.raises(DataError, match="expected MBTiles with picture tiles"):
        add_basemap(store, str(vector), title="Nền")
    for changes in ({"crs": None}, {"dtype": "uint16"}, {"count": 2}):
        picture = write_geotiff(tmp_path / "a.tif", **changes)
        with pytest.raises(
            DataError, match="expected 8-bit pictures of 1, 3 or 4 bands with a CRS"
        ):
            add_basemap(store, str(picture), title="Nền")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/nowhere/a.pmtiles", "no such file, nor an http address"),
        ("javascript:alert({z},{x},{y})", "no such file, nor an http address"),
        ("ftp://a/{z}/{x}/{y}", "no such file, nor an http address"),
    ],
)
def test_what_is_nowhere(store: Path, location: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        add_basemap(store, location, title="Nền")


@pytest.mark.parametrize(("title", "given"), [("!!!", None), ("Nền", "../x"), ("Nền", "Nền")])
def test_an_id_stands_in_addresses(store: Path, title: str, given: str | None) -> None:
    with pytest.raises(DataError, match=r"--id: found '.*'; expected lower-case letters"):
        add_basemap(store, XYZ, title=title, basemap_id=given)


@pytest.mark.parametrize("content", [b"{", b"[1]", b'[{"id": "a"}]'])
def test_a_damaged_register(store: Path, content: bytes) -> None:
    store.mkdir()
    (store / FILE).write_bytes(content)
    with pytest.raises(StoreError, match=r"basemaps\.json: damaged"):
        read_basemaps(store)
    with pytest.raises(StoreError, match="damaged"):
        add_basemap(store, XYZ, title="Nền")
    assert (store / FILE).read_bytes() == content


def test_the_register_is_plain_json(store: Path) -> None:
    add_basemap(store, XYZ, title="Ảnh vệ tinh")
    (row,) = json.loads((store / FILE).read_bytes())
    assert set(row) == {
        "id",
        "title",
        "kind",
        "location",
        "attribution",
        "min_zoom",
        "max_zoom",
    }


def test_a_tile_of_mbtiles_is_counted_from_the_north(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "nền #1.mbtiles")
    assert mbtiles_tile(path, 1, 0, 0) == b"N"
    assert mbtiles_tile(path, 3, 0, 7) == b"S"
    assert mbtiles_tile(path, 1, 1, 1) is None


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # of the PNG
def test_a_tile_of_a_geotiff(tmp_path: Path) -> None:
    path = write_geotiff(tmp_path / "a.tif")
    to_degrees = Transformer.from_crs("EPSG:9210", "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(500_500, 1_200_500)
    zoom = 16
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom)
    tile = geotiff_tile(path, zoom, x, y)
    assert tile is not None
    assert tile.startswith(b"\x89PNG")
    assert struct.unpack(">II", tile[16:24]) == (256, 256)
    with MemoryFile(tile) as memory, memory.open() as picture:
        red, green, _, alpha = picture.read()
        assert red.max() == 255
        assert green.max() == 0
        assert alpha.max() == 255
    assert geotiff_tile(path, zoom, x + 50, y) is None
