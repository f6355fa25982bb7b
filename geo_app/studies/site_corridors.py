"""
The safety corridors of roads and railways: how far the centreline is, and where the corridor ends.

The edge is estimated from the centreline: half the roadbed, the protection strip, and the corridor
of the road's grade outside towns, as the rule in force on the day of the check gives them. What is
not known keeps it open: a grade, a roadbed, a rule without widths, a town, or a centreline that may
be off by more than the distance to the edge. Open is never "nothing found". What is sure even so is
said: on the road itself, or within the least that the rule gives any road outside towns.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

import shapely
from shapely.geometry.base import BaseGeometry

from geo_app.domain.layer import Layer
from geo_app.domain.plan import LegalRule
from geo_app.domain.post import ROUTE
from geo_app.domain.site import SiteUse
from geo_app.studies.site_chainage import Chainages
from geo_app.studies.site_near import Met, Near, read_near
from geo_app.studies.site_overlaps import shared_part
from geo_app.studies.site_record import Check

ROADS_TOLD = 10
"""Roads told of each layer and footprint: the nearest section of each, nearest first."""


@dataclass(frozen=True)
class Corridor:
    """
    What a road's corridor says of a footprint.

    `state` is ``inside``, ``outside`` or ``undetermined``. `width_m` is the distance from the
    centreline to the corridor's edge, None where it cannot be told; `reasons` say why. `sure_m` is
    how far it reaches at least.
    """

    state: str
    width_m: float | None
    sure_m: float
    reasons: tuple[str, ...]


def check_corridor(check: Check, layer: Layer, towns: Near | None, chainages: Chainages) -> None:
    """Say of every footprint whether a road's or railway's corridor reaches it."""
    assert layer.site is not None
    reach = max(check.near_m(layer.site), check.run["corridor_most_m"])
    near = read_near(check.inputs, layer, check.site, within_m=reach)
    rules = check.basis.rules(layer.site.basis)
    rule = rules[0] if rules else None
    for footprint, met in enumerate(near.met):
        in_town = towns is not None and bool(towns.met[footprint].shares.any())
        corridors = [
            _corridor(check, near, footprint, at, rule, in_town=in_town) for at in range(len(met))
        ]
        _judge(check, near, footprint, met, corridors)
        _tell(check, near, footprint, met, corridors, chainages)


def _corridor(
    check: Check, near: Near, footprint: int, at: int, rule: LegalRule | None, *, in_town: bool
) -> Corridor:
    assert near.layer.site is not None
    met = near.met[footprint]
    row, away = int(met.feature[at]), float(met.distance_m[at])
    error = float(near.error_m[row] + check.site.error_m[footprint])
    width, reasons = corridor_width_m(near, near.layer.site, row, rule)
    sure = 0.0 if rule is None or in_town else _least_m(rule)
    if in_town:
        width, reasons = None, [*reasons, "in_town"]
    sure = sure if width is None else width
    if math.isnan(error):
        unknown = "accuracy_unknown" if math.isnan(near.error_m[row]) else "site_inexact"
        return Corridor("undetermined", width, sure, (*reasons, unknown))
    if away + error <= sure:
        return Corridor("inside", width, sure, tuple(reasons))
    if away - error > (check.run["corridor_most_m"] if width is None else width):
        return Corridor("outside", width, sure, ())
    doubt = ["within_error"] if error else []
    return Corridor("undetermined", width, sure, (*reasons, *doubt))


def _least_m(rule: LegalRule) -> float:
    """Return the least that the rule gives any road beside its roadbed; 0 where it gives none."""
    strips, corridors = (
        [value for name, value in rule.values.items() if name.endswith(f"_{part}_m")]
        for part in ("strip", "corridor")
    )
    return min(strips, default=0.0) + min(corridors, default=0.0)


def corridor_width_m(
    near: Near, use: SiteUse, row: int, rule: LegalRule | None
) -> tuple[float | None, list[str]]:
    """
    Return the distance from a road's centreline to its corridor's edge, or why it is not known.

    Half the roadbed + the protection strip + the corridor, by grade.
    """
    if rule is None:
        return None, ["no_rule"]
    if not rule.values:
        return None, ["no_width"]
    grade = use.grade or near.value(use.grade_field, row)
    roadbed = near.value(use.roadbed_field, row)
    parts = [rule.values.get(f"{str(grade).lower()}_{part}_m") for part in ("strip", "corridor")]
    reasons = ["grade_unknown"] * (grade is None or None in parts)
    reasons += ["roadbed_unknown"] * (roadbed is None)
    if reasons:
        return None, reasons
    return float(str(roadbed)) / 2 + sum(part for part in parts if part is not None), []


def _judge(check: Check, near: Near, footprint: int, met: Met, found: list[Corridor]) -> None:
    use = near.layer.site
    assert use is not None
    states = np.array([each.state for each in found], dtype=object)
    inside, undetermined = met.where(states == "inside"), met.where(states == "undetermined")
    near_m = check.near_m(use)
    notes: list[str] = []
    if len(inside):
        verdict, told, notes = "conflict", inside, ["estimated"]
        check.consult(footprint, use.consult)
    elif len(undetermined):
        reached = max(near_m, *(each.width_m or 0.0 for each in found))
        verdict = "near" if undetermined.distance_m.min() <= reached else "not_checked"
        told, notes = undetermined, ["undetermined"]
        notes += [reason for each in found for reason in each.reasons]
    else:
        told = met.where(met.distance_m <= near_m)
        verdict = "near" if len(told) else "nothing_found"
        if near.layer_error_m is None and near.layer.accuracy is None:
            # Nobody says how far off the roads are that were not found here.
            verdict = "near" if len(told) else "not_checked"
            notes = ["undetermined", "accuracy_unknown"]
    part: dict[str, Any] = {}
    if len(inside):
        widths = [each.sure_m for each in found if each.state == "inside"]
        part = _inside(check, near, footprint, inside, widths)
    if len(told):
        told = told.where(np.argsort(told.distance_m, kind="stable"))
        part |= {
            "distance_m": float(told.distance_m[0]),
            "features": near.names(told.feature)[:ROADS_TOLD],
            "keys": tuple(near.key(each) for each in told.feature),
        }
    check.judge(footprint, near.layer, near.version, verdict, notes=notes, **part)


def _inside(
    check: Check, near: Near, footprint: int, met: Met, widths: list[float]
) -> dict[str, float]:
    """Return area and share of the footprint inside the corridors, counted once."""
    pieces = np.array(
        [
            _strip(check, near, footprint, int(row), width)
            for row, width in zip(met.feature, widths, strict=True)
        ],
        dtype=object,
    )
    areas, lengths = shapely.area(pieces), shapely.length(pieces)
    return shared_part(check, footprint, Met(met.feature, met.distance_m, areas, lengths, pieces))


def _strip(check: Check, near: Near, footprint: int, row: int, width_m: float) -> BaseGeometry:
    shape = check.site.shapes[footprint]
    strip = near.features.geometry.iloc[row].buffer(width_m)
    cut: BaseGeometry = shape.intersection(strip)
    return cut


def _tell(
    check: Check,
    near: Near,
    footprint: int,
    met: Met,
    found: list[Corridor],
    chainages: Chainages,
) -> None:
    """Add a row for the nearest section of each road that is near or left open."""
    use = near.layer.site
    assert use is not None
    told: set[str] = set()
    for at in np.argsort(met.distance_m, kind="stable"):
        row, corridor = int(met.feature[at]), found[at]
        name = near.name(row)
        far = corridor.state == "outside" and met.distance_m[at] > check.near_m(use)
        if far or name in told or len(told) == ROADS_TOLD:
            continue
        told.add(name)
        inside = corridor.state == "inside"
        strip = _strip(check, near, footprint, row, corridor.sure_m) if inside else None
        grade = use.grade or near.value(use.grade_field, row)
        check.roads.append((name, corridor.state, near.features.geometry.iloc[row]))
        check.add(
            "roads",
            footprint,
            subject=near.layer.id,
            feature=near.key(row),
            name=name,
            **chainages.nearest_to(near.value(ROUTE, row), check.site.shapes[footprint]),
            grade=grade,
            roadbed_m=near.value(use.roadbed_field, row),
            distance_m=met.distance_m[at],
            plus_minus_m=near.error_m[row],
            corridor_m=corridor.width_m,
            edge_m=None if corridor.width_m is None else met.distance_m[at] - corridor.width_m,
            corridor=corridor.state,
            area_m2=strip.area if strip is not None and strip.area else np.nan,
            length_m=met.length_m[at] or np.nan,
            note=tuple(dict.fromkeys(corridor.reasons)),
        )
