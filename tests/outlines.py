"""An outline for the small plan, with one part of every kind."""

from geo_app.workspace import Workspace

OUTLINE = """
name = {vi = "Báo cáo thử", en = "Trial report"}
title = {vi = "Tình hình {period}", en = "Progress in {period}"}
span = "quarter"

[letterhead]
over = {vi = "UBND tỉnh Nhỏ", en = "Small province"}
issuer = {vi = "Sở Nội vụ", en = "Home Affairs"}
place = {vi = "Hòa Bình", en = "Hòa Bình"}
signer = {vi = "Giám đốc", en = "Director"}

[[letterhead.recipients]]
vi = "- Lưu: VT."
en = "- file."

[[sections]]
title = {vi = "I. Chung", en = "I. Overall"}

[[sections.parts]]
show = "text"
text.vi = "Đến {day}: {targets_standing}. Đường: {t_paved}."
text.en = "By {day}: {targets_standing}. Roads: {t_paved}."

[[sections.parts]]
show = "counts"

[[sections.parts]]
show = "progress"

[[sections]]
title = {vi = "II. Chỉ tiêu", en = "II. Targets"}

[[sections.parts]]
show = "rows"
only = {kinds = ["target"]}

[[sections]]
title = {vi = "III. Mới", en = "III. New"}
empty = {vi = "Không có gì mới.", en = "Nothing new."}

[[sections.parts]]
show = "rows"
only = {new = true}

[[sections]]
title = {vi = "IV. Từng dòng", en = "IV. Each row"}

[[sections.parts]]
show = "details"

[[sections.parts]]
show = "forms"

[[sections.parts]]
show = "map"
target = "t_paved"
"""


def add_outline(ws: Workspace, name: str = "trial", text: str = OUTLINE) -> None:
    """Write an outline into a province of a test's own."""
    folder = ws.settings.root / "plan" / "reports"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
