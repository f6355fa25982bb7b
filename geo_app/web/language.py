"""The reader's language: in the address, else the cookie, else the browser, else Vietnamese."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask, g, request

from geo_app.domain.text import LANGUAGES, Bilingual
from geo_app.errors import DataError

COOKIE = "lang"
_TRANSLATIONS = Path(__file__).with_name("translations")


def init_app(app: Flask) -> None:
    """Refuse languages there are no texts in."""
    app.before_request(_refuse_unknown)


def _refuse_unknown() -> None:
    asked = request.args.get("lang")
    if asked is not None and asked not in LANGUAGES:
        message = f"lang: found {asked!r}; expected one of {', '.join(LANGUAGES)}"
        raise DataError(message)


def language() -> str:
    """Return the language of this request: vi or en."""
    if "language" not in g:
        asked = [request.args.get("lang"), request.cookies.get(COOKIE)]
        known = [value for value in asked if value in LANGUAGES]
        accepted = request.accept_languages.best_match(LANGUAGES)
        g.language = known[0] if known else accepted or LANGUAGES[0]
    chosen: str = g.language
    return chosen


def translate(text: str) -> str:
    """Return an interface text, written in English in the code, in the reader's language."""
    if language() == "en":
        return text
    message = _catalog(language()).get(text)
    return str(message.string) if message is not None and message.string else text


def title(text: Bilingual) -> str:
    """Return a title of the catalogue or the plan in the reader's language."""
    return text.get(language())


@cache
def _catalog(name: str) -> Catalog:
    with (_TRANSLATIONS / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name)
