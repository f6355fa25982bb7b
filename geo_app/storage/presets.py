"""Read and check the presets: one TOML file per usual kind of delivery."""

from collections.abc import Collection, Iterable
from pathlib import Path

from geo_app.domain.preset import Condition, Omission, Preset, PresetColumn, Rule
from geo_app.domain.units import factor
from geo_app.errors import DataError
from geo_app.storage.catalogue import Catalogue
from geo_app.storage.checked import CheckedTable, read_toml

FOLDER = "presets"


def read_presets(folder: Path, catalogue: Catalogue) -> dict[str, Preset]:
    """
    Read and check every preset of a workspace.

    Parameters
    ----------
    folder
        The workspace's ``layers/presets/``; it may be missing.
    catalogue
        The layers that presets speak of.

    Returns
    -------
    presets
        By id, which is the file's name.

    Raises
    ------
    CatalogueError
        At the first key or value that breaks the rules.
    """
    paths = sorted(folder.glob("*.toml"))
    return {path.stem: _read(path, catalogue) for path in paths}


def _read(path: Path, catalogue: Catalogue) -> Preset:
    file = read_toml(path)
    headings = file.table("headings", None)
    preset = Preset(
        id=path.stem,
        title=file.bilingual("title"),
        layers=file.texts("layers", ()),
        columns=tuple(_column(name, table) for name, table in file.tables("columns")),
        compose=_compose(file),
        constant=_constant(file),
        derive=tuple(_rule(row) for row in file.rows("derive")),
        leave_out=tuple(_omission(row) for row in file.rows("leave_out")),
        personal=file.texts("personal", ()),
        north=headings.texts("north", ()) if headings else (),
        east=headings.texts("east", ()) if headings else (),
    )
    if headings:
        headings.done()
    file.done()
    _check(preset, file, catalogue)
    return preset


def _column(name: str, table: CheckedTable) -> PresetColumn:
    codes = table.table("codes", None)
    column = PresetColumn(
        field=table.text("field"),
        names=(name, *table.texts("names", ())),
        unit=table.text("unit", None),
        codes={code: codes.text(code) for code in codes.content} if codes else {},
    )
    table.done()
    return column


def _compose(file: CheckedTable) -> dict[str, tuple[str, ...]]:
    table = file.table("compose", None)
    if table is None:
        return {}
    parts = {name: table.texts(name) for name in table.content}
    table.done()
    return parts


def _constant(file: CheckedTable) -> dict[str, str]:
    table = file.table("constant", None)
    if table is None:
        return {}
    values = {name: table.text(name) for name in table.content}
    table.done()
    return values


def _rule(row: CheckedTable) -> Rule:
    rule = Rule(row.text("field"), row.text("value"), _condition(row))
    row.done()
    return rule


def _omission(row: CheckedTable) -> Omission:
    omission = Omission(_condition(row), row.bilingual("reason"))
    row.done()
    return omission


def _condition(row: CheckedTable) -> Condition:
    table = row.table("when")
    condition = {name: table.texts(name) for name in table.content}
    if not condition:
        raise row.error("when", "is empty; expected columns and their values")
    return condition


def _check(preset: Preset, file: CheckedTable, catalogue: Catalogue) -> None:
    """Check fields, units and codes against every layer the preset is for."""
    for layer_id in preset.layers:
        if layer_id not in catalogue.layers:
            raise file.error(
                "layers", f"found {layer_id!r}; `geo-app layers` lists those there are"
            )
        layer = catalogue.layers[layer_id]
        named = [column.field for column in preset.columns]
        named += [*preset.compose, *preset.constant, *(rule.field for rule in preset.derive)]
        for name in named:
            if name not in layer.fields:
                known = ", ".join(layer.fields)
                raise file.error("field", f"found {name!r}; layer {layer_id} has: {known}")
        for column in preset.columns:
            field = layer.fields[column.field]
            where = f"columns.{column.names[0]}"
            if column.unit is not None:
                try:
                    factor(column.unit, field.unit or "")
                except DataError as error:
                    raise file.error(f"{where}: unit", str(error)) from None
            _check_codes(file, where, column.codes.values(), field.values)
        for name, value in preset.constant.items():
            _check_codes(file, "constant", [value], layer.fields[name].values)
        for rule in preset.derive:
            _check_codes(file, "derive", [rule.value], layer.fields[rule.field].values)


def _check_codes(
    file: CheckedTable, where: str, given: Iterable[str], known: Collection[str]
) -> None:
    for code in given:
        if known and code not in known:
            raise file.error(where, f"found code {code!r}; expected one of {', '.join(known)}")
