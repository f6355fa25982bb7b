"""Charts of what a study found, as pictures to be printed."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from geo_app.domain.layer import Field
from geo_app.domain.result import Chart, Findings
from geo_app.domain.text import Bilingual
from geo_app.render.paper import (
    INK,
    NOTE_LINE_MM,
    NOTE_SIGNS,
    NOTE_SIZE,
    QUIET,
    TITLE_SIGNS,
    TITLE_SIZE,
    Drawing,
    drawing,
    footnote,
    literal,
    sheet,
)
from geo_app.render.small_maps import draw_small_maps, small_maps_height_mm
from geo_app.render.strip import ROADS, draw_strip, strip_height_mm
from geo_app.render.values import show_number, show_value, unit_symbol

_BARS = 70
"""Bars that one chart shows; of more, the largest."""
_BAR_MM = 3.05
_SERIES = ("#0f5c63", "#c26d3f", "#7a6aa0", "#5d8a4a")


def draw_chart(findings: Findings, chart: Chart, *, language: str) -> Drawing:
    """Draw one chart, with what it rests on below it."""
    table = findings.table(chart.table)
    fields = {each.name: each for each in table.fields}
    rows = table.rows.dropna(subset=list(chart.series), how="all")
    notes = [
        line
        for note in footnote(findings.inputs, language)
        for line in textwrap.wrap(note, NOTE_SIGNS)
    ]
    figure = sheet(_chart_height(chart, rows) + NOTE_LINE_MM * len(notes))
    figure.set_layout_engine("constrained")
    title = _title(chart, rows).get(language)
    heading = literal(textwrap.fill(title, TITLE_SIGNS))
    figure.suptitle(heading, x=0.01, ha="left", color=INK, fontsize=TITLE_SIZE)
    if chart.kind == "strip":
        draw_strip(figure, rows, fields, language)
    elif chart.kind == "maps":
        draw_small_maps(figure, rows, fields[chart.x], findings.pictures[0], language)
    else:
        draw = {"bars": _draw_bars, "line": _draw_lines, "steps": _draw_steps}[chart.kind]
        axes = figure.add_subplot()
        draw(axes, rows, chart, fields, language)
        axes.tick_params(labelsize=6.5)
        for spine in ("top", "right"):
            axes.spines[spine].set_visible(False)
    figure.supxlabel(literal("\n".join(notes)), x=0.01, ha="left", fontsize=NOTE_SIZE, color=QUIET)
    return drawing(figure, title, stamped=findings.illustrative, language=language)


def _title(chart: Chart, rows: pd.DataFrame) -> Bilingual:
    if chart.kind == "bars" and len(rows) > _BARS:
        part = Bilingual("{title} ({n} lớn nhất)", "{title} (the {n} largest)")
        return part.filled(title=chart.title, n=_BARS)
    if chart.kind == "strip" and rows["road_name"].nunique() > ROADS:
        part = Bilingual("{title} ({n} tuyến đầu)", "{title} (the first {n})")
        return part.filled(title=chart.title, n=ROADS)
    return chart.title


def _chart_height(chart: Chart, rows: pd.DataFrame) -> float:
    if chart.kind == "strip":
        return strip_height_mm(rows)
    if chart.kind == "maps":
        return small_maps_height_mm(rows, chart.x)
    return 28 + _BAR_MM * min(len(rows), _BARS) if chart.kind == "bars" else 85.0


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
    names = [literal(show_value(value, fields[chart.x], language)) for value in shown[chart.x]]
    axes.set_yticks(place, names)
    axes.set_ylim(-1, len(shown))
    axes.xaxis.set_major_formatter(_numbers(language))
    one = len(chart.series) == 1
    measure = (
        _measure(fields[first], language) if one else unit_symbol(fields[first].unit, language)
    )
    axes.set_xlabel(measure or "", color=QUIET, fontsize=7.5)
    for rank, (title, level) in enumerate(chart.lines):
        axes.axvline(
            level,
            color="#8a2f2f",
            linestyle=("--", ":")[rank % 2],
            linewidth=1.2,
            label=title.get(language),
        )
    if chart.lines or len(chart.series) > 1:
        axes.legend(fontsize=7, loc="lower right", frameon=True)


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
        axes.axvline(level - 0.5, color=QUIET, linestyle=":", linewidth=1)
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
    axes.set_xlabel(_measure(fields[chart.x], language), color=QUIET, fontsize=7.5)
    axes.set_ylabel(_measure(fields[chart.series[0]], language), color=QUIET, fontsize=7.5)
    axes.yaxis.set_major_formatter(_numbers(language))
    axes.grid(axis="y", color="#e4e7e3")
    axes.legend(fontsize=7, frameon=True)


def _measure(field: Field, language: str) -> str:
    unit = unit_symbol(field.unit, language)
    return field.title.get(language) + (f" ({unit})" if unit else "")


def _numbers(language: str) -> FuncFormatter:
    return FuncFormatter(lambda value, _: show_number(value, language))
