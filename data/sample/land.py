"""What the made-up layers stand on: outline, communes, main roads, and a made-up relief."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo_app.storage.catalogue import read_catalogue
from sample.grid import Floats, Grid, Mask, grid_over
from sample.relief import shape_relief
from sample.writing import Workshop

CELL_M = 100.0
_LAYERS = Path(__file__).resolve().parents[2] / "layers"


@dataclass(frozen=True)
class Land:
    """The province as the earlier stages wrote it, with a grid and the relief over it."""

    outline: BaseGeometry
    communes: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    grid: Grid
    inside: Mask
    relief: Floats


def open_workshop(facts: Path, shapefiles: Path) -> Workshop:
    """Open the workshop over the project's own catalogue."""
    return Workshop(facts, shapefiles, read_catalogue(_LAYERS))


def read_land(workshop: Workshop) -> Land:
    """Read the outline, communes and national roads, and raise the relief."""
    outline = workshop.read("province_outline").union_all()
    roads = workshop.read("national_roads")
    grid = grid_over(outline, CELL_M)
    inside = grid.burn([outline])
    relief = shape_relief(grid, inside, list(roads.geometry))
    return Land(outline, workshop.read("communes_2025"), roads, grid, inside, relief)
