"""Which rows of the ledger a reader asks for: the filter of the page, read from its address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

from flask import request, url_for

from geo_app.domain.ledger import KINDS, STATUSES, Kind, Row, Status
from geo_app.domain.outline import Only
from geo_app.domain.plan_terms import PROJECT_KINDS
from geo_app.domain.text import collation_key
from geo_app.errors import DataError
from geo_app.web.arguments import day_argument
from geo_app.web.language import language, title
from geo_app.web.plan_lines import GROUPS, agency_name
from geo_app.workspace import Workspace

T = TypeVar("T")
_ANSWERS: Mapping[str, tuple[Status, ...]] = dict(
    [*((group.id, group.statuses) for group in GROUPS), *((each, (each,)) for each in STATUSES)]
)
"""What `status` may be: a group of statuses, or one of them."""


@dataclass(frozen=True)
class Wanted:
    """
    What is asked for; "" is anything.

    `instrument` is the plan that sets a row, where a workspace has several. `section` is one of
    its sections, or the beginning of several (``III.2``). `agency` is one of the plan or of today.
    `on` is the day the ledger is looked at; None: today.
    """

    kind: Kind | Literal[""] = ""
    instrument: str = ""
    section: str = ""
    agency: str = ""
    status: str = ""
    theme: str = ""
    on: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the day is asked for."""
        return replace(self, on=None) != Wanted()

    def rows(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return the rows asked for, in their order."""
        only = Only(
            kinds=(self.kind,) if self.kind else (),
            statuses=_ANSWERS.get(self.status, ()),
            sections=(self.section,) if self.section else (),
            agencies=(self.agency,) if self.agency else (),
            themes=(self.theme,) if self.theme else (),
        )
        own = (row for row in rows if self.instrument in ("", row.instrument))
        return only.rows(own, year=0, news=frozenset())

    def address(self, endpoint: str = "plan.index", **changes: Any) -> str:
        """Return the address that asks the same, with some changes."""
        asked = {**asdict(self), **changes}
        return url_for(endpoint, **{name: value or None for name, value in asked.items()})


def read_wanted() -> Wanted:
    """
    Read what the address asks for.

    Raises
    ------
    DataError
        If it names a kind or status there is none of, or no day.
    """
    return Wanted(
        kind=_one_of("kind", KINDS),
        instrument=request.args.get("instrument", "").strip(),
        section=request.args.get("section", "").strip(),
        agency=request.args.get("agency", "").strip(),
        status=_one_of("status", _ANSWERS),
        theme=request.args.get("theme", "").strip(),
        on=day_argument("on"),
    )


def _one_of(name: str, known: Iterable[T]) -> T | Literal[""]:
    text = request.args.get(name, "").strip()
    found = next((each for each in known if each == text), None)
    if text and found is None:
        codes = ", ".join(map(str, known))
        message = f"{name}: found {text!r}; expected one of {codes}"
        raise DataError(message, vi=f"{name}: {text!r} không có; hãy chọn: {codes}.")
    return found or ""


def choices(ws: Workspace, rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Return what each part of the filter may be, by its name in the address; codes → words."""
    sections = dict.fromkeys(row.section for row in rows)
    agencies = _words(
        (row.agency_now or row.agency for row in rows), lambda code: agency_name(ws.plan, code)
    )
    return {
        "kind": {code: title(text) for code, text in KINDS.items()},
        "instrument": _words(
            (row.instrument for row in rows), lambda code: ws.plan.instrument(code).number
        ),
        "section": {code: code for code in _with_parents(sections)},
        "agency": dict(sorted(agencies.items(), key=lambda each: collation_key(each[1]))),
        "theme": _words((row.theme for row in rows), lambda code: theme_title(ws, code)),
    }


def theme_title(ws: Workspace, theme: str) -> str:
    """Return the title of a theme of the atlas or a kind of project."""
    known = ws.catalogue.themes.get(theme)
    words = known.title if known else PROJECT_KINDS.get(theme)
    return words.get(language()) if words else theme


def _words(codes: Iterable[str | None], word: Callable[[str], str]) -> dict[str, str]:
    return {code: word(code) for code in dict.fromkeys(codes) if code}


def _with_parents(sections: Iterable[str]) -> list[str]:
    """Return sections in the plan's order, each group before its parts: II, II.1, II.2."""
    found: dict[str, None] = {}
    for section in sections:
        parts = section.split(".")
        found |= dict.fromkeys(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return sorted(found, key=_order)


def _order(section: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in section.split(".")]
