"""
The form on which an agency reports: what it asks, and where in the workbook each thing stands.

Who writes it and who reads it know of each other only through this module. It goes to Vietnamese
offices, so its words are Vietnamese.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from geo_app.domain.finding import Finding
from geo_app.domain.layer import Mark
from geo_app.domain.ledger import KINDS, PROGRESSES, Kind
from geo_app.domain.plan_terms import URBAN_CLASSES
from geo_app.domain.statistic import STATISTIC_UNITS
from geo_app.domain.submission import Addition, Line

EDITION = "geo_app plan form 1"
"""Stands in every form; a form of another edition is not read."""

Answer = Literal["value", "progress", "grade"]
"""What a row asks for: a figure in its unit, how far a task has come, a class of urban areas."""

SHEET, APPENDIX, HIDDEN = "Biểu báo cáo", "Phụ lục", "geo_app"
HEAD_ROW, APPENDIX_HEAD_ROW = 9, 4
"""Rows of the column headings; what is filled in begins below."""
APPENDIX_ROWS = 200
"""Rows of the appendix that are open to be filled in."""
LABELS: Mapping[str, tuple[int, str]] = {
    "agency": (2, "Cơ quan báo cáo"),
    "period": (3, "Kỳ báo cáo"),
    "workspace": (4, "Kế hoạch"),
    "due": (5, "Hạn gửi"),
    "who": (6, "Người lập biểu"),
}
"""Rows above the table: the label in column A, what it says in column C."""
COLUMNS: Mapping[str, str] = {
    "id": "Mã",
    "section": "Mục",
    "title": "Chỉ tiêu, nhiệm vụ",
    "asks": "Kế hoạch yêu cầu",
    "unit": "Đơn vị tính",
    "last": "Kết quả gần nhất",
    "last_source": "Ngày, nguồn gần nhất",
    "new": "Kết quả mới",
    "day": "Ngày số liệu",
    "evidence": "Minh chứng (văn bản, đường dẫn)",
    "note": "Ghi chú",
}
APPENDIX_COLUMNS: Mapping[str, str] = {
    "section": "Phụ lục",
    "number": "Số thứ tự",
    "kind": "Loại",
    "title": "Nội dung",
    "unit": "Đơn vị tính",
    "value": "Giá trị",
    "due": "Năm hoàn thành",
}
FILLED_IN = ("new", "day", "evidence", "note")
"""The columns of the form that an agency fills in."""
FIRST_DAY = date(2000, 1, 1)
"""No value speaks of an earlier day."""
_LEAP = 10.0
UNIT_OF: Mapping[str, str] = {"progress": "tình trạng", "grade": "loại đô thị"}
"""What stands in the column of units where there is none."""
CHOICES: Mapping[str, Mapping[str, str]] = {
    "progress": {text.vi: name for name, text in PROGRESSES.items()},
    "grade": {grade: grade for grade in URBAN_CLASSES},
}
"""What may be chosen, as written in the form → as kept."""
ADDED_KINDS: Mapping[str, str] = {KINDS["target"].vi: "target", KINDS["project"].vi: "project"}
ADDED_UNITS: Mapping[str, str] = {
    text.vi: unit for unit, text in STATISTIC_UNITS.items() if text.vi
}


@dataclass(frozen=True)
class FormRow:
    """
    A row that an agency reports on.

    `last` is what was known of it when the form was written: a figure in `unit`, or the words of
    a choice; `last_day` as exact as known; `last_marks` those of the figure.
    """

    kind: Kind
    id: str
    section: str
    title: str
    asks: str
    answer: Answer
    unit: str | None = None
    last: float | str | None = None
    last_day: str = ""
    last_source: str = ""
    last_marks: tuple[Mark, ...] = ()

    @property
    def unit_title(self) -> str:
        """What stands in the column of units."""
        return STATISTIC_UNITS[self.unit].vi if self.unit else UNIT_OF[self.answer]


@dataclass(frozen=True)
class Form:
    """
    A form for one agency and period.

    `workspace` names the province and its plan; `last` is the period's last day, `due` the last
    one to send the form, `day` the one that new values are taken to speak of. `held` are the rows
    of other agencies: title of the agency by id of the row.
    """

    agency: str
    agency_title: str
    period: str
    period_title: str
    workspace: str
    last: date
    due: date
    day: date
    rows: tuple[FormRow, ...]
    held: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return f"{self.agency}-{self.period}.xlsx"

    @property
    def hidden(self) -> Mapping[str, str]:
        """What the form says of itself to the program that reads it."""
        return {
            "edition": EDITION,
            "workspace": self.workspace,
            "agency": self.agency,
            "period": self.period,
            "rows": " ".join(row.id for row in self.rows),
        }

    @property
    def shown(self) -> Mapping[str, str]:
        """What it says of itself to people, by `LABELS`."""
        return {
            "agency": self.agency_title,
            "period": self.period_title,
            "workspace": self.workspace,
            "due": self.due.strftime("%d/%m/%Y"),
            "who": "",
        }


CellKind = Literal["empty", "text", "number", "percent", "day", "truth", "formula", "error"]


@dataclass(frozen=True)
class Cell:
    """
    A cell as it was read.

    `value` is a number, or text: of a day ``2026-09-30``, of a formula what stands in it. A
    `percent` is a number in a cell that shows it times a hundred.
    """

    kind: CellKind = "empty"
    value: str | float | None = None

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands in it."""
        return self.kind == "empty"

    @property
    def text(self) -> str:
        """What stands in it as text, single blanks within."""
        if isinstance(self.value, float):
            return f"{self.value:g}"
        return " ".join(str(self.value or "").split())


