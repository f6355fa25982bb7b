"""The formats a file may be of: by its name, and by what it begins with."""

from dataclasses import dataclass
from pathlib import Path

from geo_app.errors import DataError


@dataclass(frozen=True)
class Format:
    """A format: how its files end, what they begin with, and the driver that reads it."""

    title: str
    suffixes: tuple[str, ...]
    driver: str | None = None
    begins: tuple[bytes, ...] = ()
    text: bool = False


FORMATS = (
    Format("Shapefile", (".shp",), "ESRI Shapefile", (b"\x00\x00\x27\x0a",)),
    Format("GeoPackage", (".gpkg",), "GPKG", (b"SQLite format 3\x00",)),
    Format("GeoJSON", (".geojson", ".json"), "GeoJSON", text=True),
    Format("FlatGeobuf", (".fgb",), "FlatGeobuf", (b"fgb\x03",)),
    Format("GeoParquet", (".parquet", ".geoparquet"), None, (b"PAR1",)),
    Format("MapInfo", (".tab", ".mif"), "MapInfo File"),
    Format("DXF", (".dxf",), "DXF"),
    Format("DGN", (".dgn",), "DGN"),
    Format("KML", (".kml",), "LIBKML", text=True),
    Format("KMZ", (".kmz",), "LIBKML", (b"PK",)),
    Format("GPX", (".gpx",), "GPX", text=True),
    Format("FileGDB", (".gdb",), "OpenFileGDB"),
    Format("CSV", (".csv", ".txt"), None),
    Format("Excel", (".xlsx", ".xls"), None, (b"PK", b"\xd0\xcf\x11\xe0")),
    Format("GeoTIFF", (".tif", ".tiff"), None, (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")),
    Format("zip", (".zip",), None, (b"PK",)),
)
SUFFIXES = {suffix: each for each in FORMATS for suffix in each.suffixes}
_REFUSED = {
    ".dwg": "is a DWG, a closed format; save it as DXF",
    ".docx": "is a Word document; copy its table into Excel",
    ".doc": "is a Word document; copy its table into Excel",
    ".pdf": "is a PDF; ask for the drawing or table it was made from",
}
_KNOWN = (
    (b"%PDF", "a PDF"),
    (b"AC10", "a DWG drawing"),
    (b"\xd0\xcf\x11\xe0", "an old Office document, or a DGN V8 drawing"),
    (b"PK\x03\x04", "a zip archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_HEAD = 1_000_000


def format_of(path: Path) -> Format:
    """
    Return a file's format, its content looked at as well as its name.

    Raises
    ------
    DataError
        If it is missing, empty, of a format not read here, or not of the one it names.
    """
    if not path.exists():
        message = f"{path}: the file does not exist"
        raise DataError(message)
    suffix = path.suffix.lower()
    known = SUFFIXES.get(suffix)
    if known is None:
        readable = ", ".join(SUFFIXES)
        reason = _REFUSED.get(suffix, f"cannot read {suffix!r}; expected one of {readable}")
        message = f"{path}: {reason}"
        raise DataError(message)
    if path.is_dir() != (suffix == ".gdb"):
        message = f"{path}: found a {'folder' if path.is_dir() else 'file'}; a FileGDB is a folder"
        raise DataError(message)
    if path.is_file():
        _check_content(path, known)
    return known


def _check_content(path: Path, known: Format) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD if known.text else 512)
    if not head:
        message = f"{path}: cannot be read: the file is empty"
        raise DataError(message)
    wrong_start = known.begins and not head.startswith(known.begins)
    seen = next((words for start, words in _KNOWN if head.startswith(start)), None)
    if wrong_start or (seen and not known.begins):
        found = seen or "something else"
        message = f"{path}: is {found}, not a {known.title} as its name says"
        raise DataError(message)
    if known.title in {"KML", "GPX"}:
        _refuse_entities(path, head)


def _refuse_entities(path: Path, head: bytes) -> None:
    """Entities can grow without bound, or reach other files; no map needs them."""
    plain = head.replace(b"\x00", b"").upper()
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        message = f"{path}: declares XML entities, which no map needs; it is not read"
        raise DataError(message)
