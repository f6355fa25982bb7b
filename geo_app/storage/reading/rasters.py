"""Delivered class rasters: their classes counted, and brought into another CRS on purpose."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rasterio
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.warp import calculate_default_transform, reproject

from geo_app.errors import CrsError, DataError
from geo_app.storage.reading.vector import unreadable


@dataclass(frozen=True)
class Classes:
    """
    What a raster of classes holds: cells and hectares by code; cells without data do not count.

    In degrees a cell's area is that of its trapezoid on the WGS 84 ellipsoid.
    """

    crs: str
    cells: Mapping[int, int]
    area_ha: Mapping[int, float]


def count_classes(path: Path) -> Classes:
    """
    Count a raster's classes, block by block.

    Raises
    ------
    DataError
        If it cannot be read, or is not one band of whole numbers.
    CrsError
        If it has no CRS.
    """
    cells: Counter[int] = Counter()
    area_m2: Counter[int] = Counter()
    try:
        with rasterio.open(path) as data:
            _check(path, data)
            rows_m2 = _cell_areas_m2(data)
            for _, window in data.block_windows(1):
                block = data.read(1, window=window)
                valid = np.full(block.shape, fill_value=True)
                if data.nodata is not None:
                    valid = block != data.nodata
                row = np.broadcast_to(np.arange(block.shape[0])[:, None], block.shape)[valid]
                codes, inverse = np.unique(block[valid], return_inverse=True)
                weights = rows_m2[window.row_off + row]
                sums = np.bincount(inverse, weights, minlength=len(codes))
                counts = np.bincount(inverse, minlength=len(codes))
                for code, count, area in zip(codes, counts, sums, strict=True):
                    cells[int(code)] += int(count)
                    area_m2[int(code)] += float(area)  # type: ignore[assignment]
            crs = data.crs.to_string()
    except RasterioError as error:
        raise unreadable(path, error) from error
    return Classes(crs, dict(sorted(cells.items())), {c: a / 1e4 for c, a in area_m2.items()})


def reproject_classes(source: Path, target: Path, crs: str) -> float:
    """
    Write a class raster in another CRS, each cell the class nearest to its middle.

    Returns
    -------
    cell_m
        The side of the new cells, metres.

    Raises
    ------
    DataError
        If it cannot be read, or is not one band of whole numbers.
    CrsError
        If it has no CRS.
    """
    try:
        with rasterio.open(source) as data:
            _check(source, data)
            transform, width, height = calculate_default_transform(
                data.crs, crs, data.width, data.height, *data.bounds
            )
            nodata = data.nodata if data.nodata is not None else _free_code(data)
            profile = {
                **{"driver": "GTiff", "count": 1, "dtype": data.dtypes[0], "crs": crs},
                **{"width": width, "height": height, "transform": transform, "nodata": nodata},
                **{"compress": "deflate", "tiled": True, "bigtiff": "if_safer"},
            }
            with rasterio.open(target, "w", **profile) as made:
                reproject(
                    rasterio.band(data, 1),
                    rasterio.band(made, 1),
                    src_nodata=data.nodata,
                    dst_nodata=nodata,
                    init_dest_nodata=True,
                    resampling=Resampling.nearest,
                )
    except RasterioError as error:
        raise unreadable(source, error) from error
    return float(transform.a)


def _check(path: Path, data: rasterio.DatasetReader) -> None:
    if data.crs is None:
        message = f"{path}: the raster has no CRS; ask the sender which it is, and declare it"
        raise CrsError(message)
    kind = np.dtype(data.dtypes[0])
    if data.count != 1 or kind.kind not in "ui":
        message = f"{path}: found {data.count} bands of {kind}; expected one band of class codes"
        raise DataError(message)


def _free_code(data: rasterio.DatasetReader) -> int:
    """Return a code that no cell has: corners of the new grid lie outside the old one."""
    taken: set[int] = set()
    for _, window in data.block_windows(1):
        taken |= set(np.unique(data.read(1, window=window)).tolist())
    most = np.iinfo(data.dtypes[0]).max
    return int(next(code for code in range(min(most, 65_535), -1, -1) if code not in taken))


def _cell_areas_m2(data: rasterio.DatasetReader) -> NDArray[np.float64]:
    """Return the area of a cell in each row."""
    across, down = abs(data.transform.a), abs(data.transform.e)
    if not data.crs.is_geographic:
        return np.full(data.height, across * down)
    ellipsoid = CRS("EPSG:4326").ellipsoid
    assert ellipsoid is not None
    a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    e = math.sqrt(1 - (b / a) ** 2)
    edges = np.radians(data.transform.f + data.transform.e * np.arange(data.height + 1))
    sine = np.sin(edges)
    # Area of a zone from the equator (Snyder 1987, 3-12), per radian of longitude.
    curved = np.log((1 + e * sine) / (1 - e * sine)) / (2 * e)
    zone = b**2 / 2 * (sine / (1 - (e * sine) ** 2) + curved)
    areas: NDArray[np.float64] = np.abs(np.diff(zone)) * math.radians(across)
    return areas
