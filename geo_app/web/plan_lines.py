"""The ledger as pages show it: signs and groups of statuses, counts, bars, rows in words."""

from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock

from flask import get_template_attribute, url_for

from geo_app.domain.asked import asked_of_rule, asked_of_target
from geo_app.domain.ledger import (
    ACTUAL_KINDS,
    KINDS,
    PROGRESSES,
    STATUSES,
    TRENDS,
    Actual,
    Kind,
    Row,
    Status,
    Trend,
)
from geo_app.domain.plan import Plan
from geo_app.domain.result import ILLUSTRATIVE
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.text import Bilingual
from geo_app.render.values import show_number
from geo_app.web.language import language, title, translate

SIGNS: Mapping[Status, str] = {
    "met": "✓",
    "met_late": "✓…",
    "on_track": "▲",
    "behind": "▼",
    "missed": "✗",
    "under_way": "◐",
    "not_started": "○",
    "not_due": "◇",
    "void": "∅",
    "reclassified": "⇄",
    "not_judged": "≈",
    "no_data": "?",
}
"""A sign beside each status, for whoever does not tell colours apart."""
_LEDGERS = 8
_TREND_SIGNS: Mapping[Trend, str] = {"up": "↗", "down": "↘", "level": "→"}


@dataclass(frozen=True)
class Group:
    """Statuses that give a leader the same answer."""

    id: str
    title: Bilingual
    sign: str
    statuses: tuple[Status, ...]


GROUPS = (
    Group("done", Bilingual("đã đạt", "done"), "✓", ("met", "met_late")),
    Group("going", Bilingual("đang tiến tới", "on the way"), "▲", ("on_track", "under_way")),
    Group("late", Bilingual("chậm hạn", "late"), "▼", ("behind", "missed")),
    Group("open", Bilingual("chưa rõ", "not known"), "?", ("not_started", "not_due", "no_data")),
    Group(
        "aside", Bilingual("không xét", "not judged"), "∅", ("void", "reclassified", "not_judged")
    ),
)
LATE = GROUPS[2]


@dataclass(frozen=True)
class Share:
    """A part of a stacked bar of 100: where it starts, its length, how many rows it is."""

    status: Status
    count: int
    start: float
    length: float


