"""
Vietnamese text of before Unicode, and text read as what it is not.

Sources of the tables: TCVN 5712:1993 (VN3, the "ABC" fonts), the VNI-Windows table, code page 1258
as Python holds it. Bytes of unknown encoding come as Latin-1, one character per byte.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from geo_app.errors import DataError

Encoding = Literal[
    "ascii", "unicode", "decomposed", "tcvn3", "vni", "cp1258", "utf8", "utf8_tcvn3", "utf8_vni"
]
"""
What a text is written in.

``unicode`` needs nothing but NFC; ``utf8`` is UTF-8 read as Latin-1 ("Táº¡n"); ``utf8_tcvn3`` is
TCVN3 that went through such a reading too.
"""

_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3_TABLE = "".join(
    next(
        (run[byte - start] for start, run in _TCVN3.items() if 0 <= byte - start < len(run)),
        chr(byte),
    )
    for byte in range(256)
)
_PLAIN_MARKS = dict(zip("ùøûõï", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_HAT_MARKS = dict(zip("áàåãä", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_BREVE_MARKS = dict(zip("éèúüë", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị"}
_VNI_PAIR = re.compile("[aeiouyôö][ùøûõï]|[aeo][áàåãä]|[aeo]â|a[éèúüë]|aê", re.IGNORECASE)
_VNI_SINGLE = re.compile("[ôöñîæóò]", re.IGNORECASE)
_CP1252 = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
"""Characters that CP1252 gives to bytes Latin-1 leaves unseen."""

_ONSET = "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x"
_NUCLEUS = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|âu|ay|ây|eo|êu|ia|iê|iêu|iu|oa|oai|oao|oay|oă|oe|oeo|oi|"
    "ôi|ơi|oo|ua|uâ|uây|ue|uê|ui|uô|uôi|uơ|uy|uya|uyê|uyu|ưa|ưi|ươ|ươi|ươu|ưu|yê|yêu"
)
_CODA = "c|ch|m|n|ng|nh|p|t"
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?P<coda>{_CODA})?")
_STOPS = ("c", "ch", "p", "t")
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_STOP_TONES = "\u0301\u0323"
_WORD = re.compile(r"[^\W\d_]+")
_BROKEN_WORD = re.compile(r"[^\s\d.,;:()/\-]*[^\x00-\x7f][^\s\d.,;:()/\-]*")
_EXAMPLES = 5


@dataclass(frozen=True)
class TextDiagnosis:
    """
    What a column's text is written in.

    `confidence` is between 0 and 1; `words` how many words it rests on; `examples` are (before,
    after); `lost_capitals` texts whose accented capitals the encoding could not hold.
    """

    encoding: Encoding
    confidence: float
    words: int
    examples: tuple[tuple[str, str], ...] = ()
    lost_capitals: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing need be converted."""
        return self.encoding in {"ascii", "unicode"}


def decode(text: str, encoding: Encoding) -> str:
    """
    Return `text` in Unicode NFC.

    >>> decode("Céng hßa X· héi", "tcvn3"), decode("Táº¡n Thanh", "utf8")
    ('Cộng hòa Xã hội', 'Tạn Thanh')
    >>> decode("Ñoàng Ñaêng", "vni")
    'Đồng Đăng'

    Raises
    ------
    DataError
        If the text cannot have been written so.
    """
    try:
        return unicodedata.normalize("NFC", _DECODERS[encoding](text))
    except KeyError:
        message = f"encoding: found {encoding!r}; expected one of {', '.join(_DECODERS)}"
        raise DataError(message) from None
    except UnicodeError as error:
        message = f"{text!r} is not written in {encoding}: {error}"
        raise DataError(message) from error


def decode_all(texts: Sequence[str], encoding: Encoding) -> list[str]:
    """
    Decode many texts at once: joined, decoded in one pass, taken apart again.

    Raises
    ------
    DataError
        If one cannot have been written so.
    """
    if not texts:
        return []
    joined = "\x1e".join(texts)  # the record separator means itself in every encoding
    if joined.count("\x1e") >= len(texts):
        return [decode(text, encoding) for text in texts]
    return decode(joined, encoding).split("\x1e")


