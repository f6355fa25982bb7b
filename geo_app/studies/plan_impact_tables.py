"""The words and tables of what a change does to the plan's numbers."""

from collections.abc import Mapping

from geo_app.domain.layer import Field
from geo_app.domain.ledger import KINDS, PROGRESSES, STATUSES
from geo_app.domain.result import column
from geo_app.domain.saved import OUTCOMES
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.text import Bilingual

PARTS = {
    "layers": Bilingual("dữ liệu của lớp", "data of a layer"),
    "instruments": Bilingual("văn bản", "instrument"),
    "agencies": Bilingual("cơ quan", "agency"),
    "targets": Bilingual("chỉ tiêu", "target"),
    "projects": Bilingual("nhiệm vụ, dự án", "task or project"),
    "rules": Bilingual("quy định", "rule"),
    "legal_rules": Bilingual("quy định pháp luật", "legal rule"),
    "indicators": Bilingual("chỉ tiêu thống kê", "indicator"),
}
TITLES = {
    "rows": Bilingual("Chỉ tiêu, nhiệm vụ, quy định có số khác", "Rows of the plan that differ"),
    "checks": Bilingual("Kết quả đã lưu có số khác", "Saved results that differ"),
    "reports": Bilingual("Báo cáo có số khác", "Reports that differ"),
    "changes": Bilingual("Đã thay đổi", "What has changed"),
    "statuses": Bilingual("Số dòng theo tình trạng", "Rows by status"),
    "table_rows": Bilingual("Dòng của bảng “{table}”", "Rows of table “{table}”"),
    "impossible": Bilingual("Không chạy lại được: {problem}", "Cannot be run again: {problem}"),
}
MORE = Bilingual(
    "Chỉ xem {most} kết quả lưu gần nhất trong {count}.",
    "Only the latest {most} of {count} saved results were looked at.",
)
DEFINITION = Bilingual(
    "Sổ theo dõi kế hoạch được đọc hai lần, trước và sau thay đổi, cùng xét theo hôm nay và cùng "
    "các biểu đã nhận; dòng nào có kết quả, tình trạng hay yêu cầu khác thì nêu cả cũ và mới. Kết "
    "quả đã lưu dựa trên thứ đã đổi được chạy lại: cũ là số đã lưu, mới là số sau thay đổi. Không "
    "có gì được ghi lại.",
    "The ledger is read twice, before and after the change, both judged today with the same forms; "
    "a row whose result, status or demand differs is listed, old and new. Saved results that rest "
    "on what has changed are run again: old is what was saved, new what follows now. Nothing is "
    "kept.",
)
EXPLANATION = Bilingual(
    "Từ thế hệ {before} đến {after}: {changes} thứ thay đổi; {rows} dòng của kế hoạch, {checks} "
    "kết quả đã lưu và {reports} báo cáo có số khác.",
    "From generation {before} to {after}, {changes} things changed; {rows} rows of the plan, "
    "{checks} saved results and {reports} reports have other numbers.",
)
Words = Mapping[str, Bilingual]
"""Ids, or Vietnamese texts, and what they read in both languages."""


def row_columns(titles: Words, asks: Words, causes: Words) -> tuple[Field, ...]:
    """Describe the table of rows of the plan that differ."""
    return (
        column("kind", "Loại", "Kind", kind="text", values=KINDS),
        column("id", "Mã", "Id", kind="text"),
        column("title", "Tên", "Title", kind="text", values=titles),
        column("before", "Kết quả cũ", "Result before"),
        column("after", "Kết quả mới", "Result after"),
        column("unit", "Đơn vị tính", "Unit", kind="text", values=STATISTIC_UNITS),
        column("status_before", "Tình trạng cũ", "Status before", kind="text", values=STATUSES),
        column("status_after", "Tình trạng mới", "Status after", kind="text", values=STATUSES),
        column("progress_before", "Tiến độ cũ", "Progress before", kind="text", values=PROGRESSES),
        column("progress_after", "Tiến độ mới", "Progress after", kind="text", values=PROGRESSES),
        column("asks_before", "Yêu cầu cũ", "Asked before", kind="text", values=asks),
        column("asks_after", "Yêu cầu mới", "Asked after", kind="text", values=asks),
        column("because", "Do", "Because of", kind="text", values=causes),
    )


def check_columns(figures: Words, causes: Words) -> tuple[Field, ...]:
    """Describe the table of saved results that differ, one row per figure."""
    return (
        column("number", "Số", "Number", kind="text"),
        column("study", "Phân tích", "Study", kind="text"),
        column("what", "Số liệu", "Figure", kind="text", values=figures),
        column("before", "Đã lưu", "As saved"),
        column("after", "Nay", "Now"),
        column("unit", "Đơn vị tính", "Unit", kind="text", values=STATISTIC_UNITS),
        column("text_before", "Đã lưu (chữ)", "As saved (text)", kind="text"),
        column("text_after", "Nay (chữ)", "Now (text)", kind="text"),
        column("rows", "Số dòng khác", "Rows that differ", kind="integer"),
        column("outcome", "So sánh", "Outcome", kind="text", values=OUTCOMES),
        column("because", "Do", "Because of", kind="text", values=causes),
    )


def report_columns(names: Words, titles: Words) -> tuple[Field, ...]:
    """Describe the table of reports; `titles` are those of rows by id."""
    return (
        column("id", "Đề cương", "Outline", kind="text"),
        column("title", "Tên", "Title", kind="text", values=names),
        column("rows", "Số dòng nêu", "Rows it gives", kind="integer"),
        column("changed", "Trong đó có số khác", "Of them other", kind="integer"),
        column("which", "Dòng có số khác", "Which", kind="text", values=titles),
    )


def change_columns(titles: Words) -> tuple[Field, ...]:
    """Describe the table of what has changed."""
    return (
        column("part", "Loại", "Kind", kind="text", values=PARTS),
        column("id", "Mã", "Id", kind="text"),
        column("title", "Tên", "Title", kind="text", values=titles),
        column("before", "Cũ", "Before", kind="text"),
        column("after", "Mới", "After", kind="text"),
    )


STATUS_COLUMNS = (
    column("status", "Tình trạng", "Status", kind="text", values=STATUSES),
    column("before", "Trước", "Before", kind="integer"),
    column("after", "Sau", "After", kind="integer"),
)
TOTAL_COLUMNS = (
    column("before", "Thế hệ trước", "Generation before", kind="integer"),
    column("after", "Thế hệ sau", "Generation after", kind="integer"),
    column("changes", "Thay đổi", "Changes", kind="integer"),
    column("rows", "Dòng kế hoạch có số khác", "Rows that differ", kind="integer"),
    column("checks", "Kết quả đã lưu có số khác", "Saved results that differ", kind="integer"),
    column("reports", "Báo cáo có số khác", "Reports that differ", kind="integer"),
)
