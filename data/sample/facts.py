"""Read the curated facts: CSV files whose rows name their source, accuracy and verification."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

import geopandas as gpd
import pyproj
import shapely

from geo_app.errors import DataError

CRS = "EPSG:9215"
ACCURACIES = ("A", "B", "C")
_PROVENANCE = ("source", "accuracy", "verified")


def read_facts(folder: Path, name: str) -> pd.DataFrame:
    """
    Read one file of facts as text, empty cells as missing.

    Parameters
    ----------
    folder
        ``data/facts``.
    name
        File name without ``.csv``.

    Returns
    -------
    facts
        One row per fact; every column text, but `verified`, which is boolean.

    Raises
    ------
    DataError
        If a column of provenance is missing, a class is unknown, or a text is not NFC.
    """
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    if not unicodedata.is_normalized("NFC", text):
        message = f"{path.name}: the text is not Unicode NFC; normalise the file"
        raise DataError(message)
    facts = pd.read_csv(path, dtype=str, keep_default_na=False).replace("", None)
    missing = [column for column in _PROVENANCE if column not in facts]
    if missing:
        message = f"{path.name}: columns missing: {', '.join(missing)}; every fact names them"
        raise DataError(message)
    _check_values(facts, "accuracy", ACCURACIES, path.name)
    _check_values(facts, "verified", ("true", "false"), path.name)
    facts["verified"] = facts["verified"] == "true"
    return facts


def _check_values(facts: pd.DataFrame, column: str, allowed: Sequence[str], name: str) -> None:
    wrong = facts.index[~facts[column].isin(allowed)]
    if len(wrong):
        row = wrong[0]
        message = (
            f"{name}: line {row + 2}: {column}: found {facts.loc[row, column]!r}; "
            f"expected one of {', '.join(allowed)}"
        )
        raise DataError(message)


def numbers(column: pd.Series) -> pd.Series:
    """Return a column of facts as numbers, empty cells as NaN."""
    return pd.to_numeric(column).astype(float)


def flags(column: pd.Series) -> pd.Series:
    """Return a column of ``true`` and ``false`` as booleans, empty cells as missing."""
    return column.map({"true": True, "false": False}).astype("boolean")


def locate(facts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Place rows by their `lat` and `lon` (WGS 84) as points in EPSG:9215, to the centimetre."""
    to_plane = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    east, north = to_plane.transform(numbers(facts["lon"]), numbers(facts["lat"]), errcheck=True)
    points = shapely.points(pd.Series(east).round(2), pd.Series(north).round(2))
    return gpd.GeoDataFrame(facts, geometry=points, crs=CRS)
