"""Kilometre posts: what is read on one, the fields of their layer, one recorded in the field."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from geo_app.domain.chainage import read_reference, shown, write_chainage
from geo_app.errors import DataError

LAYER = "calibration_points"
"""The layer of posts, where no other is named."""
ROUTE, POST_KM, BACK_KM = "route_code", "chainage_km", "back_km"
"""Fields of a layer of posts: its road; the chainage that goes on; that arrives, at a jump."""

PostState = Literal["pending", "accepted", "returned"]

_BARE_KM = re.compile(r"\d{1,4}(?:[.,]\d{1,3})?")


@dataclass(frozen=True)
class FieldPost:
    """
    Where someone stood beside a post, as their phone measured it.

    `lon`, `lat` in EPSG:4326, `accuracy_m` as the phone says, `made` in UTC. `state` is what was
    decided of it, `remark` why.
    """

    id: int
    route: str
    chainage_m: float
    lon: float
    lat: float
    accuracy_m: float | None
    who: str
    account: str
    made: datetime
    note: str = ""
    state: PostState = "pending"
    remark: str = ""


def read_post(text: str, route: str = "") -> tuple[str, float]:
    """
    Read what stands on a post: its road, in any spelling, and its chainage in metres.

    A bare number is a kilometre; a road named beside it comes before `route`.

    >>> read_post("Km18 H3", "QL4B"), read_post("18,5", "QL4B")
    (('QL4B', 18300.0), ('QL4B', 18500.0))

    Raises
    ------
    DataError
        If it holds no chainage, or a stretch.
    """
    written = text.strip()
    found = read_reference(f"Km{written}" if _BARE_KM.fullmatch(written) else written)
    if found.end_m is not None:
        stretch = f"{write_chainage(found.start_m)}–{write_chainage(found.end_m)}"
        raise DataError(
            f"post: {shown(text)} is the stretch {stretch}; expected one post, such as Km18",
            vi=f"“{written[:80]}” là đoạn {stretch}; cần một cọc, ví dụ Km18.",
        )
    return found.route or route.strip(), found.start_m
