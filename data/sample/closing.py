"""Made-up yearly close: what became of some blocks in 2015, and the forest file of 2014."""

import numpy as np
import numpy.typing as npt
import pandas as pd

import geopandas as gpd

Rows = npt.NDArray[np.int64]

_SEED = 1231
_HARVESTED_HA, _CONVERTED_HA = 300.0, 150.0  # made up, small: the totals stay the published ones
_REPLANTED = 0.3  # share of the area planted in 2015 that was forest harvested in that year
_UNTOLD_HA = 500.0  # made up: every real file has changes without a cause
YEAR = 2015


def close_year(
    blocks: gpd.GeoDataFrame, natural_ha: float, planted_ha: float, young_ha: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Tell the causes of a year's changes, and turn the file back by a year.

    Parameters
    ----------
    blocks
        Forest at the end of the year, described.
    natural_ha, planted_ha, young_ha
        Published totals of the year before: natural, planted, of it not yet formed.

    Returns
    -------
    now, before
        The file of the year with `change_cause`; the file of the year before without it.
    """
    drawing = _Drawing(blocks)
    formed, young = blocks["stage"] == "planted_formed", blocks["stage"] == "planted_young"
    natural = blocks["stage"] == "natural"
    bare = {
        "harvested": drawing.take(formed & (blocks["area_ha"] < 30), _HARVESTED_HA),
        "converted": drawing.take(formed & (blocks["area_ha"] < 15), _CONVERTED_HA),
    }
    fresh = np.flatnonzero(young & (blocks["year_planted"] == YEAR).fillna(False))
    drawing.free[fresh] = False
    replanted = fresh[: int(len(fresh) * _REPLANTED)]
    planted = fresh[len(replanted) :]
    old_young_ha = blocks["area_ha"][young].sum() - drawing.hectares(fresh)
    grown = drawing.take(formed, young_ha - old_young_ha)
    untold = drawing.take(natural, _UNTOLD_HA)
    held_ha = blocks["area_ha"][formed | young].sum() - drawing.hectares(planted)
    remeasured = np.concatenate(
        [
            drawing.take(natural, blocks["area_ha"][natural].sum() - _UNTOLD_HA - natural_ha),
            drawing.take(formed, held_ha - planted_ha),
        ]
    )
    causes = pd.Series(None, index=blocks.index, dtype=object)
    told = {"planted": planted, "grown": grown, "remeasured": remeasured, **bare}
    for cause, rows in told.items():
        causes.iloc[rows] = cause
    causes.iloc[replanted] = "harvested"
    now = _cleared(blocks, np.concatenate(list(bare.values()))).assign(change_cause=causes)
    return now, _turned_back(blocks, replanted, grown).drop(
        index=blocks.index[np.concatenate([planted, untold, remeasured])]
    )


def _cleared(blocks: gpd.GeoDataFrame, rows: Rows) -> gpd.GeoDataFrame:
    """Return the blocks with some of them bare."""
    there = np.isin(np.arange(len(blocks)), rows)
    return blocks.assign(
        stage=blocks["stage"].mask(there, "no_forest"),
        origin=blocks["origin"].mask(there, "none"),
        formed=blocks["formed"] & ~there,
        species=blocks["species"].mask(there),
        year_planted=blocks["year_planted"].mask(there),
    )


def _turned_back(blocks: gpd.GeoDataFrame, replanted: Rows, grown: Rows) -> gpd.GeoDataFrame:
    """Return the blocks as they were: those replanted stood, those grown were young."""
    place = np.arange(len(blocks))
    stood, small = np.isin(place, replanted), np.isin(place, grown)
    stage = blocks["stage"].mask(stood, "planted_formed").mask(small, "planted_young")
    years = blocks["year_planted"].mask(stood, YEAR - 8).mask(small, YEAR - 3)
    return blocks.assign(stage=stage, formed=stage != "planted_young", year_planted=years)


class _Drawing:
    """Draws blocks at random, none twice."""

    def __init__(self, blocks: gpd.GeoDataFrame) -> None:
        self._area_ha = blocks["area_ha"].to_numpy()
        self._order = np.random.default_rng(_SEED).permutation(len(blocks))
        self.free = np.ones(len(blocks), dtype=bool)

    def hectares(self, rows: Rows) -> float:
        return float(self._area_ha[rows].sum())

    def take(self, among: pd.Series, hectares: float) -> Rows:
        """Take free blocks until their area comes to `hectares` or just below."""
        order = self._order[(among.to_numpy() & self.free)[self._order]]
        total = 0.0
        taken = []
        for row in order:
            if total + self._area_ha[row] <= hectares:
                total += self._area_ha[row]
                taken.append(row)
        rows = np.array(taken, dtype=np.int64)
        self.free[rows] = False
        return rows
