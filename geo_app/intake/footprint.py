"""
What someone brings to be looked at: a file or pasted text as shapes in the province's CRS.

Reading, decoding, placing, repair and checks are the import's; nothing is kept.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

import geopandas as gpd
import shapely

from geo_app.analysis.validity import finite
from geo_app.domain.checks import Checks
from geo_app.domain.finding import Finding
from geo_app.domain.findings.geometry import COORDINATE_NOT_FINITE
from geo_app.domain.layer import GeometryKind, Layer, Legend
from geo_app.domain.placement import Placement, placement_named
from geo_app.domain.text import Bilingual
from geo_app.errors import CrsError, DataError
from geo_app.intake.checks import check_shapes
from geo_app.intake.guard import Candidate, place
from geo_app.intake.outlines import Shape, outlines, read_layers, stop_at
from geo_app.intake.placing import diagnose, outline_for
from geo_app.intake.preset import table_headings
from geo_app.intake.repair import repair_shapes
from geo_app.intake.secrecy import secrecy_marks
from geo_app.storage.reading.pasted import read_text
from geo_app.workspace import Workspace
from geo_app.workspace.presets import presets

FAR_M = 30_000.0
"""How far outside the province a footprint may lie; further it is another's, or misplaced."""
REPAIR_M2 = 1.0
"""The most that mending an outline may change its area by: an outline is what is asked about."""


@dataclass(frozen=True, eq=False)
class Footprints:
    """
    Shapes that someone brought, and where they may lie.

    Parameters
    ----------
    frame
        Columns ``footprint`` (name) and geometry, valid, in the province's CRS; None while
        several places are possible: whoever brought them says which.
    given
        The same as they were written, in no CRS.
    candidates
        Where they may lie, the likeliest first; the one taken where the place is decided.
    findings
        What was found on the way; none of them stops it.
    crs
        The province's CRS.
    """

    frame: gpd.GeoDataFrame | None
    given: gpd.GeoDataFrame
    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    crs: str

    @property
    def decided(self) -> bool:
        """Whether the place is known."""
        return self.frame is not None

    def at(self, candidate: Candidate) -> gpd.GeoDataFrame:
        """Return the shapes where a candidate puts them, in the province's CRS, as drawn."""
        return place(self.given, candidate.placement, self.crs)


def read_footprints(
    ws: Workspace,
    path: Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    shape: Shape | None = None,
) -> Footprints:
    """
    Read a file of any format that the import reads.

    Parameters
    ----------
    ws
        The workspace whose province it is placed in.
    path
        The file; in a web request only ever inside `geo_app.jobs.run_bounded`.
    crs
        Where its coordinates lie, as a candidate's placement is named ("EPSG:9215 swapped");
        None: as the guard decides, or leaves open.
    layer
        Which of its layers, where several hold shapes.
    shape
        "point", "line" or "polygon"; None: vertices and closed lines become polygons.

    Raises
    ------
    DataError
        If it cannot be read, holds no shape, or one that is past mending.
    CrsError
        If it lies in no known system near the province.
    """
    raws = read_layers(path, layer, table_headings(presets(ws)))
    columns = [secrecy_marks(path, raw.frame) for raw in raws]
    frame, findings = outlines(f"{path}: ", raws, shape)
    marks = tuple(mark for each in columns for mark in each)
    return _placed(ws, f"{path}: ", frame, (*marks, *findings), crs)


def read_pasted(
    ws: Workspace, text: str, *, crs: str | None = None, shape: Shape | None = None
) -> Footprints:
    """
    Read pasted or typed text: a list of coordinates, WKT, GeoJSON.

    One point is a point, three or more that follow one another a polygon. See `read_footprints`.

    Raises
    ------
    DataError
        If it holds no coordinates, or a shape past mending.
    CrsError
        If they lie in no known system near the province.
    """
    frame, findings = outlines("", [read_text(text)], shape)
    return _placed(ws, "", frame, findings, crs)


def _placed(
    ws: Workspace,
    where: str,
    frame: gpd.GeoDataFrame,
    findings: tuple[Finding, ...],
    told: str | None,
) -> Footprints:
    endless = frame.index[~finite(frame.geometry)]
    marks = [Finding(COORDINATE_NOT_FINITE, row=int(row) + 1) for row in endless]
    stop_at((*findings, *marks), where, DataError)
    home, given = ws.settings.crs, frame.set_crs(None, allow_override=True)
    if told is not None:
        taken = _told(placement_named(told), given)
    else:
        found = diagnose(ws, frame)
        stop_at(found.findings, where, CrsError)
        findings += found.findings
        if not found.decided:
            return Footprints(None, given, found.candidates, findings, home)
        taken = found.candidates[0]
    sound, more = _checked(ws, where, place(given, taken.placement, home))
    return Footprints(sound, given, (taken,), (*findings, *more), home)


def _told(placement: Placement, given: gpd.GeoDataFrame) -> Candidate:
    points = shapely.get_coordinates(given.geometry.to_numpy())
    longitude, latitude = np.median(placement.to("EPSG:4326", points), axis=0)
    return Candidate(placement, (float(longitude), float(latitude)))


def _checked(
    ws: Workspace, where: str, frame: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Mend what is invalid, and tell what is odd: slivers, repetitions, shapes outside."""
    layer = _layer(ws, "polygon")
    sound, repairs = repair_shapes(frame, layer)
    stop_at(repairs, where, DataError)
    outline, tolerance_m = outline_for(ws, layer)
    if outline is not None:
        _refuse_far(where, sound, outline)
    polygons = sound.geom_type.isin(["Polygon", "MultiPolygon"])
    in_areas, in_others = (
        check_shapes(part, like, outline=outline, tolerance_m=tolerance_m)
        for part, like in ((sound[polygons], layer), (sound[~polygons], _layer(ws, "line")))
    )
    return sound, (*repairs, *in_areas, *in_others)


def _refuse_far(where: str, frame: gpd.GeoDataFrame, outline: gpd.GeoSeries) -> None:
    away = shapely.distance(frame.geometry.to_numpy(), shapely.union_all(outline.to_numpy()))
    far = np.flatnonzero(away > FAR_M)
    if not len(far):
        return
    footprint, km = frame["footprint"].iloc[far[0]], away[far[0]] / 1000
    raise CrsError(
        f"{where}footprint {footprint!r} lies {km:,.0f} km outside the province; is it another "
        "province's, or in another coordinate system?",
        vi=f"{where}hình “{footprint}” nằm cách tỉnh {km:.0f} km; có nhầm tỉnh khác, hoặc nhầm "
        "hệ tọa độ không?",
    )


def _layer(ws: Workspace, geometry: GeometryKind) -> Layer:
    """Return footprints as a layer whose shapes the import's rules hold for."""
    title = Bilingual("Khu vực xem xét", "Footprints")
    return Layer(
        id="footprints",
        title=title,
        summary=title,
        theme="",
        geometry=geometry,
        crs=ws.settings.crs,
        owner="",
        order=0,
        fields={},
        legend=Legend(None, ()),
        checks=Checks(repair_m2=REPAIR_M2),
    )
