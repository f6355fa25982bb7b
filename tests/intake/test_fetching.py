"""Open data by name, from servers on loopback that answer in the true formats."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from loopback import QUICK, Scripted
from osm_pbf import write_pbf

import geopandas as gpd
import pyogrio
import rasterio
from rasterio.transform import from_origin
from shapely import box

from geo_app.errors import DataError, UnknownError
from geo_app.intake.delivery import Delivery, draft_import
from geo_app.intake.fetching import FetchedData, fetch
from geo_app.storage.opendata import sources as known
from geo_app.storage.reading.sidecar import read_sidecar
from geo_app.workspace import Workspace

SECTION = {"osm_id": "section_code"}
MakeWorkspace = Callable[..., Workspace]


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return small_workspace()


@pytest.fixture
def middle(ws: Workspace) -> tuple[float, float]:
    west, south, east, north = ws.bounds_lonlat
    return (west + east) / 2, (south + north) / 2


def take(ws: Workspace, what: str, **more: str) -> FetchedData:
    return fetch(ws, what, patience=QUICK, **more)


def way(number: int, lon: float, lat: float, **tags: str) -> dict[str, object]:
    line = [{"lon": lon, "lat": lat}, {"lon": lon + 0.01, "lat": lat}]
    return {"type": "way", "id": number, "tags": tags, "geometry": line}


class TestOverpass:
    def answer(self, middle: tuple[float, float], **more: object) -> bytes:
        elements = [
            way(1, *middle, highway="tertiary", name="Đường A", surface="asphalt"),
            way(2, *middle, highway="track", access="military"),
            way(3, *middle, highway="proposed"),
        ]
        stamp = {"timestamp_osm_base": "2026-03-31T12:00:00Z"}
        return json.dumps({"osm3s": stamp, "elements": elements} | more).encode()

    def test_roads(self, ws: Workspace, server: Scripted, middle: tuple[float, float]) -> None:
        server.files["/api"] = self.answer(middle)
        server.troubles["/api"] = [429, "cut", 500]
        found = take(ws, "roads", address=f"{server.address}/api")
        assert (found.rows, found.date, found.licence) == (1, dt.date(2026, 3, 31), "ODbL 1.0")
        (road,) = gpd.read_file(found.path).to_dict("records")
        assert (road["osm_id"], road["name"], road["surface"]) == ("1", "Đường A", "asphalt")
        said = read_sidecar(found.path)
        assert (said.date, said.licence) == (found.date, "ODbL 1.0")
        assert said.source is not None
        assert "OpenStreetMap" in said.source
        assert found.sha256 in said.source
        draft = draft_import(ws, found.path, "roads", delivery=Delivery(mapping=SECTION))
        assert draft.provenance.licence == "ODbL 1.0"

    def test_a_server_that_gives_up_is_no_empty_map(
        self, ws: Workspace, server: Scripted, middle: tuple[float, float]
    ) -> None:
        remark = 'runtime error: Query timed out in "query" at line 1'
        server.files["/api"] = self.answer(middle, remark=remark, elements=[])
        address = f"{server.address}/api"
        with pytest.raises(DataError, match="the server gave up: runtime error"):
            take(ws, "roads", address=address)
        server.files["/api"] = self.answer(middle)
        assert take(ws, "roads", address=address).rows == 1

    def test_nothing_there(self, ws: Workspace, server: Scripted) -> None:
        server.files["/api"] = b'{"elements": []}'
        with pytest.raises(DataError, match="has no roads in the province"):
            take(ws, "roads", address=f"{server.address}/api")

    def test_a_page_instead_of_an_answer(self, ws: Workspace, server: Scripted) -> None:
        server.files["/api"] = b"<html>busy</html>"
        with pytest.raises(DataError, match="expected an Overpass answer in JSON"):
            take(ws, "roads", address=f"{server.address}/api")


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="test">
 <node id="1" lat="{lat}" lon="{lon}"/>
 <node id="2" lat="{lat}" lon="{lon2}"/>
 <node id="3" lat="{lat}" lon="{lon}"><tag k="place" v="hamlet"/><tag k="name" v="Bản Chu"/></node>
 <node id="4" lat="10" lon="100"><tag k="place" v="village"/><tag k="name" v="Xa"/></node>
 <way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="ref" v="QL4B"/>
  <tag k="surface" v="concrete"/></way>
</osm>"""


def as_xml(lon: float, lat: float) -> bytes:
    return OSM.format(lat=lat, lon=lon, lon2=lon + 0.01).encode()


def as_pbf(lon: float, lat: float) -> bytes:
    nodes: list[tuple[int, float, float, dict[str, str]]] = [
        (1, lon, lat, {}),
        (2, lon + 0.01, lat, {}),
        (3, lon, lat, {"place": "hamlet", "name": "Bản Chu"}),
        (4, 100.0, 10.0, {"place": "village", "name": "Xa"}),
    ]
    road = {"highway": "primary", "ref": "QL4B", "surface": "concrete"}
    return write_pbf(nodes, [(9, [1, 2], road)])


