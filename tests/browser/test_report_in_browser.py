"""A report on the plan is asked for, followed by its page, fetched, and has what counts."""

import shutil
from datetime import timedelta

import docx
import pytest
from outlines import add_outline
from served import overflow, serious, serving
from small_plan import with_plan

from geo_app.domain.period import quarter_of
from geo_app.domain.submission import Line
from geo_app.workspace import open_workspace
from geo_app.workspace.collecting import accept, submit
from geo_app.workspace.entries import today

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VIEWS = [(1400, "vi"), (360, "vi"), (1400, "en"), (360, "en")]


@pytest.fixture(scope="module")
def address(small_province, tmp_path_factory):
    """A small province with a plan, an accepted form and an outline."""
    root = tmp_path_factory.mktemp("reports") / "province"
    shutil.copytree(small_province.settings.root, root)
    ws = with_plan(open_workspace(root))
    add_outline(ws)
    day = today(ws)
    line = Line("target", "t_paved", day - timedelta(days=1), value=70.0, evidence="BC 12")
    form = submit(
        ws, agency="so_xd", period=str(quarter_of(day)), lines=[line], who="Lan", digest="0" * 64
    )
    accept(ws, form.id)
    with serving(root) as served:
        yield served


def require_clean(page, watch, language):
    assert page.get_attribute("html", "lang") == language
    assert overflow(page) <= 1
    assert serious(page) == []
    assert watch.outside == []


@pytest.mark.parametrize(("width", "language"), VIEWS)
def test_asked_for_followed_and_fetched(width, language, address, open_page, tmp_path):
    page, watch = open_page(width=width, language=language)
    page.goto(f"{address}/plan/report?lang={language}", wait_until="load")
    require_clean(page, watch, language)
    page.focus("#form-docx")
    page.keyboard.press("Space")
    page.focus(".report-form button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#report-progress")
    require_clean(page, watch, language)
    page.wait_for_selector(".report-fetch", timeout=60_000)
    require_clean(page, watch, language)
    with page.expect_download() as coming:
        page.click(".report-fetch")
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    cells = [c.text for t in docx.Document(path).tables for row in t.rows for c in row.cells]
    assert "70 %" in cells


def test_what_cannot_be_made_is_told_and_what_was_chosen_stays(address, open_page):
    page, watch = open_page()
    page.goto(f"{address}/plan/report?lang=vi", wait_until="load")
    page.check("#form-pdf")
    page.fill("#report-period", "quý ba")
    with page.expect_event("load"):
        page.click(".report-form button")
    assert "quý ba" in page.inner_text("[role=alert]")
    assert page.is_checked("#form-pdf")
    assert page.input_value("#report-period") == "quý ba"
    require_clean(page, watch, "vi")
