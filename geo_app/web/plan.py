"""The plan in its own words: targets, projects, rules, agencies, and what is missing."""

from typing import Any

from flask import Blueprint, render_template

from geo_app.domain.plan import COMPARATORS, PLAN_STATUSES, PROJECT_KINDS, TARGET_UNITS, Target
from geo_app.render.values import show_number
from geo_app.web.language import language, title
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
    )


def _aim(target: Target) -> str:
    """Write what a target asks for: "tối thiểu 80 %", "trong khoảng 8–9 %/năm"."""
    words: list[Any] = [title(COMPARATORS[target.comparator].title)]
    if target.value is not None:
        words.append(show_number(target.value, language()))
    elif target.minimum is not None and target.maximum is not None:
        ends = (target.minimum, target.maximum)
        words.append("–".join(show_number(end, language()) for end in ends))
    elif target.grade is not None:
        words.append(target.grade)
    if target.unit is not None:
        words.append(title(TARGET_UNITS[target.unit]))
    return " ".join(words)
