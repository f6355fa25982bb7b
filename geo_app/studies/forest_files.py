"""Forest files: the blocks of a day, from a layer or an earlier version of it."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import Layer
from geo_app.domain.version import Version
from geo_app.studies.study import Run
from geo_app.workspace.history import earlier_version

NEEDED = ("formed", "area_ha", "type", "origin")


@dataclass(frozen=True, eq=False)
class File:
    """A forest file: its layer, its day, its blocks indexed 0, 1, … with their key in ``block``."""

    layer: Layer
    day: dt.date | None
    blocks: gpd.GeoDataFrame

    @property
    def day_text(self) -> str:
        """The day as read in either language."""
        return f"{self.day:%d/%m/%Y}" if self.day else "?"

    def names(self, rows: pd.Series) -> list[str | None]:
        """Return the keys of the blocks in `rows`, None for those nowhere."""
        keys = self.blocks["block"].to_numpy()
        return [keys[row] if row >= 0 else None for row in rows]


def read_file(run: Run, layer: Layer, version: Version | None = None) -> File:
    """
    Read the blocks of a layer, of the version served or another.

    Raises
    ------
    DataError
        If the layer lacks what is needed to tell forest from other land.
    """
    run.inputs.require(layer.id, *NEEDED, use="closing the forest year")
    blocks = run.inputs.features(layer.id, kinds=["polygon"], version=version)
    blocks = blocks.reset_index(drop=True)
    blocks["block"] = blocks[list(layer.key)].astype(str).agg("/".join, axis=1)
    used = version or run.inputs.ws.versions[layer.id]
    return File(layer, used.provenance.date or layer.vintage, blocks)


def file_before(run: Run, new: File) -> File | None:
    """Return the file named, or the version of the same layer of the day before; None without."""
    if run["before"]:
        return read_file(run, run.inputs.layer(run["before"]))
    version = earlier_version(run.inputs.ws, new.layer.id)
    return read_file(run, new.layer, version) if version else None
