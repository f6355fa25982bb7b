"""
Made-up forest: the cover of 2008 and 2015, and the blocks of 2014 and 2015.

Only the totals are real, those of the statistics; forest stands on the heights of a made-up
relief, away from the made-up villages and roads.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from sample.closing import YEAR, close_year
from sample.cover import NATURAL, YOUNG, Habitat, classify, read_shares, write_classes
from sample.facts import locate, numbers, read_facts
from sample.grid import Floats, Grid
from sample.land import Land, open_workshop, read_land
from sample.stands import divide_forest
from sample.writing import Workshop

_SEED = 831
_STAGES = {2: "natural", 3: "planted_formed", 4: "planted_young"}
_PARTS = ["natural_kha", "planted_kha", "newly_planted_kha"]
_RESERVE = "dl_huu_lien"
_RESERVE_RADIUS_M = np.sqrt(8293.4 * 1e4 / np.pi)  # the reserve has 8,293.4 ha
_PROTECTION = 0.22  # share of the blocks, those highest and nearest the border
_OUTSIDE_PLAN = 0.05  # share of the planted blocks, those lowest
_CLEAR_OF_VILLAGE_M = 220.0


def build(facts: Path, shapefiles: Path, rasters: Path) -> None:
    """Write the cover of 2008 and 2015 and the forest blocks of 2014 and 2015."""
    workshop = open_workshop(facts, shapefiles)
    land = read_land(workshop)
    wild_m = _distance_from_people(workshop, land.grid)
    now = _habitat_2015(land, wild_m)
    before = _habitat_2008(now, land.grid)
    classes = {}
    for year, habitat in ((2008, before), (2015, now)):
        classes[year] = classify(habitat, land.inside, read_shares(facts, year))
        write_classes(classes[year], land.grid, rasters / f"forest_{year}.tif")
    blocks = divide_forest(classes[2015], land.grid, land.communes)
    series = read_facts(facts, "forest_gso_lang_son").set_index("year")
    earlier_ha = 1000 * numbers(series.loc[str(YEAR - 1), _PARTS])
    now, before = close_year(_describe(blocks, workshop, land), *earlier_ha)
    workshop.write("forest", now)
    workshop.write("forest_blocks_2014", before)


def _distance_from_people(workshop: Workshop, grid: Grid) -> Floats:
    """Return the distance to villages, settlements and roads; 0 where no forest may stand."""
    roads = ("national_roads", "provincial_roads", "district_roads")
    lines = [line for name in roads for line in workshop.read(name).geometry]
    villages = workshop.read("villages").buffer(_CLEAR_OF_VILLAGE_M)
    settled = grid.burn([*villages, *workshop.read("settlements").geometry], touched=True)
    return grid.distance_m(settled | grid.burn(lines, touched=True))


def _habitat_2015(land: Land, wild_m: Floats) -> Habitat:
    grid = land.grid
    forest = (
        1.3 * land.relief
        + 0.16 * grid.noise(_SEED, 900.0)
        + 0.07 * grid.noise(_SEED + 1, 260.0)
        - 0.6 * np.exp(-np.square(wild_m / 450))
    )
    forest[wild_m == 0] = -np.inf
    natural = (
        land.relief
        + 0.5 * np.tanh(wild_m / 2500)
        + 0.35 * grid.noise(_SEED + 2, 2600.0)
        + 0.2 * grid.noise(_SEED + 3, 650.0)
    )
    return Habitat(forest, natural, grid.noise(_SEED + 4, 330.0))


def _habitat_2008(now: Habitat, grid: Grid) -> Habitat:
    """Change the habitat of 2015 a little: most of the forest of 2008 still stood in 2015."""
    return Habitat(
        now.forest + 0.24 * grid.noise(_SEED + 5, 700.0),
        now.natural + 0.12 * grid.noise(_SEED + 6, 700.0),
        grid.noise(_SEED + 7, 330.0),
    )


def _describe(blocks: gpd.GeoDataFrame, workshop: Workshop, land: Land) -> gpd.GeoDataFrame:
    """Fill in what the forest register says of each block."""
    rng = np.random.default_rng(_SEED)
    stage = blocks.pop("forest_class")
    natural, young = stage == NATURAL, stage == YOUNG
    count = len(blocks)
    years = np.where(young, rng.integers(2012, 2016, count), rng.integers(1992, 2012, count))
    return blocks.assign(
        stage=stage.map(_STAGES),
        origin=np.where(natural, "natural", "planted"),
        formed=~young,
        type=_assign_type(blocks, ~natural, workshop, land),
        species=_plant(blocks, natural, workshop, land, rng),
        year_planted=pd.Series(years, dtype="Int64").mask(natural),
        area_ha=(blocks.area / 1e4).round(2),
    )


def _assign_type(
    blocks: gpd.GeoDataFrame, planted: pd.Series, workshop: Workshop, land: Land
) -> pd.Series:
    """Assign the purpose: a reserve about its known point, protection high up and by the border."""
    points = shapely.point_on_surface(blocks.geometry.to_numpy())
    height = land.relief.ravel()[land.grid.cells_of(shapely.get_coordinates(points))]
    by_border = shapely.distance(points, workshop.read("border_line").union_all()) < 6000
    need = pd.Series(height + 0.45 * by_border)
    places = locate(read_facts(workshop.facts, "places")).set_index("id")
    reserve = shapely.distance(points, places.geometry[_RESERVE]) < _RESERVE_RADIUS_M
    types = pd.Series("san_xuat", index=blocks.index)
    types[need >= need.quantile(1 - _PROTECTION)] = "phong_ho"
    low = pd.Series(height).where(planted)
    types[low <= low.quantile(_OUTSIDE_PLAN)] = "ngoai_quy_hoach"
    types[reserve & ~planted] = "dac_dung"
    return types


def _plant(
    blocks: gpd.GeoDataFrame,
    natural: pd.Series,
    workshop: Workshop,
    land: Land,
    rng: np.random.Generator,
) -> pd.Series:
    """Draw each block's species group by the habits of its former district."""
    district = land.communes.set_index("commune_code")["former_district"]
    where = blocks["commune_code"].map(district)
    origin = pd.Series(np.where(natural, "natural", "planted"), index=blocks.index)
    habits = read_facts(workshop.facts, "forest_species")
    species = pd.Series(None, index=blocks.index, dtype=object)
    for key, rows in habits.groupby(["former_district", "origin"], sort=True):
        here = (where == key[0]) & (origin == key[1])
        chances = numbers(rows["share_pct"]).to_numpy()
        species[here] = rng.choice(rows["species"], int(here.sum()), p=chances / chances.sum())
    return species
