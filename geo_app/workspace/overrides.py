"""Setting findings aside, and taking that back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from geo_app.domain.access import may
from geo_app.domain.layer import Layer
from geo_app.domain.override import Override
from geo_app.errors import AccessError, DataError, UnknownError
from geo_app.storage.records import Records
from geo_app.workspace.entries import NAME_LETTERS, NOTE_LETTERS, today, typed
from geo_app.workspace.view import Workspace


def add_override(
    ws: Workspace,
    layer: str,
    *,
    reason: str,
    who: str,
    until: date,
    feature: str | None = None,
    site: str | None = None,
) -> Override:
    """
    Set what a layer says aside until a day, or until the layer changes.

    Parameters
    ----------
    layer
        A layer with data.
    feature
        The key of one feature, its parts joined by ``/``; None: the whole layer.
    site
        `geo_app.domain.override.site_digest` of one site; None: any site.

    Raises
    ------
    AccessError
        If the reader may not.
    UnknownError
        If there is no such layer or feature, or no data.
    DataError
        If a text is missing or too long, or the day is past.
    """
    found = _overridable(ws, layer)
    version = ws.version(found.id)
    if version is None:
        message = f"layer {layer}: has no data; there is nothing to set aside"
        raise UnknownError(message)
    if feature is not None:
        _require_feature(ws, found, feature)
    if until < today(ws):
        message = f"until: found {until}; expected today or a later day"
        raise DataError(message)
    draft = Override(
        id=0,
        layer=found.id,
        feature=feature,
        site=site,
        reason=typed("reason", reason, most=NOTE_LETTERS),
        who=typed("who", who, most=NAME_LETTERS),
        made=datetime.now(UTC),
        until=until,
        digest=version.digest,
    )
    return Records(ws.settings).add_override(draft)


def end_override(ws: Workspace, override_id: int, *, who: str) -> Override:
    """
    Take an override back; it stays in the records.

    Raises
    ------
    UnknownError
        If there is none of that number that holds for this reader.
    AccessError
        If the reader may not.
    """
    found = next((each for each in ws.overrides() if each.id == override_id), None)
    if found is None:
        message = f"there is no override {override_id}, or it was taken back"
        raise UnknownError(message)
    _overridable(ws, found.layer)
    ended, by = datetime.now(UTC), typed("who", who, most=NAME_LETTERS)
    Records(ws.settings).end_override(override_id, when=ended, by=by)
    return replace(found, ended=ended, ended_by=by)


def override_rows(ws: Workspace) -> list[dict[str, Any]]:
    """Return all overrides, as the command line prints them."""
    return [
        {
            "id": each.id,
            "layer": each.layer,
            "feature": each.feature,
            "site": each.site,
            "state": _state(ws, each),
            "reason": each.reason,
            "who": each.who,
            "made": each.made.isoformat(),
            "until": each.until.isoformat(),
            "digest": each.digest,
            "ended": each.ended.isoformat() if each.ended else None,
            "ended_by": each.ended_by,
        }
        for each in ws.overrides(ended=True)
    ]


def _state(ws: Workspace, override: Override) -> str:
    if override.ended:
        return "ended"
    version = ws.versions.get(override.layer)
    return override.state(today(ws), version.digest if version else None)


def _overridable(ws: Workspace, layer: str) -> Layer:
    found = ws.catalogue.layer(layer)
    if not may(ws.user, "override", found.access):
        message = f"layer {layer}: {ws.user.name} may not set aside what it says"
        raise AccessError(message)
    return found


def _require_feature(ws: Workspace, layer: Layer, feature: str) -> None:
    if layer.geometry != "raster" and layer.key:
        rows = ws.read(layer.id, columns=layer.key)
        parts = zip(*(rows[name] for name in layer.key), strict=True)
        if any("/".join(map(str, each)) == feature for each in parts):
            return
    message = f"layer {layer.id}: has no feature {feature!r} (key: {'/'.join(layer.key) or 'none'})"
    raise UnknownError(message)
