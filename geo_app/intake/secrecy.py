"""What must not come in: state secrets, land of defence and security."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

import geopandas as gpd

from geo_app.domain.finding import Finding
from geo_app.domain.findings import delivery as found
from geo_app.domain.text import plain

_CODES = re.compile(r"(?<![^\W_])(CQP|CAN)(?![^\W_])")
"""Land-use codes of defence and of security (TT 08/2024/TT-BTNMT and those before it)."""
_WORDS = re.compile(r"\b(dat )?(quoc phong|an ninh)\b")
_LAND_CODE = re.compile(r"[A-Z]{3}(\s*[+/,]\s*[A-Z]{3})*")
_MARKS = re.compile(r"(?<!\w)(TUYỆT MẬT|TỐI MẬT|MẬT(?! ĐỘ))(?!\w)")
"""In capitals, as the stamp is; "mật độ" is density."""
_PERSONAL = re.compile(
    r"chu ?rung|\bmachur|chu su dung|\bchusd|chu ho|ho va ten|ho ?ten|\bcccd|\bcmnd|dinh danh"
    r"|dien thoai|\bsdt\b|e ?mail"
)
_QUOTED = ("before", "after", "example", "examples", "found", "name")
_LAND_USE = re.compile(r"mdsd|muc dich|loai dat|ma dat|land|kh2003|madat|loaidat")


def refuse_defence(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Leave out the rows of defence and security land.

    A column counts whose name speaks of land use, or most of whose values are land-use codes.

    Returns
    -------
    kept
        The frame without them.
    findings
        One per row left out.
    """
    findings: list[Finding] = []
    keep = pd.Series(data=True, index=frame.index)
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    for name in frame.columns:
        if name == geometry or not _speaks_of_land(str(name), frame[name]):
            continue
        closed = frame[name].map(_is_defence).astype(bool)
        if closed.any():
            values = {"column": str(name), "count": int(closed.sum())}
            rows = [int(at) + 1 for at in closed.to_numpy().nonzero()[0]]
            findings.append(
                Finding(
                    found.DEFENCE_LAND,
                    values | {"rows": rows[:1000]},
                    row=rows[0],
                    field=str(name),
                    done="left_out",
                )
            )
            keep &= ~closed
    return (frame[keep] if findings else frame), tuple(findings)


def is_personal(column: str) -> bool:
    """
    Tell whether a column's name speaks of a person.

    >>> is_personal("Chu_rung"), is_personal("CCCD"), is_personal("ten_xa")
    (True, True, False)
    """
    return bool(_PERSONAL.search(plain(column.replace("_", " "))))


def discreet(finding: Finding) -> Finding:
    """Return a finding without the examples it quotes from a column of personal data."""
    if finding.field is None or not is_personal(finding.field):
        return finding
    hidden = {name: "…" for name in _QUOTED if name in finding.values}
    return replace(finding, values={**finding.values, **hidden})


def secrecy_marks(path: Path, frame: pd.DataFrame) -> tuple[Finding, ...]:
    """Return a finding where the file's name or a column's name carries a secrecy mark."""
    findings = []
    for where, text in [("tên tệp", path.stem), *(("tên cột", str(c)) for c in frame.columns)]:
        seen = _MARKS.search(text.replace("_", " ").replace("-", " "))
        if seen:
            values = {"mark": seen[1], "where": f"{where} “{text}”"}
            findings.append(Finding(found.SECRECY_MARK_SEEN, values))
    return tuple(findings)


def _speaks_of_land(name: str, column: "pd.Series[Any]") -> bool:
    if _LAND_USE.search(plain(name.replace("_", " "))):
        return True
    values = [value for value in column.dropna().unique()[:200] if isinstance(value, str)]
    coded = [value for value in values if _LAND_CODE.fullmatch(value.strip())]
    return len(coded) > len(values) / 2


def _is_defence(value: object) -> bool:
    return isinstance(value, str) and bool(_CODES.search(value) or _WORDS.search(plain(value)))
