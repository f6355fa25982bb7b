"""Identify and search as the map's scripts read them."""

from typing import Any
from urllib.parse import quote

import pytest
from asking import MakeClient
from flask.testing import FlaskClient

import geopandas as gpd
from pyproj import Transformer

from geo_app.workspace import Workspace

HIT_KEYS = {
    *("layer", "title", "marks", "date", "feature", "approximate", "rows", "geometry", "page"),
}
RESULT_KEYS = {"kind", "title", "context", "layer", "lon", "lat", "bounds", "url", "sheet"}


def identify(client: FlaskClient, query: str) -> Any:
    answer = client.get(f"/api/identify?{query}")
    assert answer.status_code == 200
    return answer.get_json()


def search(client: FlaskClient, text: str, language: str = "vi") -> Any:
    return client.get(f"/api/search?q={quote(text)}&lang={language}").get_json()["results"]


@pytest.fixture(scope="session")
def here(small_province: Workspace) -> str:
    """The address of the first well, from its own geometry."""
    wells = small_province.read("wells")
    assert isinstance(wells, gpd.GeoDataFrame)
    point = wells.to_crs("EPSG:4326").geometry.iloc[0]
    return f"lon={point.x}&lat={point.y}&zoom=14"


def test_a_hit_in_vietnamese(small: FlaskClient, small_province: Workspace, here: str) -> None:
    answer = identify(small, f"{here}&layers=wells&lang=vi")
    assert set(answer) == {"hits", "place", "limit_reached"}
    (hit,) = answer["hits"]
    assert set(hit) == HIT_KEYS
    assert hit["layer"] == "wells"
    assert hit["title"] == "Giếng"
    assert hit["feature"] == "Giếng Ăn"
    assert hit["date"] == "2026-01-01"
    assert hit["approximate"] is False
    assert [mark["id"] for mark in hit["marks"]] == ["synthetic", "unverified"]
    assert hit["marks"][1]["title"] == "chưa kiểm chứng"
    assert hit["rows"] == [
        {"title": "Mã giếng", "value": "W1", "unit": ""},
        {"title": "Loại", "value": "Tốt", "unit": ""},
        {"title": "Sâu", "value": "12,5", "unit": "m"},
        {"title": "Số người dùng", "value": "120", "unit": "người"},
        {"title": "Dùng được", "value": "có", "unit": ""},
        {"title": "Ngày đào", "value": "31/12/1999", "unit": ""},
    ]
    assert hit["geometry"]["type"] == "Point"


def test_the_same_hit_in_english(small: FlaskClient, here: str) -> None:
    (hit,) = identify(small, f"{here}&layers=wells&lang=en")["hits"]
    assert hit["title"] == "Wells"
    assert [(row["title"], row["value"], row["unit"]) for row in hit["rows"]] == [
        ("Well code", "W1", ""),
        ("Grade", "Good", ""),
        ("Depth", "12.5", "m"),
        ("Users", "120", "people"),
        ("Working", "yes", ""),
        ("Day dug", "31 Dec 1999", ""),
    ]


def test_the_place_is_told_in_degrees_and_metres(small: FlaskClient, here: str) -> None:
    place = identify(small, here)["place"]
    assert set(place) == {"lon", "lat", "e_m", "n_m", "crs"}
    assert (place["e_m"], place["n_m"], place["crs"]) == (501_000.0, 1_201_000.0, "EPSG:9210")


def test_the_page_of_a_hit_is_its_sheet(small: FlaskClient, here: str) -> None:
    (hit,) = identify(small, f"{here}&layers=wells")["hits"]
    assert hit["page"] == "/sheets/wells/W1"
    sheet = small.get(hit["page"]).get_data(as_text=True)
    assert "<h1>Giếng Ăn</h1>" in sheet
    row = small.get("/layers/wells?f.well_code.is=W1").get_data(as_text=True)
    assert "<td >W1</td>" in row
    assert "<td >W2</td>" not in row


