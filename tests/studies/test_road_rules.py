"""Road rules: a network checked by hand, what is missing, lists, the sample by geopandas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import geopandas as gpd
from shapely import LineString, Point, box

from geo_app.domain.version import Version
from geo_app.errors import DataError, UnknownError
from geo_app.studies import Result, road_rules
from geo_app.workspace import Workspace, open_workspace

CRS = "EPSG:9215"
EAST, NORTH = 430_000.0, 2_420_000.0
Row = dict[str, Any]
Own = Callable[..., Workspace]


def road(code: str, start_km: float, end_km: float, grade: str | None, **more: Any) -> Row:
    """A section of a straight road; kilometres east of the origin, `y` kilometres north of it."""
    y = NORTH + 1_000 * more.pop("y", 0)
    return {
        "section_code": code,
        "route_code": "R",
        "name": f"Đường {code}",
        "road_class_2023": "tinh",
        "road_class_now": "tinh",
        "grade": grade,
        "terrain": "plain",
        "geometry": LineString([(EAST + 1_000 * x, y) for x in (start_km, end_km)]),
        **more,
    }


def district(code: str, start_km: float, end_km: float, grade: str | None, **more: Any) -> Row:
    return road(
        code, start_km, end_km, grade,
        **{"y": 5, "road_class_2023": "huyen", "road_class_now": None, **more},
    )  # fmt: skip


def settlement(code: str, west: float, east: float) -> Row:
    shape = box(EAST + 1_000 * west, NORTH - 100, EAST + 1_000 * east, NORTH + 100)
    return {
        "settlement_code": code,
        "name": f"Khu {code}",
        "kind": "khu_dan_cu",
        "commune_code": "1",
        "geometry": shape,
    }


def bridge(code: str, section: str | None, condition: str | None, load_t: float | None) -> Row:
    return {
        "bridge_code": code,
        "name": f"Cầu {code}",
        "section_code": section,
        "condition": condition,
        "load_t": load_t,
        "geometry": Point(EAST, NORTH + 5_000),
    }


PROVINCIAL = [
    road("a", 0, 4, "IV", roadbed_m=9.0),
    road("b", 4, 5, "V", roadbed_m=7.5, terrain="mountain"),  # as wide as grade IV there
    road("c", 5, 6, "V", roadbed_m=7.5),
    road("d", 6, 7, "V", roadbed_m=None),
    road("e", 7, 9, "VI", roadbed_m=6.5),
    road("f", 9, 10, None, roadbed_m=7.5),
]
SETTLEMENTS = [settlement("1", 3.5, 6), settlement("2", 5, 6.5)]  # 3 km, a part of it twice
DISTRICT = [
    district("g", 0, 6, "V"),
    district("h", 6, 9, "VI", road_class_now="xa", year_maintained=2026),
    district("i", 9, 10, "A", road_class_now="tinh"),
]
BRIDGES = [
    bridge("1", "g", "good", 10.0),
    bridge("2", "g", "weak", 30.0),
    bridge("3", "h", None, 18.0),
    bridge("4", "nowhere", "good", 18.0),
]


@pytest.fixture(scope="module")
def own(province_files: Callable[[], Path], publish_frame: Callable[..., Version]) -> Own:
    """Make a province of the layers given; `rules` are changes in the text of its rules."""

    def make(rules: dict[str, str] | None = None, **layers: list[Row]) -> Workspace:
        root = province_files()
        path = root / "plan" / "rules.toml"
        text = path.read_text(encoding="utf-8")
        for old, new in (rules or {}).items():
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        ws = open_workspace(root)
        for layer, rows in layers.items():
            fields = [*ws.catalogue.layer(layer).fields, "geometry"]
            frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS) if rows else empty()
            publish_frame(ws.latest(), layer, frame.reindex(columns=fields))
        return ws.latest()

    return make


def empty() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[], crs=CRS)


@pytest.fixture(scope="module")
def whole(own: Own) -> Result:
    return road_rules(
        own(
            provincial_roads=PROVINCIAL,
            district_roads=DISTRICT,
            settlements=SETTLEMENTS,
            bridges=BRIDGES,
        )
    )


def figures(result: Result, judgement: str) -> dict[str, Any]:
    return next(row for row in result.tables[0].records() if row["judgement"] == judgement)


def shares(result: Result, judgement: str) -> list[float]:
    row = figures(result, judgement)
    return [row[f"{verdict}_pct"] for verdict in ("pass", "fail", "unknown")]


def listed(result: Result, table: str, rule: str) -> dict[str, Any]:
    rows = result.table(table).records()
    return {row["section"]: row["why"] for row in rows if row["rule"] == rule}


def test_ten_kilometres_of_provincial_road(whole: Result) -> None:
    row = figures(whole, "R1 road_class_2023")
    assert (row["state"], row["features"], row["km"]) == ("judged", 6, pytest.approx(10))
    assert shares(whole, "R1 road_class_2023") == pytest.approx([70, 20, 10])
    assert (row["grade_v_pct"], row["grade_vi_pct"]) == pytest.approx((30, 20))
    assert listed(whole, "below", "R1") == {"e": "grade_below", "i": "rural_grade"}
    assert listed(whole, "unknown", "R1") == {"f": "grade_unknown"}


def test_three_of_them_in_a_settlement_by_grade_or_width(whole: Result) -> None:
    row = figures(whole, "R2 road_class_2023")
    assert (row["features"], row["km"]) == (4, pytest.approx(3))
    # a: half a km by its grade; b: 1 km by its width in the mountains.
    assert [row[f"{each}_km"] for each in ("pass", "fail", "unknown")] == pytest.approx(
        [1.5, 1, 0.5]
    )
    assert listed(whole, "below", "R2") == {"c": "narrow"}
    assert listed(whole, "unknown", "R2") == {"d": "roadbed_unknown"}
    below = whole.table("below").rows.query("rule == 'R2'").iloc[0]
    assert below["places"] == "Khu 1; Khu 2"
    assert (below["required"], below["suggested"]) == ("IV", "V")


def test_a_width_suggests_and_never_judges(whole: Result) -> None:
    unknown = whole.table("unknown").rows.set_index(["rule", "section"])
    assert unknown.loc[("R1", "f"), "suggested"] == "V"
    assert pd.isna(unknown.loc[("R2", "d"), "suggested"])


def test_a_grade_recorded_on_a_narrow_roadbed_is_doubted_not_changed(own: Own) -> None:
    found = road_rules(own(provincial_roads=[road("a", 0, 1, "V", roadbed_m=6.5)]))
    assert shares(found, "R1 road_class_2023") == [100, 0, 0]
    doubtful = found.table("doubtful").records()
    assert [(row["rule"], row["section"], row["suggested"]) for row in doubtful] == [
        ("R1", "a", "VI")
    ]


def test_district_roads_by_class_of_2023_and_of_now(whole: Result) -> None:
    then, now = (figures(whole, f"R6 {name}") for name in ("road_class_2023", "road_class_now"))
    assert shares(whole, "R6 road_class_2023") == pytest.approx([90, 10, 0])
    assert (then["grade_v_pct"], then["grade_vi_pct"]) == pytest.approx((60, 30))
    assert (now["state"], now["km"]) == ("none", None)
    # What became provincial since is held to the provincial rule by today's class.
    assert figures(whole, "R1 road_class_now")["km"] == pytest.approx(11)
    assert figures(whole, "R1 road_class_now")["fail_km"] == pytest.approx(3)
    told = {notice.code: notice.text.en for notice in whole.warnings}
    assert told["class_unknown"].startswith("1 sections (6.0 km)")


def test_classes_and_grades_stand_side_by_side(whole: Result) -> None:
    rows = whole.table("classes").rows.set_index(["road_class", "grade"])
    assert rows.loc[("huyen", "V")].tolist() == pytest.approx([6, 60, 0, float("nan")], nan_ok=True)
    assert rows.loc[("tinh", "V")].tolist() == pytest.approx([3, 30, 3, 100 * 3 / 11])
    assert rows.loc[("unassigned", "V"), "road_class_now_km"] == pytest.approx(6)
    for name in ("road_class_2023_km", "road_class_now_km"):
        assert rows[name].sum() == pytest.approx(20)


def test_bridges_by_condition_and_those_nobody_knows(whole: Result) -> None:
    row = figures(whole, "R7 road_class_2023")
    assert (row["features"], row["fail_features"], row["unknown_features"]) == (4, 1, 2)
    assert row["km"] is None
    assert shares(whole, "R7 road_class_2023") == [25, 25, 50]
    why = {each["bridge"]: each["why"] for each in whole.table("bridges").records()}
    assert why == {"2": "recorded_weak", "3": "condition_unknown", "4": "road_unknown"}


def test_a_bridge_of_another_road_is_not_concerned(own: Own) -> None:
    national = {**road("q", 0, 1, "III"), "road_class": "quoc_lo", "status": "in_use"}
    rows = [bridge("1", "g", "good", None), bridge("6", "q", "weak", None)]
    ws = own(district_roads=DISTRICT, national_roads=[national], bridges=rows)
    assert figures(road_rules(ws, rules="R7"), "R7 road_class_2023")["features"] == 1


def test_a_rule_may_say_below_which_load_a_bridge_is_weak(own: Own) -> None:
    head = 'layers = ["bridges", '
    rules = {head: f"values = {{load_min_t = 13}}\n{head}"}
    rows = [*BRIDGES, bridge("5", "g", "good", None)]
    result = road_rules(own(rules, district_roads=DISTRICT, bridges=rows), rules="R7")
    why = {each["bridge"]: each["why"] for each in result.table("bridges").records()}
    assert why == {
        "1": "load_low",
        "2": "recorded_weak",
        "3": "condition_unknown",
        "4": "road_unknown",
        "5": "load_unknown",
    }


def test_maintenance_is_of_the_year_of_the_data_unless_one_is_asked_for(own: Own) -> None:
    rural = {"road_class_2023": "xa", "road_class_now": "xa", "commune_code": "1"}
    rows = [
        road(code, at, at + 1, "B", year_maintained=year, **rural)
        for at, (code, year) in enumerate({"k": 2026, "l": 2025, "m": None, "n": 2024}.items())
    ]
    ws = own(rural_roads=rows)
    assert shares(road_rules(ws), "R10 road_class_2023") == pytest.approx([25, 50, 25])
    before = road_rules(ws, year=2025)
    assert shares(before, "R10 road_class_2023") == pytest.approx([25, 25, 50])
    assert listed(before, "unknown", "R10") == {"k": "maintained_later", "m": "year_unknown"}
    assert before.table("below").rows["required"].tolist() == ["2025"]


def test_targets_stand_beside_and_set_no_status(whole: Result) -> None:
    found = {each.target: (each.value, each.reference) for each in whole.comparisons}
    assert found == {
        "t_cau_yeu": (1, None),
        "t_dt_cap5": (pytest.approx(70), 100),
        "t_dh_cap56": (pytest.approx(90), None),
    }
    assert {each.kind for each in whole.comparisons} == {"computed"}
    assert not whole.illustrative
    assert whole.plan_status() == {}


def test_the_map_shows_the_worst_verdict_and_stretches_on_top(whole: Result) -> None:
    roads, bridges = (picture.frame for picture in whole.pictures)
    shown = roads.set_index("section")["result"]
    assert shown["e"] == "fail"
    assert shown[["c"]].tolist() == ["pass", "fail"]  # good by R1, its stretch is below R2
    assert roads.iloc[-1]["result"] == "fail"
    assert sorted(bridges["verdict"]) == ["fail", "pass", "unknown", "unknown"]


def test_without_settlements_their_rule_is_not_known(own: Own) -> None:
    result = road_rules(own(provincial_roads=PROVINCIAL))
    for name in ("R2 road_class_2023", "R2 road_class_now"):
        row = figures(result, name)
        assert (row["state"], row["km"], row["pass_pct"]) == ("no_areas", None, None)
    assert "r2_pass_pct" not in result.totals
    assert figures(result, "R7 road_class_2023")["state"] == "no_bridges"
    assert figures(result, "R10 road_class_2023")["state"] == "no_roads"


def test_empty_layers_give_empty_tables(own: Own) -> None:
    result = road_rules(own(provincial_roads=[], settlements=[], bridges=[], district_roads=[]))
    states = {row["rule"]: row["state"] for row in result.tables[0].records()}
    assert set(states.values()) <= {"none", "no_field", "no_list", "no_roads"}
    assert result.totals == {"judged": 0, "not_judged": 8}
    assert result.pictures == ()
    assert "đã xét" not in result.explain()


def test_nothing_to_read_is_said(own: Own) -> None:
    with pytest.raises(UnknownError, match="no road layer has data"):
        road_rules(own())


def test_a_road_without_a_line_is_counted_and_said(own: Own) -> None:
    rows = [road("a", 0, 1, "IV"), {**road("b", 0, 1, "VI"), "geometry": None}]
    result = road_rules(own(provincial_roads=rows, settlements=SETTLEMENTS))
    row = figures(result, "R1 road_class_2023")
    assert (row["features"], row["fail_features"], row["km"]) == (2, 1, pytest.approx(1))
    assert "no_line" in {notice.code for notice in result.warnings}


def test_connectors_are_a_list_and_without_one_are_not_judged(whole: Result, own: Own) -> None:
    assert figures(whole, "R3")["state"] == "no_list"
    check = '[rules.check]\njudge = "grade"\nwidths'
    for by, sections in {
        'section_code = ["c", "zz"]': ["c"],
        'purpose = ["cua_khau"]': ["a", "e"],
    }.items():
        rules = {check: check.replace("widths", f"roads = {{{by}}}\nwidths")}
        rows = [{**each, "purpose": "cua_khau"} if each["section_code"] in "ae" else each
                for each in PROVINCIAL]  # fmt: skip
        result = road_rules(own(rules, provincial_roads=rows))
        assert list(listed(result, "below", "R3")) == sections
        absent = [n.text.en for n in result.warnings if n.code == "listed_absent"]
        assert any("zz" in text for text in absent) == ("zz" in by)


def test_links_to_neighbours_are_taken_by_purpose(own: Own) -> None:
    rows = [
        {**road("a", 0, 1, "VI"), "purpose": "lien_tinh_tay_bac"},
        {**road("b", 1, 2, "IV"), "purpose": "lien_tinh_dong_nam"},
    ]
    result = road_rules(own(provincial_roads=rows))
    assert shares(result, "R4 purpose") == [100, 0, 0]
    assert shares(result, "R5 purpose") == [0, 100, 0]
    silent = road_rules(own(provincial_roads=PROVINCIAL))
    assert figures(silent, "R4 purpose")["state"] == "no_field"


def test_only_the_rules_asked_for_are_judged(own: Own) -> None:
    ws = own(provincial_roads=PROVINCIAL)
    assert set(road_rules(ws, rules="R6, R1").rows["rule"]) == {"R1", "R6"}
    with pytest.raises(DataError, match="R8"):
        road_rules(ws, rules="R8")


def test_the_table_of_widths_says_that_it_is_unverified(whole: Result) -> None:
    assert "widths_unverified" in {notice.code for notice in whole.warnings}


def test_without_a_table_only_grades_count(own: Own) -> None:
    rules = {'widths = "road_sections"': 'widths = "nothing"'}
    result = road_rules(own(rules, provincial_roads=PROVINCIAL, settlements=SETTLEMENTS))
    assert "no_widths" in {notice.code for notice in result.warnings}
    assert figures(result, "R2 road_class_2023")["pass_km"] == pytest.approx(0.5)
    assert listed(result, "unknown", "R2")["b"] == "no_width"
    assert result.table("unknown").rows["suggested"].isna().all()


def test_the_sample_by_plain_geopandas(province: Workspace) -> None:
    result = road_rules(province)
    roads, areas = province.read("provincial_roads"), province.read("settlements")
    km = roads.length / 1_000
    good = roads["grade"].isin(["I", "II", "III", "IV", "V"])
    row = figures(result, "R1 road_class_2023")
    assert row["pass_km"] == pytest.approx(km[good].sum())
    assert row["fail_km"] == pytest.approx(km[roads["grade"] == "VI"].sum())
    assert row["unknown_km"] == pytest.approx(km[roads["grade"].isna()].sum())
    inside = gpd.overlay(roads, areas[["geometry"]].dissolve(), keep_geom_type=True)
    least_m = inside["terrain"].map({"plain": 9.0, "mountain": 7.5})
    wide = inside["grade"].isin(["I", "II", "III", "IV"]) | (inside["roadbed_m"] >= least_m)
    row = figures(result, "R2 road_class_2023")
    assert row["km"] == pytest.approx(inside.length.sum() / 1_000)
    assert row["pass_km"] == pytest.approx(inside.length[wide].sum() / 1_000)
    bridges = province.read("bridges")
    row = figures(result, "R7 road_class_2023")
    assert row["features"] == len(bridges)
    assert row["fail_features"] == (bridges["condition"] == "weak").sum()
    assert row["unknown_features"] == bridges["condition"].isna().sum()
    rural = province.read("rural_roads")
    row = figures(result, "R10 road_class_2023")
    late = rural["year_maintained"] < 2026
    assert row["fail_km"] == pytest.approx(rural.length[late.fillna(False)].sum() / 1_000)
    assert result.illustrative
