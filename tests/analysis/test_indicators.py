"""Figures of units put together, and the levels between the classes of a map."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.analysis.indicators import equal_steps, put_together, quantile_steps

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "weight", "mean", "whole"),
    [
        ([1.0, 2.0, 3.0], None, False, 6.0),
        ([1.0, NAN, 3.0], None, False, None),  # what is not known is not nothing
        ([], None, False, None),
        ([50.0, 90.0], [100.0, 300.0], True, 80.0),
        ([50.0, NAN], [100.0, 0.0], True, 50.0),  # who weighs nothing needs no figure
        ([50.0, NAN], [100.0, 1.0], True, None),
        ([50.0, 90.0], [100.0, NAN], True, None),
        ([50.0, 90.0], [0.0, 0.0], True, None),
        ([50.0, 90.0], None, True, None),
    ],
)
def test_figures_put_together(
    values: list[float], weight: list[float] | None, mean: bool, whole: float | None
) -> None:
    weighing = None if weight is None else pd.Series(weight)
    found = put_together(pd.Series(values, dtype="float64"), weight=weighing, mean=mean)
    assert found == (None if whole is None else pytest.approx(whole))


def test_a_weight_is_found_by_its_unit_not_by_its_place() -> None:
    values = pd.Series([50.0, 90.0], index=["a", "b"])
    weight = pd.Series([300.0, 100.0], index=["b", "a"])
    assert put_together(values, weight=weight, mean=True) == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("values", "count", "steps"),
    [
        ([0, 100], 4, [25.0, 50.0, 75.0]),
        ([3, 3, 3], 5, []),
        ([], 5, []),
        ([93.1, 99.4], 5, [94.0, 96.0, 98.0]),
    ],
)
def test_equal_classes_have_round_levels(
    values: list[float], count: int, steps: list[float]
) -> None:
    assert equal_steps(values, count) == steps


def test_quantiles_hold_as_many_units_each() -> None:
    assert quantile_steps(list(range(1, 11)), 5) == [2.8, 4.6, 6.4, 8.2]
    assert quantile_steps([0, 0, 0, 100, 100], 2) == []  # no level parts what is the same
    assert quantile_steps([0, 100, 100, 100, 100], 2) == [100.0]


@pytest.mark.parametrize("cut", [equal_steps, quantile_steps])
@given(
    values=st.lists(st.integers(-(10**6), 10**6).map(lambda n: n / 100), min_size=1),
    count=st.integers(2, 7),
)
def test_classes_are_no_more_than_asked_and_each_level_parts_values(
    cut: Callable[[Sequence[float], int], list[float]], values: list[float], count: int
) -> None:
    steps = cut(values, count)
    assert len(steps) < count
    assert all(low < high for low, high in pairwise(steps))
    assert all(min(values) < each <= max(values) for each in steps)
