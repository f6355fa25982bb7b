"""Sheets of features as pages and for programs: what a stranger is told, and what is not there."""

import pytest
from flask.testing import FlaskClient
from page_reader import read_page


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", ["wells/W1", "wells/W4", "communes/01", "roads/R1"])
def test_a_sheet_is_well_made(small: FlaskClient, path: str, language: str) -> None:
    answer = small.get(f"/sheets/{path}?lang={language}")
    assert answer.status_code == 200
    assert read_page(answer.get_data(as_text=True)).problems == []


def test_what_is_not_known_is_named(small: FlaskClient) -> None:
    page = small.get("/sheets/wells/W3?lang=en").get_data(as_text=True)
    assert "Not known yet" in page
    assert "Users" in page.split("Not known yet")[1].split("</dd>")[0]


def test_what_is_for_staff_is_neither_told_nor_named(small: FlaskClient) -> None:
    page = small.get("/sheets/wells/W1").get_data(as_text=True)
    assert "0205" not in page
    told = small.get("/api/sheets/wells/W1").get_json()
    assert "phone" not in told["values"]
    assert "phone" not in told["unknown"]


@pytest.mark.parametrize(
    "path", ["wells/W9", "surveys/X1", "bunkers/X1", "cover/1", "old_units/1", "nowhere/1"]
)
def test_there_are_no_other_sheets(small: FlaskClient, path: str) -> None:
    assert small.get(f"/sheets/{path}").status_code == 404
    assert small.get(f"/api/sheets/{path}").status_code == 404


def test_page_and_program_are_told_the_same_area(small: FlaskClient) -> None:
    assert small.get("/api/sheets/communes/01").get_json()["drawn_ha"] == 2_500
    assert "2.500 ha" in small.get("/sheets/communes/01?lang=vi").get_data(as_text=True)


def test_an_area_leads_to_its_site_check(small: FlaskClient) -> None:
    assert "/check?site=POLYGON" in small.get("/sheets/communes/01").get_data(as_text=True)
    assert "/check?site=" not in small.get("/sheets/wells/W1").get_data(as_text=True)


def test_the_map_of_a_sheet_is_sent_for_its_generation(small: FlaskClient) -> None:
    page = small.get("/sheets/wells/W1").get_data(as_text=True)
    address = next(each for each in read_page(page).addresses if "/sheets/map.js" in each)
    answer = small.get(address)
    assert answer.mimetype == "text/javascript"
    assert "Giếng Ăn" in answer.get_data(as_text=True)
    assert answer.cache_control.immutable
