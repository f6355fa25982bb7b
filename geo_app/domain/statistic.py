"""
Indicators and their figures by unit and period, as statistics give them.

A figure belongs to a unit of a vintage: the id of the layer whose keys its unit codes are, or
another name (``communes_2023``) where no such layer is known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo_app.domain.layer import UNITS
from geo_app.domain.plan_terms import TARGET_UNITS
from geo_app.domain.text import Bilingual

STATISTIC_UNITS: Mapping[str, Bilingual] = {
    **UNITS,
    **TARGET_UNITS,
    "households": Bilingual("hộ", "households"),
    "units": Bilingual("đơn vị", "units"),
    "villages": Bilingual("thôn", "villages"),
    "beds": Bilingual("giường", "beds"),
}
"""Units that a figure may have, and how each is written."""

Adds = Literal["sum", "mean", "none"]
ADDS: Mapping[Adds, Bilingual] = {
    "sum": Bilingual("cộng được", "adds up"),
    "mean": Bilingual("bình quân theo trọng số", "mean by weight"),
    "none": Bilingual("không gộp được", "cannot be put together"),
}

STATISTIC_FIELDS = (
    "indicator",
    "vintage",
    "unit_code",
    "period",
    "value",
    "unit",
    "broken",
    "verified",
    "source",
    "note",
)
"""
The fields of a table of statistics: one row per figure.

`value` may be missing: it is not known. `broken`: it cannot be compared with the period before.
"""
STATISTIC_KEY = ("indicator", "vintage", "unit_code", "period")
PERIOD = re.compile(r"(?P<year>[12]\d{3})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
"""The period or day a figure speaks of: ``2025``, ``2025-06``, ``2025-12-31``."""


@dataclass(frozen=True)
class Indicator:
    """
    What is counted or measured by unit and period.

    `adds` tells how figures of units make that of a larger one; a ``mean`` weighs by the indicator
    `weight`. `target` is the plan's target it tells of, in the target's unit. `definition` says
    what counts, and what it must not be mixed up with.
    """

    id: str
    title: Bilingual
    unit: str
    adds: Adds
    definition: Bilingual
    verified: bool
    source: str
    weight: str | None = None
    target: str | None = None


def period_title(period: str) -> Bilingual:
    """
    Write a period as people do.

    >>> period_title("2019-04-01").vi, period_title("2025").vi
    ('01/04/2019', '2025')
    """
    return Bilingual("/".join(reversed(period.split("-"))), period)
