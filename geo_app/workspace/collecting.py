"""
What agencies report on the plan: kept as it came, until the focal agency accepts or returns it.

Only what was accepted counts, from the moment it was; so the state of a day can be told again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo_app.domain.access import may
from geo_app.domain.asked import Asked, asked_of_project, asked_of_target
from geo_app.domain.finding import Finding
from geo_app.domain.ledger import Kind
from geo_app.domain.period import Period, read_period
from geo_app.domain.plan import Agency
from geo_app.domain.submission import Addition, Line, Owing, State, Submission
from geo_app.errors import AccessError, DataError, UnknownError
from geo_app.storage.records import Records
from geo_app.workspace.entries import NAME_LETTERS, NOTE_LETTERS, require_saving, today, typed
from geo_app.workspace.view import Workspace

_MOST_ID = 2**31 - 1
"""No database has room for a larger number."""
_BEST: Sequence[State] = ("returned", "pending", "accepted")


def submit(
    ws: Workspace,
    *,
    agency: str,
    period: str,
    lines: Sequence[Line],
    additions: Sequence[Addition] = (),
    findings: Sequence[Finding] = (),
    who: str,
    digest: str,
) -> Submission:
    """
    Keep what a form says; it counts for nothing until it is accepted.

    Parameters
    ----------
    agency, period
        An agency of today that reports; a period that has begun.
    findings
        What was found in the form, for whoever sent it and whoever decides on it.
    who
        Who filled it in, as typed.
    digest
        SHA-256 of the file; one sent twice is kept once.

    Raises
    ------
    AccessError, DataError
        If this reader may not save, has saved enough today, or the form says nothing.
    UnknownError
        If there is no such agency.
    """
    require_saving(ws)
    reporting(ws, agency)
    begun(ws, read_period(period))
    if not lines and not additions:
        raise DataError(
            "no row of the form can be taken; mend what is named, or fill in a new value, and "
            "send it again",
            vi="Biểu không có dòng nào nhận được; hãy sửa theo thông báo, hoặc điền kết quả mới, "
            "rồi gửi lại.",
        )
    draft = Submission(
        id=0,
        agency=agency,
        period=str(read_period(period)),
        lines=tuple(lines),
        additions=tuple(additions),
        findings=tuple(each.to_json() for each in findings),
        who=typed("who", who, most=NAME_LETTERS),
        account=ws.user.name,
        made=datetime.now(UTC),
        digest=digest,
    )
    return Records(ws.settings).add_submission(draft)


def submissions(
    ws: Workspace,
    *,
    state: State | None = None,
    agency: str | None = None,
    period: str | None = None,
) -> tuple[Submission, ...]:
    """List the forms that came back, newest first; each of the three only where it is named."""
    named = {"state": state, "agency": agency, "period": period}
    wanted = {name: value for name, value in named.items() if value is not None}
    return Records(ws.settings).submissions(**wanted)[::-1]


def submission(ws: Workspace, submission_id: int) -> Submission:
    """
    Return a form that came back.

    Raises
    ------
    UnknownError
        If there is none of that number.
    """
    kept = Records(ws.settings).submissions
    found = kept(id=submission_id) if submission_id <= _MOST_ID else ()
    if not found:
        message = f"there is no form {submission_id}"
        raise UnknownError(message, vi=f"Không có biểu số {submission_id}.")
    return found[0]


def overtaken_by(ws: Workspace, form: Submission) -> Submission | None:
    """Return the newest form that was accepted for the agency and period of one that waits."""
    if form.state != "pending":
        return None
    newest = submissions(ws, state="accepted", agency=form.agency, period=form.period)[:1]
    return next((each for each in newest if each.id > form.id), None)


def may_decide(ws: Workspace) -> bool:
    """Tell whether this reader may accept and return forms."""
    return may(ws.user, "publish", "public")


def accept(ws: Workspace, submission_id: int, *, who: str = "") -> Submission:
    """
    Accept a form: all its lines count from now on.

    Forms of the same agency and period that came before, still wait and speak of no other row
    are returned with it: this one takes their place.

    Parameters
    ----------
    who
        Who decides, as typed; empty: the account.

    Raises
    ------
    AccessError
        If this reader may not decide.
    UnknownError, DataError
        If there is no such form, or it was decided before.
    """
    found = _waiting(ws, submission_id)
    states: dict[int, tuple[State, str]] = {found.id: ("accepted", "")}
    for each in submissions(ws, state="pending", agency=found.agency, period=found.period):
        if each.id < found.id and found.covers(each):
            states[each.id] = ("returned", f"→ {found.id}")
    return _decide(ws, found, states, who)


def give_back(ws: Workspace, submission_id: int, *, remark: str, who: str = "") -> Submission:
    """
    Return a form to its agency, with a remark; nothing of it counts.

    Raises
    ------
    AccessError, UnknownError, DataError
        As `accept`, or if the remark is empty.
    """
    found = _waiting(ws, submission_id)
    why = typed("remark", remark, most=NOTE_LETTERS)
    return _decide(ws, found, {found.id: ("returned", why)}, who)


def accepted(ws: Workspace, on: date | None = None) -> tuple[Submission, ...]:
    """
    Return the forms that had been accepted by the end of a day, in the order of their acceptance.

    Parameters
    ----------
    on
        The day, in the workspace's time zone; None: now.
    """
    until = _end_of(ws, on)
    dated = [
        (each.decided, each.id, each)
        for each in Records(ws.settings).submissions(state="accepted")
        if each.decided is not None and (until is None or each.decided < until)
    ]
    return tuple(each for _, _, each in sorted(dated, key=lambda each: each[:2]))


def decisions(ws: Workspace) -> tuple[int, datetime | None]:
    """Return a mark that is another after each decision: how many there were, and the last."""
    return Records(ws.settings).last_decided()


def arrivals(ws: Workspace) -> int:
    """Count the forms that ever came back: another number after each."""
    return Records(ws.settings).count_submissions()


def reported_rows(ws: Workspace, on: date | None = None) -> Mapping[tuple[Kind, str], str]:
    """
    Return the targets and tasks of the plan that are reported on on a day, each with the agency.

    It is the one that did the work on that day of the one named in the plan; the focal agency
    where none is named. What later law had made void by then is not reported on.

    Parameters
    ----------
    on
        The day; None: today.
    """
    plan, day = ws.plan, on or today(ws)
    asked: dict[tuple[Kind, str], tuple[str | None, Asked]] = {}
    for target in plan.targets.values():
        asked["target", target.id] = target.agency, asked_of_target(target, plan)
    for project in plan.projects.values():
        asked["project", project.id] = project.agency, asked_of_project(project)
    owners = {key: agency or ws.settings.focal_agency for key, (agency, _) in asked.items()}
    return {
        key: plan.agency_on(owner, day).id
        for key, owner in owners.items()
        if owner and not _void(asked[key][1], day)
    }


def reporting_agencies(ws: Workspace, on: date | None = None) -> Mapping[str, int]:
    """Return the agencies that report on a day, each with how many targets and tasks it has."""
    return Counter(reported_rows(ws, on).values())


def reporting(ws: Workspace, agency: str) -> Agency:
    """
    Return an agency that reports.

    Raises
    ------
    UnknownError
        If there is no such agency, or it reports on nothing; one that ended names its successor.
    """
    found = ws.plan.agency(agency)
    if agency in reporting_agencies(ws):
        return found
    heir = ws.plan.agency_today(agency)
    if heir is not found:
        message = f"agency {agency} has ended; its work is done by {heir.id}"
        vi = f"{found.title.vi} không còn; nay là {heir.title.vi} ({heir.id})."
    else:
        message = f"agency {agency} has no target or task of the plan to report on"
        vi = f"{found.title.vi} không có chỉ tiêu, nhiệm vụ phải báo cáo."
    raise UnknownError(message, vi=vi)


def begun(ws: Workspace, period: Period) -> Period:
    """
    Return a period that has begun.

    Raises
    ------
    DataError
        If it has not.
    """
    if period.first > today(ws):
        message = f"period: found {period}, which begins on {period.first}; expected one that began"
        raise DataError(message, vi=f"{period.title.vi} chưa bắt đầu.")
    return period


def due(ws: Workspace, period: Period) -> date:
    """Return the last day on which a form on a period is in time."""
    return period.last + timedelta(days=ws.settings.form_days)


def late(ws: Workspace, period: str, on: date | None = None) -> tuple[Owing, ...]:
    """
    Tell how far each reporting agency's form on a period has come, the latest first.

    Parameters
    ----------
    period
        Such as ``2026-Q3`` or ``2026``.
    on
        The day to judge on, as things stood at its end; None: today.

    Returns
    -------
    owing
        One for every agency that reported on that day; `Owing.late` tells which are awaited after
        their day.
    """
    asked, day = read_period(period), on or today(ws)
    last = due(ws, asked)
    came: dict[str, Submission] = {}
    for each in sorted(submissions(ws, period=str(asked)), key=lambda each: each.made):
        seen = _as_of(each, _end_of(ws, on))
        if seen is not None and _counts_more(seen, came.get(seen.agency)):
            came[seen.agency] = seen
    found = []
    for agency, rows in reporting_agencies(ws, day).items():
        form = came.get(agency)
        until = day if form is None or form.state == "returned" else _day(ws, form.made)
        days = max((until - last).days, 0)
        found.append(Owing(agency, str(asked), rows, last, form, days))
    return tuple(sorted(found, key=lambda each: (not each.late, -each.days_late, each.agency)))


def _void(asked: Asked, day: date) -> bool:
    change = asked.change
    if change is None or change.verdict != "void":
        return False
    return change.since is None or change.since <= day


def _waiting(ws: Workspace, submission_id: int) -> Submission:
    if not may_decide(ws):
        message = f"form {submission_id}: {ws.user.name} may not decide on forms"
        raise AccessError(message)
    found = submission(ws, submission_id)
    if found.state != "pending":
        raise _decided_before(found.id)
    return found


def _decide(
    ws: Workspace, found: Submission, states: Mapping[int, tuple[State, str]], who: str
) -> Submission:
    by = typed("who", who, most=NAME_LETTERS) if who.strip() else ws.user.name
    when = datetime.now(UTC)
    if not Records(ws.settings).decide_submissions(states, when=when, by=by):
        raise _decided_before(found.id)
    state, remark = states[found.id]
    return replace(found, state=state, remark=remark, decided=when, decided_by=by)


def _decided_before(submission_id: int) -> DataError:
    return DataError(
        f"form {submission_id} was decided on before; what counts is mended by a newer form",
        vi=f"Biểu số {submission_id} đã được xử lý; muốn sửa thì gửi biểu mới.",
    )


def _as_of(form: Submission, until: datetime | None) -> Submission | None:
    """Return a form as it stood before a moment; None if it had not come."""
    if until is None or (form.decided is not None and form.decided < until):
        return form
    if form.made >= until:
        return None
    return replace(form, state="pending", remark="", decided=None, decided_by=None)


def _counts_more(form: Submission, other: Submission | None) -> bool:
    return other is None or _BEST.index(form.state) >= _BEST.index(other.state)


def _end_of(ws: Workspace, day: date | None) -> datetime | None:
    if day is None:
        return None
    zone = ZoneInfo(ws.settings.time_zone)
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _day(ws: Workspace, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(ws.settings.time_zone)).date()
