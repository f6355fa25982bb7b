"""`geo-app check`: a file, pasted text and a chainage give what the study gives."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from site_province import box, deliver, found_province, site

from geo_app.cli import main
from geo_app.studies import site_check
from geo_app.workspace import Workspace

SHAPES = (box(1_000, 1_000, 200), box(3_000, 3_000, 100))


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace]) -> Workspace:
    ws = found_province(small_workspace())
    deliver(ws, "towns", [{"name": "Phố", "geometry": box(0, 0, 1_100)}])
    return ws.latest()


def run(ws: Workspace, *words: str) -> Result:
    return CliRunner().invoke(main, ["--workspace", str(ws.settings.root), "check", *words])


def test_a_file_and_its_text_give_what_the_study_gives(ws: Workspace, tmp_path: Path) -> None:
    frame = site(*SHAPES, names=["Khu A", "Khu B"])
    frame.rename(columns={"footprint": "name"}).to_file(tmp_path / "khu.gpkg")
    done = run(ws, str(tmp_path / "khu.gpkg"), "--on", "2025-11-16", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["settings"]["on"] == "2025-11-16"
    assert answer["totals"]["footprints"] == 2
    again = site_check(ws, site=answer["settings"]["site"], on="16/11/2025")
    assert answer == json.loads(json.dumps(again.to_json()))
    towns = [row for row in answer["rows"] if row["subject"] == "towns"]
    assert [row["verdict"] for row in towns] == ["near", "nothing_found"]
    assert towns[0]["area_m2"] == pytest.approx(10_000, abs=1)


def test_pasted_coordinates_say_where_they_lie(ws: Workspace, tmp_path: Path) -> None:
    corners = site(SHAPES[0]).geometry.iloc[0].exterior.coords[:-1]
    text = "\n".join(f"{north} {east}" for east, north in corners)
    done = run(ws, text, "--crs", "EPSG:9210", "--csv")
    assert done.exit_code == 0, done.output
    heads = done.stdout.splitlines()[0].removeprefix("\ufeff").split(",")
    assert heads[:4] == ["footprint", "group", "subject", "verdict"]
    assert {"marks", "all_marks"} <= set(heads)
    out = tmp_path / "check.xlsx"
    done = run(ws, text, "--crs", "EPSG:9210", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"PK")
    shown = run(ws, text, "--crs", "EPSG:9210", "--language", "en")
    assert "Site check" in shown.stdout
    assert "towns" in shown.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "there are no coordinates in the text"),
        ("QL4B Km3", "route_layers: none of"),
        ("khu.geojson", "khu.geojson"),
        ("POLYGON((1 2, 3", "WKT"),
    ],
)
def test_what_cannot_be_checked_is_one_line(ws: Workspace, text: str, words: str) -> None:
    done = run(ws, text)
    assert done.exit_code == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert words in last


@pytest.mark.slow
def test_an_open_place_is_asked_back(province: Workspace) -> None:
    text = "POINT(444800 2424500)"  # fits several meridians
    done = run(province, text)
    assert done.exit_code == 1
    assert "say which with --crs" in done.stderr
    assert "'EPSG:9215'" in done.stderr
    assert run(province, text, "--crs", "EPSG:9215").exit_code == 0
