"""
Made-up villages and commune centres.

The number of villages is that of the register of December 2021; where they stand, what they are
called and who lives there is made up. Villages stand low, near roads, in clusters.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

import geopandas as gpd
import shapely

from sample import services
from sample.facts import CRS, locate, read_facts
from sample.grid import Cells, Floats, Grid, Mask
from sample.land import Land, open_workshop, read_land
from sample.relief import rank

VILLAGES = 1523  # thôn, without the 153 tổ dân phố
_SEED = 1523
_CLEAR_OF_OUTLINE_M = 1000.0  # the outline is generalised by up to 0.8 km
_CLEAR_OF_BORDER_M = 250.0
_SPACING_CELLS = 4
_CROWDING = 0.6  # villages grow slower than area
_NOT_HARDENED = 0.235
_NOT_REPORTED = 0.01


def build(facts: Path, shapefiles: Path, rasters: Path) -> None:  # noqa: ARG001
    """Write villages, commune centres, settlements, markets and hospitals."""
    workshop = open_workshop(facts, shapefiles)
    land = read_land(workshop)
    villages = found_villages(land)
    workshop.write("villages", villages)
    centres = name_centres(facts)
    workshop.write("commune_centres", centres)
    services.build(workshop, villages, centres)


def found_villages(land: Land) -> gpd.GeoDataFrame:
    """
    Found the villages, each in its commune, numbered from north to south.

    Returns
    -------
    villages
        One row per village, columns of the layer `villages`, points.
    """
    rng = np.random.default_rng(_SEED)
    grid = land.grid
    counts = apportion(land.communes.area.to_numpy() ** _CROWDING, VILLAGES)
    order = _rank_cells(land, rng)
    taken = np.zeros(grid.shape, dtype=bool)
    frames = []
    for (_, commune), count in zip(land.communes.iterrows(), counts, strict=True):
        cells = _choose_cells(commune, count, order, grid, land, taken)
        frames.append(_register(commune, cells, grid, rng))
    villages = pd.concat(frames, ignore_index=True)
    return _report_roads(villages, land, rng)


def apportion(weights: Floats, total: int) -> npt.NDArray[np.int64]:
    """
    Share out `total` whole things by weight, by the largest remainders.

    >>> apportion(np.array([1.0, 1.0, 2.0]), 5)
    array([1, 1, 3])
    """
    exact = weights / weights.sum() * total
    counts: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    late = np.argsort(counts - exact, kind="stable")[: total - counts.sum()]
    counts[late] += 1
    return counts


def _rank_cells(land: Land, rng: np.random.Generator) -> Floats:
    """Draw each cell's place in the queue: low, near a road and in a cluster comes early."""
    near_road = np.exp(-land.grid.distance_m(land.grid.burn(land.roads.geometry)) / 2500)
    cluster = land.grid.noise(_SEED, 1500.0)
    log_weight = -3.6 * land.relief + np.log(0.5 + near_road) + 0.6 * cluster
    draw: Floats = log_weight + rng.gumbel(size=land.grid.shape)
    return draw


def _choose_cells(
    commune: pd.Series, count: int, order: Floats, grid: Grid, land: Land, taken: Mask
) -> Cells:
    """Take the first `count` cells of a commune that keep their distance from those taken."""
    room = commune.geometry.buffer(-_CLEAR_OF_BORDER_M) & land.outline.buffer(-_CLEAR_OF_OUTLINE_M)
    free = np.flatnonzero(grid.burn([room]))
    chosen: list[int] = []
    for cell in free[np.argsort(-order.ravel()[free], kind="stable")]:
        row, column = divmod(int(cell), grid.columns)
        if taken[row, column]:
            continue
        reach = _SPACING_CELLS
        taken[row - reach : row + reach + 1, column - reach : column + reach + 1] = True
        chosen.append(int(cell))
        if len(chosen) == count:
            break
    return np.sort(np.array(chosen))


def _register(
    commune: pd.Series, cells: Cells, grid: Grid, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Name and people the villages of one commune."""
    number = np.arange(1, len(cells) + 1)
    households = np.clip(rng.lognormal(np.log(92), 0.42, len(cells)), 24, 320).astype(int)
    people = (households * rng.uniform(3.7, 4.5, len(cells))).round().astype(int)
    points = grid.centres[cells] + rng.uniform(-35, 35, (len(cells), 2)).round(1)
    return gpd.GeoDataFrame(
        {
            "village_code": [f"{commune.commune_code}{n:03d}" for n in number],
            "name": [f"Thôn {n} – {commune['name']}" for n in number],
            "commune_code": commune.commune_code,
            "kind": "thon",
            "households": households,
            "population": people,
        },
        geometry=shapely.points(points),
        crs=CRS,
    )


def _report_roads(
    villages: gpd.GeoDataFrame, land: Land, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Report, as a commune would, whether the road to each village centre is hardened."""
    cells = land.grid.cells_of(shapely.get_coordinates(villages.geometry))
    road_m = land.grid.distance_m(land.grid.burn(land.roads.geometry, touched=True))
    habit = land.grid.noise(_SEED + 1, 2500.0)
    remote = 0.6 * rank(road_m, land.inside) + land.relief + 0.45 * habit
    drawn = remote.ravel()[cells] + 0.35 * rng.standard_normal(len(cells))
    hardened = pd.Series(drawn < np.quantile(drawn, 1 - _NOT_HARDENED), dtype="boolean")
    paved = np.where(rng.random(len(cells)) < 0.86, "btxm", "nhua")
    loose = np.where(rng.random(len(cells)) < 0.55, "dat", "cap_phoi")
    surface = pd.Series(np.where(hardened, paved, loose), dtype=object)
    silent = rng.random(len(cells)) < _NOT_REPORTED
    return villages.assign(
        road_hardened=hardened.mask(silent), road_surface=surface.mask(silent, None)
    )


def name_centres(facts: Path) -> gpd.GeoDataFrame:
    """Return the point of each commune's facts as its centre, columns of `commune_centres`."""
    communes = locate(read_facts(facts, "communes_65"))
    names = communes["name"]
    return gpd.GeoDataFrame(
        {
            "commune_code": communes["nso_code"],
            "name": "Trung tâm " + names.str[:1].str.lower() + names.str[1:],
            "kind": np.where(names.str.startswith("Phường"), "phuong", "xa"),
        },
        geometry=communes.geometry,
        crs=CRS,
    )
