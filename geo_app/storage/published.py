"""
What is published: one small file, replaced atomically, that names the version of each layer.

Every publication is a generation. The history in the file rebuilds any earlier state, so a page,
a study or a report can pin one generation and never mixes two states of the province.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo_app.errors import StoreError, UnknownError

FILE = "published.json"
_FORMAT = 1


@dataclass(frozen=True)
class Event:
    """One publication: layer → (version before, version after); None means none."""

    generation: int
    when: datetime
    by: str
    what: str
    changes: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class Published:
    """A generation: which version of each layer is served, and how it came to be."""

    generation: int
    versions: Mapping[str, str]
    history: tuple[Event, ...]

    def at(self, generation: int) -> "Published":
        """Return the state as it was at an earlier `generation`."""
        if not 0 <= generation <= self.generation:
            message = f"there is no generation {generation}; the newest is {self.generation}"
            raise UnknownError(message)
        past = tuple(event for event in self.history if event.generation <= generation)
        return Published(generation, _replay(past), past)

    def as_of(self, moment: datetime) -> "Published":
        """Return the state as it was at `moment` (with a time zone)."""
        before = [event.generation for event in self.history if event.when <= moment]
        return self.at(max(before, default=0))

    def changed(
        self, changes: Mapping[str, str | None], *, by: str, what: str, when: datetime
    ) -> "Published":
        """Return the next generation, in which each layer of `changes` has that version."""
        generation = self.generation + 1
        moves = {layer: (self.versions.get(layer), after) for layer, after in changes.items()}
        event = Event(generation, when, by, what, moves)
        history = (*self.history, event)
        return Published(generation, _replay(history), history)


def _replay(history: tuple[Event, ...]) -> dict[str, str]:
    versions: dict[str, str] = {}
    for event in history:
        for layer, (_, after) in event.changes.items():
            versions.pop(layer, None)
            if after is not None:
                versions[layer] = after
    return dict(sorted(versions.items()))


def file_state(folder: Path) -> tuple[int, ...]:
    """Return what changes when the file is replaced; empty where there is none."""
    try:
        state = (folder / FILE).stat()
    except FileNotFoundError:
        return ()
    return (state.st_ino, state.st_mtime_ns, state.st_size)


def read_published(folder: Path) -> Published:
    """
    Read what is published in the store at `folder`; generation 0 where nothing is.

    Raises
    ------
    StoreError
        If the file is damaged.
    """
    path = folder / FILE
    try:
        return _published(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Published(0, {}, ())
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
        raise StoreError(message) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = (
            f"{path}: damaged ({error!r}); it is only ever replaced whole, so restore it from a "
            "backup, or remove it and run `geo-app build`"
        )
        raise StoreError(message) from error


def write_published(folder: Path, published: Published) -> None:
    """Replace what is published, in one step that a crash cannot split."""
    record = {
        "format": _FORMAT,
        "generation": published.generation,
        "versions": published.versions,
        "history": [_entry(event) for event in published.history],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1)
    replace_file(folder / FILE, text.encode("utf-8"))


def replace_file(path: Path, content: bytes) -> None:
    """
    Write `content` beside `path`, make it lasting, then put it in place at once.

    What it writes beside is hidden and ends in the process's number; see `FileStore.sweep`.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` lasting (where the system knows how)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def _published(record: Mapping[str, Any]) -> Published:
    if record["format"] != _FORMAT:
        message = f"format {record['format']!r}; this program reads {_FORMAT}"
        raise ValueError(message)
    history = tuple(_event(entry) for entry in record["history"])
    published = Published(record["generation"], _replay(history), history)
    numbers = [event.generation for event in history]
    if numbers != list(range(1, published.generation + 1)):
        message = f"generation {published.generation} has events {numbers}"
        raise ValueError(message)
    if published.versions != record["versions"]:
        message = "its versions are not what its history leads to"
        raise ValueError(message)
    return published


def _event(entry: Mapping[str, Any]) -> Event:
    when = datetime.fromisoformat(entry["when"])
    if when.tzinfo is None:
        message = f"{entry['when']} has no time zone"
        raise ValueError(message)
    changes = {layer: (before, after) for layer, (before, after) in entry["changes"].items()}
    return Event(entry["generation"], when, entry["by"], entry["what"], changes)


def _entry(event: Event) -> dict[str, Any]:
    return {
        "generation": event.generation,
        "when": event.when.isoformat(),
        "by": event.by,
        "what": event.what,
        "changes": {layer: list(move) for layer, move in event.changes.items()},
    }
