"""
The plan's ledger: every target, project and rule with what is known of it, and how it stands.

What the plan says stays in its own words (`geo_app.domain.plan`); an `Actual` is what was computed
from layers, taken from statistics or reported by an agency, with source and day; a `Standing` is
the judgement on a day. Illustrative actuals are shown and never judged.
"""

from calendar import IllegalMonthError, monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from geo_app.domain.layer import Mark
from geo_app.domain.text import Bilingual

Kind = Literal["target", "project", "rule"]
KINDS: Mapping[Kind, Bilingual] = {
    "target": Bilingual("chỉ tiêu", "target"),
    "project": Bilingual("nhiệm vụ, dự án", "task or project"),
    "rule": Bilingual("quy định", "rule"),
}

Status = Literal[
    "met",
    "met_late",
    "on_track",
    "behind",
    "missed",
    "under_way",
    "not_started",
    "not_due",
    "void",
    "reclassified",
    "not_judged",
    "no_data",
]
STATUSES: Mapping[Status, Bilingual] = {
    "met": Bilingual("đạt", "met"),
    "met_late": Bilingual("đạt, chậm hạn", "met late"),
    "on_track": Bilingual("đúng tiến độ", "on track"),
    "behind": Bilingual("chậm tiến độ", "behind"),
    "missed": Bilingual("không đạt đúng hạn", "missed"),
    "under_way": Bilingual("đang thực hiện", "under way"),
    "not_started": Bilingual("chưa bắt đầu", "not started"),
    "not_due": Bilingual("chưa đến hạn, chưa so sánh được", "not due, nothing to compare with"),
    "void": Bilingual("không còn đối tượng do quy định sau", "void by later law"),
    "reclassified": Bilingual("đổi hệ phân loại", "reclassified"),
    "not_judged": Bilingual("không kết luận bằng con số", "not judged by a number"),
    "no_data": Bilingual("chưa có số liệu", "no data"),
}
"""
How a row stands on a day, best first.

`not_due` has an actual but neither line nor deadline; `not_judged` asks for no figure ("basically",
a check of each project), or has one that only checks the official one.
"""

ActualKind = Literal["computed", "statistic", "reported", "known"]
ACTUAL_KINDS: Mapping[ActualKind, Bilingual] = {
    "computed": Bilingual("tính từ bản đồ", "computed from layers"),
    "statistic": Bilingual("số liệu thống kê", "statistics"),
    "reported": Bilingual("cơ quan báo cáo", "reported by the agency"),
    "known": Bilingual("ghi trong hồ sơ kế hoạch", "recorded with the plan"),
}

Progress = Literal["done", "under_way", "not_started", "stopped"]
PROGRESSES: Mapping[Progress, Bilingual] = {
    "done": Bilingual("hoàn thành", "done"),
    "under_way": Bilingual("đang thực hiện", "under way"),
    "not_started": Bilingual("chưa bắt đầu", "not started"),
    "stopped": Bilingual("dừng", "stopped"),
}
"""What is reported of a task or project, which has no figure."""


@dataclass(frozen=True)
class Feature:
    """A feature behind a row: its layer and key; `name` as people read it."""

    layer: str
    key: str
    name: str = ""


@dataclass(frozen=True)
class Actual:
    """
    What is known of a row on a day.

    `value` is a figure in the row's unit, `progress` what is known of a task, `grade` a class
    reached; of the three there is one. `day` is the day the figure speaks of, as exact as known
    (``2025``, ``2025-06``, ``2025-12-31``). `made` is the day it became known here. `study` and
    `settings` lead to how it was computed. `breaks`: it cannot be compared with the one before.
    `official`: it is the row's own figure, as those who report count it; any other stands beside
    and sets no status. `high` is what `value` would be if all that is not known counted in it.
    """

    kind: ActualKind
    day: str
    source: str
    verified: bool
    value: float | None = None
    progress: Progress | None = None
    grade: str | None = None
    marks: tuple[Mark, ...] = ()
    made: date | None = None
    features: tuple[Feature, ...] = ()
    study: str | None = None
    settings: Mapping[str, str] | None = None
    note: Bilingual | None = None
    breaks: bool = False
    official: bool = True
    high: float | None = None


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def last_day(text: str) -> date:
    """
    Return the last day of what an `Actual.day` names.

    >>> last_day("2024").isoformat(), last_day("2024-02").isoformat()
    ('2024-12-31', '2024-02-29')

    Raises
    ------
    ValueError
        If it is not ``2025``, ``2025-06`` or ``2025-12-31``.
    """
    try:
        year, *rest = (int(part) for part in text.split("-"))
        month = rest[0] if rest else 12
        return date(year, month, rest[1] if len(rest) == 2 else monthrange(year, month)[1])
    except (ValueError, IllegalMonthError):
        message = f"found {text!r}; expected 2025, 2025-06 or 2025-12-31"
        raise ValueError(message) from None


def day_words(text: str) -> Bilingual:
    """
    Write a day as exactly as it is known.

    >>> day_words("2025-12-31"), day_words("2025-12").en
    (Bilingual(vi='31/12/2025', en='31 Dec 2025'), 'Dec 2025')
    """
    parts = text.split("-")
    month = [_MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    day = [str(int(parts[2]))] if len(parts) > 2 else []
    return Bilingual("/".join(reversed(parts)), " ".join([*day, *month, parts[0]]))


Trend = Literal["up", "down", "level"]
TRENDS: Mapping[Trend, Bilingual] = {
    "up": Bilingual("tăng", "rising"),
    "down": Bilingual("giảm", "falling"),
    "level": Bilingual("không đổi", "level"),
}


@dataclass(frozen=True)
class Standing:
    """
    How a row stands on a day, and why.

    `line` is what a straight line from the baseline to the target asks for on the day of the
    actual, in the row's unit; `gap` the actual minus what the target asks for; None where there is
    none.
    """

    status: Status
    reason: Bilingual
    line: float | None = None
    gap: float | None = None
    trend: Trend | None = None


@dataclass(frozen=True)
class Row:
    """
    One row of the ledger.

    `asks` is what the plan asks for in words ("tối thiểu 80 %"), `due` its last year. `agency` is
    that of the plan, `agency_now` the one that does its work today. `history` holds every actual,
    oldest first; `actual` the one that counts. `change` is what later instruments changed
    (`changed_by`), beside the plan's own `sentence`. `instrument` is what sets it. `layers` and
    `theme` are what it is looked up by.
    """

    kind: Kind
    id: str
    section: str
    title: Bilingual
    sentence: str
    asks: Bilingual
    verified: bool
    source: str
    standing: Standing
    unit: str | None = None
    since: int | None = None
    due: int | None = None
    agency: str | None = None
    agency_now: str | None = None
    actual: Actual | None = None
    history: tuple[Actual, ...] = ()
    theme: str | None = None
    layers: tuple[str, ...] = ()
    changed_by: tuple[str, ...] = ()
    change: Bilingual | None = None
    instrument: str | None = None
