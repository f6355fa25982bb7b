"""
How a row of the ledger stands on a day, judged from what is known of it.

Only a row's own figures of real data are judged: illustrations, and figures that merely check the
official ones, are shown and set no status. What was not known on the day does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

from geo_app.domain.asked import Asked
from geo_app.domain.judged_figures import figure_standing
from geo_app.domain.ledger import PROGRESSES, Actual, Standing, Status, Trend, day_words, last_day
from geo_app.domain.plan_terms import URBAN_CLASSES
from geo_app.domain.result import ILLUSTRATIVE
from geo_app.domain.text import Bilingual

_RANK = ("computed", "known", "statistic", "reported")
"""Of two figures of one day the later kind here counts."""
_WITHOUT_NUMBER = ("basically", "some_criteria")

_NOTHING = Bilingual("Chưa có số liệu.", "Nothing is known yet.")
_ILLUSTRATED = Bilingual(
    "Chỉ có số liệu minh họa: không dùng để kết luận.",
    "There are illustrative figures only: they set no status.",
)
_BESIDE = Bilingual(
    "Chỉ có số tính để đối chiếu; số của chỉ tiêu là số cơ quan báo cáo.",
    "There is only a figure to check by; the target's own is the one reported.",
)
_EACH = Bilingual(
    "Quy định để xét từng dự án, không nêu con số.",
    "A check of each project; it names no figure.",
)
_NO_NUMBER = Bilingual(
    "Kế hoạch viết “{asks}”, không có con số để kết luận.",
    "The plan says “{asks}”, which gives no number to judge by.",
)
_REPORTED = Bilingual("Tình hình {day}: {progress}.", "As of {day}: {progress}.")
_OVERDUE = Bilingual("{told} Đã quá hạn ({due}).", "{told} The deadline ({due}) has passed.")
_SILENT = Bilingual(
    "{told} Đã quá hạn ({due}); chưa rõ từ đó đến nay.",
    "{told} The deadline ({due}) has passed; what came of it since is not known.",
)
_STATED = Bilingual("Ghi trong hồ sơ kế hoạch.", "Recorded with the plan.")
_CLASS = Bilingual("Tình hình {day}: loại {grade}.", "As of {day}: class {grade}.")
_NEW_CLASS = Bilingual(
    "Loại {grade} của hệ cũ hết hiệu lực sau {day}; tương ứng loại {now} hiện nay.",
    "Class {grade} of the former system ended after {day}; it corresponds to class {now} today.",
)


def known_on(actuals: Iterable[Actual], on: date) -> tuple[Actual, ...]:
    """
    Return the actuals that were known on a day, oldest first, of one day the weightiest last.

    One that says when it became known was from then on; any other from the last day it speaks of.
    What an agency reported of a day is replaced by what it reported of the same day later.
    """
    known = sorted((a for a in actuals if (a.made or last_day(a.day)) <= on), key=_order)
    last = {each.day: each for each in known if each.kind == "reported"}
    return tuple(each for each in known if each.kind != "reported" or last[each.day] is each)


def judged(actuals: Iterable[Actual]) -> tuple[Actual, ...]:
    """Return the actuals that may set a status: a row's own, of data that illustrate nothing."""
    return tuple(
        each
        for each in actuals
        if each.official and not any(mark in ILLUSTRATIVE for mark in each.marks)
    )


def counting(actuals: Iterable[Actual], on: date) -> Actual | None:
    """Return the actual that counts on a day: the latest that may be judged, else the latest."""
    known = known_on(actuals, on)
    chosen = judged(known) or known
    return chosen[-1] if chosen else None


def judge(asked: Asked, actuals: Iterable[Actual], on: date) -> Standing:
    """
    Tell how a row stands on a day.

    Parameters
    ----------
    asked
        What it asks for.
    actuals
        All that is known of it, of any day.
    """
    known = known_on(actuals, on)
    counted = judged(known)
    stand = _after_law(asked, counted, on)
    if stand.status == "no_data" and known and not counted:
        illustrated = any(each.official for each in known)
        stand = replace(stand, reason=_ILLUSTRATED if illustrated else _BESIDE)
    return replace(stand, trend=_trend(counted or known))


def _after_law(asked: Asked, counted: Sequence[Actual], on: date) -> Standing:
    """
    Judge a row by what later law left of it.

    What was met, or fell due, before the law stays as it was; where nothing is known of that, the
    law's word stands.
    """
    change = asked.change
    if change is None or (change.since is not None and on < change.since):
        return _standing(asked, counted, on)
    verdict = Standing(change.verdict, change.reason)
    if change.since is None:
        return verdict
    before = [each for each in counted if last_day(each.day) < change.since]
    overdue = asked.deadline is not None and asked.deadline < change.since
    stand = _standing(asked, before, on if overdue else min(on, change.since))
    settled = ("met", "met_late", "missed") if overdue else ("met", "met_late")
    return stand if stand.status in settled else verdict


