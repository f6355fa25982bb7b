"""Saved checks on the web: saved, listed, shown, verified and taken along, in both languages."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient
from page_reader import read_page
from wells_study import register
from werkzeug.test import TestResponse

from geo_app.domain.version import Version
from geo_app.studies import Study
from geo_app.studies.saved import save
from geo_app.workspace import Workspace
from geo_app.workspace.saved import count_saved

PublishFrame = Callable[..., Version]
LANGUAGES = ("vi", "en")


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return register(monkeypatch)


@pytest.fixture
def ws(small_workspace: MakeWorkspace, study: Study) -> Workspace:
    return small_workspace()


@pytest.fixture
def client(ws: Workspace, client_of: MakeClient) -> FlaskClient:
    return client_of(ws)


def send(client: FlaskClient, **given: str) -> TestResponse:
    form = {"study": "deep-wells", "who": "Lan", "note": "Xã <b>Hòa Bình</b>", **given}
    return client.post("/checks?lang=en", data=form)


def saved_at(answer: TestResponse) -> str:
    """Return the address a form leads to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return urlsplit(answer.headers["Location"]).path


def texts(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200
    page = read_page(answer.get_data(as_text=True))
    assert page.problems == []
    return page.texts


class TestSaving:
    def test_the_page_of_a_study_offers_it(self, client: FlaskClient, ws: Workspace) -> None:
        page = client.get("/studies/deep-wells?lang=en&least_depth_m=12").get_data(as_text=True)
        form = page.partition('action="/checks')[2].partition("</form>")[0]
        assert 'name="set.least_depth_m" value="12"' in form
        shown = form.partition('name="hash" value="')[2].partition('"')[0]
        path = saved_at(send(client, **{"set.least_depth_m": "12", "hash": shown}))
        assert path.startswith("/checks/2")
        words = texts(client.get(f"{path}?lang=en"))
        assert {"12", "Xã <b>Hòa Bình</b>", "Lan", "2 wells are deep."} <= set(words)

    def test_not_another_result_than_the_one_shown(
        self, client: FlaskClient, ws: Workspace, publish_frame: PublishFrame
    ) -> None:
        shown = client.get("/api/studies/deep-wells").get_json()["hash"]
        publish_frame(ws, "wells", ws.read("wells").iloc[:3])
        answer = send(client, hash=shown)
        assert answer.status_code == 409
        page = answer.get_data(as_text=True)
        assert "The result is another since its page was opened" in page
        assert "save-who" not in page
        assert client.get("/studies/deep-wells?lang=en").status_code == 200
        assert 'href="/studies/deep-wells?lang=en"' in page
        assert count_saved(ws) == 0

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"who": " "}, "who: is empty"),
            ({"who": "x" * 81}, "at most 80 letters"),
            ({"note": "x" * 501}, "at most 500 letters"),
            ({"set.least_depth_m": "sâu"}, "least_depth_m"),
        ],
    )
    def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(
        self, client: FlaskClient, ws: Workspace, given: dict[str, str], words: str
    ) -> None:
        answer = send(client, **given)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert read_page(page).problems == []
        assert words in page
        assert "Xã &lt;b&gt;Hòa Bình&lt;/b&gt;" in page or "note" in given
        for name, text in given.items():
            assert f'name="{name}" value="{text}"' in page
        assert count_saved(ws) == 0

    def test_the_reason_is_said_in_vietnamese(self, client: FlaskClient) -> None:
        answer = client.post("/checks?lang=vi", data={"study": "deep-wells", "who": ""})
        assert "Họ tên: chưa nhập" in answer.get_data(as_text=True)

    def test_an_unknown_study_or_setting(self, client: FlaskClient) -> None:
        assert send(client, study="deep-holes").status_code == 404
        assert send(client, **{"set.depth": "1"}).status_code == 404

    def test_only_where_it_is_allowed(self, ws: Workspace, client_of: MakeClient) -> None:
        client = client_of(replace(ws, settings=replace(ws.settings, public_saving=0)))
        assert "/checks" not in client.get("/studies/deep-wells").get_data(as_text=True)
        assert send(client).status_code == 404
        assert count_saved(ws) == 0
        assert client.get("/checks").status_code == 200

    def test_so_many_a_day(self, ws: Workspace, client_of: MakeClient) -> None:
        client = client_of(replace(ws, settings=replace(ws.settings, public_saving=1)))
        saved_at(send(client))
        answer = send(client)
        assert answer.status_code == 400
        assert "1 records were saved today" in answer.get_data(as_text=True)

    def test_not_from_another_sites_page(self, client: FlaskClient, ws: Workspace) -> None:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            answer = client.post("/checks", data={"study": "deep-wells"}, headers=headers)
            assert answer.status_code == 403
        assert count_saved(ws) == 0


