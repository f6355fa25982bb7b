"""Frames as a layer's record: what fits goes in and comes back the same, what does not is told."""

import math
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import pyogrio
import shapely
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geo_app.domain.layer import Layer
from geo_app.errors import CrsError, DataError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.frames import TABLE, conform, read_record, write_record

CATALOGUE = read_catalogue(Path(__file__).parents[1] / "small_province" / "layers")
WELLS, COMMUNES = CATALOGUE.layer("wells"), CATALOGUE.layer("communes")
ROADS, OLD_UNITS = CATALOGUE.layer("roads"), CATALOGUE.layer("old_units")


def wells(rows: int = 3, **changes: Any) -> gpd.GeoDataFrame:
    """Return `rows` wells on a line, the third one with nothing known but its code."""
    columns: dict[str, Any] = {
        "well_code": [f"W{n}" for n in range(1, rows + 1)],
        "name": ["Giếng Đá", "Giếng Ăn", None],
        "grade": ["good", "poor", None],
        "depth_m": [12.5, -3.0, None],
        "users": pd.array([120, 0, None], dtype="Int64"),
        "working": pd.array([True, False, None], dtype="boolean"),
        "dug": pd.to_datetime(["1999-12-31", "2025-07-01", None]),
        "phone": ["0205", None, None],
    }
    columns = {name: values[:rows] for name, values in (columns | changes).items()}
    geometry = [Point(500_000 + 10 * n, 1_200_000) for n in range(rows)]
    return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:9210")


def through_file(frame: pd.DataFrame, layer: Layer, folder: Path, **options: Any) -> pd.DataFrame:
    path = folder / "features.gpkg"
    path.unlink(missing_ok=True)
    write_record(conform(frame, layer), layer, path)
    return read_record(path, layer, **options)


