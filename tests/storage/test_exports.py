import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import date

import openpyxl
import pandas as pd
import pytest

import geopandas as gpd
import pyogrio
import shapely

from geo_app.domain.layer import Field, Layer, Legend, LegendClass, Style
from geo_app.domain.text import Bilingual
from geo_app.errors import CrsError, DataError
from geo_app.storage import spreadsheets
from geo_app.storage.exports import write_export
from geo_app.storage.outgoing import DISCLAIMER

PROVENANCE = {
    "layer": "villages",
    "title": "Thôn, bản",
    "version": "20261123T010203Z-0123abcd",
    "source": "Sở Nội vụ; =HYPERLINK(1)",
    "agency": "Sở Nội vụ tỉnh Lạng Sơn",
    "date": "2025-07-01",
    "accuracy": "±5 km",
    "licence": "MIT",
    "marks": ["sơ đồ", "chưa kiểm chứng"],
    "generated": "2026-11-23T00:00:00+00:00",
}
NAMES = ["Bản Chắt <script>alert(1)</script>", "=1+1", None]


def make_layer(geometry="point", **changes):
    def field(name, kind, vi, short="", **options):
        return Field(name, kind, Bilingual(vi, name), source_field=short or name, **options)

    fields = [
        field("village_code", "text", "Mã thôn", "vill_code"),
        field("name", "text", "Tên"),
        field("households", "integer", "Số hộ", unit="count"),
        field("area_km2", "number", "Diện tích", unit="km2"),
        field("border", "boolean", "Biên giới"),
        field("founded", "date", "Ngày thành lập"),
        field("kind", "text", "Loại", values={"thon": Bilingual("Thôn", "Hamlet")}),
        field("source", "text", "Nguồn"),
    ]
    style = LegendClass(Bilingual("Thôn", "Villages"), Style("#333333"))
    options = {"key": ("village_code",), "name": "name"} | changes
    return Layer(
        id="villages",
        title=Bilingual("Thôn, bản", "Villages"),
        summary=Bilingual("Thôn, bản", "Villages"),
        theme="administration",
        geometry=geometry,
        crs=None if geometry == "table" else "EPSG:9215",
        owner="so_nv",
        order=1,
        fields={f.name: f for f in fields},
        legend=Legend(None, (style,)),
        **options,
    )


def make_columns():
    return pd.DataFrame(
        {
            "village_code": ["0001", "-2", "@3"],
            "name": pd.array(NAMES, dtype="str"),
            "households": pd.array([120, None, -7], dtype="Int64"),
            "area_km2": [1.5, -2.25, None],
            "border": pd.array([True, False, None], dtype="boolean"),
            "founded": pd.to_datetime(["2025-07-01", None, "1945-09-02"]).astype("datetime64[s]"),
            "kind": ["thon", "thon", None],
            "source": ["a", None, "c"],
            "not_of_the_layer": [1, 2, 3],
        },
        index=pd.RangeIndex(1, 4, name="fid"),
    )


POINTS = [shapely.Point(430_000, 2_420_000), shapely.Point(440_000.5, 2_400_000), None]


def make_frame(geometry=POINTS):
    return gpd.GeoDataFrame(make_columns(), geometry=list(geometry), crs="EPSG:9215")


@pytest.fixture
def export(tmp_path):
    def run(kind, suffix, *, frame=None, layer=None, language="vi", provenance=PROVENANCE):
        path = tmp_path / f"out{suffix}"
        write_export(
            make_frame() if frame is None else frame,
            layer or make_layer(),
            path,
            format=kind,
            language=language,
            provenance=provenance,
        )
        return path

    return run


