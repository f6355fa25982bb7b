"""How far targets are on their way, as bars to be printed."""

import textwrap

import numpy as np
from matplotlib.axes import Axes

from geo_app.domain.ledger import STATUSES, Row, Status, day_words
from geo_app.domain.plan_report import Bars, amount, illustrates, result_words
from geo_app.domain.text import Bilingual
from geo_app.render.paper import (
    INK,
    PAPER,
    QUIET,
    RED,
    TITLE_SIZE,
    Drawing,
    drawing,
    literal,
    sheet,
)
from geo_app.render.values import show_number

COLORS: dict[Status, str] = {
    "met": "#1f6b3a",
    "met_late": "#5c9a6f",
    "on_track": "#2a7f86",
    "behind": "#d18a12",
    "missed": "#b3261e",
}
"""The colours of the plan's pages; the words beside each bar say the same."""
_OTHER = "#9aa3a0"
_ROW_MM, _EDGE_MM = 7.2, 17.0
_NAME_SIGNS = 44
_MOST_PCT, _WORDS_PCT = 130.0, 45.0
"""Where bars are cut off, and the room for words to their right."""
_TITLE = Bilingual("Mức đạt so với chỉ tiêu của kế hoạch", "Results against what the plan asks for")
_AXIS = Bilingual("% của mức kế hoạch đề ra", "% of what the plan asks for")
_ASKED = Bilingual("mức kế hoạch", "what the plan asks for")
_LINE = Bilingual("mức cần đạt vào ngày số liệu", "what a straight line asks for on that day")
_WORDS = Bilingual("{actual} / {asked} · {day}", "{actual} / {asked} · {day}")
_ILLUSTRATION = Bilingual("minh họa, không đánh giá", "illustration, not judged")


def draw_bars(bars: Bars, *, language: str) -> Drawing:
    """Draw a bar for each row, as long as its share of what the plan asks for."""
    rows = bars.rows
    figure = sheet(_EDGE_MM + _ROW_MM * len(rows))
    figure.set_layout_engine("constrained")
    title = (bars.title or _TITLE).get(language)
    figure.suptitle(literal(title), x=0.01, ha="left", color=INK, fontsize=TITLE_SIZE)
    axes = figure.add_subplot()
    places = np.arange(len(rows))[::-1]
    for place, row, asked in zip(places, rows, bars.asked, strict=True):
        _draw_bar(axes, float(place), row, asked, language)
    axes.axvline(100, color=INK, linewidth=1.1, label=_ASKED.get(language))
    axes.set_yticks(places, [_name(row, language) for row in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlim(0, _MOST_PCT + _WORDS_PCT)
    axes.set_xticks(range(0, 126, 25), [show_number(each, language) for each in range(0, 126, 25)])
    axes.tick_params(labelsize=6.5, length=0)
    axes.set_xlabel(_AXIS.get(language), color=QUIET, fontsize=6.5)
    axes.grid(axis="x", color="#e4e7e3", linewidth=0.6)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    shown = dict(zip(labels, handles, strict=True))
    figure.legend(
        shown.values(), shown.keys(), fontsize=6, loc="outside lower right", frameon=False, ncols=2
    )
    # Each bar says itself whether it only illustrates.
    return drawing(figure, title, stamped=False, language=language)


def _draw_bar(axes: Axes, place: float, row: Row, asked: float, language: str) -> None:
    assert row.actual is not None
    assert row.actual.value is not None
    share = 100 * row.actual.value / asked
    length = float(np.clip(share, 0, _MOST_PCT))
    unjudged = illustrates(row)
    axes.barh(
        place,
        length,
        height=0.56,
        color=PAPER if unjudged else COLORS.get(row.standing.status, _OTHER),
        edgecolor=_OTHER if unjudged else "none",
        hatch="////" if unjudged else None,
        linewidth=0.6,
    )
    if row.standing.line is not None and not unjudged:
        level = 100 * row.standing.line / asked
        ends = (place - 0.36, place + 0.36)
        label = _LINE.get(language)
        axes.plot([level, level], ends, color=RED, linestyle=":", linewidth=1.4, label=label)
    words = _WORDS.filled(
        actual=result_words(row.actual, None),
        asked=amount(asked, row.unit),
        day=day_words(row.actual.day),
    ).get(language)
    status = (_ILLUSTRATION if unjudged else STATUSES[row.standing.status]).get(language)
    x = max(length, 100.0) + 2
    axes.text(x, place, literal(f"{words}\n{status}"), fontsize=6, va="center", color=INK)


def _name(row: Row, language: str) -> str:
    return literal(textwrap.fill(row.title.get(language), _NAME_SIGNS, max_lines=2))
