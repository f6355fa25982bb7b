"""A delivered file on its way to a version: read, decoded, mapped, placed, checked, compared."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from geo_app.analysis.difference import Difference
from geo_app.domain.finding import Finding
from geo_app.domain.layer import Layer
from geo_app.domain.version import Provenance, Version
from geo_app.errors import DataError
from geo_app.intake.checks import check
from geo_app.intake.decoding import decode_text
from geo_app.intake.mapping import apply_mapping, match_fields
from geo_app.intake.placing import place_frame, references
from geo_app.intake.presets import choose_preset
from geo_app.intake.repair import repair
from geo_app.intake.secrecy import check_classified, refuse_defence, secrecy_marks
from geo_app.intake.sidecar import read_sidecar
from geo_app.storage.reading.files import read_layer
from geo_app.storage.reading.raw import RawLayer
from geo_app.storage.reading.shapes import shaped_for
from geo_app.workspace import Workspace
from geo_app.workspace.publishing import prepare_features, prepare_raster, publish

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Delivery:
    """
    What the one who brings a file says of it; None where unknown.

    A side-car beside the file says what is not said here. `crs` and `encoding` decide what the
    file leaves open; `mapping` is column → field, `units` column → unit. `restricted` confirms
    that unclassified internal material may enter a restricted layer, `reproject` that a raster in
    another CRS may be resampled.
    """

    source: str | None = None
    agency: str | None = None
    date: dt.date | None = None
    accuracy: str | None = None
    licence: str | None = None
    decision: str | None = None
    crs: str | None = None
    encoding: str | None = None
    file_layer: str | None = None
    preset: str | None = None
    classified: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    restricted: bool = False
    reproject: bool = False

    def completed(self, path: Path) -> "Delivery":
        """Return it with what the side-car of `path` adds."""
        beside = read_sidecar(path)
        if beside is None:
            return self
        said = {name: getattr(beside, name) for name in _SIDECAR if not getattr(self, name)}
        return replace(self, **said)


_SIDECAR = (
    "source",
    "agency",
    "date",
    "accuracy",
    "licence",
    "decision",
    "crs",
    "encoding",
    "file_layer",
    "preset",
    "classified",
    "mapping",
    "units",
)


@dataclass(frozen=True)
class Draft:
    """
    A delivery ready to publish, and nothing published yet.

    `frame` holds the layer's fields in the layer's CRS; None for a raster, which is taken from
    `path` itself. `difference` is None where nothing real was served before.
    """

    layer: Layer
    path: Path
    provenance: Provenance
    frame: pd.DataFrame | None
    findings: tuple[Finding, ...]
    difference: Difference | None
    reproject: bool = False

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop it."""
        return tuple(f for f in self.findings if f.severity == "error" and f.done == "nothing")


def import_file(
    ws: Workspace,
    path: Path,
    layer_id: str,
    *,
    delivery: Delivery | None = None,
    progress: Progress = lambda _: None,
) -> Version:
    """
    Read a file into a layer and serve it: `draft_import`, then `publish_draft`.

    Whoever calls it says by doing so that the file holds no state secret.

    Raises
    ------
    DataError, CrsError, UnknownError, AccessError, StoreError
        If the file does not fit; then nothing changed.
    """
    draft = draft_import(ws, path, layer_id, delivery=delivery, progress=progress)
    return publish_draft(ws, draft, progress=progress)


def draft_import(
    ws: Workspace,
    path: Path,
    layer_id: str,
    *,
    delivery: Delivery | None = None,
    progress: Progress = lambda _: None,
) -> Draft:
    """
    Prepare a file for a layer, up to the moment before it is served.

    Parameters
    ----------
    ws
        The workspace, opened by someone who may publish.
    path
        A file of a known format; GeoTIFF for a raster layer.
    layer_id
        The layer it becomes.
    delivery
        What is known of the file.

    Returns
    -------
    draft
        With findings and the difference to the version served; its `errors` stop `publish_draft`.

    Raises
    ------
    DataError
        If the file cannot be read.
    CrsError
        If its place is open: the message names the candidates, and how to choose.
    AccessError
        If it is classified, or the layer is restricted and `delivery` does not confirm it.
    """
    layer = ws.catalogue.layer(layer_id)
    if not path.exists():
        message = f"{path}: the file does not exist"
        raise DataError(message)
    said = (delivery or Delivery()).completed(path)
    check_classified(said.classified)
    _check_restricted(layer, said)
    provenance = _provenance(ws, path, said)
    if layer.geometry == "raster":
        return Draft(layer, path, provenance, None, (), None, reproject=said.reproject)
    progress("read")
    raw = read_layer(path, layer_name=said.file_layer, encoding=None)
    return _draft(ws, layer, path, shaped_for(raw, layer.geometry), said, provenance, progress)


def publish_draft(ws: Workspace, draft: Draft, *, progress: Progress = lambda _: None) -> Version:
    """
    Seal a draft as a version and serve it.

    Raises
    ------
    DataError
        If one of its findings is an error.
    """
    if draft.errors:
        raise _refusal(draft)
    layer, given = draft.layer, draft.provenance
    if draft.frame is None:
        version = prepare_raster(
            ws, layer, draft.path, given, reproject=draft.reproject, progress=progress
        )
    else:
        version = prepare_features(
            ws, layer, draft.frame, given, findings=draft.findings, progress=progress
        )
    publish(ws, {layer.id: version}, what=f"import {draft.path.name}")
    return version


def _draft(
    ws: Workspace,
    layer: Layer,
    path: Path,
    raw: RawLayer,
    said: Delivery,
    provenance: Provenance,
    progress: Progress,
) -> Draft:
    findings: list[Finding] = [*raw.findings, *secrecy_marks(path, raw.frame)]
    progress("decode")
    frame, found, encodings = decode_text(raw.frame, encoding=said.encoding)
    findings += found
    progress("map")
    frame, found = refuse_defence(frame)
    findings += found
    preset = choose_preset(ws.settings.root, frame, layer, said.preset)
    mapping = match_fields(frame, layer, told=said.mapping, units=said.units, preset=preset)
    frame, found = apply_mapping(frame, mapping, layer, preset)
    findings += found
    progress("place")
    placed = place_frame(ws, frame, layer, said.crs)
    frame, done = repair(placed.frame, layer)
    progress("check")
    outline = references(ws, outline_only=True)
    findings += [*placed.findings, *done, *check(frame, layer, outline=outline)]
    progress("compare")
    changed = _difference(ws, layer, frame, findings)
    given = replace(
        provenance,
        crs=placed.crs,
        shift=placed.shift,
        encoding=encodings,
        mapping={match.column: match.field for match in mapping.matches},
        dropped=mapping.dropped,
        preset=preset.id if preset else None,
        findings=_counts(findings),
        difference=changed.counts if changed else {},
        notes=placed.notes,
    )
    return Draft(layer, path, given, frame, tuple(findings), changed)
