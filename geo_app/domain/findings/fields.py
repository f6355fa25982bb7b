"""Findings about columns, units and codes."""

from geo_app.domain.finding import FindingCode, Severity
from geo_app.domain.text import Bilingual


def _value(code: str, severity: Severity, vi: str, en: str, advice: Bilingual) -> FindingCode:
    return FindingCode(code, severity, "sender", Bilingual(vi, en), advice)


CODE_UNKNOWN = _value(
    "code_unknown",
    "error",
    "“{found}” không có trong danh mục mã: {codes}.",
    "“{found}” is not in the code list: {codes}.",
    Bilingual("Sửa mã, hoặc bổ sung danh mục của lớp.", "Mend the code, or add it to the layer."),
)
KEY_REPEATED = _value(
    "key_repeated",
    "error",
    "Mã {key} đã có ở dòng {first}.",
    "The key {key} stands in row {first} already.",
    Bilingual("Mỗi đối tượng cần một mã riêng.", "Every feature needs a key of its own."),
)
VALUE_MISSING = _value(
    "value_missing",
    "error",
    "Thiếu giá trị bắt buộc.",
    "A value that every row needs is missing.",
    Bilingual("Xin bổ sung.", "Ask for it."),
)
_LOOK = Bilingual("Xem lại vài dòng.", "Look at some rows.")


def _told(code: str, vi: str, en: str, *, severity: Severity = "note") -> FindingCode:
    return FindingCode(code, severity, "officer", Bilingual(vi, en), _LOOK)


PRESET_USED = _told(
    "preset_used",
    "Dùng mẫu “{title}” ({preset}): {count} cột khớp.",
    "The preset “{title_en}” ({preset}) is used: {count} columns fit.",
)
MAPPED_BY_CONTENT = _told(
    "mapped_by_content",
    "Cột {column} được hiểu là {target} vì giá trị khớp ({share_pct:,.0f} %).",
    "Column {column} is taken for {target}, for its values fit ({share_pct:,.0f} %).",
    severity="warning",
)
NAME_CUT = _told(
    "name_cut",
    "Tên cột {column} bị cắt còn 10 ký tự; hiểu là {target}.",
    "The column name {column} was cut to ten characters; taken for {target}.",
)
CODE_TRANSLATED = _told(
    "code_translated",
    "Cột {column}: {count} giá trị đổi sang mã của lớp, ví dụ {example}.",
    "Column {column}: {count} values became the layer's codes, such as {example}.",
)
UNIT_CONVERTED = _told(
    "unit_converted",
    "Cột {column}: đổi từ {unit} sang {target} (nhân {factor:g}).",
    "Column {column}: converted from {unit} to {target} (times {factor:g}).",
)
NUMBER_CONVERTED = _told(
    "number_converted",
    "Cột {column}: số viết dạng chữ, ví dụ “{example}” là {value:,.10g}.",
    "Column {column}: numbers written as text, such as “{example}” for {value:,.10g}.",
)
CHAINAGE_CONVERTED = _told(
    "chainage_converted",
    "Cột {column}: lý trình, ví dụ “{example}” là {value:,.10g} km.",
    "Column {column}: chainages, such as “{example}” for {value:,.10g} km.",
)
STRETCH_SPLIT = _told(
    "stretch_split",
    "Cột {column}: ô ghi cả đoạn; lý trình cuối sang trường {target}.",
    "Column {column}: cells hold a stretch; its end goes to field {target}.",
)
ROUTE_FOUND = _told(
    "route_found",
    "Cột {column}: {count} tên đường đổi sang mã tuyến, ví dụ {example}.",
    "Column {column}: {count} names of roads became codes, such as {example}.",
)
ROUTE_UNKNOWN = FindingCode(
    "route_unknown",
    "warning",
    "sender",
    Bilingual(
        "Không có một tuyến duy nhất tên “{found}” trên các lớp đường; gần nhất: {nearest}.",
        "The road layers have no single road “{found}”; nearest: {nearest}.",
    ),
    Bilingual("Sửa tên, hoặc ghi mã tuyến.", "Mend the name, or write the road's code."),
)
DATE_CONVERTED = _told(
    "date_converted",
    "Cột {column}: ngày viết dạng ngày/tháng/năm, ví dụ “{example}” là {value}.",
    "Column {column}: dates written day/month/year, such as “{example}” for {value}.",
)
VALUE_COMPOSED = _told(
    "value_composed",
    "Trường {target} ghép từ các cột {columns}.",
    "Field {target} is put together from columns {columns}.",
)
VALUE_DERIVED = _told(
    "value_derived",
    "Trường {target}: {count} giá trị suy ra theo mẫu.",
    "Field {target}: {count} values follow from the preset's rules.",
)
ROWS_LEFT_OUT = _told(
    "rows_left_out",
    "{count} dòng không nhập: {reason}.",
    "{count} rows are left out: {reason_en}.",
    severity="warning",
)
PERSONAL_DATA = _told(
    "personal_data",
    "Cột {column} là dữ liệu cá nhân; không đưa vào trường công khai.",
    "Column {column} holds personal data; it reaches no public field.",
    severity="warning",
)
FIELD_LOST = _told(
    "field_lost",
    "Trường {target} đang có {count} giá trị; tệp này không có.",
    "Field {target} has {count} values today; this file has none.",
    severity="warning",
)
NUMBER_UNREADABLE = _value(
    "number_unreadable",
    "error",
    "“{found}” không phải là số.",
    "“{found}” is no number.",
    Bilingual("Sửa ô này trong bảng gốc.", "Mend the cell in the table."),
)
DATE_UNREADABLE = _value(
    "date_unreadable",
    "error",
    "“{found}” không phải là ngày.",
    "“{found}” is no date.",
    Bilingual("Viết dạng 31/12/2025 hoặc 2025-12-31.", "Write 31/12/2025 or 2025-12-31."),
)
