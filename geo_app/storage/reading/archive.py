"""Zip archives opened with care: bounded, inside their own folder, gone afterwards."""

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo_app.domain.text import Bilingual
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
            raise DataError(
                f"{path}: cannot be opened as a zip archive: {error}",
                vi=f"{path}: không mở được như tệp zip; tệp có nguyên vẹn không? ({error})",
            ) from error
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
        raise DataError(
            f"{path}: {packed:,} bytes would grow to {total:,}, more than {MOST_RATIO} times: a "
            "zip bomb, not a delivery",
            vi=f"{path}: {packed} byte nở ra {total}, hơn {MOST_RATIO} lần: bom zip, không phải "
            "tệp giao nộp",
        )
    for entry in entries:
        problem = _problem(entry)
        if problem:
            raise DataError(
                f"{path}: {entry.filename!r} {problem.en}; unpack it by hand and look",
                vi=f"{path}: “{entry.filename}” {problem.vi}; hãy giải nén bằng tay và xem lại",
            )


def _problem(entry: zipfile.ZipInfo) -> Bilingual | None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        return Bilingual("dẫn ra ngoài thư mục của tệp nén", "leads out of the archive's folder")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Bilingual("là một liên kết", "is a link")
    if entry.flag_bits & 0x1:
        return Bilingual("có mật khẩu", "is encrypted")
    if name.suffix.lower() in _NESTED:
        return Bilingual("là tệp nén trong tệp nén", "is an archive within the archive")
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
