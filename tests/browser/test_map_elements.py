"""The map in a real browser: drawn, operated by keyboard and touch, offline, and safe."""

import base64
import functools
import http.server
import io
import json
import math
import shutil
import struct
import threading
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import mapbox_vector_tile  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

import folium
from pyproj import Transformer

from geo_app.domain.layer import Field, GeometryKind, Layer, Legend, LegendClass, Style, Theme
from geo_app.domain.text import Bilingual
from geo_app.render.assets import path_of
from geo_app.render.maps import AtlasMap, Basemap, DrawnLayer, MapFrame, Services, atlas

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self' data: blob:"
)
FRAME = MapFrame((106.0, 21.3, 107.4, 22.5), "EPSG:9215")
EVIL = "<script>alert(1)</script>"
PLACE = (106.75, 21.85)  # inside the first commune
THEMES = [
    Theme("administration", Bilingual("Hành chính", "Administration"), Bilingual("", ""), 1),
    Theme("transport", Bilingual("Giao thông", "Transport"), Bilingual("", ""), 2),
    Theme("forest", Bilingual("Rừng", "Forest"), Bilingual("", ""), 3),
]


def titled(text: str) -> Bilingual:
    return Bilingual(text, f"{text} (en)")


def layer(
    name: str,
    geometry: GeometryKind,
    classes: tuple[LegendClass, ...],
    *,
    theme: str = "administration",
    order: int = 10,
    field: str | None = None,
    awaited: bool = False,
) -> Layer:
    return Layer(
        id=name,
        title=titled(name),
        summary=titled(name),
        theme=theme,
        geometry=geometry,
        crs="EPSG:9215",
        owner="so_nv",
        order=order,
        fields={
            "name": Field("name", "text", titled("Tên")),
            "kind": Field("kind", "text", titled("Loại"), values={"a": titled("Loại A")}),
            "area_km2": Field("area_km2", "number", titled("Diện tích"), "km2"),
        },
        legend=Legend(field, classes),
        key=("name",),
        name="name",
        accuracy="accuracy" if geometry == "point" else None,
        state="awaited" if awaited else "present",
        labels=None if geometry == "raster" else 8,
    )


def one(color: str, **style: Any) -> tuple[LegendClass, ...]:
    return (LegendClass(titled("lớp"), Style(color=color, **style)),)


def feature(geometry: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": geometry, "coordinates": coordinates},
    }


def square(lon: float, lat: float, **properties: Any) -> dict[str, Any]:
    corners = [(0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2), (0.0, 0.0)]
    return feature("Polygon", [[[lon + x, lat + y] for x, y in corners]], **properties)


COMMUNES = [
    square(106.65, 21.75, name=EVIL, kind="a", area_km2=91.57),
    square(106.85, 21.75, name="Xã Lộc Bình {{ 7*7 }}", kind="z", area_km2=79.15),
]
ROADS = [feature("LineString", [[106.2, 21.5], [106.75, 21.85], [107.0, 22.2]], name="QL1")]
TOWNS = [feature("Point", [106.5, 22.2], name="Thất Khê", accuracy="C")]
COMMUNE_LAYER = layer(
    "communes",
    "polygon",
    (LegendClass(titled("Loại A"), Style("#225588", fill_opacity=1), values=("a",)),),
    field="kind",
)
ROAD_LAYER = layer("roads", "line", one("#b5542a", width=3), theme="transport", order=40)
TOWN_LAYER = layer("towns", "point", one("#333333", shape="diamond"), order=90)


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def png(rgb: bytes, size: int = 256) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    rows = (b"\0" + rgb * size) * size
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    count = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return zoom, int((lon + 180) / 360 * count), int(y * count)


