"""The reader's language: in the address, else the cookie, else the browser, else Vietnamese."""

import pytest
from flask.testing import FlaskClient
from page_reader import read_page

ENGLISH_BROWSER = {"Accept-Language": "en-GB,en;q=0.9,vi;q=0.5"}


def language_of(client: FlaskClient, address: str, **headers: str) -> str | None:
    return read_page(client.get(address, headers=headers).get_data(as_text=True)).lang


def test_vietnamese_unless_told_otherwise(small: FlaskClient) -> None:
    assert language_of(small, "/layers") == "vi"
    assert language_of(small, "/layers", **{"Accept-Language": "fr"}) == "vi"


def test_the_browser_before_vietnamese(small: FlaskClient) -> None:
    assert language_of(small, "/layers", **ENGLISH_BROWSER) == "en"


def test_the_cookie_before_the_browser(small: FlaskClient) -> None:
    small.set_cookie("lang", "vi")
    assert language_of(small, "/layers", **ENGLISH_BROWSER) == "vi"


def test_the_address_before_the_cookie(small: FlaskClient) -> None:
    small.set_cookie("lang", "vi")
    assert language_of(small, "/layers?lang=en") == "en"


def test_an_unknown_language_in_the_cookie_is_passed_over(small: FlaskClient) -> None:
    small.set_cookie("lang", "<script>")
    assert language_of(small, "/layers", **ENGLISH_BROWSER) == "en"


def test_a_language_asked_for_is_remembered(small: FlaskClient) -> None:
    small.get("/layers?lang=en")
    assert language_of(small, "/plan") == "en"


@pytest.mark.parametrize("address", ["/layers", "/map.js?lang=en", "/api/search?q=a&lang=en"])
def test_no_cookie_unless_a_page_was_asked_for_in_a_language(
    small: FlaskClient, address: str
) -> None:
    answer = small.get(address, headers=ENGLISH_BROWSER)
    assert "Set-Cookie" not in answer.headers


def test_an_unknown_language_in_the_address_is_refused(small: FlaskClient) -> None:
    answer = small.get("/layers?lang=xx")
    assert answer.status_code == 400
    assert "expected one of vi, en" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
