"""What an anonymous reader may not see is in no answer: no layer, no field, no place."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient

from geo_app.intake.delivery import Delivery, import_file
from geo_app.workspace import Workspace

HIDDEN = ("surveys", "bunkers")
SECRETS = ("Bí mật", "B\\u00ed m\\u1eadt", "X1", "0205-", "105.78838", "10.88737")
"""Names, keys and telephone numbers of hidden rows, and where the two hidden points lie."""


def pages(ws: Workspace) -> list[str]:
    """Return every address that might tell something of a hidden layer or field."""
    hidden = ",".join(HIDDEN)
    addresses = ["/", "/map/water", "/layers", "/plan", "/map.js", "/map.js?theme=water"]
    addresses += [f"/map.js?layer={layer}" for layer in (*HIDDEN, "wells")]
    addresses += [f"/layers/{layer}" for layer in (*HIDDEN, "wells")]
    addresses += [f"/{way}?q={quote(text)}" for way in ("search", "api/search") for text in QUERIES]
    addresses.append(f"/api/identify?lon=105.7884&lat=10.8874&zoom=12&layers={hidden},wells")
    for layer in (*HIDDEN, "wells"):
        version = ws.published.versions[layer]
        names = ("public.geojson", "staff.geojson", "restricted.geojson", "public.geojson.gz")
        addresses += [f"/data/{layer}/{version}/{name}" for name in names]
        formats = ("csv", "geojson", "kml")
        addresses += [f"/layers/{layer}/download?format={each}" for each in formats]
    return addresses


QUERIES = ("Bí mật", "bi mat", "Hầm", "Khảo sát", "bunkers", "0205", "X1")


def test_nothing_hidden_is_in_any_answer(small: FlaskClient, small_province: Workspace) -> None:
    leaks = [
        (address, secret)
        for address in pages(small_province)
        for secret in SECRETS
        if secret in small.get(address).get_data(as_text=True).replace(address, "")
        and f"q={quote(secret)}" not in address
    ]
    assert leaks == []


@pytest.mark.parametrize("layer", HIDDEN)
def test_a_hidden_layer_is_listed_with_its_title_and_nothing_else(
    small: FlaskClient, layer: str
) -> None:
    answer = small.get(f"/layers/{layer}?lang=en")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert {"surveys": "staff only", "bunkers": "restricted"}[layer] in page
    for part in ('id="table"', 'id="versions"', "download", "map.js", "bịa cho thử nghiệm"):
        assert part not in page


@pytest.mark.parametrize("layer", HIDDEN)
def test_files_of_a_hidden_layer_do_not_exist_for_a_stranger(
    small: FlaskClient, small_province: Workspace, layer: str
) -> None:
    version = small_province.published.versions[layer]
    shown = small_province.store.version(layer, version).display.values()
    names = ["public.geojson", "staff.geojson", *(manifest["file"] for manifest in shown)]
    addresses = [f"/data/{layer}/{version}/{name}" for name in names]
    for address in (f"/layers/{layer}/download?format=csv", *addresses):
        answer = small.get(address)
        assert answer.status_code == 404
        assert answer.get_data(as_text=True).count(layer) <= address.count(layer)


def test_identify_passes_over_hidden_layers(small: FlaskClient) -> None:
    answer = small.get("/api/identify?lon=105.7884&lat=10.8874&zoom=12&layers=surveys,bunkers")
    assert (answer.status_code, answer.get_json()["hits"]) == (200, [])


def test_a_hidden_field_can_neither_be_sorted_nor_filtered_by_nor_is_it_named(
    small: FlaskClient,
) -> None:
    for query in ("sort=phone", "f.phone=0205", "f.phone.from=1", "f.phone.to=1"):
        answer = small.get(f"/layers/wells?{query}")
        absent = small.get(f"/layers/wells?{query.replace('phone', 'phony')}")
        assert answer.status_code == absent.status_code == 404
        told = answer.get_data(as_text=True).replace("phone", "phony")
        assert told == absent.get_data(as_text=True), "as if there were no such field"


def test_a_hidden_field_is_in_no_table_hit_or_file(small: FlaskClient) -> None:
    page = small.get("/layers/wells").get_data(as_text=True)
    assert "phone" not in page
    assert "Điện thoại" not in page
    hit = small.get("/api/identify?lon=105.7609&lat=10.8603&zoom=12&layers=wells").get_json()[
        "hits"
    ][0]
    assert "Điện thoại" not in {row["title"] for row in hit["rows"]}
    for format_ in ("csv", "geojson", "kml"):
        content = small.get(f"/layers/wells/download?format={format_}").get_data(as_text=True)
        assert "Giếng" in content
        assert "phone" not in content


def test_a_layer_closed_later_is_closed_at_once_for_files_made_before(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    address = f"/data/roads/{ws.published.versions['roads']}/public.geojson"
    client = client_of(ws)
    assert client.get(address).status_code == 200
    assert client.get("/layers/roads/download?format=csv").status_code == 200
    path = ws.settings.root / "layers" / "roads.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("order = 40", 'order = 40\naccess = "staff"'), encoding="utf-8")
    restarted = client_of(ws)
    assert restarted.get(address).status_code == 404
    assert restarted.get("/layers/roads/download?format=csv").status_code == 404


def test_a_field_closed_later_is_closed_at_once_in_files_made_before(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    address = f"/data/roads/{ws.published.versions['roads']}/public.geojson"
    assert "Đường" in client_of(ws).get(address).get_data(as_text=True)
    path = ws.settings.root / "layers" / "roads.toml"
    text = path.read_text(encoding="utf-8")
    closed = text.replace("[fields.name]\n", '[fields.name]\naccess = "staff"\n')
    assert closed != text
    path.write_text(closed, encoding="utf-8")
    restarted = client_of(ws)
    assert restarted.get(address).status_code == 404
    assert address not in restarted.get("/map.js").get_data(as_text=True)


@pytest.mark.slow
def test_the_patrol_road_has_a_title_and_a_badge_and_never_a_place(
    atlas: FlaskClient, province: Workspace
) -> None:
    assert province.catalogue.layer("patrol_road").access == "restricted"
    page = atlas.get("/layers/patrol_road?lang=en").get_data(as_text=True)
    assert "restricted" in page
    assert "map.js" not in page
    assert 'href="/layers/patrol_road"' in atlas.get("/layers").get_data(as_text=True)
    task = atlas.get("/plan/projects/dtbg_gd2?lang=en").get_data(as_text=True)
    assert "the geometry is restricted" in task
    assert "map.js" not in task
    assert '"patrol_road"' not in atlas.get("/map.js").get_data(as_text=True)


def test_a_restricted_layer_that_was_delivered_stays_closed(
    small_workspace: MakeWorkspace, client_of: MakeClient, tmp_path: Path
) -> None:
    ws = small_workspace()
    place = {"type": "Point", "coordinates": [105.8123, 10.9345]}
    row = {"type": "Feature", "properties": {"code": "X9", "name": "Kín"}, "geometry": place}
    path = tmp_path / "bunkers.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [row]}), encoding="utf-8")
    import_file(ws, path, "bunkers", delivery=Delivery(source="Bộ Chỉ huy", restricted=True))
    client = client_of(replace(ws))
    for address in ("/layers/bunkers", "/layers", "/", "/map.js", "/api/search?q=kin"):
        content = client.get(address).get_data(as_text=True)
        assert "Kín" not in content
        assert "Bộ Chỉ huy" not in content
        assert "105.8123" not in content
