"""A projected CRS as the browser computes it: one definition for proj4js, checked by PROJ."""

import math
import re
import warnings
from functools import lru_cache
from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from geo_app.errors import CrsError

_Operation = Any  # pyproj's CoordinateOperation has no public name

_WGS84 = "EPSG:4326"
_AGREEMENT_M = 0.01
_SHIFTS = ("translation", "rotation", "Scale difference")
_TO_UNIT = {"metre": 1.0, "arc-second": 1.0, "parts per million": 1.0, "radian": 206_264.806_247}


@lru_cache(maxsize=64)
def browser_definition(crs: str) -> str:
    """
    Return the proj4 string of a projected CRS, with its datum shift to WGS 84 in metres.

    The shift is that of the CRS's best operation to WGS 84; coordinate-frame rotations change
    sign, for ``+towgs84`` takes them as position vector. The string is tried against PROJ in the
    middle and at the corners of the CRS's area of use before it is given out.

    Raises
    ------
    CrsError
        If the CRS is unknown, not projected in metres, has no Helmert shift to WGS 84, or the
        string does not agree with PROJ within 1 cm.
    """
    system = _projected(crs)
    best = _best_operation(system)
    with warnings.catch_warnings():
        # pyproj warns that a proj4 string says less than the CRS: the datum shift is added here.
        warnings.simplefilter("ignore", UserWarning)
        written = system.to_proj4()
    bare = re.sub(r"\s*\+(type|towgs84|nadgrids|datum)=\S+|\s*\+no_defs", "", written)
    ellipsoid = "" if "+ellps" in bare or "+a=" in bare else " +ellps=WGS84"
    shift = ",".join(format(value, ".12g") for value in _position_vector(system, best))
    definition = f"{bare.strip()}{ellipsoid} +towgs84={shift} +no_defs"
    _check_agreement(definition, system, best)
    return definition


def _projected(crs: str) -> CRS:
    try:
        system = CRS.from_user_input(crs)
    except CRSError:
        raise CrsError(f"{crs!r} is not a known CRS; expected a code such as EPSG:9215") from None
    if not system.is_projected or system.axis_info[0].unit_name != "metre":
        raise CrsError(f"{crs} ({system.name}) is not projected in metres; expected one that is")
    return system


def _best_operation(system: CRS) -> Transformer:
    group = TransformerGroup(system, _WGS84, always_xy=True)
    if not group.transformers:
        raise CrsError(f"{system.name}: PROJ knows no way to WGS 84; expected EPSG:9215 or such")
    return group.transformers[0]


def _position_vector(system: CRS, best: Transformer) -> tuple[float, ...]:
    """Return the seven parameters of `best`, rotations as position vector."""
    for operation in best.operations or ():
        if _is_shift(operation):
            return _parameters(operation)
    if system.geodetic_crs is not None and system.geodetic_crs.to_epsg() == 4326:
        return (0.0,) * 7
    raise CrsError(
        f"{system.name}: PROJ knows no Helmert shift from its datum to WGS 84, so the browser "
        "cannot place it; expected a CRS such as EPSG:9215"
    )


def _is_shift(operation: _Operation) -> bool:
    name = operation.method_name
    return any(part in name for part in ("Coordinate Frame", "Position Vector", "Geocentric trans"))


def _parameters(operation: _Operation) -> tuple[float, ...]:
    values = [
        parameter.value * _TO_UNIT[parameter.unit_name]
        for parameter in operation.params
        if any(kind in parameter.name for kind in _SHIFTS)
    ]
    values += [0.0] * (7 - len(values))
    sign = -1.0 if "Coordinate Frame" in operation.method_name else 1.0
    turns = [sign * value for value in values[3:6]]
    return (*values[:3], *turns, values[6])


def _check_agreement(definition: str, system: CRS, best: Transformer) -> None:
    area = system.area_of_use
    if area is None:
        return
    west, south, east, north = area.bounds
    lons = [(west + east) / 2, west, east, west, east]
    lats = [(south + north) / 2, south, south, north, north]
    exact = best.transform(lons, lats, direction="INVERSE")
    ours = Transformer.from_crs(_WGS84, CRS.from_proj4(definition), always_xy=True)
    places = zip(*ours.transform(lons, lats), *exact, strict=True)
    off_m = max(math.hypot(e - e0, n - n0) for e, n, e0, n0 in places)
    if not off_m < _AGREEMENT_M:
        raise CrsError(
            f"{system.name}: the browser's definition {definition!r} is {off_m:.3f} m off PROJ; "
            f"expected less than {_AGREEMENT_M} m"
        )
