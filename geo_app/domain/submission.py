"""
What an agency reports of its targets and tasks, and what the focal agency decided of it.

One form is one upload: its good lines wait together, and are accepted or returned together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from geo_app.domain.ledger import Kind, Progress
from geo_app.domain.text import Bilingual

State = Literal["pending", "accepted", "returned"]
STATES: Mapping[State, Bilingual] = {
    "pending": Bilingual("chờ tổng hợp", "waiting"),
    "accepted": Bilingual("đã nhận", "accepted"),
    "returned": Bilingual("trả lại", "returned"),
}


@dataclass(frozen=True)
class Line:
    """
    What a form says of one row of the ledger; of `value`, `progress` and `grade` there is one.

    `day` is the day it speaks of.
    """

    kind: Kind
    row: str
    day: date
    value: float | None = None
    progress: Progress | None = None
    grade: str | None = None
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True)
class Addition:
    """
    A target or task of the plan's appendices that the copy here lacks: `id` is made of its number.

    `section` is such as ``PL1`` or ``PL2``; `value` and `unit` are those of a target.
    """

    kind: Kind
    id: str
    section: str
    title: str
    agency: str
    unit: str | None = None
    value: float | None = None
    due: int | None = None


@dataclass(frozen=True)
class Submission:
    """
    A form that came back.

    `period` is ``2026-Q3`` or ``2026``. `who` is a name as typed, `account` who was signed in;
    `digest` that of the file. `remark` is the focal agency's, `decided` when and `decided_by` who.
    """

    id: int
    agency: str
    period: str
    lines: tuple[Line, ...]
    who: str
    account: str
    made: datetime
    digest: str
    additions: tuple[Addition, ...] = ()
    state: State = "pending"
    remark: str = ""
    decided: datetime | None = None
    decided_by: str | None = None
