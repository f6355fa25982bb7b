"""What road rules are told in: verdicts, reasons, columns and the signs on the map."""

from geo_app.analysis.road_grades import BELOW
from geo_app.domain.layer import Style
from geo_app.domain.plan_terms import ROAD_GRADES
from geo_app.domain.result import column
from geo_app.domain.road_check import RURAL_GRADES
from geo_app.domain.text import Bilingual

VERDICTS = {
    "fail": Bilingual("Chưa đạt", "Below the rule"),
    "unknown": Bilingual("Chưa rõ", "Unknown"),
    "pass": Bilingual("Đạt", "Meets the rule"),
}
STATES = {
    "judged": Bilingual("Đã xét", "Judged"),
    "none": Bilingual("Không đường nào ghi thuộc diện", "No road is recorded as concerned"),
    "no_list": Bilingual("Chưa xét (chưa có danh sách tuyến)", "Not judged (there is no list)"),
    "no_roads": Bilingual(
        "Chưa xét (lớp đường chưa có số liệu hoặc thiếu trường để chọn)",
        "Not judged (the road layers have no data, or lack the field to choose by)",
    ),
    "no_field": Bilingual(
        "Chưa xét (số liệu không ghi trường này)", "Not judged (the data do not fill this field)"
    ),
    "no_areas": Bilingual(
        "Chưa rõ (chưa có lớp khu dân cư)", "Unknown (the layer of settlements has no data)"
    ),
    "no_line": Bilingual(
        "Chưa rõ (các đoạn chưa có hình tuyến)", "Unknown (the sections have no line on the map)"
    ),
    "no_bridges": Bilingual("Chưa rõ (chưa có lớp cầu)", "Unknown (the bridges have no data)"),
}
REASONS = {
    "grade_below": Bilingual("Cấp thấp hơn yêu cầu", "Grade below what is asked"),
    "rural_grade": Bilingual(
        "Cấp đường nông thôn (A–D), không thuộc cấp I–VI", "A rural grade (A–D), none of I to VI"
    ),
    "grade_unknown": Bilingual("Chưa ghi cấp kỹ thuật", "No grade is recorded"),
    "grade_unreadable": Bilingual(
        "Cấp ghi không thuộc I–VI, A–D", "The grade recorded is none of I–VI, A–D"
    ),
    "narrow": Bilingual(
        "Cấp thấp hơn và nền đường hẹp hơn yêu cầu", "Grade below, and roadbed narrower than asked"
    ),
    "roadbed_unknown": Bilingual("Chưa ghi bề rộng nền đường", "No roadbed width is recorded"),
    "terrain_unknown": Bilingual("Chưa ghi địa hình", "No terrain is recorded"),
    "no_width": Bilingual(
        "Bảng bề rộng nền không có cấp này cho địa hình đó",
        "The table of widths lacks this grade for the terrain",
    ),
    "not_maintained": Bilingual("Không bảo trì trong năm", "Not maintained in the year"),
    "year_unknown": Bilingual("Chưa ghi năm bảo trì", "No year of maintenance is recorded"),
    "maintained_later": Bilingual(
        "Đã bảo trì sau năm xét: năm đó thì chưa rõ", "Maintained later: unknown for the year asked"
    ),
    "date_unknown": Bilingual("Số liệu không ghi ngày", "The data have no date"),
    "recorded_weak": Bilingual("Ghi là cầu yếu", "Recorded as weak"),
    "load_low": Bilingual("Tải trọng dưới mức của quy tắc", "Load limit below the rule's"),
    "condition_unknown": Bilingual("Chưa ghi tình trạng", "No condition is recorded"),
    "load_unknown": Bilingual("Chưa ghi tải trọng", "No load limit is recorded"),
    "road_unknown": Bilingual("Chưa rõ cầu trên đường nào", "Unknown on which road it stands"),
}
GRADES = {
    **{grade: Bilingual(f"Cấp {grade}", f"Grade {grade}") for grade in ROAD_GRADES},
    **{
        grade: Bilingual(f"Cấp {grade} (nông thôn)", f"Grade {grade} (rural)")
        for grade in RURAL_GRADES
    },
    "unknown": Bilingual("Chưa ghi cấp", "Not recorded"),
}
SUGGESTED = {**GRADES, BELOW: Bilingual("Hẹp hơn mọi cấp", "Narrower than any grade")}
UNASSIGNED = "unassigned"
UNASSIGNED_TITLE = Bilingual("Chưa phân loại", "Not assigned")
LIST = Bilingual("danh sách tuyến", "the list of roads")
BELOW_RULE = Bilingual("Đoạn chưa đạt", "Stretches below their rule")
NOT_KNOWN = Bilingual("Đoạn chưa rõ: cần bổ sung số liệu", "Not known: data to be completed")
DOUBTFUL = Bilingual(
    "Đạt theo cấp đã ghi, nhưng nền hẹp hơn cấp yêu cầu: cần đối chiếu hồ sơ",
    "Met by the grade recorded, but the roadbed is narrower than it asks: look into the file",
)

