"""Zip archives opened with care: bounded, inside their own folder, gone afterwards."""

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo_app.errors import DataError

MOST_BYTES = 4_000_000_000
MOST_FILES = 10_000
MOST_RATIO = 200
"""No drawing or table shrinks further than this; what claims to is a bomb."""
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
_NESTED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz")
_RATIO_FROM_BYTES = 10_000_000


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """
    Extract an archive into a folder that lasts as long as the block.

    Raises
    ------
    DataError
        If it is no zip, is damaged or encrypted, holds archives, leads out of its folder, or
        would grow beyond its bounds.
    """
    folder = Path(tempfile.mkdtemp(prefix="geo_app-"))
    try:
        try:
            with zipfile.ZipFile(path) as archive:
                check(archive, path)
                _extract(archive, path, folder)
        except _FAILURES as error:
            message = f"{path}: cannot be opened as a zip archive: {error}"
            raise DataError(message) from error
        except UnicodeError as error:
            message = f"{path}: holds a file name that cannot be read: {error}"
            raise DataError(message) from error
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(archive: zipfile.ZipFile, path: Path) -> None:
    """
    Refuse an archive that is not what a delivery looks like.

    Raises
    ------
    DataError
        Naming the entry and what is wrong with it.
    """
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES or total > MOST_BYTES:
        message = (
            f"{path}: holds {len(entries):,} files of {total:,} bytes; expected at most "
            f"{MOST_FILES:,} files of {MOST_BYTES:,} bytes"
        )
        raise DataError(message)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > _RATIO_FROM_BYTES and total / packed > MOST_RATIO:
        message = (
            f"{path}: {packed:,} bytes would grow to {total:,}, more than {MOST_RATIO} times: a "
            "zip bomb, not a delivery"
        )
        raise DataError(message)
    for entry in entries:
        problem = _problem(entry)
        if problem:
            message = f"{path}: {entry.filename!r} {problem}; unpack it by hand and look"
            raise DataError(message)


def _problem(entry: zipfile.ZipInfo) -> str | None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        return "leads out of the archive's folder"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if name.suffix.lower() in _NESTED:
        return "is an archive within the archive"
    return None


def _extract(archive: zipfile.ZipFile, path: Path, folder: Path) -> None:
    """Write each entry, never more of it than it declares."""
    for entry in archive.infolist():
        target = folder / PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
        if target.stat().st_size != entry.file_size:
            message = f"{path}: {entry.filename!r} is not as long as the archive says"
            raise DataError(message)
