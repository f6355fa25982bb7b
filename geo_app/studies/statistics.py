"""Figures of indicators by unit and period, from every table of statistics a reader may see."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from geo_app.analysis.indicators import put_together
from geo_app.domain.layer import MARKS, Mark
from geo_app.domain.ledger import Actual
from geo_app.domain.result import Input
from geo_app.domain.statistic import STATISTIC_FIELDS, STATISTIC_KEY, Indicator
from geo_app.domain.text import Bilingual
from geo_app.domain.units import factor
from geo_app.errors import DataError
from geo_app.studies.inputs import Inputs, loaded_on
from geo_app.workspace import Workspace

TOGETHER = Bilingual(
    "Gộp từ {count} đơn vị của “{vintage}”.", "Put together from the {count} units of “{vintage}”."
)


def statistics_layers(inputs: Inputs) -> list[str]:
    """Return the tables of statistics that this reader may see and that have figures."""
    return [each.id for each in inputs.ws.layers if each.statistics and inputs.available(each.id)]


def read_statistics(inputs: Inputs, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """
    Read the figures of some indicators, or of all.

    Of a figure that stands in two tables, one that is not made up counts, then the first. A table
    from which nothing is taken is no input.

    Returns
    -------
    figures
        One row per figure, in the order of `STATISTIC_KEY`: the columns of `STATISTIC_FIELDS`,
        ``layer`` (the table it stands in) and ``marks`` (of that table and of the row); `value`
        and `unit` are in the indicator's unit.

    Raises
    ------
    UnknownError
        If the plan has no such indicator.
    DataError
        If a figure's unit cannot become the indicator's.
    """
    plan = inputs.ws.plan
    names = plan.indicators if indicators is None else indicators
    known = {name: plan.indicator(name) for name in names}
    empty = pd.DataFrame(columns=[*STATISTIC_FIELDS, "layer", "marks"])
    tables = [
        table for each in statistics_layers(inputs) if len(table := _read(inputs, each, known))
    ]
    if not tables:
        return empty
    found = pd.concat(tables)
    made_up = found["marks"].map(lambda marks: "synthetic" in marks)
    ordered = found.assign(made_up=made_up).sort_values(
        [*STATISTIC_KEY, "made_up"], kind="stable", ignore_index=True
    )
    figures = ordered.drop_duplicates(list(STATISTIC_KEY), ignore_index=True)[list(empty.columns)]
    inputs.include(_input(inputs, layer) for layer in figures["layer"].unique())
    return figures


def province_series(ws: Workspace, indicator: str) -> tuple[Actual, ...]:
    """
    Return what statistics say of the whole province, oldest first, in the indicator's unit.

    A period of a year without a figure for the province is put together from its units, where
    every unit of a vintage has one and the indicator allows it; what is not complete is left out.

    Raises
    ------
    UnknownError
        If the plan has no such indicator.
    """
    return series_of(Inputs(ws), indicator)


def series_of(inputs: Inputs, indicator: str) -> tuple[Actual, ...]:
    """Return what `province_series` does, of what one run of a study reads."""
    ws, found = inputs.ws, inputs.ws.plan.indicator(indicator)
    figures = read_statistics(inputs, filter(None, (indicator, found.weight)))
    own = figures[(figures["indicator"] == indicator) & figures["value"].notna()]
    whole = own["vintage"] == ws.settings.outline
    mapped = set(own.loc[~whole, "period"])
    series = {
        row["period"]: _actual(ws, row, mapped=row["period"] in mapped)
        for row in own[whole].to_dict("records")
    }
    if found.adds != "none":
        years = {period[:4] for period in series}
        parts = own[~whole & ~own["period"].str[:4].isin(years)]
        vintages = sorted(parts["vintage"].unique(), key=lambda each: _day(inputs, each))
        for vintage in vintages:
            for period, rows in parts[parts["vintage"] == vintage].groupby("period"):
                actual = _together(inputs, found, rows, figures)
                if actual is not None:
                    series[str(period)] = actual
    return tuple(series[day] for day in sorted(series))


def weights_of(figures: pd.DataFrame, indicator: str, vintage: str, period: str) -> pd.DataFrame:
    """
    Return the rows of `indicator` that tell what each unit weighs in a period, by unit code.

    They are those of the period itself, else of the latest year up to it.
    """
    rows = figures[(figures["indicator"] == indicator) & (figures["vintage"] == vintage)]
    rows = rows[(rows["period"].str[:4] <= period[:4]) & rows["value"].notna()]
    ordered = rows.assign(same=rows["period"] == period).sort_values(["same", "period"])
    return ordered.drop_duplicates("unit_code", keep="last").set_index("unit_code")


def _day(inputs: Inputs, vintage: str) -> date:
    layer = inputs.ws.catalogue.layers.get(vintage)
    return (layer.vintage if layer else None) or date.min


def _input(inputs: Inputs, layer: str) -> Input:
    return Input.of(inputs.layer(layer), inputs.ws.versions[layer])


def _read(inputs: Inputs, layer: str, known: dict[str, Indicator]) -> pd.DataFrame:
    rows = inputs.ws.read(layer, where={"indicator": list(known)})
    marks = tuple(mark for mark in inputs.ws.marks(layer) if mark != "unverified")
    own = marks if "synthetic" in marks else (*marks, "unverified")
    verified = rows["verified"].fillna(value=False).astype(bool)
    return rows[list(STATISTIC_FIELDS)].assign(
        value=[_in_unit(layer, known, row) for row in rows.to_dict("records")],
        unit=rows["indicator"].map({name: each.unit for name, each in known.items()}),
        broken=rows["broken"].fillna(value=False).astype(bool),
        verified=verified,
        layer=layer,
        # The row says more of itself than the mark of the whole table.
        marks=verified.map({True: marks, False: own}),
    )


def _in_unit(layer: str, known: dict[str, Indicator], row: dict[Any, Any]) -> float:
    try:
        return float(row["value"]) * factor(row["unit"], known[row["indicator"]].unit)
    except DataError as error:
        where = ", ".join(str(row[name]) for name in STATISTIC_KEY)
        message = f"layer {layer}: {where}: unit: {error}"
        raise DataError(message) from error


def _actual(ws: Workspace, row: dict[Any, Any], *, mapped: bool) -> Actual:
    """Return a figure; one that units have too leads to their map."""
    note = row["note"]
    settings = {"indicator": row["indicator"], "period": row["period"]}
    return Actual(
        kind="statistic",
        day=row["period"],
        source=row["source"],
        verified=bool(row["verified"]),
        value=float(row["value"]),
        marks=row["marks"],
        made=loaded_on(ws, row["layer"]),
        study="indicator-map" if mapped else None,
        settings=settings if mapped else None,
        note=Bilingual(note, note) if isinstance(note, str) and note else None,
        breaks=bool(row["broken"]),
    )


def _together(
    inputs: Inputs, indicator: Indicator, rows: pd.DataFrame, figures: pd.DataFrame
) -> Actual | None:
    """Put a period's figures of one vintage together; None where one is missing."""
    first = rows.iloc[0].to_dict()
    vintage = first["vintage"]
    if not inputs.available(vintage):
        return None
    layer = inputs.layer(vintage)
    codes = inputs.ws.read(vintage, columns=list(layer.key))[layer.key[0]]
    marks, weight = set[Mark]().union(*rows["marks"]), None
    if indicator.weight is not None:
        weighing = weights_of(figures, indicator.weight, vintage, first["period"])
        weight = weighing["value"].reindex(codes)
        marks = marks.union(*weighing["marks"])
    values = rows.set_index("unit_code")["value"].reindex(codes)
    whole = put_together(values, weight=weight, mean=indicator.adds == "mean")
    if whole is None:
        return None
    text = TOGETHER.filled(count=len(codes), vintage=layer.title)
    return replace(
        _actual(inputs.ws, first, mapped=True),
        value=whole,
        verified=bool(rows["verified"].all()),
        marks=tuple(each for each in MARKS if each in marks),
        note=text,
        breaks=bool(rows["broken"].any()),
    )
