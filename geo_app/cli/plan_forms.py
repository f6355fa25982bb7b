"""Forms on the plan: written for agencies, taken in, accepted or returned; who is late."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_app.cli.command import as_json, open_workspace, print_rows
from geo_app.cli.plan import plan

if TYPE_CHECKING:
    from geo_app.domain.submission import Submission
    from geo_app.workspace import Workspace

_STATES = ("pending", "accepted", "returned", "all")
_PERIOD = "A quarter such as 2026-Q3, or a year; else the quarter that ended last."
who = click.option("--who", default="", help="Your name, kept with it.")


@plan.command()
@click.option("--agency", help="Id of an agency of today; else every agency that reports.")
@click.option("--period", help=_PERIOD)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="this folder",
    help="Folder to write them into.",
)
@click.pass_context
def forms(ctx: click.Context, agency: str | None, period: str | None, out: Path) -> None:
    """Write the Excel forms on which agencies report, one for each."""
    from geo_app.render.plan_form import write_plan_form
    from geo_app.studies.plan_forms import plan_form
    from geo_app.workspace.collecting import reporting_agencies

    ws = open_workspace(ctx)
    asked = period or _last_quarter(ws)
    found = [
        plan_form(ws, each, asked) for each in ([agency] if agency else reporting_agencies(ws))
    ]
    out.mkdir(parents=True, exist_ok=True)
    for form in found:
        path = out / form.file_name
        write_plan_form(form).save(path)
        click.echo(f"{path}: {len(form.rows)} rows, due {form.due}")


@plan.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--agency", help="What agency it must be of; else the one it names.")
@click.option("--period", help="What period it must be of; else the one it names.")
@click.option("--who", default="", help="Who sends it; else who the form says filled it in.")
@click.pass_context
def upload(
    ctx: click.Context, file: Path, agency: str | None, period: str | None, who: str
) -> None:
    """
    Take in a form that came back: its good rows wait to be accepted, each other gets its message.

    Nothing of a form is taken that is of another agency, period or plan, or whose head was edited.
    """
    from geo_app.intake.plan_form import judge_form
    from geo_app.intake.plan_form_file import read_plan_form
    from geo_app.studies.plan_forms import plan_form
    from geo_app.workspace.collecting import submit
    from geo_app.workspace.entries import today

    ws = open_workspace(ctx)
    sent = read_plan_form(file)
    told = sent.hidden
    asked = agency or told.get("agency", ""), period or told.get("period", "")
    draft = judge_form(sent, plan_form(ws, *asked), today(ws)).named(who)
    for finding in draft.findings:
        click.echo(_said(finding.to_json()), err=True)
    kept = submit(
        ws,
        agency=asked[0],
        period=asked[1],
        lines=draft.lines,
        additions=draft.additions,
        findings=draft.findings,
        who=draft.who,
        digest=draft.digest,
    )
    click.echo(f"form {kept.id} waits: {_count(kept)} rows taken, {kept.left_out} left out")
    _print_differences(ws, kept)


@plan.command()
@click.option("--state", type=click.Choice(_STATES), default="pending", show_default=True)
@click.option("--agency", help="Only of this agency.")
@click.option("--period", help="Only on this period.")
@as_json
@click.pass_context
def submissions(
    ctx: click.Context, state: str, agency: str | None, period: str | None, as_json: bool
) -> None:
    """List the forms that came back, newest first."""
    from geo_app.workspace.collecting import submissions as read

    wanted: Any = None if state == "all" else state
    found = read(open_workspace(ctx), state=wanted, agency=agency, period=period)
    rows = [{**each.to_json(), "rows": _count(each)} for each in found]
    told = ("id", "agency", "period", "rows", "left_out", "who", "made", "state")
    print_rows(rows, as_json, (*told, "decided_by", "remark"))


@plan.command("submission")
@click.argument("number", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.pass_context
def submission_(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show the form ID: what it says beside what was known before, and what was found in it."""
    from geo_app.workspace.collecting import overtaken_by, submission

    ws = open_workspace(ctx)
    found = submission(ws, number)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
        return
    click.echo(f"{found.id}  {found.agency}  {found.period}  {found.state}  {found.who}")
    click.echo(f"{_count(found)} rows taken, {found.left_out} left out")
    newer = overtaken_by(ws, found)
    if newer is not None:
        click.echo(f"form {newer.id} is newer and was accepted; look before you accept this one")
    for finding in found.findings:
        click.echo(_said(finding))
    _print_differences(ws, found)


@plan.command()
@click.argument("number", metavar="ID", type=int)
@who
@click.pass_context
def accept(ctx: click.Context, number: int, who: str) -> None:
    """Accept the form ID: what it says counts from now on."""
    from geo_app.workspace.collecting import accept as decide

    found = decide(open_workspace(ctx), number, who=who)
    click.echo(
        f"accepted form {found.id} of {found.agency} on {found.period}: {_count(found)} rows"
    )


@plan.command("return")
@click.argument("number", metavar="ID", type=int)
@click.option("--remark", required=True, help="Why, for the agency.")
@who
@click.pass_context
def return_(ctx: click.Context, number: int, remark: str, who: str) -> None:
    """Return the form ID to its agency; nothing of it counts."""
    from geo_app.workspace.collecting import give_back

    found = give_back(open_workspace(ctx), number, remark=remark, who=who)
    click.echo(f"returned form {found.id} of {found.agency}: {found.remark}")


@plan.command("late")
@click.option("--period", help=_PERIOD)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="As things stood on a day; else today."
)
@as_json
@click.pass_context
def late_(ctx: click.Context, period: str | None, on: datetime | None, as_json: bool) -> None:
    """List how far each agency's form has come, those that are late first."""
    from geo_app.workspace.collecting import late

    ws = open_workspace(ctx)
    day: date | None = on.date() if on else None
    rows = [
        {
            "agency": each.agency,
            "title": ws.plan.agency(each.agency).title.vi,
            "period": each.period,
            "rows": each.rows,
            "due": each.due.isoformat(),
            "late": each.late,
            "days_late": each.days_late,
            "form": each.last.id if each.last else None,
            "state": each.last.state if each.last else "missing",
        }
        for each in late(ws, period or _last_quarter(ws), day)
    ]
    print_rows(
        rows, as_json, ("agency", "rows", "due", "late", "days_late", "form", "state", "title")
    )


def _last_quarter(ws: "Workspace") -> str:
    from geo_app.domain.period import quarter_before
    from geo_app.workspace.entries import today

    return str(quarter_before(today(ws)))


def _count(form: "Submission") -> int:
    return len(form.lines) + len(form.additions)


def _said(finding: Mapping[str, Any]) -> str:
    row = f"row {finding['row']}: " if finding["row"] else ""
    return f"{row}{finding['message']} {finding['advice']}"


def _print_differences(ws: "Workspace", form: "Submission") -> None:
    from geo_app.studies.plan_forms import differences

    rows = [each.to_json() for each in differences(ws, form)]
    print_rows(rows, False, ("row", "title", "before", "after", "change", "unit", "day"))
