"""Lists of coordinates as they stand in messages, decisions and Excel, pasted as plain text."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from geo_app.domain.numerals import read_degrees, read_numbers
from geo_app.domain.text import plain
from geo_app.errors import DataError
from geo_app.storage.reading.coordinates import Table, located, names_system
from geo_app.storage.reading.raw import FileLayer, RawLayer

_ANGLE = (
    r"\d{1,3}\s?[°ºo]\s*\d{1,2}(?:[.,]\d+)?\s?['’′ʼ]"
    r"(?:\s*\d{1,2}(?:[.,]\d+)?\s?(?:[\"”″]|''|’’))?"
)
_SPACED_ANGLE = r"(?:[89]|1\d|2[0-4]|10[2-9]|110)[ -]\d{1,2}[ -]\d{1,2}(?:[.,]\d+)?(?!\d|[.,]\d)"
_NUMBERS = (
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)",
    r"\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\d|\.\d)",
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|,\d)",
    r"\d+(?:[.,]\d+)?",
)
_TOKEN = re.compile(
    rf"(?:(?<![\w.])|(?<=\b[NEBĐ]))(?:{'|'.join((_ANGLE, _SPACED_ANGLE, *_NUMBERS))})",
    re.IGNORECASE,
)
_BETWEEN_COMMAS = re.compile(r"(?<![^,(])\s*(\d+(?:\.\d+)?)\s*(?![^,)])")
_WORDS = {"độ": "°", "phút": "'", "giây": '"'}
_LABEL = re.compile(r"\b(?:(x|n|b|bac|lat\w*|vi do)|(y|e|d|dong|lon\w*|lng|kinh do))\b")
_LABEL_BEFORE = re.compile(
    r"(?:\b(?:[xynebđ]|lat\w*|lon\w*|vĩ độ|kinh độ)\s*[=:]\s*|\b[nebđ])$", re.IGNORECASE
)
_EDGES = " \t,;:|.()[]=-"
_METRES = (10_000.0, 20_000_000.0)
_LATITUDES, _LONGITUDES = (8.0, 24.0), (102.0, 110.0)


@dataclass(frozen=True)
class _Line:
    """A line: the pairs of coordinates it holds, and the words before them."""

    text: str
    before: str
    pairs: tuple[tuple[float, float], ...]


def read_list(text: str, name: str) -> RawLayer:
    """
    Read a list of coordinates: one point a line, or several.

    A line may begin with the point's name; the two coordinates stand in either order, with
    decimal commas or points, thousands parted by points, commas or spaces, or as degrees,
    minutes and seconds; heights and whatever else follows are passed over. Other lines are
    captions of what comes under them, or titles that name the system.

    Returns
    -------
    raw
        One row per point, with `courses` where they follow one another as vertices.

    Raises
    ------
    DataError
        If there are no coordinates in it.
    """
    for word, sign in _WORDS.items():
        text = re.sub(rf"(?<=\d)\s*{word}\b", sign, text, flags=re.IGNORECASE)
    lines = _lines(text.splitlines())
    if not any(line.pairs for line in lines):
        raise DataError(
            "there are no coordinates in the text; expected one point a line, such as 2417549,69 "
            "449314,38 or 21.8537, 106.7615; or WKT, or GeoJSON",
            vi="Không thấy tọa độ trong nội dung; cần mỗi dòng một điểm, ví dụ 2417549,69 "
            "449314,38 hoặc 21.8537, 106.7615; hoặc WKT, GeoJSON.",
        )
    rows: list[list[Any]] = []
    for line in lines:
        rows += [[line.before, *pair] for pair in line.pairs]
        if not line.pairs and not _is_title(line.text):
            rows.append([line.text or None, None, None])
    header = ("name", *_axes(lines))
    titles = tuple(line.text for line in lines if not line.pairs and _is_title(line.text))
    table = Table(header, _numbered(_parted(rows)), 1, titles)
    frame = pd.DataFrame(table.rows, columns=pd.Index(header, dtype="object"))
    return located(RawLayer(FileLayer(name), frame), table)


def _lines(texts: Sequence[str]) -> list[_Line]:
    """Take lines apart; how their numbers are written is decided for all of them at once."""
    tokens = [_tokens(text) for text in texts]
    values = iter(read_numbers([token for line in tokens for token, _ in line]).values)
    lines = []
    for text, found in zip(texts, tokens, strict=True):
        numbers = [_number(token, next(values)) for token, _ in found]
        pairs = _pairs(numbers)
        before = text[: found[pairs[0][0]][1]] if pairs else ""
        lines.append(
            _Line(
                text.strip(_EDGES),
                _LABEL_BEFORE.sub("", before).strip(_EDGES),
                tuple((numbers[i], numbers[j]) for i, j in pairs),
            )
        )
    return lines


def _tokens(text: str) -> list[tuple[str, int]]:
    """Return what reads as a number or angle, and where each begins."""
    between = [(found[1], found.start(1)) for found in _BETWEEN_COMMAS.finditer(text)]
    if "," in text and _pairs([float(token) for token, _ in between]):
        return between
    return [(found[0], found.start()) for found in _TOKEN.finditer(text)]


def _number(token: str, value: float | None) -> float:
    if value is None or re.fullmatch(_SPACED_ANGLE, token):
        value = read_degrees(token) or read_numbers([token]).values[0]
    return math.nan if value is None else value


def _pairs(numbers: Sequence[float]) -> list[tuple[int, int]]:
    """Return which numbers are pairs of coordinates: those in metres, else those in degrees."""
    metres = [i for i, value in enumerate(numbers) if _within(value, _METRES)]
    if len(metres) >= 2:
        paired = metres[len(metres) % 2 :]  # one too many stands first: the point's own number
        return list(zip(paired[::2], paired[1::2], strict=True))
    found: list[tuple[int, int]] = []
    for i, (a, b) in enumerate(pairwise(numbers)):
        there = _within(min(a, b), _LATITUDES) and _within(max(a, b), _LONGITUDES)
        if there and not (found and i in found[-1]):
            found.append((i, i + 1))
    return found


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _is_title(text: str) -> bool:
    """Tell whether a line without coordinates names the system or the columns, not a shape."""
    return names_system(text) or len(_labels(text)) > 1


def _labels(text: str) -> list[str]:
    """Return the axes that a line names, in its order: "north", "east"."""
    found = ("north" if label[1] else "east" for label in _LABEL.finditer(plain(text)))
    return list(dict.fromkeys(found))


def _axes(lines: Sequence[_Line]) -> tuple[str, str]:
    """
    Name the two columns of coordinates: as labelled, else by the surveyor's order, X then Y.

    Where the numbers themselves tell which is the northing, the names are not asked.
    """
    headings = [line.text for line in lines if not line.pairs]
    first = next(line.text for line in lines if line.pairs)
    for text in (*headings, first):
        if _labels(text) == ["east", "north"]:
            return "easting", "northing"
    return "X", "Y"


def _parted(rows: list[list[Any]]) -> list[list[Any]]:
    """Drop blank rows, unless they part lists that could each be a ring."""
    blank = [None, None, None]
    blocks = [len(list(block)) for is_blank, block in groupby(rows, blank.__eq__) if not is_blank]
    return rows if min(blocks) >= 3 else [row for row in rows if row != blank]


def _numbered(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the points numbered, unless each has a name other than its neighbour's."""
    names = [row[0] for row in rows if row[1] is not None]
    if all(names) and all(a != b for a, b in pairwise(names)):
        return rows
    return [
        row if row[1] is None else [str(number), *row[1:]]
        for number, row in enumerate(rows, start=1)
    ]
