"""Small rasters of classes, and zones over them."""

from pathlib import Path

import numpy as np

import geopandas as gpd
import rasterio
import shapely
from rasterio.transform import from_origin

from geo_app.domain.raster import Raster

METRIC = "EPSG:9215"
EAST, NORTH = 400_000.0, 2_400_000.0


def write_raster(
    path: Path,
    cells: np.ndarray,
    crs: str = METRIC,
    cell: float = 100.0,
    corner: tuple[float, float] = (EAST, NORTH),
    nodata: int | None = 0,
) -> Raster:
    height, width = cells.shape
    profile = {
        "driver": "GTiff",
        "width": width,
        "height": height,
        "count": 1,
        "dtype": cells.dtype,
        "crs": crs,
        "transform": from_origin(*corner, cell, cell),
        "nodata": nodata,
    }
    with rasterio.open(path, "w", **profile) as data:
        data.write(cells, 1)
        return Raster(
            path, crs, tuple(data.transform)[:6], width, height, nodata, tuple(data.bounds)
        )


def random_ground(
    seed: int, cells: int = 120, count: int = 12
) -> tuple[np.ndarray, gpd.GeoDataFrame]:
    """Return random classes, and Voronoi cells over them."""
    rng = np.random.default_rng(seed)
    points = shapely.MultiPoint(rng.uniform(0, cells, (count, 2)))
    frame = shapely.box(2, 2, cells - 2, cells - 2)
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    shapes = shapely.intersection(parts, frame)
    shapes = shapely.transform(shapes, lambda c: np.array([EAST, NORTH]) + c * [100, -100])
    return rng.integers(0, 5, (cells, cells)).astype("uint8"), gpd.GeoDataFrame(
        geometry=shapes, crs=METRIC
    )
