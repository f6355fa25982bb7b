"""Whatever is asked: an answer or a sentence, never a failure, never someone else's script."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient
from page_reader import read_page

from geo_app.intake.delivery import import_file
from geo_app.storage.published import FILE as PUBLISHED
from geo_app.workspace import Workspace

SCRIPT = "<script>alert(1)</script>"
PLACE = "lon=105.76&lat=10.86&zoom=12"

UNKNOWN = [
    "/nothing",
    "/map/nothing",
    "/map/",
    "/layers/nothing",
    "/layers/nothing/download?format=csv",
    "/layers/schools/download?format=csv",
    "/map.js?theme=nothing",
    "/map.js?layer=nothing",
    "/map.js?generation=999999",
    "/api/nothing",
    f"/api/identify?{PLACE}&layers=nothing",
    "/layers/wells?sort=",
    "/layers/wells?sort=fid",
    "/layers/wells?sort=depth_m;--",
    "/layers/wells?f.nothing=1",
    "/layers/wells?f.=1",
    "/data/nothing/x/public.geojson",
    "/data/wells/nothing/public.geojson",
    "/data/wells/VERSION/nothing.geojson",
    "/data/wells/VERSION/features.gpkg",
    "/data/wells/VERSION/meta.json",
    "/data/wells/VERSION/public.geojson.gz",
    "/data/schools/VERSION/public.geojson",
    "/basemaps/nothing/1/1/1",
    "/basemaps/nothing.pmtiles",
    "/basemaps/nothing/99999999/1/1",
    "/assets/0/nothing/pages.css",
    "/assets/0/pages/nothing.css",
]
TRICKS = [
    "/data/wells/VERSION/..%2fmeta.json",
    "/data/wells/VERSION/../meta.json",
    "/data/wells/../../published.json",
    "/data/wells/..%2f..%2fpublished.json/public.geojson",
    "/data/..%2f..%2f/x/geo_app.toml",
    "/data/wells/%2e%2e/public.geojson",
    "/data/wells/VERSION/%2fetc%2fpasswd",
    "/data/wells/VERSION%00/public.geojson",
    "/data/wells/VERSION/public.geojson%00",
    "/data/wells%00/VERSION/public.geojson",
    "/assets/0/pages/..%2fdata.py",
    "/assets/0/pages/../data.py",
    "/assets/0/pages/..%5cdata.py",
    "/assets/0/pages/%2fetc%2fpasswd",
    "/assets/0/pages//etc/passwd",
    "/assets/0/pages/pages.css%00",
    "/assets/0/..%2f/pages.css",
    "/assets/0/vendor/..%2f..%2fassets.py",
    "/layers/..%2fwells",
    "/layers/wells%00",
    "/map/%00",
    "/layers/wells/download/..%2f..",
    "/basemaps/..%2f..%2fx.pmtiles",
]
REFUSED = [
    *(
        f"/api/identify?lon={bad}&lat=10.86&zoom=12"
        for bad in ("nan", "inf", "1e309", "", "x", "181")
    ),
    *(f"/api/identify?lon=105&lat={bad}&zoom=12" for bad in ("nan", "-inf", "", "4", "90", "1,5")),
    *(f"/api/identify?lon=105&lat=10&zoom={bad}" for bad in ("nan", "-1", "31", "")),
    "/api/identify",
    *(f"/map.js?generation={bad}" for bad in ("-1", "x", "", "1.5", "1e9", "9" * 40)),
    *(f"/layers/wells?offset={bad}" for bad in ("-1", "x", "", "1.5", "nan", "9" * 30, "9" * 5000)),
    *(f"/layers/wells?f.depth_m={bad}" for bad in ("x", "nan", "inf", "1e309", "1;--", "%00")),
    *(f"/layers/wells?f.depth_m.from={bad}" for bad in ("x", "nan", "-inf")),
    "/layers/wells?f.depth_m.between=1",
    "/layers/wells?f.depth_m.from.to=1",
    "/layers/wells?f.name.from=1",
    "/layers/wells?f.grade=nothing",
    "/layers/wells?f.grade=%00",
    "/layers/wells?f.grade=' OR 1=1 --",
    "/layers/wells?f.working=maybe",
    "/layers/wells?f.dug=yesterday",
    "/layers/wells?f.dug=2025-02-30",
    *(f"/layers/wells/download?format={bad}" for bad in ("exe", "", "GPKG", "../csv", "%00")),
    "/layers/wells/download",
    "/layers/cover/download?format=gpkg",
    "/layers/old_units/download?format=kml",
    *(f"{page}?lang=xx" for page in ("/", "/layers", "/map.js", "/api/search", "/healthz")),
]
ACCEPTED = [
    "/layers/wells?offset=999999999999999",
    "/layers/wells?order=sideways",
    "/layers/wells?nothing=1",
    "/layers/wells?f.name=%00",
    "/layers/wells?f.name=%25_!'\"",
    "/layers/wells?f.name=%ff%fe",
    "/layers/wells?f.depth_m=",
    f"/layers/wells?f.name={'a' * 20_000}",
    f"/search?q={'a ' * 5_000}",
    "/search?q=%00",
    "/search?q=%ff",
    "/search?q=%25",
    "/api/search?q=",
    "/api/search",
    f"/api/identify?{PLACE}",
    f"/api/identify?{PLACE}&layers=,,",
    f"/api/identify?{PLACE}&layers={'wells,' * 500}",
]


Fill = Callable[[str], str]


@pytest.fixture
def addressed(small_province: Workspace) -> Fill:
    """Return a function that fills in the version of the wells."""
    return lambda address: address.replace("VERSION", small_province.published.versions["wells"])


def sentence_of(client: FlaskClient, address: str, status: int) -> str:
    """Return what the answer says; it must have that status and be whole."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == status, answer.get_data(as_text=True)
    if answer.is_json:
        sentence: str = answer.get_json()["error"]
    else:
        page = read_page(answer.get_data(as_text=True))
        assert page.problems == []
        sentence = page.texts[page.texts.index(page.titles[0]) + 1]
    assert " " in sentence
    return sentence