def test_geopackage_keeps_types_and_says_what_it_is(export):
    path = export("gpkg", ".gpkg")
    info = pyogrio.read_info(path)
    assert info["layer_name"] == "villages"
    assert info["crs"] == "EPSG:9215"
    assert info["ogr_types"][2:6] == ["OFTInteger", "OFTReal", "OFTInteger", "OFTDate"]
    assert info["ogr_subtypes"][4] == "OFSTBoolean"
    metadata = info["layer_metadata"]
    assert metadata["source"] == PROVENANCE["source"]
    assert metadata["marks"] == "sơ đồ, chưa kiểm chứng"
    assert metadata["disclaimer"] == DISCLAIMER.vi
    assert metadata == info["dataset_metadata"] | {
        key: value for key, value in metadata.items() if key in {"IDENTIFIER", "DESCRIPTION"}
    }
    back = pyogrio.read_dataframe(path)
    assert back["name"].tolist()[:2] == NAMES[:2]
    assert back["name"].isna().tolist() == [False, False, True]
    assert back["households"].tolist()[::2] == [120, -7]
    assert pd.isna(back["households"][1])
    assert back["founded"].dt.strftime("%Y-%m-%d").tolist()[::2] == ["2025-07-01", "1945-09-02"]
    assert back.geometry[2] is None
    assert "not_of_the_layer" not in back


def test_geopackage_is_of_version_1_2_and_described_for_qgis(export):
    with closing(sqlite3.connect(export("gpkg", ".gpkg"))) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        title, text = database.execute(
            "SELECT identifier, description FROM gpkg_contents"
        ).fetchone()
    assert version == 10200
    assert title == "Thôn, bản"
    assert "Độ chính xác: ±5 km" in text.splitlines()


def test_geojson_is_rfc_7946_with_a_foreign_member(export):
    path = export("geojson", ".geojson")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["geo_app"]["marks"] == ["sơ đồ", "chưa kiểm chứng"]
    assert content["geo_app"]["disclaimer"] == DISCLAIMER.vi
    assert content["geo_app"]["crs"] == "EPSG:4326"
    first, second, third = content["features"]
    lon, lat = first["geometry"]["coordinates"]
    assert 106 < lon < 108
    assert 21 < lat < 23
    assert first["properties"]["border"] is True
    assert first["properties"]["founded"] == "2025-07-01"
    assert second["properties"]["name"] == "=1+1"
    assert second["properties"]["households"] is None
    assert third["geometry"] is None


def test_geojson_turns_rings_right_handed_and_reads_back(export):
    clockwise = shapely.Polygon([(4e5, 24e5), (4e5, 241e4), (41e4, 241e4), (41e4, 24e5)])
    frame = make_frame([clockwise, clockwise, clockwise])
    path = export("geojson", ".geojson", frame=frame, layer=make_layer("polygon"))
    back = pyogrio.read_dataframe(path)
    assert len(back) == 3
    assert back.geometry[0].exterior.is_ccw
    assert back.to_crs("EPSG:9215").area[0] == pytest.approx(1e8, rel=1e-4)


def test_shapefile_has_short_names_utf8_and_a_readme(export, tmp_path):
    frame = make_frame()
    frame["name"] = ["Đ" * 200, "ngắn", None]
    path = export("shp", ".zip", frame=frame)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        readme = archive.read("README.txt").decode("utf-8-sig")
        assert archive.read("villages.cpg").decode().strip() == "UTF-8"
    assert {"villages.shp", "villages.dbf", "villages.shx", "villages.prj"} <= names
    back = pyogrio.read_dataframe(f"zip://{path}")
    assert list(back)[:3] == ["vill_code", "name", "households"]
    assert back["name"][0] == "Đ" * 127
    assert back["founded"].dt.strftime("%Y-%m-%d").tolist()[::2] == ["2025-07-01", "1945-09-02"]
    assert back["area_km2"].tolist()[:2] == [1.5, -2.25]
    assert "0001: name: 400 bytes" in readme
    assert "vill_code   village_code: Mã thôn" in readme
    assert "thon = Thôn" in readme
    assert DISCLAIMER.vi in readme
    assert "Lưu ý: sơ đồ, chưa kiểm chứng" in readme


