"""Numbers typed into an address or a form: read, or refused with a sentence."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from flask import request

from geo_app.errors import DataError

_WHOLE = re.compile(r"[0-9]{1,15}")


def whole_argument(name: str, *, default: int) -> int:
    """Return a whole number from the address, 0 or more; `default` where it is not there."""
    text = request.args.get(name)
    if text is None:
        return default
    if not _WHOLE.fullmatch(text):
        message = f"{name}: found {text!r}; expected a whole number, 0 or more"
        raise DataError(message, vi=f"{name}: {text!r} không phải số nguyên từ 0 trở lên.")
    return int(text)


def number_argument(name: str, low: float, high: float) -> float:
    """Return a number from the address that must lie between `low` and `high`."""
    return number_of(request.args, name, low, high)


def number_of(given: Mapping[str, str], name: str, low: float, high: float) -> float:
    """Return a number from an address or a form that must lie between `low` and `high`."""
    text = given.get(name, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        message = f"{name}: found {text!r}; expected a number from {low:g} to {high:g}"
        raise DataError(
            message, vi=f"{name}: {text!r} không phải số trong khoảng {low:g}–{high:g}."
        )
    return value


def typed_number(name: str, text: str) -> float:
    """Return a number typed with a decimal comma or point."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        message = f"{name}: found {text!r}; expected a number such as 3,5 or 3.5"
        raise DataError(message, vi=f"{name}: {text!r} không phải số, ví dụ 3,5.")
    return value


def day_argument(name: str) -> date | None:
    """Return a day from the address, as 2026-09-30 or 30/09/2026; None where there is none."""
    return day_of(request.args, name)


def day_of(given: Mapping[str, str], name: str) -> date | None:
    """Return a day from an address or a form, as `day_argument` does."""
    text = given.get(name, "").strip()
    form = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
    try:
        return datetime.strptime(text, form).date() if text else None
    except ValueError:
        message = f"{name}: found {text!r}; expected a day such as 2026-09-30 or 30/09/2026"
        raise DataError(
            message, vi=f"{name}: {text!r} không phải ngày, ví dụ 30/09/2026."
        ) from None
