"""The plan as a planner meets it: how far it is at a glance, and from a row to its ground."""

import re
import shutil

import pytest
from served import overflow, serious, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "/plan",
    "/plan?status=late",
    "/plan/targets/t_che_phu_rung",
    "/plan/projects/ql4b_km18_km80",
    "/plan/rules/R1",
    "/plan/agencies",
    "/plan/agencies/so_xd",
    "/plan/law",
    "/sheets/industrial_zones/kcn_dong_banh",
    "/sheets/urban_areas/dt_chi_ma",
    "/sheets/border_gates/ck_huu_nghi",
    "/sheets/national_roads/ql4b_km18_km43",
    "/sheets/communes_2025/05977",
)
DRAWN = """() => window.geoApp?.map && [...geoApp.map.geoApp.layers.values()].some(
  ({ spec, status }) => spec.id.startsWith('shown_') && status === 'drawn')"""
COLOURS = """() => [...document.querySelectorAll('.ledger .status')].every(
  (each) => each.textContent.trim().split(' ').length > 1)"""


@pytest.fixture(scope="module")
def address(province, tmp_path_factory):
    """The production server on its own copy of the sample province."""
    root = tmp_path_factory.mktemp("plan") / "workspace"
    shutil.copytree(province.settings.root, root)
    with serving(root) as found:
        yield found


@pytest.mark.parametrize("width", [1400, 360])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_clean_fit_and_are_accessible(path, width, address, open_page):
    language = ("vi", "en")[PAGES.index(path) % 2]
    page, watch = open_page(width=width, language=language)
    assert page.goto(f"{address}{path}").status == 200
    page.wait_for_load_state("networkidle")
    assert overflow(page) <= 1
    assert serious(page) == []
    assert (watch.outside, watch.errors) == ([], [])


@pytest.mark.parametrize("width", [1400, 360])
def test_how_far_the_plan_is_stands_on_the_first_screen(width, address, open_page):
    page, _ = open_page(width=width)
    page.goto(f"{address}/plan?lang=vi")
    card = page.locator(".glance").first
    box = card.bounding_box()
    assert box["y"] + box["height"] < 900
    assert "Chỉ tiêu" in card.inner_text()
    total = int(card.locator(".glance-total").inner_text())
    groups = [int(each) for each in card.locator(".glance-groups strong").all_inner_texts()]
    assert sum(groups) == total > 0


def test_a_status_is_told_by_sign_and_word(address, open_page):
    page, _ = open_page()
    page.goto(f"{address}/plan?lang=vi")
    assert page.evaluate(COLOURS)


def test_the_filter_works_without_script(address, open_page):
    page, _ = open_page(java_script_enabled=False)
    page.goto(f"{address}/plan?lang=vi")
    page.select_option("#want-kind", "project")
    page.select_option("#want-status", "missed")
    page.click(".want button")
    assert page.locator("#rules").count() == 0
    (row,) = page.locator(".ledger tbody tr").all()
    row.locator("a").click()
    assert page.locator("h1").inner_text().startswith("Đoạn tuyến cao tốc")
    assert "không đạt đúng hạn" in page.locator(".verdict").inner_text()


def test_from_the_count_to_the_project_to_its_feature(address, open_page):
    page, watch = open_page()
    page.goto(f"{address}/plan?lang=vi")
    page.locator(".glance-late a").last.click()
    page.click("#projects ~ table a")
    page.wait_for_function(DRAWN)
    page.click("#place ~ ul a")
    assert re.search(r"/sheets/expressways/", page.url)
    page.wait_for_function(DRAWN)
    assert "Đoạn tuyến cao tốc" in page.locator(".ledger").inner_text()
    assert (watch.outside, watch.errors) == ([], [])


def test_search_leads_to_a_target_and_to_a_sheet(address, open_page):
    page, _ = open_page()
    page.goto(f"{address}/search?q=che+phu+rung&lang=vi")
    page.click('a[href="/plan/targets/t_che_phu_rung"]')
    assert page.locator(".history svg").is_visible()
    page.goto(f"{address}/search?q=dong+banh&lang=vi")
    page.click('a[href="/sheets/industrial_zones/kcn_dong_banh"]')
    assert "KCN Đồng Bành" in page.locator("h1").inner_text()
