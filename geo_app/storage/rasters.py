"""Class rasters as cloud-optimised GeoTIFF: written, described and read at a point."""

import math
from pathlib import Path

import numpy as np

import rasterio
from pyproj import CRS, Transformer
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.shutil import copy

from geo_app.domain.layer import Layer
from geo_app.domain.raster import Raster
from geo_app.errors import CrsError, DataError, StoreError


def write_raster(source: Path, layer: Layer, path: Path) -> None:
    """
    Copy a class raster into the record as a COG, after checking it.

    Raises
    ------
    CrsError
        If it has no CRS, or not the layer's.
    DataError
        If it cannot be read to its end, or is not a single band of whole-number codes.
    OSError
        If the copy cannot be written.
    """
    describe(source, layer)
    try:
        _read_through(source)
    except RasterioError as error:
        message = f"{source}: cannot be read to its end: {error}; is it complete?"
        raise DataError(message) from error
    try:
        copy(source, path, driver="COG", compress="deflate", overview_resampling="nearest")
        _read_through(path)
    except (RasterioError, CPLE_BaseError) as error:  # `copy` lets GDAL's own error through
        message = f"{path}: cannot be written: {error}"
        raise OSError(message) from error


def _read_through(path: Path) -> None:
    """Read every block, which GDAL does not do when it opens a file."""
    with rasterio.open(path) as data:
        for _, window in data.block_windows(1):
            data.read(1, window=window)


def describe(path: Path, layer: Layer) -> Raster:
    """Describe a raster, refusing what cannot be a record of `layer`."""
    try:
        with rasterio.open(path) as data:
            kind, bands, crs = np.dtype(data.dtypes[0]), data.count, data.crs
            raster = Raster(
                path=path,
                crs=layer.crs or "",
                transform=tuple(data.transform)[:6],
                width=data.width,
                height=data.height,
                nodata=data.nodata,
                bounds=tuple(data.bounds),
            )
    except RasterioError as error:
        message = f"{path}: cannot be read as a raster: {error}"
        raise DataError(message) from error
    if crs is None:
        message = f"{path}: the raster has no CRS; declare it (expected {layer.crs})"
        raise CrsError(message)
    if not CRS(crs.to_wkt()).equals(CRS(layer.crs), ignore_axis_order=True):
        message = f"{path}: found CRS {crs.to_string()}; expected {layer.crs}"
        raise CrsError(message)
    if bands != 1 or kind.kind not in "ui":
        message = f"{path}: found {bands} bands of {kind}; expected one band of class codes"
        raise DataError(message)
    return raster


def open_raster(path: Path, layer: Layer) -> Raster:
    """
    Describe a raster of the store.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    try:
        return describe(path, layer)
    except (DataError, CrsError) as error:
        message = f"{path}: damaged; roll the layer back or import it again"
        raise StoreError(message) from error


def value_at(raster: Raster, x: float, y: float) -> int | None:
    """Read the class code at a point in the raster's CRS; None outside or where there is none."""
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    try:
        with rasterio.open(raster.path) as data:
            row, column = data.index(x, y)
            if not (0 <= row < data.height and 0 <= column < data.width):
                return None
            value = int(data.read(1, window=((row, row + 1), (column, column + 1)))[0, 0])
    except RasterioError as error:
        message = f"{raster.path}: damaged ({error}); roll the layer back or import it again"
        raise StoreError(message) from error
    return None if raster.nodata is not None and value == raster.nodata else value


def lonlat_bounds(raster: Raster) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) in degrees."""
    transformer = Transformer.from_crs(raster.crs, "EPSG:4326", always_xy=True)
    return transformer.transform_bounds(*raster.bounds)


def area_of_use(crs: str) -> tuple[float, float, float, float]:
    """
    Return where a CRS is meant to be used, in degrees (west, south, east, north).

    Raises
    ------
    CrsError
        If the registry names no such area.
    """
    area = CRS(crs).area_of_use
    if area is None:
        message = f"{crs}: the registry names no area of use; publish the province's outline first"
        raise CrsError(message)
    return (area.west, area.south, area.east, area.north)
