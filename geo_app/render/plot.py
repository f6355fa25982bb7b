"""Charts and printed maps of what a study found, as PNG; only this module imports matplotlib."""

import textwrap
from io import BytesIO

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

import geopandas as gpd

from geo_app.domain.layer import Field, LegendClass
from geo_app.domain.result import Chart, Findings, Picture
from geo_app.domain.text import Bilingual, collation_key
from geo_app.render.overview import OTHER_COLOR, classify
from geo_app.render.values import (
    MARK_TITLES,
    show_date,
    show_number,
    show_value,
    unit_symbol,
)
from geo_app.render.words import WORDS

_DPI = 130
_BARS = 70
"""Bars that one chart shows; of more, the largest."""
_INK, _QUIET, _PAPER = "#1f2a2e", "#55625f", "#ffffff"
_SERIES = ("#0f5c63", "#c26d3f", "#7a6aa0", "#5d8a4a")
_MARKERS = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}


def draw_chart(findings: Findings, chart: Chart, *, language: str) -> bytes:
    """Draw one chart as PNG, with what it rests on below it."""
    table = findings.table(chart.table)
    fields = {each.name: each for each in table.fields}
    rows = table.rows.dropna(subset=list(chart.series), how="all")
    figure = _figure(_chart_height(chart, len(rows)))
    axes = figure.add_subplot()
    axes.set_title(chart.title.get(language), loc="left", color=_INK, fontsize=12)
    draw = {"bars": _draw_bars, "line": _draw_lines, "steps": _draw_steps}[chart.kind]
    draw(axes, rows, chart, fields, language)
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)
    return _finished(figure, findings, language)


def draw_map(findings: Findings, outline: gpd.GeoDataFrame | None, *, language: str) -> bytes:
    """
    Draw all pictures of a study over each other as a printed map, as PNG.

    Parameters
    ----------
    outline
        The province's boundary in a metric CRS; the pictures are brought to it.
    """
    figure = _figure(8.6)
    axes = figure.add_subplot()
    axes.set_title(findings.title.get(language), loc="left", color=_INK, fontsize=12)
    keys: list[Patch] = []
    for picture in findings.pictures:
        keys += _draw_picture(axes, picture, outline, language)
    if outline is not None:
        outline.boundary.plot(ax=axes, color="#6b6154", linewidth=1.2)
    axes.set_axis_off()
    axes.set_aspect("equal")
    _draw_scale(axes, language)
    if keys:
        axes.legend(
            handles=keys, loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8, frameon=False
        )
    return _finished(figure, findings, language)


def _figure(height: float) -> Figure:
    return Figure(figsize=(10.5, height), dpi=_DPI, facecolor=_PAPER, layout="constrained")


def _chart_height(chart: Chart, rows: int) -> float:
    return 1.8 + 0.19 * min(rows, _BARS) if chart.kind == "bars" else 5.0


def _draw_bars(
    axes: Axes, rows: pd.DataFrame, chart: Chart, fields: dict[str, Field], language: str
) -> None:
    first = chart.series[0]
    shown = rows.nlargest(_BARS, first).iloc[::-1]
    place = np.arange(len(shown))
    thick = 0.8 / len(chart.series)
    for rank, name in enumerate(chart.series):
        label = fields[name].title.get(language)
        axes.barh(
            place - rank * thick,
            shown[name].fillna(0),
            height=thick,
            color=_SERIES[rank],
            label=label,
        )
    names = [show_value(value, fields[chart.x], language) for value in shown[chart.x]]
    axes.set_yticks(place, names, fontsize=7)
    axes.set_ylim(-1, len(shown))
    axes.xaxis.set_major_formatter(_numbers(language))
    one = len(chart.series) == 1
    measure = (
        _measure(fields[first], language) if one else unit_symbol(fields[first].unit, language)
    )
    axes.set_xlabel(measure or "", color=_QUIET, fontsize=9)
    for rank, (title, level) in enumerate(chart.lines):
        axes.axvline(
            level,
            color="#8a2f2f",
            linestyle=("--", ":")[rank % 2],
            linewidth=1.2,
            label=title.get(language),
        )
    if chart.lines or len(chart.series) > 1:
        axes.legend(fontsize=8, loc="lower right", frameon=True)


def _draw_lines(
    axes: Axes, rows: pd.DataFrame, chart: Chart, fields: dict[str, Field], language: str
) -> None:
    """Draw points joined by lines, but never across a break."""
    ordered = rows.assign(**{chart.x: rows[chart.x].astype(float)}).sort_values(chart.x)
    stretch = np.searchsorted(np.sort(chart.breaks), ordered[chart.x], side="right")
    for rank, name in enumerate(chart.series):
        label: str | None = fields[name].title.get(language)
        for each in np.unique(stretch):
            part = ordered[stretch == each]
            axes.plot(
                part[chart.x],
                part[name],
                marker="o",
                markersize=4,
                color=_SERIES[rank],
                linestyle=("-", "--")[rank % 2],
                label=label,
            )
            label = None
    for level in chart.breaks:
        axes.axvline(level - 0.5, color=_QUIET, linestyle=":", linewidth=1)
    _label_xy(axes, chart, fields, language)
    axes.set_xticks(sorted(ordered[chart.x].unique()))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def _draw_steps(
    axes: Axes, rows: pd.DataFrame, chart: Chart, fields: dict[str, Field], language: str
) -> None:
    for rank, name in enumerate(chart.series):
        axes.step(
            rows[chart.x],
            rows[name],
            where="post",
            color=_SERIES[rank],
            label=fields[name].title.get(language),
        )
    _label_xy(axes, chart, fields, language)
    axes.xaxis.set_major_formatter(_numbers(language))


