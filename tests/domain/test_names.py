"""Names find their entry however they are spelled, and namesakes are told apart or listed."""

import pytest

from geo_app.domain.names import Entry, Register

REGISTER = Register(
    [
        Entry("1", "Quý Hòa", "Bình Gia"),
        Entry("2", "Hòa Bình", "Chi Lăng"),
        Entry("3", "Hòa Bình", "Hữu Lũng"),
        Entry("4", "Đồng Đăng", "Cao Lộc"),
        Entry("5", "Tân Lang", "Văn Lãng"),
        Entry("6", "Tấn Láng", "Văn Lãng"),
        Entry("7", "Hà-Lâu"),
    ]
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Quý Hoà", "1"),
        ("xã QUÍ HÒA", "1"),
        ("X. Quy Hoa", "1"),
        ("TT. dong dang", "4"),
        ("Thị trấn Đồng – Đăng", "4"),
        ("Ha Lau", "7"),
    ],
)
def test_one_entry(name: str, key: str) -> None:
    found = REGISTER.match(name)
    assert found.how == "spelling"
    assert [entry.key for entry in found.entries] == [key]


def test_accents_tell_namesakes_apart() -> None:
    assert [entry.key for entry in REGISTER.match("Tân lang").entries] == ["5"]
    assert [entry.key for entry in REGISTER.match("tấn láng").entries] == ["6"]


def test_spelled_the_same() -> None:
    assert REGISTER.match("Đồng Đăng").how == "exact"
    assert REGISTER.match("thị trấn ĐỒNG ĐĂNG").how == "exact"


def test_namesakes_are_listed_with_their_district() -> None:
    found = REGISTER.match("xã Hòa Bình")
    assert found.how == "ambiguous"
    assert [entry.context for entry in found.entries] == ["Chi Lăng", "Hữu Lũng"]
    assert [e.key for e in REGISTER.match("Hoà Bình", "huyện Hữu Lũng").entries] == ["3"]
    assert [e.key for e in REGISTER.match("Tan Lang").entries] == ["5", "6"]


def test_a_name_that_is_none_gets_its_nearest() -> None:
    found = REGISTER.match("Đồng Đằng B")
    assert found.how == "unknown"
    assert [entry.name for entry in found.entries] == ["Đồng Đăng"]
    assert REGISTER.match("Zzz").entries == ()
