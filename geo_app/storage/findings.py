"""The findings of an import, kept beside the version they belong to."""

import json
from collections.abc import Sequence
from pathlib import Path

from geo_app.domain.finding import Finding
from geo_app.domain.findings import codes
from geo_app.errors import StoreError

FILE = "findings.json"


def write_findings(folder: Path, findings: Sequence[Finding]) -> None:
    """Write the findings of an import into a version's folder; nothing where there are none."""
    if findings:
        text = json.dumps([f.to_json() for f in findings], ensure_ascii=False, indent=1)
        (folder / FILE).write_text(text, encoding="utf-8")


def read_findings(folder: Path) -> tuple[Finding, ...]:
    """
    Read the findings of a version; none where its import found nothing.

    Raises
    ------
    StoreError
        If the file is damaged.
    """
    path, known = folder / FILE, codes()
    if not path.is_file():
        return ()
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Finding(
                known[record["code"]],
                record["values"],
                row=record["row"],
                field=record["field"],
                point=tuple(record["point"]) if record["point"] else None,
                box=tuple(record["box"]) if record["box"] else None,
                done=record["done"],
            )
            for record in records
        )
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path}: damaged ({error!r}); roll the layer back or import it again"
        raise StoreError(message) from error
