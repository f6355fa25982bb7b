"""Layers a footprint should stay clear of or fit: plans, forest, heritage, zones."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_app.domain.layer import Layer
from geo_app.domain.site import SiteUse
from geo_app.studies.site_near import Met, Near, read_near
from geo_app.studies.site_record import Check

TOLD = 10
"""Features near, but not met, that are told of each layer and footprint: the nearest."""

Flags = NDArray[np.bool_]


def check_overlaps(check: Check, layer: Layer) -> None:
    """Say of every footprint what it shares with a layer's features, and what is near."""
    assert layer.site is not None
    near = read_near(check.inputs, layer, check.site, within_m=check.near_m(layer.site))
    validity = [validity_of(near, layer.site, row, check.on) for row in range(len(near.features))]
    counts = _counting(near, layer.site) & ~np.isin(validity, ["expired", "not_yet"])
    for footprint, met in enumerate(near.met):
        _judge(check, near, footprint, met, counts)
        _tell(check, near, footprint, met, validity)
        if layer.site.type_field:
            _sum_forest(check, near, footprint, met)


def _judge(check: Check, near: Near, footprint: int, met: Met, counts: Flags) -> None:
    layer, use = near.layer, near.layer.site
    assert use is not None
    shared = met.where(met.shares)
    counted = shared.where(counts[shared.feature])
    real = counted.where(~_slivers(counted, use, check, footprint))
    found: dict[str, Any] = {}
    if len(real):
        verdict, notes = ("conflict" if use.treat == "conflict" else "near"), []
    elif len(shared):
        verdict = "near"
        notes = ["sliver"] if len(counted) else _excuses(near, shared, check)
        real = shared
    else:
        verdict, notes, real = _nearby(check, near, footprint, met.where(counts[met.feature]))
    if len(counted):
        found = shared_part(check, footprint, counted)
    if len(real):
        first = real.where(np.argsort(-(real.area_m2 + real.length_m), kind="stable"))
        first = first.where(np.argsort(first.distance_m, kind="stable"))
        found |= {
            "distance_m": float(first.distance_m[0]),
            "features": near.names(first.feature[:TOLD]),
            "keys": tuple(near.key(each) for each in first.feature),
        }
    if verdict == "conflict" or (use.treat == "inform" and len(counted)):
        check.consult(footprint, use.consult)
    if use.group == "plans" and len(real) and real.shares.any():
        validity = [validity_of(near, use, each, check.on) for each in real.feature]
        notes += ["validity_unknown"] * ("unknown" in validity)
    check.judge(footprint, layer, near.version, verdict, notes=notes, **found)


def shared_part(check: Check, footprint: int, met: Met) -> dict[str, float]:
    """Return area and share of the footprint that features share with it, counted once."""
    size = float(check.site.sizes[footprint])
    if check.site.dimensions[footprint] == 0 or not met.shares.any():
        return {}
    ground = min(met.ground, size)
    if check.site.dimensions[footprint] == 2:
        if not met.area_m2.any():
            return {}  # lines and points take no area
        return {"area_m2": ground, "share_pct": 100 * ground / size}
    return {"share_pct": 100 * ground / size} if met.length_m.any() else {}


def _nearby(check: Check, near: Near, footprint: int, met: Met) -> tuple[str, list[str], Met]:
    """Judge by distance where nothing is shared."""
    assert near.layer.site is not None
    within = met.distance_m <= check.near_m(near.layer.site)
    allowed = near.error_m[met.feature] + np.nan_to_num(check.site.error_m[footprint])
    doubtful = (met.distance_m <= allowed) & (allowed > 0)
    if within.any() or doubtful.any():
        notes = ["within_error"] if doubtful.any() else []
        return "near", notes, met.where(within | doubtful)
    unknown = near.layer_error_m is None and np.isnan(near.error_m).all()
    return "nothing_found", ["accuracy_unknown"] if unknown else [], met.where(within)


def _slivers(met: Met, use: SiteUse, check: Check, footprint: int) -> Flags:
    """Tell which pieces are areas too small to mean anything."""
    areal = check.site.dimensions[footprint] == 2
    return np.asarray(areal & (met.area_m2 > 0) & (met.area_m2 < use.sliver_m2))


def _excuses(near: Near, shared: Met, check: Check) -> list[str]:
    """Say why what is shared makes no conflict."""
    assert near.layer.site is not None
    states = {validity_of(near, near.layer.site, each, check.on) for each in shared.feature}
    late = sorted(states & {"expired", "not_yet"})
    return late or ["not_counted"]


