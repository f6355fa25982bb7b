"""
Linear referencing: chainage to place and back along roads whose posts were placed on them.

A road is measured along its drawn course (`along_m`). Posts say which chainage stands where;
between two posts chainage is interpolated, beyond the last it runs on with the course. At a jump
(gãy lý trình) the chainage that arrives (`back_m`) differs from the one that goes on (`ahead_m`):
some chainages then exist twice, others nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from shapely import LineString, MultiLineString

from geo_app.analysis.planar import require_planar
from geo_app.errors import DataError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_DRIFT = 0.01
"""Metres by which a chainage may be off per metre from a post, at the least: 10 m a kilometre."""


@dataclass(frozen=True, eq=False)
class Course:
    """
    Where a road runs: its vertices, in the direction of chainage.

    `x`, `y` and `along_m` (from the start, rising) per vertex; `drawn` per edge: False where the
    edge only bridges a gap between two parts of the road.
    """

    x: Floats
    y: Floats
    along_m: Floats
    drawn: Flags

    @property
    def length_m(self) -> float:
        """Length with its gaps, metres."""
        return float(self.along_m[-1])

    def reversed(self) -> "Course":
        """Return the same course from its other end."""
        along = self.along_m[-1] - self.along_m[::-1]
        return Course(self.x[::-1], self.y[::-1], along, self.drawn[::-1])

    def points(self, along_m: Floats) -> NDArray[np.object_]:
        """Return the points so far along; missing for NaN or beyond an end."""
        inside = (along_m >= 0) & (along_m <= self.length_m)
        x = np.where(inside, np.interp(along_m, self.along_m, self.x), np.nan)
        y = np.where(inside, np.interp(along_m, self.along_m, self.y), np.nan)
        found: NDArray[np.object_] = np.full(len(along_m), None, dtype=object)
        found[inside] = shapely.points(x[inside], y[inside])
        return found

    def on_gap(self, along_m: Floats) -> Flags:
        """Tell which places lie where the road is not drawn."""
        edge = np.searchsorted(self.along_m, along_m, side="right") - 1
        flags: Flags = ~self.drawn[np.clip(edge, 0, len(self.drawn) - 1)]
        return flags

    def part(self, start_m: float, end_m: float) -> LineString | MultiLineString:
        """Return the drawn course between two places along it."""
        inner = self.along_m[(self.along_m > start_m) & (self.along_m < end_m)]
        stops = np.r_[start_m, inner, end_m]
        x, y = (np.interp(stops, self.along_m, values) for values in (self.x, self.y))
        drawn = ~self.on_gap((stops[:-1] + stops[1:]) / 2)
        runs = np.split(np.arange(len(drawn)), np.flatnonzero(np.diff(drawn)) + 1)
        lines = [
            LineString(np.column_stack([x, y])[run[0] : run[-1] + 2])
            for run in runs
            if drawn[run[0]]
        ]
        return lines[0] if len(lines) == 1 else MultiLineString(lines)

    @cached_property
    def edges(self) -> NDArray[np.object_]:
        """The course edge by edge, as lines."""
        ends = np.column_stack([self.x, self.y])
        return np.asarray(shapely.linestrings(np.stack([ends[:-1], ends[1:]], axis=1)))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index of the edges."""
        return shapely.STRtree(self.edges)


def chain_course(lines: Sequence[LineString]) -> Course:
    """
    Put the parts of a road end to end, from one end to the other.

    Parts that touch are joined; the others follow by their nearest ends, with a gap between. The
    first is the one that reaches farthest from the middle of all.

    Parameters
    ----------
    lines
        Lines in one metric CRS, in any order and direction; at least one with length.

    Raises
    ------
    DataError
        If there is none.
    """
    parts = [line for line in _merged(lines) if line.length > 0]
    if not parts:
        message = "road: has no course; expected at least one line with length"
        raise DataError(
            message, vi="Tuyến không có đường nào có chiều dài; hãy xem lại hình của tuyến."
        )
    ordered = _in_order([shapely.get_coordinates(part) for part in parts])
    points = np.concatenate(ordered)
    drawn = np.ones(len(points) - 1, dtype=bool)
    drawn[np.cumsum([len(part) for part in ordered])[:-1] - 1] = False
    steps = np.hypot(*np.diff(points, axis=0).T)
    kept = np.r_[True, steps > 0]
    along = np.r_[0.0, np.cumsum(steps)][kept]
    return Course(points[kept, 0], points[kept, 1], along, drawn[kept[1:]])


def _merged(lines: Sequence[LineString]) -> list[LineString]:
    merged = shapely.line_merge(MultiLineString(list(lines)))
    return list(shapely.get_parts(merged))


