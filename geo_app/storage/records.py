"""
What people enter: saved checks, overrides, posts from the field, forms on the plan.

Nothing else of the store depends on it; it begins to exist when the first record is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    Float,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    and_,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from geo_app.config import Settings
from geo_app.domain.access import Access
from geo_app.domain.override import Override
from geo_app.domain.post import FieldPost, PostState
from geo_app.domain.saved import NUMBER, Entry, Saved, Verification, verification_from_json
from geo_app.domain.submission import (
    Addition,
    State,
    Submission,
    line_from_json,
    line_to_json,
)
from geo_app.errors import StoreError, UnknownError
from geo_app.storage.database import Database

SCHEMA = 2
"""Raise it when tables are added, or change shape: then bring older databases to it."""
_TRIES = 100
_SAME_FORM = ("agency", "period", "digest")


class Moment(TypeDecorator[datetime]):
    """A moment, kept as text in UTC, so that every database sorts it alike."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it."""
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read it."""
        return datetime.fromisoformat(value) if value else None


_TABLES = MetaData()
_OVERRIDES = Table(
    "overrides",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("layer", Text, nullable=False, index=True),
    Column("feature", Text),
    Column("site", Text),
    Column("reason", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Column("until", Date, nullable=False),
    Column("digest", Text, nullable=False),
    Column("ended", Moment),
    Column("ended_by", Text),
)
_CHECKS = Table(
    "checks",
    _TABLES,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("study", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("made", Moment, nullable=False, index=True),
    Column("access", Text, nullable=False),
    Column("marks", JSON, nullable=False),
    Column("verification", JSON(none_as_null=True)),
    Column("settings", JSON, nullable=False),
    Column("clearance", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("bases", JSON, nullable=False),
    Column("program", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("result", JSON, nullable=False),
)
_POSTS = Table(
    "posts",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("route", Text, nullable=False),
    Column("chainage_m", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("who", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("made", Moment, nullable=False, index=True),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("remark", Text, nullable=False),
)
_SUBMISSIONS = Table(
    "submissions",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("agency", Text, nullable=False, index=True),
    Column("period", Text, nullable=False, index=True),
    Column("lines", JSON, nullable=False),
    Column("additions", JSON, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("made", Moment, nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("remark", Text, nullable=False),
    Column("decided", Moment),
    Column("decided_by", Text),
)
_ENTRY = [column for column in _CHECKS.c if column.name in {f.name for f in fields(Entry)}]


class Records:
    """The records of the workspace that `settings` describe."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings.records_url or settings.records_file, _TABLES, SCHEMA)

    def add_check(self, draft: Saved, year: int) -> Saved:
        """Keep a check under the next number of `year`, whatever number `draft` has."""
        names = {f.name for f in fields(Saved)} - {"number"}
        values = {**{name: getattr(draft, name) for name in names}, "marks": list(draft.marks)}
        last = select(func.max(_CHECKS.c.serial)).where(_CHECKS.c.year == year)
        with self._database.writing() as connection:
            for _ in range(_TRIES):
                try:
                    with connection.begin_nested():
                        serial = (connection.scalar(last) or 0) + 1
                        connection.execute(
                            insert(_CHECKS).values(year=year, serial=serial, **values)
                        )
                except IntegrityError:  # another process took the number in between
                    continue
                return replace(draft, number=_number(year, serial))
        message = f"{self._database.place}: no free number in {_TRIES} tries; save again"
        raise StoreError(message)

    def check(self, number: str) -> Saved:
        """
        Read a saved check.

        Raises
        ------
        UnknownError
            If there is none under this number.
        """
        rows = self._rows(select(_CHECKS).where(_numbered(number)))
        if not rows:
            message = f"there is no saved check {number!r}"
            raise UnknownError(message)
        return Saved(**_check_values(rows[0]))

    def checks(self, levels: Sequence[Access], *, limit: int, offset: int) -> tuple[Entry, ...]:
        """List checks of some access classes, newest first."""
        query = (
            select(_CHECKS.c.year, _CHECKS.c.serial, *_ENTRY)
            .where(_CHECKS.c.access.in_(levels))
            .order_by(_CHECKS.c.year.desc(), _CHECKS.c.serial.desc())
            .limit(limit)
            .offset(offset)
        )
        return tuple(Entry(**_check_values(row)) for row in self._rows(query))

    def count_checks(self, levels: Sequence[Access]) -> int:
        """Count the checks of some access classes."""
        return self._count(_CHECKS.c.access.in_(levels))

    def count_since(self, moment: datetime, account: str) -> int:
        """Count the checks, posts and forms that an account added since a moment."""
        return sum(
            self._count(table.c.made >= moment, table.c.account == account)
            for table in (_CHECKS, _POSTS, _SUBMISSIONS)
        )

    def keep_verification(self, number: str, verification: Verification) -> None:
        """Keep what was found when a check was last verified."""
        change = update(_CHECKS).where(_numbered(number))
        with self._database.writing() as connection:
            connection.execute(change.values(verification=verification.to_json()))

    def add_override(self, draft: Override) -> Override:
        """Keep an override under an id of its own."""
        with self._database.writing() as connection:
            return replace(draft, id=_insert(connection, _OVERRIDES, draft))

    def overrides(self) -> tuple[Override, ...]:
        """Read all overrides, oldest first, those taken back among them."""
        rows = self._rows(select(_OVERRIDES).order_by(_OVERRIDES.c.id))
        return tuple(Override(**row._mapping) for row in rows)

    def end_override(self, override_id: int, *, when: datetime, by: str) -> None:
        """Take an override back; one taken back before stays as it is."""
        still = (_OVERRIDES.c.id == override_id) & _OVERRIDES.c.ended.is_(None)
        with self._database.writing() as connection:
            connection.execute(update(_OVERRIDES).where(still).values(ended=when, ended_by=by))

    def add_post(self, draft: FieldPost) -> FieldPost:
        """Keep a post from the field under an id of its own; one sent twice is kept once."""
        sent = [column for column in _POSTS.c if column.name not in ("id", "made", "remark")]
        same = and_(*(column == getattr(draft, column.name) for column in sent))
        with self._database.writing() as connection:
            kept = connection.execute(select(_POSTS).where(same)).first()
            if kept is not None:
                return FieldPost(**kept._mapping)
            return replace(draft, id=_insert(connection, _POSTS, draft))

    def posts(self, state: PostState | None = None) -> tuple[FieldPost, ...]:
        """Read the posts from the field in a state, or all, oldest first."""
        query = select(_POSTS).order_by(_POSTS.c.id)
        rows = self._rows(query if state is None else query.where(_POSTS.c.state == state))
        return tuple(FieldPost(**row._mapping) for row in rows)

    def settle_post(self, post_id: int, state: PostState, remark: str) -> None:
        """Write down what was decided of a post."""
        with self._database.writing() as connection:
            connection.execute(
                update(_POSTS).where(_POSTS.c.id == post_id).values(state=state, remark=remark)
            )

    def add_submission(self, draft: Submission) -> Submission:
        """Keep a form under an id of its own; a file sent twice is kept once, until returned."""
        told = (_SUBMISSIONS.c[name] == getattr(draft, name) for name in _SAME_FORM)
        same = and_(_SUBMISSIONS.c.state != "returned", *told)
        with self._database.writing() as connection:
            kept = connection.execute(select(_SUBMISSIONS).where(same)).first()
            if kept is not None:
                return _submission(kept)
            return replace(draft, id=_insert(connection, _SUBMISSIONS, draft))

    def submissions(self, **wanted: Any) -> tuple[Submission, ...]:
        """Read the forms that have the values wanted of some columns, oldest first."""
        query = select(_SUBMISSIONS).order_by(_SUBMISSIONS.c.id)
        for name, value in wanted.items():
            query = query.where(_SUBMISSIONS.c[name] == value)
        return tuple(_submission(row) for row in self._rows(query))

    def decide_submissions(
        self, states: Mapping[int, tuple[State, str]], *, when: datetime, by: str
    ) -> bool:
        """
        Write down what was decided of forms that wait, all of them or none.

        Parameters
        ----------
        states
            Id → state and remark.

        Returns
        -------
        decided
            False if one of them no longer waited, and then nothing was written.
        """
        with self._database.writing() as connection:
            waiting = (_SUBMISSIONS.c.id.in_(states)) & (_SUBMISSIONS.c.state == "pending")
            if connection.scalar(select(func.count()).where(waiting)) != len(states):
                return False
            for each, (state, remark) in states.items():
                decision = {"state": state, "remark": remark, "decided": when, "decided_by": by}
                connection.execute(
                    update(_SUBMISSIONS).where(_SUBMISSIONS.c.id == each).values(**decision)
                )
        return True

    def count_submissions(self) -> int:
        """Count the forms of all states."""
        return self._count(_SUBMISSIONS.c.id.is_not(None))

    def last_decided(self) -> tuple[int, datetime | None]:
        """Count the forms that were decided on, and tell when the last was."""
        decided = _SUBMISSIONS.c.decided
        query = select(func.count(decided), func.max(decided))
        with self._database.reading() as connection:
            found = None if connection is None else connection.execute(query).one()
        return (0, None) if found is None else (found[0], found[1])

    def _rows(self, query: Select[Any]) -> list[Row[Any]]:
        with self._database.reading() as connection:
            return [] if connection is None else list(connection.execute(query))

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        """Count the rows of the conditions' table."""
        query = select(func.count()).where(*conditions)
        with self._database.reading() as connection:
            return 0 if connection is None else connection.scalar(query) or 0


