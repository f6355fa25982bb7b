"""
How far a footprint is from the border, whether in a border commune, and whom to ask.

A distance to the border line screens; it is no legal boundary of the belt, whose extent the
provincial People's Council decides. Distances are told to 0.1 km and no closer.
"""

from collections.abc import Mapping

import numpy as np

import shapely
from shapely.geometry.base import BaseGeometry

from geo_app.analysis.site import index_shapes, nearest
from geo_app.domain.accuracy import accuracy_m
from geo_app.domain.layer import Layer
from geo_app.studies.site_near import Near
from geo_app.studies.site_record import Check
from geo_app.studies.site_units import units_of

BESIDE_M = 50.0
"""A unit whose edge runs this near the border line is on it."""


def check_border(check: Check, layer: Layer, vintages: Mapping[str, Near]) -> None:
    """Tell how far each footprint is from the border line, and whether to screen it."""
    assert layer.site is not None
    version = check.inputs.ws.versions[layer.id]
    lines = check.inputs.features(layer.id, kinds=["line"]).geometry
    shapes = np.array(lines[lines.notna()].to_numpy(), dtype=object)
    if not len(shapes):
        check.pass_over(layer, "no_data")
        return
    found = nearest(index_shapes(shapes), check.site.shapes)
    units = _units_now(check, vintages)
    line = shapely.union_all(shapes)
    for footprint, away_m in zip(found.footprint, found.distance_m, strict=True):
        error = (accuracy_m(version.provenance.accuracy) or 0.0) + check.site.error_m[footprint]
        belt = _belt(check, float(away_m), float(error))
        away_km = round(float(away_m) / 1_000, 1)
        notes = ["screening"] if belt != "outside" else []
        check.judge(
            int(footprint),
            layer,
            version,
            "nothing_found" if belt == "outside" else "near",
            notes=[*notes, *(["within_error"] if belt == "possible" else [])],
            distance_m=away_km * 1_000,
        )
        if belt != "outside":
            check.consult(int(footprint), layer.site.consult)
        _tell(check, int(footprint), away_km, belt, units, line)


def _belt(check: Check, away_m: float, error_m: float) -> str:
    width = check.run["belt_m"]
    if away_m <= width:
        return "within"
    # A ± that is not known leaves it open.
    return "outside" if away_m - error_m > width else "possible"


def _units_now(check: Check, vintages: Mapping[str, Near]) -> Near | None:
    """Return the units of the newest date up to the day; those that say which are on the border."""
    told = [near for near in vintages.values() if near.layer.site and near.layer.site.border_field]
    begun = [near for near in told or vintages.values() if _begun(near.layer, check)]
    return max(begun, key=lambda near: str(near.layer.vintage or ""), default=None)


def _begun(layer: Layer, check: Check) -> bool:
    return layer.vintage is None or layer.vintage <= check.on


def _tell(
    check: Check,
    footprint: int,
    away_km: float,
    belt: str,
    units: Near | None,
    line: BaseGeometry,
) -> None:
    """Add a row for each unit the footprint lies in, or one without a unit."""
    common = {"distance_km": away_km, "belt": belt, "width_m": check.run["belt_m"]}
    rows = [] if units is None else [int(row) for row in units_of(units.met[footprint]).feature]
    if units is None or not rows:
        note = () if belt == "outside" else ("screening",)
        check.add("border", footprint, **common, border_commune="unknown", note=note)
        return
    for row in rows:
        on_border, stated = _on_border(units, row, line)
        if on_border and units.layer.site:
            check.consult(footprint, units.layer.site.consult)
        notes = (*(() if stated else ("derived",)), *(() if belt == "outside" else ("screening",)))
        check.add(
            "border",
            footprint,
            **common,
            commune=units.name(row),
            border_commune="yes" if on_border else "no",
            list_basis="stated" if stated else "derived",
            note=notes,
        )


def _on_border(units: Near, row: int, line: BaseGeometry) -> tuple[bool, bool]:
    """Tell whether a unit is on the border, and whether an official list says so."""
    field = units.layer.site.border_field if units.layer.site else None
    given = units.value(field, row)
    if given is not None:
        return bool(given), not units.version.provenance.marks
    shape = units.features.geometry.iloc[row]
    beside = line.intersection(shape.buffer(BESIDE_M)).length
    return bool(beside > 2 * BESIDE_M), False
