"""Chainage: where is a kilometre, which kilometre is here, a whole table of them."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo_app.cli.command import main, open_workspace
from geo_app.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo_app.studies.road_place import Located, RoadPlace

_POINT = re.compile(r"^\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$")


@main.command()
@click.argument("what")
@click.option("--route", default="", help="Road of rows that name none, such as QL4B.")
@click.option("--column", help="Column of a table that holds the chainages; else found.")
@click.option("--sheet", help="Sheet of a workbook; else the first.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Roads and posts of this day.")
@click.option("--accuracy", type=float, default=0.0, help="± of a point given, metres.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Of a table: .xlsx or .csv with the places beside, .kml, .geojson or .gpkg with points.",
)
@click.pass_context
def locate(  # noqa: PLR0913, PLR0917 (one option each)
    ctx: click.Context,
    what: str,
    route: str,
    column: str | None,
    sheet: str | None,
    on: datetime | None,
    accuracy: float,
    as_json: bool,
    out: Path | None,
) -> None:
    """
    Find the place of WHAT, or the kilometre at it.

    WHAT is a chainage ("QL4B Km18+300"), a stretch ("QL4B Km3+700–Km18"), a point ("21.85,106.76":
    latitude, longitude), or a CSV or Excel file with a column of chainages.
    """
    from geo_app.studies import locate as places
    from geo_app.studies.chainage_table import locate_table

    ws, day = open_workspace(ctx), on.date() if on else None
    if Path(what).suffix.lower() in (".csv", ".xlsx", ".xls", ".ods", ".txt"):
        rows = _read(Path(what), sheet)
        table = locate_table(ws, rows, chainage=column, route=route, on=day)
        if out is not None:
            table.write(out)
        _print_table(table.answers, as_json)
        return
    if out is not None:
        message = f"--out: is for tables; {what!r} is none"
        raise DataError(message)
    point = _POINT.match(what)
    if point:
        lat, lon = float(point[1]), float(point[2])
        answer = places.position(ws, lon, lat, accuracy_m=accuracy, on=day)
    else:
        answer = places.locate(ws, f"{route} {what}".strip(), on=day)
    if as_json:
        click.echo(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
    else:
        _print(answer)


def _read(path: Path, sheet: str | None) -> "pd.DataFrame":
    from geo_app.storage.reading.tables import list_tables, read_table

    if not path.is_file():
        message = f"{path}: there is no such file; name a CSV or Excel file, or a chainage"
        raise DataError(message)
    tables = list_tables(path)
    chosen = next((each for each in tables if sheet in (None, each.name)), None)
    if chosen is None:
        names = ", ".join(each.name for each in tables)
        message = f"{path}: there is no sheet {sheet!r}; it has: {names}"
        raise DataError(message)
    return read_table(path, chosen).frame


def _print_table(answers: "Sequence[Located | str]", as_json: bool) -> None:
    if as_json:
        shown = [{"error": one} if isinstance(one, str) else one.to_json() for one in answers]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    refused = [(row, one) for row, one in enumerate(answers, start=1) if isinstance(one, str)]
    click.echo(f"{len(answers) - len(refused):,} of {len(answers):,} rows have a place")
    for row, sentence in refused[:20]:
        click.echo(f"  row {row}: {sentence}")


def _print(answer: "Located") -> None:
    if answer.stretch:
        found = answer.stretch.to_json()
        click.echo(
            f"{found['route_name']}: dài {found['length_m'] / 1_000:g} km theo hình, "
            f"{found['by_chainage_m'] / 1_000:g} km theo lý trình"
        )
    for place in answer.all_places:
        click.echo("\n".join(_lines(place)))
    for notice in answer.notices:
        click.echo(f"! {notice.vi}")


def _lines(place: "RoadPlace") -> list[str]:
    shown = place.to_json()
    known = shown["plus_minus_m"]
    sure = "± không rõ" if known is None else f"±{known:,.0f} m"
    sides = {"left": " (T)", "right": " (P)"}
    note = "" if place.calibrated else ", chưa hiệu chuẩn"
    before = ", ".join(unit["name"] for unit in shown["before"])
    system = place.road.sections.crs.to_string()
    return [
        f"{shown['route_name']} {shown['chainage']}{sides.get(shown['side'], '')}  {sure}{note}",
        f"  VN-2000 ({system}): X (Bắc) {shown['n_m']:.0f}  Y (Đông) {shown['e_m']:.0f}",
        f"  WGS 84: {shown['lat']}, {shown['lon']}",
        f"  {shown['commune'] or 'ngoài các xã'}" + (f" (trước đây: {before})" if before else ""),
    ]
