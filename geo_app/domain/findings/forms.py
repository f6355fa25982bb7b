"""Findings about forms that agencies send back."""

from geo_app.domain.finding import FindingCode, Severity
from geo_app.domain.text import Bilingual

_ANEW = Bilingual(
    "Tải biểu mới của đúng cơ quan, kỳ báo cáo rồi điền lại.",
    "Take a new form of this agency and period, and fill it in again.",
)
_CELL = Bilingual("Sửa ô này rồi gửi lại biểu.", "Mend the cell and send the form again.")


def _form(code: str, vi: str, en: str, advice: Bilingual = _ANEW) -> FindingCode:
    return FindingCode(code, "error", "sender", Bilingual(vi, en), advice)


def _cell(
    code: str, vi: str, en: str, advice: Bilingual = _CELL, severity: Severity = "error"
) -> FindingCode:
    said = Bilingual(f"Ô {{cell}}: {vi}", f"Cell {{cell}}: {en}")
    return FindingCode(code, severity, "sender", said, advice)


FORM_ELSEWHERE = _form(
    "form_elsewhere",
    "Biểu thuộc kế hoạch khác: “{found}”; cần “{expected}”.",
    "The form belongs to another plan: “{found}”; expected “{expected}”.",
)
FORM_OTHER_AGENCY = _form(
    "form_other_agency",
    "Biểu của cơ quan “{found}”; cần biểu của “{expected}”.",
    "The form is that of agency “{found}”; expected that of “{expected}”.",
)
FORM_OTHER_PERIOD = _form(
    "form_other_period",
    "Biểu của kỳ {found}; cần biểu của kỳ {expected}.",
    "The form is that of {found}; expected that of {expected}.",
)
FORM_HEADER_EDITED = _form(
    "form_header_edited",
    "Ô {cell} của trang “{sheet}” đã bị sửa: “{found}”; trong biểu gốc là “{expected}”.",
    "Cell {cell} of sheet “{sheet}” was edited: “{found}”; the form has “{expected}” there.",
    Bilingual(
        "Trả ô này về như biểu gốc rồi gửi lại.", "Put back what the form had, and send it again."
    ),
)
FORM_ROW_MISSING = _form(
    "form_row_missing",
    "Thiếu dòng {id} ({title}): đã bị xóa khỏi biểu; kết quả cũ giữ nguyên.",
    "Row {id} ({title}) is missing: it was deleted; what was known of it stays.",
    Bilingual(
        "Nếu không có gì mới, hãy để trống dòng chứ không xóa.",
        "Where there is nothing new, leave the row empty rather than delete it.",
    ),
)
FORM_ROW_UNKNOWN = _cell(
    "form_row_unknown",
    "“{found}” không phải chỉ tiêu, nhiệm vụ của cơ quan này.",
    "“{found}” is no target or task of this agency.",
    Bilingual(
        "Trả mã về như biểu gốc; việc mới thì ghi ở trang Phụ lục.",
        "Put back the code that the form had; what is new goes to the sheet of the appendix.",
    ),
)
FORM_ROW_TWICE = _cell(
    "form_row_twice", "mã {found} có cả ở dòng {other}.", "{found} stands in row {other} too."
)
FORM_ID_HELD = _cell(
    "form_id_held",
    "mã {found} đã là của {agency}.",
    "{found} is a row of {agency} already.",
    Bilingual(
        "Ghi đúng phụ lục và số; nếu dòng này nay thuộc cơ quan mình thì báo cơ quan tổng hợp.",
        "Write the right appendix and number; where the row is now yours, tell the focal agency.",
    ),
)
FORM_UNIT_WRONG = _cell(
    "form_unit_wrong",
    "đơn vị là “{found}”; chỉ tiêu này tính bằng “{expected}”.",
    "the unit is “{found}”; this target is in “{expected}”.",
    Bilingual(
        "Quy đổi ra đơn vị của biểu, chỉ ghi con số.",
        "Convert it to the unit of the form, and write the number alone.",
    ),
)
FORM_NUMBER_ABOUT = _cell(
    "form_number_about",
    "“{found}” không phải con số cụ thể.",
    "“{found}” is no exact figure.",
    Bilingual(
        "Ghi con số đã tính (ví dụ 64,2); cách ước tính ghi ở cột Ghi chú.",
        "Write the figure that was found (such as 64,2); how it was estimated goes to the note.",
    ),
)
FORM_NUMBER_UNREADABLE = _cell(
    "form_number_unreadable",
    "“{found}” không phải là số.",
    "“{found}” is no number.",
    Bilingual("Ghi con số, ví dụ 64,2.", "Write a number such as 64,2."),
)
FORM_NUMBER_AMBIGUOUS = _cell(
    "form_number_ambiguous",
    "“{found}” đọc được hai cách: phần nghìn hoặc phần thập phân.",
    "“{found}” can be read two ways: thousands or decimals.",
    Bilingual(
        "Ghi 1234 nếu là một nghìn hai trăm ba mươi tư, 1,2340 nếu là số thập phân.",
        "Write 1234 for one thousand two hundred and thirty-four, 1,2340 for decimals.",
    ),
)
FORM_NUMBER_IMPOSSIBLE = _cell(
    "form_number_impossible",
    "{found} {unit} nằm ngoài khoảng có thể ({low:g} đến {high:g}).",
    "{found} {unit} lies outside what can be ({low:g} to {high:g}).",
)
FORM_NUMBER_IS_DAY = _cell(
    "form_number_is_day",
    "Excel đã đổi số thành ngày {found}.",
    "Excel turned the number into the day {found}.",
    Bilingual(
        "Ghi lại con số với dấu thập phân của máy (1,5 hoặc 1.5) và định dạng ô là số.",
        "Write the number again, in a cell formatted as a number.",
    ),
)
FORM_FORMULA = _cell(
    "form_formula",
    "là công thức “{found}”.",
    "holds the formula “{found}”.",
    Bilingual(
        "Chép và dán giá trị (Paste Special › Values) rồi gửi lại.",
        "Paste its value (Paste Special › Values) and send the form again.",
    ),
)
FORM_CHOICE_UNKNOWN = _cell(
    "form_choice_unknown",
    "“{found}” không có trong danh sách: {choices}.",
    "“{found}” is not on the list: {choices}.",
    Bilingual("Chọn trong danh sách của ô.", "Choose from the cell's list."),
)
FORM_NEW_MISSING = _cell(
    "form_new_missing",
    "có minh chứng hoặc ghi chú nhưng chưa có kết quả mới.",
    "there is evidence or a note, but no new value.",
)
FORM_DAY_UNREADABLE = _cell(
    "form_day_unreadable",
    "“{found}” không phải là ngày.",
    "“{found}” is no day.",
    Bilingual("Ghi ngày/tháng/năm, ví dụ 30/09/2026.", "Write day/month/year: 30/09/2026."),
)
FORM_DAY_OUTSIDE = _cell(
    "form_day_outside",
    "ngày {found} không nằm từ {first} đến {last} (ngày cuối của kỳ, hoặc hôm nay).",
    "{found} is not within {first} and {last} (the last day of the period, or today).",
)
FORM_TEXT_LONG = _cell(
    "form_text_long",
    "dài {count} ký tự; tối đa {most}.",
    "{count} letters; at most {most}.",
)
FORM_PART_MISSING = _cell(
    "form_part_missing",
    "chưa điền cột “{column}”.",
    "column “{column}” is not filled in.",
)
FORM_YEAR_UNREADABLE = _cell(
    "form_year_unreadable",
    "“{found}” không phải là năm.",
    "“{found}” is no year.",
    Bilingual("Ghi năm bằng bốn chữ số.", "Write the year with four figures."),
)
FORM_PERCENT_CELL = _cell(
    "form_percent_cell",
    "ô định dạng phần trăm, được đọc là {read} %.",
    "formatted as a percentage, and read as {read} %.",
    Bilingual("Kiểm tra lại con số.", "Check the figure."),
    severity="note",
)
FORM_SHARE = _cell(
    "form_share",
    "{found} % có đúng là {found} % không, hay là {whole} %?",
    "is {found} % meant, or {whole} %?",
    Bilingual("Kiểm tra con số trước khi nhận.", "Check the figure before it is accepted."),
    severity="warning",
)
FORM_EVIDENCE_MISSING = _cell(
    "form_evidence_missing",
    "có kết quả mới nhưng chưa có minh chứng; lấy từ văn bản nào?",
    "there is a new value, but no evidence; which document does it come from?",
    Bilingual(
        "Ghi số, ngày văn bản hoặc đường dẫn.", "Name the document and its date, or give a link."
    ),
    severity="warning",
)
FORM_LEAP = _cell(
    "form_leap",
    "{found} so với {last} lần trước: gấp từ mười lần; có nhầm đơn vị không?",
    "{found} after {last}: ten times as much or more; is the unit right?",
    Bilingual("Kiểm tra đơn vị trước khi nhận.", "Check the unit before it is accepted."),
    severity="warning",
)
FORM_OLDER = _cell(
    "form_older",
    "ngày số liệu {found} không mới hơn ngày đã có ({last}).",
    "its day {found} is no later than the one known ({last}).",
    Bilingual(
        "Nếu là số liệu sửa lại thì nêu rõ ở Ghi chú.", "Where it mends a figure, say so in a note."
    ),
    severity="warning",
)
