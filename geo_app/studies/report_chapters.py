"""The chapters of a report on the plan: an outline filled with the ledger of a day."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from geo_app.domain.ledger import KINDS, STATUSES, Row, Status, last_day
from geo_app.domain.outline import BYS, By, Only, Outline, OutlinePart, OutlineSection
from geo_app.domain.period import Period
from geo_app.domain.plan_report import (
    Bars,
    Chapter,
    Content,
    Counts,
    Details,
    Listing,
    Missing,
    Plot,
    Remark,
    illustrates,
    result_words,
)
from geo_app.domain.submission import Owing
from geo_app.domain.text import LANGUAGES, Bilingual
from geo_app.errors import DataError, GeoAppError
from geo_app.workspace import Workspace

OWN_STUDY = "plan-report"
"""The study that is made of this; a map of it would never end."""

Tell = Callable[[Bilingual], None]
"""Told what is being done."""

_NAME = re.compile(r"\{(\w+)\}")
_PLURALS = {"target": "targets", "project": "projects", "rule": "rules"}
_ILLUSTRATED = Bilingual("{words} (minh họa)", "{words} (illustration)")
_UNVERIFIED = Bilingual("{words} (chưa kiểm chứng)", "{words} (unverified)")
_NO_DATA = Bilingual("chưa có số liệu", "no data")
_NONE = Bilingual("Không có.", "None.")
_NOBODY = Bilingual("Chưa giao cơ quan nào", "No agency named")
_NO_THEME = Bilingual("Lĩnh vực khác", "Other themes")
_GROUP = Bilingual("{title}: {name}", "{title}: {name}")
_COUNT = Bilingual("{count} {status}", "{count} {status}")
_NO_MAP = Bilingual("Chưa có bản đồ: {why}", "No map: {why}")
_NOT_COMPUTED = Bilingual(
    "kết quả của “{title}” không tính từ bản đồ.",
    "the result of “{title}” is not computed from layers.",
)
_NO_PICTURE = Bilingual("“{title}” không vẽ gì.", "“{title}” draws nothing.")
_DRAWING = Bilingual("Tính bản đồ: {title}", "Computing a map: {title}")


@dataclass(frozen=True, eq=False)
class Filling:
    """
    What an outline is filled with.

    `missing` are the agencies whose form of the period has not been accepted.
    """

    ws: Workspace
    outline: Outline
    period: Period
    on: date
    rows: tuple[Row, ...]
    agencies: Mapping[str, Bilingual]
    missing: tuple[Owing, ...]
    tell: Tell

    def chapters(self) -> tuple[Chapter, ...]:
        """
        Fill every section.

        Raises
        ------
        DataError
            If the outline names what is not known.
        """
        for section in self.outline.sections:
            for part in section.parts:
                self._check(part.only)
        return tuple(self._chapter(each) for each in self.outline.sections)

    def title(self) -> Bilingual:
        """Fill the title."""
        return self._filled(self.outline.title, "title").text

    def _chapter(self, section: OutlineSection) -> Chapter:
        parts = tuple(each for part in section.parts for each in self._contents(part))
        title = self._filled(section.title, "title").text
        return Chapter(title, parts or (Remark(section.empty or _NONE),))

    def _contents(self, part: OutlinePart) -> Iterator[Content]:
        match part.show:
            case "text":
                assert part.text is not None
                yield self._filled(part.text, "text")
            case "counts":
                yield from self._counts(part)
            case "rows":
                yield from self._listings(part)
            case "progress":
                yield from self._bars(part)
            case "map":
                yield self._plot(part)
            case "details":
                if rows := self._rows(part):
                    yield Details(rows[: part.most])
            case "forms":
                if self.missing:
                    yield Missing(part.title, self.missing)

    def _check(self, only: Only) -> None:
        """Refuse rows, agencies and themes that there are not."""
        known = {
            "ids": {each.id for each in self.rows},
            "agencies": self.agencies.keys(),
            "themes": self.ws.catalogue.themes.keys(),
        }
        for key, names in known.items():
            for name in getattr(only, key):
                if name not in names:
                    message = f"outline {self.outline.id}: {key}: {name!r} is not known"
                    raise DataError(message, vi=f"Đề cương: không có {name!r} ({key}).")

    def _rows(self, part: OutlinePart) -> tuple[Row, ...]:
        news = frozenset(each.id for each in self.rows if became_known(each, self.period, self.on))
        return part.only.rows(self.rows, year=self.period.year, news=news)

    def _listings(self, part: OutlinePart) -> Iterator[Listing]:
        for name, rows in self._groups(part.by, self._rows(part)):
            title = part.title
            if name is not None:
                title = _GROUP.filled(title=title, name=name) if title else name
            yield Listing(title, rows[: part.most], part.columns, len(rows))

    def _groups(
        self, by: By | None, rows: tuple[Row, ...]
    ) -> Iterator[tuple[Bilingual | None, tuple[Row, ...]]]:
        """Yield the rows of each group under its name; all of them under none."""
        if by is None:
            if rows:
                yield None, rows
            return
        named = [(self._group(by, each), each) for each in rows]
        for name in dict.fromkeys(name for name, _ in named):
            yield name, tuple(each for own, each in named if own == name)

    def _group(self, by: By, row: Row) -> Bilingual:
        match by:
            case "kind":
                return KINDS[row.kind]
            case "section":
                return Bilingual(f"Mục {row.section}", f"Section {row.section}")
            case "agency":
                agency = row.agency_now or row.agency
                return self.agencies[agency] if agency else _NOBODY
        theme = self.ws.catalogue.themes.get(row.theme) if row.theme else None
        return theme.title if theme else _NO_THEME

    def _counts(self, part: OutlinePart) -> Iterator[Counts]:
        by = part.by or "kind"
        lines = tuple(
            (name or _NONE, _tally(rows)) for name, rows in self._groups(by, self._rows(part))
        )
        if lines:
            yield Counts(part.title, BYS[by], lines)

    def _bars(self, part: OutlinePart) -> Iterator[Bars]:
        """Yield a bar for each row that has a figure and asks for one."""
        found = [
            (row, asked)
            for row in self._rows(part)
            if row.actual is not None and row.actual.value is not None
            for asked in [self._asked(row)]
            if asked
        ][: part.most]
        if found:
            rows, figures = zip(*found, strict=True)
            yield Bars(part.title, rows, figures)

    def _asked(self, row: Row) -> float | None:
        """Return the least figure that meets a row; None where it asks for none."""
        target = self.ws.plan.targets.get(row.id) if row.kind == "target" else None
        if target is not None:
            return target.value if target.value is not None else target.minimum
        value, gap = row.actual.value if row.actual else None, row.standing.gap
        return None if value is None or gap is None else value - gap

    def _plot(self, part: OutlinePart) -> Plot | Remark:
        from geo_app.studies import find_study  # noqa: PLC0415 (the studies name this one)

        study, settings = part.study, dict[str, Any](part.settings)
        if part.target:
            row = self._row(part.target)
            if row.actual is None or row.actual.study is None:
                return Remark(_NO_MAP.filled(why=_NOT_COMPUTED.filled(title=row.title)))
            study, settings = row.actual.study, dict(row.actual.settings or {})
        assert study is not None
        if study == OWN_STUDY:
            return Remark(_NO_MAP.filled(why=_NO_PICTURE.filled(title=study)))
        try:
            asked = find_study(study)
            self.tell(_DRAWING.filled(title=asked.title))
            found = asked(self.ws, **settings)
        except GeoAppError as error:
            why = Bilingual(*(error.told(language) for language in LANGUAGES))
            return Remark(_NO_MAP.filled(why=why), warning=True)
        if not found.pictures:
            return Remark(_NO_MAP.filled(why=_NO_PICTURE.filled(title=found.title)))
        return Plot(found)

    def _row(self, row_id: str) -> Row:
        for each in self.rows:
            if each.id == row_id:
                return each
        message = f"outline {self.outline.id}: target: there is no row {row_id!r} in the plan"
        raise DataError(message, vi=f"Đề cương: kế hoạch không có dòng {row_id!r}.")

    def _filled(self, text: Bilingual, key: str) -> Remark:
        """Fill the names in a text."""
        by_id = {each.id: each for each in self.rows}
        named = list(dict.fromkeys(_NAME.findall(text.vi) + _NAME.findall(text.en)))
        values: dict[str, object] = {}
        for name in named:
            if name in by_id:
                values[name] = _result(by_id[name])
            elif name in self._words:
                values[name] = self._words[name]
            else:
                message = (
                    f"outline {self.outline.id}: {key}: {{{name}}} is not known; expected a row of "
                    f"the plan or one of {', '.join(self._words)}"
                )
                raise DataError(message, vi=f"Đề cương: không có tên {{{name}}}.")
        cited = tuple(by_id[name] for name in named if name in by_id)
        return Remark(text.filled(**values), cited)

    @cached_property
    def _words(self) -> Mapping[str, object]:
        main, own = self.ws.plan.main, self.ws.settings
        words: dict[str, object] = {
            "province": Bilingual(own.title_vi, own.title_en),
            "plan": main.number if main else "–",
            "gap": main.gap if main and main.gap else _NONE,
            "period": _small(self.period.title),
            "year": str(self.period.year),
            "day": day_words(self.on),
            "generation": self.ws.published.generation,
            "all": len(self.rows),
            **_numbered("", self.rows),
            "standing": _standing(self.rows),
            "missing_forms": len(self.missing),
        }
        for kind, plural in _PLURALS.items():
            rows = [each for each in self.rows if each.kind == kind]
            words |= {plural: len(rows), **_numbered(f"{plural}_", rows)}
            words[f"{plural}_standing"] = _standing(rows)
        return words


def became_known(row: Row, period: Period, on: date) -> bool:
    """Tell whether something of a row became known, or speaks of a day, in a period up to a day."""
    return any(
        (each.made is not None and period.first <= each.made <= min(period.last, on))
        or period.first <= last_day(each.day) <= period.last
        for each in row.history
    )


def day_words(day: date) -> Bilingual:
    """Write a day: 30/09/2026, 30 Sep 2026."""
    return Bilingual(f"{day:%d/%m/%Y}", f"{day.day} {day:%b %Y}")


def _tally(rows: Iterable[Row]) -> Mapping[Status, int]:
    counts = dict.fromkeys(STATUSES, 0)
    for each in rows:
        counts[each.standing.status] += 1
    return {status: count for status, count in counts.items() if count}


def _numbered(prefix: str, rows: Iterable[Row]) -> dict[str, object]:
    counts = _tally(rows)
    return {f"{prefix}{status}": counts.get(status, 0) for status in STATUSES}


def _standing(rows: Iterable[Row]) -> Bilingual:
    """Write how many rows stand how, best first: "2 đạt, 1 chậm tiến độ"."""
    parts = [
        _COUNT.filled(count=count, status=STATUSES[each]) for each, count in _tally(rows).items()
    ]
    return Bilingual(*(", ".join(part.get(each) for part in parts) or "0" for each in LANGUAGES))


def _result(row: Row) -> Bilingual:
    """Write the result of a row as a sentence takes it, with what it is not."""
    if row.actual is None:
        return _NO_DATA
    words = result_words(row.actual, row.unit)
    if illustrates(row):
        return _ILLUSTRATED.filled(words=words)
    return words if row.actual.verified else _UNVERIFIED.filled(words=words)


def _small(title: Bilingual) -> Bilingual:
    """Return a title as it stands within a sentence."""
    return Bilingual(*(title.get(each)[:1].lower() + title.get(each)[1:] for each in LANGUAGES))