def archive(tiles: dict[tuple[int, int, int], bytes], kind: TileType) -> bytes:
    out = io.BytesIO()
    writer = Writer(out)
    for place in sorted(tiles, key=lambda each: zxy_to_tileid(*each)):
        writer.write_tile(zxy_to_tileid(*place), tiles[place])
    zooms = [zoom for zoom, _, _ in tiles]
    header = {
        "tile_type": kind,
        "tile_compression": Compression.NONE,
        "min_zoom": min(zooms),
        "max_zoom": max(zooms),
        "min_lon_e7": 1060000000,
        "min_lat_e7": 213000000,
        "max_lon_e7": 1074000000,
        "max_lat_e7": 225000000,
        "center_zoom": 9,
        "center_lon_e7": 1067500000,
        "center_lat_e7": 218500000,
    }
    writer.finalize(header, {})
    return out.getvalue()


def vector_archive() -> bytes:
    place = tile_at(*PLACE, 11)
    shape = {"geometry": "POLYGON((0 0, 4096 0, 4096 4096, 0 4096, 0 0))", "properties": {}}
    encoded = mapbox_vector_tile.encode([{"name": "parcels", "features": [shape]}])
    return archive({place: encoded}, TileType.MVT)


class Site(http.server.SimpleHTTPRequestHandler):
    """Serves a folder under the strict policy, with ranges; answers the two services."""

    asked: list[str] = []  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in {"/identify", "/search"}:
            self.asked.append(self.path)
            content = json.dumps(HITS if path == "/identify" else FOUND).encode()
            self.answer(200, content, "application/json")
        elif path.endswith(".pmtiles"):
            content = Path(self.translate_path(path)).read_bytes()
            first, last = self.headers["Range"].removeprefix("bytes=").split("-")
            self.answer(206, content[int(first) : int(last) + 1], "application/octet-stream")
        elif path == "/favicon.ico":
            self.answer(200, b"", "image/x-icon")
        else:
            super().do_GET()

    def answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


