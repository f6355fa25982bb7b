"""
The province's plan as plain facts: instruments, agencies, targets, projects, rules, indicators.

The plan is a text of its day; what later law changed stands beside it (`changed_by`, `change`,
`plan_status`) and never replaces it. Every record says where it comes from (`source`) and whether
that source was seen (`verified`). What the plan does not say is absent, not guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from geo_app.domain.access import Access
from geo_app.domain.ledger import Progress, last_day
from geo_app.domain.road_check import RoadCheck
from geo_app.domain.statistic import Indicator
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError

T = TypeVar("T")


@dataclass(frozen=True)
class Instrument:
    """
    A plan, decision, resolution, decree, law or standard.

    `title` describes it in short and is not its official title. `issuer` is an agency's id;
    `issued` the day it was signed, `in_force` the day it took effect, both absent where not known.
    `main` marks the plan itself, `changes` what it changed for the province, `gap` what our copy
    of it lacks.
    """

    id: str
    number: str
    title: Bilingual
    verified: bool
    source: str
    main: bool = False
    issuer: str | None = None
    issued: date | None = None
    in_force: date | None = None
    changes: Bilingual | None = None
    gap: Bilingual | None = None


@dataclass(frozen=True)
class Succession:
    """
    When an agency ended, and which agencies of today do its work, the main one first.

    `until` is as exact as known: ``2025``, ``2025-03`` or ``2025-07-01``.
    """

    until: str
    successors: tuple[str, ...]
    verified: bool
    source: str


@dataclass(frozen=True)
class Agency:
    """A body of state or party; `tasks` are the plan's sections that name it."""

    id: str
    title: Bilingual
    verified: bool
    source: str
    tasks: tuple[str, ...] = ()
    succession: Succession | None = None
    note: Bilingual | None = None


@dataclass(frozen=True)
class Baseline:
    """A value measured before the target's year, in the target's unit."""

    value: float
    year: int
    verified: bool
    source: str


@dataclass(frozen=True)
class Behind:
    """
    The features behind a figure: rows of a study's `table`, by its columns of `key` and `name`.

    `where` gives columns and the values that choose rows; `layer` is what the features are of.
    """

    table: str
    key: str
    name: str
    layer: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """
    A total of a study that gives a figure of the ledger.

    `settings` are the study's. `row` is a table, a column and its value, where the figure stands in
    a table's row instead. `unknown` names the share that is not known and not counted in it, in
    percent, or that part and the whole. The figure speaks of the date of the input `layer`;
    `features` tells what is behind it. `official`: it is the figure the plan means, as those who
    report count it; any other stands beside it and sets no status.
    """

    study: str
    total: str
    layer: str
    official: bool
    settings: Mapping[str, str] = field(default_factory=dict)
    row: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    features: Behind | None = None


@dataclass(frozen=True)
class Target:
    """
    One measurable value the plan sets.

    `sentence` is the plan's wording, abridged. `since` and `year` are the first and last year it
    holds for ("before 2025" ends in 2024); `deadline` is the same in words. `denominator` says
    of what a share is a share. `or_more`: above `maximum` is met as well. `changed_on` is the day
    since which `plan_status` holds by later law; `measures` say where its actuals come from, and
    `facts` what is known of it. `instrument` is what sets it; None: the plan itself.
    """

    id: str
    section: str
    title: Bilingual
    sentence: str
    comparator: str
    spatial: str
    verified: bool
    source: str
    unit: str | None = None
    value: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    grade: str | None = None
    since: int | None = None
    year: int | None = None
    deadline: Bilingual | None = None
    denominator: Bilingual | None = None
    agency: str | None = None
    layers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    baseline: Baseline | None = None
    or_more: bool = False
    measures: tuple[Measure, ...] = ()
    facts: tuple["Fact", ...] = ()
    plan_status: str = "current"
    changed_on: date | None = None
    changed_by: tuple[str, ...] = ()
    change: Bilingual | None = None
    note: Bilingual | None = None
    instrument: str | None = None


@dataclass(frozen=True)
class LayerLink:
    """A layer, and the key of the feature meant; None: not tied to one feature."""

    layer: str
    feature: str | None = None


@dataclass(frozen=True)
class Stretch:
    """A stretch of a road by chainage such as ``Km3+700``; its length is not their difference."""

    route: str
    start: str
    end: str


