"""A report on the plan as a document to be printed: `pdf` and `docx` write it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from geo_app.domain.ledger import ACTUAL_KINDS, STATUSES, Actual, Row
from geo_app.domain.outline import COLUMNS, Letterhead
from geo_app.domain.plan_report import (
    SOURCE_KINDS,
    Bars,
    Chapter,
    Content,
    Counts,
    Details,
    Listing,
    Missing,
    Plot,
    Remark,
    Report,
    Source,
    amount,
    result_words,
)
from geo_app.domain.result import ILLUSTRATIVE, Findings
from geo_app.domain.submission import STATES
from geo_app.domain.text import Bilingual
from geo_app.render.columns import Column, Grid, clean, fitted
from geo_app.render.document import (
    Document,
    Imprint,
    Letter,
    Paragraph,
    Part,
    Reference,
    References,
    Section,
)
from geo_app.render.paper import Drawing
from geo_app.render.plan_tables import fixed, grid, show_day, summed, upright
from geo_app.render.progress import draw_bars
from geo_app.render.values import MARK_TITLES, show_date, show_moment
from geo_app.render.words import WORDS

DrawPlot = Callable[[Findings], Drawing]
"""Draws the map of what a study found."""

_WORDS = {
    "sources": Bilingual("Nguồn số liệu", "Sources"),
    "about": Bilingual("Về báo cáo này", "About this report"),
    "total": Bilingual("Tổng", "Total"),
    "rest": Bilingual(
        "{shown:,} dòng đầu trong {all:,} dòng; tệp Excel của báo cáo có đủ.",
        "The first {shown:,} of {all:,} rows; the Excel file of the report has all of them.",
    ),
    "origin": Bilingual(
        "Lập ngày {made} · số liệu đến hết {on} · đề cương {outline} · SHA-256 {hash}",
        "Made on {made} · as of the end of {on} · outline {outline} · SHA-256 {hash}",
    ),
    "page": Bilingual("Trang", "Page"),
    "illustration": Bilingual("{words} (minh họa)", "{words} (illustration)"),
    "unverified": Bilingual("{words} (chưa kiểm chứng)", "{words} (unverified)"),
    "sentence": Bilingual("“{text}”", "“{text}”"),
    "handed": Bilingual("{then}; nay: {now}", "{then}; today: {now}"),
    "nobody": Bilingual("chưa giao", "none named"),
    "agency": Bilingual("Cơ quan: {agency}.", "Agency: {agency}."),
    "history": Bilingual("Các số liệu đã có:", "All figures so far:"),
    "kind": Bilingual("Loại số liệu", "Kind of figure"),
    "note": Bilingual("Ghi chú", "Note"),
    "of": Bilingual("số liệu của {days}", "figures of {days}"),
    "computed": Bilingual("nghiên cứu {study}", "study {study}"),
    "due": Bilingual("Hạn gửi", "Due"),
    "state": Bilingual("Tình trạng biểu", "State of the form"),
    "late": Bilingual("Ngày chậm", "Days late"),
    "rows": Bilingual("Số dòng", "Rows"),
    "not_in": Bilingual("chưa gửi", "not sent"),
    "nation": Bilingual("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "THE SOCIALIST REPUBLIC OF VIET NAM"),
    "motto": Bilingual("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
    "number": Bilingual("Số:        /BC", "No.:        /BC"),
    "dated": Bilingual(
        "{place}, ngày {day:02d} tháng {month:02d} năm {year}", "{place}, {day}/{month}/{year}"
    ),
    "letter": Bilingual("BÁO CÁO", "REPORT"),
    "to": Bilingual("Nơi nhận:", "To:"),
}
_FEW = 3
_RESULT_MM = (40.0, 13.0, 40.0, 23.0, 33.0, 16.0)
_HISTORY_MM = (24.0, 42.0, 36.0, 16.0, 47.0)
_ADDRESS = re.compile(r"https?://[^\s\])>]+")


def compose_report(
    report: Report, draw_plot: DrawPlot, imprint: Imprint, *, language: str
) -> Document:
    """Write a report's content in one language, its maps drawn."""
    words = _Words(report, draw_plot, language)
    origin = _WORDS["origin"].filled(
        made=show_moment(imprint.made, language),
        on=show_date(report.on, language),
        outline=report.outline.id,
        hash=report.hash or "–",
    )
    document = Document(
        language=language,
        title=clean(report.title.get(language)),
        province=clean(imprint.province.get(language)),
        stamp=WORDS["illustration"].get(language) if report.illustrative else "",
        notice=WORDS["notice"].get(language),
        origin=origin.get(language),
        page=_WORDS["page"].get(language),
        made=imprint.made,
        sections=tuple(words.sections()),
        annex=tuple(words.annex()),
        one_page=report.outline.one_page,
    )
    head = report.outline.letterhead
    return replace(document, letter=_letter(head, imprint, language)) if head else document


