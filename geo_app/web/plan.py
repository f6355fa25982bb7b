"""The plan in its own words: targets, projects, rules, agencies, and what is missing."""

from functools import partial

from flask import Blueprint, render_template

from geo_app.domain.plan import Agency, Plan, Project, Target
from geo_app.domain.plan_terms import COMPARATORS, PLAN_STATUSES, PROJECT_KINDS, TARGET_UNITS
from geo_app.render.values import show_number
from geo_app.web.language import language, title, translate
from geo_app.web.province import workspace

blueprint = Blueprint("plan", __name__)


@blueprint.get("/plan")
def index() -> str:
    """Show every target, project and rule with its source."""
    ws = workspace()
    return render_template(
        "plan/index.html",
        plan=ws.plan,
        known_layers=ws.catalogue.layers,
        statuses=PLAN_STATUSES,
        kinds=PROJECT_KINDS,
        aim=_aim,
        period=_period,
        heirs=partial(_heirs, ws.plan),
    )


def _aim(target: Target) -> str:
    """Write what a target asks for: "tối thiểu 80 %", "trong khoảng 8–9 %/năm"."""
    comparison = title(COMPARATORS[target.comparator].title)
    ends = [end for end in (target.value, target.minimum, target.maximum) if end is not None]
    if not ends:
        return f"{comparison} {target.grade or ''}".strip()
    figures = "–".join(show_number(end, language()) for end in ends)
    unit = title(TARGET_UNITS[target.unit]) if target.unit else ""
    # "Points a year" is the comparison and the unit at once.
    words = [figures, unit] if target.comparator == target.unit else [comparison, figures, unit]
    return " ".join(words).strip()


def _period(row: Target | Project) -> str:
    """Write when it is due: in the plan's words, else the years it holds for."""
    if row.deadline is not None:
        return title(row.deadline)
    years = [str(year) for year in (row.since, row.year) if year is not None]
    return "–".join(dict.fromkeys(years)) or translate("not stated")


def _heirs(plan: Plan, agency_id: str) -> list[Agency]:
    """Return every agency of today that does the work of one that ended."""
    succession = plan.agency(agency_id).succession
    return [plan.agency(each) for each in succession.successors] if succession else []
