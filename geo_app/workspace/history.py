"""How a layer came to be what it is: who published what, from which file, treated how."""

from typing import Any

from geo_app.domain.finding import SEVERITIES, Finding, FindingCode
from geo_app.domain.findings import codes
from geo_app.domain.version import Version
from geo_app.errors import AccessError, StoreError, UnknownError
from geo_app.storage.findings import read_findings
from geo_app.storage.published import Event
from geo_app.workspace.view import Workspace


def history(ws: Workspace, layer_id: str) -> list[dict[str, Any]]:
    """
    Return every publication of a layer, oldest first, as the command line prints it.

    A version that was withdrawn or pruned is named, and what it was made from is None.
    """
    layer = ws.catalogue.layer(layer_id)
    return [
        _row(ws, layer.id, event) for event in ws.published.history if layer.id in event.changes
    ]


def findings_of(ws: Workspace, layer_id: str, version: str | None = None) -> tuple[Finding, ...]:
    """
    Return what the import of a version found; those of fields this reader may not see are left out.

    Raises
    ------
    UnknownError
        If there is no such version, or none is served.
    AccessError
        If the reader may not see the layer.
    """
    layer = ws.catalogue.layer(layer_id)
    served = version or ws.published.versions.get(layer.id)
    if served is None:
        message = f"layer {layer_id}: no data published; there are no findings"
        raise UnknownError(message)
    found = read_findings(ws.folder(layer.id, served))
    if not ws.user.publisher:
        message = f"layer {layer_id}: findings are for those who publish"
        raise AccessError(message)
    return found


def version_of(ws: Workspace, layer_id: str, version: str) -> Version:
    """
    Return a version this reader may see, served or not.

    Raises
    ------
    UnknownError
        If there is none of that name.
    AccessError
        If the reader may not see the layer.
    """
    ws.folder(layer_id, version)
    return ws.store.version(layer_id, version)


def earlier_version(ws: Workspace, layer_id: str) -> Version | None:
    """
    Return the version whose data are the last before those served; None where there is none.

    Of several versions of one day the one published last counts; a version without a date none.
    """
    layer = ws.catalogue.layer(layer_id)
    served = ws.version(layer.id)
    day = served.provenance.date if served else None
    events = [event for event in ws.published.history if layer.id in event.changes]
    found = [
        (made.provenance.date, place, made)
        for place, event in enumerate(events)
        if (made := _version(ws, layer.id, event.changes[layer.id][1]))
        and day
        and made.provenance.date
        and made.provenance.date < day
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None


def finding_rows(version: Version) -> list[tuple[FindingCode, int]]:
    """Return what a version's import found, by kind, worst first, and how often."""
    known = codes()
    counted = [(known[code], n) for code, n in version.provenance.findings.items() if code in known]
    return sorted(counted, key=lambda each: SEVERITIES.index(each[0].severity))


def _row(ws: Workspace, layer: str, event: Event) -> dict[str, Any]:
    before, after = event.changes[layer]
    made = _version(ws, layer, after)
    given = made.provenance if made else None
    changes = given.difference if given else {}
    return {
        "id": f"{layer}/{event.generation}",
        "generation": event.generation,
        "when": event.when.isoformat(),
        "by": event.by,
        "what": event.what,
        "version_before": before,
        "version": after,
        "file": given.file if given else None,
        "sha256": given.sha256 if given else None,
        "crs": given.crs if given else None,
        "shift": given.shift if given else None,
        "encoding": dict(given.encoding) if given else None,
        "mapping": dict(given.mapping) if given else None,
        "findings": dict(given.findings) if given else None,
        "notes": list(given.notes) if given else None,
        "count": made.count if made else None,
        "added": changes.get("added"),
        "changed": changes.get("changed"),
        "removed": changes.get("removed"),
        "unchanged": changes.get("unchanged"),
    }


def _version(ws: Workspace, layer: str, version: str | None) -> Version | None:
    if version is None:
        return None
    try:
        return ws.store.version(layer, version)
    except (UnknownError, StoreError):
        return None
