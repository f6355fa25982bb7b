"""Text of before Unicode comes back as it was meant, and sound text stays as it is."""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_app.domain.legacy_text import (
    ENCODINGS,
    decode,
    decode_all,
    diagnose,
    is_syllable,
)
from geo_app.errors import DataError

WORDS = [
    *("xã", "phường", "thị", "trấn", "đồng", "đăng", "lộc", "bình", "hữu", "lũng", "văn", "quan"),
    *("tràng", "định", "bắc", "sơn", "lăng", "đình", "lập", "quý", "hòa", "nghiêng", "khuất"),
    *("thuỷ", "quyền", "ngoằn", "uyển", "rượu", "hươu", "yêu", "giếng", "quốc", "khánh"),
]
TCVN3 = {
    **dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", range(0xA1, 0xAF), strict=True)),
    **dict(zip("àảãáạ", range(0xB5, 0xBA), strict=True)),
    **dict(zip("ằẳẵắ", range(0xBB, 0xBF), strict=True)),
    **dict(zip("ặầẩẫấậè", range(0xC6, 0xCD), strict=True)),
    **dict(zip("ẻẽéẹềểễếệìỉ", range(0xCE, 0xD9), strict=True)),
    **dict(zip("ĩíịò", range(0xDC, 0xE0), strict=True)),
    **dict(zip("ỏõóọồổỗốộờởỡớợù", range(0xE1, 0xF0), strict=True)),
    **dict(zip("ủũúụừửữứựỳỷỹýỵ", range(0xF1, 0xFF), strict=True)),
}
names = st.lists(st.sampled_from(WORDS), min_size=12, max_size=30, unique=True).map(" ".join)


def as_tcvn3(text: str) -> str:
    return "".join(chr(TCVN3.get(c, ord(c))) for c in text)


def as_cp1258(text: str) -> str:
    """Write base letters with their own byte, tones as the combining byte after them."""
    out = bytearray()
    for character in text:
        try:
            out += character.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", character)
            tone = next(c for c in marks if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", marks.replace(tone, ""))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out.decode("latin-1")


@pytest.mark.parametrize(
    ("written", "encoding", "meant"),
    [
        ("Céng hßa X· héi", "tcvn3", "Cộng hòa Xã hội"),
        ("Laïng Sôn", "vni", "Lạng Sơn"),
        ("Höõu Luõng", "vni", "Hữu Lũng"),
        ("ÑOÀNG ÑAÊNG", "vni", "ĐỒNG ĐĂNG"),
        ("Traøng Ñònh", "vni", "Tràng Định"),
        ("Táº¡n Thanh", "utf8", "Tạn Thanh"),
        ("Ho\u0300a", "decomposed", "Hòa"),
    ],
)
def test_known_spellings(written: str, encoding: str, meant: str) -> None:
    assert decode(written, encoding) == meant  # type: ignore[arg-type]


@settings(deadline=None)
@given(names)
def test_what_was_written_in_tcvn3_comes_back(text: str) -> None:
    found = diagnose([as_tcvn3(text)])
    assert found.encoding == "tcvn3"
    assert decode(as_tcvn3(text), "tcvn3") == text


@settings(deadline=None)
@given(names)
def test_what_was_written_in_cp1258_comes_back(text: str) -> None:
    assert diagnose([as_cp1258(text)]).encoding == "cp1258"
    assert decode(as_cp1258(text), "cp1258") == text


@settings(deadline=None)
@given(names)
def test_what_was_read_as_latin_comes_back(text: str) -> None:
    once = text.encode().decode("latin-1")
    assert diagnose([once]).encoding == "utf8"
    assert decode(once, "utf8") == text
    twice = as_tcvn3(text).encode().decode("latin-1")
    assert diagnose([twice]).encoding == "utf8_tcvn3"
    assert decode(twice, "utf8_tcvn3") == text


@settings(deadline=None)
@given(names)
def test_sound_text_is_left_alone(text: str) -> None:
    found = diagnose([text, text.upper(), text.title()])
    assert found.encoding == "unicode"
    assert found.confidence > 0.8
    assert found.examples == ()


@settings(deadline=None)
@given(names)
def test_decomposed_text_is_seen(text: str) -> None:
    split = unicodedata.normalize("NFD", text)
    assert diagnose([split]).encoding == "decomposed"
    assert decode_all([split, text], "decomposed") == [text, text]


def test_text_without_accents_tells_nothing() -> None:
    assert diagnose(["Lang Son", "QL4B", ""]).encoding == "ascii"
    assert diagnose([]).encoding == "ascii"


def test_other_languages_are_not_converted() -> None:
    for texts in (["Café", "Müller", "naïve", "Besançon"], ["Ångström", "Øster"], ["北京", "東京"]):
        found = diagnose(texts)
        assert found.sound or found.confidence < 0.6, found


def test_capitals_that_tcvn3_cannot_hold_are_named() -> None:
    found = diagnose(["HOµ B×NH", "LéC B×NH", "CAO LéC", "V¨n Quan", "§ång §¨ng"])
    assert found.encoding == "tcvn3"
    assert found.lost_capitals == ("BìNH", "HOà", "LộC")


def test_many_at_once_are_as_one_by_one() -> None:
    texts = ["S¬n Hµ", "", "a\x1eb", "§ång T©n"]
    assert decode_all(texts, "tcvn3") == [decode(text, "tcvn3") for text in texts]
    assert decode_all([], "tcvn3") == []


def test_what_is_no_encoding_or_not_written_in_it() -> None:
    with pytest.raises(DataError, match=r"found 'x'; expected one of ascii, unicode"):
        decode("a", "x")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="is not written in utf8"):
        decode("é", "utf8")
    assert len(ENCODINGS) == 9


def test_syllables() -> None:
    good = ["nghiêng", "khuya", "quyền", "rượu", "giếng", "yêu", "uyển", "gì", "quốc", "oách"]
    assert [word for word in good if not is_syllable(word)] == []
    bad = ["sån", "hàc", "bịp2", "đ", "ngx", "tạạ", "hòá", "xyz"]
    assert [word for word in bad if is_syllable(word)] == []


def test_the_communes_as_bytes_and_as_mojibake(shared_data: Path) -> None:
    with (shared_data / "lang_son_communes_tcvn3_bytes.csv").open(encoding="latin-1") as file:
        raw = [row["C_NAMEVI"] for row in csv.DictReader(file)]
    with (shared_data / "lang_son_communes_tcvn3_asutf8.csv").open(encoding="utf-8") as file:
        garbled = [row["C_NAMEVI"] for row in csv.DictReader(file)]
    assert len(raw) == len(garbled) == 226
    for texts in (raw, garbled):
        found = diagnose(texts)
        assert (found.encoding, found.confidence > 0.95) == ("tcvn3", True)
    assert decode_all(raw, "tcvn3") == decode_all(garbled, "tcvn3")
    assert {"Đông Tân", "Hồng Thái", "Minh Tiến", "Đô Lương"} <= set(decode_all(raw, "tcvn3"))
