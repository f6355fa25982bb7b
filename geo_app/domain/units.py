"""Units of one kind, and what one is in another."""

import re
from collections.abc import Mapping

from geo_app.errors import DataError

LENGTH_M: Mapping[str, float] = {"cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1_000.0}
AREA_M2: Mapping[str, float] = {"m2": 1.0, "ha": 10_000.0, "km2": 1_000_000.0}
SHARE: Mapping[str, float] = {"pct": 1.0, "ratio": 100.0}
TIME_S: Mapping[str, float] = {"s": 1.0, "h": 3_600.0}
MONEY_VND: Mapping[str, float] = {"vnd": 1.0, "million_vnd": 1e6, "billion_vnd": 1e9}
_KINDS = (LENGTH_M, AREA_M2, SHARE, TIME_S, MONEY_VND)


_WRITTEN = {
    "m²": "m2", "m2": "m2", "km²": "km2", "km2": "km2", "ha": "ha", "km": "km", "m": "m",
    "cm": "cm", "dm": "dm", "%": "pct", "đồng": "vnd", "vnd": "vnd", "triệu đồng": "million_vnd",
    "tỷ đồng": "billion_vnd", "giờ": "h", "h": "h", "giây": "s",
}  # fmt: skip
_HEADING = re.compile(r"(?P<name>.*\S)\s*[(\[]\s*(?P<unit>[^()\[\]]+?)\s*[)\]]\s*")


def without_unit(heading: str) -> tuple[str, str | None]:
    """
    Part a column's heading from the unit it names; None where it names none that is known.

    >>> without_unit("Diện tích (m²)"), without_unit("Cấp (cũ)")
    (('Diện tích', 'm2'), ('Cấp (cũ)', None))
    """
    found = _HEADING.fullmatch(heading)
    unit = _WRITTEN.get(found["unit"].casefold()) if found else None
    return (found["name"], unit) if found and unit else (heading, None)


def factor(source: str, target: str) -> float:
    """
    Return what one `source` is in `target`.

    >>> factor("ha", "km2"), factor("km", "m")
    (0.01, 1000.0)

    Raises
    ------
    DataError
        If one is unknown, or they measure different things.
    """
    if source == target:
        return 1.0
    for kind in _KINDS:
        if source in kind and target in kind:
            return kind[source] / kind[target]
    alike = next((kind for kind in _KINDS if target in kind), {})
    words = ", ".join(alike) or "no other unit"
    message = f"unit {source!r} cannot become {target!r}; what can: {words}"
    raise DataError(message)
