"""
The application database: opened, its schema made on first use, its errors told in a sentence.

SQLite in WAL mode by default; another database by URL. Every use opens a connection of its own and
closes it, so that processes and threads share nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from geo_app.errors import SettingsError, StoreError

BUSY_SECONDS = 30.0
"""How long a writer waits for another."""
_WRITES = "geo_app_writes"


class Database:
    """
    A database that holds the tables of `metadata` at schema number `schema`.

    One that an older program wrote gets the tables it lacks from whoever opens it first.

    Parameters
    ----------
    address
        The file of a SQLite database, or an URL as SQLAlchemy takes it.
    metadata
        The tables.
    schema
        To be raised when they change shape.
    """

    def __init__(self, address: Path | str, metadata: MetaData, schema: int) -> None:
        self._engine = _engine(address)
        self._metadata = metadata
        self._schema = schema
        self._version = Table(
            "schema_version", MetaData(), Column("version", Integer, primary_key=True)
        )
        url = self._engine.url
        self._file = Path(url.database) if _is_sqlite(url) and url.database else None
        self.place = str(self._file or url.render_as_string(hide_password=True))

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """
        Give a connection to read with; None where nothing was ever written.

        Raises
        ------
        StoreError
            If it cannot be reached or read, or was written by a newer program.
        """
        if self._file is not None and not self._file.exists():
            yield None
            return
        with self._told(), self._engine.connect() as connection:
            found = self._found(connection)
            if found is not None and found < self._schema:
                connection.rollback()  # it would go on to see what stood there before
                self._renew()
            yield None if found is None else connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """
        Give a connection to write with, in one transaction; the schema is made where it is not.

        Raises
        ------
        StoreError
            As `reading`, or if it cannot be written to.
        """
        with self._told():
            self._make()
            with self._writer().begin() as connection:
                yield connection

    def _writer(self) -> Engine:
        return self._engine.execution_options(**{_WRITES: True})

    def _found(self, connection: Connection) -> int | None:
        """Return the number of the schema that is there, refusing one newer than this program."""
        if not inspect(connection).has_table(self._version.name):
            return None
        found = connection.scalar(select(self._version.c.version))
        if found is not None and found > self._schema:
            message = (
                f"{self.place}: was written by a newer program (schema {found}; this one knows "
                f"{self._schema}); update geo_app"
            )
            raise StoreError(message)
        return found

    def _renew(self) -> None:
        """Add the tables that an older program did not know."""
        with self._writer().begin() as connection:
            if self._found(connection) != self._schema:  # else another process was quicker
                self._metadata.create_all(connection)
                connection.execute(update(self._version).values(version=self._schema))

    def _make(self) -> None:
        """Make the schema once, however many processes ask for it at the same time."""
        if self._is_made():
            return
        with self._first_use():
            try:
                with self._writer().begin() as connection:
                    if self._found(connection) is None:
                        self._version.create(connection, checkfirst=True)
                        self._metadata.create_all(connection)
                        connection.execute(insert(self._version).values(version=self._schema))
            except DBAPIError:
                if not self._is_made():  # else another process was quicker
                    raise

    def _is_made(self) -> bool:
        with self.reading() as connection:
            return connection is not None

    @contextmanager
    def _first_use(self) -> Iterator[None]:
        """Make SQLite's file, by one process: two cannot turn WAL mode on at once."""
        if self._file is None:
            yield
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._file.with_name(f".{self._file.name}.lock"), timeout=BUSY_SECONDS):
            with closing(sqlite3.connect(self._file, timeout=BUSY_SECONDS)) as opened:
                opened.execute("PRAGMA journal_mode = WAL")
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell in a sentence what went wrong."""
        try:
            yield
        except StoreError:
            raise
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            message = (
                f"{self.place}: the records cannot be used: {cause}; if they are damaged, restore "
                "them from a backup or move them away (layers and maps do not depend on them)"
            )
            raise StoreError(message) from error


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


@cache
def _engine(address: Path | str) -> Engine:
    try:
        if isinstance(address, Path):
            url = URL.create("sqlite", database=str(address))
        else:
            url = make_url(address)
        options = {"connect_args": {"timeout": BUSY_SECONDS}} if _is_sqlite(url) else {}
        engine = create_engine(url, poolclass=NullPool, **options)
    except (ArgumentError, NoSuchModuleError) as error:
        message = (
            f"records_url: is not the address of a database: {error}; expected one such as "
            "postgresql+psycopg://user@host/name"
        )
        raise SettingsError(message) from error
    except ImportError as error:
        message = f"records_url: the driver of this database is not installed: {error}"
        raise SettingsError(message) from error
    if _is_sqlite(url):
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    """Take the writer's lock at once where we write: two who read first would both fail."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
