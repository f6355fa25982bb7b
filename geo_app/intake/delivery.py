"""A delivered file on its way to a version: read, placed, mapped to the layer's fields."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError

from geo_app.domain.layer import Layer
from geo_app.domain.text import Bilingual, plain
from geo_app.domain.version import Provenance, Version
from geo_app.errors import CrsError, DataError, UnknownError
from geo_app.storage.reading.vector import file_digest, read_vector
from geo_app.workspace import Workspace
from geo_app.workspace.publishing import prepare_features, prepare_raster, publish

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Delivery:
    """What the one who brings a file says of it; None where unknown."""

    source: str | None = None
    agency: str | None = None
    date: dt.date | None = None
    accuracy: str | None = None
    licence: str | None = None


def import_file(
    ws: Workspace,
    path: Path,
    layer_id: str,
    *,
    mapping: Mapping[str, str] | None = None,
    delivery: Delivery | None = None,
    file_layer: str | None = None,
    progress: Progress = lambda _: None,
) -> Version:
    """
    Read a file into a layer and serve it.

    Parameters
    ----------
    ws
        The workspace, opened by someone who may publish.
    path
        GeoPackage, GeoJSON, Shapefile or CSV table; GeoTIFF for a raster layer.
    layer_id
        The layer it becomes.
    mapping
        Column of the file → field of the layer, before names and aliases are tried.
    delivery
        What is known of the file.
    file_layer
        Which layer of the file, where it holds several.

    Returns
    -------
    version
        What is now served; its provenance lists mapping and dropped columns.

    Raises
    ------
    DataError, CrsError, UnknownError, StoreError
        If the file does not fit; then nothing changed.
    """
    layer = ws.catalogue.layer(layer_id)
    provenance = _provenance(ws, path, delivery or Delivery())
    if layer.geometry == "raster":
        version = prepare_raster(ws, layer, path, provenance, progress=progress)
    else:
        progress("read")
        frame = read_vector(path, layer_name=file_layer)
        fields, dropped = match_fields(frame, layer, mapping or {})
        named = frame.drop(columns=list(dropped)).rename(columns=fields)
        placed, crs = _place(_coded(named, layer), layer)
        provenance = replace(provenance, mapping=fields, dropped=dropped, crs=crs)
        version = prepare_features(ws, layer, placed, provenance, progress=progress)
    publish(ws, {layer_id: version}, what=f"import {path.name}")
    return version


def match_fields(
    frame: pd.DataFrame, layer: Layer, mapping: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """
    Match a file's columns to a layer's fields: as told, by exact name, by alias.

    Returns
    -------
    fields
        Column → field.
    dropped
        Columns that no field takes, in the file's order.

    Raises
    ------
    UnknownError
        If `mapping` names a column or field that does not exist.
    DataError
        If two columns are told to become the same field.
    """
    columns = [str(name) for name in frame.columns if name != _geometry_name(frame)]
    for column, field in mapping.items():
        if column not in columns:
            message = f"--map {column}={field}: the file has no column {column!r}; it has: "
            raise UnknownError(message + ", ".join(columns))
        layer.field(field)
    if len(set(mapping.values())) < len(mapping):
        message = f"layer {layer.id}: two columns are mapped to one field: {dict(mapping)}"
        raise DataError(message)
    fields = dict(mapping)
    for names in (_by_name(layer), _by_alias(layer)):
        for column in columns:
            named = names.get(column.casefold())
            if column not in fields and named is not None and named not in fields.values():
                fields[column] = named
    return fields, tuple(column for column in columns if column not in fields)


def _coded(frame: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """Turn the titles of a code list ("Phường") into its codes; codes stay what they are."""
    coded = frame.copy(deep=False)
    for name in coded.columns:
        values = layer.fields[name].values if name in layer.fields else {}
        codes = _codes_by_title(values)
        if codes and not pd.api.types.is_numeric_dtype(coded[name]):
            known = {v: codes.get(plain(str(v)), v) for v in coded[name].dropna().unique()}
            known |= {code: code for code in values}
            coded[name] = coded[name].map(known)
    return coded


def _codes_by_title(values: Mapping[str, Bilingual]) -> dict[str, str]:
    """Index codes by their folded titles in both languages; a title of two codes tells nothing."""
    codes: dict[str, set[str]] = {}
    for code, title in values.items():
        for text in (title.vi, title.en):
            codes.setdefault(plain(text), set()).add(code)
    return {title: min(those) for title, those in codes.items() if len(those) == 1}


def _by_name(layer: Layer) -> dict[str, str]:
    return {f.name.casefold(): f.name for f in layer.fields.values()}


def _by_alias(layer: Layer) -> dict[str, str]:
    return {
        alias.casefold(): f.name
        for f in layer.fields.values()
        for alias in (f.source_field, *f.aliases)
    }


def _geometry_name(frame: pd.DataFrame) -> str | None:
    return frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None


def _place(frame: pd.DataFrame, layer: Layer) -> tuple[pd.DataFrame, str | None]:
    """Bring a frame into the layer's CRS; it must say which one it is in."""
    if not layer.spatial or not isinstance(frame, gpd.GeoDataFrame):
        return frame, None
    if frame.crs is None:
        message = (
            f"layer {layer.id}: the file declares no CRS, so its place is not known; add a .prj "
            f"(or save it as GeoPackage with its CRS), expected {layer.crs}"
        )
        raise CrsError(message)
    declared = frame.crs.to_string() if frame.crs.to_authority() else frame.crs.to_wkt()
    if CRS(frame.crs).equals(CRS(layer.crs), ignore_axis_order=True):
        return frame.set_crs(layer.crs, allow_override=True), declared
    try:
        placed = frame.to_crs(layer.crs)
    except ProjError as error:
        message = f"layer {layer.id}: the file's CRS leads nowhere known ({declared}): {error}"
        raise CrsError(message) from error
    _check_placed(frame, placed, layer, declared)
    return placed, declared


def _check_placed(
    frame: gpd.GeoDataFrame, placed: gpd.GeoDataFrame, layer: Layer, declared: str
) -> None:
    """Refuse coordinates that are numbers, but not of the CRS the file declares."""
    before = shapely.get_coordinates(frame.geometry.to_numpy())
    after = shapely.get_coordinates(placed.geometry.to_numpy())
    lost = np.flatnonzero(np.isfinite(before).all(axis=1) & ~np.isfinite(after).all(axis=1))
    if len(lost):
        x, y = before[lost[0]]
        message = (
            f"layer {layer.id}: the file declares {declared}, but ({x:g}, {y:g}) cannot be brought "
            f"from it to {layer.crs}; is that its CRS?"
        )
        raise CrsError(message)


def _provenance(ws: Workspace, path: Path, delivery: Delivery) -> Provenance:
    if not path.is_file():
        message = f"{path}: the file does not exist"
        raise DataError(message)
    return Provenance(
        kind="import",
        by=ws.user.name,
        source=delivery.source,
        agency=delivery.agency,
        date=delivery.date,
        accuracy=delivery.accuracy,
        licence=delivery.licence,
        file=path.name,
        sha256=file_digest(path),
    )
