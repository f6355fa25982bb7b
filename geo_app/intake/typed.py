"""A place typed into one line: a point by its coordinates, or something else."""

import re
from dataclasses import dataclass

from geo_app.domain.chainage import read_reference, shown
from geo_app.domain.placement import Placement
from geo_app.errors import CrsError, DataError
from geo_app.intake.footprint import read_pasted
from geo_app.workspace import Workspace

_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d+)?"
_DEGREES = re.compile(rf"\s*({_NUMBER})\s*[,;\s]\s*({_NUMBER})\s*")
_WGS84 = Placement("EPSG:4326")


@dataclass(frozen=True)
class TypedPoint:
    """
    A point as typed: `lon`, `lat` in EPSG:4326.

    `read_as` is the system its numbers were taken to be in; `apart_m` how far off it would lie at
    the least in another that is possible, None where there is none.
    """

    lon: float
    lat: float
    read_as: Placement
    apart_m: float | None = None


def read_point(ws: Workspace, text: str) -> TypedPoint | None:
    """
    Read a point: decimal degrees, latitude first, else coordinates as the guard finds them.

    Returns
    -------
    point
        None where the text names a kilometre of a road.

    Raises
    ------
    DataError
        If it is neither, more than one point, or lies in no known system near the province.
    """
    degrees = _DEGREES.fullmatch(text)
    if degrees:
        lat, lon = (float(number.replace(",", ".")) for number in degrees.groups())
        return TypedPoint(*((lat, lon) if abs(lat) > 90 else (lon, lat)), _WGS84)
    return None if _is_chainage(text) else _guarded(ws, text)


def _is_chainage(text: str) -> bool:
    try:
        read_reference(text)
    except DataError:
        return bool(re.search(r"km", text, re.IGNORECASE))  # `locate` tells what is wrong with it
    return True


def _guarded(ws: Workspace, text: str) -> TypedPoint:
    try:
        found = read_pasted(ws, text)
    except (DataError, CrsError) as error:
        raise _unread(text) from error
    if not found.candidates or set(found.given.geom_type) != {"Point"} or len(found.given) > 1:
        raise _unread(text)
    first, *others = found.candidates
    lon, lat = first.centre
    apart_m = min((each.apart_m for each in others), default=None)
    return TypedPoint(lon, lat, first.placement, apart_m)


def _unread(text: str) -> DataError:
    return DataError(
        f"found {shown(text)}; expected a road and a kilometre, such as QL4B Km18+300, or the "
        "coordinates of one point in the province, such as 21.85, 106.76 or 2417549.69 449314.38",
        vi=f"Không hiểu “{' '.join(text.split())[:80]}”; hãy ghi tuyến và lý trình, ví dụ QL4B "
        "Km18+300, hoặc tọa độ một điểm trong tỉnh, ví dụ 21.85, 106.76 hay 2417549,69 449314,38.",
    )
