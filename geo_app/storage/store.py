"""
The store: immutable versions in folders, and one file that says which are served.

::

    <store>/<layer>/<version>/features.gpkg or raster.tif, display/, meta.json
    <store>/published.json      see `published`
    <store>/.lock               held by whoever publishes

A version is built in a hidden folder, made lasting, renamed into place and only then published:
a crash at any instant leaves the generation before it served.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from geo_app.domain.version import Version, version_from_json
from geo_app.errors import StoreError, UnknownError
from geo_app.storage.published import (
    Published,
    file_state,
    now,
    read_published,
    replace_file,
    sync_folder,
    write_published,
)

FEATURES = "features.gpkg"
RASTER = "raster.tif"
DISPLAY = "display"
META = "meta.json"
STAGED = ".staged-"
_LOCK_SECONDS = 60.0
_FULL_BYTES = 1_000_000


class FileStore:
    """
    Versions of layers in a folder of files.

    Parameters
    ----------
    folder
        Where they stand; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[tuple[int, ...], Published] | None = None

    def published(self) -> Published:
        """Return what is served now; read again only where the file was replaced."""
        state = file_state(self.folder)
        if self._seen is None or self._seen[0] != state:
            self._seen = (state, read_published(self.folder))
        return self._seen[1]

    def path(self, layer: str, version: str) -> Path:
        """Return the folder of a version, refusing one that does not exist."""
        folder = self.folder / layer / version
        if not self.has(layer, version):
            known = ", ".join(v.id for v in self.versions(layer)) or "none"
            message = f"layer {layer}: there is no version {version!r}; versions: {known}"
            raise UnknownError(message)
        return folder

    def has(self, layer: str, version: str) -> bool:
        """Tell whether a version exists; a name that leads to another folder is none."""
        inside = version == Path(version).name and not version.startswith(".")
        return inside and (self.folder / layer / version / META).is_file()

    def version(self, layer: str, version: str) -> Version:
        """
        Read the record of a version.

        Raises
        ------
        UnknownError
            If there is no such version.
        StoreError
            If its record is damaged.
        """
        path = self.path(layer, version) / META
        try:
            return version_from_json(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            message = f"{path}: damaged ({error}); roll the layer back or import it again"
            raise StoreError(message) from error

    def versions(self, layer: str) -> list[Version]:
        """List the versions of a layer, oldest first; damaged ones are left out."""
        found = []
        for meta in sorted((self.folder / layer).glob(f"[!.]*/{META}")):
            try:
                found.append(self.version(layer, meta.parent.name))
            except StoreError:
                continue
        return sorted(found, key=lambda version: (version.created, version.id))

    @contextmanager
    def stage(self, layer: str) -> Iterator[Path]:
        """
        Give an empty hidden folder to build a version in; it is removed unless sealed.

        Raises
        ------
        StoreError
            If the disk is full or not writable, in the block or here.
        """
        staged = self.folder / layer / f"{STAGED}{os.getpid()}-{uuid4().hex[:8]}"
        try:
            (staged / DISPLAY).mkdir(parents=True)
            yield staged
        except StoreError:
            raise
        except OSError as error:
            raise self._failure(layer, error) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def seal(self, staged: Path, draft: Version) -> Version:
        """
        Make a staged folder an immutable version.

        Returns
        -------
        version
            `draft` with its id (time and content), moment and file hashes.
        """
        files = {
            str(path.relative_to(staged)): _sha256(path)
            for path in sorted(staged.rglob("*"))
            if path.is_file()
        }
        created = now()
        content = json.dumps([files, draft.digest]).encode()
        short = hashlib.sha256(content).hexdigest()[:8]
        version = replace(
            draft, id=f"{created:%Y%m%dT%H%M%SZ}-{short}", created=created, files=files
        )
        text = json.dumps(version.to_json(), ensure_ascii=False, indent=1)
        replace_file(staged / META, text.encode("utf-8"))
        for path in staged.rglob("*"):
            if path.is_dir():
                sync_folder(path)
        if self.has(draft.layer, version.id):  # the same content within the same second
            return self.version(draft.layer, version.id)
        staged.rename(staged.parent / version.id)
        sync_folder(staged.parent)
        return version

    def publish(self, changes: Mapping[str, str | None], *, by: str, what: str) -> Published:
        """
        Serve other versions from now on: all of `changes`, or none.

        Parameters
        ----------
        changes
            Layer → version; None takes the layer out.
        by, what
            Who does it and what it is called in the history.

        Raises
        ------
        UnknownError
            If a version does not exist.
        StoreError
            If another publisher holds the lock too long, or the disk is full.
        """
        return self.change(lambda _: changes, by=by, what=what)

    def change(
        self, decide: Callable[[Published], Mapping[str, str | None]], *, by: str, what: str
    ) -> Published:
        """
        Publish what `decide` makes of what is served, with no other publisher in between.

        See `publish`; where `decide` returns no change there is no new generation.
        """
        with self.lock():
            served = self.published()
            changes = decide(served)
            if not changes:
                return served
            for layer, version in changes.items():
                if version is not None:
                    self.path(layer, version)
            following = served.changed(changes, by=by, what=what, when=now())
            try:
                write_published(self.folder, following)
            except OSError as error:
                raise self._failure(", ".join(changes), error) from error
        return following

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the publishers' lock; a second publisher waits, then gives up with an error."""
        path = self.folder / ".lock"
        lock = FileLock(path, timeout=_LOCK_SECONDS)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            message = f"{path}: another publisher has held the lock for {_LOCK_SECONDS:.0f} s"
            raise StoreError(message) from error
        except OSError as error:
            message = f"{path}: the store cannot be written to: {error.strerror or error}"
            raise StoreError(message) from error
        try:
            yield
        finally:
            lock.release()

    def remove(self, layer: str, version: str) -> None:
        """
        Delete a version's folder.

        Raises
        ------
        StoreError
            If it is being served, or cannot be deleted.
        """
        with self.lock():
            if self.published().versions.get(layer) == version:
                message = f"layer {layer}: version {version} is being served; roll back first"
                raise StoreError(message)
            folder = self.path(layer, version)
            hidden = folder.with_name(f"{STAGED}gone-{version}")
            try:
                folder.rename(hidden)
                shutil.rmtree(hidden)
            except OSError as error:
                message = f"{folder}: cannot be deleted: {error.strerror or error}"
                raise StoreError(message) from error

    def sweep(self) -> int:
        """Remove what killed publishers left behind; return how many files and folders."""
        places = (f"*/{STAGED}*", f"*/*/downloads/*/{STAGED}*")
        found = (path for place in places for path in self.folder.glob(place))
        staged = [path for path in found if not _alive(_owner(path))]
        beside = [p for p in self.folder.glob(".*.json.*") if not _alive(p.suffix[1:])]
        for path in staged:
            shutil.rmtree(path, ignore_errors=True)
        for path in beside:
            path.unlink(missing_ok=True)
        return len(staged) + len(beside)

    def _failure(self, layer: str, error: Exception) -> StoreError:
        free = shutil.disk_usage(_existing(self.folder)).free
        # GDAL and SQLite do not hand on the system's error number.
        number = getattr(error, "errno", None) or (errno.ENOSPC if free < _FULL_BYTES else None)
        full = f"the disk is full ({free:,} bytes free)"
        reason = full if number == errno.ENOSPC else str(error)
        served = "what was published before is still served"
        return StoreError(f"{self.folder}: layer {layer}: {reason}; nothing changed, {served}")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _owner(staged: Path) -> str:
    return staged.name.removeprefix(STAGED).split("-")[0]


def _alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest
