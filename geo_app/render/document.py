"""A report of what a study found, as plain content: `pdf` and `docx` write it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from geo_app.domain.result import Findings, Table, plain_value
from geo_app.domain.text import Bilingual
from geo_app.render.columns import COORDINATES, Column, Grid, cells_of, clean, fitted, without_empty
from geo_app.render.paper import Drawing
from geo_app.render.report import (
    ILLUSTRATIVE,
    INPUT_TITLES,
    OFFICIAL_TITLES,
    SHEETS,
    comparison_line,
    header,
    identity,
    input_lines,
)
from geo_app.render.values import show_moment, show_value
from geo_app.render.words import WORDS

ROWS = 100
"""Rows of a table that a report prints, but for a report on places, which prints all."""
_SETTING_SIGNS = 160
_WORDS = {
    "result": Bilingual("Kết quả", "Result"),
    "figure": Bilingual("Chỉ số", "Figure"),
    "value": Bilingual("Giá trị", "Value"),
    "charts": Bilingual("Biểu đồ", "Charts"),
    "settings": Bilingual("Thiết lập đã dùng", "Settings used"),
    "setting": Bilingual("Tên", "Name"),
    "annex": Bilingual("Phụ lục: {title}", "Annex: {title}"),
    "axes": Bilingual("X = Bắc, Y = Đông, mét.", "X = north, Y = east, metres."),
    "rest": Bilingual(
        "In {shown:,} dòng đầu trong {all:,} dòng; tệp Excel của kết quả này có đủ.",
        "The first {shown:,} of {all:,} rows; the Excel file of this result has all of them.",
    ),
    "rows": Bilingual("{title} ({n:,} dòng)", "{title} ({n:,} rows)"),
    "empty": Bilingual("Cột không có giá trị nào: {titles}.", "Columns without values: {titles}."),
    "more": Bilingual("Các cột tiếp theo của bảng trên:", "Further columns of the table above:"),
    "none": Bilingual("Không có dòng nào.", "No rows."),
    "made": Bilingual("Lập ngày {moment}", "Made on {moment}"),
    "page": Bilingual("Trang", "Page"),
}


@dataclass(frozen=True)
class Imprint:
    """Whose report it is, and when it was made, in the province's time."""

    province: Bilingual
    made: dt.datetime


@dataclass(frozen=True)
class Paragraph:
    """
    Text; `warning` is what the reader must not miss, `quiet` tells of the table below.

    A `heading` stands over what follows it; `cites` are places in the list of sources.
    """

    text: str
    tone: Literal["plain", "warning", "quiet", "heading"] = "plain"
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A line of the list of sources, cited by its place in it; `address` leads into the web."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class References:
    """The list of sources that paragraphs and columns cite, from 1."""

    lines: tuple[Reference, ...]


