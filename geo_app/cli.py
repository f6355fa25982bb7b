"""
The ``geo-app`` command: one thin function per verb.

GIS libraries load inside the verbs, so ``geo-app --help`` answers at once.
"""

import json
import sys
from datetime import datetime
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


def _open(ctx: click.Context) -> "Workspace":
    from geo_app.workspace import open_workspace

    return open_workspace(ctx.obj)


def _print_rows(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
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


@main.command()
@as_json
@click.pass_context
def layers(ctx: click.Context, as_json: bool) -> None:
    """List the layers, and whether each is real, illustrative or awaited."""
    from geo_app.workspace.readiness import readiness

    rows = [row.to_json() for row in readiness(_open(ctx))]
    _print_rows(rows, as_json, ("id", "theme", "geometry", "readiness", "marks", "date", "title"))


@main.group(cls=Group)
def catalogue() -> None:
    """The files of layers/ and plan/."""


@catalogue.command("check")
@click.pass_context
def catalogue_check(ctx: click.Context) -> None:
    """Read and check every file of layers/ and plan/."""
    ws = _open(ctx)
    click.echo(
        f"{len(ws.layers)} layers, {len(ws.catalogue.themes)} themes, "
        f"{len(ws.plan.targets)} targets, {len(ws.plan.projects)} projects: all in order"
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

    ws = _open(ctx)
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


def _day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> Any:
    return value.date() if value else None


def _pairs(_ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> Any:
    pairs = {}
    for value in values:
        source, equals, target = value.partition("=")
        if not (source and equals and target):
            message = f"found {value!r}; expected COLUMN=FIELD"
            raise click.BadParameter(message)
        pairs[source] = target
    return pairs


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layer", "layer_id", required=True, help="Id of the layer it becomes.")
@click.option("--file-layer", help="Which layer of the file, where it holds several.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_pairs,
    metavar="COLUMN=FIELD",
    help="Comes before names and aliases; may be repeated.",
)
@click.option("--source", help="Where the data comes from (title or number of the document).")
@click.option("--agency", help="Who made it.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="State of the data.")
@click.option("--accuracy", help="How exact it is, such as ±5 m.")
@click.option("--licence", help="What may be done with it.")
@click.pass_context
def import_(ctx: click.Context, /, file: Path, layer_id: str, **options: Any) -> None:
    """Load a GeoPackage, GeoJSON, Shapefile, CSV table or GeoTIFF into a layer and serve it."""
    from tqdm import tqdm

    from geo_app.intake.delivery import Delivery, import_file

    mapping, file_layer = options.pop("mapping"), options.pop("file_layer")
    with tqdm(bar_format="{desc} {elapsed}", desc="import") as bar:
        version = import_file(
            _open(ctx),
            file,
            layer_id,
            mapping=mapping,
            file_layer=file_layer,
            delivery=Delivery(**options),
            progress=lambda step: bar.set_description_str(f"import: {step}"),
        )
    for column, field in version.provenance.mapping.items():
        click.echo(f"mapped   {column} -> {field}")
    for column in version.provenance.dropped:
        click.echo(f"dropped  {column} (no field of {layer_id} takes it; --map says which)")
    click.echo(f"published {layer_id} {version.id}: {version.count} features")


@main.command()
@click.argument("layer_id")
@as_json
@click.pass_context
def versions(ctx: click.Context, layer_id: str, as_json: bool) -> None:
    """List the versions of a layer, oldest first."""
    from geo_app.workspace.readiness import version_rows

    rows = version_rows(_open(ctx), layer_id)
    _print_rows(rows, as_json, ("id", "served", "kind", "count", "date", "by", "source"))


@main.command()
@click.argument("layer_id")
@click.option("--to", "version", help="A version's id; else the one before the one served.")
@click.pass_context
def rollback(ctx: click.Context, layer_id: str, version: str | None) -> None:
    """Serve an earlier version of a layer again."""
    from geo_app.workspace.publishing import rollback as roll_back

    click.echo(f"now serving {layer_id} {roll_back(_open(ctx), layer_id, version)}")


@main.command()
@click.argument("layer_id")
@click.argument("version")
@click.option("--reason", required=True, help="Kept in the history.")
@click.pass_context
def withdraw(ctx: click.Context, layer_id: str, version: str, reason: str) -> None:
    """Delete a version that must not exist; the history says so."""
    from geo_app.workspace.publishing import withdraw as take_back

    served = take_back(_open(ctx), layer_id, version, reason=reason)
    click.echo(f"withdrawn {layer_id} {version}; now serving {served or 'nothing'}")


@main.command()
@click.option("--dry-run", is_flag=True, help="Only list them.")
@as_json
@click.pass_context
def prune(ctx: click.Context, dry_run: bool, as_json: bool) -> None:
    """Remove versions that are neither served, nor among the newest three, nor 30 days young."""
    from geo_app.workspace.publishing import prune as thin

    removed = thin(_open(ctx), dry_run=dry_run)
    rows = [{"layer": v.layer, "id": v.id, "created": v.created.isoformat()} for v in removed]
    _print_rows(rows, as_json, ("layer", "id", "created"))


@main.command()
@click.argument("layer_id")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.pass_context
def export(ctx: click.Context, layer_id: str, file: Path | None, language: str) -> None:
    """
    Write a layer to FILE (.gpkg .geojson .zip .csv .xlsx .kml), its provenance inside.

    Without FILE: make the downloads of its page, which for a large layer are not made while a
    reader waits.
    """
    from geo_app.workspace.downloads import export_layer, prepare

    ws = _open(ctx)
    if file is not None:
        export_layer(ws, layer_id, file, language=language)
    for path in prepare(ws, layer_id) if file is None else [file]:
        click.echo(f"wrote {path}")


@main.group(cls=Group)
def basemap() -> None:
    """Background maps of the owner's own."""


@basemap.command("add")
@click.argument("location")
@click.option("--title", required=True, help="As the reader sees it.")
@click.option("--attribution", default="", help="Whose map it is.")
@click.option("--id", "basemap_id", help="Default: from the title.")
@click.pass_context
def basemap_add(ctx: click.Context, /, location: str, **options: Any) -> None:
    """Add a PMTiles, MBTiles or GeoTIFF file, or an XYZ or WMTS address, as a background."""
    from geo_app.storage.basemaps import add_basemap

    added = add_basemap(_open(ctx).settings.store_folder, location, **options)
    click.echo(f"added {added.id}: {added.kind}, zoom {added.min_zoom} to {added.max_zoom}")


@basemap.command("list")
@as_json
@click.pass_context
def basemap_list(ctx: click.Context, as_json: bool) -> None:
    """List the backgrounds."""
    from dataclasses import asdict

    from geo_app.storage.basemaps import read_basemaps

    rows = [asdict(basemap) for basemap in read_basemaps(_open(ctx).settings.store_folder)]
    _print_rows(rows, as_json, ("id", "kind", "title", "location"))


@basemap.command("remove")
@click.argument("basemap_id")
@click.pass_context
def basemap_remove(ctx: click.Context, basemap_id: str) -> None:
    """Take a background out of the list; its file stays."""
    from geo_app.storage.basemaps import remove_basemap

    remove_basemap(_open(ctx).settings.store_folder, basemap_id)
    click.echo(f"removed {basemap_id}")


@main.command()
@click.option("--host", help="Address to listen on; default from the settings.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port; default from the settings.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default from the settings.")
@click.pass_context
def serve(ctx: click.Context, /, **options: Any) -> None:
    """Serve the atlas in a browser."""
    from dataclasses import replace

    from geo_app.web.server import serve as run

    settings = _open(ctx).settings
    given = {name: value for name, value in options.items() if value is not None}
    run(replace(settings, **given))


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
