"""
Divide an area among points so that each receives a given share: a power diagram.

Aurenhammer, Hoffmann & Aronov, "Minkowski-type theorems and least-squares clustering" (1998): for
any sites and shares there are weights whose power diagram meets the shares; they are the maximum
of a concave function, found here by a damped Newton method.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo_app.errors import DataError

_GRID_M = 0.01
_ROUNDS = 40
_CORRECTIONS = 8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Edge:
    """The border between the cells of two sites, within the outline."""

    one: int
    other: int
    line: BaseGeometry


def divide(outline: Polygon, sites: Floats, shares: Floats) -> list[Polygon]:
    """
    Divide `outline` among `sites` in proportion to `shares`.

    Parameters
    ----------
    outline
        The area to divide, in a metric CRS.
    sites
        Coordinates, one row per site.
    shares
        Wanted sizes, one per site, in any unit.

    Returns
    -------
    cells
        One polygon per site, in their order: no overlap, no gap, vertices shared. Where a bay of
        the outline cuts a cell in two, the part without the site goes to its longest neighbour.
    """
    wanted = shares / shares.sum() * outline.area
    aim, weights = wanted.copy(), np.zeros(len(sites))
    for _ in range(_CORRECTIONS):
        weights, edges = _weigh(outline, sites, aim, weights)
        cells = _assemble(outline, edges, sites, weights)
        areas = shapely.area(np.array(cells))
        if np.abs(areas / wanted - 1).max() < 2e-3:
            break
        aim *= wanted / areas  # what went to a neighbour is asked for again
        aim *= outline.area / aim.sum()
    return cells


def _weigh(
    outline: Polygon, sites: Floats, wanted: Floats, weights: Floats
) -> tuple[Floats, list[_Edge]]:
    """Find the weights whose cells have the wanted areas, starting from `weights`."""
    areas, edges = _diagram(outline, sites, weights)
    for _ in range(_ROUNDS):
        if np.abs(areas / wanted - 1).max() < 1e-4:
            break
        step = _newton_step(edges, sites, wanted - areas)
        damping = 1.0
        while True:
            tried = weights + damping * step
            new_areas, new_edges = _diagram(outline, sites, tried)
            better = np.abs(new_areas - wanted).sum() < np.abs(areas - wanted).sum()
            if (better and new_areas.min() > 0.02 * wanted.min()) or damping < 1e-3:
                break
            damping /= 2
        weights, areas, edges = tried, new_areas, new_edges
    return weights, edges


def _newton_step(edges: list[_Edge], sites: Floats, lacking: Floats) -> Floats:
    """Solve for the change of weights that, to first order, supplies the lacking areas."""
    slope = np.zeros((len(sites), len(sites)))
    for edge in edges:
        i, j = edge.one, edge.other
        rate = edge.line.length / (2 * np.linalg.norm(sites[i] - sites[j]))
        slope[[i, j], [i, j]] += rate
        slope[[i, j], [j, i]] -= rate
    # Weights count only against each other: the first one is held.
    step = np.zeros(len(sites))
    step[1:] = np.linalg.solve(slope[1:, 1:], lacking[1:])
    return step


def _diagram(outline: Polygon, sites: Floats, weights: Floats) -> tuple[Floats, list[_Edge]]:
    """Return the areas of the cells within `outline`, and the edges between them."""
    areas, edges = np.zeros(len(sites)), []
    shapely.prepare(outline)
    for i in range(len(sites)):
        corners, neighbours = _convex_cell(outline.bounds, sites, weights, i)
        if len(corners) < 3:
            continue
        areas[i] = outline.intersection(Polygon(corners)).area
        for start, end, j in zip(corners, np.roll(corners, -1, axis=0), neighbours, strict=True):
            if j > i:
                line = outline.intersection(LineString([start, end]))
                if line.length > 0:
                    edges.append(_Edge(i, int(j), line))
    return areas, edges


def _convex_cell(
    bounds: tuple[float, float, float, float], sites: Floats, weights: Floats, i: int
) -> tuple[Floats, Floats]:
    """Cut a box down to the cell of site `i`: its corners, and the site across each side."""
    west, south, east, north = bounds
    corners = np.array([[west, south], [east, south], [east, north], [west, north]])
    across = np.full(4, -1)
    normals = sites - sites[i]
    limits = (np.square(sites).sum(axis=1) - weights - np.square(sites[i]).sum() + weights[i]) / 2
    for j in np.argsort(np.square(normals).sum(axis=1))[1:]:
        beyond = corners @ normals[j] - limits[j]
        if (beyond > 0).any():
            corners, across = _cut(corners, across, beyond, int(j))
            if not len(corners):
                break
    return corners, across


def _cut(corners: Floats, across: Floats, beyond: Floats, j: int) -> tuple[Floats, Floats]:
    """Cut off the corners beyond the line towards site `j` (Sutherland & Hodgman)."""
    kept, sides = [], []
    for k, corner in enumerate(corners):
        following = (k + 1) % len(corners)
        inside, stays = beyond[k] <= 0, beyond[following] <= 0
        if inside:
            kept.append(corner)
            sides.append(across[k])
        if inside != stays:
            part = beyond[k] / (beyond[k] - beyond[following])
            kept.append(corner + part * (corners[following] - corner))
            sides.append(j if inside else across[k])
    return np.array(kept), np.array(sides)


def _assemble(
    outline: Polygon, edges: list[_Edge], sites: Floats, weights: Floats
) -> list[Polygon]:
    """Build the cells from their common edges, so that neighbours share every vertex."""
    lines = [outline.exterior, *(edge.line for edge in edges)]
    net = shapely.union_all(lines, grid_size=_GRID_M)
    faces = np.array(shapely.polygonize([net]).geoms)
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    distance = np.square(inside[:, None, :] - sites[None, :, :]).sum(axis=2) - weights
    owner = distance.argmin(axis=1)
    _give_away_strays(faces, owner, sites)
    return [unite(faces[owner == i]) for i in range(len(sites))]


def unite(cells: Any) -> Polygon:
    """Unite cells that share their vertices, keeping every vertex of the common outline."""
    united = shapely.coverage_union_all(cells)
    if not isinstance(united, Polygon):
        message = f"the union of {len(cells)} cells is a {united.geom_type}; expected one polygon"
        raise DataError(message)
    return united


def _give_away_strays(faces: npt.NDArray[np.object_], owner: Floats, sites: Floats) -> None:
    """Give each face that does not hold its site to the neighbour with the longest border."""
    tree = shapely.STRtree(faces)
    home = {int(i): int(face) for i, face in tree.query(shapely.points(sites), "within").T}
    for face in np.argsort(shapely.area(faces))[::-1]:
        if face in home.values():
            continue
        near = [other for other in tree.query(faces[face]) if other in home.values()]
        shared = [faces[face].intersection(faces[other]).length for other in near]
        owner[face] = owner[near[int(np.argmax(shared))]]
