"""Where a delivered frame lies: the guard asked, its answer applied, or a question put."""

from dataclasses import dataclass

import pandas as pd

import geopandas as gpd

from geo_app.domain.access import may
from geo_app.domain.finding import Finding
from geo_app.domain.layer import Layer
from geo_app.domain.placement import Placement, placement_named
from geo_app.domain.vn2000 import COUNTRY, datum_shift
from geo_app.errors import CrsError
from geo_app.intake.guard import Candidate, PlaceDiagnosis, diagnose_place, place
from geo_app.workspace import Workspace

_REFERENCES = 4
_OUTLINE_M = 500.0
_SKETCHED_OUTLINE_M = 5_000.0
"""How far outside the outline a feature may lie: gates stand on the border, a sketch is off."""


@dataclass(frozen=True)
class Placed:
    """A frame in its layer's CRS, and how it came there; `notes` name each correction."""

    frame: pd.DataFrame
    crs: str | None = None
    shift: str | None = None
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def references(ws: Workspace) -> list[gpd.GeoDataFrame]:
    """
    Return delivered layers that a file may be fitted against: outline, units, roads, in their CRS.

    Never the sample: it is too coarse to tell a datum shift. Never what the reader may not see:
    how well something fits would tell where it lies.
    """
    framing = [
        layer
        for layer in ws.layers
        if layer.spatial
        and layer.id in ws.versions
        and ws.versions[layer.id].provenance.kind == "import"
        and may(ws.user, "view", layer.access)
        and (
            layer.id == ws.settings.outline
            or (layer.search is not None and layer.search.kind == "unit")
            or (layer.geometry == "line" and layer.visible)
        )
    ]
    frames = [ws.read(layer.id, columns=[]) for layer in framing[:_REFERENCES]]
    return [frame for frame in frames if isinstance(frame, gpd.GeoDataFrame)]


def diagnose(ws: Workspace, frame: gpd.GeoDataFrame, layer: Layer | None = None) -> PlaceDiagnosis:
    """
    Ask the guard where a frame lies, by the province's frame and what is in place there.

    A file for the outline itself is only held against the country: it says where the province is.
    """
    framed = ws.settings.outline in ws.versions
    outline = layer is not None and layer.id == ws.settings.outline
    return diagnose_place(
        frame.geometry,
        declared=declared_crs(frame),
        home=ws.settings.crs,
        frame=ws.bounds_lonlat if framed and not outline else COUNTRY,
        references=references(ws),
    )


def place_frame(ws: Workspace, frame: pd.DataFrame, layer: Layer, told: str | None) -> Placed:
    """
    Bring a frame into its layer's CRS.

    Parameters
    ----------
    told
        The CRS the one who brings the file names (``--crs``); None: as diagnosed.

    Raises
    ------
    CrsError
        If several places are possible, or none; the message lists them.
    """
    if not layer.spatial or not isinstance(frame, gpd.GeoDataFrame):
        return Placed(frame)
    assert layer.crs is not None
    found = diagnose(ws, frame, layer)
    chosen = placement_named(told) if told else _decided(found, layer)
    notes = (chosen.name,) if chosen.name != chosen.code else ()
    shift = None if chosen.recipe == "unshifted" else datum_shift(chosen.code, layer.crs)
    placed = place(frame, chosen, layer.crs)
    return Placed(placed, chosen.code, shift, notes, found.findings)


def outline_for(ws: Workspace, layer: Layer) -> tuple[gpd.GeoSeries | None, float]:
    """Return the province in a layer's CRS and the metres it may be off; None where unknown."""
    outline = ws.settings.outline
    if outline not in ws.versions or layer.id == outline or layer.crs is None:
        return None, 0.0
    frame = ws.read(outline, columns=[])
    assert isinstance(frame, gpd.GeoDataFrame)
    sketched = "schematic" in ws.marks(outline) or "synthetic" in ws.marks(outline)
    return frame.geometry.to_crs(layer.crs), _SKETCHED_OUTLINE_M if sketched else _OUTLINE_M


def declared_crs(frame: gpd.GeoDataFrame) -> str | None:
    """Return a frame's CRS as its authority's code, else as WKT; None where it has none."""
    if frame.crs is None:
        return None
    authority = frame.crs.to_authority()
    return ":".join(authority) if authority else str(frame.crs.to_wkt())


def describe(candidate: Candidate) -> str:
    """Return a candidate as one line: what to write after --crs, and where it would lie."""
    longitude, latitude = candidate.centre
    return (
        f"'{candidate.placement.name}' ({candidate.placement.title.en}; centre {latitude:.5f}N "
        f"{longitude:.5f}E, {candidate.apart_m:,.0f} m from the first)"
    )


def _decided(found: PlaceDiagnosis, layer: Layer) -> Placement:
    if found.decided:
        assert layer.crs is not None
        return found.candidates[0].placement if found.candidates else Placement(layer.crs)
    declared = found.declared or "no CRS"
    if not found.candidates:
        message = (
            f"layer {layer.id}: the file declares {declared}, and its coordinates fit no known "
            f"system near the province; expected {layer.crs}; name the right one with --crs"
        )
    else:
        options = "; ".join(describe(candidate) for candidate in found.candidates[:5])
        message = (
            f"layer {layer.id}: the file declares {declared}, and {len(found.candidates)} places "
            f"are possible; choose with --crs: {options}"
        )
    raise CrsError(message)
