"""Forest between two dates: gain, loss, net change and what became what, by zone."""

import numpy as np
import pandas as pd

from geo_app.analysis.zonal import transition
from geo_app.domain.layer import Layer
from geo_app.domain.result import Chart, Notice, Picture, Table, column, first_row
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.drawing import choropleth
from geo_app.studies.forest_areas import FORMED_CLASSES, read_codes
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.zones import Zones, read_zones, zones_parameter

DEFINITION = Bilingual(
    "So sánh hai ảnh phân loại trên cùng một lưới ô: ô trở thành rừng đủ tiêu chí là tăng, ô không "
    "còn là rừng đủ tiêu chí là giảm. Ô thiếu dữ liệu ở một trong hai ngày không tính. Tăng và "
    "giảm gồm cả sai số phân loại của hai ảnh; chênh lệch ròng đáng tin hơn từng phần.",
    "Two classified rasters on one grid are compared: a cell that becomes forest meeting the "
    "criterion is gain, one that ceases to be is loss. A cell without data on either date does not "
    "count. Gain and loss hold the classification errors of both; the net change is more reliable "
    "than its parts.",
)
EXPLANATION = Bilingual(
    "Từ {before} đến {after}: tăng {gain:,.1f} ha, giảm {loss:,.1f} ha, ròng {net:+,.1f} ha rừng "
    "đủ tiêu chí.",
    "From {before} to {after}: {gain:,.1f} ha gained, {loss:,.1f} ha lost, net {net:+,.1f} ha of "
    "forest meeting the criterion.",
)
CHART_TITLE = Bilingual("Tăng và giảm, ha", "Gain and loss, ha")
ZONE_COLUMNS = (
    column("zone_code", "Mã", "Code", kind="text"),
    column("zone_name", "Đơn vị", "Zone", kind="text"),
    column("before_ha", "Rừng trước", "Forest before", unit="ha"),
    column("after_ha", "Rừng sau", "Forest after", unit="ha"),
    column("gain_ha", "Tăng", "Gain", unit="ha"),
    column("loss_ha", "Giảm", "Loss", unit="ha"),
    column("net_ha", "Ròng", "Net", unit="ha"),
    column(
        "net_points_pct",
        "Ròng trên diện tích hình vẽ (điểm)",
        "Net over polygon area (points)",
        unit="pct",
    ),
)


def _compute(run: Run) -> Result:
    zones = read_zones(run.inputs, run["zones"])
    old, new = (run.inputs.layer(run[name]) for name in ("before", "after"))
    formed = read_codes(run, "formed_classes")
    classes = _all_codes(old, new)
    changes = transition(
        zones.frame,
        run.inputs.raster(old.id),
        run.inputs.raster(new.id),
        classes=classes,
        executor=run.executor,
    )
    parts = _parts(changes, formed)
    sums = parts.groupby(changes["zone"]).sum().reindex(zones.frame.index, fill_value=0.0)
    rows = zones.labels.join(_netted(sums, zones.frame["polygon_ha"]))
    whole = pd.Series([zones.frame["polygon_ha"].sum()])
    totals = first_row(_netted(sums.sum().to_frame().T, whole))
    return run.result(
        tables=(
            Table("zones", zones.layer.title, ZONE_COLUMNS, rows),
            _matrix(changes, classes, new),
        ),
        totals=totals,
        total_fields=ZONE_COLUMNS[2:],
        definition=DEFINITION,
        explanation=EXPLANATION.filled(
            before=_day(old),
            after=_day(new),
            gain=totals["gain_ha"],
            loss=totals["loss_ha"],
            net=totals["net_ha"],
        ),
        warnings=tuple(_break_notices(run, old, new)),
        charts=(Chart("bars", CHART_TITLE, "zones", "zone_name", ("gain_ha", "loss_ha")),),
        pictures=(_picture(zones, rows),),
    )


def _picture(zones: Zones, rows: pd.DataFrame) -> Picture:
    return choropleth(
        "forest_change",
        Bilingual("Thay đổi ròng của rừng (điểm)", "Net change of forest (points)"),
        zones.frame[["geometry"]].join(rows),
        ZONE_COLUMNS,
        "net_points_pct",
        (-10, -2, 2, 10, 20),
        colors=("#a63d2f", "#e0a184", "#f4ecd8", "#cfe3a8", "#86b96a", "#2f6b3c"),
    )


