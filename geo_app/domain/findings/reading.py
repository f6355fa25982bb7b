"""Findings about formats, archives and tables."""

from geo_app.domain.finding import FindingCode
from geo_app.domain.text import Bilingual

PART_MISSING = FindingCode(
    code="part_missing",
    severity="note",
    responsible="sender",
    message=Bilingual("Shapefile thiếu {parts}.", "The shapefile comes without {parts}."),
    advice=Bilingual(
        "Không có .prj thì hệ tọa độ phải suy ra; không có .cpg thì bảng mã phải suy ra.",
        "Without .prj the place, without .cpg the encoding must be found out.",
    ),
)
GEOMETRY_MISSING = FindingCode(
    code="geometry_missing",
    severity="warning",
    responsible="sender",
    message=Bilingual("{count} dòng không có hình.", "{count} rows have no geometry."),
    advice=Bilingual("Xin bổ sung vị trí.", "Ask for their places."),
)
HEIGHT_LEFT_OUT = FindingCode(
    code="height_left_out",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "{count} hình có cao độ; lớp chỉ giữ tọa độ phẳng.",
        "{count} shapes carry heights; the layer keeps plane coordinates only.",
    ),
    advice=Bilingual("Giữ tệp gốc nếu cần cao độ.", "Keep the file if the heights are needed."),
)
TEXT_TRUNCATED = FindingCode(
    code="text_truncated",
    severity="warning",
    responsible="sender",
    message=Bilingual(
        "Cột {column}: {count} giá trị dài đúng {bytes} byte như ô của tệp, có thể đã bị cắt, "
        "ví dụ “{example}”.",
        "Column {column}: {count} values fill the {bytes} bytes of the file's field and may be "
        "cut, such as “{example}”.",
    ),
    advice=Bilingual("Xin tệp gốc không qua shapefile.", "Ask for the original, not a shapefile."),
)
