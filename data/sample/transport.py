"""National roads, expressways, planned roads, the railway, km posts, and the rivers."""

import numpy as np
import pandas as pd

import geopandas as gpd
from shapely.geometry import Polygon

from sample.facts import CRS, numbers, read_facts
from sample.routes import Course, lay_routes
from sample.writing import Workshop

_NUMBERS = (
    *("width_m", "roadbed_m", "length_km", "from_km", "to_km"),
    *("lanes", "lanes_final", "width_final_m", "speed_kmh"),
)
_PLACING = ["route", "seq_from", "seq_to"]
_CALIBRATED = ("national_roads", "expressways")
_UNDATED = {"valid_from": None, "valid_to": None}
"""No source says since when a road or a post has stood as it does."""


def build(workshop: Workshop) -> None:
    """Write the layers of routes, and `calibration_points` and `rivers`."""
    outline = workshop.read("province_outline").geometry.iloc[0]
    routes = read_facts(workshop.facts, "road_routes")
    waypoints = read_facts(workshop.facts, "road_waypoints")
    courses = lay_routes(routes, waypoints, outline)

    roads = _sections(workshop, "national_road_sections", courses)
    roads = _with_names(roads, routes).assign(
        from_km=_km_at(roads, waypoints, "seq_from"), to_km=_km_at(roads, waypoints, "seq_to")
    )
    roads = roads.assign(road_class="quoc_lo", also_routes=None, **_UNDATED)
    _write(workshop, "national_roads", roads.rename(columns={"route": "route_code"}))
    expressways = _with_names(_sections(workshop, "expressway_sections", courses), routes)
    _write(workshop, "expressways", expressways.rename(columns={"route": "route_code"}))
    planned = _with_names(_sections(workshop, "planned_roads", courses), routes)
    _write(workshop, "planned_roads", planned.drop(columns="route"))
    railway = _with_names(_sections(workshop, "railway_sections", courses), routes)
    _write(workshop, "railway", railway.rename(columns={"route": "route_code"}))

    _write_calibration(workshop, routes, waypoints, courses)
    _write_rivers(workshop, outline)


def _sections(workshop: Workshop, facts: str, courses: dict[str, Course]) -> gpd.GeoDataFrame:
    """Cut the courses into the sections of a file of facts."""
    rows = read_facts(workshop.facts, facts)
    lines, moved = [], []
    for route, first, last in rows[_PLACING].itertuples(index=False):
        lines.append(courses[route].line(int(first), int(last)))
        moved.append(courses[route].moved_at(int(first), int(last)))
    for column in rows.columns.intersection(list(_NUMBERS)):
        rows[column] = numbers(rows[column])
    return gpd.GeoDataFrame(rows.assign(moved_m=moved), geometry=lines, crs=CRS)


def _with_names(sections: gpd.GeoDataFrame, routes: pd.DataFrame) -> gpd.GeoDataFrame:
    names = routes.set_index("route")
    return sections.assign(
        name=sections["route"].map(names["name"]), alias=sections["route"].map(names["alias"])
    )


def _km_at(sections: gpd.GeoDataFrame, waypoints: pd.DataFrame, column: str) -> pd.Series:
    """Return the chainage of the waypoint that `column` names, in kilometres."""
    km = numbers(waypoints["km_approx"]).set_axis([waypoints["route"], waypoints["seq"]])
    return pd.Series(
        [km[place] for place in zip(sections["route"], sections[column], strict=True)],
        index=sections.index,
    )


def _write(workshop: Workshop, layer_id: str, sections: gpd.GeoDataFrame) -> None:
    workshop.write(layer_id, sections.drop(columns=["seq_from", "seq_to"]))


def _write_calibration(
    workshop: Workshop,
    routes: pd.DataFrame,
    waypoints: pd.DataFrame,
    courses: dict[str, Course],
) -> None:
    calibrated = routes.loc[routes["layer"].isin(_CALIBRATED), "route"]
    posts = waypoints[waypoints["route"].isin(calibrated) & waypoints["km_approx"].notna()]
    seqs = posts["seq"].astype(int)
    places = [(courses[route], seq) for route, seq in zip(posts["route"], seqs, strict=True)]
    stated = posts["place"].str.contains(r"Km\d", regex=True)
    frame = posts[["place", "accuracy", "verified", "source"]].assign(
        point_code=posts["route"] + "_" + posts["seq"].str.zfill(2),
        route_code=posts["route"],
        chainage_km=numbers(posts["km_approx"]),
        basis=stated.map({True: "stated", False: "scaled"}),
        moved_m=[course.moved_at(seq, seq) for course, seq in places],
        back_km=np.nan,
        accuracy_m=np.nan,
        **_UNDATED,
    )
    geometry = [course.waypoint(seq) for course, seq in places]
    workshop.write("calibration_points", gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS))


def _write_rivers(workshop: Workshop, outline: Polygon) -> None:
    rivers = read_facts(workshop.facts, "rivers").assign(layer="rivers")
    waypoints = read_facts(workshop.facts, "river_waypoints").rename(columns={"river": "route"})
    courses = lay_routes(rivers.rename(columns={"river": "route"}), waypoints, outline)
    frame = rivers[["river_code", "name", "accuracy", "verified", "source"]].assign(
        moved_m=[round(max(courses[river].moved_m), 1) for river in rivers["river"]]
    )
    lines = [courses[river].line() for river in rivers["river"]]
    workshop.write("rivers", gpd.GeoDataFrame(frame, geometry=lines, crs=CRS))
