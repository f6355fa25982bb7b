"""Ids for features that come without: kept from import to import as long as the shape lasts."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from geo_app.analysis.difference import match_by_geometry
from geo_app.domain.layer import Layer


def assigns_ids(layer: Layer, frame: pd.DataFrame) -> bool:
    """Tell whether a layer's key is given by the import, and this frame has none."""
    return (
        len(layer.key) == 1
        and layer.fields[layer.key[0]].assigned
        and layer.key[0] not in frame.columns
    )


def assign_ids(
    frame: pd.DataFrame, layer: Layer, served: pd.DataFrame | None, now: datetime
) -> pd.DataFrame:
    """
    Give each feature the id of the one served that it continues, or a new one.

    Parameters
    ----------
    frame
        Features in the layer's CRS.
    served
        What is served now, of an earlier delivery; None: nothing.
    now
        The moment of the import, which makes new ids unlike all before.

    Returns
    -------
    frame
        With the key's column: ids of the same shape, or of the polygon that shares more than half
        of both, and for others the moment and a number, such as ``20260331T101500042-17``.
    """
    (name,) = layer.key
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
    ids = np.array([f"{moment}-{number}" for number in range(1, len(frame) + 1)], dtype=object)
    if served is not None and len(served) and len(frame):
        matched = match_by_geometry(served, frame)
        kept = matched >= 0
        ids[kept] = served[name].to_numpy(dtype=object)[matched[kept]]
    return frame.assign(**{name: ids})
