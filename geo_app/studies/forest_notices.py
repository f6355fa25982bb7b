"""What the reader of a closed forest year must know, and the published figures beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from geo_app.domain.result import Comparison, Notice, first_row
from geo_app.domain.text import Bilingual
from geo_app.studies.forest_files import File
from geo_app.studies.forest_ledger import UNCODED, Ledger, changed_pieces
from geo_app.studies.study import Run

DRAWN = 3_000
"""The largest changes are drawn, not all: a redrawn file has as many as blocks."""


def year_notices(
    run: Run, new: File, old: File | None, ledger: Ledger, totals: Mapping[str, Any]
) -> Iterator[Notice]:
    """Say what weakens the figures: the days of the files, missing causes, a new measurement."""
    if new.day is None or (new.day.month, new.day.day) != (12, 31):
        text = Bilingual(
            "Hồ sơ ghi ngày {day}, không phải ngày 31/12.", "The file is of {day}, not 31 December."
        )
        yield Notice("not_year_end", text.filled(day=new.day_text))
    if old is None:
        text = Bilingual(
            "Không có hồ sơ năm trước: diễn biến chưa biết. Nhập hồ sơ ngày 31/12 năm trước, hoặc "
            "chọn lớp ở thiết lập “before”.",
            "There is no file of the year before, so the change is unknown. Import the file of 31 "
            "December of that year, or name its layer in the setting “before”.",
        )
        yield Notice("no_file_before", text)
        return
    if new.day and old.day and (new.day.year - old.day.year, new.day > old.day) != (1, True):
        text = Bilingual(
            "Hai hồ sơ ({old}, {new}) không cách nhau đúng một năm.",
            "The two files ({old}, {new}) are not one year apart.",
        )
        yield Notice("not_a_year_apart", text.filled(old=old.day_text, new=new.day_text))
    yield from _cause_notices(run, new, ledger, totals)


def _cause_notices(
    run: Run, new: File, ledger: Ledger, totals: Mapping[str, Any]
) -> Iterator[Notice]:
    if len(ledger.causes) == len(UNCODED):
        text = Bilingual(
            "Lớp {layer} không có trường nguyên nhân (change_cause): mọi thay đổi là chưa rõ.",
            "Layer {layer} has no field for the cause (change_cause): every change is unknown.",
        )
        yield Notice("no_causes", text.filled(layer=new.layer.id))
    gross = totals["gain_ha"] + totals["loss_ha"]
    if totals["unknown_ha"] > 0:
        text = Bilingual(
            "{ha:,.1f} ha ({share:.1f} % diện tích tăng, giảm) chưa rõ nguyên nhân.",
            "{ha:,.1f} ha ({share:.1f} % of what was gained and lost) have no known cause.",
        )
        share = 100 * totals["unknown_ha"] / gross
        yield Notice("cause_unknown", text.filled(ha=totals["unknown_ha"], share=share))
    held = ledger.pieces[~(ledger.pieces.geometry.area > 0)]
    if len(held):
        text = Bilingual(
            "{count} lô không có hình, không tính cho đơn vị nào.",
            "{count} blocks have no shape and count for no zone.",
        )
        yield Notice("blocks_unplaced", text.filled(count=len(held)))
    drawn = len(changed_pieces(ledger))
    if drawn > DRAWN:
        text = Bilingual(
            "Bản đồ vẽ {shown:,} thay đổi lớn nhất trong {all:,}.",
            "The map shows the {shown:,} largest of {all:,} changes.",
        )
        yield Notice("map_shortened", text.filled(shown=DRAWN, all=drawn))
    row = _published(run, new)
    if row is not None and row.get("broken") is not None and bool(row["broken"]):
        text = Bilingual(
            "Năm {year} đo lại rừng: tăng, giảm gồm cả thay đổi cách đo.",
            "In {year} forest was measured anew: gain and loss hold the change in measuring.",
        )
        yield Notice("series_break", text.filled(year=totals["year"]))


def _published(run: Run, new: File) -> Mapping[str, Any] | None:
    """Return the row of the published series for the year closed."""
    series = run["series"]
    if not series or new.day is None or not run.inputs.available(series):
        return None
    run.inputs.require(series, "year", "cover_pct", use="the published figure")
    table = run.inputs.table(series)
    found = table[table["year"] == new.day.year]
    return None if found.empty else first_row(found)


def published_figures(run: Run, new: File, totals: Mapping[str, Any]) -> Iterator[Comparison]:
    """Set cover and area beside what the decision of that year published."""
    row = _published(run, new)
    if row is None:
        return
    source = str(row.get("source") or "")
    title = Bilingual(
        f"Che phủ công bố năm {totals['year']}", f"Cover published for {totals['year']}"
    )
    yield Comparison(title, _known(totals["cover_pct"]), _known(row["cover_pct"]), "pct", source)
    title = Bilingual(
        f"Diện tích rừng công bố năm {totals['year']}", f"Forest published for {totals['year']}"
    )
    if _known(row.get("forest_ha")) is not None:
        yield Comparison(
            title, _known(totals["after_forest_ha"]), _known(row["forest_ha"]), "ha", source
        )


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
