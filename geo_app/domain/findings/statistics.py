"""Findings about tables of statistics."""

from geo_app.domain.finding import FindingCode
from geo_app.domain.text import Bilingual

PERIODS_AS_COLUMNS = FindingCode(
    code="periods_as_columns",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "Các kỳ đứng thành cột ({periods}): mỗi ô thành một dòng.",
        "Periods stand in columns ({periods}): every cell became a row.",
    ),
    advice=Bilingual("Không cần làm gì.", "Nothing to do."),
)
NAMES_TO_CODES = FindingCode(
    code="names_to_codes",
    severity="note",
    responsible="officer",
    message=Bilingual(
        "Cột {column}: {count} ô ghi tên được đổi thành mã, như {example}.",
        "Column {column}: {count} cells held names and became codes, such as {example}.",
    ),
    advice=Bilingual("Xem lại tên trùng.", "Look at names that two units have."),
)
INDICATOR_UNKNOWN = FindingCode(
    code="indicator_unknown",
    severity="error",
    responsible="officer",
    message=Bilingual(
        "“{found}” không phải là chỉ tiêu nào trong plan/indicators.toml; gần nhất: {nearest}.",
        "“{found}” is no indicator of plan/indicators.toml; nearest: {nearest}.",
    ),
    advice=Bilingual(
        "Sửa tên, hoặc khai báo chỉ tiêu mới.", "Mend the name, or describe a new indicator."
    ),
)
PERIOD_UNREADABLE = FindingCode(
    code="period_unreadable",
    severity="error",
    responsible="sender",
    message=Bilingual(
        "“{found}” không phải là kỳ; cần 2025, 2025-06 hoặc 31/12/2025.",
        "“{found}” is no period; expected 2025, 2025-06 or 31/12/2025.",
    ),
    advice=Bilingual("Sửa ô này trong bảng gốc.", "Mend the cell in the table."),
)
FIGURE_UNIT = FindingCode(
    code="figure_unit",
    severity="error",
    responsible="sender",
    message=Bilingual(
        "Đơn vị tính “{found}” không đổi được sang “{unit}” của chỉ tiêu {indicator}.",
        "Unit “{found}” cannot become “{unit}”, that of the indicator {indicator}.",
    ),
    advice=Bilingual("Hỏi lại đơn vị gửi.", "Ask the sender."),
)
UNIT_CODE_UNKNOWN = FindingCode(
    code="unit_code_unknown",
    severity="error",
    responsible="officer",
    message=Bilingual(
        "“{found}” không phải là mã hay tên đơn vị nào của lớp {layer}; gần nhất: {nearest}.",
        "“{found}” is neither code nor name of a unit of layer {layer}; nearest: {nearest}.",
    ),
    advice=Bilingual(
        "Sửa tên, hoặc chọn đúng bộ đơn vị.", "Mend the name, or name the right set of units."
    ),
)
FIGURES_KEPT = FindingCode(
    code="figures_kept",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "{count} số liệu của các lần nhập trước, không có trong tệp này, được giữ nguyên.",
        "{count} figures of earlier deliveries that this file does not hold are kept.",
    ),
    advice=Bilingual("Không cần làm gì.", "Nothing to do."),
)
