"""Vector files that GDAL reads: GeoPackage, GeoJSON, Shapefile, and plain CSV tables."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo_app.errors import DataError
from geo_app.storage.reading.shapefile import check_complete, companions

SUFFIXES = (".gpkg", ".geojson", ".json", ".shp")


def read_vector(path: Path, *, layer_name: str | None = None) -> pd.DataFrame:
    """
    Read a file's only layer, or the one called `layer_name`, as it stands.

    Returns
    -------
    frame
        The columns of the file; a GeoDataFrame in the file's own CRS, or a plain frame of text
        for a CSV.

    Raises
    ------
    DataError
        If the file is missing, truncated or of another format, or holds several layers and
        none is named.
    """
    if not path.is_file():
        message = f"{path}: the file does not exist"
        raise DataError(message)
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    if path.suffix.lower() not in SUFFIXES:
        message = f"{path}: cannot read {path.suffix!r}; expected one of {', '.join(SUFFIXES)}"
        raise DataError(message)
    if path.suffix.lower() == ".shp":
        check_complete(path)
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told later
            frame: pd.DataFrame = pyogrio.read_dataframe(path, layer=_layer(path, layer_name))
    except DataError:
        raise
    except (DataSourceError, DataLayerError, ValueError) as error:
        message = f"{path}: cannot be read: {error}; is it complete and of the format it names?"
        raise DataError(message) from error
    return frame


def _layer(path: Path, wanted: str | None) -> str:
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    if wanted is None and len(names) != 1:
        message = f"{path}: holds {len(names)} layers ({', '.join(names)}); name one of them"
        raise DataError(message)
    if wanted is not None and wanted not in names:
        message = f"{path}: there is no layer {wanted!r}; it holds: {', '.join(names)}"
        raise DataError(message)
    return wanted or names[0]


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    except ValueError as error:
        message = f"{path}: cannot be read as a UTF-8 table: {error}"
        raise DataError(message) from error


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file and, for a shapefile, of the files that belong to it."""
    beside = companions(path).values() if path.suffix.lower() == ".shp" else ()
    digest = hashlib.sha256()
    for part in (path, *beside):
        with part.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
