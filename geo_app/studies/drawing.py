"""What studies put on the map: zones coloured by a figure, lines and points by a class."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import geopandas as gpd

from geo_app.domain.layer import Field, GeometryKind, Layer, Legend, LegendClass, Style
from geo_app.domain.result import Picture
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.text import Bilingual

_THEME = "administration"
_SHADES = ("#f3e3d3", "#e8c39e", "#d99a6c", "#b9714a", "#8a4b2f", "#5f2f1c")


def choropleth(
    name: str,
    title: Bilingual,
    frame: gpd.GeoDataFrame,
    fields: Sequence[Field],
    shown: str,
    steps: Sequence[float],
    *,
    colors: Sequence[str] = _SHADES,
) -> Picture:
    """
    Draw zones in shades of the figure in `shown`.

    Parameters
    ----------
    steps
        Ascending levels between the shades: one fewer than shades are used.
    """
    field = next(each for each in fields if each.name == shown)
    bounds = [None, *steps, None]
    classes = [
        LegendClass(
            _between(low, high, field.unit),
            Style(
                color="#6b6154",
                fill=colors[min(rank, len(colors) - 1)],
                width=0.7,
                fill_opacity=0.75,
            ),
            minimum=low,
            maximum=high,
        )
        for rank, (low, high) in enumerate(pairwise(bounds))
    ]
    return picture(name, title, "polygon", frame, fields, shown, classes)


def by_class(
    name: str,
    title: Bilingual,
    geometry: GeometryKind,
    frame: gpd.GeoDataFrame,
    fields: Sequence[Field],
    shown: str,
    styles: Mapping[str, Style],
) -> Picture:
    """Draw features in the style of the class in `shown`; its field titles the codes."""
    field = next(each for each in fields if each.name == shown)
    classes = [
        LegendClass(field.values[code], style, values=(code,)) for code, style in styles.items()
    ]
    return picture(name, title, geometry, frame, fields, shown, classes)


_EDGE = Style(color="#6b6154", fill="#fbfaf6", width=0.7, fill_opacity=0.3)


def outlines(
    name: str,
    title: Bilingual,
    frame: gpd.GeoDataFrame,
    fields: Sequence[Field],
    *,
    style: Style = _EDGE,
) -> Picture:
    """Draw the edges of zones, to find one's way by; a click tells of the zone."""
    return picture(name, title, "polygon", frame, fields, None, [LegendClass(title, style)])


def picture(
    name: str,
    title: Bilingual,
    geometry: GeometryKind,
    frame: gpd.GeoDataFrame,
    fields: Sequence[Field],
    shown: str | None,
    classes: Sequence[LegendClass],
) -> Picture:
    """Draw `frame` as a layer of its own; `fields` are what a click on it tells."""
    named = next((each.name for each in fields if each.name.endswith("_name")), None)
    layer = Layer(
        id=name,
        title=title,
        summary=title,
        theme=_THEME,
        geometry=geometry,
        crs=frame.crs.to_string(),
        owner="",
        order={"polygon": 40, "line": 60, "point": 80}[geometry],
        fields={each.name: each for each in fields},
        legend=Legend(shown, tuple(classes)),
        name=named,
    )
    kept = [each.name for each in fields if each.name in frame.columns]
    return Picture(layer, frame[[*kept, frame.geometry.name]])


def _between(low: float | None, high: float | None, unit: str | None) -> Bilingual:
    symbol = STATISTIC_UNITS[unit or "count"]
    sign = Bilingual(f" {symbol.vi}".rstrip(), f" {symbol.en}".rstrip())
    if low is None and high is None:
        return Bilingual("mọi giá trị", "every value")
    if low is None:
        text = Bilingual("dưới {high:,.12g}{sign}", "below {high:,.12g}{sign}")
    elif high is None:
        text = Bilingual("từ {low:,.12g}{sign}", "{low:,.12g}{sign} and more")
    else:
        text = Bilingual("{low:,.12g} – {high:,.12g}{sign}", "{low:,.12g} – {high:,.12g}{sign}")
    return text.filled(low=low, high=high, sign=sign)
