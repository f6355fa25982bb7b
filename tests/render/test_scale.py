"""The scale of a printed map follows from what its data bear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed import source

from geo_app.domain.layer import Mark
from geo_app.render.scale import SCALES, fitting, limits


@given(st.floats(0, 7_500_000))
def test_the_next_round_scale_is_taken(least: float) -> None:
    found = fitting(least)
    assert found >= least
    assert all(scale < least for scale in SCALES if scale < found)


@pytest.mark.parametrize(
    ("accuracy_m", "scale"),
    [(0.1, None), (2.5, None), (5, 10_000), (12, 25_000), (100, 200_000), (5_000, 500_000)],
)
def test_half_a_millimetre_on_paper_is_what_data_are_off(
    accuracy_m: float, scale: int | None
) -> None:
    found = limits([source(accuracy_m=accuracy_m), source("others", accuracy_m=0.01)])
    assert [each.scale for each in found] == ([scale] if scale else [])
    if scale:
        assert "Layer roads" in found[0].reason.vi
        assert "Layer others" not in found[0].reason.vi


@pytest.mark.parametrize("mark", ["synthetic", "schematic"])
def test_what_is_drawn_for_orientation_is_not_drawn_large(mark: Mark) -> None:
    (found,) = limits([source("roads", mark, accuracy_m=1.0)])
    assert found.scale == 100_000
    assert "1:100.000" in found.reason.vi
    assert "1:100,000" in found.reason.en
    assert limits([source("roads", "unverified", accuracy_m=1.0)]) == []


def test_unknown_accuracy_is_not_a_good_one() -> None:
    (found,) = limits([source(accuracy_m=None), source("exact")])
    assert found.scale == 100_000
    assert "Layer roads" in found.reason.vi


def test_a_table_has_no_place() -> None:
    assert limits([source(accuracy_m=None, placed=False)]) == []


def test_of_many_layers_some_are_named() -> None:
    many = [source(f"layer{n}", "synthetic", accuracy_m=None) for n in range(7)]
    (found,) = limits(many)
    assert "4 lớp nữa" in found.reason.vi
    assert "4 more" in found.reason.en