HITS = {
    "hits": [
        {
            "layer": "communes",
            "title": EVIL,
            "marks": [{"id": "schematic", "title": "sơ đồ"}],
            "date": "2025-07-01",
            "feature": EVIL,
            "approximate": True,
            "rows": [{"title": "Diện tích", "value": "91,57", "unit": "km²"}],
            "geometry": COMMUNES[0]["geometry"],
            "page": "javascript:alert(1)",
        }
    ],
    "place": {},
    "limit_reached": True,
}
FOUND = {
    "results": [
        {
            "kind": "unit",
            "title": EVIL,
            "context": "Cao Lộc",
            "layer": "roads",
            "lon": 106.75,
            "lat": 21.85,
            "bounds": [106.65, 21.75, 106.85, 21.95],
            "url": None,
        },
        {
            "kind": "layer",
            "title": "communes",
            "context": "",
            "layer": None,
            "lon": None,
            "lat": None,
            "bounds": None,
            "url": "/there.html",
        },
    ]
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("site")
    handler = functools.partial(Site, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        write_site(folder)
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def write_site(folder: Path) -> None:
    (folder / "communes.geojson").write_text(json.dumps(collection(COMMUNES)), encoding="utf-8")
    (folder / "roads.geojson").write_text(json.dumps(collection(ROADS)), encoding="utf-8")
    (folder / "there.html").write_text("<title>there</title>", encoding="utf-8")
    red = {
        tile_at(lon, lat, 9): png(b"\xcc\0\0") for lon in (106.2, 106.75) for lat in (21.5, 22.2)
    }
    (folder / "red.pmtiles").write_bytes(archive(red, TileType.PNG))
    (folder / "parcels.pmtiles").write_bytes(vector_archive())
    for language in ("vi", "en"):
        write_page(folder, language, served_map(language))


def served_map(language: str) -> AtlasMap:
    def by_address(name: str) -> dict[str, Any]:
        return {"kind": "geojson", "url": f"{name}.geojson"}

    overview = {"url": "red.pmtiles", "min_zoom": 9, "max_zoom": 9}
    tiles = {"url": "parcels.pmtiles", "min_zoom": 11, "max_zoom": 11}
    parcels = {"kind": "tiles", "layer": "parcels", "overview": overview, "tiles": tiles}
    forest = layer("forest", "raster", one("#cc0000"), theme="forest", order=5)
    parcel_layer = layer("parcels", "polygon", one("#00aa44", fill_opacity=1), order=20)
    awaited = layer("stations", "point", one("#000000"), theme="forest", awaited=True)
    layers = [
        DrawnLayer(COMMUNE_LAYER, ("schematic",), date(2025, 7, 1), by_address("communes"), True),
        DrawnLayer(ROAD_LAYER, (), None, by_address("roads")),
        DrawnLayer(TOWN_LAYER, (), None, {"kind": "inline", "data": collection(TOWNS)}, True),
        DrawnLayer(forest, display={"kind": "raster", "overview": overview}),
        DrawnLayer(parcel_layer, display=parcels),
        DrawnLayer(awaited),
        DrawnLayer(layer("gone", "line", one("#000000"), theme="forest"), display=by_address("no")),
    ]
    return atlas(
        layers,
        THEMES,
        frame=FRAME,
        services=Services("identify", "search", "/layers/{id}"),
        language=language,
        basemaps=[Basemap("red", "Nền đỏ", "pmtiles", "red.pmtiles", "<b>tôi</b>", 9, 9)],
    )


def write_page(folder: Path, name: str, atlas_map: AtlasMap) -> None:
    parts = atlas_map.page_parts()

    def copied(link: str) -> str:
        shutil.copyfile(path_of(link), folder / path_of(link).name)
        return path_of(link).name

    (folder / f"{name}.js").write_text(parts.script, encoding="utf-8")
    links = [f'<link rel="stylesheet" href="{copied(link)}">' for link in parts.styles]
    scripts = [f'<script src="{name}"></script>' for name in map(copied, parts.scripts)]
    (folder / f"{name}.html").write_text(
        f'<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>Bản đồ</title>'
        f'<meta name="viewport" content="width=device-width">{"".join(links)}'
        f'<body class="geoapp-page">{parts.body}{"".join(scripts)}'
        f'<script src="{name}.js"></script>',
        encoding="utf-8",
    )


class Watched:
    """A page, and what it did that it should not."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        self.page.route("**/*", self.gate)

    def note(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def gate(self, route: Any) -> None:
        url = urlsplit(route.request.url)
        if url.scheme in {"data", "blob", "file"} or url.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, address: str, *drawn: str) -> Page:
        self.page.goto(address)
        self.wait_drawn(*drawn)
        return self.page

    def wait_drawn(self, *layers: str) -> None:
        for name in layers:
            self.page.wait_for_function("name => name in geoApp.map.geoApp.drawn", arg=name)


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    watching = Watched(context)
    watching.page.set_default_timeout(15_000)
    yield watching
    context.close()
    assert watching.outside == []
    assert watching.errors == []


@pytest.fixture
def page(watched: Watched, site: tuple[Path, str]) -> Page:
    Site.asked.clear()
    return watched.open(f"{site[1]}vi.html", "communes", "towns")


def color_at(page: Page, lon: float, lat: float, layer_id: str) -> list[int]:
    """Return the colour (RGBA) a layer's canvas has at a place."""
    found: list[int] = page.evaluate(
        """([lon, lat, id]) => {
          const spot = geoApp.map.latLngToContainerPoint([lat, lon]);
          const frame = geoApp.map.getContainer().getBoundingClientRect();
          const pane = geoApp.map.getPane('geoapp-' + id);
          for (const canvas of pane.querySelectorAll('canvas')) {
            const box = canvas.getBoundingClientRect();
            const x = (frame.x + spot.x - box.x) * canvas.width / box.width;
            const y = (frame.y + spot.y - box.y) * canvas.height / box.height;
            if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) continue;
            return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
          }
          return [];
        }""",
        [lon, lat, layer_id],
    )
    return found


def box(page: Page, layer_id: str) -> Any:
    return page.locator(f"#geoapp-layer-{layer_id}")


def test_layers_are_drawn_in_their_legend_s_colours(page: Page) -> None:
    assert color_at(page, 106.75, 21.87, "communes") == [0x22, 0x55, 0x88, 255]
    # A value outside all classes is grey: #8c8c8c at 55 %.
    assert color_at(page, 106.95, 21.87, "communes")[3] == 140
    assert page.evaluate("geoApp.map.geoApp.drawn.communes") > 0


def test_the_legend_explains_grey_and_hollow_features_where_there_are_some(page: Page) -> None:
    rows = page.locator("li", has=box(page, "communes")).locator(".geoapp-legend li:visible")
    expect(rows).to_have_text(["Khác / chưa rõ"])
    towns = page.locator("li", has=box(page, "towns")).locator(".geoapp-legend li:visible")
    expect(towns).to_have_text(["Vị trí gần đúng"])


def test_the_tree_is_operated_by_keyboard(page: Page, watched: Watched) -> None:
    expect(box(page, "roads")).to_be_hidden()
    page.get_by_role("button", name="Giao thông").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(box(page, "roads")).to_be_focused()
    page.keyboard.press("Space")
    watched.wait_drawn("roads")
    expect(box(page, "roads")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("geoApp.map.getPane('geoapp-roads').style.opacity") == "0.95"
    page.keyboard.press("Escape")
    expect(page.locator(".geoapp-side")).to_be_hidden()
    expect(page.locator(".geoapp-opener")).to_be_focused()


def test_a_failed_layer_says_so_and_an_awaited_one_cannot_be_switched_on(
    page: Page, watched: Watched
) -> None:
    page.get_by_role("button", name="Rừng").click()
    expect(box(page, "stations")).to_be_disabled()
    expect(page.get_by_text("đang chờ", exact=True)).to_be_visible()
    box(page, "gone").check()
    expect(page.get_by_text("Không tải được lớp này.").first).to_be_visible()
    page.get_by_role("button", name="Thử lại").click()
    expect(page.get_by_role("button", name="Thử lại")).to_be_visible()
    assert all("404" in error for error in watched.errors)
    watched.errors.clear()


def test_enter_identifies_at_the_centre_and_text_stays_text(page: Page) -> None:
    page.locator("#map_atlas").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".geoapp-hit h3")).to_have_text(EVIL)
    asked = parse_qs(urlsplit(Site.asked[-1]).query)
    assert asked["layers"] == ["communes,towns"]
    assert asked["lang"] == ["vi"]
    assert float(asked["lat"][0]) == pytest.approx(
        page.evaluate("geoApp.map.getCenter().lat"), abs=1e-5
    )
    expect(page.locator(".geoapp-result h2")).to_be_focused()
    expect(page.locator(".geoapp-hit-layer")).to_contain_text("01/07/2025")
    expect(page.locator(".geoapp-hit")).to_contain_text("91,57 km²")
    expect(page.locator(".geoapp-hit")).to_contain_text("Vị trí gần đúng")
    expect(page.locator(".geoapp-hit a")).to_have_count(0)  # the page's address was a script
    expect(page.locator("path.geoapp-highlight")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".geoapp-result")).to_be_hidden()
    expect(page.locator("#map_atlas")).to_be_focused()


