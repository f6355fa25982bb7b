"""What a change of the plan's own files does to its numbers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from geo_app.cli.command import open_workspace
from geo_app.cli.plan import plan
from geo_app.cli.studies import give, giving_options


@plan.command(params=giving_options())
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_context
def impact(ctx: click.Context, /, folder: Path, **given: Any) -> None:
    """
    Tell whose numbers differ between the plan in FOLDER, as it was, and that of the workspace.

    FOLDER holds the files of an earlier plan/. For layers: `geo-app study plan-impact`.
    """
    from geo_app.storage.instruments import check_links, read_plan
    from geo_app.studies.plan_impact import impact_between

    ws = open_workspace(ctx)
    before = read_plan(folder)
    check_links(before, frozenset(ws.catalogue.layers))
    give(ws, impact_between(replace(ws, plan=before), ws), **given)
