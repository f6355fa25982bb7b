"""
From a clean frame or raster to a served version, and back again.

`prepare_features` and `prepare_raster` build and seal a version, which nobody sees yet; `publish`
serves it. Building may run in several processes at once; publishing is one step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

import geopandas as gpd
from pyproj import Transformer

from geo_app.domain.access import ACCESS_LEVELS, may
from geo_app.domain.finding import Finding
from geo_app.domain.layer import Layer
from geo_app.domain.version import Provenance, Version
from geo_app.errors import AccessError, UnknownError
from geo_app.render.display import write_display, write_raster_display
from geo_app.storage import rasters
from geo_app.storage.content import record_digest
from geo_app.storage.findings import write_findings
from geo_app.storage.frames import conform, write_record
from geo_app.storage.published import Published
from geo_app.storage.reading.vector import file_digest
from geo_app.storage.store import DISPLAY, FEATURES, RASTER
from geo_app.workspace.view import Bounds, Workspace

Progress = Callable[[str], None]

KEEP_DAYS = 30
KEEP_NEWEST = 3


def prepare_features(
    ws: Workspace,
    layer: Layer,
    frame: pd.DataFrame,
    provenance: Provenance,
    *,
    findings: Sequence[Finding] = (),
    digest: str = "",
    progress: Progress = lambda _: None,
) -> Version:
    """
    Check a frame against its layer and seal it as a version, not served yet.

    The `findings` of its import stand beside the record. Without a `digest` of what it is made
    from, the version has that of its content.

    Raises
    ------
    DataError, CrsError
        If the frame does not fit the layer; see `conform`.
    StoreError
        If the disk is full.
    """
    _require_publisher(ws, layer)
    progress("check")
    record = conform(frame, layer)
    with ws.store.stage(layer.id) as staged:
        progress("record")
        write_record(record, layer, staged / FEATURES)
        write_findings(staged, findings)
        displays = _write_displays(record, layer, staged / DISPLAY, progress)
        draft = _draft(layer, provenance, digest or record_digest(record), displays)
        draft = replace(draft, count=len(record), **_extent(record, layer))
        progress("seal")
        return ws.store.seal(staged, draft)


def conforming(ws: Workspace, layer: Layer, frame: pd.DataFrame) -> pd.DataFrame:
    """
    Return a frame as it would stand in the layer's record, in key order.

    Raises
    ------
    DataError, CrsError
        If it does not fit the layer; see `conform`.
    AccessError
        If the reader may not publish.
    """
    _require_publisher(ws, layer)
    return conform(frame, layer)


def prepare_raster(
    ws: Workspace,
    layer: Layer,
    source: Path,
    provenance: Provenance,
    *,
    findings: Sequence[Finding] = (),
    digest: str = "",
    progress: Progress = lambda _: None,
) -> Version:
    """
    Check a class raster and seal it as a version, not served yet.

    See `prepare_features` for `findings` and `digest`.

    Raises
    ------
    DataError, CrsError
        If it is not one band of class codes in the layer's CRS.
    StoreError
        If the disk is full.
    """
    _require_publisher(ws, layer)
    progress("check")
    rasters.describe(source, layer)
    with ws.store.stage(layer.id) as staged:
        progress("record")
        path, folder = staged / RASTER, staged / DISPLAY
        rasters.write_raster(source, layer, path)
        write_findings(staged, findings)
        raster = rasters.describe(path, layer)
        displays = {
            level: write_raster_display(path, layer, folder, name=level, progress=progress)
            for level in _display_levels(layer)[:1]
        }
        draft = _draft(layer, provenance, digest or file_digest(path), displays)
        draft = replace(
            draft,
            count=raster.width * raster.height,
            bounds=raster.bounds,
            bounds_lonlat=rasters.lonlat_bounds(raster),
        )
        progress("seal")
        return ws.store.seal(staged, draft)


def publish(
    ws: Workspace, versions: Mapping[str, Version], *, what: str, yielding: bool = False
) -> Published:
    """
    Serve sealed versions, all in one generation.

    Parameters
    ----------
    ws
        The workspace, opened by someone who may publish.
    versions
        Layer → version.
    what
        What it is called in the history.
    yielding
        Leave alone the layers that someone else published since `ws` was opened.
    """
    for layer in versions:
        _require_publisher(ws, ws.catalogue.layer(layer))

    def decide(served: Published) -> dict[str, str | None]:
        then, now = ws.published.versions, served.versions
        return {
            layer: version.id
            for layer, version in versions.items()
            if not yielding or then.get(layer) == now.get(layer)
        }

    return ws.store.change(decide, by=ws.user.name, what=what)


def rollback(ws: Workspace, layer: str, version: str | None = None) -> str:
    """
    Serve an earlier version again; return its id.

    Without `version`, the one that the version served now replaced when it first came, or the
    nearest before that still exists.

    Raises
    ------
    UnknownError
        If there is no such version.
    """
    _require_publisher(ws, ws.catalogue.layer(layer))

    def decide(served: Published) -> dict[str, str | None]:
        return {layer: version or _before(ws, served, layer)}

    return ws.store.change(decide, by=ws.user.name, what="rollback").versions[layer]


def withdraw(ws: Workspace, layer: str, version: str, *, reason: str) -> str | None:
    """
    Delete a version that must not exist; the history says so.

    Where it was being served, the one before it is served again, or none.

    Returns
    -------
    served
        The version served now; None where none is.
    """
    _require_publisher(ws, ws.catalogue.layer(layer))
    ws.store.path(layer, version)

    def decide(served: Published) -> dict[str, str | None]:
        now = served.versions.get(layer)
        return {layer: _earlier(ws, served, layer) if now == version else now}

    what = f"withdraw {version}: {reason}"
    following = ws.store.change(decide, by=ws.user.name, what=what)
    ws.store.remove(layer, version)
    return following.versions.get(layer)


def prune(ws: Workspace, *, dry_run: bool = False) -> list[Version]:
    """
    Thin old versions: of each layer keep the one served, the newest three and the last 30 days.

    What killed publishers left behind goes too.

    Returns
    -------
    removed
        The versions removed, or that would be.
    """
    served = ws.store.published().versions
    oldest = datetime.now(UTC) - timedelta(days=KEEP_DAYS)
    removed = []
    for layer in ws.catalogue.layers:
        versions = ws.store.versions(layer)
        for version in versions[:-KEEP_NEWEST]:
            if version.created < oldest and served.get(layer) != version.id:
                removed.append(version)
    if not dry_run:
        for version in removed:
            ws.store.remove(version.layer, version.id)
        ws.store.sweep()
    return removed


def _before(ws: Workspace, state: Published, layer: str) -> str:
    earlier = _earlier(ws, state, layer)
    if earlier is None:
        message = f"layer {layer}: there is no version before the one served; nothing to roll back"
        raise UnknownError(message)
    return earlier


def _earlier(ws: Workspace, state: Published, layer: str) -> str | None:
    """Return what the served version replaced, or the nearest before that still exists."""
    version = _replaced(state, layer, state.versions.get(layer))
    while version is not None and not ws.store.has(layer, version):
        version = _replaced(state, layer, version)
    return version


def _replaced(state: Published, layer: str, version: str | None) -> str | None:
    """Return what a version replaced when it was first published."""
    for event in state.history:
        before, after = event.changes.get(layer, (None, None))
        if after == version and after is not None:
            return before
    return None


def _require_publisher(ws: Workspace, layer: Layer) -> None:
    if not may(ws.user, "publish", layer.access):
        message = f"layer {layer.id}: {ws.user.name} may not publish"
        raise AccessError(message)


def _draft(
    layer: Layer, provenance: Provenance, digest: str, displays: Mapping[str, Any]
) -> Version:
    return Version(
        id="",
        layer=layer.id,
        created=datetime.now(UTC),
        provenance=provenance,
        count=0,
        without_geometry=0,
        bounds=None,
        bounds_lonlat=None,
        digest=digest,
        display=displays,
    )


def _extent(record: pd.DataFrame, layer: Layer) -> dict[str, Any]:
    if not layer.spatial:
        return {}
    bare = int(record.geometry.isna().sum())
    if bare == len(record):
        return {"without_geometry": bare}
    west, south, east, north = (float(v) for v in record.total_bounds)
    bounds: Bounds = (west, south, east, north)
    lonlat = Transformer.from_crs(layer.crs, "EPSG:4326", always_xy=True).transform_bounds(*bounds)
    return {"without_geometry": bare, "bounds": bounds, "bounds_lonlat": lonlat}


def _display_fields(layer: Layer) -> list[str]:
    """Return what a map needs of each feature: key, name, legend and accuracy fields."""
    wanted = (*layer.key, layer.name, layer.legend.field, layer.accuracy)
    return list(dict.fromkeys(name for name in wanted if name is not None))


def _display_levels(layer: Layer) -> list[str]:
    """
    Return the access classes a layer gets display files for.

    None for restricted layers: what they hold never stands in a file a map could load.
    """
    own = ACCESS_LEVELS.index(layer.access)
    needed = {layer.access, *(layer.field(name).access for name in _display_fields(layer))}
    return [a for a in ACCESS_LEVELS[own:] if a in needed and a != "restricted"]


def _write_displays(
    record: pd.DataFrame, layer: Layer, folder: Path, progress: Progress
) -> dict[str, Any]:
    if not isinstance(record, gpd.GeoDataFrame) or record.geometry.isna().all():
        return {}
    displays = {}
    for level in _display_levels(layer):
        progress(f"display {level}")
        seen = ACCESS_LEVELS[: ACCESS_LEVELS.index(level) + 1]
        fields = [n for n in _display_fields(layer) if layer.field(n).access in seen]
        try:
            drawn = write_display(
                record, layer, folder, name=level, fields=fields, progress=progress
            )
        except RuntimeError as error:  # what the writer of tiles raises, for a full disk too
            message = f"{folder}: the maps' files cannot be written: {error}"
            raise OSError(message) from error
        displays[level] = {**drawn, "fields": fields}
    return displays
