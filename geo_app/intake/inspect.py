"""What a file holds and what stands in its way, before anything is imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import geopandas as gpd

from geo_app.domain.finding import Finding
from geo_app.domain.legacy_text import TextDiagnosis
from geo_app.errors import DataError
from geo_app.intake.decoding import decode_text, diagnose_text
from geo_app.intake.guard import PlaceDiagnosis
from geo_app.intake.mapping import LikelyLayer, likely_layers
from geo_app.intake.placing import diagnose
from geo_app.intake.secrecy import secrecy_marks
from geo_app.storage.reading.files import list_layers, read_layer
from geo_app.storage.reading.raw import FileLayer
from geo_app.workspace import Workspace

SAMPLE = 2_000
"""Rows looked at in each layer, spread over the file."""
_LAYERS = 20
_VALUES = 3


@dataclass(frozen=True)
class InspectedLayer:
    """One layer of a file: what it declares, what its rows say, what it could become."""

    layer: FileLayer
    rows_seen: int
    samples: Mapping[str, tuple[str, ...]]
    text: Mapping[str, TextDiagnosis]
    place: PlaceDiagnosis | None
    likely: tuple[LikelyLayer, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Inspection:
    """A file as `inspect_file` found it."""

    path: Path
    bytes: int
    layers: tuple[InspectedLayer, ...]
    not_looked_at: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found, in the file's order."""
        return tuple(finding for layer in self.layers for finding in layer.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the inspection as ``geo-app inspect --json`` prints it."""
        return {
            "file": self.path.name,
            "bytes": self.bytes,
            "layers": [_layer_json(layer) for layer in self.layers],
            "not_looked_at": list(self.not_looked_at),
        }


def inspect_file(ws: Workspace, path: Path, *, file_layer: str | None = None) -> Inspection:
    """
    Look into a file without changing anything.

    At most `SAMPLE` rows of each layer are read, spread over it, so that a file of any size
    answers at once.

    Parameters
    ----------
    ws
        The workspace whose layers and place it is compared with.
    path
        The file.
    file_layer
        Look at this one of its layers only.

    Raises
    ------
    DataError
        If it cannot be read at all.
    UnknownError
        If there is no such layer in it.
    """
    layers = list_layers(path, quick=True)
    wanted = [layer for layer in layers if file_layer in (None, layer.name)]
    if not wanted:
        known = ", ".join(layer.name for layer in layers)
        message = f"{path}: there is no layer {file_layer!r}; it holds: {known}"
        raise DataError(message)
    looked = tuple(_inspect_layer(ws, path, layer) for layer in wanted[:_LAYERS])
    left = tuple(layer.name for layer in wanted[_LAYERS:])
    return Inspection(path, path.stat().st_size, looked, left)


def _inspect_layer(ws: Workspace, path: Path, layer: FileLayer) -> InspectedLayer:
    if layer.geometry == ("Raster",):
        return InspectedLayer(layer, 0, {}, {}, None, (), ())
    raw = read_layer(path, layer_name=layer.name, sample=SAMPLE)
    text = diagnose_text(raw.frame)
    decoded, in_text, _ = decode_text(raw.frame)
    place = diagnose(ws, decoded) if isinstance(decoded, gpd.GeoDataFrame) else None
    findings = [*raw.findings, *secrecy_marks(path, decoded), *in_text]
    if place is not None:
        findings += place.findings
    return InspectedLayer(
        layer=raw.layer,
        rows_seen=len(decoded),
        samples=_samples(decoded),
        text=text,
        place=place,
        likely=likely_layers(decoded, ws.layers),
        findings=tuple(findings),
    )


def _samples(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    return {
        str(name): tuple(str(value) for value in frame[name].dropna().unique()[:_VALUES])
        for name in frame.columns
        if name != geometry
    }


def _layer_json(seen: InspectedLayer) -> dict[str, Any]:
    layer = seen.layer
    return {
        "name": layer.name,
        "rows": layer.rows,
        "rows_seen": seen.rows_seen,
        "geometry": list(layer.geometry),
        "fields": [
            {
                "name": name,
                "type": layer.fields.get(name, "text"),
                "samples": list(samples),
                "encoding": seen.text[name].encoding if name in seen.text else None,
                "confidence": round(seen.text[name].confidence, 2) if name in seen.text else None,
            }
            for name, samples in seen.samples.items()
        ],
        "encoding_declared": layer.encoding,
        "crs_declared": layer.crs,
        "place": _place_json(seen.place) if seen.place else None,
        "likely_layers": [
            {
                "layer": likely.layer,
                "score": round(likely.score, 2),
                "fields": list(likely.fields),
            }
            for likely in seen.likely
        ],
        "findings": [finding.to_json() for finding in seen.findings],
    }


def _place_json(place: PlaceDiagnosis) -> dict[str, Any]:
    return {
        "decided": place.decided,
        "candidates": [
            {
                "crs": each.placement.name,
                "title": each.placement.title.vi,
                "title_en": each.placement.title.en,
                "shift": each.placement.shift,
                "centre": [round(degree, 6) for degree in each.centre],
                "apart_m": round(each.apart_m, 1),
                "fit_m": None if each.fit_m is None else round(each.fit_m, 1),
                "reasons": [reason.vi for reason in each.reasons],
                "reasons_en": [reason.en for reason in each.reasons],
            }
            for each in place.candidates
        ],
    }
