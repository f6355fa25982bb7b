"""The footprints of a site: any form gives one text, and the text gives the footprints back."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from pyproj import Transformer
from shapely import LineString, Point, Polygon, box

from geo_app.errors import DataError, UnknownError
from geo_app.studies import site_check
from geo_app.studies.site import MOST_FOOTPRINTS, read_site, site_text
from geo_app.workspace import Workspace

CRS = "EPSG:9210"
SQUARE = box(500_000, 1_200_000, 500_100, 1_200_100)


def text_of(ws: Workspace, given: object) -> str:
    text = site_text(read_site(ws, given))
    assert site_text(read_site(ws, text)) == text
    return text


def test_every_form_of_a_square_gives_one_text(small_province: Workspace) -> None:
    frame = gpd.GeoDataFrame({"footprint": ["1"]}, geometry=[SQUARE], crs=CRS)
    degrees = frame.to_crs("EPSG:4326")
    bare = json.loads(frame.to_json())
    forms = [
        frame,
        SQUARE,
        SQUARE.wkt,
        f"SRID=9210;{SQUARE.wkt}",
        shapely.to_geojson(SQUARE),
        json.dumps(bare["features"][0]),
        frame.to_json(),
        degrees,
        degrees.to_json(drop_id=True),
        degrees.geometry.iloc[0].wkt,
        f"SRID=4326;{degrees.geometry.iloc[0].wkt}",
        shapely.force_3d(SQUARE).wkt,
        f"GEOMETRYCOLLECTION({SQUARE.wkt})",
    ]
    texts = {text_of(small_province, form) for form in forms}
    assert len(texts) == 1
    (text,) = texts
    assert json.loads(text) == {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": CRS}},
        "features": [
            {
                "type": "Feature",
                "properties": {"footprint": "1"},
                "geometry": json.loads(shapely.to_geojson(SQUARE)),
            }
        ],
    }
    assert " " not in text


def test_names_and_errors_are_kept(small_province: Workspace) -> None:
    frame = gpd.GeoDataFrame(
        {"name": ["Khu  A", "Khu A", None], "plus_minus_m": [0.0, 2.5, np.nan]},
        geometry=[SQUARE, SQUARE.centroid, SQUARE.boundary],
        crs=CRS,
    )
    read = read_site(small_province, site_text(read_site(small_province, frame)))
    assert read["footprint"].tolist() == ["Khu A", "Khu A (2)", "3"]
    assert read["plus_minus_m"].tolist()[:2] == [0, 2.5]
    assert np.isnan(read["plus_minus_m"].iloc[2])
    assert read.crs.to_string() == CRS


numbers = st.floats(-4_000, 4_000, allow_nan=False)


@settings(deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=8))
def test_the_text_gives_the_footprints_back(
    small_province: Workspace, at: list[tuple[float, float]]
) -> None:
    points = [(500_000 + x, 1_200_000 + y) for x, y in at]
    for shape in (Point(points[0]), LineString(points), Polygon(points).convex_hull):
        try:
            read = read_site(small_province, shape)
        except DataError:  # all in one place, or in one line
            continue
        text = site_text(read)
        again = read_site(small_province, text)
        assert site_text(again) == text
        assert again.geometry.iloc[0].equals_exact(read.geometry.iloc[0], 0)
        assert again.geometry.iloc[0].equals_exact(shape, 0.001)


BOW = "POLYGON((500000 1200000,500100 1200100,500100 1200000,500000 1200100,500000 1200000))"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("POLYGON((500000 1200000, 500100", "is not whole WKT; expected GeoJSON"),
        ("GEOMETRYCOLLECTION(" * 45_000 + "POINT(1 1)" + ")" * 45_000, "is not whole WKT"),
        ('{"type":"Point"', "is not whole GeoJSON"),
        ('{"a":1}', "is not whole GeoJSON"),
        ('{"features":"x"}', "is not whole GeoJSON"),
        ('{"type":"Point","coordinates":["a","b"]}', "is not whole GeoJSON"),
        ('{"type":"Point","coordinates":[1,2],"crs":"x"}', "is not whole GeoJSON"),
        ("[" * 60_000, "chainage|no layer|none of"),
        ('{"a":' * 60_000, "is not whole GeoJSON"),
        ('{"type":"FeatureCollection","features":[]}', "found no shape"),
        ('{"type":"Feature","geometry":null,"properties":{}}', "found no shape"),
        ("SRID=999999;POINT(1 2)", "the system 'EPSG:999999'; expected a code"),
        ("POLYGON EMPTY", "footprint '1': is empty"),
        ("POINT(nan 3)", "lie nowhere in its system|is empty"),
        (BOW, r"Self-intersection.*put the points in order"),
        ("LINESTRING(500000 1200000,500000 1200000)", "is not a whole shape"),
        ("POLYGON((500000 1200000,500001 1200000,500000 1200000))", "is not a whole shape|WKT"),
        ("x" * 5_000_001, "5,000,001 characters; expected at most 5,000,000"),
    ],
)
def test_what_is_no_site_is_a_sentence(small_province: Workspace, given: str, words: str) -> None:
    with pytest.raises((DataError, UnknownError), match=words):
        read_site(small_province, given)


def test_too_many_footprints_are_refused(small_province: Workspace) -> None:
    shapes = [Point(500_000 + n, 1_200_000) for n in range(MOST_FOOTPRINTS + 1)]
    frame = gpd.GeoDataFrame(geometry=shapes, crs=CRS)
    with pytest.raises(DataError, match=r"found 1,001 footprints.*check them in parts"):
        read_site(small_province, frame)


def test_a_setting_is_the_text_however_it_was_given(small_province: Workspace) -> None:
    used = site_check.settings(small_province, {"site": SQUARE, "on": "1/7/2025"})
    assert used["on"] == "2025-07-01"
    assert used["site"] == text_of(small_province, SQUARE.wkt)
    assert site_check.settings(small_province, used) == used
    today = site_check.settings(small_province, {})
    assert today["site"] == ""
    assert len(today["on"]) == len("2025-07-01")
    for wrong in ("2025-13-01", "31/02/2025", "mai"):
        with pytest.raises(DataError, match=r"on: found .*expected a day such as"):
            site_check.settings(small_province, {"on": wrong})


@pytest.mark.slow
def test_a_chainage_is_a_site_with_its_error(province: Workspace) -> None:
    read = read_site(province, "QL4B Km20–Km21")
    assert read["footprint"].tolist() == ["QL4B Km20–Km21"]
    assert read.geometry.iloc[0].geom_type == "LineString"
    assert read["plus_minus_m"].iloc[0] > 5_000
    place: Any = read_site(province, "QL4B Km20").geometry.iloc[0]
    assert place.distance(read.geometry.iloc[0]) < 0.01
    text = site_text(read)
    assert site_text(read_site(province, text)) == text
    result = site_check(province, site="QL4B Km20–Km21", on="2026-11-01")
    assert "site_inexact" in {each.code for each in result.warnings}
    # A ± of kilometres leaves no road's corridor behind.
    roads = result.rows.set_index("subject").loc["national_roads"]
    assert roads["verdict"] == "near"


@pytest.mark.slow
def test_the_sample_s_forest_is_that_of_gpd_overlay(province: Workspace) -> None:
    result = site_check(province, on="2026-11-01")
    forest = result.table("forest").rows
    blocks = province.read("forest")
    footprint = read_site(province, result.settings["site"])
    oracle = gpd.overlay(footprint, blocks, how="intersection")
    wanted = oracle.area.groupby([oracle["type"], oracle["origin"]]).sum()
    mine = forest.set_index(["type", "origin"])["area_m2"]
    assert len(mine) >= 2
    assert (mine - wanted).abs().max() < 1e-6
    units = result.table("units").rows
    shares = units[units["subject"] == "communes_2025"]["share_pct"]
    assert shares.sum() == pytest.approx(100)


def test_degrees_and_metres_are_told_apart(small_province: Workspace) -> None:
    to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(505_000, 1_205_000)
    read = read_site(small_province, f"POINT({lon} {lat})").geometry.iloc[0]
    assert read.distance(Point(505_000, 1_205_000)) < 0.01
    # No latitude is 91: metres, then, and far outside, which the study says.
    assert read_site(small_province, "POINT(106 91)").geometry.iloc[0].y == 91
