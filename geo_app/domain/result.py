"""
What a study answers with: tables, figures beside official ones, inputs, warnings, pictures.

All of it is data in both languages; how it is written to a page, a workbook or a picture is not
decided here.
"""

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pandas as pd

import geopandas as gpd

from geo_app.domain.accuracy import accuracy_m, coarsest_m
from geo_app.domain.layer import MARKS, Field, FieldType, Layer, Mark
from geo_app.domain.text import Bilingual
from geo_app.domain.version import Version

ILLUSTRATIVE: tuple[Mark, ...] = ("synthetic", "schematic")
"""Marks that make a figure an illustration: it never sets a plan status."""

_DIGITS = 9
"""Figures that count in a result's hash: the order of a sum may move the last ones."""


def column(
    name: str,
    vi: str,
    en: str,
    *,
    unit: str | None = None,
    kind: FieldType = "number",
    values: Mapping[Any, Bilingual] | None = None,
) -> Field:
    """Describe a column of a result's table."""
    return Field(name, kind, Bilingual(vi, en), unit, values or {})


@dataclass(frozen=True, eq=False)
class Table:
    """Rows under titled columns; `rows` has exactly the columns that `fields` names."""

    name: str
    title: Bilingual
    fields: tuple[Field, ...]
    rows: pd.DataFrame

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as plain values, missing ones as None."""
        names = [each.name for each in self.fields]
        columns = [[plain_value(value) for value in self.rows[name]] for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Input:
    """
    A layer that was read: which version, of what date, from whom, how exact, with which marks.

    `accuracy` is in the delivery's words, `accuracy_m` the ± of its coarsest place in metres; None
    where it is not known. `placed` tells whether it has places at all.
    """

    layer: str
    title: Bilingual
    version: str
    digest: str
    date: dt.date | None
    source: str | None
    marks: tuple[Mark, ...]
    accuracy: str | None = None
    accuracy_m: float | None = None
    placed: bool = True

    @classmethod
    def of(cls, layer: Layer, version: Version, rows: pd.DataFrame | None = None) -> "Input":
        """
        Describe a version of a layer.

        Parameters
        ----------
        rows
            What was read of it: their accuracy classes, where they have any, say more than the
            delivery as a whole does.
        """
        given = version.provenance
        by_class = None
        if layer.accuracy and rows is not None and layer.accuracy in rows:
            by_class = coarsest_m(rows[layer.accuracy])
        return cls(
            layer=layer.id,
            title=layer.title,
            version=version.id,
            digest=version.digest,
            date=given.date,
            source=given.source,
            marks=given.marks,
            accuracy=given.accuracy,
            accuracy_m=by_class if by_class is not None else accuracy_m(given.accuracy),
            placed=layer.geometry != "table",
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            "layer": self.layer,
            "title": self.title.vi,
            "title_en": self.title.en,
            "version": self.version,
            "digest": self.digest,
            "date": self.date.isoformat() if self.date else None,
            "source": self.source,
            "accuracy": self.accuracy,
            "marks": list(self.marks),
        }


@dataclass(frozen=True)
class Notice:
    """Something the reader must know of a figure; `code` is lasting, the text is for people."""

    code: str
    text: Bilingual


@dataclass(frozen=True)
class Comparison:
    """
    A figure beside an official one.

    `kind`: what the official figure is. A ``reported`` figure of real data may set the status of
    the plan's `target`; a ``computed`` one never does.
    """

    title: Bilingual
    value: float | None
    reference: float | None
    unit: str
    source: str
    kind: Literal["computed", "reported"] = "computed"
    target: str | None = None

    @property
    def difference(self) -> float | None:
        """`value` less `reference`; None where one is unknown."""
        value, reference = plain_value(self.value), plain_value(self.reference)
        return None if value is None or reference is None else float(value - reference)

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            "title": self.title.vi,
            "title_en": self.title.en,
            "value": plain_value(self.value),
            "reference": plain_value(self.reference),
            "difference": plain_value(self.difference),
            "unit": self.unit,
            "source": self.source,
            "kind": self.kind,
            "target": self.target,
        }


@dataclass(frozen=True)
class Chart:
    """
    A picture of one table: `series` (columns) over `x` (a column).

    `lines` are levels to compare with, by title; `breaks` are values of `x` before which the
    series is broken: nothing is drawn across one. A `strip` shows roads as straight lines; its
    table has the columns of `geo_app.domain.road_event.STRIP_COLUMNS`. `maps` are small maps side
    by side, one for each value of `x`: the table's ``zone_code`` finds its place in the first
    picture, whose classes they are drawn in.
    """

    kind: Literal["bars", "line", "steps", "strip", "maps"]
    title: Bilingual
    table: str
    x: str
    series: tuple[str, ...]
    lines: tuple[tuple[Bilingual, float], ...] = ()
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """What a study puts on the map: a layer that need not be in the catalogue, its features."""

    layer: Layer
    frame: gpd.GeoDataFrame = field(repr=False)


@dataclass(frozen=True, eq=False)
class Findings:
    """
    All that a study found; `geo_app.studies.Result` adds how it is written.

    `tables` come with the main one first; `totals` are its figures as one row. `settings` are the
    study's parameters as used. `explanation` tells in plain words how the main number came about.
    `number` is what it is saved under, since `made`; "" where it is not.
    """

    study: str
    title: Bilingual
    settings: Mapping[str, Any]
    tables: tuple[Table, ...]
    totals: Mapping[str, Any]
    total_fields: tuple[Field, ...]
    definition: Bilingual
    explanation: Bilingual
    inputs: tuple[Input, ...]
    warnings: tuple[Notice, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    charts: tuple[Chart, ...] = ()
    pictures: tuple[Picture, ...] = ()
    number: str = ""
    made: dt.datetime | None = None

    @property
    def rows(self) -> pd.DataFrame:
        """The rows of the main table."""
        return self.tables[0].rows

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all inputs, worst first."""
        found = {mark for each in self.inputs for mark in each.marks}
        return tuple(mark for mark in MARKS if mark in found)

    @property
    def illustrative(self) -> bool:
        """Whether the figures only illustrate: an input is synthetic or schematic."""
        return any(mark in ILLUSTRATIVE for mark in self.marks)

    def table(self, name: str) -> Table:
        """Return the table called `name`."""
        return next(each for each in self.tables if each.name == name)

    def plan_status(self) -> dict[str, bool]:
        """
        Tell which of the plan's targets are met, by target.

        Empty but for reported figures of real data: what is computed from a map, or illustrated,
        sets no status.
        """
        if self.illustrative:
            return {}
        return {
            each.target: each.difference >= 0
            for each in self.comparisons
            if each.kind == "reported" and each.target and each.difference is not None
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of study, settings, inputs' contents and figures: the same wherever it runs."""
        content = {
            "study": self.study,
            "settings": dict(self.settings),
            "inputs": [(each.layer, each.digest) for each in self.inputs],
            "totals": self._totals(),
            "tables": {each.name: each.records() for each in self.tables},
        }
        text = json.dumps(rounded(content), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return all of it as ``--json`` prints it; every value is plain."""
        return {
            "study": self.study,
            "title": self.title.vi,
            "title_en": self.title.en,
            "settings": {name: plain_value(value) for name, value in self.settings.items()},
            "rows": self.tables[0].records(),
            "tables": {each.name: each.records() for each in self.tables[1:]},
            "totals": self._totals(),
            "definition": self.definition.vi,
            "definition_en": self.definition.en,
            "explanation": self.explanation.vi,
            "explanation_en": self.explanation.en,
            "inputs": [each.to_json() for each in self.inputs],
            "marks": list(self.marks),
            "illustrative": self.illustrative,
            "warnings": [
                {"code": each.code, "message": each.text.vi, "message_en": each.text.en}
                for each in self.warnings
            ],
            "comparisons": [each.to_json() for each in self.comparisons],
            "plan_status": self.plan_status(),
            "hash": self.hash,
        }

    def _totals(self) -> dict[str, Any]:
        return {each.name: plain_value(self.totals[each.name]) for each in self.total_fields}


def first_row(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the values of a frame's first row by column."""
    return {str(name): value for name, value in rows.iloc[0].items()}


def plain_value(value: Any) -> Any:
    """Return a value of a frame as JSON holds it; missing and infinite ones are None."""
    if isinstance(value, (list, tuple)):
        return [plain_value(each) for each in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        # Digits beyond these are noise of the sum, not measurement.
        return float(f"{value:.12g}") if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, dt.date) else value


def rounded(content: Any) -> Any:
    """Return what counts of some content: its numbers to the digits that are not noise."""
    if isinstance(content, Mapping):
        return {str(name): rounded(value) for name, value in content.items()}
    if isinstance(content, Iterable) and not isinstance(content, str):
        return [rounded(value) for value in content]
    return float(f"{content:.{_DIGITS}g}") if isinstance(content, float) else content