def test_a_click_identifies_and_a_drag_does_not(page: Page) -> None:
    page.mouse.move(900, 500)
    page.mouse.down()
    page.mouse.move(950, 540, steps=4)
    page.mouse.up()
    assert Site.asked == []
    page.mouse.click(900, 500)
    expect(page.locator(".geoapp-hit")).to_have_count(1)
    assert len(Site.asked) == 1


def test_the_address_keeps_the_view_and_brings_it_back(
    page: Page, watched: Watched, site: tuple[Path, str]
) -> None:
    page.evaluate("geoApp.map.setView([21.85, 106.75], 11, {animate: false})")
    page.evaluate("geoApp.map.geoApp.layers.get('communes').setOpacity(0.4)")
    page.evaluate("geoApp.map.geoApp.layers.get('towns').hide()")
    page.wait_for_url("**/vi.html#map=11/21.85000/106.75000&layers=communes&opacity=communes:40")
    address = page.url
    page.goto("about:blank")
    watched.open(address, "communes")
    place = page.evaluate("[geoApp.map.getZoom(), geoApp.map.getCenter().lng]")
    assert place == pytest.approx([11, 106.75], abs=0.001)
    expect(box(page, "towns")).not_to_be_checked()
    assert page.evaluate("geoApp.map.getPane('geoapp-communes').style.opacity") == "0.4"
    page.evaluate("window.location.hash = 'map=9/21.9/106.7&layers=towns,nonsense'")
    expect(box(page, "communes")).not_to_be_checked()
    expect(box(page, "towns")).to_be_checked()
    assert page.evaluate("geoApp.map.getZoom()") == 9


