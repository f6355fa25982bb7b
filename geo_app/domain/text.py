"""Vietnamese and English text: bilingual titles, comparable names, alphabetical order."""

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LANGUAGES = ("vi", "en")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the dictionary's order
_RANK = {letter: f"{rank:02d}" for rank, letter in enumerate(_ALPHABET, start=20)}
_PREFIX = re.compile(
    r"^(xã|phường|thị trấn|thị xã|thành phố|huyện|tỉnh|thôn|bản|xa|phuong|thi tran|thi xa|"
    r"thanh pho|huyen|thon|x|p|tt|tx|tp|h)(\.\s*|\s+)(?=\S)"
)
"""A kind of unit before a name; "Tĩnh Bắc" begins with none, nor may "tinh bac"."""


@dataclass(frozen=True)
class Bilingual:
    """A title in Vietnamese and English."""

    vi: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in `language`; Vietnamese where the language is not known."""
        return self.en if language == "en" else self.vi

    def filled(self, **values: Any) -> "Bilingual":
        """
        Fill the text's ``{names}``; a bilingual value in its language, numbers as written there.

        >>> Bilingual("{part:.1f} % của {whole}", "{part:.1f} % of {whole}").filled(
        ...     part=60.6, whole=Bilingual("tỉnh", "the province"))
        Bilingual(vi='60,6 % của tỉnh', en='60.6 % of the province')
        """
        vi, en = (
            {name: v.get(lang) if isinstance(v, Bilingual) else v for name, v in values.items()}
            for lang in LANGUAGES
        )
        return Bilingual(_VIETNAMESE.vformat(self.vi, (), vi), self.en.format(**en))


class _Vietnamese(string.Formatter):
    """Numbers as Vietnam writes them: 1.234,5."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return text.translate(_SEPARATORS) if isinstance(value, (int, float)) else text


_SEPARATORS = str.maketrans(",.", ".,")
_VIETNAMESE = _Vietnamese()


def plain(text: str) -> str:
    """
    Fold text for comparison: lower case, no accents, đ as d, single spaces.

    Tone placement (hoà, hòa) and composed or decomposed input make no difference.

    >>> plain("Thuỵ  Hùng"), plain("ĐỒNG ĐĂNG")
    ('thuy hung', 'dong dang')
    """
    folded = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w.]+", " ", kept).split())


def unit_prefix(name: str) -> str:
    """Return the kind of unit a name begins with, as written but in small letters; else ""."""
    found = _PREFIX.match(_small(name))
    return found[1] if found else ""


def without_prefix(name: str) -> str:
    """
    Return a name in small letters without the kind of unit it begins with, accents and all.

    >>> without_prefix("TT. Đồng Đăng"), without_prefix("Tĩnh Bắc")
    ('đồng đăng', 'tĩnh bắc')
    """
    return _PREFIX.sub("", _small(name), count=1)


def comparable_name(name: str) -> str:
    """
    Fold a unit's name for matching: `plain` without its prefix (Xã, P., TT.).

    >>> comparable_name("Xã Quý Hoà") == comparable_name("quý hòa")
    True
    """
    return " ".join(plain(without_prefix(name)).replace(".", " ").split())


def defused(value: Any) -> Any:
    """
    Put a ' before text that a spreadsheet would run as a formula; anything else stays.

    >>> defused("=1+1"), defused("Xã"), defused(-3)
    ("'=1+1", 'Xã', -3)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


@lru_cache(maxsize=65_536)
def collation_key(text: str) -> str:
    """
    Return a key that sorts as the Vietnamese dictionary does: letters first, then tones.

    >>> sorted(["Đa", "Dũ", "Da", "Ân", "An", "Ăn"], key=collation_key)
    ['An', 'Ăn', 'Ân', 'Da', 'Dũ', 'Đa']
    """
    letters: list[str] = []
    tones: list[str] = []
    for character in unicodedata.normalize("NFC", text.casefold()):
        base, tone = _split_tone(character)
        letters.append(_RANK.get(base, "10" if base == " " else "1" + base))
        tones.append(tone)
    return "".join(letters) + " " + "".join(tones).rstrip("0")


def _small(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _split_tone(character: str) -> tuple[str, str]:
    """Separate a letter from its tone mark: 'ấ' is 'â' with the fourth tone."""
    parts = unicodedata.normalize("NFD", character)
    for rank, mark in enumerate(_TONES, start=1):
        if mark in parts:
            return unicodedata.normalize("NFC", parts.replace(mark, "")), str(rank)
    return character, "0"


def nests_collections(wkt: str) -> bool:
    """
    Tell whether WKT may hold a collection in a collection.

    GEOS follows them as deep as they go, and past the end of its stack.

    >>> nests_collections("GEOMETRYCOLLECTION(POINT(1 2))")
    False
    """
    return wkt.upper().count("GEOMETRYCOLLECTION") > 1
