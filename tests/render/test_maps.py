"""The map as text: what stands in it, what does not, and that it is the same each time."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

import folium

from geo_app.domain.layer import (
    Field,
    GeometryKind,
    Layer,
    Legend,
    LegendClass,
    State,
    Style,
    Theme,
)
from geo_app.domain.text import Bilingual
from geo_app.errors import AssetError, CrsError
from geo_app.render.elements.element import to_script
from geo_app.render.maps import (
    AtlasMap,
    Basemap,
    DrawnLayer,
    MapFrame,
    Services,
    atlas,
    layer_spec,
    widened,
)

FRAME = MapFrame((106.0937, 21.3243, 107.3628, 22.4609), "EPSG:9215")
EVIL = "<script>alert(1)</script>{{ 7*7 }}{% x %}\u2028"
THEMES = [
    Theme("transport", Bilingual("Giao thông", "Transport"), Bilingual("", ""), 2),
    Theme("administration", Bilingual("Hành chính", "Administration"), Bilingual("", ""), 1),
    Theme("forest", Bilingual("Rừng", "Forest"), Bilingual("", ""), 3),
]


def layer(
    name: str = "communes", geometry: GeometryKind = "polygon", state: State = "present"
) -> Layer:
    title = Bilingual("Xã, phường", "Communes")
    return Layer(
        id=name,
        title=title,
        summary=title,
        theme="administration" if name == "communes" else "transport",
        geometry=geometry,
        crs="EPSG:9215",
        owner="so_nv",
        order=10,
        fields={
            "name": Field("name", "text", Bilingual("Tên", "Name")),
            "area_km2": Field("area_km2", "number", Bilingual("Diện tích", "Area"), "km2"),
        },
        legend=Legend(None, (LegendClass(title, Style(color="#336644")),)),
        name="name",
        state=state,
    )


def collection(name: str) -> dict[str, Any]:
    ring = [[106.7, 21.8], [106.8, 21.8], [106.8, 21.9], [106.7, 21.8]]
    feature = {
        "type": "Feature",
        "properties": {"name": name, "area_km2": 91.57},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return {"type": "FeatureCollection", "features": [feature]}


def inline(name: str = "Xã Đồng Đăng") -> DrawnLayer:
    return DrawnLayer(
        layer(),
        ("schematic",),
        datetime.date(2025, 7, 1),
        {"kind": "inline", "data": collection(name)},
        visible=True,
    )


def drawn(*layers: DrawnLayer, services: Services | None = None, language: str = "vi") -> AtlasMap:
    return atlas(layers, THEMES, frame=FRAME, services=services or Services(), language=language)


def test_the_same_input_is_the_same_text() -> None:
    first, second = (drawn(inline()).page_parts() for _ in range(2))
    assert first == second
    again = drawn(inline())
    assert again.page_parts() == again.page_parts()


def test_stock_folium_is_left_as_it_was() -> None:
    before = list(folium.Map.default_js)
    drawn(inline()).page_parts()
    assert folium.Map.default_js == before


def test_a_page_has_no_inline_code_and_loads_only_known_links() -> None:
    parts = drawn(inline()).page_parts()
    assert "<script" not in parts.body
    assert "<style" not in parts.body
    assert " style=" not in parts.body
    assert " on" not in re.sub(r">[^<]*<", "><", parts.body)
    assert not any("jquery" in link or "bootstrap" in link for link in parts.scripts)
    assert parts.styles[-1] == "static/atlas.css"


def test_tile_libraries_come_only_with_tiles() -> None:
    tiles = {"kind": "raster", "overview": {"url": "x.pmtiles", "min_zoom": 7, "max_zoom": 12}}
    plain = drawn(inline()).page_parts()
    tiled = drawn(inline(), DrawnLayer(layer("forest_map", "raster"), display=tiles)).page_parts()
    assert "vendor/pmtiles.js" not in plain.scripts
    assert "vendor/pmtiles.js" in tiled.scripts
    assert tiled.scripts.index("static/core.js") < tiled.scripts.index("static/tile_layer.js")
    assert "vendor/pmtiles.js" not in drawn(inline()).page_parts().scripts


def test_names_of_features_are_neither_markup_nor_template() -> None:
    script = drawn(inline(EVIL)).page_parts().script
    assert "<script>" not in script
    assert "49" not in script.partition('"data":')[2].partition("properties")[2][:80]
    assert "\u2028" not in script
    name = re.search(r'"properties":\{"name":("[^"]*")', script)
    assert name is not None
    assert json.loads(name[1]) == EVIL


def test_to_script_escapes_only_inside_strings() -> None:
    value = {"a": {"b": "{{{%</script>&"}}
    text = to_script(value)
    assert not {"<", "{{", "{%", "&"} & {text[i : i + n] for n in (1, 2) for i in range(len(text))}
    assert json.loads(text) == value
    with pytest.raises(ValueError, match="JSON compliant"):
        to_script(float("nan"))


def test_a_layer_is_described_in_one_language() -> None:
    spec = layer_spec(inline(), services=Services(layer_page="/layers/%7Bid%7D"), language="vi")
    assert spec["title"] == "Xã, phường"
    assert spec["date"] == "01/07/2025"
    assert spec["page"] == "/layers/communes"
    assert [mark["title"] for mark in spec["marks"]] == ["sơ đồ"]
    assert spec["fields"]["area_km2"] == {
        "title": "Diện tích",
        "type": "number",
        "unit": "km²",
        "values": {},
    }


def test_an_awaited_layer_that_has_data_is_drawn() -> None:
    came = DrawnLayer(layer(state="awaited"), display={"kind": "geojson", "url": "x.geojson"})
    spec = layer_spec(came, services=Services(), language="vi")
    assert spec["display"] == {"kind": "geojson", "url": "x.geojson"}
    assert spec["marks"] == []


def test_an_awaited_or_empty_layer_is_listed_and_says_so() -> None:
    awaited = layer_spec(DrawnLayer(layer(state="awaited")), services=Services(), language="vi")
    assert awaited["display"] is None
    assert [mark["title"] for mark in awaited["marks"]] == ["đang chờ"]
    empty = layer_spec(DrawnLayer(layer()), services=Services(), language="en")
    assert [mark["title"] for mark in empty["marks"]] == ["not loaded"]


def test_themes_stand_in_order_without_the_empty_ones_and_tables_are_left_out() -> None:
    roads = DrawnLayer(layer("roads", "line"))
    table = DrawnLayer(layer("register", "table"))
    script = drawn(roads, table, inline()).page_parts().script
    tree = re.search(r"geoApp\.layerTree\(map_atlas, (.*)\);", script)
    assert tree is not None
    themes = json.loads(tree[1])["themes"]
    assert [(theme["title"], theme["layers"]) for theme in themes] == [
        ("Hành chính", ["communes"]),
        ("Giao thông", ["roads"]),
    ]
    assert "register" not in script


def test_the_search_box_is_there_only_with_its_service() -> None:
    assert "geoApp.search(" not in drawn(inline()).page_parts().script
    served = drawn(inline(), services=Services(search="/search")).page_parts()
    assert 'geoApp.search(map_atlas, {"service":"/search"})' in served.script


def test_the_notice_is_on_every_map_in_its_language() -> None:
    notice = "không có giá trị pháp lý xác định ranh giới, mốc giới."
    assert notice in drawn(inline()).page_parts().body
    assert "no legal force" in drawn(inline(), language="en").page_parts().body


def test_the_margin_is_thirty_kilometres() -> None:
    # 30 km are 0.269 degrees of latitude; at the equator as many of longitude.
    assert widened((107.0, -1.0, 108.0, 1.0), 30) == (106.731, -1.269, 108.269, 1.269)


def test_an_attribution_is_escaped_because_leaflet_writes_it_as_markup() -> None:
    basemap = Basemap("state", "Nền", "xyz", "/t/{z}/{x}/{y}.png", '<img src="x">')
    made = atlas([], THEMES, frame=FRAME, services=Services(), language="vi", basemaps=[basemap])
    assert "\\u0026lt;img src=" in made.page_parts().script


def test_a_crs_in_degrees_is_refused() -> None:
    with pytest.raises(CrsError, match="not projected"):
        atlas(
            [],
            THEMES,
            frame=MapFrame(FRAME.bounds, "EPSG:4756"),
            services=Services(),
            language="vi",
        )


def test_stock_elements_bring_what_they_need_and_no_more(tmp_path: Path) -> None:
    made = drawn(inline())
    folium.CircleMarker([21.85, 106.76]).add_to(made)
    assert not any("jquery" in link for link in made.page_parts().scripts)
    folium.Marker([21.85, 106.76], popup="A").add_to(made)
    parts = made.page_parts()
    assert any("jquery" in link for link in parts.scripts)
    assert not any("bootstrap.bundle" in link for link in parts.scripts)
    made.save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=", text)


def test_a_map_outside_its_figure_is_refused() -> None:
    made = drawn(inline())
    folium.Figure().add_child(made)
    with pytest.raises(AssetError, match="expected it in its own figure"):
        made.page_parts()
