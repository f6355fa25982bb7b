"""The plan's facts: today's agency, and the law in force on a day."""

from datetime import date

import pytest

from geo_app.domain.plan import Agency, Instrument, LegalRule, Plan, Succession, Target
from geo_app.domain.plan_terms import COMPARATORS
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError

TITLE = Bilingual("tên", "name")


def agency(agency_id: str, *successors: str) -> Agency:
    succession = Succession("2025-03", successors, False, "nguồn") if successors else None
    return Agency(agency_id, TITLE, True, "nguồn", succession=succession)


def rule(
    rule_id: str, days: int, valid_from: date | None = None, valid_to: date | None = None
) -> LegalRule:
    return LegalRule(
        id=rule_id,
        topic="opinion",
        title=TITLE,
        text=TITLE,
        checked_on=date(2026, 1, 1),
        verified=True,
        source="nguồn",
        valid_from=valid_from,
        valid_to=valid_to,
        days=days,
    )


@pytest.fixture
def plan() -> Plan:
    agencies = [agency("so_gtvt", "so_xd"), agency("so_xd"), agency("so_ldtbxh", "so_nv", "so_yt")]
    agencies += [agency("so_nv"), agency("so_yt")]
    rules = [
        rule("old", 30, date(2014, 6, 15), date(2025, 11, 16)),
        rule("new", 20, date(2025, 11, 17)),
    ]
    instruments = [
        Instrument("law", "1", TITLE, True, "nguồn"),
        Instrument("kh_23", "23", TITLE, True, "nguồn", main=True),
    ]
    return Plan(
        instruments={one.id: one for one in instruments},
        agencies={one.id: one for one in agencies},
        legal_rules={one.id: one for one in rules},
    )


@pytest.mark.parametrize(
    ("named", "today"), [("so_gtvt", "so_xd"), ("so_xd", "so_xd"), ("so_ldtbxh", "so_nv")]
)
def test_an_agency_that_ended_is_followed_to_its_main_successor(
    plan: Plan, named: str, today: str
) -> None:
    assert plan.agency_today(named).id == today


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2014, 6, 14), None),
        (date(2014, 6, 15), 30),
        (date(2025, 11, 16), 30),
        (date(2025, 11, 17), 20),
        (date(2030, 1, 1), 20),
    ],
)
def test_the_rule_of_a_topic_is_the_one_in_force_that_day(
    plan: Plan, day: date, days: int | None
) -> None:
    found = plan.legal_rule_on("opinion", day)
    assert (found.days if found else None) == days
    assert [one.days for one in plan.legal_rules_on(day)] == ([days] if days else [])


def test_a_rule_without_dates_holds_always() -> None:
    assert rule("any", 3).holds(date(1990, 1, 1))


def test_a_topic_nobody_wrote_down_has_no_rule(plan: Plan) -> None:
    assert plan.legal_rule_on("unknown", date(2026, 1, 1)) is None


def test_main_is_the_plan_itself(plan: Plan) -> None:
    assert plan.main is not None
    assert plan.main.id == "kh_23"
    assert Plan().main is None


@pytest.mark.parametrize("kind", ["instrument", "agency", "target", "project"])
def test_an_id_that_does_not_exist_is_named_in_the_error(plan: Plan, kind: str) -> None:
    with pytest.raises(UnknownError, match=f"there is no {kind} 'nowhere'"):
        getattr(plan, kind)("nowhere")


def test_every_need_of_a_comparator_is_a_field_of_a_target() -> None:
    fields = set(Target.__dataclass_fields__)
    assert all(set(comparator.needs) <= fields for comparator in COMPARATORS.values())
