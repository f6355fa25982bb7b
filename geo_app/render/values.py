"""Values as readers read them: numbers, units, dates and codes in Vietnamese or English."""

from datetime import date, datetime
from math import floor, log10
from typing import Any

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

from geo_app.domain.layer import Field, Mark
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.text import Bilingual

_TRUTH = {True: Bilingual("có", "yes"), False: Bilingual("không", "no")}
_VIETNAMESE = str.maketrans(",.", ".,")
_DATE_PATTERNS = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}

MARK_TITLES: dict[Mark, Bilingual] = {
    "synthetic": Bilingual("giả lập", "synthetic"),
    "schematic": Bilingual("sơ đồ", "schematic"),
    "unverified": Bilingual("chưa kiểm chứng", "unverified"),
}
MARK_MEANINGS: dict[Mark, Bilingual] = {
    "synthetic": Bilingual(
        "Dữ liệu tạo ra để minh họa, không mô tả đối tượng có thật.",
        "Made up for illustration; it describes nothing real.",
    ),
    "schematic": Bilingual(
        "Hình vẽ khái quát, vị trí gần đúng, không dùng để đo đạc.",
        "Drawn in outline, in about the right place; not for measuring.",
    ),
    "unverified": Bilingual(
        "Chưa đối chiếu với tài liệu chính thức.",
        "Not yet checked against an official document.",
    ),
}


def unit_symbol(unit: str | None, language: str) -> str:
    """Return how a unit is written: km², %, người."""
    return STATISTIC_UNITS[unit].get(language) if unit else ""


def show_number(value: float, language: str, *, decimals: int = 2) -> str:
    """
    Write a number with the language's separators: 1.234,5 in Vietnamese.

    One too small for `decimals` keeps its first two figures: 0.004 is not nothing.
    """
    if 0 < abs(value) < 0.1**decimals:
        decimals = 1 - floor(log10(abs(value)))
    pattern = "#,##0" if float(value).is_integer() else "#,##0." + "#" * decimals
    return str(format_decimal(value, format=pattern, locale=language))


def show_fixed(value: float, language: str, *, decimals: int) -> str:
    """
    Write a number of a column: 1.234,50 beside 0,25; one that would be nothing as `show_number`.

    >>> show_fixed(1234.5, "vi", decimals=2), show_fixed(0.004, "vi", decimals=2)
    ('1.234,50', '0,004')
    """
    if 0 < abs(value) < 0.1**decimals:
        return show_number(value, language, decimals=decimals)
    text = f"{value:,.{decimals}f}"
    return text.translate(_VIETNAMESE) if language == "vi" else text


def show_date(value: date, language: str) -> str:
    """Write a date: 01/07/2025 in Vietnamese, 1 Jul 2025 in English."""
    return str(format_date(value, format=_DATE_PATTERNS[language], locale=language))


def show_value(value: Any, field: Field, language: str) -> str:
    """
    Write one attribute without its unit; a missing value is an empty string.

    A list of values is written one after the other.
    """
    if isinstance(value, (list, tuple)):
        return "; ".join(show_value(each, field, language) for each in value)
    return "" if pd.isna(value) else _show_one(value, field, language)


def _show_one(value: Any, field: Field, language: str) -> str:
    if field.values:
        title = field.values.get(str(value))
        return title.get(language) if title else str(value)
    return _show_plain(value, field, language)


def _show_plain(value: Any, field: Field, language: str) -> str:
    match field.type:
        case "boolean":
            return _TRUTH[bool(value)].get(language)
        case "date":
            return show_date(pd.Timestamp(value).date(), language)
        case "integer" | "number":
            return show_number(float(value), language)
    return str(value)


def show_moment(moment: datetime, language: str) -> str:
    """Write a moment, already in the reader's time zone, to the minute."""
    return f"{show_date(moment.date(), language)} {moment:%H:%M}"
