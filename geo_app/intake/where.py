"""Where coordinates may lie, one row per place: what "Where is this?" answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import shapely

from geo_app.domain.placement import Placement
from geo_app.domain.vn2000 import zone
from geo_app.intake.footprint import Footprints
from geo_app.workspace import Workspace
from geo_app.workspace.lookup import identify


@dataclass(frozen=True)
class Whereabouts:
    """
    One place where what was brought may lie.

    Parameters
    ----------
    placement
        How its coordinates are then to be read.
    lon, lat
        The middle of its vertices, degrees, WGS 84.
    e_m, n_m
        The same in the province's CRS, metres.
    commune, commune_code
        The unit of today it lies in; None outside, or where no layer of units is published.
    apart_m
        How far it lies from the first place.
    unshifted_m
        How far off it is drawn where the shift between VN-2000 and WGS 84 is left out; None for
        coordinates that are not of a VN-2000 zone.
    """

    placement: Placement
    lon: float
    lat: float
    e_m: float
    n_m: float
    commune: str | None
    commune_code: str | None
    apart_m: float
    unshifted_m: float | None

    def to_json(self) -> dict[str, Any]:
        """Return it as ``geo-app where --json`` prints it."""
        return {
            "crs": self.placement.name,
            "title": self.placement.title.vi,
            "title_en": self.placement.title.en,
            "lon": round(self.lon, 7),
            "lat": round(self.lat, 7),
            "e_m": round(self.e_m, 3),
            "n_m": round(self.n_m, 3),
            "commune": self.commune,
            "commune_code": self.commune_code,
            "apart_m": round(self.apart_m, 1),
            "unshifted_m": None if self.unshifted_m is None else round(self.unshifted_m, 1),
        }


def whereabouts(ws: Workspace, found: Footprints) -> tuple[Whereabouts, ...]:
    """Return the places where footprints may lie, the likeliest first."""
    points = shapely.get_coordinates(found.given.geometry.to_numpy())
    middle = np.median(points, axis=0)[None, :]
    rows = []
    for candidate in found.candidates:
        placement, (lon, lat) = candidate.placement, candidate.centre
        e_m, n_m = placement.to(found.crs, middle)[0]
        unit = _unit(ws, lon, lat)
        rows.append(
            Whereabouts(
                placement=placement,
                lon=lon,
                lat=lat,
                e_m=float(e_m),
                n_m=float(n_m),
                commune=unit.get("name"),
                commune_code=unit.get("code"),
                apart_m=candidate.apart_m,
                unshifted_m=_unshifted_m(placement, middle, found.crs),
            )
        )
    return tuple(rows)


def to_json(ws: Workspace, found: Footprints) -> dict[str, Any]:
    """Return the whole answer as ``geo-app where --json`` prints it."""
    return {
        "decided": found.decided,
        "footprints": found.given["footprint"].tolist(),
        "places": [each.to_json() for each in whereabouts(ws, found)],
        "findings": [finding.to_json() for finding in found.findings],
    }


def _unit(ws: Workspace, lon: float, lat: float) -> Mapping[str, str]:
    """Return name and code of the unit of today at a place."""
    units = [
        layer.id
        for layer in ws.layers
        if layer.search is not None and layer.search.kind == "unit" and layer.geometry == "polygon"
    ]
    hits, _ = identify(ws, lon, lat, units, tolerance_m=0.0)
    for hit in hits:
        name, code = hit.values.get(hit.layer.name or ""), hit.values.get(hit.layer.key[0])
        if isinstance(name, str) and isinstance(code, str):
            return {"name": name, "code": code}
    return {}


def _unshifted_m(placement: Placement, middle: NDArray[np.float64], crs: str) -> float | None:
    if placement.recipe or zone(placement.code) is None:
        return None
    right = placement.to(crs, middle)
    wrong = replace(placement, recipe="unshifted").to(crs, middle)
    return float(np.hypot(*(wrong - right)[0]))
