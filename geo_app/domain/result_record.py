"""A result as it is kept: plain values, with the words and units needed to show it again."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from geo_app.domain.layer import Field
from geo_app.domain.result import Comparison, Findings, Input, Notice, Table, plain_value
from geo_app.domain.text import Bilingual


def result_record(found: Findings) -> dict[str, Any]:
    """Return what is kept of a result: all but its charts and pictures."""
    return {
        "study": found.study,
        "title": _words(found.title),
        "settings": {name: plain_value(value) for name, value in found.settings.items()},
        "tables": [
            {
                "name": each.name,
                "title": _words(each.title),
                "fields": _fields(each.fields),
                "rows": each.records(),
            }
            for each in found.tables
        ],
        "total_fields": _fields(found.total_fields),
        "totals": {each.name: plain_value(found.totals[each.name]) for each in found.total_fields},
        "definition": _words(found.definition),
        "explanation": _words(found.explanation),
        "inputs": [
            {
                **asdict(each),
                "title": _words(each.title),
                "date": each.date.isoformat() if each.date else None,
                "marks": list(each.marks),
            }
            for each in found.inputs
        ],
        "warnings": [{"code": each.code, "text": _words(each.text)} for each in found.warnings],
        "comparisons": [
            {
                **asdict(each),
                "title": _words(each.title),
                "value": plain_value(each.value),
                "reference": plain_value(each.reference),
            }
            for each in found.comparisons
        ],
    }


def parts_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a kept result is made of, by the names of `Findings`; its hash is the same."""
    return {
        "study": record["study"],
        "title": Bilingual(*record["title"]),
        "settings": record["settings"],
        "tables": tuple(_table(each) for each in record["tables"]),
        "totals": record["totals"],
        "total_fields": _read_fields(record["total_fields"]),
        "definition": Bilingual(*record["definition"]),
        "explanation": Bilingual(*record["explanation"]),
        "inputs": tuple(_input(each) for each in record["inputs"]),
        "warnings": tuple(
            Notice(each["code"], Bilingual(*each["text"])) for each in record["warnings"]
        ),
        "comparisons": tuple(
            Comparison(**{**each, "title": Bilingual(*each["title"])})
            for each in record["comparisons"]
        ),
    }


def _words(text: Bilingual) -> list[str]:
    return [text.vi, text.en]


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "type": each.type,
            "title": _words(each.title),
            "unit": each.unit,
            "values": {code: _words(text) for code, text in each.values.items()},
        }
        for each in fields
    ]


def _read_fields(records: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            each["name"],
            each["type"],
            Bilingual(*each["title"]),
            each["unit"],
            {code: Bilingual(*text) for code, text in each["values"].items()},
        )
        for each in records
    )


def _table(record: Mapping[str, Any]) -> Table:
    fields = _read_fields(record["fields"])
    # Values stay as they are kept: a column of whole numbers with a gap would turn to decimals.
    rows = pd.DataFrame(record["rows"], columns=[each.name for each in fields], dtype=object)
    return Table(record["name"], Bilingual(*record["title"]), fields, rows)


def _input(record: Mapping[str, Any]) -> Input:
    day = record["date"]
    return Input(
        **{
            **record,
            "title": Bilingual(*record["title"]),
            "date": dt.date.fromisoformat(day) if day else None,
            "marks": tuple(record["marks"]),
        }
    )
