"""
The VN-2000 guard: where a file's coordinates lie, from their numbers, from what the file declares
and from how they fit the layers in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_app.analysis.fitting import Reference
from geo_app.domain.finding import Finding
from geo_app.domain.findings import place as found
from geo_app.domain.placement import Placement, possible
from geo_app.domain.text import Bilingual
from geo_app.domain.vn2000 import transverse_mercator, zone, zone_like, zones
from geo_app.errors import CrsError

Bounds = tuple[float, float, float, float]

_VERTICES = 2_000
_MARGIN = 0.3
"""How far outside the province's frame data may lie, in degrees: roads go on, rivers begin."""
_NEXT_DOOR = 1.0
"""How far from where a zone is used its files may come from, in degrees: the next province."""
_INSIDE = 0.95
_SAME_M = 1.0
_CLEAR = 0.5
"""A fit decides where its residual is at most this share of the next one's."""


@dataclass(frozen=True)
class Candidate:
    """
    One place where the coordinates may lie.

    `centre` is (longitude, latitude) of their middle, `apart_m` its distance from the first
    candidate's, `fit_m` the median distance to the lines in place, None where nothing was fitted.
    """

    placement: Placement
    centre: tuple[float, float]
    apart_m: float = 0.0
    fit_m: float | None = None
    reasons: tuple[Bilingual, ...] = ()


@dataclass(frozen=True)
class PlaceDiagnosis:
    """
    Where a file's coordinates may lie, the likeliest first.

    Where it is not `decided`, two or more are possible, or none: the one who brings the file says.
    """

    declared: str | None
    candidates: tuple[Candidate, ...]
    decided: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Site:
    """What the coordinates are held against."""

    points: NDArray[np.float64]
    home: str
    frame: Bounds
    reference: Reference | None


def diagnose_place(
    geometry: gpd.GeoSeries,
    *,
    declared: str | None,
    home: str,
    frame: Bounds,
    references: Sequence[gpd.GeoDataFrame] = (),
) -> PlaceDiagnosis:
    """
    Tell where coordinates lie.

    Parameters
    ----------
    geometry
        The file's shapes; a sample of their vertices is looked at.
    declared
        What the file declares, a code or WKT; None where it declares nothing.
    home
        The province's own CRS.
    frame
        The province's bounds (west, south, east, north) in degrees.
    references
        Layers in place that the shapes may be fitted against; points fit nothing.

    Returns
    -------
    diagnosis
        Candidates, and the findings that led to them.
    """
    points = _sample(geometry)
    if len(points) == 0:
        return PlaceDiagnosis(declared, (), True, ())
    mixed = _mixed(points)
    if mixed:
        return PlaceDiagnosis(declared, (), False, mixed)
    fits = geometry.dropna().geom_type.isin(["Point", "MultiPoint"]).all()
    reference = None if fits or not references else Reference(references, home)
    site = _Site(points, home, frame, reference or None)
    said = _declared_placement(declared)
    candidates = _candidates(site, said)
    if not candidates:
        return PlaceDiagnosis(declared, (), False, _nowhere(site))
    chosen = _decide(candidates, said, site)
    ordered = _ordered(candidates, chosen, site)
    findings = _findings(ordered, chosen, said, declared, site)
    return PlaceDiagnosis(declared, ordered, chosen is not None, findings)


def place(frame: gpd.GeoDataFrame, placement: Placement, target: str) -> gpd.GeoDataFrame:
    """
    Bring a frame from a placement into `target`.

    Raises
    ------
    CrsError
        If a coordinate that is a number leads nowhere.
    """
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    given = shapely.get_coordinates(shapes)
    come = placement.to(target, given)
    lost = np.flatnonzero(np.isfinite(given).all(axis=1) & ~np.isfinite(come).all(axis=1))
    if len(lost):
        x, y = given[lost[0]]
        message = (
            f"({x:g}, {y:g}) cannot be brought from {placement.name} to {target}; is that its CRS?"
        )
        raise CrsError(message)
    with np.errstate(invalid="ignore"):
        moved = shapely.set_coordinates(shapes, come)
    placed = frame.set_geometry(gpd.GeoSeries(moved, index=frame.index))
    return placed.set_crs(target, allow_override=True)


