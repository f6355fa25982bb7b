"""Findings about differences, defence and secrecy."""

from geo_app.domain.finding import FindingCode
from geo_app.domain.text import Bilingual

NOTHING_CHANGED = FindingCode(
    code="nothing_changed",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "Dữ liệu giống hệt phiên bản đang dùng.", "The data is the same as the version served."
    ),
    advice=Bilingual("Không cần làm gì.", "Nothing to do."),
)
FEATURES_REMOVED = FindingCode(
    code="features_removed",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "{count} trong {total} đối tượng của phiên bản đang dùng không còn trong tệp.",
        "{count} of the {total} features served are not in the file.",
    ),
    advice=Bilingual(
        "Kiểm tra tệp có đủ cả tỉnh không.", "Does the file cover the whole province?"
    ),
)
MATCHED_BY_GEOMETRY = FindingCode(
    code="matched_by_geometry",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "Lớp không có mã riêng: so sánh theo hình.",
        "The layer has no key: features are matched by their shape.",
    ),
    advice=Bilingual("Không cần làm gì.", "Nothing to do."),
)
DEFENCE_LAND = FindingCode(
    code="defence_land",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "{count} dòng là đất quốc phòng, an ninh (cột {column}); không nhập.",
        "{count} rows are land of defence or security (column {column}); left out.",
    ),
    advice=Bilingual(
        "Dữ liệu này không đưa vào hệ thống.", "Such data is not kept in this system."
    ),
)
SECRECY_MARK_SEEN = FindingCode(
    code="secrecy_mark_seen",
    severity="error",
    responsible="officer",
    message=Bilingual(
        "Có dấu độ mật “{mark}” ở {where}.", "The secrecy mark “{mark}” stands in {where}."
    ),
    advice=Bilingual(
        "Dừng lại: tài liệu bí mật nhà nước không được đưa vào hệ thống (Luật 117/2025/QH15).",
        "Stop: state secrets do not belong in this system (Law 117/2025/QH15).",
    ),
)
FIELD_UNMAPPED = FindingCode(
    code="field_unmapped",
    severity="note",
    responsible="officer",
    message=Bilingual(
        "Cột {column} không ứng với trường nào của lớp; bỏ qua.",
        "Column {column} is taken by no field of the layer; left out.",
    ),
    advice=Bilingual("Chỉ rõ bằng --map nếu cần.", "Say with --map which field it is, if any."),
)
MORE_OF_A_KIND = FindingCode(
    code="more_of_a_kind",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "Còn {count:,} trường hợp “{code}” nữa, không liệt kê.",
        "{count:,} more of “{code}” are not listed.",
    ),
    advice=Bilingual("Sửa những chỗ đã nêu rồi nhập lại.", "Mend those listed, and import again."),
)
