"""The formats a file may be of: by its name, and by what it begins with."""

from dataclasses import dataclass
from pathlib import Path

from geo_app.domain.text import Bilingual
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
_WORD = Bilingual(
    "là tài liệu Word; hãy chép bảng sang Excel", "is a Word document; copy its table into Excel"
)
_REFUSED = {
    ".dwg": Bilingual(
        "là tệp DWG, định dạng đóng; hãy lưu thành DXF", "is a DWG, a closed format; save it as DXF"
    ),
    ".docx": _WORD,
    ".doc": _WORD,
    ".pdf": Bilingual(
        "là tệp PDF; hãy xin bản vẽ hoặc bảng gốc",
        "is a PDF; ask for the drawing or table it was made from",
    ),
}
_PICTURE = Bilingual("ảnh", "a picture")
_KNOWN = (
    (b"%PDF", Bilingual("tệp PDF", "a PDF")),
    (b"AC10", Bilingual("bản vẽ DWG", "a DWG drawing")),
    (
        b"\xd0\xcf\x11\xe0",
        Bilingual(
            "tài liệu Office cũ, hoặc bản vẽ DGN V8", "an old Office document, or a DGN V8 drawing"
        ),
    ),
    (b"PK\x03\x04", Bilingual("tệp nén zip", "a zip archive")),
    (b"SQLite format 3", Bilingual("cơ sở dữ liệu SQLite", "an SQLite database")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
)
_ELSE = Bilingual("thứ khác", "something else")
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
        unknown = Bilingual(
            f"không đọc được loại tệp {suffix!r}; cần một trong: {readable}",
            f"cannot read {suffix!r}; expected one of {readable}",
        )
        reason = _REFUSED.get(suffix, unknown)
        raise DataError(f"{path}: {reason.en}", vi=f"{path}: {reason.vi}")
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
        raise DataError(
            f"{path}: cannot be read: the file is empty", vi=f"{path}: tệp rỗng, không có gì để đọc"
        )
    wrong_start = known.begins and not head.startswith(known.begins)
    seen = next((words for start, words in _KNOWN if head.startswith(start)), None)
    if wrong_start or (seen and not known.begins):
        found = seen or _ELSE
        raise DataError(
            f"{path}: is {found.en}, not a {known.title} as its name says",
            vi=f"{path}: là {found.vi}, không phải {known.title} như tên tệp",
        )
    if known.title in {"KML", "GPX"}:
        _refuse_entities(path, head)


def _refuse_entities(path: Path, head: bytes) -> None:
    """Entities can grow without bound, or reach other files; no map needs them."""
    plain = head.replace(b"\x00", b"").upper()
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise DataError(
            f"{path}: declares XML entities, which no map needs; it is not read",
            vi=f"{path}: khai báo thực thể XML, không bản đồ nào cần; không đọc tệp này",
        )