def test_shapefile_holds_amounts_of_money(export):
    frame = make_frame()
    frame["area_km2"] = [1_234_567_890_123.0, 0.123456789, None]
    frame["households"] = pd.array([9_876_543_210, 1, None], dtype="Int64")
    back = pyogrio.read_dataframe(f"zip://{export('shp', '.zip', frame=frame)}")
    assert back["area_km2"][0] == 1_234_567_890_123.0
    assert back["area_km2"][1] == pytest.approx(0.123456789)
    assert back["households"][0] == 9_876_543_210


def test_csv_opens_in_excel_and_says_where_it_comes_from(export):
    path = export("csv", ".csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    assert list(back)[-7:] == [
        *("x_north", "y_east", "lon", "lat"),
        *("layer_source", "data_date", "marks"),
    ]
    assert back["village_code"].tolist() == ["0001", "'-2", "'@3"]
    assert back["name"][1] == "'=1+1"
    assert back["name"][0] == NAMES[0]
    assert back["area_km2"].tolist()[:2] == ["1.5", "-2.25"]
    assert back["households"].tolist()[::2] == ["120", "-7"]
    assert back["border"].tolist()[:2] == ["true", "false"]
    assert back["founded"][0] == "2025-07-01"
    assert float(back["x_north"][1]) == 2_400_000
    assert float(back["y_east"][1]) == 440_000.5
    assert back["lon"].isna().tolist() == [False, False, True]
    assert back["source"].tolist()[::2] == ["a", "c"]
    assert back["layer_source"][0].startswith("Lớp dữ liệu: Thôn, bản; ")
    assert DISCLAIMER.vi in back["layer_source"][0]
    assert back["data_date"].unique().tolist() == ["2025-07-01"]
    assert back["marks"].unique().tolist() == ["sơ đồ, chưa kiểm chứng"]


def test_csv_of_lines_has_wkt_in_the_crs_of_the_layer(export):
    line = shapely.LineString([(400_000, 2_400_000), (400_010.25, 2_400_000)])
    frame = make_frame([line, line, None])
    back = pd.read_csv(export("csv", ".csv", frame=frame, layer=make_layer("line")))
    assert shapely.from_wkt(back["wkt"][0]).equals(line)
    assert "x_north" not in back


