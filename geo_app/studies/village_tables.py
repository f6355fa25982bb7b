"""The tables of villages and roads: their columns, reasons, causes and signs on the map."""

from geo_app.domain.layer import Style
from geo_app.domain.result import column
from geo_app.domain.text import Bilingual

REASON_TITLES = {
    "reached": Bilingual("Đến được", "Reached"),
    "no_point": Bilingual("Thôn chưa có điểm trung tâm", "The village has no point"),
    "no_road": Bilingual("Không có đường nào gần điểm thôn", "No road near the point"),
    "gap": Bilingual("Đường hở, nối lại thì đến được", "A gap: reached once closed"),
    "not_connected": Bilingual(
        "Đường cứng hóa nhưng chưa nối liền", "Hardened, but not connected by hardened road"
    ),
    "surface_unknown": Bilingual("Chưa rõ mặt đường", "Surface unknown"),
    "not_hardened": Bilingual("Đường chưa cứng hóa", "Road not hardened"),
    "too_narrow": Bilingual("Đường quá hẹp cho ô tô", "Too narrow for a car"),
    "width_unknown": Bilingual("Chưa rõ bề rộng", "Width unknown"),
}
CAUSES = {
    "no_point": Bilingual("Thiếu điểm thôn", "The village's point is missing"),
    "no_road": Bilingual(
        "Thiếu đường trên bản đồ, hoặc điểm thôn sai", "Road missing on the map, or point wrong"
    ),
    "gap": Bilingual("Chỗ hở khi số hóa", "Gap in the digitised roads"),
    "not_connected": Bilingual(
        "Thiếu đoạn nối, hoặc một đoạn giữa chưa cứng hóa",
        "A joining stretch is missing or not hardened",
    ),
    "surface_unknown": Bilingual("Chưa rõ mặt đường", "Surface unknown"),
    "not_hardened": Bilingual(
        "Bản đồ ghi chưa cứng hóa: cũ, hoặc báo cáo sai",
        "The map says not hardened: out of date, or the report is wrong",
    ),
    "too_narrow": Bilingual("Bản đồ ghi đường quá hẹp", "The map says too narrow"),
    "width_unknown": Bilingual("Chưa rõ bề rộng", "Width unknown"),
    "reached": Bilingual(
        "Bản đồ có đường: báo cáo cũ, hoặc điểm thôn sai",
        "The map has a road: report out of date, or point wrong",
    ),
}

ZONE_COLUMNS = (
    column("zone_code", "Mã", "Code", kind="text"),
    column("zone_name", "Đơn vị", "Zone", kind="text"),
    column("villages", "Số thôn", "Villages", unit="count", kind="integer"),
    column("reached", "Đến được (tính)", "Reached (computed)", unit="count", kind="integer"),
    column("reached_pct", "Tỷ lệ (tính)", "Share (computed)", unit="pct"),
    column(
        "joined",
        "Đến được khi nối chỗ hở",
        "Reached with gaps closed",
        unit="count",
        kind="integer",
    ),
    column("joined_pct", "Tỷ lệ khi nối chỗ hở", "Share with gaps closed", unit="pct"),
    column("reported", "Xã báo cáo đạt", "Reported", unit="count", kind="integer"),
    column("reported_pct", "Tỷ lệ báo cáo", "Share reported", unit="pct"),
    column("unreported", "Chưa báo cáo", "Not reported on", unit="count", kind="integer"),
    column("without_point", "Không có điểm", "Without a point", unit="count", kind="integer"),
    column(
        "apart", "Tính khác báo cáo", "Computed and reported differ", unit="count", kind="integer"
    ),
    column(
        "missing_km",
        "Đường cần cứng hóa để đến mọi thôn, cộng từng thôn",
        "To harden, each village by itself",
        unit="km",
    ),
)
VILLAGE_COLUMNS = (
    column("village_code", "Mã thôn", "Village code", kind="text"),
    column("village_name", "Thôn", "Village", kind="text"),
    column("zone_name", "Đơn vị", "Zone", kind="text"),
    column("reason", "Lý do", "Reason", kind="text", values=REASON_TITLES),
    column("missing_km", "Cần cứng hóa", "To harden", unit="km"),
    column(
        "nearest_m",
        "Cách đường cứng hóa đã nối",
        "To the nearest connected hardened road",
        unit="m",
    ),
    column("nearest_lon", "Kinh độ điểm đó", "Longitude of that point"),
    column("nearest_lat", "Vĩ độ điểm đó", "Latitude of that point"),
)
WORK_COLUMNS = (
    *VILLAGE_COLUMNS[:3],
    column("reported", "Xã báo cáo", "Reported", kind="boolean"),
    column("computed", "Tính từ bản đồ", "Computed", kind="boolean"),
    column("cause", "Nguyên nhân có thể", "Probable cause", kind="text", values=CAUSES),
)
REASON_COLUMNS = (
    column("reason", "Lý do", "Reason", kind="text", values=REASON_TITLES),
    column("villages", "Số thôn", "Villages", unit="count", kind="integer"),
)
OTHER_TITLES = {
    "new_rural": Bilingual(
        "Tiêu chí nông thôn mới: km đường xã, thôn được cứng hóa",
        "New-rural criterion: km of commune and village roads hardened",
    ),
    "sdg": Bilingual(
        "SDG 9.1.1: dân số thôn trong 2 km của đường đi được quanh năm",
        "SDG 9.1.1: village people within 2 km of an all-season road",
    ),
    "centres": Bilingual(
        "Xã có đường nhựa, bê tông đến trung tâm xã, nối với quốc lộ, đường tỉnh (chỉ tiêu 2025 "
        "xét theo các xã của thời điểm đó)",
        "Communes with an asphalt or concrete road to the centre, from the national and "
        "provincial network (the target of 2025 is judged on the communes of that date)",
    ),
}
OTHER_COLUMNS = (
    column("indicator", "Chỉ tiêu khác", "Other indicator", kind="text", values=OTHER_TITLES),
    column("part", "Đạt", "Part"),
    column("whole", "Tổng", "Whole"),
    column("unit", "Đơn vị", "Unit", kind="text"),
    column("share_pct", "Tỷ lệ", "Share", unit="pct"),
)
REASON_STYLES = {
    "reached": Style(color="#4d6b57", fill="#7fa08a", width=0.8, radius=3.5, fill_opacity=0.9),
    "gap": Style(
        color="#8a6d1f", fill="#e0b83f", width=0.8, radius=4.5, fill_opacity=0.9, shape="diamond"
    ),
    "not_connected": Style(
        color="#7a4a7a", fill="#b98bb9", width=0.8, radius=4.5, fill_opacity=0.9, shape="diamond"
    ),
    "not_hardened": Style(
        color="#8a4b2f", fill="#d98f63", width=0.8, radius=4.5, fill_opacity=0.9, shape="triangle"
    ),
    "too_narrow": Style(
        color="#8a4b2f", fill="#efc9a8", width=0.8, radius=4.5, fill_opacity=0.9, shape="triangle"
    ),
    "no_road": Style(
        color="#7a1f1f", fill="#c9544d", width=0.8, radius=4.5, fill_opacity=0.9, shape="square"
    ),
    "surface_unknown": Style(
        color="#4d5560", fill="#a9b2bd", width=0.8, radius=4.5, fill_opacity=0.9, shape="square"
    ),
    "width_unknown": Style(
        color="#4d5560", fill="#d3d8de", width=0.8, radius=4.5, fill_opacity=0.9, shape="square"
    ),
}
