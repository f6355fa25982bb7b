"""Numbers and angles as Vietnamese offices write them, decided for a whole column at once."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Convention = Literal["comma", "point", "open", "mixed"]
"""What stands before the decimals: ``open`` where every value reads the same, or two ways."""

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f']+")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+|[+-]?\d{1,3}(\.\d{3}){2,}")
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)\.\d+|[+-]?\d{1,3}(,\d{3}){2,}")
_EITHER = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")
_WHOLE = re.compile(r"[+-]?\d+")
_ANGLE = re.compile(
    r"(?P<d>\d{1,3})\s*[°ºođd\s-]\s*(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['’′ʼphm\s-]\s*"
    r"(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"”″]|''|’’|s)?)?\s*(?P<side>[NSEWBĐT]?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Numbers:
    """
    A column read as numbers.

    `values` has None where a cell is empty or no number; `unread` are the positions of the
    latter; `ambiguous` tells that "1.234" could be 1234 as well as 1,234 and nothing decides.
    """

    values: tuple[float | None, ...]
    convention: Convention
    unread: tuple[int, ...] = ()
    ambiguous: bool = False


def convention_of(texts: Sequence[str]) -> Convention:
    """
    Tell what a column's numbers have before their decimals.

    >>> convention_of(["2.417.549,69", "1.234"]), convention_of(["1234.5", "1.234"])
    ('comma', 'point')
    """
    squeezed = [_SPACES.sub("", text) for text in texts]
    comma, point = _votes(squeezed)
    if comma and point:
        return "mixed"
    return "comma" if comma else "point" if point else "open"


def read_numbers(cells: Sequence[object]) -> Numbers:
    """
    Read a column: numbers stay, text is read by the one convention of all its cells.

    Not a number and infinite values are not read. In a column whose convention is mixed nothing
    that depends on it is.

    >>> read_numbers(["2.417.549,69", "449 314,377", 12]).values
    (2417549.69, 449314.377, 12.0)
    >>> read_numbers(["1.234"]).ambiguous
    True
    """
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    chosen = convention_of(texts)
    values: list[float | None] = []
    unread = []
    for position, cell in enumerate(cells):
        value = _number(cell, chosen)
        values.append(value)
        if value is None and not blank(cell):
            unread.append(position)
    either = any(_EITHER.fullmatch(_SPACES.sub("", text)) for text in texts)
    return Numbers(tuple(values), chosen, tuple(unread), chosen == "open" and either)


def read_degrees(text: str) -> float | None:
    r"""
    Read an angle of degrees, minutes and seconds; None where it is none.

    >>> read_degrees("106°45'"), read_degrees("21-51-18"), read_degrees("21°51.3'")
    (106.75, 21.855, 21.855)
    """
    found = _ANGLE.fullmatch(text.strip())
    if found is None:
        return None
    minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in "ms")
    if minutes >= 60 or seconds >= 60:
        return None
    sign = -1 if found["side"].upper() in {"S", "W"} else 1
    return sign * (int(found["d"]) + minutes / 60 + seconds / 3600)


def _votes(squeezed: Sequence[str]) -> tuple[int, int]:
    """Count the cells that only one convention can have written."""
    comma = point = 0
    for text in squeezed:
        if _EITHER.fullmatch(text):
            continue
        comma += bool(_COMMA.fullmatch(text))
        point += bool(_POINT.fullmatch(text))
    return comma, point


def blank(cell: object) -> bool:
    """Tell whether a cell is empty: nothing, spaces, or what pandas puts for nothing."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _number(cell: object, chosen: Convention) -> float | None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = _SPACES.sub("", cell).removesuffix("m")
    either = bool(_EITHER.fullmatch(text))
    if _WHOLE.fullmatch(text):
        return float(text)
    if chosen == "comma" and (either or _COMMA.fullmatch(text)):
        return float(text.replace(".", "").replace(",", "."))
    if chosen == "point" and (either or _POINT.fullmatch(text)):
        return float(text.replace(",", ""))
    # One separator before three digits: decimals, and said to be ambiguous.
    return float(text.replace(",", ".")) if chosen == "open" and either else None
