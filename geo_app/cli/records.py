"""What people enter: saved checks, and findings set aside."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from geo_app.cli.command import Group, as_json, main, open_workspace, print_rows

if TYPE_CHECKING:
    from geo_app.domain.saved import Change, Verification

who = click.option("--who", required=True, help="Your name, kept with it.")
_MOST = 100_000


@main.group(cls=Group)
def checks() -> None:
    """Results saved under a number (`geo-app study NAME --save`)."""


@checks.command("list")
@as_json
@click.pass_context
def checks_list(ctx: click.Context, as_json: bool) -> None:
    """List them, newest first."""
    from geo_app.workspace.saved import saved_checks

    rows = [each.to_json() for each in saved_checks(open_workspace(ctx), limit=_MOST)]
    print_rows(rows, as_json, ("id", "study", "made", "who", "marks", "outcome", "note"))


@checks.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.pass_context
def checks_show(ctx: click.Context, number: str, as_json: bool, language: str) -> None:
    """Show what was saved under NUMBER, and what has changed since."""
    from geo_app.cli.studies import print_result
    from geo_app.studies.saved import changes_since, restore
    from geo_app.workspace.saved import saved_check

    ws = open_workspace(ctx)
    saved = saved_check(ws, number)
    if as_json:
        click.echo(json.dumps(saved.to_json(), ensure_ascii=False, indent=1))
        return
    click.echo(f"{saved.number}  {saved.study}  {saved.made.isoformat()}  {saved.who}")
    click.echo(f"{saved.note}\n" if saved.note else "")
    print_result(restore(ws, saved), language)
    click.echo(f"\ngeneration {saved.generation}, geo_app {saved.program}, SHA-256 {saved.hash}")
    _print_changes(changes_since(ws, saved), language)


@checks.command("verify")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.pass_context
def checks_verify(ctx: click.Context, number: str, as_json: bool, language: str) -> None:
    """Run what was saved under NUMBER again and say whether it is the same, and why not."""
    from geo_app.studies.saved import verify

    found = verify(open_workspace(ctx), number)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        _print_verification(number, found, language)


def _print_verification(number: str, found: "Verification", language: str) -> None:
    from geo_app.domain.saved import OUTCOMES

    click.echo(f"{number}: {OUTCOMES[found.outcome].get(language)}")
    if found.problem:
        click.echo(found.problem)
    if found.then:
        on_then = {"vi": "trên dữ liệu lúc lưu", "en": "on the layers it was saved with"}[language]
        click.echo(f"{on_then}: {OUTCOMES[found.then].get(language)}")
    for each in found.totals:
        click.echo(f"- {each.title.get(language)}: {_shown(each.before)} → {_shown(each.after)}")
    for table, count in found.rows.items():
        click.echo(f"- {table}: {count} {'dòng khác' if language == 'vi' else 'rows differ'}")
    _print_changes(found.changes, language)


def _print_changes(changes: "tuple[Change, ...]", language: str) -> None:
    from geo_app.domain.saved import CHANGES

    for each in changes:
        what = f"{CHANGES[each.kind].get(language)} {each.name} ({each.title.get(language)})"
        before, after = _shown(each.before), _shown(each.after)
        if each.day_before or each.day_after:
            before, after = f"{before} ({each.day_before})", f"{after} ({each.day_after})"
        click.echo(f"* {what}: {before} → {after}")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "–" if value is None else str(value)


@main.group(cls=Group)
def overrides() -> None:
    """Findings set aside, each with a reason, a name and a last day."""


@overrides.command("list")
@as_json
@click.pass_context
def overrides_list(ctx: click.Context, as_json: bool) -> None:
    """List them: those that hold, are open again, or were taken back."""
    from geo_app.workspace.overrides import override_rows

    rows = override_rows(open_workspace(ctx))
    print_rows(rows, as_json, ("id", "state", "layer", "feature", "until", "who", "reason"))


@overrides.command("add")
@click.argument("layer_id")
@click.option("--feature", help="Key of one feature, its parts joined by /; else the whole layer.")
@click.option("--check", "number", help="Number of a saved check: only at its site; else anywhere.")
@click.option("--reason", required=True, help="Why; shown in every later report.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Its last day.")
@who
@click.pass_context
def overrides_add(
    ctx: click.Context,
    layer_id: str,
    feature: str | None,
    number: str | None,
    reason: str,
    until: datetime,
    who: str,
) -> None:
    """Set what a layer says aside, until a day or until the layer changes."""
    from geo_app.studies.saved import site_of
    from geo_app.workspace.overrides import add_override
    from geo_app.workspace.saved import saved_check

    ws = open_workspace(ctx)
    site = site_of(saved_check(ws, number)) if number else None
    day: date = until.date()
    made = add_override(ws, layer_id, feature=feature, site=site, reason=reason, until=day, who=who)
    click.echo(f"override {made.id} holds until {made.until}")


@overrides.command("end")
@click.argument("override_id", type=int)
@who
@click.pass_context
def overrides_end(ctx: click.Context, override_id: int, who: str) -> None:
    """Take an override back; the list keeps it."""
    from geo_app.workspace.overrides import end_override

    end_override(open_workspace(ctx), override_id, who=who)
    click.echo(f"override {override_id} was taken back")
