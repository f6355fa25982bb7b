"""
Chainage (lý trình): a place on a road as its kilometre posts tell it, read and written.

Spellings are those of Vietnamese road files and of people on the telephone; ``Km18+300`` is 300 m
after the post Km18. Where a road was realigned, a kilometre may be longer than 1,000 m
(``Km18+1250``).
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from geo_app.domain.text import plain
from geo_app.errors import DataError

Side = Literal["left", "right"]

EXPECTED = "such as QL4B Km18+300, or QL4B Km3+700–Km18"
EXPECTED_VI = "ví dụ QL4B Km18+300, hoặc QL4B Km3+700–Km18"
_METRES = r"\d{1,4}(?:[.,]\d{1,3})?"
_PLACE = re.compile(
    rf"""(?<![\w.+])(?:
        km\s*(?P<km>\d{{1,4}})\s*\+\s*(?P<m>{_METRES})          # Km18+300, km 18 + 300,50
      | km\s*(?P<post>\d{{1,4}})\s*[+/,]?\s*h\s*(?P<h>[0-9])  # Km18 H3+50: posts of 100 m
        (?:\s*\+\s*(?P<hm>{_METRES}))?
      | km\s*(?P<decimal>\d{{1,4}}(?:[.,]\d{{1,3}})?)           # Km18, km 18,3
      | (?P<bare>\d{{1,4}})\s*\+\s*(?P<bare_m>{_METRES})        # 18+300
    )(?![\w+])""",
    re.VERBOSE | re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:[-–—‐‑−÷~→]|->|đến|den|tới|toi|to)\s*", re.IGNORECASE)
_BARE_END = re.compile(r"(\d{1,4})(?![\w+])")
_SIDE = re.compile(
    r"(?:\bbên\s+|\bphía\s+)?\b(?P<name>trái|phải|trai|phai|left|right)\b(?:\s+(?:tuyến|tuyen|side))?"
    r"|\(\s*(?P<letter>[TP])\s*\)|(?<=[\s,;])(?P<end>[TP])\s*$",
    re.IGNORECASE,
)
_SIDES: dict[str, Side] = {
    "t": "left", "trai": "left", "left": "left", "p": "right", "phai": "right", "right": "right",
}  # fmt: skip
_EDGES = " \t\r\n,;:.-–—()/|"
_REMARK = re.compile(r"\([^)]*\)")
_FILLERS = re.compile(
    r"^(?:từ|tại|ở|lý trình|trên|của|tuyến|đường(?! tỉnh| huyện| cao| xã))(?:\s+|$)"
    r"|\s+(?:từ|tại|ở|lý trình)$",
    re.IGNORECASE,
)
_KINDS = (
    (re.compile(r"^(?:quoc lo|ql|national (?:road|highway)|nh)[\s.]*"), "ql"),
    (re.compile(r"^(?:duong tinh|tinh lo|dt|tl|provincial road)[\s.]*(?=\d)"), "dt"),
    (re.compile(r"^(?:duong huyen|huyen lo|dh|hl|district road)[\s.]*(?=\d)"), "dh"),
    (re.compile(r"^(?:duong )?(?:cao toc|ct|expressway)[\s._]*"), "ct"),
)


@dataclass(frozen=True)
class Reference:
    """
    A place or stretch of a road as somebody wrote it.

    `route` is the road as written, "" where none was. `start_m` and `end_m` are metres of
    chainage; `end_m` is None for a place. `start_km` and `end_km` are the posts named: they tell
    Km18+1250 from Km19+250 where a kilometre is longer than 1,000 m.
    """

    route: str
    start_m: float
    start_km: int
    end_m: float | None = None
    end_km: int | None = None
    side: Side | None = None


def read_reference(text: str) -> Reference:
    """
    Read a place or stretch of a road.

    >>> found = read_reference("Quốc lộ 4B, km 18 + 300 (T)")
    >>> found.route, found.start_m, found.side
    ('Quốc lộ 4B', 18300.0, 'left')
    >>> read_reference("QL4B Km3+700÷Km18").end_m
    18000.0

    Raises
    ------
    DataError
        If it holds no chainage, more than a stretch, or one that runs backwards.
    """
    composed = unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()
    first = _PLACE.search(composed)
    if first is None:
        raise DataError(
            f"chainage: found {shown(text)}; expected a road and a kilometre, {EXPECTED}",
            vi=f"Không có lý trình trong {shown(text)}; cần tuyến và lý trình, {EXPECTED_VI}.",
        )
    start_m, start_km = _metres(first)
    end_m, end_km, after = _end(composed, first)
    rest = f"{composed[: first.start()]} | {composed[after:]}"
    if _PLACE.search(rest):
        raise DataError(
            f"chainage: found more than one stretch in {shown(text)}; expected one, {EXPECTED}",
            vi=f"Có hơn một đoạn trong {shown(text)}; chỉ ghi một, {EXPECTED_VI}.",
        )
    if end_m is not None and end_m < start_m:
        forwards = f"{write_chainage(end_m)}–{write_chainage(start_m)}"
        raise DataError(
            f"chainage: {shown(text)} runs backwards; expected the smaller kilometre first: "
            f"{forwards}",
            vi=f"{shown(text)} ghi ngược; cần ghi lý trình nhỏ trước: {forwards}.",
        )
    side, rest = _side(rest)
    return Reference(_route(rest), start_m, start_km, end_m, end_km, side)


def _end(text: str, first: re.Match[str]) -> tuple[float | None, int | None, int]:
    """Read the end of a stretch that begins with `first`, and where the text goes on."""
    joined = _TO.match(text, first.end())
    if joined is None:
        return None, None, first.end()
    second = _PLACE.match(text, joined.end())
    if second is not None:
        return *_metres(second), second.end()
    bare = _BARE_END.match(text, joined.end())
    if bare is None:
        return None, None, first.end()
    return int(bare[1]) * 1_000.0, int(bare[1]), bare.end()


def _metres(found: re.Match[str]) -> tuple[float, int]:
    """Return metres of chainage and the post they are counted from."""
    if found["decimal"] is not None:
        km = float(found["decimal"].replace(",", "."))
        return round(km * 1_000, 3), int(km)
    if found["h"] is not None:
        post = int(found["post"])
        return post * 1_000 + int(found["h"]) * 100 + _number(found["hm"]), post
    post = int(found["km"] or found["bare"])
    return post * 1_000 + _number(found["m"] or found["bare_m"]), post


def _number(text: str | None) -> float:
    return float((text or "0").replace(",", "."))


def _side(rest: str) -> tuple[Side | None, str]:
    found = _SIDE.search(rest)
    if found is None:
        return None, rest
    word = plain(found["name"] or found["letter"] or found["end"])
    return _SIDES[word], rest[: found.start()] + rest[found.end() :]


def _route(rest: str) -> str:
    """Return what is left beside the kilometres as the road's name."""
    parts = []
    for part in _REMARK.sub(" ", rest).split("|"):
        name = " ".join(part.split()).strip(_EDGES)
        while (bare := _FILLERS.sub("", name).strip(_EDGES)) != name:
            name = bare
        parts.append(name)
    return " ".join(filter(None, parts))


