"""Any indicator on the map: by commune or former district, in any year, with its error."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.indicators import equal_steps, put_together, quantile_steps
from geo_app.domain.layer import Style
from geo_app.domain.ledger import Actual
from geo_app.domain.result import Chart, Comparison, Notice, Picture, Table
from geo_app.domain.statistic import Indicator, period_title
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError, UnknownError
from geo_app.studies.crosswalk import MERGERS, SHARED_BY
from geo_app.studies.drawing import choropleth, outlines
from geo_app.studies.indicator_tables import (
    DEFINITION,
    EXPLANATION,
    LABELS,
    METHODS,
    class_columns,
    figure_columns,
    period_columns,
    series_columns,
    total_columns,
)
from geo_app.studies.inputs import Inputs
from geo_app.studies.result import Result
from geo_app.studies.statistics import read_statistics, series_of, weights_of
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.unit_figures import UnitFigures, unit_figures
from geo_app.studies.villages import VILLAGES
from geo_app.studies.zones import Zones, read_zones, zones_parameter

SHADES = ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84")
"""YlGnBu of ColorBrewer: told apart by colour-blind readers, and in grey by their lightness."""
_PANELS = 9
"""Periods that small maps show: the latest."""
_UNITS = [each.name for each in figure_columns("count")]
_PERIODS = [each.name for each in period_columns("count")]


def _compute(run: Run) -> Result:
    indicator = _indicator(run)
    figures = read_statistics(run.inputs, filter(None, (indicator.id, indicator.weight)))
    zones = read_zones(run.inputs, run["zones"])
    found = unit_figures(run, indicator, zones, figures)
    period = _period(found, indicator, run["period"])
    rows = found.frame[found.frame["period"] == period].reset_index(drop=True)
    steps = _steps(run, found.frame["value"].dropna())
    series = series_of(run.inputs, indicator.id)
    totals = _totals(indicator, zones, figures, rows, period)
    shown, chart = _periods(found, indicator)
    result = run.result(
        tables=(
            Table("units", zones.layer.title, figure_columns(indicator.unit), rows[_UNITS]),
            Table("periods", LABELS["periods"], period_columns(indicator.unit), shown[_PERIODS]),
            _class_table(indicator, rows, steps),
            _series_table(indicator, series),
        ),
        totals=totals,
        total_fields=total_columns(indicator.unit),
        definition=DEFINITION.filled(what=indicator.definition, source=indicator.source),
        explanation=_explanation(indicator, zones, rows, totals),
        warnings=(*found.notices, *_notices(rows)),
        comparisons=_comparisons(run, indicator, figures, totals),
        charts=(*chart, *_series_chart(indicator, series)),
        pictures=_pictures(indicator, zones, rows, steps),
    )
    title = LABELS["title"].filled(indicator=indicator.title, period=period_title(period))
    return replace(result, title=title)


def _indicator(run: Run) -> Indicator:
    """Return the indicator asked for; else the first of the plan that has figures by unit."""
    ws = run.inputs.ws
    if run["indicator"]:
        return ws.plan.indicator(run["indicator"])
    figures = read_statistics(Inputs(ws))
    by_unit = set(figures.loc[figures["vintage"] != ws.settings.outline, "indicator"])
    for name, indicator in ws.plan.indicators.items():
        if name in by_unit:
            return indicator
    message = (
        "indicator: no indicator has figures by unit; `geo-app import FILE --layer LAYER` loads "
        "some into a layer of statistics"
    )
    raise UnknownError(message, vi="Chưa có số liệu theo đơn vị; hãy nhập vào lớp số liệu.")


def _period(found: UnitFigures, indicator: Indicator, asked: str) -> str:
    """Return the latest of the periods that have figures and begin as asked."""
    fitting = [each for each in found.periods if each.startswith(asked)]
    if fitting:
        return fitting[-1]
    if not found.periods:
        message = (
            f"indicator {indicator.id}: has no figure by these units, nor one that can be carried "
            "to them; choose other units, or import figures"
        )
        raise UnknownError(
            message,
            vi="Chỉ tiêu này chưa có số liệu theo các đơn vị đã chọn, hay chuyển sang được.",
        )
    known = ", ".join(found.periods)
    message = f"period: indicator {indicator.id} by these units has {known}; found {asked!r}"
    raise DataError(
        message,
        vi=f"Chỉ tiêu này theo các đơn vị đã chọn có số liệu kỳ: {known}; đã ghi {asked!r}.",
    )


def _steps(run: Run, values: "pd.Series[float]") -> list[float]:
    """Return the levels between classes, the same for every period."""
    cut = equal_steps if run["method"] == "equal" else quantile_steps
    return cut(values.tolist(), int(run["classes"]))


def _totals(
    indicator: Indicator, zones: Zones, figures: pd.DataFrame, rows: pd.DataFrame, period: str
) -> dict[str, Any]:
    return {
        "period": period,
        "units": len(rows),
        "known": int(rows["value"].notna().sum()),
        "carried": int((rows["basis"] == "carried").sum()),
        "estimated_pct": float(rows["estimated_pct"].mean()),
        "whole": _whole(indicator, zones, figures, rows, period),
    }


def _whole(
    indicator: Indicator, zones: Zones, figures: pd.DataFrame, rows: pd.DataFrame, period: str
) -> float:
    if indicator.adds == "none":
        return np.nan
    values, weight = rows.set_index("zone_code")["value"], None
    if indicator.weight is not None:
        weight = weights_of(figures, indicator.weight, zones.layer.id, period)["value"]
    whole = put_together(values, weight=weight, mean=indicator.adds == "mean")
    return np.nan if whole is None else whole


def _periods(found: UnitFigures, indicator: Indicator) -> tuple[pd.DataFrame, tuple[Chart, ...]]:
    """Return the figures of the latest periods, and one small map for each of them."""
    latest = found.periods[-_PANELS:]
    rows = found.frame[found.frame["period"].isin(latest)].sort_values(["period", "zone_code"])
    if len(latest) < 2:
        return rows, ()
    title = LABELS["maps"].filled(indicator=indicator.title)
    return rows, (Chart("maps", title, "periods", "period", ("value",)),)


def _class_table(indicator: Indicator, rows: pd.DataFrame, steps: Sequence[float]) -> Table:
    bounds = [-np.inf, *steps, np.inf]
    inside = [
        int(((rows["value"] >= low) & (rows["value"] < high)).sum())
        for low, high in pairwise(bounds)
    ]
    frame = pd.DataFrame({"from": [np.nan, *steps], "below": [*steps, np.nan], "units": inside})
    return Table("classes", LABELS["classes"], class_columns(indicator.unit), frame)


def _series_table(indicator: Indicator, series: Sequence[Actual]) -> Table:
    frame = pd.DataFrame(
        [
            (
                each.day[:4],
                each.day,
                each.value,
                each.breaks,
                each.verified,
                ", ".join(each.marks),
                each.source,
                each.note.vi if each.note else None,
            )
            for each in series
        ],
        columns=[each.name for each in series_columns(indicator.unit)],
    )
    return Table("series", LABELS["series"], series_columns(indicator.unit), frame)


def _series_chart(indicator: Indicator, series: Sequence[Actual]) -> tuple[Chart, ...]:
    if len(series) < 2:
        return ()
    breaks = tuple(float(each.day[:4]) for each in series if each.breaks)
    title = LABELS["line"].filled(indicator=indicator.title)
    return (Chart("line", title, "series", "year", ("value",), breaks=breaks),)


def _explanation(
    indicator: Indicator, zones: Zones, rows: pd.DataFrame, totals: dict[str, Any]
) -> Bilingual:
    ordered = rows.dropna(subset=["value"]).sort_values("value", kind="stable")
    least, most = ordered.iloc[0], ordered.iloc[-1]
    return EXPLANATION.filled(
        indicator=indicator.title,
        period=period_title(totals["period"]),
        known=totals["known"],
        units=totals["units"],
        layer=zones.layer.title,
        carried=totals["carried"],
        low=least["value"],
        lowest=least["zone_name"],
        high=most["value"],
        highest=most["zone_name"],
    )


def _notices(rows: pd.DataFrame) -> list[Notice]:
    notices = []
    if rows["broken"].any():
        notices.append(Notice("series_break", LABELS["broken"]))
    unknown = int(rows["value"].isna().sum())
    if unknown:
        notices.append(Notice("value_unknown", LABELS["unknown"].filled(count=unknown)))
    return notices


def _comparisons(
    run: Run, indicator: Indicator, figures: pd.DataFrame, totals: dict[str, Any]
) -> tuple[Comparison, ...]:
    """Set what the units make together beside what is stated of the province in that year."""
    own = figures[
        (figures["indicator"] == indicator.id)
        & (figures["vintage"] == run.inputs.ws.settings.outline)
        & (figures["period"].str[:4] == totals["period"][:4])
        & figures["value"].notna()
    ]
    title = LABELS["together"].filled(
        indicator=indicator.title, period=period_title(totals["period"])
    )
    return tuple(
        Comparison(title, totals["whole"], row["value"], indicator.unit, row["source"])
        for row in own.tail(1).to_dict("records")
    )


def _pictures(
    indicator: Indicator, zones: Zones, rows: pd.DataFrame, steps: Sequence[float]
) -> tuple[Picture, ...]:
    frame = zones.frame[["geometry"]].join(rows[_UNITS])
    fields = figure_columns(indicator.unit)
    count = len(steps) + 1
    picked = np.linspace(0, len(SHADES) - 1, count).round().astype(int)
    shades = [SHADES[at] for at in picked]
    shown = choropleth("indicator", indicator.title, frame, fields, "value", steps, colors=shades)
    unsure = frame[(frame["estimated_pct"] > 0).to_numpy()]
    if unsure.empty:
        return (shown,)
    style = Style(color="#7a1f5c", fill="#ffffff", width=1.4, dash="4 3", fill_opacity=0.0)
    return (shown, outlines("estimated", LABELS["estimated"], unsure, fields, style=style))


indicator_map = Study(
    name="indicator-map",
    title=Bilingual("Bản đồ chỉ tiêu thống kê", "Map of an indicator"),
    summary=Bilingual(
        "Một chỉ tiêu theo xã hoặc huyện cũ, từng năm; số của đơn vị cũ được chuyển sang đơn vị "
        "mới với sai số nêu rõ.",
        "An indicator by commune or former district, year by year; figures of old units are "
        "carried to new ones, with the error stated.",
    ),
    parameters=(
        Parameter(
            "indicator",
            "indicator",
            "",
            Bilingual("Chỉ tiêu", "Indicator"),
            Bilingual(
                "Một chỉ tiêu của plan/indicators.toml; bỏ trống: chỉ tiêu đầu tiên có số liệu.",
                "One of plan/indicators.toml; empty: the first that has figures.",
            ),
        ),
        Parameter(
            "period",
            "text",
            "",
            Bilingual("Kỳ", "Period"),
            Bilingual("Năm hoặc ngày; bỏ trống: mới nhất.", "A year or a day; empty: the latest."),
        ),
        zones_parameter(),
        Parameter(
            "method",
            "choice",
            "quantiles",
            Bilingual("Chia khoảng", "Classes"),
            Bilingual(
                "Mỗi khoảng chừng ấy đơn vị, hay các khoảng rộng bằng nhau.",
                "As many units in each, or all of the same width.",
            ),
            options=METHODS,
        ),
        Parameter(
            "classes",
            "number",
            5.0,
            Bilingual("Số khoảng", "Number of classes"),
            Bilingual("Nhiều nhất.", "At most."),
            least=2,
            most=len(SHADES),
        ),
        SHARED_BY,
        VILLAGES,
        MERGERS,
    ),
    compute=_compute,
)