def test_coordinates_agree_with_proj_within_a_centimetre(page: Page) -> None:
    lons = [106.0937 + step * 1.2691 / 8 for step in range(9)]
    lats = [21.3243 + step * 1.1366 / 8 for step in range(9)]
    places = [(lon, lat) for lon in lons for lat in lats]
    ours = page.evaluate(
        "places => places.map(([lng, lat]) => geoApp.project(geoApp.map, {lng, lat}))", places
    )
    transform = Transformer.from_crs("EPSG:4326", "EPSG:9215", always_xy=True).transform
    worst_m = max(
        math.dist(here, transform(*place)) for here, place in zip(ours, places, strict=True)
    )
    assert worst_m < 0.01


def test_coordinates_are_written_as_surveyors_do(page: Page) -> None:
    # The city: 21.8537 N, 106.7615 E is N 2 417 549.695, E 449 314.377 in EPSG:9215.
    page.evaluate("geoApp.map.setView([21.8537, 106.7615], 12, {animate: false})")
    line = page.locator(".geoapp-coordinates")
    expect(line).to_contain_text("21,85370° B, 106,76150° Đ")
    expect(line).to_contain_text("X (Bắc) 2.417.550, Y (Đông) 449.314 m")
    expect(line).to_contain_text("tâm bản đồ")
    page.mouse.move(800, 500)
    expect(line).to_contain_text("con trỏ")


def test_search_is_a_combobox_and_goes_to_the_place(page: Page, watched: Watched) -> None:
    field = page.get_by_role("combobox")
    field.fill("dong dang")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text(EVIL)
    assert parse_qs(urlsplit(Site.asked[-1]).query) == {"q": ["dong dang"], "lang": ["vi"]}
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "geoapp-found-0")
    field.press("Enter")
    watched.wait_drawn("roads")
    expect(page.locator(".geoapp-found-name")).to_have_text(EVIL)
    page.wait_for_function("() => Math.abs(geoApp.map.getCenter().lng - 106.75) < 0.001")
    field.fill("communes")
    expect(options).to_have_count(2)
    field.press("ArrowUp")
    field.press("Enter")
    page.wait_for_url("**/there.html")


def test_tiles_are_a_picture_far_out_and_vectors_close_by(page: Page, watched: Watched) -> None:
    box(page, "parcels").check()
    page.evaluate("geoApp.map.setView([21.85, 106.75], 8, {animate: false})")
    expect(page.get_by_text("Phóng to thêm để thấy lớp này.")).to_be_visible()
    page.evaluate("geoApp.map.setView([21.85, 106.75], 9, {animate: false})")
    pictures = page.locator(".leaflet-geoapp-parcels-pane canvas.geoapp-tile.leaflet-tile-loaded")
    expect(pictures).not_to_have_count(0)
    page.evaluate("geoApp.map.setView([21.85, 106.75], 11, {animate: false})")
    page.wait_for_function("() => geoApp.map.geoApp.layers.get('parcels').status === 'drawn'")
    assert color_at(page, *PLACE, "parcels") == [0x00, 0xAA, 0x44, 255]
    page.evaluate("geoApp.map.setView([21.85, 106.75], 13, {animate: false})")  # beyond the data
    page.wait_for_function("() => geoApp.map.geoApp.layers.get('parcels').status === 'drawn'")
    assert color_at(page, *PLACE, "parcels") == [0x00, 0xAA, 0x44, 255]


