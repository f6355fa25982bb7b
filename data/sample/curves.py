"""Draw believable schematic lines through a few known points."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

import shapely
from shapely.geometry import LineString, Point, Polygon

Floats = npt.NDArray[np.float64]

_STEP_M = 200.0
_MARGIN_M = 40.0


def draw_legs(points: Floats, *, wander_ratio: float, name: str) -> list[Floats]:
    """
    Draw a gently winding line that passes exactly through `points`.

    A centripetal Catmull-Rom spline, which neither loops nor overshoots, wanders to both sides
    between the points. The same name always wanders the same way.

    Parameters
    ----------
    points
        Coordinates in metres, one row per point.
    wander_ratio
        How far the line leaves the spline, over the distance between two points.
    name
        Decides the way the line wanders.

    Returns
    -------
    legs
        Coordinates between each two points, both ends included, to the centimetre.
    """
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    legs = []
    for k in range(len(points) - 1):
        chord_m = float(np.linalg.norm(points[k + 1] - points[k]))
        steps = np.linspace(0, 1, max(2, round(chord_m / _STEP_M)) + 1)
        leg = _spline(ends[k : k + 4], steps)
        leg += _wander(leg, steps, chord_m * wander_ratio, f"{name}/{k}", chord_m)
        leg[0], leg[-1] = points[k], points[k + 1]
        legs.append(leg.round(2))
    return legs


def _spline(four: Floats, steps: Floats) -> Floats:
    """Return points of the centripetal Catmull-Rom curve between the second and third of four."""
    gaps = np.sqrt(np.linalg.norm(np.diff(four, axis=0), axis=1))
    t = np.concatenate([[0.0], np.cumsum(gaps)])
    at = (t[1] + steps * (t[2] - t[1]))[:, None]

    def mix(a: Floats, b: Floats, i: int, j: int) -> Floats:
        mixed: Floats = ((t[j] - at) * a + (at - t[i]) * b) / (t[j] - t[i])
        return mixed

    low, middle, high = (mix(four[i], four[i + 1], i, i + 1) for i in range(3))
    curve: Floats = mix(mix(low, middle, 0, 2), mix(middle, high, 1, 3), 1, 2)
    return curve


def _wander(leg: Floats, steps: Floats, reach_m: float, name: str, chord_m: float) -> Floats:
    """Return the sideways shift of each vertex of `leg`: none at its ends."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    draw = np.random.default_rng(seed)
    shift = np.zeros(len(steps))
    for share, wave_m in ((0.55, 5000.0), (0.3, 2700.0), (0.15, 1500.0)):
        turns = 2 * np.pi * steps * chord_m / wave_m
        shift += share * np.sin(turns + draw.uniform(0, 2 * np.pi))
    along = np.gradient(leg, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    fading = np.minimum(1.0, 4 * np.minimum(steps, 1 - steps))
    sideways: Floats = across * (reach_m * shift * fading)[:, None]
    return sideways


def keep_inside(legs: Sequence[Floats], outline: Polygon) -> list[Floats]:
    """Pull vertices that lie outside `outline` just within it; the ends of a leg stay."""
    inner = outline.buffer(-_MARGIN_M)
    shapely.prepare(inner)
    kept = []
    for leg in legs:
        pulled = leg.copy()
        for k in range(1, len(leg) - 1):
            if not inner.contains(Point(leg[k])):
                pulled[k] = shapely.get_coordinates(nearest_on(inner.exterior, Point(leg[k])))[0]
        kept.append(pulled.round(2))
    return kept


def nearest_on(line: LineString, point: Point) -> Point:
    """Return the point of `line` nearest to `point`."""
    return line.interpolate(line.project(point))


def insert_vertex(legs: list[Floats], point: Point) -> None:
    """Give the nearest leg a vertex at `point`, so that a line ending there meets it exactly."""
    at = np.array(point.coords[0])
    nearest = int(np.argmin([LineString(leg).distance(point) for leg in legs]))
    leg = legs[nearest]
    if (np.abs(leg - at) < 0.005).all(axis=1).any():
        return
    line = LineString(leg)
    along = line.project(point)
    before = np.array([line.project(Point(vertex)) for vertex in leg]) < along
    legs[nearest] = np.insert(leg, int(before.sum()), at, axis=0)
