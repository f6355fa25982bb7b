"""A file's columns matched to a layer's fields, and the layers a file could become."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import Layer
from geo_app.domain.numerals import blank
from geo_app.domain.preset import folded
from geo_app.domain.text import Bilingual, plain
from geo_app.domain.units import without_unit
from geo_app.errors import DataError, UnknownError

_DBF_NAME = 10
_CONTENT_FITS = 0.8


@dataclass(frozen=True)
class LikelyLayer:
    """A layer that a file could become: `score` is the share of its fields that are there."""

    layer: str
    score: float
    fields: tuple[str, ...]


def match_fields(
    frame: pd.DataFrame, layer: Layer, mapping: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """
    Match a file's columns to a layer's fields: as told, by name, by alias, by title.

    Case, accents and punctuation make no difference: "Mã xã" is ``ma_xa``; nor does a unit in
    brackets, or that a shapefile cut the name to ten characters.

    Returns
    -------
    fields
        Column → field.
    dropped
        Columns that no field takes, in the file's order.

    Raises
    ------
    UnknownError
        If `mapping` names a column or field that does not exist.
    DataError
        If two columns are told to become the same field.
    """
    columns = [str(name) for name in frame.columns if name != geometry_name(frame)]
    for column, field in mapping.items():
        if column not in columns:
            message = f"--map {column}={field}: the file has no column {column!r}; it has: "
            raise UnknownError(message + ", ".join(columns))
        layer.field(field)
    if len(set(mapping.values())) < len(mapping):
        message = f"layer {layer.id}: two columns are mapped to one field: {dict(mapping)}"
        raise DataError(message)
    fields = dict(mapping)
    for names in (_by_name(layer), _by_alias(layer), _by_title(layer), _by_cut_name(layer)):
        for column in columns:
            named = names.get(folded(column)) or names.get(folded(without_unit(column)[0]))
            if column not in fields and named is not None and named not in fields.values():
                fields[column] = named
    return fields, tuple(column for column in columns if column not in fields)


def match_by_content(
    frame: pd.DataFrame, layer: Layer, fields: Mapping[str, str], dropped: Sequence[str]
) -> dict[str, tuple[str, float]]:
    """
    Match columns that no name told to fields whose codes or titles they hold.

    Returns
    -------
    matched
        Column → field and the share of its distinct values that fit; only where one field, still
        free, is fitted by one column.
    """
    free = [f for f in layer.fields.values() if f.values and f.name not in fields.values()]
    found: dict[str, list[tuple[str, float]]] = {}
    for column in dropped:
        distinct = {plain(v) for v in frame[column].dropna().unique() if isinstance(v, str)}
        for field in free:
            known = {plain(code) for code in field.values} | set(_codes_by_title(field.values))
            fit = len(distinct & known) / len(distinct) if len(distinct) > 1 else 0.0
            if fit >= _CONTENT_FITS:
                found.setdefault(field.name, []).append((column, fit))
    single = {name: those[0] for name, those in found.items() if len(those) == 1}
    columns = [column for column, _ in single.values()]
    return {
        column: (name, fit) for name, (column, fit) in single.items() if columns.count(column) == 1
    }


def stated_units(fields: Mapping[str, str], layer: Layer) -> dict[str, str]:
    """Return field → unit for the columns whose heading names another than the field's."""
    named = {field: without_unit(column)[1] for column, field in fields.items()}
    return {f: unit for f, unit in named.items() if unit and unit != layer.fields[f].unit}


def cut_names(fields: Mapping[str, str], layer: Layer) -> dict[str, str]:
    """Return the columns that were matched by the first ten characters of a field's name."""
    whole = {**_by_title(layer), **_by_alias(layer), **_by_name(layer)}
    cut = _by_cut_name(layer)
    return {c: f for c, f in fields.items() if folded(c) not in whole and cut.get(folded(c)) == f}


def coded(frame: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """Turn titles of a code list ("Phường") into its codes, empty cells into missing ones."""
    made = frame.copy(deep=False)
    for name in made.columns:
        values = layer.fields[name].values if name in layer.fields else {}
        codes = _codes_by_title(values)
        if codes and not pd.api.types.is_numeric_dtype(made[name]):
            given = made[name].dropna().unique()
            known = {v: None if blank(v) else codes.get(plain(str(v)), v) for v in given}
            known |= {code: code for code in values}
            made[name] = made[name].map(known)
    return made


def likely_layers(frame: pd.DataFrame, layers: Iterable[Layer]) -> tuple[LikelyLayer, ...]:
    """
    Rank the layers a file could become: those of its geometry whose fields it has most of.

    Returns
    -------
    likely
        Best first; those with no field in the file are left out.
    """
    kinds = _kinds(frame)
    found = []
    for layer in layers:
        if layer.geometry not in kinds or not layer.fields:
            continue
        fields, _ = match_fields(frame, layer, {})
        if fields:
            taken = tuple(sorted(fields.values()))
            found.append(LikelyLayer(layer.id, len(taken) / len(layer.fields), taken))
    return tuple(sorted(found, key=lambda each: -each.score))


def geometry_name(frame: pd.DataFrame) -> str | None:
    """Return the name of a frame's geometry column; None for a plain table."""
    return frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None


def _kinds(frame: pd.DataFrame) -> Sequence[str]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return ("table",)
    found = {str(kind).removeprefix("Multi") for kind in frame.geom_type.dropna().unique()}
    names = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
    return [names[kind] for kind in found if kind in names]


def _by_name(layer: Layer) -> dict[str, str]:
    return {folded(f.name): f.name for f in layer.fields.values()}


def _by_alias(layer: Layer) -> dict[str, str]:
    return {
        folded(alias): f.name
        for f in layer.fields.values()
        for alias in (f.source_field, *f.aliases)
        if alias
    }


def _by_cut_name(layer: Layer) -> dict[str, str]:
    """Index fields by what a shapefile leaves of a long name; what two have tells nothing."""
    fields: dict[str, set[str]] = {}
    for field in layer.fields.values():
        for name in (field.name, *field.aliases):
            if len(name) > _DBF_NAME:
                fields.setdefault(folded(name[:_DBF_NAME]), set()).add(field.name)
    return {name: min(those) for name, those in fields.items() if len(those) == 1}


def _by_title(layer: Layer) -> dict[str, str]:
    """Index fields by their titles; a title that two fields have tells nothing."""
    fields: dict[str, set[str]] = {}
    for field in layer.fields.values():
        for text in {folded(field.title.vi), folded(field.title.en)}:
            fields.setdefault(text, set()).add(field.name)
    return {title: min(those) for title, those in fields.items() if len(those) == 1}


def _codes_by_title(values: Mapping[str, Bilingual]) -> dict[str, str]:
    """Index codes by their folded titles in both languages; a title of two codes tells nothing."""
    codes: dict[str, set[str]] = {}
    for code, title in values.items():
        for text in (title.vi, title.en):
            codes.setdefault(plain(text), set()).add(code)
    return {title: min(those) for title, those in codes.items() if len(those) == 1}
