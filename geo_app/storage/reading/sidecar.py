"""What a delivery says of itself: a TOML file beside it, named as the file with .toml after it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo_app.errors import CatalogueError, DataError
from geo_app.storage.checked import CheckedTable, read_toml


@dataclass(frozen=True)
class Sidecar:
    """What stands in it; None and empty where it says nothing."""

    source: str | None = None
    agency: str | None = None
    date: dt.date | None = None
    accuracy: str | None = None
    licence: str | None = None
    decision: str | None = None
    file_layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    preset: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def sidecar_path(path: Path) -> Path:
    """Return where a file's side-car stands: ``rung.gpkg.toml`` beside ``rung.gpkg``."""
    return path.with_name(f"{path.name}.toml")


def read_sidecar(path: Path) -> Sidecar:
    """
    Read the side-car of a file; without one it says nothing.

    Raises
    ------
    DataError
        If it is no TOML, or has a key or value that it may not have.
    """
    beside = sidecar_path(path)
    if not beside.is_file():
        return Sidecar()
    try:
        file = read_toml(beside)
        said = Sidecar(
            source=file.text("source", None),
            agency=file.text("agency", None),
            date=file.day("date", None),
            accuracy=file.text("accuracy", None),
            licence=file.text("licence", None),
            decision=file.text("decision", None),
            file_layer=file.text("file_layer", None),
            crs=file.text("crs", None),
            encoding=file.text("encoding", None),
            preset=file.text("preset", None),
            mapping=_texts(file, "map"),
            units=_texts(file, "units"),
        )
        file.done()
    except CatalogueError as error:
        raise DataError(str(error)) from error
    return said


def write_sidecar(path: Path, said: Mapping[str, str]) -> None:
    """
    Write or renew a file's side-car; what it said of other things stays.

    Raises
    ------
    DataError
        If the date is none, or the side-car there already breaks the rules.
    """
    beside, lines = sidecar_path(path), dict[str, str]()
    for key, value in said.items():
        lines[key] = json.dumps(value, ensure_ascii=False)
    if "date" in said:
        try:
            lines["date"] = dt.date.fromisoformat(said["date"]).isoformat()
        except ValueError:
            message = f"{beside}: date: found {said['date']!r}; expected a day such as 2026-03-31"
            raise DataError(message) from None
    read_sidecar(path)
    kept = beside.read_text(encoding="utf-8").splitlines() if beside.is_file() else []
    first_table = next((at for at, line in enumerate(kept) if line.startswith("[")), len(kept))
    head = [line for line in kept[:first_table] if line.split("=")[0].strip() not in lines]
    written = [f"{key} = {value}" for key, value in lines.items()]
    text = "\n".join([*written, *head, *kept[first_table:]])
    beside.write_text(f"{text}\n", encoding="utf-8")
    read_sidecar(path)


def _texts(file: CheckedTable, key: str) -> dict[str, str]:
    table = file.table(key, None)
    return {} if table is None else {name: table.text(name) for name in table.content}
