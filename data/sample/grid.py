"""A regular grid over the province: where cells lie, what covers them, coherent random fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from affine import Affine
from scipy.ndimage import distance_transform_edt, gaussian_filter

import shapely
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """Square cells, rows from north to south; a cell's number counts along the rows."""

    west_m: float
    north_m: float
    cell_m: float
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def transform(self) -> Affine:
        """From column and row to easting and northing."""
        return Affine(self.cell_m, 0, self.west_m, 0, -self.cell_m, self.north_m)

    @cached_property
    def centres(self) -> Floats:
        """Easting and northing of every cell's centre, one row per cell."""
        east = self.west_m + (np.arange(self.columns) + 0.5) * self.cell_m
        north = self.north_m - (np.arange(self.rows) + 0.5) * self.cell_m
        return np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)

    def cells_of(self, points: Floats) -> Cells:
        """Return the number of the cell that holds each point."""
        column = np.floor((points[:, 0] - self.west_m) / self.cell_m).astype(np.int64)
        row = np.floor((self.north_m - points[:, 1]) / self.cell_m).astype(np.int64)
        return row * self.columns + column

    def burn(self, shapes: Sequence[BaseGeometry], *, touched: bool = False) -> Mask:
        """Mark the cells whose centre lies in a shape; with `touched` every cell it meets."""
        numbers = self.number(shapes, touched=touched)
        return numbers >= 0

    def number(self, shapes: Sequence[BaseGeometry], *, touched: bool = False) -> Cells:
        """Return the position in `shapes` of the shape over each cell, -1 where there is none."""
        pairs = [(shape, i + 1) for i, shape in enumerate(shapes)]
        burnt = rasterize(
            pairs, self.shape, transform=self.transform, all_touched=touched, dtype="int32"
        )
        numbers: Cells = burnt.astype(np.int64) - 1
        return numbers

    def distance_m(self, mask: Mask) -> Floats:
        """Return the distance of every cell to the nearest marked one."""
        distance: Floats = distance_transform_edt(~mask, sampling=self.cell_m)
        return distance

    def noise(self, seed: int, reach_m: float) -> Floats:
        """Return a random field of mean 0 and deviation 1, coherent over `reach_m`."""
        raw = np.random.default_rng(seed).standard_normal(self.shape)
        smooth = gaussian_filter(raw, reach_m / self.cell_m)
        field: Floats = (smooth - smooth.mean()) / smooth.std()
        return field


def grid_over(area: BaseGeometry, cell_m: float) -> Grid:
    """Lay a grid over the bounds of `area`, its edges on whole kilometres."""
    west, south, east, north = shapely.bounds(area)
    west, south = (np.floor(v / 1000) * 1000 for v in (west, south))
    east, north = (np.ceil(v / 1000) * 1000 for v in (east, north))
    rows, columns = round((north - south) / cell_m), round((east - west) / cell_m)
    return Grid(float(west), float(north), cell_m, rows, columns)
