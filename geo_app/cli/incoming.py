"""Official files come in: inspect, import."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_app.cli.command import main, open_workspace, print_rows

if TYPE_CHECKING:
    from geo_app.intake.delivery import Draft
    from geo_app.intake.inspect import InspectedLayer, Inspection
    from geo_app.workspace import Workspace


def _day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> Any:
    return value.date() if value else None


def _pairs(_ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> Any:
    pairs = {}
    for value in values:
        source, equals, target = value.partition("=")
        if not (source and equals and target):
            message = f"found {value!r}; expected COLUMN=VALUE"
            raise click.BadParameter(message)
        pairs[source] = target
    return pairs


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--file-layer", help="Which layer of the file, where it holds several.")
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
@click.pass_context
def inspect(ctx: click.Context, file: Path, file_layer: str | None, as_json: bool) -> None:
    """
    Tell what FILE holds and what stands in its way; change nothing.

    Layers, rows, fields, coordinate system with the reasons and the metres at stake, encoding,
    the layers it could become, and every problem with its code.
    """
    from geo_app.intake.inspect import inspect_file

    found = inspect_file(open_workspace(ctx), file, file_layer=file_layer)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        _print_inspection(found)


def _print_inspection(found: "Inspection") -> None:
    click.echo(f"{found.path.name}: {found.bytes:,} bytes, {len(found.layers)} layers")
    for layer in found.layers:
        click.echo("")
        _print_layer(layer)
    if found.not_looked_at:
        click.echo(f"\nnot looked at: {', '.join(found.not_looked_at)} (--file-layer names one)")


def _print_layer(seen: "InspectedLayer") -> None:
    layer = seen.layer
    rows = "rows not counted" if layer.rows is None else f"{layer.rows:,} rows"
    kinds = ", ".join(layer.geometry) or "no geometry"
    click.echo(f"layer {layer.name}: {rows} ({seen.rows_seen:,} looked at), {kinds}")
    for name, samples in seen.samples.items():
        text = seen.text.get(name)
        coded = "" if text is None or text.encoding in {"ascii", "unicode"} else text.encoding
        click.echo(
            f"  field {name}: {' | '.join(samples)} {f'[{coded}]' if coded else ''}".rstrip()
        )
    click.echo(f"  CRS declared: {layer.crs or 'none'}")
    for number, candidate in enumerate(seen.place.candidates if seen.place else (), start=1):
        (lon, lat), placement = candidate.centre, candidate.placement
        click.echo(
            f"  place {number}: {placement.title.vi} (--crs {placement.name!r}), centre "
            f"{lat:.5f}N {lon:.5f}E, {candidate.apart_m:,.1f} m from the first"
        )
        for reason in candidate.reasons:
            click.echo(f"    - {reason.vi}")
    if seen.place is not None:
        state = "decided" if seen.place.decided else "open: choose with --crs"
        click.echo(f"  place is {state}")
    for likely in seen.likely[:3]:
        click.echo(f"  could become: {likely.layer} ({likely.score:.0%})")
    _print_findings(seen.findings)


def _print_findings(findings: Any, most: int = 20) -> None:
    for finding in findings[:most]:
        place = f" row {finding.row}" if finding.row else ""
        click.echo(f"  {finding.severity}: {finding.code}{place}: {finding.message('vi')}")
    if len(findings) > most:
        click.echo(f"  … and {len(findings) - most} more")


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layer", "layer_id", required=True, help="Id of the layer it becomes.")
@click.option("--file-layer", help="Which layer of the file, where it holds several.")
@click.option("--crs", help="Where its coordinates lie, as `geo-app inspect` names the places.")
@click.option("--encoding", help="What its text is written in: tcvn3, vni, cp1258, utf-8 …")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_pairs,
    metavar="COLUMN=FIELD",
    help="Comes before names and aliases; may be repeated.",
)
@click.option("--preset", help="What its columns mean, as `geo-app presets` lists them.")
@click.option(
    "--unit",
    "units",
    multiple=True,
    callback=_pairs,
    metavar="COLUMN=UNIT",
    help="What a column's numbers are in (m2, ha, km …); may be repeated.",
)
@click.option("--source", help="Where the data comes from (title or number of the document).")
@click.option("--agency", help="Who made it.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="State of the data.")
@click.option("--accuracy", help="How exact it is, such as ±5 m.")
@click.option("--licence", help="What may be done with it.")
@click.option("--decision", help="Number of the decision that approves it.")
@click.option("--restricted", is_flag=True, help="It is internal, and the layer restricted.")
@click.option(
    "--unclassified", is_flag=True, help="It holds no state secret: answers the question."
)
@click.option("--reproject", is_flag=True, help="A raster in another CRS may be reprojected.")
@click.option("--elevation", is_flag=True, help="It holds elevation in metres: import its slope.")
@click.option("--ask", is_flag=True, help="Ask what the delivery says of itself; keep it beside.")
@click.option("--dry-run", is_flag=True, help="Stop before anything is published.")
@click.option("--preview", type=click.Path(path_type=Path), help="Write a map of it: .html.")
@click.option("--findings", type=click.Path(path_type=Path), help="Write findings: .csv, .geojson.")
@click.pass_context
def import_(ctx: click.Context, /, file: Path, layer_id: str, **options: Any) -> None:
    """
    Load FILE into a layer and serve it.

    What no option says is taken from FILE.toml beside it, if there is one, and is unknown
    otherwise.

    Shapefile, GeoPackage, GeoJSON, FlatGeobuf, GeoParquet, MapInfo, DXF, DGN, KML, GPX, FileGDB,
    CSV, Excel; GeoTIFF for a raster layer.
    """
    from tqdm import tqdm

    from geo_app.intake.delivery import Delivery, draft_import, publish_draft
    from geo_app.intake.report import write_findings

    ws = open_workspace(ctx)
    dry_run, findings = options.pop("dry_run"), options.pop("findings")
    preview = options.pop("preview")
    if options.pop("ask") and file.exists():
        _ask_about(file)
    _ask_secrecy(options.pop("unclassified"), file)
    with tqdm(bar_format="{desc} {elapsed}", desc="import") as bar:

        def progress(step: str) -> None:
            bar.set_description_str(f"import: {step}")

        draft = draft_import(ws, file, layer_id, delivery=Delivery(**options), progress=progress)
        if findings is not None:
            write_findings(draft.findings, findings)
        if preview is not None:
            _write_preview(ws, draft, preview)
        version = None if dry_run else publish_draft(ws, draft, progress=progress)
    _print_draft(draft)
    if version is None:
        click.echo(f"nothing published ({len(draft.errors)} errors)")
    else:
        click.echo(f"published {layer_id} {version.id}: {version.count} features")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def presets(ctx: click.Context, as_json: bool) -> None:
    """List the presets: what the columns of usual files mean."""
    from geo_app.workspace.presets import presets

    rows = [
        {
            "id": preset.id,
            "title": preset.title.vi,
            "title_en": preset.title.en,
            "layers": ", ".join(preset.layers) or None,
            "columns": len(preset.signature),
        }
        for preset in presets(open_workspace(ctx)).values()
    ]
    print_rows(rows, as_json, ("id", "layers", "columns", "title"))


def _write_preview(ws: "Workspace", draft: "Draft", path: Path) -> None:
    from geo_app.intake.preview import preview_map

    preview_map(ws, draft).save(str(path))


_OPEN_DATA = ("roads", "villages", "boundaries", "forest", "elevation")


@main.command()
@click.argument("what", type=click.Choice(_OPEN_DATA))
@click.option("--source", help="Which source; without it the usual one.")
@click.option("--address", help="In place of the source's: another server, or a local file.")
@click.option("--country", default="VNM", show_default=True, help="ISO code of three letters.")
@click.pass_context
def fetch(
    ctx: click.Context, what: str, source: str | None, address: str | None, country: str
) -> None:
    """
    Fetch open data for the province by name.

    It becomes a file in data/fetched/ with a side-car (source, date, licence), ready to import.
    """
    from tqdm import tqdm

    from geo_app.intake.fetching import fetch

    with tqdm(bar_format="{desc} {elapsed}", desc=f"fetch {what}") as bar:
        found = fetch(
            open_workspace(ctx),
            what,
            source=source,
            address=address,
            country=country,
            progress=lambda step: bar.set_description_str(f"fetch {what}: {step}"),
        )
    rows = "" if found.rows is None else f", {found.rows:,} features"
    click.echo(f"{found.path}{rows}")
    click.echo(f"source   {found.source.title.vi} ({found.address})")
    click.echo(f"date     {found.date or 'unknown'}")
    click.echo(f"licence  {found.licence}; {found.source.attribution}")


_QUESTIONS = {
    "source": "Nguồn / source",
    "agency": "Cơ quan / agency",
    "date": "Ngày của dữ liệu, 2026-03-31 / date of the data",
    "accuracy": "Độ chính xác / accuracy",
    "licence": "Điều kiện sử dụng / licence",
    "decision": "Số quyết định / number of the decision",
}


def _ask_about(file: Path) -> None:
    """Ask what a delivery says of itself and write it down beside the file; blank is unknown."""
    from geo_app.storage.reading.sidecar import sidecar_path, write_sidecar

    click.echo(f"{file.name}: Enter = không rõ / unknown", err=True)
    said = {
        key: str(click.prompt(text, default="", show_default=False, err=True)).strip()
        for key, text in _QUESTIONS.items()
    }
    write_sidecar(file, {key: value for key, value in said.items() if value})
    click.echo(f"{sidecar_path(file)}", err=True)


def _ask_secrecy(unclassified: bool, file: Path) -> None:
    from geo_app.errors import AccessError

    if unclassified:
        return
    question = (
        f"{file.name} có thuộc danh mục bí mật nhà nước (Mật trở lên) không?\n"
        "Is any of it a state secret (Mật or above)?"
    )
    try:
        secret = click.confirm(question, default=None, err=True)
    except click.Abort:
        message = f"{file}: the question was not answered; --unclassified says that it is none"
        raise AccessError(message) from None
    if secret:
        message = (
            f"{file}: state secrets do not belong in this system, whatever a layer's access "
            "(Law 117/2025/QH15); nothing was read"
        )
        raise AccessError(message)


def _print_draft(draft: "Draft") -> None:
    given = draft.provenance
    for column, field in given.mapping.items():
        click.echo(f"mapped   {column} -> {field}")
    for column in given.dropped:
        click.echo(f"dropped  {column} (no field of {draft.layer.id} takes it; --map says which)")
    if given.crs:
        notes = "".join(f", {note}" for note in given.notes)
        click.echo(f"placed   from {given.crs} (shift: {given.shift or 'none'}{notes})")
    for column, encoding in given.encoding.items():
        click.echo(f"decoded  {column} from {encoding}")
    for code, count in given.findings.items():
        click.echo(f"found    {code}: {count}")
    changes = ", ".join(f"{count} {name}" for name, count in given.difference.items())
    if changes:
        click.echo(f"changes  {changes}")
    _print_findings(draft.errors)
