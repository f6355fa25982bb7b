"""The tables of a site check, with the titles of every code that stands in them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo_app.domain.accuracy import accuracy_m
from geo_app.domain.layer import Field
from geo_app.domain.override import Override
from geo_app.domain.result import Table
from geo_app.domain.text import Bilingual
from geo_app.studies.site_record import Check, Verdict
from geo_app.studies.site_words import (
    ANSWERS,
    AREA_FIELDS,
    COORDINATE_FIELDS,
    OVERRIDE,
    OVERRIDE_STATES,
    body_fields,
    border_fields,
    forest_fields,
    hit_fields,
    road_fields,
    unit_fields,
    verdict_fields,
)

TITLES = {
    "verdicts": Bilingual("Kết luận", "Verdicts"),
    "hits": Bilingual("Đối tượng gặp", "Features met"),
    "forest": Bilingual("Rừng theo loại và nguồn gốc", "Forest by type and origin"),
    "units": Bilingual("Đơn vị hành chính", "Administrative units"),
    "roads": Bilingual("Đường và hành lang an toàn", "Roads and safety corridors"),
    "border": Bilingual("Biên giới", "Border"),
    "bodies": Bilingual("Cơ quan phải hỏi, phải báo", "Bodies to ask or tell"),
    "areas": Bilingual("Diện tích khu đất", "Areas of the footprints"),
    "coordinates": Bilingual("Tọa độ", "Coordinates"),
}


def tables(check: Check, overrides: Mapping[int, Sequence[Override]]) -> tuple[Table, ...]:
    """Return every table; those without rows too."""
    layers = {each.id: each.title for each in check.inputs.ws.layers}
    agencies = {each.id: each.title for each in check.basis.plan.agencies.values()}
    tasks = {rule.id: rule.title for rule in check.basis.used.values()}
    basis = check.basis.titles
    told: dict[str, Bilingual] = {}
    rows = [
        _verdict_row(check, at, overrides.get(at, ()), told) for at in range(len(check.verdicts))
    ]
    fields = {
        "verdicts": verdict_fields(layers, basis, check.notes, told),
        "hits": hit_fields(layers, check.kinds),
        "forest": forest_fields(*_forest_titles(check), _needs(check)),
        "units": unit_fields(layers),
        "roads": road_fields(layers, check.notes),
        "border": border_fields(check.notes),
        "bodies": body_fields(agencies, tasks, basis),
        "areas": AREA_FIELDS,
        "coordinates": COORDINATE_FIELDS,
    }
    found = {**check.rows, "verdicts": rows}
    return tuple(
        Table(name, TITLES[name], fields[name], _frame(found.get(name, []), fields[name]))
        for name in fields
    )


def _frame(rows: Sequence[Mapping[str, Any]], fields: Sequence[Field]) -> pd.DataFrame:
    columns = {each.name: [row.get(each.name) for row in rows] for each in fields}
    return pd.DataFrame(
        {
            each.name: pd.Series(
                columns[each.name], dtype="float64" if each.type == "number" else "object"
            )
            for each in fields
        }
    )


def _verdict_row(
    check: Check, at: int, overrides: Sequence[Override], told: dict[str, Bilingual]
) -> dict[str, Any]:
    found = check.verdicts[at]
    assert found.layer.site is not None
    given = found.version.provenance if found.version else None
    return {
        "footprint": check.site.names[found.footprint],
        "group": found.layer.site.group,
        "subject": found.layer.id,
        "verdict": found.verdict,
        "area_m2": found.area_m2,
        "share_pct": found.share_pct,
        "distance_m": _told_m(found.distance_m, given.accuracy if given else None),
        "features": found.features,
        "basis": found.basis,
        "data_date": given.date if given else None,
        "accuracy": given.accuracy if given else None,
        "marks": given.marks if given else (),
        "note": found.notes,
        "override": tuple(_override(check, found, each, told) for each in overrides),
    }


def _told_m(distance_m: float, accuracy: str | None) -> float:
    """Return a distance in whole metres, unless the data are known to be more exact than that."""
    exact = (accuracy_m(accuracy) or 1.0) < 1.0
    return distance_m if exact or math.isnan(distance_m) else float(round(distance_m))


def _override(check: Check, found: Verdict, override: Override, told: dict[str, Bilingual]) -> str:
    """Return an override's number with its state, and remember how it reads."""
    state = override.state(check.on, found.version.digest if found.version else None)
    code = f"{override.id}:{state}"
    told[code] = OVERRIDE.filled(
        reason=override.reason,
        who=override.who,
        until=Bilingual(f"{override.until:%d/%m/%Y}", override.until.isoformat()),
        state=OVERRIDE_STATES[state],
    )
    return code


def _forest_titles(check: Check) -> tuple[dict[str, Bilingual], dict[str, Bilingual]]:
    types, origins = {"unknown": ANSWERS["unknown"]}, {"unknown": ANSWERS["unknown"]}
    for layer in check.inputs.ws.layers:
        if layer.site and layer.site.type_field and layer.site.origin_field:
            types |= layer.field(layer.site.type_field).values
            origins |= layer.field(layer.site.origin_field).values
    return types, origins


def _needs(check: Check) -> dict[str, Bilingual]:
    """Return the text of every legal rule used, with how it is cited."""
    return {
        rule.id: Bilingual(
            f"{rule.text.vi} {check.basis.titles[rule.id].vi}.",
            f"{rule.text.en} {check.basis.titles[rule.id].en}.",
        )
        for rule in check.basis.used.values()
    }
