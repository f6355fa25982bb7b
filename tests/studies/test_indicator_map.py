"""Indicators on the map: stated, or carried between the units of two dates with the error."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from figures_province import KNOWN, publish_figures, with_figures

from geo_app.errors import DataError, UnknownError
from geo_app.studies import Result, indicator_map
from geo_app.studies.indicator_map import SHADES
from geo_app.web import create_app
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


def figures(result: Result) -> dict[str, float]:
    return dict(zip(result.rows["zone_code"], result.rows["value"], strict=True))


def on_map(ws: Workspace, *, zones: str = "communes", **settings: Any) -> Result:
    return indicator_map(ws, zones=zones, **settings)


def test_the_latest_period_of_the_first_indicator_is_shown(ws: Workspace) -> None:
    result = on_map(ws)
    assert figures(result) == {"01": 10.0, "02": 20.0, "03": 30.0, "04": 40.0}
    assert set(result.rows["basis"]) == {"stated"}
    assert result.totals["period"] == "2021"
    assert result.totals["whole"] == 100.0


def test_a_count_is_divided_and_its_error_stated(ws: Workspace) -> None:
    result = on_map(ws, period="2020")
    assert figures(result) == {"01": 50.0, "02": 150.0, "03": 50.0, "04": 150.0}
    rows = result.rows.set_index("zone_code")
    assert list(rows.loc["02", ["low", "high", "estimated_pct"]]) == [0.0, 300.0, 100.0]
    assert set(rows["basis"]) == {"carried"}
    assert "carried_divided" in {each.code for each in result.warnings}
    assert [(each.value, each.reference) for each in result.comparisons] == [(400.0, 410.0)]


def test_whole_units_put_together_are_exact(ws: Workspace) -> None:
    result = on_map(ws, zones="halves", period="2021")
    assert figures(result) == {"B1": 40.0, "B2": 60.0}
    assert result.totals["estimated_pct"] == 0.0


def test_a_share_is_averaged_by_weight_and_a_gap_stays_one(ws: Workspace) -> None:
    assert figures(on_map(ws, indicator="clean_pct", period="2020")) == {
        "01": 50.0,
        "02": 90.0,
        "03": 50.0,
        "04": 90.0,
    }
    back = on_map(ws, indicator="clean_pct", zones="halves", period="2021")
    found = back.rows.set_index("zone_code")
    # (100 × 10 + 0 × 30) / 40; of the other half one commune is not known
    assert list(found.loc["B1", ["value", "low", "high"]]) == [25.0, 0.0, 100.0]
    assert found.loc["B2", "basis"] == "unknown"
    assert "value_unknown" in {each.code for each in back.warnings}


def test_what_cannot_be_divided_stays_where_it_is(ws: Workspace) -> None:
    assert figures(on_map(ws, indicator="rank", zones="halves")) == {"B1": 1.0, "B2": 2.0}
    with pytest.raises(UnknownError, match="nor one that can be carried"):
        on_map(ws, indicator="rank")


def test_figures_of_units_without_a_layer_are_told(own: Workspace) -> None:
    rows = [*KNOWN, ("people", "communes_2009", "1", "2009", 5.0)]
    result = on_map(publish_figures(own, rows))
    told = {each.code: each.text.en for each in result.warnings}
    assert told["no_layer"].startswith("1 figures belong to the units “communes_2009”")


def test_a_code_that_no_unit_has_is_told(own: Workspace) -> None:
    result = on_map(publish_figures(own, [*KNOWN, ("people", "communes", "77", "2021", 5.0)]))
    told = {each.code: each.text.en for each in result.warnings}
    assert told["unit_unknown"].endswith("does not have: 77.")
    assert result.totals["whole"] == 100.0


def test_a_period_without_figures_names_those_that_have(ws: Workspace) -> None:
    with pytest.raises(DataError, match=r"people by these units has 2020, 2021; found '1999'"):
        on_map(ws, indicator="people", period="1999")
    with pytest.raises(UnknownError, match="no indicator 'beds'"):
        on_map(ws, indicator="beds")


def test_small_maps_and_line_show_every_period_and_keep_breaks(own: Workspace) -> None:
    result = on_map(publish_figures(own, KNOWN, broken="2021"), indicator="people")
    assert [each.kind for each in result.charts] == ["maps", "line"]
    assert result.charts[1].breaks == (2021.0,)
    assert "series_break" in {each.code for each in result.warnings}
    periods = result.table("periods").rows
    assert periods.groupby("period")["broken"].all().to_dict() == {"2020": False, "2021": True}
    assert result.png(chart=0).startswith(b"\x89PNG")


def test_every_unit_falls_into_one_class_that_is_stated(ws: Workspace) -> None:
    result = on_map(ws, method="equal", classes=4)
    classes = result.table("classes").rows
    assert classes["units"].sum() == 4
    shown = result.pictures[0].layer.legend.classes
    assert len(shown) == len(classes)
    assert [each.maximum for each in shown[:-1]] == classes["below"].tolist()[:-1]


def test_estimated_units_are_outlined(ws: Workspace) -> None:
    assert [each.layer.id for each in on_map(ws).pictures] == ["indicator"]
    carried = on_map(ws, period="2020").pictures
    assert [each.layer.id for each in carried] == ["indicator", "estimated"]
    assert len(carried[1].frame) == 4


def test_the_marks_of_the_shapes_travel(ws: Workspace) -> None:
    assert on_map(ws).illustrative  # the communes of the small province are schematic


def test_without_figures_by_unit_nothing_is_shown(small_workspace: MakeWorkspace) -> None:
    with pytest.raises(UnknownError, match="no indicator has figures by unit"):
        on_map(small_workspace())


def test_the_page_offers_the_plans_indicators_by_their_titles(ws: Workspace) -> None:
    client = create_app(ws.settings).test_client()
    page = client.get("/studies/indicator-map?zones=communes&indicator=clean_pct&period=2020")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert '<option value="clean_pct" selected>Nước sạch</option>' in text
    assert '<option value="people" >Dân số</option>' in text
    answer = client.get("/api/studies/indicator-map?zones=communes&indicator=people").get_json()
    assert [row["value"] for row in answer["rows"]] == [10.0, 20.0, 30.0, 40.0]


def test_shades_darken_so_that_lightness_alone_tells_them_apart() -> None:
    def lightness(color: str) -> float:
        linear = [(int(color[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]
        return sum(
            part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
        )

    steps = [lightness(one) / lightness(other) for one, other in pairwise(SHADES)]
    assert min(steps) > 1.2
