"""Read and check the ``[checks]`` of a layer's file."""

from collections.abc import Mapping

from geo_app.domain.checks import Checks
from geo_app.domain.layer import Field, Layer
from geo_app.domain.units import AREA_M2
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable


def read_checks(file: CheckedTable, fields: Mapping[str, Field]) -> Checks:
    """
    Read the checks of a layer's file.

    Raises
    ------
    CatalogueError
        If a key or value breaks the rules.
    """
    table, usual = file.table("checks", None), Checks()
    if table is None:
        return usual
    areas = [f.name for f in fields.values() if f.unit in AREA_M2]
    checks = Checks(
        partition=table.flag("partition", default=usual.partition),
        network=table.flag("network", default=usual.network),
        names=table.text("names", None),
        area_field=table.choice("area_field", areas, None),
        area_tolerance_pct=table.number("area_tolerance_pct", usual.area_tolerance_pct),
        least_m2=table.number("least_m2", usual.least_m2),
        sliver_m=table.number("sliver_m", usual.sliver_m),
        join_m=table.number("join_m", usual.join_m),
        repair_m2=table.number("repair_m2", usual.repair_m2),
    )
    table.done()
    for key in ("area_tolerance_pct", "least_m2", "sliver_m", "join_m", "repair_m2"):
        if getattr(checks, key) < 0:
            raise table.error(key, f"found {getattr(checks, key):g}; expected 0 or more")
    return checks


def check_register(layer: Layer, layers: Mapping[str, Layer]) -> None:
    """
    Check that the layer whose names are official is there and has names.

    Raises
    ------
    CatalogueError
        If it is not.
    """
    register = layer.checks.names
    if register is None or (register in layers and layers[register].name is not None):
        return
    message = f"{layer.id}.toml: checks: names: found {register!r}; expected a layer with names"
    raise CatalogueError(message)
