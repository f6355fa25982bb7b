"""Chainage on a province's roads: a made-up QL4B with posts, from every entrance."""

import json
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import geopandas as gpd
from pyproj import Transformer
from shapely import LineString, Point

from geo_app.cli import main
from geo_app.domain.version import Version
from geo_app.errors import DataError, UnknownError
from geo_app.intake.build import build, plan_build
from geo_app.studies.chainage_table import locate_table
from geo_app.studies.locate import locate, locate_all, position
from geo_app.studies.road_place import Located, RoadPlace
from geo_app.studies.routes import read_routes
from geo_app.workspace import Workspace, open_workspace

CRS = "EPSG:9215"
E_M, N_M = 450_000.0, 2_410_000.0
"""Where the made-up road begins; it runs east for 20 km, QL31 along with it from 15 km on."""
NEEDED = ["communes_2025", "districts_2023", "commune_mergers"]


def at(along_m: float, north_m: float = 0.0) -> Point:
    return Point(E_M + along_m, N_M + north_m)


def section(code: str, route: str, start_m: float, end_m: float, **more: Any) -> dict[str, Any]:
    line = LineString([at(start_m), at((start_m + end_m) / 2), at(end_m)])
    return {"section_code": code, "route_code": route, "geometry": line, **more}


def post(code: str, route: str, km: float, along_m: float, **more: Any) -> dict[str, Any]:
    return {
        "point_code": code,
        "route_code": route,
        "chainage_km": km,
        "geometry": at(along_m),
        "accuracy_m": 5.0,
        "verified": True,
        **more,
    }


@pytest.fixture(scope="module")
def roads(province_files: Callable[[], Path], publish_frame: Callable[..., Version]) -> Workspace:
    """QL4B from Km0 to Km19+800: its second kilometre is 1,200 m long (Km2+200 = Km2)."""
    ws = open_workspace(province_files())
    for _ in build(ws, plan_build(ws, only=NEEDED), workers=1):
        pass
    sections = [
        section("a", "ql4b", 0, 8_000, name="Quốc lộ 4B", alias="QL4B"),
        section("b", "ql4b", 8_000, 15_000, name="Quốc lộ 4B"),
        section("c", "ql4b", 15_000, 20_000, name="Quốc lộ 4B", also_routes="ql31"),
        section("d", "ql31", 20_000, 22_000, name="Quốc lộ 31"),
        section("e", "ql279", 30_000, 31_000, name="Quốc lộ 279"),
    ]
    posts = [
        post("0", "ql4b", 0, 0),
        post("2", "ql4b", 2, 2_200, back_km=2.2),
        post("8", "ql4b", 7.8, 8_000),
        post("x", "ql4b", 18, 9_000, verified=False),
        post("old", "ql4b", 99, 9_500, valid_to=pd.Timestamp("2020-12-31")),
        post("20", "ql4b", 19.8, 20_000),
        post("31", "ql31", 100, 15_000),
        post("33", "ql31", 107, 22_000),
    ]
    publish(ws.latest(), publish_frame, "national_roads", sections)
    publish(ws.latest(), publish_frame, "calibration_points", posts)
    return ws.latest()


def publish(
    ws: Workspace, publish_frame: Callable[..., Version], layer: str, rows: list[dict[str, Any]]
) -> None:
    frame = gpd.GeoDataFrame(rows, crs=CRS)
    publish_frame(ws, layer, frame.reindex(columns=[*ws.catalogue.layer(layer).fields, "geometry"]))


def only(answer: Located) -> RoadPlace:
    (place,) = answer.places
    return place


def test_a_kilometre_is_found_to_the_metre(roads: Workspace) -> None:
    place = only(locate(roads, "Quốc lộ 4B, Km 12+800 (T)"))
    assert place.point.equals_exact(at(13_000), 1e-6)
    # 5 m of the post at 8 km, and 1 % of the 5 km from it.
    assert place.plus_minus_m == pytest.approx(55)
    assert place.calibrated
    shown = place.to_json()
    assert (shown["e_m"], shown["n_m"]) == (463_000, 2_410_000)
    assert (shown["plus_minus_m"], shown["rounded_to_m"]) == (55, 10)
    assert (shown["side"], shown["chainage"]) == ("left", "Km12+800")
    assert shown["commune_code"]


