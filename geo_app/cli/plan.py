"""The plan's ledger: how far its targets, tasks and rules are."""

from typing import Any

import click

from geo_app.cli.command import as_json, main, open_workspace, print_rows

_COLUMNS = ("kind", "id", "title", "asks", "due", "actual", "day", "status")
_LONG = 40


@main.group(invoke_without_command=True)
@click.option("--on", help="As things stood at the end of this day; else today.")
@click.option("--agency", help="Id of an agency of the plan or of today, such as so_xd.")
@click.option("--status", help="Statuses, such as missed,behind.")
@click.option("--section", help="Section of the plan, such as II.3, or III for all of it.")
@click.option("--kind", help="target, project, rule.")
@as_json
@click.pass_context
def plan(ctx: click.Context, /, as_json: bool, **asked: str | None) -> None:
    """
    Tell how far each target, task and rule of the plan is.

    The figures are those of `geo-app study plan-progress`; --json prints whole rows.
    """
    if ctx.invoked_subcommand is not None:
        return
    from geo_app.studies import plan_progress

    settings: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    result = plan_progress(open_workspace(ctx), **settings)
    rows = result.table("ledger").records()
    if not as_json:
        rows = [{**row, "actual": _actual(row)} for row in rows]
        rows = [{name: _short(row[name]) for name in _COLUMNS} for row in rows]
    print_rows(rows, as_json, _COLUMNS)


def _actual(row: dict[str, object]) -> object:
    """Return a row's actual, with a mark where it only illustrates or checks."""
    known = (row[name] for name in ("value", "progress", "grade") if row[name] is not None)
    found = next(known, None)
    if isinstance(found, float):
        found = f"{found:,.6g}"
    return found if found is None or (row["official"] and not row["marks"]) else f"({found})"


def _short(value: object) -> object:
    return f"{value[: _LONG - 1]}…" if isinstance(value, str) and len(value) > _LONG else value
