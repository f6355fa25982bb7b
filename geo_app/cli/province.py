"""The province as a whole: its layers, its sample, its server."""

from pathlib import Path
from typing import Any

import click

from geo_app.cli.command import Group, as_json, main, open_workspace, print_rows


@main.command()
@as_json
@click.pass_context
def layers(ctx: click.Context, as_json: bool) -> None:
    """List the layers, and whether each is real, illustrative or awaited."""
    from geo_app.workspace.readiness import readiness

    rows = [row.to_json() for row in readiness(open_workspace(ctx))]
    print_rows(rows, as_json, ("id", "theme", "geometry", "readiness", "marks", "date", "title"))


@main.group(cls=Group)
def catalogue() -> None:
    """The files of layers/ and plan/."""


@catalogue.command("check")
@click.pass_context
def catalogue_check(ctx: click.Context) -> None:
    """Read and check every file of layers/ and plan/."""
    from geo_app.workspace.plan_reports import outlines

    ws = open_workspace(ctx)
    click.echo(
        f"{len(ws.layers)} layers, {len(ws.catalogue.themes)} themes, {len(ws.plan.targets)} "
        f"targets, {len(ws.plan.projects)} projects, {len(outlines(ws))} outlines: all in order"
    )


@main.command()
@click.argument("only", nargs=-1)
@click.option("--force", is_flag=True, help="Build over imported versions too.")
@click.option(
    "--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes at once."
)
@click.pass_context
def build(ctx: click.Context, only: tuple[str, ...], force: bool, workers: int) -> None:
    """Publish the sample: the layers whose source or schema changed."""
    from tqdm import tqdm

    from geo_app.intake.build import build as build_layers
    from geo_app.intake.build import plan_build

    ws = open_workspace(ctx)
    steps = plan_build(ws, force=force, only=only)
    todo = [step for step in steps if step.action == "build"]
    imported = [step.layer for step in steps if step.action == "imported"]
    if imported:
        click.echo(f"left alone, imported (--force builds over them): {', '.join(imported)}")
    if not todo:
        click.echo(f"nothing to build: {len(steps)} layers are up to date")
        return
    with tqdm(total=len(todo), desc="build", unit="layer") as bar:
        for version in build_layers(ws, steps, workers=workers):
            bar.set_postfix_str(version.layer, refresh=False)
            bar.update()
    event = ws.latest().published.history[-1]
    click.echo(f"published {len(event.changes)} layers, generation {event.generation}")


@main.command()
@click.option("--host", help="Address to listen on; default from the settings.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port; default from the settings.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default from the settings.")
@click.option(
    "--office",
    is_flag=True,
    help="Let whoever opens the pages accept and return forms; on this machine only.",
)
@click.pass_context
def serve(ctx: click.Context, /, office: bool, **options: Any) -> None:
    """Serve the atlas in a browser."""
    from dataclasses import replace

    from geo_app.domain.access import ANONYMOUS, OFFICE
    from geo_app.web.server import serve as run

    settings = open_workspace(ctx).settings
    given = {name: value for name, value in options.items() if value is not None}
    run(replace(settings, **given), OFFICE if office else ANONYMOUS)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", required=True, help="Name of the province.")
@click.option("--title-en", help="Its name in English; default: the same.")
@click.option("--crs", required=True, help="The province's VN-2000 CRS, such as EPSG:9215.")
def new(folder: Path, title: str, title_en: str | None, crs: str) -> None:
    """Start another province in an empty FOLDER."""
    from geo_app.workspace.founding import create_workspace

    create_workspace(folder, title_vi=title, title_en=title_en or title, crs=crs)
    click.echo(f"made {folder}; next: geo-app --workspace {folder} layers")
