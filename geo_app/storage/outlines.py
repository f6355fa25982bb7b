"""Read and check the outlines of reports: ``plan/reports/*.toml``."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

from geo_app.domain.ledger import KINDS, STATUSES
from geo_app.domain.outline import (
    BYS,
    COLUMNS,
    SHOWS,
    SPANS,
    Letterhead,
    Only,
    Outline,
    OutlinePart,
    OutlineSection,
)
from geo_app.domain.text import Bilingual
from geo_app.storage.checked import CheckedTable, read_toml

FOLDER = "reports"
_USUAL = ("number", "title", "asks", "actual", "day", "status", "agency", "source")


def read_outlines(folder: Path) -> dict[str, Outline]:
    """
    Read every outline in ``reports/`` of `folder`, by id: those of a quarter, of a year, of a day.

    A folder that does not exist holds none.

    Raises
    ------
    CatalogueError
        At the first key or value that breaks the rules.
    """
    found = [_read_outline(path) for path in sorted((folder / FOLDER).glob("*.toml"))]
    spans = list(SPANS)
    return {each.id: each for each in sorted(found, key=lambda each: spans.index(each.span))}


def outlines_digest(folder: Path) -> str:
    """Return SHA-256 of the outlines in ``reports/`` of `folder`, by name and content."""
    files = sorted((folder / FOLDER).glob("*.toml"))
    told = [(path.name, sha256(path.read_bytes()).hexdigest()) for path in files]
    return sha256(repr(told).encode()).hexdigest()


def _read_outline(path: Path) -> Outline:
    file = read_toml(path)
    outline = Outline(
        id=path.stem,
        name=file.bilingual("name"),
        title=file.bilingual("title"),
        span=file.choice("span", SPANS),
        sections=tuple(_read_section(row) for row in file.rows("sections")),
        one_page=file.flag("one_page", default=False),
        letterhead=_read_letterhead(file),
    )
    file.done()
    if not outline.sections:
        raise file.error("sections", "there is none; expected [[sections]]")
    return outline


def _read_letterhead(file: CheckedTable) -> Letterhead | None:
    table = file.table("letterhead", None)
    if table is None:
        return None
    words = {name: table.bilingual(name) for name in ("over", "issuer", "place", "signer")}
    recipients = tuple(_read_recipient(row) for row in table.rows("recipients"))
    table.done()
    return Letterhead(**words, recipients=recipients)


def _read_recipient(row: CheckedTable) -> Bilingual:
    found = Bilingual(row.text("vi"), row.text("en"))
    row.done()
    return found


def _read_section(row: CheckedTable) -> OutlineSection:
    section = OutlineSection(
        title=row.bilingual("title"),
        parts=tuple(_read_part(part) for part in row.rows("parts")),
        empty=row.bilingual("empty", None),
    )
    row.done()
    return section


def _read_part(row: CheckedTable) -> OutlinePart:
    show = row.choice("show", SHOWS)
    part = OutlinePart(
        show=show,
        title=row.bilingual("title", None),
        text=row.bilingual("text", None),
        only=_read_only(row),
        by=row.choice("by", BYS, "kind" if show == "counts" else None),
        columns=_some(row, "columns", COLUMNS) or _USUAL,
        most=row.integer("most", None),
        study=row.text("study", None),
        settings=_read_settings(row),
        target=row.text("target", None),
    )
    row.done()
    _check_part(row, part)
    return part


def _check_part(row: CheckedTable, part: OutlinePart) -> None:
    if part.show == "text" and part.text is None:
        raise row.error("text", "is missing; a paragraph has one")
    if part.show == "map" and (part.study is None) == (part.target is None):
        raise row.error("study", "a map is that of a `study` or of a `target`; name one of them")
    if part.most is not None and part.most < 1:
        raise row.error("most", f"found {part.most}; expected 1 or more")


def _read_settings(row: CheckedTable) -> dict[str, str]:
    table = row.table("settings", None)
    return {} if table is None else {name: str(value) for name, value in table.content.items()}


def _read_only(row: CheckedTable) -> Only:
    table = row.table("only", None)
    if table is None:
        return Only()
    only = Only(
        kinds=_some(table, "kinds", KINDS),
        statuses=_some(table, "statuses", STATUSES),
        sections=table.texts("sections", ()),
        agencies=table.texts("agencies", ()),
        themes=table.texts("themes", ()),
        ids=table.texts("ids", ()),
        due_within=table.integer("due_within", None),
        new=table.flag("new", default=False),
        changed=table.flag("changed", default=False),
    )
    table.done()
    return only


def _some(row: CheckedTable, key: str, choices: Collection[str]) -> tuple[Any, ...]:
    found: tuple[str, ...] = row.texts(key, ())
    for each in found:
        if each not in choices:
            raise row.error(key, f"found {each!r}; expected some of {', '.join(choices)}")
    return found