def _in_order(parts: list[Floats]) -> list[Floats]:
    """Order parts by nearest ends, each turned so that it starts where the last one ended."""
    ends = np.array([[part[0], part[-1]] for part in parts])
    middle = ends.reshape(-1, 2).mean(axis=0)
    first, end = divmod(int(np.argmax(np.hypot(*(ends.reshape(-1, 2) - middle).T))), 2)
    left = set(range(len(parts)))
    ordered: list[Floats] = []
    while True:
        left.remove(first)
        ordered.append(parts[first][::-1] if end else parts[first])
        if not left:
            return ordered
        away = {
            (part, end): float(np.hypot(*(ends[part, end] - ordered[-1][-1])))
            for part in left
            for end in (0, 1)
        }
        first, end = min(away, key=lambda place: away[place])


@dataclass(frozen=True, eq=False)
class Calibration:
    """
    Posts on a course, rising along it.

    `along_m` where each stands; `back_m` and `ahead_m` the chainage that arrives and goes on,
    metres; `error_m` what the post itself may be off by along the road, NaN where not known;
    `rejected` are positions of posts that contradict the others.
    """

    along_m: Floats
    back_m: Floats
    ahead_m: Floats
    error_m: Floats
    rejected: Integers

    @property
    def scales(self) -> Floats:
        """Metres of course per metre of chainage between each two posts."""
        scales: Floats = np.diff(self.along_m) / (self.back_m[1:] - self.ahead_m[:-1])
        return scales

    @cached_property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """First and last post of each stretch without a jump inside."""
        jumps = [post for post in range(1, len(self.along_m) - 1) if self._jumps(post)]
        starts, stops = [0, *jumps], [*jumps, len(self.along_m) - 1]
        return tuple(zip(starts, stops, strict=True))

    def _jumps(self, post: int) -> bool:
        return bool(self.back_m[post] != self.ahead_m[post])


@dataclass(frozen=True, eq=False)
class Route:
    """A road that chainages can be found on: its course, its posts, the worst scale of all."""

    course: Course
    posts: Calibration
    drift: float

    @property
    def start_m(self) -> float:
        """Chainage where the drawn road begins, metres."""
        return float(self.posts.ahead_m[0] - self.posts.along_m[0])

    @property
    def end_m(self) -> float:
        """Chainage where the drawn road ends, metres."""
        beyond = self.course.length_m - self.posts.along_m[-1]
        return float(self.posts.back_m[-1] + beyond)


def calibrate(course: Course, posts: gpd.GeoDataFrame) -> Route:
    """
    Put posts on a course.

    Parameters
    ----------
    course
        In the posts' CRS, in either direction: it is turned so that chainage rises.
    posts
        Points with ``chainage_m`` (that goes on), ``back_m`` (that arrives; missing where it is
        the same) and ``error_m`` (metres, NaN: not known), indexed 0, 1, ….

    Returns
    -------
    route
        A post's error includes how far it stands off the course. Posts out of order are rejected:
        the longest series that rises is kept.

    Raises
    ------
    DataError
        If there is no post.
    """
    require_planar(posts=posts)
    if posts.empty:
        message = "road: has no post of known chainage; expected at least one; add posts"
        raise DataError(message, vi="Tuyến chưa có cọc nào biết lý trình; hãy thêm cọc.")
    along, away = locate_on(course, posts.geometry.to_numpy())
    ahead = posts["chainage_m"].to_numpy(dtype="float64")
    if len(posts) > 1 and np.cov(along, ahead)[0, 1] < 0:
        course, along = course.reversed(), course.length_m - along
    back = posts["back_m"].astype("float64").fillna(posts["chainage_m"]).to_numpy()
    error = posts["error_m"].to_numpy(dtype="float64") + away
    order = np.lexsort((ahead, along))
    kept = order[_rising(along[order], back[order], ahead[order], error[order])]
    rejected = np.setdiff1d(np.arange(len(posts)), kept)
    found = Calibration(along[kept], back[kept], ahead[kept], error[kept], rejected)
    worst = float(np.abs(found.scales - 1).max()) if len(kept) > 1 else 0.0
    return Route(course, found, max(LEAST_DRIFT, worst))


def _rising(along: Floats, back: Floats, ahead: Floats, error: Floats) -> Integers:
    """Return the longest series of posts that rise in place and chainage; the surer of equals."""
    count = len(along)
    weight = np.ones(count) - 1e-6 * np.nan_to_num(error, nan=1e5) / (1 + np.nansum(error) + 1e5)
    best, before = weight.copy(), np.full(count, -1)
    for post in range(1, count):
        follows = (along[:post] < along[post]) & (ahead[:post] < back[post])
        if follows.any():
            candidates = np.where(follows, best[:post], -np.inf)
            before[post] = int(np.argmax(candidates))
            best[post] = candidates[before[post]] + weight[post]
    chain = [int(np.argmax(best))]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return np.array(chain[::-1], dtype=np.int64)


