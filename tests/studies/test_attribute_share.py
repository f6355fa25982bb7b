"""The share of features that meet something by an attribute; unknown is neither."""

import math

import pytest

from geo_app.errors import DataError, UnknownError
from geo_app.studies.attribute_share import attribute_share
from geo_app.workspace import Workspace


def test_features_are_met_unmet_or_unknown(small_province: Workspace) -> None:
    grades = small_province.read("wells")["grade"]
    result = attribute_share(small_province, layer="wells", field="grade", values="good")
    totals = result.totals
    assert totals["features"] == len(grades) == 5
    assert totals["met"] == (grades == "good").sum()
    assert totals["unknown"] == grades.isna().sum()
    assert totals["met"] + totals["unmet"] + totals["unknown"] == 5
    assert totals["met_pct"] == pytest.approx(20 * totals["met"])
    left = result.table("left").records()
    assert len(left) == totals["unmet"] + totals["unknown"]
    assert {row["verdict"] for row in left} <= {"unmet", "unknown"}


def test_yes_and_no_are_true_and_false(small_province: Workspace) -> None:
    working = small_province.read("wells")["working"]
    yes = attribute_share(small_province, layer="wells", field="working", values="true")
    no = attribute_share(small_province, layer="wells", field="working", values="false")
    assert yes.totals["met"] == int(working.fillna(value=False).sum())
    assert yes.totals["met"] + no.totals["met"] + yes.totals["unknown"] == 5


def test_where_nothing_is_recorded_there_is_no_share(province: Workspace) -> None:
    totals = attribute_share(province).totals
    assert totals["unknown"] == totals["features"] > 0
    assert math.isnan(totals["met_pct"])
    assert totals["unknown_pct"] == 100


def test_a_value_or_field_that_does_not_exist_is_refused(small_province: Workspace) -> None:
    with pytest.raises(DataError, match="expected some of good, poor"):
        attribute_share(small_province, layer="wells", field="grade", values="best")
    with pytest.raises(DataError, match="found nothing"):
        attribute_share(small_province, layer="wells", field="grade", values=" , ")
    with pytest.raises((DataError, UnknownError), match="colour"):
        attribute_share(small_province, layer="wells", field="colour", values="red")
