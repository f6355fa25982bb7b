"""Checks of a delivered frame against its layer: values, shapes, partition, network, place."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geo_app.analysis.dangles import dangles
from geo_app.analysis.partition import gaps, overlaps
from geo_app.analysis.validity import duplicates, finite, mean_width_m
from geo_app.domain.finding import Finding, FindingCode
from geo_app.domain.findings import delivery
from geo_app.domain.findings import fields as in_fields
from geo_app.domain.findings import geometry as found
from geo_app.domain.layer import UNITS, Layer
from geo_app.domain.numerals import blank
from geo_app.domain.units import AREA_M2
from geo_app.intake.location import locate_shapes

MOST = 10_000
"""Findings of one kind that are listed; the rest is counted."""


def check_values(frame: pd.DataFrame, layer: Layer) -> tuple[Finding, ...]:
    """
    Find values that do not fit their fields: codes outside the list, keys that come twice.

    Parameters
    ----------
    frame
        Columns named as the layer's fields; the index counts the file's rows from 0.
    """
    there = [field for field in layer.fields.values() if field.name in frame.columns]
    findings: list[Finding] = []
    for field in there:
        column = frame[field.name]
        if field.required:
            rows = frame.index[[pd.isna(value) or blank(value) for value in column]]
            findings += _listed(
                (_at(in_fields.VALUE_MISSING, row, {}, field=field.name) for row in rows), len(rows)
            )
        if field.values:
            codes = ", ".join(field.values)
            wrong = column[column.notna() & ~column.astype("str").isin(list(field.values))]
            findings += _listed(
                (
                    _at(
                        in_fields.CODE_UNKNOWN,
                        row,
                        {"found": str(value), "codes": codes},
                        field=field.name,
                    )
                    for row, value in wrong.items()
                ),
                len(wrong),
            )
    return (*findings, *_repeated_keys(frame, layer))


def check_shapes(
    frame: gpd.GeoDataFrame,
    layer: Layer,
    *,
    outline: gpd.GeoSeries | None = None,
    tolerance_m: float = 0.0,
) -> tuple[Finding, ...]:
    """
    Find what is wrong with shapes that are valid by themselves.

    Parameters
    ----------
    frame
        Shapes and fields of the layer, in its CRS; the index counts the file's rows from 0.
    outline
        The province, in the same CRS; None: not known.
    tolerance_m
        How far outside the outline a shape may lie.

    Returns
    -------
    findings
        By kind: repeated, slivers, overlaps, gaps, dangling ends, outside, areas that disagree.
    """
    shapes = frame.geometry.to_numpy()
    sound = frame[finite(frame.geometry) & shapely.is_valid(shapes) & ~shapely.is_empty(shapes)]
    checks = layer.checks
    findings = [*_repeated(sound)]
    if layer.geometry == "polygon":
        findings += _slivers(sound, checks.sliver_m)
        if checks.partition:
            findings += _partition(sound, checks.least_m2)
        if checks.area_field is not None and checks.area_field in sound.columns:
            findings += _areas(sound, layer, checks.area_field)
    if layer.geometry == "line" and checks.network:
        findings += _network(sound, checks.join_m)
    if outline is not None:
        findings += _outside(sound, outline, tolerance_m)
    return tuple(findings)


def _repeated_keys(frame: pd.DataFrame, layer: Layer) -> Iterator[Finding]:
    if not layer.key or not set(layer.key) <= set(frame.columns):
        return
    those = [frame[name] for name in layer.key]
    key = pd.Series([", ".join(map(str, row)) for row in zip(*those, strict=True)], frame.index)
    first = pd.Series(frame.index, frame.index).groupby(key).transform("first")
    again = first[(first != frame.index) & frame[list(layer.key)].notna().all(axis=1)]
    findings = (
        _at(
            in_fields.KEY_REPEATED,
            row,
            {"key": which, "first": int(before) + 1},
            field=layer.key[0],
        )
        for row, before, which in zip(again.index, again, key[again.index], strict=True)
    )
    yield from _listed(findings, len(again))


def _repeated(frame: gpd.GeoDataFrame) -> list[Finding]:
    first = duplicates(frame.geometry)
    rows = [{"first": int(frame.index[at]) + 1} for at in first]
    return _placed(found.GEOMETRY_REPEATED, first.index, rows, frame.geometry[first.index])


def _slivers(frame: gpd.GeoDataFrame, sliver_m: float) -> list[Finding]:
    width = mean_width_m(frame.geometry)
    thin = width[width < sliver_m]
    shapes = frame.geometry[thin.index]
    rows = [
        {"width_m": round(w, 3), "area_m2": round(a, 2)}
        for w, a in zip(thin, shapes.area, strict=True)
    ]
    return _placed(found.SLIVER, thin.index, rows, shapes)


def _partition(frame: gpd.GeoDataFrame, least_m2: float) -> list[Finding]:
    shared = overlaps(frame, least_m2=least_m2)
    others = [
        {"other": int(frame.index[right]) + 1, **_size(area, width)}
        for right, area, width in zip(
            shared["right"], shared["area_m2"], shared["width_m"], strict=True
        )
    ]
    findings = _placed(found.OVERLAP, frame.index[shared["left"]], others, shared.geometry)
    holes = gaps(frame, least_m2=least_m2)
    beside = [[int(row) + 1 for row in frame.index[list(at)]] for at in holes["beside"]]
    neighbours = [
        {"rows": ", ".join(map(str, these)), **_size(area, width)}
        for these, area, width in zip(beside, holes["area_m2"], holes["width_m"], strict=True)
    ]
    firsts = [these[0] - 1 for these in beside]
    return findings + _placed(found.GAP, firsts, neighbours, holes.geometry)


def _size(area_m2: float, width_m: float) -> dict[str, float]:
    return {"area_m2": round(area_m2, 2), "width_m": round(width_m, 3)}


def _network(frame: gpd.GeoDataFrame, join_m: float) -> list[Finding]:
    ends = dangles(frame, join_m=join_m)
    findings = []
    for kind, code in (("undershoot", found.UNDERSHOOT), ("overshoot", found.OVERSHOOT)):
        these = ends[ends["kind"] == kind]
        rows = [
            {"other": int(frame.index[other]) + 1, "distance_m": round(metres, 3)}
            for other, metres in zip(these["other"], these["distance_m"], strict=True)
        ]
        findings += _placed(code, frame.index[these["line"]], rows, these.geometry)
    return findings


def _outside(frame: gpd.GeoDataFrame, outline: gpd.GeoSeries, tolerance_m: float) -> list[Finding]:
    shapes, province = frame.geometry.to_numpy(), shapely.union_all(outline.to_numpy())
    allowed = shapely.buffer(province, tolerance_m) if tolerance_m else province
    shapely.prepare(allowed)
    out = np.flatnonzero(~shapely.covers(allowed, shapes))
    rows = [
        {"distance_m": round(float(d), 1), "tolerance_m": tolerance_m}
        for d in _farthest_m(shapes[out], province)
    ]
    return _placed(found.OUTSIDE_OUTLINE, frame.index[out], rows, frame.geometry.iloc[out])


def _areas(frame: gpd.GeoDataFrame, layer: Layer, name: str) -> list[Finding]:
    unit = layer.field(name).unit or "m2"
    stated = pd.to_numeric(frame[name], errors="coerce").astype("float64")
    measured = frame.geometry.area / AREA_M2[unit]
    apart = (measured - stated).abs() / stated.where(stated > 0) * 100
    wrong = apart[apart > layer.checks.area_tolerance_pct]
    rows = [
        {
            "stated": round(stated[row], 4),
            "measured": round(measured[row], 4),
            "unit": UNITS[unit].vi,
            "apart_pct": round(apart[row], 2),
        }
        for row in wrong.index
    ]
    shapes = frame.geometry[wrong.index]
    return _placed(found.AREA_DISAGREES, wrong.index, rows, shapes, field=name)


def _farthest_m(shapes: NDArray[np.object_], province: BaseGeometry) -> NDArray[np.float64]:
    """Return how far the farthest vertex of each shape lies outside."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    away = shapely.distance(shapely.points(points), province)
    farthest = np.zeros(len(shapes))
    np.maximum.at(farthest, owner, away)
    return farthest


def _at(kind: FindingCode, row: Any, values: dict[str, Any], *, field: str | None) -> Finding:
    return Finding(kind, values, row=int(row) + 1, field=field)


def _placed(
    kind: FindingCode,
    rows: Iterable[Any],
    values: Sequence[dict[str, Any]],
    shapes: gpd.GeoSeries,
    *,
    field: str | None = None,
) -> list[Finding]:
    """Return one finding per shape, at its place."""
    findings = (
        Finding(kind, each, row=int(row) + 1, field=field, point=point, box=box)
        for row, each, (point, box) in zip(
            rows, values, locate_shapes(shapes.iloc[:MOST]), strict=False
        )
    )
    return _listed(findings, len(values))


def _listed(findings: Iterable[Finding], count: int) -> list[Finding]:
    """Return the first findings of a kind, and how many more there are."""
    listed = list(islice(findings, MOST))
    if count > MOST:
        values = {"code": listed[0].code, "count": count - MOST}
        listed.append(Finding(delivery.MORE_OF_A_KIND, values))
    return listed
