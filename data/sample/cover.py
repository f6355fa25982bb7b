"""Made-up forest cover: class rasters whose shares are the published ones."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

import rasterio
from rasterio.features import sieve
from rasterio.io import MemoryFile
from rasterio.shutil import copy as copy_raster

from sample.facts import CRS, numbers, read_facts
from sample.grid import Floats, Grid, Mask

OUTSIDE, BARE, NATURAL, FORMED, YOUNG = range(5)
Classes = npt.NDArray[np.uint8]

NATURAL_AREA_KHA = 831.018  # denominator of the published percentage, QĐ 236/QĐ-TTg
_SMALLEST_CELLS = 14
_ROUNDS = 25
_CLOSE_ENOUGH = 5e-5  # share of the province: half a hundredth of a point


@dataclass(frozen=True)
class Habitat:
    """
    How readily each cell carries forest, natural forest, and forest just planted.

    Cells that carry none (roads, settlements) have minus infinity in `forest`.
    """

    forest: Floats
    natural: Floats
    young: Floats


@dataclass(frozen=True)
class Shares:
    """Shares of the province under natural, planted and formed, planted and not formed forest."""

    natural: float
    formed: float
    young: float


def read_shares(facts: Path, year: int) -> Shares:
    """
    Read the shares of a year from the published figures.

    Natural and formed add up to the published cover; what is newly planted comes on top.
    """
    rows = read_facts(facts, "forest_gso_lang_son")
    row = rows.set_index("year")[["natural_kha", "newly_planted_kha", "cover_pct"]].T[str(year)]
    natural, young, cover = numbers(row)
    share = natural / NATURAL_AREA_KHA
    return Shares(share, cover / 100 - share, young / NATURAL_AREA_KHA)


def classify(habitat: Habitat, inside: Mask, wanted: Shares) -> Classes:
    """
    Give each cell a class so that the classes have the wanted shares and no specks.

    Parameters
    ----------
    habitat
        Fields over the grid.
    inside
        Cells of the province.
    wanted
        Shares of the cells inside.

    Returns
    -------
    classes
        `OUTSIDE`, `BARE`, `NATURAL`, `FORMED` or `YOUNG`.
    """
    total = int(inside.sum())
    target = np.array([wanted.natural, wanted.formed, wanted.young]) * total
    asked = target.copy()
    for _ in range(_ROUNDS):
        classes = _sweep(_threshold(habitat, inside, asked), inside)
        lacking = target - np.bincount(classes[inside], minlength=5)[NATURAL:]
        if np.abs(lacking).max() <= _CLOSE_ENOUGH * total:
            break
        asked += lacking  # what sweeping took is asked for again
    return classes


def _threshold(habitat: Habitat, inside: Mask, asked: Floats) -> Classes:
    natural, formed, young = asked.round().astype(int)
    classes = np.where(inside, BARE, OUTSIDE).astype(np.uint8).ravel()
    forest = _best(habitat.forest, np.flatnonzero(inside), natural + formed + young)
    classes[forest] = FORMED
    planted = _best(-habitat.natural, forest, formed + young)
    classes[np.setdiff1d(forest, planted)] = NATURAL
    classes[_best(habitat.young, planted, young)] = YOUNG
    return classes.reshape(inside.shape)


def _best(field: Floats, among: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return the `count` cells with the highest values."""
    chosen: npt.NDArray[np.int64] = among[np.argpartition(-field.ravel()[among], count)[:count]]
    return np.sort(chosen)


def _sweep(classes: Classes, inside: Mask) -> Classes:
    """Give patches of a few cells to the class around them."""
    swept: Classes = sieve(classes, _SMALLEST_CELLS, mask=inside)
    swept[~inside] = OUTSIDE
    return swept


def write_classes(classes: Classes, grid: Grid, path: Path) -> None:
    """Write classes as a cloud-optimised GeoTIFF, nodata 0."""
    profile = {
        "driver": "GTiff",
        "width": grid.columns,
        "height": grid.rows,
        "count": 1,
        "dtype": "uint8",
        "nodata": OUTSIDE,
        "crs": CRS,
        "transform": grid.transform,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as draft:
            draft.write(classes, 1)
        with memory.open() as draft:
            copy_raster(
                draft, path, driver="COG", compress="DEFLATE", level=9, blocksize=512,
                overview_resampling="mode", overviews="auto",
            )  # fmt: skip


def read_classes(path: Path) -> Classes:
    """Read the classes of a file written by `write_classes`."""
    with rasterio.open(path) as raster:
        classes: Classes = raster.read(1)
    return classes


def official_share_pct(classes: Classes) -> float:
    """Return natural and formed forest in percent of the cells inside."""
    counts = pd.Series(classes[classes != OUTSIDE]).value_counts()
    return float(100 * counts[[NATURAL, FORMED]].sum() / counts.sum())
