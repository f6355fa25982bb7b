"""The roads of a province as routes: their course, their names, the posts they are measured by."""

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from shapely import LineString

from geo_app.analysis.linear import Course, Route, calibrate, chain_course
from geo_app.domain.accuracy import POSITION_M
from geo_app.domain.chainage import route_key, shown
from geo_app.domain.post import BACK_KM, POST_KM, ROUTE
from geo_app.domain.post import LAYER as POSTS_LAYER
from geo_app.domain.result import Input
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError, UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.study import Parameter
from geo_app.workspace import Workspace

ALSO = "also_routes"
"""A stretch two roads share carries the codes of the others here, with commas between."""

ROUTE_LAYERS = Parameter(
    "route_layers",
    "layers",
    ("national_roads", "provincial_roads", "expressways", "district_roads"),
    Bilingual("Các lớp đường có lý trình", "Road layers with chainage"),
    Bilingual("Đoạn đường có mã tuyến.", "Sections with a route code."),
    geometry=("line",),
)
POSTS = Parameter(
    "posts",
    "layer",
    POSTS_LAYER,
    Bilingual("Lớp cọc lý trình", "Layer of posts"),
    Bilingual("Điểm biết lý trình.", "Points of known chainage."),
    geometry=("point",),
)


@dataclass(frozen=True, eq=False)
class Road:
    """
    A road that has a code: how people call it, and how it is measured.

    `route` is None where no chainage is known on it. `calibrated`: its posts are verified;
    `sections` are its rows in the layer, with their geometry.
    """

    code: str
    name: str
    layer: str
    names: tuple[str, ...]
    course: Course
    route: Route | None
    calibrated: bool
    sections: gpd.GeoDataFrame

    def measured(self) -> Route:
        """
        Return how it is measured.

        Raises
        ------
        DataError
            If no chainage is known on it.
        """
        if self.route is None:
            raise DataError(
                f"{self.name} ({self.code}): no post of known chainage; add some with "
                "`geo-app posts add FILE` (route, chainage, coordinates)",
                vi=f"{self.name} ({self.code}) chưa có cọc biết lý trình; hãy bổ sung cọc.",
            )
        return self.route


