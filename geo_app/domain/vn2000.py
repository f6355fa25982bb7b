"""
VN-2000 and the systems mistaken for it: the table of zones, and how each leads to WGS 84.

The zones are those of the EPSG registry as PROJ holds it, so another province's file is known too.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.transformer import TransformerGroup

from geo_app.domain.text import Bilingual

GEOGRAPHIC = "EPSG:4756"
SHIFT = "EPSG:6960"
"""VN-2000 to WGS 84 (2): the shift PROJ uses; another accuracy is claimed by none."""

_SYSTEM = re.compile(r"vn\s*-?\s*2000", re.IGNORECASE)
_MERIDIAN = re.compile(r"(?<!\d)(10[2-9]|11[01])\s*[°ºo-]\s*(\d{2})?")
_WIDE = re.compile(r"(múi|zone)\s*(chiếu\s*)?6", re.IGNORECASE)
COUNTRY = (102.0, 8.0, 110.0, 24.0)
"""Bounds of the mainland (west, south, east, north) in degrees: where the zones are looked up."""


@dataclass(frozen=True)
class Zone:
    """
    One projected VN-2000 system.

    `meridian` is the central meridian in degrees, `scale` the factor on it, `provinces` the
    registry's words for where it is used, `bounds` (west, south, east, north) in degrees.
    """

    code: str
    meridian: float
    scale: float
    provinces: str
    bounds: tuple[float, float, float, float]

    @property
    def name(self) -> Bilingual:
        """The zone as an office writes it."""
        degrees, minutes = divmod(round(self.meridian * 60), 60)
        width = "6°" if self.scale < 0.9999 else "3°"
        written = f"{degrees}°{minutes:02d}′"
        return Bilingual(
            f"VN-2000, kinh tuyến trục {written}, múi {width}",
            f"VN-2000, central meridian {written}, {width} zone",
        )

    @property
    def title(self) -> Bilingual:
        """The zone; in English with where the registry says it is used."""
        where = self.provinces.removeprefix("Vietnam - ").rstrip(".")
        return Bilingual(self.name.vi, f"{self.name.en} ({where})")


@lru_cache(maxsize=1)
def zones() -> tuple[Zone, ...]:
    """Return every projected VN-2000 system, by meridian; provincial zones before national."""
    found: dict[str, Zone] = {}
    for info in query_crs_info(
        "EPSG", PJType.PROJECTED_CRS, AreaOfInterest(*COUNTRY), contains=False
    ):
        area = info.area_of_use
        if not info.name.startswith("VN-2000") or area is None:
            continue
        code, name = f"EPSG:{info.code}", area.name or ""
        box = (area.west, area.south, area.east, area.north)
        if code in found:  # the registry lists a system once for each of its areas
            have = found[code]
            joined = f"{have.provinces.rstrip('.')}; {name.removeprefix('Vietnam - ')}"
            found[code] = Zone(code, have.meridian, have.scale, joined, _around(have.bounds, box))
            continue
        meridian, scale = _parameters(CRS(code))
        found[code] = Zone(code, meridian, scale, name, box)
    return tuple(sorted(found.values(), key=lambda z: (z.meridian, -z.scale, -int(z.code[5:]))))


def zone(code: str) -> Zone | None:
    """Return the zone of an EPSG code; None where it is none of VN-2000."""
    return next((each for each in zones() if each.code == code), None)


def zone_named(text: str) -> Zone | None:
    """
    Return the zone that a title names; None where it names none.

    >>> zone_named("Tọa độ VN-2000, kinh tuyến trục 107°15', múi 3°").code
    'EPSG:9215'
    """
    meridian = _MERIDIAN.search(text)
    if meridian is None or not _SYSTEM.search(text):
        return None
    degrees = int(meridian[1]) + int(meridian[2] or 0) / 60
    scale = 0.9996 if _WIDE.search(text) else 0.9999
    for each in zones():
        if math.isclose(each.meridian, degrees, abs_tol=1e-6) and each.scale == scale:
            return each
    return None


def zone_like(crs: CRS) -> Zone | None:
    """
    Return the zone whose meridian, scale, false easting and ellipsoid a CRS has.

    A ``.prj`` written by hand or by another program names no code, but means one.
    """
    if not crs.is_projected or crs.ellipsoid is None:
        return None
    same_ellipsoid = crs.ellipsoid.name.replace("_", " ").startswith(("WGS 84", "WGS 1984"))
    values = _values(crs)
    if not same_ellipsoid or values.get("False easting") != 500_000:
        return None
    meridian, scale = _parameters(crs)
    for each in zones():
        same = math.isclose(each.meridian, meridian, abs_tol=1e-6)
        if same and math.isclose(each.scale, scale, abs_tol=1e-7):
            return each
    return None


def transverse_mercator(crs: CRS) -> tuple[float, float] | None:
    """Return (central meridian, scale) of a transverse Mercator CRS; None where it is none."""
    operation = crs.coordinate_operation if crs.is_projected else None
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    return _parameters(crs)


def best_operation(source: CRS, target: CRS) -> Transformer | None:
    """
    Return the registry's own operation between two systems; None where it has none.

    The registry lists that of HN-72 for one stretch of the coast only; it is taken for the whole
    country, for want of another, and never replaced by none at all.
    """
    found = TransformerGroup(source, target, always_xy=True, allow_ballpark=False).transformers
    return found[0] if found else None


def datum_shift(source: str, target: str) -> str:
    """
    Name the operation between two datums that a transformation uses.

    >>> datum_shift("EPSG:9215", "EPSG:4326"), datum_shift("EPSG:9215", "EPSG:3405")
    ('EPSG:6960', 'none')
    """
    transformer = best_operation(CRS(source), CRS(target))
    for operation in (transformer.operations if transformer else None) or ():
        if operation.type_name == "Transformation":
            code = operation.to_json_dict().get("id", {})
            authority = str(code.get("authority", "")).removeprefix("INVERSE(").rstrip(")")
            return f"{authority}:{code['code']}" if code else operation.name
    return "none"


def _parameters(crs: CRS) -> tuple[float, float]:
    values = _values(crs)
    return values["Longitude of natural origin"], values["Scale factor at natural origin"]


def _values(crs: CRS) -> dict[str, float]:
    operation = crs.coordinate_operation
    return {p.name: float(p.value) for p in operation.params} if operation is not None else {}


def _around(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    west, south = min(one[0], other[0]), min(one[1], other[1])
    return west, south, max(one[2], other[2]), max(one[3], other[3])
