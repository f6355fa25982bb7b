"""The tables of works along roads: their columns, and how stretches look on the map."""

from geo_app.domain.layer import Style
from geo_app.domain.result import column
from geo_app.domain.road_event import GAP, SEVERAL, STATE_COLORS, STATES, UNKNOWN
from geo_app.domain.text import Bilingual
from geo_app.studies.road_events import (
    CODE,
    FROM,
    KIND,
    PACKAGE,
    ROAD_NAME,
    SIDE,
    STATUS,
    TO,
    TOLD,
    WORK,
)

EVENT_COLUMNS = (
    CODE,
    ROAD_NAME,
    KIND,
    WORK,
    PACKAGE,
    STATUS,
    FROM,
    TO,
    SIDE,
    column("by_posts_km", "Dài theo cọc", "Length by posts", unit="km"),
    column("length_km", "Dài trên bản đồ", "Length on the map", unit="km"),
    column("plus_minus_m", "Sai số vị trí ±", "± of the place", unit="m"),
    column("calibrated", "Đã hiệu chuẩn", "Calibrated", kind="boolean"),
    *TOLD,
)
STATES_KM = tuple(
    column(f"{code}_km", title.vi, title.en, unit="km") for code, title in STATES.items()
)
_CONFLICT = column("several_km", "Trạng thái mâu thuẫn", "Statuses contradict", unit="km")
_STRETCH = (
    column("stretch_km", "Dài theo cọc", "Length by posts", unit="km"),
    column("drawn_km", "Dài trên bản đồ", "Length on the map", unit="km"),
)
_DONE = column("done_pct", "Đã báo hoàn thành", "Reported done", unit="pct")
PROJECT = column("project", "Đoạn theo dõi", "Stretch followed", kind="text")
WHOLE, WHOLE_TITLE = "", Bilingual("Mọi đoạn có báo cáo", "All that is reported")
PROGRESS_COLUMNS = (
    ROAD_NAME,
    PROJECT,
    KIND,
    WORK,
    *_STRETCH,
    *(_CONFLICT if each.name == _CONFLICT.name else each for each in STATES_KM),
    _DONE,
)
OVERLAP_COLUMNS = (
    ROAD_NAME,
    KIND,
    WORK,
    FROM,
    TO,
    SIDE,
    column("km", "Dài theo cọc", "Length by posts", unit="km"),
    column("first", "Sự kiện thứ nhất", "First event", kind="text"),
    column("first_status", "Trạng thái thứ nhất", "First status", kind="text", values=STATES),
    column("first_date", "Ngày báo cáo thứ nhất", "First date", kind="date"),
    column("second", "Sự kiện thứ hai", "Second event", kind="text"),
    column("second_status", "Trạng thái thứ hai", "Second status", kind="text", values=STATES),
    column("second_date", "Ngày báo cáo thứ hai", "Second date", kind="date"),
    column("conflict", "Mâu thuẫn", "Contradict", kind="boolean"),
)
GAP_COLUMNS = (
    ROAD_NAME,
    PROJECT,
    KIND,
    WORK,
    FROM,
    TO,
    SIDE,
    column("km", "Dài theo cọc", "Length by posts", unit="km"),
)
TOTALS = (
    column("events", "Sự kiện", "Events", unit="count", kind="integer"),
    column("placed", "Đặt được lên tuyến", "Placed", unit="count", kind="integer"),
    column("unplaced", "Không đặt được", "Not placed", unit="count", kind="integer"),
    column("reported_km", "Có báo cáo", "Reported", unit="km"),
    *(each for each in STATES_KM if each.name != f"{GAP}_km"),
    column("stretch_km", "Đoạn của kế hoạch", "Planned stretches", unit="km"),
    column("gap_km", "Đoạn kế hoạch chưa có báo cáo", "Planned, nothing reported", unit="km"),
)
PIECE_COLUMNS = (
    ROAD_NAME,
    FROM,
    TO,
    SIDE,
    column("state", "Trạng thái", "State", kind="text", values=STATES),
    column("codes", "Sự kiện", "Events", kind="text"),
    column("km", "Dài theo cọc", "Length by posts", unit="km"),
)
_ON_MAP = {"not_started": "#55625f", UNKNOWN: "#a3a39c", GAP: "#7d857f"}
"""Colours that show on the map where those of the strip are too light."""
_DASHES = {"doing": "9 4", "planned": "3 4", GAP: "1 6", SEVERAL: "12 3 2 3"}
PIECE_STYLES = {
    code: Style(color=_ON_MAP.get(code, STATE_COLORS[code]), width=4.0, dash=_DASHES.get(code))
    for code in STATES
}
