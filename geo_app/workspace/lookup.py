"""What is here, and where is that: the features at a point, and names found in the province."""

import json
import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from geo_app.domain.access import may
from geo_app.domain.layer import Layer, SearchKind
from geo_app.domain.text import Bilingual, collation_key, comparable_name, plain
from geo_app.domain.version import Version
from geo_app.errors import DataError, StoreError
from geo_app.storage.rasters import value_at
from geo_app.workspace.view import Bounds, Workspace

HITS_PER_LAYER = 5
FEATURES_SEEN = 500
CLICK_PIXELS = 8
LIMIT = 20
NEAR_DEGREES = 0.3
"""How far outside the province's frame a place still is beside it."""
_EQUATOR_M = 40_075_016.7
_ELLIPSOID = Geod(ellps="WGS84")

PlanKind = Literal["target", "project", "rule", "agency"]
PLAN_KINDS: tuple[PlanKind, ...] = ("target", "project", "rule", "agency")
Kind = SearchKind | Literal["layer"] | PlanKind
KINDS: tuple[Kind, ...] = ("unit", "place", "former_unit", "layer", *PLAN_KINDS, "feature")
"""What comes first among names that fit as well."""


@dataclass(frozen=True)
class Hit:
    """
    One feature, or raster cell, found at a point.

    `values` are the fields the reader may see; `geometry` is in EPSG:4326, None for a raster.
    """

    layer: Layer
    version: Version
    values: Mapping[str, Any]
    distance_m: float
    geometry: BaseGeometry | None


def click_tolerance_m(lat: float, zoom: float) -> float:
    """Return how many metres a click may miss a line or point by, at a map's zoom."""
    pixel_m = _EQUATOR_M * math.cos(math.radians(lat)) / (256 * 2**zoom)
    return CLICK_PIXELS * pixel_m


def identify(
    ws: Workspace, lon: float, lat: float, layers: Iterable[str], *, tolerance_m: float
) -> tuple[list[Hit], bool]:
    """
    Find what lies at a point: points and lines first, then areas, the smallest first.

    Parameters
    ----------
    ws
        The province as the reader may see it.
    lon, lat
        Degrees, EPSG:4326.
    layers
        Ids of the layers asked; those unpublished or not to be seen answer nothing.
    tolerance_m
        How far lines and points may lie from it, metres; polygons must hold it.

    Returns
    -------
    hits, limited
        At most five per layer, nearest first; `limited` tells that there were more.
    """
    hits: list[Hit] = []
    limited = False
    asked = [ws.catalogue.layer(layer) for layer in dict.fromkeys(layers)]
    for layer in sorted(asked, key=lambda layer: -layer.order):
        version = ws.versions.get(layer.id)
        if version is None or layer.crs is None or not may(ws.user, "view", layer.access):
            continue
        to_layer = Transformer.from_crs("EPSG:4326", layer.crs, always_xy=True)
        x, y = to_layer.transform(lon, lat)
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        try:
            if layer.geometry == "raster":
                hits += _cell_hit(ws, layer, version, x, y)
                continue
            spot = shapely.Point(x, y)
            found, more = _feature_hits(ws, layer, version, spot, tolerance_m)
        except StoreError as error:  # the other layers still answer
            logging.getLogger(__name__).error("%s", error)
            continue
        hits += found
        limited |= more
    hits.sort(key=_extent)
    return hits, limited


def _extent(hit: Hit) -> float:
    """Return how much ground a hit covers: 0 for a point or line, all of it for a raster."""
    return math.inf if hit.geometry is None else float(shapely.area(hit.geometry))


def _cell_hit(ws: Workspace, layer: Layer, version: Version, x: float, y: float) -> list[Hit]:
    value = value_at(ws.raster(layer.id), x, y)
    return [] if value is None else [Hit(layer, version, {"value": value}, 0.0, None)]


def _feature_hits(
    ws: Workspace, layer: Layer, version: Version, point: shapely.Point, tolerance_m: float
) -> tuple[list[Hit], bool]:
    reach = 0.0 if layer.geometry == "polygon" else tolerance_m
    box = (point.x - reach, point.y - reach, point.x + reach, point.y + reach)
    near = ws.read(layer.id, bounds=box, limit=FEATURES_SEEN)
    assert isinstance(near, gpd.GeoDataFrame)
    distance = near.distance(point)
    within = distance[distance <= reach].sort_values(kind="stable")
    chosen = near.loc[within.index[:HITS_PER_LAYER]]
    shapes = chosen.geometry.to_crs("EPSG:4326")
    values = chosen.drop(columns=chosen.geometry.name).to_dict("records")
    hits = [
        Hit(layer, version, row, float(within[fid]), shapes[fid])
        for fid, row in zip(chosen.index, values, strict=True)
    ]
    return hits, len(within) > HITS_PER_LAYER or len(near) == FEATURES_SEEN


