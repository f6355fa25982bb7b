"""What part of the ground a printed map shows, and at which scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from geo_app.domain.result import Picture
from geo_app.render.scale import fitting

_MARGIN_MM = 5.0
"""Between the features and the frame."""


@dataclass(frozen=True)
class Frame:
    """A rectangle of the ground, metres in the map's CRS, and the denominator of its scale."""

    west: float
    south: float
    east: float
    north: float
    scale: int

    @property
    def width_mm(self) -> float:
        """Width on paper."""
        return (self.east - self.west) / self.scale * 1_000

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        return (self.north - self.south) / self.scale * 1_000

    def metres(self, mm: float) -> float:
        """Return on the ground what is so long on paper."""
        return mm * self.scale / 1_000


def frame_of(
    pictures: Sequence[Picture], *, least: int, width_mm: float, heights_mm: tuple[float, float]
) -> Frame:
    """
    Fit a frame around features, in its middle, at the largest round scale that holds them.

    Parameters
    ----------
    pictures
        Features in one CRS in metres.
    least
        Denominator of the largest scale that the data bear.
    width_mm
        Width on paper.
    heights_mm
        Least and greatest height on paper.
    """
    bounds = np.array([each.frame.total_bounds for each in pictures])
    low, high = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    room = np.array([width_mm, heights_mm[1]]) - 2 * _MARGIN_MM
    scale = fitting(max(least, *((high - low) / room * 1_000)))
    tall = np.clip((high - low)[1] / scale * 1_000 + 2 * _MARGIN_MM, *heights_mm)
    half = np.array([width_mm, tall]) * scale / 2_000
    west, south = (low + high) / 2 - half
    east, north = (low + high) / 2 + half
    return Frame(float(west), float(south), float(east), float(north), scale)


def round_step(least: float) -> int:
    """
    Return the smallest of 1, 2, 5, 10, 20 … that is at least `least`.

    >>> round_step(0.3), round_step(22_000), round_step(5)
    (1, 50000, 5)
    """
    steps = (step * int(10**power) for power in count() for step in (1, 2, 5))
    return next(step for step in steps if step >= least)
