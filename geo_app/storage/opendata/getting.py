"""One cached, resumable download: a file is whole and checked, or it is not there."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from geo_app.errors import DataError
from geo_app.storage.opendata.asking import (
    LOCAL,
    Again,
    Patience,
    asked,
    check_status,
    is_address,
    masked,
    open_session,
    patiently,
    seen_in,
)

Progress = Callable[[int, int | None], None]
"""Told the bytes that are there, and how many there will be (None: unknown)."""

_CHUNK = 1 << 16
_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Fetched:
    """A file that is there: whole, and as its `sha256` says; `date` is when the server made it."""

    path: Path
    address: str
    sha256: str
    bytes: int
    date: dt.date | None
    from_cache: bool = False


def get(
    address: str,
    folder: Path,
    *,
    patience: Patience | None = None,
    progress: Progress = lambda *_: None,
    sha256: str | None = None,
) -> Fetched:
    """
    Have a file: from the cache while it is fresh, else from its server; a local path is itself.

    A download that was cut off goes on where it stopped, unless the file has changed since.

    Parameters
    ----------
    address
        An http or https address, or the path of a local file.
    folder
        The cache.
    patience
        How hard to try.
    sha256
        What the file must be, where its publisher says so.

    Raises
    ------
    DataError
        If it cannot be had, is larger than allowed, or is not what `sha256` says.
    """
    if not is_address(address):
        return _local(Path(address), sha256)
    patience = patience or Patience()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _cached_name(address)
    known = _remembered(path)
    if known and _age_s(known) < patience.fresh_s and _digest(path) == known["sha256"]:
        return _checked(path, address, known, sha256, from_cache=True)
    download = _Download(address, path, patience, progress)
    try:
        renewed = patiently(download.attempt, masked(address), patience, reached=download.reached)
    except requests.RequestException as error:
        message = f"{masked(address)}: {error}"
        raise DataError(message) from error
    known = _remember(path, address, renewed or known)
    return _checked(path, address, known, sha256, from_cache=renewed is None)


@dataclass(frozen=True)
class _Download:
    address: str
    path: Path
    patience: Patience
    progress: Progress

    @property
    def part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    @property
    def marker(self) -> Path:
        """What the half file is half of: the server's validator."""
        return self.path.with_name(f"{self.path.name}.part.json")

    def reached(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def attempt(self) -> dict[str, str | None] | None:
        """Load what is missing; None where the cached file is still the server's."""
        have, headers = self.reached(), {"Accept-Encoding": "identity"}
        validator = _read_json(self.marker).get("validator")
        if have and validator:
            headers |= {"Range": f"bytes={have}-", "If-Range": str(validator)}
        else:
            have = 0
            known = _remembered(self.path)
            whole = bool(known) and _digest(self.path) == known["sha256"]
            headers |= {"If-None-Match": str(known["etag"])} if whole and known["etag"] else {}
        with (
            open_session() as session,
            asked(session, self.address, self.patience, headers=headers) as answer,
        ):
            if answer.status_code == 304:
                return None
            if answer.status_code == 416:
                self.part.unlink(missing_ok=True)
                message = "the file has changed while it was loaded"
                raise Again(message)
            check_status(answer, masked(self.address), self.patience)
            if answer.status_code != 206:
                have = 0
            return self._load(answer, have)

    def _load(self, answer: requests.Response, have: int) -> dict[str, str | None]:
        seen = seen_in(answer)
        validator = seen.etag if seen.etag and not seen.etag.startswith("W/") else None
        modified = answer.headers.get("Last-Modified")
        self.marker.write_text(json.dumps({"validator": validator or modified}), encoding="utf-8")
        total = None if seen.bytes is None else have + seen.bytes
        with self.part.open("r+b" if have else "wb") as file:
            file.seek(have)
            file.truncate()
            for chunk in answer.iter_content(_CHUNK):
                have += len(chunk)
                if have > self.patience.most_bytes:
                    message = (
                        f"{masked(self.address)}: is larger than {self.patience.most_bytes:,} "
                        "bytes; name a smaller extract"
                    )
                    raise DataError(message)
                file.write(chunk)
                self.progress(have, total)
        if total is not None and have < total:
            message = f"cut off at {have:,} of {total:,} bytes"
            raise Again(message)
        self.part.replace(self.path)
        self.marker.unlink()
        day = seen.last_modified.date().isoformat() if seen.last_modified else None
        return {"etag": seen.etag, "date": day}


def _local(path: Path, sha256: str | None) -> Fetched:
    if not path.is_file():
        message = f"{path}: the file does not exist; give an address, or a file that is there"
        raise DataError(message)
    known = {"sha256": _digest(path), "date": None}
    return _checked(path, path.name, known, sha256, from_cache=False)


def _checked(
    path: Path, address: str, known: dict[str, str | None], sha256: str | None, *, from_cache: bool
) -> Fetched:
    digest = str(known["sha256"])
    if sha256 is not None and digest != sha256.lower():
        if is_address(address):
            path.unlink(missing_ok=True)
        message = f"{masked(address)}: its SHA-256 is {digest}; expected {sha256}; {LOCAL}"
        raise DataError(message)
    day = dt.date.fromisoformat(str(known["date"])) if known.get("date") else None
    shown = masked(address) if is_address(address) else address
    return Fetched(path, shown, digest, path.stat().st_size, day, from_cache)


def _cached_name(address: str) -> str:
    name = _NAME.sub("_", Path(urlsplit(address).path).name)[-80:] or "data"
    return f"{hashlib.sha256(address.encode()).hexdigest()[:12]}-{name}"


def _meta(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _remembered(path: Path) -> dict[str, str | None]:
    return _read_json(_meta(path)) if path.is_file() else {}


def _read_json(path: Path) -> dict[str, str | None]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(path: Path, address: str, known: dict[str, str | None]) -> dict[str, str | None]:
    now = dt.datetime.now(dt.UTC).isoformat()
    content = {**known, "address": masked(address), "fetched": now, "sha256": _digest(path)}
    _meta(path).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return content


def _age_s(known: dict[str, str | None]) -> float:
    fetched = dt.datetime.fromisoformat(str(known["fetched"]))
    return (dt.datetime.now(dt.UTC) - fetched).total_seconds()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
