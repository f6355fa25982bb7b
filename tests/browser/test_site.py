"""The whole site in Chromium, as a planner meets it: the real server, the sample province."""

import shutil
from pathlib import Path

import pytest
from served import Served, overflow, serious, serving

from geo_app.intake.delivery import import_file
from geo_app.storage.catalogue import read_catalogue
from geo_app.studies import STUDIES
from geo_app.workspace import open_workspace
from geo_app.workspace.publishing import rollback

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
CATALOGUE = read_catalogue(ROOT / "layers")
MAPS = ["/", *(f"/map/{theme}" for theme in CATALOGUE.themes)]
PAGES = ["/layers", "/plan", "/search?q=hoang+van+thu"]
LAYERS = [f"/layers/{name}" for name in CATALOGUE.layers]
STUDY_PAGES = ["/studies", *(f"/studies/{name}" for name in STUDIES)]
GOOD_WIDTHS = (1400, 360)
EVIL = "<script>window.evil = 1</script>"


@pytest.fixture(scope="module")
def server(province, tmp_path_factory):
    """The production server on its own copy of the sample province."""
    root = tmp_path_factory.mktemp("site") / "workspace"
    shutil.copytree(province.settings.root, root)
    with serving(root) as address:
        yield Served(address, root)


SETTLED = """() => !window.geoApp?.map
  || [...geoApp.map.geoApp.layers.values()].every(({ status }) => status !== 'loading')"""
STATUSES = """() => Object.fromEntries(
  [...geoApp.map.geoApp.layers.values()].map(({ spec, status }) => [spec.id, status]))"""
SHOW_ALL = """async () => {
  const layers = [...geoApp.map.geoApp.layers.values()].filter(({ spec }) => spec.display);
  for (const layer of layers) await layer.show();
}"""


def visit(page, address, path, language):
    """Open a page and wait until its map, where it has one, is drawn."""
    page_path, _, view = path.partition("#")
    joint = "&" if "?" in page_path else "?"
    target = f"{address}{page_path}{joint}lang={language}" + (f"#{view}" if view else "")
    answer = page.goto(target, wait_until="load")
    assert answer.status == 200
    page.wait_for_function(SETTLED)


# One template draws every layer's page: each is opened in one language, by turns. Pages of studies
# are opened in Vietnamese below.
IN_BOTH = [(path, language) for path in (*MAPS, *PAGES) for language in ("vi", "en")]
BY_TURNS = [(path, ("vi", "en")[rank % 2]) for rank, path in enumerate(LAYERS)]
IN_ENGLISH = [(path, "en") for path in STUDY_PAGES]


@pytest.mark.parametrize(("path", "language"), [*IN_BOTH, *BY_TURNS, *IN_ENGLISH])
def test_every_page_opens_clean(path, language, server, open_page):
    page, watch = open_page(language=language)
    visit(page, server.address, path, language)
    assert page.get_attribute("html", "lang") == language
    assert (watch.outside, watch.errors) == ([], [])


@pytest.mark.parametrize("width", GOOD_WIDTHS)
@pytest.mark.parametrize(
    "path", ["/", "/map/forest", "/layers", "/layers/border_gates", "/plan", *STUDY_PAGES]
)
def test_pages_fit_and_are_accessible(path, width, server, open_page):
    page, watch = open_page(width=width)
    visit(page, server.address, path, "vi")
    assert overflow(page) <= 1
    assert serious(page) == []
    assert (watch.outside, watch.errors) == ([], [])


def test_every_layer_with_data_is_drawn(server, open_page):
    page, watch = open_page()
    visit(page, server.address, "/", "vi")
    page.evaluate(SHOW_ALL)
    page.wait_for_function(SETTLED, timeout=60_000)
    drawn = {layer for layer, status in page.evaluate(STATUSES).items() if status == "drawn"}
    expected = {
        layer.id
        for layer in CATALOGUE.layers.values()
        if layer.sample and layer.geometry != "table"
    }
    assert drawn == expected
    assert watch.clean


def test_identify_and_search_answer(server, open_page):
    page, watch = open_page()
    visit(page, server.address, "/", "vi")
    page.mouse.click(860, 560)
    page.wait_for_selector(".geoapp-hit")
    layers = page.locator(".geoapp-hit-layer").all_inner_texts()
    assert any("Xã, phường" in text for text in layers)
    page.fill("input[role=combobox]", "loc binh")
    page.wait_for_selector(".geoapp-found-title")
    assert "Xã Lộc Bình" in page.locator(".geoapp-found-title").all_inner_texts()
    page.keyboard.press("Enter")
    page.wait_for_function("geoApp.map.getZoom() > 10")
    assert watch.clean


def test_gates_of_class_c_read_as_approximate(server, open_page):
    page, _ = open_page()
    gates = open_workspace(server.root).read("border_gates").to_crs("EPSG:4326")
    rough = gates[gates["accuracy"] == "C"].geometry.iloc[0]
    visit(page, server.address, f"/#map=13/{rough.y}/{rough.x}&layers=border_gates", "vi")
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".geoapp-hit")
    assert "gần đúng" in page.locator(".geoapp-result").inner_text().lower()


def test_a_delivery_takes_the_badge_away_and_rollback_brings_it_back(server, open_page, tmp_path):
    page, watch = open_page()
    badge = "li:has(#geoapp-layer-communes_2025) .geoapp-badge-schematic"
    visit(page, server.address, "/", "vi")
    assert page.locator(badge).count() == 1

    path = tmp_path / "delivered.gpkg"
    ws = open_workspace(server.root)
    communes = ws.read("communes_2025")
    communes["name"] = communes["name"].where(communes.index > 1, EVIL)
    communes.to_file(path, driver="GPKG", engine="pyogrio")
    import_file(ws, path, "communes_2025")
    visit(page, server.address, "/", "vi")
    assert page.locator(badge).count() == 0
    assert_written_as_text(page, communes)
    for width in GOOD_WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        visit(page, server.address, "/layers/communes_2025", "vi")
        page.click("#versions ~ div a >> nth=0")
        page.wait_for_selector("#origin")
        assert overflow(page) <= 1
        assert serious(page) == []

    rollback(ws, "communes_2025")
    visit(page, server.address, "/", "vi")
    assert page.locator(badge).count() == 1
    assert watch.clean


def assert_written_as_text(page, communes):
    """Click the commune with a script for a name: it is shown, and does not run."""
    spot = communes.geometry.to_crs("EPSG:4326").representative_point().iloc[0]
    page.evaluate(f"geoApp.map.setView([{spot.y}, {spot.x}], 12, {{animate: false}})")
    page.wait_for_function(SETTLED)
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".geoapp-hit")
    assert EVIL in page.locator(".geoapp-hit h3").all_inner_texts()
    assert page.evaluate("window.evil === undefined")


def test_the_table_sorts_and_filters_without_a_script(server, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="vi")
    page = context.new_page()
    page.goto(f"{server.address}/layers/communes_2025")
    page.click("table.data th a >> text=Diện tích")
    page.click("table.data th a >> text=Diện tích")
    first = page.locator("table.data tbody tr").first.inner_text()
    assert "417,78" in first
    context.close()


def test_one_file_opens_without_a_server(province, open_page, tmp_path):
    page, watch = open_page()
    path = tmp_path / "atlas.html"
    province.map("forest").save(path)
    page.goto(path.as_uri())
    page.wait_for_function(SETTLED)
    page.evaluate(SHOW_ALL)
    page.wait_for_function(SETTLED, timeout=60_000)
    failed = [layer for layer, status in page.evaluate(STATUSES).items() if status == "failed"]
    assert failed == []
    assert watch.clean
