"""Lists of coordinates as surveyors write them: found in a table, read, put together as shapes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from geo_app.domain.finding import Finding
from geo_app.domain.findings import tables as found
from geo_app.domain.numerals import blank, read_degrees, read_numbers
from geo_app.domain.text import plain
from geo_app.domain.vn2000 import zone_named
from geo_app.storage.reading.raw import RawLayer

Grid = Sequence[Sequence[Any]]

_NORTH = ("n", "north", "northing", "bac", "lat", "latitude", "vi do", "vido", "x bac", "b")
_EAST = ("e", "east", "easting", "dong", "lon", "long", "lng", "longitude", "kinh do", "kinhdo")
_EAST_LETTERS = ("y dong", "d")
_AXES = {"x", "y", "toadox", "toadoy", "toa do x", "toa do y"}
_UNIT = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_WKT = re.compile(r"\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(Z|M|ZM)?\s*\(", re.IGNORECASE)
_FRAME = re.compile(r"vn.?2000|hn.?72|wgs|utm|kinh tuy[eế]n|múi|\d{3}\s*°", re.IGNORECASE)
_NUMERIC = re.compile(r"[+-]?[\d.,\s\u00a0°'’\"″′]*\d[\d.,\s\u00a0°'’\"″′]*m?")
_DEEPEST_HEADER = 30


@dataclass(frozen=True)
class Headings:
    """What the columns of northings and eastings are called, folded by `plain`."""

    north: frozenset[str] = frozenset(_NORTH)
    east: frozenset[str] = frozenset((*_EAST, *_EAST_LETTERS))

    def with_more(self, north: Iterable[str], east: Iterable[str]) -> "Headings":
        """Return these and more, in any spelling."""
        return Headings(self.north | set(map(plain, north)), self.east | set(map(plain, east)))


KNOWN = Headings()


@dataclass(frozen=True)
class Table:
    """
    A grid taken apart.

    `rows` are those under the header, blank and caption rows among them; `first` is the number in
    the file, from 1, of the first; `titles` what stood above the header.
    """

    header: tuple[str, ...]
    rows: list[list[Any]]
    first: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class _Axes:
    """Which columns are the easting (or longitude) and the northing, and their values."""

    east: int
    north: int
    x: np.ndarray[Any, np.dtype[np.float64]]
    y: np.ndarray[Any, np.dtype[np.float64]]
    findings: tuple[Finding, ...]


def table_of(grid: Grid) -> Table:
    """
    Find a table's header and rows; titles above it and headers of two rows are common.

    A table that begins with numbers has no header: its columns are then ``column_1`` and so on.
    """
    titles = []
    for number, row in enumerate(grid[:_DEEPEST_HEADER]):
        filled = [cell for cell in row if not blank(cell)]
        if len(filled) == 1 and len(row) > 1 and number + 1 < len(grid):
            titles.append(str(filled[0]))
        elif filled:
            return _under(grid, number, tuple(titles))
    return Table((), [], 1, tuple(titles))


def located(raw: RawLayer, table: Table, headings: Headings = KNOWN) -> RawLayer:
    """
    Return a table's rows with geometry, where it holds WKT or a pair of coordinates.

    Captions and blank rows become `courses`; findings name the axes and cells that are none.
    """
    frame = raw.frame
    notes = [
        Finding(found.FRAME_NAMED, {"caption": title})
        for title in table.titles
        if names_system(title)
    ]
    written = _wkt_column(frame)
    if written is not None:
        shapes = shapely.from_wkt(
            [None if blank(cell) else cell for cell in frame[written]], on_invalid="ignore"
        )
        made = gpd.GeoDataFrame(frame.drop(columns=written), geometry=shapes)
        return replace(raw, frame=made, findings=(*raw.findings, *notes))
    axes = _axes(frame, table.first, headings)
    if axes is None:
        kept = [not all(blank(cell) for cell in row) for row in table.rows]
        return replace(raw, frame=frame[kept].reset_index(drop=True))
    placed = np.isfinite(axes.x) & np.isfinite(axes.y)
    courses = _courses(frame, axes, placed)
    points = gpd.GeoDataFrame(
        frame[placed],
        geometry=gpd.points_from_xy(axes.x[placed], axes.y[placed]),
        crs=_named_crs(table.titles, axes, placed),
    )
    declared = None if points.crs is None else points.crs.to_string()
    return replace(
        raw,
        layer=replace(raw.layer, crs=declared),
        frame=points,
        courses=None if courses is None else courses[placed],
        findings=(*raw.findings, *notes, *axes.findings),
    )


def names_system(text: str) -> bool:
    """Tell whether a title speaks of a coordinate system."""
    return bool(_FRAME.search(text))


def _named_crs(titles: Sequence[str], axes: _Axes, placed: Any) -> str | None:
    """Return the zone a title names, where the coordinates are metres as in a zone."""
    named = [zone for title in titles if (zone := zone_named(title)) is not None]
    metres = bool(placed.any()) and float(np.median(axes.x[placed])) > 10_000
    return named[0].code if len(named) == 1 and metres else None


def assemble_rings(raw: RawLayer) -> RawLayer:
    """Return one polygon for each ring of a table of vertices, named by its caption."""
    return _assembled(raw, rings=True)


def assemble_lines(raw: RawLayer) -> RawLayer:
    """Return one line for each course of a table of vertices, named by its caption."""
    return _assembled(raw, rings=False)


def _assembled(raw: RawLayer, *, rings: bool) -> RawLayer:
    assert raw.courses is not None
    shapes, names, findings, closed = [], [], list(raw.findings), 0
    for number, rows in raw.courses.groupby("course"):
        points = shapely.get_coordinates(raw.frame.geometry.loc[rows.index].to_numpy())
        caption = rows["caption"].iloc[0]
        name = str(caption) if isinstance(caption, str) else str(number)
        repeated = len(points) > 1 and bool((points[0] == points[-1]).all())
        distinct = len(points) - repeated if rings else len(points)
        if distinct < (3 if rings else 2):
            findings.append(Finding(found.RING_TOO_SHORT, {"name": name, "count": distinct}))
            continue
        closed += rings and not repeated
        shapes.append(shapely.polygons(points) if rings else shapely.linestrings(points))
        names.append(name)
    values = {"rows": len(raw.frame), "count": len(shapes), "closed": closed}
    findings.append(Finding(found.RINGS_ASSEMBLED, values))
    frame = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=raw.frame.crs)
    return replace(raw, frame=frame, courses=None, findings=tuple(findings))


def _under(grid: Grid, number: int, titles: tuple[str, ...]) -> Table:
    top = list(grid[number])
    if sum(_numeric(cell) for cell in top) >= 2:
        header = tuple(f"column_{column}" for column in range(1, len(top) + 1))
        return Table(header, [list(row) for row in grid[number:]], number + 1, titles)
    below = grid[number + 1] if number + 1 < len(grid) else []
    if _continues(top, below):
        filled = _spread(top, below)
        words = [f"{a or ''} {b or ''}".strip() for a, b in zip(filled, below, strict=False)]
        return Table(_unique(words), [list(r) for r in grid[number + 2 :]], number + 3, titles)
    words = [str(cell).strip() if not blank(cell) else "" for cell in top]
    return Table(_unique(words), [list(row) for row in grid[number + 1 :]], number + 2, titles)


def _continues(top: Sequence[Any], below: Sequence[Any]) -> bool:
    """Tell whether a header goes on in the next row, as under merged cells."""
    texts = [cell for cell in below if not blank(cell)]
    return (
        len(texts) > 1
        and not any(_numeric(cell) for cell in texts)
        and any(blank(a) and not blank(b) for a, b in zip(top, below, strict=False))
    )


def _spread(top: Sequence[Any], below: Sequence[Any]) -> list[Any]:
    """Return a merged cell's text over all the columns it covers."""
    spread: list[Any] = []
    for cell, under in zip(top, below, strict=False):
        covered = blank(cell) and not blank(under) and bool(spread)
        spread.append(spread[-1] if covered else (None if blank(cell) else cell))
    return spread


