"""Metres of accuracy, read from the words of a delivery and from classes of features."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

POSITION_M: Mapping[str, float] = {"A": 100.0, "B": 1_000.0, "C": 5_000.0}
"""± metres of the classes of a layer's accuracy field; any other class is not known."""
PAPER_M = 0.0005
"""Half a millimetre on paper: how exact a printed map is (its scale times this)."""

_DISTANCE = re.compile(r"(?:±|\+/-)\s*(\d+(?:[.,]\d+)?)\s*(km|cm|mm|m)(?![\w²³])")
_SCALE = re.compile(r"\b1\s*[:/]\s*(\d{1,3}(?:[. ]?\d{3})+)")
_METRES = {"km": 1_000.0, "m": 1.0, "cm": 0.01, "mm": 0.001}


def accuracy_m(text: str | None) -> float | None:
    """
    Return the coarsest ± a text states, metres; None where it states none.

    >>> accuracy_m("±5 km (qua thị trấn ±1 km)"), accuracy_m("Bản đồ địa hình 1:10.000")
    (5000.0, 5.0)
    """
    words = text or ""
    stated = [
        float(number.replace(",", ".")) * _METRES[unit] for number, unit in _DISTANCE.findall(words)
    ]
    scales = [int(re.sub(r"\D", "", number)) * PAPER_M for number in _SCALE.findall(words)]
    return max([*stated, *scales], default=None)


def coarsest_m(codes: Iterable[Any]) -> float | None:
    """Return the ± of the coarsest of some accuracy classes, metres; None where one is unknown."""
    found = [POSITION_M.get(code) for code in set(codes)]
    metres = [each for each in found if each is not None]
    return max(metres) if metres and len(metres) == len(found) else None
