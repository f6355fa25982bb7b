"""Every text of the pages has a Vietnamese one, and no translation is left that nothing shows."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import geo_app.web

WEB = Path(geo_app.web.__file__).parent


def texts_in_use() -> Iterator[str]:
    for path in sorted(WEB.rglob("*.html")):
        for _, text, *_ in extract_from_file("jinja2.ext:babel_extract", path):
            yield str(text)
    for path in sorted(WEB.glob("*.py")):
        for _, text, *_ in extract_from_file("python", path, keywords={"translate": None}):
            yield str(text)


def vietnamese() -> Catalog:
    with (WEB / "translations" / "vi.po").open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def test_every_text_has_a_translation_and_every_translation_a_text() -> None:
    translated = {str(message.id) for message in vietnamese() if message.id}
    used = set(texts_in_use())
    assert len(used) > 80
    assert used - translated == set()
    assert translated - used == set()


def test_translations_are_filled_composed_and_not_fuzzy() -> None:
    messages = [message for message in vietnamese() if message.id]
    assert [m.id for m in messages if not str(m.string).strip() or m.fuzzy] == []
    assert [m.id for m in messages if not unicodedata.is_normalized("NFC", str(m.string))] == []


def test_no_text_is_put_together_at_run_time() -> None:
    """A text made of parts would show its name, not its words, to English readers."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in WEB.rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if '_("' in line and '" ~' in line.partition('_("')[2].partition(")")[0]
    ]
    assert found == []
