"""
What the maps load of a published version: GeoJSON while it is small, tiles when it is not.

Tiles are two files: a picture of the low zooms, where a feature would be a speck, and vector tiles
from the zoom on where features can be told apart. Neither leaves a feature out.
"""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
from freestiler import freestile
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, all_tiles

import geopandas as gpd
import rasterio
import shapely
from pyproj import Transformer
from rasterio.warp import transform_bounds

from geo_app.domain.layer import Layer
from geo_app.errors import CrsError, DataError
from geo_app.render.overview import (
    HALF_WORLD_M,
    TILE,
    ClassRaster,
    Painting,
    Polygons,
    Strokes,
    Zooms,
    classify,
    palette_of,
    pixel_size,
    write_pyramid,
)
from geo_app.render.scanline import take_apart

GEOJSON_FEATURES = 3_000
GEOJSON_VERTICES = 150_000
GEOJSON_BYTES = 1_500_000
GEOJSON_DECIMALS = 6
"""About 0.1 m, as RFC 7946 recommends."""

LOWEST_ZOOM = 8
"""The whole province on one screen."""
HIGHEST_ZOOM = 16
DETAIL_ZOOM = 14
"""Vector tiles go at least this far: a step of their grid is 0.6 m."""
TYPICAL_PX = 16.0
"""Polygons are drawn as vectors from the zoom where half of them are wider than this."""
OUTLINE_PX = 6.0
TILE_FEATURES = 4_000
TILE_BYTES = 500_000

Geometries = NDArray[np.object_]
Progress = Callable[[str], None]
Manifest = dict[str, Any]


