"""Where is this: coordinates or a file, and the places where they may lie."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo_app.cli.command import main, open_workspace, print_rows

if TYPE_CHECKING:
    from geo_app.intake.footprint import Footprints
    from geo_app.workspace import Workspace


@main.command()
@click.argument("what", metavar="TEXT|FILE")
@click.option("--crs", help="Where its coordinates lie, as this command names the places.")
@click.option("--file-layer", help="Which layer of the file, where several hold shapes.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.pass_context
def where(
    ctx: click.Context, what: str, crs: str | None, file_layer: str | None, as_json: bool
) -> None:
    """
    Tell where coordinates may lie: pasted TEXT, or those of a FILE.

    Every place that the numbers allow, the likeliest first, with the metres between them.
    """
    from geo_app.intake.where import to_json

    ws = open_workspace(ctx)
    found = _read(ws, what, crs, file_layer)
    answer = to_json(ws, found)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    columns = ("crs", "n_m", "e_m", "lat", "lon", "commune", "apart_m", "title")
    print_rows(answer["places"], False, columns)
    click.echo("the place is decided" if found.decided else "the place is open")
    for finding in found.findings:
        click.echo(f"{finding.severity}: {finding.code}: {finding.message('vi')}")


def _read(ws: "Workspace", what: str, crs: str | None, layer: str | None) -> "Footprints":
    from geo_app.intake.footprint import read_footprints, read_pasted
    from geo_app.storage.reading.formats import SUFFIXES

    path = Path(what)
    if path.suffix.lower() in SUFFIXES and "\n" not in what:
        return read_footprints(ws, path, crs=crs, layer=layer)
    return read_pasted(ws, what, crs=crs)
