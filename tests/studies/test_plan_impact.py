"""What a change does: rows of the plan, saved results and reports, old and new."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from figures_province import KNOWN, TARGETS, publish_figures, with_figures

from geo_app.cli import main
from geo_app.domain.plan import Plan
from geo_app.errors import DataError, UnknownError
from geo_app.studies import indicator_map, plan_impact
from geo_app.studies.plan_impact import impact_between, moved_rows
from geo_app.studies.saved import save
from geo_app.workspace import Workspace, open_workspace

MakeWorkspace = Callable[..., Workspace]
REPORT = """
name = {vi = "Báo cáo nước", en = "Water report"}
title = {vi = "Nước {period}", en = "Water {period}"}
span = "quarter"
[[sections]]
title = {vi = "Kết quả", en = "Results"}
[[sections.parts]]
show = "rows"
only = {kinds = ["target"]}
"""
BETTER = [(*row[:4], 96.0) if row[0] == "clean_pct" else row for row in KNOWN]
"""The share is 96 % in both halves: the target is reached."""


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    ws = with_figures(small_workspace())
    folder = ws.settings.root / "plan" / "reports"
    folder.mkdir()
    (folder / "water.toml").write_text(REPORT, encoding="utf-8")
    return ws


def test_rows_checks_and_reports_that_a_delivery_changes(ws: Workspace) -> None:
    on_map = indicator_map(ws, indicator="clean_pct", zones="halves", period="2020")
    other = indicator_map(ws, indicator="rank", zones="halves")
    number = save(ws, on_map, who="Lan").number
    save(ws, other, who="Lan")
    now = publish_figures(ws, BETTER)
    result = plan_impact(now)

    (row,) = result.table("rows").records()
    assert (row["id"], row["before"], row["after"]) == ("t_clean", 80.0, 96.0)
    assert (row["status_before"], row["status_after"]) == ("not_due", "met")
    assert row["because"] == ["figures"]
    checks = result.table("checks").records()
    assert {each["number"] for each in checks} == {number}
    whole = next(each for each in checks if each["what"] == "Các đơn vị gộp lại")
    assert (whole["before"], whole["after"], whole["unit"]) == (80.0, 96.0, "pct")
    (report,) = result.table("reports").records()
    assert (report["id"], report["changed"], report["which"]) == ("water", 1, ["t_clean"])
    (change,) = result.table("changes").records()
    assert (change["part"], change["id"]) == ("layers", "figures")
    statuses = {each["status"]: each for each in result.table("statuses").records()}
    assert statuses["met"] == {"status": "met", "before": 0, "after": 1}
    totals = {name: result.totals[name] for name in ("changes", "rows", "checks", "reports")}
    assert totals == {"changes": 1, "rows": 1, "checks": 1, "reports": 1}


def test_nothing_differs_where_nothing_changed(ws: Workspace) -> None:
    save(ws, indicator_map(ws, indicator="rank", zones="halves"), who="Lan")
    last = ws.published.generation
    result = plan_impact(ws, before=last, after=last)
    sizes = {each.name: len(each.rows) for each in result.tables}
    assert sizes == {"rows": 0, "checks": 0, "reports": 1, "changes": 0, "statuses": 2}
    assert result.totals["reports"] == 0


def test_the_same_figures_published_again_change_no_row(ws: Workspace) -> None:
    result = plan_impact(publish_figures(ws, KNOWN))
    assert result.totals["changes"] == 1
    assert result.totals["rows"] == 0


def test_a_changed_target_is_told_with_what_was_asked(ws: Workspace, tmp_path: Path) -> None:
    lower = changed_plan(ws, tmp_path, "value = 95", "value = 80")
    (moved,) = moved_rows(ws, lower)
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.standing.status, moved.after.standing.status) == ("not_due", "met")
    result = impact_between(ws, lower)
    (row,) = result.table("rows").records()
    assert (row["asks_before"], row["asks_after"]) == ("đạt 95 %", "đạt 80 %")
    assert [each["part"] for each in result.table("changes").records()] == ["targets"]


def test_a_row_that_is_no_longer_there_is_told(ws: Workspace) -> None:
    without = replace(ws, plan=Plan(agencies=ws.plan.agencies, projects=ws.plan.projects))
    moved = {each.row.id: each for each in moved_rows(ws, without)}
    assert moved["t_clean"].after is None


def test_the_command_line_reads_an_earlier_plan(ws: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "earlier"
    shutil.copytree(ws.settings.root / "plan", folder)
    (folder / "targets.toml").write_text(TARGETS.replace("value = 95", "value = 80"), "utf-8")
    asked = ["--workspace", str(ws.settings.root), "plan", "impact", str(folder), "--csv"]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 0, answer.output
    assert "t_clean" in answer.output
    assert "đạt 80 %" in answer.output


def test_a_generation_is_a_number_that_exists(ws: Workspace) -> None:
    with pytest.raises(DataError, match="before: found 'x'; expected the number of a generation"):
        plan_impact(ws, before="x")
    with pytest.raises(UnknownError, match="there is no generation 99"):
        plan_impact(ws, before="1", after="99")


def changed_plan(ws: Workspace, folder: Path, old: str, new: str) -> Workspace:
    """Return the same province with another text in its targets."""
    root = folder / "changed"
    shutil.copytree(ws.settings.root, root)
    (root / "plan" / "targets.toml").write_text(TARGETS.replace(old, new), encoding="utf-8")
    return replace(ws, plan=open_workspace(root).plan)
