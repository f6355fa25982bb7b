"""
What a change does: the rows of the plan, saved results and reports whose numbers differ by it.

A change is one of layers, between two generations, or of the plan's own files, between two
workspaces. Both sides are judged today, so that only the change tells.
"""

import string
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from geo_app.domain.access import may
from geo_app.domain.layer import Field
from geo_app.domain.ledger import STATUSES, Row
from geo_app.domain.outline import Outline
from geo_app.domain.result import Chart, Input, Notice, Table, rounded
from geo_app.domain.saved import Saved, Verification
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.inputs import Inputs
from geo_app.studies.ledger import read_ledger
from geo_app.studies.plan_impact_tables import (
    DEFINITION,
    EXPLANATION,
    MORE,
    STATUS_COLUMNS,
    TITLES,
    TOTAL_COLUMNS,
    change_columns,
    check_columns,
    report_columns,
    row_columns,
)
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import decisions
from geo_app.workspace.entries import today
from geo_app.workspace.plan_reports import outlines
from geo_app.workspace.saved import count_saved, saved_check, saved_checks

_GIVES = ("text", "rows", "progress", "details")
"""The parts of a report that give figures; ``counts`` tell only how many rows stand how."""
_FILES = ("rule", "legal_rule", "plan")
"""What may have changed since a result was saved, whatever the generation."""
_MOST = 50


@dataclass(frozen=True)
class Moved:
    """A row of the plan that differs; None: there was, or is, no such row."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The row as it is, else as it was."""
        found = self.after or self.before
        assert found is not None
        return found


def impact_between(before: Workspace, after: Workspace, *, most: int = _MOST) -> Result:
    """
    Tell whose numbers differ between two states of a province: its layers, its plan, or both.

    Parameters
    ----------
    before, after
        Two views of one workspace, read by the same reader.
    most
        Saved results to look at, the latest first.
    """
    generations = {name: str(ws.published.generation) for name, ws in _named(before, after)}
    settings = {**generations, "most": float(most)}
    return _impact(Run(plan_impact, settings, Inputs(after), None), before, after)


def moved_rows(before: Workspace, after: Workspace) -> tuple[Moved, ...]:
    """Return the rows of the ledger whose result, standing or demand differs."""
    old, new = ({(row.kind, row.id): row for row in read_ledger(ws)} for ws in (before, after))
    pairs = (Moved(old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new]))
    return tuple(each for each in pairs if _tells(each.before) != _tells(each.after))


def _compute(run: Run) -> Result:
    ws = run.inputs.ws
    last = ws.published.generation
    after = _generation("after", run["after"], last)
    before = _generation("before", run["before"], max(after - 1, 0))
    return _impact(run, ws.at(before), ws.at(after))


def _generation(name: str, given: str, default: int) -> int:
    if not given:
        return default
    if not given.isdecimal():
        message = f"{name}: found {given!r}; expected the number of a generation, such as 12"
        raise DataError(message, vi=f"Đã ghi {given!r}; cần số của một thế hệ, như 12.")
    return int(given)


def _impact(run: Run, before: Workspace, after: Workspace) -> Result:
    changes = _changes(before, after)
    names = {change["id"]: change["title"] for change in changes}
    moved = moved_rows(before, after)
    checks, causes, notices = _checks(run, after, names)
    reports = _reports(after, moved)
    run.inputs.include(_inputs(before, after))
    totals = {
        "before": before.published.generation,
        "after": after.published.generation,
        "changes": len(changes),
        "rows": len(moved),
        "checks": len({row["number"] for row in checks}),
        "reports": sum(row["changed"] > 0 for row in reports),
    }
    rows = [_row(after, each, names) for each in moved]
    titles = {each.row.id: each.row.title for each in moved}
    asked = (text for row in rows for text in (row.get("asks_before"), row.get("asks_after")))
    asks = _words(filter(None, asked))
    return run.result(
        tables=(
            _table("rows", row_columns(_words(row["title"] for row in rows), asks, names), rows),
            _table("checks", check_columns(_words(row["what"] for row in checks), causes), checks),
            _table(
                "reports", report_columns(_words(row["title"] for row in reports), titles), reports
            ),
            _table("changes", change_columns(_words(names.values())), changes),
            _table("statuses", STATUS_COLUMNS, _statuses(before, after)),
        ),
        totals=totals,
        total_fields=TOTAL_COLUMNS,
        definition=DEFINITION,
        explanation=EXPLANATION.filled(**totals),
        warnings=notices,
        charts=(Chart("bars", TITLES["statuses"], "statuses", "status", ("before", "after")),),
    )


