"""Swatches and rows of a legend."""

from xml.etree import ElementTree as ET

import pytest

from geo_app.domain.layer import GeometryKind, Layer, Legend, LegendClass, Style
from geo_app.domain.text import Bilingual
from geo_app.render.legend import OTHER, approximate, rows, swatch

RED = Style(color="#c0392b", width=2.5)
SVG = "{http://www.w3.org/2000/svg}"


def layer(*, field: str | None = None, accuracy: str | None = None) -> Layer:
    title = Bilingual("Quốc lộ", "National roads")
    return Layer(
        id="roads",
        title=title,
        summary=title,
        theme="transport",
        geometry="line",
        crs="EPSG:9215",
        owner="so_xd",
        order=40,
        fields={},
        legend=Legend(field, (LegendClass(title, RED),)),
        accuracy=accuracy,
    )


def shape(style: Style, geometry: GeometryKind) -> ET.Element:
    return ET.fromstring(swatch(style, geometry))[0]


def test_a_line_is_a_stroke_of_its_width_and_dash() -> None:
    drawn = shape(Style(color="#c0392b", width=2.5, dash="6 4"), "line")
    assert drawn.tag == f"{SVG}path"
    assert drawn.get("stroke") == "#c0392b"
    assert drawn.get("stroke-width") == "2.5"
    assert drawn.get("stroke-dasharray") == "6 4"
    assert drawn.get("fill") == "none"


def test_a_polygon_is_a_box_with_outline_and_a_raster_class_one_without() -> None:
    style = Style(color="#333333", fill="#aabbcc", fill_opacity=0.5)
    box = shape(style, "polygon")
    assert (box.tag, box.get("fill"), box.get("fill-opacity")) == (f"{SVG}rect", "#aabbcc", "0.5")
    assert box.get("stroke") == "#333333"
    assert shape(style, "raster").get("stroke") is None


@pytest.mark.parametrize("kind", ["circle", "square", "diamond", "triangle"])
def test_a_point_keeps_its_shape_inside_the_swatch(kind: str) -> None:
    style = Style(color="#333333", radius=40, shape=kind)  # type: ignore[arg-type]
    path = shape(style, "point").get("d")
    assert path is not None
    assert path.startswith("M")
    assert path.endswith("z")


def test_a_swatch_has_no_style_attribute_and_escapes_its_values() -> None:
    text = swatch(Style(color='red"><script>alert(1)</script>'), "line")
    assert "<script" not in text
    assert " style=" not in text
    ET.fromstring(text)


def test_an_approximate_point_is_hollow_and_an_approximate_line_broken() -> None:
    point = approximate(Style(color="#c0392b"), "point")
    assert (point.fill, point.dash) == ("#ffffff", "3 2")
    assert approximate(RED, "line").dash == "18 2.5"
    assert approximate(Style(color="#c0392b", dash="6 4"), "line").dash == "6 4"
    polygon = approximate(Style(color="#c0392b", fill_opacity=0.5), "polygon")
    assert (polygon.dash, polygon.fill_opacity) == ("5 4", 0.2)


def test_rows_end_with_what_else_the_map_may_show() -> None:
    assert [(row.kind, row.title) for row in rows(layer(), "vi")] == [("class", "Quốc lộ")]
    full = rows(layer(field="status", accuracy="accuracy"), "en")
    assert [(row.kind, row.title) for row in full] == [
        ("class", "National roads"),
        ("other", "Other / unknown"),
        ("approximate", "Approximate position"),
    ]
    assert full[1].swatch == swatch(OTHER, "line")
