"""The rules a site check rests on: those in force on its day, cited, and whether reviewed."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

import pandas as pd

from geo_app.domain.plan import LegalRule, Plan
from geo_app.domain.text import Bilingual

REVIEW_MONTHS = 12
"""A legal rule not checked for longer is said not to be reviewed."""

SECTION = Bilingual("{number}, mục {section} ({id})", "{number}, section {section} ({id})")
UNVERIFIED = Bilingual("chưa kiểm chứng", "unverified")
NOT_REVIEWED = Bilingual("căn cứ chưa rà soát", "not reviewed")


class Basis:
    """The plan's rules and the law of one day; `titles` holds how each rule used is cited."""

    def __init__(self, plan: Plan, on: dt.date) -> None:
        self.plan, self.on = plan, on
        self.titles: dict[str, Bilingual] = {}
        self.used: dict[str, LegalRule] = {}

    def cite(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the rules that topics or ids name; a topic without one gives none."""
        found = []
        for name in names:
            rule = self.plan.legal_rule_on(name, self.on)
            if rule is not None:
                self.used[rule.id] = rule
                self.titles[rule.id] = self._citation(rule)
                found.append(rule.id)
            elif name in self.plan.rules:
                main, section = self.plan.main, self.plan.rules[name].section
                number = main.number if main else ""
                self.titles[name] = SECTION.filled(number=number, section=section, id=name)
                found.append(name)
        return tuple(found)

    def rules(self, topics: Iterable[str]) -> list[LegalRule]:
        """Return the legal rules of topics in force on the day."""
        return [self.used[name] for name in self.cite(topics) if name in self.used]

    def notes(self, cited: Iterable[str]) -> tuple[str, ...]:
        """Say of cited rules whether one is not reviewed."""
        old = any(not self.reviewed(self.used[name]) for name in cited if name in self.used)
        return ("rule_not_reviewed",) if old else ()

    def reviewed(self, rule: LegalRule) -> bool:
        """Tell whether a rule was checked within `REVIEW_MONTHS` before the day."""
        return months_before(self.on, REVIEW_MONTHS) <= rule.checked_on

    def _citation(self, rule: LegalRule) -> Bilingual:
        """Return a rule's title with its instrument and article, and what to mind."""
        number = self.plan.instrument(rule.instrument).number if rule.instrument else None
        place = ", ".join(part for part in (number, rule.article) if part)
        warned = [UNVERIFIED] * (not rule.verified) + [NOT_REVIEWED] * (not self.reviewed(rule))
        return Bilingual(
            *(
                rule.title.get(language)
                + (f" ({place})" if place else "")
                + "".join(f"; {each.get(language)}" for each in warned)
                for language in ("vi", "en")
            )
        )


@lru_cache(maxsize=64)
def months_before(day: dt.date, months: int) -> dt.date:
    """
    Return the day so many months before another; the month's last where there is no such day.

    >>> months_before(dt.date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()
