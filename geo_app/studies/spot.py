"""A spot on the ground: its coordinates in both systems, its units, and the roads beside it."""

import math
from dataclasses import dataclass

import numpy as np

import shapely
from pyproj import Transformer
from shapely import Point

from geo_app.domain.chainage import rounding_step_m
from geo_app.domain.layer import MARKS, Mark
from geo_app.domain.result import Input
from geo_app.studies.inputs import Inputs
from geo_app.studies.units import Units, units_at
from geo_app.workspace import Workspace
from geo_app.workspace.lookup import require_near


@dataclass(frozen=True)
class Spot:
    """
    Where somebody stands or points: `point` in the province's CRS, `lon`, `lat` in EPSG:4326.

    `accuracy_m` is None where nothing is said of it.
    """

    lon: float
    lat: float
    point: Point
    accuracy_m: float | None
    units: Units
    inputs: tuple[Input, ...]

    @property
    def step_m(self) -> float:
        """What its figures are rounded to, metres."""
        return rounding_step_m(self.accuracy_m or 0.0)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all that was read, worst first."""
        found = {mark for each in self.inputs for mark in each.marks}
        return tuple(mark for mark in MARKS if mark in found)


def spot_at(ws: Workspace, lon: float, lat: float, *, accuracy_m: float | None = None) -> Spot:
    """
    Describe a spot in or beside the province.

    Raises
    ------
    DataError
        If it lies elsewhere.
    """
    require_near(ws, lon, lat)
    to_province = Transformer.from_crs("EPSG:4326", ws.settings.crs, always_xy=True)
    point = shapely.Point(*to_province.transform(lon, lat))
    inputs = Inputs(ws)
    (units,) = units_at(inputs, np.array([point]))
    return Spot(lon, lat, point, accuracy_m, units, inputs.used)


def written_degrees(degrees: float, step_m: float) -> str:
    """
    Write degrees so that they say no more than a step in metres.

    >>> written_degrees(106.761234, 1), written_degrees(106.8, 100)
    ('106.76123', '106.800')
    """
    return f"{degrees:.{5 - round(math.log10(step_m))}f}"