@dataclass(frozen=True)
class SentForm:
    """
    A form that came back, as its cells read; nothing is judged yet.

    `shown` is what stands beside `LABELS`; `rows` and `appendix` map the number of a sheet's row
    to its cells by the names of `COLUMNS` and `APPENDIX_COLUMNS`.
    """

    hidden: Mapping[str, str]
    shown: Mapping[str, str]
    headings: Mapping[str, str]
    appendix_headings: Mapping[str, str]
    rows: Mapping[int, Mapping[str, Cell]]
    appendix: Mapping[int, Mapping[str, Cell]]
    digest: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class FormDraft:
    """
    What can be taken of a form, and what was found wrong.

    `refused`: nothing of it can be, for what `findings` say of the whole.
    """

    lines: tuple[Line, ...]
    additions: tuple[Addition, ...]
    findings: tuple[Finding, ...]
    who: str
    digest: str

    @property
    def refused(self) -> bool:
        """Tell whether the whole form is refused."""
        return any(finding.done == "refused" for finding in self.findings)

    def named(self, who: str) -> "FormDraft":
        """Return it with who sends it, where a name was typed."""
        return replace(self, who=who) if who.strip() else self


def leaps(before: float | None, after: float | None) -> bool:
    """
    Tell whether a figure is ten times the one before or more, or a tenth or less.

    >>> leaps(64.1, 0.641), leaps(64.1, 60.0), leaps(None, 3.0)
    (True, False, False)
    """
    if not before or not after:
        return False
    return not 1 / _LEAP < abs(after / before) < _LEAP


def sent_form_from(plain: Mapping[str, Any]) -> SentForm:
    """Return the form that `SentForm.to_json` made plain."""
    cells = {
        part: {
            int(number): {name: Cell(**cell) for name, cell in row.items()}
            for number, row in plain[part].items()
        }
        for part in ("rows", "appendix")
    }
    return SentForm(**{**plain, **cells})


def place(names: Sequence[str] | Mapping[str, str], name: str, row: int) -> str:
    """
    Return the address of a cell in the column called `name`.

    >>> place(COLUMNS, "new", 10)
    'H10'
    """
    return f"{chr(ord('A') + list(names).index(name))}{row}"
