"""How well coordinates fit lines that are in place already."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import geopandas as gpd
import shapely

_VERTICES = 400
_SEGMENTS = 400_000


class Reference:
    """
    Boundaries and courses of layers in place, ready to measure against.

    Parameters
    ----------
    frames
        Polygons or lines, each in its own CRS.
    crs
        The metric CRS everything is measured in.
    """

    def __init__(self, frames: Sequence[gpd.GeoDataFrame], crs: str) -> None:
        segments = [_segments(frame.to_crs(crs)) for frame in frames if len(frame)]
        kept = np.concatenate(segments) if segments else np.empty(0, dtype=object)
        self._tree = shapely.STRtree(kept[:_SEGMENTS])

    def __bool__(self) -> bool:
        return len(self._tree) > 0

    def residual_m(self, points: NDArray[np.float64]) -> float:
        """
        Return the median distance of points to the nearest line, metres.

        Parameters
        ----------
        points
            Shape (n, 2), easting and northing in the reference's CRS.
        """
        chosen = points[:: max(1, len(points) // _VERTICES)]
        _, distances = self._tree.query_nearest(
            shapely.points(chosen), return_distance=True, all_matches=False
        )
        return float(np.median(distances))


def _segments(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return every straight piece of a frame's outlines and lines."""
    geometry = frame.geometry.dropna().to_numpy()
    polygons = np.isin(shapely.get_type_id(geometry), (3, 6))
    lines = np.where(polygons, shapely.boundary(geometry), geometry)
    lines = shapely.get_parts(lines)
    lines = lines[np.isin(shapely.get_type_id(lines), (1, 2))]
    points, owner = shapely.get_coordinates(lines, return_index=True)
    joined = owner[1:] == owner[:-1]
    pairs = np.stack([points[:-1][joined], points[1:][joined]], axis=1)
    return np.asarray(shapely.linestrings(pairs), dtype=object)
