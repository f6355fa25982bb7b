"""A sheet on one feature: what is known of it, where it lies, what is near it and what it holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np

import geopandas as gpd

from geo_app.domain.accuracy import accuracy_m
from geo_app.domain.layer import MARKS, Field, Layer, Mark
from geo_app.domain.ledger import Feature, Row
from geo_app.domain.post import ROUTE
from geo_app.domain.result import Input, Picture, column, plain_value
from geo_app.domain.statistic import Indicator
from geo_app.errors import UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.road_along import Event, Section, events_on, road_of, sections_of
from geo_app.studies.site import NAME, PLUS_MINUS
from geo_app.studies.site_near import Near, Site, errors_m, read_near, read_nearest
from geo_app.studies.site_units import units_of
from geo_app.studies.statistics import read_statistics
from geo_app.studies.units import units_at
from geo_app.studies.zones import NEAR_BORDER_M
from geo_app.workspace import Workspace

FIRST_M = 5_000.0
"""How near the nearest feature of a layer is looked for first."""
AREA_HA = column("drawn_ha", "Diện tích theo hình vẽ", "Area as drawn", unit="ha")
LENGTH_KM = column("drawn_km", "Chiều dài theo hình vẽ", "Length as drawn", unit="km")
_TOLD: dict[str, tuple[str, ...]] = {
    "point": ("nearby", "corridor"),
    "polygon": ("nearby", "corridor"),
    "line": ("nearby",),
}
"""Groups of layers whose nearest feature is told of a feature of each geometry."""
_HELD = ("point", "line", "polygon")


@dataclass(frozen=True)
class Within:
    """A unit the feature lies in; `share_pct` of its area or length, None for a point."""

    layer: Layer
    key: str
    name: str
    share_pct: float | None


@dataclass(frozen=True)
class Nearest:
    """
    The nearest feature of a layer, in a straight line from edge to edge.

    `distance_m` is 0 where they meet. `plus_minus_m` is how far off both may lie together, as far
    as they say; None where neither does. `grade` is that of a road.
    """

    layer: Layer
    key: str
    name: str
    distance_m: float
    plus_minus_m: float | None
    grade: Any = None


@dataclass(frozen=True)
class Held:
    """What a unit holds of a layer: how many features, and their kilometres or hectares inside."""

    layer: Layer
    count: int
    length_km: float | None = None
    area_ha: float | None = None


@dataclass(frozen=True)
class Figure:
    """What statistics say of a unit: the latest figure of an indicator, in the indicator's unit."""

    indicator: Indicator
    value: float
    period: str
    source: str
    verified: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True, eq=False)
