"""A form as an agency fills it in: with three errors, and mended."""

from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook

from geo_app.domain.plan_form import COLUMNS, HEAD_ROW, LABELS, SHEET, place

WRONG = {"t_paved": "khoảng 64%", "t_town": "cấp bốn", "ring_road": "=1+1"}
"""What an agency of the small plan writes at first: each row has an error of its own."""
RIGHT = {"t_paved": "64,5", "t_town": "IV", "ring_road": "đang thực hiện"}


def fill_in(path: Path, values: Mapping[str, object], *, who: str = "Nguyễn Lan") -> Path:
    """Write new values into a form's rows, with their evidence; the form stays where it is."""
    book = load_workbook(path)
    sheet = book[SHEET]
    rows = {sheet.cell(n, 1).value: n for n in range(HEAD_ROW + 1, sheet.max_row + 1)}
    sheet[f"C{LABELS['who'][0]}"] = who
    for name, value in values.items():
        sheet[place(COLUMNS, "new", rows[name])] = value
        sheet[place(COLUMNS, "evidence", rows[name])] = "BC 12/BC-SXD"
    book.save(path)
    return path
