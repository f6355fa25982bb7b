"""Events along roads: their kinds, the states a stretch may be in, and the rows of a strip map."""

from collections.abc import Mapping

from geo_app.domain.result import column
from geo_app.domain.text import Bilingual

FROM_KM, TO_KM = "from_km", "to_km"
"""Fields of the chainages a stretch of road runs between."""
UNKNOWN, SEVERAL, GAP = "unknown", "several", "gap"
"""A stretch whose events tell no status; tell several; a stretch without events."""

STATUSES: Mapping[str, Bilingual] = {
    "done": Bilingual("Hoàn thành", "Done"),
    "doing": Bilingual("Đang thi công", "Under construction"),
    "not_started": Bilingual("Chưa thi công", "Not started"),
    "planned": Bilingual("Dự kiến", "Planned"),
}
STATES: Mapping[str, Bilingual] = {
    **STATUSES,
    SEVERAL: Bilingual("Nhiều trạng thái khác nhau", "Several statuses"),
    UNKNOWN: Bilingual("Chưa rõ trạng thái", "Status unknown"),
    GAP: Bilingual("Chưa có báo cáo", "Nothing reported"),
}
STATE_COLORS: Mapping[str, str] = {
    "done": "#2a6f97",
    "doing": "#f0a830",
    "not_started": "#ffffff",
    "planned": "#bcd9e8",
    SEVERAL: "#c9404f",
    UNKNOWN: "#d0d0cc",
    GAP: "#f7f5ef",
}
"""Told apart without colours too: a picture adds hatching or dashes."""
KINDS: Mapping[str, Bilingual] = {
    "works": Bilingual("Thi công, sửa chữa", "Works"),
    "project": Bilingual("Dự án, gói thầu", "Project or package"),
    "bridge": Bilingual("Cầu, cống", "Bridge or culvert"),
    "photo": Bilingual("Ảnh hiện trường", "Photo"),
}
SIDES: Mapping[str, Bilingual] = {
    "left": Bilingual("Trái tuyến", "Left"),
    "right": Bilingual("Phải tuyến", "Right"),
    "both": Bilingual("Hai bên", "Both"),
}

PARTS: Mapping[str, Bilingual] = {
    "planned": Bilingual("Đoạn theo kế hoạch", "Planned stretch"),
    "section": Bilingual("Đoạn trên tuyến", "Stretch"),
    **{kind: KINDS[kind] for kind in ("bridge", "photo")},
    "point": Bilingual("Điểm khác", "Other point"),
    "post": Bilingual("Cọc lý trình", "Post"),
    "end": Bilingual("Đầu, cuối đường vẽ", "End of the drawn road"),
}
STRIP_COLUMNS = (
    column("road_name", "Tuyến", "Road", kind="text"),
    column("part", "Thành phần", "Part", kind="text", values=PARTS),
    column("lane", "Hàng", "Row", kind="text"),
    column("start_km", "Từ, dọc đường vẽ", "From, along the drawn road", unit="km"),
    column("end_km", "Đến, dọc đường vẽ", "To, along the drawn road", unit="km"),
    column("from_km", "Từ lý trình", "From chainage", unit="km"),
    column("to_km", "Đến lý trình", "To chainage", unit="km"),
    column("side", "Bên", "Side", kind="text", values=SIDES),
    column("state", "Trạng thái", "State", kind="text", values=STATES),
    column("label", "Nhãn", "Label", kind="text"),
)
"""
What a strip map is drawn from: a row per part of a road, `PARTS`.

Parts of one ``lane`` are drawn in one row; posts and ends have none. At a post ``from_km`` is the
chainage that arrives, ``to_km`` the one that goes on: they differ at a jump.
"""
