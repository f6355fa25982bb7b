"""The page that checks a site: typed, pasted, chosen among places, sent as a file, refused."""

import re
import shutil
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from asking import MakeClient
from flask.testing import FlaskClient
from page_reader import read_page
from site_province import CRS, SOUTH, WEST, deliver, found_province
from site_province import box as corner_box
from werkzeug.test import TestResponse

import geopandas as gpd
from shapely import box

from geo_app.workspace import Workspace, open_workspace

SITE = box(WEST + 1_000, SOUTH + 1_000, WEST + 1_100, SOUTH + 1_100)
"""100 m by 100 m; the zone that is kept overlaps its western half."""
TYPED = f"SRID=9210;{SITE.wkt}"
ON = "2026-02-01"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def ws(small_province: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("check") / "province"
    shutil.copytree(small_province.settings.root, root)
    ws = found_province(open_workspace(root))
    kept = {"kind": "kept", "geometry": corner_box(500, 500, 550, 5_000)}
    deliver(ws, "zones", [{"name": f"Vùng {SCRIPT}", **kept}])
    deliver(ws, "towns", [{"name": "Xa", "geometry": corner_box(8_000, 8_000, 500)}])
    return ws.latest()


@pytest.fixture
def client(ws: Workspace, client_of: MakeClient) -> FlaskClient:
    return client_of(ws)


def send(client: FlaskClient, text: str = "", **more: object) -> TestResponse:
    return client.post("/check?lang=en", data={"text": text, "on": ON, **more})


def address(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def shown(answer: TestResponse, status: int = 200) -> str:
    """Return a well-made page."""
    assert answer.status_code == status
    content = answer.get_data(as_text=True)
    assert read_page(content).problems == []
    assert SCRIPT not in content
    return content


def field(page: str) -> str:
    """Return what stands in the field for coordinates."""
    found = re.search(r'<textarea id="text".*?>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def totals(client: FlaskClient, where: str) -> dict[str, float]:
    """Return the totals of the check at an address, from its JSON."""
    query = urlsplit(where).query
    answer = client.get(f"/check/download?{query}&format=json")
    assert answer.status_code == 200
    assert answer.json
    return dict(answer.json["totals"])


def file_of(frame: gpd.GeoDataFrame, path: Path, driver: str) -> BytesIO:
    frame.to_file(path, driver=driver, engine="pyogrio")
    return BytesIO(path.read_bytes())


def test_a_typed_site_leads_to_an_address_with_every_verdict_in_words(client: FlaskClient) -> None:
    where = address(send(client, TYPED))
    given = parse_qs(urlsplit(where).query)
    assert given["on"] == [ON]
    assert '"crs"' in given["site"][0]
    page = shown(client.get(where))
    for words in (
        '<span class="outcome">Conflict</span>',
        '<span class="outcome">Nothing found in the data of 1 Jan 2026</span>',
        '<span class="outcome">Not checked</span>',
        "geo-app study site-check",
    ):
        assert words in page
    assert '<h2 id="section-1">Safety corridors</h2>' in page
    assert page.index("Safety corridors") < page.index("Fit with plans") < page.index("Forest")
    assert "5,000" in page  # m² of the conflict: half of 100 m by 100 m
    assert totals(client, where)["area_m2"] == pytest.approx(10_000)


def test_the_page_is_in_vietnamese_too(client: FlaskClient) -> None:
    where = address(client.post("/check?lang=vi", data={"text": TYPED, "on": "01/02/2026"}))
    page = shown(client.get(where))
    assert '<span class="outcome">Chưa thấy trong số liệu ngày 01/01/2026</span>' in page
    assert "Phù hợp quy hoạch" in page
    assert "X = Bắc" in shown(client.get("/check?lang=vi"))


def test_an_address_may_say_the_site_in_any_form(client: FlaskClient) -> None:
    page = shown(client.get("/check", query_string={"site": SITE.wkt, "on": ON, "lang": "en"}))
    assert '<span class="outcome">Conflict</span>' in page


@pytest.mark.parametrize("name", ["map.js", "download"])
def test_map_and_files_say_what_the_page_says(name: str, client: FlaskClient) -> None:
    page = shown(client.get(address(send(client, TYPED))))
    links = [unescape(each) for each in re.findall(rf'"(/check/{name}[^"]*)"', page)]
    assert links
    for link in links:
        assert client.get(link).status_code == 200, link


def test_a_long_site_is_kept_and_found_by_its_digest(ws: Workspace, client: FlaskClient) -> None:
    round_site = SITE.centroid.buffer(200, quad_segs=64)
    where = address(send(client, f"SRID=9210;{round_site.wkt}"))
    assert len(where) < 300
    digest = parse_qs(urlsplit(where).query)["kept"][0]
    assert (ws.settings.store_folder / "kept" / digest).is_file()
    shown(client.get(where))
    assert totals(client, where)["area_m2"] == pytest.approx(round_site.area, abs=1)
    for lost in ("0" * 64, "../published.json"):
        page = shown(client.get("/check", query_string={"kept": lost, "lang": "en"}), 400)
        assert "no longer kept" in page


def test_an_open_place_is_asked_for_and_every_answer_is_a_check(client: FlaskClient) -> None:
    corners = [(1_000, 1_000), (1_000, 1_100), (1_100, 1_100), (1_100, 1_000)]
    pasted = "\n".join(f"{SOUTH + north} {WEST + east}" for east, north in corners)
    answer = send(client, pasted)
    page = shown(answer)
    assert "Which place is it?" in page
    assert field(page) == pasted
    assert re.search(r"[\d,]+ m from the first", page)
    choices = [unescape(each) for each in re.findall(r'class="button" href="([^"]*)"', page)]
    assert len(choices) > 1
    assert totals(client, choices[0])["area_m2"] == pytest.approx(10_000, rel=1e-3)


def test_a_table_of_surveyors_a_drawing_and_a_placemark_are_read(
    client: FlaskClient, tmp_path: Path
) -> None:
    frame = gpd.GeoDataFrame({"Name": ["Lô 1"]}, geometry=[SITE], crs=CRS)
    kml = file_of(frame.to_crs("EPSG:4326"), tmp_path / "lot.kml", "KML")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("doc.kml", kml.getvalue())
    packed.seek(0)
    page = address(send(client, file=(packed, "lô đất.kmz")))
    assert totals(client, page)["area_m2"] == pytest.approx(10_000, rel=1e-4)

    book, table = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Điểm", "X (m)", "Y (m)"])
    for number, (east, north) in enumerate(SITE.exterior.coords[:-1], start=1):
        sheet.append([number, north, east])
    book.save(table)
    table.seek(0)
    drawn = file_of(frame.boundary.to_frame("geometry"), tmp_path / "lot.dxf", "DXF")
    for content, name in ((table, "bảng.xlsx"), (drawn, "lot.dxf")):
        answer = send(client, file=(content, name))
        listed = shown(answer)
        choice = re.search(r'class="button" href="([^"]*)"', listed)
        assert choice, listed
        checked = totals(client, unescape(choice[1]))
        assert checked["area_m2"] == pytest.approx(10_000, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no site was given"),
        ("Km ở đâu", "route_layers"),
        ("QL99 Km3", "route_layers"),
        ("QL4B Km18–Km3", "route_layers"),
        (SCRIPT, "coordinates"),
        ("SRID=9210;POLYGON((0 0, 1", "is it complete?"),
        ("SRID=9210;POLYGON EMPTY", ""),
        ("POINT(2.35 48.85)", ""),
        (
            "SRID=9210;POLYGON((501000 1201000, 501100 1201100, 501100 1201000, 501000 1201100, "
            "501000 1201000))",
            "",
        ),
        ("1" * 250_000, "200,000"),
    ],
)
def test_bad_input_gets_a_sentence_and_stays_in_the_form(
    text: str, told: str, client: FlaskClient
) -> None:
    page = shown(send(client, text), 400)
    alert = re.search(r'role="alert".*?</strong>(.*?)</p>', page, re.DOTALL)
    assert alert
    assert alert[1].strip()
    assert told in unescape(alert[1])
    assert field(page) == text
    assert f'value="{ON}"' in page


def test_a_bad_day_and_bad_settings_are_refused(client: FlaskClient) -> None:
    assert "expected a day" in shown(send(client, TYPED, on="hôm qua"), 400)
    shown(client.get("/check", query_string={"site": TYPED, "near_m": "-1"}), 400)
    shown(client.get("/check", query_string={"site": TYPED, "nothing": "1"}), 400)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.dxf", b""),
        ("noise.kmz", b"PK\x03\x04" + b"\x00" * 200),
        ("noise.xlsx", b"\xff" * 2_000),
        ("../../evil.geojson", b'{"type": "FeatureCollection", "features": []}'),
        ("x.exe", b"MZ"),
    ],
)
def test_hostile_files_get_a_sentence_and_leave_nothing(
    name: str, content: bytes, ws: Workspace, client: FlaskClient
) -> None:
    before = sorted(ws.settings.root.rglob("*"))
    page = shown(send(client, "ghi chú", file=(BytesIO(content), name)), 400)
    assert field(page) == "ghi chú"
    assert sorted(ws.settings.root.rglob("*")) == before


def test_a_form_of_another_site_and_one_too_large_are_refused(client: FlaskClient) -> None:
    far = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/check", data={"text": TYPED}, headers=far).status_code == 403
    sent = {"data": b"0" * 21_000_000, "content_type": "multipart/form-data; boundary=x"}
    assert "larger than 20 MB" in shown(client.post("/check?lang=en", **sent), 400)
