"""Closing the forest year: a case checked by hand, the sample, the template, odd files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

import geopandas as gpd
import shapely

from geo_app.domain.version import Version
from geo_app.errors import DataError
from geo_app.intake.build import build, plan_build
from geo_app.studies import Result, forest_cover, forest_year
from geo_app.workspace import Workspace, open_workspace

CRS = "EPSG:9215"
ORIGIN = (430_000.0, 2_420_000.0)
NEEDED = ["communes_2025", "districts_2023", "forest", "forest_blocks_2014", "forest_series"]


@pytest.fixture(scope="module")
def year(province: Workspace) -> Result:
    return forest_year(province)


def block(code: str, box: tuple[float, ...], stage: str, **more: Any) -> dict[str, Any]:
    """A block of the forest register; the box is in units of 100 m, so areas are hectares."""
    west, south, east, north = box
    shape = shapely.box(*(ORIGIN[i % 2] + 100 * v for i, v in enumerate(box)))
    return {
        "forest_code": code,
        "stage": stage,
        "origin": {"natural": "natural", "no_forest": "none"}.get(stage, "planted"),
        "formed": stage in ("natural", "planted_formed"),
        "type": "san_xuat",
        "area_ha": (east - west) * (north - south),
        "commune_code": "05977",
        "geometry": shape,
        **more,
    }


def file(ws: Workspace, layer: str, *blocks: dict[str, Any]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(list(blocks), crs=CRS)
    return frame.reindex(columns=[*ws.catalogue.layer(layer).fields, "geometry"])


@pytest.fixture
def own(
    province_files: Callable[[], Path],
    publish_frame: Callable[..., Version],
) -> Callable[..., Workspace]:
    """Make a province whose two forest files hold the blocks given."""

    def make(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Workspace:
        ws = open_workspace(province_files())
        for _ in build(ws, plan_build(ws, only=NEEDED), workers=1):
            pass
        publish_frame(ws.latest(), "forest_blocks_2014", file(ws, "forest_blocks_2014", *before))
        publish_frame(ws.latest(), "forest", file(ws, "forest", *after))
        return ws.latest()

    return make


def test_a_case_checked_by_hand(own: Callable[..., Workspace]) -> None:
    ws = own(
        [
            block("a", (0, 0, 10, 4), "planted_formed"),  # 40 ha, half is cut
            block("b", (20, 0, 25, 4), "planted_young"),  # 20 ha, grows to forest
            block("c", (30, 0, 33, 4), "natural"),  # 12 ha, gone without a word
            block("d", (40, 0, 45, 4), "natural"),  # 20 ha, recorded as 21 later
        ],
        [
            block("a1", (0, 0, 5, 4), "planted_formed"),
            block("a2", (5, 0, 10, 4), "no_forest", change_cause="harvested"),
            block("b", (20, 0, 25, 4), "planted_formed", change_cause="grown"),
            block("d", (40, 0, 45, 4), "natural", area_ha=21.0),
            block("e", (60, 0, 62, 4), "planted_young", change_cause="planted"),
            block("f", (70, 0, 71, 4), "natural"),
        ],
    )
    result = forest_year(ws)
    causes = result.table("causes").rows.set_index("cause")
    assert causes["formed_net_ha"].to_dict() == pytest.approx(
        {"planted": 0, "grown": 20, "harvested": -20, "burnt": 0, "cleared": 0, "converted": 0,
         "remeasured": 0, "same_state": 1, "unknown": 4 - 12}
    )  # fmt: skip
    assert causes.loc["unknown", ["formed_gain_ha", "formed_loss_ha"]].tolist() == pytest.approx(
        [4, 12]
    )
    assert causes.loc["planted", "forest_net_ha"] == pytest.approx(8)
    assert causes.loc["grown", "forest_net_ha"] == pytest.approx(0)
    totals = result.totals
    assert totals["before_formed_ha"] == pytest.approx(72)
    assert totals["after_formed_ha"] == pytest.approx(20 + 20 + 21 + 4)
    assert totals["before_formed_ha"] + totals["net_formed_ha"] == pytest.approx(
        totals["after_formed_ha"]
    )
    assert totals["unknown_ha"] == pytest.approx(16)
    unexplained = result.table("unexplained").rows
    assert unexplained["formed_ha"].tolist() == pytest.approx([-12, 4])
    named = [each["block_before"] for each in result.table("unexplained").records()]
    assert named == ["c", None]
    checks = result.table("checks").rows.set_index("check")
    assert checks.loc["cause_missing", "examples"] == "f"
    assert checks.loc["area_differs", "blocks"] == 0
    codes = {notice.code for notice in result.warnings}
    assert "cause_unknown" in codes


def test_checks_find_what_is_wrong(own: Callable[..., Workspace]) -> None:
    ws = own(
        [block("a", (0, 0, 5, 4), "natural"), block("g", (8, 0, 9, 4), "natural")],
        [
            block("a", (0, 0, 5, 4), "natural", area_ha=30.0, type=None),
            block("b", (10, 0, 15, 4), "natural", formed=None, change_cause="harvested"),
            block("c", (20, 0, 21, 0.2), "planted_young", change_cause="converted"),
            block("d", (30, 0, 31, 4), "no_forest", formed=True),
            block("e", (40, 0, 41, 4), "natural", area_ha=None),
            block("f", (40, 0, 41, 4), "natural"),
            block("g", (8, 0, 9, 4), "natural", change_cause="grown"),
        ],
    )
    checks = forest_year(ws).table("checks").rows.set_index("check")["examples"].to_dict()
    assert checks == {
        "type_missing": "a",
        "formed_missing": "b",
        "formed_without_forest": "d",
        "area_missing": "e",
        "area_differs": "a",
        "below_least": "c",
        "no_place": "",
        "drawn_twice": "e, f",
        "cause_missing": "e, f",
        "cause_without_change": "g",
        "cause_contrary": "b, c",
    }


def test_the_year_of_the_sample_adds_up_everywhere(province: Workspace, year: Result) -> None:
    rows, causes = year.rows, year.table("zone_causes").rows
    for name in ("formed", "forest"):
        columns = [each for each in causes if each.startswith(f"{name}_")]
        assert causes[columns].sum(axis=1).to_numpy() == pytest.approx(
            rows[f"net_{name}_ha"].to_numpy(), abs=1e-6
        )
        by_cause = year.table("causes").rows[f"{name}_net_ha"].sum()
        assert by_cause == pytest.approx(year.totals[f"net_{name}_ha"])
    districts = year.table("districts").rows
    assert len(rows), len(districts) == (65, 11)
    assert districts["after_formed_ha"].sum() == pytest.approx(
        year.totals["after_formed_ha"], rel=1e-3
    )
    cover = forest_cover(province)
    assert rows["cover_pct"].to_numpy() == pytest.approx(cover.rows["cover_pct"].to_numpy())
    assert year.table("types").rows["total_ha"].sum() == pytest.approx(
        year.totals["after_formed_ha"]
    )


def test_the_files_recorded_totals_are_kept(province: Workspace, year: Result) -> None:
    for layer, name in (("forest_blocks_2014", "before"), ("forest", "after")):
        blocks = province.read(layer)
        formed = blocks["formed"].fillna(False).astype(bool)
        recorded = blocks["area_ha"][formed].sum()
        assert year.totals[f"{name}_formed_ha"] == pytest.approx(recorded, rel=1e-6)


def test_most_of_the_step_of_2015_is_measuring_and_stands_beside_the_published(
    year: Result,
) -> None:
    causes = year.table("causes").rows.set_index("cause")["formed_net_ha"]
    assert causes["remeasured"] > 0.8 * year.totals["net_formed_ha"]
    assert "series_break" in {notice.code for notice in year.warnings}
    published = year.comparisons[0]
    assert published.reference == 60.6
    assert abs(published.difference or 9) < 0.6
    assert year.plan_status() == {}


def test_without_an_earlier_file_the_change_is_unknown(province: Workspace) -> None:
    result = forest_year(province, before="")
    assert np.isnan(result.totals["gain_ha"])
    assert np.isnan(result.rows["before_formed_ha"]).all()
    assert np.isnan(result.table("causes").rows["formed_net_ha"]).all()
    assert result.rows["after_formed_ha"].sum() > 0
    assert "no_file_before" in {notice.code for notice in result.warnings}
    assert "cause_missing" not in set(result.table("checks").rows["check"])


def test_the_earlier_version_of_the_same_layer_will_do(
    own: Callable[..., Workspace], publish_frame: Callable[..., Version]
) -> None:
    ws = own([block("z", (0, 0, 1, 4), "natural")], [block("a", (0, 0, 5, 4), "natural")])
    frames = {
        day: file(ws, "forest", block("a", (0, 0, side, 4), "natural"))
        for day, side in ((date(2024, 12, 31), 5), (date(2025, 12, 31), 6), (date(2023, 12, 31), 9))
    }
    for day in (date(2024, 12, 31), date(2023, 12, 31), date(2025, 12, 31)):
        publish_frame(ws.latest(), "forest", frames[day], day)
    result = forest_year(ws.latest(), before="")
    assert result.totals["before_formed_ha"] == pytest.approx(20)
    assert result.totals["net_formed_ha"] == pytest.approx(4)
    assert result.table("causes").rows.set_index("cause")["formed_net_ha"]["unknown"] == 4
    assert [str(each.date) for each in result.inputs[:2]] == ["2025-12-31", "2024-12-31"]
    assert not {"not_a_year_apart", "not_year_end"} & {each.code for each in result.warnings}


def test_a_layer_that_is_no_forest_file_is_refused(province: Workspace) -> None:
    with pytest.raises(DataError, match="closing the forest year"):
        forest_year(province, before="communes_2025")


class TestTemplate:
    def made(self, year: Result, tmp_path: Path, cells: dict[str, str]) -> Workbook:
        book = Workbook()
        for at, text in cells.items():
            book.active[at] = text
        book.save(tmp_path / "own.xlsx")
        replace(year, template=tmp_path / "own.xlsx").to_excel(tmp_path / "out.xlsx")
        return load_workbook(tmp_path / "out.xlsx")

    def test_rows_are_repeated_and_sums_reach_them(self, year: Result, tmp_path: Path) -> None:
        cells = {
            "A1": "Năm {{totals.year}}: {{totals.cover_pct}} %", "A3": "{{districts.zone_name}}",
            "B3": "{{districts.after_formed_ha}}", "C3": "=B3*2", "D3": "ha",
            "B4": "=SUM(B3:B3)", "B6": "=B4+1",
        }  # fmt: skip
        sheet = self.made(year, tmp_path, cells).worksheets[0]
        # Two lines were put on top: the illustration and the disclaimer.
        assert "MINH HỌA" in sheet["A1"].value
        assert sheet["A3"].value == "Năm 2015: 60,26 %"
        rows = year.table("districts").rows
        assert [sheet.cell(5 + n, 1).value for n in range(11)] == rows["zone_name"].tolist()
        assert sheet["B15"].value == pytest.approx(rows["after_formed_ha"].iloc[10])
        assert (sheet["C5"].value, sheet["C15"].value) == ("=B5*2", "=B15*2")
        assert sheet["D15"].value == "ha"
        assert sheet["B16"].value == "=SUM(B5:B15)"
        assert sheet["B18"].value == "=B16+1"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{{zones.cover}}", "own.xlsx, sheet Sheet, cell B2: {{zones.cover}} names nothing"),
            ("{{zones.zone_name}} {{districts.zone_name}}", "expected one table a row"),
        ],
    )
    def test_what_names_nothing_is_refused(
        self, year: Result, tmp_path: Path, text: str, message: str
    ) -> None:
        with pytest.raises(DataError) as caught:
            self.made(year, tmp_path, {"B2": text})
        assert message in str(caught.value)

    def test_what_is_no_workbook_is_refused(self, year: Result, tmp_path: Path) -> None:
        (tmp_path / "own.xlsx").write_text("no")
        with pytest.raises(DataError, match=r"own\.xlsx"):
            replace(year, template=tmp_path / "own.xlsx").to_excel(tmp_path / "out.xlsx")

    def test_the_provinces_own_is_filled_first(self, year: Result, tmp_path: Path) -> None:
        year.to_excel(tmp_path / "out.xlsx")
        book = load_workbook(tmp_path / "out.xlsx")
        assert book.sheetnames[0] == "Theo xã"
        assert book["Theo xã"]["A72"].value is None
        assert book["Theo xã"]["C72"].value == "=SUM(C7:C71)"
        held = [c for row in book["Nguyên nhân"].iter_rows(values_only=True) for c in row]
        assert "Trồng rừng" in held
