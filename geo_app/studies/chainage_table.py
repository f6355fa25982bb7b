"""Many chainages at once: a table with a chainage column comes back with the places beside."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

import geopandas as gpd
from shapely import Point

from geo_app.domain.chainage import read_reference, route_key
from geo_app.domain.layer import Field, Layer, Legend, LegendClass, Style
from geo_app.domain.result import column
from geo_app.domain.text import Bilingual, plain
from geo_app.errors import DataError
from geo_app.studies.locate import locate_all
from geo_app.studies.road_place import Located, RoadPlace
from geo_app.workspace import Workspace
from geo_app.workspace.downloads import export_frame, inputs_said

TITLE = Bilingual("Vị trí theo lý trình", "Places by chainage")
FOUND = (
    column("road", "Tuyến", "Road", kind="text"),
    column("km", "Lý trình", "Chainage", kind="text"),
    column("x_north_m", "X (Bắc)", "X (north)", unit="m"),
    column("y_east_m", "Y (Đông)", "Y (east)", unit="m"),
    column("lat", "Vĩ độ", "Latitude"),
    column("lon", "Kinh độ", "Longitude"),
    column("plus_minus_m", "Sai số ±", "±", unit="m"),
    column("calibrated", "Đã hiệu chuẩn", "Calibrated", kind="boolean"),
    column("commune_code", "Mã xã", "Commune code", kind="text"),
    column("commune", "Xã, phường", "Commune", kind="text"),
    column("remark", "Ghi chú", "Remark", kind="text"),
)
_ROAD_HEADINGS = (
    "tuyen",
    "duong",
    "quoc lo",
    "route",
    "road",
    "ma tuyen",
    "ten tuyen",
    "ten duong",
)
_LEAST_READ = 0.5
"""A column is one of chainages where at least this part of its cells reads as such."""


@dataclass(frozen=True, eq=False)
class LocatedTable:
    """
    Rows with their places: `frame` has the columns that `layer` describes and a point or none.

    `column` tells which one the chainages stood in; `answers` has one per row, a sentence where
    there is no place.
    """

    layer: Layer
    frame: gpd.GeoDataFrame
    column: str
    answers: Sequence[Located | str]

    @property
    def located(self) -> list[Located]:
        """The answers that are places."""
        return [answer for answer in self.answers if isinstance(answer, Located)]

    def write(self, path: Path, *, language: str = "vi") -> None:
        """
        Write the table as CSV or Excel, or its places as KML, GeoJSON, GeoPackage, Shapefile.

        Raises
        ------
        DataError
            If the ending is none of these, or there is no place to write.
        """
        read = [each for answer in self.located for each in answer.inputs]
        exact = Bilingual("theo từng dòng", "row by row").get(language)
        said = {**inputs_said(read, language), "accuracy": exact}
        if path.suffix.lower() in (".csv", ".xlsx"):
            # The columns hold the coordinates, rounded to what is known.
            layer: Layer = replace(self.layer, geometry="table", crs=None)
            rows = pd.DataFrame(self.frame.drop(columns="geometry"))
            export_frame(rows, layer, path, language=language, provenance=said)
            return
        placed = self.frame[self.frame.geometry.notna()]
        if placed.empty:
            message = f"{path}: no row has a place; expected at least one; see the remarks"
            raise DataError(message, vi="Không dòng nào có vị trí; hãy xem cột ghi chú.")
        export_frame(placed, self.layer, path, language=language, provenance=said)


def locate_table(
    ws: Workspace,
    rows: pd.DataFrame,
    *,
    chainage: str | None = None,
    road: str | None = None,
    route: str = "",
    on: dt.date | None = None,
) -> LocatedTable:
    """
    Find the place of every row of a table.

    Parameters
    ----------
    rows
        Cells as they were read, under their headings.
    chainage, road
        The columns that hold the chainage and the road; None: found by their content and heading.
    route
        The road of rows that name none.
    on
        As in `locate`.

    Raises
    ------
    DataError
        If no column holds chainages, or a column named does not exist.
    """
    for name in filter(None, (chainage, road)):
        if name not in rows:
            message = f"column {name!r}: there is none; expected one of {', '.join(map(str, rows))}"
            raise DataError(
                message, vi=f"Không có cột {name!r}; các cột: {', '.join(map(str, rows))}."
            )
    chainage = chainage or _chainage_column(rows)
    road = road or _road_column(rows, chainage)
    texts = [_reference(row, chainage, road, route) for row in rows.to_dict("records")]
    answers = locate_all(ws, texts, on=on)
    places = [_first(answer) for answer in answers]
    found = pd.DataFrame([_cells(answer) for answer in answers], columns=[f.name for f in FOUND])
    own = _own_fields(rows)
    content = rows.set_axis([field.name for field in own], axis=1).reset_index(drop=True)
    points = [_point(place) if place else None for place in places]
    frame = gpd.GeoDataFrame(content.join(found), geometry=points, crs=ws.settings.crs)
    return LocatedTable(_layer(own, ws.settings.crs), frame, chainage, answers)


def _chainage_column(rows: pd.DataFrame) -> str:
    shares = {str(name): _share_read(rows[name]) for name in rows}
    best = max(shares, key=lambda name: shares[name], default="")
    if shares.get(best, 0.0) < _LEAST_READ:
        message = (
            "table: no column holds chainages such as Km18+300 in at least half of its rows; name "
            f"it; the columns are: {', '.join(shares) or 'none'}"
        )
        raise DataError(
            message,
            vi="Không cột nào có lý trình (như Km18+300) ở nửa số dòng; hãy chỉ rõ cột: "
            f"{', '.join(shares) or 'không có'}.",
        )
    return best


def _share_read(cells: pd.Series) -> float:
    texts = [text for text in map(_text, cells) if text]
    return sum(map(_reads, texts)) / len(texts) if texts else 0.0


def _reads(text: str) -> bool:
    try:
        read_reference(text)
    except DataError:
        return False
    return True


def _road_column(rows: pd.DataFrame, chainage: str) -> str | None:
    """Return the column whose heading says that it names the road."""
    others = [str(name) for name in rows if str(name) != chainage]
    return next((name for name in others if plain(name) in _ROAD_HEADINGS), None)


def _reference(row: Mapping[Any, Any], chainage: str, road: str | None, route: str) -> str:
    text = _text(row[chainage])
    if text and _reads(text) and route_key(read_reference(text).route):
        return text
    named = _text(row[road]) if road else ""
    return f"{named or route} {text}".strip()


def _text(cell: object) -> str:
    return "" if cell is None or cell is pd.NaT or cell != cell else str(cell).strip()  # noqa: PLR0124


def _first(answer: Located | str) -> RoadPlace | None:
    return None if isinstance(answer, str) else answer.all_places[0]


def _point(place: RoadPlace) -> Point:
    shown = place.to_json()
    return Point(shown["e_m"], shown["n_m"])


def _cells(answer: Located | str) -> dict[str, object]:
    """Return what is written beside a row; of a stretch, its start."""
    if isinstance(answer, str):
        return {"remark": answer}
    place = answer.all_places[0]
    shown = place.to_json()
    stretch = answer.stretch
    km = f"{place.chainage}–{stretch.end.chainage}" if stretch else place.chainage
    return {
        "road": place.road.name,
        "km": km,
        "x_north_m": shown["n_m"],
        "y_east_m": shown["e_m"],
        "lat": shown["lat"],
        "lon": shown["lon"],
        "plus_minus_m": shown["plus_minus_m"],
        "calibrated": place.calibrated,
        "commune_code": shown["commune_code"],
        "commune": shown["commune"],
        "remark": " ".join(notice.vi for notice in answer.notices),
    }


def _own_fields(rows: pd.DataFrame) -> list[Field]:
    """Describe the table's own columns as text fields with plain names, each once."""
    taken = {field.name for field in FOUND}
    fields = []
    for heading in map(str, rows):
        stem = re.sub(r"\W+", "_", plain(heading)).strip("_") or "column"
        name, again = stem, 1
        while name in taken:
            again += 1
            name = f"{stem}_{again}"
        taken.add(name)
        fields.append(Field(name, "text", Bilingual(heading, heading)))
    return fields


def _layer(own: Sequence[Field], crs: str) -> Layer:
    style = Style(color="#c4552d", fill="#c4552d")
    return Layer(
        id="chainage",
        title=TITLE,
        summary=TITLE,
        theme="transport",
        geometry="point",
        crs=crs,
        owner="",
        order=80,
        fields={field.name: field for field in (*own, *FOUND)},
        legend=Legend(None, (LegendClass(TITLE, style),)),
        name="km",
    )
