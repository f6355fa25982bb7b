"""What a reader hands on: a file's layers as they stand, nothing decided yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from geo_app.domain.finding import Finding


@dataclass(frozen=True)
class FileLayer:
    """
    One layer of a file, as the file describes it.

    `geometry` lists the kinds declared ("Polygon", "MultiPolygon"); empty for a table, or where
    only reading tells. `crs` is what the file declares, as "EPSG:9215" or WKT. `encoding` is that
    of its text where the file says so. `rows` is None where counting would mean reading it all.
    """

    name: str
    geometry: tuple[str, ...] = ()
    rows: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class RawLayer:
    """
    Rows of a file's layer as they stand.

    `frame` is a GeoDataFrame in the declared CRS (none declared: without one), or a plain frame.
    Text of undeclared encoding that is not UTF-8 is read as Latin-1: one character per byte, so
    nothing is lost and decoding can start from the bytes. Row n of the frame is row n+1 of the
    file unless `sampled`. Where a table lists vertices, `courses` says which ring or course each
    row belongs to: columns ``course`` (number) and ``caption`` (its heading, or None), the index
    of `frame`.
    """

    layer: FileLayer
    frame: pd.DataFrame
    sampled: bool = False
    findings: tuple[Finding, ...] = ()
    courses: pd.DataFrame | None = None