class TestRoundTrip:
    def test_every_type_with_nulls(self, tmp_path: Path) -> None:
        back = through_file(wells(), WELLS, tmp_path)
        assert isinstance(back, gpd.GeoDataFrame)
        assert {name: str(kind) for name, kind in back.dtypes.items()} == {
            "well_code": "str",
            "name": "str",
            "grade": "str",
            "depth_m": "float64",
            "users": "Int64",
            "working": "boolean",
            "dug": "datetime64[s]",
            "phone": "str",
            "geometry": "geometry",
        }
        assert back["name"].tolist()[:2] == ["Giếng Đá", "Giếng Ăn"]
        assert back["depth_m"].tolist()[:2] == [12.5, -3.0]
        assert back["users"].tolist()[:2] == [120, 0]
        assert back["working"].tolist()[:2] == [True, False]
        assert [day.date() for day in back["dug"][:2]] == [date(1999, 12, 31), date(2025, 7, 1)]
        assert back.iloc[2].drop(["well_code", "geometry"]).isna().all()
        assert back.crs.to_epsg() == 9210

    def test_it_is_the_record_that_was_written(self, tmp_path: Path) -> None:
        record = conform(wells(), WELLS)
        back = through_file(wells(), WELLS, tmp_path)
        pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(record))

    def test_decomposed_vietnamese_comes_back_composed(self, tmp_path: Path) -> None:
        name = "Giếng Thuỵ Hùng ở Đồng Đăng"
        decomposed = unicodedata.normalize("NFD", name)
        assert decomposed != name
        back = through_file(wells(1, name=[f" {decomposed} "]), WELLS, tmp_path)
        assert back["name"].tolist() == [name]

    def test_rows_come_in_key_order(self, tmp_path: Path) -> None:
        back = through_file(wells(well_code=["W9", "W10", "W1"]), WELLS, tmp_path)
        assert back["well_code"].tolist() == ["W1", "W10", "W9"]
        assert back.index.tolist() == [1, 2, 3]
        assert back.index.name == "fid"
        assert back.geometry.x.tolist() == [500_020, 500_010, 500_000]

    def test_a_table_without_geometry(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"row_code": ["2", "1"], "split": ["0", ""], "old_name": ["a", " "]})
        back = through_file(frame, OLD_UNITS, tmp_path)
        assert not isinstance(back, gpd.GeoDataFrame)
        assert back["row_code"].tolist() == ["1", "2"]
        assert back["split"].isna().tolist() == [True, False]
        assert back["old_name"].isna().tolist() == [True, False]

    def test_no_rows(self, tmp_path: Path) -> None:
        back = through_file(wells().iloc[:0], WELLS, tmp_path)
        assert len(back) == 0
        assert list(back.columns) == [*WELLS.fields, "geometry"]

    def test_features_without_geometry_are_kept(self, tmp_path: Path) -> None:
        frame = wells()
        frame.loc[1, "geometry"] = None
        frame.loc[2, "geometry"] = Point()
        back = through_file(frame, WELLS, tmp_path)
        assert back.geometry.isna().tolist() == [False, True, True]
        frame["geometry"] = None
        assert through_file(frame.set_crs(9210), WELLS, tmp_path).geometry.isna().all()

    def test_single_and_multi_and_height(self, tmp_path: Path) -> None:
        frame = wells(2)
        frame.geometry = [Point(1, 2, 99), MultiPoint([(1, 2), (3, 4)])]
        back = through_file(frame, WELLS, tmp_path)
        assert back.geometry.iloc[0].equals(Point(1, 2))
        assert not back.geometry.has_z.any()
        assert back.geometry.iloc[1].equals(MultiPoint([(1, 2), (3, 4)]))

    def test_a_polygon_with_a_hole(self, tmp_path: Path) -> None:
        ring = Polygon(box(0, 0, 10, 10).exterior, [box(4, 4, 6, 6).exterior])
        frame = gpd.GeoDataFrame(
            {"commune_code": ["1"], "name": ["x"]}, geometry=[ring], crs="EPSG:9210"
        )
        assert through_file(frame, COMMUNES, tmp_path).area.tolist() == [96.0]

    def test_the_file_is_a_geopackage_1_2_that_others_read(self, tmp_path: Path) -> None:
        through_file(wells(), WELLS, tmp_path)
        info = pyogrio.read_info(tmp_path / "features.gpkg", layer=TABLE)
        assert info["driver"] == "GPKG"
        assert info["features"] == 3
        assert (tmp_path / "features.gpkg").read_bytes()[68:72] == b"GPKG"

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.none()
                    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
                    "depth_m": st.none() | st.floats(-1e300, 1e300),
                    "users": st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
                    "working": st.none() | st.booleans(),
                    "dug": st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
                }
            ),
            max_size=4,
        )
    )
    def test_any_values(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
    ) -> None:
        frame = gpd.GeoDataFrame(
            {name: pd.Series([row[name] for row in rows], dtype="object") for name in WELLS_FREE},
            geometry=[Point(n, n) for n in range(len(rows))],
            crs="EPSG:9210",
        )
        frame["well_code"] = [f"{n:03d}" for n in range(len(rows))]
        back = through_file(frame, WELLS, tmp_path_factory.mktemp("any"))
        for row, (_, found) in zip(rows, back.iterrows(), strict=True):
            text = unicodedata.normalize("NFC", row["name"] or "").strip() or None
            assert (found["name"] if isinstance(found["name"], str) else None) == text
            for name in ("depth_m", "users", "working"):
                assert (None if pd.isna(found[name]) else found[name]) == row[name]
            assert (None if pd.isna(found["dug"]) else found["dug"].date()) == row["dug"]


WELLS_FREE = ("name", "depth_m", "users", "working", "dug")


class TestReading:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        through_file(wells(), WELLS, tmp_path)
        return tmp_path / "features.gpkg"

    def test_some_columns(self, path: Path) -> None:
        back = read_record(path, WELLS, columns=["depth_m", "name"])
        assert list(back.columns) == ["depth_m", "name", "geometry"]
        assert list(read_record(path, WELLS, columns=[]).columns) == ["geometry"]

    def test_within_bounds(self, path: Path) -> None:
        back = read_record(path, WELLS, bounds=(500_005, 1_199_999, 500_015, 1_200_001))
        assert back["well_code"].tolist() == ["W2"]
        assert back.index.tolist() == [2]
        assert len(read_record(path, WELLS, bounds=(0, 0, 1, 1))) == 0

    def test_where(self, path: Path) -> None:
        assert read_record(path, WELLS, where='"depth_m" > 0')["well_code"].tolist() == ["W1"]
        assert len(read_record(path, WELLS, where='"depth_m" > 99')) == 0

    def test_limit(self, path: Path) -> None:
        assert read_record(path, WELLS, limit=2).index.tolist() == [1, 2]


