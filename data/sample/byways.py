"""Made-up commune and village roads, hardened where the register says so, with gaps."""

from collections import Counter

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

import geopandas as gpd
import shapely

from sample.facts import CRS
from sample.grid import Cells
from sample.ground import Ground, cells_at
from sample.network import MAIN, Step, chain, join_up
from sample.roadbook import GRADES, SURFACES, draw, upkeep_years, widths
from sample.services import assign_commune
from sample.tracing import cut_short, draw_line

_SEED = 318
_LOOPS = 90
_ALSO_HARDENED = 0.12  # share of the sections hardened though no reported village needs them
_FALSE_REPORTS = 0.035  # share of the villages reported as hardened that are not
_SPUR_M = 60.0
_NEAR_MISSES = 70
_UNREACHED = 55
_NEAR_MISS_M = (5, 60)
_UNREACHED_M = (250, 1200)


def lay_byways(
    ground: Ground, communes: gpd.GeoDataFrame, villages: gpd.GeoDataFrame, trunk: set[Step]
) -> tuple[gpd.GeoDataFrame, set[int]]:
    """
    Join the villages with the roads that are there.

    Parameters
    ----------
    ground
        The grid.
    communes, villages
        The layers `communes_2025` and `villages`.
    trunk
        Steps of the provincial and district roads.

    Returns
    -------
    roads
        Lines, columns of the layer `rural_roads`.
    joints
        Cells where another road joins or a village lies: the trunk roads keep a vertex there.
    """
    rng = np.random.default_rng(_SEED)
    homes = cells_at(ground, villages.geometry)
    roots = np.union1d(np.flatnonzero(ground.main), np.array([list(step) for step in trunk]))
    steps = _join_villages(ground, homes, roots)
    hardened = _harden(steps, homes, roots, villages, rng)
    stops = {*roots.tolist(), *homes.tolist()}
    chains = chain(steps, stops)
    degree = Counter(cell for step in [*steps, *trunk] for cell in step)
    joints = {cell for cell, count in degree.items() if count > 2} | set(homes.tolist())
    lines = [draw_line(cells, ground.points, set()) for cells in chains]
    paved = np.array([_step(cells[0], cells[1]) in hardened for cells in chains])
    leaf = _leaf_ends(chains, homes, degree)
    lines = _leave_gaps(lines, leaf, rng)
    spurs, spur_paved = _spurs(ground, villages, homes)
    frame = gpd.GeoDataFrame(
        {
            "paved": np.concatenate([paved, spur_paved]),
            "road_class_2023": ["xa" if end == 0 else "thon" for end in leaf]
            + ["thon"] * len(spurs),
        },
        geometry=[*lines, *spurs],
        crs=CRS,
    )
    return _fill_register(frame, communes, ground, rng), joints


def _step(a: int, b: int) -> Step:
    return (min(a, b), max(a, b))


def _join_villages(ground: Ground, homes: Cells, roots: Cells) -> set[Step]:
    apart = np.unique(homes[~np.isin(homes, roots)])
    sources = np.concatenate([roots, apart])
    groups = np.concatenate([np.full(len(roots), MAIN), np.arange(1, len(apart) + 1)])
    tree, loops = join_up(ground.cost, sources, groups, _LOOPS)
    return {step for way in [*tree, *loops] for step in way.steps}


def _harden(
    steps: set[Step],
    homes: Cells,
    roots: Cells,
    villages: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> set[Step]:
    """Harden the way to every village reported so, but for some reports that do not hold."""
    ends = np.array(sorted(steps)).T
    cells, place = np.unique(ends, return_inverse=True)
    a, b = place.reshape(ends.shape)
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(len(cells), len(cells))).tocsr()
    _, before, _ = dijkstra(
        graph, directed=False, indices=np.flatnonzero(np.isin(cells, roots)),
        min_only=True, return_predecessors=True,
    )  # fmt: skip
    reported = villages["road_hardened"].fillna(0).astype(bool).to_numpy()
    held = reported & (rng.random(len(homes)) > _FALSE_REPORTS)
    hardened: set[Step] = set()
    for home in homes[held & np.isin(homes, cells)]:
        here = int(np.searchsorted(cells, home))
        while before[here] >= 0:
            hardened.add(_step(int(cells[here]), int(cells[before[here]])))
            here = int(before[here])
    return hardened


def _leaf_ends(chains: list[list[int]], homes: Cells, degree: Counter[int]) -> list[int]:
    """Tell which end of each chain is a village at the end of its road: -1 start, 1 end, 0 none."""
    villages = set(homes.tolist())
    ends = []
    for cells in chains:
        first, last = (degree[c] == 1 and c in villages for c in (cells[0], cells[-1]))
        ends.append(1 if last else -1 if first else 0)
    return ends


def _leave_gaps(
    lines: list[shapely.LineString], leaf: list[int], rng: np.random.Generator
) -> list[shapely.LineString]:
    """Cut some village roads short: at the road they should join, or before their village."""
    long_enough = [k for k, end in enumerate(leaf) if end and lines[k].length > 500]
    chosen = rng.permutation(long_enough)[: _NEAR_MISSES + _UNREACHED]
    gaps = list(lines)
    for rank, k in enumerate(chosen):
        near_miss = rank < _NEAR_MISSES
        gap = rng.uniform(*(_NEAR_MISS_M if near_miss else _UNREACHED_M))
        gap = min(gap, 0.6 * lines[k].length)
        gaps[k] = cut_short(lines[k], gap, at_start=(leaf[k] == 1) == near_miss)
    return gaps


def _spurs(
    ground: Ground, villages: gpd.GeoDataFrame, homes: Cells
) -> tuple[list[shapely.LineString], list[bool]]:
    """Draw the last metres to villages that lie off the road through their cell."""
    here = shapely.get_coordinates(villages.geometry)
    road = ground.points[homes]
    off = np.hypot(*(here - road).T) > _SPUR_M
    lines = [shapely.LineString([a, b]) for a, b in zip(road[off], here[off], strict=True)]
    hardened = villages["road_hardened"].fillna(0).astype(bool)[off]
    return lines, hardened.tolist()


def _fill_register(
    frame: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    ground: Ground,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    frame = assign_commune(frame, communes)
    paved = frame.pop("paved") | (rng.random(len(frame)) < _ALSO_HARDENED)
    kind = np.where(paved, "hard", "soft")
    serial = frame.groupby("commune_code").cumcount() + 1
    frame["section_code"] = "GT-" + frame["commune_code"] + "-" + serial.astype(str).str.zfill(3)
    word = frame["road_class_2023"].map({"xa": "Đường xã", "thon": "Đường thôn"})
    frame["name"] = word + " mẫu " + serial.astype(str) + " – " + frame.pop("commune")
    frame["road_class_now"] = frame["road_class_2023"]
    middle = gpd.GeoSeries(shapely.line_interpolate_point(frame.geometry, 0.5, normalized=True))
    steep = ground.steep.ravel()[cells_at(ground, middle)]
    frame["terrain"] = np.where(steep, "mountain", "plain")
    grades = [draw(GRADES[k], 1, rng)[0] for k in kind]
    frame["grade"] = grades
    frame["surface"] = [draw(SURFACES[k], 1, rng)[0] for k in kind]
    frame[["width_m", "roadbed_m"]] = widths(grades, frame["terrain"], rng)
    frame["year_maintained"] = upkeep_years(len(frame), rng, 0.6)
    frame["length_km"] = (frame.length / 1000).round(3)
    return pd.DataFrame(frame).pipe(gpd.GeoDataFrame, geometry="geometry", crs=CRS)
