"""What of a layer lies near the footprints of a site check, and how exactly it is known."""

from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

from geo_app.analysis.site import (
    Metres,
    Positions,
    Shapes,
    SiteIndex,
    distances,
    index_shapes,
    intersections,
)
from geo_app.domain.accuracy import accuracy_m
from geo_app.domain.layer import Layer
from geo_app.domain.post import ROUTE
from geo_app.domain.result import Input
from geo_app.domain.site import SiteUse
from geo_app.domain.version import Version
from geo_app.studies.inputs import Inputs
from geo_app.studies.site import NAME, PLUS_MINUS
from geo_app.workspace import Bounds, Workspace

FEW = 2_000
"""A layer of no more features is read once, and kept with its index."""
FARTHEST_M = 1_000_000.0
"""How far the nearest feature is looked for at last."""
SMALL = 20_000
"""A layer of no more features is read in one box, however far the footprints lie apart."""


@dataclass(frozen=True, eq=False)
class Site:
    """The footprints of one check, as `geo_app.studies.site.read_site` returns them."""

    frame: gpd.GeoDataFrame

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def names(self) -> list[str]:
        """The footprints' names."""
        return list(self.frame[NAME])

    @cached_property
    def shapes(self) -> Shapes:
        """The footprints' shapes."""
        return np.array(self.frame.geometry.to_numpy(), dtype=object)

    @cached_property
    def dimensions(self) -> Positions:
        """0 for points, 1 for lines, 2 for polygons."""
        return np.asarray(shapely.get_dimensions(self.shapes), dtype=np.int64)

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """Area of polygons in m², length of lines in m; missing for points."""
        lines = np.where(self.dimensions == 1, shapely.length(self.shapes), np.nan)
        return np.asarray(np.where(self.dimensions == 2, shapely.area(self.shapes), lines))

    @cached_property
    def error_m(self) -> Metres:
        """How far off each may lie; 0: as drawn, missing: not known."""
        return np.asarray(self.frame[PLUS_MINUS], dtype=np.float64)

    @property
    def worst_error_m(self) -> float:
        """The largest ± that is known."""
        return float(np.nan_to_num(self.error_m).max(initial=0.0))


@dataclass(frozen=True, eq=False)
class Met:
    """
    What one footprint met of a layer, by feature.

    `feature` are positions in the features read; `pieces` is what they share with the footprint,
    None where they share nothing.
    """

    feature: Positions
    distance_m: Metres
    area_m2: NDArray[np.float64]
    length_m: Metres
    pieces: Shapes

    def __len__(self) -> int:
        return len(self.feature)

    @property
    def shares(self) -> NDArray[np.bool_]:
        """Which features share ground with the footprint."""
        return np.array([piece is not None for piece in self.pieces], dtype=bool)

    def where(self, kept: NDArray[np.bool_] | Positions) -> "Met":
        """Return a part of it."""
        return Met(
            self.feature[kept],
            self.distance_m[kept],
            self.area_m2[kept],
            self.length_m[kept],
            self.pieces[kept],
        )

    @property
    def ground(self) -> float:
        """Area in m², or length in m, of all that is shared; what is shared twice counts once."""
        pieces = [piece for piece in self.pieces if piece is not None]
        if not pieces:
            return 0.0
        whole = pieces[0] if len(pieces) == 1 else shapely.union_all(pieces)
        return float(whole.area or whole.length)


@dataclass(frozen=True, eq=False)
class Near:
    """
    A layer's features near the footprints.

    `error_m` is how far off each may lie, missing where not known; `layer_error_m` what the layer
    says of itself where a feature says nothing.
    """

    layer: Layer
    version: Version
    features: gpd.GeoDataFrame
    error_m: Metres
    layer_error_m: float | None
    met: tuple[Met, ...]
    _values: dict[str, list[object | None]] = field(default_factory=dict, repr=False)

    def names(self, positions: Positions) -> tuple[str, ...]:
        """Return the names of features, the first once; the key of one without a name."""
        return tuple(dict.fromkeys(self.name(position) for position in positions))

    def name(self, position: int) -> str:
        """Return the name of a feature, or its key."""
        given = self.value(self.layer.name, position)
        return str(given) if given is not None else self.key(position)

    def key(self, position: int) -> str:
        """Return the key of a feature, its parts joined by ``/``."""
        return "/".join(str(self.value(part, position)) for part in self.layer.key)

    def value(self, name: str | None, position: int) -> object | None:
        """Return a feature's value; None where it has none or the reader may not see it."""
        if name is None or name not in self.features:
            return None
        if name not in self._values:  # lists are far quicker than cells of a frame
            column = self.features[name].astype("object")
            self._values[name] = column.where(column.notna(), None).tolist()
        return self._values[name][position]


