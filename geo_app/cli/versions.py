"""What was published, and back again: versions, history, findings, rollback, withdraw …"""

from pathlib import Path

import click

from geo_app.cli.command import as_json, main, open_workspace, print_rows


@main.command()
@click.argument("layer_id")
@as_json
@click.pass_context
def versions(ctx: click.Context, layer_id: str, as_json: bool) -> None:
    """List the versions of a layer, oldest first."""
    from geo_app.workspace.readiness import version_rows

    rows = version_rows(open_workspace(ctx), layer_id)
    print_rows(rows, as_json, ("id", "served", "kind", "count", "date", "by", "source"))


@main.command()
@click.argument("layer_id")
@as_json
@click.pass_context
def history(ctx: click.Context, layer_id: str, as_json: bool) -> None:
    """Tell who published what of a layer, when, from which file and how it was treated."""
    from geo_app.workspace.history import history as layer_history

    rows = layer_history(open_workspace(ctx), layer_id)
    columns = ("when", "by", "what", "version", "file", "crs", "added", "changed", "removed")
    print_rows(rows, as_json, columns)


@main.command()
@click.argument("layer_id")
@click.option("--version", help="A version's id; else the one served.")
@click.option("--out", type=click.Path(path_type=Path), help="Write them: .csv or .geojson.")
@as_json
@click.pass_context
def findings(
    ctx: click.Context, layer_id: str, version: str | None, out: Path | None, as_json: bool
) -> None:
    """List what the import of a version found, worst first."""
    from geo_app.intake.report import worst_first, write_findings
    from geo_app.workspace.history import findings_of

    found = worst_first(findings_of(open_workspace(ctx), layer_id, version))
    if out is not None:
        write_findings(found, out)
    rows = [finding.to_json() for finding in found]
    print_rows(rows, as_json, ("severity", "code", "row", "field", "done", "message"))


@main.command()
@click.argument("layer_id")
@click.option("--to", "version", help="A version's id; else the one before the one served.")
@click.pass_context
def rollback(ctx: click.Context, layer_id: str, version: str | None) -> None:
    """Serve an earlier version of a layer again."""
    from geo_app.workspace.publishing import rollback as roll_back

    click.echo(f"now serving {layer_id} {roll_back(open_workspace(ctx), layer_id, version)}")


@main.command()
@click.argument("layer_id")
@click.argument("version")
@click.option("--reason", required=True, help="Kept in the history.")
@click.pass_context
def withdraw(ctx: click.Context, layer_id: str, version: str, reason: str) -> None:
    """Delete a version that must not exist; the history says so."""
    from geo_app.workspace.publishing import withdraw as take_back

    served = take_back(open_workspace(ctx), layer_id, version, reason=reason)
    click.echo(f"withdrawn {layer_id} {version}; now serving {served or 'nothing'}")


@main.command()
@click.option("--dry-run", is_flag=True, help="Only list them.")
@as_json
@click.pass_context
def prune(ctx: click.Context, dry_run: bool, as_json: bool) -> None:
    """Remove versions that are neither served, nor among the newest three, nor 30 days young."""
    from geo_app.workspace.publishing import prune as thin

    removed = thin(open_workspace(ctx), dry_run=dry_run)
    rows = [{"layer": v.layer, "id": v.id, "created": v.created.isoformat()} for v in removed]
    print_rows(rows, as_json, ("layer", "id", "created"))


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

    ws = open_workspace(ctx)
    if file is not None:
        export_layer(ws, layer_id, file, language=language)
    for path in prepare(ws, layer_id) if file is None else [file]:
        click.echo(f"wrote {path}")
