"""The words and tables of maps of indicators."""

from geo_app.domain.layer import Field
from geo_app.domain.result import column
from geo_app.domain.text import Bilingual

METHODS = {
    "quantiles": Bilingual("cùng số đơn vị", "as many units in each"),
    "equal": Bilingual("cùng bề rộng", "same width"),
}
BASES = {
    "stated": Bilingual("số của chính đơn vị", "the unit's own figure"),
    "carried": Bilingual("chuyển từ đơn vị khác", "carried from other units"),
    "unknown": Bilingual("chưa biết", "unknown"),
}
LABELS = {
    "title": Bilingual("{indicator}, kỳ {period}", "{indicator}, {period}"),
    "periods": Bilingual("Theo đơn vị và kỳ", "By unit and period"),
    "maps": Bilingual("{indicator} qua các kỳ", "{indicator} over the periods"),
    "classes": Bilingual("Các khoảng trên bản đồ", "Classes of the map"),
    "series": Bilingual("Toàn tỉnh qua các kỳ", "The whole province over the periods"),
    "line": Bilingual(
        "{indicator}, toàn tỉnh (chấm đứng: không so sánh được)",
        "{indicator}, the whole province (upright dots: cannot be compared)",
    ),
    "broken": Bilingual(
        "Số liệu kỳ này không so sánh được với kỳ trước: không tính tăng giảm qua chỗ ngắt.",
        "The figures of this period cannot be compared with those before: no change is told across "
        "the break.",
    ),
    "unknown": Bilingual(
        "{count} đơn vị chưa có số liệu: để trống, không ước đoán.",
        "{count} units have no figure: left open, not guessed.",
    ),
    "together": Bilingual(
        "{indicator} {period}: gộp các đơn vị", "{indicator} {period}: the units put together"
    ),
    "estimated": Bilingual("Có phần ước tính khi chuyển đơn vị", "In part estimated by carrying"),
}
DEFINITION = Bilingual(
    "{what} Nguồn gốc: {source}. Số của chính đơn vị được dùng nguyên. Kỳ chỉ có số của đơn vị "
    "thuộc thời điểm khác thì chuyển theo bảng chuyển đổi: số đếm chia theo phần, tỷ lệ bình quân "
    "theo trọng số; thấp nhất và cao nhất là khoảng chắc chắn chứa giá trị chuyển được, dù đơn vị "
    "bị chia thật ra chia thế nào (với tỷ lệ: số nhỏ nhất và lớn nhất của các đơn vị nguồn).",
    "{what} From: {source}. A unit's own figure is taken as it is. A period that only units of "
    "another date have figures for is carried by the crosswalk: counts are divided by the parts, "
    "shares averaged by weight; at least and at most hold the carried value however divided units "
    "were truly divided (for a share: the least and largest figure of the source units).",
)
EXPLANATION = Bilingual(
    "{indicator}, kỳ {period}: {known} trong {units} đơn vị của “{layer}” có số liệu, {carried} "
    "đơn vị trong đó được chuyển từ đơn vị khác. Thấp nhất {low:,.6g} ({lowest}), cao nhất "
    "{high:,.6g} ({highest}).",
    "{indicator}, {period}: {known} of {units} units of “{layer}” have a figure, {carried} of them "
    "carried from other units. The least is {low:,.6g} ({lowest}), the most {high:,.6g} "
    "({highest}).",
)


def figure_columns(unit: str) -> tuple[Field, ...]:
    """Describe a table of figures by unit; `unit` is the indicator's."""
    return (
        column("zone_code", "Mã", "Code", kind="text"),
        column("zone_name", "Đơn vị", "Unit", kind="text"),
        column("value", "Giá trị", "Value", unit=unit),
        column("low", "Thấp nhất", "At least", unit=unit),
        column("high", "Cao nhất", "At most", unit=unit),
        column("estimated_pct", "Phần ước tính", "Of it estimated", unit="pct"),
        column("basis", "Cơ sở", "Basis", kind="text", values=BASES),
        column("source", "Nguồn", "Source", kind="text"),
        column("note", "Ghi chú", "Note", kind="text"),
    )


def period_columns(unit: str) -> tuple[Field, ...]:
    """Describe a table of figures by unit and period."""
    return (
        column("period", "Kỳ", "Period", kind="text"),
        *figure_columns(unit)[:-2],
        column("broken", "Không so sánh được", "Cannot be compared", kind="boolean"),
    )


def class_columns(unit: str) -> tuple[Field, ...]:
    """Describe the table of the map's classes."""
    return (
        column("from", "Từ", "From", unit=unit),
        column("below", "Dưới", "Below", unit=unit),
        column("units", "Số đơn vị", "Units", kind="integer"),
    )


def series_columns(unit: str) -> tuple[Field, ...]:
    """Describe the table of figures of the whole province."""
    return (
        column("year", "Năm", "Year", kind="text"),
        column("period", "Kỳ", "Period", kind="text"),
        column("value", "Giá trị", "Value", unit=unit),
        column("broken", "Không so sánh được", "Cannot be compared", kind="boolean"),
        column("verified", "Đã kiểm chứng", "Verified", kind="boolean"),
        column("marks", "Dấu", "Marks", kind="text"),
        column("source", "Nguồn", "Source", kind="text"),
        column("note", "Ghi chú", "Note", kind="text"),
    )


def total_columns(unit: str) -> tuple[Field, ...]:
    """Describe the totals."""
    return (
        column("period", "Kỳ", "Period", kind="text"),
        column("units", "Đơn vị", "Units", kind="integer"),
        column("known", "Có số liệu", "With a figure", kind="integer"),
        column("carried", "Chuyển từ đơn vị khác", "Carried from other units", kind="integer"),
        column("estimated_pct", "Phần ước tính, bình quân", "Estimated, on average", unit="pct"),
        column("whole", "Các đơn vị gộp lại", "The units put together", unit=unit),
    )
