"""The same content has the same digest; whatever changes in it changes that."""

import pandas as pd
import pytest

import geopandas as gpd
from shapely import Point

from geo_app.storage import content
from geo_app.storage.content import record_digest


def wells() -> gpd.GeoDataFrame:
    columns = {
        "code": pd.array(["W1", "W2", "W3"], dtype="string"),
        "users": pd.array([120, None, 0], dtype="Int64"),
        "depth_m": [12.5, None, 3.0],
        "working": pd.array([True, None, False], dtype="boolean"),
        "dug": pd.to_datetime(["1999-12-31", None, "2025-07-01"]).astype("datetime64[s]"),
    }
    return gpd.GeoDataFrame(columns, geometry=[Point(0, 0), None, Point(1, 2)], crs="EPSG:9210")


DIGEST = record_digest(wells())


def test_it_is_of_the_content_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert record_digest(wells()) == DIGEST
    monkeypatch.setattr(content, "_ROWS", 3)
    assert record_digest(wells()) == DIGEST


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", "W9"),
        ("users", 1),
        ("users", None),
        ("depth_m", 12.51),
        ("working", False),
        ("dug", pd.Timestamp("2000-01-01")),
        ("geometry", Point(0, 0.001)),
        ("geometry", None),
    ],
)
def test_any_value_counts(column: str, value: object) -> None:
    changed = wells()
    changed.loc[0, column] = value
    assert record_digest(changed) != DIGEST


def test_rows_order_and_names_count() -> None:
    assert record_digest(wells().iloc[:2]) != DIGEST
    assert record_digest(wells().iloc[::-1]) != DIGEST
    assert record_digest(wells().rename(columns={"users": "people"})) != DIGEST


def test_a_table_has_no_shapes() -> None:
    table = pd.DataFrame(wells().drop(columns="geometry"))
    assert record_digest(table) == record_digest(table.copy())
    assert record_digest(table) != DIGEST
    assert record_digest(table.iloc[:0]) != record_digest(table)