Part = Paragraph | Grid | Drawing | References


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; `wide`: on pages across."""

    title: str
    parts: tuple[Part, ...]
    wide: bool = False


@dataclass(frozen=True)
class Letter:
    """
    Head and foot of an administrative document (Decree 30/2020/NĐ-CP, annex I).

    `dated` is place and day, `kind` what it is ("BÁO CÁO"), `recipients` has its heading first.
    """

    over: str
    issuer: str
    number: str
    nation: str
    motto: str
    dated: str
    kind: str
    signer: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """
    All that is printed, as text of one language.

    `stamp` stands on every page where the figures only illustrate, `notice` and `origin` at the
    foot of each. A `letter` is signed between the `sections` and the `annex`. `one_page`: it is set
    smaller until it fits one page, where that can be.
    """

    language: str
    title: str
    province: str
    stamp: str
    notice: str
    origin: str
    page: str
    made: dt.datetime
    sections: tuple[Section, ...]
    letter: Letter | None = None
    annex: tuple[Section, ...] = ()
    one_page: bool = False


def compose(
    findings: Findings, drawings: Sequence[Drawing], imprint: Imprint, *, language: str
) -> Document:
    """
    Put a report together.

    Parameters
    ----------
    drawings
        The map, where there is one, and the charts.
    """
    moment = _WORDS["made"].filled(moment=show_moment(imprint.made, language)).get(language)
    return Document(
        language=language,
        title=clean(findings.title.get(language)),
        province=clean(imprint.province.get(language)),
        stamp=WORDS["illustration"].get(language) if findings.illustrative else "",
        notice=WORDS["notice"].get(language),
        origin=f"{moment} · {identity(findings, language)}",
        page=_WORDS["page"].get(language),
        made=imprint.made,
        sections=tuple(_sections(findings, drawings, language)),
    )


def _sections(findings: Findings, drawings: Sequence[Drawing], language: str) -> Iterator[Section]:
    own = [each for each in findings.tables if each.name != COORDINATES]
    annex = [each for each in findings.tables if each.name == COORDINATES]
    most = None if annex else ROWS
    yield Section(_WORDS["result"].get(language), tuple(_result(findings, language)))
    yield from _section(SHEETS["official"], _official(findings, language), language)
    notices = [Paragraph(clean(each.text.get(language)), "warning") for each in findings.warnings]
    yield from _section(SHEETS["warnings"], notices, language)
    definition = _paragraphs(findings.definition.get(language))
    yield from _section(SHEETS["definition"], definition, language)
    for each in drawings:
        yield Section(each.alt, (each,))
    rest = [
        *(_table(each, each.title, language, most) for each in own),
        *_section(_WORDS["settings"], _settings(findings, language), language),
        *_section(SHEETS["inputs"], _inputs(findings, language), language),
    ]
    yield from _across(rest)
    for table in annex:
        section = _table(table, _WORDS["annex"].filled(title=table.title), language, most)
        axes = Paragraph(_WORDS["axes"].get(language))
        yield replace(section, parts=(axes, *section.parts))


def _section(title: Bilingual, parts: Iterable[Part], language: str) -> Iterator[Section]:
    """Yield a section unless it is empty."""
    if found := tuple(parts):
        yield Section(title.get(language), found, _any_wide(found))


def _any_wide(parts: Iterable[Part]) -> bool:
    return any(isinstance(each, Grid) and each.wide for each in parts)


def _across(sections: list[Section]) -> list[Section]:
    """Leave no small table alone on a page upright between others across."""
    wide = [place for place, each in enumerate(sections) if each.wide]
    return [
        replace(each, wide=bool(wide) and wide[0] <= place <= wide[-1])
        for place, each in enumerate(sections)
    ]


def _result(findings: Findings, language: str) -> Iterator[Part]:
    if findings.illustrative:
        yield Paragraph(ILLUSTRATIVE.get(language), "warning")
    yield from _paragraphs(findings.explanation.get(language))
    rows = [
        [header(each, language), show_value(findings.totals[each.name], each, language)]
        for each in findings.total_fields
    ]
    heads = (_WORDS["figure"], _WORDS["value"])
    yield from _listed([each.get(language) for each in heads], rows, figures=(1,))


def _official(findings: Findings, language: str) -> list[Grid]:
    rows = [comparison_line(each, language) for each in findings.comparisons]
    return _listed([each.get(language) for each in OFFICIAL_TITLES], rows, figures=(1, 2, 3))


def _inputs(findings: Findings, language: str) -> list[Grid]:
    # The id stays out: the title says it to a reader.
    rows = [line[1:] for line in input_lines(findings, language)]
    return _listed([each.get(language) for each in INPUT_TITLES[1:]], rows)


def _settings(findings: Findings, language: str) -> list[Grid]:
    rows = [[name, _short(value)] for name, value in findings.settings.items()]
    return _listed([_WORDS["setting"].get(language), _WORDS["value"].get(language)], rows)


def _short(value: Any) -> str:
    plain = plain_value(value)
    text = ", ".join(map(str, plain)) if isinstance(plain, list) else str(plain)
    return text if len(text) <= _SETTING_SIGNS else f"{text[:_SETTING_SIGNS]}…"


def _paragraphs(text: str) -> list[Paragraph]:
    return [Paragraph(clean(line)) for line in text.splitlines() if clean(line)]


def _listed(
    heads: Sequence[str], rows: Sequence[Sequence[Any]], *, figures: Sequence[int] = ()
) -> list[Grid]:
    """Return a table of texts; none where it has no rows."""
    if not rows:
        return []
    columns = tuple(Column(head, place in figures) for place, head in enumerate(heads))
    texts = tuple(tuple(clean("" if v is None else str(v)) for v in row) for row in rows)
    return fitted(Grid(columns, texts))


def _table(table: Table, title: Bilingual, language: str, most: int | None) -> Section:
    count = len(table.rows)
    heading = _WORDS["rows"].filled(title=title, n=count).get(language)
    if not count:
        return Section(heading, (Paragraph(_WORDS["none"].get(language), "quiet"),))
    parts: list[Part] = []
    if most is not None and count > most:
        rest = _WORDS["rest"].filled(shown=most, all=count)
        parts.append(Paragraph(rest.get(language), "quiet"))
    filled, empty = without_empty(cells_of(table, language, most=most))
    if empty:
        note = _WORDS["empty"].filled(titles="; ".join(empty))
        parts.append(Paragraph(note.get(language), "quiet"))
    for place, grid in enumerate(fitted(filled)):
        parts += [Paragraph(_WORDS["more"].get(language), "quiet"), grid] if place else [grid]
    return Section(clean(heading), tuple(parts), _any_wide(parts))