def _statuses(before: Workspace, after: Workspace) -> list[dict[str, Any]]:
    """Count the rows that stand in each way, best first; ways that none does are left out."""
    old, new = (Counter(row.standing.status for row in read_ledger(ws)) for ws in (before, after))
    return [
        {"status": status, "before": old[status], "after": new[status]}
        for status in STATUSES
        if old[status] or new[status]
    ]


def _words(texts: Iterable[Bilingual]) -> dict[str, Bilingual]:
    """Index texts by the Vietnamese, which is what tables hold of them."""
    return {text.vi: text for text in texts}


def _table(name: str, columns: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> Table:
    held = [
        {key: value.vi if isinstance(value, Bilingual) else value for key, value in row.items()}
        for row in rows
    ]
    frame = pd.DataFrame(held, columns=[each.name for each in columns])
    return Table(name, TITLES[name], tuple(columns), frame)


def _named(before: Workspace, after: Workspace) -> Iterator[tuple[str, Workspace]]:
    yield "before", before
    yield "after", after


def _changed_layers(before: Workspace, after: Workspace) -> list[str]:
    """Return the layers this reader may see that another version is served of, as shown."""
    old, new = before.published.versions, after.published.versions
    return [
        each.id
        for each in after.layers
        if may(after.user, "view", each.access) and old.get(each.id) != new.get(each.id)
    ]


def _inputs(before: Workspace, after: Workspace) -> Iterator[Input]:
    """Return both versions of the layers that changed: the result is no better than they are."""
    for name in _changed_layers(before, after):
        for ws in (before, after):
            if version := ws.versions.get(name):
                yield Input.of(ws.catalogue.layer(name), version)


def _changes(before: Workspace, after: Workspace) -> list[dict[str, Any]]:
    """Return the layers and the plan's records that are not what they were."""
    old, new = before.published.versions, after.published.versions
    found = [
        {
            "part": "layers",
            "id": name,
            "title": after.catalogue.layer(name).title,
            "before": old.get(name),
            "after": new.get(name),
        }
        for name in _changed_layers(before, after)
    ]
    for part in (each.name for each in fields(after.plan)):
        was, now = getattr(before.plan, part), getattr(after.plan, part)
        for name in dict.fromkeys([*was, *now]):
            if was.get(name) != now.get(name):
                title = (now.get(name) or was.get(name)).title
                found.append({"part": part, "id": name, "title": title})
    return found


def _tells(row: Row | None) -> tuple[Any, ...] | None:
    """Return what readers are told of a row."""
    if row is None:
        return None
    actual = row.actual
    figure = None
    if actual is not None:
        bounds = (rounded(actual.value), rounded(actual.high))
        figure = (*bounds, actual.progress, actual.grade)
    return (figure, row.standing.status, row.asks)


def _row(ws: Workspace, moved: Moved, names: Mapping[str, Bilingual]) -> dict[str, Any]:
    row = moved.row
    kinds = {side.actual.kind for side in (moved.before, moved.after) if side and side.actual}
    tables = [each.id for each in ws.layers if each.statistics] if "statistic" in kinds else []
    causes = [name for name in (*row.layers, *tables, row.id) if name in names]
    told: dict[str, Any] = {
        "kind": row.kind,
        "id": row.id,
        "title": row.title,
        "unit": row.unit,
        "because": tuple(dict.fromkeys(causes)),
    }
    for side, each in (("before", moved.before), ("after", moved.after)):
        if each is not None:
            told[side] = each.actual.value if each.actual else None
            told[f"progress_{side}"] = each.actual.progress if each.actual else None
            told[f"status_{side}"] = each.standing.status
            told[f"asks_{side}"] = each.asks
    return told


def _checks(
    run: Run, after: Workspace, names: Mapping[str, Bilingual]
) -> tuple[list[dict[str, Any]], dict[str, Bilingual], tuple[Notice, ...]]:
    """Run the saved results again that rest on what has changed; tell what that was by its id."""
    from geo_app.studies.saved import changes_since, run_again  # noqa: PLC0415 (it knows them all)

    most, count = int(run["most"]), count_saved(after)
    told, known = list[dict[str, Any]](), dict[str, Bilingual]()
    for entry in saved_checks(after, limit=most):
        saved = saved_check(after, entry.number)
        changes = changes_since(after, saved)
        causes = {c.name: c.title for c in changes if c.kind in _FILES or c.name in names}
        if causes:
            known |= causes
            told += (
                {"number": saved.number, "study": saved.study, "because": tuple(causes), **row}
                for row in _told(saved, run_again(after, saved))
            )
    more = (Notice("more_saved", MORE.filled(most=most, count=count)),) if count > most else ()
    return told, known, more


def _told(saved: Saved, found: Verification) -> Iterator[dict[str, Any]]:
    """Return the figures of a saved result that differ: totals, then rows by table."""
    if found.outcome == "impossible":
        text = TITLES["impossible"].filled(problem=found.problem)
        yield {"what": text, "outcome": found.outcome}
    for each in found.totals:
        row = {"what": each.title, "outcome": found.outcome, "unit": each.unit}
        for side, value in (("before", each.before), ("after", each.after)):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            row[side if number else f"text_{side}"] = value
        yield row
    titles = {each["name"]: Bilingual(*each["title"]) for each in saved.result["tables"]}
    for name, count in found.rows.items():
        text = TITLES["table_rows"].filled(table=titles.get(name, name))
        yield {"what": text, "outcome": found.outcome, "rows": count}


def _reports(after: Workspace, moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """Return the outlines of reports, with how many of the rows they give differ."""
    rows, year = read_ledger(after), today(after).year
    other = {each.row.id for each in moved}
    judged = {each.row.id for each in moved if _status(each.before) != _status(each.after)}
    found = []
    for outline in outlines(after).values():
        given, counted = (
            _shown(outline, rows, year, _GIVES),
            _shown(outline, rows, year, ("counts",)),
        )
        which = [row.id for row in rows if row.id in (given & other) | (counted & judged)]
        found.append(
            {
                "id": outline.id,
                "title": outline.name,
                "rows": len(given | counted),
                "changed": len(which),
                "which": tuple(which),
            }
        )
    return found


def _status(row: Row | None) -> str | None:
    return row.standing.status if row else None


def _shown(outline: Outline, rows: Sequence[Row], year: int, shows: Collection[str]) -> set[str]:
    """Return the ids of the rows that a report shows in these ways, or names in its text."""
    known = frozenset(row.id for row in rows)
    found = set[str]()
    for part in (part for section in outline.sections for part in section.parts):
        if part.show not in shows:
            continue
        if part.show == "text":
            named = string.Formatter().parse(part.text.vi if part.text else "")
            found |= {name for _, name, _, _ in named if name in known}
        else:
            # What became known within a period is not asked: any row may be among it.
            found |= {row.id for row in part.only.rows(rows, year=year, news=known)}
    return found


plan_impact = Study(
    name="plan-impact",
    title=Bilingual("Thay đổi này làm số nào khác", "What a change does to the numbers"),
    summary=Bilingual(
        "Chỉ tiêu, nhiệm vụ, kết quả đã lưu và báo cáo có số khác giữa hai lần công bố: cũ và mới.",
        "Targets, tasks, saved results and reports with other numbers between two publications: "
        "old and new.",
    ),
    parameters=(
        Parameter(
            "before",
            "text",
            "",
            Bilingual("Thế hệ trước", "Generation before"),
            Bilingual("Số thế hệ; bỏ trống: ngay trước.", "Its number; empty: the one before."),
        ),
        Parameter(
            "after",
            "text",
            "",
            Bilingual("Thế hệ sau", "Generation after"),
            Bilingual("Số thế hệ; bỏ trống: hiện nay.", "Its number; empty: that of now."),
        ),
        Parameter(
            "most",
            "number",
            float(_MOST),
            Bilingual("Số kết quả lưu được xem", "Saved results to look at"),
            Bilingual("Mới nhất trước.", "The latest first."),
            least=0,
            most=1_000,
        ),
    ),
    compute=_compute,
    state=lambda ws: (decisions(ws), count_saved(ws)),
)
