"""Posts of the field held against the roads: recorded under a road's code, told how far off."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import geopandas as gpd

from geo_app.analysis.linear import locate_on, to_along
from geo_app.domain.chainage import write_chainage
from geo_app.domain.post import FieldPost, PostState, read_post
from geo_app.errors import UnknownError
from geo_app.studies.routes import POSTS, ROUTE_LAYERS, Road, read_routes
from geo_app.workspace import Workspace
from geo_app.workspace.posts import field_posts, record_post


def record(
    ws: Workspace,
    *,
    route: str,
    chainage: str,
    lon: float,
    lat: float,
    accuracy_m: float | None,
    who: str,
    note: str = "",
) -> FieldPost:
    """
    Keep a post as somebody read it, at the place a phone measured; it waits to be accepted.

    Parameters
    ----------
    route, chainage
        In any spelling; a road named in `chainage` comes before `route`.
    lon, lat
        Degrees, EPSG:4326.

    Raises
    ------
    UnknownError
        If there is no such road.
    DataError, AccessError
        If what stands on the post cannot be read, or it may not be kept; see `record_post`.
    """
    named, chainage_m = read_post(chainage, route)
    road = read_routes(ws, ROUTE_LAYERS.default, POSTS.default).find(named)
    return record_post(
        ws,
        route=road.code,
        chainage_m=chainage_m,
        lon=lon,
        lat=lat,
        accuracy_m=accuracy_m,
        who=who,
        note=note,
    )


def roads_by_code(ws: Workspace) -> Mapping[str, Road]:
    """Return the roads that a post may stand on; none where no layer of roads has data."""
    try:
        return read_routes(ws, ROUTE_LAYERS.default, POSTS.default).roads
    except UnknownError:
        return {}


def post_rows(ws: Workspace, state: PostState | None = "pending") -> list[dict[str, Any]]:
    """
    Return the posts in a state, or all, as the command line prints them.

    ``off_road_m`` is how far from its drawn road one was recorded; ``moves_m`` how far along it
    from where its chainage stands now. None where the road or the chainage is not known.
    """
    posts = field_posts(ws, state)
    if not posts:
        return []
    roads = roads_by_code(ws)
    lonlat = gpd.points_from_xy([p.lon for p in posts], [p.lat for p in posts], crs="EPSG:4326")
    points = np.asarray(lonlat.to_crs(ws.settings.crs))
    return [_row(post, roads.get(post.route), points[at : at + 1]) for at, post in enumerate(posts)]


def _row(post: FieldPost, road: Road | None, point: "np.ndarray[Any, Any]") -> dict[str, Any]:
    off_road, moves = _away(post, road, point) if road else (None, None)
    return {
        "id": post.id,
        "route": post.route,
        "chainage": write_chainage(post.chainage_m),
        "lat": post.lat,
        "lon": post.lon,
        "accuracy_m": post.accuracy_m,
        "off_road_m": off_road,
        "moves_m": moves,
        "who": post.who,
        "made": post.made.isoformat(),
        "note": post.note,
        "state": post.state,
        "remark": post.remark,
    }


def _away(post: FieldPost, road: Road, point: "np.ndarray[Any, Any]") -> tuple[float, float | None]:
    along, away = locate_on(road.course, point)
    off_road = round(float(away[0]), 1)
    if road.route is None:
        return off_road, None
    stands = np.concatenate(to_along(road.route, np.array([post.chainage_m])))
    moves = np.abs(stands - along[0])
    return off_road, None if np.isnan(moves).all() else round(float(np.nanmin(moves)), 1)
