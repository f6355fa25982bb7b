"""The periods that are reported on: a quarter or a year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from geo_app.domain.text import Bilingual
from geo_app.errors import DataError

_WRITTEN = re.compile(r"(?P<year>20[0-9]{2})(?:-Q(?P<quarter>[1-4]))?", re.IGNORECASE)
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, order=True)
class Period:
    """
    A quarter of a year; with `quarter` 0 the whole year.

    >>> str(Period(2026, 3)), Period(2026, 3).last, Period(2026).title.vi
    ('2026-Q3', datetime.date(2026, 9, 30), 'Năm 2026')
    """

    year: int
    quarter: int = 0

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.quarter - 2 if self.quarter else 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        if self.quarter in (0, 4):
            return date(self.year, 12, 31)
        return date(self.year, 3 * self.quarter + 1, 1) - timedelta(days=1)

    @property
    def title(self) -> Bilingual:
        """What it is called."""
        if not self.quarter:
            return Bilingual(f"Năm {self.year}", f"Year {self.year}")
        return Bilingual(
            f"Quý {_ROMAN[self.quarter - 1]}/{self.year}", f"Quarter {self.quarter} of {self.year}"
        )


def read_period(text: str) -> Period:
    """
    Read a period as it is written in addresses and orders.

    Raises
    ------
    DataError
        If it is none.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise DataError(
            f"period: found {text[:40]!r}; expected a quarter such as 2026-Q3 or a year such as "
            "2026",
            vi=f"Kỳ báo cáo: “{text[:40]}” không phải là quý (2026-Q3) hay năm (2026).",
        )
    return Period(int(found["year"]), int(found["quarter"] or 0))


def quarter_of(day: date) -> Period:
    """Return the quarter that a day lies in."""
    return Period(day.year, (day.month + 2) // 3)


def quarter_before(day: date) -> Period:
    """Return the last quarter that had ended by a day."""
    return quarter_of(quarter_of(day).first - timedelta(days=1))
