"""The nearest settlement, gate, junction: how far it is, however far."""

import numpy as np

from geo_app.domain.layer import Layer
from geo_app.studies.site_near import read_nearest
from geo_app.studies.site_overlaps import tell_hit, validity_of
from geo_app.studies.site_record import Check

FIRST_M = 1_000.0
"""How near is looked first."""


def check_nearest(check: Check, layer: Layer) -> None:
    """Tell of every footprint which feature is nearest."""
    use = layer.site
    assert use is not None
    reach_m = max(check.near_m(use), FIRST_M)
    near = read_nearest(check.inputs, layer, check.site, first_m=reach_m)
    for footprint, met in enumerate(near.met):
        if not len(met):
            check.judge(footprint, layer, near.version, "nothing_found")
            continue
        first = met.where(np.argsort(met.distance_m, kind="stable")[:1])
        row, away = int(first.feature[0]), float(first.distance_m[0])
        error = float(near.error_m[row]) + float(np.nan_to_num(check.site.error_m[footprint]))
        doubtful = 0 < error >= away
        within = away <= check.near_m(use)
        notes = ["within_error"] * doubtful + ["nearest_told"] * (not within and not doubtful)
        tell_hit(check, near, footprint, first, validity_of(near, use, row, check.on))
        check.judge(
            footprint,
            layer,
            near.version,
            "near" if within or doubtful else "nothing_found",
            notes=notes,
            distance_m=away,
            features=(near.name(row),),
            keys=(near.key(row),),
        )