class Sheet:
    """
    What matters of one feature.

    `values` are its fields in their order, `unknown` those without a value, `size` its area or
    length as drawn; `formed_from` names the units that one of today was made of, `figures` are a
    unit's statistics. `sections` and `events` are those of a road.
    """

    layer: Layer
    key: str
    name: str
    values: tuple[tuple[Field, Any], ...]
    unknown: tuple[Field, ...]
    size: tuple[Field, float] | None
    picture: Picture | None
    within: tuple[Within, ...]
    nearest: tuple[Nearest, ...]
    holds: tuple[Held, ...]
    formed_from: tuple[str, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    events: tuple[Event, ...]
    inputs: tuple[Input, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of its own layer, worst first."""
        own = {mark for each in self.inputs if each.layer == self.layer.id for mark in each.marks}
        return tuple(mark for mark in MARKS if mark in own)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        size = {self.size[0].name: plain_value(self.size[1])} if self.size else {}
        return {
            "layer": self.layer.id,
            "key": self.key,
            "name": self.name,
            "marks": list(self.marks),
            "values": {field.name: plain_value(value) for field, value in self.values},
            "unknown": [field.name for field in self.unknown],
            **size,
            "within": [_plain(each) for each in self.within],
            "nearest": [_plain(each) for each in self.nearest],
            "holds": [_plain(each) for each in self.holds],
            "formed_from": list(self.formed_from),
            "figures": [_plain(each) for each in self.figures],
            "sections": [_plain(each) for each in self.sections],
            "events": [_plain(each) for each in self.events],
            "inputs": [each.to_json() for each in self.inputs],
        }


def has_sheets(layer: Layer) -> bool:
    """Tell whether the features of a layer have sheets: named ones that are looked for."""
    return layer.spatial and layer.name is not None and bool(layer.search or layer.site)


@lru_cache(maxsize=256)
def read_sheet(ws: Workspace, layer: str, key: str) -> Sheet:
    """
    Read the sheet of a feature; `key` has the parts of a longer one joined by ``/``.

    Raises
    ------
    UnknownError
        If the layer has no sheets, no data, or no such feature.
    AccessError
        If the reader may not see the layer.
    """
    inputs = Inputs(ws)
    found = ws.catalogue.layer(layer)
    if not has_sheets(found):
        message = f"layer {layer}: has no sheets; they are for named features that can be found"
        raise UnknownError(message, vi=f"Lớp {layer} không có phiếu đối tượng.")
    features = inputs.features(layer)
    seen = set(found.key) <= set(features.columns)  # else the reader may not see the key
    own = features[_keys(found, features) == key] if seen else features.iloc[:0]
    if own.empty:
        message = f"layer {layer}: there is no feature {key!r}; its table lists those that are"
        raise UnknownError(message, vi=f"Lớp {layer} không có đối tượng {key!r}.")
    record = own.iloc[0]
    placed = own[own.geometry.notna()]
    values = tuple(_values(ws, found, record))
    told = {field.name for field, _ in values} | {found.name, *found.key}
    unit = found.site is not None and found.site.group == "units"
    site = _site(ws, found, placed)
    road = road_of(ws, plain_value(record.get(ROUTE)))
    return Sheet(
        layer=found,
        key=key,
        name=found.named(record),
        values=values,
        unknown=tuple(field for field in ws.fields(found) if field.name not in told),
        size=_size(site),
        picture=Picture(found, placed) if len(placed) else None,
        within=() if unit or site is None else tuple(_within(inputs, found, site)),
        nearest=() if unit or site is None else tuple(_nearest(inputs, found, site)),
        holds=tuple(_holds(inputs, found, site)) if unit and site is not None else (),
        formed_from=_formed_from(inputs, placed) if unit else (),
        figures=tuple(_figures(inputs, layer, key)) if unit else (),
        sections=sections_of(inputs, road) if road else (),
        events=events_on(inputs, road) if road else (),
        inputs=inputs.used,
    )


def rows_about(
    ws: Workspace, rows: Iterable[Row], layer: str, key: str
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """
    Return the ledger's rows that name a feature, and those that hold for its whole layer.

    A row names it where the plan links to it, or its figure rests on it.
    """
    named, general = [], []
    for row in rows:
        project = ws.plan.projects.get(row.id) if row.kind == "project" else None
        links = {(each.layer, each.feature) for each in project.layers} if project else set()
        behind = row.actual.features if row.actual else ()
        if (layer, key) in links or any(_is(each, layer, key) for each in behind):
            named.append(row)
        elif layer in row.layers and (project is None or (layer, None) in links):
            general.append(row)
    return tuple(named), tuple(general)


def _plain(record: Any) -> dict[str, Any]:
    """Return a record's fields as plain values; layers and indicators by id."""
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return {
        name: value.id if isinstance(value, (Layer, Indicator)) else plain_value(value)
        for name, value in values.items()
    }


def _is(feature: Feature, layer: str, key: str) -> bool:
    return (feature.layer, feature.key) == (layer, key)


def _keys(layer: Layer, features: gpd.GeoDataFrame) -> Any:
    return features[list(layer.key)].astype(str).agg("/".join, axis=1)


def _values(ws: Workspace, layer: Layer, record: Any) -> Iterator[tuple[Field, Any]]:
    """Return what is known of a feature by field; its name stands above."""
    for field in ws.fields(layer):
        value = plain_value(record.get(field.name))
        if value is not None and field.name not in (layer.name, *layer.key):
            yield field, record[field.name]


def _site(ws: Workspace, layer: Layer, placed: gpd.GeoDataFrame) -> Site | None:
    """Return the feature as a site check takes one; None where it has no place."""
    if placed.empty:
        return None
    first = placed.iloc[:1]
    stated = accuracy_m(ws.versions[layer.id].provenance.accuracy)
    return Site(
        gpd.GeoDataFrame(
            {NAME: [""], PLUS_MINUS: errors_m(layer, first, stated)},
            geometry=first.geometry.to_numpy(),
            crs=ws.settings.crs,
        )
    )


def _size(site: Site | None) -> tuple[Field, float] | None:
    if site is None or np.isnan(site.sizes[0]):
        return None
    size = float(site.sizes[0])
    return (AREA_HA, size / 10_000) if site.dimensions[0] == 2 else (LENGTH_KM, size / 1_000)


def _others(inputs: Inputs, layer: Layer, groups: Sequence[str]) -> Iterator[Layer]:
    """Return the other layers of some groups that have data the reader may see."""
    for each in inputs.ws.layers:
        in_group = each.site is not None and each.site.group in groups
        if in_group and each.spatial and each.id != layer.id and inputs.available(each.id):
            yield each


def _within(inputs: Inputs, layer: Layer, site: Site) -> Iterator[Within]:
    for each in _others(inputs, layer, ("units",)):
        near = read_near(inputs, each, site, within_m=NEAR_BORDER_M, errors=False)
        met = units_of(near.met[0])
        for at, row in enumerate(met.feature):
            part = met.area_m2[at] if site.dimensions[0] == 2 else met.length_m[at]
            share = None if np.isnan(site.sizes[0]) else 100 * float(part / site.sizes[0])
            yield Within(each, near.key(int(row)), near.name(int(row)), share)


def _nearest(inputs: Inputs, layer: Layer, site: Site) -> Iterator[Nearest]:
    for each in _others(inputs, layer, _TOLD[layer.geometry]):
        near = read_nearest(inputs, each, site, first_m=FIRST_M)
        met = near.met[0]
        if len(met):
            at = int(np.argmin(met.distance_m))
            row, use = int(met.feature[at]), each.site
            assert use is not None
            errors = np.array([near.error_m[row], site.error_m[0]])
            yield Nearest(
                each,
                near.key(row),
                near.name(row),
                float(met.distance_m[at]),
                None if np.isnan(errors).all() else float(np.nansum(errors)),
                near.value(use.grade_field, row),
            )


def _holds(inputs: Inputs, layer: Layer, site: Site) -> Iterator[Held]:
    for each in inputs.ws.layers:
        use = each.site.group if each.site else None
        told = each.geometry in _HELD and (each.search or use) and use not in ("units", "border")
        if not told or each.id == layer.id or not inputs.available(each.id):
            continue
        near = read_near(inputs, each, site, within_m=0.0, errors=False)
        held = near.met[0].where(near.met[0].shares)
        if len(held):
            yield _held(each, near, held.feature, float(held.length_m.sum()), held.ground)


def _held(layer: Layer, near: Near, rows: Any, length_m: float, ground: float) -> Held:
    """Count features, roads by name; kilometres of lines, hectares of areas that count once."""
    if layer.geometry == "point":
        return Held(layer, len(rows))
    count = len({near.name(int(row)) for row in rows})
    if layer.geometry == "line":
        return Held(layer, count, length_km=length_m / 1_000)
    return Held(layer, count, area_ha=ground / 10_000)


def _formed_from(inputs: Inputs, placed: gpd.GeoDataFrame) -> tuple[str, ...]:
    if placed.empty:
        return ()
    inside = np.array(placed.geometry.representative_point().to_numpy()[:1], dtype=object)
    return units_at(inputs, inside)[0].formed_from


def _figures(inputs: Inputs, layer: str, key: str) -> Iterator[Figure]:
    """Return the latest figure of each indicator about a unit, in the plan's order."""
    read = read_statistics(inputs)
    own = read[(read["vintage"] == layer) & (read["unit_code"] == key) & read["value"].notna()]
    latest = own.sort_values("period", kind="stable").drop_duplicates("indicator", keep="last")
    rows = {row["indicator"]: row for row in latest.to_dict("records")}
    for name, indicator in inputs.ws.plan.indicators.items():
        if name in rows:
            row = rows[name]
            yield Figure(
                indicator=indicator,
                value=float(row["value"]),
                period=row["period"],
                source=row["source"],
                verified=bool(row["verified"]),
                marks=tuple(row["marks"]),
            )
