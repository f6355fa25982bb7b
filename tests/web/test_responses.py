"""What every answer carries: security headers, caching by version, compression."""

import gzip
import re

import pytest
from asking import MakeClient, MakeWorkspace
from flask import Flask
from flask.testing import FlaskClient

from geo_app.storage.basemaps import add_basemap
from geo_app.web import create_app
from geo_app.workspace import Workspace

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
A_YEAR = 365 * 24 * 3600
GZIP = {"Accept-Encoding": "gzip, br"}
ANSWERS = [
    ("/", 200),
    ("/map/land", 200),
    ("/map.js", 200),
    ("/layers", 200),
    ("/layers/", 302),
    ("/healthz", 200),
    ("/api/search?q=hoa", 200),
    ("/layers/wells/download?format=csv", 200),
    ("/nothing", 404),
    ("/layers/bunkers/download?format=csv", 404),
    ("/api/identify", 400),
    ("/layers?lang=xx", 400),
]


def map_script(client: FlaskClient, page: str = "/") -> str:
    """Return the address of the script of the map on `page`."""
    found = re.search(r'src="(/map\.js[^"]*)"', client.get(page).get_data(as_text=True))
    assert found
    return found[1].replace("&amp;", "&")


def display_address(ws: Workspace, layer: str, name: str) -> str:
    return f"/data/{layer}/{ws.published.versions[layer]}/{name}"


@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_every_answer_carries_the_policy(small: FlaskClient, address: str, status: int) -> None:
    answer = small.get(address)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_an_answer_to_a_failure_nobody_foresaw_carries_the_policy_too(
    small_province: Workspace,
) -> None:
    app = create_app(small_province.settings)
    app.add_url_rule("/boom", view_func=lambda: str(1 / 0))
    answer = app.test_client().get("/boom?lang=en")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "server&#39;s log" in answer.get_data(as_text=True)
    assert "ZeroDivision" not in answer.get_data(as_text=True)


def test_a_wrong_method_is_told_which_one_is_right(small: FlaskClient) -> None:
    answer = small.post("/layers")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_pictures_of_a_registered_background_are_let_in(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    address = "https://tiles.example.org/{z}/{x}/{y}.png"
    add_basemap(ws.settings.store_folder, address, title="Nền")
    policy = client_of(ws).get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://tiles.example.org;" in policy


def test_a_background_added_gives_the_map_another_script(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    before = map_script(client)
    add_basemap(ws.settings.store_folder, "https://a.example.org/{z}/{x}/{y}.png", title="Nền")
    after = map_script(client)
    assert before != after
    assert "a.example.org" in client.get(after).get_data(as_text=True)


def test_versioned_addresses_are_kept_for_ever(
    small: FlaskClient, small_province: Workspace
) -> None:
    page = small.get("/").get_data(as_text=True)
    versioned = [
        map_script(small),
        display_address(small_province, "wells", "public.geojson"),
        display_address(small_province, "cover", "public-overview.pmtiles"),
        *re.findall(r'(?:src|href)="(/assets/[^"]*)"', page),
    ]
    assert len(versioned) > 10
    for address in versioned:
        answer = small.get(address)
        assert answer.status_code == 200
        caching = answer.cache_control
        assert (caching.public, caching.immutable, caching.max_age) == (True, True, A_YEAR)
        assert answer.headers["ETag"]


@pytest.mark.parametrize("address", ["/", "/layers", "/map.js", "/map.js?digest=0123456789ab"])
def test_what_no_version_names_is_not_kept_for_ever(small: FlaskClient, address: str) -> None:
    assert not small.get(address).cache_control.immutable


def test_assets_of_an_old_address_are_answered_but_not_kept(small: FlaskClient) -> None:
    answer = small.get("/assets/0123456789ab/pages/pages.css")
    assert answer.status_code == 200
    assert not answer.cache_control.immutable


def test_the_script_of_a_map_is_the_same_from_call_to_call_and_server_to_server(
    small_app: Flask, small_province: Workspace
) -> None:
    other = create_app(small_province.settings).test_client()
    one = small_app.test_client()
    for page in ("/", "/map/water", "/layers/wells"):
        address = map_script(one, page)
        assert address == map_script(other, page)
        first = one.get(address)
        assert first.data == one.get(address).data == other.get(address).data
        again = one.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_text_is_compressed_for_those_who_can_read_it(small: FlaskClient) -> None:
    for address in ("/", "/layers", "/plan", map_script(small), "/api/search?q=a"):
        packed, plain = small.get(address, headers=GZIP), small.get(address)
        assert packed.content_encoding == "gzip"
        assert plain.content_encoding is None
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) == packed.content_length < len(plain.data)
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_reader_who_refuses_gzip_gets_none(small: FlaskClient) -> None:
    assert small.get("/", headers={"Accept-Encoding": "gzip;q=0"}).content_encoding is None


def test_features_are_sent_as_they_were_compressed_when_published(
    small: FlaskClient, small_province: Workspace
) -> None:
    address = display_address(small_province, "wells", "public.geojson")
    packed, plain = small.get(address, headers=GZIP), small.get(address)
    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.mimetype == "application/geo+json"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    same = small.get(address, headers={**GZIP, "If-None-Match": packed.headers["ETag"]})
    assert same.status_code == 304


def test_tiles_are_sent_in_ranges(small: FlaskClient, small_province: Workspace) -> None:
    address = display_address(small_province, "cover", "public-overview.pmtiles")
    whole = small.get(address, headers=GZIP)
    assert whole.content_encoding is None
    part = small.get(address, headers={"Range": "bytes=0-6", **GZIP})
    assert part.status_code == 206
    assert part.data == b"PMTiles"
    assert part.headers["Content-Range"] == f"bytes 0-6/{len(whole.data)}"
    assert part.headers["Content-Security-Policy"] == POLICY
    beyond = small.get(address, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"
