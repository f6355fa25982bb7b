"""Findings about tables and lists of coordinates."""

from geo_app.domain.finding import FindingCode
from geo_app.domain.text import Bilingual

DECIMAL_MIXED = FindingCode(
    code="decimal_mixed",
    severity="error",
    responsible="sender",
    message=Bilingual(
        "Cột {column}: chỗ dùng dấu phẩy, chỗ dùng dấu chấm thập phân.",
        "Column {column}: decimals stand after commas in some cells, after points in others.",
    ),
    advice=Bilingual("Xin bảng viết thống nhất.", "Ask for a table written in one way."),
)
DECIMAL_AMBIGUOUS = FindingCode(
    code="decimal_ambiguous",
    severity="warning",
    responsible="sender",
    message=Bilingual(
        "Cột {column}: “{example}” đọc được hai cách (phần nghìn hoặc phần thập phân).",
        "Column {column}: “{example}” can be read two ways (thousands, or decimals).",
    ),
    advice=Bilingual("Kiểm tra với đơn vị gửi.", "Check it with the sender."),
)
COORDINATE_UNREADABLE = FindingCode(
    code="coordinate_unreadable",
    severity="error",
    responsible="sender",
    message=Bilingual(
        "Cột {column}: “{found}” không phải là tọa độ.",
        "Column {column}: “{found}” is no coordinate.",
    ),
    advice=Bilingual("Sửa ô này trong bảng gốc.", "Mend the cell in the table."),
)
AXES_SURVEYOR = FindingCode(
    code="axes_surveyor",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "Cột {north} là hướng bắc (X của trắc địa), cột {east} là hướng đông.",
        "Column {north} is the northing (the surveyor's X), column {east} the easting.",
    ),
    advice=Bilingual("Không cần làm gì.", "Nothing to do."),
)
FRAME_NAMED = FindingCode(
    code="frame_named",
    severity="note",
    responsible="officer",
    message=Bilingual("Dòng tiêu đề ghi: “{caption}”.", "A title row says: “{caption}”."),
    advice=Bilingual(
        "Dùng để chọn hệ tọa độ bằng --crs nếu cần.", "Use it to choose with --crs where asked."
    ),
)
RINGS_ASSEMBLED = FindingCode(
    code="rings_assembled",
    severity="note",
    responsible="officer",
    message=Bilingual(
        "{rows} dòng tọa độ ghép thành {count} hình ({closed} hình được khép lại).",
        "{rows} rows of coordinates became {count} shapes ({closed} were closed).",
    ),
    advice=Bilingual("Xem lại trên bản đồ.", "Look at them on the map."),
)
RING_TOO_SHORT = FindingCode(
    code="ring_too_short",
    severity="error",
    responsible="sender",
    message=Bilingual(
        "Hình “{name}” chỉ có {count} điểm.", "Shape “{name}” has only {count} points."
    ),
    advice=Bilingual("Xin bổ sung điểm.", "Ask for the missing points."),
)
