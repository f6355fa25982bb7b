"""A delivered file on its way to a version: read, decoded, mapped, placed, compared, published."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

import geopandas as gpd

from geo_app.analysis.difference import Difference, compare
from geo_app.domain.finding import Finding
from geo_app.domain.findings import delivery as found
from geo_app.domain.findings.fields import FIELD_LOST
from geo_app.domain.layer import Layer
from geo_app.domain.version import Provenance, Version
from geo_app.domain.vn2000 import datum_shift
from geo_app.errors import AccessError, DataError
from geo_app.intake.chainages import with_route_codes
from geo_app.intake.checks import check_shapes, check_values
from geo_app.intake.classes import ClassRaster, prepare_classes, prepare_slope
from geo_app.intake.columns import Fitted, Told, fit_columns
from geo_app.intake.decoding import decode_text
from geo_app.intake.identity import assign_ids, assigns_ids
from geo_app.intake.placing import Placed, outline_for, place_frame
from geo_app.intake.preset import table_headings
from geo_app.intake.register import check_names, register_for
from geo_app.intake.repair import repair_shapes
from geo_app.intake.secrecy import discreet, refuse_defence, secrecy_marks
from geo_app.intake.statistics import long_form, with_earlier, with_statistics
from geo_app.storage.reading.files import read_layer
from geo_app.storage.reading.raw import RawLayer
from geo_app.storage.reading.shapes import shaped_for
from geo_app.storage.reading.sidecar import Sidecar, read_sidecar
from geo_app.storage.reading.vector import file_digest
from geo_app.workspace import Workspace
from geo_app.workspace.presets import presets
from geo_app.workspace.publishing import (
    conforming,
    prepare_features,
    prepare_raster,
    publish,
)

Progress = Callable[[str], None]

_MANY_REMOVED = 0.2


@dataclass(frozen=True)
class Delivery:
    """
    What the one who brings a file says of it; None where unknown.

    `crs` and `encoding` decide what the file leaves open; `preset` names what its columns mean,
    `mapping` is column → field and `units` column → unit, before presets, names and content are
    tried; `restricted` confirms that unclassified internal material may enter a restricted layer;
    `reproject` lets a raster in another CRS become the layer's; `elevation` says that a raster
    holds metres above the sea, of which the slope in whole degrees is wanted.
    """

    source: str | None = None
    agency: str | None = None
    date: dt.date | None = None
    accuracy: str | None = None
    licence: str | None = None
    decision: str | None = None
    file_layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    preset: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    restricted: bool = False
    reproject: bool = False
    elevation: bool = False


@dataclass(frozen=True)
class Draft:
    """
    A delivery ready to publish, and nothing published yet.

    `frame` holds the layer's fields in the layer's CRS; None for a raster, which stands in
    `raster`. `difference` is None where no delivered version is served.
    """

    layer: Layer
    path: Path
    provenance: Provenance
    frame: pd.DataFrame | None
    findings: tuple[Finding, ...] = ()
    difference: Difference | None = None
    raster: ClassRaster | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop it."""
        return tuple(filter(_stops, self.findings))


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
        What is known of the file; where it says nothing, the file's side-car does.

    Returns
    -------
    draft
        With findings and the difference to the version served; its `errors` stop `publish_draft`.

    Raises
    ------
    DataError
        If the file cannot be read, or does not fit the layer.
    CrsError
        If its place is open: the message names the candidates, and how to choose.
    AccessError
        If the layer is restricted and `delivery` does not confirm it.
    """
    layer = ws.catalogue.layer(layer_id)
    if not path.exists():
        message = f"{path}: the file does not exist"
        raise DataError(message)
    said = _with_sidecar(delivery or Delivery(), read_sidecar(path))
    _check_restricted(layer, said)
    provenance = _provenance(ws, path, said)
    if layer.geometry == "raster":
        return _raster_draft(layer, path, provenance, said)
    progress("read")
    headings = table_headings(presets(ws))
    raw = read_layer(path, layer_name=said.file_layer, headings=headings)
    raw = shaped_for(raw, layer.geometry)
    return _draft(ws, Draft(layer, path, provenance, None), raw, said, progress)


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
    if draft.raster is not None:
        version = prepare_raster(
            ws, layer, draft.raster.path, given, findings=draft.findings, progress=progress
        )
    else:
        assert draft.frame is not None
        version = prepare_features(
            ws, layer, draft.frame, given, findings=draft.findings, progress=progress
        )
    publish(ws, {layer.id: version}, what=f"import {draft.path.name}")
    return version


def _raster_draft(layer: Layer, path: Path, given: Provenance, said: Delivery) -> Draft:
    if said.elevation:
        raster = prepare_slope(path, layer)
    else:
        raster = prepare_classes(path, layer, allow_reproject=said.reproject)
    marks = secrecy_marks(path, pd.DataFrame())
    findings = (*marks, *raster.findings)
    changed = raster.path != path
    given = replace(
        given,
        crs=raster.crs,
        shift=datum_shift(raster.crs, layer.crs or "") if changed else None,
        findings=_counted(findings),
    )
    return Draft(layer, path, given, None, findings, raster=raster)


def _draft(ws: Workspace, begun: Draft, raw: RawLayer, said: Delivery, progress: Progress) -> Draft:
    layer = begun.layer
    progress("decode")
    decoded, in_text, encodings = decode_text(raw.frame, encoding=said.encoding)
    kept, defence = refuse_defence(decoded)
    rows, of_periods = None, list[Finding]()
    if layer.statistics:
        kept, rows, of_periods = long_form(kept)
    told = Told(said.preset, said.mapping, said.units)
    fitted = fit_columns(kept, layer, presets(ws), told)
    named, of_roads = with_route_codes(ws, fitted.frame, layer)
    named, of_figures = with_statistics(ws, named, layer)
    progress("place")
    placed = place_frame(ws, named, layer, said.crs)
    findings = [*raw.findings, *secrecy_marks(begun.path, decoded), *in_text, *defence]
    findings += of_periods
    progress("check")
    frame, checked = _checked(ws, placed.frame, layer)
    fresh = [*fitted.findings, *of_roads, *of_figures, *placed.findings, *checked]
    findings += fresh if rows is None else _of_file(fresh, rows)
    progress("compare")
    changed = None
    if not any(map(_stops, findings)):
        frame, changed, compared = _compared(ws, frame, layer)
        findings += compared
    findings = [discreet(finding) for finding in findings]
    given = _treated(begun.provenance, placed, encodings, fitted)
    given = replace(
        given, findings=_counted(findings), difference=changed.counts if changed else {}
    )
    return replace(
        begun, provenance=given, frame=frame, findings=tuple(findings), difference=changed
    )


def _of_file(findings: Iterable[Finding], rows: Sequence[int]) -> Iterator[Finding]:
    """Tell the rows of the file for those of a table that was made longer."""
    for each in findings:
        yield replace(each, row=rows[each.row - 1] + 1) if each.row else each


def _checked(
    ws: Workspace, frame: pd.DataFrame, layer: Layer
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    in_values = check_values(frame, layer)
    register = register_for(ws, layer)
    if register is not None:
        in_values += check_names(frame, layer, register)
    if not layer.spatial or not isinstance(frame, gpd.GeoDataFrame):
        return frame, in_values
    sound, repairs = repair_shapes(frame, layer)
    outline, tolerance_m = outline_for(ws, layer)
    in_shapes = check_shapes(sound, layer, outline=outline, tolerance_m=tolerance_m)
    return sound, (*in_values, *repairs, *in_shapes)


def _compared(
    ws: Workspace, frame: pd.DataFrame, layer: Layer
) -> tuple[pd.DataFrame, Difference | None, list[Finding]]:
    """Return the frame as it would stand in the record, and how that differs from today's."""
    served = _delivered(ws, layer)
    assigning = assigns_ids(layer, frame)
    if assigning:
        frame = assign_ids(frame, layer, served, dt.datetime.now(dt.UTC))
    if served is None:
        return conforming(ws, layer, frame), None, []
    frame, kept = with_earlier(frame, served, layer)
    record = conforming(ws, layer, frame)
    changed = compare(served, record, key=layer.key, fields=list(layer.fields))
    changed = replace(changed, by="geometry") if assigning else changed
    return record, changed, [*kept, *_about(changed), *_lost(served, record, layer)]


