"""The Word report, opened again: real tables, styles, alt texts, and data as text."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from printed import (
    HOSTILE,
    IMPRINT,
    LETTERS,
    MADE,
    coordinates,
    findings,
    numbered,
    same,
    square,
    texts,
    wide,
)

from geo_app.domain.layer import Mark
from geo_app.domain.result import Findings
from geo_app.render.document import compose
from geo_app.render.docx import to_docx
from geo_app.render.paper import Drawing
from geo_app.render.printed_map import draw_map


def written(
    result: Findings, drawings: Sequence[Drawing] = (), *, language: str = "vi"
) -> Document:
    data = to_docx(compose(result, drawings, IMPRINT, language=language))
    return docx.Document(BytesIO(data))


def cells(document: Document) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def test_tables_are_tables_with_a_head_that_is_repeated() -> None:
    document = written(findings(tables=[numbered("rows", 250), coordinates(4)]))
    found = {table[0][0]: table for table in cells(document)}
    assert found["Mã"][0] == ["Mã", "Diện tích (ha)"]
    assert found["Mã"][-1] == ["row-0250", "1.483,50"]
    assert found["Thửa"][1] == ["A", "1", "2.400.000,500", "450.000,000"]
    for table in document.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)


def test_headings_and_letters_are_set_by_style() -> None:
    document = written(findings())
    styled = {p.text: p.style.name for p in document.paragraphs if p.style and p.text}
    assert styled["Kết quả giả"] == "Title"
    for heading in ("Kết quả", "Lưu ý", "Định nghĩa", "Table rows (3 dòng)", "Số liệu đầu vào"):
        assert styled[heading] == "Heading 1"
    for name in ("Normal", "Title", "Heading 1", "Table cell", "Table figure"):
        style = document.styles[name]
        assert style.font.name == "Times New Roman"
        assert style.element.rPr.rFonts.get(qn("w:asciiTheme")) is None


@pytest.mark.parametrize(("language", "tag"), [("vi", "vi-VN"), ("en", "en-GB")])
def test_it_says_its_language_and_what_it_is(language: str, tag: str) -> None:
    result = findings("synthetic")
    document = written(result, language=language)
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert defaults.get(qn("w:val")) == tag
    own = document.core_properties
    assert (own.title, own.language) == (result.title.get(language), tag)
    assert result.hash in own.comments
    assert own.created == MADE


@pytest.mark.parametrize(
    ("marks", "stamped"), [(("schematic",), True), (("unverified",), False), ((), False)]
)
def test_head_and_foot_stand_on_every_page(marks: tuple[Mark, ...], stamped: bool) -> None:
    result = findings(*marks, tables=[numbered("rows", 3)])
    document = written(result)
    for section in document.sections:
        assert ("MINH HỌA" in section.header.paragraphs[0].text) == stamped
        foot = section.footer
        text = "\n".join(each.text for each in foot.paragraphs)
        assert "không có giá trị pháp lý xác định ranh giới, mốc giới" in text
        assert result.hash in text
        fields = [each.get(qn("w:instr")) for each in foot._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]


def test_wide_tables_stand_across_on_a4() -> None:
    document = written(findings(tables=[numbered("rows", 3), wide(30), numbered("more", 3)]))
    first, *others = [
        (each.orientation, each.page_width / Mm(1), each.page_height / Mm(1))
        for each in document.sections
    ]
    upright = (WD_ORIENT.PORTRAIT, pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    across = (WD_ORIENT.LANDSCAPE, pytest.approx(297, abs=0.1), pytest.approx(210, abs=0.1))
    assert first == upright
    assert others == [across, upright]
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= Mm(252.1)


def test_the_map_has_its_size_and_words_for_it() -> None:
    result = findings(pictures=[square(600)])
    document = written(result, [draw_map(result, None, language="vi")])
    (shape,) = document.inline_shapes
    assert shape.width / Mm(1) == pytest.approx(160, abs=0.1)
    assert shape._inline.docPr.get("descr") == "Bản đồ tỷ lệ 1:5.000: Kết quả giả"


@pytest.mark.parametrize("text", [*HOSTILE, LETTERS, "a\x00b\x0c\x1bc", "x" * 300])
def test_data_are_text_and_never_markup(text: str) -> None:
    shown = text.replace("\x00", "").replace("\x0c", "").replace("\x1b", "")
    result = replace(findings(tables=[texts("notes", [text])]), title=same(text))
    document = written(result)
    assert [table for table in cells(document) if table[-1] == [shown]]
    assert shown in [each.text for each in document.paragraphs]
