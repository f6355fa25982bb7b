"""Names matched to a register, however they are spelled."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from geo_app.domain.text import comparable_name, unit_prefix, without_prefix

_IN_FULL = {
    "x": "xã",
    "p": "phường",
    "tt": "thị trấn",
    "tx": "thị xã",
    "tp": "thành phố",
    "h": "huyện",
}

How = Literal["exact", "spelling", "ambiguous", "unknown"]


@dataclass(frozen=True)
class Entry:
    """One name of a register; `context` is what tells namesakes apart, such as the district."""

    key: str
    name: str
    context: str = ""


@dataclass(frozen=True)
class NameMatch:
    """
    What a name was matched to.

    ``exact``: one entry, spelled the same but for case and prefix. ``spelling``: one entry,
    spelled otherwise.
    ``ambiguous``: several. ``unknown``: none; `entries` are then the nearest.
    """

    name: str
    how: How
    entries: tuple[Entry, ...]


class Register:
    """
    A list of official names to match against.

    >>> register = Register([Entry("1", "Quý Hòa", "Bình Gia"), Entry("2", "Hòa Bình", "Chi Lăng")])
    >>> register.match("xã Quí Hoà").entries[0].key
    '1'
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_name.setdefault(_folded(entry.name), []).append(entry)

    def match(self, name: str, context: str = "") -> NameMatch:
        """
        Find the entry that a name means.

        Case, prefix, hyphen, tone placement, i or y and missing accents make no difference; among
        namesakes that of the same `context` wins, then of the same accents, then of the same kind
        of unit where both say it.
        """
        found = self._by_name.get(_folded(name), [])
        if context:
            wanted = _folded(context)
            found = [e for e in found if _folded(e.context) == wanted] or found
        same = [entry for entry in found if _accented(entry.name) == _accented(name)]
        alike = [entry for entry in same or found if _kind(entry.name) == _kind(name)]
        chosen = tuple(alike if len(alike) == 1 else same or found)
        if not chosen:
            return NameMatch(name, "unknown", self._nearest(name))
        if len(chosen) > 1:
            return NameMatch(name, "ambiguous", chosen)
        exact = without_prefix(name) == without_prefix(chosen[0].name)
        return NameMatch(name, "exact" if exact else "spelling", chosen)

    def _nearest(self, name: str) -> tuple[Entry, ...]:
        near: Sequence[str] = difflib.get_close_matches(_folded(name), list(self._by_name), n=3)
        return tuple(entry for each in near for entry in self._by_name[each])


def _folded(name: str) -> str:
    return comparable_name(name).replace("'", "").replace("y", "i")


def _kind(name: str) -> str:
    """Return the kind of unit a name begins with, in full; empty where it names none."""
    prefix = unit_prefix(name)
    return _IN_FULL.get(prefix, prefix)


def _accented(name: str) -> str:
    """Return a name's letters and tones without where the tone stands: hoà and hòa are one."""
    decomposed = unicodedata.normalize("NFD", name.lower().replace("đ", "d\u0335"))
    letters = _folded(name).split()
    marks = sorted(c for c in decomposed if unicodedata.combining(c))
    return " ".join(letters) + "".join(marks)
