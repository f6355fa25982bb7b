"""Posts become part of a layer of posts: those of the field once accepted, those of a file."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pandas as pd

import geopandas as gpd

from geo_app.domain.access import may
from geo_app.domain.layer import Layer
from geo_app.domain.post import LAYER, POST_KM, ROUTE, FieldPost
from geo_app.domain.version import Provenance, Version
from geo_app.errors import AccessError, StoreError, UnknownError
from geo_app.workspace.entries import today
from geo_app.workspace.posts import field_posts, settle_post
from geo_app.workspace.publishing import conforming, prepare_features, publish
from geo_app.workspace.view import Workspace

SURVEYED = "surveyed"
"""Basis of a post that someone stood beside."""


def accept_posts(
    ws: Workspace, ids: Sequence[int], *, remark: str = "", layer: str = LAYER
) -> Version:
    """
    Publish posts of the field as verified ones, beside those the layer has.

    Raises
    ------
    AccessError
        If this reader may not publish.
    UnknownError
        If one of `ids` does not wait; then none is accepted.
    StoreError
        If somebody else published the layer meanwhile; then none is accepted.
    """
    found = _publishable(ws, layer)
    chosen = _waiting(ws, ids)
    what = f"posts {', '.join(str(post.id) for post in chosen)}"
    version = add_posts(ws, _rows(ws, found, chosen), what=what, layer=layer)
    for post in chosen:
        settle_post(ws, post.id, "accepted", remark=remark)
    return version


def return_post(ws: Workspace, number: int, *, remark: str) -> FieldPost:
    """
    Leave a post of the field out, and say why.

    Raises
    ------
    AccessError
        If this reader may not publish.
    UnknownError
        If no such post waits.
    """
    _waiting(ws, [number])
    return settle_post(ws, number, "returned", remark=remark)


def add_posts(ws: Workspace, posts: gpd.GeoDataFrame, *, what: str, layer: str = LAYER) -> Version:
    """
    Publish the layer of posts with some more; one whose key it has takes that one's place.

    Parameters
    ----------
    posts
        Columns named as the layer's fields, its key among them, in the layer's CRS.
    what
        What it is called in the history.

    Raises
    ------
    AccessError
        If this reader may not publish.
    DataError
        If the posts do not fit the layer.
    StoreError
        If somebody else published the layer meanwhile.
    """
    found = _publishable(ws, layer)
    served, rows = ws.version(layer), conforming(ws, found, posts)
    counts = {"added": len(rows), "changed": 0, "removed": 0, "unchanged": 0}
    newest = _newest(ws, rows)
    if served is not None:
        before = ws.read(layer)
        stays = ~_keys(before, found).isin(_keys(rows, found))
        counts |= {"changed": int((~stays).sum()), "unchanged": int(stays.sum())}
        counts["added"] -= counts["changed"]
        rows = pd.concat([before[stays], rows])
    given = _provenance(ws, served, newest)
    version = prepare_features(ws, found, rows, replace(given, difference=counts))
    published = publish(ws, {layer: version}, what=what, yielding=True)
    if published.versions.get(layer) != version.id:
        message = f"layer {layer}: somebody else published it just now; do it again"
        raise StoreError(message)
    return version


def _publishable(ws: Workspace, layer: str) -> Layer:
    found = ws.catalogue.layer(layer)
    if not may(ws.user, "publish", found.access):
        message = f"layer {layer}: {ws.user.name} may not publish"
        raise AccessError(message)
    return found


def _waiting(ws: Workspace, ids: Sequence[int]) -> list[FieldPost]:
    waiting = {post.id: post for post in field_posts(ws)}
    unknown = [number for number in ids if number not in waiting]
    if unknown or not ids:
        asked, known = (", ".join(map(str, each)) or "none" for each in (unknown, waiting))
        message = f"posts: found {asked}, which do not wait; waiting: {known}"
        raise UnknownError(message)
    return [waiting[number] for number in dict.fromkeys(ids)]


def _rows(ws: Workspace, layer: Layer, posts: Sequence[FieldPost]) -> gpd.GeoDataFrame:
    zone = ZoneInfo(ws.settings.time_zone)
    rows = gpd.GeoDataFrame(
        {
            layer.key[0]: [f"field-{post.id}" for post in posts],
            ROUTE: [post.route for post in posts],
            POST_KM: [post.chainage_m / 1_000 for post in posts],
            "accuracy_m": pd.Series([post.accuracy_m for post in posts], dtype="float64"),
            "valid_from": [post.made.astimezone(zone).date() for post in posts],
            "verified": True,
            "source": [_source(post, zone) for post in posts],
        },
        geometry=gpd.points_from_xy([post.lon for post in posts], [post.lat for post in posts]),
        crs="EPSG:4326",
    ).to_crs(layer.crs)
    basis = layer.fields.get("basis")
    return rows.assign(basis=SURVEYED) if basis and SURVEYED in basis.values else rows


def _source(post: FieldPost, zone: ZoneInfo) -> str:
    """Say where a post comes from; who recorded it stays in the records: layers are public."""
    day = post.made.astimezone(zone).strftime("%d/%m/%Y")
    return f"Đo tại cọc ngày {day} (phiếu {post.id})"


def _keys(frame: pd.DataFrame, layer: Layer) -> "pd.Series[str]":
    return frame[list(layer.key)].astype(str).agg("/".join, axis=1)


def _newest(ws: Workspace, posts: pd.DataFrame) -> dt.date:
    """Return the day of the newest post; today where none says its own."""
    days = posts["valid_from"].dropna() if "valid_from" in posts else pd.Series(dtype="object")
    return pd.Timestamp(days.max()).date() if len(days) else today(ws)


def _provenance(ws: Workspace, served: Version | None, newest: dt.date) -> Provenance:
    """Say of the whole what was said before, marks included: what was there is still there."""
    if served is None:
        return Provenance(kind="import", by=ws.user.name, date=newest)
    given = served.provenance
    return replace(
        given,
        kind="import",
        by=ws.user.name,
        date=max(given.date or newest, newest),
        file=None,
        sha256=None,
        findings={},
    )
