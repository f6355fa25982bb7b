"""A layer of the catalogue: its schema, titles, legend and access, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from geo_app.domain.access import Access
from geo_app.domain.checks import Checks
from geo_app.domain.site import SiteUse
from geo_app.domain.text import Bilingual
from geo_app.errors import UnknownError

GeometryKind = Literal["point", "line", "polygon", "raster", "table"]
FieldType = Literal["text", "integer", "number", "boolean", "date"]
State = Literal["present", "awaited"]
Mark = Literal["synthetic", "schematic", "unverified"]
SearchKind = Literal["unit", "former_unit", "place", "feature"]

GEOMETRY_KINDS: tuple[GeometryKind, ...] = ("point", "line", "polygon", "raster", "table")
FIELD_TYPES: tuple[FieldType, ...] = ("text", "integer", "number", "boolean", "date")
STATES: tuple[State, ...] = ("present", "awaited")
SEARCH_KINDS: tuple[SearchKind, ...] = ("unit", "former_unit", "place", "feature")
MARKS: tuple[Mark, ...] = ("synthetic", "schematic", "unverified")
"""Worst first: a result carries the worst mark of its inputs."""

UNITS: Mapping[str, Bilingual] = {
    "m": Bilingual("m", "m"),
    "km": Bilingual("km", "km"),
    "m2": Bilingual("m²", "m²"),
    "km2": Bilingual("km²", "km²"),
    "ha": Bilingual("ha", "ha"),
    "pct": Bilingual("%", "%"),
    "ratio": Bilingual("", ""),
    "s": Bilingual("giây", "s"),
    "h": Bilingual("giờ", "h"),
    "vnd": Bilingual("đồng", "VND"),
    "kmh": Bilingual("km/h", "km/h"),
    "t": Bilingual("tấn", "t"),
    "people": Bilingual("người", "people"),
    "count": Bilingual("", ""),
}
"""
Units a number may have, and how each is written.

A measured field's name ends in its unit, but for ``count`` and ``people``.
"""


@dataclass(frozen=True)
class Theme:
    """A shelf of the atlas."""

    id: str
    title: Bilingual
    summary: Bilingual
    order: int


@dataclass(frozen=True)
class Field:
    """
    One attribute of a layer.

    An `assigned` one is a key that the import gives. `routes` are the layers of roads whose code
    it holds: an import finds the code by any spelling of the road's name.
    """

    name: str
    type: FieldType
    title: Bilingual
    unit: str | None = None
    values: Mapping[str, Bilingual] = field(default_factory=dict)
    source_field: str = ""
    aliases: tuple[str, ...] = ()
    access: Access = "public"
    required: bool = False
    assigned: bool = False
    routes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Style:
    """How one class is drawn; lengths in pixels."""

    color: str
    fill: str | None = None
    width: float = 1.5
    dash: str | None = None
    radius: float = 5.0
    shape: Literal["circle", "square", "diamond", "triangle"] = "circle"
    opacity: float = 1.0
    fill_opacity: float = 0.55


@dataclass(frozen=True)
class LegendClass:
    """
    One line of a legend.

    It holds the features whose legend field is among `values`, or at least `minimum` and below
    `maximum`; with neither it holds everything.
    """

    title: Bilingual
    style: Style
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Legend:
    """The classes of a layer, by the values of `field` (None: a single class)."""

    field: str | None
    classes: tuple[LegendClass, ...]


@dataclass(frozen=True)
class Sample:
    """Where the sample's file stands, and what it says of itself."""

    path: str
    marks: tuple[Mark, ...]
    source: str
    date: date
    accuracy: str
    licence: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Search:
    """
    How the search box finds a layer's features.

    `kind` says what they are to a reader: an administrative unit of now or of before, a place,
    another feature. `context` are the fields shown beside the name; `layer` and `field` tell where
    a row without geometry lies: the feature of `layer` whose key is the value of `field`.
    """

    kind: SearchKind = "feature"
    context: tuple[str, ...] = ()
    layer: str | None = None
    field: str | None = None


@dataclass(frozen=True)
class Layer:
    """
    What does not change with a delivery: schema, titles, legend, key, access.

    `statistics`: a table of figures by indicator, unit and period, with the fields of
    `geo_app.domain.statistic`.
    """

    id: str
    title: Bilingual
    summary: Bilingual
    theme: str
    geometry: GeometryKind
    crs: str | None
    owner: str
    order: int
    fields: Mapping[str, Field]
    legend: Legend
    key: tuple[str, ...] = ()
    name: str | None = None
    accuracy: str | None = None
    family: str | None = None
    vintage: date | None = None
    access: Access = "public"
    state: State = "present"
    visible: bool = False
    detail: bool = False
    labels: int | None = None
    search: Search | None = None
    sample: Sample | None = None
    checks: Checks = field(default_factory=Checks)
    site: SiteUse | None = None
    statistics: bool = False

    @property
    def spatial(self) -> bool:
        """Whether its features have geometry."""
        return self.geometry in {"point", "line", "polygon"}

    def field(self, name: str) -> Field:
        """Return the field called `name`."""
        try:
            return self.fields[name]
        except KeyError:
            known = ", ".join(self.fields) or "none"
            message = f"layer {self.id}: there is no field {name!r}; it has: {known}"
            raise UnknownError(message) from None

    def named(self, values: Mapping[str, object]) -> str:
        """
        Return what a feature is called: its name, and the text the search box shows first beside.

        Its key where it has neither; a field the reader may not see is not among `values`.
        """
        beside = self.search.context[:1] if self.search else ()
        texts = (values.get(part) for part in (self.name, *beside) if part)
        told = dict.fromkeys(text for text in texts if isinstance(text, str) and text)
        return " · ".join(told) or "/".join(str(values.get(part)) for part in self.key)
