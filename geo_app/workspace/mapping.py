"""The atlas and its themes as folium maps: by address for the web, or with everything inside."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely
from pyproj import Transformer

from geo_app.domain.access import ACCESS_LEVELS, may
from geo_app.domain.basemap import StoredBasemap
from geo_app.domain.layer import Layer, Mark
from geo_app.domain.result import Picture
from geo_app.domain.text import Bilingual
from geo_app.domain.version import Version
from geo_app.errors import UnknownError
from geo_app.render.archive import coarse_part, data_url
from geo_app.render.maps import (
    MARGIN_KM,
    AtlasMap,
    DrawnLayer,
    MapFrame,
    Services,
    atlas,
    widened,
)
from geo_app.render.words import WORDS
from geo_app.storage.store import DISPLAY
from geo_app.workspace import basemaps
from geo_app.workspace.view import Bounds, Workspace

Address = Callable[[str, str, str], str]
"""Layer, version and file name → the address a browser loads it from."""

SketchMap = AtlasMap
"""What `sketch_map` draws: ``save(path)`` writes it as one file that opens without a network."""

INLINE_VERTICES = 100_000
"""Vertices above which a layer goes into a one-file map with coarser shapes."""
INLINE_FEATURES = 20_000
"""Features above which it goes in as a picture."""
INLINE_PICTURE_BYTES = 3_000_000
LEAST_AROUND_M = 600.0
"""Metres around an answer that its map shows at the least."""
_AROUND = 0.05
_INLINE_STEP_M = 25.0


@dataclass(frozen=True)
class Overlay:
    """
    What is laid over a map for one answer: pictures with their marks; the map opens on them.

    `illustrative` stamps the map as an illustration.
    """

    pictures: Sequence[Picture]
    marks: tuple[Mark, ...] = ()
    illustrative: bool = False


def served_map(
    ws: Workspace,
    theme: str | None = None,
    *,
    layer: str | None = None,
    language: str,
    services: Services,
    address: Address,
    basemap_address: Callable[[StoredBasemap], str],
    overlay: Overlay | None = None,
) -> AtlasMap:
    """
    Draw a map whose data the browser loads from versioned addresses.

    Parameters
    ----------
    theme
        Turn on this theme's layers; None: the whole atlas.
    layer
        Only this layer, over the base.
    services
        Addresses the map asks.
    address
        Where a display file is loaded from.
    basemap_address
        Where a background is loaded from.
    overlay
        What is laid over it, with its data in the page.
    """
    drawn = [
        DrawnLayer(
            layer=each,
            marks=ws.marks(each.id),
            date=_date(ws, each),
            display=_addressed(ws, each, address),
            visible=on,
        )
        for each, on in _chosen(ws, theme, layer)
    ]
    frame = _frame(ws)
    if overlay is not None:
        shelf = next(iter(ws.catalogue.themes))
        laid = [(replace(each.layer, theme=shelf), each.frame) for each in overlay.pictures]
        drawn += _sketched(laid, overlay.marks)
        stamp = WORDS["illustration"].get(language) if overlay.illustrative else None
        view = _view(ws, [each for _, each in laid])
        frame = replace(frame, view=view, stamp=stamp)
    focus = ws.catalogue.layer(layer).theme if layer else theme
    return atlas(
        drawn,
        list(ws.catalogue.themes.values()),
        frame=frame,
        services=services,
        language=language,
        basemaps=basemaps.shown(ws, basemap_address),
        focus=focus,
        small=layer is not None,
    )


def inline_map(ws: Workspace, theme: str | None = None, *, language: str = "vi") -> AtlasMap:
    """Draw a map with its data inside: it opens without a server and without internet."""
    drawn = []
    for layer, on in _chosen(ws, theme, None):
        display, coarser = _inline(ws, layer)
        drawn.append(
            DrawnLayer(
                layer=_simplified(layer) if coarser else layer,
                marks=ws.marks(layer.id),
                date=_date(ws, layer),
                display=display,
                visible=on,
            )
        )
    themes = list(ws.catalogue.themes.values())
    return atlas(
        drawn, themes, frame=_frame(ws), services=Services(), language=language, focus=theme
    )


def sketch_map(
    ws: Workspace,
    sketches: Sequence[tuple[Layer, gpd.GeoDataFrame]],
    *,
    language: str = "vi",
    marks: tuple[Mark, ...] = (),
    illustrative: bool = False,
    small: bool = False,
) -> AtlasMap:
    """
    Draw frames that are not published over the province's outline, with everything inside.

    It opens on the frames where they lie in or near the province.

    Parameters
    ----------
    sketches
        Layers that need not be in the catalogue, and their features in any known CRS.
    marks
        Marks of the sketches.
    illustrative
        Stamp the map as an illustration.
    small
        For a map that is part of a page.
    """
    drawn = _sketched(sketches, marks)
    if ws.settings.outline in ws.versions:
        outline = ws.catalogue.layer(ws.settings.outline)
        display, _ = _inline(ws, outline)
        marks = ws.marks(outline.id)
        drawn.append(DrawnLayer(outline, marks, _date(ws, outline), display, visible=True))
    stamp = WORDS["illustration"].get(language) if illustrative else None
    return atlas(
        drawn,
        list(ws.catalogue.themes.values()),
        frame=replace(_frame(ws), stamp=stamp, view=_view(ws, [each for _, each in sketches])),
        services=Services(),
        language=language,
        small=small,
    )


def _view(ws: Workspace, frames: Iterable[gpd.GeoDataFrame]) -> Bounds | None:
    """Return the box around features in degrees; None where they are not all near the province."""
    boxes = [frame.to_crs(ws.settings.crs).total_bounds for frame in frames if len(frame)]
    corners = np.array([box for box in boxes if np.isfinite(box).all()])
    if not len(corners):
        return None
    low, high = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
    margin = max(LEAST_AROUND_M, *(high - low) * _AROUND)
    to_degrees = Transformer.from_crs(ws.settings.crs, "EPSG:4326", always_xy=True)
    found: Bounds = to_degrees.transform_bounds(*(low - margin), *(high + margin))
    near = shapely.box(*widened(ws.bounds_lonlat, MARGIN_KM)).contains(shapely.box(*found))
    return found if near else None


def _sketched(
    sketches: Iterable[tuple[Layer, gpd.GeoDataFrame]], marks: tuple[Mark, ...]
) -> list[DrawnLayer]:
    """Draw frames with their data in the page."""
    return [
        DrawnLayer(
            layer,
            marks,
            None,
            {"kind": "inline", "data": _features(frame)[0]},
            visible=True,
            sketch=True,
        )
        for layer, frame in sketches
    ]


def display_file(ws: Workspace, layer: str, version: str, name: str) -> Path:
    """
    Return a file that draws a version, if the reader may see it.

    Raises
    ------
    UnknownError
        If there is no such layer, version or file.
    AccessError
        If the reader may not see the layer.
    """
    path = ws.folder(layer, version) / DISPLAY / name
    allowed = {n for each in _manifests(ws, ws.store.version(layer, version)) for n in _files(each)}
    if name not in allowed or not path.is_file():
        message = f"layer {layer}, version {version}: there is no display file {name!r}"
        raise UnknownError(message)
    return path


def _chosen(ws: Workspace, theme: str | None, only: str | None) -> list[tuple[Layer, bool]]:
    """
    Return the layers of a map and whether each starts on.

    A theme's map turns on its own layers over the base; rasters and details are left to the
    reader.
    """
    if theme is not None:
        ws.catalogue.theme(theme)
    chosen = []
    for layer in ws.layers:
        if layer.geometry == "table" or not may(ws.user, "view", layer.access):
            continue
        own = layer.id == only or (
            layer.theme == theme and layer.geometry != "raster" and not layer.detail
        )
        if only is None or own or layer.visible:
            chosen.append((layer, own or (layer.visible and _is_base(layer, theme, only))))
    return chosen


def _is_base(layer: Layer, theme: str | None, only: str | None) -> bool:
    """Tell whether a layer that is on by default stays on under another theme or layer."""
    return (theme is None and only is None) or layer.theme == "administration"


def _frame(ws: Workspace) -> MapFrame:
    return MapFrame(bounds=ws.bounds_lonlat, crs=ws.settings.crs)


def _date(ws: Workspace, layer: Layer) -> Any:
    version = ws.versions.get(layer.id)
    return version.provenance.date if version else None


def _levels(ws: Workspace) -> list[str]:
    """Return the access classes this reader may see, highest first."""
    return list(reversed(ACCESS_LEVELS[: ACCESS_LEVELS.index(ws.user.clearance) + 1]))


def _manifests(ws: Workspace, version: Version) -> list[Mapping[str, Any]]:
    """
    Return the displays of a version this reader may see, the fullest first.

    A field may have been made staff-only since they were written: then they are not shown.
    """
    seen = {field.name for field in ws.fields(ws.catalogue.layer(version.layer))}
    offered = [version.display[level] for level in _levels(ws) if level in version.display]
    return [manifest for manifest in offered if seen.issuperset(manifest.get("fields", ()))]


def _manifest(ws: Workspace, version: Version) -> Mapping[str, Any] | None:
    return next(iter(_manifests(ws, version)), None)


def _addressed(ws: Workspace, layer: Layer, address: Address) -> dict[str, Any] | None:
    version = ws.versions.get(layer.id)
    manifest = _manifest(ws, version) if version else None
    if version is None or manifest is None:
        return None

    def with_address(part: Any) -> Any:
        if not isinstance(part, Mapping):
            return part
        found = {
            name: with_address(value)
            for name, value in part.items()
            if name not in ("file", "fields")
        }
        if "file" in part:
            found["url"] = address(layer.id, version.id, part["file"])
        return found

    addressed: dict[str, Any] = with_address(manifest)
    return addressed


def _files(manifest: Any) -> set[str]:
    if not isinstance(manifest, Mapping):
        return set()
    own = {manifest["file"]} if "file" in manifest else set()
    return own.union(*(_files(part) for part in manifest.values()))


def _inline(ws: Workspace, layer: Layer) -> tuple[dict[str, Any] | None, bool]:
    """
    Return what draws a layer inside a page, and whether it was simplified to fit.

    Features come as GeoJSON with all fields the reader may see, coarser where there are many
    vertices; rasters, and layers too large for that, as the pictures of the lower zooms.
    """
    version = ws.versions.get(layer.id)
    manifest = _manifest(ws, version) if version else None
    if version is None or manifest is None:
        return None, False
    overview = manifest.get("overview")
    if overview and (layer.geometry == "raster" or version.count > INLINE_FEATURES):
        path = ws.folder(layer.id, version.id) / DISPLAY / overview["file"]
        archive, zoom = coarse_part(path, INLINE_PICTURE_BYTES)
        picture = {"url": data_url(archive), "min_zoom": overview["min_zoom"], "max_zoom": zoom}
        coarser = zoom < overview["max_zoom"] or layer.geometry != "raster"
        return {"kind": "raster", "overview": picture}, coarser
    features, coarser = _features(ws.read(layer.id))
    return {"kind": "inline", "data": features}, coarser


def _features(frame: pd.DataFrame) -> tuple[dict[str, Any], bool]:
    """Return features as a FeatureCollection of RFC 7946, and whether they were made coarser."""
    assert isinstance(frame, gpd.GeoDataFrame)
    placed = frame[frame.geometry.notna()]
    vertices = int(shapely.get_num_coordinates(placed.geometry.to_numpy()).sum())
    if vertices > INLINE_VERTICES:
        placed = placed.set_geometry(placed.geometry.simplify(_INLINE_STEP_M))
    for name in placed.select_dtypes("datetime").columns:
        placed = placed.assign(**{name: placed[name].dt.strftime("%Y-%m-%d")})
    lonlat = placed.to_crs("EPSG:4326")
    rounded = shapely.transform(lonlat.geometry.to_numpy(), lambda degrees: degrees.round(6))
    text = lonlat.set_geometry(rounded).to_json(drop_id=True, na="drop")
    collection: dict[str, Any] = json.loads(text)
    return collection, vertices > INLINE_VERTICES


def _simplified(layer: Layer) -> Layer:
    """Return a layer whose title says that its shapes are not the full ones."""
    vi, en = f"{layer.title.vi} (đã đơn giản hóa)", f"{layer.title.en} (simplified)"
    return replace(layer, title=Bilingual(vi, en))
