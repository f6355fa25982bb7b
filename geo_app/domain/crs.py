"""Coordinate systems: which of them may be measured in."""

import re
from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError

_CODE = re.compile(r"[A-Za-z]+:[0-9]+")


@lru_cache(maxsize=64)
def is_metric(code: str) -> bool:
    """
    Tell whether `code` names a projected CRS in metres.

    >>> is_metric("EPSG:9215"), is_metric("EPSG:4326"), is_metric("EPSG:1")
    (True, False, False)
    """
    if not _CODE.fullmatch(code):
        return False
    try:
        crs = CRS.from_user_input(code)
    except CRSError:
        return False
    return crs.is_projected and {axis.unit_name for axis in crs.axis_info} == {"metre"}