FIGURES = (
    column("km", "Chiều dài xét", "Length judged", unit="km"),
    column("pass_pct", "Đạt", "Meets it", unit="pct"),
    column("fail_pct", "Chưa đạt", "Below it", unit="pct"),
    column("unknown_pct", "Chưa rõ", "Unknown", unit="pct"),
    column("state", "Tình trạng", "State", kind="text", values=STATES),
    column("pass_km", "Đạt", "Meets it", unit="km"),
    column("fail_km", "Chưa đạt", "Below it", unit="km"),
    column("unknown_km", "Chưa rõ", "Unknown", unit="km"),
    column("features", "Số đoạn (cầu)", "Sections (bridges)", kind="integer"),
    column("fail_features", "Số đoạn (cầu) chưa đạt", "Sections (bridges) below", kind="integer"),
    column(
        "unknown_features", "Số đoạn (cầu) chưa rõ", "Sections (bridges) unknown", kind="integer"
    ),
    column("grade_v_pct", "Trong đó cấp V", "Of it grade V", unit="pct"),
    column("grade_vi_pct", "Trong đó cấp VI", "Of it grade VI", unit="pct"),
)
RULE = column("rule", "Quy tắc", "Rule", kind="text")
ROAD = (
    column("road_name", "Đường", "Road", kind="text"),
    column("section", "Đoạn", "Section", kind="text"),
)
BRIDGE = column("bridge_name", "Cầu", "Bridge", kind="text")
WHY = column("why", "Lý do", "Why", kind="text", values=REASONS)
LENGTH = column("length_km", "Chiều dài", "Length", unit="km")
REQUIRED = column("required", "Yêu cầu", "Asked for", kind="text", values=GRADES)
GRADE = column("grade", "Cấp kỹ thuật", "Grade", kind="text", values=GRADES)
ROADBED = (
    column("suggested", "Nền đường gợi ý", "Roadbed suggests", kind="text", values=SUGGESTED),
    column("roadbed_m", "Nền đường", "Roadbed", unit="m"),
)
POSTS = (
    column("from_km", "Lý trình đầu đoạn", "Section from", unit="km"),
    column("to_km", "Lý trình cuối đoạn", "Section to", unit="km"),
)
ON_MAP = {
    "pass": Bilingual(
        "Đường đạt các quy tắc được xét", "Roads that meet the rules they are held to"
    ),
    "unknown": Bilingual("Chưa đủ số liệu để xét", "Not enough data to judge"),
    "unmaintained": Bilingual("Không bảo trì trong năm", "Not maintained in the year"),
    "fail": Bilingual("Cấp, bề rộng chưa đạt", "Grade or width below the rule"),
}
ON_MAP_STYLES = {
    "pass": Style(color="#3b7a8c", width=1.3),
    "unknown": Style(color="#8a8a86", width=1.6, dash="4 3"),
    "unmaintained": Style(color="#d9a441", width=1.3),
    "fail": Style(color="#a8261c", width=3.2),
}
BRIDGES = {
    "pass": Bilingual("Cầu không yếu", "Bridges not weak"),
    "unknown": Bilingual("Cầu chưa rõ", "Bridges not known"),
    "fail": Bilingual("Cầu yếu", "Weak bridges"),
}
BRIDGE_STYLES = {
    code: Style(
        color="#3a3a38", fill=fill, width=0.8, radius=4.0, shape="square", fill_opacity=0.95
    )
    for code, fill in {"pass": "#c9d8dc", "unknown": "#ffffff", "fail": "#d1493c"}.items()
}