def diagnose(texts: Iterable[str]) -> TextDiagnosis:
    """
    Tell what texts are written in, by how many of their words are Vietnamese syllables then.

    Only words with characters beyond ASCII tell; text that reads well as it stands is left alone.
    """
    kept = [text for text in texts if isinstance(text, str)]
    telling = sorted({text for text in kept if not text.isascii()})
    if not telling:
        return TextDiagnosis("ascii", 1.0, 0)
    words = sorted({word for text in telling for word in _BROKEN_WORD.findall(text)})
    composed = [unicodedata.normalize("NFC", word) for word in words]
    as_it_stands = _validity(composed)
    readings = {encoding: _decoded(words, encoding) for encoding in _CANDIDATES}
    shares = {encoding: _validity(read) for encoding, read in readings.items()}
    best = max(shares, key=lambda encoding: shares[encoding])
    weight = len(words) / (len(words) + 1)
    if as_it_stands >= shares[best]:
        encoding: Encoding = "unicode" if composed == words else "decomposed"
        confidence = weight * max(as_it_stands, 0.5)
        return TextDiagnosis(encoding, confidence, len(words), _examples(telling, encoding))
    others = (share for e, share in shares.items() if readings[e] != readings[best])
    lead = shares[best] - max(as_it_stands, *others, 0.0)
    confidence = weight * shares[best] * min(1.0, 2.5 * lead)
    lost = _lost_capitals(telling, best) if best.endswith("tcvn3") else ()
    return TextDiagnosis(best, confidence, len(words), _examples(telling, best), lost)


def is_syllable(word: str) -> bool:
    """
    Tell whether a word could be a Vietnamese syllable.

    >>> [is_syllable(word) for word in ("nghiêng", "Đồng", "Sån", "hác")]
    [True, True, False, True]
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in decomposed if c in _TONES]
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    found = _SYLLABLE.fullmatch(bare)
    if found is None or len(tones) > 1:
        return False
    return found["coda"] not in _STOPS or (bool(tones) and tones[0] in _STOP_TONES)


def _latin(text: str) -> bytes:
    """Return the bytes that were read as Latin-1 or CP1252."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.translate(_CP1252).encode("latin-1")


def _from_tcvn3(text: str) -> str:
    return codecs.charmap_decode(_latin(text), "strict", _TCVN3_TABLE)[0]


def _from_vni(text: str) -> str:
    return _VNI_SINGLE.sub(_vni_letter, _VNI_PAIR.sub(_vni_pair, text))


def _vni_pair(found: re.Match[str]) -> str:
    letter, mark = found[0][0], found[0][1].lower()
    base = _same_case(letter, {"ô": "o\u031b", "ö": "u\u031b"}.get(letter.lower(), letter))
    if mark in _PLAIN_MARKS:
        return base + _PLAIN_MARKS[mark]
    if mark == "â" or mark in _HAT_MARKS:
        return base + "\u0302" + _HAT_MARKS.get(mark, "")
    return base + "\u0306" + _BREVE_MARKS.get(mark, "")


def _vni_letter(found: re.Match[str]) -> str:
    return _same_case(found[0], _VNI_LETTERS[found[0].lower()])


def _same_case(like: str, letters: str) -> str:
    return letters.upper() if like.isupper() else letters


def _from_utf8(text: str) -> str:
    return _latin(text).decode("utf-8")


_DECODERS: dict[str, Callable[[str], str]] = {
    "ascii": lambda text: text,
    "unicode": lambda text: text,
    "decomposed": lambda text: text,
    "tcvn3": _from_tcvn3,
    "vni": _from_vni,
    "cp1258": lambda text: _latin(text).decode("cp1258"),
    "utf8": _from_utf8,
    "utf8_tcvn3": lambda text: _from_tcvn3(_from_utf8(text)),
    "utf8_vni": lambda text: _from_vni(_from_utf8(text)),
}
ENCODINGS = tuple(_DECODERS)
_CANDIDATES: tuple[Encoding, ...] = ("tcvn3", "vni", "cp1258", "utf8", "utf8_tcvn3", "utf8_vni")


def _decoded(words: Sequence[str], encoding: Encoding) -> list[str]:
    decoded = []
    for word in words:
        try:
            decoded.append(decode(word, encoding))
        except DataError:
            decoded.append("")
    return decoded


def _validity(words: Sequence[str]) -> float:
    """Return the share of words whose every part is a Vietnamese syllable with an accent."""
    parts = [_WORD.findall(word) for word in words]
    good = sum(
        bool(found) and "".join(found) == word.strip("'\"") and all(map(is_syllable, found))
        for word, found in zip(words, parts, strict=True)
    )
    return good / len(words) if words else 0.0


def _examples(texts: Sequence[str], encoding: Encoding) -> tuple[tuple[str, str], ...]:
    if encoding in {"ascii", "unicode"}:
        return ()
    found = []
    for text in texts:
        try:
            found.append((text, decode(text, encoding)))
        except DataError:
            continue
    return tuple([pair for pair in found if pair[0] != pair[1]][:_EXAMPLES])


def _lost_capitals(texts: Sequence[str], encoding: Encoding) -> tuple[str, ...]:
    """Return words in capitals whose accented letters came out small: TCVN3 has no others."""
    lost = []
    for text in texts:
        try:
            words = _WORD.findall(decode(text, encoding))
        except DataError:
            continue
        lost += [word for word in words if _half_capital(word)]
    return tuple(sorted(set(lost)))


def _half_capital(word: str) -> bool:
    plain = "".join(c for c in word if c.isascii())
    return len(plain) > 1 and plain.isupper() and any(c.islower() for c in word)
