"""A layer as a file for other programs, with its provenance and marks inside."""

import os
from pathlib import Path
from typing import Any, get_args

from geo_app.domain.layer import Layer
from geo_app.domain.version import Version
from geo_app.errors import DataError
from geo_app.render.values import MARK_TITLES
from geo_app.storage.exports import ExportFormat, write_export
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
        If the ending is not one of a known format.
    """
    layer = ws.catalogue.layer(layer_id)
    known = {SUFFIXES[format_]: format_ for format_ in formats(layer)}
    format_ = known.get(path.suffix.lower())
    if format_ is None:
        message = f"{path}: layer {layer_id} cannot be written so; endings: {', '.join(known)}"
        raise DataError(message)
    frame = ws.read(layer_id)
    version = ws.versions[layer_id]
    write_export(
        frame,
        layer,
        path,
        format=format_,
        language=language,
        provenance=provenance_lines(ws, layer, version, language),
    )


def download(ws: Workspace, layer_id: str, format_: ExportFormat, *, language: str = "vi") -> Path:
    """
    Return a layer as a file, made once per version, reader class and language.

    Raises
    ------
    DataError
        If the layer is too large to be made while a reader waits.
    """
    layer = ws.catalogue.layer(layer_id)
    version = ws.version(layer_id)
    if version is not None and version.count > LARGE:
        message = (
            f"layer {layer_id}: {version.count} features are too many to make a file while you "
            f"wait; on the server: geo-app export {layer_id} {layer_id}{SUFFIXES[format_]}"
        )
        raise DataError(message)
    folder = ws.folder(layer_id, version.id if version else "") / "downloads"
    name = f"{layer.id}-{ws.user.clearance}-{language}{SUFFIXES[format_]}"
    if not (folder / name).is_file():
        beside = folder / str(os.getpid())
        beside.mkdir(parents=True, exist_ok=True)
        export_layer(ws, layer_id, beside / name, language=language)
        (beside / name).replace(folder / name)
    return folder / name


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
