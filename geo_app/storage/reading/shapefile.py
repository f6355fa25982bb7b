"""A shapefile's parts: are they all there, and whole? GDAL reads what is left and says nothing."""

import struct
from pathlib import Path

from geo_app.errors import DataError

PARTS = (".shx", ".dbf", ".prj", ".cpg")
"""What may stand beside the .shp; the first two must."""


def companions(path: Path) -> dict[str, Path]:
    """Return the files that belong to a .shp by their ending, however it is written."""
    beside = {
        p.suffix.lower(): p
        for p in path.parent.glob("*")
        if p.stem == path.stem and p.suffix.lower() in PARTS and p.is_file()
    }
    return dict(sorted(beside.items()))


def check_complete(path: Path) -> None:
    """
    Check that a shapefile has its parts, each as long as its header says.

    Raises
    ------
    DataError
        If one is missing or cut off.
    """
    beside = companions(path)
    for suffix in (".shx", ".dbf"):
        if suffix not in beside:
            raise DataError(
                f"{path}: its {suffix} is missing; a shapefile is .shp, .shx and .dbf together",
                vi=f"{path}: thiếu tệp {suffix}; shapefile gồm .shp, .shx và .dbf đi cùng nhau, "
                "hãy nén chung thành một tệp zip",
            )
    for part in (path, beside[".shx"], beside[".dbf"]):
        size, expected = part.stat().st_size, _declared_bytes(part)
        if size < expected:
            raise DataError(
                f"{path}: {part.name} is not complete: {size:,} of {expected:,} bytes",
                vi=f"{path}: {part.name} không nguyên vẹn: {size} trên {expected} byte",
            )


def text_widths(path: Path) -> dict[str, int]:
    """Return the bytes that each text field of a .shp's table holds."""
    with companions(path)[".dbf"].open("rb") as file:
        (start,) = struct.unpack("<8xH22x", file.read(32))
        descriptors = file.read(start - 33)
    fields = [descriptors[at : at + 32] for at in range(0, len(descriptors) - 31, 32)]
    return {
        field[:11].split(b"\0")[0].decode("latin-1"): field[16]
        for field in fields
        if field[11:12] == b"C"
    }


def _declared_bytes(part: Path) -> int:
    """Return how long a part says it is: .shp and .shx in 16-bit words, .dbf in records."""
    with part.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:
        return 32
    if part.suffix.lower() == ".dbf":
        records, start, width = struct.unpack("<4xIHH", header[:12])
        return int(start + records * width)
    (words,) = struct.unpack(">24xI", header[:28])
    return int(2 * words)
