"""
A study's result saved under a number, shown again, and verified.

>>> from geo_app.studies import forest_series
>>> from geo_app.studies.saved import save, verify
>>> saved = save(ws, forest_series(ws), who="Lan")           # doctest: +SKIP
>>> verify(ws, saved.number).outcome                         # doctest: +SKIP
'same'
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from geo_app import __version__
from geo_app.domain.access import ACCESS_LEVELS, Access, User
from geo_app.domain.override import site_digest
from geo_app.domain.result import rounded
from geo_app.domain.result_record import parts_of, result_record
from geo_app.domain.saved import Change, Difference, Outcome, Saved, Verification
from geo_app.errors import DataError, GeoAppError, UnknownError
from geo_app.studies import find_study
from geo_app.studies.bases import SITE, changes_of, read_bases, served_inputs, stated_day
from geo_app.studies.result import Result
from geo_app.studies.study import Study
from geo_app.workspace import Workspace
from geo_app.workspace.entries import NAME_LETTERS, NOTE_LETTERS, today, typed
from geo_app.workspace.saved import keep_check, keep_verification, saved_check

MOST_BYTES = 5_000_000
"""How large a saved result may be."""

Run = Callable[[Workspace, Study, dict[str, Any]], Result]


def save(ws: Workspace, result: Result, *, who: str, note: str = "") -> Saved:
    """
    Keep a result under the next number of the year, with all it rests on.

    Whoever may see all that went into it may see it: a result of public layers is public.

    Parameters
    ----------
    ws
        The province the result was computed from.
    who
        A name, as given: it is not checked.
    note
        What it was computed for.

    Raises
    ------
    AccessError
        If this reader may not save.
    DataError
        If it is too large, a text is missing or too long, or enough was saved today.
    """
    study = find_study(result.study)
    record = result_record(result)
    size = len(json.dumps(record, ensure_ascii=False).encode())
    if size > MOST_BYTES:
        message = (
            f"study {result.study}: its result has {size:,} bytes; at most {MOST_BYTES:,} can be "
            "saved: narrow its settings"
        )
        raise DataError(message, vi="Kết quả quá lớn để lưu; hãy thu hẹp thiết lập.")
    settings = {each.name: each.text(result.settings[each.name]) for each in study.parameters}
    day = stated_day(study.name, settings) or today(ws)
    draft = Saved(
        number="",
        study=result.study,
        note=typed("note", note, most=NOTE_LETTERS, empty=True),
        who=typed("who", who, most=NAME_LETTERS),
        account=ws.user.name,
        made=datetime.now(UTC),
        access=_access(ws, result),
        marks=result.marks,
        verification=None,
        settings=settings,
        clearance=ws.user.clearance,
        generation=ws.published.generation,
        bases=read_bases(ws, [each.layer for each in result.inputs], day),
        program=__version__,
        hash=result.hash,
        result=record,
    )
    return keep_check(ws, draft, today(ws).year)


def site_of(saved: Saved) -> str:
    """
    Return the `site_digest` of the site a saved check looked at.

    Raises
    ------
    DataError
        If it looked at none.
    """
    site = saved.settings.get(SITE)
    if not site:
        message = f"check {saved.number}: {saved.study} looks at no site"
        raise DataError(message, vi=f"Kết quả số {saved.number} không xét khu đất nào.")
    return site_digest(site)


def restore(ws: Workspace, saved: Saved) -> Result:
    """Return the result as it was saved; without its charts and pictures."""
    return Result(ws=ws, number=saved.number, made=saved.made, **parts_of(saved.result))


def redraw(ws: Workspace, saved: Saved, *, run: Run | None = None) -> Result:
    """
    Return the result as it was saved, with charts and pictures where they can be drawn again.

    They are those of the same study on the layers of then, where it gives the same figures.

    Parameters
    ----------
    run
        How a study is run; None: here and now.
    """
    kept = restore(ws, saved)
    try:
        then = ws.as_user(_reader(ws.user, saved.clearance)).at(saved.generation)
    except UnknownError:
        return kept
    again = _again(then, saved, kept, run or _run)
    if again.result is None or again.outcome == "different":
        return kept
    return replace(kept, charts=again.result.charts, pictures=again.result.pictures)


def changes_since(ws: Workspace, saved: Saved) -> tuple[Change, ...]:
    """Tell what a saved check rests on that is not what it was, without running it again."""
    before = restore(ws, saved)
    return changes_of(ws, saved, before, served_inputs(ws, saved, before.inputs))


def verify(ws: Workspace, number: str, *, run: Run | None = None) -> Verification:
    """
    Run a saved check again on the layers of today, and where these changed, on those of then.

    What it says is kept with the check.

    Parameters
    ----------
    ws
        The province; the check is run for a reader who may see no more than its own did.
    number
        The check's number.
    run
        How a study is run; None: here and now.

    Raises
    ------
    UnknownError
        If there is no such check that this reader may see.
    """
    saved = saved_check(ws, number)
    found = run_again(ws, saved, run=run)
    if any(each.kind == "layer" for each in found.changes):
        seen = ws.as_user(_reader(ws.user, saved.clearance))
        found = replace(found, then=_then(seen, saved, restore(ws, saved), run or _run))
    keep_verification(ws, number, found)
    return found


def run_again(ws: Workspace, saved: Saved, *, run: Run | None = None) -> Verification:
    """
    Run a saved check on the layers that `ws` serves, and keep nothing of it.

    Parameters
    ----------
    ws
        The province; the check is run for a reader who may see no more than its own did.
    run
        How a study is run; None: here and now.
    """
    before = restore(ws, saved)
    now = _again(ws.as_user(_reader(ws.user, saved.clearance)), saved, before, run or _run)
    inputs = now.result.inputs if now.result else served_inputs(ws, saved, before.inputs)
    return Verification(
        outcome=now.outcome,
        then=None,
        changes=changes_of(ws, saved, before, inputs),
        totals=_totals(before, now.result) if now.result else (),
        rows=_rows(before, now.result) if now.result else {},
        problem=now.problem,
        generation=ws.published.generation,
        program=__version__,
        made=datetime.now(UTC),
    )


@dataclass(frozen=True)
class _Again:
    """What running a check again gave: a result, or why there is none."""

    outcome: Outcome
    result: Result | None = None
    problem: str | None = None


def _run(ws: Workspace, study: Study, settings: dict[str, Any]) -> Result:
    return study(ws, **settings)


def _again(ws: Workspace, saved: Saved, before: Result, run: Run) -> _Again:
    try:
        study = find_study(saved.study)
        known = {each.name for each in study.parameters}
        given = {name: text for name, text in saved.settings.items() if name in known}
        result = run(ws, study, study.settings(ws, given))
    except GeoAppError as error:
        return _Again("impossible", problem=str(error))
    if result.hash == saved.hash:
        return _Again("same", result)
    differs = _totals(before, result) or _rows(before, result)
    return _Again("different" if differs else "same_figures", result)


def _then(ws: Workspace, saved: Saved, before: Result, run: Run) -> Outcome:
    """Run a check on the layers it was saved with."""
    try:
        ws = ws.at(saved.generation)
    except UnknownError:
        return "impossible"
    return _again(ws, saved, before, run).outcome


def _reader(user: User, clearance: Access) -> User:
    """Return `user` with no more clearance than given."""
    return replace(user, clearance=min(user.clearance, clearance, key=ACCESS_LEVELS.index))


def _access(ws: Workspace, result: Result) -> Access:
    """Return what a reader must be cleared for to see all that a result rests on."""
    levels: list[Access] = ["public"]
    for layer in (ws.catalogue.layer(each.layer) for each in result.inputs):
        levels += [layer.access, *(each.access for each in ws.fields(layer))]
    return max(levels, key=ACCESS_LEVELS.index)


def _totals(before: Result, after: Result) -> tuple[Difference, ...]:
    """Return the totals that differ."""
    fields = {each.name: each for each in (*before.total_fields, *after.total_fields)}
    old, new = (result_record(each)["totals"] for each in (before, after))
    return tuple(
        Difference(name, each.title, old.get(name), new.get(name), each.unit)
        for name, each in fields.items()
        if rounded(old.get(name)) != rounded(new.get(name))
    )


def _rows(before: Result, after: Result) -> Mapping[str, int]:
    """Return how many rows of each table differ, where any do."""
    tables = [{t.name: rounded(t.records()) for t in each.tables} for each in (before, after)]
    counts = {}
    for name in dict.fromkeys([*tables[0], *tables[1]]):
        old, new = (each.get(name, []) for each in tables)
        differing = sum(a != b for a, b in zip(old, new, strict=False))
        counts[name] = differing + abs(len(old) - len(new))
    return {name: count for name, count in counts.items() if count}
