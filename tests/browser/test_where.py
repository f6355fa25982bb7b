"""Where coordinates lie, in Chromium: pasted and sent as a file; wide and narrow, vi and en."""

import shutil

import pytest
from served import overflow, serious, serving

import geopandas as gpd
import pyogrio
from shapely import box

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CRS, EAST, NORTH = "EPSG:9210", 501_000, 1_201_000
TURNED = ", ".join(f"{y} {x}" for x, y in box(EAST, NORTH, EAST + 100, NORTH + 100).exterior.coords)
SETTLED = """() => [...geoApp.map.geoApp.layers.values()]
  .every(({ status }) => status !== 'loading')"""
DRAWN = """() => [...geoApp.map.geoApp.layers.values()]
  .filter(({ spec, status }) => spec.id.startsWith('places_') && status === 'drawn')
  .map(({ features }) => features.length)"""
OUTSIDE = {"vi": "ngoài tỉnh", "en": "outside the province"}


@pytest.fixture(scope="module")
def address(small_province, tmp_path_factory):
    root = tmp_path_factory.mktemp("where") / "province"
    shutil.copytree(small_province.settings.root, root)
    with serving(root) as served:
        yield served


def press(page):
    with page.expect_event("load"):  # a map that moves only changes its address
        page.click(".brought button")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1400, 360])
def test_swapped_coordinates_are_pasted(width, language, address, open_page):
    page, watch = open_page(width=width, language=language)
    page.goto(f"{address}/where?lang={language}", wait_until="load")
    assert overflow(page) <= 1
    assert serious(page) == []
    page.fill("#text", f"POLYGON(({TURNED}))")
    press(page)
    page.wait_for_function(SETTLED)
    assert page.input_value("#text") == f"POLYGON(({TURNED}))"
    rows = page.locator("[aria-labelledby=places] tbody tr")
    assert rows.count() > 1
    assert f"{CRS} swapped" in rows.first.inner_text()
    assert "Hòa Bình" in rows.first.inner_text()
    assert OUTSIDE[language] in rows.nth(1).inner_text()
    assert page.locator(".legend li").count() == rows.count()
    assert page.evaluate(DRAWN) == [rows.count()] * 2
    assert overflow(page) <= 1
    assert serious(page) == []
    assert watch.clean, watch


def test_a_file_is_sent(address, open_page, tmp_path):
    drawn = gpd.GeoDataFrame(geometry=[box(EAST, NORTH, EAST + 100, NORTH + 100)], crs=CRS)
    pyogrio.write_dataframe(drawn.to_crs("EPSG:4326"), tmp_path / "a.kml", driver="LIBKML")
    page, watch = open_page(width=360, language="vi")
    page.goto(f"{address}/where?lang=vi", wait_until="load")
    page.set_input_files("#file", tmp_path / "a.kml")
    press(page)
    page.wait_for_function(SETTLED)
    assert page.locator("[aria-labelledby=places] tbody tr").count() == 1
    assert "Chỉ có một vị trí phù hợp." in page.inner_text("main")
    assert serious(page) == []
    assert watch.clean, watch


def test_what_is_too_large_is_told_though_it_is_still_on_its_way(address, open_page, tmp_path):
    (tmp_path / "a.dxf").write_bytes(b"0" * 50_000_000)
    page, _ = open_page(language="vi")
    page.goto(f"{address}/where?lang=vi", wait_until="load")
    page.set_input_files("#file", tmp_path / "a.dxf")
    press(page)
    assert "lớn hơn 20 MB" in page.inner_text("[role=alert]")
