"""
The report on the plan: an outline filled with the ledger of a day.

Its numbers are those of the ledger: the layers as they were published by that day, and what had
been accepted of the agencies' forms by then. So the report of a past day can be made again later;
that of today is of the moment it is made.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

from geo_app.domain.ledger import Row
from geo_app.domain.outline import Outline, Span
from geo_app.domain.period import Period, quarter_of, read_period
from geo_app.domain.plan_report import (
    Bars,
    Content,
    Details,
    Listing,
    Remark,
    Report,
    Source,
    history_sources,
    illustrates,
    list_sources,
    sources_of,
)
from geo_app.domain.result import Notice
from geo_app.domain.submission import Owing
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.inputs import Inputs
from geo_app.studies.ledger import read_ledger
from geo_app.studies.plan_progress import plan_progress
from geo_app.studies.report_chapters import OWN_STUDY, Filling, Tell, day_words
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import accepted, arrivals, decisions, late
from geo_app.workspace.entries import today
from geo_app.workspace.plan_reports import outline_of, outlines_state, write_report

_READING = Bilingual("Đọc sổ theo dõi kế hoạch", "Reading the ledger")
_STATE = Bilingual(
    "Báo cáo theo tình hình đến hết ngày {day}: bản đồ và số liệu đã công bố đến ngày đó (thế hệ "
    "{generation}), {forms} biểu của các cơ quan đã nhận đến ngày đó. Lập lại sau này cho cùng "
    "ngày, với cùng đề cương và hồ sơ kế hoạch, thì được cùng con số.",
    "The report stands as of the end of {day}: layers and statistics published by then "
    "(generation {generation}), {forms} forms of agencies accepted by then. Made again later for "
    "that day, by the same outline and plan files, it gives the same figures.",
)
_SO_FAR = Bilingual(
    "Báo cáo theo tình hình đến thời điểm lập, ngày {day}: bản đồ và số liệu đã công bố đến lúc đó "
    "(thế hệ {generation}), {forms} biểu của các cơ quan đã nhận đến lúc đó. Ngày này chưa hết: "
    "công bố hay nhận thêm trong ngày thì con số có thể khác.",
    "The report stands as of the moment it was made, on {day}: layers and statistics published by "
    "then (generation {generation}), {forms} forms of agencies accepted by then. The day is not "
    "over: what is published or accepted later on it may change the figures.",
)
_BEFORE = Bilingual(
    "Đến ngày {day} chưa có lớp hay số liệu nào được công bố ở đây, nên báo cáo không có số tính "
    "từ bản đồ.",
    "No layer or statistics had been published here by {day}: nothing in the report is computed "
    "from layers.",
)
_ILLUSTRATED = Bilingual(
    "{count} dòng có kết quả dựa trên dữ liệu giả lập hoặc sơ đồ: chỉ để minh họa, không dùng để "
    "đánh giá; các dòng này ghi “minh họa”.",
    "{count} rows have results that rest on synthetic or schematic data: they only illustrate, are "
    "not judged, and say so.",
)


def make_report(
    ws: Workspace,
    outline: str,
    *,
    period: str = "",
    on: date | None = None,
    tell: Tell = lambda _: None,
) -> Report:
    """
    Put a report together.

    Parameters
    ----------
    outline
        Id of an outline in ``plan/reports/``.
    period
        What it is about, such as ``2026-Q3`` or ``2026``; empty: what `on` lies in.
    on
        The day whose figures it gives, as they stood at its end; None: today, so far.
    tell
        Told what is being done.

    Raises
    ------
    UnknownError
        If there is no such outline.
    CatalogueError
        If the outline breaks the rules.
    DataError
        If the period or a name in the outline cannot be read, or the day is to come.
    """
    day = on or today(ws)
    asked, about = check_report(ws, outline, period=period, on=day)
    then = ws if day == today(ws) else ws.as_of(day)
    tell(_READING)
    return _filled(
        Filling(
            ws=then,
            outline=asked,
            period=about,
            on=day,
            rows=read_ledger(then, day),
            agencies={each.id: each.title for each in ws.plan.agencies.values()},
            missing=_missing(then, about, day),
            tell=tell,
        )
    )


def check_report(ws: Workspace, outline: str, *, period: str, on: date) -> tuple[Outline, Period]:
    """
    Return the outline and the period of a report, without making it.

    Raises
    ------
    UnknownError, CatalogueError, DataError
        As `make_report`.
    """
    asked = outline_of(ws, outline)
    if on > today(ws):
        message = f"on: found {on}; expected today ({today(ws)}) or a day before"
        raise DataError(message, vi=f"Ngày số liệu {on:%d/%m/%Y} chưa đến.")
    return asked, _period(asked, period, on)


@dataclass(frozen=True, eq=False, repr=False)
class PlanReport(Result):
    """The report as a study's result: as PDF and as Word document it follows the outline."""

    report: Report = field(kw_only=True)

    def to_pdf(self, path: Path | str, *, language: str = "vi") -> None:
        """Write it to be printed on A4."""
        Path(path).write_bytes(self.write("pdf", language=language))

    def to_docx(self, path: Path | str, *, language: str = "vi") -> None:
        """Write it as a Word document to go on writing in."""
        Path(path).write_bytes(self.write("docx", language=language))

    def write(self, form: str, *, language: str = "vi") -> bytes:
        """Return it as one of `geo_app.workspace.plan_reports.FORMS`."""
        return write_report(self.ws, self.report, form, language=language)


