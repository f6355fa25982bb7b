"""Background maps of the owner's own."""

from typing import Any

import click

from geo_app.cli.command import Group, as_json, main, open_workspace, print_rows


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

    added = add_basemap(open_workspace(ctx).settings.store_folder, location, **options)
    click.echo(f"added {added.id}: {added.kind}, zoom {added.min_zoom} to {added.max_zoom}")


@basemap.command("list")
@as_json
@click.pass_context
def basemap_list(ctx: click.Context, as_json: bool) -> None:
    """List the backgrounds."""
    from dataclasses import asdict

    from geo_app.storage.basemaps import read_basemaps

    rows = [asdict(basemap) for basemap in read_basemaps(open_workspace(ctx).settings.store_folder)]
    print_rows(rows, as_json, ("id", "kind", "title", "location"))


@basemap.command("remove")
@click.argument("basemap_id")
@click.pass_context
def basemap_remove(ctx: click.Context, basemap_id: str) -> None:
    """Take a background out of the list; its file stays."""
    from geo_app.storage.basemaps import remove_basemap

    remove_basemap(open_workspace(ctx).settings.store_folder, basemap_id)
    click.echo(f"removed {basemap_id}")
