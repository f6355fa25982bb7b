"""
Frames as a layer's record: checked against the catalogue, written to and read from GeoPackage.

Types are those of the catalogue, whatever the file format could hold: text as str, integer as
Int64, number as float64, boolean as boolean, date as datetime64[s]; missing values stay missing.
"""

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from geo_app.domain.layer import Field, Layer
from geo_app.domain.text import collation_key
from geo_app.errors import CrsError, DataError, StoreError

TABLE = "features"
SORT_SUFFIX = "__sort"
"""Free text gets a hidden column that sorts as the Vietnamese dictionary does."""

_KINDS = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
_TRUE = {"true", "1", "t", "yes", "y", "có", "x"}
_FALSE = {"false", "0", "f", "no", "n", "không"}


def conform(frame: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """
    Return `frame` as the record of `layer`: its fields and types, in key order.

    Parameters
    ----------
    frame
        Columns named as the layer's fields; others are left out. A GeoDataFrame in the layer's
        CRS unless the layer is a table.
    layer
        What the record must look like.

    Returns
    -------
    record
        One row per feature, index 1…n, columns in the catalogue's order, geometry last, 2-D.

    Raises
    ------
    CrsError
        If the CRS is missing or is not the layer's.
    DataError
        If a required field or value is missing, a key comes twice, a value does not fit its
        type or code list, a geometry has the wrong kind or coordinates that are not finite.
    """
    columns = {name: _column(frame, field, layer) for name, field in layer.fields.items()}
    record = pd.DataFrame(columns, index=frame.index)
    _check_key(record, layer)
    if layer.spatial:
        record = gpd.GeoDataFrame(record, geometry=_geometry(frame, layer), crs=layer.crs)
    if layer.key:
        record = record.sort_values(list(layer.key), kind="stable")
    return record.set_axis(pd.RangeIndex(1, len(record) + 1, name="fid"), axis=0)


def _where(layer: Layer, column: str) -> str:
    return f"layer {layer.id}: field {column}"


def _column(frame: pd.DataFrame, field: Field, layer: Layer) -> "pd.Series[Any]":
    if field.name not in frame.columns:
        if field.required or field.name in layer.key:
            have = ", ".join(map(str, frame.columns)) or "none"
            message = f"{_where(layer, field.name)}: is missing; the data has: {have}"
            raise DataError(message)
        values = pd.Series([None] * len(frame), index=frame.index, dtype="object")
    else:
        values = frame[field.name]
    typed = _CASTS[field.type](values, _where(layer, field.name))
    if field.required and typed.isna().any():
        count = int(typed.isna().sum())
        message = f"{_where(layer, field.name)}: {count} rows have no value; every row needs one"
        raise DataError(message)
    if field.values:
        _check_codes(typed, field, layer)
    return typed


def _as_text(values: "pd.Series[Any]", where: str) -> "pd.Series[Any]":
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    cache = {v: unicodedata.normalize("NFC", str(v)).strip() for v in values.dropna().unique()}
    text = values.astype("object").map(cache)
    broken = [v for v, word in cache.items() if "\0" in word]
    _refuse(values, values.isin(broken), where, "text without NUL characters")
    return text.where(text.notna() & (text != ""), None).astype("str")


def _as_number(values: "pd.Series[Any]", where: str) -> "pd.Series[Any]":
    numbers = pd.to_numeric(_blank_as_missing(values), errors="coerce").astype("float64")
    _refuse(values, numbers.isna() & _blank_as_missing(values).notna(), where, "a number")
    _refuse(values, numbers.abs() == np.inf, where, "a finite number")
    return numbers


def _as_integer(values: "pd.Series[Any]", where: str) -> "pd.Series[Any]":
    numbers = _as_number(values, where)
    # Beyond 2^53 a float, which is how files give numbers with gaps, is not exact.
    wrong = numbers.notna() & ((numbers % 1 != 0) | (numbers.abs() >= 2**53))
    _refuse(values, wrong, where, "a whole number below 9 007 199 254 740 992")
    return numbers.astype("Int64")


def _as_boolean(values: "pd.Series[Any]", where: str) -> "pd.Series[Any]":
    given = _blank_as_missing(values)
    words = given.map(_boolean_word, na_action="ignore")
    truth = words.map(lambda w: True if w in _TRUE else False if w in _FALSE else None)
    _refuse(values, truth.isna() & given.notna(), where, "true or false, 1 or 0, có or không")
    return truth.astype("boolean")


def _boolean_word(value: Any) -> str:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return str(int(value)) if number and value % 1 == 0 else str(value).strip().lower()


def _as_date(values: "pd.Series[Any]", where: str) -> "pd.Series[Any]":
    if pd.api.types.is_datetime64_any_dtype(values):
        midnights: pd.Series[Any] = values.dt.tz_localize(None).dt.normalize()
        return midnights.astype("datetime64[s]")
    given = _blank_as_missing(values)
    days = given.map({v: _iso_day(str(v)) for v in given.dropna().unique()})
    _refuse(values, days.isna() & given.notna(), where, "a date such as 2025-07-01")
    return days.astype("object").astype("datetime64[s]")


def _iso_day(text: str) -> str | None:
    """Return the day as it is written, whatever the time of day or zone; None where it is none."""
    try:
        return datetime.fromisoformat(text.strip()).date().isoformat()
    except ValueError:
        return None


_CASTS: dict[str, Callable[["pd.Series[Any]", str], "pd.Series[Any]"]] = {
    "text": _as_text,
    "number": _as_number,
    "integer": _as_integer,
    "boolean": _as_boolean,
    "date": _as_date,
}


def _blank_as_missing(values: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values
    blank = values.map(lambda v: isinstance(v, str) and not v.strip())
    return values.astype("object").where(~blank.astype(bool) & values.notna(), None)


def _refuse(values: "pd.Series[Any]", wrong: "pd.Series[Any]", where: str, expected: str) -> None:
    rows = np.flatnonzero(wrong.fillna(value=False).to_numpy(dtype=bool))
    if len(rows):
        found = values.iloc[rows[0]]
        message = f"{where}: row {rows[0] + 1}: found {found!r}; expected {expected}"
        if len(rows) > 1:
            message += f" ({len(rows)} rows are wrong)"
        raise DataError(message)


def _check_codes(values: "pd.Series[Any]", field: Field, layer: Layer) -> None:
    wrong = values.notna() & ~values.isin(list(field.values))
    _refuse(values, wrong, _where(layer, field.name), "one of " + ", ".join(field.values))


def _check_key(record: pd.DataFrame, layer: Layer) -> None:
    if not layer.key:
        return
    key = record[list(layer.key)]
    name = " + ".join(layer.key)
    missing = np.flatnonzero(key.isna().any(axis=1))
    if len(missing):
        message = f"{_where(layer, name)}: row {missing[0] + 1} has no key; every feature needs one"
        raise DataError(message)
    twice = np.flatnonzero(key.duplicated(keep=False))
    if len(twice):
        value = ", ".join(str(v) for v in key.iloc[twice[0]])
        message = (
            f"{_where(layer, name)}: the key {value!r} comes more than once "
            f"({len(twice)} rows share a key); keys must be unique"
        )
        raise DataError(message)


def _geometry(frame: pd.DataFrame, layer: Layer) -> gpd.GeoSeries:
    if not isinstance(frame, gpd.GeoDataFrame) or frame._geometry_column_name is None:
        message = f"layer {layer.id}: the data has no geometry; expected {layer.geometry} features"
        raise DataError(message)
    if frame.crs is None:
        message = f"layer {layer.id}: the data has no CRS; declare it (expected {layer.crs})"
        raise CrsError(message)
    if not CRS(frame.crs).equals(CRS(layer.crs), ignore_axis_order=True):
        message = f"layer {layer.id}: found CRS {frame.crs.to_string()}; expected {layer.crs}"
        raise CrsError(message)
    geometry = frame.geometry.force_2d()
    geometry[geometry.is_empty] = None
    _check_kind(geometry, layer)
    _check_finite(geometry, layer)
    return geometry


def _check_kind(geometry: gpd.GeoSeries, layer: Layer) -> None:
    kind = _KINDS[layer.geometry]
    found = geometry.geom_type
    wrong = np.flatnonzero(found.notna() & ~found.isin([kind, f"Multi{kind}"]))
    if len(wrong):
        message = (
            f"layer {layer.id}: row {wrong[0] + 1} is a {found.iloc[wrong[0]]}; "
            f"expected {kind} or Multi{kind} ({len(wrong)} rows are wrong)"
        )
        raise DataError(message)


def _check_finite(geometry: gpd.GeoSeries, layer: Layer) -> None:
    coordinates, rows = shapely.get_coordinates(geometry.to_numpy(), return_index=True)
    wrong = rows[~np.isfinite(coordinates).all(axis=1)]
    if len(wrong):
        message = (
            f"layer {layer.id}: row {wrong[0] + 1} has coordinates that are not finite numbers "
            f"({len(np.unique(wrong))} rows); repair the geometry first"
        )
        raise DataError(message)


def sorted_fields(layer: Layer) -> list[str]:
    """Return the text fields that get a hidden sorting column: those without a code list."""
    return [f.name for f in layer.fields.values() if f.type == "text" and not f.values]


def write_record(record: pd.DataFrame, layer: Layer, path: Path) -> None:
    """
    Write a conforming record as GeoPackage 1.2, with its sorting columns.

    Raises
    ------
    OSError
        If the disk is full or the path cannot be written.
    """
    out = record.copy()
    for field in layer.fields.values():
        if field.type == "date":
            out[field.name] = out[field.name].dt.strftime("%Y-%m-%d").astype("str")
    for name in sorted_fields(layer):
        out[name + SORT_SUFFIX] = out[name].map(collation_key, na_action="ignore")
    options: dict[str, Any] = {"layer": TABLE, "driver": "GPKG", "VERSION": "1.2"}
    try:
        pyogrio.write_dataframe(out, path, **options)
        _write_indexes(layer, path, len(out))
    except (DataSourceError, DataLayerError, sqlite3.Error) as error:
        message = f"{path}: cannot be written: {error}"
        raise OSError(message) from error


def _write_indexes(layer: Layer, path: Path, rows: int) -> None:
    """Index the key and what the attribute table sorts by; the R-tree is there already."""
    columns = (*layer.key, *(sort_column(layer, name) for name in layer.fields))
    with closing(sqlite3.connect(path)) as database, database:
        for column in dict.fromkeys(columns):
            database.execute(f'CREATE INDEX "by_{column}" ON "{TABLE}" ("{column}")')
        written = database.execute(f'SELECT count(*) FROM "{TABLE}"').fetchone()[0]  # noqa: S608
    if written != rows:
        message = f"{path}: holds {written} of {rows} features"
        raise OSError(message)


def sort_column(layer: Layer, name: str) -> str:
    """Return the column that sorts a field: the hidden one for free text."""
    return name + SORT_SUFFIX if name in sorted_fields(layer) else name


@contextmanager
def open_record(path: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a record for reading.

    Raises
    ------
    StoreError
        If it is damaged, here or in the block.
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            yield database
    except sqlite3.DatabaseError as error:
        raise _damage(path, error) from error


def written_columns(path: Path) -> frozenset[str]:
    """Return the columns of a record; a field younger than the record is not among them."""
    with open_record(path) as database:
        rows = database.execute(f'PRAGMA table_info("{TABLE}")').fetchall()
    if not rows:
        raise _damage(path, "it holds no features")
    return frozenset(row[1] for row in rows)


def _damage(path: Path, problem: Exception | str) -> StoreError:
    return StoreError(f"{path}: damaged ({problem}); roll the layer back or import it again")


def read_record(
    path: Path,
    layer: Layer,
    *,
    columns: Sequence[str] | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    where: str | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """
    Read features back with the catalogue's types, in key order.

    Parameters
    ----------
    path
        A file written by `write_record`.
    columns
        Fields to read; None: all. One that the catalogue got after the record was written is
        empty.
    bounds
        (minx, miny, maxx, maxy) in the layer's CRS: only features whose box meets it.
    where
        A condition in OGR SQL.
    limit
        At most so many rows.

    Raises
    ------
    StoreError
        If the file is damaged.
    """
    names = list(layer.fields) if columns is None else list(columns)
    try:
        frame = pyogrio.read_dataframe(
            path,
            layer=TABLE,
            columns=names,
            bbox=bounds,
            where=where,
            max_features=limit,
            fid_as_index=True,
            read_geometry=layer.spatial,
        ).sort_index()
    except (DataSourceError, DataLayerError) as error:
        raise _damage(path, error) from error
    for name in names:
        values = frame[name] if name in frame else pd.Series(None, frame.index, dtype="object")
        kind = layer.field(name).type
        if kind == "text" and values.dtype == "str":
            continue  # as `conform` wrote it; to look again takes longer than to read
        frame[name] = _CASTS[kind](values, f"{path}: field {name}")
    kept = [*names, "geometry"] if layer.spatial else names
    record: pd.DataFrame = frame[kept]
    return record