def write_display(
    frame: gpd.GeoDataFrame,
    layer: Layer,
    folder: Path,
    *,
    name: str = "public",
    fields: Sequence[str],
    progress: Progress,
) -> Manifest:
    """
    Write what the maps load of `frame`.

    Of the fields only key, legend field, name and accuracy go along: the rest is asked for by
    feature. Features without geometry are left out.

    Parameters
    ----------
    frame
        Features of `layer`, in any CRS pyproj knows.
    layer
        Gives legend, key and the name of the vector tiles' layer.
    folder
        Made if it is not there.
    name
        Start of the file names: the access class the files are for.
    fields
        Fields this access class may see.
    progress
        Told in short what is being done.

    Returns
    -------
    manifest
        Kind, file names relative to `folder`, zooms.

    Raises
    ------
    CrsError
        If `frame` has no CRS, or a coordinate lies outside of where it is defined.
    DataError
        If not even the highest zoom makes the tiles light enough.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = _drawn(frame, layer, fields)
    if _is_small(drawn):
        content = _to_geojson(drawn)
        if len(content) <= GEOJSON_BYTES:
            progress(f"geojson: {len(drawn)} features")
            return _write_geojson(content, folder / f"{name}.geojson", len(drawn))
    return _write_tiles(drawn, layer, folder, name, progress)


def _drawn(frame: gpd.GeoDataFrame, layer: Layer, fields: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the features that have geometry in EPSG:4326, with the fields the maps need."""
    if frame.crs is None:
        message = f"layer {layer.id}: the features have no CRS; expected {layer.crs}; declare it"
        raise CrsError(message)
    wanted = (*layer.key, layer.legend.field, layer.name, layer.accuracy)
    names = [n for n in dict.fromkeys(wanted) if n in fields and n in frame.columns]
    geometries = frame.geometry.to_numpy()
    shown = frame[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
    columns = {field: _plain(shown[field]) for field in names}
    geometry = _to_lonlat(shown.geometry.to_numpy(), frame, layer)
    return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326", index=shown.index)


def _plain(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Write dates as text, and find the type of a column of objects."""
    if pd.api.types.is_datetime64_any_dtype(column):
        text: pd.Series[Any] = column.dt.strftime("%Y-%m-%d")
        return text
    return column.convert_dtypes() if column.dtype == object else column


def _to_lonlat(geometries: Geometries, frame: gpd.GeoDataFrame, layer: Layer) -> Geometries:
    transformer = Transformer.from_crs(frame.crs, "EPSG:4326", always_xy=True)
    flat = shapely.force_2d(geometries)
    coordinates, owner = shapely.get_coordinates(flat, return_index=True)
    lonlat = np.column_stack(transformer.transform(*coordinates.T))
    lost = np.flatnonzero(~np.isfinite(lonlat).all(axis=1))
    if len(lost):
        x, y = coordinates[lost[0]]
        message = (
            f"layer {layer.id}: feature {owner[lost[0]] + 1} of those with geometry: found "
            f"({x:g}, {y:g}), which {frame.crs.to_string()} cannot place on the earth; "
            "check the CRS and the coordinates"
        )
        raise CrsError(message)
    placed: Geometries = shapely.set_coordinates(flat, lonlat)
    return placed


def _is_small(drawn: gpd.GeoDataFrame) -> bool:
    if len(drawn) > GEOJSON_FEATURES:
        return False
    return int(shapely.get_num_coordinates(drawn.geometry.to_numpy()).sum()) <= GEOJSON_VERTICES


def _to_geojson(drawn: gpd.GeoDataFrame) -> bytes:
    """Return a FeatureCollection of RFC 7946: right-hand rings, six decimals."""
    rounded = shapely.transform(
        drawn.geometry.to_numpy(), lambda lonlat: np.round(lonlat, GEOJSON_DECIMALS)
    )
    geometries = shapely.to_geojson(shapely.orient_polygons(rounded, exterior_cw=False))
    names = [column for column in drawn.columns if column != drawn.geometry.name]
    columns = [drawn[column].astype(object) for column in names]
    rows = zip(*(column.where(column.notna(), None) for column in columns), strict=True)
    properties = rows if names else (() for _ in range(len(drawn)))
    features = [
        {
            "type": "Feature",
            "geometry": orjson.Fragment(geometry),
            "properties": dict(zip(names, row, strict=True)),
        }
        for geometry, row in zip(geometries, properties, strict=True)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _write_geojson(content: bytes, path: Path, features: int) -> Manifest:
    path.write_bytes(content)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, mtime=0))
    return {"kind": "geojson", "file": path.name, "bytes": len(content), "features": features}


def _write_tiles(
    drawn: gpd.GeoDataFrame, layer: Layer, folder: Path, name: str, progress: Progress
) -> Manifest:
    path = folder / f"{name}.pmtiles"
    mercator = _to_mercator(drawn.geometry.to_numpy())
    zooms = _write_vector_tiles(drawn, layer, path, _first_zoom(mercator), progress)
    manifest: Manifest = {
        "kind": "tiles",
        "layer": layer.id,
        "overview": None,
        "tiles": {"file": path.name, "min_zoom": zooms.first, "max_zoom": zooms.last},
    }
    if zooms.first > LOWEST_ZOOM:
        picture = folder / f"{name}-overview.pmtiles"
        below = Zooms(LOWEST_ZOOM, zooms.first - 1)
        painting = _painting(drawn, mercator, layer, below)
        write_pyramid(painting, picture, zooms=below, palette=palette_of(layer), progress=progress)
        manifest["overview"] = _overview(picture, below)
    if layer.labels is not None and len(drawn) <= GEOJSON_FEATURES:
        manifest["names"] = _write_names(drawn, folder / f"{name}-names.geojson")
    return manifest


def _write_names(drawn: gpd.GeoDataFrame, path: Path) -> Manifest:
    """Write a point inside each feature, for its name: vector tiles cut features in pieces."""
    return _write_geojson(
        _to_geojson(drawn.set_geometry(drawn.geometry.representative_point())), path, len(drawn)
    )


def _overview(path: Path, zooms: Zooms) -> Manifest:
    return {"file": path.name, "min_zoom": zooms.first, "max_zoom": zooms.last}


def _to_mercator(geometries: Geometries) -> Geometries:
    """Project degrees to metres of EPSG:3857."""

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = np.radians(lonlat).T
        radius = HALF_WORLD_M / np.pi
        return np.column_stack([radius * lon, radius * np.arctanh(np.sin(lat))])

    projected: Geometries = shapely.transform(geometries, project)
    return projected


def _first_zoom(mercator: Geometries) -> int:
    """
    Choose the zoom vector tiles start at.

    A few thousand features, however heavy, start at the lowest; of more, polygons where half of
    them are wider than `TYPICAL_PX`, lines and points where no tile holds too many.
    """
    zoom = LOWEST_ZOOM
    if len(mercator) <= GEOJSON_FEATURES:
        return zoom
    while zoom < HIGHEST_ZOOM and (
        0 < _typical_width(mercator) < TYPICAL_PX * pixel_size(zoom)
        or _most_in_a_tile(mercator, zoom) > TILE_FEATURES
    ):
        zoom += 1
    return zoom


def _typical_width(mercator: Geometries) -> float:
    """Return the median side of a square as large as a polygon, metres; 0 for lines, points."""
    return float(np.median(np.sqrt(shapely.area(mercator))))


def _most_in_a_tile(mercator: Geometries, zoom: int) -> int:
    boxes = shapely.bounds(mercator)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    column, row = np.floor_divide(centres, TILE * pixel_size(zoom)).astype(np.int64).T
    return int(np.unique(column << 32 | row & 0xFFFF_FFFF, return_counts=True)[1].max())


def _write_vector_tiles(
    drawn: gpd.GeoDataFrame, layer: Layer, path: Path, zoom: int, progress: Progress
) -> Zooms:
    """Write vector tiles from `zoom`, or from the first zoom above it at which all are light."""
    while zoom <= HIGHEST_ZOOM:
        zooms = Zooms(zoom, max(zoom, DETAIL_ZOOM))
        progress(f"vector tiles: zoom {zooms.first} to {zooms.last}")
        freestile(
            drawn,
            path,
            layer_name=layer.id,
            min_zoom=zooms.first,
            max_zoom=zooms.last,
            quiet=True,
        )
        heavy = _heavy_zooms(path)
        if not heavy:
            return zooms
        zoom = max(heavy) + 1
    message = (
        f"layer {layer.id}: a vector tile at zoom {HIGHEST_ZOOM} is larger than "
        f"{TILE_BYTES // 1000} kB; simplify the geometries or split the layer"
    )
    raise DataError(message)


def _heavy_zooms(path: Path) -> set[int]:
    with path.open("rb") as file:
        tiles = all_tiles(MmapSource(file))
        return {zoom for (zoom, _, _), tile in tiles if len(tile) > TILE_BYTES}


def _painting(
    drawn: gpd.GeoDataFrame, mercator: Geometries, layer: Layer, zooms: Zooms
) -> Painting:
    """Take the features apart in pixels of the finest zoom, each with its legend class."""
    field = layer.legend.field
    values = drawn[field] if field in drawn.columns else None
    classes = classify(values, layer.legend, len(drawn))
    fills = np.concatenate([[0], 1 + 2 * classes]).astype(np.uint8)
    corner, scale = np.array([-HALF_WORLD_M, HALF_WORLD_M]), pixel_size(zooms.last)
    edges = take_apart(shapely.transform(mercator, lambda p: (p - corner) / (scale, -scale)))
    dimension = shapely.get_dimensions(mercator[0])
    if dimension < 2:
        strokes = fills + (fills > 0).astype(np.uint8)
        return Strokes(edges, strokes, brush=2 - dimension)
    wide = _typical_width(mercator) / (OUTLINE_PX * scale)
    return Polygons(edges, fills, outlined=int(np.floor(np.log2(max(wide, 0.5)))) + 1)


def write_raster_display(
    raster: Path, layer: Layer, folder: Path, *, name: str = "public", progress: Progress
) -> Manifest:
    """
    Write the tiles the maps load of a class raster, in the legend's colours.

    Cells without data, and classes the legend does not name, are transparent.

    Parameters
    ----------
    raster
        Single band of class codes, uint8, any CRS.

    Raises
    ------
    CrsError
        If the raster has no CRS.
    DataError
        If it is not of type uint8, or holds no class of the legend.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-overview.pmtiles"
    painting = _raster_painting(raster, layer)
    zooms = Zooms(min(LOWEST_ZOOM, painting.zoom), painting.zoom)
    write_pyramid(painting, path, zooms=zooms, palette=palette_of(layer), progress=progress)
    return {"kind": "raster", "overview": _overview(path, zooms)}


def _raster_painting(raster: Path, layer: Layer) -> ClassRaster:
    with rasterio.open(raster) as source:
        if source.crs is None:
            message = f"{raster.name}: the raster has no CRS; expected {layer.crs}; declare it"
            raise CrsError(message)
        if source.dtypes[0] != "uint8":
            message = f"{raster.name}: found type {source.dtypes[0]}; class codes are uint8"
            raise DataError(message)
        nodata, width, height = source.nodata, source.width, source.height
        west, south, east, north = transform_bounds(source.crs, "EPSG:3857", *source.bounds)
    cell = np.sqrt((east - west) * (north - south) / (width * height))
    levels = np.ceil(np.log2(2 * HALF_WORLD_M / TILE / cell))
    zoom = int(np.clip(levels, LOWEST_ZOOM, HIGHEST_ZOOM))
    scale = pixel_size(zoom)
    box = (west + HALF_WORLD_M, HALF_WORLD_M - north, east + HALF_WORLD_M, HALF_WORLD_M - south)
    left, top, right, bottom = (side / scale for side in box)
    codes, unused = _raster_codes(layer, nodata)
    return ClassRaster(raster, zoom, (left, top, right, bottom), codes, nodata, unused)


def _raster_codes(layer: Layer, nodata: float | None) -> tuple[NDArray[np.uint8], int]:
    """Return the palette's code of each cell value, and a value that shows nothing."""
    classes = classify(pd.Series(range(256)), layer.legend, 256)
    codes = np.where(classes < len(layer.legend.classes), 1 + 2 * classes, 0).astype(np.uint8)
    if nodata is not None:
        codes[int(nodata)] = 0
    silent = np.flatnonzero(codes == 0)
    if not len(silent):
        message = f"layer {layer.id}: the legend holds all 256 values; one must mean no data"
        raise DataError(message)
    return codes, int(silent[0])
