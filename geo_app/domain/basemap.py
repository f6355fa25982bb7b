"""Background maps of the owner's own."""

from dataclasses import dataclass
from typing import Literal

BasemapKind = Literal["pmtiles", "mbtiles", "geotiff", "xyz"]


@dataclass(frozen=True)
class StoredBasemap:
    """A background: where it stands, and the zooms it has; `location` is a path or an address."""

    id: str
    title: str
    kind: BasemapKind
    location: str
    attribution: str
    min_zoom: int
    max_zoom: int
