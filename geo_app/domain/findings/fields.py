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
