"""Where the plan's projects and other features lie, as pictures for a map."""

from collections import defaultdict
from dataclasses import dataclass, replace

import pandas as pd

import geopandas as gpd

from geo_app.domain.access import may
from geo_app.domain.layer import MARKS, Layer, Legend, LegendClass, Mark, Style
from geo_app.domain.ledger import Feature
from geo_app.domain.plan import LayerLink, Project, Stretch
from geo_app.domain.result import Input, Picture
from geo_app.errors import DataError, UnknownError
from geo_app.studies.inputs import Inputs
from geo_app.studies.locate import locate
from geo_app.studies.located_map import pictures
from geo_app.workspace import Workspace

_COLOR = "#b3261e"
_NAMED_FROM_ZOOM = 8
_STYLE = Style(color=_COLOR, fill=_COLOR, width=4.0, radius=8.0, shape="diamond", fill_opacity=0.25)


@dataclass(frozen=True, eq=False)
class Placed:
    """
    A project on the map.

    `features` are those the plan links it to that have a place; `lost` the links that lead to none,
    because the layer is awaited or has no such feature. `stretch` is its stretch of road where that
    could be placed.
    """

    pictures: tuple[Picture, ...]
    features: tuple[Feature, ...]
    lost: tuple[LayerLink, ...]
    stretch: Stretch | None
    inputs: tuple[Input, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all that was read, worst first."""
        found = {mark for each in self.inputs for mark in each.marks}
        return tuple(mark for mark in MARKS if mark in found)


def place_project(ws: Workspace, project: Project) -> Placed:
    """
    Place a project by the features it is linked to and its stretch of road.

    Nothing of one whose geometry the reader may not see.
    """
    if not may(ws.user, "view", project.access):
        return Placed((), (), (), None, ())
    inputs = Inputs(ws)
    wanted: dict[str, list[LayerLink]] = defaultdict(list)
    for link in project.layers:
        if link.feature is not None:
            wanted[link.layer].append(link)
    drawn, features, lost = [], [], []
    for layer, links in wanted.items():
        found = _features(inputs, layer, {str(each.feature) for each in links})
        features += [feature for feature, _ in found]
        there = {feature.key for feature, _ in found}
        lost += [each for each in links if each.feature not in there]
        if found:
            frame = gpd.GeoDataFrame(pd.concat([row for _, row in found]))
            drawn.append(highlighted(inputs.layer(layer), frame))
    stretch = _stretch(ws, inputs, project)
    placed = project.stretch if stretch else None
    return Placed((*drawn, *stretch), tuple(features), tuple(lost), placed, inputs.used)


def highlighted(layer: Layer, frame: gpd.GeoDataFrame) -> Picture:
    """Draw some features of a layer so that they stand out from the others."""
    named = _NAMED_FROM_ZOOM if layer.name in frame else None
    legend = Legend(None, (LegendClass(layer.title, _STYLE),))
    shown = replace(
        layer, id=f"shown_{layer.id}", legend=legend, labels=named, order=layer.order + 100
    )
    return Picture(shown, frame)


def _features(inputs: Inputs, layer: str, keys: set[str]) -> list[tuple[Feature, gpd.GeoDataFrame]]:
    """Return the features of a layer with some keys that have a place."""
    if not inputs.available(layer) or not inputs.layer(layer).spatial:
        return []
    found, read = inputs.layer(layer), inputs.features(layer)
    own = read[list(found.key)].astype(str).agg("/".join, axis=1)
    rows = read[own.isin(keys) & read.geometry.notna()]
    records = zip(rows.index, rows.to_dict("records"), strict=True)
    return [
        (Feature(layer, own[at], found.named(record)), gpd.GeoDataFrame(rows.loc[[at]]))
        for at, record in records
    ]


def _stretch(ws: Workspace, inputs: Inputs, project: Project) -> tuple[Picture, ...]:
    """Draw a project's stretch of road; nothing where the road or its posts are not known."""
    if project.stretch is None:
        return ()
    asked = project.stretch
    try:
        located = locate(ws, f"{asked.route} {asked.start}–{asked.end}")
    except (DataError, UnknownError):
        return ()
    inputs.include(located.inputs)
    return tuple(pictures(located, None, ws.settings.crs))