def test_above_100_m_it_is_not_calibrated(roads: Workspace) -> None:
    answer = locate(roads, "QL31 Km103+500")
    assert only(answer).plus_minus_m == pytest.approx(5 + 35)
    far = position(roads, *degrees(at(13_000, 800)))
    assert only(far).plus_minus_m == pytest.approx(55 + 750, abs=1)
    assert not only(far).calibrated
    assert any("hiệu chuẩn" in notice.vi for notice in far.notices)
    assert far.to_json()["chainage"] == "Km12+800"


def test_a_kilometre_that_exists_twice_is_told_by_its_post(roads: Workspace) -> None:
    before, after = locate(roads, "QL4B Km1+1100"), locate(roads, "QL4B Km2+100")
    assert before.places[0].point.equals_exact(at(2_100), 1e-6)
    assert after.places[0].point.equals_exact(at(2_300), 1e-6)
    assert [place.chainage for place in after.places] == ["Km2+100", "Km1+1100"]
    assert any("Gãy lý trình" in notice.vi for notice in after.notices)
    assert only(position(roads, *degrees(at(2_100)))).chainage == "Km1+1100"


def test_a_stretch_has_two_lengths(roads: Workspace) -> None:
    stretch = locate(roads, "QL4B Km1–Km7+800").stretch
    assert stretch is not None
    assert stretch.length_m == pytest.approx(7_000)
    assert stretch.by_chainage_m == 6_800
    assert locate(roads, "QL4B Km1–Km7+800").to_json()["length_m"] == 7_000


def test_roads_that_run_together_each_have_their_chainage(roads: Workspace) -> None:
    answer = position(roads, *degrees(at(17_000, -6)), accuracy_m=4)
    assert {place.road.code: place.chainage for place in answer.places} == {
        "ql4b": "Km16+800",
        "ql31": "Km102",
    }
    assert {place.side for place in answer.places} == {"right"}
    assert answer.places[0].offset_m == pytest.approx(6, abs=0.01)
    assert any("đi chung" in notice.vi for notice in answer.notices)


