"""The administrative units a footprint lies in: of now, of earlier dates, or by their old names."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo_app.domain.layer import Layer
from geo_app.studies.site_near import Met, Near, read_near
from geo_app.studies.site_overlaps import shared_part
from geo_app.studies.site_record import Check
from geo_app.studies.zones import NEAR_BORDER_M


def check_units(check: Check, layer: Layer) -> Near:
    """
    Tell the units of one vintage that each footprint lies in.

    One that lies in none, as gates on the border do, belongs to the nearest within
    `NEAR_BORDER_M`, and the answer says so.
    """
    near = read_near(check.inputs, layer, check.site, within_m=NEAR_BORDER_M, errors=False)
    for footprint, met in enumerate(near.met):
        units = units_of(met)
        how = "overlap" if units.shares.any() else "nearest"
        notes = [] if how == "overlap" else ["outside_units" if len(units) else "in_no_unit"]
        found = shared_part(check, footprint, units)
        if len(units):
            found["distance_m"] = float(units.distance_m.min())
        for at, row in enumerate(units.feature):
            one = units.where(np.array([at]))
            check.add(
                "units",
                footprint,
                subject=layer.id,
                since=layer.vintage,
                unit_code=near.key(int(row)),
                unit_name=near.name(int(row)),
                within=_context(layer, near.features.iloc[int(row)]),
                how=how,
                distance_m=float(one.distance_m[0]),
                **shared_part(check, footprint, one),
            )
        verdict = "near" if len(units) else "nothing_found"
        check.judge(
            footprint,
            layer,
            near.version,
            verdict,
            notes=notes,
            features=near.names(units.feature),
            keys=tuple(near.key(int(row)) for row in units.feature),
            **found,
        )
    return near


def units_of(met: Met) -> Met:
    """Return the units that share ground, the largest part first; else the nearest one."""
    shared = met.where(met.shares)
    if len(shared):
        return shared.where(np.argsort(-(shared.area_m2 + shared.length_m), kind="stable"))
    return met.where(np.argsort(met.distance_m, kind="stable")[:1])


def check_names(check: Check, layer: Layer, vintages: Mapping[str, Near]) -> None:
    """
    Tell the old names of the units a footprint lies in, where no earlier shapes are loaded.

    Parameters
    ----------
    layer
        A table whose rows lie where the features of another layer lie: old name → unit.
    vintages
        What was read of the unit layers, by id.
    """
    search = layer.search
    assert search is not None
    assert search.field is not None
    assert layer.name is not None
    now = vintages.get(search.layer or "")
    version = check.inputs.ws.versions[layer.id]
    table = check.inputs.table(layer.id)
    if now is None or search.field not in table or layer.name not in table:
        check.pass_over(layer, "no_data")
        return
    known = _earlier_shapes(now.layer, vintages)
    for footprint, met in enumerate(now.met):
        codes = [now.key(int(row)) for row in units_of(met).feature]
        rows = table[table[search.field].isin(codes)]
        for _, row in rows.iterrows() if not known else ():
            check.add(
                "units",
                footprint,
                subject=layer.id,
                since=None,
                unit_code=None,
                unit_name=row[layer.name],
                within=_context(layer, row),
                how="by_name",
            )
        check.judge(
            footprint,
            layer,
            version,
            "near" if len(rows) else "nothing_found",
            notes=["by_name"],
            features=tuple(dict.fromkeys(rows[layer.name].dropna().astype(str))),
        )


def _earlier_shapes(now: Layer, vintages: Mapping[str, Near]) -> bool:
    """Tell whether shapes of the same units at an earlier date are loaded."""
    return any(
        each.layer.key == now.key
        and each.layer.family == now.family
        and each.layer.vintage is not None
        and now.vintage is not None
        and each.layer.vintage < now.vintage
        for each in vintages.values()
    )


def _context(layer: Layer, row: pd.Series) -> str | None:
    fields = layer.search.context if layer.search else ()
    values = [str(row[name]) for name in fields if name in row and pd.notna(row[name])]
    return " · ".join(values) or None
