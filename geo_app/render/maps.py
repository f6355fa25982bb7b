"""
Maps: the layers of a province drawn by folium with our own elements.

Only this module, `figure` and ``elements/`` import folium and branca.
"""

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import folium
from branca.element import CssLink, Element, JavascriptLink
from folium.template import Template

from geo_app.domain.layer import Field, Layer, LegendClass, Mark, Style, Theme
from geo_app.errors import AssetError
from geo_app.render import legend
from geo_app.render.elements.coordinates import Coordinates
from geo_app.render.elements.data_layer import DataLayer
from geo_app.render.elements.element import AtlasElement, Links, static_links, to_script
from geo_app.render.elements.graticule import Graticule
from geo_app.render.elements.identify import Identify
from geo_app.render.elements.labels import Labels
from geo_app.render.elements.layer_tree import LayerTree
from geo_app.render.elements.permalink import Permalink
from geo_app.render.elements.search import Search
from geo_app.render.elements.tools import Tools
from geo_app.render.figure import AtlasFigure, PageParts
from geo_app.render.values import show_date, unit_symbol
from geo_app.render.words import WORDS, badge, words

MARGIN_KM = 30
"""How far beyond the province the map may move: never as far as the sea."""

MIN_ZOOM, MAX_ZOOM = 8, 19
_KM_PER_DEGREE = 111.32

