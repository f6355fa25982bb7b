"""A raster layer's data: where it stands and how it lies on the ground, without an open handle."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Raster:
    """
    A single-band raster of class codes.

    `transform` is the affine transform (a, b, c, d, e, f) from column and row to CRS units;
    `bounds` is (minx, miny, maxx, maxy) in `crs`.
    """

    path: Path
    crs: str
    transform: tuple[float, float, float, float, float, float]
    width: int
    height: int
    nodata: float | None
    bounds: tuple[float, float, float, float]
