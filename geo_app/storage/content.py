"""What tells the content of one version from another's: a digest of values and shapes."""

import hashlib

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

_ROWS = 50_000


def record_digest(record: pd.DataFrame) -> str:
    """
    Return SHA-256 of a record's columns, values and geometries.

    It is that of the content, not of a file: the same rows delivered again have the same.

    Parameters
    ----------
    record
        As `geo_app.storage.frames.conform` gives it.
    """
    digest = hashlib.sha256(repr(list(record.columns)).encode())
    for start in range(0, len(record), _ROWS):
        part = record.iloc[start : start + _ROWS]
        if isinstance(part, gpd.GeoDataFrame):
            for shape in shapely.to_wkb(part.geometry.to_numpy()):
                digest.update(shape or b"-")
            part = part.drop(columns=part.geometry.name)
        values = [pd.util.hash_pandas_object(part[name], index=False) for name in part]
        digest.update(np.column_stack(values).tobytes() if values else b"")
    return digest.hexdigest()
