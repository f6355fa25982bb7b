"""Slope from heights: planes, whose slope is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_app.analysis.terrain import slope_degrees

rises = st.floats(-3, 3)


@settings(deadline=None)
@given(rises, rises, st.floats(0.5, 200))
def test_a_plane_has_the_slope_of_its_gradient(east: float, north: float, cell_m: float) -> None:
    row, column = np.mgrid[0:6, 0:5]
    heights = 300 + cell_m * (east * column - north * row)
    slope = slope_degrees(heights, cell_m)
    assert slope.shape == (4, 3)
    wanted = np.degrees(np.arctan(np.hypot(east, north)))
    assert slope == pytest.approx(np.full((4, 3), wanted), abs=1e-6)


def test_an_unknown_height_hides_its_neighbours() -> None:
    heights = np.zeros((5, 5))
    heights[2, 2] = np.nan
    assert np.isnan(slope_degrees(heights, 10)).all()
    heights = np.zeros((5, 5))
    heights[0, 0] = np.nan
    assert np.isnan(slope_degrees(heights, 10)).tolist() == [
        [True, False, False], [False] * 3, [False] * 3,
    ]  # fmt: skip
