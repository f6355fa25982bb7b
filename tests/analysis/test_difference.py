"""What changed between two states: computable in the head."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
from shapely import LineString, Polygon, box

from geo_app.analysis.difference import compare, match_by_geometry


def plots(codes: str, **changes: object) -> gpd.GeoDataFrame:
    """Return plots of 10 m by 10 m, one per letter, side by side."""
    columns = {"code": list(codes), "name": [f"Lô {c}" for c in codes], "n": 1.0} | changes
    shapes = [box(20 * ord(c), 0, 20 * ord(c) + 10, 10) for c in codes]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:9215")


def test_added_changed_removed_and_unchanged() -> None:
    old, new = plots("abcde"), plots("bcdef")
    new.loc[0, "name"] = "khác"
    new.loc[1, "geometry"] = box(20 * ord("c") + 2, 0, 20 * ord("c") + 12, 10)
    new.loc[2, "n"] = np.nan
    found = compare(old, new, key=["code"], fields=["code", "name", "n"])
    assert found.counts == {"added": 1, "changed": 3, "removed": 1, "unchanged": 1}
    rows = found.table.set_index("key")
    assert rows["change"].to_dict() == {
        "f": "added",
        "b": "changed",
        "c": "changed",
        "d": "changed",
        "a": "removed",
    }
    assert rows.loc[["b", "c", "d"], "attributes"].tolist() == ["name", "", "n"]
    assert rows.loc[["b", "c", "d"], "geometry_changed"].tolist() == [False, True, False]
    assert rows.loc["c", "moved_m2"] == pytest.approx(40)  # 2 m of 10 m on either side
    assert (rows.loc["f", "old"], rows.loc["a", "new"]) == (-1, -1)


def test_a_ring_that_begins_elsewhere_is_the_same() -> None:
    old = plots("a")
    new = plots("a").set_geometry([Polygon(np.roll(box(0, 0, 1, 1).exterior.coords[:-1], 1, 0))])
    old = old.set_geometry([box(0, 0, 1, 1)])
    assert compare(old, new, key=["code"], fields=[]).counts["unchanged"] == 1


def test_lines_move_by_metres() -> None:
    old = gpd.GeoDataFrame({"k": ["1"]}, geometry=[LineString([(0, 0), (10, 0)])], crs="EPSG:9215")
    new = old.set_geometry([LineString([(0, 0), (10, 3)])], crs="EPSG:9215")
    (row,) = compare(old, new, key=["k"], fields=[]).table.to_dict("records")
    assert (row["change"], row["moved_m"]) == ("changed", pytest.approx(3))


def test_tables_and_keys_of_two_fields() -> None:
    old = pd.DataFrame({"a": ["1", "1"], "b": ["x", "y"], "v": ["p", None]})
    new = pd.DataFrame({"a": ["1", "2"], "b": ["y", "x"], "v": [None, "p"]})
    found = compare(old, new, key=["a", "b"], fields=["a", "b", "v"])
    assert found.counts == {"added": 1, "changed": 0, "removed": 1, "unchanged": 1}
    assert found.table["key"].tolist() == ["2 x", "1 x"]


def test_without_a_key_features_are_matched_by_shape() -> None:
    old, new = plots("abc"), plots("cbd")
    new.loc[1, "geometry"] = box(20 * ord("b"), 0, 20 * ord("b") + 9, 10)
    assert match_by_geometry(old, new).tolist() == [2, 1, -1]
    found = compare(old, new, key=[], fields=["name"])
    assert found.by == "geometry"
    assert found.counts == {"added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    changed = found.table.loc[found.table["change"] == "changed", "moved_m2"]
    assert changed.tolist() == pytest.approx([10.0])


letters = st.lists(st.sampled_from("abcdefgh"), unique=True).map("".join)


@settings(deadline=None)
@given(letters, letters)
def test_counts_add_up_both_ways(one: str, other: str) -> None:
    there = compare(plots(one), plots(other), key=["code"], fields=["name"]).counts
    back = compare(plots(other), plots(one), key=["code"], fields=["name"]).counts
    assert there["added"] == back["removed"] == len(set(other) - set(one))
    assert there["unchanged"] == back["unchanged"] == len(set(one) & set(other))
    same = compare(plots(one), plots(one), key=["code"], fields=["name"])
    assert same.counts == {"added": 0, "changed": 0, "removed": 0, "unchanged": len(one)}
