"""The sample province: what it promises, and that its files still follow from the facts."""

import csv
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import geopandas as gpd
import pyogrio
import rasterio
import shapely

from geo_app.domain.layer import Layer
from geo_app.storage.catalogue import read_catalogue

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
CATALOGUE = read_catalogue(ROOT / "layers")
SAMPLED = [layer for layer in CATALOGUE.layers.values() if layer.sample is not None]
VECTORS = [layer for layer in SAMPLED if layer.spatial]
LIMIT_MB = 15


def name_of(layer: Layer) -> str:
    return layer.id


def path_of(layer: Layer) -> Path:
    assert layer.sample is not None
    return ROOT / layer.sample.path


def read(layer_id: str) -> gpd.GeoDataFrame:
    layer = CATALOGUE.layer(layer_id)
    names = {field.source_field: field.name for field in layer.fields.values()}
    return gpd.read_file(path_of(layer)).rename(columns=names)


def read_facts(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / "facts" / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def outline() -> shapely.Polygon:
    only: shapely.Polygon = read("province_outline").geometry.iloc[0]
    return only


@pytest.fixture(scope="module")
def communes() -> gpd.GeoDataFrame:
    return read("communes_2025")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    command = [sys.executable, str(DATA / "build_sample.py"), "--out", str(out)]
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    return out


# --- the files follow from the facts


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("layer", SAMPLED, ids=name_of)
def test_a_rebuild_changes_nothing(layer: Layer, rebuilt: Path) -> None:
    committed = path_of(layer)
    again = rebuilt / committed.relative_to(DATA)
    if layer.geometry == "table":
        assert again.read_text("utf-8") == committed.read_text("utf-8")
    elif layer.geometry == "raster":
        with rasterio.open(again) as new, rasterio.open(committed) as old:
            assert (new.crs, new.transform, new.nodata) == (old.crs, old.transform, old.nodata)
            np.testing.assert_array_equal(new.read(), old.read())
    else:
        new_frame, old_frame = gpd.read_file(again), gpd.read_file(committed)
        pd.testing.assert_frame_equal(
            new_frame.drop(columns="geometry"), old_frame.drop(columns="geometry")
        )
        assert new_frame.geometry.geom_equals_exact(old_frame.geometry, 0.001).all()


@pytest.mark.parametrize("layer", SAMPLED, ids=name_of)
def test_the_facts_a_layer_names_exist(layer: Layer) -> None:
    assert layer.sample is not None
    assert layer.sample.facts
    for facts in layer.sample.facts:
        assert (ROOT / facts).is_file(), facts


@pytest.mark.parametrize("path", sorted((DATA / "facts").glob("*.csv")), ids=lambda path: path.stem)
def test_facts_name_their_source_and_admit_what_is_memory(path: Path) -> None:
    text = path.read_text("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    rows = list(csv.DictReader(text.splitlines()))
    for row in rows:
        assert row["source"], row
        assert row["accuracy"] in {"A", "B", "C"}, row
        assert row["verified"] in {"true", "false"}, row
        if "trí nhớ" in row["source"]:
            assert row["verified"] == "false", row


# --- the files are as the catalogue says


@pytest.mark.parametrize("layer", SAMPLED, ids=name_of)
def test_the_file_has_the_fields_of_the_catalogue(layer: Layer) -> None:
    expected = {field.source_field for field in layer.fields.values()}
    path = path_of(layer)
    if layer.geometry == "table":
        assert set(pd.read_csv(path, nrows=0).columns) == expected
    elif layer.geometry == "raster":
        with rasterio.open(path) as raster:
            assert raster.crs.to_string() == layer.crs
    else:
        info = pyogrio.read_info(path)
        assert set(info["fields"]) == expected
        assert info["encoding"] == "UTF-8"
        assert path.with_suffix(".cpg").read_text() == "UTF-8"
        assert gpd.read_file(path, rows=1).crs.to_epsg() == 9215


@pytest.mark.parametrize("layer", VECTORS, ids=name_of)
def test_values_follow_the_schema(layer: Layer) -> None:
    frame = read(layer.id)
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()
    assert not frame.duplicated(list(layer.key)).any()
    for field in layer.fields.values():
        column = frame[field.name].dropna()
        if field.required:
            assert len(column) == len(frame), field.name
        if field.values:
            assert set(column) <= set(field.values), field.name
        if field.type == "text":
            assert all(unicodedata.is_normalized("NFC", value) for value in column), field.name
    legend = layer.legend
    if legend.field is not None and legend.classes[0].values:
        drawn = {value for legend_class in legend.classes for value in legend_class.values}
        assert set(frame[legend.field].dropna().astype(str)) <= drawn


def test_no_file_lies_about_without_a_layer() -> None:
    listed = {path_of(layer).with_suffix("") for layer in SAMPLED}
    for folder in ("shapefiles", "rasters"):
        for path in (DATA / folder).iterdir():
            assert path.with_suffix("") in listed, f"{path.name} belongs to no layer"


def test_the_sample_stays_small() -> None:
    files = [*DATA.glob("shapefiles/*"), *DATA.glob("rasters/*")]
    assert sum(path.stat().st_size for path in files) < LIMIT_MB * 1_000_000


def test_defence_has_no_geometry() -> None:
    patrol_road = CATALOGUE.layer("patrol_road")
    assert (patrol_road.access, patrol_road.state) == ("restricted", "awaited")
    assert patrol_road.sample is None
    assert not list(DATA.rglob("*patrol*"))


# --- administration


def test_a_known_place_lies_at_its_vn2000_coordinates() -> None:
    places = read("places").set_index("place_code")
    seat = places.geometry["tp_lang_son"]
    assert (seat.x, seat.y) == pytest.approx((449_314.377, 2_417_549.695), abs=0.01)


def test_65_cells_meet_the_official_areas(communes: gpd.GeoDataFrame) -> None:
    assert len(communes) == 65
    assert (communes["kind"] == "phuong").sum() == 4
    ratio = communes.area / 1e6 / communes["area_km2"]
    assert ratio.between(0.97, 1.03).all()


def test_cells_partition_the_outline(communes: gpd.GeoDataFrame, outline: shapely.Polygon) -> None:
    assert shapely.coverage_is_valid(communes.geometry.array)
    assert communes.area.sum() == pytest.approx(outline.area, abs=1)
    assert communes.union_all().symmetric_difference(outline).area < 1


def test_each_commune_holds_its_point_and_11_lie_on_the_border(communes: gpd.GeoDataFrame) -> None:
    facts = read_facts("communes_65")
    points = gpd.GeoSeries.from_xy(
        facts["lon"].astype(float), facts["lat"].astype(float), crs="EPSG:4326"
    ).to_crs("EPSG:9215")
    cells = communes.set_index("commune_code").geometry[facts["nso_code"]]
    assert shapely.contains(cells.array, points.array).all()
    border = read("border_line").geometry.iloc[0]
    touching = communes[communes.intersection(border.buffer(1)).length > 1000]
    assert set(touching["name"]) == set(communes.loc[communes["border_commune"], "name"])
    assert len(touching) == 11


def test_11_districts_of_which_8_are_exact(communes: gpd.GeoDataFrame) -> None:
    districts = read("districts_2023").set_index("name")
    assert len(districts) == 11
    approximate = set(districts.index[~districts["exact"]])
    assert approximate == {"TP Lạng Sơn", "Cao Lộc", "Văn Quan"}
    exact = districts[districts["exact"]]
    sums = communes.groupby("former_district")["area_km2"].sum()[exact.index]
    np.testing.assert_allclose(sums, exact["area_km2"], atol=0.8)
    assert shapely.coverage_is_valid(districts.geometry.array)


def test_mergers_are_those_of_the_resolution(communes: gpd.GeoDataFrame) -> None:
    path = path_of(CATALOGUE.layer("commune_mergers"))
    mergers = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(mergers) == 196
    assert set(mergers["new_code"]) == set(communes["commune_code"])
    old_units = mergers.groupby(["old_name", "old_dist"]).size()
    assert len(old_units) == 194
    assert {name for name, _ in old_units[old_units == 2].index} == {"Xã Bính Xá", "Xã Kiên Mộc"}
    assert (mergers["old_name"] == "Xã Hòa Bình").sum() == 4  # told apart by their district
    stated = read_facts("communes_65").set_index("nso_code")["merged_from"]
    for code, rows in mergers.groupby("new_code"):
        names = [unit.split(" (")[0] for unit in stated[code].split(", ")]
        assert rows["old_name"].tolist() == names


# --- the border


def test_12_gates_stand_on_the_border() -> None:
    gates, border = read("border_gates"), read("border_line").geometry.iloc[0]
    assert gates["gate_class"].value_counts().to_dict() == {
        "secondary": 9,
        "international": 2,
        "main": 1,
    }
    assert (gates.distance(border) <= 1).all()
    assert (gates["moved_m"] < 1000).all()
    today = gates.set_index("gate_code")["role_now"]
    assert set(today.index[today == "clearance_route"]) == {"ck_tan_thanh", "ck_coc_nam"}


def test_clearance_routes_belong_to_a_gate_and_have_dates() -> None:
    routes = read("clearance_routes")
    assert set(routes["gate_code"]) <= set(read("border_gates")["gate_code"])
    assert sorted(routes["valid_from"].unique()) == ["2024-05-27", "2025-11-27"]


# --- transport


@pytest.mark.parametrize("layer_id", ["national_roads", "expressways", "railway", "rivers"])
def test_no_line_leaves_the_province(layer_id: str, outline: shapely.Polygon) -> None:
    assert read(layer_id).within(outline.buffer(1)).all()


def test_national_roads_form_one_network() -> None:
    roads = read("national_roads")
    assert set(roads["route_code"]) == {"ql1", "ql1b", "ql3b", "ql4a", "ql4b", "ql31", "ql279"}
    joined = shapely.node(shapely.union_all(roads.geometry.array))
    assert len(shapely.get_parts(shapely.line_merge(joined).buffer(0.1))) == 1


def test_km_posts_lie_on_their_route_in_order() -> None:
    lines = pd.concat([read("national_roads"), read("expressways")])
    posts = read("calibration_points")
    assert not posts["verified"].any()
    for route, own in posts.groupby("route_code"):
        course = shapely.line_merge(
            shapely.union_all(lines.geometry[lines["route_code"] == route].array)
        )
        assert (own.distance(course) < 0.01).all()
        along = own.geometry.map(course.project).to_numpy()
        steps = np.diff(along[np.argsort(own["chainage_km"].to_numpy())])
        assert (steps > 0).all() or (steps < 0).all()


def test_ql4b_is_cut_where_the_plan_cuts_it() -> None:
    roads = read("national_roads")
    ql4b = roads[roads["route_code"] == "ql4b"].sort_values("from_km")
    assert ql4b["from_km"].tolist() == [0, 3.7, 18, 43]
    assert ql4b["to_km"].tolist() == [3.7, 18, 43, 80]
    assert ql4b["width_m"].isna().all()  # nobody published it: it stays empty


# --- zones


@pytest.mark.parametrize(
    ("layer_id", "field", "unit_m2"),
    [
        ("industrial_zones", "area_ha", 1e4),
        ("urban_areas", "area_km2", 1e6),
        ("economic_zone", "area_km2", 1e6),
        ("geopark", "area_km2", 1e6),
    ],
)
def test_zones_have_their_stated_area(
    layer_id: str, field: str, unit_m2: float, outline: shapely.Polygon
) -> None:
    zones = read(layer_id)
    assert zones.within(outline.buffer(1)).all()
    known = zones[zones[field].notna()]
    np.testing.assert_allclose(known.area, known[field] * unit_m2, rtol=1e-3)
    if "area_known" in zones:
        assert zones["area_known"].tolist() == zones[field].notna().tolist()


def test_urban_classes_follow_the_crosswalk_of_2026() -> None:
    towns = read("urban_areas").set_index("urban_code")
    assert towns.loc["dt_lang_son", "class_2026"] == "II"
    assert towns.loc["dt_huu_lung", "class_2026"] == "III"
    planned = towns["class_2023"] == "none"
    assert planned.sum() == 5
    assert towns.loc[planned, "class_2026"].isna().all()