@pytest.mark.parametrize("address", [*UNKNOWN, *TRICKS])
def test_what_does_not_exist_is_not_found(
    small: FlaskClient, addressed: Fill, address: str
) -> None:
    sentence_of(small, addressed(address), 404)


@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_read_is_refused(small: FlaskClient, address: str) -> None:
    sentence_of(small, address, 400)


@pytest.mark.parametrize("address", ACCEPTED, ids=lambda address: address[:40])
def test_what_is_odd_but_clear_is_answered(small: FlaskClient, address: str) -> None:
    assert small.get(address).status_code == 200


def test_an_offset_beyond_the_end_shows_the_last_page(small: FlaskClient) -> None:
    assert "W5" in small.get("/layers/wells?offset=999999999999999").get_data(as_text=True)


def test_the_sentence_says_what_was_found_and_what_expected(small: FlaskClient) -> None:
    said = sentence_of(small, "/layers/wells/download?format=exe&lang=en", 400)
    assert said.startswith("format: found 'exe'; expected one of gpkg, ")
    said = sentence_of(small, "/api/identify?lon=nan&lat=1&zoom=1", 400)
    assert said == "lon: found 'nan'; expected a number from 100 to 111"


def test_errors_outside_the_api_are_told_in_the_readers_language(small: FlaskClient) -> None:
    assert sentence_of(small, "/nothing?lang=vi", 404) == "Không có gì ở địa chỉ này."
    assert sentence_of(small, "/nothing?lang=en", 404) == "There is nothing at this address."


@pytest.mark.parametrize("lat", [5, 10.9, 16])
@pytest.mark.parametrize("lon", [100, 105.8, 111])
def test_identify_answers_as_far_out_as_it_allows_with_json_that_browsers_read(
    small: FlaskClient, lon: float, lat: float
) -> None:
    layers = "wells,roads,communes,cover"
    answer = small.get(f"/api/identify?lon={lon}&lat={lat}&zoom=0&layers={layers}")
    assert answer.status_code == 200

    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(answer.data, parse_constant=refuse)


