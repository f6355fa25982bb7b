"""Made-up forest blocks: the cover of 2015 divided into polygons that share their edges."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

import geopandas as gpd
import shapely
from rasterio.features import shapes, sieve

from sample.cover import BARE, Classes
from sample.facts import CRS
from sample.grid import Floats, Grid

_SEED = 2017
_SPACING_M = 2700.0
_WARP_M = 420.0
_SMALLEST_CELLS = 10
_SOFTEN_M = 34.0
_SIMPLIFY_M = 150.0
_SMALLEST_M2 = 3000.0  # forest is 0.3 ha at least (Law on Forestry 2017, article 2)
_COMPARTMENT_M = 3600.0


def divide_forest(classes: Classes, grid: Grid, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Divide the forest into blocks, each of one class and in one commune.

    Parameters
    ----------
    classes
        Class of each cell, as of `sample.cover`.
    grid
        The cells.
    communes
        The layer `communes_2025`.

    Returns
    -------
    blocks
        Polygons without overlap: `forest_class`, `commune_code`, `compartment`, `forest_code`.
    """
    key = np.where(classes > BARE, _nearest_seed(grid) * 10 + classes, 0)
    codes, dense = np.unique(key, return_inverse=True)
    dense = sieve(dense.reshape(grid.shape).astype(np.int32), _SMALLEST_CELLS)
    pairs = list(shapes(dense, mask=dense > 0, transform=grid.transform))
    found = codes[np.array([int(value) for _, value in pairs])]
    polygons = np.array([shapely.geometry.shape(mapping) for mapping, _ in pairs])
    polygons = shapely.coverage_simplify(_soften(polygons, grid), _SIMPLIFY_M)
    # After simplifying: so that blocks on both sides of a commune's boundary meet on it.
    home, whole = shapely.STRtree(polygons).query(communes.geometry.to_numpy(), "intersects")
    parts = shapely.intersection(polygons[whole], communes.geometry.to_numpy()[home])
    blocks = gpd.GeoDataFrame(
        {
            "forest_class": found[whole] % 10,
            "commune_code": communes["commune_code"].to_numpy()[home],
        },
        geometry=[_polygonal(part) for part in parts],
        crs=CRS,
    )
    return _number(blocks[blocks.area >= _SMALLEST_M2])


def _nearest_seed(grid: Grid) -> npt.NDArray[np.int64]:
    """Return each cell's nearest seed; the distance is warped, so that edges wander."""
    rng = np.random.default_rng(_SEED)
    east = np.arange(grid.west_m, grid.west_m + grid.columns * grid.cell_m, _SPACING_M)
    north = np.arange(grid.north_m - grid.rows * grid.cell_m, grid.north_m, _SPACING_M)
    seeds = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    seeds += rng.uniform(-0.45, 0.45, seeds.shape) * _SPACING_M
    warp = [grid.noise(_SEED + k, 450.0).ravel() * _WARP_M for k in (1, 2)]
    nearest = KDTree(seeds).query(grid.centres + np.stack(warp, axis=1))[1]
    numbers: npt.NDArray[np.int64] = nearest.reshape(grid.shape)
    return numbers


def _soften(polygons: npt.NDArray[np.object_], grid: Grid) -> npt.NDArray[np.object_]:
    """Move every corner of a cell a little, the same way for all blocks that share it."""
    rng = np.random.default_rng(_SEED + 3)
    moves = rng.uniform(-_SOFTEN_M, _SOFTEN_M, (grid.rows + 1, grid.columns + 1, 2)).round(1)

    def move(corners: Floats) -> Floats:
        column = ((corners[:, 0] - grid.west_m) / grid.cell_m).round().astype(int)
        row = ((grid.north_m - corners[:, 1]) / grid.cell_m).round().astype(int)
        moved: Floats = corners + moves[row, column]
        return moved

    # Every corner must be a vertex on both sides before it moves.
    softened: npt.NDArray[np.object_] = shapely.transform(
        shapely.segmentize(polygons, grid.cell_m), move
    )
    return softened


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep the polygons that are large enough to be forest."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept = parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) >= _SMALLEST_M2)]
    polygon: shapely.Geometry = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return polygon


def _number(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give numbers to compartments, and to blocks within their compartment."""
    centre = shapely.get_coordinates(shapely.centroid(blocks.geometry.to_numpy()))
    square = pd.DataFrame(np.floor(centre / _COMPARTMENT_M), columns=["e", "n"], index=blocks.index)
    blocks = blocks.assign(e=square["e"], n=-square["n"], north=-centre[:, 1])
    blocks = blocks.sort_values(["commune_code", "n", "e", "north"]).reset_index(drop=True)
    place = blocks.groupby(["commune_code", "n", "e"], sort=False)
    blocks["compartment"] = (place.ngroup() + 1).astype(str).str.zfill(4)
    serial = (place.cumcount() + 1).astype(str).str.zfill(2)
    blocks["forest_code"] = blocks["commune_code"] + "-" + blocks["compartment"] + "-" + serial
    return blocks.drop(columns=["e", "n", "north"])
