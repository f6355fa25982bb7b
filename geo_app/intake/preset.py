"""A preset put to a delivered frame: which one fits, and what it makes of the columns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_app.domain.finding import Finding
from geo_app.domain.findings import fields as found
from geo_app.domain.layer import Layer
from geo_app.domain.preset import Condition, Preset, PresetColumn, folded
from geo_app.errors import DataError, UnknownError
from geo_app.storage.reading.coordinates import KNOWN, Headings

_ENOUGH = 0.6
"""Share of a preset's columns that must be there for it to be used unasked."""
_FEWEST = 3


@dataclass(frozen=True)
class Prepared:
    """
    A frame made ready by a preset.

    `mapping` is column → field, `units` field → unit of the file, `used` the preset's id;
    `composed` are the columns that fields were put together from.
    """

    frame: pd.DataFrame
    mapping: Mapping[str, str]
    units: Mapping[str, str]
    used: str | None = None
    personal: frozenset[str] = frozenset()
    composed: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def table_headings(presets: Mapping[str, Preset]) -> Headings:
    """Return what columns of coordinates are called in tables: everywhere, and by the presets."""
    known = presets.values()
    return KNOWN.with_more(
        (word for preset in known for word in preset.north),
        (word for preset in known for word in preset.east),
    )


def choose_preset(
    frame: pd.DataFrame, layer: Layer, presets: Mapping[str, Preset], told: str | None
) -> Preset | None:
    """
    Return the preset that is told, or the one of the layer whose columns are there.

    Raises
    ------
    UnknownError
        If there is no preset of that name.
    DataError
        If it is for other layers.
    """
    if told is None:
        fitting = [p for p in presets.values() if layer.id in p.layers and _fits(p, frame)]
        return max(fitting, key=lambda preset: _count(preset, frame), default=None)
    if told not in presets:
        message = f"--preset {told}: there is none; there are: {', '.join(presets) or 'none'}"
        raise UnknownError(message)
    preset = presets[told]
    if preset.layers and layer.id not in preset.layers:
        message = f"--preset {told}: is for {', '.join(preset.layers)}, not for {layer.id}"
        raise DataError(message)
    return preset


def prepare(frame: pd.DataFrame, preset: Preset | None) -> Prepared:
    """
    Leave out, put together, derive and translate what a preset says.

    Parameters
    ----------
    frame
        The file's columns under their own names.

    Returns
    -------
    prepared
        Composed and derived values stand in columns named as their fields; rows left out are
        gone, and the index still counts the file's rows.
    """
    if preset is None:
        return Prepared(frame, {}, {})
    count = _count(preset, frame)
    titles = {"title": preset.title.vi, "title_en": preset.title.en}
    findings = [Finding(found.PRESET_USED, titles | {"preset": preset.id, "count": count})]
    kept, told = _without(frame, preset)
    findings += told
    names = _names(kept)
    known = _spelled(names, preset)
    own = {column.field for column in preset.columns if folded(column.names[0]) in known}
    made, composed = kept.copy(deep=False), set[str]()
    for target, parts in preset.compose.items():
        given = target in own or folded(target) in names
        if not given and all(folded(part) in known for part in parts):
            columns = [known[folded(part)] for part in parts]
            words = [_words(kept[column]) for column in columns]
            made[target] = ["-".join(row) for row in zip(*words, strict=True)]
            composed |= set(columns)
            said = {"target": target, "columns": ", ".join(columns)}
            findings.append(Finding(found.VALUE_COMPOSED, said, field=target, done="converted"))
    findings += _fill(made, preset, own | set(names))
    findings += _derive(made, kept, preset)
    mapping, units = dict[str, str](), dict[str, str]()
    for column in preset.columns:
        name = known.get(folded(column.names[0]))
        if name is None or column.field in mapping.values():
            continue
        mapping[name] = column.field
        made[name], told = _translated(kept[name], column)
        findings += told
        if column.unit is not None:
            units[column.field] = column.unit
    personal = frozenset(names[folded(n)] for n in preset.personal if folded(n) in names)
    return Prepared(made, mapping, units, preset.id, personal, frozenset(composed), tuple(findings))


def _fits(preset: Preset, frame: pd.DataFrame) -> bool:
    count = _count(preset, frame)
    return count >= _FEWEST and count >= _ENOUGH * len(preset.signature)