def read_near(
    inputs: Inputs, layer: Layer, site: Site, *, within_m: float, errors: bool = True
) -> Near:
    """
    Read what of a layer lies near the footprints.

    Parameters
    ----------
    within_m
        How near.
    errors
        Also what could lie so near, if the layer and the footprints are off by all they may be.
    """
    version = inputs.ws.versions[layer.id]
    own = accuracy_m(version.provenance.accuracy)
    if errors:
        within_m += worst_error_m(layer, own) + site.worst_error_m
    if version.count <= FEW:
        features, index, used = _whole(inputs.ws, layer.id)
        inputs.include(used)
    else:
        features = _read(inputs, layer, site, version, within_m)
        index = index_shapes(features.geometry.to_numpy())
    found = distances(index, site.shapes, within_m=within_m)
    shared = intersections(index, site.shapes)
    pair = found.footprint * len(features) + found.feature
    at = np.searchsorted(pair, shared.footprint * len(features) + shared.feature)
    area, length = np.zeros(len(pair)), np.zeros(len(pair))
    pieces = np.full(len(pair), None, dtype=object)
    area[at], length[at], pieces[at] = shared.area_m2, shared.length_m, shared.pieces
    whole = Met(found.feature, found.distance_m, area, length, pieces)
    cuts = np.searchsorted(found.footprint, np.arange(len(site) + 1))
    met = tuple(whole.where(np.arange(start, end)) for start, end in pairwise(cuts))
    return Near(layer, version, features, errors_m(layer, features, own), own, met)


def read_nearest(inputs: Inputs, layer: Layer, site: Site, *, first_m: float) -> Near:
    """Read so much of a layer that the nearest feature is in it; `first_m` is looked at first."""
    reach_m = first_m
    while True:
        near = read_near(inputs, layer, site, within_m=reach_m, errors=False)
        if all(len(met) for met in near.met) or reach_m >= FARTHEST_M:
            return near
        reach_m *= 4


def worst_error_m(layer: Layer, own_m: float | None) -> float:
    """Return the most that a feature of a layer may be off by, as far as it says."""
    classes = layer.field(layer.accuracy).values.values() if layer.accuracy else ()
    stated = [own_m, *(accuracy_m(title.vi) for title in classes)]
    return max((each for each in stated if each is not None), default=0.0)


def errors_m(layer: Layer, features: gpd.GeoDataFrame, own_m: float | None) -> Metres:
    """Return how far off each feature may lie, by its class, else as its layer says."""
    errors = pd.Series(np.nan, features.index)
    if layer.accuracy and layer.accuracy in features:
        titles = layer.field(layer.accuracy).values
        stated = {code: accuracy_m(title.vi) for code, title in titles.items()}
        errors = features[layer.accuracy].map(stated).astype("float64")
    if own_m is not None:
        errors = errors.fillna(own_m)
    return np.asarray(errors, dtype=np.float64)


@lru_cache(maxsize=128)
def _whole(ws: Workspace, name: str) -> tuple[gpd.GeoDataFrame, SiteIndex, tuple[Input, ...]]:
    """Read a small layer as a whole, and keep it for the next check of the same generation."""
    inputs = Inputs(ws)
    columns = _columns(inputs.layer(name))
    features = inputs.features(name, columns=columns).reset_index(drop=True)
    return features, index_shapes(features.geometry.to_numpy()), inputs.used


def _read(
    inputs: Inputs, layer: Layer, site: Site, version: Version, within_m: float
) -> gpd.GeoDataFrame:
    columns = _columns(layer)
    boxes = _boxes(site.shapes, within_m, apart=version.count > SMALL)
    frames = [inputs.features(layer.id, bounds=box, columns=columns) for box in boxes]
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    whole = pd.concat(frames)
    return gpd.GeoDataFrame(whole[~whole.index.duplicated()].sort_index().reset_index(drop=True))


def _columns(layer: Layer) -> list[str]:
    """Return the fields a check may ask for: to read fewer is much of the speed."""
    use = layer.site or SiteUse("plans")
    named = [getattr(use, each.name) for each in fields(use) if each.name.endswith("_field")]
    named += [layer.name, layer.accuracy, ROUTE, *layer.key, *use.counts]
    return [*filter(None, named), *(layer.search.context if layer.search else ())]


def _boxes(shapes: Shapes, within_m: float, *, apart: bool) -> list[Bounds]:
    """Return the boxes to read: one about all, or several that do not meet."""
    sides = np.add(shapely.bounds(shapes), [-within_m, -within_m, within_m, within_m])
    if not apart:
        west, south = sides[:, :2].min(axis=0).tolist()
        east, north = sides[:, 2:].max(axis=0).tolist()
        return [(west, south, east, north)]
    while True:
        parts = shapely.get_parts(shapely.union_all(shapely.box(*sides.T)))
        merged = shapely.bounds(parts)
        if len(merged) == len(sides):
            return [(box[0], box[1], box[2], box[3]) for box in merged.tolist()]
        sides = merged
