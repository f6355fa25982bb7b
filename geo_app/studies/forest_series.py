"""Forest cover over the years: published figures beside the official formula, with breaks."""

from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.cover import cover_pct, segments
from geo_app.domain.result import Chart, Comparison, Notice, Table, column
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.targets import target_value

AGREES = 0.1
"""Points within which the formula meets a published figure that is rounded to 0.1."""
NEEDED = ("year", "forest_ha", "newly_planted_ha", "area_ha", "cover_pct", "broken")

DEFINITION = Bilingual(
    "Tỷ lệ che phủ công bố từng năm, và tỷ lệ tính lại từ chính diện tích công bố: (rừng − rừng "
    "mới trồng chưa thành rừng) / diện tích tự nhiên × 100. Chuỗi bị ngắt ở năm rừng được đo lại: "
    "không vẽ xu thế, không tính tăng giảm qua chỗ ngắt.",
    "Cover as published each year, and computed anew from the published areas: (forest − newly "
    "planted, not yet formed) / natural area × 100. The series is broken in a year in which forest "
    "was measured anew: no trend and no change is given across a break.",
)
EXPLANATION = Bilingual(
    "Năm {year}: công bố {published:.1f} %, tính lại {computed}. Công thức khớp trong "
    "{tolerance:g} điểm ở {agree} trong {known} năm tính được. {trend}",
    "In {year}: published {published:.1f} %, computed {computed}. The formula agrees within "
    "{tolerance:g} points in {agree} of the {known} years that can be computed. {trend}",
)
TREND = Bilingual(
    "Xu thế {slope:+.2f} điểm mỗi năm, chỉ tính trên đoạn {first}–{last} liền mạch; từ {last} đến "
    "{year} có chỗ ngắt, không ngoại suy được đến chỉ tiêu.",
    "The trend of {slope:+.2f} points a year holds for the unbroken stretch {first}–{last} only; "
    "between {last} and {year} the series is broken, so nothing can be projected to the target.",
)
TREND_NOW = Bilingual(
    "Xu thế {slope:+.2f} điểm mỗi năm trên đoạn {first}–{last} liền mạch.",
    "The trend is {slope:+.2f} points a year over the unbroken stretch {first}–{last}.",
)
NO_TREND = Bilingual("Chưa đủ năm liền mạch để có xu thế.", "No unbroken years to take a trend of.")

COLUMNS = (
    column("year", "Năm", "Year", kind="text"),
    column("forest_ha", "Rừng", "Forest", unit="ha"),
    column("newly_planted_ha", "Mới trồng, chưa thành rừng", "Newly planted", unit="ha"),
    column("area_ha", "Diện tích tự nhiên", "Natural area", unit="ha"),
    column("published_pct", "Che phủ công bố", "Cover published", unit="pct"),
    column("computed_pct", "Che phủ tính lại", "Cover computed", unit="pct"),
    column("difference_pct", "Chênh lệch (điểm)", "Difference (points)", unit="pct"),
    column(
        "change_pct", "So với năm trước (điểm)", "Change on the year before (points)", unit="pct"
    ),
    column("stretch", "Đoạn so sánh được", "Comparable stretch", kind="integer"),
    column("note", "Ghi chú", "Note", kind="text"),
)
TOTAL_COLUMNS = (
    column("latest_year", "Năm mới nhất", "Latest year", kind="text"),
    column("published_pct", "Che phủ công bố", "Cover published", unit="pct"),
    column("years_agree", "Số năm công thức khớp", "Years the formula agrees", kind="integer"),
    column("years_computed", "Số năm tính được", "Years that can be computed", kind="integer"),
    column(
        "trend_pct",
        "Xu thế đoạn dài nhất (điểm/năm)",
        "Trend of the longest stretch (points a year)",
        unit="pct",
    ),
)


def _compute(run: Run) -> Result:
    run.inputs.require(run["series"], *NEEDED, use="the series")
    rows = _rows(run.inputs.table(run["series"]), run["series"])
    goal = target_value(run.inputs.ws, run["target"])
    trend = _trend(rows)
    latest = rows.iloc[-1]
    agree = int((rows["difference_pct"].abs() <= AGREES + 1e-9).sum())
    totals = {
        "latest_year": latest["year"],
        "published_pct": latest["published_pct"],
        "years_agree": agree,
        "years_computed": int(rows["computed_pct"].notna().sum()),
        "trend_pct": trend["slope"] if trend else np.nan,
    }
    title = Bilingual("Tỷ lệ che phủ rừng từng năm", "Forest cover by year")
    return run.result(
        tables=(Table("years", title, COLUMNS, rows),),
        totals=totals,
        total_fields=TOTAL_COLUMNS,
        definition=DEFINITION,
        explanation=_explanation(totals, latest, trend),
        warnings=tuple(_notices(rows)),
        comparisons=_comparisons(rows),
        charts=(_chart(rows, goal),),
    )


