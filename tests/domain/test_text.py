"""Vietnamese text: folding, matching, and the order of the dictionary."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.text import Bilingual, collation_key, comparable_name, plain

VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệ ĐÂƯ", max_size=20)


def test_bilingual_falls_back_on_vietnamese() -> None:
    title = Bilingual("Xã", "Commune")
    assert [title.get(language) for language in ("vi", "en", "fr")] == ["Xã", "Commune", "Xã"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Thuỵ  Hùng", "thuy hung"),
        ("ĐỒNG ĐĂNG", "dong dang"),
        ("Hữu Nghị–Chi Lăng", "huu nghi chi lang"),
        ("  QL.1A ", "ql.1a"),
        ("", ""),
        ("***", ""),
    ],
)
def test_plain(text: str, folded: str) -> None:
    assert plain(text) == folded
    assert plain(unicodedata.normalize("NFD", text)) == folded


@pytest.mark.parametrize("other", ["Xã Quý Hoà", "xã quý hòa", "X. Quy Hoa", "QUÝ HÒA", "Quý  Hoà"])
def test_comparable_name_ignores_prefix_and_tone_place(other: str) -> None:
    assert comparable_name(other) == "quy hoa"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Thị trấn Đồng Đăng", "dong dang"),
        ("TT. Đồng Đăng", "dong dang"),
        ("Phường Tam Thanh", "tam thanh"),
        ("Bản Chắt", "chat"),
        ("Xã", "xa"),
        ("Xanh", "xanh"),
        ("Hòa Bình", "hoa binh"),
    ],
)
def test_comparable_name_takes_off_the_kind_of_unit_only(name: str, bare: str) -> None:
    assert comparable_name(name) == bare


def test_letters_come_before_tones() -> None:
    shuffled = ["Đa", "Dũ", "Da", "Ân", "An", "Ăn", "Ãn", "Án", "Àn", "Ạn", "Ản"]
    ordered = ["An", "Àn", "Ản", "Ãn", "Án", "Ạn", "Ăn", "Ân", "Da", "Dũ", "Đa"]
    assert sorted(shuffled, key=collation_key) == ordered


def test_a_space_comes_before_letters_and_numbers_before_words() -> None:
    shuffled = ["Bình Gia", "Bìn", "Bình", "3B", "Bính"]
    assert sorted(shuffled, key=collation_key) == ["3B", "Bìn", "Bình", "Bính", "Bình Gia"]


@given(VIETNAMESE)
def test_form_of_unicode_and_case_make_no_difference(text: str) -> None:
    for other in (unicodedata.normalize("NFD", text), text.upper(), text.lower()):
        assert plain(other) == plain(text)
        assert collation_key(other) == collation_key(text)


@given(VIETNAMESE)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text).isascii()
