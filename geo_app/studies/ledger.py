"""
The plan's ledger: every target, project and rule of the plan with what is known, on a day.

>>> import geo_app
>>> from geo_app.studies.ledger import read_ledger
>>> [row.id for row in read_ledger(geo_app.open_workspace())][:1]        # doctest: +SKIP
['t_grdp_growth']
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from geo_app.domain.asked import Asked, asked_of_project, asked_of_rule, asked_of_target
from geo_app.domain.judging import counting, judge, judged, known_on
from geo_app.domain.ledger import KINDS, Actual, Kind, Row
from geo_app.domain.plan import Baseline, Plan, Project, Rule, Target
from geo_app.domain.submission import Addition, Line, Submission
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError, UnknownError
from geo_app.studies.computed_actuals import Computed, Key, compute_actuals, records_of
from geo_app.studies.result import Result
from geo_app.studies.statistics import province_series
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import accepted, decisions
from geo_app.workspace.entries import today

T = TypeVar("T")
Found = Mapping[Key, tuple[Actual, ...]]
"""Actuals by row."""

_BASELINE = Bilingual("Số liệu gốc của kế hoạch", "The plan's baseline")
_RECORDED = "{agency}, biểu {period} số {number}, nhận ngày {day:%d/%m/%Y}"


class _Kept:
    """The latest answers of this process; each is made once, and keeps nobody else waiting."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._answers:
                    self._answers.move_to_end(key)
                    kept: T = self._answers[key]
                    return kept
            answer = make()
            with self._lock:
                self._answers[key] = answer
                while len(self._answers) > self._most:
                    self._making.pop(self._answers.popitem(last=False)[0], None)
            return answer


_COMPUTED = _Kept(8)
_LEDGERS = _Kept(32)


def read_ledger(ws: Workspace, on: date | None = None) -> tuple[Row, ...]:
    """
    Return every row of the plan as it stood on a day: targets, projects, rules, each as filed.

    Figures are computed from the layers as they were published by then, and taken from the forms
    accepted by then. What an agency added to the plan follows what the plan's files hold.

    Parameters
    ----------
    ws
        The province, as its reader may see it.
    on
        The day, at its end; None: today.

    Returns
    -------
    rows
        Kept for the generation, the reader, the day and the state of the forms: it takes seconds
        once, then next to nothing.

    Raises
    ------
    DataError
        If the day is still to come.
    """
    day = on or today(ws)
    then = workspace_on(ws, day)
    key = (*_seen(then), day, decisions(then))
    return _LEDGERS.get(key, lambda: (then.plan, tuple(_rows(then, day))))[1]


def workspace_on(ws: Workspace, day: date) -> Workspace:
    """
    Return the province as it was published at the end of a day.

    Raises
    ------
    DataError
        If the day is still to come.
    """
    now = today(ws)
    if day > now:
        message = f"on: found {day}; expected today ({now}) or a day before"
        raise DataError(message, vi=f"Ngày {day:%d/%m/%Y} chưa đến.")
    return ws if day == now else ws.as_of(day)


def ledger_row(ws: Workspace, kind: Kind, row_id: str, on: date | None = None) -> Row:
    """
    Return one row of the ledger.

    Raises
    ------
    UnknownError
        If there is none.
    """
    for row in read_ledger(ws, on):
        if (row.kind, row.id) == (kind, row_id):
            return row
    message = f"plan: there is no {KINDS[kind].en if kind in KINDS else kind} {row_id!r}"
    raise UnknownError(message, vi=f"Kế hoạch không có {row_id!r}.")


def read_computed(ws: Workspace) -> Computed:
    """Return what the studies named in the plan say, and what could not be computed."""
    return _COMPUTED.get(_seen(ws), lambda: (ws.plan, compute_actuals(ws, _run)))[1]


def _seen(ws: Workspace) -> tuple[Hashable, ...]:
    """Return what an answer depends on; the plan is kept with it, so that its id stays its own."""
    return (
        str(ws.settings.root),
        str(ws.settings.store_folder),
        ws.published.generation,
        ws.user,
        id(ws.plan),
    )


def _run(ws: Workspace, name: str, settings: Mapping[str, Any]) -> Result:
    from geo_app.studies import find_study  # noqa: PLC0415 (plan-progress is one of them)

    return find_study(name)(ws, **settings)


@dataclass(frozen=True)
class _Line:
    """A record of the plan on its way to a row: what it asks, and what it is looked up by."""

    kind: Kind
    record: Target | Project | Rule
    asked: Asked
    sentence: str
    agency: str | None
    layers: tuple[str, ...]


def _rows(ws: Workspace, day: date) -> Iterator[Row]:
    forms = accepted(ws, day)
    found = _found(ws, forms)
    for line in _lines(ws.plan):
        yield _row(ws, line, _actuals_of(ws.plan, line, found), day)
    for addition, form in _additions(ws.plan, forms):
        yield _added_row(ws, addition, form, found.get((addition.kind, addition.id), ()), day)


def _lines(plan: Plan) -> Iterator[_Line]:
    for target in plan.targets.values():
        asked = asked_of_target(target, plan)
        yield _Line("target", target, asked, target.sentence, target.agency, target.layers)
    for project in plan.projects.values():
        layers = tuple(dict.fromkeys(link.layer for link in project.layers))
        asked = asked_of_project(project)
        yield _Line("project", project, asked, project.action.vi, project.agency, layers)
    for rule in plan.rules.values():
        agency = next((each.agency for each in plan.targets_of(rule.id)), None)
        yield _Line("rule", rule, asked_of_rule(rule, plan), rule.sentence, agency, rule.layers)


