"""A layer as a file for other programs, with its provenance and marks inside."""

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, get_args
from uuid import uuid4

import pandas as pd

from pyogrio.errors import DataLayerError, DataSourceError

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.layer import MARKS, Layer
from geo_app.domain.result import Input
from geo_app.domain.text import LANGUAGES
from geo_app.domain.version import Version
from geo_app.errors import DataError, StoreError, UnknownError
from geo_app.render.values import MARK_TITLES
from geo_app.storage.exports import ExportFormat, write_export
from geo_app.storage.store import STAGED
from geo_app.workspace.view import Workspace

FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
SUFFIXES: dict[ExportFormat, str] = {
    "gpkg": ".gpkg",
    "geojson": ".geojson",
    "shp": ".zip",
    "csv": ".csv",
    "xlsx": ".xlsx",
    "kml": ".kml",
}
LARGE = 20_000
"""Features above which a download is not made while a reader waits."""
SPREADSHEET = 200_000
"""Features above which no spreadsheet and no KML is made beforehand: nothing opens them."""


def formats(layer: Layer) -> tuple[ExportFormat, ...]:
    """Return the formats a layer can be had in; a table has no geometry to write."""
    if layer.geometry == "raster":
        return ()
    return ("csv", "xlsx") if layer.geometry == "table" else FORMATS


def export_layer(ws: Workspace, layer_id: str, path: Path, *, language: str = "vi") -> None:
    """
    Write the served version of a layer to `path`; the format is that of its ending.

    Raises
    ------
    DataError
        If the ending is not one of a known format, or the folder does not exist.
    StoreError
        If the file cannot be written.
    """
    layer = ws.catalogue.layer(layer_id)
    _format_of(layer, path)
    version = _served(ws, layer_id)
    said = provenance_lines(ws, layer, version, language)
    export_frame(ws.read(layer_id), layer, path, language=language, provenance=said)


def export_frame(
    frame: pd.DataFrame,
    layer: Layer,
    path: Path,
    *,
    language: str = "vi",
    provenance: Mapping[str, Any],
) -> None:
    """
    Write features of `layer`, catalogued or not, to `path`; the format is that of its ending.

    Parameters
    ----------
    provenance
        What the file says of itself, by key, as `storage.exports.write_export` takes it.

    Raises
    ------
    DataError
        If the ending is not one of a known format, or the folder does not exist.
    StoreError
        If the file cannot be written.
    """
    format_ = _format_of(layer, path)
    try:
        write_export(frame, layer, path, format=format_, language=language, provenance=provenance)
    except (OSError, DataSourceError, DataLayerError) as error:
        message = f"{path}: cannot be written: {error}"
        raise StoreError(message) from error


def _format_of(layer: Layer, path: Path) -> ExportFormat:
    """Return the format that a file's ending asks for."""
    known = {SUFFIXES[format_]: format_ for format_ in formats(layer)}
    format_ = known.get(path.suffix.lower())
    if format_ is None:
        message = f"{path}: layer {layer.id} cannot be written so; endings: {', '.join(known)}"
        raise DataError(message)
    if not path.parent.is_dir():
        message = f"{path}: the folder does not exist"
        raise DataError(message)
    return format_


def offered(ws: Workspace, layer: Layer) -> tuple[ExportFormat, ...]:
    """Return the formats a reader can have now: of a large layer, those made beforehand."""
    version = ws.version(layer.id)
    if version is None:
        return ()
    if version.count <= LARGE:
        return formats(layer)
    return tuple(each for each in formats(layer) if _file(ws, layer, each, "vi").is_file())


def download(ws: Workspace, layer_id: str, format_: ExportFormat, *, language: str = "vi") -> Path:
    """
    Return a layer as a file, made once per version, schema, reader class and language.

    Raises
    ------
    AccessError
        If the reader may not see the layer.
    DataError
        If the layer is too large for a file to be made while a reader waits.
    """
    layer = ws.catalogue.layer(layer_id)
    path = _file(ws, layer, format_, language)
    if path.is_file():
        return path
    if _served(ws, layer_id).count > LARGE:
        message = (
            f"layer {layer_id}: too many features to make a file while you wait; "
            f"on the server: geo-app export {layer_id}"
        )
        raise DataError(message)
    return _make(ws, layer, path, language)


def prepare(ws: Workspace, layer_id: str) -> list[Path]:
    """Make beforehand every file that a layer's page may offer to the public."""
    public = ws.as_user(ANONYMOUS)
    layer = ws.catalogue.layer(layer_id)
    few = _served(ws, layer_id).count <= SPREADSHEET
    wanted = [each for each in formats(layer) if few or each not in ("xlsx", "kml")]
    return [
        _make(public, layer, _file(public, layer, each, language), language)
        for each in wanted
        for language in LANGUAGES
    ]


def _file(ws: Workspace, layer: Layer, format_: ExportFormat, language: str) -> Path:
    """Name the file by all it depends on: a field that is made staff-only is not served on."""
    folder = ws.folder(layer.id, _served(ws, layer.id).id) / "downloads"
    schema = [str(layer), ws.user.clearance, language]
    digest = sha256(json.dumps(schema).encode()).hexdigest()[:12]
    return folder / digest / f"{layer.id}{SUFFIXES[format_]}"


def _make(ws: Workspace, layer: Layer, path: Path, language: str) -> Path:
    """Write the file beside its place, then put it there at once: two readers may ask together."""
    beside = path.parent / f"{STAGED}{os.getpid()}-{uuid4().hex[:8]}"
    try:
        beside.mkdir(parents=True)
        export_layer(ws, layer.id, beside / path.name, language=language)
        (beside / path.name).replace(path)
    finally:
        rmtree(beside, ignore_errors=True)
    return path


def _served(ws: Workspace, layer_id: str) -> Version:
    version = ws.version(layer_id)
    if version is None:
        message = f"layer {layer_id}: no data published; `geo-app import` or `geo-app build` first"
        raise UnknownError(message)
    return version


def provenance_lines(
    ws: Workspace, layer: Layer, version: Version, language: str
) -> dict[str, Any]:
    """Return what a file says of itself, in the reader's language; unknown stays unknown."""
    given = version.provenance
    unknown = "không rõ" if language == "vi" else "unknown"
    agency = ws.plan.agencies.get(layer.owner)
    return {
        "layer": layer.id,
        "title": layer.title.get(language),
        "version": version.id,
        "source": given.source or unknown,
        "agency": given.agency or (agency.title.get(language) if agency else layer.owner),
        "date": given.date.isoformat() if given.date else unknown,
        "accuracy": given.accuracy or unknown,
        "licence": given.licence or unknown,
        "marks": [MARK_TITLES[mark].get(language) for mark in given.marks],
    }


def inputs_said(inputs: Iterable[Input], language: str) -> dict[str, Any]:
    """Return what a file that rests on several layers says of them: sources and marks."""
    used = {each.layer: each for each in inputs}.values()
    marks = {mark for each in used for mark in each.marks}
    return {
        "source": [
            " – ".join(
                filter(
                    None,
                    (
                        each.title.get(language),
                        each.date.isoformat() if each.date else None,
                        each.source,
                    ),
                )
            )
            for each in used
        ],
        "marks": [MARK_TITLES[mark].get(language) for mark in MARKS if mark in marks],
    }
