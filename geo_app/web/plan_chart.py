"""The history of a row of the ledger as a chart: places on a drawing, which the template draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from matplotlib.ticker import MaxNLocator

from geo_app.domain.ledger import Actual, Row, last_day
from geo_app.domain.plan import Plan
from geo_app.web.plan_lines import amount, asked_for, figure, illustrates, spoken_day

WIDTH, HEIGHT = 400, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 390, 14, 208
_MOST_YEARS = 7


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True)
class Point:
    """
    A figure: where it is drawn, and its words; `illustrative` ones are drawn hollow.

    `most` is where it would be if all that is not known counted; None where nothing is open.
    """

    x: float
    y: float
    most: float | None
    text: str
    illustrative: bool


@dataclass(frozen=True)
class Chart:
    """
    What is drawn, in a box of `WIDTH` by `HEIGHT`.

    `pieces` join the row's own real figures, but never across a break. `aims` are the levels
    asked for, `path` the straight line from the baseline to the target, `today` the day looked at.
    """

    points: tuple[Point, ...]
    pieces: tuple[str, ...]
    years: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    aims: tuple[Tick, ...]
    path: str
    today: float | None
    left: float = _LEFT
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM
    width: float = WIDTH
    height: float = HEIGHT


def chart_of(plan: Plan, row: Row, on: date) -> Chart | None:
    """Return the chart of a row's figures; None where there is none to draw."""
    told = [each for each in row.history if each.value is not None]
    aims = sorted({each for each in asked_for(plan, row) if each is not None})
    if not told:
        return None
    ends = list(_path(plan, row, aims))
    when = [_at(each.day) for each in told] + [at for at, _ in ends]
    years = _Scale(min(when) - 0.3, max(*when, _moment(on)) + 0.3, _LEFT, _RIGHT)
    heights = (
        [each.high or each.value or 0.0 for each in told] + aims + [value for _, value in ends]
    )
    heights += [each.value or 0.0 for each in told]
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(min(heights), max(heights))
    levels = _Scale(float(ticks[0]), float(ticks[-1]), _BOTTOM, _TOP)
    points = tuple(
        Point(
            years.at(_at(each.day)),
            levels.at(each.value or 0.0),
            None if each.high is None else levels.at(each.high),
            f"{spoken_day(each.day)}: {figure(row, each)}",
            illustrates(each),
        )
        for each in told
    )
    return Chart(
        points=points,
        pieces=tuple(_pieces(told, points)),
        years=tuple(_years(years)),
        levels=tuple(Tick(levels.at(float(each)), amount(row, float(each))) for each in ticks),
        aims=tuple(Tick(levels.at(each), amount(row, each)) for each in aims),
        path=_polyline((years.at(at), levels.at(value)) for at, value in ends),
        today=years.at(_moment(on)),
    )


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)


def _at(day: str) -> float:
    """Return the end of a day, month or year as a year with its fraction."""
    return _moment(last_day(day))


def _moment(day: date) -> float:
    """Return the end of a day: that of 31 December 2025 is 2026."""
    begins, ends = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + ((day - begins).days + 1) / (ends - begins).days


def _path(plan: Plan, row: Row, aims: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Give both ends of the line from the baseline to the target, where there is one."""
    target = plan.targets.get(row.id) if row.kind == "target" else None
    if target is not None and target.baseline is not None and row.due is not None and aims:
        yield target.baseline.year + 1.0, target.baseline.value
        yield row.due + 1.0, aims[0]


def _pieces(told: Sequence[Actual], points: Sequence[Point]) -> Iterator[str]:
    stretch, numbered = 0, []
    for actual, point in zip(told, points, strict=True):
        if actual.official and not point.illustrative:
            stretch += actual.breaks
            numbered.append((stretch, point))
    for _, piece in groupby(numbered, key=lambda each: each[0]):
        yield _polyline((point.x, point.y) for _, point in piece)


def _polyline(places: Iterator[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def _years(scale: _Scale) -> Iterator[Tick]:
    """Mark the ends of years, of many only some."""
    first, last = int(scale.low), int(scale.high)
    step = -(-(last - first + 1) // _MOST_YEARS)
    for end in range(last, first, -step):
        yield Tick(scale.at(end), str(end - 1))
