"""The page of a version: where it comes from, how it was treated, what was found."""

from collections.abc import Callable
from pathlib import Path

import pytest
from asking import MakeClient

import geopandas as gpd
from shapely import box

from geo_app.intake.delivery import Delivery, import_file
from geo_app.workspace import Workspace

EVIL = "<script>alert(1)</script>"


def deliver(ws: Workspace, path: Path, names: tuple[str, ...]) -> str:
    shapes = [box(500_000 + 2_000 * k, 1_200_000, 501_000 + 2_000 * k, 1_201_000) for k in range(2)]
    columns = {"ma_xa": ["1", "2"], "name": list(names), "kind": "xa", EVIL: "x"}
    columns |= {"area_km2": [1.0, 2.0]}
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:9210").to_file(path)
    said = Delivery(source=EVIL, decision="7/QĐ-UBND")
    return import_file(ws, path, "communes", delivery=said).id


@pytest.fixture
def version(small_workspace: Callable[..., Workspace], tmp_path: Path) -> tuple[Workspace, str]:
    ws = small_workspace()
    deliver(ws, tmp_path / "a.gpkg", ("A", "B"))
    return ws.latest(), deliver(ws.latest(), tmp_path / "b.gpkg", ("A", "C"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_of_it(version: tuple[Workspace, str], client_of: MakeClient, language: str) -> None:
    ws, newest = version
    client = client_of(ws.latest())
    layer = client.get(f"/layers/communes?lang={language}").get_data(as_text=True)
    assert f"/layers/communes/versions/{newest}" in layer
    page = client.get(f"/layers/communes/versions/{newest}?lang={language}").get_data(as_text=True)
    assert "7/QĐ-UBND" in page
    assert "b.gpkg" in page
    assert "ma_xa → <code>commune_code</code>" in page
    assert "area_disagrees" in page
    assert {"vi": "thay đổi: 1", "en": "changed: 1"}[language] in page
    assert {"vi": "Cảnh báo", "en": "Warning"}[language] in page
    assert EVIL not in page
    assert page.count("&lt;script&gt;") >= 2


def test_what_is_not_there(version: tuple[Workspace, str], client_of: MakeClient) -> None:
    client = client_of(version[0].latest())
    for address in ("communes/versions/x", "nowhere/versions/x", "communes/versions/..%2F.."):
        assert client.get(f"/layers/{address}").status_code == 404


def test_what_a_stranger_may_not_see(small_province: Workspace, client_of: MakeClient) -> None:
    client = client_of(small_province)
    closed = [
        f"/layers/{name}/versions/{version}"
        for name, version in small_province.published.versions.items()
        if small_province.catalogue.layer(name).access != "public"
    ]
    assert closed
    assert {client.get(address).status_code for address in closed} == {404}