@dataclass(frozen=True)
class Fact:
    """
    Something known of a target or project since the plan, with its own source.

    `progress` is what it says of how far things were on `day` (``2025``, ``2025-12``,
    ``2025-12-31``), both absent where it says nothing of it.
    """

    topic: str
    text: Bilingual
    verified: bool
    source: str
    value: float | None = None
    unit: str | None = None
    day: str | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class Project:
    """
    An object or task of the plan.

    `geometry` lists the kinds it may be drawn as; empty: record only. `access` is the access of
    the *geometry*; the record itself is public. `measures`, `changed_on` and `instrument` are as in
    `Target`.
    """

    id: str
    section: str
    title: Bilingual
    kind: str
    action: Bilingual
    verified: bool
    source: str
    geometry: tuple[str, ...] = ()
    access: Access = "public"
    agency: str | None = None
    with_agencies: tuple[str, ...] = ()
    since: int | None = None
    year: int | None = None
    deadline: Bilingual | None = None
    layers: tuple[LayerLink, ...] = ()
    stretch: Stretch | None = None
    facts: tuple[Fact, ...] = ()
    measures: tuple[Measure, ...] = ()
    plan_status: str = "current"
    changed_on: date | None = None
    changed_by: tuple[str, ...] = ()
    change: Bilingual | None = None
    note: Bilingual | None = None
    instrument: str | None = None


@dataclass(frozen=True)
class Rule:
    """
    A check the plan asks for.

    `worst_grade` is the lowest road grade still allowed (I is the best). `listed`: it holds for
    roads named on a list, not for a whole class. `surfaces`: the surfaces that count; empty: a
    setting of the study. `values` are named numbers ending in their unit. `check`: how it is
    judged on roads. `measures` and `instrument` are as in `Target`.
    """

    id: str
    section: str
    title: Bilingual
    sentence: str
    applies_to: Bilingual
    test: Bilingual
    verified: bool
    source: str
    worst_grade: str | None = None
    listed: bool = False
    surfaces: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    check: RoadCheck | None = None
    measures: tuple[Measure, ...] = ()
    changed_by: tuple[str, ...] = ()
    change: Bilingual | None = None
    note: Bilingual | None = None
    instrument: str | None = None


@dataclass(frozen=True)
class LegalRule:
    """
    A rule of law with the days it is in force, both ends included.

    Rules of one `topic` follow each other and never overlap. An absent `valid_from` is a day not
    known. `bodies` are agencies to ask or to tell, within or at least `days` (`working_days`:
    counted in working days). `values` are named numbers ending in their unit; `classes` maps old
    classes to new.
    """

    id: str
    topic: str
    title: Bilingual
    text: Bilingual
    checked_on: date
    verified: bool
    source: str
    instrument: str | None = None
    article: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    days: int | None = None
    working_days: bool = False
    bodies: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        """Tell whether the rule is in force on `day`."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Plan:
    """Everything in ``plan/``, each kind by id in the files' order."""

    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    projects: Mapping[str, Project] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    legal_rules: Mapping[str, LegalRule] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)

    @property
    def main(self) -> Instrument | None:
        """The plan itself; None in a province that starts empty."""
        return next((one for one in self.instruments.values() if one.main), None)

    def instrument(self, instrument_id: str) -> Instrument:
        """Return the instrument called `instrument_id`."""
        return _pick(self.instruments, "instrument", instrument_id)

    def agency(self, agency_id: str) -> Agency:
        """Return the agency called `agency_id`, as the plan names it."""
        return _pick(self.agencies, "agency", agency_id)

    def target(self, target_id: str) -> Target:
        """Return the target called `target_id`."""
        return _pick(self.targets, "target", target_id)

    def project(self, project_id: str) -> Project:
        """Return the project called `project_id`."""
        return _pick(self.projects, "project", project_id)

    def indicator(self, indicator_id: str) -> Indicator:
        """Return the indicator called `indicator_id`."""
        return _pick(self.indicators, "indicator", indicator_id)

    def agency_today(self, agency_id: str) -> Agency:
        """Return the agency that does `agency_id`'s work now: itself, or its main successor."""
        agency = self.agency(agency_id)
        heirs = agency.succession.successors if agency.succession else ()
        return self.agency(heirs[0]) if heirs else agency

    def agency_on(self, agency_id: str, day: date) -> Agency:
        """Return the agency that did `agency_id`'s work on `day`: itself, or its main successor."""
        agency = self.agency(agency_id)
        ended = agency.succession is not None and last_day(agency.succession.until) <= day
        return self.agency_today(agency_id) if ended else agency

    def targets_of(self, rule_id: str) -> tuple[Target, ...]:
        """Return the targets that name a rule, the one that is due last first."""
        naming = [target for target in self.targets.values() if rule_id in target.rules]
        return tuple(sorted(naming, key=lambda target: target.year or 0, reverse=True))

    def legal_rule_on(self, topic: str, day: date) -> LegalRule | None:
        """Return the rule of `topic` in force on `day`; None if there is none."""
        for rule in self.legal_rules.values():
            if rule.topic == topic and rule.holds(day):
                return rule
        return None

    def legal_rules_on(self, day: date) -> tuple[LegalRule, ...]:
        """Return every legal rule in force on `day`, in the file's order."""
        return tuple(rule for rule in self.legal_rules.values() if rule.holds(day))


def _pick(index: Mapping[str, T], kind: str, name: str) -> T:
    try:
        return index[name]
    except KeyError:
        message = f"plan: there is no {kind} {name!r}"
        raise UnknownError(message) from None
