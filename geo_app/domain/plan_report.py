"""
A report on the plan, put together for one day: plain content in both languages.

How it is written – as a document, a workbook, a set of tables – is decided elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from geo_app.domain.layer import MARKS, Mark
from geo_app.domain.ledger import (
    ACTUAL_KINDS,
    PROGRESSES,
    STATUSES,
    Actual,
    Row,
    Status,
)
from geo_app.domain.outline import Outline
from geo_app.domain.period import Period
from geo_app.domain.result import ILLUSTRATIVE, Findings
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.submission import Owing
from geo_app.domain.text import Bilingual

_PLAN = "plan"
"""Kind of a source: the words of the plan itself."""
SOURCE_KINDS: Mapping[str, Bilingual] = {
    _PLAN: Bilingual("văn bản kế hoạch", "the plan's words"),
    **{str(kind): title for kind, title in ACTUAL_KINDS.items()},
}
_BETWEEN = Bilingual("{least} – {most}", "{least} – {most}")
_CLASS = Bilingual("loại {grade}", "class {grade}")


@dataclass(frozen=True)
class Source:
    """
    Where numbers come from; cited by its place in the list. `kind` is one of `SOURCE_KINDS`.

    `days` are those its figures speak of. `study`: what computed them, with its settings.
    """

    kind: str
    text: str
    verified: bool
    days: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    study: str | None = None
    settings: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Remark:
    """A paragraph; `rows` are those whose figures it gives, `warning` what must not be missed."""

    text: Bilingual
    rows: tuple[Row, ...] = ()
    warning: bool = False


@dataclass(frozen=True)
class Listing:
    """A table of rows under some columns of `geo_app.domain.outline.COLUMNS`, out of `count`."""

    title: Bilingual | None
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Counts:
    """How many rows stand how: a line per group, with the number of each status."""

    title: Bilingual | None
    head: Bilingual
    lines: tuple[tuple[Bilingual, Mapping[Status, int]], ...]

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Those that any line has, best first."""
        return tuple(each for each in STATUSES if any(each in counts for _, counts in self.lines))


@dataclass(frozen=True)
class Bars:
    """How far each target is on its way to what the plan asks for, `asked` in the row's unit."""

    title: Bilingual | None
    rows: tuple[Row, ...]
    asked: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Plot:
    """The map of what a study found."""

    findings: Findings


@dataclass(frozen=True)
class Details:
    """Each row with its words, result and history."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Missing:
    """Agencies whose form of the period has not been accepted, the latest first."""

    title: Bilingual | None
    owing: tuple[Owing, ...]


Content = Remark | Listing | Counts | Bars | Plot | Details | Missing


@dataclass(frozen=True)
class Chapter:
    """A heading and what stands under it."""

    title: Bilingual
    parts: tuple[Content, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """
    A report on the plan by one outline, as of a day.

    `rows` is the whole ledger of the day; `agencies` are titles, `instruments` numbers, by id.
    `generation` is that of the layers, `collected` how many forms were accepted by the day.
    `notices` tell what a reader must know of all of it. The chapters cite the first `cited` of
    the `sources`; the others are those of the rest of the ledger. `hash` is that of the study's
    result, once there is one.
    """

    outline: Outline
    title: Bilingual
    period: Period
    on: date
    generation: int
    collected: int
    chapters: tuple[Chapter, ...]
    rows: tuple[Row, ...]
    agencies: Mapping[str, Bilingual]
    instruments: Mapping[str, str]
    notices: tuple[Bilingual, ...] = ()
    sources: tuple[Source, ...] = ()
    cited: int = 0
    hash: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all its figures, worst first."""
        found = {mark for row in self.rows if row.actual for mark in row.actual.marks}
        return tuple(mark for mark in MARKS if mark in found)

    @property
    def illustrative(self) -> bool:
        """Whether any figure only illustrates."""
        return any(mark in ILLUSTRATIVE for mark in self.marks)

    def numbers(self, row: Row) -> tuple[int, ...]:
        """Return the places, from 1, of the sources of a row: of its words, of its result."""
        return self._cite(sources_of(row))

    def number_of(self, actual: Actual) -> tuple[int, ...]:
        """Return the place of the source of one figure."""
        return self._cite([_source(actual)])

    def _cite(self, sources: Iterable[Source]) -> tuple[int, ...]:
        found = [self._places.get(_identity(each)) for each in sources]
        return tuple(dict.fromkeys(place for place in found if place is not None))

    @cached_property
    def _places(self) -> Mapping[tuple[object, ...], int]:
        return {_identity(each): place for place, each in enumerate(self.sources, start=1)}


def illustrates(row: Row) -> bool:
    """Tell whether the result of a row only illustrates."""
    return row.actual is not None and any(mark in ILLUSTRATIVE for mark in row.actual.marks)


def sources_of(row: Row) -> tuple[Source, ...]:
    """Return what a row rests on: the plan's words, then its result."""
    words = Source(_PLAN, row.source, row.verified)
    return (words, _source(row.actual)) if row.actual else (words,)


def history_sources(row: Row) -> tuple[Source, ...]:
    """Return what the figures of a row rest on, those of its history too."""
    return (*sources_of(row), *map(_source, row.history))


def list_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return every source once, with all its days, in the order it is met."""
    found: dict[tuple[object, ...], Source] = {}
    days: dict[tuple[object, ...], dict[str, None]] = {}
    for each in sources:
        key = _identity(each)
        found.setdefault(key, each)
        days.setdefault(key, {}).update(dict.fromkeys(each.days))
    return tuple(replace(each, days=tuple(days[key])) for key, each in found.items())


def _source(actual: Actual) -> Source:
    return Source(
        actual.kind,
        actual.source,
        actual.verified,
        (actual.day,),
        actual.marks,
        actual.study,
        actual.settings,
    )


def _identity(source: Source) -> tuple[object, ...]:
    settings = tuple(sorted((source.settings or {}).items()))
    return (source.kind, source.text, source.verified, source.marks, source.study, settings)


def result_words(actual: Actual | None, unit: str | None) -> Bilingual:
    """
    Write what is known of a row: "63,2 %", "hoàn thành", "loại IV"; a dash where nothing is.

    >>> from geo_app.domain.ledger import Actual
    >>> result_words(Actual("reported", "2025", "", True, value=1234.5), "schools").vi
    '1.234,5 trường'
    """
    if actual is None:
        return Bilingual("–", "–")
    if actual.value is not None:
        words = amount(actual.value, unit)
        most = words if actual.high is None else amount(actual.high, unit)
        return words if most == words else _BETWEEN.filled(least=words, most=most)
    if actual.progress is not None:
        return PROGRESSES[actual.progress]
    return _CLASS.filled(grade=actual.grade or "–")


def amount(value: float, unit: str | None) -> Bilingual:
    """
    Write a figure with its unit, to two decimals at the most.

    >>> amount(64.0, "pct"), amount(-0.298, None).en
    (Bilingual(vi='64 %', en='64 %'), '-0.3')
    """
    decimals = next(n for n in range(3) if round(value, n) == round(value, 2))
    words = f"{{value:,.{decimals}f}}" + (" {unit}" if unit else "")
    title = STATISTIC_UNITS.get(unit, Bilingual(unit, unit)) if unit else ""
    return Bilingual(words, words).filled(value=value, unit=title)
