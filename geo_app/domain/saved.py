"""
A result saved under a number, and what verifying it says.

The record holds what the result rested on: settings, versions of layers, rules of the plan and of
law, the program. A `Change` tells what of that is no longer so.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geo_app.domain.access import Access
from geo_app.domain.layer import Mark
from geo_app.domain.text import Bilingual

NUMBER = re.compile(r"(?P<year>[0-9]{4})-(?P<serial>[0-9]{4,9})")

Outcome = Literal["same", "same_figures", "different", "impossible"]
OUTCOMES: Mapping[Outcome, Bilingual] = {
    "same": Bilingual("trùng khớp", "same"),
    "same_figures": Bilingual("trùng số liệu", "same figures"),
    "different": Bilingual("khác", "different"),
    "impossible": Bilingual("không chạy lại được", "cannot be run again"),
}
"""`same`: all of it; `same_figures`: the figures, though they rest on something else now."""

ChangeKind = Literal[
    "record", "layer", "description", "rule", "legal_rule", "plan", "setting", "override", "program"
]
CHANGES: Mapping[ChangeKind, Bilingual] = {
    "record": Bilingual("bản lưu đã bị sửa", "altered record"),
    "layer": Bilingual("dữ liệu của lớp", "data of a layer"),
    "description": Bilingual("khai báo của lớp", "description of a layer"),
    "rule": Bilingual("quy tắc của kế hoạch", "rule of the plan"),
    "legal_rule": Bilingual("quy định pháp luật", "legal rule"),
    "plan": Bilingual("tệp khác của kế hoạch", "other file of the plan"),
    "setting": Bilingual("thiết lập", "setting"),
    "override": Bilingual("kết luận được gác lại", "finding set aside"),
    "program": Bilingual("phiên bản chương trình", "version of the program"),
}


@dataclass(frozen=True)
class Change:
    """
    Something a saved result rests on that is not what it was.

    `before` and `after` are its version, digest or value; None: there was none, or is none now.
    `day_before` and `day_after` are the dates of a layer's data.
    """

    kind: ChangeKind
    name: str
    title: Bilingual
    before: str | None
    after: str | None
    day_before: dt.date | None = None
    day_after: dt.date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "title": self.title.vi,
            "title_en": self.title.en,
            "before": self.before,
            "after": self.after,
            "date_before": self.day_before.isoformat() if self.day_before else None,
            "date_after": self.day_after.isoformat() if self.day_after else None,
        }


@dataclass(frozen=True)
class Difference:
    """A total that is another now; None: it was not there, or is not known."""

    name: str
    title: Bilingual
    before: Any
    after: Any
    unit: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            "name": self.name,
            "title": self.title.vi,
            "title_en": self.title.en,
            "before": self.before,
            "after": self.after,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Verification:
    """
    What running a saved check again said.

    `outcome` is that of the layers of `generation`, served when it was run; `then` that of the
    layers the check was saved with, asked only where the first is not the same. `totals` and
    `rows` (table → rows that differ) tell what is different, `changes` why it may be, and
    `problem` why it could not be run.
    """

    outcome: Outcome
    then: Outcome | None
    changes: tuple[Change, ...]
    totals: tuple[Difference, ...]
    rows: Mapping[str, int]
    problem: str | None
    generation: int
    program: str
    made: dt.datetime

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            "outcome": self.outcome,
            "then": self.then,
            "changes": [each.to_json() for each in self.changes],
            "totals": [each.to_json() for each in self.totals],
            "rows": dict(self.rows),
            "problem": self.problem,
            "generation": self.generation,
            "program": self.program,
            "made": self.made.isoformat(),
        }


def verification_from_json(record: Mapping[str, Any]) -> Verification:
    """Rebuild a verification from what `Verification.to_json` wrote."""
    return Verification(
        outcome=record["outcome"],
        then=record["then"],
        changes=tuple(_change(each) for each in record["changes"]),
        totals=tuple(
            Difference(each["name"], _title(each), each["before"], each["after"], each["unit"])
            for each in record["totals"]
        ),
        rows=record["rows"],
        problem=record["problem"],
        generation=record["generation"],
        program=record["program"],
        made=dt.datetime.fromisoformat(record["made"]),
    )


def _change(record: Mapping[str, Any]) -> Change:
    days = (record["date_before"], record["date_after"])
    before, after = (dt.date.fromisoformat(day) if day else None for day in days)
    return Change(
        record["kind"],
        record["name"],
        _title(record),
        record["before"],
        record["after"],
        before,
        after,
    )


def _title(record: Mapping[str, Any]) -> Bilingual:
    return Bilingual(record["title"], record["title_en"])


@dataclass(frozen=True)
class Entry:
    """
    A line in the list of saved checks.

    `who` is the name given when it was saved, `account` the reader who saved it. `access` is what
    a reader must be cleared for to see it.
    """

    number: str
    study: str
    note: str
    who: str
    account: str
    made: dt.datetime
    access: Access
    marks: tuple[Mark, ...]
    verification: Verification | None

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            "id": self.number,
            "study": self.study,
            "note": self.note,
            "who": self.who,
            "account": self.account,
            "made": self.made.isoformat(),
            "access": self.access,
            "marks": list(self.marks),
            "outcome": self.verification.outcome if self.verification else None,
            "verified": self.verification.made.isoformat() if self.verification else None,
        }


@dataclass(frozen=True)
class Saved(Entry):
    """
    A saved check.

    `settings` are all settings as text, `clearance` that of the reader it was computed for,
    `generation` the state of the layers. `bases` is what it rests on beside layers' data: digests
    of rules, legal rules, files of the plan and descriptions of layers, by kind and name
    (``rule R1``). `result` is what was found, as `geo_app.domain.result_record` keeps it.
    """

    settings: Mapping[str, str]
    clearance: Access
    generation: int
    bases: Mapping[str, str]
    program: str
    hash: str
    result: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        return {
            **super().to_json(),
            "verification": self.verification.to_json() if self.verification else None,
            "settings": dict(self.settings),
            "clearance": self.clearance,
            "generation": self.generation,
            "bases": dict(self.bases),
            "program": self.program,
            "hash": self.hash,
            "result": dict(self.result),
        }
