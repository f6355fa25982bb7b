"""The sources of open data, read from `sources.toml`."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError
from geo_app.storage.checked import CheckedTable, read_toml

WHAT = ("roads", "villages", "boundaries", "forest", "elevation")


@dataclass(frozen=True)
class Tiling:
    """How a raster is cut: the side of a tile in degrees, and how a tile is named by a corner."""

    degrees: int
    name: str
    from_north: bool = False


@dataclass(frozen=True)
class Source:
    """
    One place where open data is had.

    `format` tells how it is read; `date` is the state of the data where that is fixed; `address`
    may hold {country}, {country_lower} and, for rasters, {tile}.
    """

    id: str
    what: tuple[str, ...]
    title: Bilingual
    address: str
    format: str
    licence: str
    attribution: str
    date: dt.date | None = None
    tiling: Tiling | None = None


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """Return the sources by id, the usual one of each kind first."""
    with as_file(files("geo_app.storage.opendata").joinpath("sources.toml")) as path:
        file = read_toml(path)
    return {name: _source(name, file.table(name)) for name in file.content}


def source_for(what: str, name: str | None = None) -> Source:
    """
    Return the source called `name`, or the usual one of `what`.

    Raises
    ------
    UnknownError
        If there is none.
    """
    known = {each.id: each for each in sources().values() if what in each.what}
    if not known:
        message = f"fetch {what}: expected one of {', '.join(WHAT)}"
        raise UnknownError(message)
    if name is not None and name not in known:
        message = f"fetch {what}: there is no source {name!r}; there are: {', '.join(known)}"
        raise UnknownError(message)
    return known[name] if name is not None else next(iter(known.values()))


def _source(name: str, table: CheckedTable) -> Source:
    side = table.integer("tile_degrees", None)
    tiling = None
    if side is not None:
        from_north = table.flag("tile_from_north", default=False)
        tiling = Tiling(side, table.text("tile_name"), from_north)
    source = Source(
        id=name,
        what=table.texts("what"),
        title=table.bilingual("title"),
        address=table.text("address"),
        format=table.text("format"),
        licence=table.text("licence"),
        attribution=table.text("attribution"),
        date=table.day("date", None),
        tiling=tiling,
    )
    table.done()
    return source


def tile_names(tiling: Tiling, bounds: tuple[float, float, float, float]) -> Iterator[str]:
    """
    Yield the names of the tiles that cover `bounds` (west, south, east, north), in degrees.

    >>> list(tile_names(Tiling(3, "{ns}{lat:02d}{ew}{lon:03d}"), (106.1, 21.3, 107.4, 22.5)))
    ['N21E105']
    """
    west, south, east, north = bounds
    side = tiling.degrees
    for lat in range(int(south // side) * side, _past(north, side), side):
        for lon in range(int(west // side) * side, _past(east, side), side):
            corner = lat + side if tiling.from_north else lat
            yield tiling.name.format(
                lat=abs(corner),
                lon=abs(lon),
                ns="N" if corner >= 0 else "S",
                ew="E" if lon >= 0 else "W",
            )


def _past(edge: float, side: int) -> int:
    """Return the first tile that begins at or past an edge."""
    return int(-(-edge // side)) * side
