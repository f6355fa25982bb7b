"""The legend of a layer: its rows and their swatches, for pages and for the map."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from xml.sax.saxutils import quoteattr

from geo_app.domain.layer import GeometryKind, Layer, Style
from geo_app.render.overview import OTHER_COLOR
from geo_app.render.words import WORDS

RowKind = Literal["class", "other", "approximate"]

OTHER = Style(color=OTHER_COLOR)
"""How a value outside all classes is drawn."""

WIDTH, HEIGHT = 28, 18
_PAPER = "#ffffff"

SIGN = Style(color="#3d4a47", width=1.5)
"""Colours of the row that explains approximate positions, whatever the class."""


@dataclass(frozen=True)
class LegendRow:
    """One line of a legend: what it stands for, and its picture as SVG."""

    kind: RowKind
    title: str
    swatch: str


def rows(layer: Layer, language: str) -> tuple[LegendRow, ...]:
    """
    Return the legend of `layer`: its classes, then what else its map may show.

    A layer classified by a field ends with the row of values outside all classes; one with an
    accuracy field ends with the row of approximate positions.
    """
    found = [
        LegendRow("class", item.title.get(language), swatch(item.style, layer.geometry))
        for item in layer.legend.classes
    ]
    if layer.legend.field is not None:
        found.append(
            LegendRow("other", WORDS["other"].get(language), swatch(OTHER, layer.geometry))
        )
    if layer.accuracy is not None:
        style = approximate(SIGN, layer.geometry)
        title = WORDS["approximate"].get(language)
        found.append(LegendRow("approximate", title, swatch(style, layer.geometry)))
    return tuple(found)


def approximate(style: Style, geometry: GeometryKind) -> Style:
    """Return `style` as drawn for a feature of class C: hollow, broken outline."""
    if geometry == "point":
        return replace(
            style, fill=_PAPER, fill_opacity=0.9, dash="3 2", width=max(style.width, 1.5)
        )
    if geometry == "line":
        # Nearly whole: on Vietnamese maps a dashed line is a planned one.
        return replace(style, dash=style.dash or "18 2.5")
    return replace(style, dash="5 4", fill_opacity=style.fill_opacity * 0.4)


def drawn(style: Style) -> dict[str, object]:
    """Return `style` as the map's scripts take it."""
    return {
        "color": style.color,
        "fill": style.fill or style.color,
        "width": style.width,
        "dash": style.dash,
        "radius": style.radius,
        "shape": style.shape,
        "opacity": style.opacity,
        "fillOpacity": style.fill_opacity,
    }


def swatch(style: Style, geometry: GeometryKind) -> str:
    """
    Draw one class as a small SVG, without style attributes and hidden from screen readers.

    Parameters
    ----------
    style
        Style of the class.
    geometry
        Kind of the layer: a line is a stroke, a polygon or raster a box, a point its shape.
    """
    if geometry == "line":
        body = _line(style)
    elif geometry == "point":
        body = _point(style)
    else:
        body = _box(style, bordered=geometry == "polygon")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="geoapp-swatch" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )


def _line(style: Style) -> str:
    middle = HEIGHT / 2
    stroke = _stroke(style, width=min(style.width, HEIGHT / 3))
    return f'<path d="M2 {middle:g}H{WIDTH - 2}"{_written({"fill": "none"})}{stroke}/>'


def _box(style: Style, *, bordered: bool) -> str:
    fill = _written({"fill": style.fill or style.color, "fill-opacity": style.fill_opacity})
    stroke = _stroke(style, width=min(style.width, 3)) if bordered else ""
    return f'<rect x="3" y="3" width="{WIDTH - 6}" height="{HEIGHT - 6}" rx="1"{fill}{stroke}/>'


def _point(style: Style) -> str:
    width = min(style.width, 3)
    radius = min(style.radius, HEIGHT / 2 - 1 - width / 2)
    fill = _written({"fill": style.fill or style.color, "fill-opacity": style.fill_opacity})
    return f'<path d="{_outline(style.shape, radius)}"{fill}{_stroke(style, width=width)}/>'


def _outline(shape: str, radius: float) -> str:
    """Trace a point's shape round the middle of the swatch; the map's scripts do the same."""
    x, y, r = WIDTH / 2, HEIGHT / 2, radius
    if shape == "square":
        s = r * 0.9
        return f"M{x - s:g} {y - s:g}h{2 * s:g}v{2 * s:g}h{-2 * s:g}z"
    if shape == "diamond":
        s = r * 1.2
        return f"M{x:g} {y - s:g}L{x + s:g} {y:g}L{x:g} {y + s:g}L{x - s:g} {y:g}z"
    if shape == "triangle":
        s = r * 1.1
        return f"M{x:g} {y - s:g}L{x + s:g} {y + s * 0.8:g}H{x - s:g}z"
    return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0z"


def _stroke(style: Style, *, width: float) -> str:
    return _written(
        {
            "stroke": style.color,
            "stroke-width": width,
            "stroke-opacity": style.opacity,
            "stroke-dasharray": style.dash,
        }
    )


def _written(attributes: Mapping[str, str | float | None]) -> str:
    """Write SVG attributes, escaped; None and an opacity of 1 are left out."""
    parts = (
        f" {name}={quoteattr(value if isinstance(value, str) else format(value, 'g'))}"
        for name, value in attributes.items()
        if value is not None and not (name.endswith("opacity") and value == 1)
    )
    return "".join(parts)
