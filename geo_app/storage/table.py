"""Pages of a layer's attribute table, sorted as the Vietnamese dictionary sorts."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from geo_app.domain.layer import Layer
from geo_app.domain.text import plain
from geo_app.storage.conditions import sql_condition
from geo_app.storage.frames import TABLE, open_record, sort_column, written_columns


@dataclass(frozen=True)
class TablePage:
    """Some rows of a table, and how many there are in all; each row has its `fid`."""

    rows: list[dict[str, Any]]
    total: int


@dataclass(frozen=True)
class TableQuery:
    """What to show: fields, order, conditions (see `sql_condition`), and which slice."""

    fields: Sequence[str]
    sort: str | None = None
    descending: bool = False
    where: Mapping[str, Any] | None = None
    offset: int = 0
    limit: int = 50


def read_page(path: Path, layer: Layer, query: TableQuery) -> TablePage:
    """
    Read one page of a record; rows without the sorting value come last.

    Raises
    ------
    UnknownError
        If a field does not exist.
    StoreError
        If the record is damaged.
    """
    written = written_columns(path)
    condition = sql_condition(layer, query.where or {}, written) or "1"
    names = [layer.field(name).name for name in query.fields]
    with open_record(path) as database:
        database.create_function("plain", 1, lambda v: plain(v) if v else "", deterministic=True)
        total = _count(database, condition)
        columns = ", ".join(_column(name, written) for name in ("fid", *names))
        select = f'SELECT {columns} FROM "{TABLE}" WHERE {condition}'  # noqa: S608 (quoted above)
        rows = _slice(database, select, _sorting(layer, query.sort, written), query)
    types = {name: layer.field(name).type for name in names}
    return TablePage([_row(names, types, row) for row in rows], total)


def _column(name: str, written: Collection[str]) -> str:
    # SQLite takes the quoted name of a column that is not there for a text.
    return f'"{name}"' if name in written else "NULL"


def _sorting(layer: Layer, name: str | None, written: Collection[str]) -> str:
    if name is None:
        return '"fid"'
    column = sort_column(layer, layer.field(name).name)
    return _column(column if column in written else name, written)


def _count(database: sqlite3.Connection, condition: str) -> int:
    if condition == "1":
        count = database.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchone()
        if count and count[0] is not None:
            return int(count[0])
    query = f'SELECT count(*) FROM "{TABLE}" WHERE {condition}'  # noqa: S608
    return int(database.execute(query).fetchone()[0])


def _slice(
    database: sqlite3.Connection, select: str, column: str, query: TableQuery
) -> list[tuple[Any, ...]]:
    way = "DESC" if query.descending else "ASC"
    filled = f"{select} AND {column} IS NOT NULL"
    order = f"ORDER BY {column} {way}, fid {way} LIMIT ? OFFSET ?"
    rows = database.execute(f"{filled} {order}", (query.limit, query.offset)).fetchall()
    if len(rows) < query.limit:
        counted = f"SELECT count(*) FROM ({filled})"  # noqa: S608
        skip = max(0, query.offset - database.execute(counted).fetchone()[0])
        empty = f"{select} AND {column} IS NULL ORDER BY fid {way} LIMIT ? OFFSET ?"
        rows += database.execute(empty, (query.limit - len(rows), skip)).fetchall()
    return rows


def _row(names: Sequence[str], types: Mapping[str, str], row: tuple[Any, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {"fid": row[0]}
    for name, value in zip(names, row[1:], strict=True):
        if value is not None and types[name] == "boolean":
            values[name] = bool(value)
        elif value is not None and types[name] == "date":
            values[name] = date.fromisoformat(value)
        else:
            values[name] = value
    return values
