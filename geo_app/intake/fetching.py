"""Open data by name, for a province: fetched, cut to it, written as a file that can be imported."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from geo_app.errors import DataError
from geo_app.storage.opendata.asking import Patience, is_address
from geo_app.storage.opendata.boundaries import (
    Described,
    read_boundaries,
    read_geoboundaries,
    read_hdx,
)
from geo_app.storage.opendata.geonames import read_places
from geo_app.storage.opendata.getting import Fetched, get
from geo_app.storage.opendata.osm import (
    overpass_address,
    overpass_day,
    read_extract,
    read_overpass,
)
from geo_app.storage.opendata.rasters import read_window
from geo_app.storage.opendata.sources import Source, source_for, tile_names
from geo_app.storage.reading.sidecar import write_sidecar
from geo_app.storage.reading.vector import file_digest
from geo_app.workspace import Workspace

Bounds = tuple[float, float, float, float]
Progress = Callable[[str], None]
FOLDER = Path("data/fetched")
_MARGIN = 0.02
"""How far beyond the province is fetched, in degrees: roads go on."""


@dataclass(frozen=True)
class FetchedData:
    """A file ready to import, with its side-car: what it is, of which date, under which licence."""

    path: Path
    source: Source
    address: str
    sha256: str
    date: dt.date | None
    licence: str
    rows: int | None


@dataclass(frozen=True)
class _Order:
    """What is fetched: from where, for which bounds, kept where."""

    what: str
    source: Source
    address: str
    bounds: Bounds
    folder: Path
    patience: Patience
    progress: Progress

    def get(self, address: str) -> Fetched:
        def told(done: int, total: int | None) -> None:
            of = f" of {total:,}" if total else ""
            self.progress(f"{done:,}{of} bytes")

        return get(address, self.folder / "cache", patience=self.patience, progress=told)


def fetch(
    ws: Workspace,
    what: str,
    *,
    source: str | None = None,
    address: str | None = None,
    country: str = "VNM",
    folder: Path | None = None,
    patience: Patience | None = None,
    progress: Progress = lambda _: None,
) -> FetchedData:
    """
    Fetch open data for the province and write it as GeoPackage or GeoTIFF, in EPSG:4326.

    Parameters
    ----------
    what
        "roads", "villages", "boundaries", "forest" or "elevation".
    source
        Which of its sources; None: the usual one.
    address
        In place of the source's: another server, or a local file.
    country
        ISO 3166 code of three letters, for the sources that go by country.
    folder
        Where the file and the cache stand; None: ``data/fetched/`` of the workspace.

    Returns
    -------
    fetched
        Beside the file stands a side-car, which its import reads.

    Raises
    ------
    UnknownError
        If there is no such data or source.
    DataError
        If it cannot be had or read, or has nothing in the province.
    """
    chosen = source_for(what, source)
    west, south, east, north = ws.bounds_lonlat
    bounds = (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    given = (address or chosen.address).replace("{country}", country)
    given = given.replace("{country_lower}", country.lower())
    order = _Order(
        what=what,
        source=chosen,
        address=given,
        bounds=bounds,
        folder=folder or ws.settings.root / FOLDER,
        patience=patience or Patience(),
        progress=progress,
    )
    order.folder.mkdir(parents=True, exist_ok=True)
    return _raster(order) if chosen.format == "cog" else _vector(order)


def _vector(order: _Order) -> FetchedData:
    frame, got, date, licence = _READERS[order.source.format](order)
    if frame.empty:
        message = f"{got.address}: has no {order.what} in the province ({order.bounds})"
        raise DataError(message)
    path = order.folder / f"{order.what}_{order.source.id}.gpkg"
    half = path.with_name(f"{path.stem}.part.gpkg")
    half.unlink(missing_ok=True)
    frame.to_file(half, layer=order.what, driver="GPKG")
    half.replace(path)
    return _described(order, path, got.address, got.sha256, date, licence, len(frame))


def _raster(order: _Order) -> FetchedData:
    tiling = order.source.tiling
    assert tiling is not None
    names = list(tile_names(tiling, order.bounds)) if "{tile}" in order.address else [""]
    addresses = [order.address.replace("{tile}", name) for name in names]
    path = order.folder / f"{order.what}_{order.source.id}.tif"
    read_window(
        addresses,
        order.bounds,
        path,
        patience=order.patience,
        progress=lambda done, total: order.progress(f"{done} of {total} tiles"),
    )
    source, digest = order.source, file_digest(path)
    return _described(order, path, order.address, digest, source.date, source.licence, None)


def _described(
    order: _Order,
    path: Path,
    address: str,
    sha256: str,
    date: dt.date | None,
    licence: str,
    rows: int | None,
) -> FetchedData:
    shown = address if is_address(address) else Path(address).name
    parts = (f"{order.source.title.vi} ({shown})", order.source.attribution, f"SHA-256 {sha256}")
    said = {"source": "; ".join(parts), "licence": licence}
    said |= {"date": date.isoformat()} if date else {}
    path.with_name(f"{path.name}.toml").unlink(missing_ok=True)
    write_sidecar(path, said)
    return FetchedData(path, order.source, address, sha256, date, licence, rows)


_Read = tuple[gpd.GeoDataFrame, Fetched, dt.date | None, str]


def _from_overpass(order: _Order) -> _Read:
    if is_address(order.address):
        got = order.get(overpass_address(order.address, order.what, order.bounds))
    else:
        got = order.get(order.address)
    try:
        frame = read_overpass(got.path, order.what)
    except DataError:
        if is_address(order.address):  # an answer that is none is not asked for again tomorrow
            got.path.unlink()
        raise
    return frame, got, overpass_day(got.path) or got.date, order.source.licence


def _from_extract(order: _Order) -> _Read:
    got = order.get(order.address)
    return read_extract(got.path, order.what, order.bounds), got, got.date, order.source.licence


def _from_geonames(order: _Order) -> _Read:
    got = order.get(order.address)
    return read_places(got.path, order.bounds), got, got.date, order.source.licence


def _from_geoboundaries(order: _Order) -> _Read:
    return _from_described(order, ".json", read_geoboundaries)


def _from_hdx(order: _Order) -> _Read:
    return _from_described(order, ".json", read_hdx)


def _from_described(order: _Order, suffix: str, read: Callable[[Path], Described]) -> _Read:
    """Follow a service's description to its file; a local file that is no description is it."""
    got = order.get(order.address)
    if not is_address(order.address) and got.path.suffix.lower() != suffix:
        frame = read_boundaries(got.path, order.bounds)
        return frame, got, got.date, order.source.licence
    about = read(got.path)
    file = order.get(about.address)
    frame = read_boundaries(file.path, order.bounds)
    return frame, file, about.date or file.date, about.licence or order.source.licence


_READERS: dict[str, Callable[[_Order], _Read]] = {
    "overpass": _from_overpass,
    "osm": _from_extract,
    "geonames": _from_geonames,
    "geoboundaries": _from_geoboundaries,
    "hdx": _from_hdx,
}