def _counting(near: Near, use: SiteUse) -> Flags:
    """Tell which features can make a conflict: one without a code can."""
    kept = np.ones(len(near.features), dtype=bool)
    for field, codes in use.counts.items():
        if field in near.features:
            values = near.features[field]
            kept &= (values.isin(codes) | values.isna()).to_numpy(dtype=bool)
    return kept


def validity_of(near: Near, use: SiteUse, row: int, on: dt.date) -> str:
    """Tell whether a feature's decision is valid on a day; "" where the layer has no such thing."""
    if use.valid_from_field is None and use.valid_to_field is None:
        return "unknown" if use.group == "plans" else ""
    start = _day(near.value(use.valid_from_field, row))
    end = _day(near.value(use.valid_to_field, row))
    if end is not None and end < on:
        return "expired"
    if start is not None and start > on:
        return "not_yet"
    return "unknown" if start is None and end is None else "valid"


def _day(value: Any) -> dt.date | None:
    return None if value is None else pd.Timestamp(value).date()


def _tell(check: Check, near: Near, footprint: int, met: Met, validity: list[str]) -> None:
    """Add a row for every feature that is met, and for the nearest of the others."""
    use = near.layer.site
    assert use is not None
    others = np.flatnonzero(~met.shares & (met.distance_m <= check.near_m(use)))
    others = others[np.argsort(met.distance_m[others], kind="stable")[:TOLD]]
    for at in [*np.flatnonzero(met.shares), *others]:
        tell_hit(check, near, footprint, met.where(np.array([at])), validity[met.feature[at]])


def tell_hit(check: Check, near: Near, footprint: int, one: Met, validity: str) -> None:
    """Add a row for one feature that is met or near."""
    use, row = near.layer.site, int(one.feature[0])
    assert use is not None
    relation = "overlap" if one.shares[0] else "near"
    if _slivers(one, use, check, footprint)[0]:
        relation = "sliver"
    elif relation == "overlap" and one.area_m2[0]:
        check.pieces.append((near.layer, near.name(row), one.pieces[0]))
    check.add(
        "hits",
        footprint,
        subject=near.layer.id,
        feature=near.key(row),
        name=near.name(row),
        kind=kind_of(check, near, use, row),
        relation=relation,
        **{"area_m2": one.area_m2[0] or np.nan, **shared_part(check, footprint, one)},
        length_m=one.length_m[0] or np.nan,
        distance_m=one.distance_m[0],
        plus_minus_m=near.error_m[row],
        decision=_decision(near, use, row),
        valid_from=_day(near.value(use.valid_from_field, row)),
        valid_to=_day(near.value(use.valid_to_field, row)),
        validity=validity or None,
    )


def _decision(near: Near, use: SiteUse, row: int) -> str | None:
    given = near.value(use.decision_field, row)
    return str(given) if given is not None else near.version.provenance.decision


def kind_of(check: Check, near: Near, use: SiteUse, row: int) -> str | None:
    """Return what a feature is, as a code of its layer or in its own words."""
    value = near.value(use.class_field, row)
    if value is None or use.class_field is None:
        return None
    title = near.layer.field(use.class_field).values.get(str(value))
    if title is None:
        return str(value)
    code = f"{near.layer.id}.{value}"
    check.kinds[code] = title
    return code


def _sum_forest(check: Check, near: Near, footprint: int, met: Met) -> None:
    """Add the footprint's forest by type and origin, and what converting it would need."""
    use = near.layer.site
    assert use is not None
    if check.site.dimensions[footprint] != 2:
        return
    shared = met.where(met.shares)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(shared.feature):
        named = (near.value(use.type_field, row), near.value(use.origin_field, row))
        pair = (str(named[0] or "unknown"), str(named[1] or "unknown"))
        groups.setdefault(pair, []).append(at)
    counts = _counting(near, use)
    for (kind, origin), rows in sorted(groups.items()):
        part = shared.where(np.array(rows, dtype=np.int64))
        area = min(part.ground, float(check.site.sizes[footprint]))
        check.add(
            "forest",
            footprint,
            type=kind,
            origin=origin,
            area_m2=area,
            area_ha=area / 10_000,
            share_pct=100 * area / check.site.sizes[footprint],
            needs=check.basis.cite(use.consult) if counts[part.feature].any() else (),
        )
