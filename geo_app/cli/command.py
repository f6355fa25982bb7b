"""The command itself: its group, errors as one line, the workspace, listings."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_app import __version__
from geo_app.errors import GeoAppError

if TYPE_CHECKING:
    from geo_app.workspace import Workspace

as_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead.")


class Group(click.Group):
    """A group whose errors, where raised on purpose, are one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except GeoAppError as error:
            click.echo(f"error: {' '.join(str(error).split())}", err=True)
            sys.exit(1)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with geo_app.toml; else GEO_APP_WORKSPACE, else the nearest parent with one.",
)
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context, workspace: Path | None) -> None:
    """A planning atlas for a Vietnamese province."""
    ctx.obj = workspace


def open_workspace(ctx: click.Context) -> "Workspace":
    """Open the workspace that the command line names."""
    from geo_app import workspace

    return workspace.open_workspace(ctx.obj)


def print_rows(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    """Print a listing: all keys as JSON, or some columns as a table."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(len(c) for c in column) for column in zip(columns, *cells, strict=True)]
    for line in [list(columns), *cells]:
        padded = (c.ljust(width) for c, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
