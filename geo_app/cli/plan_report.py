"""Reports on the plan: written as a file, and their outlines listed."""

from datetime import datetime
from pathlib import Path

import click

from geo_app.cli.command import as_json, open_workspace, print_rows
from geo_app.cli.plan import plan
from geo_app.errors import DataError


@plan.command("report")
@click.option("--outline", default="quarterly", show_default=True, help="Id of an outline.")
@click.option("--period", default="", help="Such as 2026-Q3 or 2026; else the one --on lies in.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose figures it gives, as they stood at its end; else today.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file; its ending tells how: .docx .pdf .xlsx, or .zip for CSV.",
)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.pass_context
def report(
    ctx: click.Context, outline: str, period: str, on: datetime | None, out: Path, language: str
) -> None:
    """Write a report on the plan by an outline of plan/reports/."""
    from geo_app.studies.plan_report import told_report
    from geo_app.workspace.plan_reports import FORMS

    form = out.suffix.lower().removeprefix(".")
    if form not in FORMS:
        endings = ", ".join(f".{each}" for each in FORMS)
        message = f"--out: found {out}; expected a name that ends in {endings}"
        raise DataError(message)
    ws = open_workspace(ctx)
    asked = {"outline": outline, "period": period, "on": f"{on:%Y-%m-%d}" if on else ""}
    made = told_report(ws, lambda doing: click.echo(doing.get(language), err=True), **asked)
    out.write_bytes(made.write(form, language=language))
    click.echo(f"{out}: {made.report.title.get(language)}")
    for notice in made.report.notices:
        click.echo(notice.get(language))
    click.echo(f"SHA-256 {made.hash}")


@plan.command("outlines")
@as_json
@click.pass_context
def outlines(ctx: click.Context, as_json: bool) -> None:
    """List the outlines of reports in plan/reports/."""
    from geo_app.workspace import plan_reports

    rows = [
        {
            "id": each.id,
            "span": each.span,
            "name": each.name.vi,
            "name_en": each.name.en,
            "sections": len(each.sections),
        }
        for each in plan_reports.outlines(open_workspace(ctx)).values()
    ]
    print_rows(rows, as_json, ("id", "span", "sections", "name"))
