"""Figures that studies give the plan's rows: run once, dated by a layer, never guessed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from geo_app.domain.layer import Mark
from geo_app.domain.ledger import Feature
from geo_app.domain.plan import Behind, Measure, Plan, Project, Rule
from geo_app.domain.result import Input, Table, column
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError
from geo_app.studies.computed_actuals import compute_actuals
from geo_app.workspace import Workspace

TITLE = Bilingual("tên", "name")
MEASURE = Measure("road-rules", "pass_pct", "roads", official=True)


def rule(*measures: Measure) -> Rule:
    return Rule("R1", "II", TITLE, "câu", TITLE, TITLE, True, "nguồn", measures=measures)


def read(layer: str, day: date | None, *marks: Mark) -> Input:
    return Input(layer, Bilingual(layer, layer), "v1", "d", day, "sở", marks)


def found(total: float, *inputs: Input) -> Any:
    fields = (column("code", "Mã", "Code", kind="text"), column("pct", "Tỷ lệ", "Share"))
    rows = pd.DataFrame({"code": ["a", "b"], "pct": [10.0, 20.0]})
    marks = tuple(dict.fromkeys(mark for each in inputs for mark in each.marks))
    return SimpleNamespace(
        study="road-rules",
        title=TITLE,
        totals={"pass_pct": total},
        tables=(Table("others", TITLE, fields, rows),),
        inputs=inputs,
        marks=marks,
    )


@pytest.fixture
def roads(small_province: Workspace) -> Workspace:
    """The small province with one rule whose measures a test gives."""
    assert "roads" in small_province.versions
    return small_province


def computed(ws: Workspace, result: Any, *measures: Measure) -> Any:
    calls: list[Mapping[str, Any]] = []

    def run(_: Workspace, name: str, settings: Mapping[str, Any]) -> Any:
        calls.append({"study": name, **settings})
        if isinstance(result, Exception):
            raise result
        return result

    told = compute_actuals(replace(ws, plan=Plan(rules={"R1": rule(*measures)})), run)
    return told, calls


def test_a_figure_is_dated_by_its_layer_and_bears_the_studys_marks(roads: Workspace) -> None:
    result = found(
        81.5, read("wells", date(2020, 1, 1)), read("roads", date(2024, 6, 30), "unverified")
    )
    told, calls = computed(roads, result, MEASURE, replace(MEASURE, official=False))
    official, beside = told.actuals["rule", "R1"]
    assert (official.value, official.day, official.official) == (81.5, "2024-06-30", True)
    assert (official.verified, official.marks) == (False, ("unverified",))
    assert not beside.official
    assert calls == [{"study": "road-rules"}]
    assert [each.layer for each in told.inputs] == ["wells", "roads"]


def test_a_figure_without_a_date_is_of_the_day_it_was_loaded(roads: Workspace) -> None:
    told, _ = computed(roads, found(81.5, read("roads", None)), MEASURE)
    (actual,) = told.actuals["rule", "R1"]
    assert actual.made is not None
    assert actual.day == actual.made.isoformat()


@pytest.mark.parametrize(
    ("unknown", "high"),
    [(("open_pct",), 86.5), (("open", "all"), 91.5), (("none_pct",), None), ((), None)],
)
def test_the_part_that_is_not_known_bounds_a_figure(
    roads: Workspace, unknown: tuple[str, ...], high: float | None
) -> None:
    result = found(81.5, read("roads", None))
    result.totals |= {"open_pct": 5.0, "open": 10, "all": 100, "none_pct": 0.0}
    told, _ = computed(roads, result, replace(MEASURE, unknown=unknown))
    assert told.actuals["rule", "R1"][0].high == high


def test_the_features_behind_a_figure_are_chosen_rows(roads: Workspace) -> None:
    behind = Behind("others", "code", "code", "roads", {"code": "b"})
    told, _ = computed(roads, found(1.0, read("roads", None)), replace(MEASURE, features=behind))
    assert told.actuals["rule", "R1"][0].features == (Feature("roads", "b", "b"),)


def test_a_figure_may_stand_in_a_row_of_a_table(roads: Workspace) -> None:
    measure = replace(MEASURE, total="pct", row=("others", "code", "b"))
    told, _ = computed(roads, found(81.5, read("roads", None)), measure)
    assert told.actuals["rule", "R1"][0].value == 20.0


@pytest.mark.parametrize(("share", "progress"), [(100.0, "done"), (40.0, "under_way"), (0.0, None)])
def test_a_share_done_tells_how_far_a_task_is(
    roads: Workspace, share: float, progress: str | None
) -> None:
    task = Project("p", "III", TITLE, "road", TITLE, True, "nguồn", measures=(MEASURE,))
    ws = replace(roads, plan=Plan(projects={"p": task}))
    told = compute_actuals(ws, lambda *_: found(share, read("roads", None)))
    actuals = told.actuals.get(("project", "p"), ())
    assert [(each.progress, each.value) for each in actuals] == (
        [(progress, None)] if progress else []
    )


def test_unknown_stays_unknown(roads: Workspace) -> None:
    told, _ = computed(roads, found(float("nan"), read("roads", None)), MEASURE)
    assert told.actuals == {}
    assert told.problems == {}
    absent = replace(MEASURE, total="r3_pass_pct")
    assert computed(roads, found(1.0, read("roads", None)), absent)[0].actuals == {}


def test_a_study_without_its_data_says_so_and_is_run_once(roads: Workspace) -> None:
    told, calls = computed(roads, UnknownError("no roads"), MEASURE, MEASURE)
    assert told.actuals == {}
    assert told.problems == {"road-rules": "no roads"}
    assert len(calls) == 1


def test_a_table_that_is_not_there_is_named(roads: Workspace) -> None:
    wrong = replace(MEASURE, features=Behind("missing", "code", "code", "roads"))
    told, _ = computed(roads, found(1.0, read("roads", None)), wrong)
    assert "'missing'" in told.problems["road-rules"]
    wrong = replace(MEASURE, row=("others", "kind", "b"))
    told, _ = computed(roads, found(1.0, read("roads", None)), wrong)
    assert "kind" in told.problems["road-rules"]