def test_posts_hold_for_their_days(roads: Workspace) -> None:
    now = only(locate(roads, "QL4B Km9"))
    assert now.point.equals_exact(at(9_200), 1e-6)
    assert only(locate(roads, "QL4B Km9", on=date(2026, 1, 1))).point.equals(now.point)
    # Until 2020 a post of Km99 stood at 9.5 km: it contradicts the others and is left out.
    then = read_routes(roads, ["national_roads"], "calibration_points", date(2020, 1, 1))
    assert then.find("QL4B").measured().posts.rejected.tolist() != []


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("QL9 Km1", UnknownError, "there is no road 'QL9'"),
        ("QL4C Km1", UnknownError, "did you mean: Quốc lộ 4B"),
        ("Km1", UnknownError, "no road is named"),
        ("QL4B Km25", DataError, "not on the road, which runs from Km0 to Km19"),
        ("QL4B Km7–Km3", DataError, "backwards"),
        ("QL279 Km1", DataError, "no post of known chainage"),
        ("xin chào", DataError, "expected a road and a kilometre"),
    ],
)
def test_what_cannot_be_is_told(
    roads: Workspace, text: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        locate(roads, text)


@pytest.mark.parametrize(("lon", "lat"), [(106.0, 10.0), (200.0, 21.0), (math.nan, 21.0)])
def test_points_on_no_road_are_told(roads: Workspace, lon: float, lat: float) -> None:
    with pytest.raises(DataError, match="position"):
        position(roads, lon, lat)


def test_there_and_back_within_a_millimetre(roads: Workspace) -> None:
    for metres in range(0, 19_800, 917):
        place = locate(roads, f"QL4B Km{metres // 1000}+{metres % 1000}").places[0]
        found = position(roads, place.lon, place.lat).places
        (back,) = (each for each in found if each.road.code == "ql4b")
        assert abs(back.chainage_m - metres) <= 1e-3


def test_the_marks_are_those_of_what_was_read(roads: Workspace, province: Workspace) -> None:
    assert "schematic" in locate(province, "QL4B Km18+300").marks
    assert {each.layer for each in locate(roads, "QL4B Km1").inputs} >= {
        "national_roads", "calibration_points", "communes_2025",
    }  # fmt: skip


class TestTables:
    ROWS = pd.DataFrame(
        {
            "Hạng mục": ["Cầu", "Cống", "=1+1", "Kè"],
            "Lý trình": ["Km12+800", "QL31 Km103", "hỏng", None],
            "Tuyến": ["QL4B", None, "QL4B", "QL4B"],
        }
    )

    def test_places_come_beside_the_rows(self, roads: Workspace) -> None:
        table = locate_table(roads, self.ROWS)
        assert table.column == "Lý trình"
        found = table.frame
        assert found["y_east_m"].tolist()[:2] == [463_000, E_M + 18_000]
        assert found["km"].tolist()[:2] == ["Km12+800", "Km103"]
        assert found["road"].tolist()[:2] == ["Quốc lộ 4B", "Quốc lộ 31"]
        assert found["remark"].str.contains("expected").tolist() == [False, False, True, True]
        assert found.geometry.isna().tolist() == [False, False, True, True]

    @pytest.mark.parametrize("ending", [".xlsx", ".csv", ".kml"])
    def test_they_are_written_with_source(
        self, roads: Workspace, tmp_path: Path, ending: str
    ) -> None:
        path = tmp_path / f"places{ending}"
        locate_table(roads, self.ROWS).write(path)
        if ending == ".xlsx":
            sheet = pd.read_excel(path, sheet_name=None, engine="openpyxl")
            assert "X (Bắc) (m)" in sheet["Dữ liệu"].columns
            return
        text = path.read_text(encoding="utf-8-sig")
        assert "Quốc lộ" in text
        assert ("'=1+1" in text) == (ending == ".csv")

    def test_a_table_without_chainages_is_told(self, roads: Workspace) -> None:
        with pytest.raises(DataError, match=r"no column holds chainages.*Hạng mục"):
            locate_table(roads, self.ROWS[["Hạng mục"]])
        with pytest.raises(DataError, match="there is none"):
            locate_table(roads, self.ROWS, chainage="km")


def test_the_command_line_gives_the_same(roads: Workspace, tmp_path: Path) -> None:
    root = str(roads.settings.root)

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["--workspace", root, "locate", *words])
        assert done.exit_code == 0, done.output
        return done.output

    wanted = locate(roads, "QL4B Km12+800").to_json()
    assert json.loads(run("QL4B Km12+800", "--json")) == json.loads(json.dumps(wanted))
    assert "Km12+800" in run("QL4B Km12+800")
    lon, lat = degrees(at(13_000))
    assert "Km12+800" in run(f"{lat:.7f}, {lon:.7f}")
    TestTables.ROWS.to_csv(tmp_path / "rows.csv", index=False)
    out = tmp_path / "rows.kml"
    assert "2 of 4 rows" in run(str(tmp_path / "rows.csv"), "--out", str(out))
    assert out.is_file()
    done = CliRunner().invoke(main, ["--workspace", root, "locate", "QL9 Km1"])
    assert done.exit_code == 1
    assert "there is no road" in done.output


def test_many_are_answered_in_order(roads: Workspace) -> None:
    answers = locate_all(roads, ["QL4B Km1", "QL9 Km1", "QL4B Km2–Km3"])
    assert [isinstance(answer, str) for answer in answers] == [False, True, False]


def degrees(point: Point) -> tuple[float, float]:
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(point.x, point.y)
    return float(lon), float(lat)
