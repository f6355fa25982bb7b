"""The pages follow what is published, in the same running application."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient

from geo_app.domain.version import Version
from geo_app.intake.delivery import Delivery, import_file
from geo_app.storage.store import FileStore
from geo_app.workspace import Workspace
from geo_app.workspace.publishing import rollback

ROADS: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"section_code": "N1", "name": "Đường Mới", "grade": "IV"},
            "geometry": {"type": "LineString", "coordinates": [[105.77, 10.87], [105.78, 10.88]]},
        }
    ],
}
ON_THE_ROAD = "/api/identify?lon=105.77&lat=10.87&zoom=16&layers=roads&lang=en"


def import_roads(ws: Workspace, folder: Path) -> None:
    path = folder / "roads.geojson"
    path.write_text(json.dumps(ROADS), encoding="utf-8")
    import_file(ws, path, "roads", delivery=Delivery(source="Sở Xây dựng"))


def script_of(client: FlaskClient) -> str:
    page = client.get("/?lang=en").get_data(as_text=True)
    (address,) = re.findall(r'src="(/map\.js[^"]*)"', page)
    return str(address).replace("&amp;", "&")


def answer_of(client: FlaskClient, address: str) -> Any:
    return client.get(address).get_json()


def readiness_of(client: FlaskClient, layer: str) -> str:
    page = client.get("/layers?lang=en").get_data(as_text=True)
    row = next(part for part in page.split("<tr>") if f'href="/layers/{layer}"' in part)
    return re.sub(r"<[^>]*>", " ", row)


def test_badges_go_with_an_import_and_come_back_with_a_rollback(
    small_workspace: MakeWorkspace, client_of: MakeClient, tmp_path: Path
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    sample = script_of(client)
    assert "synthetic" in readiness_of(client, "roads")
    assert answer_of(client, ON_THE_ROAD)["hits"] == []

    import_roads(ws, tmp_path)
    assert "real data" in readiness_of(client, "roads")
    assert "synthetic" not in readiness_of(client, "roads")
    page = client.get("/layers/roads?lang=en").get_data(as_text=True)
    assert "Sở Xây dựng" in page
    assert "Đường Mới" in page
    assert "badge-synthetic" not in page.partition('id="versions"')[0]
    (hit,) = answer_of(client, ON_THE_ROAD)["hits"]
    assert (hit["feature"], hit["marks"]) == ("Đường Mới", [])
    assert answer_of(client, "/api/search?q=duong moi")["results"][0]["title"] == "Đường Mới"

    rollback(ws.latest(), "roads")
    assert "synthetic" in readiness_of(client, "roads")
    assert answer_of(client, ON_THE_ROAD)["hits"] == []
    assert answer_of(client, "/api/search?q=duong moi")["results"] == []
    assert script_of(client).partition("digest")[2] == sample.partition("digest")[2]


def test_a_page_opened_before_still_gets_the_generation_it_names(
    small_workspace: MakeWorkspace, client_of: MakeClient, tmp_path: Path
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    address = script_of(client)
    before = client.get(address)
    import_roads(ws, tmp_path)
    assert script_of(client) != address
    after = client.get(address)
    assert after.data == before.data
    assert after.cache_control.immutable
    drawn = re.findall(r'"(/data/roads/[^"]*)"', before.get_data(as_text=True))
    assert drawn
    assert [client.get(each).status_code for each in drawn] == [200]


def test_the_page_does_not_grow_with_the_features(
    small_workspace: MakeWorkspace, client_of: MakeClient, tmp_path: Path
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    before = client.get("/").data
    feature = ROADS["features"][0]
    many = [
        {**feature, "properties": {**feature["properties"], "section_code": f"N{number}"}}
        for number in range(1_500)
    ]
    path = tmp_path / "many.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": many}))
    import_file(ws, path, "roads")
    after = client.get("/").data
    assert before != after
    assert len(before) == len(after)


def test_one_request_sees_one_generation_and_nothing_is_read_twice(
    small_workspace: MakeWorkspace, client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    client.get("/layers")
    read = []
    original = FileStore.version

    def counted(store: FileStore, layer: str, version: str) -> Version:
        read.append(layer)
        return original(store, layer, version)

    monkeypatch.setattr(FileStore, "version", counted)
    client.get("/layers")
    client.get("/")
    assert read == []