class TestTypes:
    @pytest.mark.parametrize(
        ("values", "typed"),
        [
            ([1.0, 22.0, None], ["1", "22", None]),
            ([1, 2, 3], ["1", "2", "3"]),
            (["007", " x ", ""], ["007", "x", None]),
            ([1.5, 2.0, None], ["1.5", "2.0", None]),
        ],
    )
    def test_text(self, values: list[Any], typed: list[str | None]) -> None:
        names = conform(wells(name=values), WELLS)["name"]
        assert [None if pd.isna(v) else v for v in names] == typed

    @pytest.mark.parametrize(
        ("values", "typed"),
        [
            ([1, 0, None], [True, False, None]),
            ([1.0, 0.0, math.nan], [True, False, None]),
            (["Có", "Không", ""], [True, False, None]),
            (["true", "FALSE", " "], [True, False, None]),
            (["x", "n", None], [True, False, None]),
        ],
    )
    def test_boolean(self, values: list[Any], typed: list[bool | None]) -> None:
        column = conform(wells(working=values), WELLS)["working"]
        assert [None if pd.isna(v) else bool(v) for v in column] == typed

    @pytest.mark.parametrize(
        "days",
        [
            ["2025-07-01", "2025-07-01T23:59:59", None],
            [date(2025, 7, 1), pd.Timestamp("2025-07-01 10:00"), None],
            pd.to_datetime(["2025-07-01", "2025-07-01 10:00", None], format="ISO8601"),
            pd.to_datetime(["2025-07-01", "2025-07-01 10:00", None], format="ISO8601", utc=True),
            ["20250701", "2025-07-01 12:00:00+07:00", None],
        ],
    )
    def test_date(self, days: Any) -> None:
        column = conform(wells(dug=days), WELLS)["dug"]
        assert [None if pd.isna(v) else v.date() for v in column] == [date(2025, 7, 1)] * 2 + [None]

    def test_numbers_written_as_text(self) -> None:
        record = conform(wells(depth_m=["1.5", " 2 ", ""], users=["3", "4.0", None]), WELLS)
        assert record["depth_m"].tolist()[:2] == [1.5, 2.0]
        assert record["users"].tolist()[:2] == [3, 4]
        assert record["users"].isna().tolist() == [False, False, True]

    @pytest.mark.parametrize(
        ("column", "values", "words"),
        [
            ("depth_m", ["1,5", "2", "x"], ["depth_m", "row 1", "'1,5'", "a number", "2 rows"]),
            ("depth_m", [math.inf, 1, 2], ["depth_m", "row 1", "inf", "a finite number"]),
            ("users", [1, 2.5, 3], ["users", "row 2", "2.5", "a whole number"]),
            ("users", [1, 2, "3.5"], ["users", "row 3", "'3.5'", "a whole number"]),
            ("users", [2**53 + 1, 2, 3], ["users", "row 1", "9007199254740993", "a whole number"]),
            ("users", [1, 2, 1e30], ["users", "row 3", "1e+30", "a whole number"]),
            ("users", ["1", "99999999999999999999", "2"], ["users", "row 2", "a whole number"]),
            ("name", ["ab", "a\0b", "c"], ["name", "row 2", "without NUL"]),
            ("working", ["maybe", 1, 0], ["working", "row 1", "'maybe'", "có or không"]),
            ("working", [2, 1, 0], ["working", "row 1", "2", "true or false"]),
            ("working", [0.5, 1, 0], ["working", "row 1", "0.5", "true or false"]),
            ("dug", ["31/12/2024", None, None], ["dug", "row 1", "'31/12/2024'", "2025-07-01"]),
            ("dug", ["2025-02-30", None, None], ["dug", "row 1", "'2025-02-30'", "a date"]),
            ("dug", ["2025-07", None, None], ["dug", "row 1", "'2025-07'", "a date such as"]),
            ("dug", [2025, 2024, 2023], ["dug", "row 1", "2025", "a date such as 2025-07-01"]),
            ("grade", ["good", "bad", "worse"], ["grade", "row 2", "'bad'", "good, poor", "2 row"]),
        ],
    )
    def test_a_value_that_does_not_fit(
        self, column: str, values: list[Any], words: list[str]
    ) -> None:
        with pytest.raises(DataError) as caught:
            conform(wells(**{column: values}), WELLS)
        message = str(caught.value)
        assert [word for word in ("layer wells", *words) if word not in message] == [], message


