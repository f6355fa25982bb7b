"""`geo-app where`: text or a file, as a table and as JSON whose keys are documented."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo_app.cli import main
from geo_app.workspace import Workspace

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(small_province: Workspace):
    def run(*arguments: str) -> Result:
        root = str(small_province.settings.root)
        return CliRunner().invoke(main, ["--workspace", root, "where", *arguments])

    return run


def test_text_as_a_table(run) -> None:
    done = run("1201000 501000")
    assert done.exit_code == 0, done.output
    head, first, *_ = done.output.splitlines()
    assert head.split()[:3] == ["crs", "n_m", "e_m"]
    assert first.split()[:3] == ["EPSG:9210", "1201000.0", "501000.0"]
    assert "Hòa Bình" in first
    assert "the place is open" in done.output


def test_a_file_as_json(run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ten;X;Y\nMốc 1;1201000;501000\n", encoding="utf-8")
    done = run(str(path), "--crs", "EPSG:9210", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert (answer["decided"], answer["footprints"]) == (True, ["Mốc 1"])
    (place,) = answer["places"]
    assert (place["crs"], place["n_m"], place["commune_code"]) == ("EPSG:9210", 1_201_000, "01")
    assert place["unshifted_m"] == pytest.approx(224, abs=5)
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    section = page.partition("## `geo-app where TEXT --json`")[2].partition("\n## ")[0]
    documented = set(re.findall(r"`([a-z0-9_]+)`", section))
    assert {*answer, *place} <= documented


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("none.dxf", "none.dxf: the file does not exist"),
        ("QL4B Km18+300", "there are no coordinates in the text"),
        ("1300000 7000000", "No known coordinate system puts this data into the province"),
    ],
)
def test_bad_input_is_one_line(run, what: str, words: str) -> None:
    done = run(what)
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert words in line