def _stops(finding: Finding) -> bool:
    return finding.severity == "error" and finding.done in {"nothing", "refused"}


def _treated(
    provenance: Provenance,
    placed: Placed,
    encodings: Mapping[str, str],
    fitted: Fitted,
) -> Provenance:
    return replace(
        provenance,
        crs=placed.crs,
        shift=placed.shift,
        encoding=encodings,
        mapping=fitted.mapping,
        dropped=fitted.dropped,
        preset=fitted.preset,
        notes=placed.notes,
    )


def _with_sidecar(said: Delivery, beside: Sidecar) -> Delivery:
    """Return what is said, and what the side-car says where nothing is."""
    names = [each.name for each in dataclasses.fields(Sidecar)]
    silent = [name for name in names if getattr(said, name) in (None, {})]
    return replace(said, **{name: getattr(beside, name) for name in silent})


def _delivered(ws: Workspace, layer: Layer) -> pd.DataFrame | None:
    """Return what is served, where that was delivered too: a sample is no state to compare with."""
    served = ws.version(layer.id)
    if served is None or served.provenance.kind != "import":
        return None
    return ws.read(layer.id)


def _lost(served: pd.DataFrame, frame: pd.DataFrame, layer: Layer) -> list[Finding]:
    """Name the fields that have values today and would have none."""
    lost = [
        (name, int(served[name].notna().sum()))
        for name in layer.fields
        if served[name].notna().any() and not frame[name].notna().any()
    ]
    return [
        Finding(FIELD_LOST, {"target": name, "count": count}, field=name) for name, count in lost
    ]


