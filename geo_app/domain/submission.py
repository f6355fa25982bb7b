"""
What an agency reports of its targets and tasks, and what the focal agency decided of it.

One form is one upload: its good lines wait together, and are accepted or returned together.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

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
    `digest` that of the file. `findings` are what was told of it when it came, each as
    `Finding.to_json` gives it. `remark` is the focal agency's, `decided` when and `decided_by`
    who.
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
    findings: tuple[Mapping[str, Any], ...] = ()
    state: State = "pending"
    remark: str = ""
    decided: datetime | None = None
    decided_by: str | None = None

    @property
    def left_out(self) -> int:
        """How many rows of its sheets were not taken; deleted ones are not among them."""
        rows = {
            (str(each["values"].get("cell", "")).rpartition("!")[0], each["row"])
            for each in self.findings
            if each["done"] == "left_out" and each["row"] is not None
        }
        return len(rows)

    def covers(self, other: "Submission") -> bool:
        """Tell whether it says something of every row that `other` speaks of, for its period."""
        same = (self.agency, self.period) == (other.agency, other.period)
        return same and _named(other) <= _named(self)

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        plain = {**asdict(self), "made": self.made.isoformat()}
        plain["decided"] = self.decided.isoformat() if self.decided else None
        plain["lines"] = [line_to_json(line) for line in self.lines]
        plain["additions"] = [asdict(addition) for addition in self.additions]
        plain["findings"] = [dict(finding) for finding in self.findings]
        plain["left_out"] = self.left_out
        return plain


@dataclass(frozen=True)
class Owing:
    """
    An agency that reports on a period, and how far its form has come.

    `rows` of the plan are its own; `due` is the last day to send the form. `last` is the form
    that counts: the last accepted, else the last that waits, else the last returned; None where
    none came. `days_late` counts from `due` until the day that was asked of, or until the form
    came; 0 where it is in time.
    """

    agency: str
    period: str
    rows: int
    due: date
    last: Submission | None
    days_late: int

    @property
    def late(self) -> bool:
        """Tell whether its form is still awaited after the day it was due."""
        return self.days_late > 0 and (self.last is None or self.last.state == "returned")


def line_to_json(line: Line) -> dict[str, Any]:
    """Return a line as plain values."""
    return {**asdict(line), "day": line.day.isoformat()}


def line_from_json(plain: Mapping[str, Any]) -> Line:
    """Return the line that `line_to_json` made plain."""
    return Line(**{**plain, "day": date.fromisoformat(plain["day"])})


def _named(form: Submission) -> set[tuple[str, str]]:
    return {(line.kind, line.row) for line in form.lines} | {
        (addition.kind, addition.id) for addition in form.additions
    }
