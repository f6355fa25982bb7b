"""Which layers are real, illustrative or awaited."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from geo_app.domain.version import Version
from geo_app.errors import UnknownError
from geo_app.storage.store import FEATURES, META, RASTER
from geo_app.workspace import Workspace
from geo_app.workspace.readiness import layer_readiness, readiness, unhealthy, version_rows

MakeWorkspace = Callable[..., Workspace]
PublishFrame = Callable[[Workspace, str, pd.DataFrame], Version]

ROW_KEYS = [
    "id",
    "title",
    "title_en",
    "theme",
    "family",
    "geometry",
    "crs",
    "access",
    "state",
    "readiness",
    "marks",
    "owner",
    "date",
    "version",
    "count",
    "load",
]


def states(ws: Workspace) -> dict[str, str]:
    return {row.layer.id: row.state for row in readiness(ws)}


def test_before_and_after_the_build(
    small_workspace: MakeWorkspace, small_province: Workspace
) -> None:
    before = states(small_workspace(published=False))
    assert before.pop("schools") == "awaited"
    assert set(before.values()) == {"not_built"}
    after = states(small_province)
    assert after.pop("schools") == "awaited"
    assert set(after.values()) == {"illustrative"}


def test_delivered_data_is_real_until_rolled_back(
    small_workspace: MakeWorkspace, publish_frame: PublishFrame
) -> None:
    ws = small_workspace()
    publish_frame(ws, "wells", ws.read("wells").head(2))
    ready = layer_readiness(ws.latest(), ws.catalogue.layer("wells"))
    assert ready.state == "real"
    assert ready.date == date(2026, 6, 1)
    assert ready.to_json()["count"] == 2
    assert ready.to_json()["marks"] == []
    assert layer_readiness(ws, ws.catalogue.layer("wells")).state == "illustrative"


def test_a_row(small_province: Workspace) -> None:
    rows = {row.layer.id: row.to_json() for row in readiness(small_province)}
    assert [list(row) for row in rows.values()] == [ROW_KEYS] * 9
    assert rows["communes"] | {"version": ""} == {
        "id": "communes",
        "title": "Xã, phường",
        "title_en": "Communes and wards",
        "theme": "land",
        "family": "admin_units",
        "geometry": "polygon",
        "crs": "EPSG:9210",
        "access": "public",
        "state": "present",
        "readiness": "illustrative",
        "marks": ["schematic", "unverified"],
        "owner": "so_nv",
        "date": "2025-07-01",
        "version": "",
        "count": 4,
        "load": "geo-app import FILE.gpkg --layer communes",
    }
    schools = rows["schools"]
    assert [schools[key] for key in ("date", "version", "count", "marks")] == [None, None, None, []]
    assert rows["cover"]["load"] == "geo-app import FILE.tif --layer cover"


def test_versions(small_workspace: MakeWorkspace, publish_frame: PublishFrame) -> None:
    ws = small_workspace()
    sample = ws.published.versions["wells"]
    delivered = publish_frame(ws, "wells", ws.read("wells").head(2)).id
    rows = version_rows(ws.latest(), "wells")
    assert [(row["id"], row["served"], row["kind"], row["count"]) for row in rows] == [
        (sample, False, "sample", 5),
        (delivered, True, "import", 2),
    ]
    assert rows[0]["marks"] == ["synthetic", "unverified"]
    assert rows[0]["source"] == "bịa cho thử nghiệm"
    assert rows[0]["file"] == "wells.shp"
    assert version_rows(ws, "schools") == []
    with pytest.raises(UnknownError, match="there is no layer 'x'"):
        version_rows(ws, "x")


def test_a_healthy_store(small_province: Workspace) -> None:
    assert unhealthy(small_province) == {}


@pytest.mark.parametrize(
    ("layer", "name", "words"),
    [("wells", FEATURES, "damaged"), ("wells", META, "damaged"), ("cover", RASTER, "damaged")],
)
def test_what_does_not_open_is_named(
    small_workspace: MakeWorkspace, layer: str, name: str, words: str
) -> None:
    ws = small_workspace()
    path = ws.folder(layer, ws.published.versions[layer]) / name
    path.write_bytes(path.read_bytes()[:50])
    problems = unhealthy(ws)
    assert list(problems) == [layer]
    assert name in problems[layer]
    assert words in problems[layer]


def test_a_version_whose_folder_is_gone(small_workspace: MakeWorkspace) -> None:
    ws = small_workspace()
    gone = replace(ws.published, versions={**ws.published.versions, "wells": "gone"})
    problems = unhealthy(replace(ws, published=gone))
    assert "there is no version 'gone'" in problems["wells"]
