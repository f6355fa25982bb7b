"""
Read TOML strictly: every key and value is checked, and nothing unknown passes.

Every error names the file, the key, what stood there and what was expected.
"""

import difflib
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from geo_app.domain.text import LANGUAGES, Bilingual
from geo_app.errors import CatalogueError

T = TypeVar("T")
_REQUIRED: Any = object()


def read_toml(path: Path) -> "CheckedTable":
    """
    Read one TOML file as a table to be taken apart key by key.

    Raises
    ------
    CatalogueError
        If the file is missing, is not UTF-8 or is not TOML.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path}: the file does not exist"
        raise CatalogueError(message) from None
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8"
        raise CatalogueError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: not valid TOML: {error}"
        raise CatalogueError(message) from None
    return CheckedTable(content, str(path.name))


class CheckedTable:
    """
    A TOML table whose keys are taken one by one; `done` refuses what was not asked for.

    Parameters
    ----------
    content
        The parsed table.
    where
        File name, and the path of keys that leads here.
    """

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self.content = content
        self.where = where
        self._taken: set[str] = set()

    def error(self, key: str, problem: str) -> CatalogueError:
        """Return the error for `key`, naming this place."""
        return CatalogueError(f"{self.where}: {key}: {problem}")

    def _take(self, key: str, kind: type | tuple[type, ...], words: str, default: T) -> Any:
        self._taken.add(key)
        if key not in self.content:
            if default is _REQUIRED:
                raise self.error(key, f"is missing; expected {words}")
            return default
        value = self.content[key]
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if wrong:
            raise self.error(key, f"found {value!r}; expected {words}")
        return value

    def text(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a non-empty string."""
        value = self._take(key, str, "text", default)
        if isinstance(value, str) and not value.strip() and default is not value:
            raise self.error(key, "is empty; expected text")
        return value

    def integer(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a whole number."""
        return self._take(key, int, "a whole number", default)

    def number(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a number."""
        value = self._take(key, (int, float), "a number", default)
        return float(value) if isinstance(value, int) else value

    def flag(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take true or false."""
        return self._take(key, bool, "true or false", default)

    def day(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a date such as 2025-07-01 (without quotes)."""
        value = self._take(key, date, "a date such as 2025-07-01, without quotes", default)
        if isinstance(value, datetime):
            raise self.error(key, f"found {value!r}; expected a date without a time")
        return value

    def choice(self, key: str, choices: Collection[str], default: Any = _REQUIRED) -> Any:
        """Take one of `choices`."""
        words = "one of " + ", ".join(choices)
        value = self._take(key, str, words, default)
        if value is not default and value not in choices:
            raise self.error(key, f"found {value!r}; expected {words}{_nearest(value, choices)}")
        return value

    def bilingual(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a table with a text in each language."""
        words = 'a table such as {vi = "…", en = "…"}'
        value = self._take(key, dict, words, default)
        if value is default:
            return default
        table = CheckedTable(value, f"{self.where}: {key}")
        title = Bilingual(*(table.text(language) for language in LANGUAGES))
        table.done()
        return title

    def texts(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a list of strings, as a tuple."""
        value = self._take(key, list, "a list of texts", default)
        if value is default:
            return default
        for item in value:
            if not isinstance(item, str):
                raise self.error(key, f"found {item!r} in the list; expected texts")
        return tuple(value)

    def table(self, key: str, default: Any = _REQUIRED) -> Any:
        """Take a table, itself to be taken apart."""
        value = self._take(key, dict, "a table", default)
        return value if value is default else CheckedTable(value, f"{self.where}: {key}")

    def tables(self, key: str) -> Iterator[tuple[str, "CheckedTable"]]:
        """Take a table of tables: name and table, in the file's order."""
        for name, value in self._take(key, dict, "a table of tables", {}).items():
            if not isinstance(value, dict):
                raise self.error(f"{key}.{name}", f"found {value!r}; expected a table")
            yield name, CheckedTable(value, f"{self.where}: {key}.{name}")

    def rows(self, key: str) -> Iterator["CheckedTable"]:
        """Take an array of tables ([[key]])."""
        for number, value in enumerate(self._take(key, list, f"tables [[{key}]]", []), start=1):
            if not isinstance(value, dict):
                raise self.error(key, f"entry {number}: found {value!r}; expected a table")
            name = value.get("id", number)
            yield CheckedTable(value, f"{self.where}: {key} {name}")

    def done(self) -> None:
        """Refuse every key that was not taken."""
        for key in self.content:
            if key not in self._taken:
                known = ", ".join(sorted(self._taken))
                hint = _nearest(key, self._taken)
                raise self.error(key, f"is not known here{hint}; known keys: {known}")


def index_unique(items: Iterator[T], identify: Callable[[T], str], where: str) -> dict[str, T]:
    """Index `items` by id, refusing an id that comes twice."""
    index: dict[str, T] = {}
    for item in items:
        name = identify(item)
        if name in index:
            message = f"{where}: id {name!r} stands twice; every id must be unique"
            raise CatalogueError(message)
        index[name] = item
    return index


def _nearest(value: str, choices: Collection[str]) -> str:
    near = difflib.get_close_matches(value, list(choices), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
