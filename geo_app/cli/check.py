"""May it be built here: a file or text against every layer that says how."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_app.cli.command import main, open_workspace
from geo_app.cli.studies import give, giving_options
from geo_app.errors import CrsError

if TYPE_CHECKING:
    from geo_app.intake.footprint import Footprints
    from geo_app.workspace import Workspace


@click.pass_context
def check(
    ctx: click.Context,
    /,
    what: str,
    on: str,
    crs: str | None,
    file_layer: str | None,
    **given: Any,
) -> None:
    """
    Check a site: a FILE of any format the import reads, or TEXT.

    TEXT is pasted coordinates, WKT, GeoJSON, or a chainage such as "QL4B Km3+700–Km18". The study
    site-check has more settings.
    """
    from geo_app.studies import site_check

    ws = open_workspace(ctx)
    site = _site(ws, what, crs, file_layer)
    give(ws, site_check(ws, site=site, on=on), **given)


def _site(ws: "Workspace", what: str, crs: str | None, layer: str | None) -> Any:
    """Return what the study takes: footprints, or the text of a chainage."""
    from geo_app.intake.footprint import read_footprints, read_pasted
    from geo_app.storage.reading.formats import SUFFIXES
    from geo_app.studies.site import is_chainage

    path = Path(what)
    if path.suffix.lower() in SUFFIXES and "\n" not in what:
        return _placed(read_footprints(ws, path, crs=crs, layer=layer))
    if is_chainage(what):
        return what
    return _placed(read_pasted(ws, what, crs=crs))


def _placed(found: "Footprints") -> Any:
    for finding in found.findings:
        click.echo(f"{finding.severity}: {finding.code}: {finding.message('vi')}", err=True)
    if found.frame is None:
        places = ", ".join(f"{each.placement.name!r}" for each in found.candidates)
        message = (
            f"the coordinates may lie in several places: {places}; say which with --crs, or look "
            "with `geo-app where`"
        )
        raise CrsError(message)
    return found.frame


main.add_command(
    click.Command(
        "check",
        callback=check,
        help=check.__doc__,
        params=[
            click.Argument(["what"], metavar="FILE|TEXT"),
            click.Option(["--on"], default="", help="Law as of this day; empty: today."),
            click.Option(["--crs"], help="Where its coordinates lie, as `geo-app where` names it."),
            click.Option(
                ["--file-layer"], help="Which layer of a file, where several hold shapes."
            ),
            *giving_options(),
        ],
    )
)
