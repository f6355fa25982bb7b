"""Read ``plan/legal_rules.toml``: one rule of law each, with the days it is in force."""

from collections.abc import Mapping
from datetime import date
from itertools import combinations

from geo_app.domain.plan import LegalRule
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable
from geo_app.storage.plan_rows import check_order, read_id, read_provenance, read_values


def read_legal_rule(row: CheckedTable) -> LegalRule:
    """Take one rule of law apart."""
    classes = row.table("classes", None)
    rule = LegalRule(
        id=read_id(row),
        topic=row.text("topic"),
        title=row.bilingual("title"),
        text=row.bilingual("text"),
        checked_on=row.day("checked_on"),
        **read_provenance(row),
        instrument=row.text("instrument", None),
        article=row.text("article", None),
        valid_from=row.day("valid_from", None),
        valid_to=row.day("valid_to", None),
        days=row.integer("days", None),
        working_days=row.flag("working_days", default=False),
        bodies=row.texts("bodies", ()),
        values=read_values(row),
        classes={} if classes is None else {old: classes.text(old) for old in classes.content},
    )
    check_order(row, "valid_from", "valid_to", rule.valid_from, rule.valid_to)
    return rule


def check_overlaps(rules: Mapping[str, LegalRule]) -> None:
    """Refuse two legal rules of one topic that are in force on the same day."""
    for one, other in combinations(rules.values(), 2):
        begin = max(one.valid_from or date.min, other.valid_from or date.min)
        end = min(one.valid_to or date.max, other.valid_to or date.max)
        if one.topic == other.topic and begin <= end:
            where = f"legal_rules.toml: legal_rules {other.id}: valid_from"
            other_rule = f"{one.id}, also on {one.topic!r}, is in force on {begin}"
            message = f"{where}: {other_rule}; end the older rule with valid_to"
            raise CatalogueError(message)
