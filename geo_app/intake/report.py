"""Findings as a table, a CSV or a GeoJSON, worst first."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from geo_app.domain.finding import DONE, RESPONSIBLES, SEVERITIES, Finding
from geo_app.domain.text import defused
from geo_app.errors import DataError

COLUMNS = (
    "severity",
    "code",
    "row",
    "field",
    "message",
    "message_en",
    "done",
    "responsible",
    "advice",
    "longitude",
    "latitude",
)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by severity, those of one severity in the file's order."""
    return sorted(findings, key=lambda each: SEVERITIES.index(each.severity))


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """
    Write findings, worst first, as CSV (UTF-8 with a mark, for Excel) or GeoJSON.

    Raises
    ------
    DataError
        If the file's name ends otherwise.
    """
    found = worst_first(findings)
    if path.suffix.lower() == ".csv":
        _write_csv(found, path)
    elif path.suffix.lower() == ".geojson":
        features = [_feature(finding) for finding in found]
        content = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        message = f"{path}: findings are written as .csv or .geojson"
        raise DataError(message)


def _write_csv(findings: Sequence[Finding], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for finding in findings:
            row = _row(finding)
            table.writerow([defused(row[column]) for column in COLUMNS])


def _row(finding: Finding) -> dict[str, Any]:
    longitude, latitude = finding.point or (None, None)
    return {
        "severity": finding.severity,
        "code": finding.code,
        "row": finding.row,
        "field": finding.field,
        "message": finding.message("vi"),
        "message_en": finding.message("en"),
        "done": DONE[finding.done].vi,
        "responsible": RESPONSIBLES[finding.kind.responsible].vi,
        "advice": finding.kind.advice.vi,
        "longitude": longitude,
        "latitude": latitude,
    }


def _feature(finding: Finding) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": list(finding.point)} if finding.point else None
    return {
        "type": "Feature",
        "geometry": place,
        "properties": finding.to_json(),
        **({"bbox": list(finding.box)} if finding.box else {}),
    }
