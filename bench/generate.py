"""
Make N parcels that tile the box of the province, the same ones for the same seed.

Run ``python bench/generate.py N OUT.gpkg``; the benchmarks import `generate`.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

CRS = "EPSG:9215"
BOUNDS = (380_000.0, 2_359_000.0, 511_000.0, 2_485_000.0)
LAND_USES = ("LUC", "RSX", "RPH", "ONT", "CLN", "DGT")
SHARES = (0.22, 0.40, 0.18, 0.06, 0.10, 0.04)
JITTER = 0.3  # of the distance between lattice points: below one half the rings stay simple
SQUARE_METRES_PER_HECTARE = 10_000.0
# The eight lattice points around a cell, anticlockwise, and the first again.
RING = np.array([(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0)])


def generate(count: int, *, seed: int = 1) -> gpd.GeoDataFrame:
    """
    Make `count` jittered quadrilaterals of eight vertices that share their borders.

    Parameters
    ----------
    count
        Number of parcels; one with many divisors gives parcels closer to squares.
    seed
        The same seed gives the same parcels.

    Returns
    -------
    parcels
        Columns parcel_code, land_use, area_ha, name, geometry; EPSG:9215.
    """
    random = np.random.default_rng(seed)
    rows, columns = _grid(count)
    lattice = _lattice(rows, columns, random)
    row, column = np.divmod(np.arange(count), columns)
    rings = lattice[2 * row[:, None] + RING[:, 0], 2 * column[:, None] + RING[:, 1]]
    geometry = shapely.polygons(rings)
    codes = pd.Series(np.arange(count)).astype(str).str.zfill(7)
    content = {
        "parcel_code": "P" + codes,
        "land_use": random.choice(LAND_USES, size=count, p=SHARES),
        "area_ha": np.round(shapely.area(geometry) / SQUARE_METRES_PER_HECTARE, 4),
        "name": "Thửa đất số " + codes,
    }
    return gpd.GeoDataFrame(content, geometry=geometry, crs=CRS)


def write(parcels: gpd.GeoDataFrame, path: Path) -> None:
    """Write `parcels` as a GeoPackage."""
    parcels.to_file(path, driver="GPKG", engine="pyogrio", layer="parcels")


def _grid(count: int) -> tuple[int, int]:
    """Return rows and columns, their product `count`, with cells as square as can be."""
    west, south, east, north = BOUNDS
    wanted = (count * (north - south) / (east - west)) ** 0.5
    divisors = [number for number in range(1, count + 1) if count % number == 0]
    rows = min(divisors, key=lambda number: abs(np.log(number / wanted)))
    return rows, count // rows


def _lattice(rows: int, columns: int, random: np.random.Generator) -> np.ndarray:
    """Return the jittered lattice points [row, column, (x, y)]; those of the rim stay put."""
    west, south, east, north = BOUNDS
    x = np.linspace(west, east, 2 * columns + 1)
    y = np.linspace(south, north, 2 * rows + 1)
    lattice = np.stack(np.meshgrid(x, y), axis=-1)
    shift = random.uniform(-JITTER, JITTER, size=lattice[1:-1, 1:-1].shape)
    lattice[1:-1, 1:-1] += shift * (x[1] - x[0], y[1] - y[0])
    return lattice


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="number of parcels")
    parser.add_argument("out", type=Path, help="GeoPackage to write")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write(generate(options.count, seed=options.seed), options.out)


if __name__ == "__main__":
    main()
