"""Read and check the catalogue: one TOML file per layer, and the themes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geo_app.domain.access import ACCESS_LEVELS
from geo_app.domain.crs import is_metric
from geo_app.domain.layer import (
    FIELD_TYPES,
    GEOMETRY_KINDS,
    MARKS,
    SEARCH_KINDS,
    STATES,
    UNITS,
    Field,
    Layer,
    Legend,
    LegendClass,
    Sample,
    Search,
    Style,
    Theme,
)
from geo_app.domain.text import Bilingual
from geo_app.errors import CatalogueError, UnknownError
from geo_app.storage.checked import CheckedTable, index_unique, read_toml
from geo_app.storage.checklist import check_register, read_checks
from geo_app.storage.indicators import check_statistics
from geo_app.storage.site_use import check_site_use, read_site_use

THEMES_FILE = "themes.toml"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_SHAPES = ("circle", "square", "diamond", "triangle")
_UNITLESS = ("count", "people")
_RESERVED = ("fid", "geom", "geometry")
"""Columns of the record that are not fields."""


@dataclass(frozen=True)
class Catalogue:
    """The layers and themes of a province, in the order they are shown."""

    layers: Mapping[str, Layer]
    themes: Mapping[str, Theme]

    def layer(self, layer_id: str) -> Layer:
        """Return the layer called `layer_id`."""
        try:
            return self.layers[layer_id]
        except KeyError:
            message = f"there is no layer {layer_id!r}; `geo-app layers` lists those that are"
            raise UnknownError(message) from None

    def theme(self, theme_id: str) -> Theme:
        """Return the theme called `theme_id`."""
        try:
            return self.themes[theme_id]
        except KeyError:
            known = ", ".join(self.themes)
            message = f"there is no theme {theme_id!r}; themes: {known}"
            raise UnknownError(message) from None


def read_catalogue(folder: Path, agencies: frozenset[str] | None = None) -> Catalogue:
    """
    Read and check every file of `folder`.

    Parameters
    ----------
    folder
        The workspace's ``layers/``.
    agencies
        Ids an owner may have; None: not checked.

    Raises
    ------
    CatalogueError
        At the first key or value that breaks the rules, naming file, key, what stood there and
        what was expected.
    """
    if not folder.is_dir():
        message = f"{folder}: the folder of layers does not exist"
        raise CatalogueError(message)
    themes = _read_themes(read_toml(folder / THEMES_FILE))
    files = sorted(path for path in folder.glob("*.toml") if path.name != THEMES_FILE)
    layers = [_read_layer(path, themes, agencies) for path in files]
    layers.sort(key=lambda layer: (themes[layer.theme].order, layer.order, layer.id))
    index = index_unique(iter(layers), lambda layer: layer.id, str(folder))
    for layer in layers:
        _check_search(layer, index)
        _check_routes(layer, index)
        check_register(layer, index)
    return Catalogue(index, themes)


def _read_themes(file: CheckedTable) -> dict[str, Theme]:
    themes = []
    for order, row in enumerate(file.rows("themes")):
        theme = Theme(_read_id(row), row.bilingual("title"), row.bilingual("summary"), order)
        row.done()
        themes.append(theme)
    file.done()
    return index_unique(iter(themes), lambda theme: theme.id, file.where)


def _read_id(row: CheckedTable) -> str:
    value: str = row.text("id")
    if not _ID.fullmatch(value):
        raise row.error("id", f"found {value!r}; expected lower-case letters, digits and _")
    return value


def _read_layer(path: Path, themes: Mapping[str, Theme], agencies: frozenset[str] | None) -> Layer:
    file = read_toml(path)
    if not _ID.fullmatch(path.stem):
        raise file.error("file name", f"{path.stem!r} is the layer's id; expected a-z, 0-9 and _")
    fields = {name: _read_field(name, table) for name, table in file.tables("fields")}
    _check_names(fields, file)
    owner = file.text("owner") if agencies is None else file.choice("owner", sorted(agencies))
    layer = Layer(
        id=path.stem,
        title=file.bilingual("title"),
        summary=file.bilingual("summary"),
        theme=file.choice("theme", list(themes)),
        geometry=file.choice("geometry", GEOMETRY_KINDS),
        crs=_read_crs(file),
        owner=owner,
        order=file.integer("order"),
        fields=fields,
        legend=_read_legend(file, fields),
        key=file.texts("key", ()),
        name=file.text("name", None),
        accuracy=file.text("accuracy", None),
        family=file.text("family", None),
        vintage=file.day("vintage", None),
        access=file.choice("access", ACCESS_LEVELS, "public"),
        state=file.choice("state", STATES, "present"),
        visible=file.flag("visible", default=False),
        detail=file.flag("detail", default=False),
        labels=file.integer("labels", None),
        search=_read_search(file),
        sample=_read_sample(file),
        checks=read_checks(file, fields),
        site=read_site_use(file, fields),
        statistics=file.flag("statistics", default=False),
    )
    file.done()
    _check_layer(layer, file)
    check_site_use(layer, file)
    check_statistics(layer, file)
    return layer


def _read_crs(file: CheckedTable) -> str | None:
    code: str | None = file.text("crs", None)
    if code is None:
        return None
    if not is_metric(code):
        raise file.error("crs", f"found {code!r}; expected a projected CRS in metres: EPSG:9215")
    return code


def _read_field(name: str, table: CheckedTable) -> Field:
    field = Field(
        name=name,
        type=table.choice("type", FIELD_TYPES),
        title=table.bilingual("title"),
        unit=table.choice("unit", UNITS, None),
        values=_read_values(table),
        source_field=table.text("source_field", name),
        aliases=table.texts("aliases", ()),
        access=table.choice("access", ACCESS_LEVELS, "public"),
        required=table.flag("required", default=False),
        assigned=table.flag("assigned", default=False),
        routes=table.texts("routes", ()),
    )
    table.done()
    _check_field(field, table)
    return field


def _read_values(table: CheckedTable) -> dict[str, Bilingual]:
    values = table.table("values", None)
    if values is None:
        return {}
    titles = {code: values.bilingual(code) for code in values.content}
    values.done()
    return titles


def _check_field(field: Field, table: CheckedTable) -> None:
    if not _ID.fullmatch(field.name):
        raise table.error("name", f"found {field.name!r}; expected lower-case letters, digits, _")
    if field.name in _RESERVED or "__" in field.name:
        raise table.error("name", f"found {field.name!r}; the record needs that name for itself")
    if len(field.source_field) > 10 or not field.source_field.isascii():
        raise table.error(
            "source_field",
            f"found {field.source_field!r}; a shapefile's field name holds ten ASCII characters",
        )
    if field.values and field.type != "text":
        raise table.error("values", f"found codes on a field of type {field.type}; codes are text")
    numeric = field.type in {"integer", "number"}
    if field.type == "number" and field.unit is None:
        raise table.error("unit", f"is missing; a measured field needs one of {', '.join(UNITS)}")
    if field.unit is not None and not numeric:
        raise table.error("unit", f"found {field.unit!r} on a field of type {field.type}")
    if field.unit not in (None, *_UNITLESS) and not field.name.endswith(f"_{field.unit}"):
        raise table.error("unit", f"the name of a field in {field.unit} ends in _{field.unit}")


def _check_names(fields: Mapping[str, Field], file: CheckedTable) -> None:
    """Refuse a column that two fields would take."""
    takers: dict[str, str] = {}
    for field in fields.values():
        for name in {n.casefold() for n in (field.source_field, *field.aliases)}:
            taker = takers.setdefault(name, field.name)
            if taker != field.name:
                problem = f"{name!r} is a name in files of {taker} too; a column becomes one field"
                raise file.error(f"fields.{field.name}", problem)


def _read_legend(file: CheckedTable, fields: Mapping[str, Field]) -> Legend:
    table = file.table("legend", None)
    if table is None:
        return Legend(None, ())
    field = table.choice("field", list(fields), None)
    classes = tuple(_read_class(row) for row in table.rows("classes"))
    table.done()
    if not classes:
        raise table.error("classes", "is missing; a legend has at least one class")
    if field is not None:
        _check_classes(classes, fields[field], table)
    return Legend(field, classes)


def _check_classes(classes: tuple[LegendClass, ...], field: Field, table: CheckedTable) -> None:
    """Refuse a class that no value of the field could fall into."""
    for number, each in enumerate(classes, start=1):
        where = f"classes {number}"
        low, high = each.minimum, each.maximum
        for value in each.values:
            if field.values and value not in field.values:
                words = ", ".join(field.values)
                raise table.error(where, f"found {value!r}; {field.name} has the codes {words}")
        if (low, high) != (None, None) and field.type not in {"integer", "number"}:
            raise table.error(where, f"has limits, but {field.name} is {field.type}")
        if low is not None and high is not None and low >= high:
            raise table.error(where, f"found minimum {low}, maximum {high}: it holds nothing")


def _read_class(row: CheckedTable) -> LegendClass:
    style = Style(
        color=_read_color(row, "color"),
        fill=_read_color(row, "fill", None),
        width=row.number("width", 1.5),
        dash=row.text("dash", None),
        radius=row.number("radius", 5.0),
        shape=row.choice("shape", _SHAPES, "circle"),
        opacity=row.number("opacity", 1.0),
        fill_opacity=row.number("fill_opacity", 0.55),
    )
    legend_class = LegendClass(
        title=row.bilingual("title"),
        style=style,
        values=row.texts("values", ()),
        minimum=row.number("minimum", None),
        maximum=row.number("maximum", None),
    )
    row.done()
    return legend_class


def _read_color(row: CheckedTable, key: str, *default: None) -> str:
    value = row.text(key, *default)
    if value is not None and not _COLOR.fullmatch(value):
        raise row.error(key, f"found {value!r}; expected a colour such as #1f77b4")
    color: str = value
    return color


def _read_search(file: CheckedTable) -> Search | None:
    table = file.table("search", None)
    if table is None:
        return None
    search = Search(
        kind=table.choice("kind", SEARCH_KINDS, "feature"),
        context=table.texts("context", ()),
        layer=table.text("layer", None),
        field=table.text("field", None),
    )
    table.done()
    return search


def _read_sample(file: CheckedTable) -> Sample | None:
    table = file.table("sample", None)
    if table is None:
        return None
    marks = table.texts("marks")
    for mark in marks:
        if mark not in MARKS:
            raise table.error("marks", f"found {mark!r}; expected some of {', '.join(MARKS)}")
    sample = Sample(
        path=table.text("path"),
        marks=marks,
        source=table.text("source"),
        date=table.day("date"),
        accuracy=table.text("accuracy"),
        licence=table.text("licence"),
        facts=table.texts("facts", ()),
    )
    table.done()
    return sample


def _check_layer(layer: Layer, file: CheckedTable) -> None:
    """Check what one key says against another."""
    for key in ("name", "accuracy"):
        value = getattr(layer, key)
        if value is not None and value not in layer.fields:
            raise file.error(key, f"found {value!r}; expected one of {', '.join(layer.fields)}")
    for field in layer.fields.values():
        alone = layer.key == (field.name,) and field.type == "text" and layer.spatial
        _refuse(file, f"fields.{field.name}", field.assigned and not alone, "assigned is for a key")
    for name in layer.key:
        if name not in layer.fields:
            raise file.error("key", f"found {name!r}; expected some of {', '.join(layer.fields)}")
    for check, kind in (("partition", "polygon"), ("network", "line"), ("area_field", "polygon")):
        wrong = bool(getattr(layer.checks, check)) and layer.geometry != kind
        _refuse(file, "checks", wrong, f"{check} is for a {kind} layer")
    alone = layer.geometry == "raster" or len(layer.legend.classes) <= 1
    _refuse(file, "legend", layer.legend.field is None and not alone, "has classes, but no field")
    if layer.geometry == "table":
        _refuse(file, "crs", layer.crs is not None, "a table has no coordinates")
        return
    _refuse(file, "crs", layer.crs is None, "is missing; expected a code such as EPSG:9215")
    _refuse(file, "legend", not layer.legend.classes, "is missing; a map layer needs its legend")
    _refuse(file, "key", layer.spatial and not layer.key, "is missing; features need a key")


def _refuse(file: CheckedTable, key: str, wrong: bool, problem: str) -> None:
    if wrong:
        raise file.error(key, problem)


def _check_search(layer: Layer, layers: Mapping[str, Layer]) -> None:
    search = layer.search
    if search is None:
        return
    where = f"{layer.id}.toml: search"
    if layer.name is None:
        message = f"{where}: the layer has no `name` field; the search box shows names"
        raise CatalogueError(message)
    named = [("context", name) for name in search.context]
    for key, value in (*named, ("field", search.field)):
        if value is not None and value not in layer.fields:
            message = f"{where}: {key}: found {value!r}; expected one of {', '.join(layer.fields)}"
            raise CatalogueError(message)
    if search.layer is not None and not _is_keyed_map(layers.get(search.layer)):
        message = (
            f"{where}: layer: found {search.layer!r}; expected a layer with geometry and a key of "
            "one field"
        )
        raise CatalogueError(message)
    if (search.layer is None) != (search.field is None):
        message = f"{where}: layer and field go together: where a row lies, and by which key"
        raise CatalogueError(message)


def _check_routes(layer: Layer, layers: Mapping[str, Layer]) -> None:
    """Check that a field that holds codes of roads is text, and that the layers are lines."""
    for field in layer.fields.values():
        lines = [n for n in field.routes if n in layers and layers[n].geometry == "line"]
        if list(field.routes) != lines or (field.routes and field.type != "text"):
            where, given = f"{layer.id}.toml: fields.{field.name}: routes", list(field.routes)
            message = f"{where}: found {given}; expected line layers, on a field of text"
            raise CatalogueError(message)


def _is_keyed_map(layer: Layer | None) -> bool:
    return layer is not None and layer.spatial and len(layer.key) == 1
