"""A form goes out, comes back with three errors, is mended, accepted; ledger and report have it."""

import shutil

import docx
import pytest
from forms import RIGHT, WRONG, fill_in
from outlines import add_outline
from served import overflow, serious, serving
from small_plan import with_plan

from geo_app.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PERIOD = "2026-Q1"
VIEWS = [(1400, "vi"), (360, "vi"), (1400, "en"), (360, "en")]


@pytest.fixture(scope="module")
def root(small_province, tmp_path_factory):
    """A small province with a plan, for this module alone."""
    root = tmp_path_factory.mktemp("forms") / "province"
    shutil.copytree(small_province.settings.root, root)
    ws = with_plan(open_workspace(root))
    add_outline(ws)
    return ws.settings.root


@pytest.fixture(scope="module")
def readers(root):
    """The server that agencies use."""
    with serving(root) as address:
        yield address


@pytest.fixture(scope="module")
def office(root):
    """The server of the focal agency, on the same workspace."""
    with serving(root, "--office") as address:
        yield address


def require_clean(page, watch, language):
    assert page.get_attribute("html", "lang") == language
    assert overflow(page) <= 1
    assert serious(page) == []
    assert watch.outside == []


def send(page, form):
    page.select_option("#agency", "so_xd")
    page.set_input_files("#file", form)
    with page.expect_event("load"):
        page.click("#send-form button")


@pytest.mark.parametrize(("width", "language"), VIEWS)
def test_out_back_with_three_errors_mended_and_accepted(
    width, language, readers, office, open_page, tmp_path
):
    page, watch = open_page(width=width, language=language)
    page.goto(f"{readers}/plan/forms?period={PERIOD}&lang={language}", wait_until="load")
    require_clean(page, watch, language)
    with page.expect_download() as coming:
        page.click("a[href*='agency=so_xd']")
    form = tmp_path / coming.value.suggested_filename
    coming.value.save_as(form)
    assert form.name == f"so_xd-{PERIOD}.xlsx"

    send(page, fill_in(form, WRONG))
    assert page.get_attribute("#file", "aria-invalid") == "true"
    problems = page.locator("section:has(#findings) tbody tr")
    assert problems.count() == 3
    assert "khoảng 64%" in problems.nth(0).inner_text()
    require_clean(page, watch, language)

    send(page, fill_in(form, RIGHT, who=f"Lan {width} {language}"))
    assert page.locator("section:has(#differences) tbody tr").count() == 3
    assert page.locator("#decide-form").count() == 0
    require_clean(page, watch, language)
    number = page.inner_text("#this-form")

    at_office, seen = open_page(width=width, language=language)
    at_office.goto(f"{office}/plan/forms/{number}?lang={language}", wait_until="load")
    require_clean(at_office, seen, language)
    at_office.fill("#who", "Hoa")
    with at_office.expect_event("load"):
        at_office.click("#decide-form button[value=accept]")
    assert "Hoa" in at_office.inner_text("dl.facts")
    assert at_office.locator("#decide-form").count() == 0

    page.goto(f"{readers}/plan/targets/t_paved?lang={language}", wait_until="load")
    shown = page.inner_text("main")
    assert {"vi": "64,5", "en": "64.5"}[language] in shown
    require_clean(page, watch, language)

    page.goto(f"{readers}/plan/report?lang={language}", wait_until="load")
    page.check("#form-docx")
    page.click(".report-form button")
    page.wait_for_selector(".report-fetch", timeout=60_000)
    with page.expect_download() as coming:
        page.click(".report-fetch")
    report = tmp_path / coming.value.suggested_filename
    coming.value.save_as(report)
    cells = [c.text for t in docx.Document(report).tables for row in t.rows for c in row.cells]
    assert {"vi": "64,5 %", "en": "64.5 %"}[language] in cells


def test_a_form_is_returned_with_a_remark(readers, office, open_page, tmp_path):
    page, watch = open_page()
    page.goto(f"{readers}/plan/forms?period={PERIOD}&lang=vi", wait_until="load")
    with page.expect_download() as coming:
        page.click("a[href*='agency=so_xd']")
    form = tmp_path / "biểu.xlsx"
    coming.value.save_as(form)
    send(page, fill_in(form, {"t_paved": 66}, who="Minh"))
    number = page.inner_text("#this-form")

    at_office, seen = open_page()
    at_office.goto(f"{office}/plan/forms/{number}?lang=vi", wait_until="load")
    assert at_office.get_attribute("#who", "required") is not None
    at_office.fill("#who", "Hoa")
    with at_office.expect_event("load"):
        at_office.click("#decide-form button[value=return]")
    assert "Ý kiến: chưa nhập" in at_office.inner_text("[role=alert]")
    at_office.fill("#remark", "Thiếu văn bản <b>")
    with at_office.expect_event("load"):
        at_office.click("#decide-form button[value=return]")
    with page.expect_event("load"):
        page.click("#this-form")
    assert "Thiếu văn bản <b>" in page.inner_text("dl.facts")
    require_clean(page, watch, "vi")
    assert seen.outside == []
