"""The tables of a crosswalk: their columns, the rules, and the signs on the map."""

from geo_app.domain.layer import Field, Style
from geo_app.domain.result import column
from geo_app.domain.text import Bilingual

BY = {
    "area": Bilingual("diện tích", "area"),
    "people": Bilingual("dân số (điểm thôn)", "people (village points)"),
    "law": Bilingual("bảng sắp xếp", "the table of mergers"),
}
RULES = {
    "count": Bilingual("số đếm: chia theo phần", "a count: divided by the parts"),
    "share": Bilingual("tỷ lệ: bình quân theo trọng số", "a share: averaged by weight"),
    "whole": Bilingual("không chia được", "cannot be divided"),
}
DIRECTIONS = {
    "forward": Bilingual("cũ → mới", "old → new"),
    "back": Bilingual("mới → cũ", "new → old"),
}
KINDS = {
    "exact": Bilingual("Hợp đúng", "Exact union"),
    "divided": Bilingual("Có đơn vị bị chia", "With divided units"),
    "unmatched": Bilingual("Không có đơn vị tương ứng", "Without a counterpart"),
}
KIND_STYLES = {
    "exact": Style(color="#6b6154", fill="#b9d48f", width=0.8, fill_opacity=0.7),
    "divided": Style(color="#6b6154", fill="#e0b83f", width=0.8, fill_opacity=0.7),
    "unmatched": Style(color="#6b6154", fill="#c9544d", width=0.8, fill_opacity=0.7),
}
PAIR_COLUMNS = (
    column("old_code", "Mã cũ", "Old code", kind="text"),
    column("old_name", "Đơn vị cũ", "Old unit", kind="text"),
    column("new_code", "Mã mới", "New code", kind="text"),
    column("new_name", "Đơn vị mới", "New unit", kind="text"),
    column("share_pct", "Phần của đơn vị cũ", "Part of the old unit", unit="pct"),
    column("share_back_pct", "Phần của đơn vị mới", "Part of the new unit", unit="pct"),
)
UNIT_COLUMNS = (
    column("zone_code", "Mã", "Code", kind="text"),
    column("zone_name", "Đơn vị cũ", "Old unit", kind="text"),
    column("parts", "Số đơn vị mới", "New units", kind="integer"),
    column("kind", "Quan hệ", "Relation", kind="text", values=KINDS),
    column(
        "kind_by_law", "Theo bảng sắp xếp", "By the table of mergers", kind="text", values=KINDS
    ),
)
TOTAL_COLUMNS = (
    column("old_units", "Đơn vị cũ", "Old units", kind="integer"),
    column("new_units", "Đơn vị mới", "New units", kind="integer"),
    column("old_exact", "Đơn vị cũ là hợp đúng", "Old units that are exact unions", kind="integer"),
    column("pairs", "Cặp đơn vị", "Pairs", kind="integer"),
    column("before", "Tổng trước khi chuyển", "Sum before"),
    column("after", "Tổng sau khi chuyển", "Sum after"),
)


def carried_columns(unit: str | None, stated: bool) -> tuple[Field, ...]:
    """Describe the table of a carried indicator; `stated`: the goal has its own figure."""
    columns = (
        column("zone_code", "Mã", "Code", kind="text"),
        column("zone_name", "Đơn vị", "Unit", kind="text"),
        column("value", "Chuyển được", "Carried", unit=unit),
        column("low", "Thấp nhất", "At least", unit=unit),
        column("high", "Cao nhất", "At most", unit=unit),
        column("estimated_pct", "Phần ước tính", "Of it estimated", unit="pct"),
    )
    if not stated:
        return columns
    return (
        *columns,
        column("stated", "Số của chính đơn vị", "The unit's own figure", unit=unit),
        column("error", "Sai lệch", "Error", unit=unit),
    )
