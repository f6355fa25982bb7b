"""Pages of an attribute table."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import geopandas as gpd
from shapely import Point

from geo_app.domain.text import collation_key
from geo_app.errors import DataError, StoreError, UnknownError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.conditions import Contains
from geo_app.storage.frames import conform, read_record, write_record
from geo_app.storage.table import TablePage, TableQuery, read_page

WELLS = read_catalogue(Path(__file__).parents[1] / "small_province" / "layers").layer("wells")
NAMES = ["Đá", "Án", "An", "Âu", "ăn", "Ạn", None, "Dũ", "an"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = len(NAMES)
    frame = gpd.GeoDataFrame(
        {
            "well_code": [f"W{n}" for n in range(rows)],
            "name": NAMES,
            "grade": ["good", "poor", None] * 3,
            "depth_m": [3.0, None, 10.0, -1.5, 2.0, None, 0.0, 7.0, 30.0],
            "users": [5, None, 12, 0, 5, 7, None, 3, 100],
            "working": pd.array([True, False, None] * 3, dtype="boolean"),
            "dug": ["2025-07-01", None, "1999-12-31"] * 3,
        },
        geometry=[Point(n, 0) for n in range(rows)],
        crs="EPSG:9210",
    )
    # A name that would break an address that is not quoted.
    path = tmp_path_factory.mktemp("tỉnh #1 100% ?x") / "features.gpkg"
    write_record(conform(frame, WELLS), WELLS, path)
    return path


def page(path: Path, fields: str, **options: Any) -> TablePage:
    return read_page(path, WELLS, TableQuery(fields.split(), **options))


def column(path: Path, name: str, **options: Any) -> list[Any]:
    return [row[name] for row in page(path, name, **options).rows]


def test_rows_in_key_order_with_python_values(path: Path) -> None:
    first = page(path, "well_code name grade depth_m users working dug", limit=3)
    assert first.total == 9
    assert first.rows[0] == {
        "fid": 1,
        "well_code": "W0",
        "name": "Đá",
        "grade": "good",
        "depth_m": 3.0,
        "users": 5,
        "working": True,
        "dug": date(2025, 7, 1),
    }
    assert first.rows[1]["working"] is False
    assert first.rows[2]["working"] is None
    assert first.rows[1]["dug"] is None


def test_names_sort_as_in_the_dictionary(path: Path) -> None:
    sorted_names = ["An", "an", "Án", "Ạn", "ăn", "Âu", "Dũ", "Đá"]
    assert column(path, "name", sort="name") == [*sorted_names, None]
    assert sorted((n for n in NAMES if n), key=collation_key) == sorted_names


def test_rows_without_a_value_come_last_both_ways(path: Path) -> None:
    up = column(path, "users", sort="users")
    assert up == [0, 3, 5, 5, 7, 12, 100, None, None]
    down = column(path, "users", sort="users", descending=True)
    assert down == [100, 12, 7, 5, 5, 3, 0, None, None]
    names = column(path, "name", sort="name", descending=True)
    assert names[0] == "Đá"
    assert names[-1] is None


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", [None, "name", "users", "depth_m", "working", "dug", "grade"])
def test_pages_together_are_the_whole_table(path: Path, sort: str | None, descending: bool) -> None:
    options: dict[str, Any] = {"sort": sort, "descending": descending}
    whole = column(path, "well_code", **options, limit=50)
    assert sorted(whole) == [f"W{n}" for n in range(9)]
    for limit in (1, 2, 4, 9):
        pages = (
            column(path, "well_code", **options, offset=offset, limit=limit)
            for offset in range(0, 9, limit)
        )
        assert list(chain.from_iterable(pages)) == whole


def test_beyond_the_end(path: Path) -> None:
    beyond = page(path, "name", sort="name", offset=50)
    assert beyond.rows == []
    assert beyond.total == 9


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ({"grade": "good"}, ["W0", "W3", "W6"]),
        ({"grade": None}, ["W2", "W5", "W8"]),
        ({"grade": ["good", "poor"], "users": (5, None)}, ["W0", "W4"]),
        ({"users": (3, 7)}, ["W0", "W4", "W5", "W7"]),
        ({"depth_m": (None, 0)}, ["W3", "W6"]),
        ({"working": True}, ["W0", "W3", "W6"]),
        ({"working": False}, ["W1", "W4", "W7"]),
        ({"dug": (date(2000, 1, 1), None)}, ["W0", "W3", "W6"]),
        ({"name": "An"}, ["W2"]),
        ({"name": Contains("an")}, ["W1", "W2", "W4", "W5", "W8"]),
        ({"name": Contains("ĂN")}, ["W1", "W2", "W4", "W5", "W8"]),
        ({"name": Contains("da")}, ["W0"]),
        ({"name": Contains("du"), "users": 3}, ["W7"]),
        ({"grade": []}, []),
    ],
)
def test_filters(path: Path, where: dict[str, Any], codes: list[str]) -> None:
    found = page(path, "well_code", where=where)
    assert [row["well_code"] for row in found.rows] == codes
    assert found.total == len(codes)


def test_filtered_sorted_and_paged(path: Path) -> None:
    where = {"name": Contains("an")}
    options: dict[str, Any] = {"where": where, "sort": "users", "limit": 2}
    assert column(path, "users", **options) == [5, 7]
    assert column(path, "users", **options, offset=2) == [12, 100]
    assert column(path, "users", **options, offset=4) == [None]


ATTEMPTS = (
    "x' OR '1'='1",
    "x'; DROP TABLE features; --",
    "\\' OR 1=1 --",
    '" OR 1=1 --',
    "%",
    "_",
    "' UNION SELECT sql FROM sqlite_master --",
)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_sql_in_a_value_is_only_text(path: Path, attempt: str) -> None:
    assert column(path, "name", where={"name": attempt}) == []
    assert column(path, "name", where={"grade": [attempt]}) == []
    # What is left of it after folding is looked for; nothing is run.
    column(path, "name", where={"name": Contains(attempt)})
    assert page(path, "name").total == 9


@pytest.mark.parametrize("attempt", ["fid", "name; --", 'name" DESC --', "name__sort", "geom"])
def test_sql_in_a_name_is_an_unknown_field(path: Path, attempt: str) -> None:
    queries = (
        TableQuery([attempt]),
        TableQuery(["name"], sort=attempt),
        TableQuery(["name"], where={attempt: "x"}),
    )
    for query in queries:
        with pytest.raises(UnknownError, match="there is no field"):
            read_page(path, WELLS, query)


def test_a_value_that_does_not_suit(path: Path) -> None:
    with pytest.raises(DataError, match="field users: found 'many'; expected a number"):
        page(path, "name", where={"users": "many"})


def test_a_field_younger_than_the_record_is_empty(path: Path) -> None:
    """SQLite takes the quoted name of a column that is not there for a text."""
    young = replace(WELLS.field("name"), name="nickname", source_field="nickname")
    layer = replace(WELLS, fields={**WELLS.fields, "nickname": young})

    def codes(**options: Any) -> list[Any]:
        query = TableQuery(["well_code", "nickname"], **options)
        rows = read_page(path, layer, query).rows
        assert {row["nickname"] for row in rows} <= {None}
        return [row["well_code"] for row in rows]

    everything = [f"W{n}" for n in range(9)]
    assert codes() == everything
    assert codes(sort="nickname") == everything
    assert codes(where={"nickname": None}) == everything
    for value in ("nickname", ["nickname"], ("a", None), Contains("nick")):
        assert codes(where={"nickname": value}) == []
    record = read_record(path, layer, columns=["well_code", "nickname"])
    assert record["nickname"].isna().all()
    assert str(record["nickname"].dtype) == "str"


@pytest.mark.parametrize("kept", [0, 100, 0.5, 0.9])
def test_a_damaged_record(path: Path, tmp_path: Path, kept: float) -> None:
    content = path.read_bytes()
    damaged = tmp_path / "features.gpkg"
    damaged.write_bytes(content[: int(kept * len(content)) if kept < 1 else int(kept)])
    query = TableQuery(list(WELLS.fields), sort="name", where={"users": (0, None)})
    with pytest.raises(StoreError, match=r"features\.gpkg: damaged .*roll the layer back"):
        read_page(damaged, WELLS, query)
    with pytest.raises(StoreError, match=r"features\.gpkg: damaged .*roll the layer back"):
        read_record(damaged, WELLS)


def test_a_record_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="damaged"):
        read_page(tmp_path / "none.gpkg", WELLS, TableQuery(["name"]))


def test_sorting_and_filtering_use_an_index(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        plans = [
            database.execute(f"EXPLAIN QUERY PLAN SELECT fid FROM features {rest}").fetchall()
            for rest in (
                'WHERE "name__sort" IS NOT NULL ORDER BY "name__sort", fid LIMIT 50',
                'WHERE "users" IS NOT NULL ORDER BY "users", fid LIMIT 50',
                "WHERE \"well_code\" = 'W1'",
            )
        ]
    assert all("INDEX" in str(plan) and "TEMP B-TREE" not in str(plan) for plan in plans)