@pytest.mark.parametrize(("name", "write"), [("x.osm", as_xml), ("x.osm.pbf", as_pbf)])
def test_an_osm_extract(
    ws: Workspace,
    server: Scripted,
    middle: tuple[float, float],
    name: str,
    write: Callable[[float, float], bytes],
) -> None:
    server.files[f"/{name}"] = write(*middle)
    server.troubles[f"/{name}"] = ["cut"]
    address = f"{server.address}/{name}"
    found = take(ws, "roads", source="osm_extract", address=address)
    (road,) = gpd.read_file(found.path).to_dict("records")
    assert (road["osm_id"], road["ref"], road["surface"]) == ("9", "QL4B", "concrete")
    assert found.date == dt.date(2026, 3, 31)
    places = take(ws, "villages", source="osm_extract", address=address)
    assert gpd.read_file(places.path)["name"].tolist() == ["Bản Chu"]


def test_geonames(ws: Workspace, server: Scripted, middle: tuple[float, float]) -> None:
    lon, lat = middle

    def row(number: int, name: str, lat: float, kind: str, people: int) -> str:
        cells = [str(number), name, name, "", str(lat), str(lon), kind, "PPL", "VN"]
        return "\t".join([*cells, *[""] * 5, str(people), "", "", "Asia/Ho_Chi_Minh", "2026-01-01"])

    text = "\n".join([row(1, "Bản Chu", lat, "P", 0), row(2, "Núi", lat, "T", 0),
                      row(3, 'Nà "Ké"', lat, "P", 120), row(4, "Xa", 1.0, "P", 1)])  # fmt: skip
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as inside:
        inside.writestr("readme.txt", "x")
        inside.writestr("VN.txt", text)
    server.files["/VN.zip"] = body.getvalue()
    found = take(ws, "villages", source="geonames", address=f"{server.address}/VN.zip")
    places = gpd.read_file(found.path)
    assert places["name"].tolist() == ["Bản Chu", 'Nà "Ké"']
    assert places["population"].isna().tolist() == [True, False]
    assert found.licence == "CC BY 4.0"


def units(ws: Workspace) -> gpd.GeoDataFrame:
    shapes = [box(*ws.bounds_lonlat), box(0, 0, 1, 1)]
    return gpd.GeoDataFrame({"name": ["Tỉnh", "Xa"]}, geometry=shapes, crs="EPSG:4326")


def test_geoboundaries(ws: Workspace, server: Scripted) -> None:
    about = {
        "gjDownloadURL": f"{server.address}/a.geojson",
        "boundaryYearRepresented": "2024",
        "boundaryLicense": "CC BY 3.0 IGO",
    }
    server.files["/api/VNM/"] = json.dumps(about).encode()
    server.files["/a.geojson"] = units(ws).to_json().encode()
    found = take(ws, "boundaries", address=f"{server.address}/api/{{country}}/")
    assert (found.rows, found.date) == (1, dt.date(2024, 12, 31))
    assert found.licence == "CC BY 3.0 IGO"
    assert gpd.read_file(found.path)["name"].tolist() == ["Tỉnh"]
    server.files["/api/VNM/"] = b"{}"
    with pytest.raises(DataError, match="expected a geoBoundaries answer with gjDownloadURL"):
        fetch(ws, "boundaries", address=f"{server.address}/api/VNM/?new", patience=QUICK)


def test_hdx(ws: Workspace, server: Scripted, tmp_path: Path) -> None:
    for level in (1, 2):
        frame = units(ws).assign(level=level)
        frame.to_file(tmp_path / f"vnm_admbnda_adm{level}.shp", encoding="UTF-8")
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as inside:
        for part in tmp_path.glob("vnm*"):
            inside.write(part, part.name)
    resources = [
        {"format": "XLSX", "url": f"{server.address}/no"},
        {"format": "SHP", "url": f"{server.address}/a.zip", "last_modified": "2025-11-02T10:00:00"},
    ]
    about = {"result": {"resources": resources, "license_title": "CC BY-IGO"}}
    server.files["/api"] = json.dumps(about).encode()
    server.files["/a.zip"] = body.getvalue()
    found = take(ws, "boundaries", source="hdx", address=f"{server.address}/api")
    assert (found.rows, found.date) == (1, dt.date(2025, 11, 2))
    assert gpd.read_file(found.path)["level"].tolist() == [2]
    local = take(ws, "boundaries", source="hdx", address=str(_saved(tmp_path, body.getvalue())))
    assert local.rows == 1


def _saved(folder: Path, body: bytes) -> Path:
    (folder / "local.zip").write_bytes(body)
    return folder / "local.zip"


