"""Reports asked for on a page: made beside the server, told how far, fetched; and refused."""

import time

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient
from outlines import OUTLINE, add_outline
from page_reader import read_page
from small_plan import with_plan

from geo_app import jobs
from geo_app.workspace import Workspace, report_jobs
from geo_app.workspace.entries import today

ASKED = {"outline": "trial", "period": "", "form": "docx", "language": "en"}
WAIT_S = 90


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    ws = with_plan(small_workspace())
    add_outline(ws)
    return ws


@pytest.fixture
def client(ws: Workspace, client_of: MakeClient) -> FlaskClient:
    return client_of(ws)


def ended(client: FlaskClient, address: str) -> dict[str, object]:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        told: dict[str, object] = client.get(f"/api{address}").get_json()
        if told["state"] != "running":
            return told
        time.sleep(0.2)
    raise AssertionError(told)


def test_a_report_is_asked_for_told_and_fetched(ws: Workspace, client: FlaskClient) -> None:
    sent = client.post("/plan/report?lang=en", data={**ASKED, "on": today(ws).isoformat()})
    assert sent.status_code == 303
    address = sent.headers["Location"].partition("?")[0]
    waiting = client.get(f"{address}?lang=en").text
    assert "<progress" in waiting
    assert "Trial report" in waiting
    assert client.get(f"{address}/file").status_code == 404
    assert ended(client, address)["state"] == "done"
    page = client.get(f"{address}?lang=en")
    assert f"{address}/file" in page.text
    assert "<progress" not in page.text
    answer = client.get(f"{address}/file")
    assert answer.data.startswith(b"PK")
    name = f"trial-{today(ws)}.docx"
    assert name in answer.headers["Content-Disposition"]


def test_what_breaks_while_it_is_made_is_told(ws: Workspace, client: FlaskClient) -> None:
    add_outline(ws, text=OUTLINE.replace("{t_paved}.", "{t_payed}."))
    address = client.post("/plan/report?lang=vi", data=ASKED).headers["Location"].partition("?")[0]
    assert ended(client, address)["state"] == "failed"
    assert "không có tên {t_payed}" in client.get(f"{address}?lang=vi").text
    assert client.get(f"{address}/file").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_lists_the_outlines(client: FlaskClient, language: str) -> None:
    page = client.get(f"/plan/report?lang={language}")
    assert page.status_code == 200
    assert {"vi": "Báo cáo thử", "en": "Trial report"}[language] in page.text
    assert "plan/reports/trial.toml" in page.text
    assert read_page(page.text).problems == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"outline": "none"}, "there is no outline"),
        ({"period": "quý 3"}, "a quarter such as 2026-Q3"),
        ({"on": "31/02/2026"}, "expected a day"),
        ({"on": "2099-01-01"}, "or a day before"),
        ({"form": "odt"}, "expected some of docx"),
        ({"language": "fr"}, "expected some of docx"),
    ],
)
def test_what_cannot_be_made_is_told_at_once(
    client: FlaskClient, changed: dict[str, str], told: str
) -> None:
    answer = client.post("/plan/report?lang=en", data={**ASKED, **changed})
    assert answer.status_code == 400
    assert told in answer.text
    assert "<form" in answer.text


def test_where_too_many_are_made_the_form_stays_as_it_was(
    ws: Workspace, client: FlaskClient
) -> None:
    for _ in range(report_jobs.AT_ONCE):
        report_jobs.open_job(ws, ASKED)
    asked = {**ASKED, "period": "2026-Q1", "form": "pdf", "on": "2026-03-31"}
    answer = client.post("/plan/report?lang=vi", data=asked)
    assert answer.status_code == 503
    assert "Đang lập 4 báo cáo khác; hãy thử lại sau một phút." in answer.text
    assert 'name="period" value="2026-Q1"' in answer.text
    assert 'value="2026-03-31"' in answer.text
    assert 'value="pdf" checked' in answer.text
    assert read_page(answer.text).problems == []


def test_a_store_that_cannot_be_written_to_is_told(ws: Workspace, client: FlaskClient) -> None:
    (ws.settings.store_folder / report_jobs.FOLDER).write_text("in the way")
    answer = client.post("/plan/report?lang=en", data=ASKED)
    assert answer.status_code == 503
    assert "server&#39;s log" in answer.text


def test_reports_do_not_wait_for_uploads(client: FlaskClient) -> None:
    held = [jobs._places.acquire(timeout=5) for _ in range(jobs.AT_ONCE)]
    try:
        sent = client.post("/plan/report?lang=en", data=ASKED)
        assert ended(client, sent.headers["Location"].partition("?")[0])["state"] == "done"
    finally:
        for _ in held:
            jobs._places.release()


def test_a_report_that_is_none(client: FlaskClient) -> None:
    assert client.get("/plan/report/0123456789abcdef").status_code == 404
    assert client.get("/api/plan/report/x..").status_code == 404


def test_a_province_without_outlines_says_so(small: FlaskClient) -> None:
    assert "There is no outline in plan/reports yet." in small.get("/plan/report?lang=en").text
