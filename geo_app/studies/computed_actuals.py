"""What studies say of the plan's rows: the figures that ``[[….measures]]`` in ``plan/`` name."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from geo_app.domain.ledger import KINDS, Actual, Feature, Kind, Progress
from geo_app.domain.plan import Measure, Plan, Project, Rule, Target
from geo_app.domain.result import Input, plain_value
from geo_app.domain.text import Bilingual
from geo_app.errors import AccessError, CrsError, DataError, UnknownError
from geo_app.studies.inputs import loaded_on
from geo_app.studies.result import Result
from geo_app.workspace import Workspace

Key = tuple[Kind, str]
"""Kind and id of a row."""
RunStudy = Callable[[Workspace, str, Mapping[str, str]], Result]


_DONE = Bilingual("Đã báo hoàn thành {share:.4g} %", "{share:.4g} % reported done")


@dataclass(frozen=True)
class Computed:
    """
    Actuals by row, and what was read for them.

    `problems` tells by study why one gave none.
    """

    actuals: Mapping[Key, tuple[Actual, ...]]
    inputs: tuple[Input, ...]
    problems: Mapping[str, str]


def compute_actuals(ws: Workspace, run: RunStudy) -> Computed:
    """
    Run the studies that the plan's rows name, each once, and take their figures.

    A study without its data, or a figure it does not know, gives none: unknown stays unknown.

    Parameters
    ----------
    run
        Runs a study by name with settings as text.
    """
    results: dict[tuple[str, tuple[tuple[str, str], ...]], Result | None] = {}
    actuals: defaultdict[Key, list[Actual]] = defaultdict(list)
    problems: dict[str, str] = {}
    for key, measure in _measures(ws.plan):
        call = (measure.study, tuple(sorted(measure.settings.items())))
        try:
            if call not in results:
                results[call] = None
                results[call] = run(ws, measure.study, measure.settings)
            result = results[call]
            found = None if result is None else _actual(ws, measure, result)
            found = _as_progress(found) if found and _is_task(ws.plan, key) else found
        except (UnknownError, AccessError, DataError, CrsError) as error:
            problems[measure.study] = str(error)
        else:
            if found is not None:
                actuals[key].append(found)
    read = {each.layer: each for result in results.values() if result for each in result.inputs}
    told = {key: tuple(found) for key, found in actuals.items()}
    return Computed(told, tuple(read.values()), problems)


def records_of(plan: Plan) -> Mapping[Kind, Mapping[str, Target | Project | Rule]]:
    """Return the plan's targets, projects and rules by kind."""
    return dict(zip(KINDS, (plan.targets, plan.projects, plan.rules), strict=True))


def _measures(plan: Plan) -> Iterator[tuple[Key, Measure]]:
    for kind, records in records_of(plan).items():
        for name, record in records.items():
            for measure in record.measures:
                yield (kind, name), measure


def _actual(ws: Workspace, measure: Measure, result: Result) -> Actual | None:
    figures = _figures(measure, result)
    value = _known(figures, measure.total)
    if value is None:
        return None
    made = max(loaded_on(ws, each.layer) for each in result.inputs)
    titles = dict.fromkeys(each.title.vi for each in result.inputs)
    dates = {each.layer: each.date for each in result.inputs}
    return Actual(
        kind="computed",
        day=(dates.get(measure.layer) or made).isoformat(),
        source=f"{result.title.vi}: {', '.join(titles)}",
        verified="unverified" not in result.marks,
        value=value,
        high=_high(measure, figures, value),
        marks=result.marks,
        made=made,
        features=_features(measure, result),
        study=measure.study,
        settings=measure.settings,
        official=measure.official,
    )


def _is_task(plan: Plan, key: Key) -> bool:
    """Tell whether a row asks to be done, not for a figure."""
    kind, name = key
    return kind == "project" or (kind == "target" and plan.targets[name].comparator == "done")


def _as_progress(actual: Actual) -> Actual | None:
    """Turn a share done into how far a task is; of a share of nothing that is not known."""
    if not actual.value:
        return None
    progress: Progress = "done" if actual.value >= 100 else "under_way"
    return replace(actual, value=None, progress=progress, note=_DONE.filled(share=actual.value))


def _figures(measure: Measure, result: Result) -> Mapping[str, object]:
    """Return the totals of a study, or the row of a table, that a measure takes its figure from."""
    if not measure.row:
        return result.totals
    name, column, value = measure.row
    rows = _records(result, name, column, measure.total, *measure.unknown)
    return next((row for row in rows if row[column] == value), {})


def _known(figures: Mapping[str, object], name: str) -> float | None:
    """Return a figure; None where the study does not know it."""
    found = plain_value(figures.get(name))
    return float(found) if isinstance(found, (int, float)) and math.isfinite(found) else None


def _high(measure: Measure, figures: Mapping[str, object], value: float) -> float | None:
    """Return the figure with all that is not known counted; None where nothing is unknown."""
    parts = [_known(figures, name) for name in measure.unknown]
    if not parts or not parts[0]:
        return None
    share = parts[0] if len(parts) == 1 else 100 * parts[0] / (parts[1] or math.nan)
    return value + share


def _features(measure: Measure, result: Result) -> tuple[Feature, ...]:
    behind = measure.features
    if behind is None:
        return ()
    rows = _records(result, behind.table, behind.key, behind.name, *behind.where)
    return tuple(
        Feature(behind.layer, str(row[behind.key]), str(row[behind.name] or ""))
        for row in rows
        if row[behind.key] is not None
        and all(row[name] == value for name, value in behind.where.items())
    )


def _records(result: Result, name: str, *columns: str) -> list[dict[str, Any]]:
    """
    Return the rows of a study's table.

    Raises
    ------
    DataError
        If it has no such table or column.
    """
    table = next((each for each in result.tables if each.name == name), None)
    known = () if table is None else [each.name for each in table.fields]
    missing = [each for each in columns if each not in known]
    if table is None or missing:
        what = f"columns {', '.join(missing)} of table" if table else "table"
        message = f"plan: measures: study {result.study} has no {what} {name!r}"
        raise DataError(message)
    return table.records()
