"""Small maps side by side: the same zones and classes, one period each."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo_app.domain.layer import Field
from geo_app.domain.result import Picture
from geo_app.domain.text import Bilingual
from geo_app.render.paper import INK, WIDTH_MM, literal
from geo_app.render.symbols import draw_picture, legend_keys
from geo_app.render.values import show_value

_COLUMNS = 3
_ROW_MM, _KEYS_MM = 52.0, 16.0
_FINEST_MM = 0.1
_BROKEN = Bilingual("{text} (ngắt chuỗi)", "{text} (series broken)")
"""A period that cannot be compared with the one before."""


def small_maps_height_mm(rows: pd.DataFrame, x: str) -> float:
    """Return how high the maps stand, one for each value of `x`."""
    return -(-rows[x].nunique() // _COLUMNS) * _ROW_MM + _KEYS_MM


def draw_small_maps(
    figure: Figure, rows: pd.DataFrame, x: Field, picture: Picture, language: str
) -> None:
    """
    Draw one map for each value of `x`, all in the classes of a picture.

    Parameters
    ----------
    rows
        ``zone_code``, the column `x`, ``broken`` and that of the picture's legend.
    """
    shown = list(_pictures(rows, x.name, picture))
    lines = -(-len(shown) // _COLUMNS)
    grid = figure.add_gridspec(lines + 1, _COLUMNS, height_ratios=[*[_ROW_MM] * lines, _KEYS_MM])
    for rank, (value, broken, part) in enumerate(shown):
        axes = figure.add_subplot(grid[divmod(rank, _COLUMNS)])
        axes.set_axis_off()
        text = show_value(value, x, language)
        _draw(axes, part, literal(_BROKEN.filled(text=text).get(language) if broken else text))
    # Of all the maps that with most unknown units has all the keys that any of them needs.
    fullest = max((part for *_, part in shown), key=_unknown)
    _draw_keys(figure.add_subplot(grid[lines, :]), fullest, language)


def _unknown(picture: Picture) -> int:
    return int(picture.frame[picture.layer.legend.field].isna().sum())


def _draw_keys(axes: Axes, picture: Picture, language: str) -> None:
    keys = legend_keys(picture)
    axes.set_axis_off()
    axes.legend(
        [key for key, _ in keys],
        [literal(title.get(language)) for _, title in keys],
        loc="center",
        ncols=_COLUMNS,
        fontsize=6.5,
        frameon=False,
    )


def _draw(axes: Axes, picture: Picture, title: str) -> None:
    west, _, east, _ = picture.frame.total_bounds
    finest_m = (east - west) / (WIDTH_MM / _COLUMNS) * _FINEST_MM
    draw_picture(axes, picture, finest_m=finest_m)
    axes.set_aspect("equal")
    axes.set_title(title, fontsize=8, color=INK)


def _pictures(
    rows: pd.DataFrame, x: str, picture: Picture
) -> Iterator[tuple[object, bool, Picture]]:
    for value, part in rows.groupby(x, sort=True):
        yield value, bool(part["broken"].any()), _joined(part, picture)


def _joined(rows: pd.DataFrame, picture: Picture) -> Picture:
    shapes = picture.frame[["zone_code", picture.frame.geometry.name]]
    return replace(picture, frame=shapes.merge(rows, on="zone_code", how="left"))