def _standing(asked: Asked, counted: Sequence[Actual], on: date) -> Standing:
    if asked.comparator is None:
        return Standing("not_judged", _EACH)
    if asked.comparator in _WITHOUT_NUMBER:
        return _numberless(asked, counted)
    if asked.grade is not None:
        return _class_standing(asked, counted, on)
    figures = [each for each in counted if each.value is not None]
    if figures and asked.comparator != "done":
        return figure_standing(asked, figures, on)
    return _progress_standing(asked, counted, on)


def _numberless(asked: Asked, counted: Sequence[Actual]) -> Standing:
    """Say that words without a number are not judged; nothing known stays nothing known."""
    if not counted:
        return Standing("no_data", _NOTHING)
    return Standing("not_judged", _NO_NUMBER.filled(asks=asked.words))


def _progress_standing(asked: Asked, counted: Sequence[Actual], on: date) -> Standing:
    """Judge a task by the last that is known of how far it is."""
    reports = [each for each in counted if each.progress is not None]
    if not reports:
        return _stated(asked, on)
    done = list(takewhile(lambda each: each.progress == "done", reversed(reports)))
    if done:
        late = asked.deadline is not None and last_day(done[-1].day) > asked.deadline
        return Standing("met_late" if late else "met", _told(done[-1]))
    latest, told = reports[-1], _told(reports[-1])
    if asked.deadline is None or on <= asked.deadline:
        return Standing(_progress_status(latest), told)
    due = day_words(asked.deadline.isoformat())
    if last_day(latest.day) >= asked.deadline:
        return Standing("missed", _OVERDUE.filled(told=told, due=due))
    return Standing("no_data", _SILENT.filled(told=told, due=due))


def _progress_status(report: Actual) -> Status:
    match report.progress:
        case "under_way":
            return "under_way"
        case "not_started":
            return "not_started"
    return "behind"


def _stated(asked: Asked, on: date) -> Standing:
    """Fall back on the plan file's own verdict; one of a deadline holds once that has passed."""
    if asked.stated == "achieved":
        return Standing("met", _STATED)
    if asked.stated == "missed" and asked.deadline is not None and on > asked.deadline:
        return Standing("missed", _STATED)
    return Standing("no_data", _NOTHING)


def _class_standing(asked: Asked, counted: Sequence[Actual], on: date) -> Standing:
    """
    Judge a class of urban areas by those of its own system.

    Once the system has ended, what was not reached before is reclassified: a class of today says
    nothing of it.
    """
    until, grade = asked.until, asked.grade or ""
    own = [each for each in counted if until is None or last_day(each.day) <= until]
    enough = URBAN_CLASSES[: URBAN_CLASSES.index(grade) + 1]
    reached = next((e for e in own if e.grade in enough or e.progress == "done"), None)
    if reached is not None:
        late = asked.deadline is not None and last_day(reached.day) > asked.deadline
        return Standing("met_late" if late else "met", _told(reached))
    if until is not None and on > until:
        text = _NEW_CLASS.filled(
            grade=grade, day=day_words(until.isoformat()), now=asked.classes.get(grade, "?")
        )
        return Standing("reclassified", text)
    known = [each for each in own if each.grade is not None]
    if not known:
        return _progress_standing(asked, own, on)
    told = _told(known[-1])
    if asked.deadline is None or on <= asked.deadline:
        return Standing("not_due", told)
    due = day_words(asked.deadline.isoformat())
    if last_day(known[-1].day) >= asked.deadline:
        return Standing("missed", _OVERDUE.filled(told=told, due=due))
    return Standing("no_data", _SILENT.filled(told=told, due=due))


def _told(actual: Actual) -> Bilingual:
    if actual.grade is not None:
        return _CLASS.filled(day=day_words(actual.day), grade=actual.grade)
    progress = PROGRESSES[actual.progress or "not_started"]
    return _REPORTED.filled(day=day_words(actual.day), progress=progress)


def _trend(actuals: Sequence[Actual]) -> Trend | None:
    """Compare the last two figures of one kind that may be compared."""
    if not actuals or actuals[-1].value is None or actuals[-1].breaks:
        return None
    latest = actuals[-1]
    before = [
        each
        for each in actuals[:-1]
        if each.value is not None and each.kind == latest.kind and each.day != latest.day
    ]
    if not before or before[-1].value is None or latest.value is None:
        return None
    change = latest.value - before[-1].value
    return "up" if change > 0 else "down" if change < 0 else "level"


def _order(actual: Actual) -> tuple[date, bool, int, date]:
    rank = _RANK.index(actual.kind)
    return last_day(actual.day), actual.official, rank, actual.made or date.min
