"""Findings about coordinate systems and positions."""

from geo_app.domain.finding import FindingCode, Severity
from geo_app.domain.text import Bilingual

_CHOOSE = Bilingual(
    "Hỏi đơn vị gửi, rồi chọn bằng --crs.", "Ask the sender, then choose with --crs."
)


def _place(code: str, severity: Severity, vi: str, en: str, advice: Bilingual) -> FindingCode:
    return FindingCode(
        code=code,
        severity=severity,
        responsible="sender",
        message=Bilingual(vi, en),
        advice=advice,
    )


CRS_UNDECLARED = _place(
    "crs_undeclared",
    "warning",
    "Tệp không khai báo hệ tọa độ.",
    "The file declares no coordinate system.",
    Bilingual(
        "Yêu cầu đơn vị gửi ghi rõ hệ tọa độ, hoặc chọn bằng --crs.",
        "Ask the sender to name it, or say it with --crs.",
    ),
)
CRS_MERIDIAN_MISMATCH = _place(
    "crs_meridian_mismatch",
    "warning",
    "Tọa độ khớp với {fits}, không khớp với {other}: lệch {apart_m:,.0f} m.",
    "The coordinates fit {fits}, not {other}: {apart_m:,.0f} m apart.",
    _CHOOSE,
)
AXES_SWAPPED = _place(
    "axes_swapped",
    "warning",
    "Trục tọa độ bị đổi: cột thứ nhất là hướng bắc (X theo cách viết của trắc địa).",
    "The axes are swapped: the first column is the northing (X as surveyors write it).",
    Bilingual("Khi nhập sẽ đổi lại; kiểm tra trên bản đồ.", "They are put right; see the map."),
)
NORTHING_TRUNCATED = _place(
    "northing_truncated",
    "warning",
    "Tọa độ hướng bắc bị bỏ bớt {added_m:,.0f} m.",
    "The northing has lost {added_m:,.0f} m.",
    Bilingual("Khi nhập sẽ cộng lại; kiểm tra trên bản đồ.", "They are added; see the map."),
)
DATUM_SHIFT_MISSING = _place(
    "datum_shift_missing",
    "warning",
    "Dữ liệu lệch {apart_m:,.0f} m so với lớp đã có, đúng bằng phép chuyển VN-2000–WGS 84 "
    "(EPSG:6960) bị bỏ qua.",
    "The data lies {apart_m:,.0f} m off the layers in place, as where the shift between VN-2000 "
    "and WGS 84 (EPSG:6960) was left out.",
    _CHOOSE,
)
SCALE_FACTOR_WRONG = _place(
    "scale_factor_wrong",
    "warning",
    "Hệ số tỷ lệ {scale} không đi với múi 3°: lệch {apart_m:,.0f} m so với 0,9999.",
    "Scale factor {scale} does not go with a 3° zone: {apart_m:,.0f} m from 0.9999.",
    _CHOOSE,
)
CRS_IS_UTM = _place(
    "crs_is_utm",
    "note",
    "Tọa độ thuộc múi 6° (UTM): {fits}.",
    "The coordinates are of a 6° zone (UTM): {fits}.",
    Bilingual("Không cần làm gì.", "Nothing to do."),
)
CRS_IS_HN72 = _place(
    "crs_is_hn72",
    "warning",
    "Tọa độ có thể thuộc hệ HN-72 (Gauss–Krüger): {fits}.",
    "The coordinates may be of HN-72 (Gauss–Krüger): {fits}.",
    _CHOOSE,
)
CRS_IS_DEGREES = _place(
    "crs_is_degrees",
    "note",
    "Tọa độ tính bằng độ.",
    "The coordinates are in degrees.",
    Bilingual(
        "Bản ghi GPS là WGS 84; bảng của trắc địa có thể là VN-2000, lệch khoảng 200 m.",
        "A GPS gives WGS 84; a surveyor's table may be VN-2000, about 200 m off.",
    ),
)
CRS_OTHER_PROVINCE = _place(
    "crs_other_province",
    "error",
    "Tọa độ không nằm trong tỉnh; khớp với {fits}.",
    "The coordinates are not in this province; they fit {fits}.",
    Bilingual("Kiểm tra có nhầm tệp của tỉnh khác không.", "Is it another province's file?"),
)
CRS_AMBIGUOUS = _place(
    "crs_ambiguous",
    "warning",
    "Có {count} vị trí đều có thể đúng, cách nhau tới {apart_m:,.0f} m.",
    "{count} places are possible, up to {apart_m:,.0f} m apart.",
    _CHOOSE,
)
CRS_CONTRADICTS_DECLARED = _place(
    "crs_contradicts_declared",
    "warning",
    "Tệp khai báo {declared}, nhưng tọa độ khớp với {fits}.",
    "The file declares {declared}, but the coordinates fit {fits}.",
    _CHOOSE,
)
OUTSIDE_PROVINCE = _place(
    "outside_province",
    "error",
    "Không hệ tọa độ nào đã biết đặt dữ liệu này vào trong tỉnh.",
    "No known coordinate system puts this data into the province.",
    Bilingual(
        "Kiểm tra các con số; nếu đúng, hỏi đơn vị gửi về hệ tọa độ.",
        "Check the numbers; if they are right, ask the sender for the coordinate system.",
    ),
)
MIXED_FRAMES = _place(
    "mixed_frames",
    "error",
    "{degrees} dòng có tọa độ bằng độ, {metres} dòng bằng mét trong cùng một bảng.",
    "{degrees} rows have coordinates in degrees, {metres} in metres, in one table.",
    Bilingual("Tách thành hai tệp.", "Split them into two files."),
)
