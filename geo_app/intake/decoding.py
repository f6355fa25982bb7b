"""A file's text brought to Unicode, column by column, with what was found."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.domain.finding import Finding, FindingCode
from geo_app.domain.findings import text as found
from geo_app.domain.legacy_text import ENCODINGS, Encoding, TextDiagnosis, decode_all, diagnose
from geo_app.errors import DataError

SURE = 0.6
"""Confidence from which a column is converted without being told."""
_SAMPLE = 2_000
_HEADER = "(tên cột)"
_CODES: Mapping[str, FindingCode] = {
    "tcvn3": found.ENCODING_TCVN3,
    "vni": found.ENCODING_VNI,
    "cp1258": found.ENCODING_CP1258,
    "decomposed": found.ENCODING_DECOMPOSED,
    "utf8": found.ENCODING_MOJIBAKE,
    "utf8_tcvn3": found.ENCODING_MOJIBAKE,
    "utf8_vni": found.ENCODING_MOJIBAKE,
}


def diagnose_text(frame: pd.DataFrame) -> dict[str, TextDiagnosis]:
    """
    Tell what each text column is written in, from a sample of its values.

    Returns
    -------
    diagnoses
        Column → diagnosis, in the file's order; columns without text are left out.
    """
    return {str(name): diagnose(_sample(frame[name])) for name in _text_columns(frame)}


def decode_text(
    frame: pd.DataFrame, *, encoding: str | None = None
) -> tuple[pd.DataFrame, tuple[Finding, ...], dict[str, str]]:
    """
    Convert every text column to Unicode NFC.

    Parameters
    ----------
    frame
        Text as read; see `RawLayer`.
    encoding
        What all of it is written in; None: as diagnosed, where that is sure.

    Returns
    -------
    decoded
        The frame with its text converted.
    findings
        What each column was written in, what was lost, what stayed open.
    encodings
        Column → what it was decoded from, where it was.

    Raises
    ------
    DataError
        If `encoding` is not known, or a column cannot have been written so.
    """
    if encoding is not None and encoding not in ENCODINGS:
        message = f"encoding: found {encoding!r}; expected one of {', '.join(ENCODINGS)}"
        raise DataError(message)
    frame, findings = _with_names_decoded(frame, encoding)
    decoded, encodings = frame.copy(deep=False), dict[str, str]()
    for name, diagnosis in diagnose_text(frame).items():
        findings += _lost(name, frame[name])
        chosen = _chosen(diagnosis, encoding)
        if chosen is None:
            findings += _open(name, diagnosis)
            continue
        decoded[name] = _converted(frame[name], chosen)
        encodings[name] = chosen
        findings += _told(name, chosen, diagnosis)
    return decoded, tuple(findings), encodings


def _with_names_decoded(
    frame: pd.DataFrame, encoding: str | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Decode the columns' names, all by one reading."""
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    names = [str(name) for name in frame.columns if name != geometry]
    diagnosis = diagnose(names)
    chosen = _chosen(diagnosis, encoding)
    if chosen is None:
        return frame, []
    read = dict(zip(names, _decoded(names, chosen), strict=True))
    if len(set(read.values())) < len(read):
        return frame, []
    return frame.rename(columns=read), _told(_HEADER, chosen, diagnosis)


def _chosen(diagnosis: TextDiagnosis, told: str | None) -> Encoding | None:
    if diagnosis.encoding == "ascii":
        return None
    if told is not None:
        return None if told in {"ascii", "unicode"} else cast(Encoding, told)
    sure = diagnosis.confidence >= SURE or diagnosis.encoding == "decomposed"
    return diagnosis.encoding if sure and not diagnosis.sound else None


def _open(name: str, diagnosis: TextDiagnosis) -> list[Finding]:
    if diagnosis.sound:
        return []
    values = {
        "column": name,
        "encoding": diagnosis.encoding,
        "confidence": round(diagnosis.confidence, 2),
    }
    return [Finding(found.ENCODING_UNCERTAIN, values, field=name)]


def _told(name: str, chosen: Encoding, diagnosis: TextDiagnosis) -> list[Finding]:
    before, after = diagnosis.examples[0] if diagnosis.examples else ("", "")
    values = {
        "column": name,
        "encoding": chosen,
        "confidence": round(diagnosis.confidence, 2),
        "before": before,
        "after": after,
        "examples": [list(pair) for pair in diagnosis.examples],
    }
    findings = [Finding(_CODES[chosen], values, field=name, done="converted")]
    lost = diagnosis.lost_capitals
    if lost:
        values = {"column": name, "count": len(lost), "examples": ", ".join(lost[:5])}
        findings.append(Finding(found.CAPITALS_LOST, values, field=name))
    return findings


def _lost(name: str, column: "pd.Series[Any]") -> list[Finding]:
    broken = [value for value in _sample(column) if "\ufffd" in value]
    if not broken:
        return []
    values = {"column": name, "count": len(broken), "example": broken[0]}
    return [Finding(found.TEXT_UNRECOVERABLE, values, field=name)]


def _converted(column: "pd.Series[Any]", encoding: Encoding) -> "pd.Series[Any]":
    """Decode the distinct values once each."""
    codes, distinct = pd.factorize(column)
    texts = [value if isinstance(value, str) else "" for value in distinct]
    is_text = [isinstance(value, str) for value in distinct]
    new = [
        text if change else value
        for text, change, value in zip(_decoded(texts, encoding), is_text, distinct, strict=True)
    ]
    taken = np.array([*new, None], dtype="object")[codes]
    return pd.Series(taken, index=column.index, name=column.name, dtype=column.dtype)


def _decoded(texts: Sequence[str], encoding: Encoding) -> list[str]:
    """Decode texts; one that is not written so, in a column of mixed origin, stays as it is."""
    try:
        return decode_all(texts, encoding)
    except DataError:
        return [_or_same(text, encoding) for text in texts]


def _or_same(text: str, encoding: Encoding) -> str:
    try:
        return decode_all([text], encoding)[0]
    except DataError:
        return text


def _text_columns(frame: pd.DataFrame) -> list[str]:
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    return [
        name
        for name in frame.columns
        if name != geometry
        and not pd.api.types.is_numeric_dtype(frame[name])
        and not pd.api.types.is_datetime64_any_dtype(frame[name])
    ]


def _sample(column: "pd.Series[Any]") -> list[str]:
    distinct = [value for value in column.dropna().unique() if isinstance(value, str)]
    step = max(1, len(distinct) // _SAMPLE)
    return distinct[::step][:_SAMPLE]
