"""Read and check the ``[site]`` of a layer's file."""

from collections.abc import Collection, Iterable, Mapping

from geo_app.domain.layer import Field, GeometryKind, Layer
from geo_app.domain.plan import Plan
from geo_app.domain.site import GROUPS, TREATS, SiteUse
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable

_GEOMETRY: Mapping[str, tuple[GeometryKind, ...]] = {
    "corridor": ("line",),
    "plans": ("polygon", "line", "point"),
    "forest": ("polygon",),
    "heritage": ("polygon", "line", "point"),
    "units": ("polygon", "table"),
    "nearby": ("point", "line", "polygon"),
    "border": ("line", "polygon"),
}
_TOLD = ("corridor", "units", "nearby")
"""Groups whose layers have a way of their own: an overlap is neither a conflict nor told."""
_ONLY = {
    "grade": "corridor",
    "grade_field": "corridor",
    "roadbed_field": "corridor",
    "type_field": "forest",
    "origin_field": "forest",
    "border_field": "units",
}
"""Keys of one group."""


def read_site_use(file: CheckedTable, fields: Mapping[str, Field]) -> SiteUse | None:
    """
    Read how a site check treats a layer; None where it does not look at it.

    Raises
    ------
    CatalogueError
        If a key or value breaks the rules.
    """
    table, usual = file.table("site", None), SiteUse("plans")
    if table is None:
        return None
    names = list(fields)
    days = [name for name, each in fields.items() if each.type == "date"]
    widths = [name for name, each in fields.items() if each.unit == "m"]
    flags = [name for name, each in fields.items() if each.type == "boolean"]
    use = SiteUse(
        group=table.choice("group", GROUPS),
        treat=table.choice("treat", TREATS, usual.treat),
        near_m=table.number("near_m", None),
        sliver_m2=table.number("sliver_m2", usual.sliver_m2),
        stale_after_months=table.integer("stale_after_months", None),
        basis=table.texts("basis", ()),
        consult=table.texts("consult", ()),
        counts=_read_counts(table, fields),
        class_field=table.choice("class_field", names, None),
        decision_field=table.choice("decision_field", names, None),
        valid_from_field=table.choice("valid_from_field", days, None),
        valid_to_field=table.choice("valid_to_field", days, None),
        grade=table.text("grade", None),
        grade_field=table.choice("grade_field", names, None),
        roadbed_field=table.choice("roadbed_field", widths, None),
        type_field=table.choice("type_field", names, None),
        origin_field=table.choice("origin_field", names, None),
        border_field=table.choice("border_field", flags, None),
    )
    table.done()
    _check_keys(use, table)
    return use


def _read_counts(table: CheckedTable, fields: Mapping[str, Field]) -> dict[str, tuple[str, ...]]:
    counts = table.table("counts", None)
    if counts is None:
        return {}
    found = {}
    for name in counts.content:
        if name not in fields or not fields[name].values:
            coded = ", ".join(each.name for each in fields.values() if each.values) or "none"
            raise counts.error(name, f"is no field with codes; those that have them: {coded}")
        found[name] = counts.texts(name)
        for code in found[name]:
            if code not in fields[name].values:
                known = ", ".join(fields[name].values)
                raise counts.error(name, f"found {code!r}; expected some of {known}")
    return found


def _check_keys(use: SiteUse, table: CheckedTable) -> None:
    for key, group in _ONLY.items():
        if key in table.content and use.group != group:
            raise table.error(key, f"is for group {group!r}; found group {use.group!r}")
    if use.treat == "near" and use.group != "border":
        raise table.error("treat", "'near' is for group 'border': the border line itself")
    if use.group in _TOLD and "treat" in table.content:
        raise table.error("treat", f"is not for group {use.group!r}, which has its own way")
    for key in ("near_m", "sliver_m2"):
        value = getattr(use, key)
        if value is not None and value < 0:
            raise table.error(key, f"found {value:g}; expected 0 or more")
    if use.stale_after_months is not None and use.stale_after_months < 1:
        raise table.error("stale_after_months", "expected 1 or more")
    if use.grade is not None and use.grade_field is not None:
        raise table.error("grade", "does not go with grade_field: one of them says the grade")
    if (use.type_field is None) != (use.origin_field is None):
        raise table.error("type_field", "and origin_field go together: forest is summed by both")


def check_site_use(layer: Layer, file: CheckedTable) -> None:
    """
    Check that a layer has the geometry its group needs.

    Raises
    ------
    CatalogueError
        If it has not, or is a table that does not say where its rows lie.
    """
    if layer.site is None:
        return
    expected = _GEOMETRY[layer.site.group]
    if layer.geometry not in expected:
        words = " or ".join(expected)
        problem = (
            f"found group {layer.site.group!r} for a {layer.geometry} layer; it is for {words}"
        )
        raise file.error("site", problem)
    if layer.geometry == "table" and (layer.search is None or layer.search.layer is None):
        raise file.error("site", "a table needs `layer` and `field` in [search]: where a row lies")


def check_basis(plan: Plan, layers: Iterable[Layer]) -> None:
    """
    Check that what the answers of a site check rest on stands in the plan.

    Raises
    ------
    CatalogueError
        If a topic has no legal rule, or an id no rule of the plan.
    """
    topics = {rule.topic for rule in plan.legal_rules.values()}
    for layer in layers:
        use = layer.site or SiteUse("plans")
        _refuse_unknown(layer, "basis", use.basis, topics | set(plan.rules))
        _refuse_unknown(layer, "consult", use.consult, topics)


def _refuse_unknown(layer: Layer, key: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            also = " or ids of plan/rules.toml" if key == "basis" else ""
            message = (
                f"{layer.id}.toml: site: {key}: found {name!r}; expected topics of "
                f"plan/legal_rules.toml{also}"
            )
            raise CatalogueError(message)
