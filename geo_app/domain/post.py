"""A kilometre post recorded in the field, waiting to be accepted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PostState = Literal["pending", "accepted", "returned"]


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
