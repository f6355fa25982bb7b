"""A form that came back, judged row by row: what can be taken of it, and what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from geo_app.domain.finding import Finding
from geo_app.domain.findings import forms as found
from geo_app.domain.ledger import last_day
from geo_app.domain.plan_form import (
    APPENDIX,
    APPENDIX_COLUMNS,
    APPENDIX_HEAD_ROW,
    CHOICES,
    COLUMNS,
    FILLED_IN,
    FIRST_DAY,
    HEAD_ROW,
    LABELS,
    SHEET,
    Cell,
    Form,
    FormDraft,
    FormRow,
    SentForm,
    leaps,
    place,
)
from geo_app.domain.submission import Line, line_from_json
from geo_app.intake.plan_appendix import judge_appendix
from geo_app.intake.plan_form_cells import Spot, chosen, read_day, read_figure, written


def judge_form(sent: SentForm, form: Form, today: date) -> FormDraft:
    """
    Judge a form against what was asked: its good rows are taken, each other gets its finding.

    Parameters
    ----------
    sent
        The form as its cells read.
    form
        The form of the agency and period that it must be of, as things stand now.
    today
        No value may speak of a later day.

    Returns
    -------
    draft
        Where the form is another's or its head was edited, nothing is taken: `draft.refused`.
    """
    refused = [*_other(sent, form), *_edited(sent, form)]
    if refused:
        return FormDraft((), (), tuple(refused), sent.shown["who"], sent.digest)
    lines: list[Line] = []
    findings = list(_lost(sent, form))
    known = {row.id: row for row in form.rows}
    places: dict[str, list[int]] = {}
    for number, cells in sent.rows.items():
        places.setdefault(cells["id"].text, []).append(number)
    for number, cells in sent.rows.items():
        name = cells["id"].text
        if name not in known or len(places[name]) > 1:
            findings += _misplaced(number, cells, known, places[name])
            continue
        line, about = _judge_row(_Row(number, cells, known[name]), form, today)
        findings += about
        if line is not None:
            lines.append(line)
    additions, problems = judge_appendix(sent.appendix, form)
    return FormDraft(
        tuple(lines), additions, (*findings, *problems), sent.shown["who"], sent.digest
    )


@dataclass(frozen=True)
class _Row:
    """A row of the sheet, and the row of the plan that it speaks of."""

    number: int
    cells: Mapping[str, Cell]
    asked: FormRow

    def spot(self, name: str) -> Spot:
        """Return where the cell of a column stands."""
        return _spot(self.number, name)


def _spot(number: int, name: str) -> Spot:
    return Spot(number, COLUMNS[name], place(COLUMNS, name, number))


def _other(sent: SentForm, form: Form) -> Iterator[Finding]:
    kinds = {
        "workspace": found.FORM_ELSEWHERE,
        "agency": found.FORM_OTHER_AGENCY,
        "period": found.FORM_OTHER_PERIOD,
    }
    for name, kind in kinds.items():
        said, expected = sent.hidden.get(name, ""), form.hidden[name]
        if said != expected:
            yield Finding(kind, {"found": said, "expected": expected}, done="refused")


def _edited(sent: SentForm, form: Form) -> Iterator[Finding]:
    """Yield the cells above the rows that are not as the form was written."""
    for name in ("agency", "period", "workspace"):
        row, _ = LABELS[name]
        yield from _altered(SHEET, f"C{row}", sent.shown[name], form.shown[name])
    for name, title in COLUMNS.items():
        cell = place(COLUMNS, name, HEAD_ROW)
        yield from _altered(SHEET, cell, sent.headings.get(name, ""), title)
    for name, title in APPENDIX_COLUMNS.items() if sent.appendix else ():
        cell = place(APPENDIX_COLUMNS, name, APPENDIX_HEAD_ROW)
        yield from _altered(APPENDIX, cell, sent.appendix_headings.get(name, ""), title)


def _altered(sheet: str, cell: str, said: str, expected: str) -> Iterator[Finding]:
    if said != " ".join(expected.split()):
        values = {"cell": cell, "sheet": sheet, "found": said, "expected": expected}
        yield Finding(found.FORM_HEADER_EDITED, values, done="refused")


def _lost(sent: SentForm, form: Form) -> Iterator[Finding]:
    """Yield the rows that the form had when it was written, and has no more."""
    there = {cells["id"].text for cells in sent.rows.values()}
    had = set(sent.hidden.get("rows", "").split())
    for row in form.rows:
        if row.id in had and row.id not in there:
            values = {"id": row.id, "title": row.title}
            yield Finding(found.FORM_ROW_MISSING, values, done="left_out")


def _misplaced(
    number: int, cells: Mapping[str, Cell], known: Mapping[str, FormRow], places: list[int]
) -> Iterator[Finding]:
    """Yield what is wrong with a row whose code is not its own, where it says anything."""
    name = cells["id"].text
    if not name and all(cells[each].empty for each in FILLED_IN):
        return
    spot = _spot(number, "id")
    if name not in known:
        yield spot.says(found.FORM_ROW_UNKNOWN, found=name)
    else:
        other = next(each for each in places if each != number)
        yield spot.says(found.FORM_ROW_TWICE, found=name, other=other)


def _judge_row(row: _Row, form: Form, today: date) -> tuple[Line | None, list[Finding]]:
    """Return the line that a row makes, if it is good and says anything, and what was found."""
    if row.cells["new"].empty:
        said = [not row.cells[name].empty for name in ("evidence", "note")]
        return None, [row.spot("new").says(found.FORM_NEW_MISSING)] if any(said) else []
    unit = row.cells["unit"].text
    if unit != row.asked.unit_title:
        expected = row.asked.unit_title
        return None, [row.spot("unit").says(found.FORM_UNIT_WRONG, found=unit, expected=expected)]
    new = _answer(row)
    day = _day(row, min(form.last, today))
    evidence, note = (written(row.cells[name], row.spot(name)) for name in ("evidence", "note"))
    wrong = [each for each in (new, day, evidence, note) if isinstance(each, Finding)]
    if wrong:
        return None, wrong
    line = line_from_json(
        {
            "kind": row.asked.kind,
            "row": row.asked.id,
            "day": str(day),
            row.asked.answer: new,
            "evidence": evidence,
            "note": note,
        }
    )
    return line, list(_doubts(row, line))


def _answer(row: _Row) -> float | str | Finding:
    cell, spot, asked = row.cells["new"], row.spot("new"), row.asked
    if asked.answer == "value" and asked.unit is not None:
        return read_figure(cell, asked.unit, spot)
    return chosen(cell, CHOICES[asked.answer], spot)


def _day(row: _Row, last: date) -> date | Finding:
    cell, spot = row.cells["day"], row.spot("day")
    day = read_day(cell, spot)
    if isinstance(day, date) and not FIRST_DAY <= day <= last:
        said, first, end = (f"{each:%d/%m/%Y}" for each in (day, FIRST_DAY, last))
        return spot.says(found.FORM_DAY_OUTSIDE, found=said, first=first, last=end)
    return day


def _doubts(row: _Row, line: Line) -> Iterator[Finding]:
    """Yield what is to be looked at in a row that is taken."""
    asked, spot = row.asked, row.spot("new")
    if row.cells["new"].kind == "percent":
        yield spot.says(found.FORM_PERCENT_CELL, done="converted", read=line.value)
    if asked.unit == "pct" and line.value is not None and 0 < line.value <= 1:
        said, whole = f"{line.value:g}", f"{100 * line.value:g}"
        yield spot.says(found.FORM_SHARE, done="nothing", found=said, whole=whole)
    elif isinstance(asked.last, float) and leaps(asked.last, line.value):
        unit = asked.unit_title
        new, old = f"{line.value:g} {unit}", f"{asked.last:g} {unit}"
        yield spot.says(found.FORM_LEAP, done="nothing", found=new, last=old)
    if asked.last_day and line.day <= last_day(asked.last_day):
        new, kind = f"{line.day:%d/%m/%Y}", found.FORM_OLDER
        yield row.spot("day").says(kind, done="nothing", found=new, last=asked.last_day)
    if not line.evidence:
        yield row.spot("evidence").says(found.FORM_EVIDENCE_MISSING, done="nothing")
