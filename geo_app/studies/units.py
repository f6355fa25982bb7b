"""The administrative units a place lies in: of now, of earlier dates, and what now's came from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import geopandas as gpd

from geo_app.studies.inputs import Inputs
from geo_app.studies.zones import place_points, read_zones

COMMUNES, MERGERS = "communes_2025", "commune_mergers"


@dataclass(frozen=True)
class Unit:
    """
    A unit of one vintage that a place lies in.

    `away_m` is 0 inside; a place on the province's edge belongs to the nearest unit.
    """

    layer: str
    code: str
    name: str
    away_m: float


@dataclass(frozen=True)
class Units:
    """`now`: the unit of today, if known; `before` those of earlier dates; `formed_from` names."""

    now: Unit | None
    before: tuple[Unit, ...]
    formed_from: tuple[str, ...]


UNPLACED = Units(None, (), ())


def units_at(
    inputs: Inputs,
    points: NDArray[np.object_],
    *,
    communes: str = COMMUNES,
    mergers: str = MERGERS,
) -> list[Units]:
    """
    Tell the units each point lies in.

    Parameters
    ----------
    points
        In the province's CRS, none missing.
    communes
        The layer of today's units; other polygon layers of its family that have data are the
        units of before.
    mergers
        The table of which old units (``old_name``) today's (``new_code``) were formed from.
    """
    frame = gpd.GeoDataFrame(geometry=points, crs=inputs.ws.settings.crs)
    now = _units(inputs, communes, frame) if inputs.available(communes) else [None] * len(frame)
    before = [_units(inputs, layer, frame) for layer in _earlier(inputs, communes)]
    formed = _formed_from(inputs, mergers)
    return [
        Units(
            unit,
            tuple(one for one in (layer[row] for layer in before) if one),
            formed.get(unit.code, ()) if unit else (),
        )
        for row, unit in enumerate(now)
    ]


def _units(inputs: Inputs, layer: str, points: gpd.GeoDataFrame) -> list[Unit | None]:
    zones = read_zones(inputs, layer)
    zone = place_points(zones, points).to_numpy()
    found: list[Unit | None] = [None] * len(points)
    inside = np.flatnonzero(zone >= 0)
    shapes = zones.frame.geometry.iloc[zone[inside]].reset_index(drop=True)
    away = points.geometry.iloc[inside].reset_index(drop=True).distance(shapes)
    labels = zones.labels.iloc[zone[inside]].itertuples(index=False)
    for row, (code, name), metres in zip(inside, labels, away, strict=True):
        found[row] = Unit(layer, str(code), str(name), round(float(metres), 1))
    return found


def _earlier(inputs: Inputs, communes: str) -> list[str]:
    """Return the other vintages of the units, the newest first."""
    today = inputs.layer(communes) if inputs.available(communes) else None
    if today is None or today.family is None:
        return []
    family = [
        layer
        for layer in inputs.ws.layers
        if layer.family == today.family
        and layer.id != communes
        and layer.geometry == "polygon"
        and layer.vintage is not None
        and inputs.available(layer.id)
    ]
    return [layer.id for layer in sorted(family, key=lambda each: each.vintage or 0, reverse=True)]


def _formed_from(inputs: Inputs, mergers: str) -> dict[str, tuple[str, ...]]:
    if not inputs.available(mergers):
        return {}
    inputs.require(mergers, "old_name", "new_code", use="former units")
    table = inputs.table(mergers)
    known = table[table["old_name"].notna() & table["new_code"].notna()]
    names = known["old_name"].astype(str)
    return {
        str(code): tuple(dict.fromkeys(rows)) for code, rows in names.groupby(known["new_code"])
    }
