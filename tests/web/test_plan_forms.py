"""Forms on pages: taken, sent back wrong and mended, looked at, decided on by the office alone."""

import io
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient
from forms import RIGHT, WRONG, fill_in
from openpyxl import load_workbook
from page_reader import read_page
from small_plan import with_plan
from werkzeug.test import TestResponse

from geo_app.config import Settings
from geo_app.domain.access import ANONYMOUS, OFFICE
from geo_app.errors import SettingsError
from geo_app.studies.ledger import ledger_row
from geo_app.web import create_app
from geo_app.web.server import serve
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import submission, submissions

LANGUAGES = ("vi", "en")
PERIOD = "2026-Q1"
FORM = f"/plan/forms/file?agency=so_xd&period={PERIOD}"


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return with_plan(small_workspace())


@pytest.fixture
def client(ws: Workspace, client_of: MakeClient) -> FlaskClient:
    return client_of(ws)


@pytest.fixture
def office(ws: Workspace) -> FlaskClient:
    """A reader of the pages that are served to the office alone."""
    return create_app(ws.settings, OFFICE).test_client()


@pytest.fixture
def form(client: FlaskClient, tmp_path: Path) -> Path:
    path = tmp_path / "biểu so_xd.xlsx"
    path.write_bytes(client.get(FORM).data)
    return path


def send(client: FlaskClient, path: Path, language: str = "en", **given: str) -> TestResponse:
    fields = {"agency": "so_xd", "period": PERIOD, **given}
    file = (io.BytesIO(path.read_bytes()), path.name)
    return client.post(f"/plan/forms?lang={language}", data={**fields, "file": file})


def page_of(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    assert read_page(page).problems == []
    return page


class TestTaking:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_page_lists_who_is_late_and_offers_forms(
        self, client: FlaskClient, language: str
    ) -> None:
        page = page_of(client.get(f"/plan/forms?period={PERIOD}&lang={language}"))
        said = {"vi": "Số cơ quan gửi chậm: 2.", "en": "Agencies that are late: 2."}[language]
        assert said in page
        assert FORM.replace("&", "&amp;") in page
        assert {"vi": "Quý I/2026", "en": "Quarter 1 of 2026"}[language] in page

    def test_a_form_is_a_workbook_of_its_agency(self, client: FlaskClient) -> None:
        answer = client.get(FORM)
        assert "so_xd-2026-Q1.xlsx" in answer.headers["Content-Disposition"]
        book = load_workbook(io.BytesIO(answer.data))
        assert book.worksheets[0]["C2"].value == "Sở Xây dựng"

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/plan/forms/file?agency=so_xd&period=x", 400),
            ("/plan/forms/file?agency=so_xd&period=2099", 400),
            ("/plan/forms/file?agency=so_gtvt&period=2026", 404),
            ("/plan/forms/file", 404),
            ("/plan/forms?period=<b>", 400),
            ("/plan/forms/7", 404),
            (f"/plan/forms/{10**30}", 404),
        ],
    )
    def test_what_is_not_there(self, client: FlaskClient, address: str, status: int) -> None:
        page = page_of(client.get(address), status)
        assert "<b>" not in page.partition("<h1")[2]

    def test_where_nobody_reports_it_says_so(self, small: FlaskClient) -> None:
        page = page_of(small.get("/plan/forms?lang=en"))
        assert "No agency has a target or task of the plan to report on." in page
        assert "send-form" not in page


