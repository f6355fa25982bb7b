"""A report as PDF on A4, set by Typst; content goes in as data, so none of it is markup."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from geo_app.render.document import Document, Part, Section
from geo_app.render.paper import Drawing

_TEMPLATE = "report.typ"


def to_pdf(document: Document) -> bytes:
    """Write a report as PDF; it looks the same on every machine, for it uses no font of theirs."""
    sources: dict[str, bytes] = {}
    runs = {
        "runs": _runs(document.sections, sources),
        "annex": _runs(document.annex, sources),
    }
    names = ("language", "title", "province", "stamp", "notice", "origin", "page", "one_page")
    letter = asdict(document.letter) if document.letter else None
    content = {**runs, "letter": letter, **{name: getattr(document, name) for name in names}}
    sources["content.json"] = json.dumps(content).encode()
    sources[_TEMPLATE] = files("geo_app.render").joinpath(_TEMPLATE).read_bytes()
    with TemporaryDirectory() as folder:
        for name, data in sources.items():
            (Path(folder) / name).write_bytes(data)
        pdf: bytes = typst.compile(
            str(Path(folder) / _TEMPLATE),
            root=folder,
            font_paths=_fonts(),
            timestamp=int(document.made.timestamp()),
        )
    return pdf


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the free fonts inside the package, which have all Vietnamese letters."""
    return typst.Fonts(include_system_fonts=False)


def _runs(sections: Sequence[Section], pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    """Return sections as they follow each other on pages of one kind."""
    return [
        {
            "wide": wide,
            "sections": [
                {"title": each.title, "parts": [_part(part, pictures) for part in each.parts]}
                for each in run
            ],
        }
        for wide, run in groupby(sections, key=lambda section: section.wide)
    ]


def _part(part: Part, pictures: dict[str, bytes]) -> dict[str, Any]:
    kind = type(part).__name__.lower()
    if not isinstance(part, Drawing):
        return {"kind": kind, **asdict(part)}
    name = f"{len(pictures)}.png"
    pictures[name] = part.png
    return {"kind": kind, "file": name, "width_mm": part.width_mm, "alt": part.alt}
