"""The PDF report: all of it is there, on every page its stamp, and data never become markup."""

import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest
from printed import (
    HOSTILE,
    IMPRINT,
    LETTERS,
    coordinates,
    findings,
    numbered,
    same,
    source,
    square,
    texts,
    wide,
)
from pypdf import PdfReader

from geo_app.domain.layer import Mark
from geo_app.domain.result import Comparison, Findings
from geo_app.render.document import ROWS, compose
from geo_app.render.paper import Drawing
from geo_app.render.pdf import to_pdf
from geo_app.render.printed_map import draw_map

NOTICE = "không có giá trị pháp lý xác định ranh giới, mốc giới"


def printed(
    result: Findings, drawings: Sequence[Drawing] = (), *, language: str = "vi"
) -> PdfReader:
    data = to_pdf(compose(result, drawings, IMPRINT, language=language))
    return PdfReader(BytesIO(data))


def pages(reader: PdfReader) -> list[str]:
    return [squeezed(page.extract_text()) for page in reader.pages]


def squeezed(text: str) -> str:
    """Leave out the spaces: where a line breaks does not matter."""
    return re.sub(r"[\s\u200b]+", "", text)


def test_everything_of_a_result_is_printed() -> None:
    compared = Comparison(same("Goal"), 53.381, 80.0, "pct", "KH 23/KH-UBND")
    result = replace(findings(), comparisons=(compared,))
    text = "".join(pages(printed(result)))
    wanted = (
        "TỈNH MẪU", "Kết quả giả", "Định nghĩa ở đây.", "Giải thích.", "Đoạn hai.", "1.234,5",
        "Chiều dài (km)", "53,38", "-26,62", "KH 23/KH-UBND", "Hãy để ý.", "row-0003", "1.236,50",
        "Layer roads", "20260101T000000Z-abcdef12", "01/07/2025", "±1 m", "Sở Xây dựng",
        "communes_2025", result.hash, "05/03/2026 14:30", "Trang 1/",
    )  # fmt: skip
    assert [each for each in wanted if squeezed(each) not in text] == []
    english = "".join(pages(printed(result, language="en")))
    for each in ("SAMPLE PROVINCE", "The definition is here.", "1,234.5", "5 Mar 2026 14:30"):
        assert squeezed(each) in english


@pytest.mark.parametrize(
    ("marks", "stamped"),
    [(("synthetic",), True), (("schematic",), True), (("unverified",), False), ((), False)],
)
def test_every_page_bears_stamp_and_disclaimer(marks: tuple[Mark, ...], stamped: bool) -> None:
    found = pages(printed(findings(*marks, tables=[numbered("rows", 90)])))
    assert len(found) > 2
    for number, page in enumerate(found, start=1):
        assert ("MINHHỌA" in page) == stamped
        assert squeezed(NOTICE) in page
        assert f"Trang{number}/{len(found)}" in page


@pytest.mark.parametrize("text", [*HOSTILE, LETTERS, "x" * 300, "≤ ≥ ± × → ° ′ ″ – “ ” … ² ³ ‰"])
def test_data_are_text_and_never_markup(text: str) -> None:
    result = findings(tables=[texts("notes", [text])], inputs=[replace(source(), source=text)])
    result = replace(result, title=same(text), definition=same(text), settings={text: text})
    found = "".join(pages(printed(result)))
    assert found.count(squeezed(text)) >= 5


def test_control_signs_are_left_out() -> None:
    result = findings(tables=[texts("notes", ["a\x00b\x0c\x1bc"])])
    assert "abc" in "".join(pages(printed(result)))


def test_a_long_table_repeats_its_head_and_says_what_is_left_out() -> None:
    found = pages(printed(findings(tables=[numbered("rows", 250)])))
    holding = [page for page in found if "row-0" in page]
    assert len(holding) > 1
    assert all("Diệntích(ha)" in page for page in holding)
    text = "".join(found)
    assert f"row-{ROWS:04d}" in text
    assert f"row-{ROWS + 1:04d}" not in text
    assert "In100dòngđầutrong250dòng" in text


def test_a_record_of_a_place_is_printed_whole_with_its_coordinates() -> None:
    found = pages(printed(findings(tables=[numbered("verdicts", 250), coordinates(120)])))
    text = "".join(found)
    assert "row-0250" in text
    assert "Phụlục:Tablecoordinates(120dòng)" in text
    assert "X=Bắc,Y=Đông" in text
    assert "2.400.000,500450.000,000" in text
    assert "2.400.119,500450.119,000" in text
    assert text.index("Sốliệuđầuvào") < text.index("Phụlục:")


def test_a_wide_table_goes_across_and_nothing_is_cut() -> None:
    reader = printed(findings(tables=[wide(40)]))
    text = "".join(pages(reader))
    assert [k for k in range(40) if f"{100 + k},25" not in text] == []
    shapes = {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages}
    assert shapes == {(595, 842), (842, 595)}


def test_pictures_stand_in_it_with_words_for_them() -> None:
    result = findings(pictures=[square(600)])
    reader = printed(result, [draw_map(result, None, language="vi")])
    assert sum(len(page.images) for page in reader.pages) == 1
    text = "".join(pages(reader))
    assert "Bảnđồtỷlệ1:5.000:Kếtquảgiả" in text


def test_a_table_without_rows_says_so() -> None:
    text = "".join(pages(printed(findings(tables=[numbered("rows", 1), numbered("empty", 0)]))))
    assert "Tableempty(0dòng)Khôngcódòngnào." in text


def test_it_is_the_same_file_wherever_it_is_made() -> None:
    document = compose(findings(), [], IMPRINT, language="vi")
    data = to_pdf(document)
    assert to_pdf(document) == data
    reader = PdfReader(BytesIO(data))
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(font.startswith("LibertinusSerif") for font in fonts)
    assert reader.metadata is not None
    assert reader.metadata.title == "Kết quả giả"
    assert reader.root_object["/Lang"] == "vi"
    assert reader.root_object["/MarkInfo"]["/Marked"]