@dataclass(frozen=True, eq=False)
class Routes:
    """Every road of the layers asked, by code; what was read for them; the layer of posts."""

    roads: Mapping[str, Road]
    inputs: tuple[Input, ...]
    posts: str
    crs: str

    def read_for(self, *roads: Road) -> tuple[Input, ...]:
        """Return what was read for some roads: their layers, and the posts."""
        layers = {self.posts, *(road.layer for road in roads)}
        return tuple(each for each in self.inputs if each.layer in layers)

    def find(self, name: str) -> Road:
        """
        Return the road that `name` means, in any spelling.

        Raises
        ------
        UnknownError
            If there is none; the nearest names are offered.
        """
        wanted = route_key(name)
        found = self._by_key.get(wanted)
        if found is None or not wanted:
            near = difflib.get_close_matches(wanted, self._by_key, n=3, cutoff=0.6)
            offered = [self.roads[self._by_key[key]].name for key in near]
            known = ", ".join(dict.fromkeys(offered or (r.name for r in self.roads.values())))
            given = f"there is no road {shown(name)}" if name else "no road is named"
            given_vi = f"Không có tuyến {shown(name)}" if name else "Chưa ghi tuyến"
            raise UnknownError(
                f"route: {given}; {'did you mean' if offered else 'there are'}: {known[:300]}",
                vi=f"{given_vi}; {'có phải là' if offered else 'có các tuyến'}: {known[:300]}",
            )
        return self.roads[found]

    @cached_property
    def _by_key(self) -> dict[str, str]:
        keys: dict[str, str] = {}
        for code, road in self.roads.items():
            for name in (code, *road.names):
                keys.setdefault(route_key(name), code)
        return keys

    def near(self, points: NDArray[np.object_], *, within_m: float) -> pd.DataFrame:
        """
        Find the roads near points.

        Returns
        -------
        found
            A row per point and road within reach: ``point`` (position), ``code``, ``away_m``;
            by point, nearest first.
        """
        edges, owner = self._edges
        point, edge = shapely.STRtree(edges).query(points, predicate="dwithin", distance=within_m)
        away = shapely.distance(edges[edge], points[point])
        found = pd.DataFrame({"point": point, "code": owner[edge], "away_m": away})
        found = found.sort_values(["point", "away_m", "code"], kind="stable")
        return found.drop_duplicates(["point", "code"]).reset_index(drop=True)

    @cached_property
    def _edges(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        roads = self.roads.values()
        lines = [road.course.edges[road.course.drawn] for road in roads]
        owner = [np.full(int(road.course.drawn.sum()), road.code, dtype=object) for road in roads]
        none = np.zeros(0, dtype=object)
        return np.concatenate([none, *lines]), np.concatenate([none, *owner])


def read_routes(
    ws: Workspace, layers: Iterable[str], posts: str, on: dt.date | None = None
) -> Routes:
    """
    Read roads and posts as they held on a day; kept for the next call of the same generation.

    Parameters
    ----------
    layers
        Line layers whose sections carry `ROUTE`; those without data are passed over.
    posts
        Layer of posts with `ROUTE` and `POST_KM`; where one has `BACK_KM` too, chainage jumps
        there from that to `POST_KM`.
    on
        Sections and posts whose ``valid_from``–``valid_to`` leaves this day out do not count;
        None: those that are valid without an end.

    Raises
    ------
    UnknownError
        If no layer has data.
    """
    return _read_routes(ws, tuple(layers), posts, on)


@lru_cache(maxsize=8)
def _read_routes(ws: Workspace, layers: tuple[str, ...], posts: str, on: dt.date | None) -> Routes:
    inputs = Inputs(ws)
    there = [layer for layer in layers if inputs.available(layer)]
    if not there:
        message = f"route_layers: none of {', '.join(layers) or 'no layer'} has data; import one"
        raise UnknownError(message, vi="Chưa có lớp tuyến đường nào có số liệu; hãy nhập một lớp.")
    known = _read_posts(inputs, posts, on)
    roads: dict[str, Road] = {}
    for layer in there:
        for road in _roads_of(inputs, layer, known, on):
            roads.setdefault(road.code, road)
    return Routes(roads, inputs.used, posts, ws.settings.crs)


def holds_on(frame: pd.DataFrame, on: dt.date | None) -> pd.Series:
    """Tell which rows are valid on a day; None: those without an end. Bounds are included."""
    valid = pd.Series(True, index=frame.index)
    day = None if on is None else pd.Timestamp(on)
    if "valid_from" in frame and day is not None:
        begins = pd.to_datetime(frame["valid_from"])
        valid &= begins.isna() | (begins <= day)
    if "valid_to" in frame:
        ends = pd.to_datetime(frame["valid_to"])
        valid &= ends.isna() if day is None else ends.isna() | (ends >= day)
    return valid


def _read_posts(inputs: Inputs, layer: str, on: dt.date | None) -> gpd.GeoDataFrame:
    """Return posts with ``code``, ``chainage_m``, ``back_m``, ``error_m``, ``verified``."""
    columns = {"code": "object", "chainage_m": "f8", "back_m": "f8", "error_m": "f8"}
    if not inputs.available(layer):
        empty = {name: pd.Series(dtype=kind) for name, kind in columns.items()}
        return gpd.GeoDataFrame(
            {**empty, "verified": pd.Series(dtype=bool)}, geometry=[], crs=inputs.ws.settings.crs
        )
    inputs.require(layer, ROUTE, POST_KM, use="chainage")
    read = inputs.features(layer, kinds=["point"])
    read = read[holds_on(read, on) & read.geometry.notna() & read[POST_KM].notna()]
    stated = read["accuracy_m"] if "accuracy_m" in read else pd.Series(np.nan, read.index)
    classed = inputs.layer(layer).accuracy
    by_class = read[classed].map(POSITION_M) if classed in read else np.nan
    back = read[BACK_KM] if BACK_KM in read else pd.Series(np.nan, read.index)
    verified = read["verified"] if "verified" in read else pd.Series(False, index=read.index)
    return gpd.GeoDataFrame(
        {
            "code": read[ROUTE],
            "chainage_m": read[POST_KM].astype("float64") * 1_000,
            "back_m": back.astype("float64") * 1_000,
            "error_m": stated.astype("float64").fillna(by_class),
            "verified": verified.fillna(False).astype(bool),
        },
        geometry=read.geometry,
        crs=read.crs,
    ).reset_index(drop=True)


def _roads_of(
    inputs: Inputs, layer: str, posts: gpd.GeoDataFrame, on: dt.date | None
) -> Iterator[Road]:
    found = inputs.layer(layer)
    if ROUTE not in {each.name for each in inputs.ws.fields(found)}:
        return
    read = inputs.features(layer, kinds=["line"])
    read = read[holds_on(read, on) & read.geometry.notna() & read[ROUTE].notna()]
    for code, rows in _by_code(read):
        # A stretch shared with another road carries the other's name.
        names = _names(rows[rows[ROUTE].astype(str) == code], found.name)
        course = _course(rows)
        if course is None:
            continue
        own, verified = _posts_of(code, rows, posts)
        route = calibrate(course, own) if len(own) else None
        turned = route.course if route else course
        yield Road(code, names[0] if names else code, layer, names, turned, route, verified, rows)


def _by_code(read: gpd.GeoDataFrame) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Group sections by road; one that several share belongs to each."""
    codes = read[ROUTE].astype(str)
    if ALSO in read:
        codes = codes.where(read[ALSO].isna(), codes + "," + read[ALSO].fillna("").astype(str))
    shared = codes.str.split(",").explode().str.strip()
    shared = shared[shared != ""]
    for code, rows in shared.groupby(shared, sort=True):
        yield str(code), gpd.GeoDataFrame(read.loc[rows.index])


def _names(rows: gpd.GeoDataFrame, name: str | None) -> tuple[str, ...]:
    """Return what people call a road: the name, then the other names, each once."""
    columns = [column for column in (name, "alias") if column and column in rows]
    given = (text for column in columns for text in rows[column].dropna().unique())
    return tuple(dict.fromkeys(part.strip() for text in given for part in str(text).split(",")))


def _course(rows: gpd.GeoDataFrame) -> Course | None:
    parts: list[LineString] = list(shapely.get_parts(rows.geometry.to_numpy()))
    try:
        return chain_course(parts)
    except DataError:  # a section drawn as a point measures nothing
        return None


def _posts_of(
    code: str, rows: gpd.GeoDataFrame, posts: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, bool]:
    """Return a road's verified posts; else the others; else the ends its sections state."""
    own = posts[posts["code"] == code]
    verified = own[own["verified"]]
    if len(verified):
        return verified.reset_index(drop=True), True
    if len(own):
        return own.reset_index(drop=True), False
    return _stated_ends(rows), False


def _stated_ends(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the chainages that sections state for their ends as posts of unknown error."""
    places: list[tuple[shapely.Point, float]] = []
    if {"from_km", "to_km"} <= set(rows.columns):
        stated = rows[rows["from_km"].notna() & rows["to_km"].notna()]
        for line, start, end in zip(
            stated.geometry, stated["from_km"], stated["to_km"], strict=True
        ):
            points = shapely.get_coordinates(line)
            places += [(shapely.Point(points[0]), start), (shapely.Point(points[-1]), end)]
    return gpd.GeoDataFrame(
        {
            "chainage_m": [float(km) * 1_000 for _, km in places],
            "back_m": pd.Series(np.nan, range(len(places))),
            "error_m": np.nan,
        },
        geometry=[point for point, _ in places],
        crs=rows.crs,
    )
