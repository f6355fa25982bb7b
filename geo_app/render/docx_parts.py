"""Parts of a Word document that python-docx has no words for: citations, and letterheads."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Line

from geo_app.render.document import Letter, References
from geo_app.render.docx_table import LINK_COLOR, citations

_WIDTHS = (Mm(60), Mm(105))
"""Of the two columns of a letterhead: the issuer's, and the state's."""


def add_citations(line: Line, places: Sequence[int]) -> None:
    """Add links to lines of the list of sources, [3] [14], to a paragraph."""
    line._p.extend(list(parse_xml(f"<w:p {nsdecls('w')}>{citations(places)}</w:p>")))


def add_references(word: Word, part: References) -> None:
    """Add the list of sources; each line bears the name that citations lead to."""
    for place, line in enumerate(part.lines, start=1):
        added = word.add_paragraph()
        added.paragraph_format.left_indent = Mm(10)
        added.paragraph_format.first_line_indent = -Mm(10)
        added.paragraph_format.space_after = Pt(3)
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(place))
        start.set(qn("w:name"), f"source_{place}")
        added._p.append(start)
        added.add_run(f"[{place}]\t").font.size = Pt(10)
        added._p.append(end)
        added.paragraph_format.tab_stops.add_tab_stop(Mm(10))
        if line.address:
            link = OxmlElement("w:hyperlink")
            relation = word.part.relate_to(
                line.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            link.set(qn("r:id"), relation)
            link.append(_linked_run(line.text, half_points=20))
            added._p.append(link)
        else:
            added.add_run(line.text).font.size = Pt(10)


def add_letterhead(word: Word, letter: Letter, title: str) -> None:
    """Add the head of an administrative document, with what it is and its title."""
    table = word.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    texts = (
        ((letter.over.upper(), ""), (letter.issuer.upper(), "b"), (letter.number, "")),
        ((letter.nation, "b"), (letter.motto, "bu"), (letter.dated, "i")),
    )
    for cell, width, lines in zip(table.rows[0].cells, _WIDTHS, texts, strict=True):
        cell.width = width
        for rank, (text, look) in enumerate(lines):
            line = cell.paragraphs[0] if rank == 0 else cell.add_paragraph()
            _write(line, text, look, 12 if rank < 2 else 13)
    for text, space in ((letter.kind, 14), (title, 0)):
        style = "Title" if text == title else None
        line = word.add_paragraph(style=style)
        line.paragraph_format.space_before = Pt(space)
        _write(line, text, "b", 14)
    line.paragraph_format.space_after = Pt(14)


def add_signature(word: Word, letter: Letter) -> None:
    """Add to whom the document goes, and room to sign it."""
    word.add_paragraph()
    table = word.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    for rank, text in enumerate(letter.recipients):
        line = left.paragraphs[0] if rank == 0 else left.add_paragraph()
        run = line.add_run(text)
        run.font.size = Pt(12 if rank == 0 else 11)
        run.bold = run.italic = rank == 0 or None
        line.paragraph_format.space_after = Pt(0)
    _write(right.paragraphs[0], letter.signer.upper(), "b", 13)
    right.add_paragraph().paragraph_format.space_after = Pt(60)


def _write(line: Line, text: str, look: str, size: float) -> None:
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_after = Pt(2)
    run = line.add_run(text)
    run.font.size = Pt(size)
    run.bold, run.italic, run.underline = "b" in look, "i" in look, "u" in look


def _linked_run(text: str, *, half_points: int | None = None) -> Any:
    run = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    color = OxmlElement("w:color")
    color.set(qn("w:val"), LINK_COLOR)
    properties.append(color)
    if half_points is not None:
        size = OxmlElement("w:sz")
        size.set(qn("w:val"), str(half_points))
        properties.append(size)
    run.append(properties)
    words = OxmlElement("w:t")
    words.text = text
    run.append(words)
    return run
