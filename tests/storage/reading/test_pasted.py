"""Pasted text: however surveyors, phones and drawings write coordinates, the same place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geopandas as gpd
import shapely

from geo_app.errors import DataError
from geo_app.storage.reading.pasted import MOST_CHARACTERS, read_text
from geo_app.storage.reading.shapes import shaped_for

METRES = (449_314.38, 2_417_549.69)
DEGREES = (106.7615, 21.853694)
PLACE = {
    "2417549,69 449314,38": METRES,
    "449314.38 2417549.69": METRES,
    "2.417.549,69\t449.314,38": METRES,
    "2,417,549.69, 449,314.38": METRES,
    "2 417 549,69 449 314,38": METRES,
    "2\u00a0417\u00a0549,69; 449\u00a0314,38": METRES,
    "449314.38,2417549.69": METRES,
    "7 2417549.69 449314.38 285.4": METRES,
    "15342 2417549.69 449314.38": METRES,
    "2417549.69 449314.38 21.85 106.76": METRES,
    "M1: X=2417549.69; Y=449314.38": METRES,
    "Y: 449314,38m, X: 2417549,69m": METRES,
    "21.853694,106.7615": DEGREES,
    "21,853694; 106,7615": DEGREES,
    "(106.7615, 21.853694)": DEGREES,
    "21.853694° N 106.7615° E": DEGREES,
    "N21°51'13.3\" E106°45'41.4\"": DEGREES,
    "21°51'13,3\"B 106°45'41,4\"Đ": DEGREES,
    "21°51′13.3″ 106°45′41.4″": DEGREES,
    "21 51 13.3 106 45 41.4": DEGREES,
    "21-51-13.3, 106-45-41.4": DEGREES,
    "21°51.22166' 106°45.69'": DEGREES,
    "Vĩ độ: 21 độ 51 phút 13,3 giây; kinh độ: 106 độ 45 phút 41,4 giây": DEGREES,
}


@pytest.mark.parametrize("text", PLACE)
def test_one_point_in_every_spelling(text: str) -> None:
    raw = read_text(text)
    (point,) = raw.frame.geometry
    assert (point.x, point.y) == pytest.approx(PLACE[text], abs=1e-6)
    assert raw.courses is None
    assert raw.layer.crs is None


def test_a_northing_cut_short_is_told_by_its_label_else_the_first_is_the_north() -> None:
    for text in ("Y=449314 X=417549", "STT Y X\n1 449314 417549", "X Y\n417549 449314"):
        (point,) = read_text(text).frame.geometry
        assert (point.x, point.y) == (449_314, 417_549), text
    (point,) = read_text("417549 449314").frame.geometry
    assert (point.x, point.y) == (449_314, 417_549)


def rings(text: str) -> dict[str, Any]:
    frame = shaped_for(read_text(text), "polygon").frame
    return dict(zip(frame["name"], frame.geometry, strict=True))


TRIANGLE = [(2_417_500, 449_300), (2_417_600, 449_300), (2_417_600, 449_400)]
"""As written, the northing first."""
RING = shapely.Polygon([(y, x) for x, y in TRIANGLE])
LINES = [f"{x} {y}" for x, y in TRIANGLE]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "\n\n".join(LINES),
        "; ".join(LINES),
        " ".join(f"({x}, {y})" for x, y in TRIANGLE),
        "\n".join(f"{n}\t{line}" for n, line in enumerate([*LINES, LINES[0]], start=1)),
        "\n".join(f"A {line}" for line in LINES),
    ],
)
def test_points_that_follow_one_another_are_a_ring(text: str) -> None:
    (ring,) = rings(text).values()
    assert ring.equals_exact(RING, 1e-9)


def test_several_rings_with_captions_and_a_title() -> None:
    text = "Hệ VN-2000, kinh tuyến trục 107°15', múi chiếu 3°\nSố hiệu điểm\tX (m)\tY (m)\nKhu 1\n"
    text += "\n".join(f"{n}\t{line}" for n, line in enumerate(LINES, start=1))
    text += "\nKhu 2:\n"
    text += "\n".join(f"{n}\t{line}" for n, line in enumerate(reversed(LINES), start=1))
    assert list(rings(text)) == ["Khu 1", "Khu 2"]
    assert read_text(text).layer.crs == "EPSG:9215"
    assert "frame_named" in {finding.code for finding in read_text(text).findings}


def test_a_blank_line_parts_rings() -> None:
    moved = [f"{x + 1_000} {y}" for x, y in TRIANGLE]
    assert len(rings("\n".join(LINES) + "\n\n" + "\n".join(moved))) == 2


def test_two_points_are_two_points() -> None:
    raw = read_text("A 2417500 449300\nB 2417600 449300")
    assert raw.courses is None
    assert raw.frame["name"].tolist() == ["A", "B"]


def test_wkt_and_geojson() -> None:
    raw = read_text("SRID=9215;POLYGON((0 0,1 0,1 1,0 0))\nSRID=9215;POINT(1 2)")
    assert raw.layer.crs == "EPSG:9215"
    assert raw.frame.geometry.geom_type.tolist() == ["Polygon", "Point"]
    assert read_text("multipolygon(((0 0,1 0,\n1 1,0 0)))").frame.crs is None
    point = '{"type": "Point", "coordinates": [106.7, 21.8]}'
    for text in (
        point,
        f'{{"type": "Feature", "properties": null, "geometry": {point}}}',
        f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {point}, '
        '"properties": {"name": "Khu 1"}}]}',
    ):
        raw = read_text(text)
        assert isinstance(raw.frame, gpd.GeoDataFrame)
        assert (raw.frame.crs, len(raw.frame)) == ("EPSG:4326", 1)
    crs = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9215"}}'
    text = f'{{"type": "FeatureCollection", {crs}, "features": []}}'
    assert read_text(text).frame.crs == "EPSG:9215"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there are no coordinates"),
        ("QL4B Km18+300", "there are no coordinates"),
        ("Quyết định 236/QĐ-TTg ngày 19/3/2024", "there are no coordinates"),
        ("12,5 15,75", "there are no coordinates"),
        ("POLYGON((0 0, 1 0", "looks like WKT and cannot be read"),
        ("SRID=9215;POINT(1 2)\nSRID=4326;POINT(1 2)", "in EPSG:4326 and EPSG:9215"),
        ("SRID=999999;POINT(1 2)", "looks like WKT and cannot be read"),
        ("{", "looks like GeoJSON and cannot be read"),
        ('{"type": "Point"}', "looks like GeoJSON and cannot be read"),
        ('{"type": "Feature", "geometry": {"type": "Point", "coordinates": "x"}}', "GeoJSON"),
        ('{"crs": 5, "type": "Point", "coordinates": [1, 2]}', "looks like GeoJSON"),
        ('{"a":' * 100_000, "text has 500,000 characters"),
        ('{"a":' * 30_000, "looks like GeoJSON and cannot be read"),
        ("1" * (MOST_CHARACTERS + 1), "send it as a file"),
    ],
)
def test_what_is_none_is_told(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_text(text)
    assert caught.value.vi


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        raw = read_text(text)
    except DataError:
        return
    assert isinstance(raw.frame, gpd.GeoDataFrame)


@given(
    st.floats(2_300_000, 2_490_000),
    st.floats(350_000, 550_000),
    st.sampled_from([",.", ".,", ", ", ". "]),
    st.booleans(),
)
def test_numbers_are_read_as_they_were_written(
    north: float, east: float, marks: str, swapped: bool
) -> None:
    decimal, thousands = marks
    written = [
        f"{value:,.3f}".translate(str.maketrans(",.", thousands + decimal))
        for value in (north, east)
    ]
    (point,) = read_text("\t".join(reversed(written) if swapped else written)).frame.geometry
    assert (point.x, point.y) == pytest.approx((east, north), abs=0.0006)
