"""Every study, from every entrance and in every form: the same figures, and the same marks."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import numpy as np
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from geo_app.cli import main
from geo_app.domain.result import ILLUSTRATIVE
from geo_app.studies import STUDIES, Result, find_study
from geo_app.web import create_app
from geo_app.workspace import Workspace

pytestmark = pytest.mark.slow

NAMES = sorted(STUDIES)
FORMS = ("page", "map", "json", "csv", "xlsx", "pdf", "docx", "html", "png", "explain")
STAMP = "MINH HỌA"
OF_THE_PLAN = {"plan-impact", "plan-progress"}
"""Studies of the plan's own rows, which a province has before it has layers."""


@pytest.fixture(scope="module")
def client(province: Workspace) -> FlaskClient:
    return create_app(province.settings).test_client()


@pytest.fixture(scope="module")
def results(province: Workspace) -> Callable[[str], Result]:
    kept: dict[str, Result] = {}

    def result(name: str) -> Result:
        if name not in kept:
            kept[name] = find_study(name)(province)
        return kept[name]

    return result


@pytest.mark.parametrize("name", NAMES)
def test_a_study_runs_on_its_defaults_alike_from_everywhere(
    name: str, province: Workspace, client: FlaskClient, results: Callable[[str], Result]
) -> None:
    wanted = json.loads(json.dumps(results(name).to_json()))
    assert wanted["rows"]
    assert set(wanted) >= {
        "rows", "totals", "definition", "inputs", "marks", "warnings", "hash",
    }  # fmt: skip
    by_http = client.get(f"/api/studies/{name}").get_json()
    assert by_http == wanted
    root = str(province.settings.root)
    done = CliRunner().invoke(main, ["--workspace", root, "study", name, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == wanted
    page = client.get(f"/studies/{name}?lang=en").get_data(as_text=True)
    assert wanted["hash"] in page


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_an_illustration_says_so_in_every_form(
    name: str,
    form: str,
    province: Workspace,
    client: FlaskClient,
    results: Callable[[str], Result],
    tmp_path: Path,
) -> None:
    result = results(name)
    stamped = any(mark in ILLUSTRATIVE for mark in result.marks)
    assert result.illustrative == stamped
    if form == "png":
        assert redness(result, tmp_path) == stamped
        return
    text = {
        "page": lambda: client.get(f"/studies/{name}?lang=vi").get_data(as_text=True),
        "map": lambda: map_text(result, province),
        "json": lambda: STAMP if result.to_json()["illustrative"] else "",
        "csv": result.csv_text,
        "xlsx": lambda: workbook_text(result, tmp_path),
        "pdf": lambda: pdf_text(result, tmp_path),
        "docx": lambda: docx_text(result, tmp_path),
        "html": lambda: html_text(result, tmp_path),
        "explain": result.explain,
    }[form]()
    if form == "map" and not result.pictures:
        return
    assert (STAMP in text) == stamped


@pytest.mark.parametrize("name", NAMES)
def test_an_illustration_sets_no_plan_status(name: str, results: Callable[[str], Result]) -> None:
    result = results(name)
    if result.illustrative:
        assert result.plan_status() == {}
        assert result.to_json()["plan_status"] == {}


def map_text(result: Result, province: Workspace) -> str:
    return result.map(province).page_parts().body


def html_text(result: Result, tmp_path: Path) -> str:
    result.to_html(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    return text


def workbook_text(result: Result, tmp_path: Path) -> str:
    """Return the text of a workbook, after checking that every sheet has the stamp or none has."""
    result.to_excel(tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx", read_only=True)
    heads = ["\n".join(str(cell) for row in sheet.iter_rows(max_row=3, values_only=True)
                       for cell in row if cell) for sheet in book]  # fmt: skip
    assert {STAMP in head for head in heads} == {result.illustrative}
    titles = book.sheetnames
    assert {"Định nghĩa", "Số liệu đầu vào", "Lưu ý", "So với số chính thức"} <= set(titles)
    book.close()
    return "\n".join(heads)


def pdf_text(result: Result, tmp_path: Path) -> str:
    """Return the text of a report's first, middle and last page: all have the stamp, or none."""
    result.to_pdf(tmp_path / "report.pdf")
    sheets = PdfReader(tmp_path / "report.pdf").pages
    pages = [sheets[at].extract_text() for at in (0, len(sheets) // 2, -1)]
    assert {STAMP in page for page in pages} == {result.illustrative}
    assert all(result.hash in page for page in pages)
    return "\n".join(pages)


def docx_text(result: Result, tmp_path: Path) -> str:
    """Return the heads of a Word report; every section has the same."""
    result.to_docx(tmp_path / "report.docx")
    document = docx.Document(str(tmp_path / "report.docx"))
    assert result.hash in document.sections[0].footer.paragraphs[0].text
    return "\n".join(section.header.paragraphs[0].text for section in document.sections)


def redness(result: Result, tmp_path: Path) -> bool:
    """Tell whether a picture bears the red stamp in its upper right corner."""
    result.to_png(tmp_path / "picture.png")
    with Image.open(BytesIO((tmp_path / "picture.png").read_bytes())) as image:
        cells = np.asarray(image.convert("RGB")).astype(int)
    corner = cells[: cells.shape[0] // 16, -cells.shape[1] // 4 :]
    red = (corner[..., 0] > 150) & (corner[..., 1] < 90) & (corner[..., 2] < 90)
    return bool(red.sum() > 20)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_shown_gives_the_same_answer(
    name: str, province: Workspace, results: Callable[[str], Result]
) -> None:
    study = find_study(name)
    used = study.settings(province, {})
    assert study.command(province, used) == f"geo-app study {name}"
    code = study.code(province, used).replace("open_workspace()", "open_workspace(ROOT)")
    scope: dict[str, object] = {"ROOT": province.settings.root}
    exec(code, scope)
    found = scope["result"]
    assert isinstance(found, Result)
    assert found.hash == results(name).hash


def test_a_setting_is_carried_by_address_command_and_notebook(
    province: Workspace, client: FlaskClient
) -> None:
    study = find_study("forest-cover")
    used = study.settings(province, {"zones": "districts_2023"})
    assert study.command(province, used) == "geo-app study forest-cover --zones districts_2023"
    assert "zones='districts_2023'" in study.code(province, used)
    wanted = study(province, zones="districts_2023")
    answer = client.get("/api/studies/forest-cover?zones=districts_2023").get_json()
    assert answer["hash"] == wanted.hash
    assert len(answer["rows"]) == 11


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/studies/nothing", 404),
        ("/api/studies/nothing", 404),
        ("/api/studies/forest-cover?zones=nothing", 404),
        ("/api/studies/forest-cover?nothing=1", 404),
        ("/api/studies/forest-cover?boundary_m=abc", 400),
        ("/api/studies/village-roads?anchor=moon", 400),
        ("/api/studies/village-roads?zones=villages", 400),
        ("/api/studies/crosswalk?old=forest", 400),
        ("/studies/forest-cover/download?format=doc", 400),
        ("/studies/forest-cover/chart.png?chart=9", 400),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    client: FlaskClient, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert len(answer.get_data(as_text=True)) > 20


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx", "csv", "json", "html", "png", "ipynb"])
def test_every_download_is_a_file_of_its_kind(client: FlaskClient, form: str) -> None:
    answer = client.get(f"/studies/forest-series/download?format={form}")
    assert answer.status_code == 200
    starts = {
        "pdf": b"%PDF",
        "docx": b"PK",
        "xlsx": b"PK",
        "csv": b"\xef\xbb\xbf",
        "json": b"{",
        "html": b"<!DOC",
        "png": b"\x89PNG",
        "ipynb": b"{",
    }
    assert answer.data.startswith(starts[form])
    assert f"forest-series.{form}" in answer.headers["Content-Disposition"]


def test_a_province_without_the_layers_is_told_what_is_missing(small_province: Workspace) -> None:
    client = create_app(small_province.settings).test_client()
    assert client.get("/studies").status_code == 200
    for name in NAMES:
        page = client.get(f"/studies/{name}?lang=en")
        assert page.status_code == 200
        waits = "cannot run yet" in page.get_data(as_text=True)
        assert waits == (name not in OF_THE_PLAN), name


def test_settings_of_the_province_stand_in_its_plan(province: Workspace) -> None:
    used = find_study("village-roads").settings(province, {})
    assert used["village_count"] == 1523
