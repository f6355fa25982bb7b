"""Where roads may run: costs, and the point that every cell lends to the lines through it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

import geopandas as gpd
import shapely

from sample.grid import Cells, Floats, Grid, Mask
from sample.land import Land

_SEED = 9215
_FACTOR = 2  # cells of 200 m
_SLOPE = 7.0
_ROUGHNESS = 0.3
_EDGE_M = 900.0  # the outline is generalised by up to 0.8 km
_EDGE_COST = 25.0
_WANDER_M = 55.0


@dataclass(frozen=True)
class Ground:
    """
    The grid that roads are laid on.

    Attributes
    ----------
    cost
        Cost of crossing each cell; infinite outside the province.
    main
        Cells with a national road.
    points
        The point of each cell, one row per cell.
    steep
        Whether each cell counts as mountain terrain.
    """

    grid: Grid
    cost: Floats
    main: Mask
    points: Floats
    steep: Mask


def survey(land: Land, stations: Sequence[gpd.GeoSeries]) -> Ground:
    """
    Lay the ground for roads.

    Parameters
    ----------
    land
        The province.
    stations
        Points that roads lead to, later ones before earlier ones: each becomes its cell's point.
    """
    fine = land.grid
    grid = Grid(
        fine.west_m, fine.north_m, fine.cell_m * _FACTOR,
        fine.rows // _FACTOR, fine.columns // _FACTOR,
    )  # fmt: skip
    blocks = land.relief.reshape(grid.rows, _FACTOR, grid.columns, _FACTOR)
    relief = np.minimum(blocks.mean(axis=(1, 3)), 1.0)
    cost = (1 + _SLOPE * np.square(relief)) * np.exp(_ROUGHNESS * grid.noise(_SEED, 350.0))
    inner = grid.burn([land.outline.buffer(-_EDGE_M)])
    cost = np.where(inner, cost, cost * _EDGE_COST)
    cost[~grid.burn([land.outline.buffer(-grid.cell_m / 2)])] = np.inf
    points = _lend_points(grid, stations)
    main = _join_roads(grid, land.roads, points)
    return Ground(grid, cost, main & np.isfinite(cost), points, relief > 0.4)


def _lend_points(grid: Grid, stations: Sequence[gpd.GeoSeries]) -> Floats:
    rng = np.random.default_rng(_SEED)
    points = (grid.centres + rng.uniform(-_WANDER_M, _WANDER_M, grid.centres.shape)).round(1)
    for station in stations:
        coordinates = shapely.get_coordinates(station)
        points[grid.cells_of(coordinates)] = coordinates
    return points


def _join_roads(grid: Grid, roads: gpd.GeoDataFrame, points: Floats) -> Mask:
    """Move the points of cells on a national road to the nearest vertex of these roads."""
    along = shapely.segmentize(roads.geometry.to_numpy(), grid.cell_m / 4)
    main = np.unique(grid.cells_of(shapely.get_coordinates(along)))
    vertices = shapely.get_coordinates(roads.geometry)
    points[main] = vertices[KDTree(vertices).query(grid.centres[main])[1]]
    mask = np.zeros(grid.shape, dtype=bool)
    mask.ravel()[main] = True
    return mask


def cells_at(ground: Ground, points: gpd.GeoSeries) -> Cells:
    """Return the cell of each point."""
    return ground.grid.cells_of(shapely.get_coordinates(points))
