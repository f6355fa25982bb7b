"""What a form adds to the plan, beside what other agencies added before."""

from collections.abc import Callable

import pytest
from small_plan import with_plan

from geo_app.domain.submission import Addition, Submission
from geo_app.studies.plan_forms import differences, plan_form
from geo_app.workspace import Workspace
from geo_app.workspace.collecting import accept, submission, submit

PERIOD = "2026-Q1"


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace]) -> Workspace:
    return with_plan(small_workspace())


def add(ws: Workspace, agency: str, title: str) -> Submission:
    addition = Addition("target", "pl1_1", "PL1", title, agency, "units", 40.0, 2030)
    return submit(
        ws,
        agency=agency,
        period=PERIOD,
        lines=(),
        additions=(addition,),
        who="Lan",
        digest=title,
    )


def titles(ws: Workspace, form: Submission) -> list[str]:
    return [each.title.vi for each in differences(ws, form)]


def test_a_row_that_takes_the_place_of_another_says_whose(ws: Workspace) -> None:
    first, second = add(ws, "so_xd", "Số cầu"), add(ws, "so_nv", "Số xã")
    assert titles(ws, first) == ["Số cầu (bổ sung vào kế hoạch)"]
    assert titles(ws, second) == ["Số xã (bổ sung vào kế hoạch)"]
    accept(ws, first.id)
    instead = ["Số xã (thay dòng “Số cầu” của Sở Xây dựng)"]
    assert titles(ws, second) == instead
    accept(ws, second.id)
    assert titles(ws, submission(ws, second.id)) == instead
    assert titles(ws, submission(ws, first.id)) == ["Số cầu (bổ sung vào kế hoạch)"]


def test_a_form_knows_the_rows_of_other_agencies(ws: Workspace) -> None:
    accept(ws, add(ws, "so_xd", "Số cầu").id)
    assert plan_form(ws, "so_nv", PERIOD).held["pl1_1"] == "Sở Xây dựng"
    assert "pl1_1" not in plan_form(ws, "so_xd", PERIOD).held
