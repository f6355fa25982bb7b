"""Where the plan's projects lie, and what is reported along their stretch of road."""

from dataclasses import replace

import pytest

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.plan import LayerLink, Project
from geo_app.domain.text import Bilingual
from geo_app.studies.inputs import Inputs
from geo_app.studies.plan_places import place_project
from geo_app.studies.road_along import events_on, road_of, sections_of
from geo_app.workspace import Workspace

WELLS = Project(
    id="p",
    section="II",
    title=Bilingual("Giếng", "Wells"),
    kind="society",
    action=Bilingual("Xây", "Build"),
    verified=True,
    source="KH",
    geometry=("point",),
    layers=(LayerLink("wells", "W1"), LayerLink("wells", "W9"), LayerLink("schools", "S1")),
)


def test_a_project_lies_where_its_features_do_and_says_which_are_missing(
    small_province: Workspace,
) -> None:
    placed = place_project(small_province, WELLS)
    assert [(each.layer, each.key, each.name) for each in placed.features] == [
        ("wells", "W1", "Giếng Ăn")
    ]
    assert [(each.layer, each.feature) for each in placed.lost] == [
        ("wells", "W9"),
        ("schools", "S1"),
    ]
    (picture,) = placed.pictures
    assert len(picture.frame) == 1
    assert placed.marks == ("synthetic", "unverified")


def test_what_a_reader_may_not_see_has_no_place(small_province: Workspace) -> None:
    secret = replace(WELLS, access="restricted")
    stranger = small_province.as_user(ANONYMOUS)
    assert place_project(stranger, secret).pictures == ()
    assert place_project(stranger, secret).lost == ()
    assert len(place_project(small_province, secret).features) == 1


def test_a_link_to_a_whole_layer_is_no_place(small_province: Workspace) -> None:
    assert place_project(small_province, replace(WELLS, layers=(LayerLink("wells"),))).lost == ()


def test_there_is_no_road_without_a_name_or_roads(small_province: Workspace) -> None:
    assert road_of(small_province, None) is None
    assert road_of(small_province, "QL4B") is None


@pytest.mark.slow
class TestSampleProvince:
    """The stretches of national road 4B."""

    def test_only_what_shares_ground_with_the_stretch_is_reported_on_it(
        self, province: Workspace
    ) -> None:
        road = road_of(province, "QL 4B")
        projects = province.plan.projects
        first = events_on(Inputs(province), road, projects["ql4b_km3700_km18"])
        second = events_on(Inputs(province), road, projects["ql4b_km18_km80"])
        assert [(each.start, each.end) for each in first] == [("Km3+700", "Km18")]
        assert [(each.start, each.end) for each in second] == [("Km18", "Km43"), ("Km43", "Km80")]
        assert len(events_on(Inputs(province), road)) >= len(first) + len(second)

    def test_sections_are_as_long_together_as_the_road_is_drawn(self, province: Workspace) -> None:
        road = road_of(province, "ql4b")
        sections = sections_of(Inputs(province), road)
        drawn_km = road.sections.geometry.length.sum() / 1_000
        assert sum(each.length_km for each in sections) == pytest.approx(drawn_km)

    def test_a_stretch_is_drawn_with_its_features(self, province: Workspace) -> None:
        placed = place_project(province, province.plan.project("ql4b_km18_km80"))
        assert placed.stretch is not None
        assert {each.key for each in placed.features} == {"ql4b_km18_km43", "ql4b_km43_km80"}
        assert placed.lost == ()
