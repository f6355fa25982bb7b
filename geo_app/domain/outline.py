"""The outline of a report on the plan: what stands in it, in which order, as its user wrote it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from geo_app.domain.ledger import Kind, Row, Status
from geo_app.domain.text import Bilingual

Span = Literal["quarter", "year", "day"]
SPANS: Mapping[Span, Bilingual] = {
    "quarter": Bilingual("theo quý", "of a quarter"),
    "year": Bilingual("theo năm", "of a year"),
    "day": Bilingual("tại một ngày", "on a day"),
}

Show = Literal["text", "counts", "rows", "progress", "map", "details", "forms"]
SHOWS: Mapping[Show, Bilingual] = {
    "text": Bilingual("đoạn văn", "a paragraph"),
    "counts": Bilingual("bảng đếm theo tình trạng", "how many rows stand how"),
    "rows": Bilingual("bảng các dòng", "a table of rows"),
    "progress": Bilingual("biểu đồ mức đạt so với chỉ tiêu", "how far targets are, as bars"),
    "map": Bilingual("bản đồ", "a map"),
    "details": Bilingual("từng dòng với lịch sử", "each row with its history"),
    "forms": Bilingual("biểu mẫu còn thiếu", "forms that are missing"),
}

By = Literal["kind", "section", "agency", "theme"]
BYS: Mapping[By, Bilingual] = {
    "kind": Bilingual("Loại", "Kind"),
    "section": Bilingual("Mục", "Section"),
    "agency": Bilingual("Cơ quan", "Agency"),
    "theme": Bilingual("Lĩnh vực", "Theme"),
}

COLUMNS: Mapping[str, Bilingual] = {
    "number": Bilingual("TT", "No."),
    "title": Bilingual("Chỉ tiêu, nhiệm vụ", "Target or task"),
    "section": Bilingual("Mục", "Section"),
    "asks": Bilingual("Kế hoạch", "Plan"),
    "due": Bilingual("Hạn", "Due"),
    "actual": Bilingual("Kết quả", "Result"),
    "day": Bilingual("Số liệu của", "Figure of"),
    "before": Bilingual("Kỳ trước", "Before"),
    "gap": Bilingual("Chênh lệch", "Gap"),
    "status": Bilingual("Tình trạng", "Status"),
    "reason": Bilingual("Vì sao", "Why"),
    "agency": Bilingual("Cơ quan", "Agency"),
    "change": Bilingual("Văn bản sau đã đổi", "Changed by later instruments"),
    "source": Bilingual("Nguồn", "Source"),
}
"""What a table of rows may show of each, by the name an outline gives it."""


@dataclass(frozen=True)
class Only:
    """
    Which rows of the ledger; what is left empty sets no bound.

    `sections` take their parts with them: ``II`` is II.1 to II.3. `agencies` are looked for among
    those of the plan and those of today. `due_within`: due in the year of the report or so many
    years later. `new`: with a figure that became known in the period. `changed`: changed by later
    instruments.
    """

    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    sections: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    due_within: int | None = None
    new: bool = False
    changed: bool = False

    def rows(self, rows: Iterable[Row], *, year: int, news: frozenset[str]) -> tuple[Row, ...]:
        """
        Return the rows meant, in their order; in that of `ids` where these are named.

        Parameters
        ----------
        year
            Of the report.
        news
            Ids of the rows of which something became known in the period.
        """
        found = [each for each in rows if self._takes(each, year, news)]
        if self.ids:
            found.sort(key=lambda row: self.ids.index(row.id))
        return tuple(found)

    def _takes(self, row: Row, year: int, news: frozenset[str]) -> bool:
        return all((
            not self.kinds or row.kind in self.kinds,
            not self.statuses or row.standing.status in self.statuses,
            not self.sections or any(_inside(row.section, each) for each in self.sections),
            not self.agencies or {row.agency, row.agency_now} & set(self.agencies),
            not self.themes or row.theme in self.themes,
            not self.ids or row.id in self.ids,
            self.due_within is None or (row.due is not None and row.due <= year + self.due_within),
            not self.new or row.id in news,
            not self.changed or row.change is not None,
        ))  # fmt: skip


def _inside(section: str, whole: str) -> bool:
    return section == whole or section.startswith(f"{whole}.")


@dataclass(frozen=True)
class OutlinePart:
    """
    One thing under a heading.

    `text` is that of a paragraph: ``{names}`` in it are filled in, a row's id by its result.
    `by` splits a table, `columns` are those of `COLUMNS`, `most` rows are shown. A map is that of
    a `study` with `settings`, or of what the result of a `target` was computed with.
    """

    show: Show
    title: Bilingual | None = None
    text: Bilingual | None = None
    only: Only = Only()
    by: By | None = None
    columns: tuple[str, ...] = ()
    most: int | None = None
    study: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None


@dataclass(frozen=True)
class OutlineSection:
    """A heading and its parts; `empty` stands there when none of them has anything to show."""

    title: Bilingual
    parts: tuple[OutlinePart, ...]
    empty: Bilingual | None = None


@dataclass(frozen=True)
class Letterhead:
    """
    What stands above and below an administrative document.

    `over` is the body above the `issuer`, `place` where it is signed, `signer` the office of who
    signs, `recipients` to whom it goes.
    """

    over: Bilingual
    issuer: Bilingual
    place: Bilingual
    signer: Bilingual
    recipients: tuple[Bilingual, ...] = ()


@dataclass(frozen=True)
class Outline:
    """
    An outline: `id` is its file's name, `name` what it is called in a list.

    `one_page`: it is set to fit a single page. The `title` may hold the names a paragraph may.
    """

    id: str
    name: Bilingual
    title: Bilingual
    span: Span
    sections: tuple[OutlineSection, ...]
    one_page: bool = False
    letterhead: Letterhead | None = None
