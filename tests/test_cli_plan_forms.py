"""Forms by command: out, back with three errors, mended, accepted, in the ledger."""

import json
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from forms import RIGHT, WRONG, fill_in
from openpyxl import load_workbook
from outlines import add_outline
from small_plan import with_plan

from geo_app.cli import main
from geo_app.domain.plan_form import APPENDIX, APPENDIX_HEAD_ROW, HIDDEN, LABELS, SHEET
from geo_app.studies.ledger import ledger_row
from geo_app.workspace import Workspace

PERIOD = "2026-Q1"
Run = Callable[..., Result]


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace]) -> Workspace:
    return with_plan(small_workspace())


@pytest.fixture
def run(ws: Workspace) -> Run:
    def run(*arguments: object) -> Result:
        order = ["--workspace", str(ws.settings.root), "plan", *map(str, arguments)]
        return CliRunner().invoke(main, order, catch_exceptions=False)

    return run


@pytest.fixture
def form(run: Run, tmp_path: Path) -> Path:
    """The form of so_xd as it went out."""
    done(run("forms", "--agency", "so_xd", "--period", PERIOD, "--out", tmp_path))
    return tmp_path / f"so_xd-{PERIOD}.xlsx"


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return result.stderr


def test_each_agency_gets_its_form(run: Run, tmp_path: Path) -> None:
    told = done(run("forms", "--period", PERIOD, "--out", tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"so_nv-{PERIOD}.xlsx",
        f"so_xd-{PERIOD}.xlsx",
    ]
    assert "2 rows, due 2026-04-15" in told
    assert "3 rows, due 2026-04-15" in told


def test_out_back_with_errors_mended_and_accepted(run: Run, ws: Workspace, form: Path) -> None:
    assert "no row of the form can be taken" in refused(run("upload", fill_in(form, WRONG)))
    half = run("upload", fill_in(form, {"t_paved": 63}), "--period", PERIOD)
    assert "form 1 waits: 1 rows taken, 2 left out" in done(half)
    shown = done(run("submission", 1))
    assert "1 rows taken, 2 left out" in shown
    assert "row 11: Ô H11: “cấp bốn” không có trong danh sách" in shown
    assert "is newer" not in shown
    assert "row 11: Ô H11: “cấp bốn” không có trong danh sách" in half.stderr
    mended = run("upload", fill_in(form, RIGHT))
    assert mended.stderr == ""
    assert "form 2 waits: 3 rows taken, 0 left out" in done(mended)
    rows = json.loads(done(run("submissions", "--json")))
    assert [(row["id"], row["who"], row["rows"], row["left_out"]) for row in rows] == [
        (2, "Nguyễn Lan", 3, 0),
        (1, "Nguyễn Lan", 1, 2),
    ]
    before = ledger_row(ws, "target", "t_paved")
    assert before.actual is None or before.actual.kind != "reported"
    assert "accepted form 2 of so_xd on 2026-Q1: 3 rows" in done(run("accept", 2, "--who", "Hoa"))
    row = ledger_row(ws, "target", "t_paved")
    assert row.actual is not None
    assert (row.actual.kind, row.actual.value, row.actual.day) == ("reported", 64.5, "2026-03-31")
    assert "BC 12/BC-SXD" in row.actual.source
    assert ledger_row(ws, "project", "ring_road").standing.status == "under_way"
    states = json.loads(done(run("submissions", "--state", "all", "--json")))
    assert [(row["id"], row["state"]) for row in states] == [(2, "accepted"), (1, "returned")]
    add_outline(ws)
    report = form.with_name("report.docx")
    done(run("report", "--outline", "trial", "--out", report))
    cells = [c.text for t in docx.Document(report).tables for row in t.rows for c in row.cells]
    assert "64,5 %" in cells


@pytest.mark.parametrize(
    ("name", "told"),
    [("agency", "agency ''"), ("period", "period: found ''")],
)
def test_a_form_that_no_longer_names_what_it_is_of(
    run: Run, form: Path, name: str, told: str
) -> None:
    path = fill_in(form, RIGHT)
    book = load_workbook(path)
    rows = book[HIDDEN]
    (row,) = (cell.row for cell in rows["A"] if cell.value == name)
    rows.delete_rows(row)
    book.save(path)
    assert told in refused(run("upload", path))


def test_what_a_form_changes_is_shown(run: Run, form: Path) -> None:
    done(run("upload", fill_in(form, {"t_paved": 62})))
    done(run("accept", 1))
    told = done(run("upload", fill_in(form, RIGHT)))
    (line,) = (line for line in told.splitlines() if line.startswith("t_paved"))
    assert line.split()[-5:] == ["62.0", "64.5", "2.5", "pct", "2026-03-31"]
    shown = done(run("submission", 2))
    assert "Đường vành đai" in shown
    assert json.loads(done(run("submission", 2, "--json")))["lines"][0]["value"] == 64.5


def test_what_an_agency_adds_to_the_plan_is_asked_about_next_time(
    run: Run, ws: Workspace, form: Path, tmp_path: Path
) -> None:
    book = load_workbook(form)
    row = ("PL1", "7", "chỉ tiêu", "Số cầu dân sinh", "cầu", 40, 2030)
    for column, value in enumerate(row, start=1):
        book[APPENDIX].cell(APPENDIX_HEAD_ROW + 1, column, value)
    book[SHEET][f"C{LABELS['who'][0]}"] = "Lan"
    book.save(form)
    assert "1 rows taken" in done(run("upload", form))
    done(run("accept", 1))
    added = ledger_row(ws, "target", "pl1_7")
    assert (added.title.vi, added.unit, added.due) == ("Số cầu dân sinh", "bridges", 2030)
    done(run("forms", "--agency", "so_xd", "--period", "2026-Q2", "--out", tmp_path))
    later = fill_in(tmp_path / "so_xd-2026-Q2.xlsx", {"pl1_7": 25})
    done(run("upload", later))
    done(run("accept", 2))
    actual = ledger_row(ws, "target", "pl1_7").actual
    assert actual is not None
    assert actual.value == 25


def test_one_is_returned_with_a_remark(run: Run, form: Path) -> None:
    done(run("upload", fill_in(form, RIGHT), "--who", "Minh"))
    assert "returned form 1" in done(run("return", 1, "--remark", "thiếu văn bản"))
    (row,) = json.loads(done(run("submissions", "--state", "returned", "--json")))
    assert (row["remark"], row["who"], row["decided_by"]) == ("thiếu văn bản", "Minh", "owner")
    assert "decided on before" in refused(run("accept", 1))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--period", "2025-Q1"), "no row of the form can be taken"),
        (("--agency", "so_nv"), "no row of the form can be taken"),
        (("--agency", "so_gtvt"), "has ended; its work is done by so_xd"),
        (("--period", "quý 1"), "expected a quarter"),
    ],
)
def test_a_form_of_another_is_refused(
    run: Run, form: Path, more: tuple[str, str], words: str
) -> None:
    assert words in refused(run("upload", fill_in(form, RIGHT), *more))
    assert json.loads(done(run("submissions", "--state", "all", "--json"))) == []


def test_late_agencies_are_listed(run: Run, form: Path) -> None:
    done(run("upload", fill_in(form, RIGHT)))
    rows = json.loads(done(run("late", "--period", PERIOD, "--json")))
    assert [(row["agency"], row["state"], row["late"]) for row in rows] == [
        ("so_nv", "missing", True),
        ("so_xd", "pending", False),
    ]
    early = json.loads(done(run("late", "--period", PERIOD, "--on", "2026-04-15", "--json")))
    assert [row["days_late"] for row in early] == [0, 0]