def cog(west: float, north: float, value: int, cells: int = 300) -> bytes:
    """Return a tile of 0.3° whose cells hold `value` on the left and 0, no data, elsewhere."""
    data = np.zeros((cells, cells), dtype="uint8")
    data[:, : cells // 2] = value
    place = {"crs": "EPSG:4326", "transform": from_origin(west, north, 0.3 / cells, 0.3 / cells)}
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="COG", width=cells, height=cells, count=1, dtype="uint8", nodata=0,
            compress="deflate", **place,
        ) as raster:  # fmt: skip
            raster.write(data, 1)
        return bytes(memory.read())


class TestRasters:
    @pytest.fixture
    def tiles(self, server: Scripted, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> Scripted:
        """Two tiles that meet in the middle of the province; the names are those of the corners."""
        west, _, east, north = ws.bounds_lonlat
        seam, top = (west + east) / 2, north + 0.1
        server.files["/t_left.tif"] = cog(seam - 0.3, top, 10)
        server.files["/t_right.tif"] = cog(seam, top, 20)
        names = ["left", "right", "sea"]
        monkeypatch.setattr("geo_app.intake.fetching.tile_names", lambda *_: iter(names))
        return server

    def test_a_window_over_two_tiles(self, ws: Workspace, tiles: Scripted) -> None:
        found = take(ws, "forest", address=f"{tiles.address}/t_{{tile}}.tif")
        assert (found.date, found.licence) == (dt.date(2021, 12, 31), "CC BY 4.0")
        west, south, east, north = ws.bounds_lonlat
        with rasterio.open(found.path) as raster:
            assert raster.crs.to_epsg() == 4326
            assert raster.nodata == 0
            got = raster.bounds
            assert got.left == pytest.approx(west - 0.02, abs=0.001)
            assert got.top == pytest.approx(north + 0.02, abs=0.001)
            middle = (west + east) / 2
            here = [next(raster.sample([(x, (south + north) / 2)]))[0] for x in
                    (middle - 0.01, middle + 0.01)]  # fmt: skip
        assert here == [0, 20]
        partial = [asked for path, asked in tiles.asked if path != "/t_sea.tif"]
        assert all(asked is not None for asked in partial), tiles.asked
        said = read_sidecar(found.path)
        assert said.licence == "CC BY 4.0"

    def test_a_server_that_stumbles(self, ws: Workspace, tiles: Scripted) -> None:
        tiles.troubles["/t_left.tif"] = [503]
        tiles.troubles["/t_right.tif"] = [429]
        assert take(ws, "forest", address=f"{tiles.address}/t_{{tile}}.tif").path.exists()

    def test_no_tile_at_all(self, ws: Workspace, tiles: Scripted) -> None:
        with pytest.raises(DataError, match="none of these tiles is there"):
            take(ws, "forest", address=f"{tiles.address}/no_{{tile}}.tif")
        assert not list((ws.settings.root / "data/fetched").glob("*.tif*"))

    def test_local_tiles(self, ws: Workspace, tiles: Scripted, tmp_path: Path) -> None:
        for name in ("left", "right"):
            (tmp_path / f"t_{name}.tif").write_bytes(tiles.files[f"/t_{name}.tif"])
        found = take(ws, "elevation", address=f"{tmp_path}/t_{{tile}}.tif")
        assert found.path.name == "elevation_copernicus.tif"
        assert tiles.asked == []


def test_names_that_are_none(ws: Workspace) -> None:
    with pytest.raises(UnknownError, match="fetch rain: expected one of roads, villages"):
        take(ws, "rain")
    with pytest.raises(UnknownError, match="there is no source 'x'; there are: osm, osm_extract"):
        take(ws, "roads", source="x")


def test_every_source_says_what_it_is() -> None:
    for source in known.sources().values():
        assert source.licence
        assert source.attribution
        assert source.address.startswith("https://")
        assert (source.tiling is not None) == (source.format == "cog")
    assert {what for each in known.sources().values() for what in each.what} == set(known.WHAT)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("worldcover", ["N21E105"]),
        ("hansen", ["30N_100E"]),
        ("copernicus", ["N21_00_E106_00", "N21_00_E107_00", "N22_00_E106_00", "N22_00_E107_00"]),
    ],
)
def test_tiles_of_lang_son(name: str, expected: list[str]) -> None:
    tiling = known.sources()[name].tiling
    assert tiling is not None
    assert list(known.tile_names(tiling, (106.09, 21.32, 107.37, 22.47))) == expected


def test_an_extract_that_is_cut(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader")
    with pytest.raises(DataError, match=r"x\.osm\.pbf: cannot be read|has no roads"):
        take(ws, "roads", source="osm_extract", address=str(tmp_path / "x.osm.pbf"))
    assert pyogrio.list_drivers()["OSM"] == "r"