class TestKeys:
    def test_a_key_column_that_is_missing(self) -> None:
        with pytest.raises(DataError, match=r"field well_code: is missing; the data has: name, "):
            conform(wells().drop(columns="well_code"), WELLS)

    @pytest.mark.parametrize("empty", [None, "", "  "])
    def test_an_empty_key(self, empty: str | None) -> None:
        with pytest.raises(DataError, match="well_code"):
            conform(wells(well_code=["W1", empty, "W3"]), WELLS)

    def test_an_empty_key_that_is_not_required_is_refused_too(self) -> None:
        key = ("well_code", "grade")
        with pytest.raises(DataError, match=r"well_code \+ grade: row 3 has no key"):
            conform(wells(), replace(WELLS, key=key))

    def test_a_key_that_comes_twice(self) -> None:
        with pytest.raises(DataError, match=r"well_code: the key 'W1' .*2 rows share a key"):
            conform(wells(well_code=["W1", "W2", "W1 "]), WELLS)

    def test_keys_that_differ_only_in_form_are_one_key(self) -> None:
        codes = ["Đồng", unicodedata.normalize("NFD", "Đồng"), "x"]
        with pytest.raises(DataError, match="the key 'Đồng' comes more than once"):
            conform(wells(well_code=codes), WELLS)

    def test_a_key_of_two_fields(self) -> None:
        frame = wells(2, well_code=["W1", "W1"])
        record = conform(frame, replace(WELLS, key=("well_code", "grade")))
        assert record["grade"].tolist() == ["good", "poor"]

    def test_a_required_value(self) -> None:
        frame = gpd.GeoDataFrame(
            {"commune_code": ["1", "2"], "name": ["x", None]},
            geometry=[box(0, 0, 1, 1)] * 2,
            crs="EPSG:9210",
        )
        with pytest.raises(DataError, match="layer communes: field name: 1 rows have no value"):
            conform(frame, COMMUNES)


class TestGeometry:
    def test_no_geometry(self) -> None:
        bare = pd.DataFrame(wells().drop(columns="geometry"))
        with pytest.raises(DataError, match="layer wells: the data has no geometry; expected poin"):
            conform(bare, WELLS)

    def test_no_crs(self) -> None:
        with pytest.raises(CrsError, match="layer wells: the data has no CRS; declare it"):
            conform(wells().set_crs(None, allow_override=True), WELLS)

    def test_another_crs(self) -> None:
        with pytest.raises(CrsError, match="found CRS EPSG:4326; expected EPSG:9210"):
            conform(wells().to_crs("EPSG:4326"), WELLS)

    @pytest.mark.parametrize(
        ("layer", "shape", "words"),
        [
            (WELLS, LineString([(0, 0), (1, 1)]), "is a LineString; expected Point or MultiPoint"),
            (COMMUNES, Point(0, 0), "is a Point; expected Polygon or MultiPolygon"),
            (ROADS, box(0, 0, 1, 1), "is a Polygon; expected LineString or MultiLineString"),
            (ROADS, MultiPolygon([box(0, 0, 1, 1)]), "is a MultiPolygon; expected LineString"),
        ],
    )
    def test_the_wrong_kind(self, layer: Layer, shape: Any, words: str) -> None:
        columns = {name: ["1"] for name in (*layer.key, "name")}
        frame = gpd.GeoDataFrame(columns, geometry=[shape], crs="EPSG:9210")
        with pytest.raises(DataError, match=f"layer {layer.id}: row 1 {words}"):
            conform(frame, layer)

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_coordinates_that_are_no_numbers(self, value: float) -> None:
        lines = shapely.linestrings([[(0, 0), (1, 1)], [(0, 0), (1, 2)]])
        with np.errstate(invalid="ignore"):
            lines = shapely.transform(lines, lambda xy: np.where(xy == 2, value, xy))
        columns = {"section_code": ["1", "2"]}
        frame = gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:9210")
        with pytest.raises(DataError, match=r"layer roads: row 2 has coordinates .*\(1 rows\)"):
            conform(frame, ROADS)

    def test_a_point_of_nothing(self) -> None:
        frame = wells(1)
        frame.geometry = gpd.points_from_xy([math.nan], [1.0], crs="EPSG:9210")
        with pytest.raises(DataError, match="row 1 has coordinates that are not finite"):
            conform(frame, WELLS)

    def test_the_frame_given_is_left_as_it_was(self) -> None:
        frame = wells()
        frame.loc[2, "geometry"] = Point()
        before = frame.copy(deep=True)
        conform(frame, WELLS)
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before))
        assert np.array_equal(frame.index, before.index)
