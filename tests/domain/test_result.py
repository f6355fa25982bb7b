"""Results as data: what they inherit, when they judge, and a hash that stays."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo_app.domain.layer import Mark
from geo_app.domain.result import Comparison, Findings, Input, Table, column, plain_value
from geo_app.domain.text import Bilingual

TEXT = Bilingual("chữ", "text")


def findings(
    *marks: Mark, value: float = 1.0, version: str = "v1", kind: str = "reported"
) -> Findings:
    source = Input("roads", TEXT, version, "digest", dt.date(2025, 7, 1), "Sở", tuple(marks))
    fields = (column("code", "Mã", "Code", kind="text"), column("km", "Dài", "Length", unit="km"))
    rows = pd.DataFrame({"code": ["a", None], "km": [value, np.nan]})
    return Findings(
        study="test",
        title=TEXT,
        settings={"width_m": 2.0, "surfaces": ("btn",)},
        tables=(Table("zones", TEXT, fields, rows),),
        totals={"km": value},
        total_fields=fields[1:],
        definition=TEXT,
        explanation=TEXT,
        inputs=(source,),
        comparisons=(Comparison(TEXT, value, 0.5, "pct", "KH 23", kind, "t_one"),),  # type: ignore[arg-type]
    )


def test_marks_are_those_of_all_inputs_worst_first() -> None:
    assert findings("unverified", "synthetic").marks == ("synthetic", "unverified")
    assert findings("schematic").illustrative
    assert not findings("unverified").illustrative
    assert findings().marks == ()


def test_only_reported_figures_of_real_data_set_a_status() -> None:
    assert findings().plan_status() == {"t_one": True}
    assert findings(value=0.4).plan_status() == {"t_one": False}
    assert findings("unverified").plan_status() == {"t_one": True}
    assert findings(value=np.nan).plan_status() == {}
    assert findings(kind="computed").plan_status() == {}
    for mark in ("synthetic", "schematic"):
        assert findings(mark).plan_status() == {}


def test_the_hash_follows_contents_not_names_or_noise() -> None:
    first = findings().hash
    assert findings(version="another").hash == first
    assert findings(value=1.0 + 1e-13).hash == first
    assert findings(value=1.001).hash != first


def test_unknown_is_null() -> None:
    record = findings().to_json()
    assert record["rows"] == [{"code": "a", "km": 1.0}, {"code": None, "km": None}]
    assert record["settings"] == {"width_m": 2.0, "surfaces": ["btn"]}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.int64(3), 3),
        (np.float64("inf"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (0.1 + 0.2, 0.3),
        (dt.date(2025, 7, 1), "2025-07-01"),
        (("a", np.int64(1)), ["a", 1]),
        (np.bool_(True), True),
    ],
)
def test_values_become_plain(value: object, plain: object) -> None:
    assert plain_value(value) == plain
