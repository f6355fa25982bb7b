"""The map of what an import would change."""

from collections.abc import Callable
from pathlib import Path

import pytest

import geopandas as gpd
from shapely import box

from geo_app.errors import DataError
from geo_app.intake import preview
from geo_app.intake.delivery import draft_import, publish_draft
from geo_app.intake.preview import preview_map
from geo_app.workspace import Workspace

MakeWorkspace = Callable[..., Workspace]


def communes(path: Path, keys: str, sides: tuple[int, ...], names: str | None = None) -> Path:
    shapes = [
        box(500_000 + 2_000 * int(key), 1_200_000, 500_000 + 2_000 * int(key) + side, 1_201_000)
        for key, side in zip(keys, sides, strict=True)
    ]
    columns = {"ma_xa": list(keys), "name": list(names or keys), "kind": "xa"}
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:9210").to_file(path)
    return path


@pytest.fixture
def ws(small_workspace: MakeWorkspace, tmp_path: Path) -> Workspace:
    ws = small_workspace()
    path = communes(tmp_path / "a.gpkg", "0123", (1_000,) * 4)
    publish_draft(ws, draft_import(ws, path, "communes"))
    return ws.latest()


def test_every_kind_of_change_is_drawn(ws: Workspace, tmp_path: Path) -> None:
    path = communes(tmp_path / "b.gpkg", "0124", (1_000, 900, 1_000, 1_000), "0x24")
    draft = draft_import(ws, path, "communes")
    rows = preview._changes(ws, draft.frame, draft).set_index("key")  # type: ignore[arg-type]
    assert rows["change"].to_dict() == {"4": "added", "1": "geometry", "3": "removed"}
    assert rows.loc["1", "amount"] == pytest.approx(100_000)
    assert rows.loc["3"].geometry.area == pytest.approx(1e6)
    preview_map(ws, draft).save(str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Thay đổi (3)" in page
    assert "http://" not in page.replace("http://www.w3.org/", "").partition("createMap")[2]
    assert ws.latest().published == ws.published


def test_attributes_alone(ws: Workspace, tmp_path: Path) -> None:
    path = communes(tmp_path / "b.gpkg", "0123", (1_000,) * 4, "0y23")
    rows = preview._changes(ws, (d := draft_import(ws, path, "communes")).frame, d)  # type: ignore[arg-type]
    assert rows[["change", "attributes"]].values.tolist() == [["attributes", "name"]]


def test_a_first_delivery_is_all_added_and_findings_have_their_place(
    small_workspace: MakeWorkspace, tmp_path: Path
) -> None:
    ws = small_workspace()
    path = communes(tmp_path / "a.gpkg", "012", (1_000, 2_100, 1_000))
    draft = draft_import(ws, path, "communes")
    assert {f.code for f in draft.findings} >= {"overlap"}
    preview_map(ws, draft, language="en").save(str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Changes (3)" in page
    assert "Findings (1)" in page
    assert "Overlaps the shape of row" in page


def test_only_so_many_are_drawn(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MOST", 2)
    path = communes(tmp_path / "b.gpkg", "4567", (1_000,) * 4)
    preview_map(ws, draft_import(ws, path, "communes")).save(str(tmp_path / "map.html"))
    assert "Thay đổi (2 / 8)" in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_a_table_has_no_map(small_workspace: MakeWorkspace, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("row_code,old_name,new_code,split\n7,A,01,có\n", encoding="utf-8")
    ws = small_workspace()
    with pytest.raises(DataError, match="has no features to draw"):
        preview_map(ws, draft_import(ws, path, "old_units"))