def _sample(geometry: gpd.GeoSeries) -> NDArray[np.float64]:
    points = shapely.get_coordinates(geometry.to_numpy())
    points = points[np.isfinite(points).all(axis=1)]
    return points[:: max(1, len(points) // _VERTICES)]


def _mixed(points: NDArray[np.float64]) -> tuple[Finding, ...]:
    degrees = (np.abs(points) < 200).all(axis=1)
    if degrees.all() or not degrees.any():
        return ()
    values = {"degrees": int(degrees.sum()), "metres": int((~degrees).sum())}
    return (Finding(found.MIXED_FRAMES, values),)


def _declared_placement(declared: str | None) -> Placement | None:
    """Return what the file declares, where it is a system known by its code or parameters."""
    if declared is None:
        return None
    try:
        crs = CRS(declared)
    except CRSError:
        return None
    authority = crs.to_authority(min_confidence=90)
    if authority is not None:
        return Placement(":".join(authority))
    like = zone_like(crs)
    if like is not None:
        shifted = "84" not in (crs.datum.name if crs.datum else "")
        return Placement(like.code, "" if shifted else "unshifted")
    mercator = transverse_mercator(crs)
    known = {round(each.meridian, 6): each.code for each in zones() if each.scale == 0.9999}
    if mercator and round(mercator[0], 6) in known and abs(mercator[1] - 0.9996) < 1e-9:
        return Placement(known[round(mercator[0], 6)], "k=0.9996")
    return None


def _candidates(site: _Site, said: Placement | None) -> list[Candidate]:
    placements = list(possible(site.home, recipes=site.reference is not None))
    if said is not None:
        placements.insert(0, said)
    found_here: list[Candidate] = []
    for placement in dict.fromkeys(placements):
        lonlat = placement.to("EPSG:4326", site.points)
        if not (_inside(lonlat, site.frame) and _used_there(placement, lonlat, site.home)):
            continue
        here = placement.to(site.home, site.points)
        fit = site.reference.residual_m(here) if site.reference else None
        middle = np.median(lonlat, axis=0)
        found_here.append(Candidate(placement, (float(middle[0]), float(middle[1])), fit_m=fit))
    return found_here


def _inside(lonlat: NDArray[np.float64], frame: Bounds, margin: float = _MARGIN) -> bool:
    west, south, east, north = frame
    low, high = np.array([west, south]) - margin, np.array([east, north]) + margin
    return bool(((lonlat >= low) & (lonlat <= high)).all(axis=1).mean() >= _INSIDE)


def _used_there(placement: Placement, lonlat: NDArray[np.float64], home: str) -> bool:
    """Tell whether a zone is used where it would put the data: no file here is in Cà Mau's."""
    known = zone(placement.code)
    return known is None or placement.code == home or _inside(lonlat, known.bounds, _NEXT_DOOR)


def _decide(candidates: list[Candidate], said: Placement | None, site: _Site) -> Candidate | None:
    """Return the only possible candidate: by the fit, by the declaration, or as the only one."""
    best = _best_fit(candidates, site)
    declared = next((c for c in candidates if c.placement == said), None)
    if best is not None:
        agrees = declared is None or _apart_m(best, declared, site) <= _SAME_M
        return (declared or best) if agrees else None
    if declared is not None and not declared.placement.recipe:
        return declared
    places = [c for c in candidates if _apart_m(c, candidates[0], site) > _SAME_M]
    return candidates[0] if not places and said is None else None


def _best_fit(candidates: list[Candidate], site: _Site) -> Candidate | None:
    """Return the candidate that fits the lines in place clearly better than any other place."""
    fitted = sorted((c for c in candidates if c.fit_m is not None), key=lambda c: c.fit_m or 0.0)
    if not fitted:
        return None
    best = fitted[0]
    others = [c for c in fitted[1:] if _apart_m(c, best, site) > _SAME_M]
    if not others:
        return best
    assert best.fit_m is not None
    nearest = min(_apart_m(c, best, site) for c in others)
    clear = all(best.fit_m <= _CLEAR * (c.fit_m or 0.0) for c in others)
    return best if clear and best.fit_m < nearest else None


def _apart_m(one: Candidate, other: Candidate, site: _Site) -> float:
    middle = np.median(site.points, axis=0)[None, :]
    a = one.placement.to(site.home, middle)[0]
    b = other.placement.to(site.home, middle)[0]
    return float(np.hypot(*(a - b)))


def _ordered(
    candidates: list[Candidate], chosen: Candidate | None, site: _Site
) -> tuple[Candidate, ...]:
    """Put the chosen first, else what fits clearly best; drop those that say a place again."""
    first = chosen or _best_fit(candidates, site)
    if first is not None:
        candidates = [first, *(c for c in candidates if c is not first)]
    kept: list[Candidate] = []
    for each in candidates:
        if all(_apart_m(each, other, site) > _SAME_M for other in kept):
            apart = _apart_m(each, kept[0], site) if kept else 0.0
            kept.append(_explained(each, apart))
    return tuple(kept)


def _explained(candidate: Candidate, apart_m: float) -> Candidate:
    reasons = [Bilingual("Tọa độ rơi vào trong tỉnh.", "The coordinates fall into the province.")]
    if candidate.fit_m is not None:
        reasons.append(
            Bilingual(
                f"Cách đường nét của lớp đã có {candidate.fit_m:,.0f} m (trung vị).",
                f"{candidate.fit_m:,.0f} m from the lines in place (median).",
            )
        )
    return Candidate(
        candidate.placement, candidate.centre, apart_m, candidate.fit_m, tuple(reasons)
    )


def _nowhere(site: _Site) -> tuple[Finding, ...]:
    """Name the zone of another province that the coordinates fit, if any."""
    for each in zones():
        lonlat = Placement(each.code).to("EPSG:4326", site.points)
        if each.code != site.home and _inside(lonlat, each.bounds):
            return (Finding(found.CRS_OTHER_PROVINCE, {"fits": each.title.vi, "crs": each.code}),)
    return (Finding(found.OUTSIDE_PROVINCE),)


def _findings(
    ordered: tuple[Candidate, ...],
    chosen: Candidate | None,
    said: Placement | None,
    declared: str | None,
    site: _Site,
) -> tuple[Finding, ...]:
    findings = [] if declared else [Finding(found.CRS_UNDECLARED)]
    first = chosen or _best_fit(list(ordered), site) or ordered[0]
    findings += _about(first, said, site)
    if chosen is None and len(ordered) > 1:
        farthest = max(candidate.apart_m for candidate in ordered)
        values = {"count": len(ordered), "apart_m": round(farthest, 1)}
        findings.append(Finding(found.CRS_AMBIGUOUS, values))
    return tuple(findings)


def _about(first: Candidate, said: Placement | None, site: _Site) -> list[Finding]:
    """Say what the likeliest candidate means for the file."""
    placement, findings = first.placement, list[Finding]()
    fits = {"fits": placement.title.vi, "crs": placement.name}
    meant = said or Placement(site.home)
    apart = round(_apart_m(first, Candidate(meant, (0.0, 0.0)), site), 1)
    if placement.swapped:
        findings.append(Finding(found.AXES_SWAPPED, {"crs": placement.code}))
    if placement.add_north_m:
        findings.append(Finding(found.NORTHING_TRUNCATED, {"added_m": placement.add_north_m}))
    if said is not None and apart > _SAME_M and not np.isinf(apart):
        values = {**fits, "declared": said.name, "apart_m": apart}
        findings.append(Finding(found.CRS_CONTRADICTS_DECLARED, values))
    if "unshifted" in (placement.recipe, said.recipe if said else ""):
        findings.append(
            Finding(found.DATUM_SHIFT_MISSING, {**fits, "apart_m": _lost_m(first, site)})
        )
    elif {placement.code, meant.code} == {"EPSG:4326", "EPSG:4756"}:
        findings.append(Finding(found.DATUM_SHIFT_MISSING, {**fits, "apart_m": apart}))
    if "k=0.9996" in (placement.recipe, said.recipe if said else ""):
        wrong = Candidate(Placement(placement.code, "k=0.9996"), first.centre)
        right = Candidate(Placement(placement.code), first.centre)
        values = {"scale": 0.9996, "apart_m": round(_apart_m(wrong, right, site), 1)}
        findings.append(Finding(found.SCALE_FACTOR_WRONG, values))
    return findings + _system(first, meant, apart)


def _lost_m(first: Candidate, site: _Site) -> float:
    code = first.placement.code
    right = Candidate(Placement(code), first.centre)
    wrong = Candidate(Placement(code, "unshifted"), first.centre)
    return round(_apart_m(right, wrong, site), 1)


def _system(first: Candidate, meant: Placement, apart: float) -> list[Finding]:
    code = first.placement.code
    values: dict[str, Any] = {"fits": first.placement.title.vi, "crs": first.placement.name}
    if code in {"EPSG:4326", "EPSG:4756"}:
        return [Finding(found.CRS_IS_DEGREES, values)]
    if code in {"EPSG:3405", "EPSG:3406", "EPSG:32648", "EPSG:32649"}:
        return [Finding(found.CRS_IS_UTM, values)]
    if code in {"EPSG:2044", "EPSG:2045"}:
        return [Finding(found.CRS_IS_HN72, values)]
    if code != meant.code:
        values |= {"other": meant.title.vi, "apart_m": apart}
        return [Finding(found.CRS_MERIDIAN_MISMATCH, values)]
    return []