_SCRIPTS: Links = [
    next(link for link in folium.Map.default_js if link[0] == "leaflet"),
    *static_links("core"),
]
_STYLES: Links = [
    next(link for link in folium.Map.default_css if link[0] == "leaflet_css"),
    ("geoapp_css", "static/atlas.css"),
]
_STOCK_NEEDS: Mapping[type[Element], tuple[str, ...]] = {
    folium.Popup: ("jquery",),
    folium.Icon: (
        "awesome_markers",
        "awesome_markers_css",
        "awesome_markers_font_css",
        "awesome_rotate_css",
        "glyphicons_css",
    ),
}
"""Links of stock folium's own map that ours leaves out until an element needs them."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class DrawnLayer:
    """
    A layer as one map shows it.

    `display` is the version's display manifest with ``url`` for ``file``, or
    ``{"kind": "inline", "data": FeatureCollection}``; None where there is nothing to draw. A
    `sketch` is known to this page alone: no service is asked about it.
    """

    layer: Layer
    marks: tuple[Mark, ...] = ()
    date: datetime.date | None = None
    display: Mapping[str, Any] | None = None
    visible: bool = False
    sketch: bool = False


@dataclass(frozen=True)
class MapFrame:
    """
    The province: bounds in degrees (west, south, east, north), and its projected CRS.

    `stamp` is a word that stays on the map; `view` is what it shows first, None: the province.
    """

    bounds: Bounds
    crs: str
    stamp: str | None = None
    view: Bounds | None = None


@dataclass(frozen=True)
class Services:
    """Addresses the map may ask; None: it does without. `layer_page` holds ``{id}``."""

    identify: str | None = None
    search: str | None = None
    layer_page: str | None = None


@dataclass(frozen=True)
class Basemap:
    """
    What may lie under the layers.

    `url` is a tile address with ``{z}/{x}/{y}`` (kind xyz) or a PMTiles archive of pictures.
    """

    id: str
    title: str
    kind: Literal["xyz", "pmtiles"]
    url: str
    attribution: str
    min_zoom: int = 0
    max_zoom: int = 18


class AtlasMap(folium.Map):
    """
    A folium map with our own page around it: stock folium elements may be added to it.

    `page_parts` serves it to a web page; ``save`` writes one file that opens without a network.

    Parameters
    ----------
    frame
        The province shown.
    language
        Language of the interface: vi or en.
    """

    default_js = _SCRIPTS
    default_css = _STYLES
    _template = Template(
        """
        {% macro html(this, kwargs) %}{{ this.shell }}{% endmacro %}
        {% macro script(this, kwargs) -%}
        var {{ this.get_name() }} = geoApp.createMap("{{ this.get_name() }}", {{ this.settings }});
        {%- endmacro %}
        """
    )

    def __init__(self, frame: MapFrame, *, language: str) -> None:
        west, south, east, north = frame.bounds
        centre = [(south + north) / 2, (west + east) / 2]
        super().__init__(location=centre, tiles=None, zoom_control=False)
        self._id = "atlas"
        self.language = language
        settings = {
            "bounds": frame.bounds,
            "view": frame.view or frame.bounds,
            "maxBounds": widened(frame.bounds, MARGIN_KM),
            "minZoom": MIN_ZOOM,
            "maxZoom": MAX_ZOOM,
            "language": language,
            "words": words(language),
        }
        self.settings = to_script(settings)
        self.shell = _shell(self.get_name(), language, frame.stamp)
        AtlasFigure(title=WORDS["title"].get(language), language=language).add_child(self)

    def render(self, **kwargs: Any) -> str:
        """Write the map into its figure, with the links that stock elements on it need."""
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        header = self._figure().header
        present = {type(element) for element in _descendants(self)}
        for kind, names in _STOCK_NEEDS.items():
            if not any(issubclass(each, kind) for each in present):
                continue
            for name, link in folium.Map.default_js:
                if name in names:
                    header.add_child(JavascriptLink(link), name=name)
            for name, link in folium.Map.default_css:
                if name in names:
                    header.add_child(CssLink(link), name=name)
        return ""

    def page_parts(self) -> PageParts:
        """Return the parts of a web page: links, body, and the script as its own file."""
        return self._figure().page_parts()

    def _figure(self) -> AtlasFigure:
        root = self.get_root()
        if not isinstance(root, AtlasFigure):
            raise AssetError(
                f"the map was put into a {type(root).__name__} whose links nobody maps; "
                "expected it in its own figure"
            )
        return root


def atlas(
    layers: Sequence[DrawnLayer],
    themes: Sequence[Theme],
    *,
    frame: MapFrame,
    services: Services,
    language: str,
    basemaps: Sequence[Basemap] = (),
    focus: str | None = None,
    small: bool = False,
) -> AtlasMap:
    """
    Make the map of `layers`, listed by theme.

    Tables have no place on a map and are left out; awaited layers are listed, switched off.

    Parameters
    ----------
    layers
        In the order they are listed within their theme; drawn by each layer's own order.
    themes
        Shelves of the list; those without a layer are left out.
    frame
        The province: first view, limits, CRS of the coordinates.
    services
        Addresses to ask; without `Services.identify` the page answers from its own data.
    language
        vi or en.
    basemaps
        Optional grounds; the map starts on plain paper.
    focus
        Id of the theme that leads the list and alone stands open; None: every theme with a
        layer that is on.
    small
        For a map that is part of a page: the list starts closed, and there is no search box.

    Raises
    ------
    CrsError
        If the browser cannot compute the frame's CRS.
    """
    placed = [drawn for drawn in layers if drawn.layer.geometry != "table"]
    specs = [layer_spec(drawn, services=services, language=language) for drawn in placed]
    shelves = _shelves(placed, themes, language, focus)
    elements: list[AtlasElement] = [DataLayer(spec) for spec in specs]
    elements += [Coordinates(frame.crs), Graticule(), Labels()]
    # The search box comes before the list, the list before the map's buttons: order of tabbing.
    elements += [Search(services.search)] if services.search and not small else []
    grounds = [_basemap_spec(basemap) for basemap in basemaps]
    elements += [LayerTree(shelves, grounds, open_at_first=not small)]
    elements += [Permalink(), Tools(), Identify(services.identify)]
    drawn_map = AtlasMap(frame, language=language)
    for element in elements:
        element.add_to(drawn_map)
    return drawn_map


def layer_spec(drawn: DrawnLayer, *, services: Services, language: str) -> dict[str, Any]:
    """Return what the scripts need to know of a layer, in one language."""
    layer = drawn.layer
    display = dict(drawn.display) if drawn.display else None
    return {
        "id": layer.id,
        "title": layer.title.get(language),
        "geometry": layer.geometry,
        "order": layer.order,
        "visible": drawn.visible,
        "sketch": drawn.sketch,
        "labels": layer.labels,
        "name": layer.name,
        "accuracy": layer.accuracy,
        "marks": [badge(mark, language) for mark in _badges(drawn)],
        "date": show_date(drawn.date, language) if drawn.date else None,
        "page": _address(services.layer_page, layer.id),
        "legend": _legend_spec(layer, language),
        "fields": _field_specs(layer, language) if _is_inline(display) else {},
        "display": display,
    }


def widened(bounds: Bounds, margin_km: float) -> Bounds:
    """
    Return `bounds` (degrees) with a margin on every side, to the nearest 100 m or so.

    >>> widened((106.0, 0.0, 107.0, 1.0), 111.32)
    (105.0, -1.0, 108.0, 2.0)
    """
    west, south, east, north = bounds
    up = margin_km / _KM_PER_DEGREE
    across = up / math.cos(math.radians((south + north) / 2))
    return (
        round(west - across, 3),
        round(south - up, 3),
        round(east + across, 3),
        round(north + up, 3),
    )


def _shelves(
    placed: Sequence[DrawnLayer], themes: Sequence[Theme], language: str, focus: str | None
) -> list[dict[str, object]]:
    """Return the themes in their order, each with the ids of its layers, the one in focus first."""
    shelves: list[dict[str, object]] = []
    for theme in sorted(themes, key=lambda theme: (theme.id != focus, theme.order)):
        own = [drawn for drawn in placed if drawn.layer.theme == theme.id]
        opened = theme.id == focus if focus else any(drawn.visible for drawn in own)
        if own:
            title, ids = theme.title.get(language), [drawn.layer.id for drawn in own]
            shelves.append({"id": theme.id, "title": title, "layers": ids, "open": opened})
    return shelves


def _descendants(element: Element) -> Iterator[Element]:
    for child in element._children.values():
        yield child
        yield from _descendants(child)


def _address(template: str | None, layer_id: str) -> str | None:
    # An address made by a web framework has its braces quoted.
    return template and template.replace("%7Bid%7D", "{id}").replace("{id}", layer_id)


def _badges(drawn: DrawnLayer) -> tuple[str, ...]:
    if drawn.display:
        return drawn.marks
    return ("awaited",) if drawn.layer.state == "awaited" else (*drawn.marks, "empty")


def _is_inline(display: Mapping[str, Any] | None) -> bool:
    return display is not None and display["kind"] == "inline"


def _legend_spec(layer: Layer, language: str) -> dict[str, Any]:
    other = LegendClass(WORDS["other"], legend.OTHER)
    sign = LegendClass(WORDS["approximate"], legend.approximate(legend.SIGN, layer.geometry))
    return {
        "field": layer.legend.field,
        "classes": [_class_spec(item, layer, language) for item in layer.legend.classes],
        "other": _class_spec(other, layer, language),
        "approximate": _class_spec(sign, layer, language),
    }


def _class_spec(item: LegendClass, layer: Layer, language: str) -> dict[str, Any]:
    rough: Style = legend.approximate(item.style, layer.geometry)
    return {
        "title": item.title.get(language),
        "values": list(item.values),
        "minimum": item.minimum,
        "maximum": item.maximum,
        "style": legend.drawn(item.style),
        "rough": legend.drawn(rough),
        "swatch": legend.swatch(item.style, layer.geometry),
    }


def _field_specs(layer: Layer, language: str) -> dict[str, Any]:
    return {name: _field_spec(item, language) for name, item in layer.fields.items()}


def _field_spec(item: Field, language: str) -> dict[str, Any]:
    return {
        "title": item.title.get(language),
        "type": item.type,
        "unit": unit_symbol(item.unit, language),
        "values": {code: title.get(language) for code, title in item.values.items()},
    }


def _basemap_spec(basemap: Basemap) -> dict[str, Any]:
    return {
        "id": basemap.id,
        "title": basemap.title,
        "kind": basemap.kind,
        "url": basemap.url,
        # Leaflet writes an attribution as markup.
        "attribution": escape(basemap.attribution),
        "minZoom": basemap.min_zoom,
        "maxZoom": basemap.max_zoom,
    }


def _shell(name: str, language: str, stamp: str | None) -> str:
    """Return the page's skeleton: the list's place, the map's place, stamp and notice."""
    stamped = f'<p class="geoapp-stamp">{escape(stamp)}</p>\n' if stamp else ""

    def word(key: str) -> str:
        return escape(WORDS[key].get(language))

    return (
        f'<div class="geoapp" lang="{escape(language)}">\n'
        f'<section class="geoapp-side" id="{name}_side" aria-label="{word("layers")}"></section>\n'
        '<div class="geoapp-stage">\n'
        f'<div class="folium-map geoapp-map" id="{name}" role="application" tabindex="0" '
        f'aria-label="{word("map")}" aria-describedby="{name}_keys"></div>\n'
        f"{stamped}</div>\n"
        f'<footer class="geoapp-foot"><p class="geoapp-notice">{word("notice")}</p></footer>\n'
        f'<p class="geoapp-hidden" id="{name}_keys">{word("map_keys")}</p>\n'
        '<p class="geoapp-hidden geoapp-live" role="status"></p>\n'
        "</div>"
    )
