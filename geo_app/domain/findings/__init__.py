"""
Every kind of finding, by topic.

============  ===============================================
`reading`     formats, archives
`tables`      tables and lists of coordinates
`place`       coordinate systems and positions
`text`        encodings and names
`fields`      columns, units, codes
`geometry`    shapes, partitions, networks
`statistics`  indicators, units, periods
`delivery`    differences, defence and secrecy
============  ===============================================

A topic's module holds one `FindingCode` per constant; the constant's name is the code in capitals.
"""

from collections.abc import Mapping
from types import ModuleType

from geo_app.domain.finding import FindingCode
from geo_app.domain.findings import (
    delivery,
    fields,
    forms,
    geometry,
    place,
    rasters,
    reading,
    statistics,
    tables,
    text,
)

TOPICS: tuple[ModuleType, ...] = (
    reading,
    statistics,
    tables,
    place,
    text,
    fields,
    geometry,
    rasters,
    delivery,
    forms,
)


def codes() -> Mapping[str, FindingCode]:
    """Return every kind of finding by its code, in the order of the topics."""
    found = (kind for topic in TOPICS for kind in vars(topic).values())
    return {kind.code: kind for kind in found if isinstance(kind, FindingCode)}
