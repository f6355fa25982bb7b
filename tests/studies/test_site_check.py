"""Site checks on a made-up province: every verdict by hand, and what is not known never passes."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from site_province import COARSE, EXACT, SOUTH, WEST, box, deliver, found_province, site

import shapely
from shapely import LineString, Point

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.override import Override, site_digest
from geo_app.errors import DataError, UnknownError
from geo_app.studies import Result, site_check
from geo_app.web import create_app
from geo_app.workspace import Workspace, open_workspace

ON = "2026-02-01"


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace]) -> Workspace:
    return found_province(small_workspace())


def check(ws: Workspace, *shapes: Any, **more: Any) -> Result:
    return site_check(ws.latest(), site=site(*shapes), **{"on": ON, "towns": "", **more})


def verdict(result: Result, layer: str, footprint: str = "1") -> dict[str, Any]:
    rows = result.rows
    found = rows[(rows["subject"] == layer) & (rows["footprint"] == footprint)]
    assert len(found) == 1
    return dict(found.iloc[0])


def road(away_m: float, **fields: Any) -> dict[str, Any]:
    """A road to the west of x = 1000, at this distance."""
    line = LineString([(1_000 - away_m, 0), (1_000 - away_m, 4_000)])
    usual = {"name": "Đường", "grade": "IV", "roadbed_m": 9.0, "accuracy": EXACT}
    return {**usual, **fields, "geometry": line}


def test_a_square_over_two_types_of_forest_by_hand(ws: Workspace) -> None:
    deliver(
        ws,
        "woods",
        [
            {"type": "phong_ho", "origin": "natural", "geometry": box(0, 0, 1_050, 4_000)},
            {"type": "san_xuat", "origin": "planted", "geometry": box(1_050, 0, 500, 4_000)},
            {"type": "san_xuat", "origin": "none", "geometry": box(1_550, 0, 500, 4_000)},
        ],
    )
    result = check(ws, box(1_000, 1_000, 600, 100))
    forest = result.table("forest").rows.set_index(["type", "origin"])
    assert forest["area_m2"].to_dict() == pytest.approx(
        {
            ("phong_ho", "natural"): 50 * 100,
            ("san_xuat", "planted"): 500 * 100,
            ("san_xuat", "none"): 50 * 100,
        }
    )
    assert forest["area_ha"].sum() == pytest.approx(6)
    assert forest["needs"].to_dict() == {
        ("phong_ho", "natural"): ("forest_2017",),
        ("san_xuat", "planted"): ("forest_2017",),
        ("san_xuat", "none"): (),
    }
    found = verdict(result, "woods")
    # Land without forest makes no conflict.
    assert (found["verdict"], found["area_m2"]) == ("conflict", pytest.approx(55_000))
    assert found["share_pct"] == pytest.approx(100 * 55 / 60)
    bodies = result.table("bodies").rows
    assert bodies.loc[bodies["task"] == "forest_2017", "body"].tolist() == ["so_nnmt"]


CORRIDORS = [
    # 9 / 2 + 1 + 9 = 14.5 m from the centreline, ± 0.5 m
    (road(10), "conflict", {"estimated"}),
    (road(14), "conflict", {"estimated"}),
    (road(14.2), "near", {"undetermined", "within_error"}),
    (road(14.9), "near", {"undetermined", "within_error"}),
    (road(15.1), "near", set()),
    (road(190), "near", set()),
    (road(300), "nothing_found", set()),
    # 12 / 2 + 2 + 13 = 21 m
    (road(20, grade="III", roadbed_m=12), "conflict", {"estimated"}),
    (road(22, grade="III", roadbed_m=12), "near", set()),
    # what is not known: surely within 1 + 9 m, surely outside 100 m
    (road(12, grade=None), "near", {"undetermined", "grade_unknown", "within_error"}),
    (road(12, roadbed_m=None), "near", {"undetermined", "roadbed_unknown", "within_error"}),
    (road(9, grade=None), "conflict", {"estimated"}),
    (road(101, grade=None), "near", set()),
    (road(300, grade=None), "nothing_found", set()),
]


def test_a_corridor_is_met_missed_or_left_open(ws: Workspace) -> None:
    rows, shapes = [], []
    for at, (row, _, _) in enumerate(CORRIDORS):
        x = row["geometry"].bounds[0]
        rows.append({**row, "geometry": LineString([(x, 600 * at), (x, 600 * at + 50)])})
        shapes.append(box(1_000, 600 * at, 50))
    deliver(ws, "roads_measured", rows, accuracy=None)
    result = check(ws, *shapes)
    for at, (_, expected, notes) in enumerate(CORRIDORS, start=1):
        found = verdict(result, "roads_measured", str(at))
        assert (at, found["verdict"], set(found["note"])) == (at, expected, notes)


@pytest.mark.parametrize(
    ("rows", "expected", "notes"),
    [
        ([road(10, accuracy=COARSE)], "near", {"undetermined", "within_error"}),
        ([road(900, accuracy=COARSE)], "not_checked", {"undetermined", "within_error"}),
        ([road(10, accuracy=None)], "near", {"undetermined", "accuracy_unknown"}),
        ([road(10, accuracy=None), road(10)], "conflict", {"estimated"}),
    ],
)
def test_a_road_that_may_lie_elsewhere_leaves_the_corridor_open(
    ws: Workspace, rows: list[dict[str, Any]], expected: str, notes: set[str]
) -> None:
    deliver(ws, "roads_measured", rows, accuracy=None)
    found = verdict(check(ws, box(1_000, 1_000, 200)), "roads_measured")
    assert (found["verdict"], set(found["note"])) == (expected, notes)


def test_the_corridor_s_edge_and_the_area_inside_are_told(ws: Workspace) -> None:
    deliver(ws, "roads_measured", [road(10), road(60, name="Đường xa")])
    result = check(ws, box(1_000, 1_000, 200))
    roads = result.table("roads").rows.set_index("name")
    assert roads.loc["Đường", "corridor_m"] == 14.5
    assert roads.loc["Đường", "edge_m"] == pytest.approx(-4.5)
    assert roads.loc["Đường", "area_m2"] == pytest.approx(4.5 * 200)
    assert roads.loc["Đường xa", "corridor"] == "outside"
    assert roads.loc["Đường xa", "edge_m"] == pytest.approx(45.5)
    found = verdict(result, "roads_measured")
    assert found["area_m2"] == pytest.approx(900)
    assert found["distance_m"] == pytest.approx(10)
    assert found["basis"] == ("corridor_2025",)


def test_before_the_rule_was_in_force_the_corridor_is_open(ws: Workspace) -> None:
    deliver(ws, "roads_measured", [road(10)])
    found = verdict(check(ws, box(1_000, 1_000, 200), on="2024-12-31"), "roads_measured")
    assert found["verdict"] == "near"
    assert {"undetermined", "no_rule"} <= set(found["note"])
    assert verdict(check(ws, box(1_000, 1_000, 200), on="01/01/2025"), "roads_measured")[
        "verdict"
    ] == "conflict"  # fmt: skip


def test_a_town_and_a_railway_leave_the_corridor_open(ws: Workspace) -> None:
    deliver(ws, "roads_measured", [road(10)])
    deliver(ws, "rails", [{"name": "Sắt", "accuracy": EXACT, "geometry": road(10)["geometry"]}])
    deliver(ws, "towns", [{"name": "Phố", "geometry": box(1_100, 1_100, 50)}])
    result = check(ws, box(1_000, 1_000, 200), towns="towns")
    assert verdict(result, "roads_measured")["verdict"] == "near"
    assert "in_town" in verdict(result, "roads_measured")["note"]
    rail = verdict(result, "rails")
    assert rail["verdict"] == "near"
    assert {"undetermined", "no_width"} <= set(rail["note"])
    assert "towns_unknown" not in {each.code for each in result.warnings}
    # On the rails themselves there is nothing to determine.
    on_it = check(ws, box(980, 1_000, 200))
    assert verdict(on_it, "rails")["verdict"] == "near"  # but for the ± of 0.5 m
    assert "towns_unknown" in {each.code for each in on_it.warnings}


def test_roads_nobody_vouches_for_clear_nothing(ws: Workspace) -> None:
    path = ws.settings.root / "layers" / "roads_measured.toml"
    text = path.read_text(encoding="utf-8").replace('accuracy = "accuracy"\n', "")
    path.write_text(text, encoding="utf-8")
    deliver(ws, "roads_measured", [road(3_000)], accuracy=None)
    found = verdict(check(open_workspace(ws.settings.root), box(5_000, 5_000, 50)),
                    "roads_measured")  # fmt: skip
    assert found["verdict"] == "not_checked"
    assert {"undetermined", "accuracy_unknown"} <= set(found["note"])


UNKNOWN = {"validity_unknown"}
ZONES: list[tuple[float, dict[str, Any], str, set[str]]] = [
    # how far east of the footprint's west side the zone begins; the footprint is 200 m wide
    (150, {}, "conflict", UNKNOWN),
    (240, {}, "near", set()),
    (260, {}, "nothing_found", set()),
    (200, {}, "near", set()),
    (199.99, {}, "near", {"sliver", *UNKNOWN}),
    (150, {"kind": "free"}, "near", {"not_counted", *UNKNOWN}),
    (150, {"kind": None}, "conflict", UNKNOWN),
    (150, {"valid_to": date(2026, 1, 31)}, "near", {"expired"}),
    (150, {"valid_to": date(2026, 2, 1)}, "conflict", set()),
    (150, {"valid_from": date(2026, 2, 2)}, "near", {"not_yet"}),
]


def test_a_zone_is_met_near_or_not_found(ws: Workspace) -> None:
    usual = {"name": "Khu", "kind": "kept", "decision": None, "valid_from": None, "valid_to": None}
    rows = [
        {**usual, **zone, "geometry": box(1_000 + x, 500 * at, 200)}
        for at, (x, zone, _, _) in enumerate(ZONES)
    ]
    deliver(ws, "zones", rows)
    result = check(ws, *(box(1_000, 500 * at, 200) for at in range(len(ZONES))))
    for at, (_, _, expected, notes) in enumerate(ZONES, start=1):
        found = verdict(result, "zones", str(at))
        # The rule was last reviewed two years before.
        told = notes | {"rule_not_reviewed"}
        assert (at, found["verdict"], set(found["note"])) == (at, expected, told)


def test_each_hit_has_its_decision_and_validity(ws: Workspace) -> None:
    zone = {
        "name": "Khu A",
        "kind": "kept",
        "decision": "QĐ 12",
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2030, 1, 1),
        "geometry": box(1_150, 1_000, 200),
    }
    deliver(ws, "zones", [zone, {**zone, "name": "Khu B", "valid_to": date(2025, 6, 1)}])
    result = check(ws, box(1_000, 1_000, 200))
    hits = result.table("hits").rows.query("subject == 'zones'").set_index("name")
    assert hits["validity"].to_dict() == {"Khu A": "valid", "Khu B": "expired"}
    assert set(hits["decision"]) == {"QĐ 12"}
    assert hits["area_m2"].tolist() == [10_000, 10_000]
    assert hits.loc["Khu A", "valid_to"] == date(2030, 1, 1)
    # Both lie on the same ground: only one counts, and it counts once.
    assert verdict(result, "zones")["area_m2"] == 10_000


def test_a_rule_not_reviewed_says_so(ws: Workspace) -> None:
    zone = {"name": "Khu", "kind": "kept", "geometry": box(1_150, 1_000, 200)}
    deliver(ws, "zones", [{**zone, "decision": None, "valid_from": None, "valid_to": None}])
    result = check(ws, box(1_000, 1_000, 200))
    (field,) = (each for each in result.tables[0].fields if each.name == "basis")
    assert field.values["old"].vi == "Quy định old; chưa kiểm chứng; căn cứ chưa rà soát"
    assert "rules_not_reviewed" in {each.code for each in result.warnings}
    early = check(ws, box(1_000, 1_000, 200), on="2024-12-31")
    assert "rule_not_reviewed" not in verdict(early, "zones")["note"]
    assert "rules_not_reviewed" not in {each.code for each in early.warnings}


def test_the_days_are_those_of_the_law_of_the_day(ws: Workspace) -> None:
    deliver(ws, "frontier", [{"name": "Biên", "geometry": LineString([(0, 0), (10_000, 0)])}])
    for on, days in (("2025-11-16", 30), ("2025-11-17", 20)):
        bodies = check(ws, box(1_000, 700, 100), on=on).table("bodies").rows
        asked = bodies[bodies["task"].str.startswith("opinion")]
        assert asked["days"].tolist() == [days]
        assert asked["body"].tolist() == ["so_nv"]


def test_the_border_screens_and_tells_tenths_of_a_km(ws: Workspace) -> None:
    deliver(ws, "frontier", [{"name": "Biên", "geometry": LineString([(0, 0), (10_000, 0)])}])
    cases = [(700, "within", 0.7), (1_000, "within", 1.0), (1_060, "outside", 1.1),
             (3_000, "outside", 3.0)]  # fmt: skip
    result = check(ws, *(box(1_000, y, 100) for y, _, _ in cases))
    for at, (_, belt, away_km) in enumerate(cases, start=1):
        found = verdict(result, "frontier", str(at))
        assert found["verdict"] == ("near" if belt == "within" else "nothing_found")
        assert found["distance_m"] == pytest.approx(away_km * 1_000)
        assert ("screening" in found["note"]) == (belt == "within")
        row = result.table("border").rows.iloc[at - 1]
        assert (row["belt"], row["distance_km"]) == (belt, away_km)
        # Commune 01 has the border as its edge; it is on no list.
        unit = (row["commune"], row["border_commune"], row["list_basis"])
        assert unit == ("Hòa Bình", "yes", "derived")
    assert "frontier" not in set(result.table("hits").rows["subject"])


def test_a_border_that_may_be_off_screens_wider(ws: Workspace) -> None:
    border = [{"name": "Biên", "geometry": LineString([(0, 0), (10_000, 0)])}]
    deliver(ws, "frontier", border, accuracy="±1 km")
    result = check(ws, box(1_000, 1_900, 100), box(1_000, 2_100, 100))
    assert result.table("border").rows["belt"].tolist() == ["possible", "outside"]
    inland = check(ws, box(6_000, 7_000, 100)).table("border").rows.iloc[0]
    assert (inland["commune"], inland["border_commune"]) == ("Thuỵ Hùng", "no")


def test_units_by_shape_by_the_nearest_and_by_name(ws: Workspace) -> None:
    shapes = (box(4_900, 1_000, 300, 100), Point(-300, 1_000), Point(-900, 1_000))
    result = check(ws, *shapes)
    units = result.table("units").rows
    first = units[(units["footprint"] == "1") & (units["subject"] == "communes")]
    assert first["unit_name"].tolist() == ["Đồng Đăng", "Hòa Bình"]
    assert first["share_pct"].tolist() == pytest.approx([200 / 3, 100 / 3])
    assert set(first["since"]) == {date(2025, 7, 1)}
    gate = units[(units["footprint"] == "2") & (units["subject"] == "communes")].iloc[0]
    assert (gate["unit_name"], gate["how"], gate["distance_m"]) == ("Hòa Bình", "nearest", 300)
    assert verdict(result, "communes", "2")["note"] == ("outside_units",)
    assert verdict(result, "communes", "3")["note"] == ("in_no_unit",)
    assert not (units["footprint"] == "3").any()
    named = units[(units["footprint"] == "1") & (units["how"] == "by_name")]
    assert named[["unit_name", "within"]].values.tolist() == [["Đồng Mỏ", "Huyện Bắc"]]


def test_shapes_of_an_earlier_date_come_before_names(ws: Workspace) -> None:
    root = ws.settings.root / "layers"
    text = (root / "communes.toml").read_text(encoding="utf-8")
    older = text.replace("vintage = 2025-07-01", "vintage = 2019-01-01").replace(
        'title = {vi = "Xã, phường"', 'title = {vi = "Xã cũ"', 1
    )
    (root / "communes_2019.toml").write_text(older, encoding="utf-8")
    ws = open_workspace(ws.settings.root)
    row = {"commune_code": "99", "name": "Xã Cũ", "kind": "xa", "former_district": None}
    deliver(ws, "communes_2019", [{**row, "area_km2": 100.0, "geometry": box(0, 0, 10_000)}])
    units = check(ws, box(1_000, 1_000, 100)).table("units").rows
    assert dict(zip(units["subject"], units["unit_name"], strict=True)) == {
        "communes": "Hòa Bình",
        "communes_2019": "Xã Cũ",
    }
    assert set(units["how"]) == {"overlap"}


def test_the_nearest_is_told_however_far(ws: Workspace) -> None:
    gates = [{"name": "Gần", "geometry": Point(1_000, 1_400)},
             {"name": "Xa", "geometry": Point(9_000, 9_000)}]  # fmt: skip
    deliver(ws, "gates", gates)
    result = check(ws, box(1_000, 1_000, 100), box(9_000, 3_000, 100))
    near, far = (verdict(result, "gates", name) for name in ("1", "2"))
    assert (near["verdict"], near["features"], near["distance_m"]) == ("near", ("Gần",), 300)
    assert (far["verdict"], far["features"], far["distance_m"]) == (
        "nothing_found", ("Xa",), 5_900,
    )  # fmt: skip
    assert far["note"] == ("nearest_told",)


def test_what_was_not_looked_at_is_no_pass(ws: Workspace) -> None:
    deliver(ws, "woods", [{"type": None, "origin": None, "geometry": box(9_000, 9_000, 10)}],
            day=date(2024, 1, 31))  # fmt: skip
    result = check(ws, box(1_000, 1_000, 100))
    notes = {
        each: verdict(result, each)["note"] for each in ("woods", "promised", "empty", "secret")
    }
    assert notes == {
        "woods": ("stale",),
        "promised": ("awaited_so_nnmt",),
        "empty": ("no_data",),
        "secret": ("consult_so_nnmt",),
    }
    assert {verdict(result, each)["verdict"] for each in notes} == {"not_checked"}
    (field,) = (each for each in result.tables[0].fields if each.name == "note")
    assert field.values["awaited_so_nnmt"].vi == "chờ Sở Nông nghiệp và Môi trường cung cấp"
    assert pd.isna(verdict(result, "empty")["data_date"])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 2, 1), "nothing_found"),
        (date(2024, 1, 31), "not_checked"),
        (None, "not_checked"),
    ],
)
def test_data_too_old_or_without_a_date_clear_nothing(
    ws: Workspace, day: date | None, expected: str
) -> None:
    woods = [{"type": "phong_ho", "origin": "natural", "geometry": box(1_000, 1_000, 10)}]
    deliver(ws, "woods", woods, day=day)
    result = check(ws, box(3_000, 3_000, 100), box(1_000, 1_000, 100))
    assert verdict(result, "woods")["verdict"] == expected
    # What they do show is told all the same.
    assert verdict(result, "woods", "2")["verdict"] == "conflict"


def test_a_restricted_layer_answers_only_whom_to_ask(ws: Workspace) -> None:
    inside = [{"name": "Hầm bí mật", "geometry": box(1_000, 1_000, 50)}]
    public = ws.as_user(ANONYMOUS)
    deliver(ws, "inner", inside)
    before = check(public, box(1_000, 1_000, 100))
    deliver(ws, "secret", inside)
    after = check(public, box(1_000, 1_000, 100))
    # Whether there are data, and where, cannot be told from the answer.
    assert str(verdict(before, "secret")) == str(verdict(after, "secret"))
    assert before.hash == after.hash
    found = verdict(after, "secret")
    assert (found["verdict"], found["note"]) == ("not_checked", ("consult_so_nnmt",))
    assert verdict(after, "inner")["note"] == ("ask_so_nnmt",)
    assert pd.isna(found["data_date"])
    assert after.table("bodies").rows["task"].tolist() == ["defence_2018"]
    told = json.dumps(after.to_json(), ensure_ascii=False) + str(after.pictures)
    assert "Hầm" not in told
    assert verdict(check(ws, box(1_000, 1_000, 100)), "secret")["verdict"] == "conflict"


def test_damaged_data_are_named_and_the_others_answer(ws: Workspace) -> None:
    version = deliver(ws, "gates", [{"name": "Cửa", "geometry": Point(1_000, 1_000)}])
    deliver(ws, "towns", [{"name": "Phố", "geometry": box(1_000, 1_000, 100)}])
    record = ws.settings.store_folder / "gates" / version.id / "features.gpkg"
    record.write_bytes(b"not a database")
    result = check(ws, box(1_000, 1_000, 100))
    assert verdict(result, "gates")["note"] == ("unreadable",)
    assert verdict(result, "towns")["verdict"] == "near"


def test_several_footprints_give_one_table(ws: Workspace) -> None:
    deliver(ws, "towns", [{"name": "Phố", "geometry": box(0, 0, 1_000)}])
    shapes = (box(900, 900, 200), LineString([(500, 500), (1_500, 500)]), Point(500, 500),
              box(7_000, 7_000, 100))  # fmt: skip
    named = site(*shapes, names=["Khu", "Tuyến", "Khu", "Khu"])
    result = site_check(ws.latest(), site=named, on=ON, towns="")
    assert list(dict.fromkeys(result.rows["footprint"])) == ["Khu", "Tuyến", "Khu (2)", "Khu (3)"]
    layers = [each for each in ws.layers if each.site]
    assert len(result.rows) == 4 * len(layers)
    assert result.rows.groupby("footprint")["subject"].nunique().tolist() == [len(layers)] * 4
    towns = result.rows[result.rows["subject"] == "towns"].set_index("footprint")
    assert towns["share_pct"].tolist()[:2] == [25, 50]
    assert towns["verdict"].tolist() == ["near", "near", "near", "nothing_found"]
    areas = result.table("areas").rows.set_index("footprint")
    assert areas["area_m2"].dropna().to_dict() == {"Khu": 40_000, "Khu (3)": 10_000}
    assert areas["kind"].tolist() == ["polygon", "line", "point", "polygon"]
    assert result.totals["area_m2"] == 50_000
    assert {each.layer.id for each in result.pictures} >= {"site_polygons", "site_lines"}
    counts = result.rows["verdict"].value_counts()
    assert {name: result.totals[name] for name in counts.index} == counts.to_dict()


def test_areas_stand_in_the_plane_and_on_the_ellipsoid(ws: Workspace) -> None:
    ring = shapely.Polygon(box(0, 0, 1_000).exterior, [box(400, 400, 200).exterior.coords])
    areas = check(ws, ring).table("areas").rows.iloc[0]
    assert areas["area_m2"] == pytest.approx(960_000)
    # At the central meridian the scale is 0.9999: the ground is larger by twice as much.
    assert areas["ellipsoid_m2"] == pytest.approx(960_000 / 0.9999**2, rel=1e-6)
    assert areas["ellipsoid_m"] == pytest.approx(4_800 / 0.9999, rel=1e-6)


def test_coordinates_are_north_first_and_rings_close_themselves(ws: Workspace) -> None:
    ring = shapely.Polygon([(0, 0), (30, 0), (30, 20), (0, 20)], [[(1, 1), (2, 1), (2, 2)]])
    table = check(ws, ring).table("coordinates").rows
    assert table[["ring", "point"]].values.tolist() == [[1, n] for n in (1, 2, 3, 4)] + [
        [2, n] for n in (1, 2, 3)
    ]
    assert table.loc[1, ["x_north_m", "y_east_m"]].tolist() == [SOUTH, WEST + 30]


def test_a_finding_set_aside_is_told_with_its_state(ws: Workspace, monkeypatch: Any) -> None:
    version = deliver(ws, "towns", [{"name": "Phố", "geometry": box(0, 0, 2_000)}])
    text = site_check.settings(ws, {"site": site(box(1_000, 1_000, 100))})["site"]
    one = Override(
        id=7,
        layer="towns",
        feature=None,
        site=site_digest(text),
        reason="Đã thoả thuận",
        who="Lan",
        made=datetime(2026, 1, 1, tzinfo=UTC),
        until=date(2026, 2, 1),
        digest=version.digest,
    )
    others = [
        replace(one, id=8, feature="1", site=None, digest="another"),
        replace(one, id=9, feature="2", site=None),
        replace(one, id=10, site="another"),
        replace(one, id=11, until=date(2026, 1, 31)),
        replace(one, id=12, layer="zones"),
    ]
    monkeypatch.setattr(Workspace, "overrides", lambda _: (one, *others))
    result = check(ws, box(1_000, 1_000, 100))
    assert verdict(result, "towns")["override"] == ("7:holds", "8:reopened", "11:expired")
    (field,) = (each for each in result.tables[0].fields if each.name == "override")
    assert field.values["7:holds"].vi == "Đã thoả thuận (Lan, đến 01/02/2026): đang gác lại"
    # A finding set aside stays one.
    assert verdict(result, "towns")["verdict"] == "near"
    assert verdict(check(ws, box(3_000, 3_000, 100)), "towns")["override"] == ()


def test_marks_travel_with_the_verdict(ws: Workspace) -> None:
    town = [{"name": "Phố", "geometry": box(0, 0, 2_000)}]
    for marks in ((), ("synthetic",)):
        deliver(ws, "towns", town, marks=marks)
        result = check(ws, box(1_000, 1_000, 100))
        assert verdict(result, "towns")["marks"] == marks
        assert ("synthetic" in result.marks) == bool(marks)
    # The outline and the communes are schematic.
    assert verdict(result, "communes")["marks"] == ("schematic", "unverified")
    assert result.illustrative


def test_a_site_elsewhere_is_refused_with_a_hint(ws: Workspace) -> None:
    with pytest.raises(DataError, match=r"footprint '1' lies 90 km outside Small Province.*check"):
        check(ws, box(100_000, 0, 50))
    turned = shapely.Point(SOUTH + 5_000, WEST + 5_000)
    with pytest.raises(DataError, match="x and y are the wrong way round"):
        site_check(ws, site=turned.wkt)
    partly = check(ws, box(8_000, 8_000, 4_000))
    assert {"partly_outside"} <= {each.code for each in partly.warnings}
    with pytest.raises(UnknownError, match="no footprint is given"):
        site_check(ws, site="")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("POLYGON((500000 1200000", "whole WKT"),
        ('{"type":"FeatureCollection","features":[]}', "found no shape"),
        (f"POLYGON(({WEST} {SOUTH},{WEST + 9} {SOUTH + 9},{WEST + 9} {SOUTH},{WEST} {SOUTH + 9},"
         f"{WEST} {SOUTH}))", "crosses"),
        ("POINT(106.7 21.8)", "outside"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_a_sentence_over_http(
    ws: Workspace, text: str, words: str
) -> None:
    client = create_app(ws.settings).test_client()
    answer = client.get("/api/studies/site-check", query_string={"site": text, "on": ON})
    assert answer.status_code == 400
    assert words in json.dumps(answer.get_json(), ensure_ascii=False)


def test_the_answer_over_http_is_the_notebook_s(ws: Workspace) -> None:
    deliver(ws, "towns", [{"name": "Phố", "geometry": box(0, 0, 2_000)}])
    text = f"POLYGON(({WEST} {SOUTH},{WEST + 90} {SOUTH},{WEST + 90} {SOUTH + 90},{WEST} {SOUTH}))"
    given = {"site": text, "on": ON, "towns": "towns"}
    client = create_app(ws.settings).test_client()
    answer = client.get("/api/studies/site-check", query_string=given).get_json()
    wanted = site_check(ws.latest().as_user(ANONYMOUS), **given)
    assert answer == json.loads(json.dumps(wanted.to_json()))
    assert answer["settings"]["on"] == ON
    assert client.get("/studies/site-check", query_string=given).status_code == 200


@pytest.fixture(scope="module")
def woody(small_province: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A province whose woods overlap each other in every way."""
    root = tmp_path_factory.mktemp("woody") / "province"
    shutil.copytree(small_province.settings.root, root)
    ws = found_province(open_workspace(root))
    rows = [
        {"type": kind, "origin": "natural", "geometry": box(2_000 + 37 * n, 2_000 + 23 * n, 150)}
        for n in range(20)
        for kind in ("phong_ho", "san_xuat")
    ]
    deliver(ws, "woods", rows)
    return ws.latest()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    x=st.integers(1_900, 2_800), y=st.integers(1_900, 2_600), w=st.integers(1, 400),
    h=st.integers(1, 400),
)  # fmt: skip
def test_no_area_exceeds_the_footprint(woody: Workspace, x: int, y: int, w: int, h: int) -> None:
    result = check(woody, box(x, y, w, h))
    for table in ("verdicts", "forest", "units"):
        areas = result.table(table).rows["area_m2"].dropna()
        assert (areas <= w * h * (1 + 1e-12)).all()
        assert (areas >= 0).all()
    shares = result.rows["share_pct"].dropna()
    assert (shares <= 100 * (1 + 1e-12)).all()
