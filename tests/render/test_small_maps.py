"""Small maps side by side: a map for each period, one legend, breaks and unknown units told."""

import pandas as pd
import pytest

import geopandas as gpd
from shapely import box

from geo_app.domain.layer import Field
from geo_app.domain.result import Picture, column
from geo_app.domain.text import Bilingual
from geo_app.render.paper import sheet
from geo_app.render.small_maps import draw_small_maps, small_maps_height_mm
from geo_app.studies.drawing import choropleth

PERIOD = column("period", "Kỳ", "Period", kind="text")
FIELDS = (
    column("zone_code", "Mã", "Code", kind="text"),
    column("value", "Giá trị", "Value", unit="pct"),
)


@pytest.fixture
def picture() -> Picture:
    """Two squares, in the classes below 50 and from 50 %."""
    shapes = [box(0, 0, 1_000, 1_000), box(1_000, 0, 2_000, 1_000)]
    values = {"zone_code": ["a", "b"], "value": [10.0, 90.0]}
    frame = gpd.GeoDataFrame(values, geometry=shapes, crs="EPSG:9210")
    return choropleth("water", Bilingual("Nước", "Water"), frame, FIELDS, "value", [50.0])


def drawn(
    picture: Picture, rows: list[tuple[str, str, float, bool]]
) -> tuple[list[str], list[str]]:
    """Return the titles of the maps and the texts of the legend."""
    frame = pd.DataFrame(rows, columns=["period", "zone_code", "value", "broken"])
    figure = sheet(small_maps_height_mm(frame, "period"))
    draw_small_maps(figure, frame, Field("period", "text", PERIOD.title), picture, "vi")
    *maps, keys = figure.axes
    legend = keys.get_legend()
    assert legend is not None
    return [each.get_title() for each in maps], [each.get_text() for each in legend.get_texts()]


def test_each_period_has_its_map_and_a_break_is_told(picture: Picture) -> None:
    rows = [("2020", "a", 10.0, False), ("2020", "b", 90.0, False), ("2021", "a", 60.0, True)]
    titles, _ = drawn(picture, [*rows, ("2021", "b", 60.0, True)])
    assert titles == ["2020", "2021 (ngắt chuỗi)"]


def test_the_legend_states_the_classes_and_unknown_units_where_there_are_any(
    picture: Picture,
) -> None:
    known = [("2020", "a", 10.0, False), ("2020", "b", 90.0, False)]
    assert drawn(picture, known)[1] == ["dưới 50 %", "từ 50 %"]
    _, texts = drawn(picture, [*known, ("2021", "a", 10.0, False)])
    assert len(texts) == 3


def test_three_maps_stand_in_a_row() -> None:
    rows = pd.DataFrame({"period": list("abcd")})
    one, two = (small_maps_height_mm(rows.head(count), "period") for count in (3, 4))
    assert two - one == pytest.approx(52)
