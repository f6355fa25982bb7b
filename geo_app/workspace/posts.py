"""Kilometre posts recorded in the field: they wait until someone who publishes decides."""

import math
from dataclasses import replace
from datetime import UTC, datetime

from geo_app.domain.access import may
from geo_app.domain.post import FieldPost, PostState
from geo_app.errors import AccessError, DataError, UnknownError
from geo_app.storage.records import Records
from geo_app.workspace.entries import NAME_LETTERS, NOTE_LETTERS, require_saving, typed
from geo_app.workspace.view import Workspace

_ROUTE_LETTERS = 40


def record_post(
    ws: Workspace,
    *,
    route: str,
    chainage_m: float,
    lon: float,
    lat: float,
    accuracy_m: float | None,
    who: str,
    note: str = "",
) -> FieldPost:
    """
    Keep a post as a phone measured it; nothing is calibrated by it until it is accepted.

    Parameters
    ----------
    lon, lat
        Degrees, EPSG:4326; within the province's frame.
    accuracy_m
        What the phone says of itself; None where it does not.

    Raises
    ------
    AccessError
        If this reader may not save.
    DataError
        If a figure or text cannot be, or enough was saved today.
    """
    require_saving(ws)
    west, south, east, north = ws.bounds_lonlat
    if not (west <= lon <= east and south <= lat <= north):
        message = (
            f"position: found {lon:g}, {lat:g}; expected a place in the province (longitude "
            f"{west:.2f} to {east:.2f}, latitude {south:.2f} to {north:.2f})"
        )
        raise DataError(message)
    for name, value in (("chainage_m", chainage_m), ("accuracy_m", accuracy_m or 0.0)):
        if not (math.isfinite(value) and value >= 0):
            message = f"{name}: found {value}; expected metres, 0 or more"
            raise DataError(message)
    draft = FieldPost(
        id=0,
        route=typed("route", route, most=_ROUTE_LETTERS),
        chainage_m=chainage_m,
        lon=lon,
        lat=lat,
        accuracy_m=accuracy_m,
        who=typed("who", who, most=NAME_LETTERS),
        account=ws.user.name,
        made=datetime.now(UTC),
        note=typed("note", note, most=NOTE_LETTERS, empty=True),
    )
    return Records(ws.settings).add_post(draft)


def field_posts(ws: Workspace, state: PostState | None = "pending") -> tuple[FieldPost, ...]:
    """Return the posts in a state, or all, oldest first."""
    return Records(ws.settings).posts(state)


def settle_post(ws: Workspace, post_id: int, state: PostState, *, remark: str = "") -> FieldPost:
    """
    Write down what was decided of a post, and why.

    Raises
    ------
    AccessError
        If this reader may not publish.
    UnknownError
        If there is no such post.
    """
    if not may(ws.user, "publish", "public"):
        message = f"post {post_id}: {ws.user.name} may not decide on posts"
        raise AccessError(message)
    found = next((each for each in field_posts(ws, None) if each.id == post_id), None)
    if found is None:
        message = f"there is no post {post_id}"
        raise UnknownError(message)
    why = typed("remark", remark, most=NOTE_LETTERS, empty=True)
    Records(ws.settings).settle_post(post_id, state, why)
    return replace(found, state=state, remark=why)
