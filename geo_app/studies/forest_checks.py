"""What to look at in a forest file before its year is closed."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import Layer
from geo_app.domain.result import Table, column
from geo_app.domain.text import Bilingual
from geo_app.studies.forest_areas import forest_state, recorded_areas
from geo_app.studies.forest_ledger import CAUSE, LEAST_HA, Ledger

LEAST_FOREST_HA = 0.3
"""Law on Forestry 16/2017/QH14, article 2: forest covers 0.3 ha at least."""
AREA_TOLERANCE_PCT = 5.0
_SHOWN = 5
_GAINS, _LOSSES = ("planted", "grown"), ("harvested", "burnt", "cleared", "converted")

CHECKS = {
    "type_missing": Bilingual("Không ghi loại rừng", "No type is given"),
    "formed_missing": Bilingual(
        "Rừng không ghi đã thành rừng hay chưa", "Forest that does not say whether it is formed"
    ),
    "formed_without_forest": Bilingual(
        "Ghi đã thành rừng nhưng không có rừng", "Said to be formed, but without forest"
    ),
    "area_missing": Bilingual("Không ghi diện tích: lấy theo hình", "No area: taken as drawn"),
    "area_differs": Bilingual(
        "Diện tích ghi lệch diện tích hình quá mức cho phép",
        "Recorded and drawn area differ by more than allowed",
    ),
    "below_least": Bilingual(
        "Lô rừng dưới 0,3 ha (chỉ là rừng khi liền với lô khác)",
        "Forest blocks below 0.3 ha (forest only where they adjoin others)",
    ),
    "no_place": Bilingual(
        "Lô không có hình: không tính cho đơn vị nào", "Blocks without a shape: count for no zone"
    ),
    "drawn_twice": Bilingual("Cùng một hình ghi nhiều lần", "The same shape more than once"),
    "cause_missing": Bilingual(
        "Có thay đổi nhưng không ghi nguyên nhân", "Changed, but no cause is given"
    ),
    "cause_without_change": Bilingual(
        "Ghi nguyên nhân nhưng không thấy thay đổi", "A cause is given, but nothing changed"
    ),
    "cause_contrary": Bilingual(
        "Nguyên nhân trái chiều thay đổi (tăng mà ghi khai thác, giảm mà ghi trồng)",
        "The cause runs against the change (more forest, said to be harvested, or the reverse)",
    ),
}
FIELDS = (
    column("check", "Kiểm tra", "Check", kind="text", values=CHECKS),
    column("blocks", "Số lô", "Blocks", unit="count", kind="integer"),
    column("area_ha", "Diện tích", "Area", unit="ha"),
    column("examples", "Ví dụ", "Examples", kind="text"),
)


def check_table(blocks: gpd.GeoDataFrame, layer: Layer, ledger: Ledger | None) -> Table:
    """
    Count what to look at, check by check; those that found nothing stand with 0.

    Parameters
    ----------
    blocks
        The later file, indexed 0, 1, …, with ``block``, the key of each.
    ledger
        The ledger against the file before; without one, causes are not checked.
    """
    recorded_ha = recorded_areas(blocks)
    found = dict(_of_blocks(blocks, recorded_ha, layer))
    if ledger is not None:
        found |= dict(_of_causes(blocks, ledger))
    rows = [
        {
            "check": check,
            "blocks": int(wrong.sum()),
            "area_ha": float(recorded_ha[wrong].sum()),
            "examples": ", ".join(blocks["block"][wrong].head(_SHOWN)),
        }
        for check, wrong in found.items()
    ]
    title = Bilingual("Kiểm tra hồ sơ trước khi khép năm", "Checks before closing the year")
    return Table("checks", title, FIELDS, pd.DataFrame(rows))


def _of_blocks(
    blocks: gpd.GeoDataFrame, recorded_ha: pd.Series, layer: Layer
) -> Iterator[tuple[str, pd.Series]]:
    state, drawn_ha = forest_state(blocks), blocks.geometry.area / 10_000
    stated = blocks["formed"].fillna(False).astype(bool)
    allowed = (layer.checks.area_tolerance_pct or AREA_TOLERANCE_PCT) / 100
    apart = (recorded_ha - drawn_ha).abs() > allowed * drawn_ha
    yield "type_missing", blocks["type"].isna()
    yield "formed_missing", state["forest"] & blocks["formed"].isna()
    yield "formed_without_forest", ~state["forest"] & stated
    yield "area_missing", blocks["area_ha"].isna()
    yield "area_differs", apart & (drawn_ha > 0)
    yield "below_least", state["forest"] & (recorded_ha < LEAST_FOREST_HA)
    yield "no_place", ~(drawn_ha > 0)
    shape = blocks.geometry.normalize().to_wkb()
    yield "drawn_twice", shape.duplicated(keep=False) & (drawn_ha > 0)


def _of_causes(blocks: gpd.GeoDataFrame, ledger: Ledger) -> Iterator[tuple[str, pd.Series]]:
    pieces = ledger.pieces[ledger.pieces["new"] >= 0]
    rows = pieces["new"].to_numpy()
    change = [
        pd.Series(
            np.bincount(
                rows, pieces[f"after_{name}_ha"] - pieces[f"before_{name}_ha"], len(blocks)
            ),
            index=blocks.index,
        )
        for name in ("formed", "forest")
    ]
    state_changed = np.bincount(rows, pieces["cause"] == "unknown", len(blocks)) > 0
    moved = (change[0].abs() >= LEAST_HA) | (change[1].abs() >= LEAST_HA)
    cause = blocks[CAUSE] if CAUSE in blocks else pd.Series(None, index=blocks.index, dtype=object)
    more = (change[0] >= LEAST_HA) | (change[1] >= LEAST_HA)
    less = (change[0] <= -LEAST_HA) | (change[1] <= -LEAST_HA)
    yield "cause_missing", cause.isna() & moved & state_changed
    yield "cause_without_change", cause.notna() & ~moved
    contrary = (cause.isin(_GAINS) & less & ~more) | (cause.isin(_LOSSES) & more & ~less)
    yield "cause_contrary", contrary