class TestSendingBack:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_three_errors_are_told_and_nothing_is_taken(
        self, client: FlaskClient, ws: Workspace, form: Path, language: str
    ) -> None:
        page = page_of(send(client, fill_in(form, WRONG), language), 400)
        assert [page.count(cell) for cell in (" H10", " H11", " H12")] == [1, 1, 1]
        assert "khoảng 64%" in page
        assert 'value="so_xd" selected' in page
        assert submissions(ws) == ()

    def test_good_rows_wait_and_the_mended_form_counts(
        self, client: FlaskClient, office: FlaskClient, ws: Workspace, form: Path
    ) -> None:
        kept = send(client, fill_in(form, {**WRONG, "t_paved": "63,5"}))
        assert kept.status_code == 303
        for reader in (client, office):
            half = page_of(reader.get(kept.headers["Location"]))
            assert "Rows taken: 1. (rows left out: 2)" in half
            assert "if it has all rows of this one" in half
            assert "cấp bốn" in half
            assert "is not on the list" in half
        listed = page_of(client.get(f"/plan/forms?period={PERIOD}&lang=vi"))
        assert "(2 dòng bị loại)" in listed
        assert [line.value for line in submission(ws, 1).lines] == [63.5]
        answer = send(client, fill_in(form, RIGHT), who="Minh <b>")
        assert answer.status_code == 303
        path = urlsplit(answer.headers["Location"]).path
        page = page_of(client.get(f"{path}?lang=en"))
        assert "Minh &lt;b&gt;" in page
        assert "64.5" in page
        assert "decide-form" not in page
        assert "decide-form" in page_of(office.get(f"{path}?lang=en"))
        decided = office.post(f"{path}?lang=en", data={"decision": "accept", "who": "Hoa"})
        assert decided.status_code == 303
        shown = page_of(client.get(f"{path}?lang=vi"))
        assert "đã nhận" in shown
        assert "Hoa" in shown
        assert "decide-form" not in shown
        row = ledger_row(ws, "target", "t_paved")
        assert row.actual is not None
        assert row.actual.value == 64.5
        assert "Agencies that are late: 1." in page_of(
            client.get(f"/plan/forms?period={PERIOD}&lang=en")
        )

    def test_the_same_file_sent_again_is_the_same_form(
        self, client: FlaskClient, form: Path
    ) -> None:
        fill_in(form, RIGHT)
        where = [send(client, form).headers["Location"] for _ in range(2)]
        assert where[0] == where[1]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"period": "2025-Q1"}, "the form is that of 2026-Q1"),
            ({"agency": "so_nv"}, "the form is that of agency"),
            ({"agency": ""}, "there is no agency"),
            ({"agency": "so_gtvt"}, "its work is done by so_xd"),
            ({"period": "x"}, "expected a quarter"),
        ],
    )
    def test_another_agency_or_period_is_refused(
        self, client: FlaskClient, ws: Workspace, form: Path, given: dict[str, str], words: str
    ) -> None:
        page = page_of(send(client, fill_in(form, RIGHT), **given), 400)
        assert words.lower() in page.lower()
        assert submissions(ws) == ()

    def test_what_is_no_form_is_told(self, client: FlaskClient, tmp_path: Path) -> None:
        odd = tmp_path / "a.xlsm"
        odd.write_bytes(b"PK\x03\x04")
        assert "no .xlsx file" in page_of(send(client, odd), 400)
        answer = client.post("/plan/forms?lang=vi", data={"agency": "so_xd", "period": PERIOD})
        assert "Chưa chọn tệp" in page_of(answer, 400)

    def test_not_from_another_sites_page(
        self, client: FlaskClient, ws: Workspace, form: Path
    ) -> None:
        file = (io.BytesIO(fill_in(form, RIGHT).read_bytes()), "a.xlsx")
        answer = client.post(
            "/plan/forms",
            data={"agency": "so_xd", "period": PERIOD, "file": file},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403
        assert submissions(ws) == ()

    def test_only_where_it_is_allowed(
        self, ws: Workspace, client_of: MakeClient, form: Path
    ) -> None:
        closed = client_of(replace(ws, settings=replace(ws.settings, public_saving=0)))
        assert "send-form" not in page_of(closed.get("/plan/forms"))
        assert send(closed, fill_in(form, RIGHT)).status_code == 404
        assert submissions(ws) == ()


def test_programs_get_the_forms_as_json(client: FlaskClient, form: Path) -> None:
    send(client, fill_in(form, RIGHT))
    (found,) = client.get(f"/api/plan/forms?period={PERIOD}").get_json()
    assert (found["agency"], found["state"]) == ("so_xd", "pending")
    assert found["lines"][0]["value"] == 64.5
    assert (found["findings"], found["left_out"]) == ([], 0)
    send(client, fill_in(form, {"t_town": "cấp bốn"}))
    newest, _ = client.get(f"/api/plan/forms?period={PERIOD}").get_json()
    assert newest["left_out"] == 1
    assert [each["code"] for each in newest["findings"]] == ["form_choice_unknown"]
    assert client.get("/api/plan/forms?period=2025").get_json() == []


class TestDeciding:
    @pytest.fixture
    def sent(self, client: FlaskClient, form: Path) -> str:
        return urlsplit(send(client, fill_in(form, RIGHT)).headers["Location"]).path

    def test_strangers_may_not(self, client: FlaskClient, ws: Workspace, sent: str) -> None:
        for decision in ("accept", "return"):
            answer = client.post(sent, data={"decision": decision, "remark": "x"})
            assert answer.status_code == 404
        assert submission(ws, 1).state == "pending"

    def test_returning_needs_a_remark(self, office: FlaskClient, ws: Workspace, sent: str) -> None:
        given = {"decision": "return", "who": "Hoa"}
        page = page_of(office.post(f"{sent}?lang=vi", data=given), 400)
        assert "Ý kiến: chưa nhập" in page
        assert office.post(sent, data={**given, "remark": "sai"}).status_code == 303
        assert submission(ws, 1).remark == "sai"
        accepted = {"decision": "accept", "who": "Hoa"}
        again = page_of(office.post(f"{sent}?lang=en", data=accepted), 400)
        assert "was decided on before" in again

    @pytest.mark.parametrize("decision", ["accept", "return"])
    def test_nobody_decides_without_a_name(
        self, office: FlaskClient, ws: Workspace, sent: str, decision: str
    ) -> None:
        given = {"decision": decision, "who": " ", "remark": "thiếu văn bản"}
        page = page_of(office.post(f"{sent}?lang=vi", data=given), 400)
        assert "Ghi tên người xử lý." in page
        assert 'value="thiếu văn bản"' in page
        assert '<input id="who" name="who" required' in page
        assert submission(ws, 1).state == "pending"

    def test_an_older_form_warns_of_a_newer_that_was_accepted(
        self, client: FlaskClient, office: FlaskClient, form: Path
    ) -> None:
        send(client, fill_in(form, RIGHT))
        book = load_workbook(form)
        cells = [c for row in book.worksheets[0].iter_rows() for c in row if c.value == "IV"]
        for cell in cells:
            cell.value = None
        book.save(form)
        send(client, fill_in(form, {"t_paved": 66}))
        assert "was accepted:" not in page_of(office.get("/plan/forms/1?lang=en"))
        office.post("/plan/forms/2", data={"decision": "accept", "who": "Hoa"})
        page = page_of(office.get("/plan/forms/1?lang=en"))
        assert "A newer form of this agency and period was accepted:" in page
        assert "was accepted:" not in page_of(office.get("/plan/forms/2?lang=en"))

    def test_the_office_answers_under_this_machines_names_only(self, ws: Workspace) -> None:
        app = create_app(ws.settings, OFFICE)
        for host, status in (("127.0.0.1:5000", 200), ("localhost", 200), ("evil.example", 403)):
            assert (
                app.test_client().get("/plan/forms", base_url=f"http://{host}").status_code
                == status
            )
        stranger = create_app(ws.settings).test_client()
        assert stranger.get("/plan/forms", base_url="http://lan.example").status_code == 200

    def test_the_office_is_served_on_this_machine_only(self, ws: Workspace) -> None:
        open_to_all: Settings = replace(ws.settings, host="0.0.0.0")
        with pytest.raises(SettingsError, match="on this machine only"):
            serve(open_to_all, OFFICE)
        assert not ANONYMOUS.publisher
