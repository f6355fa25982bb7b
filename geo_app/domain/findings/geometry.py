"""Findings about shapes, partitions and networks."""

from geo_app.domain.finding import FindingCode, Severity
from geo_app.domain.text import Bilingual

_MEND = Bilingual("Sửa hình trong phần mềm gốc.", "Mend the shape where it was drawn.")
_LOOK = Bilingual("Xem lại trên bản đồ.", "Look at it on the map.")


def _shape(code: str, severity: Severity, vi: str, en: str, advice: Bilingual) -> FindingCode:
    return FindingCode(code, severity, "sender", Bilingual(vi, en), advice)


COORDINATE_NOT_FINITE = _shape(
    "coordinate_not_finite",
    "error",
    "Hình có tọa độ không phải là số.",
    "The shape has a coordinate that is no number.",
    _MEND,
)
GEOMETRY_REPAIRED = _shape(
    "geometry_repaired",
    "warning",
    "Hình không hợp lệ ({reason}); đã sửa, diện tích đổi {changed_m2:,.2f} m².",
    "The shape is invalid ({reason}); repaired, its area changes by {changed_m2:,.2f} m².",
    _LOOK,
)
REPAIR_REFUSED = _shape(
    "repair_refused",
    "error",
    "Hình không hợp lệ ({reason}); không sửa vì diện tích sẽ đổi {changed_m2:,.0f} m², "
    "quá giới hạn {limit_m2:,.0f} m².",
    "The shape is invalid ({reason}); not repaired, for its area would change by "
    "{changed_m2:,.0f} m², more than the limit of {limit_m2:,.0f} m².",
    _MEND,
)
TOO_TANGLED = _shape(
    "too_tangled",
    "error",
    "Hình tự cắt ở chừng {crossings:,.0f} chỗ; không sửa được.",
    "The shape crosses itself in some {crossings:,.0f} places; it is past repair.",
    _MEND,
)
GEOMETRY_REPEATED = _shape(
    "geometry_repeated",
    "warning",
    "Hình trùng với hình của dòng {first}.",
    "The shape is the same as that of row {first}.",
    Bilingual("Bỏ một trong hai nếu là nhập trùng.", "Leave one out if it was entered twice."),
)
SLIVER = _shape(
    "sliver",
    "warning",
    "Hình rất hẹp: rộng trung bình {width_m:,.2f} m, diện tích {area_m2:,.1f} m².",
    "A sliver: {width_m:,.2f} m wide on average, {area_m2:,.1f} m².",
    _MEND,
)
OVERLAP = _shape(
    "overlap",
    "warning",
    "Chồng lên hình của dòng {other}: {area_m2:,.1f} m², rộng trung bình {width_m:,.1f} m.",
    "Overlaps the shape of row {other}: {area_m2:,.1f} m², {width_m:,.1f} m wide on average.",
    Bilingual("Thống nhất ranh giới chung.", "Agree on the common boundary."),
)
GAP = _shape(
    "gap",
    "warning",
    "Khe hở giữa các dòng {rows}: {area_m2:,.1f} m², rộng trung bình {width_m:,.1f} m.",
    "A gap between rows {rows}: {area_m2:,.1f} m², {width_m:,.1f} m wide on average.",
    Bilingual("Thống nhất ranh giới chung.", "Agree on the common boundary."),
)
UNDERSHOOT = _shape(
    "undershoot",
    "warning",
    "Đầu tuyến hụt {distance_m:,.2f} m so với tuyến ở dòng {other}.",
    "The line ends {distance_m:,.2f} m short of the one in row {other}.",
    Bilingual("Bắt điểm vào tuyến nếu hai đường nối nhau.", "Snap it, if the roads join."),
)
OVERSHOOT = _shape(
    "overshoot",
    "warning",
    "Đầu tuyến vượt {distance_m:,.2f} m qua tuyến ở dòng {other}.",
    "The line runs {distance_m:,.2f} m past the one in row {other}.",
    Bilingual("Cắt phần thừa nếu hai đường nối nhau.", "Trim it, if the roads join."),
)
OUTSIDE_OUTLINE = _shape(
    "outside_outline",
    "warning",
    "Nằm ngoài ranh giới tỉnh tới {distance_m:,.0f} m (cho phép {tolerance_m:,.0f} m).",
    "Lies up to {distance_m:,.0f} m outside the province ({tolerance_m:,.0f} m is allowed).",
    Bilingual("Kiểm tra có nhầm tỉnh hoặc nhầm hệ tọa độ.", "Is it this province's, and the CRS?"),
)
AREA_DISAGREES = _shape(
    "area_disagrees",
    "warning",
    "Diện tích ghi {stated:,.2f} {unit}, đo trên hình {measured:,.2f} {unit}: "
    "lệch {apart_pct:,.1f} %.",
    "The area is stated as {stated:,.2f} {unit} and measures {measured:,.2f} {unit}: "
    "{apart_pct:,.1f} % apart.",
    Bilingual(
        "Số liệu công bố dùng cột diện tích; hỏi đơn vị gửi số nào đúng.",
        "Published figures use the stated area; ask the sender which is right.",
    ),
)
OTHER_SHAPES_LEFT_OUT = FindingCode(
    code="other_shapes_left_out",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "Bản vẽ có {count} nét khác (chữ, đường hở, điểm) không phải ranh giới; không dùng.",
        "The drawing holds {count} other shapes (text, open lines, points) that bound nothing; "
        "they are left out.",
    ),
    advice=Bilingual(
        "Nếu cần các nét đó, chọn kiểu hình là đường hoặc điểm.",
        "Where they are what is meant, ask for lines or points.",
    ),
)
