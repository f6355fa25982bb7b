"""Background maps of the owner's own: files or addresses, registered in the store."""

import json
import re
import sqlite3
import urllib.request
from contextlib import closing
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import SpecVersionUnsupported, TileType

import rasterio
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from geo_app.domain.basemap import BasemapKind, StoredBasemap
from geo_app.domain.text import plain
from geo_app.errors import DataError, StoreError, UnknownError
from geo_app.storage.published import replace_file
from geo_app.storage.store import FileStore
from geo_app.storage.wmts import read_capabilities

FILE = "basemaps.json"
_MAX_ZOOM = 22
_PICTURES = (TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.AVIF)
_ID = re.compile(r"[a-z0-9][a-z0-9_]*")
_HOST = re.compile(r"[\w.-]+(:\d+)?")


def read_basemaps(store: Path) -> list[StoredBasemap]:
    """
    Return the registered backgrounds.

    Raises
    ------
    StoreError
        If the register is damaged.
    """
    path = store / FILE
    if not path.is_file():
        return []
    try:
        return [StoredBasemap(**row) for row in json.loads(path.read_bytes())]
    except (ValueError, TypeError) as error:
        message = f"{path}: damaged ({error}); remove it and add the backgrounds again"
        raise StoreError(message) from error


def add_basemap(
    store: Path,
    location: str,
    *,
    title: str,
    attribution: str = "",
    basemap_id: str | None = None,
) -> StoredBasemap:
    """
    Register a background; a file stays where it is.

    Parameters
    ----------
    store
        The store's folder.
    location
        A PMTiles, MBTiles or GeoTIFF file, an XYZ address with {z}, {x} and {y}, or the address
        (or file) of a WMTS capabilities document.

    Raises
    ------
    DataError
        If it is none of these, holds tiles that cannot be drawn, or does not answer; or if no id
        can be made from the title.
    """
    kind, place, zooms = _recognise(location)
    found = basemap_id or re.sub(r"[^a-z0-9]+", "_", plain(title)).strip("_")
    if not _ID.fullmatch(found):
        message = f"--id: found {found!r}; expected lower-case letters, digits and _"
        raise DataError(message)
    basemap = StoredBasemap(found, title, kind, place, attribution, *zooms)
    with FileStore(store).lock():
        others = [b for b in read_basemaps(store) if b.id != basemap.id]
        _write(store, [*others, basemap])
    return basemap


def remove_basemap(store: Path, basemap_id: str) -> None:
    """Take a background out of the register."""
    with FileStore(store).lock():
        basemaps = read_basemaps(store)
        kept = [b for b in basemaps if b.id != basemap_id]
        if len(kept) == len(basemaps):
            message = f"there is no basemap {basemap_id!r}; `geo-app basemap list` lists them"
            raise UnknownError(message)
        _write(store, kept)


def mbtiles_tile(path: Path, zoom: int, x: int, y: int) -> bytes | None:
    """Read one tile of an MBTiles file, rows counted from the north; None where it has none."""
    row = 2**zoom - 1 - y
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        found = database.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
            (zoom, x, row),
        ).fetchone()
    return found[0] if found else None


def _write(store: Path, basemaps: list[StoredBasemap]) -> None:
    text = json.dumps([asdict(b) for b in basemaps], ensure_ascii=False, indent=1)
    replace_file(store / FILE, text.encode("utf-8"))


Recognised = tuple[BasemapKind, str, tuple[int, int]]


def _recognise(location: str) -> Recognised:
    far = location.startswith(("http://", "https://"))
    if far and all(part in location for part in ("{z}", "{x}", "{y}")):
        return "xyz", _checked_address(location), (0, _MAX_ZOOM)
    if far:
        return _recognise_wmts(_download(location), location)
    path = Path(location).resolve()
    if not path.is_file():
        message = f"{location}: no such file, nor an http address with {{z}}, {{x}} and {{y}}"
        raise DataError(message)
    with path.open("rb") as file:
        magic = file.read(16)
    if magic.startswith(b"PMTiles"):
        return _recognise_pmtiles(path)
    if magic.startswith(b"SQLite format 3"):
        return _recognise_mbtiles(path)
    if magic.lstrip().startswith(b"<"):
        return _recognise_wmts(path.read_bytes(), location)
    return _recognise_geotiff(path)