def test_xlsx_has_titles_units_and_a_sheet_of_sources(export):
    book = openpyxl.load_workbook(export("xlsx", ".xlsx"))
    assert book.sheetnames == ["Dữ liệu", "Nguồn"]
    head, first, second, third = book["Dữ liệu"].iter_rows(values_only=True)
    assert head[:4] == ("Mã thôn", "Tên", "Số hộ", "Diện tích (km²)")
    assert head[-4:] == ("X (Bắc, m)", "Y (Đông, m)", "Kinh độ (WGS 84)", "Vĩ độ (WGS 84)")
    assert first[:5] == ("0001", NAMES[0], 120, 1.5, True)
    assert first[5].date() == date(2025, 7, 1)
    assert first[8:10] == (2_420_000, 430_000)
    assert second[:5] == ("'-2", "'=1+1", None, -2.25, False)
    assert third[8:] == (None, None, None, None)
    cells = [cell for row in book["Dữ liệu"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    rows = dict(book["Nguồn"].iter_rows(values_only=True))
    assert rows["Khuyến cáo"] == DISCLAIMER.vi
    assert rows["Lưu ý"] == "sơ đồ, chưa kiểm chứng"
    assert rows["Loại"] == "thon = Thôn"


def test_xlsx_in_english_cleans_and_cuts_what_excel_cannot_hold(export):
    frame = make_frame()
    frame["name"] = ["a\x0bb", "x" * 40_000, None]
    book = openpyxl.load_workbook(export("xlsx", ".xlsx", frame=frame, language="en"))
    rows = list(book["Data"].iter_rows(values_only=True))
    assert rows[1][1] == "ab"
    assert len(rows[2][1]) == 32_767
    source = dict(book["Source"].iter_rows(values_only=True))
    assert source["Cells cut"] == "'-2: name: 40000"
    assert source["Disclaimer"] == DISCLAIMER.en


def test_xlsx_refuses_more_rows_than_a_sheet_has(export, monkeypatch):
    monkeypatch.setattr(spreadsheets, "EXCEL_ROWS", 2)
    with pytest.raises(DataError, match=r"villages: 3 rows; .* choose csv or gpkg"):
        export("xlsx", ".xlsx")


def test_kml_has_names_all_fields_and_a_description(export):
    path = export("kml", ".kml")
    text = path.read_text(encoding="utf-8")
    assert "<name>Thôn, bản</name>" in text
    assert DISCLAIMER.vi in text
    assert "<script>" not in text.replace("<![CDATA[Bản Chắt <script>alert(1)</script>]]>", "")
    back = pyogrio.read_dataframe(path)
    assert back["Name"].tolist()[:2] == NAMES[:2]
    assert back["name_"].tolist()[:2] == NAMES[:2]
    assert back["founded"][0] == "2025-07-01"
    assert back["households"][0] == 120
    assert back["source"].tolist()[::2] == ["a", "c"]
    assert back.geometry[0].x == pytest.approx(106.5, abs=1)


def test_single_and_multi_geometries_go_into_one_file(export):
    box = shapely.box(400_000, 2_400_000, 401_000, 2_401_000)
    frame = make_frame([box, shapely.MultiPolygon([box]), None])
    for kind, suffix in [("gpkg", ".gpkg"), ("kml", ".kml"), ("shp", ".zip")]:
        path = export(kind, suffix, frame=frame, layer=make_layer("polygon"))
        back = pyogrio.read_dataframe(f"zip://{path}" if suffix == ".zip" else path)
        assert back.to_crs("EPSG:9215").area[:2].tolist() == pytest.approx([1e6, 1e6], rel=1e-4)


def test_a_table_is_csv_or_xlsx_and_nothing_else(export):
    table, layer = make_columns(), make_layer("table")
    back = pd.read_csv(export("csv", ".csv", frame=table, layer=layer))
    assert len(back) == 3
    assert "lon" not in back
    assert "wkt" not in back
    for kind in ("gpkg", "geojson", "shp", "kml"):
        with pytest.raises(DataError, match="a table without geometry; choose csv or xlsx"):
            export(kind, ".out", frame=table, layer=layer)


def test_a_frame_without_crs_is_refused(export):
    with pytest.raises(CrsError, match="villages: the features have no CRS; expected EPSG:9215"):
        export("gpkg", ".gpkg", frame=make_frame().set_crs(None, allow_override=True))


def test_the_time_of_making_stands_in_the_file_and_no_marks_are_said(export):
    given = {"source": "Sở Nội vụ", "marks": []}
    path = export("geojson", ".geojson", provenance=given)
    member = json.loads(path.read_text(encoding="utf-8"))["geo_app"]
    assert member["title"] == "Thôn, bản"
    assert member["generated"].endswith("+00:00")
    book = openpyxl.load_workbook(export("xlsx", ".xlsx", provenance=given))
    assert dict(book["Nguồn"].iter_rows(values_only=True))["Lưu ý"] == "không có"


def test_an_empty_layer_makes_a_file(export):
    frame = make_frame().iloc[:0]
    for kind, suffix in [("gpkg", ".gpkg"), ("geojson", ".geojson"), ("csv", ".csv")]:
        assert export(kind, suffix, frame=frame).stat().st_size > 0
    for kind, suffix in [("shp", ".zip"), ("xlsx", ".xlsx"), ("kml", ".kml")]:
        assert export(kind, suffix, frame=frame).stat().st_size > 0
