"""Conditions as SQL: what suits a field's type becomes part of it, anything else is told."""

import math
import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.text import plain
from geo_app.errors import DataError, UnknownError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.conditions import Contains, sql_condition

WELLS = read_catalogue(Path(__file__).parents[1] / "small_province" / "layers").layer("wells")


@pytest.mark.parametrize(
    ("where", "sql"),
    [
        ({}, None),
        ({"grade": "good"}, "\"grade\" = 'good'"),
        ({"name": "O'Hara"}, "\"name\" = 'O''Hara'"),
        ({"name": unicodedata.normalize("NFD", "Đá")}, "\"name\" = 'Đá'"),
        ({"depth_m": 3}, '"depth_m" = 3'),
        ({"depth_m": np.float64(2.5)}, '"depth_m" = 2.5'),
        ({"users": np.int32(7)}, '"users" = 7'),
        ({"working": True}, '"working" = 1'),
        ({"working": np.bool_(False)}, '"working" = 0'),
        ({"dug": date(2025, 7, 1)}, "\"dug\" = '2025-07-01'"),
        ({"dug": "2025-07-01"}, "\"dug\" = '2025-07-01'"),
        ({"dug": datetime(2025, 7, 1, 23)}, "\"dug\" = '2025-07-01'"),
        ({"dug": pd.Timestamp("2025-07-01")}, "\"dug\" = '2025-07-01'"),
        ({"name": None}, '"name" IS NULL'),
        ({"depth_m": (1, 2)}, '"depth_m" >= 1 AND "depth_m" <= 2'),
        ({"depth_m": (3, None)}, '"depth_m" >= 3'),
        ({"depth_m": (None, 3)}, '"depth_m" <= 3'),
        ({"grade": ["poor", "good"]}, "\"grade\" IN ('good', 'poor')"),
        ({"grade": {"good", None}}, '("grade" IN (\'good\') OR "grade" IS NULL)'),
        ({"grade": []}, '"grade" IN ()'),
        ({"grade": "good", "users": 7}, '"grade" = \'good\' AND "users" = 7'),
        ({"name": Contains("Giếng_Ă!")}, "plain(\"name\") LIKE '%gieng!_a%' ESCAPE '!'"),
    ],
)
def test_what_conditions_become(where: dict[str, Any], sql: str | None) -> None:
    assert sql_condition(WELLS, where) == sql


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"depth_m": "3"}, ["layer wells: field depth_m", "found '3'", "a number"]),
        ({"depth_m": True}, ["depth_m", "found True", "a number"]),
        ({"depth_m": math.nan}, ["depth_m", "found nan", "a number"]),
        ({"depth_m": (math.inf, None)}, ["depth_m", "found inf", "a number"]),
        ({"depth_m": np.float64("nan")}, ["depth_m", "nan", "a number"]),
        ({"name": 3}, ["field name", "found 3", "expected text"]),
        ({"name": "a\0b"}, ["field name", "expected text"]),
        ({"grade": ["good", 1]}, ["field grade", "found 1", "expected text"]),
        ({"working": 1}, ["field working", "found 1", "True or False"]),
        ({"working": "có"}, ["field working", "found 'có'", "True or False"]),
        ({"dug": "1/7/2025"}, ["field dug", "'1/7/2025'", "a date such as 2025-07-01"]),
        ({"dug": pd.NaT}, ["field dug", "NaT", "a date"]),
        ({"dug": 2025}, ["field dug", "found 2025", "a date"]),
        ({"users": (1,)}, ["field users", "the range (1,)", "(from, to)"]),
        ({"users": (None, None)}, ["field users", "the range (None, None)", "(from, to)"]),
        ({"users": (1, 2, 3)}, ["field users", "the range (1, 2, 3)", "(from, to)"]),
        ({"users": pd.NA}, ["field users", "<NA>", "a number"]),
        ({"users": {"a": 1}}, ["field users", "{'a': 1}", "a number"]),
        ({"users": Contains("1")}, ["field users", "Contains('1')", "holds no text"]),
    ],
)
def test_what_does_not_suit(where: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        sql_condition(WELLS, where)
    assert [word for word in words if word not in str(caught.value)] == []


def test_an_unknown_field() -> None:
    with pytest.raises(UnknownError, match="layer wells: there is no field 'x\" OR 1=1'"):
        sql_condition(WELLS, {'x" OR 1=1': 1})


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.create_function("plain", 1, lambda v: plain(v) if v else "")
    connection.execute("CREATE TABLE features (name)")
    yield connection
    connection.close()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.text())
def test_text_finds_itself_and_nothing_else(
    database: sqlite3.Connection, text: str, other: str
) -> None:
    composed = unicodedata.normalize("NFC", text)
    database.execute("DELETE FROM features")
    database.executemany("INSERT INTO features VALUES (?)", [(composed,), ("x",)])
    for condition in (text, [text]):
        sql = sql_condition(WELLS, {"name": condition})
        found = database.execute(f"SELECT name FROM features WHERE {sql}").fetchall()
        assert set(found) == {(composed,)}
    sql = sql_condition(WELLS, {"name": Contains(other)})
    found = database.execute(f"SELECT name FROM features WHERE {sql}").fetchall()
    assert ((composed,) in found) == (plain(other) in plain(composed))