HOLES = [
    "/HOLE",
    "/map/HOLE",
    "/layers/HOLE",
    "/layers/HOLE/download?format=csv",
    "/layers/wells/download?format=HOLE",
    "/layers/wells?sort=HOLE",
    "/layers/wells?order=HOLE",
    "/layers/wells?offset=HOLE",
    "/layers/wells?f.name=HOLE",
    "/layers/wells?f.grade=HOLE",
    "/layers/wells?f.dug=HOLE",
    "/layers/wells?f.depth_m.from=HOLE",
    "/layers/wells?f.HOLE=1",
    "/layers?HOLE=1",
    "/layers?lang=HOLE",
    "/search?q=HOLE",
    "/search?q=hoa&x=HOLE",
    "/map.js?theme=HOLE",
    "/map.js?layer=HOLE",
    "/map.js?generation=HOLE",
    "/map.js?digest=HOLE",
    "/data/HOLE/x/y",
    "/data/wells/HOLE/y",
    "/data/wells/VERSION/HOLE",
    "/assets/0/HOLE/x",
    "/assets/0/pages/HOLE",
    "/basemaps/HOLE/1/1/1",
    "/api/identify?lon=HOLE&lat=1&zoom=1",
    "/api/identify?lon=105&lat=10&zoom=12&layers=HOLE",
    "/api/search?q=HOLE",
    "/km?q=HOLE",
    "/km?lat=HOLE&lon=105",
    "/km?lat=10.86&lon=105.76&accuracy=HOLE",
    "/km/map.js?q=HOLE",
    "/api/locate?q=HOLE",
    "/api/position?lat=1&lon=HOLE",
]


@pytest.mark.parametrize("attack", [SCRIPT, '"><script>alert(1)</script>', "'onload=alert(1) x='"])
@pytest.mark.parametrize("address", HOLES)
def test_what_is_typed_comes_back_as_text(
    small: FlaskClient, addressed: Fill, address: str, attack: str
) -> None:
    answer = small.get(addressed(address).replace("HOLE", quote(attack, safe="")))
    assert answer.status_code in (200, 400, 404)
    content = answer.get_data(as_text=True)
    if answer.mimetype == "text/html":
        assert "<script>alert" not in content
        assert read_page(content).problems == []
    else:
        assert answer.mimetype in ("application/json", "text/javascript")
        assert "<script>alert" not in content or answer.mimetype == "application/json"


def test_a_path_of_two_slashes_makes_no_link_to_another_host(small: FlaskClient) -> None:
    answer = small.get("//evil.example/x", base_url="http://localhost")
    assert "//evil.example" not in answer.get_data(as_text=True).replace("http://localhost", "")


def test_scripts_in_titles_and_names_are_shown_as_text(
    small_workspace: MakeWorkspace, client_of: MakeClient, tmp_path: Path
) -> None:
    ws = small_workspace()
    path = ws.settings.root / "layers" / "wells.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Giếng"', f'"{SCRIPT} & giếng"'), encoding="utf-8")
    place = {"type": "Point", "coordinates": [105.76, 10.86]}
    named = {"well_code": "W1", "name": SCRIPT}
    row = {"type": "Feature", "properties": named, "geometry": place}
    delivered = tmp_path / "wells.geojson"
    delivered.write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    import_file(ws, delivered, "wells")
    client = client_of(ws)
    for address in ("/", "/map/water", "/layers", "/layers/wells", "/search?q=alert"):
        page = client.get(f"{address}{'&' if '?' in address else '?'}lang=vi")
        content = page.get_data(as_text=True)
        assert page.status_code == 200
        assert "<script>alert" not in content
        assert read_page(content).problems == []
    assert "&lt;script&gt;alert" in client.get("/layers/wells").get_data(as_text=True)
    for theme in ("", "?layer=wells"):
        assert "</script>" not in client.get(f"/map.js{theme}").get_data(as_text=True)
    for address in (f"/api/identify?{PLACE}&layers=wells", "/api/search?q=alert"):
        answer = client.get(address)
        assert SCRIPT in json.dumps(answer.get_json())
        assert answer.mimetype == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    sent = client.get("/layers/wells/download?format=csv").headers["Content-Disposition"]
    assert sent == "attachment; filename=wells.csv"


def test_a_damaged_record_of_publication_leaves_the_generation_before_served(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    assert client.get("/layers/wells").status_code == 200
    (ws.settings.store_folder / PUBLISHED).write_text('{"generation": 2, "vers', encoding="utf-8")
    assert "W5" in client.get("/layers/wells").get_data(as_text=True)
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.get_json()["problems"] == ["published.json"]