def _insert(connection: Connection, table: Table, draft: Override | FieldPost | Submission) -> int:
    values = {name: value for name, value in asdict(draft).items() if name != "id"}
    if isinstance(draft, Submission):
        values["lines"] = [line_to_json(line) for line in draft.lines]
    kept = connection.execute(insert(table).values(**values).returning(table.c.id))
    return int(kept.scalar_one())


def _number(year: int, serial: int) -> str:
    return f"{year}-{serial:04d}"


def _numbered(number: str) -> ColumnElement[bool]:
    parts = NUMBER.fullmatch(number)
    if parts is None:
        message = f"number of a check: found {number!r}; expected one such as 2026-0001"
        raise UnknownError(message)
    return and_(_CHECKS.c.year == int(parts["year"]), _CHECKS.c.serial == int(parts["serial"]))


def _check_values(row: Row[Any]) -> dict[str, Any]:
    values = dict(row._mapping)
    number, given = _number(values.pop("year"), values.pop("serial")), values["verification"]
    return {
        **values,
        "number": number,
        "marks": tuple(values["marks"]),
        "verification": verification_from_json(given) if given else None,
    }


def _submission(row: Row[Any]) -> Submission:
    values = dict(row._mapping)
    lines = tuple(line_from_json(line) for line in values.pop("lines"))
    additions = tuple(Addition(**addition) for addition in values.pop("additions"))
    findings = tuple(values.pop("findings"))
    return Submission(lines=lines, additions=additions, findings=findings, **values)