def _unique(words: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for position, word in enumerate(words, start=1):
        name = word or f"column_{position}"
        names.append(name if name not in names else f"{name}_{position}")
    return tuple(names)


def _numeric(cell: Any) -> bool:
    if isinstance(cell, str):
        return bool(_NUMERIC.fullmatch(cell.strip()))
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _wkt_column(frame: pd.DataFrame) -> str | None:
    for name in frame.columns:
        texts = [cell for cell in frame[name].head(200) if isinstance(cell, str) and cell.strip()]
        if texts and all(_WKT.match(text) for text in texts):
            return str(name)
    return None


def _axes(frame: pd.DataFrame, first: int, headings: Headings) -> _Axes | None:
    """Find the pair of coordinate columns, and which of them is the northing."""
    roles = [_role(str(name), headings) for name in frame.columns]
    pair = [position for position, role in enumerate(roles) if role]
    if len(pair) < 2:
        return None
    one, other = pair[0], pair[1]
    a, problems_a = _values(frame, one, first)
    b, problems_b = _values(frame, other, first)
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return None
    north, east = (one, other) if _first_is_north(a[both], b[both], roles[one]) else (other, one)
    y, x = (a, b) if north == one else (b, a)
    findings = [*problems_a, *problems_b]
    if plain(_UNIT.sub("", str(frame.columns[north]))).split()[-1:] == ["x"]:
        names = {"north": str(frame.columns[north]), "east": str(frame.columns[east])}
        findings.append(Finding(found.AXES_SURVEYOR, names))
    return _Axes(east, north, x, y, tuple(findings))


def _role(name: str, headings: Headings) -> str:
    """Return "north", "east" or "axis" for a column of coordinates, else ""."""
    words = plain(_UNIT.sub("", name)).replace(".", " ").strip()
    last = words.removeprefix("toa do ").strip()
    if words in headings.north or last in headings.north:
        return "north"
    if words in headings.east or last in headings.east:
        return "east"
    ends = words.split()[-1:] in (["x"], ["y"]) and ("toa do" in words or words in {"x", "y"})
    return "axis" if words in _AXES or last in _AXES or ends else ""


def _first_is_north(a: Any, b: Any, role: str) -> bool:
    """
    Tell whether the first of two columns is the northing or latitude.

    In Vietnam a northing is larger than any easting, and a latitude smaller than any longitude.
    Where numbers do not tell (a northing cut short), the header does; X is the surveyor's north.
    """
    low, high = sorted((float(np.median(a)), float(np.median(b))))
    if high < 200:
        return bool(low == np.median(a))
    if high > 850_000:
        return bool(high == np.median(a))
    return role != "east"


def _values(frame: pd.DataFrame, position: int, first: int) -> tuple[Any, list[Finding]]:
    column = frame.iloc[:, position]
    cells = [None if blank(cell) else cell for cell in column]
    read = read_numbers(cells)
    name, findings = str(frame.columns[position]), list[Finding]()
    values = list(read.values)
    for at in read.unread:
        angle = read_degrees(str(cells[at]))
        values[at] = angle
        if angle is None and read.convention != "mixed":
            said = {"column": name, "found": str(cells[at])[:80]}
            where = first + int(column.index[at])
            findings.append(Finding(found.COORDINATE_UNREADABLE, said, row=where, field=name))
    if read.convention == "mixed":
        findings.append(Finding(found.DECIMAL_MIXED, {"column": name}, field=name))
    if read.ambiguous:
        said = {"column": name, "example": next(c for c in cells if isinstance(c, str))}
        findings.append(Finding(found.DECIMAL_AMBIGUOUS, said, field=name))
    return np.array([np.nan if v is None else v for v in values], dtype="float64"), findings


def _courses(frame: pd.DataFrame, axes: _Axes, placed: Any) -> pd.DataFrame | None:
    """
    Tell which ring or course each row belongs to; None where the rows are places of their own.

    A caption, a blank row, a point that closes a ring or a number that begins again parts them.
    """
    others = [c for c in range(frame.shape[1]) if c not in {axes.east, axes.north}]
    numbering = [str(cell) for cell in frame.iloc[:, others[0]]] if others else [""] * len(frame)
    course, caption, start, parted = 1, None, 0, False
    rows, captions, length = [], [], 0
    for at in range(len(frame)):
        if not placed[at]:
            words = [cell for cell in frame.iloc[at] if isinstance(cell, str) and cell.strip()]
            caption = words[0] if len(words) == 1 else None
            course, length, parted = course + bool(length), 0, parted or bool(length or words)
        elif length >= 3 and numbering[at] == numbering[start]:
            closes = (axes.x[at], axes.y[at]) == (axes.x[start], axes.y[start])
            parted = True
            if not closes:
                course, length = course + 1, 0
        if placed[at] and length == 0:
            start = at
        rows.append(course)
        captions.append(caption)
        length += bool(placed[at])
        if placed[at] and length > 3 and _closes(axes, start, at):
            course, length, parted = course + 1, 0, True
    bare = len(others) <= 1 and int(placed.sum()) >= 3
    if not (parted or bare):
        return None
    return pd.DataFrame({"course": rows, "caption": captions}, index=frame.index)


def _closes(axes: _Axes, start: int, at: int) -> bool:
    return bool(axes.x[at] == axes.x[start] and axes.y[at] == axes.y[start])