def _letter(head: Letterhead, imprint: Imprint, language: str) -> Letter:
    made = imprint.made
    dated = _WORDS["dated"].filled(
        place=head.place, day=made.day, month=made.month, year=str(made.year)
    )
    fixed = {name: _WORDS[name].get(language) for name in ("number", "nation", "motto")}
    recipients = [_WORDS["to"], *head.recipients] if head.recipients else []
    return Letter(
        over=head.over.get(language),
        issuer=head.issuer.get(language),
        **fixed,
        dated=dated.get(language),
        kind=_WORDS["letter"].get(language),
        signer=head.signer.get(language),
        recipients=tuple(each.get(language) for each in recipients),
    )


class _Words:
    """A report's parts in one language."""

    def __init__(self, report: Report, draw_plot: DrawPlot, language: str) -> None:
        self._report = report
        self._draw_plot = draw_plot
        self._language = language

    def sections(self) -> Iterator[Section]:
        """Yield the chapters."""
        for chapter in self._report.chapters:
            yield self._chapter(chapter)

    def annex(self) -> Iterator[Section]:
        """Yield what must be known of all chapters, and the sources."""
        notices = [Paragraph(self._say(each)) for each in self._report.notices]
        yield Section(self._word("about"), tuple(notices))
        if self._report.cited:
            yield Section(self._word("sources"), (self._references(),))

    def _chapter(self, chapter: Chapter) -> Section:
        parts = [part for content in chapter.parts for part in self._parts(content)]
        title = self._say(chapter.title)
        wide = any(isinstance(each, Grid) and each.wide for each in parts)
        return Section(title, tuple(parts), wide)

    def _parts(self, content: Content) -> Iterator[Part]:
        match content:
            case Remark():
                yield from self._remark(content)
            case Listing():
                yield from self._listing(content)
            case Counts():
                yield from self._counts(content)
            case Bars():
                yield draw_bars(content, language=self._language)
            case Plot():
                yield self._draw_plot(content.findings)
            case Details():
                for row in content.rows:
                    yield from self._details(row)
            case Missing():
                yield from self._missing(content)

    def _remark(self, remark: Remark) -> Iterator[Paragraph]:
        lines = [clean(each) for each in remark.text.get(self._language).splitlines()]
        lines = [each for each in lines if each]
        cites = tuple(
            dict.fromkeys(n for row in remark.rows for n in self._report.numbers(row)[1:])
        )
        for line in lines:
            last = line is lines[-1]
            yield Paragraph(line, "warning" if remark.warning else "plain", cites if last else ())

    def _listing(self, listing: Listing) -> Iterator[Part]:
        if listing.title:
            yield Paragraph(self._say(listing.title), "heading")
        if listing.count > len(listing.rows):
            rest = _WORDS["rest"].filled(shown=len(listing.rows), all=listing.count)
            yield Paragraph(rest.get(self._language), "quiet")
        heads = [
            Column(COLUMNS[name].get(self._language), cites=name == "source")
            for name in listing.columns
        ]
        rows = [
            tuple(self._cell(row, name, place) for name in listing.columns)
            for place, row in enumerate(listing.rows, start=1)
        ]
        yield from self._table(heads, rows)

    def _counts(self, counts: Counts) -> Iterator[Part]:
        if counts.title:
            yield Paragraph(self._say(counts.title), "heading")
        groups = [(self._say(name), tally) for name, tally in counts.lines]
        titles = {each: self._say(STATUSES[each]) for each in counts.statuses}
        if len(groups) <= _FEW:
            # A line for each status reads better than one for each of a few groups.
            corner, heads = self._column("status"), [name for name, _ in groups]
            lines = [
                (title, [tally.get(each, 0) for _, tally in groups])
                for each, title in titles.items()
            ]
        else:
            corner, heads = self._say(counts.head), list(titles.values())
            lines = [(name, [tally.get(each, 0) for each in titles]) for name, tally in groups]
        yield from self._table(*summed(corner, heads, lines, self._word("total")))

    def _details(self, row: Row) -> Iterator[Part]:
        numbers = self._report.numbers(row)
        yield Paragraph(f"{row.section} · {self._say(row.title)}", "heading")
        sentence = _WORDS["sentence"].filled(text=row.sentence.rstrip("."))
        yield Paragraph(sentence.get(self._language), cites=numbers[:1])
        if row.change:
            yield Paragraph(f"{self._column('change')}: {self._say(row.change)}")
        agency = _WORDS["agency"].filled(agency=self._agencies(row))
        yield Paragraph(f"{agency.get(self._language)} {self._say(row.standing.reason)}", "quiet")
        names = ("asks", "due", "actual", "day", "status", "source")
        heads = [Column(self._column(name), cites=name == "source") for name in names]
        cells = tuple(self._cell(row, name, 1) for name in names)
        yield fixed(heads, _RESULT_MM, [cells])
        if len(row.history) > 1:
            yield from self._history(row)

    def _history(self, row: Row) -> Iterator[Part]:
        yield Paragraph(self._word("history"), "quiet")
        heads = [
            Column(self._column("day")),
            Column(self._column("actual")),
            Column(self._word("kind")),
            Column(self._column("source"), cites=True),
            Column(self._word("note")),
        ]
        rows = [
            (
                show_day(each.day),
                self._result(each, row.unit),
                self._say(ACTUAL_KINDS[each.kind]),
                _cites(self._report.number_of(each)),
                self._say(each.note) if each.note else "",
            )
            for each in row.history
        ]
        yield fixed(heads, _HISTORY_MM, rows)

    def _missing(self, missing: Missing) -> Iterator[Part]:
        if missing.title:
            yield Paragraph(self._say(missing.title), "heading")
        heads = [
            Column(self._column("agency")),
            Column(self._word("rows"), True),
            Column(self._word("due")),
            Column(self._word("state")),
            Column(self._word("late"), True),
        ]
        rows = [
            (
                self._say(self._report.agencies[each.agency]),
                str(each.rows),
                show_date(each.due, self._language),
                self._say(STATES[each.last.state]) if each.last else self._word("not_in"),
                str(each.days_late) if each.days_late else "–",
            )
            for each in missing.owing
        ]
        yield from self._table(heads, rows)

    def _table(self, heads: Sequence[Column], rows: Sequence[tuple[str, ...]]) -> Iterator[Grid]:
        if rows:
            grids = fitted(grid(heads, rows))
            yield from map(upright, grids) if self._report.outline.one_page else grids

    def _cell(self, row: Row, name: str, place: int) -> str:
        """Write one cell of a table of rows."""
        write: dict[str, Callable[[], str]] = {
            "number": lambda: str(place),
            "title": lambda: self._say(row.title),
            "section": lambda: row.section,
            "asks": lambda: self._say(row.asks),
            "due": lambda: str(row.due) if row.due else "–",
            "actual": lambda: self._result(row.actual, row.unit),
            "day": lambda: show_day(row.actual.day) if row.actual else "–",
            "before": lambda: self._before(row),
            "gap": lambda: self._gap(row),
            "status": lambda: self._say(STATUSES[row.standing.status]),
            "reason": lambda: self._say(row.standing.reason),
            "agency": lambda: self._today(row),
            "change": lambda: self._say(row.change) if row.change else "",
            "source": lambda: _cites(self._report.numbers(row)),
        }
        return write[name]()

    def _result(self, actual: Actual | None, unit: str | None) -> str:
        words = result_words(actual, unit)
        if actual is not None and any(mark in ILLUSTRATIVE for mark in actual.marks):
            words = _WORDS["illustration"].filled(words=words)
        elif actual is not None and not actual.verified:
            words = _WORDS["unverified"].filled(words=words)
        return words.get(self._language)

    def _before(self, row: Row) -> str:
        earlier = [each for each in row.history if row.actual and each.day < row.actual.day]
        return self._result(earlier[-1], row.unit) if earlier else "–"

    def _gap(self, row: Row) -> str:
        if row.standing.gap is None:
            return "–"
        words = amount(row.standing.gap, row.unit).get(self._language)
        return f"+{words}" if row.standing.gap > 0 else words.replace("-", "−")

    def _today(self, row: Row) -> str:
        agency = row.agency_now or row.agency
        return self._say(self._report.agencies[agency]) if agency else "–"

    def _agencies(self, row: Row) -> Bilingual:
        titles = self._report.agencies
        if row.agency is None:
            return _WORDS["nobody"]
        if row.agency_now in (None, row.agency):
            return titles[row.agency]
        return _WORDS["handed"].filled(then=titles[row.agency], now=titles[str(row.agency_now)])

    def _references(self) -> References:
        cited = self._report.sources[: self._report.cited]
        return References(tuple(self._reference(each) for each in cited))

    def _reference(self, source: Source) -> Reference:
        text = source.text
        parts = [f"{self._say(SOURCE_KINDS[source.kind])}: {text}"]
        if source.days:
            days = ", ".join(show_day(each) for each in source.days)
            parts.append(_WORDS["of"].filled(days=days).get(self._language))
        if source.study:
            parts.append(_WORDS["computed"].filled(study=source.study).get(self._language))
        parts += [MARK_TITLES[mark].get(self._language) for mark in source.marks]
        if not source.verified and "unverified" not in source.marks:
            parts.append(MARK_TITLES["unverified"].get(self._language))
        found = _ADDRESS.search(text)
        return Reference(clean("; ".join(parts)), found[0].rstrip(".,;") if found else "")

    def _say(self, text: Bilingual) -> str:
        return clean(text.get(self._language))

    def _word(self, name: str) -> str:
        return _WORDS[name].get(self._language)

    def _column(self, name: str) -> str:
        return COLUMNS[name].get(self._language)


def _cites(places: Sequence[int]) -> str:
    return " ".join(f"[{each}]" for each in places)
