"""Pictures made to be printed: their size, and what every one of them says of itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO

from matplotlib.figure import Figure

from geo_app.domain.result import Input
from geo_app.domain.text import Bilingual, collation_key
from geo_app.render.values import MARK_TITLES, show_date
from geo_app.render.words import WORDS

WIDTH_MM = 160.0
"""Width of every picture: that of the text of an A4 page."""
INK, QUIET, PAPER, RED = "#1f2a2e", "#55625f", "#ffffff", "#b3261e"
TITLE_SIZE = 9.0
TITLE_SIGNS = 66
"""Signs of a title's line that leave room for the stamp."""
NOTE_SIZE = 6.0
NOTE_SIGNS = 132
"""Signs of the size of notes that fill a line of `WIDTH_MM`."""
NOTE_LINE_MM = 2.9
_DPI = 200
MM = 25.4
"""Millimetres of an inch."""


@dataclass(frozen=True)
class Drawing:
    """A picture as PNG with its size on paper, and the words that stand for it."""

    png: bytes = field(repr=False)
    width_mm: float
    height_mm: float
    alt: str


def sheet(height_mm: float) -> Figure:
    """Return an empty figure as wide as a page's text."""
    size = (WIDTH_MM / MM, height_mm / MM)
    return Figure(figsize=size, dpi=_DPI, facecolor=PAPER)


def drawing(figure: Figure, alt: str, *, stamped: bool, language: str) -> Drawing:
    """Write a figure; `stamped`: what it shows only illustrates."""
    if stamped:
        _stamp(figure, WORDS["illustration"].get(language))
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    width, height = figure.get_size_inches() * MM
    return Drawing(buffer.getvalue(), float(width), float(height), alt)


def literal(text: str) -> str:
    """Return text as matplotlib draws it unchanged: dollar signs set no mathematics."""
    return text.replace("$", r"\$")


def footnote(inputs: Iterable[Input], language: str) -> list[str]:
    """Return the notes below a picture: what it rests on, and what it is not for."""
    parts = []
    for each in sorted(inputs, key=lambda one: collation_key(one.title.vi)):
        day = show_date(each.date, language) if each.date else "?"
        marks = ", ".join(MARK_TITLES[mark].get(language) for mark in each.marks)
        parts.append(f"{each.title.get(language)} ({day}{'; ' + marks if marks else ''})")
    data = Bilingual("Số liệu: ", "Data: ").get(language) + "; ".join(parts)
    return [data, WORDS["notice"].get(language)]


def _stamp(figure: Figure, word: str) -> None:
    size = min(48, 6 * figure.get_figheight())
    across = figure.text(0.5, 0.5, word, fontsize=size, alpha=0.16, ha="center", va="center")
    across.set_rotation(28)
    for text in (across, figure.text(0.99, 0.99, word, fontsize=11, ha="right", va="top")):
        text.set(color=RED, weight="bold")
