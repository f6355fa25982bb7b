"""Another province: `geo-app new` makes a workspace that opens, lists, builds and takes data."""

from pathlib import Path

import pytest

import geopandas as gpd
from shapely import box

from geo_app.errors import CrsError, SettingsError
from geo_app.intake.build import build, plan_build
from geo_app.intake.delivery import import_file
from geo_app.workspace import open_workspace
from geo_app.workspace.founding import create_workspace
from geo_app.workspace.readiness import readiness


def found(folder: Path, **changes: str) -> None:
    options = {"title_vi": "Tỉnh Bên", "title_en": "Next Province", "crs": "EPSG:9216"}
    create_workspace(folder, **(options | changes))


def test_it_opens_lists_and_builds(tmp_path: Path) -> None:
    found(tmp_path / "ben")
    ws = open_workspace(tmp_path / "ben")
    assert (ws.settings.title_vi, ws.settings.title_en) == ("Tỉnh Bên", "Next Province")
    assert [(row.layer.id, row.state) for row in readiness(ws)] == [("province_outline", "awaited")]
    assert ws.catalogue.layer("province_outline").crs == "EPSG:9216"
    assert {"administration", "transport", "plan"} <= set(ws.catalogue.themes)
    assert plan_build(ws) == []
    assert list(build(ws, [])) == []
    assert len(ws.bounds_lonlat) == 4


def test_it_takes_its_outline(tmp_path: Path) -> None:
    found(tmp_path / "ben")
    outline = gpd.GeoDataFrame(
        {"code": ["98"], "name": ["Tỉnh Bên"]},
        geometry=[box(500_000, 2_300_000, 600_000, 2_400_000)],
        crs="EPSG:9216",
    )
    outline.to_file(tmp_path / "outline.gpkg")
    ws = open_workspace(tmp_path / "ben")
    import_file(ws, tmp_path / "outline.gpkg", "province_outline")
    served = ws.latest().read("province_outline")
    assert served.area.tolist() == [1e10]
    west, south, east, north = ws.latest().bounds_lonlat
    assert 107 < west < east < 109
    assert 20.7 < south < north < 21.8


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    found(tmp_path)
    assert open_workspace(tmp_path).published.generation == 0


def test_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(SettingsError, match="is not empty; name a new or empty folder"):
        found(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:0", "VN-2000", "", "+proj=utm +zone=48"])
def test_a_crs_one_cannot_measure_in(tmp_path: Path, crs: str) -> None:
    with pytest.raises(CrsError, match=r"--crs: found .* expected a projected CRS in metres"):
        found(tmp_path / "ben", crs=crs)
    assert not (tmp_path / "ben").exists()


@pytest.mark.parametrize("title", ['Tỉnh "Bên"', "a\\b", "dòng\nmới", "tab\tx"])
def test_any_title(tmp_path: Path, title: str) -> None:
    found(tmp_path / "ben", title_vi=title)
    assert open_workspace(tmp_path / "ben").settings.title_vi == title
