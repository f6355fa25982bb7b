"""The words a province's plan is written in: comparators, units, statuses, kinds, grades."""

from collections.abc import Mapping
from dataclasses import dataclass

from geo_app.domain.text import Bilingual


@dataclass(frozen=True)
class Comparator:
    """How a target is compared, and which of its fields that needs."""

    title: Bilingual
    needs: tuple[str, ...]


_BETWEEN = ("minimum", "maximum")
_GRADE = ("grade",)
COMPARATORS: Mapping[str, Comparator] = {
    # The plan names a figure alone ("đạt 67 %"): it is met there and above.
    "reach": Comparator(Bilingual("đạt", "reach"), ("value",)),
    "at_least": Comparator(Bilingual("tối thiểu", "at least"), ("value",)),
    "more_than": Comparator(Bilingual("trên", "more than"), ("value",)),
    "about": Comparator(Bilingual("khoảng", "about"), ("value",)),
    "range": Comparator(Bilingual("trong khoảng", "within"), _BETWEEN),
    "yearly_average": Comparator(Bilingual("bình quân năm", "yearly average"), _BETWEEN),
    # A share that falls or rises by so many percentage points in each year.
    "points_per_year": Comparator(Bilingual("điểm % mỗi năm", "points a year"), _BETWEEN),
    # "Cơ bản": the plan gives no figure, so the share reached is reported and not judged.
    "basically": Comparator(Bilingual("cơ bản", "basically"), ()),
    "all": Comparator(Bilingual("tất cả", "all"), ()),
    "done": Comparator(Bilingual("hoàn thành", "done"), ()),
    # Class I is the best: class IV asks for IV or better.
    "grade": Comparator(Bilingual("đạt loại", "reach class"), _GRADE),
    "some_criteria": Comparator(
        Bilingual("một số tiêu chí loại", "some criteria of class"), _GRADE
    ),
}

TARGET_UNITS: Mapping[str, Bilingual] = {
    "pct": Bilingual("%", "%"),
    "pct_per_year": Bilingual("%/năm", "% a year"),
    "points_per_year": Bilingual("điểm %/năm", "points a year"),
    "million_vnd": Bilingual("triệu đồng", "million VND"),
    "million_visits": Bilingual("triệu lượt", "million visits"),
    "schools": Bilingual("trường", "schools"),
    "districts": Bilingual("đơn vị cấp huyện", "district units"),
    "bridges": Bilingual("cầu", "bridges"),
    "per_10000": Bilingual("trên một vạn dân", "per 10,000 people"),
}

PLAN_STATUSES: Mapping[str, Bilingual] = {
    "current": Bilingual("còn hiệu lực", "in force"),
    "achieved": Bilingual("đã đạt", "achieved"),
    "missed": Bilingual("chậm tiến độ", "deadline missed"),
    "superseded": Bilingual("đã thay thế", "superseded"),
    "reclassified": Bilingual("đổi hệ phân loại", "classes have changed"),
    "void": Bilingual("không còn đối tượng", "no longer has an object"),
}

SPATIAL: Mapping[str, Bilingual] = {
    "yes": Bilingual("tính được từ bản đồ", "computed from layers"),
    "table": Bilingual("cần bảng số liệu theo đơn vị", "needs a table by unit"),
    "no": Bilingual("không có yếu tố không gian", "not spatial"),
}

PROJECT_KINDS: Mapping[str, Bilingual] = {
    "road": Bilingual("đường bộ", "road"),
    "railway": Bilingual("đường sắt", "railway"),
    "corridor": Bilingual("hành lang kinh tế", "economic corridor"),
    "logistics": Bilingual("logistics, cảng", "logistics and ports"),
    "gate": Bilingual("cửa khẩu", "border gate"),
    "economic_zone": Bilingual("khu kinh tế", "economic zone"),
    "industrial_zone": Bilingual("khu, cụm công nghiệp", "industrial zone"),
    "trade": Bilingual("thương mại", "trade"),
    "energy": Bilingual("năng lượng", "energy"),
    "urban": Bilingual("đô thị", "urban area"),
    "administration": Bilingual("đơn vị hành chính", "administration"),
    "tourism": Bilingual("du lịch", "tourism"),
    "heritage": Bilingual("di tích, di sản", "heritage"),
    "society": Bilingual("giáo dục, y tế, văn hóa, thể thao", "social services"),
    "forest": Bilingual("lâm nghiệp", "forestry"),
    "farming": Bilingual("nông nghiệp", "farming"),
    "environment": Bilingual("tài nguyên, môi trường", "natural resources and environment"),
    "land": Bilingual("đất đai", "land"),
    "border": Bilingual("biên giới", "border"),
    "defence": Bilingual("quốc phòng", "defence"),
    "neighbour": Bilingual("địa phương liên quan", "related places"),
}

FACT_TOPICS: Mapping[str, Bilingual] = {
    "status": Bilingual("tình trạng", "status"),
    "date": Bilingual("thời gian", "date"),
    "length": Bilingual("chiều dài", "length"),
    "area": Bilingual("diện tích", "area"),
    "cost": Bilingual("kinh phí", "cost"),
    "capacity": Bilingual("năng lực", "capacity"),
    "design": Bilingual("quy mô thiết kế", "design"),
    "location": Bilingual("vị trí, phạm vi", "location and extent"),
}

ROAD_GRADES = ("I", "II", "III", "IV", "V", "VI")
"""Technical grades of roads, best first: "at least grade V" is I to V."""

URBAN_CLASSES = ("I", "II", "III", "IV", "V")
"""Classes of urban areas until the end of 2025, best first."""