def test_the_topmost_layer_comes_first_and_a_raster_tells_its_class(
    small: FlaskClient, small_province: Workspace
) -> None:
    # the south-west cell that has data: class 1, in commune 01, 40 m from well W1
    query = "layers=communes,cover,wells&lang=en"
    cell = _degrees(small_province, 1_020, 2_280)
    hits = identify(small, f"{cell}&zoom=14&{query}")["hits"]
    assert [hit["layer"] for hit in hits] == ["communes", "cover"]
    assert hits[1]["rows"] == [{"title": "Class", "value": "Forest", "unit": ""}]
    assert hits[1]["geometry"] is None
    assert hits[1]["page"] == "/layers/cover"


@pytest.mark.slow
def test_a_class_c_feature_is_approximate(province: Workspace, atlas: FlaskClient) -> None:
    layer = next(
        layer
        for layer in province.layers
        if layer.accuracy and layer.geometry == "point" and layer.id in province.versions
        if (province.read(layer.id)[layer.accuracy] == "C").any()
    )
    classed = province.read(layer.id)
    assert isinstance(classed, gpd.GeoDataFrame)
    frame = classed.to_crs("EPSG:4326")
    for accuracy, approximate in (("C", True), ("B", False), ("A", False)):
        for point in frame.geometry[frame[layer.accuracy] == accuracy][:1]:
            query = f"lon={point.x}&lat={point.y}&zoom=19&layers={layer.id}"
            assert identify(atlas, query)["hits"][0]["approximate"] is approximate


@pytest.mark.parametrize("typed", ["Hòa Bình", "hoa binh", "HÒA BÌNH", "xã hoà bình"])
def test_search_finds_a_unit_with_or_without_accents(small: FlaskClient, typed: str) -> None:
    found = search(small, typed)
    assert all(set(result) == RESULT_KEYS for result in found)
    first = found[0]
    assert (first["kind"], first["title"], first["context"]) == ("unit", "Hòa Bình", "Huyện Bắc")
    assert first["layer"] == "communes"
    west, south, east, north = first["bounds"]
    assert west < first["lon"] < east
    assert south < first["lat"] < north
    assert first["url"] is None


def test_search_finds_an_old_unit_where_the_new_one_lies(small: FlaskClient) -> None:
    old, new = search(small, "Đồng Mỏ")[0], search(small, "Hòa Bình")[0]
    assert old["layer"] == "old_units"
    assert old["bounds"] == new["bounds"]


def test_search_finds_the_tasks_of_a_road_and_leads_to_its_kilometres(
    province: Workspace, client_of: MakeClient
) -> None:
    client = client_of(province)
    found = search(client, "QL4B")
    assert {"Quốc lộ 4B đoạn Km18 – Km80"} <= {r["title"] for r in found if r["kind"] == "project"}
    page = client.get("/search?q=QL4B+Km18%2B300&lang=vi").get_data(as_text=True)
    assert 'href="/km?q=QL4B+Km18%2B300&amp;lang=vi"' in page
    assert "/km?q=" not in client.get("/search?q=QL4B&lang=vi").get_data(as_text=True)


def test_search_finds_layers_and_projects_in_the_language_asked(small: FlaskClient) -> None:
    layer = search(small, "Wells", "en")[0]
    assert (layer["kind"], layer["title"], layer["url"]) == ("layer", "Wells", "/layers/wells")
    project = next(r for r in search(small, "well programme", "en") if r["kind"] == "project")
    assert project["title"] == "Hòa Bình well programme"
    assert project["url"] == "/plan/projects/well_programme"
    assert "<h1>Hòa Bình well programme</h1>" in small.get(f"{project['url']}?lang=en").get_data(
        as_text=True
    )


def test_the_page_of_results_needs_no_script(small: FlaskClient) -> None:
    page = small.get("/search?q=gieng&lang=vi").get_data(as_text=True)
    assert "Giếng Đá" in page
    assert 'href="/#map=12/10.86' in page
    assert "địa danh" in page


def _degrees(ws: Workspace, east_m: float, north_m: float) -> str:
    to_lonlat = Transformer.from_crs(ws.settings.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_lonlat.transform(500_000 + east_m, 1_200_000 + north_m)
    return f"lon={lon}&lat={lat}"