def place(ws: Workspace, lon: float, lat: float) -> dict[str, float | str]:
    """Return a point in degrees and in the province's CRS, metres to the decimetre."""
    to_province = Transformer.from_crs("EPSG:4326", ws.settings.crs, always_xy=True)
    e_m, n_m = to_province.transform(lon, lat)
    return {
        "lon": lon,
        "lat": lat,
        "e_m": round(e_m, 1),
        "n_m": round(n_m, 1),
        "crs": ws.settings.crs,
    }


def require_near(ws: Workspace, lon: float, lat: float) -> None:
    """
    Refuse a point in degrees that lies farther from the province's frame than `NEAR_DEGREES`.

    Raises
    ------
    DataError
        If it does, or is no point on the earth.
    """
    west, south, east, north = ws.bounds_lonlat
    within = (
        west - NEAR_DEGREES <= lon <= east + NEAR_DEGREES
        and south - NEAR_DEGREES <= lat <= north + NEAR_DEGREES
    )
    if not within:
        province = Bilingual(ws.settings.title_vi, ws.settings.title_en)
        frame = f"{south:.2f}–{north:.2f}, {west:.2f}–{east:.2f}"
        raise DataError(
            f"the point {lat:.5f}, {lon:.5f} lies far outside {province.en} (latitude and "
            f"longitude {frame}); expected a place in or beside the province",
            vi=f"Điểm {lat:.5f}, {lon:.5f} nằm xa ngoài {province.vi} (vĩ độ, kinh độ {frame}); "
            "cần một vị trí trong tỉnh hoặc giáp ranh.",
        )


def outline_json(hit: Hit) -> dict[str, Any] | None:
    """Return a hit's geometry as GeoJSON, thinned to what a screen shows; None for a raster."""
    if hit.geometry is None:
        return None
    west, south, east, north = hit.geometry.bounds
    thinned = hit.geometry.simplify(max(east - west, north - south) / 1_000)
    rounded = shapely.transform(thinned, lambda degrees: degrees.round(6))
    outline: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return outline


