"""The plan as its own words: targets, projects, rules, agencies, and what is missing."""

from flask import Blueprint, render_template

from geo_app.web.province import workspace

blueprint = Blueprint("plan", __name__)


@blueprint.get("/plan")
def index() -> str:
    """Show every target and project with its source."""
    return render_template("plan/index.html", plan=workspace().plan)
