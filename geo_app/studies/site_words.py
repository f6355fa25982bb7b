"""The words of a site check: verdicts, notes, and the columns of its tables."""

from collections.abc import Mapping

from geo_app.domain.layer import Field
from geo_app.domain.result import column
from geo_app.domain.site import GROUPS
from geo_app.domain.text import Bilingual

Titles = Mapping[str, Bilingual]

VERDICTS: Titles = {
    "conflict": Bilingual("Vướng", "Conflict"),
    "near": Bilingual("Ở gần, liên quan", "Near, related"),
    "nothing_found": Bilingual("Chưa thấy trong số liệu", "Nothing found in the data"),
    "not_checked": Bilingual("Chưa kiểm tra", "Not checked"),
}
"""Worst first, but for what was not checked: that is never a pass."""

NOTES: Titles = {
    "no_data": Bilingual("chưa nạp số liệu", "no data loaded"),
    "unreadable": Bilingual("số liệu hỏng, không đọc được", "the data are damaged"),
    "stale": Bilingual("số liệu quá cũ", "the data are out of date"),
    "no_date": Bilingual("không rõ ngày số liệu", "the date of the data is not known"),
    "sliver": Bilingual("phần chồng nhỏ hơn dung sai", "the overlap is a sliver"),
    "not_counted": Bilingual(
        "chồng lên đối tượng không gây vướng", "overlaps only what makes no conflict"
    ),
    "expired": Bilingual("văn bản đã hết hiệu lực", "no longer valid on the day"),
    "not_yet": Bilingual("văn bản chưa có hiệu lực", "not yet valid on the day"),
    "validity_unknown": Bilingual("không rõ thời hạn hiệu lực", "the validity is not known"),
    "within_error": Bilingual(
        "khoảng cách không lớn hơn sai số vị trí", "no farther than the positions may be off"
    ),
    "accuracy_unknown": Bilingual(
        "không rõ sai số vị trí", "how far the positions may be off is not known"
    ),
    "site_inexact": Bilingual(
        "không rõ sai số của khu đất", "how far off the site may lie is not known"
    ),
    "undetermined": Bilingual("chưa xác định được hành lang", "the corridor cannot be determined"),
    "estimated": Bilingual("mép hành lang là ước tính", "the corridor's edge is an estimate"),
    "no_rule": Bilingual(
        "chưa có quy định hiệu lực vào ngày này trong dữ liệu",
        "no rule in force on that day is known",
    ),
    "no_width": Bilingual(
        "quy định trong dữ liệu không có bề rộng", "the rule in the data gives no width"
    ),
    "grade_unknown": Bilingual("chưa rõ cấp đường", "the road's grade is not known"),
    "roadbed_unknown": Bilingual("chưa rõ bề rộng nền đường", "the roadbed's width is not known"),
    "in_town": Bilingual(
        "trong đô thị: theo chỉ giới đường đỏ của quy hoạch",
        "in a town the red line of the plan counts",
    ),
    "nearest_told": Bilingual(
        "không có trong khoảng báo; ghi nơi gần nhất", "none so near; the nearest is told"
    ),
    "outside_units": Bilingual(
        "nằm ngoài mọi đơn vị; ghi đơn vị gần nhất trong 500 m",
        "outside every unit; the nearest within 500 m is told",
    ),
    "in_no_unit": Bilingual("cách mọi đơn vị hơn 500 m", "more than 500 m from every unit"),
    "by_name": Bilingual(
        "theo bảng sắp xếp, không theo hình vẽ", "by the table of mergers, not by shape"
    ),
    "derived": Bilingual(
        "suy ra, chưa theo danh sách chính thức", "derived, not from the official list"
    ),
    "screening": Bilingual(
        "chỉ để sàng lọc, không phải ranh giới pháp lý", "for screening only, not a legal boundary"
    ),
    "rule_not_reviewed": Bilingual("căn cứ chưa rà soát", "the rule has not been reviewed"),
}
AWAITED = Bilingual("chờ {owner} cung cấp", "awaited from {owner}")
CONSULT = Bilingual("tham vấn {owner}", "consult {owner}")
NOT_OPEN = Bilingual(
    "số liệu không mở cho người đọc này; hỏi {owner}",
    "the data are not open to this reader; ask {owner}",
)
OVERRIDE = Bilingual(
    "{reason} ({who}, đến {until}): {state}", "{reason} ({who}, until {until}): {state}"
)
OVERRIDE_STATES: Titles = {
    "holds": Bilingual("đang gác lại", "set aside"),
    "expired": Bilingual("đã hết hạn", "expired"),
    "reopened": Bilingual("mở lại vì số liệu đã đổi", "open again, the data have changed"),
}
MARKS: Titles = {
    "synthetic": Bilingual("giả lập", "synthetic"),
    "schematic": Bilingual("sơ đồ", "schematic"),
    "unverified": Bilingual("chưa kiểm chứng", "unverified"),
}
VALIDITY: Titles = {
    "valid": Bilingual("còn hiệu lực", "valid"),
    "expired": Bilingual("hết hiệu lực", "expired"),
    "not_yet": Bilingual("chưa có hiệu lực", "not yet valid"),
    "unknown": Bilingual("chưa rõ", "unknown"),
}
RELATIONS: Titles = {
    "overlap": Bilingual("chồng lên", "overlaps"),
    "sliver": Bilingual("mảnh vụn", "sliver"),
    "near": Bilingual("ở gần", "near"),
}
GRADES: Titles = {
    "expressway": Bilingual("cao tốc", "expressway"),
    **{grade: Bilingual(grade, grade) for grade in ("I", "II", "III", "IV", "V", "VI", *"ABCD")},
}
CORRIDORS: Titles = {
    "inside": Bilingual("trong hành lang", "inside the corridor"),
    "undetermined": Bilingual("chưa xác định được", "cannot be determined"),
    "outside": Bilingual("ngoài hành lang", "outside the corridor"),
}
HOW: Titles = {
    "overlap": Bilingual("theo hình vẽ", "by shape"),
    "nearest": Bilingual("đơn vị gần nhất", "the nearest"),
    "by_name": NOTES["by_name"],
}
ANSWERS: Titles = {
    "yes": Bilingual("có", "yes"),
    "no": Bilingual("không", "no"),
    "unknown": Bilingual("chưa biết", "unknown"),
}
LISTS: Titles = {
    "stated": Bilingual("theo danh sách", "from the list"),
    "derived": NOTES["derived"],
}
BELTS: Titles = {
    "within": Bilingual("trong dải sàng lọc", "within the screening strip"),
    "possible": Bilingual(
        "có thể trong dải sàng lọc (tính cả sai số)", "possibly within it (counting the ±)"
    ),
    "outside": Bilingual("ngoài dải sàng lọc", "outside the screening strip"),
}
KINDS: Titles = {
    "point": Bilingual("điểm", "point"),
    "line": Bilingual("đường", "line"),
    "polygon": Bilingual("vùng", "polygon"),
}

