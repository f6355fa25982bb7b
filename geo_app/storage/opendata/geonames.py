"""GeoNames: populated places from a country's dump."""

import zipfile
from pathlib import Path
from typing import IO

import pandas as pd

import geopandas as gpd

from geo_app.errors import DataError
from geo_app.storage.reading.archive import check

_COLUMNS = {0: "geonames_id", 1: "name", 2: "name_ascii", 4: "lat", 5: "lon", 6: "class"}
_COLUMNS |= {7: "code", 14: "population", 18: "modified"}


def read_places(path: Path, bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """
    Read the populated places (class P) within `bounds` from a dump, zipped or not.

    Returns
    -------
    places
        EPSG:4326; ``geonames_id``, ``name``, ``name_ascii``, ``code``, ``population`` (0 where
        GeoNames does not know it becomes missing), ``modified``.

    Raises
    ------
    DataError
        If it is no dump.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as inside:
                check(inside, path)
                texts = [n for n in inside.namelist() if n.endswith(".txt") and "readme" not in n]
                with inside.open(texts[0]) as file:
                    table = _read(file)
        else:
            table = _read(path)
    except (IndexError, ValueError, zipfile.BadZipFile) as error:
        message = f"{path}: expected a GeoNames dump of 19 columns: {error}"
        raise DataError(message) from error
    west, south, east, north = bounds
    here = table["lon"].between(west, east) & table["lat"].between(south, north)
    places = table[here & (table["class"] == "P")].drop(columns="class")
    places["population"] = places["population"].where(places["population"] > 0)
    points = gpd.points_from_xy(places.pop("lon"), places.pop("lat"), crs="EPSG:4326")
    return gpd.GeoDataFrame(places.reset_index(drop=True), geometry=points)


def _read(file: IO[bytes] | Path) -> pd.DataFrame:
    table: pd.DataFrame = pd.read_csv(
        file,
        sep="\t",
        header=None,
        usecols=list(_COLUMNS),
        quoting=3,
        dtype={0: "str", 1: "str", 2: "str", 6: "str", 7: "str", 18: "str"},
        encoding="utf-8",
        keep_default_na=False,
        na_values=[""],
    )
    return table.rename(columns=_COLUMNS)