@dataclass(frozen=True)
class Entry:
    """
    One name the search box can find.

    `lon`, `lat` and `bounds` (west, south, east, north) are degrees, None for what has no place.
    """

    kind: Kind
    title: Bilingual
    context: str
    layer: str | None
    feature: str | None
    lon: float | None = None
    lat: float | None = None
    bounds: Bounds | None = None
    synthetic: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The folded names it answers to, the first the best."""
        title = dict.fromkeys((self.title.vi, self.title.en))
        return tuple(f for t in title for f in dict.fromkeys((comparable_name(t), plain(t))))


def search(ws: Workspace, text: str, *, limit: int = LIMIT) -> list[Entry]:
    """
    Find places, units old and new, layers and what is in the plan by name, accents or not.

    Whole names come before beginnings, beginnings before words inside, and the context (district,
    other name) last; then units, places, former units, layers, the plan and other features. What
    is synthetic comes after all else.
    """
    wanted = plain(text)
    if not wanted:
        return []
    bare = comparable_name(text) or wanted
    found = []
    for entry, names, context in gazetteer(ws):
        rank = _rank(names, context, wanted, bare)
        if rank is not None:
            order = (
                entry.synthetic,
                rank,
                KINDS.index(entry.kind),
                len(names[0]),
                collation_key(entry.title.vi),
            )
            found.append((order, entry))
    found.sort(key=lambda pair: pair[0])
    return [entry for _, entry in found[:limit]]


def nearest_place(ws: Workspace, lon: float, lat: float) -> tuple[Entry, float] | None:
    """Return the named place nearest to a point in degrees, and how many metres away it lies."""
    known = [
        entry
        for entry, _, _ in gazetteer(ws)
        if entry.kind == "place" and entry.lon is not None and not entry.synthetic
    ]
    if not known:
        return None
    there = np.array([[entry.lon, entry.lat] for entry in known], dtype="float64")
    here = np.broadcast_to([lon, lat], there.shape)
    away = _ELLIPSOID.inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])[2]
    first = int(np.argmin(away))
    return known[first], float(away[first])


def _rank(names: tuple[str, ...], context: str, wanted: str, bare: str) -> int | None:
    if wanted in names or bare in names:
        return 0
    if any(name.startswith((wanted, bare)) for name in names):
        return 1
    if any(f" {wanted}" in name or f" {bare}" in name for name in names):
        return 2
    words = wanted.split()
    whole = " ".join((*names, context))
    return 3 if all(word in whole for word in words) else None


@lru_cache(maxsize=8)
def gazetteer(ws: Workspace) -> tuple[tuple[Entry, tuple[str, ...], str], ...]:
    """Return every entry with its folded names and context, for one reader and generation."""
    entries = [*_layer_entries(ws), *_plan_entries(ws)]
    for layer in ws.layers:
        if layer.search and layer.id in ws.versions and may(ws.user, "view", layer.access):
            try:
                entries += list(_feature_entries(ws, layer))
            except StoreError as error:  # the other layers are still found
                logging.getLogger(__name__).error("%s", error)
    return tuple((entry, entry.names, plain(entry.context)) for entry in entries)


def _layer_entries(ws: Workspace) -> Iterator[Entry]:
    for layer in ws.layers:
        theme = ws.catalogue.theme(layer.theme)
        version = ws.versions.get(layer.id)
        seen = may(ws.user, "view", layer.access)
        bounds = version.bounds_lonlat if version and seen else None
        yield Entry("layer", layer.title, theme.title.vi, layer.id, None, bounds=bounds)


def _plan_entries(ws: Workspace) -> Iterator[Entry]:
    plan = ws.plan
    for target in plan.targets.values():
        yield Entry("target", target.title, target.section, None, target.id)
    for project in plan.projects.values():
        if project.access == "restricted":
            continue  # its record stands in the plan; the search box does not suggest it
        along = project.stretch
        stretch = f" · {along.route.upper()} {along.start}–{along.end}" if along else ""
        yield Entry("project", project.title, f"{project.section}{stretch}", None, project.id)
    for rule in plan.rules.values():
        yield Entry("rule", rule.title, f"{rule.section} · {rule.id}", None, rule.id)
    for agency in plan.agencies.values():
        yield Entry("agency", agency.title, ", ".join(agency.tasks), None, agency.id)


def _feature_entries(ws: Workspace, layer: Layer) -> Iterator[Entry]:
    assert layer.search is not None
    assert layer.name is not None
    seen = {field.name for field in ws.fields(layer)}
    if layer.name not in seen:
        return
    frame = ws.read(layer.id)
    places = _places(ws, layer, frame)
    synthetic = "synthetic" in ws.marks(layer.id)
    kind, context = layer.search.kind, [name for name in layer.search.context if name in seen]
    key = layer.key if seen.issuperset(layer.key) else ()
    for row, (lon, lat, bounds) in zip(frame.to_dict("records"), places, strict=True):
        name = row[layer.name]
        if not isinstance(name, str):
            continue
        beside = " · ".join(row[field] for field in context if isinstance(row[field], str))
        feature = "/".join(str(row[part]) for part in key) or None
        title = Bilingual(name, name)
        yield Entry(kind, title, beside, layer.id, feature, lon, lat, bounds, synthetic)


Place = tuple[float | None, float | None, Bounds | None]


def _places(ws: Workspace, layer: Layer, frame: pd.DataFrame) -> list[Place]:
    """Return where each row lies: its own place, or that of the feature it points to."""
    assert layer.search is not None
    if isinstance(frame, gpd.GeoDataFrame):
        return _own_places(frame)
    other, field = layer.search.layer, layer.search.field
    if other is None or other not in ws.versions or field not in frame:
        return [(None, None, None)] * len(frame)
    there = ws.catalogue.layer(other)
    key = there.key[0]
    if not may(ws.user, "view", there.access) or key not in {f.name for f in ws.fields(there)}:
        return [(None, None, None)] * len(frame)
    target = ws.read(other)
    assert isinstance(target, gpd.GeoDataFrame)
    index = dict(zip(target[key], _own_places(target), strict=True))
    return [index.get(value, (None, None, None)) for value in frame[field]]


def _own_places(frame: gpd.GeoDataFrame) -> list[Place]:
    shapes = frame.geometry.to_crs("EPSG:4326")
    inside = shapes.representative_point()
    return [
        (point.x, point.y, shape.bounds) if shape is not None else (None, None, None)
        for point, shape in zip(inside, shapes, strict=True)
    ]