FOOTPRINT = column("footprint", "Khu đất", "Footprint", kind="text")


def verdict_fields(
    layers: Titles, basis: Titles, notes: Titles, overrides: Titles
) -> tuple[Field, ...]:
    """Describe the main table; `basis`, `notes` and `overrides` are lists of codes."""
    return (
        FOOTPRINT,
        column("group", "Nhóm", "Group", kind="text", values=GROUPS),
        column("subject", "Đối tượng", "Subject", kind="text", values=layers),
        column("verdict", "Kết luận", "Verdict", kind="text", values=VERDICTS),
        column("area_m2", "Diện tích chồng", "Overlap", unit="m2"),
        column("share_pct", "Phần khu đất", "Share of the footprint", unit="pct"),
        column("distance_m", "Cách", "Distance", unit="m"),
        column("features", "Đối tượng gặp", "Features", kind="text"),
        column("basis", "Căn cứ", "Basis", kind="text", values=basis),
        column("data_date", "Ngày số liệu", "Date of data", kind="date"),
        column("accuracy", "Độ chính xác", "Accuracy", kind="text"),
        column("marks", "Tính chất", "Marks", kind="text", values=MARKS),
        column("note", "Ghi chú", "Note", kind="text", values=notes),
        column("override", "Gác lại", "Set aside", kind="text", values=overrides),
    )


