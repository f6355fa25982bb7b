"""Lay the schematic courses of roads, the railway and rivers through their waypoints."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely
from shapely.geometry import LineString, Point, Polygon

from geo_app.errors import DataError
from sample.curves import Floats, draw_legs, insert_vertex, keep_inside, nearest_on
from sample.facts import locate

_WANDER_RATIO = {
    "national_roads": 0.06,
    "expressways": 0.012,
    "planned_roads": 0.02,
    "railway": 0.03,
    "rivers": 0.1,
}


@dataclass(frozen=True)
class Course:
    """A route as drawn: one leg between each two waypoints, and how far its ends were moved."""

    legs: list[Floats]
    moved_m: tuple[float, float]

    def line(self, first: int = 0, last: int | None = None) -> LineString:
        """Return the line from waypoint `first` to waypoint `last` (default: to the end)."""
        legs = self.legs[first:last]
        return LineString(np.vstack([legs[0], *(leg[1:] for leg in legs[1:])]))

    def waypoint(self, seq: int) -> Point:
        """Return where waypoint `seq` lies on the line."""
        return Point(self.legs[seq][0] if seq < len(self.legs) else self.legs[-1][-1])

    def moved_at(self, first: int, last: int) -> float:
        """Return how far the ends of a stretch were moved from their facts, at most, in metres."""
        at_start = self.moved_m[0] if first == 0 else 0.0
        at_end = self.moved_m[1] if last == len(self.legs) else 0.0
        return round(max(at_start, at_end), 1)


def lay_routes(
    routes: pd.DataFrame, waypoints: pd.DataFrame, outline: Polygon
) -> dict[str, Course]:
    """
    Lay every route in the order of `routes`, joining ends as it goes.

    Parameters
    ----------
    routes
        One row per route: `route`, `layer`, `start_at` and `end_at`; an end lies on the
        ``outline``, on an earlier route, or, where empty, at its waypoint.
    waypoints
        One row per waypoint: `route`, `seq`, `lat`, `lon`.
    outline
        The province: no line leaves it.

    Returns
    -------
    courses
        By route.
    """
    points = locate(waypoints).assign(seq=waypoints["seq"].astype(int))
    courses: dict[str, Course] = {}
    for _, row in routes.iterrows():
        route = str(row["route"])
        own = points[points["route"] == route].sort_values("seq")
        if own["seq"].tolist() != list(range(len(own))) or len(own) < 2:
            message = f"waypoints of {route}: seq {own['seq'].tolist()} is not 0, 1, 2, …"
            raise DataError(message)
        courses[route] = _lay(own, row, outline, courses)
    return courses


def _lay(
    own: gpd.GeoDataFrame, row: pd.Series, outline: Polygon, courses: dict[str, Course]
) -> Course:
    place = shapely.get_coordinates(own.geometry)
    moved = [0.0, 0.0]
    for side, target in ((0, row["start_at"]), (-1, row["end_at"])):
        if pd.isna(target):
            continue
        end = Point(place[side])
        met = nearest_on(_target_line(target, outline, courses), end)
        place[side] = np.round([met.x, met.y], 2)
        moved[side] = end.distance(met)
        if target != "outline":
            insert_vertex(courses[target].legs, Point(place[side]))
    legs = draw_legs(place, wander_ratio=_WANDER_RATIO[row["layer"]], name=row["route"])
    return Course(keep_inside(legs, outline), (moved[0], moved[1]))


def _target_line(target: str, outline: Polygon, courses: dict[str, Course]) -> LineString:
    if target == "outline":
        return outline.exterior
    if target not in courses:
        message = f"a route ends at {target!r}, which is not laid yet; move it up in the facts"
        raise DataError(message)
    return courses[target].line()
