"""Kilometre posts: those recorded in the field, and those of a file."""

from pathlib import Path

import click

from geo_app.cli.command import as_json, main, open_workspace, print_rows

_STATES = ("pending", "accepted", "returned", "all")


@main.group()
def posts() -> None:
    """Kilometre posts: what was recorded in the field, and adding more."""


@posts.command("list")
@click.option("--state", type=click.Choice(_STATES), default="pending", show_default=True)
@as_json
@click.pass_context
def list_(ctx: click.Context, state: str, as_json: bool) -> None:
    """
    List the posts recorded in the field, and how far off the map they lie.

    off_road_m: from the drawn road; moves_m: along it, from where that chainage stands now.
    """
    from geo_app.studies.field_posts import post_rows

    rows = post_rows(open_workspace(ctx), None if state == "all" else state)  # type: ignore[arg-type]
    columns = ("id", "route", "chainage", "lat", "lon", "accuracy_m", "off_road_m", "moves_m")
    print_rows(rows, as_json, (*columns, "who", "made", "note", "state"))


@posts.command()
@click.argument("ids", nargs=-1, type=int, required=True)
@click.option("--remark", default="", help="Why, kept with the posts.")
@click.pass_context
def accept(ctx: click.Context, ids: tuple[int, ...], remark: str) -> None:
    """Publish the posts IDS as verified ones, beside those the layer has."""
    from geo_app.workspace.calibration import accept_posts

    version = accept_posts(open_workspace(ctx), ids, remark=remark)
    click.echo(f"published {version.layer} {version.id}: {version.count} posts")


@posts.command("return")
@click.argument("number", metavar="ID", type=int)
@click.option("--remark", required=True, help="Why, for whoever recorded it.")
@click.pass_context
def return_(ctx: click.Context, number: int, remark: str) -> None:
    """Leave the post ID out; it stays in the records with the remark."""
    from geo_app.workspace.calibration import return_post

    post = return_post(open_workspace(ctx), number, remark=remark)
    click.echo(f"returned post {post.id}: {post.remark}")


@posts.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--crs", help="Where its coordinates lie, as `geo-app inspect` names the places.")
@click.pass_context
def add(ctx: click.Context, file: Path, crs: str | None) -> None:
    """
    Add the posts of FILE (CSV or Excel) to the layer: all of them, or none.

    Columns: route, chainage (Km18+300), lat and lon or X (north) and Y (east), accuracy_m, date,
    source, verified. Only posts that say they are verified calibrate a road.
    """
    from geo_app.intake.posts import draft_posts, publish_posts

    ws = open_workspace(ctx)
    draft = draft_posts(ws, file, crs=crs)
    for finding in draft.refused:
        row = f"row {finding.row}: " if finding.row else ""
        click.echo(f"{row}{finding.message('vi')} {finding.kind.advice.vi}", err=True)
    version = publish_posts(ws, draft)
    click.echo(f"published {version.layer} {version.id}: {version.count} posts")
    click.echo(f"added {len(draft.posts)}, of which {draft.verified} verified")
