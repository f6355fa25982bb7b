"""Reports on a small plan: what stands in them, what each number rests on, and that they repeat."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from openpyxl import load_workbook
from outlines import OUTLINE, add_outline
from pypdf import PdfReader
from small_plan import with_plan

from geo_app.cli import main
from geo_app.domain.ledger import Actual
from geo_app.domain.period import quarter_of, read_period
from geo_app.domain.plan_report import Bars, Counts, Details, Listing, Missing, Remark, Report
from geo_app.domain.submission import Line
from geo_app.errors import DataError, UnknownError
from geo_app.studies.plan_report import PlanReport, make_report, plan_report
from geo_app.studies.report_chapters import became_known
from geo_app.studies.saved import save, verify
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import accept, submit
from geo_app.workspace.entries import today
from geo_app.workspace.plan_reports import write_report


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace]) -> Workspace:
    """
    The small plan with an accepted form: 70 % of roads are hardened.

    It was filled in on the day before the test, and accepted on the day of the test.
    """
    ws = with_plan(small_workspace())
    add_outline(ws)
    tell(ws, 70.0)
    return ws


def tell(ws: Workspace, value: float) -> None:
    day = today(ws)
    line = Line("target", "t_paved", day - timedelta(days=1), value=value, evidence="BC 12")
    period = f"{day.year}-Q{(day.month + 2) // 3}"
    form = submit(
        ws, agency="so_xd", period=period, lines=[line], who="Lan", digest=f"{value:064.1f}"
    )
    accept(ws, form.id)


def parts(report: Report) -> list[object]:
    return [part for chapter in report.chapters for part in chapter.parts]


def only(report: Report, kind: type) -> list[object]:
    return [part for part in parts(report) if isinstance(part, kind)]


def test_every_part_of_an_outline_is_filled(ws: Workspace) -> None:
    report = make_report(ws, "trial")
    text, no_map = only(report, Remark)
    assert isinstance(text, Remark)
    assert "Đường: 70 %." in text.text.vi
    assert [row.id for row in text.rows] == ["t_paved"]
    assert "2 chưa có số liệu" in text.text.vi
    assert isinstance(no_map, Remark)
    assert "không tính từ bản đồ" in no_map.text.vi
    (counts,) = only(report, Counts)
    assert isinstance(counts, Counts)
    assert [sum(tally.values()) for _, tally in counts.lines] == [3, 2]
    (bars,) = only(report, Bars)
    assert isinstance(bars, Bars)
    assert [(row.id, asked) for row, asked in zip(bars.rows, bars.asked, strict=True)] == [
        ("t_paved", 80.0)
    ]
    targets, new = only(report, Listing)
    assert isinstance(targets, Listing)
    assert isinstance(new, Listing)
    assert [row.id for row in targets.rows] == ["t_paved", "t_schools", "t_town"]
    assert [row.id for row in new.rows] == ["t_paved"]
    (details,) = only(report, Details)
    assert isinstance(details, Details)
    assert details.rows == report.rows
    (missing,) = only(report, Missing)
    assert isinstance(missing, Missing)
    assert [each.agency for each in missing.owing] == ["so_nv"]


def test_every_number_leads_to_its_source(ws: Workspace) -> None:
    report = make_report(ws, "trial")
    paved = next(row for row in report.rows if row.id == "t_paved")
    assert paved.actual is not None
    words, figure = (report.sources[place - 1] for place in report.numbers(paved))
    assert (words.kind, figure.kind) == ("plan", "reported")
    assert figure.days == (paved.actual.day,)
    assert figure.text == paved.actual.source
    kinds = {each.kind for each in report.sources[: report.cited]}
    assert kinds == {"plan", "reported", "known"}


def test_the_report_of_a_day_stays_what_it_was(ws: Workspace) -> None:
    yesterday = today(ws) - timedelta(days=1)
    before, now = make_report(ws, "trial", on=yesterday), make_report(ws, "trial")
    tell(ws, 75.0)
    again, later = make_report(ws, "trial", on=yesterday), make_report(ws, "trial")
    assert again.rows == before.rows
    assert (before.collected, now.collected, again.collected, later.collected) == (0, 1, 0, 2)
    figures = [next(r for r in each.rows if r.id == "t_paved").actual for each in (now, later)]
    assert [each.value for each in figures if each] == [70.0, 75.0]
    assert f"{yesterday:%d/%m/%Y}" in again.notices[0].vi
    assert "0 biểu" in again.notices[0].vi


def test_a_changed_outline_counts_at_once(ws: Workspace) -> None:
    add_outline(ws, text=OUTLINE.replace("I. Chung", "I. Tổng quan"))
    assert make_report(ws, "trial").chapters[0].title.vi == "I. Tổng quan"


def test_what_a_report_depends_on_changes_its_state(ws: Workspace) -> None:
    def state() -> object:
        assert plan_report.state is not None
        return plan_report.state(ws)

    before = state()
    assert state() == before
    day = today(ws)
    waits = submit(
        ws,
        agency="so_nv",
        period=str(quarter_of(day)),
        lines=[Line("target", "t_schools", day, value=1.0)],
        who="Lan",
        digest="b",
    )
    came = state()
    assert came != before
    accept(ws, waits.id)
    decided = state()
    assert decided != came
    add_outline(ws, text=OUTLINE.replace("I. Chung", "I. Tổng quan"))
    assert state() != decided


def test_the_report_of_today_says_that_the_day_is_not_over(ws: Workspace) -> None:
    now = make_report(ws, "trial").notices[0]
    then = make_report(ws, "trial", on=today(ws) - timedelta(days=1)).notices[0]
    assert "đến thời điểm lập" in now.vi
    assert "may change" in now.en
    assert "the same figures" not in now.en
    assert "gives the same figures" in then.en


@pytest.mark.parametrize(
    ("day", "period", "known"),
    [
        ("2025", "2025", True),
        ("2025", "2025-Q4", True),
        ("2025", "2025-Q3", False),
        ("2025-10", "2025-Q4", True),
        ("2025-12-31", "2025-Q4", True),
        ("2025-10", "2026", False),
    ],
)
def test_a_year_or_a_month_became_known_with_its_last_day(
    ws: Workspace, day: str, period: str, known: bool
) -> None:
    row = make_report(ws, "trial").rows[0]
    told = replace(row, history=(Actual("statistic", day, "nguồn", True, value=1.0),))
    assert became_known(told, read_period(period), today(ws)) == known


def test_a_section_without_anything_says_so(ws: Workspace) -> None:
    report = make_report(ws, "trial", on=today(ws) - timedelta(days=1))
    new = report.chapters[2]
    assert [part.text.en for part in new.parts if isinstance(part, Remark)] == ["Nothing new."]


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"outline": "none"}, UnknownError, "there are: trial"),
        ({"period": "2026"}, DataError, "outline trial is about a quarter"),
        ({"period": "2026-Q7"}, DataError, "a quarter such as 2026-Q3"),
        ({"period": "2099-Q1"}, DataError, "begins after"),
        ({"on": date(2099, 1, 1)}, DataError, "or a day before"),
    ],
)
def test_what_cannot_be_made(
    ws: Workspace, asked: dict[str, object], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        make_report(ws, **{"outline": "trial", **asked})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ('ids = ["t_payed"]', "ids: 't_payed' is not known"),
        ('agencies = ["so_x"]', "agencies: 'so_x' is not known"),
        ('themes = ["moon"]', "themes: 'moon' is not known"),
    ],
)
def test_rows_that_an_outline_cannot_mean_are_told(ws: Workspace, only: str, told: str) -> None:
    add_outline(ws, text=OUTLINE.replace("new = true", only))
    with pytest.raises(DataError, match=f"outline trial: {told}"):
        make_report(ws, "trial")


def test_a_map_of_the_report_itself_is_none(ws: Workspace) -> None:
    add_outline(ws, text=OUTLINE.replace('target = "t_paved"', 'study = "plan-report"'))
    last = make_report(ws, "trial").chapters[-1].parts[-1]
    assert isinstance(last, Remark)
    assert last.text.en == "No map: “plan-report” draws nothing."


def test_a_name_that_is_not_known_is_told_with_its_outline(ws: Workspace) -> None:
    add_outline(ws, text=OUTLINE.replace("{t_paved}.", "{t_payed}."))
    with pytest.raises(DataError, match=r"outline trial: text: \{t_payed\} is not known"):
        make_report(ws, "trial")


def test_word_links_each_citation_to_a_line_of_the_sources(ws: Workspace) -> None:
    report = make_report(ws, "trial")
    document = docx.Document(BytesIO(write_report(ws, report, "docx", language="vi")))
    body = document.element.body
    marks = {each.get(qn("w:name")) for each in body.iter(qn("w:bookmarkStart"))}
    asked = {each.get(qn("w:anchor")) for each in body.iter(qn("w:hyperlink"))}
    assert marks == {f"source_{place}" for place in range(1, report.cited + 1)}
    assert asked <= marks
    assert len(asked) > 2
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings[:4] == ["I. Chung", "II. Chỉ tiêu", "III. Mới", "IV. Từng dòng"]
    assert headings[-2:] == ["Về báo cáo này", "Nguồn số liệu"]
    assert "BÁO CÁO" in [each.text for each in document.paragraphs]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pdf_holds_the_figures_and_its_links_stay_inside(ws: Workspace, language: str) -> None:
    report = make_report(ws, "trial")
    reader = PdfReader(BytesIO(write_report(ws, report, "pdf", language=language)))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "70 %" in text
    assert {"vi": "Nguồn số liệu", "en": "Sources"}[language] in text
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    assert len(links) > 5
    assert not any("/URI" in str(each.get("/A", "")) for each in links)


@pytest.mark.parametrize("one_page", ["false", "true"])
def test_a_page_for_a_meeting_is_set_smaller(ws: Workspace, one_page: str) -> None:
    short = OUTLINE.replace('show = "details"', 'show = "text"\ntext = {vi = "–", en = "–"}')
    columns = 'kinds = ["target"]}\ncolumns = ["title", "asks", "actual", "source"]'
    upright = short.replace('kinds = ["target"]}', columns)
    add_outline(ws, text=f"one_page = {one_page}\n{upright}")
    reader = PdfReader(BytesIO(write_report(ws, make_report(ws, "trial"), "pdf", language="vi")))
    assert (len(reader.pages) == 1) == (one_page == "true")


def test_the_workbook_has_the_whole_ledger_and_leads_to_its_sources(ws: Workspace) -> None:
    report = make_report(ws, "trial")
    book = load_workbook(BytesIO(write_report(ws, report, "xlsx", language="vi")))
    assert book.sheetnames == ["Tóm tắt", "Sổ theo dõi", "Lịch sử", "Cơ quan", "Nguồn"]
    sheet = book["Sổ theo dõi"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, 2).value == "t_paved")
    assert sheet.max_row == 1 + len(report.rows)
    assert sheet.cell(row, heads["Kết quả (số)"]).value == 70.0
    assert sheet.cell(row, heads["Mức đạt (%)"]).value == pytest.approx(87.5)
    link = sheet.cell(row, heads["Nguồn (số)"]).hyperlink
    place = report.numbers(report.rows[row - 2])[-1]
    assert link.location == f"'Nguồn'!A{place + 1}"
    assert book["Nguồn"].cell(place + 1, 1).value == place


def test_csv_has_every_row_and_every_figure(ws: Workspace) -> None:
    report = make_report(ws, "trial")
    with zipfile.ZipFile(BytesIO(write_report(ws, report, "zip", language="en"))) as archive:
        names = archive.namelist()
        text = archive.read("ledger.csv").decode("utf-8-sig")
        history = archive.read("history.csv").decode("utf-8-sig")
    assert names == ["ledger.csv", "history.csv", "agencies.csv", "sources.csv", "README.txt"]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == [row.id for row in report.rows]
    assert rows[0]["value"] == "70.0"
    figures = sum(len(row.history) for row in report.rows)
    assert len(list(csv.DictReader(io.StringIO(history)))) == figures


def test_as_a_study_it_is_saved_like_any_other(ws: Workspace, tmp_path: Path) -> None:
    result = plan_report(ws, outline="trial")
    assert isinstance(result, PlanReport)
    assert result.totals["rows"] == 5
    result.to_docx(tmp_path / "r.docx", language="en")
    document = docx.Document(tmp_path / "r.docx")
    titles = [each.text for each in document.paragraphs]
    assert any(each.startswith("Progress in quarter") for each in titles)
    assert result.hash in document.sections[0].footer.paragraphs[0].text
    kept = save(ws, result, who="Lan")
    assert verify(ws, kept.number).outcome == "same"


def test_the_report_of_a_day_has_the_same_hash_later(ws: Workspace) -> None:
    yesterday = str(today(ws) - timedelta(days=1))
    before = plan_report(ws, outline="trial", on=yesterday).hash
    now = plan_report(ws, outline="trial").hash
    tell(ws, 75.0)
    assert plan_report(ws, outline="trial", on=yesterday).hash == before
    assert plan_report(ws, outline="trial").hash != now


class TestCommand:
    def test_a_report_and_the_outlines(self, ws: Workspace, tmp_path: Path) -> None:
        where = ["--workspace", str(ws.settings.root), "plan"]
        out = tmp_path / "r.pdf"
        asked = ["report", "--outline", "trial", "--on", str(today(ws)), "--out", str(out)]
        done = CliRunner().invoke(main, [*where, *asked])
        assert done.exit_code == 0, done.output
        assert f"{out}: Tình hình quý " in done.output
        assert f"SHA-256 {plan_report(ws, outline='trial').hash}" in done.output
        assert out.read_bytes().startswith(b"%PDF")
        listed = CliRunner().invoke(main, [*where, "outlines"])
        assert "trial  quarter  4         Báo cáo thử" in listed.output
        rows = json.loads(CliRunner().invoke(main, [*where, "outlines", "--json"]).output)
        assert [sorted(row) for row in rows] == [["id", "name", "name_en", "sections", "span"]]

    def test_an_ending_that_is_not_known(self, ws: Workspace, tmp_path: Path) -> None:
        where = ["--workspace", str(ws.settings.root), "plan", "report"]
        done = CliRunner().invoke(main, [*where, "--out", str(tmp_path / "r.odt")])
        assert done.exit_code == 1
        assert "expected a name that ends in .docx, .pdf, .xlsx, .zip" in done.output
