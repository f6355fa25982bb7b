"""Findings about encodings and names."""

from geo_app.domain.finding import FindingCode
from geo_app.domain.text import Bilingual


def _encoding(code: str, vi: str, en: str) -> FindingCode:
    return FindingCode(
        code=code,
        severity="note",
        responsible="officer",
        message=Bilingual(
            f"Cột {{column}}: chữ viết bằng {vi} (độ tin cậy {{confidence:.0%}}), "
            "ví dụ “{before}” là “{after}”.",
            f"Column {{column}}: written in {en} (confidence {{confidence:.0%}}), "
            "for example “{before}” is “{after}”.",
        ),
        advice=Bilingual(
            "Xem lại vài dòng sau khi chuyển sang Unicode.",
            "Look at some rows after the conversion to Unicode.",
        ),
    )


ENCODING_TCVN3 = _encoding("encoding_tcvn3", "mã TCVN3 (ABC, .VnTime)", "TCVN3 (ABC, .VnTime)")
ENCODING_VNI = _encoding("encoding_vni", "mã VNI", "VNI")
ENCODING_CP1258 = _encoding("encoding_cp1258", "mã CP1258", "CP1258")
ENCODING_DECOMPOSED = _encoding("encoding_decomposed", "Unicode tổ hợp", "decomposed Unicode")
ENCODING_MOJIBAKE = _encoding(
    "encoding_mojibake", "mã bị đọc sai (mất dấu)", "text that was read in a wrong encoding"
)
ENCODING_UNCERTAIN = FindingCode(
    code="encoding_uncertain",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "Cột {column}: có thể viết bằng {encoding} (độ tin cậy {confidence:.0%}); chưa chuyển đổi.",
        "Column {column}: may be written in {encoding} (confidence {confidence:.0%}); left as is.",
    ),
    advice=Bilingual(
        "Chỉ rõ bằng --encoding nếu chữ hiển thị sai.", "Say --encoding if the text looks wrong."
    ),
)
CAPITALS_LOST = FindingCode(
    code="capitals_lost",
    severity="warning",
    responsible="sender",
    message=Bilingual(
        "Cột {column}: {count} chữ in hoa có dấu không còn dạng hoa, ví dụ {examples}.",
        "Column {column}: {count} words lost accented capitals, such as {examples}.",
    ),
    advice=Bilingual(
        "TCVN3 không lưu chữ hoa có dấu; sửa tay hoặc xin bản Unicode.",
        "TCVN3 cannot hold them; mend by hand, or ask for a file in Unicode.",
    ),
)
TEXT_UNRECOVERABLE = FindingCode(
    code="text_unrecoverable",
    severity="warning",
    responsible="sender",
    message=Bilingual(
        "Cột {column}: {count} giá trị có ký tự đã mất (�, ?), ví dụ “{example}”.",
        "Column {column}: {count} values hold characters already lost (�), such as “{example}”.",
    ),
    advice=Bilingual(
        "Không khôi phục được; xin lại tệp gốc.", "They cannot be won back; ask for the original."
    ),
)
NAME_SPELLED_OTHERWISE = FindingCode(
    code="name_spelled_otherwise",
    severity="note",
    responsible="sender",
    message=Bilingual(
        "“{name}” viết khác tên chính thức “{official}”.",
        "“{name}” is spelled otherwise than the official “{official}”.",
    ),
    advice=Bilingual("Đối chiếu với danh mục chính thức.", "Compare with the official register."),
)
NAME_AMBIGUOUS = FindingCode(
    code="name_ambiguous",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "“{name}” có thể là: {candidates}.", "“{name}” could be any of: {candidates}."
    ),
    advice=Bilingual("Ghi thêm huyện cũ hoặc mã đơn vị.", "Add the former district or the code."),
)
NAME_UNKNOWN = FindingCode(
    code="name_unknown",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "“{name}” không có trong danh mục; gần nhất: {nearest}.",
        "“{name}” is not in the register; nearest: {nearest}.",
    ),
    advice=Bilingual("Kiểm tra chính tả hoặc tên cũ.", "Check the spelling, or a former name."),
)
