"""Where is this: pasted, sent as a file, too large, broken, from another site's page."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from asking import MakeClient
from flask import Flask
from flask.testing import FlaskClient
from page_reader import read_page
from werkzeug.test import TestResponse

from geo_app import jobs
from geo_app.errors import DataError
from geo_app.intake.where import to_json
from geo_app.jobs import Limits
from geo_app.web.uploads import plain_name
from geo_app.workspace import Workspace

NORTH, EAST = 1_201_000, 501_000
"""In the commune Hòa Bình of the small province."""
POINT = f"{NORTH} {EAST}"
SQUARE = (
    f"POLYGON(({EAST} {NORTH},{EAST + 100} {NORTH},{EAST + 100} {NORTH + 100},{EAST} {NORTH + 100},"
    f"{EAST} {NORTH}))"
)
TURNED = "POLYGON((1201000 501000,1201100 501000,1201100 501100,1201000 501100,1201000 501000))"
SCRIPT = "<script>alert(1)</script>"


def with_settings(ws: Workspace, **changed: int) -> Workspace:
    return replace(ws, settings=replace(ws.settings, **changed))


def send(client: FlaskClient, language: str = "en", **fields: object) -> TestResponse:
    return client.post(f"/where?lang={language}", data=fields, follow_redirects=True)


def text_of(answer: TestResponse) -> str:
    page = answer.get_data(as_text=True)
    assert read_page(page).problems == []
    return unescape(re.sub(r"<[^>]+>", " ", page))


def rows_of(answer: TestResponse) -> list[list[str]]:
    """Return the cells of the table of places."""
    table = answer.get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def test_the_form_alone(small: FlaskClient) -> None:
    answer = small.get("/where?lang=en")
    assert answer.status_code == 200
    assert "Where is this?" in text_of(answer)
    assert "At most 20 MB" in text_of(answer)
    assert "<table" not in answer.get_data(as_text=True)


def test_pasted_text_is_asked_for_by_address(small: FlaskClient) -> None:
    answer = small.post("/where?lang=vi", data={"text": POINT})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/where?text=1201000+501000&lang=vi"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (POINT, "EPSG:9210"),
        (f"{EAST} {NORTH}", "EPSG:9210"),
        (TURNED, "EPSG:9210 swapped"),
        ("10.860253, 105.760936", "EPSG:4326"),
    ],
)
def test_places_and_the_metres_between_them(small: FlaskClient, text: str, first: str) -> None:
    answer = send(small, text=text)
    assert answer.status_code == 200
    rows = rows_of(answer)
    assert len(rows) > 1
    assert rows[0][1].endswith(f" {first}")
    number, _, north, east, lat, lon, commune, apart = rows[0]
    assert (number, commune, apart) == ("1", "Hòa Bình", "0")
    assert float(north.replace(",", "")) == pytest.approx(NORTH, abs=51)
    assert float(east.replace(",", "")) == pytest.approx(EAST, abs=51)
    assert (float(lat), float(lon)) == pytest.approx((10.860253, 105.760936), abs=0.001)
    assert float(rows[1][7].replace(",", "")) > 200
    assert f"{len(rows)} places are possible" in text_of(answer)


def test_in_vietnamese(small: FlaskClient) -> None:
    answer = send(small, "vi", text=POINT)
    assert "vị trí phù hợp" in text_of(answer)
    assert rows_of(answer)[0][2:4] == ["1.201.000", "501.000"]
    assert "bỏ qua phép chuyển VN-2000–WGS 84" in text_of(answer)


def test_the_map_has_a_script_of_its_own(small: FlaskClient) -> None:
    page = send(small, text=SQUARE).get_data(as_text=True)
    (address,) = re.findall(r'src="(/where/map\.js[^"]+)"', page)
    script = small.get(unescape(address))
    assert script.status_code == 200
    assert script.mimetype == "text/javascript"
    drawn = script.get_data(as_text=True)
    assert "places_polygon" in drawn
    assert "places_point" in drawn
    assert (
        small.get(unescape(address), headers={"If-None-Match": script.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize(
    "address",
    [
        "/where/map.js",
        "/where/map.js?shapes=POINT(1 1)&places=EPSG:9210",
        "/where/map.js?shapes=GEOMETRYCOLLECTION(POINT(1 1))&places=EPSG:9210 x",
        "/where/map.js?shapes=GEOMETRYCOLLECTION EMPTY&places=EPSG:9210",
        "/where/map.js?shapes=GEOMETRYCOLLECTION(POINT(1e300 1))&places=EPSG:9210",
        "/where/map.js?shapes=x&places=EPSG:9210",
    ],
)
def test_a_map_of_nonsense(small: FlaskClient, address: str) -> None:
    expected = 200 if "POINT(1 1)&" in address else 400
    assert small.get(address).status_code == expected


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "text",
    [
        "QL4B Km18+300",
        "POLYGON((0 0",
        '{"type": "Point"}',
        "1300000 7000000",
        f"{SCRIPT} 5",
        "POINT(nan nan)",
        f"SRID=9210;POLYGON(({EAST} {NORTH},{EAST + 9} {NORTH + 9},{EAST + 9} {NORTH},"
        f"{EAST} {NORTH + 9},{EAST} {NORTH}))",
    ],
)
def test_what_cannot_be_placed_is_a_sentence_in_the_form(
    small: FlaskClient, text: str, language: str
) -> None:
    answer = send(small, language, text=text)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert SCRIPT not in page
    typed = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert unescape(typed) == text
    (sentence,) = re.findall(r'role="alert"[^>]*>(.*?)</p>', page, re.DOTALL)
    vietnamese = re.search(r"[ăâđêôơưạảấầẩậắằẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", sentence)
    assert bool(vietnamese) == (language == "vi")


def test_nothing_at_all(small: FlaskClient) -> None:
    answer = send(small, text=" ")
    assert answer.status_code == 400
    assert "nothing was sent; paste coordinates, or choose a file" in text_of(answer)


class TestFiles:
    def test_a_file_is_read_beside_the_server(self, small: FlaskClient) -> None:
        content = '{"type": "Point", "coordinates": [105.760936, 10.860253]}'
        answer = send(small, file=(BytesIO(content.encode()), "điểm.geojson"), text="kept")
        assert answer.status_code == 200
        assert "One place is possible." in text_of(answer)
        assert rows_of(answer)[0][6] == "Hòa Bình"
        assert ">kept</textarea>" in answer.get_data(as_text=True)

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            (
                "../../etc/plan.dwg",
                b"AC1032",
                "plan.dwg: is a DWG, a closed format; save it as DXF",
            ),
            ("C:\\ve\\site.xlsx", b"PK\x03\x04", "site.xlsx: cannot be read as an Excel file"),
            ("json.py", b"raise SystemExit", "json.py: cannot read '.py'"),
        ],
    )
    def test_hostile_files_get_a_sentence(
        self, small: FlaskClient, name: str, content: bytes, words: str
    ) -> None:
        answer = send(small, file=(BytesIO(content), name), text=POINT)
        assert answer.status_code == 400
        assert words in text_of(answer)
        assert f">{POINT}</textarea>" in answer.get_data(as_text=True)
        assert "/tmp" not in text_of(answer)

    def test_layers_are_named(self, small: FlaskClient) -> None:
        answer = send(small, file=(BytesIO(b"X;Y\n1201000;501000\n"), "a.csv"), layer=SCRIPT)
        assert answer.status_code == 400
        assert "there is no layer" in text_of(answer)
        assert SCRIPT not in answer.get_data(as_text=True)

    def test_what_is_too_large(self, small_province: Workspace, client_of: MakeClient) -> None:
        client = client_of(with_settings(small_province, upload_mb=1))
        kind = "multipart/form-data; boundary=x"
        answer = client.post("/where?lang=en", data=b"0" * 1_500_000, content_type=kind)
        assert answer.status_code == 400
        assert "is larger than 1 MB" in text_of(answer)

    def test_time_and_memory_are_settings(
        self,
        small_province: Workspace,
        client_of: MakeClient,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        seen = []

        def run_bounded(function: str, arguments: object, limits: Limits, files: object) -> None:
            seen.append(limits)
            message = "seen"
            raise DataError(message)

        monkeypatch.setattr("geo_app.web.uploads.run_bounded", run_bounded)
        given = with_settings(small_province, upload_seconds=3, upload_memory_mb=400)
        send(client_of(given), file=(BytesIO(b"x"), "a.csv"))
        assert (seen[0].seconds, seen[0].memory_mb) == (3, 400)

    def test_a_busy_server_says_so(
        self, small: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jobs._places, "acquire", lambda timeout: False)
        answer = send(small, file=(BytesIO(b"X;Y\n1201000;501000\n"), "a.csv"))
        assert answer.status_code == 503
        assert "busy reading other files; try again in a minute" in text_of(answer)

    def test_names(self) -> None:
        assert plain_name("a/b\\Khu đất (1).DXF") == "Khu đất (1).DXF"
        assert plain_name("x!y:z|\0\n.dxf") == "x_y_z___.dxf"
        assert plain_name("..") == plain_name("") == "file"
        assert len(plain_name("d" * 300 + ".geojson")) == 88


class TestOtherSites:
    """A page elsewhere must not make its readers send things here."""

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 303),
            ({"Sec-Fetch-Site": "same-origin"}, 303),
            ({"Sec-Fetch-Site": "none"}, 303),
            ({"Origin": "http://localhost"}, 303),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
            ({"Origin": "http://evil.example.org"}, 403),
            ({"Origin": "http://localhost:81"}, 403),
            ({"Origin": "null"}, 403),
        ],
    )
    def test_posts(self, small: FlaskClient, headers: dict[str, str], status: int) -> None:
        answer = small.post("/where?lang=en", data={"text": POINT}, headers=headers)
        assert answer.status_code == status
        if status == 403:
            assert "Another site's page sent this" in text_of(answer)

    def test_reading_is_free(self, small: FlaskClient) -> None:
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert small.get("/where", headers=headers).status_code == 200

    def test_every_address_that_takes_a_post_is_guarded(self, small_app: Flask) -> None:
        posts = [rule for rule in small_app.url_map.iter_rules() if "POST" in (rule.methods or ())]
        assert posts
        headers = {"Sec-Fetch-Site": "cross-site"}
        for rule in posts:
            address = re.sub(r"<[^>]+>", "1", rule.rule)
            assert small_app.test_client().post(address, headers=headers).status_code == 403, rule


def test_page_and_command_give_the_same_places(
    small: FlaskClient, small_province: Workspace
) -> None:
    from geo_app.intake.footprint import read_pasted  # noqa: PLC0415

    places = to_json(small_province, read_pasted(small_province, POINT))["places"]
    shown = rows_of(send(small, text=POINT))
    assert [row[1].rsplit("EPSG", 1)[1] for row in shown] == [p["crs"][4:] for p in places]
    assert [row[6] for row in shown] == [p["commune"] or "outside the province" for p in places]
    assert urlsplit(small.get("/where").request.url).path == "/where"