def _period(outline: Outline, period: str, on: date) -> Period:
    if not period:
        return Period(on.year) if outline.span == "year" else quarter_of(on)
    found = read_period(period)
    span: Span = "quarter" if found.quarter else "year"
    if outline.span not in (span, "day"):
        message = f"period: found {period!r}; outline {outline.id} is about a {outline.span}"
        raise DataError(message, vi=f"Đề cương “{outline.title.vi}” không dùng cho kỳ {period}.")
    if found.first > on:
        message = f"period: {found} begins after {on}, the day of the figures"
        raise DataError(message, vi=f"{found.title.vi} chưa bắt đầu vào ngày {on:%d/%m/%Y}.")
    return found


def _filled(filling: Filling) -> Report:
    ws, rows, day = filling.ws, filling.rows, filling.on
    chapters, collected = filling.chapters(), len(accepted(ws, day))
    cited = [each for chapter in chapters for part in chapter.parts for each in _cited(part)]
    rest = [each for row in rows for each in history_sources(row)]
    return Report(
        outline=filling.outline,
        title=filling.title(),
        period=filling.period,
        on=day,
        generation=ws.published.generation,
        collected=collected,
        chapters=chapters,
        rows=rows,
        agencies=filling.agencies,
        instruments={each.id: each.number for each in ws.plan.instruments.values()},
        notices=tuple(_notices(ws, rows, day, collected)),
        sources=list_sources([*cited, *rest]),
        cited=len(list_sources(cited)),
    )


def _missing(ws: Workspace, period: Period, on: date) -> tuple[Owing, ...]:
    return tuple(
        each
        for each in late(ws, str(period), on)
        if each.last is None or each.last.state != "accepted"
    )


def _notices(ws: Workspace, rows: tuple[Row, ...], on: date, collected: int) -> Iterator[Bilingual]:
    day, generation = day_words(on), ws.published.generation
    state = _STATE if on < today(ws) else _SO_FAR
    yield state.filled(day=day, generation=generation, forms=collected)
    if not generation:
        yield _BEFORE.filled(day=day)
    if count := sum(map(illustrates, rows)):
        yield _ILLUSTRATED.filled(count=count)


def _cited(part: Content) -> Iterator[Source]:
    if isinstance(part, Details):
        yield from (each for row in part.rows for each in history_sources(row))
    elif isinstance(part, Remark | Listing | Bars):
        yield from (each for row in part.rows for each in sources_of(row))


def told_report(ws: Workspace, tell: Tell, **settings: str) -> PlanReport:
    """Run the study `plan_report` with its settings, telling what is being done."""
    used = plan_report.settings(ws, settings)
    return _compute(Run(plan_report, used, Inputs(ws), None), tell)


def _compute(run: Run, tell: Tell = lambda _: None) -> PlanReport:
    ws, day = run.inputs.ws, date.fromisoformat(run["on"])
    report = make_report(ws, run["outline"], period=run["period"], on=day, tell=tell)
    found = plan_progress(ws if day == today(ws) else ws.as_of(day), on=run["on"])
    run.inputs.include(found.inputs)
    result = run.result(
        tables=found.tables,
        totals=found.totals,
        total_fields=found.total_fields,
        definition=found.definition,
        explanation=found.explanation,
        warnings=(Notice("as_of", report.notices[0]), *found.warnings),
        charts=found.charts,
    )
    whole = {each.name: getattr(result, each.name) for each in fields(result)}
    return PlanReport(**whole, report=replace(report, hash=result.hash))


def _state(ws: Workspace) -> tuple[object, ...]:
    """Return what a report depends on beside layers: forms decided on or waiting, outlines."""
    return *decisions(ws), arrivals(ws), outlines_state(ws)


plan_report = Study(
    name=OWN_STUDY,
    title=Bilingual("Báo cáo thực hiện kế hoạch", "Report on the plan"),
    summary=Bilingual(
        "Báo cáo quý, năm hay một trang cho cuộc họp theo đề cương của tỉnh, theo tình hình của "
        "một ngày; tệp Word, PDF, Excel theo đề cương.",
        "The quarterly or yearly report, or a page for a meeting, by the province's own outline, "
        "as of a day; its Word, PDF and Excel files follow the outline.",
    ),
    parameters=(
        Parameter(
            "outline",
            "text",
            "quarterly",
            Bilingual("Đề cương", "Outline"),
            Bilingual(
                "Tên tệp trong plan/reports, không có đuôi.",
                "Name of a file in plan/reports, without its ending.",
            ),
        ),
        Parameter(
            "period",
            "text",
            "",
            Bilingual("Kỳ", "Period"),
            Bilingual(
                "Như 2026-Q3 hay 2026; bỏ trống: kỳ có ngày số liệu.",
                "Such as 2026-Q3 or 2026; empty: the one that the day of the figures lies in.",
            ),
        ),
        Parameter(
            "on",
            "day",
            "",
            Bilingual("Số liệu đến ngày", "Figures as of"),
            Bilingual(
                "Tình hình đến hết ngày này; bỏ trống: hôm nay, đến thời điểm lập.",
                "As things stood at the end of this day; empty: today, so far.",
            ),
        ),
    ),
    compute=_compute,
    state=_state,
)