def _rows(table: pd.DataFrame, layer: str) -> pd.DataFrame:
    if table.empty:
        message = f"layer {layer}: has no year; expected a row per year; import the figures"
        raise DataError(
            message, vi=f"Lớp {layer} chưa có năm nào; hãy nhập số liệu, mỗi năm một dòng."
        )
    ordered = table.sort_values("year", ignore_index=True)
    years = ordered["year"].astype("int64")
    stretch = segments(years, ordered["broken"])
    formed = ordered["forest_ha"] - ordered["newly_planted_ha"]
    computed = cover_pct(formed, ordered["area_ha"])
    published = ordered["cover_pct"]
    reasons = ordered["break_reason"] if "break_reason" in ordered else pd.Series(None, years.index)
    return pd.DataFrame(
        {
            "year": years.astype(str),
            "forest_ha": ordered["forest_ha"],
            "newly_planted_ha": ordered["newly_planted_ha"],
            "area_ha": ordered["area_ha"],
            "published_pct": published,
            "computed_pct": computed,
            # Published to one decimal: more digits of the difference would mean nothing.
            "difference_pct": (computed.round(1) - published).round(1),
            "change_pct": published.diff().where(stretch.diff() == 0).round(1),
            "stretch": stretch + 1,
            "note": reasons,
        }
    )


def _trend(rows: pd.DataFrame) -> dict[str, Any] | None:
    """Return the slope of the published figures over the longest stretch, points a year."""
    known = rows.dropna(subset=["published_pct"])
    sizes = known["stretch"].value_counts()
    longest = sizes[sizes == sizes.max()].index.max()
    part = known[known["stretch"] == longest]
    if len(part) < 3:
        return None
    years = part["year"].astype("float64")
    slope = float(np.polyfit(years, part["published_pct"], 1)[0])
    return {"slope": slope, "first": part["year"].iloc[0], "last": part["year"].iloc[-1]}


def _explanation(
    totals: dict[str, Any], latest: pd.Series, trend: dict[str, Any] | None
) -> Bilingual:
    if trend is None:
        told = NO_TREND
    else:
        whole = trend["last"] == latest["year"]
        told = (TREND_NOW if whole else TREND).filled(year=latest["year"], **trend)
    known = not pd.isna(latest["computed_pct"])
    computed = (
        Bilingual("{pct:.2f} %", "{pct:.2f} %") if known else Bilingual("chưa biết", "unknown")
    )
    return EXPLANATION.filled(
        year=latest["year"],
        published=latest["published_pct"],
        computed=computed.filled(pct=latest["computed_pct"]),
        tolerance=AGREES,
        agree=totals["years_agree"],
        known=totals["years_computed"],
        trend=told,
    )


def _notices(rows: pd.DataFrame) -> list[Notice]:
    notices = []
    for row in rows[rows["stretch"].diff() > 0].itertuples():
        text = Bilingual(
            "Chuỗi bị ngắt ở năm {year}: {note}.", "The series is broken in {year}: {note}."
        )
        notices.append(Notice("series_break", text.filled(year=row.year, note=row.note or "?")))
    apart = rows[rows["difference_pct"].abs() > AGREES + 1e-9]
    if len(apart):
        text = Bilingual(
            "Số công bố không khớp với chính diện tích công bố ở năm {years}: để nguyên cả hai.",
            "The published figure disagrees with the published areas in {years}: both are left as "
            "they are.",
        )
        years = ", ".join(f"{row.year} ({row.difference_pct:+.1f})" for row in apart.itertuples())
        notices.append(Notice("published_disagrees", text.filled(years=years)))
    lacking = rows[rows["computed_pct"].isna()]
    if len(lacking):
        text = Bilingual(
            "Không tính lại được năm {years}: thiếu một số hạng.",
            "{years} cannot be computed: a term is missing.",
        )
        notices.append(Notice("term_missing", text.filled(years=", ".join(lacking["year"]))))
    return notices


def _comparisons(rows: pd.DataFrame) -> tuple[Comparison, ...]:
    """Set computed beside published; a figure of long ago sets no status of the plan."""
    title = Bilingual("Che phủ năm {year}: tính lại", "Cover of {year}: computed anew")
    return tuple(
        Comparison(
            title.filled(year=row["year"]),
            row["computed_pct"],
            row["published_pct"],
            "pct",
            "Số liệu công bố",
        )
        for row in Table("years", title, COLUMNS, rows).records()
    )


def _chart(rows: pd.DataFrame, goal: float) -> Chart:
    title = Bilingual(
        "Tỷ lệ che phủ rừng, % (nét đứt đứng: đo lại)",
        "Forest cover, % (upright dots: measured anew)",
    )
    breaks = rows.loc[rows["stretch"].diff() > 0, "year"].astype(float)
    line = (Bilingual("Chỉ tiêu {goal:g} %", "Target {goal:g} %").filled(goal=goal), goal)
    series = ("published_pct", "computed_pct")
    return Chart("line", title, "years", "year", series, (line,), tuple(breaks))


forest_series = Study(
    name="forest-series",
    title=Bilingual("Che phủ rừng qua các năm", "Forest cover over the years"),
    summary=Bilingual(
        "Tỷ lệ công bố từng năm, đặt cạnh tỷ lệ tính lại từ diện tích công bố; chuỗi ngắt ở năm đo "
        "lại.",
        "The share published each year beside the one computed from the published areas; broken "
        "where forest was measured anew.",
    ),
    parameters=(
        Parameter(
            "series",
            "layer",
            "forest_series",
            Bilingual("Bảng số liệu", "Table of figures"),
            Bilingual("Mỗi năm một dòng.", "One row per year."),
            geometry=("table",),
        ),
        Parameter(
            "target",
            "text",
            "t_che_phu_rung",
            Bilingual("Chỉ tiêu", "Target"),
            Bilingual("Mã chỉ tiêu trong kế hoạch.", "Id of the plan's target."),
        ),
    ),
    compute=_compute,
)
