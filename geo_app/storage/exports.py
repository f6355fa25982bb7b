"""
A layer as a file for other programs, its provenance and marks inside.

Every format says of itself what it is: title, version, source, agency, date, accuracy, licence,
marks, when it was made and what it may not be used for. Only fields of the catalogue are written.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import pyogrio.raw
import shapely

from geo_app.domain.layer import Field, Layer
from geo_app.domain.text import Bilingual
from geo_app.errors import CrsError
from geo_app.storage.outgoing import DISCLAIMER, LONLAT_DECIMALS, Outgoing
from geo_app.storage.spreadsheets import write_csv, write_xlsx

ExportFormat = Literal["gpkg", "geojson", "shp", "csv", "xlsx", "kml"]

DBF_BYTES = 254
CHUNK = 10_000
KML_NAMES = {
    *("id", "name", "description", "timestamp", "begin", "end", "altitudemode", "tessellate"),
    *("extrude", "visibility", "draworder", "icon", "snippet", "heading", "tilt", "roll"),
}
"""Fields with a meaning of their own in KML: one of ours called so gets a trailing _."""

_KINDS = {"point": "Point", "line": "LineString", "polygon": "Polygon"}


def write_export(
    frame: pd.DataFrame,
    layer: Layer,
    path: Path,
    *,
    format: ExportFormat,  # noqa: A002
    language: str = "vi",
    provenance: Mapping[str, Any],
) -> None:
    """
    Write `frame` as a file that says where it comes from.

    Parameters
    ----------
    frame
        Features of `layer`; a GeoDataFrame with CRS unless the layer is a table. Columns that
        are not fields of the layer are left out.
    path
        File to write; for ``shp`` a zip file.
    format
        ``csv`` holds coordinates of points and WKT of all else, ``xlsx`` coordinates of points
        only; text that a spreadsheet would run as a formula gets a ' before it in both.
        ``geojson`` and ``kml`` are in EPSG:4326, all others in the layer's CRS.
    language
        Of titles, labels and the disclaimer: vi or en.
    provenance
        Text, or list of texts, by key: those of `outgoing.LABELS`, and any other.

    Raises
    ------
    CrsError
        If the features have no CRS.
    DataError
        If the format cannot hold the layer: a table as a map, more rows than Excel has.
    """
    names = [name for name in layer.fields if name in frame.columns]
    columns = pd.DataFrame({n: _typed(frame[n], layer.field(n)) for n in names}, index=frame.index)
    geometry = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else None
    given: dict[str, Any] = {
        "title": layer.title.get(language),
        "generated": datetime.now(UTC).isoformat(timespec="seconds"),
        "disclaimer": DISCLAIMER.get(language),
    }
    if geometry is not None:
        if geometry.crs is None:
            message = f"layer {layer.id}: the features have no CRS; expected {layer.crs}"
            raise CrsError(message)
        given["crs"] = "EPSG:4326" if format in {"geojson", "kml"} else geometry.crs.to_string()
    export = Outgoing(columns, geometry, layer, language, {**given, **provenance})
    _WRITERS[format](export, path)


def _typed(column: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    """Return a column in the type of its field, missing values as missing."""
    if field.type == "date":
        return pd.to_datetime(column).astype("datetime64[s]")
    if field.type == "text":
        return column.astype(object).where(column.notna(), None)
    kinds: Any = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
    return column.astype(kinds[field.type])


def _write_gpkg(export: Outgoing, path: Path) -> None:
    """GeoPackage 1.2: QGIS shows title and description, and the metadata entry by entry."""
    entries = {key: export.entry(key) for key in export.provenance}
    _write_ogr(
        export,
        path,
        driver="GPKG",
        dataset_metadata=entries,
        layer_metadata=entries,
        dataset_options={"VERSION": "1.2"},
        layer_options={"IDENTIFIER": export.entry("title"), "DESCRIPTION": export.text()},
    )


def _write_kml(export: Outgoing, path: Path) -> None:
    columns = export.columns.rename(columns=_kml_name)
    for field in export.fields:
        if field.type == "date":
            columns[_kml_name(field.name)] = export.columns[field.name].dt.strftime("%Y-%m-%d")
    if export.layer.name in export.columns:
        columns.insert(0, "Name", export.columns[export.layer.name])
    lonlat = replace(export, columns=columns, geometry=export.lonlat)
    options = {"NAME": export.entry("title"), "DESCRIPTION": export.text()}
    _write_ogr(lonlat, path, driver="LIBKML", dataset_options=options)


def _kml_name(name: str) -> str:
    return f"{name}_" if name.lower() in KML_NAMES else name


def _write_shapefile(export: Outgoing, path: Path) -> None:
    """Shapefile, code page and README, zipped."""
    names = {field.name: field.source_field or field.name for field in export.fields}
    columns, cuts = _cut_columns(export)
    short = replace(export, columns=columns.rename(columns=names))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        base = Path(folder) / f"{export.layer.id}.shp"
        _write_ogr(short, base, driver="ESRI Shapefile", layer_options={"ENCODING": "UTF-8"})
        readme = _readme(export, names, cuts)
        base.with_name("README.txt").write_text(readme, encoding="utf-8-sig")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.write(file, file.name)


def _cut_columns(export: Outgoing) -> tuple[pd.DataFrame, list[str]]:
    """Cut text to what a DBF field holds, and tell where."""
    columns, cuts = export.columns.copy(), []
    for field in export.fields:
        if field.type != "text":
            continue
        values = columns[field.name]
        for position in np.flatnonzero(values.map(_dbf_bytes) > DBF_BYTES).tolist():
            encoded = str(values.iloc[position]).encode()
            values.iloc[position] = encoded[:DBF_BYTES].decode(errors="ignore")
            cuts.append(f"{export.key(position)}: {field.name}: {len(encoded)} bytes")
        columns[field.name] = values
    return columns, cuts


def _dbf_bytes(value: str | None) -> int:
    return len(value.encode()) if value else 0


def _readme(export: Outgoing, names: Mapping[str, str], cuts: Sequence[str]) -> str:
    vietnamese = export.language == "vi"
    parts = [export.text(), "", "Tên trường:" if vietnamese else "Field names:"]
    for field in export.fields:
        parts.append(f"  {names[field.name]:<10}  {field.name}: {export.header(field)}")
        parts += [f"{'':14}{code}" for code in export.codes(field)]
    if cuts:
        intro = Bilingual(
            f"Văn bản dài hơn {DBF_BYTES} byte đã bị cắt (khoá: trường: độ dài gốc):",
            f"Text longer than {DBF_BYTES} bytes was cut (key: field: original length):",
        )
        parts += ["", intro.get(export.language), *(f"  {cut}" for cut in cuts)]
    return "\n".join(parts) + "\n"


def _write_geojson(export: Outgoing, path: Path) -> None:
    """RFC 7946, the provenance as foreign member ``geo_app``."""
    lonlat = export.lonlat
    rounded = shapely.transform(
        shapely.force_2d(lonlat.to_numpy()), lambda c: np.round(c, LONLAT_DECIMALS)
    )
    shapes = shapely.to_geojson(shapely.orient_polygons(rounded, exterior_cw=False))
    plain = export.values(dates_as_text=True)
    with path.open("wb") as file:
        head = orjson.dumps({"type": "FeatureCollection", "geo_app": dict(export.provenance)})
        file.write(head[:-1] + b',"features":[')
        for first in range(0, len(shapes), CHUNK):
            rows = zip(*(column[first : first + CHUNK] for column in plain.values()), strict=True)
            part = shapes[first : first + CHUNK]
            features = _features(part, [dict(zip(plain, row, strict=True)) for row in rows])
            file.write((b",\n" if first else b"\n") + b",\n".join(features))
        file.write(b"\n]}\n")


def _features(shapes: NDArray[Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    properties = rows or [{}] * len(shapes)
    for shape, row in zip(shapes, properties, strict=True):
        geometry = None if shape is None else orjson.Fragment(shape)
        yield orjson.dumps({"type": "Feature", "geometry": geometry, "properties": row})


def _write_ogr(export: Outgoing, path: Path, *, driver: str, **options: Any) -> None:
    """Write columns and geometry through GDAL; whole days stay days, missing values missing."""
    geometry = export.shapes
    arrays = [_ogr_column(export.columns[name]) for name in export.columns]
    multi = bool(geometry.geom_type.dropna().str.startswith("Multi").any())
    kind = _KINDS[export.layer.geometry]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(geometry.to_numpy()),
        [values for values, _ in arrays],
        list(export.columns),
        [mask for _, mask in arrays],
        layer=export.layer.id,
        driver=driver,
        geometry_type=f"Multi{kind}" if multi else kind,
        promote_to_multi=multi,
        crs=geometry.crs.to_wkt(),
        **options,
    )


def _ogr_column(column: "pd.Series[Any]") -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return a column as GDAL takes it, and where it is missing."""
    missing = column.isna().to_numpy(dtype=bool)
    if column.dtype == "Int64":
        whole = column.fillna(0).to_numpy(dtype=np.int64)
        small = np.abs(whole).max(initial=0) < 2**31
        return (whole.astype(np.int32) if small else whole), missing
    if column.dtype == "boolean":
        return column.fillna(value=False).to_numpy(dtype=bool), missing
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.to_numpy().astype("datetime64[D]"), None
    if column.dtype == np.float64:
        return column.to_numpy(), None
    return column.astype(object).where(~missing, None).to_numpy(dtype=object), None


_WRITERS: dict[ExportFormat, Callable[[Outgoing, Path], None]] = {
    "gpkg": _write_gpkg,
    "geojson": _write_geojson,
    "shp": _write_shapefile,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "kml": _write_kml,
}
