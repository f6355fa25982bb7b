"""A report on the plan by hand: what its cells say, and that texts of strangers stay texts."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from printed import HOSTILE, IMPRINT, same
from pypdf import PdfReader

from geo_app.domain.ledger import Actual, Row, Standing
from geo_app.domain.outline import COLUMNS, Outline
from geo_app.domain.period import Period
from geo_app.domain.plan_report import (
    Bars,
    Chapter,
    Content,
    Counts,
    Details,
    Listing,
    Remark,
    Report,
    history_sources,
    list_sources,
)
from geo_app.domain.text import Bilingual
from geo_app.render.columns import Grid
from geo_app.render.document import Document, Paragraph, References
from geo_app.render.docx import to_docx
from geo_app.render.paper import Drawing
from geo_app.render.pdf import to_pdf
from geo_app.render.plan_document import compose_report

OLD = Actual("statistic", "2024", "Niên giám 2024, https://example.org/a?b=1.", True, value=60.5)
NEW = Actual("reported", "2025-06", "Sở Xây dựng", False, value=62.25)
SHOWN = Actual("computed", "2025-12-31", "bản đồ", True, value=70.0, marks=("synthetic",))
ROW = Row(
    kind="target",
    id="t_roads",
    section="II.1",
    title=same("Đường cứng"),
    sentence="Đến năm 2030 đạt 80 %",
    asks=Bilingual("đạt 80 %", "reach 80 %"),
    verified=True,
    source="KH 23, mục II.1",
    standing=Standing("behind", same("Chậm."), line=70.0, gap=-17.75),
    unit="pct",
    due=2030,
    agency="so_gtvt",
    agency_now="so_xd",
    actual=NEW,
    history=(OLD, NEW),
)


def report(*parts: Content, rows: tuple[Row, ...] = (ROW,)) -> Report:
    sources = list_sources(each for row in rows for each in history_sources(row))
    return Report(
        outline=Outline("trial", same("Thử"), same("Thử"), "quarter", ()),
        title=same("Báo cáo thử"),
        period=Period(2026, 3),
        on=date(2026, 9, 30),
        generation=3,
        collected=1,
        chapters=(Chapter(same("I. Chung"), parts),),
        rows=rows,
        agencies={"so_gtvt": same("Sở GTVT"), "so_xd": same("Sở Xây dựng")},
        instruments={},
        sources=sources,
        cited=len(sources),
    )


def composed(*parts: Content, language: str = "vi", rows: tuple[Row, ...] = (ROW,)) -> Document:
    def no_map(_: object) -> Drawing:
        raise AssertionError

    return compose_report(report(*parts, rows=rows), no_map, IMPRINT, language=language)


def grids(document: Document) -> list[Grid]:
    return [part for each in document.sections for part in each.parts if isinstance(part, Grid)]


def cell(name: str, language: str = "vi", row: Row = ROW) -> str:
    listing = Listing(None, (row,), (name,), 1)
    (grid,) = grids(composed(listing, language=language, rows=(row,)))
    return grid.rows[0][0]


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("actual", "62,25 % (chưa kiểm chứng)", "62.25 % (unverified)"),
        ("before", "60,5 %", "60.5 %"),
        ("gap", "−17,75 %", "−17.75 %"),
        ("day", "06/2025", "06/2025"),
        ("status", "chậm tiến độ", "behind"),
        ("agency", "Sở Xây dựng", "Sở Xây dựng"),
        ("source", "[1] [2]", "[1] [2]"),
        ("due", "2030", "2030"),
    ],
)
def test_what_a_cell_says(name: str, vi: str, en: str) -> None:
    assert cell(name) == vi
    assert cell(name, "en") == en


def test_every_column_can_be_empty() -> None:
    bare = replace(
        ROW, actual=None, history=(), due=None, agency=None, agency_now=None,
        standing=Standing("no_data", same("")),
    )  # fmt: skip
    for name in COLUMNS:
        assert cell(name, row=bare) in (
            "1", "Đường cứng", "II.1", "đạt 80 %", "–", "chưa có số liệu", "", "[1]",
        ), name  # fmt: skip


def test_an_illustration_says_so_in_its_cell_and_on_every_page() -> None:
    shown = replace(ROW, actual=SHOWN)
    assert cell("actual", row=shown) == "70 % (minh họa)"
    assert composed(rows=(shown,)).stamp == "MINH HỌA"
    assert composed().stamp == ""


def test_few_groups_stand_beside_each_other_and_many_below() -> None:
    tally = {"met": 1, "behind": 2}
    few = Counts(None, same("Loại"), ((same("a"), tally), (same("b"), {"met": 3})))  # type: ignore[arg-type]
    (grid,) = grids(composed(few))
    assert [each.title for each in grid.columns] == ["Tình trạng", "a", "b", "Tổng"]
    assert grid.rows == (
        ("đạt", "1", "3", "4"), ("chậm tiến độ", "2", "–", "2"), ("Tổng", "3", "3", "6"),
    )  # fmt: skip
    many = replace(few, lines=tuple((same(name), tally) for name in "abcd"))  # type: ignore[misc]
    (grid,) = grids(composed(many))
    assert [each.title for each in grid.columns] == ["Loại", "đạt", "chậm tiến độ", "Tổng"]
    assert grid.rows[0] == ("a", "1", "2", "3")
    assert grid.rows[-1] == ("Tổng", "4", "8", "12")


def test_details_cite_each_figure_and_sources_lead_into_the_web() -> None:
    document = composed(Details((ROW,)))
    history = grids(document)[1]
    assert [row[3] for row in history.rows] == ["[3]", "[2]"]
    (sources,) = [
        part for each in document.annex for part in each.parts if isinstance(part, References)
    ]
    assert [line.address for line in sources.lines] == ["", "", "https://example.org/a?b=1"]
    assert sources.lines[1].text.endswith("số liệu của 06/2025; chưa kiểm chứng")


def test_a_remark_cites_the_result_and_not_the_plan() -> None:
    document = composed(Remark(same("Một.\n\nHai."), (ROW,)))
    assert document.sections[0].parts == (Paragraph("Một."), Paragraph("Hai.", cites=(2,)))


def test_word_links_every_citation_of_a_remark() -> None:
    rows = tuple(replace(ROW, id=name, actual=replace(NEW, source=name)) for name in "abc")
    document = to_docx(composed(Remark(same("Ba số."), rows), rows=rows))
    line = next(each for each in docx.Document(BytesIO(document)).paragraphs if each.hyperlinks)
    assert [each.fragment for each in line.hyperlinks] == ["source_2", "source_5", "source_6"]
    assert line.text == "Ba số. [2] [5] [6]"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_texts_of_strangers_stay_texts(language: str) -> None:
    rows = tuple(
        replace(
            ROW,
            id=str(place),
            title=same(text),
            sentence=text,
            source=text,
            actual=replace(NEW, source=text),
        )
        for place, text in enumerate(HOSTILE)
    )
    parts = (
        Remark(same(HOSTILE[0]), rows),
        Listing(same(HOSTILE[1]), rows, tuple(COLUMNS), 3),
        Bars(same(HOSTILE[2]), rows, (80.0, 80.0, 80.0)),
        Details(rows),
    )
    document = composed(*parts, language=language, rows=rows)
    pages = PdfReader(BytesIO(to_pdf(document))).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", " ")
    assert '#panic("executed")' in text
    word = docx.Document(BytesIO(to_docx(document)))
    cells = {c.text for table in word.tables for row in table.rows for c in row.cells}
    assert set(HOSTILE) <= cells