def _parts(changes: pd.DataFrame, formed: list[int]) -> pd.DataFrame:
    """Return of each change what was forest, is forest, was gained and lost, hectares."""
    was, is_now = changes["before"].isin(formed), changes["after"].isin(formed)
    area = changes["area_ha"]
    return pd.DataFrame(
        {
            "before_ha": area.where(was, 0.0),
            "after_ha": area.where(is_now, 0.0),
            "gain_ha": area.where(is_now & ~was, 0.0),
            "loss_ha": area.where(was & ~is_now, 0.0),
        }
    )


def _netted(sums: pd.DataFrame, polygon_ha: pd.Series) -> pd.DataFrame:
    net = sums["gain_ha"] - sums["loss_ha"]
    return sums.assign(net_ha=net, net_points_pct=100 * net / polygon_ha.where(polygon_ha > 0))


def _all_codes(*layers: Layer) -> list[int]:
    """Return the class codes that the legends name, ascending."""
    codes = {value for layer in layers for each in layer.legend.classes for value in each.values}
    try:
        return sorted(int(code) for code in codes)
    except ValueError:
        message = f"layers {', '.join(layer.id for layer in layers)}: a legend names no class codes"
        raise DataError(
            message, vi="Chú giải của lớp không ghi mã loại; hãy bổ sung vào tệp của lớp."
        ) from None


def _day(layer: Layer) -> str:
    return f"{layer.vintage:%d/%m/%Y}" if layer.vintage else layer.id


def _matrix(changes: pd.DataFrame, classes: list[int], layer: Layer) -> Table:
    """Return hectares of each class before (rows) by class after (columns)."""
    titles = {value: each.title for each in layer.legend.classes for value in each.values}
    table = changes.pivot_table(
        index="before", columns="after", values="area_ha", aggfunc="sum", fill_value=0.0
    )
    table = table.reindex(index=classes, columns=classes, fill_value=0.0)
    rows = table.set_axis([f"to_{code}_ha" for code in classes], axis=1)
    rows.insert(0, "before", [str(code) for code in classes])
    fields = [column("before", "Trước", "Before", kind="text", values=titles)]
    for code in classes:
        title = titles.get(str(code), Bilingual(str(code), str(code)))
        fields.append(column(f"to_{code}_ha", f"→ {title.vi}", f"→ {title.en}", unit="ha"))
    name = Bilingual("Ma trận chuyển đổi (trước → sau)", "Transition matrix (before → after)")
    return Table("matrix", name, tuple(fields), rows.reset_index(drop=True))


def _break_notices(run: Run, old: Layer, new: Layer) -> list[Notice]:
    """Say where the way of measuring changed between the two dates."""
    series = run["series"]
    if not series or not (old.vintage and new.vintage) or not run.inputs.available(series):
        return []
    run.inputs.require(series, "year", "broken", use="breaks of the series")
    table = run.inputs.table(series)
    between = (table["year"] > old.vintage.year) & (table["year"] <= new.vintage.year)
    broken = table[between & table["broken"].fillna(False).astype(bool)]
    if broken.empty:
        return []
    text = Bilingual(
        "Giữa hai ngày có năm đo lại ({years}): một phần của tăng, giảm là do cách đo, không phải "
        "do rừng thay đổi.",
        "Forest was measured anew between the two dates ({years}): part of the gain and loss comes "
        "from measuring, not from the forest.",
    )
    years = ", ".join(str(int(year)) for year in np.sort(broken["year"].to_numpy()))
    return [Notice("series_break", text.filled(years=years))]


def _raster(name: str, default: str, vi: str, en: str) -> Parameter:
    note = Bilingual("Ảnh phân loại, cùng lưới ô.", "A classified raster, on the same grid.")
    return Parameter(name, "layer", default, Bilingual(vi, en), note, geometry=("raster",))


forest_change = Study(
    name="forest-change",
    title=Bilingual("Thay đổi rừng giữa hai ngày", "Forest change between two dates"),
    summary=Bilingual(
        "Rừng tăng, giảm và chuyển loại giữa hai ảnh phân loại, theo đơn vị.",
        "Forest gained, lost and changed in class between two classified rasters, by zone.",
    ),
    parameters=(
        zones_parameter(),
        _raster("before", "forest_2008", "Ảnh trước", "Earlier raster"),
        _raster("after", "forest_2015", "Ảnh sau", "Later raster"),
        FORMED_CLASSES,
        Parameter(
            "series",
            "layer",
            "forest_series",
            Bilingual("Bảng các năm đo lại", "Table of breaks"),
            Bilingual("Để báo khi có năm đo lại ở giữa.", "To tell of a break in between."),
            geometry=("table",),
        ),
    ),
    compute=_compute,
)
