"""Read ``plan/indicators.toml``, and check the tables that hold their figures."""

from geo_app.domain.layer import Layer
from geo_app.domain.plan import Plan
from geo_app.domain.statistic import (
    ADDS,
    STATISTIC_FIELDS,
    STATISTIC_KEY,
    STATISTIC_UNITS,
    Indicator,
)
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable
from geo_app.storage.plan_rows import read_id, read_provenance


def read_indicator(row: CheckedTable) -> Indicator:
    """Take one indicator apart."""
    indicator = Indicator(
        id=read_id(row),
        title=row.bilingual("title"),
        unit=row.choice("unit", STATISTIC_UNITS),
        adds=row.choice("adds", ADDS),
        definition=row.bilingual("definition"),
        **read_provenance(row),
        weight=row.text("weight", None),
        target=row.text("target", None),
    )
    if (indicator.adds == "mean") != (indicator.weight is not None):
        raise row.error("weight", "a mean has an indicator that it is weighed by, no other has one")
    return indicator


def check_indicators(plan: Plan) -> None:
    """Check that the weights and targets of indicators exist, and that the units are the same."""
    for each in plan.indicators.values():
        where = f"indicators.toml: indicators {each.id}"
        if each.weight is not None and each.weight not in plan.indicators:
            message = f"{where}: weight: found {each.weight!r}; there is no such indicator"
            raise CatalogueError(message)
        if each.target is None:
            continue
        if each.target not in plan.targets:
            message = f"{where}: target: found {each.target!r}; there is no such target"
            raise CatalogueError(message)
        expected = plan.targets[each.target].unit
        if each.unit != expected:
            message = f"{where}: unit: found {each.unit!r}; its target is in {expected}"
            raise CatalogueError(message)


def check_statistics(layer: Layer, file: CheckedTable) -> None:
    """Check that a layer of statistics is a table with the fields of one."""
    if not layer.statistics:
        return
    missing = [name for name in STATISTIC_FIELDS if name not in layer.fields]
    if missing:
        raise file.error("statistics", f"fields are missing: {', '.join(missing)}")
    if layer.geometry != "table" or layer.key != STATISTIC_KEY:
        raise file.error("statistics", f"expected a table with the key {list(STATISTIC_KEY)}")
