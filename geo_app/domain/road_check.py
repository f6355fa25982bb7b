"""How a rule of the plan is judged on roads: which of them, where, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Judge = Literal["grade", "grade_or_roadbed", "maintained", "bridges"]

JUDGES: Mapping[Judge, tuple[str, ...]] = {
    "grade": (),
    "grade_or_roadbed": ("widths",),
    "maintained": (),
    "bridges": ("bridges", "weak"),
}
"""What may be judged, and which keys of a `RoadCheck` that needs."""

RURAL_GRADES = ("A", "B", "C", "D")
"""Grades of rural roads (TCVN 10380): known, but none of I to VI."""

Choices = Mapping[str, tuple[str, ...]]
"""Field → the values of it that are meant."""


@dataclass(frozen=True)
class RoadCheck:
    """
    How a rule is judged on the line layers it names.

    `judge`: ``grade`` compares a road's grade with the rule's worst one; ``grade_or_roadbed`` takes
    a roadbed as wide as that grade's instead; ``maintained`` the year last maintained;
    ``bridges`` looks for weak bridges on the roads. `roads` says which roads: those whose field has
    one of the values. Every field judges by itself, the one the plan meant first. Empty: a list
    that is not at hand. `within` is a polygon layer: only what lies inside counts. `bridges` is a
    point layer that names the roads' sections, `weak` what makes a bridge a weak one. `widths` is
    the topic of the legal rule with the least roadbed by terrain and grade.
    """

    judge: Judge
    roads: Choices = field(default_factory=dict)
    within: str | None = None
    bridges: str | None = None
    weak: Choices = field(default_factory=dict)
    widths: str | None = None
