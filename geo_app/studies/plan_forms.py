"""Forms on the plan: what one asks an agency, and what one that came back would change."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geo_app.domain.ledger import PROGRESSES, Actual, Kind, Row
from geo_app.domain.period import read_period
from geo_app.domain.plan_form import Answer, Form, FormRow, leaps
from geo_app.domain.result import ILLUSTRATIVE
from geo_app.domain.submission import Addition, Line, Submission
from geo_app.domain.text import Bilingual
from geo_app.studies.ledger import read_ledger
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import accepted, begun, due, reported_rows, reporting
from geo_app.workspace.entries import today

_GRADED = ("grade", "some_criteria")
_DECIMALS = 6
_NEW = Bilingual("{title} (bổ sung vào kế hoạch)", "{title} (added to the plan)")
_INSTEAD = Bilingual(
    "{title} (thay dòng “{former}” của {agency})",
    "{title} (in place of “{former}” of {agency})",
)


@dataclass(frozen=True)
class Difference:
    """
    What a form says of a row, beside what was known of it before.

    `before` is the last line that was accepted before this form was decided on, else what is known
    from elsewhere; None: nothing. `after` is an `Addition` where the row itself is new; where one
    was accepted under its id before, `title` says what it was and whose.
    """

    kind: Kind
    row: str
    title: Bilingual
    unit: str | None
    before: Line | Actual | None
    after: Line | Addition

    @property
    def change(self) -> float | None:
        """The new figure minus the one before, in `unit`; None where there are not two."""
        if self.before is None or self.before.value is None or self.after.value is None:
            return None
        return round(self.after.value - self.before.value, _DECIMALS)

    @property
    def leaps(self) -> bool:
        """Whether the figure is so much more or less than the one before that its unit is asked."""
        return self.before is not None and leaps(self.before.value, self.after.value)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, words in Vietnamese."""
        return {
            "kind": self.kind,
            "row": self.row,
            "title": self.title.vi,
            "unit": self.unit,
            "before": said(self.before) if self.before else None,
            "day_before": str(self.before.day) if self.before else None,
            "after": said(self.after),
            "day": str(self.after.day) if isinstance(self.after, Line) else None,
            "change": self.change,
        }


def said(what: Line | Addition | Actual) -> float | str | None:
    """Return the figure of what is known, or the words for how far it has come; None: neither."""
    if what.value is not None:
        return float(what.value)
    if isinstance(what, Addition):
        return None
    return PROGRESSES[what.progress].vi if what.progress else what.grade


def plan_form(ws: Workspace, agency: str, period: str) -> Form:
    """
    Return the form that asks an agency about its targets and tasks.

    Raises
    ------
    UnknownError
        If the agency does not report; one that ended names its successor.
    DataError
        If the period is none, or has not begun.
    """
    found, asked = reporting(ws, agency), begun(ws, read_period(period))
    return Form(
        agency=found.id,
        agency_title=found.title.vi,
        period=str(asked),
        period_title=asked.title.vi,
        workspace=_name_of(ws),
        last=asked.last,
        due=due(ws, asked),
        day=min(asked.last, today(ws)),
        rows=tuple(_form_row(ws, row) for row in _rows_of(ws, found.id)),
        held=_held(ws, found.id),
    )


def differences(ws: Workspace, form: Submission) -> tuple[Difference, ...]:
    """Return what a form says beside what was known before it, in the order of its lines."""
    rows = {(row.kind, row.id): row for row in read_ledger(ws)}
    before = tuple(_forms_before(ws, form))
    earlier = {(line.kind, line.row): line for each in before for line in each.lines}
    added = {(each.kind, each.id): each for other in before for each in other.additions}
    found = [_difference(line, rows, earlier) for line in form.lines]
    for each in form.additions:
        title = _added_title(ws, each, added.get((each.kind, each.id)))
        found.append(Difference(each.kind, each.id, title, each.unit, None, each))
    return tuple(found)


def _held(ws: Workspace, agency: str) -> Mapping[str, str]:
    """Return the rows of other agencies: id → title of the agency."""
    return {
        row.id: _titled(ws, row.agency_now).vi
        for row in read_ledger(ws)
        if row.agency_now and row.agency_now != agency
    }


def _rows_of(ws: Workspace, agency: str) -> Iterator[Row]:
    """Yield the targets and tasks that an agency reports on, those added to the plan last."""
    reported = reported_rows(ws)
    plan: Mapping[str, Collection[str]] = {"target": ws.plan.targets, "project": ws.plan.projects}
    for row in read_ledger(ws):
        added = row.id not in plan.get(row.kind, (row.id,))
        owner = row.agency_now if added else reported.get((row.kind, row.id))
        if owner == agency:
            yield row


def _form_row(ws: Workspace, row: Row) -> FormRow:
    """Return what a form asks of a row; made-up figures do not go out to agencies."""
    last = _last(row)
    return FormRow(
        kind=row.kind,
        id=row.id,
        section=row.section,
        title=row.title.vi,
        asks=row.asks.vi,
        answer=_answer(ws, row),
        unit=row.unit if _answer(ws, row) == "value" else None,
        last=said(last) if last else None,
        last_day=last.day if last else "",
        last_source=last.source if last else "",
        last_marks=last.marks if last else (),
    )


def _answer(ws: Workspace, row: Row) -> Answer:
    target = ws.plan.targets.get(row.id) if row.kind == "target" else None
    if target is not None and target.comparator in _GRADED:
        return "grade"
    return "value" if row.kind == "target" and row.unit is not None else "progress"


def _name_of(ws: Workspace) -> str:
    plan = ws.plan.main
    return " – ".join(filter(None, (ws.settings.title_vi, plan.number if plan else "")))


def _forms_before(ws: Workspace, form: Submission) -> Iterator[Submission]:
    """Yield the accepted forms that a form meets, in the order they were accepted."""
    for each in accepted(ws):
        if each.id == form.id:
            return
        if form.decided is None or (each.decided is not None and each.decided < form.decided):
            yield each


def _added_title(ws: Workspace, addition: Addition, former: Addition | None) -> Bilingual:
    """Return the title of a row that is added, with that of the row whose place it takes."""
    if former is None:
        return _NEW.filled(title=addition.title)
    agency = _titled(ws, former.agency)
    return _INSTEAD.filled(title=addition.title, former=former.title, agency=agency)


def _titled(ws: Workspace, agency: str) -> Bilingual:
    known = ws.plan.agencies.get(agency)
    return known.title if known else Bilingual(agency, agency)


def _difference(
    line: Line,
    rows: dict[tuple[Kind, str], Row],
    earlier: dict[tuple[Kind, str], Line],
) -> Difference:
    key = (line.kind, line.row)
    row = rows.get(key)
    before = earlier.get(key) or (_other_actual(row) if row else None)
    title = row.title if row else Bilingual(line.row, line.row)
    return Difference(line.kind, line.row, title, row.unit if row else None, before, line)


def _other_actual(row: Row) -> Actual | None:
    """Return what is known of a row from elsewhere than forms."""
    known = [each for each in row.history if each.kind != "reported" and _real(each)]
    return known[-1] if known else None


def _last(row: Row) -> Actual | None:
    """Return what is known of a row, but for what only illustrates or checks."""
    if row.actual is not None and _real(row.actual):
        return row.actual
    known = [each for each in row.history if _real(each)]
    return known[-1] if known else None


def _real(actual: Actual) -> bool:
    return actual.official and not set(actual.marks) & set(ILLUSTRATIVE)
