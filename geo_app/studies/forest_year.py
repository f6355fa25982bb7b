"""The yearly close: the forest file of 31 December, what changed for which cause, what is told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from geo_app.analysis.cover import cover_pct
from geo_app.domain.layer import Field, Style
from geo_app.domain.result import Chart, Picture, Table, column, first_row
from geo_app.domain.text import Bilingual
from geo_app.studies.drawing import by_class, outlines
from geo_app.studies.forest_areas import placing_notices, type_table
from geo_app.studies.forest_checks import check_table
from geo_app.studies.forest_files import File, file_before, read_file
from geo_app.studies.forest_ledger import (
    UNCODED,
    UNKNOWN,
    Ledger,
    cause_table,
    changed_pieces,
    make_ledger,
    zone_cause_table,
    zone_totals,
)
from geo_app.studies.forest_notices import DRAWN, published_figures, year_notices
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study
from geo_app.studies.zones import Zones, read_zones, zones_parameter

LISTED = 500
COLORS = ("#2f6b3c", "#86b96a", "#c98b2b", "#a63d2f", "#6d4c7d", "#7a5c3e", "#3f7f93")
UNCODED_COLORS = {"same_state": "#b0a58c", "unknown": "#4a4a4a"}

DEFINITION = Bilingual(
    "Khép năm: hồ sơ rừng ngày 31/12 của năm đặt cạnh hồ sơ năm trước, từng mảnh đất một. Diện "
    "tích lấy theo hồ sơ lô. Mỗi thay đổi tính cho nguyên nhân ghi trong hồ sơ năm sau; không ghi "
    "thì là “chưa rõ nguyên nhân”, không suy đoán; trạng thái không đổi mà diện tích ghi khác thì "
    "để riêng. Đầu năm + diễn biến = cuối năm, trong từng đơn vị. “Đủ tiêu chí” là rừng tính vào "
    "tỷ lệ che phủ; rừng mới trồng chỉ có trong “mọi diện tích rừng”.",
    "Closing the year: the forest file of 31 December is set against that of the year before, "
    "piece of land by piece. Areas are those recorded for the blocks. Each change counts for the "
    "cause given in the later file; without one it is “cause unknown”, never guessed; where only "
    "the recorded area differs and the state does not, it stands apart. Start of the year + change "
    "= end of the year, in every zone. “Meeting the criterion” is what counts towards the cover; "
    "forest just planted is in “all forest” only.",
)
EXPLANATION = Bilingual(
    "Ngày {day}: {after:,.1f} ha rừng đủ tiêu chí, che phủ {cover:.2f} %. {change}",
    "On {day}: {after:,.1f} ha of forest meeting the criterion, cover {cover:.2f} %. {change}",
)
CHANGE = Bilingual(
    "Đầu kỳ ({before_day}) có {before:,.1f} ha; tăng {gain:,.1f} ha, giảm {loss:,.1f} ha, trong đó "
    "{unknown:,.1f} ha chưa rõ nguyên nhân.",
    "At the start ({before_day}) there were {before:,.1f} ha; {gain:,.1f} ha were gained and "
    "{loss:,.1f} ha lost, {unknown:,.1f} ha of it for no known cause.",
)
NO_CHANGE = Bilingual("Chưa có hồ sơ năm trước để so sánh.", "There is no file of the year before.")
ZONE_COLUMNS = (
    column("zone_code", "Mã", "Code", kind="text"),
    column("zone_name", "Đơn vị", "Zone", kind="text"),
    column("official_ha", "Diện tích tự nhiên công bố", "Official natural area", unit="ha"),
    column("before_formed_ha", "Đủ tiêu chí, đầu năm", "Meeting the criterion, start", unit="ha"),
    column("after_formed_ha", "Đủ tiêu chí, cuối năm", "Meeting the criterion, end", unit="ha"),
    column("net_formed_ha", "Đủ tiêu chí, tăng giảm", "Meeting the criterion, net", unit="ha"),
    column("before_forest_ha", "Mọi rừng, đầu năm", "All forest, start", unit="ha"),
    column("after_forest_ha", "Mọi rừng, cuối năm", "All forest, end", unit="ha"),
    column("net_forest_ha", "Mọi rừng, tăng giảm", "All forest, net", unit="ha"),
    column("cover_before_pct", "Che phủ, đầu năm", "Cover, start", unit="pct"),
    column("cover_pct", "Che phủ, cuối năm", "Cover, end", unit="pct"),
    column("points_pct", "Che phủ, tăng giảm (điểm)", "Cover, net (points)", unit="pct"),
)
GROSS_COLUMNS = (
    column("gain_ha", "Đủ tiêu chí: tăng", "Meeting the criterion: gain", unit="ha"),
    column("loss_ha", "Đủ tiêu chí: giảm", "Meeting the criterion: loss", unit="ha"),
    column("unknown_ha", "Tăng, giảm chưa rõ nguyên nhân", "Gain, loss, unknown cause", unit="ha"),
)
YEAR = column("year", "Năm khép", "Year closed", kind="text")
PIECE_COLUMNS = (
    column("block", "Lô (hồ sơ năm nay)", "Block (this year's file)", kind="text"),
    column("block_before", "Lô (hồ sơ năm trước)", "Block (last year's file)", kind="text"),
    column("formed_ha", "Rừng đủ tiêu chí", "Forest meeting the criterion", unit="ha"),
    column("forest_ha", "Mọi diện tích rừng", "All forest", unit="ha"),
)


def _compute(run: Run) -> Result:
    new = read_file(run, run.inputs.layer(run["forest"]))
    old = file_before(run, new)
    zones = read_zones(run.inputs, run["zones"])
    beside = read_zones(run.inputs, run["districts"]) if run["districts"] else None
    empty = File(new.layer, None, new.blocks.iloc[:0])
    ledger = make_ledger((old or empty).blocks, new.blocks, new.layer)
    held = ledger.in_zones(run, zones)
    rows = _zone_rows(zones, held, known=old is not None)
    tables = [Table("zones", zones.layer.title, ZONE_COLUMNS, rows)]
    causes = [cause_table(held, ledger.causes), _by_cause("zone_causes", held, zones, ledger)]
    if beside is not None:
        there = ledger.in_zones(run, beside)
        own = _zone_rows(beside, there, known=old is not None)
        tables.append(Table("districts", beside.layer.title, ZONE_COLUMNS, own))
        causes.append(_by_cause("district_causes", there, beside, ledger))
    tables += causes if old else [_unknown(each) for each in causes]
    tables += [
        _types(new, held, ledger),
        _unexplained(ledger, old or empty, new),
        check_table(new.blocks, new.layer, ledger if old else None),
    ]
    totals = _totals(zones, held, new, known=old is not None)
    outside_ha, twice_ha = ledger.unplaced_ha(held)
    return run.result(
        tables=tuple(tables),
        totals=totals,
        total_fields=(YEAR, *ZONE_COLUMNS[2:], *GROSS_COLUMNS),
        definition=DEFINITION,
        explanation=_explanation(totals, new, old),
        warnings=(
            *placing_notices(outside_ha=outside_ha, twice_ha=twice_ha),
            *year_notices(run, new, old, ledger, totals),
        ),
        comparisons=tuple(published_figures(run, new, totals)),
        charts=(_chart(),) if old else (),
        pictures=(_frame(zones, rows), _picture(ledger, old, new)) if old else (),
    )


def _zone_rows(zones: Zones, held: pd.DataFrame, *, known: bool) -> pd.DataFrame:
    sums = zone_totals(held, zones)
    if not known:
        sums.loc[:, ["before_formed_ha", "before_forest_ha"]] = np.nan
    return zones.labels.join(_shares(sums, zones.frame["official_ha"]))


def _shares(sums: pd.DataFrame, official_ha: pd.Series) -> pd.DataFrame:
    before = cover_pct(sums["before_formed_ha"], official_ha)
    after = cover_pct(sums["after_formed_ha"], official_ha)
    return sums.assign(
        official_ha=official_ha,
        # Less than a square centimetre is the noise of the sum.
        net_formed_ha=(sums["after_formed_ha"] - sums["before_formed_ha"]).round(8),
        net_forest_ha=(sums["after_forest_ha"] - sums["before_forest_ha"]).round(8),
        cover_before_pct=before,
        cover_pct=after,
        points_pct=after - before,
    )


def _totals(zones: Zones, held: pd.DataFrame, new: File, *, known: bool) -> dict[str, Any]:
    sums = zone_totals(held, zones).sum().to_frame().T
    gross = dict.fromkeys(("gain_ha", "loss_ha", "unknown_ha"), np.nan)
    if known:
        change = held["after_formed_ha"] - held["before_formed_ha"]
        gross = {
            "gain_ha": float(change.clip(lower=0).sum()),
            "loss_ha": float(-change.clip(upper=0).sum()),
            "unknown_ha": float(change.abs()[held["cause"] == UNKNOWN].sum()),
        }
    else:
        sums.loc[:, ["before_formed_ha", "before_forest_ha"]] = np.nan
    whole = pd.Series([zones.frame["official_ha"].sum(skipna=False)])
    year = str(new.day.year) if new.day else ""
    return {"year": year, **first_row(_shares(sums, whole)), **gross}


def _by_cause(name: str, held: pd.DataFrame, zones: Zones, ledger: Ledger) -> Table:
    title = zones.layer.title
    named = Bilingual(f"Theo nguyên nhân: {title.vi}", f"By cause: {title.en}")
    return zone_cause_table(name, named, held, zones, ledger.causes)


def _unknown(table: Table) -> Table:
    """Empty a table of changes: without a file of the year before all of it is unknown."""
    figures = {each.name: np.nan for each in table.fields if each.type == "number"}
    return replace(table, rows=table.rows.assign(**figures))


def _types(new: File, held: pd.DataFrame, ledger: Ledger) -> Table:
    """Return the forest at the end of the year by type and origin, inside the zones."""
    rows = ledger.pieces["new"].to_numpy()[held["piece"]]
    there = held[rows >= 0].reset_index(drop=True)
    kinds = new.blocks[["type", "origin"]].iloc[rows[rows >= 0]].reset_index(drop=True)
    pieces = kinds.assign(formed_ha=there["after_formed_ha"])
    return type_table(pieces[there["after_forest_ha"] > 0], new.layer)


def _unexplained(ledger: Ledger, old: File, new: File) -> Table:
    """List the largest changes without a cause: the work left before the year is closed."""
    changes = changed_pieces(ledger)
    rows = changes[changes["cause"] == UNKNOWN].head(LISTED if len(old.blocks) else 0)
    title = Bilingual("Thay đổi chưa rõ nguyên nhân", "Changes of unknown cause")
    named = rows.assign(block=new.names(rows["new"]), block_before=old.names(rows["old"]))
    names = [each.name for each in PIECE_COLUMNS]
    return Table(
        "unexplained", title, PIECE_COLUMNS, pd.DataFrame(named)[names].reset_index(drop=True)
    )


def _explanation(totals: Mapping[str, Any], new: File, old: File | None) -> Bilingual:
    change = NO_CHANGE
    if old is not None:
        change = CHANGE.filled(
            before_day=old.day_text,
            before=totals["before_formed_ha"],
            gain=totals["gain_ha"],
            loss=totals["loss_ha"],
            unknown=totals["unknown_ha"],
        )
    return EXPLANATION.filled(
        day=new.day_text, after=totals["after_formed_ha"], cover=totals["cover_pct"], change=change
    )


def _chart() -> Chart:
    title = Bilingual(
        "Rừng đủ tiêu chí: tăng và giảm theo nguyên nhân, ha",
        "Forest meeting the criterion: gain and loss by cause, ha",
    )
    return Chart("bars", title, "causes", "cause", ("formed_gain_ha", "formed_loss_ha"))


def _frame(zones: Zones, rows: pd.DataFrame) -> Picture:
    frame = zones.frame[["geometry"]].join(rows)
    return outlines("forest_year_zones", zones.layer.title, frame, ZONE_COLUMNS)


def _picture(ledger: Ledger, old: File, new: File) -> Picture:
    changes = changed_pieces(ledger)
    shown = changes[~changes.geometry.isna()].head(DRAWN)
    shown = shown.assign(block=new.names(shown["new"]), block_before=old.names(shown["old"]))
    codes = [code for code in ledger.causes if code not in UNCODED]
    colors = {code: COLORS[rank % len(COLORS)] for rank, code in enumerate(codes)} | UNCODED_COLORS
    field: Field = column("cause", "Nguyên nhân", "Cause", kind="text", values=ledger.causes)
    return by_class(
        "forest_year",
        Bilingual("Diễn biến rừng theo nguyên nhân", "Change of forest by cause"),
        "polygon",
        shown,
        (field, *PIECE_COLUMNS),
        "cause",
        {code: _style(colors[code]) for code in ledger.causes},
    )


def _style(color: str) -> Style:
    return Style(color=color, fill=color, width=0.6, fill_opacity=0.75)


forest_year = Study(
    name="forest-year",
    title=Bilingual("Khép năm diễn biến rừng", "Closing the forest year"),
    summary=Bilingual(
        "Hồ sơ rừng 31/12 so với năm trước: kiểm tra, diễn biến theo nguyên nhân, biểu theo xã và "
        "huyện cũ, bên cạnh số công bố.",
        "The forest file of 31 December against the year before: checks, change by cause, tables "
        "by commune and former district, beside the published figure.",
    ),
    parameters=(
        Parameter(
            "forest",
            "layer",
            "forest",
            Bilingual("Hồ sơ rừng của năm", "Forest file of the year"),
            Bilingual("Lô rừng ngày 31/12.", "Forest blocks on 31 December."),
            geometry=("polygon",),
        ),
        Parameter(
            "before",
            "layer",
            "",
            Bilingual("Hồ sơ năm trước", "File of the year before"),
            Bilingual(
                "Để trống: bản trước của chính lớp trên, theo ngày số liệu.",
                "Empty: the earlier version of the same layer, by the date of its data.",
            ),
            geometry=("polygon",),
        ),
        zones_parameter(),
        Parameter(
            "districts",
            "layer",
            "districts_2023",
            Bilingual("Biểu thứ hai", "Second table"),
            Bilingual("Đơn vị cũ để đối chiếu.", "Former units to compare with."),
            geometry=("polygon",),
        ),
        Parameter(
            "series",
            "layer",
            "forest_series",
            Bilingual("Số công bố", "Published figures"),
            Bilingual(
                "Bảng các quyết định công bố hằng năm.", "Table of the yearly decisions' figures."
            ),
            geometry=("table",),
        ),
    ),
    compute=_compute,
)
