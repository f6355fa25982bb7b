"""Columns on their way to fields: presets, names, content, units, types, persons."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import geopandas as gpd
from shapely import box

from geo_app.domain.finding import Finding
from geo_app.domain.layer import Layer
from geo_app.errors import DataError, UnknownError
from geo_app.intake.columns import Fitted, Told, fit_columns
from geo_app.intake.delivery import Delivery, draft_import
from geo_app.storage.reading.sidecar import read_sidecar, write_sidecar
from geo_app.workspace import Workspace
from geo_app.workspace.presets import presets

MakeWorkspace = Callable[..., Workspace]


def of(findings: tuple[Finding, ...], code: str) -> list[Mapping[str, Any]]:
    return [finding.values for finding in findings if finding.code == code]


@pytest.fixture(scope="module")
def communes(small_province: Workspace) -> Layer:
    return small_province.catalogue.layer("communes")


def fit(layer: Layer, told: Told | None = None, **columns: Any) -> Fitted:
    frame = pd.DataFrame({name.replace("__", " "): cells for name, cells in columns.items()})
    return fit_columns(frame, layer, {}, told or Told())


class TestUnits:
    def test_one_in_the_heading(self, communes: Layer) -> None:
        frame = pd.DataFrame({"Diện tích tự nhiên (ha)": [150.0], "ma_xa": ["1"]})
        fitted = fit_columns(frame, communes, {}, Told(mapping={frame.columns[0]: "area_km2"}))
        assert fitted.frame["area_km2"].tolist() == [1.5]
        (told,) = of(fitted.findings, "unit_converted")
        assert (told["unit"], told["target"], told["factor"]) == ("ha", "km²", 0.01)

    def test_one_that_is_told_by_column_or_field(self, communes: Layer) -> None:
        for name in ("Area_km2", "area_km2"):
            fitted = fit(communes, Told(units={name: "m2"}), Area_km2=["1.500.000", "2.000.000"])
            assert fitted.frame["area_km2"].tolist() == [1.5, 2.0]

    def test_one_that_measures_something_else(self, communes: Layer) -> None:
        with pytest.raises(DataError, match="unit 'km' cannot become 'km2'; what can: m2, ha, km2"):
            fit(communes, Told(units={"area_km2": "km"}), area_km2=[1])
        with pytest.raises(UnknownError, match="--unit x=ha: no field takes a column 'x'"):
            fit(communes, Told(units={"x": "ha"}), area_km2=[1])


class TestNumbers:
    def test_decimal_commas_by_column(self, communes: Layer) -> None:
        fitted = fit(communes, area_km2=["1.234,5", "12", "", None])
        assert fitted.frame["area_km2"].tolist()[:2] == [1234.5, 12]
        assert fitted.frame["area_km2"].isna().tolist() == [False, False, True, True]
        (told,) = of(fitted.findings, "number_converted")
        assert (told["example"], told["value"]) == ("1.234,5", 1234.5)
        (finding,) = [f for f in fitted.findings if f.code == "number_converted"]
        assert "là 1.234,5." in finding.message()
        assert "for 1,234.5." in finding.message("en")

    def test_cells_that_are_none_are_all_named(self, communes: Layer) -> None:
        fitted = fit(communes, area_km2=["1,5", "ba", "2", "?"])
        rows = [f.row for f in fitted.findings if f.code == "number_unreadable"]
        assert rows == [2, 4]

    def test_two_conventions_in_one_column(self, communes: Layer) -> None:
        fitted = fit(communes, area_km2=["1,55", "1.55"])
        assert of(fitted.findings, "decimal_mixed")

    def test_one_that_can_be_read_two_ways_is_told(self, communes: Layer) -> None:
        assert of(fit(communes, area_km2=["1.234"]).findings, "decimal_ambiguous")

    def test_numbers_stay(self, communes: Layer) -> None:
        assert fit(communes, area_km2=[1.5, np.nan]).findings == ()


class TestNames:
    def test_a_name_that_a_shapefile_cut(self, communes: Layer) -> None:
        fitted = fit(communes, commune_co=["01"])
        assert fitted.mapping == {"commune_co": "commune_code"}
        assert of(fitted.findings, "name_cut") == [
            {"column": "commune_co", "target": "commune_code"}
        ]

    def test_by_content(self, communes: Layer) -> None:
        fitted = fit(communes, c7=["Xã", "phường", None], c8=["a", "b", "c"])
        assert fitted.mapping == {"c7": "kind"}
        assert fitted.frame["kind"].tolist()[:2] == ["xa", "phuong"]
        (told,) = of(fitted.findings, "mapped_by_content")
        assert (told["column"], told["share_pct"]) == ("c7", 100)
        assert of(fitted.findings, "field_unmapped") == [{"column": "c8"}]

    def test_content_that_fits_two_columns_tells_nothing(self, communes: Layer) -> None:
        assert fit(communes, a=["xa", "phuong"], b=["xa", "phuong"]).mapping == {}

    def test_a_person_reaches_no_public_field(self, communes: Layer) -> None:
        told = Told(mapping={"CHURUNG": "name"})
        fitted = fit(communes, told, CHURUNG=["Nguyễn Văn A"], ma_xa=["1"])
        assert "name" not in fitted.frame.columns
        assert fitted.dropped == ("CHURUNG",)
        assert of(fitted.findings, "personal_data") == [{"column": "CHURUNG"}]


@pytest.fixture(scope="module")
def forest(province: Workspace) -> Layer:
    return province.catalogue.layer("forest")


class TestForestInventory:
    """An FRMS table as a forest office sends it."""

    def frms(self, **changes: Any) -> pd.DataFrame:
        columns: dict[str, Any] = {
            "maxa": ["05977"] * 4,
            "tk": ["101", "101", "102", "102"],
            "khoanh": [1.0, 1.0, 2.0, 3.0],
            "lo": ["a", "b", "a", "a"],
            "nggocr": [1, 2, 2, 0],
            "dienbien": ["", "grown", "Trồng rừng", "harvested"],
            "thanhrung": [1, 1, 0, 0],
            "malr3": [1, 3, 3, 3],
            "dtich": ["1,5", "2,25", "10", "3"],
            "namtr": [None, 2010, 2024, None],
            "churung": ["Ông A", "Bà B", "UBND xã", ""],
            "sldlr": ["thong", "keo", "Keo", ""],
        }
        return pd.DataFrame(columns | changes)

    def test_everything_at_once(self, province: Workspace, forest: Layer) -> None:
        fitted = fit_columns(self.frms(), forest, presets(province), Told())
        assert fitted.preset == "forest_inventory"
        rows = fitted.frame
        assert rows["forest_code"].tolist() == [
            "05977-101-1-a", "05977-101-1-b", "05977-102-2-a", "05977-102-3-a",
        ]  # fmt: skip
        assert rows["origin"].tolist() == ["natural", "planted", "planted", "none"]
        stages = ["natural", "planted_formed", "planted_young", "no_forest"]
        assert rows["stage"].tolist() == stages
        assert rows["change_cause"].tolist()[1:] == ["grown", "planted", "harvested"]
        assert rows["type"].tolist() == ["phong_ho", "san_xuat", "san_xuat", "san_xuat"]
        assert rows["area_ha"].tolist() == [1.5, 2.25, 10, 3]
        assert rows["species"].tolist()[:3] == ["thong", "keo", "keo"]
        assert fitted.dropped == ("churung",)
        assert not of(fitted.findings, "rows_left_out")
        assert of(fitted.findings, "preset_used")[0]["preset"] == "forest_inventory"

    def test_a_row_without_an_origin_is_left_out(self, province: Workspace, forest: Layer) -> None:
        frame = self.frms(nggocr=["1", "2", "2", ""])
        fitted = fit_columns(frame, forest, presets(province), Told())
        (left_out,) = of(fitted.findings, "rows_left_out")
        assert left_out["count"] == 1
        assert len(fitted.frame) == 3

    def test_what_is_told_wins(self, province: Workspace, forest: Layer) -> None:
        told = Told(mapping={"lo": "compartment"}, units={"dtich": "m2"})
        fitted = fit_columns(self.frms(), forest, presets(province), told)
        assert fitted.mapping["lo"] == "compartment"
        assert "tk" not in fitted.mapping
        assert fitted.frame["area_ha"].tolist() == pytest.approx([1.5e-4, 2.25e-4, 1e-3, 3e-4])

    def test_a_column_of_the_fields_own_name_wins_over_a_rule(
        self, province: Workspace, forest: Layer
    ) -> None:
        frame = self.frms(stage=["natural"] * 4)
        fitted = fit_columns(frame, forest, presets(province), Told())
        assert fitted.frame["stage"].tolist() == ["natural"] * 4

    def test_too_few_columns_use_none(self, province: Workspace, forest: Layer) -> None:
        fitted = fit_columns(self.frms()[["maxa", "lo"]], forest, presets(province), Told())
        assert fitted.preset is None

    def test_one_of_another_layer_or_none(self, province: Workspace, forest: Layer) -> None:
        known = presets(province)
        with pytest.raises(DataError, match="is for villages, not for forest"):
            fit_columns(self.frms(), forest, known, Told(preset="village_road_register"))
        with pytest.raises(UnknownError, match="--preset x: there is none; there are: commune_b"):
            fit_columns(self.frms(), forest, known, Told(preset="x"))

    @pytest.mark.parametrize(
        ("preset", "layer", "columns"),
        [
            (
                "road_inventory",
                "rural_roads",
                {"Mã đoạn": ["1"], "Mã xã": ["1"], "Loại đường": ["ĐH"], "Kết cấu mặt": ["BTXM"]},
            ),
            (
                "village_road_register",
                "villages",
                {"Mã thôn": ["1"], "Tên thôn": ["A"], "Mã xã": ["1"], "Loại thôn": ["TDP"],
                 "Đường cứng hóa": ["Có"], "Loại mặt": ["BTXM"], "Số hộ": ["1.204"]},
            ),
            (
                "commune_boundaries",
                "communes_2025",
                {"ma dvhc": ["1"], "TEN_DVHC": ["A"], "LOAI_DVHC": ["P"], "DTTN": ["1.250,5"]},
            ),
        ],
    )  # fmt: skip
    def test_every_preset_does_its_work(
        self, province: Workspace, preset: str, layer: str, columns: dict[str, list[str]]
    ) -> None:
        told = Told(preset=preset)
        fitted = fit_columns(
            pd.DataFrame(columns), province.catalogue.layer(layer), presets(province), told
        )
        assert fitted.preset == preset
        assert set(fitted.mapping) == set(columns)
        assert not of(fitted.findings, "decimal_ambiguous")
        row = fitted.frame.iloc[0].to_dict()
        expected = {
            "road_inventory": {"road_class_2023": "huyen", "surface": "btxm"},
            "village_road_register": {
                "kind": "to_dan_pho",
                "road_surface": "btxm",
                "households": 1_204,
            },
            "commune_boundaries": {"kind": "phuong", "area_km2": pytest.approx(12.505)},
        }[preset]
        assert {name: row[name] for name in expected} == expected


class TestSidecar:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        frame = gpd.GeoDataFrame(
            {"ma": ["01"], "ten_xa": ["Xã A"], "kind": ["xa"], "dt": [100.0]},
            geometry=[box(500_000, 1_200_000, 501_000, 1_201_000)],
            crs="EPSG:9210",
        )
        frame.to_file(tmp_path / "xa.gpkg")
        return tmp_path / "xa.gpkg"

    def test_it_says_what_no_option_does(self, small_workspace: MakeWorkspace, path: Path) -> None:
        (path.parent / "xa.gpkg.toml").write_text(
            'source = "QĐ 1"\nagency = "Sở"\ndate = 2026-03-31\ndecision = "1/QĐ"\n'
            '[map]\nma = "commune_code"\ndt = "area_km2"\n[units]\ndt = "ha"\n',
            encoding="utf-8",
        )
        draft = draft_import(small_workspace(), path, "communes", delivery=Delivery(source="khác"))
        given = draft.provenance
        assert (given.source, given.agency, given.date) == ("khác", "Sở", date(2026, 3, 31))
        assert (given.decision, given.licence) == ("1/QĐ", None)
        assert draft.frame is not None
        assert draft.frame["area_km2"].tolist() == [1.0]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a = ", "not valid TOML"),
            ("titel = 'x'", "titel: is not known here"),
            ("date = '2026'", "date: found '2026'; expected a date such as"),
        ],
    )
    def test_one_that_is_wrong(self, path: Path, text: str, words: str) -> None:
        (path.parent / "xa.gpkg.toml").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=words):
            read_sidecar(path)

    def test_the_form_keeps_what_was_there(self, path: Path) -> None:
        beside = path.parent / "xa.gpkg.toml"
        beside.write_text('source = "cũ"\ncrs = "EPSG:9210"\n[map]\nsource = "name"\n', "utf-8")
        write_sidecar(path, {"source": 'mới "a"', "date": "2026-03-31"})
        said = read_sidecar(path)
        assert (said.source, said.date, said.crs) == ('mới "a"', date(2026, 3, 31), "EPSG:9210")
        assert said.mapping == {"source": "name"}
        with pytest.raises(DataError, match="date: found '31/3'; expected a day such as"):
            write_sidecar(path, {"date": "31/3"})
