"""The tables of a realignment: their columns, and how old and new look on the map."""

from geo_app.domain.layer import Style
from geo_app.domain.result import column
from geo_app.domain.road_event import FROM_KM, TO_KM
from geo_app.domain.text import Bilingual
from geo_app.studies.road_events import (
    CODE,
    KIND,
    PACKAGE,
    REASONS,
    ROAD_NAME,
    SIDE,
    STATUS,
    TOLD,
    WORK,
)

STATES = {
    "same": Bilingual("Không đổi", "Stays"),
    "renumbered": Bilingual("Đổi lý trình, không đổi chỗ", "Same place, other chainage"),
    "partly": Bilingual("Một phần trên đoạn đã bỏ", "In part on a stretch given up"),
    "gone": Bilingual("Trên đoạn đã bỏ", "On a stretch given up"),
    "unplaced": Bilingual("Không đặt được lên tuyến cũ", "Not placed on the old road"),
}
_STATE = column("state", "Kết quả", "Outcome", kind="text", values=STATES)
_OLD = (
    column("old_from_text", "Từ, cũ", "From, old", kind="text"),
    column("old_to_text", "Đến, cũ", "To, old", kind="text"),
)
_NEW = (
    column("new_from_text", "Từ, mới", "From, new", kind="text"),
    column("new_to_text", "Đến, mới", "To, new", kind="text"),
)
_MOVED = column("moved_m", "Dời chỗ", "Moved by", unit="m")
_OFF = column("off_km", "Trên đoạn đã bỏ", "On a stretch given up", unit="km")
EVENT_COLUMNS = (
    CODE,
    ROAD_NAME,
    _STATE,
    *_OLD,
    *_NEW,
    _MOVED,
    column("change_m", "Lý trình đầu đổi", "Start changed by", unit="m"),
    column("end_change_m", "Lý trình cuối đổi", "End changed by", unit="m"),
    _OFF,
    column("plus_minus_m", "Sai số vị trí ±", "± of the place", unit="m"),
    column("reason", "Lý do", "Reason", kind="text", values=REASONS),
    column("route_code", "Mã tuyến", "Route code", kind="text"),
    column(FROM_KM, "Từ Km", "From km", unit="km"),
    column(TO_KM, "Đến Km", "To km", unit="km"),
    SIDE,
    WORK,
    PACKAGE,
    STATUS,
    KIND,
    *TOLD,
)
GONE_COLUMNS = (
    CODE,
    ROAD_NAME,
    _STATE,
    WORK,
    STATUS,
    *_OLD,
    column(
        "near_from_text",
        "Gần nhất trên tuyến mới, từ",
        "Nearest on the new road, from",
        kind="text",
    ),
    column(
        "near_to_text", "Gần nhất trên tuyến mới, đến", "Nearest on the new road, to", kind="text"
    ),
    _MOVED,
    column("old_km", "Dài trên tuyến cũ", "Length on the old road", unit="km"),
    _OFF,
)
POST_COLUMNS = (
    ROAD_NAME,
    column("post", "Cọc cũ", "Old post", kind="text"),
    column("chainage", "Lý trình mới tại đó", "New chainage there", kind="text"),
    _MOVED,
    column("change_m", "Lý trình đổi", "Chainage changed by", unit="m"),
    column("off", "Trên đoạn đã bỏ", "On a stretch given up", kind="boolean"),
)
ROAD_COLUMNS = (
    ROAD_NAME,
    column("changed", "Có thay đổi", "Changed", kind="boolean"),
    column("old_km", "Dài, cũ (bản đồ)", "Length, old (map)", unit="km"),
    column("new_km", "Dài, mới (bản đồ)", "Length, new (map)", unit="km"),
    column("longer_km", "Dài thêm", "Longer by", unit="km"),
    column("given_up_km", "Đoạn đã bỏ", "Given up", unit="km"),
    column("built_km", "Đoạn tuyến mới", "New course", unit="km"),
    column("old_extent", "Lý trình cũ", "Old chainages", kind="text"),
    column("new_extent", "Lý trình mới", "New chainages", kind="text"),
    column("jumps", "Gãy lý trình trên tuyến mới", "Jumps on the new road", kind="text"),
    column("events", "Sự kiện", "Events", unit="count", kind="integer"),
)
TOTALS = (
    column("events", "Sự kiện", "Events", unit="count", kind="integer"),
    *(column(code, t.vi, t.en, unit="count", kind="integer") for code, t in STATES.items()),
    column("roads", "Tuyến có thay đổi", "Roads changed", unit="count", kind="integer"),
    column("moved_m", "Dời xa nhất", "Moved farthest", unit="m"),
)
COURSES = {
    "both": Bilingual("Không đổi", "Unchanged"),
    "new": Bilingual("Tuyến mới", "New course"),
    "old": Bilingual("Tuyến cũ, đã bỏ", "Old course, given up"),
}
COURSE_COLUMNS = (
    ROAD_NAME,
    column("part", "Hướng tuyến", "Course", kind="text", values=COURSES),
)
COURSE_STYLES = {
    "both": Style(color="#55625f", width=3.0),
    "new": Style(color="#0f5c63", width=4.0),
    "old": Style(color="#c26d3f", width=3.0, dash="6 5"),
}
PLACE_COLUMNS = (CODE, ROAD_NAME, _STATE, WORK, *_OLD, *_NEW, _MOVED)
PLACE_STYLES = {
    "same": Style(color="#55625f", fill="#cfd6d3", radius=4.0, fill_opacity=0.9),
    "renumbered": Style(color="#0f5c63", fill="#7fb3b8", radius=4.5, fill_opacity=0.9),
    "partly": Style(color="#8a6d1f", fill="#e0b83f", radius=5.0, fill_opacity=0.9, shape="diamond"),
    "gone": Style(color="#7a1f1f", fill="#c9544d", radius=5.0, fill_opacity=0.9, shape="triangle"),
}
