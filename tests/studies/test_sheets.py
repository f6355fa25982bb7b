"""Sheets of features: what lies where, what is near, what a unit holds; sums in the head."""

import pytest

from geo_app.domain.access import ANONYMOUS
from geo_app.errors import AccessError, UnknownError
from geo_app.studies.ledger import read_ledger
from geo_app.studies.sheets import has_sheets, read_sheet, rows_about
from geo_app.workspace import Workspace


def test_a_point_tells_its_fields(small_province: Workspace) -> None:
    sheet = read_sheet(small_province, "wells", "W1")
    assert sheet.name == "Giếng Ăn"
    told = {field.name: value for field, value in sheet.values}
    assert told["depth_m"] == 12.5
    assert told["phone"] == "0205-1"
    assert not {"name", "well_code"} & told.keys()
    assert sheet.size is None
    assert sheet.marks == ("synthetic", "unverified")


def test_a_stranger_is_not_told_what_is_for_staff(small_province: Workspace) -> None:
    sheet = read_sheet(small_province.as_user(ANONYMOUS), "wells", "W1")
    assert "phone" not in {field.name for field, _ in sheet.values}
    with pytest.raises(AccessError):
        read_sheet(small_province.as_user(ANONYMOUS), "surveys", "X1")


def test_what_has_no_value_is_left_out(small_province: Workspace) -> None:
    told = {field.name for field, _ in read_sheet(small_province, "wells", "W4").values}
    assert "grade" not in told


def test_a_feature_without_a_name_is_called_by_its_key(small_province: Workspace) -> None:
    assert read_sheet(small_province, "wells", "W4").name == "W4"


def test_a_commune_is_25_square_kilometres(small_province: Workspace) -> None:
    field, area_ha = read_sheet(small_province, "communes", "01").size
    assert (field.unit, area_ha) == ("ha", pytest.approx(2_500))


@pytest.mark.parametrize(("layer", "key"), [("wells", "W9"), ("cover", "1"), ("nowhere", "1")])
def test_there_are_no_other_sheets(small_province: Workspace, layer: str, key: str) -> None:
    with pytest.raises(UnknownError):
        read_sheet(small_province, layer, key)


def test_only_named_features_that_are_looked_for_have_sheets(small_province: Workspace) -> None:
    layers = small_province.catalogue.layers
    assert has_sheets(layers["wells"])
    assert not has_sheets(layers["cover"])
    assert not has_sheets(layers["old_units"])


def test_a_plain_sheet_is_plain_data(small_province: Workspace) -> None:
    told = read_sheet(small_province, "communes", "01").to_json()
    assert (told["layer"], told["key"], told["drawn_ha"]) == ("communes", "01", 2_500.0)


@pytest.mark.slow
class TestSampleProvince:
    """The repository's own province: what a planner asks of each kind."""

    def test_a_zone_tells_how_far_gate_junction_railway_and_roads_are(
        self, province: Workspace
    ) -> None:
        sheet = read_sheet(province, "industrial_zones", "kcn_dong_banh")
        near = {each.layer.id: each for each in sheet.nearest}
        assert {"border_gates", "expressway_junctions", "railway", "national_roads"} <= set(near)
        assert near["national_roads"].distance_m < near["border_gates"].distance_m
        assert {each.layer.id for each in sheet.within} >= {"communes_2025", "districts_2023"}
        shares = [e.share_pct for e in sheet.within if e.layer.id == "communes_2025"]
        assert sum(shares) == pytest.approx(100, abs=0.5)

    def test_a_road_has_sections_with_grade_and_events_in_order(self, province: Workspace) -> None:
        sheet = read_sheet(province, "national_roads", "ql4b_km18_km43")
        assert [each.key for each in sheet.sections] == [
            "ql4b_km0_km3700",
            "ql4b_km3700_km18",
            "ql4b_km18_km43",
            "ql4b_km43_km80",
        ]
        assert any("Km18" in event.start for event in sheet.events)
        assert not sheet.holds

    def test_a_commune_holds_villages_and_names_what_it_was_formed_from(
        self, province: Workspace
    ) -> None:
        key = str(province.read("communes_2025")["commune_code"].iloc[0])
        sheet = read_sheet(province, "communes_2025", key)
        assert "villages" in {each.layer.id for each in sheet.holds}
        assert sheet.formed_from
        assert not sheet.within

    def test_the_plans_rows_that_name_a_feature_come_apart_from_those_of_its_kind(
        self, province: Workspace
    ) -> None:
        rows = read_ledger(province)
        named, general = rows_about(province, rows, "expressways", "ct_huu_nghi_chi_lang")
        assert "ct_huu_nghi_chi_lang" in {row.id for row in named}
        zone_rules = rows_about(province, rows, "industrial_zones", "kcn_dong_banh")[1]
        assert "R11" in {row.id for row in zone_rules}
        assert not {(row.kind, row.id) for row in named} & {(row.kind, row.id) for row in general}
