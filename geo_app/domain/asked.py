"""
What a row of the ledger asks for, in one form for targets, projects and rules.

>>> asked_of_project(Project("p", "III", Bilingual("A", "A"), "road", Bilingual("Làm", "Build"),
...                          True, "KH", year=2024)).deadline.isoformat()
'2024-12-31'
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from geo_app.domain.plan import Baseline, LegalRule, Plan, Project, Rule, Target
from geo_app.domain.plan_terms import COMPARATORS, TARGET_UNITS
from geo_app.domain.text import Bilingual

URBAN_TOPIC = "urban_classes"
"""Topic of the legal rules that tell which classes of urban areas there are."""

_UNLIKE = Bilingual(
    "Văn bản sau đã thay đổi nội dung này.", "A later instrument changed what is asked here."
)


@dataclass(frozen=True)
class Change:
    """What later law made of a row since the day `since` (None: always), and why."""

    verdict: Literal["void", "reclassified"]
    reason: Bilingual
    since: date | None = None


@dataclass(frozen=True)
class Asked:
    """
    What is asked for, by when.

    The measures are those of `Target`; a task asks to be ``done``, a rule to hold for ``all``.
    `comparator` None: nothing that a figure or a report could meet. `until` is the last day of
    the classes that `grade` speaks of, `classes` what each became. `stated` is the plan file's own
    verdict, for want of a better one.
    """

    comparator: str | None
    unit: str | None = None
    value: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    grade: str | None = None
    or_more: bool = False
    since: int | None = None
    due: int | None = None
    baseline: Baseline | None = None
    change: Change | None = None
    until: date | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    stated: Literal["achieved", "missed"] | None = None

    @property
    def deadline(self) -> date | None:
        """The last day on which it can be met in time."""
        return date(self.due, 12, 31) if self.due else None

    @property
    def words(self) -> Bilingual:
        """It in words: "tối thiểu 80 %", "trong khoảng 8–9 %/năm"."""
        if self.comparator is None:
            return Bilingual("xét từng dự án", "checked for each project")
        comparison = COMPARATORS[self.comparator].title
        ends = [end for end in (self.value, self.minimum, self.maximum) if end is not None]
        if not ends:
            text = Bilingual("{comparison} {grade}", "{comparison} {grade}")
            filled = text.filled(comparison=comparison, grade=self.grade or "")
            return Bilingual(filled.vi.strip(), filled.en.strip())
        figures = figure_words(ends, self.unit)
        # "Points a year" is the comparison and the unit at once.
        if self.comparator == self.unit:
            return figures
        return Bilingual("{a} {b}", "{a} {b}").filled(a=comparison, b=figures)


def figure_words(ends: Iterable[float], unit: str | None) -> Bilingual:
    """Write a figure, or the two ends of a range, with the unit: "8–9 %/năm"."""
    figures = [Bilingual("{end:,.6g}", "{end:,.6g}").filled(end=end) for end in ends]
    symbol = TARGET_UNITS.get(unit or "", Bilingual(unit or "", unit or ""))
    texts = [
        f"{'–'.join(figure.get(lang) for figure in figures)} {symbol.get(lang)}".strip()
        for lang in ("vi", "en")
    ]
    return Bilingual(texts[0], texts[1])


def asked_of_target(target: Target, plan: Plan) -> Asked:
    """Return what a target asks for."""
    asked = Asked(
        comparator=target.comparator,
        unit=target.unit or ("pct" if target.comparator == "all" else None),
        value=target.value,
        minimum=target.minimum,
        maximum=target.maximum,
        grade=target.grade,
        or_more=target.or_more,
        since=target.since,
        due=target.year,
        baseline=target.baseline,
        change=_change(target, urban=target.grade is not None),
        stated=_stated(target),
    )
    return _with_classes(asked, plan.legal_rules.values()) if target.grade else asked


def asked_of_project(project: Project) -> Asked:
    """Return what a task or project asks for: to be done."""
    return Asked(
        comparator="done",
        since=project.since,
        due=project.year,
        change=_change(project, urban=project.kind == "urban"),
        stated=_stated(project),
    )


def asked_of_rule(rule: Rule, plan: Plan) -> Asked:
    """
    Return what a rule asks for: to hold for all, or as a target that names it words it.

    A rule without a figure, a grade, a way to judge it or a target is a check of each project.
    """
    for target in plan.targets_of(rule.id):
        return asked_of_target(target, plan)
    judged = rule.values or rule.worst_grade or rule.check
    return Asked("all", "pct") if judged else Asked(None)


def _stated(row: Target | Project) -> Literal["achieved", "missed"] | None:
    """Return the file's verdict, which bears no day; facts that bear one say more."""
    if any(fact.progress is not None for fact in row.facts):
        return None
    if row.plan_status == "achieved":
        return "achieved"
    return "missed" if row.plan_status == "missed" else None


def _change(row: Target | Project, *, urban: bool) -> Change | None:
    """Return what later law made of a row; a class that was superseded is of another system."""
    match row.plan_status:
        case "void":
            return Change("void", row.change or _UNLIKE, row.changed_on)
        case "reclassified":
            return Change("reclassified", row.change or _UNLIKE, row.changed_on)
        case "superseded":
            verdict: Literal["void", "reclassified"] = "reclassified" if urban else "void"
            return Change(verdict, row.change or _UNLIKE, row.changed_on)
    return None


def _with_classes(asked: Asked, rules: Iterable[LegalRule]) -> Asked:
    """Add when the classes asked for end, by the first rule of law that maps them to others."""
    mapping = [
        rule for rule in rules if rule.topic == URBAN_TOPIC and rule.valid_from and rule.classes
    ]
    if not mapping:
        return asked
    first = min(mapping, key=lambda rule: rule.valid_from or date.max)
    until = date.fromordinal((first.valid_from or date.max).toordinal() - 1)
    return replace(asked, until=until, classes=first.classes)