def hit_fields(layers: Titles, kinds: Titles) -> tuple[Field, ...]:
    """Describe the features that were met."""
    return (
        FOOTPRINT,
        column("subject", "Lớp", "Layer", kind="text", values=layers),
        column("feature", "Mã", "Key", kind="text"),
        column("name", "Tên", "Name", kind="text"),
        column("kind", "Loại", "Kind", kind="text", values=kinds),
        column("relation", "Quan hệ", "Relation", kind="text", values=RELATIONS),
        column("area_m2", "Diện tích chồng", "Overlap", unit="m2"),
        column("share_pct", "Phần khu đất", "Share of the footprint", unit="pct"),
        column("length_m", "Chiều dài chung", "Length shared", unit="m"),
        column("distance_m", "Cách", "Distance", unit="m"),
        column("plus_minus_m", "Sai số vị trí ±", "Position ±", unit="m"),
        column("decision", "Quyết định", "Decision", kind="text"),
        column("valid_from", "Từ ngày", "Valid from", kind="date"),
        column("valid_to", "Đến ngày", "Valid to", kind="date"),
        column("validity", "Hiệu lực", "Validity", kind="text", values=VALIDITY),
    )


def forest_fields(types: Titles, origins: Titles, needs: Titles) -> tuple[Field, ...]:
    """Describe forest by type and origin; `needs` are rules with their text."""
    return (
        FOOTPRINT,
        column("type", "Loại rừng", "Type", kind="text", values=types),
        column("origin", "Nguồn gốc", "Origin", kind="text", values=origins),
        column("area_m2", "Diện tích", "Area", unit="m2"),
        column("area_ha", "Diện tích", "Area", unit="ha"),
        column("share_pct", "Phần khu đất", "Share of the footprint", unit="pct"),
        column("needs", "Muốn chuyển mục đích", "To convert it", kind="text", values=needs),
    )


def unit_fields(layers: Titles) -> tuple[Field, ...]:
    """Describe the units of now and before."""
    return (
        FOOTPRINT,
        column("subject", "Lớp", "Layer", kind="text", values=layers),
        column("since", "Theo đơn vị của ngày", "Units of", kind="date"),
        column("unit_code", "Mã", "Code", kind="text"),
        column("unit_name", "Đơn vị", "Unit", kind="text"),
        column("within", "Thuộc", "Part of", kind="text"),
        column("how", "Cách biết", "How it is known", kind="text", values=HOW),
        column("area_m2", "Diện tích", "Area", unit="m2"),
        column("share_pct", "Phần khu đất", "Share of the footprint", unit="pct"),
        column("distance_m", "Cách", "Distance", unit="m"),
    )


def road_fields(layers: Titles, notes: Titles) -> tuple[Field, ...]:
    """Describe the roads and railways near; widths are counted from the centreline."""
    return (
        FOOTPRINT,
        column("subject", "Lớp", "Layer", kind="text", values=layers),
        column("feature", "Mã đoạn", "Section", kind="text"),
        column("name", "Đường", "Road", kind="text"),
        column("chainage", "Lý trình", "Chainage", kind="text"),
        column("chainage_error_m", "Sai số lý trình ±", "Chainage ±", unit="m"),
        column("grade", "Cấp", "Grade", kind="text", values=GRADES),
        column("roadbed_m", "Nền đường", "Roadbed", unit="m"),
        column("distance_m", "Cách tim đường", "To the centreline", unit="m"),
        column("plus_minus_m", "Sai số vị trí ±", "Position ±", unit="m"),
        column("corridor_m", "Tim đến mép hành lang", "Centreline to corridor's edge", unit="m"),
        column("edge_m", "Cách mép hành lang", "To the corridor's edge", unit="m"),
        column("corridor", "Hành lang", "Corridor", kind="text", values=CORRIDORS),
        column("area_m2", "Diện tích trong hành lang", "Area in the corridor", unit="m2"),
        column("length_m", "Chiều dài cắt qua", "Length across", unit="m"),
        column("note", "Ghi chú", "Note", kind="text", values=notes),
    )


