"""A layer as plain facts."""

import pytest

from geo_app.domain.layer import Field, Layer, Legend
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError


def make_layer(geometry: str) -> Layer:
    title = Bilingual("Giếng", "Wells")
    field = Field("well_code", "text", title)
    return Layer(
        id="wells",
        title=title,
        summary=title,
        theme="water",
        geometry=geometry,  # type: ignore[arg-type]
        crs="EPSG:9210",
        owner="so_nv",
        order=1,
        fields={"well_code": field},
        legend=Legend(None, ()),
    )


@pytest.mark.parametrize(
    ("geometry", "spatial"),
    [("point", True), ("line", True), ("polygon", True), ("raster", False), ("table", False)],
)
def test_only_features_are_spatial(geometry: str, spatial: bool) -> None:
    assert make_layer(geometry).spatial is spatial


def test_field() -> None:
    layer = make_layer("point")
    assert layer.field("well_code").type == "text"
    with pytest.raises(UnknownError, match=r"layer wells: .* 'deep'; it has: well_code"):
        layer.field("deep")