def test_a_basemap_is_chosen_and_its_credit_is_text(page: Page) -> None:
    page.get_by_label("Nền đỏ").check()
    expect(page.locator(".leaflet-control-attribution")).to_have_text("<b>tôi</b>")
    expect(page.locator(".leaflet-tile-pane canvas.geoapp-tile")).not_to_have_count(0)
    page.wait_for_url("**base=red")
    page.get_by_label("Nền trống").check()
    expect(page.locator(".leaflet-tile-pane .geoapp-tile")).to_have_count(0)


def test_a_phone_shows_the_notice_and_a_sheet_of_layers(
    chromium: Browser, site: tuple[Path, str]
) -> None:
    with chromium.new_context(
        viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True
    ) as context:
        watched = Watched(context)
        page = watched.open(f"{site[1]}en.html", "communes", "towns")
        expect(page.get_by_text("no legal force")).to_be_in_viewport(ratio=1)
        expect(page.locator(".geoapp-coordinates")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        expect(page.locator(".geoapp-side")).to_be_hidden()
        page.get_by_role("button", name="Map layers").tap()
        expect(box(page, "communes")).to_be_visible()
        page.get_by_role("button", name="Hide the list of layers").tap()
        page.touchscreen.tap(150, 400)
        expect(page.locator(".geoapp-hit h3")).to_have_text(EVIL)
        assert (watched.errors, watched.outside) == ([], [])


def test_one_file_opens_from_disk_without_a_network(chromium: Browser, tmp_path: Path) -> None:
    picture = archive({tile_at(*PLACE, 9): png(b"\xcc\0\0")}, TileType.PNG)
    address = "data:application/octet-stream;base64," + base64.b64encode(picture).decode()
    raster = layer("forest", "raster", one("#cc0000"), theme="forest", order=5)
    overview = {"url": address, "min_zoom": 8, "max_zoom": 9}
    layers = [
        DrawnLayer(COMMUNE_LAYER, (), None, {"kind": "inline", "data": collection(COMMUNES)}, True),
        DrawnLayer(raster, (), None, {"kind": "raster", "overview": overview}, True),
    ]
    made = atlas(layers, THEMES, frame=FRAME, services=Services(), language="vi")
    folium.GeoJson(collection(ROADS)).add_to(made)
    folium.CircleMarker([21.5, 106.2]).add_to(made)
    folium.Marker([22.3, 106.5], popup="Ghi chú").add_to(made)
    made.save(tmp_path / "map.html")
    with chromium.new_context(offline=True, viewport={"width": 1400, "height": 900}) as context:
        watched = Watched(context)
        page = watched.open((tmp_path / "map.html").as_uri(), "communes", "forest")
        expect(page.locator(".leaflet-geoapp-forest-pane .geoapp-tile")).not_to_have_count(0)
        page.evaluate("geoApp.map.setView([21.85, 106.75], 11, {animate: false})")
        page.locator("#map_atlas").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".geoapp-hit h3")).to_have_text(EVIL)
        expect(page.locator(".geoapp-hit tr")).to_have_text(["LoạiLoại A", "Diện tích91,57 km²"])
        page.evaluate("geoApp.map.setView([22.3, 106.5], 11, {animate: false})")
        page.locator(".leaflet-marker-icon").click()
        expect(page.locator(".leaflet-popup")).to_contain_text("Ghi chú")
        assert page.locator(".leaflet-marker-icon").evaluate("icon => icon.naturalWidth") > 0
        page.wait_for_url("**map.html#map=11/**")
        assert (watched.errors, watched.outside) == ([], [])
