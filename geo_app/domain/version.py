"""A version of a layer: what was published, from what, when and by whom."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from geo_app.domain.layer import Mark

FORMAT = 1
"""Schema number of ``meta.json``; raise it when display files or the record change shape."""


@dataclass(frozen=True)
class Provenance:
    """
    What a delivery says of itself, and what was done to it; None where it does not say.

    `crs` is the system its coordinates were taken to be in, `shift` the operation that brought
    them to the layer's ("EPSG:6960"). `encoding` is column → encoding its text was decoded from,
    `mapping` column → field. `findings` counts what was found by code, `difference` what changed
    against the version before (added, changed, removed, unchanged).
    """

    kind: Literal["sample", "import"]
    by: str
    source: str | None = None
    agency: str | None = None
    date: dt.date | None = None
    accuracy: str | None = None
    licence: str | None = None
    decision: str | None = None
    marks: tuple[Mark, ...] = ()
    file: str | None = None
    sha256: str | None = None
    crs: str | None = None
    shift: str | None = None
    encoding: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    preset: str | None = None
    findings: Mapping[str, int] = field(default_factory=dict)
    difference: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """
    One immutable state of a layer.

    `bounds` is (minx, miny, maxx, maxy) in the layer's CRS, `bounds_lonlat` in EPSG:4326; both
    None for a table or a layer without geometry. `display` holds, per access class, what the maps
    load; `files` the SHA-256 of each file. `digest` tells whether anything changed: that of what a
    sample is built from, of the content of a delivery.
    """

    id: str
    layer: str
    created: dt.datetime
    provenance: Provenance
    count: int
    without_geometry: int
    bounds: tuple[float, float, float, float] | None
    bounds_lonlat: tuple[float, float, float, float] | None
    digest: str
    display: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the record as it stands in ``meta.json``."""
        record = asdict(self)
        record["format"] = FORMAT
        record["created"] = self.created.isoformat()
        day = self.provenance.date
        record["provenance"]["date"] = day.isoformat() if day else None
        return record


def version_from_json(record: Mapping[str, Any]) -> Version:
    """Rebuild a version from its ``meta.json``."""
    given = dict(record["provenance"])
    day = given["date"]
    given["date"] = dt.date.fromisoformat(day) if day else None
    for name in ("marks", "dropped", "notes"):
        given[name] = tuple(given[name])
    values = {name: record[name] for name in Version.__dataclass_fields__}
    values["created"] = dt.datetime.fromisoformat(record["created"])
    values["provenance"] = Provenance(**given)
    for name in ("bounds", "bounds_lonlat"):
        values[name] = tuple(record[name]) if record[name] else None
    return Version(**values)
