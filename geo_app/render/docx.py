"""A report as a Word document, to be pasted from: real tables, headings by style, alt texts."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as Pages
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from geo_app.render.columns import Grid
from geo_app.render.document import Document, Paragraph, Part, References, Section
from geo_app.render.docx_parts import (
    add_citations,
    add_letterhead,
    add_references,
    add_signature,
)
from geo_app.render.docx_table import CELL_STYLES, table_of
from geo_app.render.paper import Drawing

_FONT = "Times New Roman"
"""The letter of Vietnamese administrative documents (Decree 30/2020/NĐ-CP, annex I)."""
_LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
_SIZES = {"Normal": 13, "Title": 18, "Heading 1": 14, "Heading 2": 13}
_SUBHEADING = "Heading2"
_RED, _QUIET = RGBColor(0xB3, 0x26, 0x1E), RGBColor(0x55, 0x62, 0x5F)
_TONES = {"plain": None, "warning": _RED, "quiet": _QUIET}
_A4 = (Mm(210), Mm(297))
_PROPERTY = 255
"""Signs that a property of a Word file holds."""


def to_docx(document: Document) -> bytes:
    """Write a report as a Word document."""
    word = docx.Document()
    _set_styles(word, document)
    _set_properties(word, document)
    _set_pages(word.sections[0], wide=False)
    _fill_margins(word.sections[0], document)
    _add_title(word, document)
    _add_sections(word, document.sections)
    if document.letter:
        add_signature(word, document.letter)
    _add_sections(word, document.annex)
    buffer = BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _add_sections(word: Word, sections: Sequence[Section]) -> None:
    for section in sections:
        if section.wide != (word.sections[-1].orientation == WD_ORIENT.LANDSCAPE):
            _set_pages(word.add_section(WD_SECTION.NEW_PAGE), wide=section.wide)
        word.add_paragraph(section.title, style="Heading 1")
        for part in section.parts:
            _add(word, part)


def _set_styles(word: Word, document: Document) -> None:
    defaults = word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    spoken = defaults.find(qn("w:lang"))
    for script in ("val", "eastAsia"):
        spoken.set(qn(f"w:{script}"), _LANGUAGES[document.language])
    for name, size in _SIZES.items():
        _set_font(word.styles[name], size, bold=name != "Normal")
    title: Any = word.styles["Title"]
    title.element.pPr.remove(title.element.pPr.find(qn("w:pBdr")))
    text = word.styles["Normal"].paragraph_format
    text.space_after, text.line_spacing = Pt(6), 1.0
    for figures, name in CELL_STYLES.items():
        style: Any = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _set_font(style, 9, bold=False)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT if figures else None


def _set_font(style: Any, size: float, *, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for name in [each for each in fonts.attrib if each.endswith("Theme")]:
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), _FONT)


def _set_properties(word: Word, document: Document) -> None:
    own = word.core_properties
    own.title, own.author = document.title[:_PROPERTY], document.province[:_PROPERTY]
    own.subject, own.language = document.stamp, _LANGUAGES[document.language]
    own.comments, own.created = document.origin, document.made.astimezone(dt.UTC)


def _set_pages(pages: Pages, *, wide: bool) -> None:
    short, long = _A4
    pages.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    pages.page_width, pages.page_height = (long, short) if wide else (short, long)
    pages.left_margin, pages.right_margin = Mm(30), Mm(15)
    pages.top_margin = pages.bottom_margin = Mm(22)
    pages.header_distance = pages.footer_distance = Mm(9)


def _fill_margins(pages: Pages, document: Document) -> None:
    """Write head and foot; later pages take them over."""
    head = pages.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(head, f"{document.province} – {document.title}   ", 9, _QUIET)
    if document.stamp:
        _run(head, document.stamp, 13, _RED).bold = True
    foot = pages.footer.paragraphs[0]
    _run(foot, f"{document.notice}\n{document.origin}", 8, _QUIET)
    number = pages.footer.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(number, f"{document.page} ", 9, _QUIET)
    _add_field(number, "PAGE")
    _run(number, "/", 9, _QUIET)
    _add_field(number, "NUMPAGES")


def _run(line: Line, text: str, size: float, color: RGBColor | None) -> Any:
    run = line.add_run(text)
    run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color
    return run


def _add_field(line: Line, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(_run(line, "1", 9, _QUIET)._r)
    line._p.append(field)


def _add_title(word: Word, document: Document) -> None:
    if document.letter:
        add_letterhead(word, document.letter, document.title)
    else:
        word.add_paragraph(document.province)
        word.add_paragraph(document.title, style="Title")


def _add(word: Word, part: Part) -> None:
    if isinstance(part, Grid):
        # An empty line keeps tables that follow each other apart.
        word.add_paragraph()._p.addprevious(table_of(part))
    elif isinstance(part, References):
        add_references(word, part)
    elif isinstance(part, Drawing):
        shape = word.add_picture(BytesIO(part.png), width=Mm(part.width_mm))
        shape._inline.docPr.set("descr", part.alt)
    else:
        _add_text(word, part)


def _add_text(word: Word, part: Paragraph) -> None:
    if part.tone == "heading":
        # By id: looking a style up by name takes longer than all else.
        word.add_paragraph(part.text)._p.style = _SUBHEADING
        return
    line = word.add_paragraph()
    line.paragraph_format.keep_with_next = part.tone == "quiet" or None
    run = line.add_run(part.text)
    color = _TONES[part.tone]
    if color is not None:
        run.font.color.rgb = color
    run.bold = part.tone == "warning" or None
    if part.cites:
        line.add_run(" ")
        add_citations(line, part.cites)
