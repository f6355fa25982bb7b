"""A map of what an import would change, and of what it found."""

from dataclasses import replace

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from geo_app.domain.finding import SEVERITIES, SEVERITY_TITLES, Finding
from geo_app.domain.layer import Field, GeometryKind, Layer, Legend, LegendClass, Style
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.intake.delivery import Draft
from geo_app.workspace import Workspace
from geo_app.workspace.mapping import SketchMap, sketch_map

MOST = 5_000
"""Features of a kind that are drawn; a page of more opens slowly and shows no more."""

_CHANGES = {
    "added": (Bilingual("Thêm mới", "Added"), "#1a7f37"),
    "geometry": (Bilingual("Đổi hình", "Geometry changed"), "#b35900"),
    "attributes": (Bilingual("Đổi thuộc tính", "Attributes changed"), "#1f5fa8"),
    "removed": (Bilingual("Không còn", "Removed"), "#b3261e"),
}
_COLOURS = {"error": "#b3261e", "warning": "#b35900", "note": "#5f6b66"}
_GRAVITY = {str(each): (SEVERITY_TITLES[each], _COLOURS[each]) for each in SEVERITIES}


def preview_map(ws: Workspace, draft: Draft, *, language: str = "vi") -> SketchMap:
    """
    Draw what a draft would add, change and remove, and where its findings lie.

    The first delivery of a layer is all added. Nothing is published.

    Raises
    ------
    DataError
        If the layer has no geometry to draw.
    """
    if not isinstance(draft.frame, gpd.GeoDataFrame):
        message = f"layer {draft.layer.id}: has no features to draw; a preview is of features"
        raise DataError(message)
    changes = _changes(ws, draft.frame, draft)
    sketches = [(_changes_layer(draft.layer, len(changes)), changes.head(MOST))]
    places = _places(draft.findings, draft.layer)
    if len(places):
        sketches.append((_places_layer(draft.layer, len(places)), places.head(MOST)))
    return sketch_map(ws, sketches, language=language)


def _changes(ws: Workspace, new: gpd.GeoDataFrame, draft: Draft) -> gpd.GeoDataFrame:
    """Return one row per feature that changes: kind, key, fields, m² or m moved, its shape."""
    if draft.difference is None:
        keys = new.reindex(columns=draft.layer.key).astype("str").agg(" ".join, axis=1)
        made = pd.DataFrame({"change": "added", "key": keys, "attributes": "", "amount": 0.0})
        return gpd.GeoDataFrame(made, geometry=new.geometry.to_numpy(), crs=new.crs)
    table = draft.difference.table
    old = ws.read(draft.layer.id)
    assert isinstance(old, gpd.GeoDataFrame)
    shapes = np.where(
        table["change"] == "removed",
        old.geometry.to_numpy()[table["old"].clip(lower=0)],
        new.geometry.to_numpy()[table["new"].clip(lower=0)] if len(new) else None,
    )
    kind = np.where(table["geometry_changed"], "geometry", "attributes")
    change = np.where(table["change"] == "changed", kind, table["change"])
    amount = table["moved_m2"] if "moved_m2" in table else table["moved_m"]
    made = pd.DataFrame(
        {
            "change": change,
            "key": table["key"].to_numpy(),
            "attributes": table["attributes"].to_numpy(),
            "amount": amount.to_numpy(),
        }
    )
    return gpd.GeoDataFrame(made, geometry=shapes, crs=new.crs)


def _places(findings: tuple[Finding, ...], layer: Layer) -> gpd.GeoDataFrame:
    placed = [finding for finding in findings if finding.point is not None]
    placed.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    rows = [
        {
            "number": str(number),
            "severity": finding.severity,
            "code": finding.code,
            "row": finding.row,
            "message": finding.message("vi"),
            "message_en": finding.message("en"),
        }
        for number, finding in enumerate(placed, start=1)
    ]
    points = shapely.points(np.array([f.point for f in placed], dtype="float64").reshape(-1, 2))
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=points, crs="EPSG:4326")
    return frame.to_crs(layer.crs)


def _changes_layer(layer: Layer, count: int) -> Layer:
    moved = "m2" if layer.geometry == "polygon" else "m"
    fields = {
        "key": Field("key", "text", Bilingual("Mã", "Key")),
        "change": Field(
            "change", "text", Bilingual("Thay đổi", "Change"), values=_titles(_CHANGES)
        ),
        "attributes": Field("attributes", "text", Bilingual("Trường đổi", "Fields changed")),
        "amount": Field("amount", "number", Bilingual("Phần hình đổi", "Moved"), unit=moved),
    }
    title = _counted(Bilingual("Thay đổi", "Changes"), count)
    return _sketch(layer, "changes", title, layer.geometry, fields, "change", _CHANGES, layer.order)


def _places_layer(layer: Layer, count: int) -> Layer:
    fields = {
        "number": Field("number", "text", Bilingual("Số", "Number")),
        "severity": Field(
            "severity", "text", Bilingual("Mức độ", "Severity"), values=_titles(_GRAVITY)
        ),
        "code": Field("code", "text", Bilingual("Mã phát hiện", "Code")),
        "row": Field("row", "integer", Bilingual("Dòng", "Row")),
        "message": Field("message", "text", Bilingual("Nội dung", "In Vietnamese")),
        "message_en": Field("message_en", "text", Bilingual("Tiếng Anh", "Message")),
    }
    title = _counted(Bilingual("Phát hiện", "Findings"), count)
    return _sketch(layer, "findings", title, "point", fields, "severity", _GRAVITY, 1_000)


def _sketch(
    layer: Layer,
    name: str,
    title: Bilingual,
    geometry: GeometryKind,
    fields: dict[str, Field],
    by: str,
    colours: dict[str, tuple[Bilingual, str]],
    order: int,
) -> Layer:
    classes = tuple(
        LegendClass(words, Style(color, fill=color, width=2.0, fill_opacity=0.4), values=(value,))
        for value, (words, color) in colours.items()
    )
    first = next(iter(fields))
    return replace(
        layer,
        id=f"{layer.id}_{name}",
        title=title,
        geometry=geometry,
        order=order,
        fields=fields,
        key=(first,),
        name=first,
        accuracy=None,
        labels=None,
        search=None,
        legend=Legend(by, classes),
    )


def _titles(colours: dict[str, tuple[Bilingual, str]]) -> dict[str, Bilingual]:
    return {value: words for value, (words, _) in colours.items()}


def _counted(title: Bilingual, count: int) -> Bilingual:
    if count <= MOST:
        return Bilingual(f"{title.vi} ({count})", f"{title.en} ({count})")
    return Bilingual(f"{title.vi} ({MOST} / {count})", f"{title.en} ({MOST} of {count})")