class TestReading:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_list_and_one_are_well_made(self, client: FlaskClient, language: str) -> None:
        empty = texts(client.get(f"/checks?lang={language}"))
        assert {"vi": "Chưa có gì được lưu.", "en": "Nothing has been saved here."}[language] in [
            each.partition(" Các")[0] for each in empty
        ]
        path = saved_at(send(client))
        number = path.rpartition("/")[2]
        listed = texts(client.get(f"/checks?lang={language}"))
        assert {number, "Lan", "Xã <b>Hòa Bình</b>"} <= set(listed)
        one = texts(client.get(f"{path}?lang={language}"))
        assert {"vi": "Kết quả còn đúng không?", "en": "Does it still hold?"}[language] in one
        assert {"W1", "W4", "12,5" if language == "vi" else "12.5"} <= set(one)

    def test_it_goes_in_pages_of_fifty(
        self, client: FlaskClient, ws: Workspace, study: Study
    ) -> None:
        publisher = ws.as_user(replace(ws.user, clearance="public"))
        for _ in range(51):
            save(publisher, study(publisher), who="Lan")
        first = client.get("/checks?lang=en").get_data(as_text=True)
        second = client.get("/checks?lang=en&page=2").get_data(as_text=True)
        assert first.count('<th scope="row">') == 50
        assert second.count('<th scope="row">') == 1
        assert 'rel="next"' in first
        assert 'rel="next"' not in second
        assert len(client.get("/api/checks?page=2").get_json()) == 1
        for page in ("0", "9", "x"):
            assert client.get(f"/checks?page={page}").status_code == (400 if page == "x" else 200)

    @pytest.mark.parametrize("form", ["xlsx", "csv", "json", "html", "docx", "pdf"])
    def test_it_is_taken_along(self, client: FlaskClient, form: str) -> None:
        path = saved_at(send(client))
        answer = client.get(f"{path}/download?format={form}&lang=en")
        assert answer.status_code == 200
        name = f"{path.rpartition('/')[2]}.{form}"
        assert name in answer.headers["Content-Disposition"]
        if form == "csv":
            assert "W4" in answer.get_data(as_text=True)
        if form == "json":
            assert json.loads(answer.data) == client.get("/api/studies/deep-wells").get_json()

    def test_as_json(self, client: FlaskClient) -> None:
        number = saved_at(send(client)).rpartition("/")[2]
        assert [each["id"] for each in client.get("/api/checks").get_json()] == [number]
        whole = client.get(f"/api/checks/{number}").get_json()
        assert (whole["id"], whole["result"]["totals"]["wells"]) == (number, 2)

    def test_what_is_not_there(self, client: FlaskClient) -> None:
        saved_at(send(client))
        for path in ("/checks/2020-0001", "/checks/x", "/api/checks/2020-0001"):
            assert client.get(path).status_code == 404
        assert client.post("/checks/2020-0001/verify").status_code == 404
        assert client.get("/checks/x/download?format=exe").status_code == 400

    def test_what_a_reader_may_not_see_is_not_there(
        self, client: FlaskClient, ws: Workspace, study: Study
    ) -> None:
        """The owner's result rests on telephones that are for staff."""
        number = save(ws, study(ws), who="Minh").number
        assert "Minh" not in client.get("/checks").get_data(as_text=True)
        assert client.get("/api/checks").get_json() == []
        for path in (f"/checks/{number}", f"/checks/{number}/download?format=json"):
            assert client.get(path).status_code == 404
        assert client.post(f"/checks/{number}/verify").status_code == 404


class TestVerifying:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_says_same_then_different_and_names_the_layer(
        self, client: FlaskClient, ws: Workspace, publish_frame: PublishFrame, language: str
    ) -> None:
        path = saved_at(send(client))
        same, different = {"vi": ("trùng khớp", "khác"), "en": ("same", "different")}[language]
        nothing = {
            "vi": "Những gì kết quả dựa vào đều chưa thay đổi.",
            "en": "Nothing it rests on has changed since.",
        }[language]
        lead = client.post(f"{path}/verify?lang={language}")
        assert (lead.status_code, urlsplit(lead.headers["Location"]).fragment) == (
            303,
            "verification",
        )
        words = texts(client.get(lead.headers["Location"]))
        assert same in words
        assert nothing in words
        old = ws.versions["wells"].id
        wells = ws.read("wells")
        new = publish_frame(ws, "wells", wells[wells["well_code"] != "W4"]).id
        client.post(f"{path}/verify?lang={language}")
        page = client.get(f"{path}?lang={language}").get_data(as_text=True)
        words = read_page(page).texts
        assert read_page(page).problems == []
        assert {same, different} <= set(words)
        assert nothing not in words
        assert old in page
        assert new in page
        assert {"52,5", "12,5"} <= set(words) or {"52.5", "12.5"} <= set(words)
        listed = texts(client.get(f"/checks?lang={language}"))
        assert different in listed

    def test_what_changed_is_told_before_it_is_verified(
        self, client: FlaskClient, ws: Workspace, publish_frame: PublishFrame
    ) -> None:
        path = saved_at(send(client))
        new = publish_frame(ws, "wells", ws.read("wells").iloc[:2]).id
        page = client.get(f"{path}?lang=en").get_data(as_text=True)
        assert "It has not been verified yet." in page
        assert new in page

    def test_a_study_that_cannot_run_is_a_sentence(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, study: Study
    ) -> None:
        path = saved_at(send(client))
        deeper = replace(study.parameters[1], default=20.0, least=20.0)
        register(monkeypatch, parameters=(study.parameters[0], deeper, study.parameters[2]))
        client.post(f"{path}/verify")
        page = client.get(f"{path}?lang=en").get_data(as_text=True)
        assert "cannot be run again" in page
        assert "expected a number from 20" in page


class TestBroken:
    @pytest.mark.parametrize("content", [b"rubbish" * 999, None])
    def test_records_that_cannot_be_read_are_a_sentence_and_the_atlas_serves(
        self, client: FlaskClient, ws: Workspace, content: bytes | None
    ) -> None:
        saved_at(send(client))
        if content is None:
            with closing(sqlite3.connect(ws.settings.records_file)) as opened, opened:
                opened.execute("UPDATE schema_version SET version = 9")
        else:
            ws.settings.records_file.write_bytes(content)
        for path in ("/checks", "/checks/2026-0001", "/api/checks"):
            answer = client.get(f"{path}?lang=en")
            assert answer.status_code == 503
            assert str(ws.settings.root) not in answer.get_data(as_text=True)
        assert send(client).status_code == 503
        for path in ("/", "/layers/wells", "/studies/deep-wells"):
            assert client.get(path).status_code == 200
