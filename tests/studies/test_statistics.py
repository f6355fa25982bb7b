"""Statistics as studies read them: converted, of the better table, put together where complete."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from figures_province import KNOWN, publish_figures, with_figures

from geo_app.errors import DataError, UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.statistics import province_series, read_statistics
from geo_app.workspace import Workspace, open_workspace

MakeWorkspace = Callable[..., Workspace]


@pytest.fixture(scope="module")
def ws(small_province: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small province with figures; read-only."""
    root = tmp_path_factory.mktemp("figures") / "province"
    shutil.copytree(small_province.settings.root, root)
    return with_figures(open_workspace(root))


@pytest.fixture
def own(small_workspace: MakeWorkspace) -> Workspace:
    """The same, to publish in."""
    return with_figures(small_workspace())


def test_the_provinces_own_figure_counts_before_that_of_its_units(ws: Workspace) -> None:
    series = province_series(ws, "people")
    assert [(each.day, each.value) for each in series] == [("2020", 410.0), ("2021", 100.0)]
    assert [each.note is None for each in series] == [True, False]
    assert {each.kind for each in series} == {"statistic"}
    assert series[0].settings == {"indicator": "people", "period": "2020"}


def test_a_mean_is_weighed_and_a_period_with_a_gap_is_left_out(ws: Workspace) -> None:
    series = province_series(ws, "clean_pct")
    # (50 × 100 + 90 × 300) / 400; in 2021 the share of one commune is not known
    assert [each.day for each in series] == ["2020"]
    assert series[0].value == pytest.approx(80.0)


def test_a_figure_is_known_since_the_day_in_the_province(ws: Workspace) -> None:
    evening = datetime(2026, 6, 30, 18, tzinfo=UTC)  # 1 o'clock of the 1st in the province
    then = replace(ws)
    loaded = {name: replace(each, created=evening) for name, each in ws.versions.items()}
    vars(then)["versions"] = loaded
    assert {each.made for each in province_series(then, "people")} == {date(2026, 7, 1)}


def test_what_cannot_be_put_together_is_not(ws: Workspace) -> None:
    assert province_series(ws, "rank") == ()


def test_a_period_that_breaks_says_so(own: Workspace) -> None:
    series = province_series(publish_figures(own, KNOWN, broken="2021"), "people")
    assert [each.breaks for each in series] == [False, True]


def test_marks_and_the_table_come_with_each_figure(own: Workspace) -> None:
    made_up = [("people", "communes", "01", "2021", 7.0), ("people", "communes", "01", "2022", 8.0)]
    ws = publish_figures(own, made_up, layer="drafts", marks=("synthetic",))
    inputs = Inputs(ws)
    found = read_statistics(inputs, ["people"]).set_index(["unit_code", "period"])
    assert found.loc[("01", "2021"), "value"] == 10.0  # the one that is not made up
    assert found.loc[("01", "2022"), "value"] == 8.0
    assert found.loc[("01", "2022"), "marks"] == ("synthetic",)
    assert {each.layer for each in inputs.used} == {"figures", "drafts"}


def test_a_table_that_gives_nothing_is_no_input(own: Workspace) -> None:
    made_up = [("people", "communes", "01", "2021", 7.0)]
    ws = publish_figures(own, made_up, layer="drafts", marks=("synthetic",))
    inputs = Inputs(ws)
    read_statistics(inputs, ["people"])
    assert {each.layer for each in inputs.used} == {"figures"}


def test_figures_stand_in_the_indicators_unit(own: Workspace) -> None:
    rows = [("clean_pct", "halves", "B1", "2020", 0.5)]
    found = read_statistics(Inputs(publish_figures(own, rows, unit="ratio")), ["clean_pct"])
    assert found[["value", "unit"]].to_numpy().tolist() == [[50.0, "pct"]]
    ws = publish_figures(own, rows, unit="km")
    with pytest.raises(DataError, match=r"clean_pct, halves, B1, 2020: unit: .*'km'"):
        read_statistics(Inputs(ws), ["clean_pct"])


def test_an_indicator_that_is_not_there_is_named(ws: Workspace) -> None:
    with pytest.raises(UnknownError, match="no indicator 'beds'"):
        province_series(ws, "beds")
