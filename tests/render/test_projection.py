"""The browser's definition of a CRS agrees with PROJ."""

import math

import pytest

from pyproj import CRS, Transformer

from geo_app.errors import CrsError
from geo_app.render.projection import browser_definition


def test_rotations_of_a_coordinate_frame_change_sign() -> None:
    # EPSG:6960 gives rx -0.00928836, ry 0.01975479, rz -0.00427372 as coordinate frame.
    definition = browser_definition("EPSG:9215")
    shift = definition.partition("+towgs84=")[2].split()[0].split(",")
    assert [float(value) for value in shift] == [
        -191.90441429,
        -39.30318279,
        -111.45032835,
        0.00928836,
        -0.01975479,
        0.00427372,
        0.252906278,
    ]
    assert "+proj=tmerc" in definition
    assert "+lon_0=107.25" in definition
    assert "+k=0.9999" in definition


@pytest.mark.parametrize("code", ["EPSG:9215", "EPSG:3405", "EPSG:5897", "EPSG:32648"])
def test_agrees_with_proj_across_the_province(code: str) -> None:
    ours = Transformer.from_crs(
        "EPSG:4326", CRS.from_proj4(browser_definition(code)), always_xy=True
    )
    exact = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    for lon in (106.09, 106.7615, 107.37):
        for lat in (21.32, 21.8537, 22.47):
            assert math.dist(ours.transform(lon, lat), exact.transform(lon, lat)) < 0.01


def test_hanoi_1972_takes_its_three_translations() -> None:
    assert "+towgs84=-17.51,-108.32,-62.39,0,0,0,0" in browser_definition("EPSG:2044")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("EPSG:4756", "not projected in metres"),
        ("EPSG:0", "not a known CRS"),
        ("EPSG:3857", "off PROJ"),
    ],
)
def test_what_the_browser_cannot_place_is_refused(code: str, words: str) -> None:
    with pytest.raises(CrsError, match=words):
        browser_definition(code)