def locate_on(course: Course, points: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """
    Find where on a course each point lies nearest.

    Returns
    -------
    along_m, away_m
        Metres; NaN for missing points. Edges that bridge a gap count.
    """
    along, away = np.full(len(points), np.nan), np.full(len(points), np.nan)
    (point, edge), distance = course.tree.query_nearest(
        points, return_distance=True, all_matches=False
    )
    xy = shapely.get_coordinates(points[point])
    start = np.column_stack([course.x[edge], course.y[edge]])
    step = np.column_stack([course.x[edge + 1], course.y[edge + 1]]) - start
    length = np.hypot(*step.T)
    part = np.clip(((xy - start) * step).sum(axis=1) / length**2, 0, 1)
    along[point] = course.along_m[edge] + part * length
    away[point] = distance
    return along, away


def to_along(route: Route, chainage_m: Floats) -> tuple[Floats, Floats]:
    """
    Find chainages along the course.

    Returns
    -------
    first_m, second_m
        Metres along; NaN where the chainage does not exist. `second_m` is known where a jump
        makes the chainage exist twice; it lies after the first.
    """
    posts, wanted = route.posts, np.asarray(chainage_m, dtype="float64")
    first, second = np.full(wanted.shape, np.nan), np.full(wanted.shape, np.nan)
    for start, stop in posts.runs:
        found = _along_run(route, start, stop, wanted)
        again = ~np.isnan(found) & ~np.isnan(first)
        second[again] = found[again]
        first = np.where(np.isnan(first), found, first)
    return first, second


def _along_run(route: Route, start: int, stop: int, wanted: Floats) -> Floats:
    """Find chainages on one stretch without a jump; the first and last run on to the ends."""
    posts = route.posts
    chain = np.r_[posts.ahead_m[start : stop + 1]]
    along = posts.along_m[start : stop + 1]
    if stop > start:
        chain[-1] = posts.back_m[stop]
    if start == 0:
        chain, along = np.r_[route.start_m, chain], np.r_[0.0, along]
    if stop == len(posts.along_m) - 1:
        chain, along = np.r_[chain, route.end_m], np.r_[along, route.course.length_m]
    found: Floats = np.interp(wanted, chain, along, left=np.nan, right=np.nan)
    return found


def to_chainage(route: Route, along_m: Floats) -> Floats:
    """Return the chainage of places along the course, metres; at a jump, the one that goes on."""
    posts = route.posts
    post = np.searchsorted(posts.along_m, along_m, side="right") - 1
    before, after = np.clip(post, 0, None), np.clip(post + 1, None, len(posts.along_m) - 1)
    scale = np.ones(len(along_m))
    inner = (post >= 0) & (post < len(posts.along_m) - 1)
    scale[inner] = posts.scales[post[inner]]
    onward = posts.ahead_m[before] + (along_m - posts.along_m[before]) / scale
    chainage: Floats = np.where(
        post >= 0, onward, posts.back_m[after] - (posts.along_m[after] - along_m)
    )
    return chainage


def plus_minus(route: Route, along_m: Floats) -> Floats:
    """
    Tell by how much places along the course may be off, metres: from the nearest post on.

    A post's own error, and with every metre from it the part by which course and posts differ
    there, one hundredth at the least; the better of the posts on both sides. NaN: not known.
    """
    posts = route.posts
    drift = _drifts(route, along_m)
    post = np.searchsorted(posts.along_m, along_m, side="right") - 1
    sides = []
    for near, valid in ((post, post >= 0), (post + 1, post + 1 < len(posts.along_m))):
        at = np.clip(near, 0, len(posts.along_m) - 1)
        error = posts.error_m[at] + drift * np.abs(along_m - posts.along_m[at])
        sides.append(np.where(valid, error, np.nan))
    found: Floats = np.fmin(*sides)
    return found


def _drifts(route: Route, along_m: Floats) -> Floats:
    """Return metres of error per metre: between two posts by their scale, beyond them the worst."""
    posts = route.posts
    span = np.searchsorted(posts.along_m, along_m, side="right") - 1
    drift = np.full(len(along_m), route.drift)
    inner = (span >= 0) & (span < len(posts.along_m) - 1)
    drift[inner] = np.maximum(LEAST_DRIFT, np.abs(posts.scales[span[inner]] - 1))
    return drift


def sides_of(course: Course, along_m: Floats, points: NDArray[np.object_]) -> NDArray[np.object_]:
    """Tell on which side of the course points lie: "left", "right", or "" on it."""
    edge = np.clip(
        np.searchsorted(course.along_m, along_m, side="right") - 1, 0, len(course.drawn) - 1
    )
    xy = shapely.get_coordinates(points)
    dx, dy = course.x[edge + 1] - course.x[edge], course.y[edge + 1] - course.y[edge]
    turn = dx * (xy[:, 1] - course.y[edge]) - dy * (xy[:, 0] - course.x[edge])
    off = np.abs(turn) > 1e-3 * np.hypot(dx, dy)
    found: NDArray[np.object_] = np.where(off, np.where(turn > 0, "left", "right"), "")
    return found.astype(object)
