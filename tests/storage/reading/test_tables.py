"""Tables as offices write them, and surveyors' lists of coordinates."""

import csv
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

import geopandas as gpd
from shapely import Polygon

from geo_app.domain.numerals import read_degrees, read_numbers
from geo_app.errors import DataError
from geo_app.storage.reading.files import list_layers, read_layer
from geo_app.storage.reading.raw import RawLayer
from geo_app.storage.reading.shapes import shaped_for

KHU_1 = [(449_314.377, 2_417_549.69), (449_314.377, 2_417_600), (449_400, 2_417_600.5)]
KHU_2 = [(449_500.25, 2_417_700.5), (449_500.25, 2_417_800), (449_600, 2_417_800)]
ROWS: list[list[Any]] = [
    ["BẢNG KÊ TỌA ĐỘ RANH GIỚI", None, None],
    ["Tọa độ VN-2000, kinh tuyến trục 107°15', múi 3°", None, None],
    ["Tên điểm", "Tọa độ", None],
    [None, "X(m)", "Y(m)"],
    ["Khu 1", None, None],
    ["1", "2.417.549,69", "449.314,377"],
    ["2", "2.417.600,00", "449 314,377"],
    ["3", "2.417.600,50", "449\u00a0400,00"],
    ["1", "2.417.549,69", "449.314,377"],
    ["Khu 2", None, None],
    ["1", "2.417.700,5", "449.500,25"],
    ["2", "2.417.800", "449.500,25"],
    ["3", "2.417.800,0", "449.600,0"],
]


def as_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("A5:C5")
    book.save(path)


def as_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Tọa độ")
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, column, cell)
    book.save(str(path))


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(ROWS)


@pytest.mark.parametrize(
    ("name", "write"), [("a.xlsx", as_xlsx), ("a.xls", as_xls), ("a.csv", as_csv)]
)
def test_a_surveyors_list_becomes_its_polygons(tmp_path: Path, name: str, write: Any) -> None:
    write(tmp_path / name)
    raw = shaped_for(read_layer(tmp_path / name), "polygon")
    assert raw.frame["name"].tolist() == ["Khu 1", "Khu 2"]
    assert raw.layer.crs == raw.frame.crs.to_string() == "EPSG:9215"
    for found, points in zip(raw.frame.geometry, (KHU_1, KHU_2), strict=True):
        assert found.equals_exact(Polygon(points), 0.001)
    said = {finding.code: finding.values for finding in raw.findings}
    assert said["rings_assembled"] == {"rows": 7, "count": 2, "closed": 1}
    assert "107°15'" in said["frame_named"]["caption"]
    assert (said["axes_surveyor"]["north"], said["axes_surveyor"]["east"]) == (
        "Tọa độ X(m)",
        "Tọa độ Y(m)",
    )


def table(path: Path, text: str) -> RawLayer:
    path.write_text(text, encoding="utf-8")
    return read_layer(path)


def test_places_stay_places(tmp_path: Path) -> None:
    text = "ma;ten;kinh độ;vĩ độ\nA1;Cột;106,7615;21,8537\nA2;Cột 2;106,7;21,9\n"
    raw = table(tmp_path / "a.csv", text)
    assert isinstance(raw.frame, gpd.GeoDataFrame)
    assert raw.courses is None
    assert raw.frame["ma"].tolist() == ["A1", "A2"]
    assert raw.frame.geometry.x.tolist() == [106.7615, 106.7]


def test_degrees_minutes_and_seconds(tmp_path: Path) -> None:
    text = 'STT;Vĩ độ;Kinh độ\n1;21°51\'13,3"";106°45\'41,4""\n'.replace('""', '"')
    (point,) = table(tmp_path / "a.csv", text).frame.geometry
    assert (point.x, point.y) == pytest.approx((106.7615, 21.853694), abs=1e-6)


def test_wkt(tmp_path: Path) -> None:
    raw = table(tmp_path / "a.csv", "ma;hình\n1;POINT (1 2)\n2;\n3;POINT (3 4\n")
    assert raw.frame.geometry.isna().tolist() == [False, True, True]


def test_a_plain_table_stays_text(tmp_path: Path) -> None:
    raw = table(tmp_path / "a.csv", "ma,ten,x\n007,Đồng,1\n\n008,,2\n")
    assert not isinstance(raw.frame, gpd.GeoDataFrame)
    assert raw.frame["ma"].tolist() == ["007", "008"]
    assert raw.frame["ten"].tolist() == ["Đồng", ""]


def test_a_cell_that_is_no_coordinate_is_named_with_its_row(tmp_path: Path) -> None:
    raw = table(tmp_path / "a.csv", "ten;X;Y\nA;2417549;449314\nB;hai;449315\nC;2417551;449316\n")
    (wrong,) = (f for f in raw.findings if f.code == "coordinate_unreadable")
    assert (wrong.row, wrong.field, wrong.values["found"]) == (3, "X", "hai")
    assert len(raw.frame) == 2


def test_formulas_are_never_calculated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ma", "x"])
    book.active.append(["=1+1", '=HYPERLINK("http://a.example.org")'])
    book.save(tmp_path / "a.xlsx")
    assert read_layer(tmp_path / "a.xlsx").frame.isna().all().all()


def test_a_workbook_that_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(DataError, match="a zip bomb"):
        list_layers(path)


class TestNumbers:
    @pytest.mark.parametrize(
        ("cells", "values", "convention"),
        [
            (["2.417.549,69", "1.234"], (2417549.69, 1234.0), "comma"),
            (["1,234.5", "1,234"], (1234.5, 1234.0), "point"),
            (["62,56", "7"], (62.56, 7.0), "comma"),
            (["2 417 549,69", None, " "], (2417549.69, None, None), "comma"),
            ([1.5, "2"], (1.5, 2.0), "open"),
            (["1,5", "2.5"], (None, None), "mixed"),
            (["nan", "inf", float("nan"), float("inf")], (None,) * 4, "open"),
        ],
    )
    def test_one_convention_for_a_column(self, cells: Any, values: Any, convention: str) -> None:
        found = read_numbers(cells)
        assert (found.values, found.convention) == (values, convention)

    def test_what_reads_two_ways_is_said(self) -> None:
        assert read_numbers(["1.234", "5.678"]).ambiguous
        assert not read_numbers(["1.234", "5.678,5"]).ambiguous
        assert read_numbers(["x", "1"]).unread == (0,)

    def test_angles(self) -> None:
        for text in ("21°51'13,3\"", "21°51′13.3″N", "21 51 13.3", "21-51-13,3"):
            assert read_degrees(text) == pytest.approx(21.853694, abs=1e-6), text
        assert read_degrees("106°45'") == 106.75
        assert read_degrees("21°61'00\"") is None
        assert read_degrees("abc") is None