def _download(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 (http only)
            document: bytes = answer.read(20_000_000)
            return document
    except (OSError, HTTPException) as error:
        message = f"{address}: does not answer: {error}"
        raise DataError(message) from error


def _recognise_pmtiles(path: Path) -> Recognised:
    try:
        with path.open("rb") as file:
            header = Reader(MmapSource(file)).header()
        complete = path.stat().st_size >= header["tile_data_offset"] + header["tile_data_length"]
    except (SpecVersionUnsupported, IndexError, ValueError):
        complete = False
    if not complete or header["tile_type"] not in _PICTURES:
        message = f"{path}: expected PMTiles of version 3, complete, with pictures (png, jpg, webp)"
        raise DataError(message)
    return "pmtiles", str(path), (header["min_zoom"], header["max_zoom"])


def _recognise_mbtiles(path: Path) -> Recognised:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles")
            low, high = found.fetchone()
            kind = database.execute("SELECT value FROM metadata WHERE name='format'").fetchone()
    except sqlite3.Error as error:
        message = f"{path}: an SQLite file, but not MBTiles: {error}"
        raise DataError(message) from error
    if low is None or (kind and kind[0] == "pbf"):
        message = f"{path}: expected MBTiles with picture tiles (png, jpg, webp)"
        raise DataError(message)
    return "mbtiles", str(path), (low, high)


def _recognise_geotiff(path: Path) -> Recognised:
    try:
        with rasterio.open(path) as data:
            if data.crs is None or data.count not in (1, 3, 4) or data.dtypes[0] != "uint8":
                message = f"{path}: expected 8-bit pictures of 1, 3 or 4 bands with a CRS"
                raise DataError(message)
            transform_bounds(data.crs, "EPSG:4326", *data.bounds)
    except RasterioError as error:
        message = f"{path}: not PMTiles, MBTiles, GeoTIFF or a WMTS document: {error}"
        raise DataError(message) from error
    return "geotiff", str(path), (0, _MAX_ZOOM)


def _recognise_wmts(document: bytes, location: str) -> Recognised:
    address, zooms = read_capabilities(document, location)
    return "xyz", _checked_address(address), zooms


def _checked_address(address: str) -> str:
    """Refuse an address that the map could not fill in, or whose host no browser would take."""
    unknown = set(re.findall(r"\{[^}]*\}", address)) - {"{z}", "{x}", "{y}"}
    if unknown or not _HOST.fullmatch(urlsplit(address).netloc):
        message = (
            f"{address}: expected http(s)://HOST/… with {{z}}, {{x}} and {{y}} and nothing else in "
            "braces; write one host out in full"
        )
        raise DataError(message)
    return address


def geotiff_tile(path: Path, zoom: int, x: int, y: int) -> bytes | None:
    """Cut one 256-pixel tile (PNG) out of a GeoTIFF; None where it shows nothing."""
    world = 20_037_508.342789244
    side = 2 * world / 2**zoom
    west, north = -world + x * side, world - y * side
    shape = from_bounds(west, north - side, west + side, north, 256, 256)
    options = {"crs": "EPSG:3857", "transform": shape, "width": 256, "height": 256}
    with (
        rasterio.open(path) as data,
        WarpedVRT(
            data, resampling=Resampling.bilinear, add_alpha=data.count != 4, **options
        ) as vrt,
    ):
        bands = vrt.read()
    if not bands[-1].any():
        return None
    with MemoryFile() as memory:
        profile = {"driver": "PNG", "dtype": "uint8", "count": len(bands)}
        with memory.open(width=256, height=256, **profile) as picture:
            picture.write(bands)
        return bytes(memory.read())
