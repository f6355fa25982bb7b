"""The printed map: a ruler on it measures the ground."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from printed import findings, source, square

import geopandas as gpd
from shapely import Point, Polygon

from geo_app.domain.result import Input, Picture
from geo_app.errors import DataError
from geo_app.render.frame import frame_of, round_step
from geo_app.render.printed_map import Ground, draw_map, mappable

RED, BLUE, STAMP = (255, 0, 0), (0, 0, 255), (179, 38, 30)
PIXELS_MM = 200 / 25.4


def pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def width_mm(png: bytes, color: tuple[int, int, int]) -> float:
    """Return how much of its fullest row has a colour."""
    return float((pixels(png) == color).all(axis=2).sum(axis=1).max()) / PIXELS_MM


@pytest.mark.parametrize(
    ("size_m", "scale"),
    [(600, 5_000), (6_000, 50_000), (10_000, 75_000), (100_000, 750_000)],
)
def test_lengths_on_paper_are_those_of_the_scale(size_m: float, scale: int) -> None:
    drawn = draw_map(findings(pictures=[square(size_m)]), None, language="vi")
    assert f"1:{scale:,}".replace(",", ".") in drawn.alt
    assert width_mm(drawn.png, RED) == pytest.approx(size_m / scale * 1_000, abs=1.0)
    assert drawn.width_mm == pytest.approx(160)
    assert pixels(drawn.png).shape[1] / PIXELS_MM == pytest.approx(160, abs=0.2)


def test_the_scale_is_no_larger_than_the_inputs_bear() -> None:
    rough = findings(pictures=[square(600)], inputs=[source(accuracy_m=100)])
    assert "1:200.000" in draw_map(rough, None, language="vi").alt
    drawn = findings("schematic", pictures=[square(600)])
    assert "1:100,000" in draw_map(drawn, None, language="en").alt


@pytest.mark.parametrize(
    ("of", "seen"), [(source("edge", accuracy_m=1), True), (source("edge", "schematic"), False)]
)
def test_the_ground_is_left_out_where_it_is_too_rough(of: Input, seen: bool) -> None:
    under = Ground(square(2_000, color="#0000ff", name="ground"), of)
    drawn = draw_map(findings(pictures=[square(600)]), under, language="vi")
    assert (width_mm(drawn.png, BLUE) > 20) == seen
    assert "1:5.000" in drawn.alt


def test_an_illustration_is_stamped() -> None:
    for marks, stamped in (((), False), (("synthetic",), True), (("unverified",), False)):
        drawn = draw_map(findings(*marks, pictures=[square(600)]), None, language="vi")
        corner = pixels(drawn.png)[:80, -400:]
        assert ((corner == STAMP).all(axis=2).sum() > 20) == stamped


def test_what_has_no_place_is_not_mapped() -> None:
    empty = square(600)
    empty.frame.geometry = [Polygon()]
    assert not mappable(findings(pictures=[empty]))
    assert mappable(findings(pictures=[empty, square(600)]))
    drawn = draw_map(findings(pictures=[empty, square(600)]), None, language="vi")
    assert "1:5.000" in drawn.alt


def test_degrees_are_not_drawn_to_scale() -> None:
    lonlat = square(600)
    lonlat = Picture(lonlat.layer, lonlat.frame.to_crs("EPSG:4326"))
    with pytest.raises(DataError, match="shape: its CRS is EPSG:4326"):
        draw_map(findings(pictures=[lonlat]), None, language="vi")


@given(
    st.lists(
        st.tuples(st.floats(300_000, 700_000), st.floats(2_300_000, 2_500_000)),
        min_size=1,
        max_size=5,
    )
)
def test_every_feature_lies_inside_the_frame(places: list[tuple[float, float]]) -> None:
    frame = gpd.GeoDataFrame(geometry=[Point(each) for each in places], crs="EPSG:9215")
    picture = Picture(square(1).layer, frame)
    found = frame_of([picture], least=5_000, width_mm=150, heights_mm=(70, 150))
    assert found.width_mm == pytest.approx(150)
    assert 70 - 1e-6 <= found.height_mm <= 150 + 1e-6
    margin = found.metres(4.9)
    for x, y in places:
        assert found.west + margin <= x <= found.east - margin
        assert found.south + margin <= y <= found.north - margin


@given(st.floats(0.01, 1e6))
def test_grid_lines_stand_at_round_steps(least: float) -> None:
    step = round_step(least)
    assert step >= least
    assert str(step)[0] in "125"
    assert set(str(step)[1:]) <= {"0"}
    assert step <= max(1, least * 2.5 + 1e-6)
