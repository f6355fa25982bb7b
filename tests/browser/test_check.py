"""A site is checked in Chromium: drawn, typed, sent as a file; wide and narrow, vi and en."""

import re
import shutil
import zipfile

import openpyxl
import pytest
from served import overflow, serious, serving
from site_province import CRS, SOUTH, WEST, deliver, found_province
from site_province import box as corner_box

import geopandas as gpd
from shapely import box

from geo_app.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (1400, 360)
SITE = box(WEST + 1_000, SOUTH + 1_000, WEST + 1_100, SOUTH + 1_100)
CONFLICT = {"vi": "Vướng", "en": "Conflict"}
NOT_CHECKED = {"vi": "Chưa kiểm tra", "en": "Not checked"}
SETTLED = """() => window.geoApp?.map
  && [...geoApp.map.geoApp.layers.values()].every(({ status }) => status !== 'loading')"""


@pytest.fixture(scope="module")
def address(small_province, tmp_path_factory):
    """The server on a province where a zone covers the west, and with it every site below."""
    root = tmp_path_factory.mktemp("check") / "province"
    shutil.copytree(small_province.settings.root, root)
    ws = found_province(open_workspace(root))
    kept = {"kind": "kept", "geometry": corner_box(0, 0, 9_000, 10_000)}
    deliver(ws, "zones", [{"name": "Vùng giữ", **kept}])
    with serving(root) as served:
        yield served


@pytest.fixture
def form(address, open_page):
    """Return a function that opens the form and leaves it watched."""

    def opened(width, language):
        page, watch = open_page(width=width, language=language)
        page.goto(f"{address}/check?lang={language}", wait_until="load")
        page.wait_for_function(SETTLED)
        return page, watch

    return opened


def press(page, where="#check-form"):
    """Send the form and wait for what comes."""
    with page.expect_event("load"):  # a map that moves only changes its address
        page.locator(f"{where} button:is([type=submit])").click()


def require_result(page, watch, language):
    page.wait_for_selector(".outcome")
    page.wait_for_function(SETTLED)
    outcomes = page.locator(".outcome").all_inner_texts()
    assert CONFLICT[language] in outcomes
    assert NOT_CHECKED[language] in outcomes
    assert page.get_attribute("html", "lang") == language
    assert overflow(page) <= 1
    assert serious(page) == []
    assert watch.clean, watch


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_site_is_drawn(width, language, form):
    page, watch = form(width, language)
    assert overflow(page) <= 1
    assert serious(page) == []
    drawing = page.locator("#draw .folium-map")
    drawing.scroll_into_view_if_needed()
    frame = drawing.bounding_box()
    for across, down in ((0.4, 0.4), (0.5, 0.4), (0.5, 0.5), (0.3, 0.3)):
        page.mouse.click(
            frame["x"] + frame["width"] * across, frame["y"] + frame["height"] * down, delay=20
        )
    assert page.input_value("#text").count(",") == 4
    page.click("#draw-undo")
    assert page.input_value("#text").startswith("SRID=4326;POLYGON((")
    assert page.inner_text("#draw-count").endswith("3")
    assert page.locator(".geoapp-hit").count() == 0
    press(page, "#draw")
    require_result(page, watch, language)


def test_a_site_is_drawn_by_keys(form):
    page, watch = form(1400, "vi")
    page.check("[name=draw-kind][value=line]")
    drawing = page.locator("#draw .folium-map")
    drawing.focus()
    drawing.press("Enter")
    assert page.input_value("#text") == ""
    before = page.evaluate("geoApp.map.getCenter().lng")
    drawing.press("ArrowLeft")
    page.wait_for_function(f"() => geoApp.map.getCenter().lng < {before}")
    page.wait_for_timeout(400)
    drawing.press("Enter")
    assert page.input_value("#text").startswith("SRID=4326;LINESTRING(")
    page.check("[name=draw-kind][value=point]")
    assert page.input_value("#text").startswith("SRID=4326;POINT(")
    press(page, "#draw")
    require_result(page, watch, "vi")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_site_is_typed_and_its_place_chosen(width, language, form):
    page, watch = form(width, language)
    typed = "\n".join(f"{north:.2f} {east:.2f}" for east, north in SITE.exterior.coords[:-1])
    page.fill("#text", typed)
    press(page)
    assert page.input_value("#text") == typed
    assert page.locator(".choices li").count() > 1
    assert overflow(page) <= 1
    assert serious(page) == []
    page.locator(".choices .button").first.click()
    require_result(page, watch, language)


@pytest.mark.parametrize("width", WIDTHS)
def test_bad_input_is_told_and_stays(width, form):
    page, _ = form(width, "vi")
    page.fill("#text", "khu đất <b>sau chợ</b>")
    press(page)
    assert page.input_value("#text") == "khu đất <b>sau chợ</b>"
    assert "tọa độ" in page.inner_text("[role=alert]")
    assert overflow(page) <= 1
    assert serious(page) == []


@pytest.mark.parametrize(
    ("kind", "width", "language"),
    [("xlsx", 1400, "en"), ("dxf", 360, "vi"), ("kmz", 360, "en"), ("kmz", 1400, "vi")],
)
def test_a_site_is_sent_as_a_file(kind, width, language, form, tmp_path):
    page, watch = form(width, language)
    page.set_input_files("#file", written(kind, tmp_path))
    press(page)
    if page.locator(".choices").count():
        page.locator(".choices .button").first.click()
    require_result(page, watch, language)
    with page.expect_download() as coming:
        page.click("a[href*='format=json']")
    assert coming.value.suggested_filename == "site-check.json"


def written(kind, folder):
    """Write the site as a surveyors' table, a drawing or a placemark."""
    path = folder / f"lô đất.{kind}"
    frame = gpd.GeoDataFrame({"Name": ["Lô 1"]}, geometry=[SITE], crs=CRS)
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(["Điểm", "X (m)", "Y (m)"])
        for number, (east, north) in enumerate(SITE.exterior.coords[:-1], start=1):
            book.active.append([number, north, east])
        book.save(path)
    elif kind == "dxf":
        frame.boundary.to_frame("geometry").to_file(path, driver="DXF", engine="pyogrio")
    else:
        kml = folder / "doc.kml"
        frame.to_crs("EPSG:4326").to_file(kml, driver="KML", engine="pyogrio")
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(kml, "doc.kml")
    return path


def test_a_stretch_is_typed_and_its_check_saved_and_verified(province, tmp_path, open_page):
    root = tmp_path / "province"
    shutil.copytree(province.settings.root, root)
    with serving(root) as served:
        page, watch = open_page(width=360, language="vi")
        page.goto(f"{served}/check?lang=vi", wait_until="load")
        page.fill("#text", "ql4b km3+700 - km18")
        press(page)
        page.wait_for_selector(".outcome")
        assert "Quốc lộ 4B" in page.inner_text("main")
        page.fill("#save-who", "Lan")
        press(page, "form.save")
        assert re.fullmatch(r"20\d\d-0001: Kiểm tra khu đất", page.inner_text("h1"))
        press(page, "#verification + p + form")
        assert "trùng khớp" in page.inner_text("section[aria-labelledby=verification]")
        assert overflow(page) <= 1
        assert serious(page) == []
        assert watch.clean, watch