def _count(preset: Preset, frame: pd.DataFrame) -> int:
    names = _names(frame)
    spellings = [{folded(name) for name in column.names} for column in preset.columns]
    by_column = {min(each): bool(each & set(names)) for each in spellings}
    others = preset.signature - {name for each in spellings for name in each}
    return sum(by_column.values()) + sum(name in names for name in others)


def _names(frame: pd.DataFrame) -> dict[str, str]:
    """Index columns by their folded names; the first of two counts."""
    names: dict[str, str] = {}
    for column in frame.columns:
        names.setdefault(folded(str(column)), str(column))
    return names


def _spelled(names: Mapping[str, str], preset: Preset) -> dict[str, str]:
    """Index columns by their folded names, and by that of the preset's column they are."""
    found = dict(names)
    for column in preset.columns:
        name = next((names[folded(n)] for n in column.names if folded(n) in names), None)
        if name is not None:
            found.setdefault(folded(column.names[0]), name)
    return found


def _without(frame: pd.DataFrame, preset: Preset) -> tuple[pd.DataFrame, list[Finding]]:
    keep, findings = np.ones(len(frame), dtype=bool), []
    for omission in preset.leave_out:
        out = keep & _holds(frame, omission.when)
        if out.any():
            values = {
                "count": int(out.sum()),
                "reason": omission.reason.vi,
                "reason_en": omission.reason.en,
            }
            row = int(frame.index[int(out.argmax())]) + 1
            findings.append(Finding(found.ROWS_LEFT_OUT, values, row=row, done="left_out"))
            keep &= ~out
    return (frame if keep.all() else frame[keep]), findings


def _fill(made: pd.DataFrame, preset: Preset, given: Collection[str]) -> list[Finding]:
    """Give every row the preset's constant values; a column of the file wins."""
    findings = []
    for target, value in preset.constant.items():
        if target not in given and folded(target) not in given:
            made[target] = value
            said = {"target": target, "count": len(made)}
            findings.append(Finding(found.VALUE_DERIVED, said, field=target, done="converted"))
    return findings


def _derive(made: pd.DataFrame, given: pd.DataFrame, preset: Preset) -> list[Finding]:
    """Fill fields by rules; the first rule that holds counts, and a column of that name wins."""
    findings = []
    there = {folded(str(name)) for name in given.columns}
    for target in dict.fromkeys(rule.field for rule in preset.derive):
        if folded(target) in there:
            continue
        values: NDArray[np.object_] = np.full(len(given), None, dtype=object)
        for rule in reversed([rule for rule in preset.derive if rule.field == target]):
            values[_holds(given, rule.when)] = rule.value
        count = sum(value is not None for value in values)
        if count:
            made[target] = values
            said = {"target": target, "count": count}
            findings.append(Finding(found.VALUE_DERIVED, said, field=target, done="converted"))
    return findings


def _holds(frame: pd.DataFrame, when: Condition) -> NDArray[np.bool_]:
    """Tell in which rows a condition holds; where a column is missing, in none."""
    names, holds = _names(frame), np.ones(len(frame), dtype=bool)
    for column, values in when.items():
        if folded(column) not in names:
            return np.zeros(len(frame), dtype=bool)
        words = _words(frame[names[folded(column)]])
        holds &= np.isin(np.array(words, dtype=object).astype("str"), values)
    return holds


def _translated(
    column: "pd.Series[Any]", preset: PresetColumn
) -> tuple["pd.Series[Any]", list[Finding]]:
    if not preset.codes:
        return column, []
    codes = {folded(code): target for code, target in preset.codes.items()}
    words = _words(column)
    made = [codes.get(folded(word), value) for word, value in zip(words, column, strict=True)]
    changed = [(word, codes[folded(word)]) for word in words if folded(word) in codes]
    if not changed:
        return column, []
    word, code = changed[0]
    said = {"column": str(column.name), "count": len(changed), "example": f"{word} → {code}"}
    told = Finding(found.CODE_TRANSLATED, said, field=preset.field, done="converted")
    return pd.Series(made, column.index, dtype="object"), [told]


def _words(column: "pd.Series[Any]") -> list[str]:
    """Return values as text: 1.0 is "1", nothing is ""."""
    return ["" if pd.isna(value) else _word(value) for value in column]


def _word(value: Any) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