def read_kilometres(text: str) -> tuple[float, float | None] | None:
    """
    Read a cell that holds a chainage or a stretch and nothing else, in kilometres.

    Returns
    -------
    stretch
        Start and end, None for the end of a place; None where it holds anything else.

    >>> read_kilometres("Km18+300"), read_kilometres("18+300 – 19+500"), read_kilometres("18,3")
    ((18.3, None), (18.3, 19.5), None)
    """
    try:
        found = read_reference(text)
    except DataError:
        return None
    if found.route or found.side:
        return None
    return found.start_m / 1_000, None if found.end_m is None else found.end_m / 1_000


def route_key(name: str) -> str:
    """
    Fold a road's name or number so that its spellings are one.

    >>> {route_key(name) for name in ("QL4B", "QL 4B", "Quốc lộ 4b", "ql4b")}
    {'ql4b'}
    >>> route_key("TL236") == route_key("ĐT.236") == route_key("Đường tỉnh 236")
    True
    """
    folded = plain(name)
    for pattern, kind in _KINDS:
        folded, found = pattern.subn(kind, folded, count=1)
        if found:
            break
    return re.sub(r"[\W_]+", "", folded)


def write_chainage(metres: float, *, step_m: float = 1.0, km: int | None = None) -> str:
    """
    Write metres of chainage as posts tell them, to the nearest `step_m`.

    Parameters
    ----------
    km
        The post to count from; None: the last before it.

    >>> write_chainage(18_305), write_chainage(18_312, step_m=100), write_chainage(19_250, km=18)
    ('Km18+305', 'Km18+300', 'Km18+1250')
    """
    rounded = round(round(metres / step_m) * step_m, 3)
    post = math.floor(rounded / 1_000) if km is None else km
    left = rounded - post * 1_000
    if left == 0:
        return f"Km{post}"
    whole = f"{left:07.3f}".rstrip("0").rstrip(".")
    return f"Km{post}+{whole}"


def rounding_step_m(plus_minus_m: float) -> float:
    """
    Return the step that figures known to ± `plus_minus_m` are rounded to: 1, 10, 100 or 1,000 m.

    >>> [rounding_step_m(known) for known in (0.4, 15, 100, 240, 5_000)]
    [1.0, 10.0, 100.0, 100.0, 1000.0]
    """
    return next((step for step in (1_000.0, 100.0, 10.0) if plus_minus_m >= step), 1.0)


def shown(text: str) -> str:
    """Return typed text as a message quotes it: one line, not longer than a line."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 80 else f"{line[:79]}…")