@dataclass(frozen=True)
class Glance:
    """How many rows of one kind stand how."""

    kind: Kind
    counts: Mapping[Status, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def of(self, group: Group) -> int:
        """Return how many are in a group."""
        return sum(self.counts.get(status, 0) for status in group.statuses)

    @property
    def shares(self) -> list[Share]:
        """The parts of its bar, best first."""
        shares, start = [], 0.0
        for status in STATUSES:
            count = self.counts.get(status, 0)
            if count:
                length = 100 * count / self.total
                shares.append(Share(status, count, round(start, 2), round(length, 2)))
                start += length
        return shares


def glances(rows: Iterable[Row]) -> list[Glance]:
    """Count rows by kind and status; kinds without rows are left out."""
    counts = Counter((row.kind, row.standing.status) for row in rows)
    found = [
        Glance(kind, {status: counts[kind, status] for status in STATUSES if counts[kind, status]})
        for kind in KINDS
    ]
    return [each for each in found if each.total]


@dataclass(frozen=True)
class Bar:
    """
    Places on a bar from 0 to 100: what is known, what is asked for, what the line asks for now.

    `most` is what would be reached if all that is not known counted. `low` and `high` are the same
    where one figure is asked for.
    """

    actual: float
    most: float | None
    low: float | None
    high: float | None
    line: float | None


def bar_of(plan: Plan, row: Row) -> Bar | None:
    """Return the bar of a row; None where it has no figure, or nothing to measure it by."""
    value = row.actual.value if row.actual else None
    most = row.actual.high if row.actual else None
    low, high = asked_for(plan, row)
    known = [each for each in (value, most, low, high, row.standing.line) if each is not None]
    measured = low is not None or row.unit == "pct"
    if value is None or not measured or min(known) < 0 or max(known) == 0:
        return None
    within = row.unit == "pct" and max(known) <= 100
    top = 100.0 if within else max(known) * 1.1

    def place(each: float | None) -> float | None:
        return None if each is None else round(100 * each / top, 2)

    own = round(100 * value / top, 2)
    return Bar(own, place(most), place(low), place(high), place(row.standing.line))


def asked_for(plan: Plan, row: Row) -> tuple[float | None, float | None]:
    """Return the lowest and highest figure that a row asks for, the same where it is one."""
    if row.kind == "target" and row.id in plan.targets:
        asked = asked_of_target(plan.targets[row.id], plan)
    elif row.kind == "rule" and row.id in plan.rules:
        asked = asked_of_rule(plan.rules[row.id], plan)
    else:
        return _by_gap(row)
    if asked.comparator == "all" and row.unit == "pct":
        return 100.0, 100.0
    if asked.value is not None:
        return asked.value, asked.value
    return asked.minimum, asked.maximum


def _by_gap(row: Row) -> tuple[float | None, float | None]:
    """Return what a row asks for that the plan's text lacks, by how far its figure is from it."""
    value = row.actual.value if row.actual else None
    if value is None or row.standing.gap is None:
        return None, None
    return value - row.standing.gap, value - row.standing.gap


class Line:
    """One row of the ledger in the reader's language; everything a template writes of it."""

    def __init__(self, plan: Plan, row: Row, *, on: date | None = None) -> None:
        self.row = row
        self.status = row.standing.status
        self.sign = SIGNS[self.status]
        self.word = title(STATUSES[self.status])
        self.title = title(row.title)
        self.asks = title(row.asks)
        self.figure = figure(row, row.actual)
        self.plan = plan
        self.url = address(row, on=on)

    @cached_property
    def html(self) -> str:
        """It as a row of a table, written once for all pages that show it."""
        written: str = get_template_attribute("plan/_parts.html", "ledger_row")(self)
        return written

    @cached_property
    def bar(self) -> Bar | None:
        """Its bar."""
        return bar_of(self.plan, self.row)

    @cached_property
    def agency(self) -> str:
        """The agency that does the work today."""
        return agency_name(self.plan, self.row.agency_now or self.row.agency)

    @property
    def instrument(self) -> str:
        """The number of the plan that sets it; "" where that is the main one."""
        own, main = self.row.instrument, self.plan.main
        return self.plan.instrument(own).number if own and main and own != main.id else ""

    @property
    def illustrative(self) -> bool:
        """Whether its figure only illustrates."""
        return illustrates(self.row.actual)

    @property
    def day(self) -> str:
        """The day its figure speaks of."""
        return spoken_day(self.row.actual.day) if self.row.actual else ""

    @property
    def trend(self) -> str:
        """Where its figures go; "" where that cannot be told."""
        return title(TRENDS[self.row.standing.trend]) if self.row.standing.trend else ""

    @property
    def trend_sign(self) -> str:
        """A sign for it."""
        return _TREND_SIGNS[self.row.standing.trend] if self.row.standing.trend else ""

    @property
    def source(self) -> str:
        """How its figure came about."""
        return title(ACTUAL_KINDS[self.row.actual.kind]) if self.row.actual else ""


def lines(plan: Plan, rows: Sequence[Row], *, on: date | None = None) -> list[Line]:
    """Return rows in the reader's language."""
    return [Line(plan, row, on=on) for row in rows]


class Ledgers:
    """The rows of the latest ledgers in words, by ledger, language and day: a page reads them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[object, dict[tuple[Kind, str], Line]]]
        self._kept = OrderedDict()
        self._lock = Lock()

    def lines(
        self, plan: Plan, ledger: tuple[Row, ...], rows: Iterable[Row], *, on: date | None
    ) -> list[Line]:
        """Return some rows of a ledger, as `read_ledger` gave it, in the reader's language."""
        key = (id(ledger), language(), on)  # the ledger is kept, so that its id stays its own
        with self._lock:
            if key not in self._kept:
                found = {(line.row.kind, line.row.id): line for line in lines(plan, ledger, on=on)}
                self._kept[key] = ledger, found
            self._kept.move_to_end(key)
            while len(self._kept) > _LEDGERS:
                self._kept.popitem(last=False)
            known = self._kept[key][1]
        return [known[row.kind, row.id] for row in rows]


def address(row: Row, *, on: date | None = None) -> str:
    """Return the page of a row."""
    return url_for(f"plan.{row.kind}", row=row.id, on=on)


def agency_name(plan: Plan, agency: str | None) -> str:
    """Return an agency's name; its id where the plan does not know it."""
    known = plan.agencies.get(agency or "")
    return title(known.title) if known else agency or ""


def illustrates(actual: Actual | None) -> bool:
    """Tell whether a figure rests on synthetic or schematic data."""
    return actual is not None and any(mark in ILLUSTRATIVE for mark in actual.marks)


def figure(row: Row, actual: Actual | None) -> str:
    """
    Write what is known: a figure with its unit, how far a task is, a class; "" where nothing.

    A figure that leaves something open is written with the most it may be.
    """
    if actual is None:
        return ""
    if actual.progress is not None:
        return title(PROGRESSES[actual.progress])
    if actual.grade is not None:
        return actual.grade
    most = amount(row, actual.high)
    known = amount(row, actual.value)
    return f"{known} – {most}" if most and most != known else known


def amount(row: Row, value: float | None) -> str:
    """Write a figure in a row's unit; "" where there is none."""
    if value is None:
        return ""
    unit = title(STATISTIC_UNITS[row.unit]) if row.unit else ""
    return f"{show_number(value, language())} {unit}".rstrip()


def apart(row: Row, difference: float) -> str:
    """Write how far a figure is from another, with its sign; shares differ by points."""
    sign = "+" if difference > 0 else ""
    if row.unit == "pct":
        return f"{sign}{show_number(difference, language())} {translate('points')}"
    return f"{sign}{amount(row, difference)}"


def spoken_day(day: str) -> str:
    """Write a day as exact as it is known: 2025, 06/2025, 31/12/2025."""
    return "/".join(reversed(day.split("-")))
