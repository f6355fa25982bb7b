"""Values as readers read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from geo_app.domain.layer import MARKS, UNITS, Field
from geo_app.domain.text import LANGUAGES, Bilingual
from geo_app.render.values import (
    MARK_MEANINGS,
    MARK_TITLES,
    show_date,
    show_moment,
    show_number,
    show_value,
    unit_symbol,
)

TITLE = Bilingual("Tên", "Name")
GRADES = {"IV": Bilingual("Cấp IV", "Grade IV")}


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (7, "7", "7"),
        (12.5, "12,5", "12.5"),
        (1_234, "1.234", "1,234"),
        (1_234_567.891, "1.234.567,89", "1,234,567.89"),
        (-3.25, "-3,25", "-3.25"),
        (3.0, "3", "3"),
        (99.999, "100", "100"),
        (0.06, "0,06", "0.06"),
        (np.int32(65), "65", "65"),
        (np.float64(44.1), "44,1", "44.1"),
    ],
)
def test_a_number(value: float, vietnamese: str, english: str) -> None:
    assert show_number(value, "vi") == vietnamese
    assert show_number(value, "en") == english


@pytest.mark.parametrize("value", [0.004, -0.004, 0.00012])
def test_a_small_number_is_not_shown_as_nothing(value: float) -> None:
    shown = show_number(value, "en")
    assert shown not in ("0", "-0")
    assert float(shown) == pytest.approx(value, rel=0.1)


def test_decimals_may_be_asked_for() -> None:
    assert show_number(1.23456, "vi", decimals=4) == "1,2346"
    assert show_number(1.23456, "en", decimals=1) == "1.2"


def test_a_day() -> None:
    assert show_date(date(2025, 7, 1), "vi") == "01/07/2025"
    assert show_date(date(2025, 7, 1), "en") == "1 Jul 2025"


def test_a_moment_is_told_to_the_minute_in_the_zone_it_is_in() -> None:
    moment = datetime(2026, 6, 30, 17, 5, 59, tzinfo=UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert show_moment(moment, "vi") == "01/07/2026 00:05"
    assert show_moment(moment, "en") == "1 Jul 2026 00:05"


@pytest.mark.parametrize(
    ("field", "value", "vietnamese", "english"),
    [
        (Field("name", "text", TITLE), "Đồng Đăng", "Đồng Đăng", "Đồng Đăng"),
        (Field("grade", "text", TITLE, values=GRADES), "IV", "Cấp IV", "Grade IV"),
        (Field("grade", "text", TITLE, values=GRADES), "IX", "IX", "IX"),
        (Field("working", "boolean", TITLE), True, "có", "yes"),
        (Field("working", "boolean", TITLE), np.bool_(False), "không", "no"),
        (Field("day", "date", TITLE), date(1999, 12, 31), "31/12/1999", "31 Dec 1999"),
        (Field("day", "date", TITLE), pd.Timestamp("1999-12-31"), "31/12/1999", "31 Dec 1999"),
        (Field("users", "integer", TITLE, "people"), 1_200, "1.200", "1,200"),
        (Field("depth_m", "number", TITLE, "m"), 8.25, "8,25", "8.25"),
    ],
)
def test_an_attribute(field: Field, value: object, vietnamese: str, english: str) -> None:
    assert show_value(value, field, "vi") == vietnamese
    assert show_value(value, field, "en") == english


@pytest.mark.parametrize("value", [None, pd.NA, pd.NaT, float("nan")])
@pytest.mark.parametrize("kind", ["text", "integer", "number", "boolean", "date"])
def test_what_is_missing_is_empty(value: object, kind: str) -> None:
    assert show_value(value, Field("x", kind, TITLE), "vi") == ""  # type: ignore[arg-type]


def test_units_are_written_as_readers_write_them() -> None:
    assert unit_symbol("km2", "vi") == "km²"
    assert unit_symbol("pct", "en") == "%"
    assert unit_symbol("people", "vi") == "người"
    assert unit_symbol("count", "vi") == ""
    assert unit_symbol(None, "en") == ""


def test_no_unit_is_shown_by_its_code() -> None:
    own = {"m", "km", "ha", "s", "h", "t"}
    for language in LANGUAGES:
        shown = {unit: unit_symbol(unit, language) for unit in UNITS}
        assert {u for u, symbol in shown.items() if symbol == u} <= {*own, "people"}
    assert unit_symbol("vnd", "en") == "VND"
    assert unit_symbol("h", "vi") == "giờ"


def test_every_mark_has_a_title_and_a_meaning() -> None:
    assert set(MARK_TITLES) == set(MARK_MEANINGS) == set(MARKS)