def _label_xy(axes: Axes, chart: Chart, fields: dict[str, Field], language: str) -> None:
    for rank, (title, level) in enumerate(chart.lines):
        axes.axhline(
            level,
            color="#8a2f2f",
            linestyle=("--", ":")[rank % 2],
            linewidth=1.2,
            label=title.get(language),
        )
    axes.set_xlabel(_measure(fields[chart.x], language), color=_QUIET, fontsize=9)
    axes.set_ylabel(_measure(fields[chart.series[0]], language), color=_QUIET, fontsize=9)
    axes.yaxis.set_major_formatter(_numbers(language))
    axes.grid(axis="y", color="#e4e7e3")
    axes.legend(fontsize=8, frameon=True)


def _measure(field: Field, language: str) -> str:
    unit = unit_symbol(field.unit, language)
    return field.title.get(language) + (f" ({unit})" if unit else "")


def _numbers(language: str) -> FuncFormatter:
    return FuncFormatter(lambda value, _: show_number(value, language))


def _draw_picture(
    axes: Axes, picture: Picture, outline: gpd.GeoDataFrame | None, language: str
) -> list[Patch]:
    frame = picture.frame[picture.frame.geometry.notna()]
    if outline is not None:
        frame = frame.to_crs(outline.crs)
    legend = picture.layer.legend
    values = frame[legend.field] if legend.field else None
    classes = classify(values, legend, len(frame))
    keys = []
    for rank, item in enumerate(legend.classes):
        part = frame[classes == rank]
        if len(part):
            _draw_class(axes, part, picture.layer.geometry, item)
        color = item.style.fill or item.style.color
        keys.append(
            Patch(facecolor=color, edgecolor=item.style.color, label=item.title.get(language))
        )
    other = frame[classes == len(legend.classes)]
    if len(other):
        other.plot(ax=axes, color=OTHER_COLOR, linewidth=0.4, markersize=4)
        keys.append(Patch(facecolor=OTHER_COLOR, label=WORDS["other"].get(language)))
    return keys


def _draw_class(axes: Axes, part: gpd.GeoDataFrame, geometry: str, item: LegendClass) -> None:
    style = item.style
    if geometry == "polygon":
        part.plot(
            ax=axes,
            facecolor=style.fill or style.color,
            edgecolor=style.color,
            linewidth=0.4,
            alpha=max(style.fill_opacity, 0.2),
        )
    elif geometry == "line":
        part.plot(ax=axes, color=style.color, linewidth=style.width * 0.7)
    else:
        part.plot(
            ax=axes,
            color=style.fill or style.color,
            edgecolor=style.color,
            linewidth=0.3,
            marker=_MARKERS[style.shape],
            markersize=style.radius * 2.5,
        )


def _draw_scale(axes: Axes, language: str) -> None:
    """Draw a bar of a round number of kilometres in the lower left corner."""
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    wanted = (east - west) / 5
    length = max(
        step * 10.0**power
        for power in range(2, 6)
        for step in (1, 2, 5)
        if step * 10.0**power <= max(wanted, 100)
    )
    y = south + 0.01 * (north - south)
    axes.plot([west, west + length], [y, y], color=_INK, linewidth=3, solid_capstyle="butt")
    axes.text(
        west,
        y + 0.012 * (north - south),
        f"{show_number(length / 1000, language)} km",
        fontsize=8,
        color=_INK,
    )


def _finished(figure: Figure, findings: Findings, language: str) -> bytes:
    """Add what the picture rests on, and the stamp of illustration, and write it."""
    figure.supxlabel(_footnote(findings, language), x=0.01, ha="left", fontsize=7, color=_QUIET)
    if findings.illustrative:
        figure.text(
            0.5,
            0.5,
            WORDS["illustration"].get(language),
            fontsize=64,
            color="#b3261e",
            alpha=0.16,
            ha="center",
            va="center",
            rotation=28,
            weight="bold",
        )
        figure.text(
            0.99,
            0.985,
            WORDS["illustration"].get(language),
            fontsize=13,
            color="#b3261e",
            ha="right",
            va="top",
            weight="bold",
        )
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _footnote(findings: Findings, language: str) -> str:
    parts = []
    for each in sorted(findings.inputs, key=lambda one: collation_key(one.title.vi)):
        day = show_date(each.date, language) if each.date else "?"
        marks = ", ".join(MARK_TITLES[mark].get(language) for mark in each.marks)
        parts.append(f"{each.title.get(language)} ({day}{'; ' + marks if marks else ''})")
    data = Bilingual("Số liệu: ", "Data: ").get(language) + "; ".join(parts)
    lines = [*textwrap.wrap(data, 165), WORDS["notice"].get(language)]
    return "\n".join(lines)