def _about(changed: Difference) -> list[Finding]:
    counts = changed.counts
    before = counts["removed"] + counts["changed"] + counts["unchanged"]
    findings = [Finding(found.MATCHED_BY_GEOMETRY)] if changed.by == "geometry" else []
    if not len(changed.table):
        findings.append(Finding(found.NOTHING_CHANGED))
    if counts["removed"] > _MANY_REMOVED * before:
        values = {"count": counts["removed"], "total": before}
        findings.append(Finding(found.FEATURES_REMOVED, values))
    return findings


def _counted(findings: Iterable[Finding]) -> dict[str, int]:
    return dict(Counter(finding.code for finding in findings))


def _refusal(draft: Draft) -> DataError:
    first = draft.errors[0]
    spots = [f"{word} {at}" for word, at in (("field", first.field), ("row", first.row)) if at]
    where = f"{', '.join(spots)}: " if spots else ""
    more = f" (and {len(draft.errors) - 1} more)" if len(draft.errors) > 1 else ""
    message = f"{draft.path}: {where}{first.code}: {first.message('en')}{more} "
    return DataError(message + first.kind.advice.en)


def _check_restricted(layer: Layer, said: Delivery) -> None:
    if layer.access == "restricted" and not said.restricted:
        message = (
            f"layer {layer.id}: holds restricted data; --restricted confirms that the file is "
            "internal and unclassified (state secrets never belong here)"
        )
        raise AccessError(message)


def _provenance(ws: Workspace, path: Path, said: Delivery) -> Provenance:
    return Provenance(
        kind="import",
        by=ws.user.name,
        source=said.source,
        agency=said.agency,
        date=said.date,
        accuracy=said.accuracy,
        licence=said.licence,
        decision=said.decision,
        file=path.name,
        sha256=file_digest(path),
    )
