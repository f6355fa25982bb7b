"""A layer's features and legend as matplotlib draws them."""

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

import geopandas as gpd
import shapely

from geo_app.domain.layer import Layer, LegendClass, Style
from geo_app.domain.result import Picture
from geo_app.domain.text import Bilingual
from geo_app.render.overview import OTHER_COLOR, classify
from geo_app.render.paper import INK, PAPER, literal
from geo_app.render.words import WORDS

_MARKERS = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}
_OTHER = LegendClass(WORDS["other"], Style(color=OTHER_COLOR, radius=2.5))
_LINE, _POINT = 0.7, 2.5
"""Points of width and of area on paper for a pixel on the screen."""
_NAMED = 20
"""Features up to which each is named and, where it is small, ringed."""


def draw_picture(axes: Axes, picture: Picture, *, finest_m: float) -> None:
    """
    Draw features by their legend's classes.

    Parameters
    ----------
    finest_m
        Detail below this many metres is left out: paper does not show it.
    """
    frame, legend = picture.frame, picture.layer.legend
    values = frame[legend.field] if legend.field else None
    classes = classify(values, legend, len(frame))
    coarse = frame.set_geometry(_coarser(frame, finest_m))
    for rank, item in enumerate((*legend.classes, _OTHER)):
        part = coarse[classes == rank]
        if len(part):
            _draw_class(axes, part, picture.layer.geometry, item.style)


def draw_names(axes: Axes, picture: Picture, *, small_m: float) -> None:
    """Name the features of a picture that has few, and ring those smaller than `small_m`."""
    frame, name = picture.frame, picture.layer.name
    if len(frame) > _NAMED:
        return
    inside = shapely.get_coordinates(frame.geometry.representative_point().to_numpy())
    box = frame.geometry.bounds
    size = (box["maxx"] - box["minx"]).combine(box["maxy"] - box["miny"], max)
    tiny = (size < small_m).to_numpy()
    if picture.layer.geometry != "point" and tiny.any():
        x, y = inside[tiny].T
        axes.scatter(x, y, s=60, facecolors="none", edgecolors=INK, linewidths=0.8)
    for (x, y), text in zip(inside, frame.get(name, ()), strict=False):
        if isinstance(text, str):
            axes.annotate(
                literal(text),
                (x, y),
                (0, 5),
                textcoords="offset points",
                fontsize=6,
                color=INK,
                ha="center",
                clip_on=True,
                path_effects=[withStroke(linewidth=1.6, foreground=PAPER)],
            )


def legend_keys(picture: Picture) -> list[tuple[Artist, Bilingual]]:
    """Return a sample and a title for each class, and for features outside all of them."""
    frame, layer = picture.frame, picture.layer
    classes = list(layer.legend.classes)
    values = frame[layer.legend.field] if layer.legend.field else None
    if (classify(values, layer.legend, len(frame)) == len(classes)).any():
        classes.append(_OTHER)
    return [(_key(layer, each.style), each.title) for each in classes]


def _coarser(frame: gpd.GeoDataFrame, finest_m: float) -> gpd.GeoSeries:
    """Leave out detail; what would vanish stays as it is."""
    shapes = frame.geometry
    coarse = shapes.simplify(finest_m, preserve_topology=False)
    return coarse.where(~coarse.is_empty, shapes)


def _draw_class(axes: Axes, part: gpd.GeoDataFrame, geometry: str, style: Style) -> None:
    if geometry == "polygon":
        fill = to_rgba(style.fill or style.color, style.fill_opacity)
        part.plot(
            ax=axes,
            facecolor=fill,
            edgecolor=style.color,
            linewidth=0.5,
            linestyle=_dashes(style),
        )
    elif geometry == "line":
        part.plot(
            ax=axes, color=style.color, linewidth=style.width * _LINE, linestyle=_dashes(style)
        )
    else:
        part.plot(
            ax=axes,
            color=style.fill or style.color,
            edgecolor=style.color,
            linewidth=0.3,
            marker=_MARKERS[style.shape],
            markersize=style.radius * _POINT,
        )


def _key(layer: Layer, style: Style) -> Artist:
    if layer.geometry == "polygon":
        fill = to_rgba(style.fill or style.color, style.fill_opacity)
        return Patch(facecolor=fill, edgecolor=style.color, linewidth=0.8)
    if layer.geometry == "line":
        width = max(style.width * _LINE, 0.8)
        return Line2D([], [], color=style.color, linewidth=width, linestyle=_dashes(style))
    return Line2D(
        [],
        [],
        color="none",
        marker=_MARKERS[style.shape],
        markersize=5,
        markerfacecolor=style.fill or style.color,
        markeredgecolor=style.color,
    )


def _dashes(style: Style) -> Any:
    return (0, [float(each) for each in style.dash.split()]) if style.dash else "solid"
