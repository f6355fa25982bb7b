"""A layer as CSV or Excel, safe to open: text that would run as a formula is defused."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

import shapely

from geo_app.domain.text import Bilingual, defused
from geo_app.errors import DataError
from geo_app.storage.outgoing import LONLAT_DECIMALS, METRE_DECIMALS, Outgoing

EXCEL_ROWS = 1_048_575
"""Below the header."""
EXCEL_CHARACTERS = 32_767
POINT_TITLES = {
    "x_north": Bilingual("X (Bắc, m)", "X (north, m)"),
    "y_east": Bilingual("Y (Đông, m)", "Y (east, m)"),
    "lon": Bilingual("Kinh độ (WGS 84)", "Longitude (WGS 84)"),
    "lat": Bilingual("Vĩ độ (WGS 84)", "Latitude (WGS 84)"),
}
"""Coordinates of points; metric ones as in Vietnam, X to the north."""


def write_csv(export: Outgoing, path: Path) -> None:
    """
    Write CSV that Excel opens as UTF-8; the last columns say where the rows come from.

    Points get their coordinates, all other geometry is WKT.
    """
    content: dict[str, Any] = export.values(dates_as_text=True)
    for field in export.fields:
        if field.type == "text":
            content[field.name] = [defused(value) for value in content[field.name]]
        if field.type == "boolean":
            words = {True: "true", False: "false"}
            content[field.name] = [words.get(value) for value in content[field.name]]
    _append(content, _coordinates(export))
    _append(content, _wkt(export))
    source = "; ".join(
        f"{label}: {text}" for label, text in export.lines(without=("date", "marks"))
    )
    origin = {"source": source, "data_date": export.entry("date"), "marks": export.entry("marks")}
    _append(content, {name: defused(text) for name, text in origin.items()})
    out = pd.DataFrame(content, index=export.columns.index, dtype=object)
    out.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _append(content: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Append columns; one called as a field of the layer gets ``layer_`` before its name."""
    for name, values in more.items():
        content[f"layer_{name}" if name in content else name] = values


def write_xlsx(export: Outgoing, path: Path) -> None:
    """
    Write an Excel book: the data under titles with units, and a sheet that says what it is.

    Raises
    ------
    DataError
        If there are more rows than a sheet holds.
    """
    if len(export.columns) > EXCEL_ROWS:
        message = (
            f"layer {export.layer.id}: {len(export.columns):,} rows; an Excel sheet holds "
            f"{EXCEL_ROWS:,} below its header; choose csv or gpkg"
        )
        raise DataError(message)
    book = Workbook(write_only=True)
    data = book.create_sheet(Bilingual("Dữ liệu", "Data").get(export.language))
    data.freeze_panes = "A2"
    content = export.values(dates_as_text=False)
    points = _coordinates(export)
    heads = [export.header(field) for field in export.fields]
    heads += [POINT_TITLES[name].get(export.language) for name in points]
    data.append([_bold(data, head) for head in heads])
    _append(content, points)
    cuts = _append_rows(data, export, content)
    source = book.create_sheet(Bilingual("Nguồn", "Source").get(export.language))
    source.column_dimensions["A"].width, source.column_dimensions["B"].width = 28, 100
    for label, text in _source_rows(export, cuts):
        source.append([_bold(source, label), _cell(text)])
    book.save(path)


def _append_rows(sheet: Any, export: Outgoing, content: Mapping[str, Sequence[Any]]) -> list[str]:
    """Append the rows; return where text was too long for a cell and was cut."""
    cuts = []
    for position, row in enumerate(zip(*content.values(), strict=True)):
        sheet.append([_cell(value) for value in row])
        for name, value in zip(content, row, strict=True):
            if isinstance(value, str) and len(value) >= EXCEL_CHARACTERS:
                cuts.append(f"{export.key(position)}: {name}: {len(value)}")
    return cuts


def _source_rows(export: Outgoing, cuts: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from export.lines()
    for field in export.fields:
        if field.values:
            yield field.title.get(export.language), "; ".join(export.codes(field))
    if cuts:
        yield Bilingual("Ô bị cắt bớt", "Cells cut").get(export.language), "; ".join(cuts)


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, _cell(text))
    cell.font = Font(bold=True)
    return cell


def _cell(value: Any) -> Any:
    """Return a value Excel takes: no control characters, no formula, not too long."""
    if not isinstance(value, str):
        return value
    return defused(ILLEGAL_CHARACTERS_RE.sub("", value))[:EXCEL_CHARACTERS]


def _all_points(export: Outgoing) -> bool:
    kinds = export.shapes.geom_type.dropna()
    return export.layer.geometry == "point" and bool(kinds.eq("Point").all())


def _coordinates(export: Outgoing) -> dict[str, list[float | None]]:
    """Return the coordinates of points by column; nothing for other geometry."""
    if export.geometry is None or not _all_points(export):
        return {}
    columns = {}
    if export.geometry.crs.is_projected:
        metric = export.geometry.to_numpy()
        columns["x_north"] = _rounded(shapely.get_y(metric), METRE_DECIMALS)
        columns["y_east"] = _rounded(shapely.get_x(metric), METRE_DECIMALS)
    lonlat = export.lonlat.to_numpy()
    columns["lon"] = _rounded(shapely.get_x(lonlat), LONLAT_DECIMALS)
    columns["lat"] = _rounded(shapely.get_y(lonlat), LONLAT_DECIMALS)
    return columns


def _rounded(values: NDArray[np.float64], decimals: int) -> list[float | None]:
    return [round(value, decimals) if np.isfinite(value) else None for value in values.tolist()]


def _wkt(export: Outgoing) -> dict[str, Any]:
    """Return the geometry of lines and polygons as text, in the layer's CRS."""
    geometry = export.geometry
    if geometry is None or _all_points(export):
        return {}
    decimals = METRE_DECIMALS if geometry.crs.is_projected else LONLAT_DECIMALS
    return {"wkt": shapely.to_wkt(geometry.to_numpy(), rounding_precision=decimals)}
