"""Delivered elevation: brought into a plane CRS and turned, strip by strip, into whole numbers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rasterio
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.warp import calculate_default_transform
from rasterio.windows import Window

from geo_app.errors import CrsError, DataError
from geo_app.storage.reading.vector import unreadable

NODATA = 255
_STRIP = 512

Transform = Callable[[NDArray[np.float64], float], NDArray[np.float64]]


def write_derived(source: Path, target: Path, crs: str, derive: Transform, *, halo: int) -> float:
    """
    Write a raster of bytes derived from the heights around each cell.

    Parameters
    ----------
    source
        One band of heights in metres, in any CRS.
    target
        GeoTIFF to write, `NODATA` where nothing is known.
    crs
        A projected CRS in metres; heights are interpolated bilinearly into square cells.
    derive
        Takes heights with `halo` more cells on every side (NaN: unknown) and the cell's side in
        metres; returns values from 0 to 254, which are rounded, NaN for unknown.

    Returns
    -------
    cell_m
        The side of the cells, metres.

    Raises
    ------
    DataError
        If it cannot be read, or is not one band.
    CrsError
        If it has no CRS.
    """
    try:
        with rasterio.open(source) as data:
            _check(source, data)
            transform, width, height = calculate_default_transform(
                data.crs, CRS(crs).to_wkt(), data.width, data.height, *data.bounds
            )
            place = {"crs": crs, "transform": transform, "width": width, "height": height}
            profile = {"driver": "GTiff", "count": 1, "dtype": "uint8", "nodata": NODATA, **place}
            warp = {**place, "resampling": Resampling.bilinear, "dtype": "float64"}
            with (
                WarpedVRT(data, nodata=np.nan, src_nodata=data.nodata, **warp) as heights,
                rasterio.open(target, "w", compress="deflate", tiled=True, **profile) as made,
            ):
                for top in range(0, height, _STRIP):
                    rows = min(_STRIP, height - top)
                    around = _read(heights, top, rows, halo)
                    values = derive(around, float(transform.a))
                    whole = np.where(np.isnan(values), NODATA, np.rint(values))
                    made.write(whole.astype("uint8"), 1, window=Window(0, top, width, rows))
    except RasterioError as error:
        raise unreadable(source, error) from error
    return float(transform.a)


def _read(heights: WarpedVRT, top: int, rows: int, halo: int) -> NDArray[np.float64]:
    """Read rows with a margin; outside the raster nothing is known."""
    first, last = max(0, top - halo), min(heights.height, top + rows + halo)
    strip = heights.read(1, window=Window(0, first, heights.width, last - first))
    missing = (halo - (top - first), halo - (last - top - rows))
    around: NDArray[np.float64] = np.pad(
        strip.astype("float64"), (missing, (halo, halo)), constant_values=np.nan
    )
    return around


def _check(path: Path, data: rasterio.DatasetReader) -> None:
    if data.crs is None:
        message = f"{path}: the raster has no CRS; ask the sender which it is, and declare it"
        raise CrsError(message)
    if data.count != 1:
        message = f"{path}: found {data.count} bands; expected one band of heights in metres"
        raise DataError(message)
