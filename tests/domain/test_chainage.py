"""Chainage as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.chainage import (
    Reference,
    read_reference,
    rounding_step_m,
    route_key,
    write_chainage,
)
from geo_app.errors import DataError


@pytest.mark.parametrize(
    ("text", "route", "start_m", "end_m"),
    [
        ("QL4B Km18+300", "ql4b", 18_300, None),
        ("QL 4B km 18 + 300", "ql4b", 18_300, None),
        ("Quốc lộ 4B, Km18+300", "ql4b", 18_300, None),
        ("Quo\u0302\u0301c lo\u0323\u0302 4B, Km18+300", "ql4b", 18_300, None),
        ("QL4B 18+300", "ql4b", 18_300, None),
        ("ql4b-km18+300", "ql4b", 18_300, None),
        ("Km18+300 QL4B", "ql4b", 18_300, None),
        ("Lý trình Km18+300 trên QL.4B", "ql4b", 18_300, None),
        ("QL4B Km18+300,50", "ql4b", 18_300.5, None),
        ("QL4B Km18+300.5", "ql4b", 18_300.5, None),
        ("QL4B km18,3", "ql4b", 18_300, None),
        ("QL4B Km18 H3+50", "ql4b", 18_350, None),
        ("QL4B Km18+1250", "ql4b", 19_250, None),
        ("QL1A\u00a0Km5", "ql1a", 5_000, None),
        ("ĐT.236 Km5", "dt236", 5_000, None),
        ("TL236 Km5", "dt236", 5_000, None),
        ("Đường tỉnh 236 Km5", "dt236", 5_000, None),
        ("Tỉnh lộ 236 Km5", "dt236", 5_000, None),
        ("ĐH 12 Km1", "dh12", 1_000, None),
        ("Cao tốc Hữu Nghị – Chi Lăng Km12", "cthuunghichilang", 12_000, None),
        ("QL4B KM3+700-KM18", "ql4b", 3_700, 18_000),
        ("QL4B Km3+700 đến Km18", "ql4b", 3_700, 18_000),
        ("từ Km3+700 tới Km18 trên QL4B", "ql4b", 3_700, 18_000),
        ("QL4B Km18 - Km80", "ql4b", 18_000, 80_000),
        ("QL4B Km3+700÷Km18", "ql4b", 3_700, 18_000),
        ("QL4B Km3+700–18", "ql4b", 3_700, 18_000),
        ("QL4B, Km43+000 ÷ Km80+000 (gói 8)", "ql4b", 43_000, 80_000),
        ("Km18+300", "", 18_300, None),
    ],
)
def test_every_spelling(text: str, route: str, start_m: float, end_m: float | None) -> None:
    found = read_reference(text)
    assert (route_key(found.route), found.start_m, found.end_m) == (route, start_m, end_m)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("QL4B Km18+300 (T)", "left"),
        ("QL4B Km18+300 T", "left"),
        ("QL4B Km18+300, bên trái tuyến", "left"),
        ("QL4B Km18+300 (P)", "right"),
        ("QL4B Km18+300 phải tuyến", "right"),
        ("QL4B Km18+300 right", "right"),
        ("QL4B Km18+300", None),
    ],
)
def test_sides(text: str, side: str | None) -> None:
    found = read_reference(text)
    assert (found.side, found.route) == (side, "QL4B")


def test_the_post_named_is_kept() -> None:
    assert read_reference("QL4B Km18+1250") == Reference("QL4B", 19_250, 18)
    assert read_reference("QL4B Km19+250") == Reference("QL4B", 19_250, 19)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a road and a kilometre"),
        ("TL236", "expected a road and a kilometre"),
        ("21.85, 106.76", "expected a road and a kilometre"),
        ("QL4B Km80–Km18", "runs backwards.*Km18–Km80"),
        ("QL4B Km18 Km19 Km20", "more than one stretch"),
        ("<script>" * 50, "expected a road"),
    ],
)
def test_what_is_none_is_told(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as told:
        read_reference(text)
    assert len(str(told.value)) < 300


@given(st.integers(0, 9_999_999))
def test_written_and_read_again(centimetres: int) -> None:
    text = write_chainage(centimetres / 100, step_m=0.01)
    assert read_reference(f"QL1 {text}").start_m == pytest.approx(centimetres / 100, abs=5e-4)


@given(st.floats(0, 1e6), st.sampled_from([1.0, 10.0, 100.0, 1_000.0]))
def test_rounding_stays_within_half_a_step(metres: float, step_m: float) -> None:
    back = read_reference(f"QL1 {write_chainage(metres, step_m=step_m)}").start_m
    assert abs(back - metres) <= step_m / 2 + 1e-6


def test_steps_do_not_exceed_what_is_known() -> None:
    for known in (1, 9, 10, 99, 100, 999, 1_000, 5_000):
        assert rounding_step_m(known) <= max(known, 1)