def _actuals_of(plan: Plan, line: _Line, found: Found) -> tuple[Actual, ...]:
    """Return all that is known of a row; of a rule without a figure, of the target it serves."""
    own = found.get((line.kind, line.record.id), ())
    if isinstance(line.record, Rule) and not judged(own):
        for target in plan.targets_of(line.record.id)[:1]:
            return found.get(("target", target.id), ()) or own
    return own


def _found(ws: Workspace, forms: Iterable[Submission]) -> Found:
    """Put together what is known of every row: plan, statistics, studies, agencies."""
    found: defaultdict[Key, list[Actual]] = defaultdict(list)
    for kind, records in records_of(ws.plan).items():
        for name, record in records.items():
            found[kind, name].extend(_recorded(record))
    for indicator in ws.plan.indicators.values():
        if indicator.target:
            found["target", indicator.target].extend(province_series(ws, indicator.id))
    for key, computed in read_computed(ws).actuals.items():
        found[key].extend(computed)
    for form in forms:
        for line in form.lines:
            found[line.kind, line.row].append(_reported(ws, form, line))
    for name, target in ws.plan.targets.items():
        if target.baseline is not None:
            found["target", name].extend(_started(target.baseline, found["target", name]))
    return {key: tuple(actuals) for key, actuals in found.items()}


def _recorded(record: Target | Project | Rule) -> Iterator[Actual]:
    """Return what the plan's files know of how far a target or project was."""
    for fact in () if isinstance(record, Rule) else record.facts:
        if fact.progress is not None and fact.day is not None:
            yield Actual(
                kind="known",
                day=fact.day,
                source=fact.source,
                verified=fact.verified,
                progress=fact.progress,
                note=fact.text,
            )


def _started(baseline: Baseline, known: Iterable[Actual]) -> Iterator[Actual]:
    """Return the baseline as an actual, unless a figure of its year is known that may count."""
    day = str(baseline.year)
    if not any(each.day[:4] == day and each.value is not None for each in judged(known)):
        yield Actual(
            kind="known",
            day=day,
            source=baseline.source,
            verified=baseline.verified,
            value=baseline.value,
            note=_BASELINE,
        )


def _reported(ws: Workspace, form: Submission, line: Line) -> Actual:
    return Actual(
        kind="reported",
        day=line.day.isoformat(),
        source="; ".join(filter(None, (_form_source(ws, form), line.evidence))),
        verified=True,
        value=line.value,
        progress=line.progress,
        grade=line.grade,
        made=_decided(ws, form),
        note=Bilingual(line.note, line.note) if line.note else None,
    )


def _form_source(ws: Workspace, form: Submission) -> str:
    agency = ws.plan.agencies.get(form.agency)
    return _RECORDED.format(
        agency=agency.title.vi if agency else form.agency,
        period=form.period,
        number=form.id,
        day=_decided(ws, form),
    )


def _decided(ws: Workspace, form: Submission) -> date:
    moment = form.decided or form.made
    return moment.astimezone(ZoneInfo(ws.settings.time_zone)).date()


def _additions(plan: Plan, forms: Iterable[Submission]) -> Iterable[tuple[Addition, Submission]]:
    """Return what agencies added to the plan, each as it was accepted last."""
    records = records_of(plan)
    return {
        (each.kind, each.id): (each, form)
        for form in forms
        for each in form.additions
        if each.id not in records[each.kind]
    }.values()


def _row(ws: Workspace, line: _Line, actuals: tuple[Actual, ...], day: date) -> Row:
    record, asked, plan = line.record, line.asked, ws.plan
    return Row(
        kind=line.kind,
        id=record.id,
        section=record.section,
        title=record.title,
        sentence=line.sentence,
        asks=_asks(record, asked),
        verified=record.verified,
        source=record.source,
        standing=judge(asked, actuals, day),
        unit=asked.unit,
        since=asked.since,
        due=asked.due,
        agency=line.agency,
        agency_now=plan.agency_on(line.agency, day).id if line.agency else None,
        actual=counting(actuals, day),
        history=known_on(actuals, day),
        theme=_theme(ws, line.layers),
        layers=line.layers,
        changed_by=record.changed_by,
        change=record.change,
        instrument=record.instrument or _main(plan),
    )


def _asks(record: Target | Project | Rule, asked: Asked) -> Bilingual:
    if isinstance(record, Project):
        return record.action
    return record.test if isinstance(record, Rule) else asked.words


def _added_row(
    ws: Workspace, addition: Addition, form: Submission, actuals: tuple[Actual, ...], day: date
) -> Row:
    figure = addition.value is not None
    asked = Asked(
        comparator="reach" if figure else "done",
        unit=addition.unit if figure else None,
        value=addition.value,
        due=addition.due,
    )
    return Row(
        kind=addition.kind,
        id=addition.id,
        section=addition.section,
        title=Bilingual(addition.title, addition.title),
        sentence=addition.title,
        asks=asked.words,
        verified=True,
        source=_form_source(ws, form),
        standing=judge(asked, actuals, day),
        unit=asked.unit,
        due=addition.due,
        agency=addition.agency,
        agency_now=_now(ws.plan, addition.agency, day),
        actual=counting(actuals, day),
        history=known_on(actuals, day),
        instrument=_main(ws.plan),
    )


def _main(plan: Plan) -> str | None:
    return plan.main.id if plan.main else None


def _now(plan: Plan, agency: str, day: date) -> str:
    return plan.agency_on(agency, day).id if agency in plan.agencies else agency


def _theme(ws: Workspace, layers: Iterable[str]) -> str | None:
    """Return the theme of the first layer that has one."""
    known = (ws.catalogue.layers.get(layer) for layer in layers)
    return next((layer.theme for layer in known if layer is not None), None)