def border_fields(notes: Titles) -> tuple[Field, ...]:
    """Describe where the footprint lies to the border."""
    return (
        FOOTPRINT,
        column("distance_km", "Cách đường biên giới", "From the border line", unit="km"),
        column("belt", "Dải sàng lọc", "Screening strip", kind="text", values=BELTS),
        column("width_m", "Bề rộng sàng lọc", "Screening width", unit="m"),
        column("commune", "Xã, phường", "Commune", kind="text"),
        column("border_commune", "Xã biên giới", "Border commune", kind="text", values=ANSWERS),
        column("list_basis", "Căn cứ", "Basis", kind="text", values=LISTS),
        column("note", "Ghi chú", "Note", kind="text", values=notes),
    )


def body_fields(agencies: Titles, tasks: Titles, basis: Titles) -> tuple[Field, ...]:
    """Describe the bodies to ask or to tell, and the days the law in force gives."""
    return (
        FOOTPRINT,
        column("body", "Cơ quan", "Body", kind="text", values=agencies),
        column("body_now", "Hiện nay", "Today", kind="text", values=agencies),
        column("task", "Việc", "What for", kind="text", values=tasks),
        column("days", "Số ngày", "Days", kind="integer"),
        column("working_days", "Ngày làm việc", "Working days", kind="boolean"),
        column("basis", "Căn cứ", "Basis", kind="text", values=basis),
    )


AREA_FIELDS = (
    FOOTPRINT,
    column("kind", "Dạng", "Kind", kind="text", values=KINDS),
    column("area_m2", "Diện tích phẳng VN-2000", "Area, VN-2000 plane", unit="m2"),
    column("ellipsoid_m2", "Diện tích trên ellipsoid", "Area on the ellipsoid", unit="m2"),
    column("length_m", "Chiều dài phẳng VN-2000", "Length, VN-2000 plane", unit="m"),
    column("ellipsoid_m", "Chiều dài trên ellipsoid", "Length on the ellipsoid", unit="m"),
    column("plus_minus_m", "Sai số vị trí ±", "Position ±", unit="m"),
)
COORDINATE_FIELDS = (
    FOOTPRINT,
    column("part", "Phần", "Part", kind="integer"),
    column("ring", "Vòng", "Ring", kind="integer"),
    column("point", "Điểm", "Point", kind="integer"),
    column("x_north_m", "X (Bắc)", "X (north)", unit="m"),
    column("y_east_m", "Y (Đông)", "Y (east)", unit="m"),
)
TOTAL_FIELDS = (
    column("footprints", "Số khu đất", "Footprints", kind="integer"),
    column("area_m2", "Tổng diện tích", "Total area", unit="m2"),
    column("conflict", VERDICTS["conflict"].vi, VERDICTS["conflict"].en, kind="integer"),
    column("near", VERDICTS["near"].vi, VERDICTS["near"].en, kind="integer"),
    column(
        "nothing_found", VERDICTS["nothing_found"].vi, VERDICTS["nothing_found"].en, kind="integer"
    ),
    column("not_checked", VERDICTS["not_checked"].vi, VERDICTS["not_checked"].en, kind="integer"),
    column("on", "Ngày áp dụng pháp luật", "Law as of", kind="date"),
)
