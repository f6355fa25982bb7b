"""TOML taken apart key by key."""

from datetime import date
from pathlib import Path

import pytest

from geo_app.domain.text import Bilingual
from geo_app.errors import CatalogueError
from geo_app.storage.checked import CheckedTable, index_unique, read_toml


def table(**content: object) -> CheckedTable:
    return CheckedTable(content, "a.toml")


def test_every_kind_of_value() -> None:
    given = table(
        word="chữ",
        whole=3,
        number=2.5,
        flag=True,
        day=date(2025, 7, 1),
        pick="b",
        title={"vi": "Xã", "en": "Commune"},
        words=["x", "y"],
        inner={"a": 1},
        named={"one": {}, "two": {}},
        rows=[{"id": "r"}],
    )
    assert given.text("word") == "chữ"
    assert given.integer("whole") == 3
    assert given.number("number") == 2.5
    assert given.number("whole") == 3
    assert given.flag("flag", default=False) is True
    assert given.day("day") == date(2025, 7, 1)
    assert given.choice("pick", ("a", "b")) == "b"
    assert given.bilingual("title") == Bilingual("Xã", "Commune")
    assert given.texts("words") == ("x", "y")
    assert given.table("inner").integer("a") == 1
    assert [name for name, _ in given.tables("named")] == ["one", "two"]
    assert [row.text("id") for row in given.rows("rows")] == ["r"]
    given.done()


def test_what_is_not_there_takes_its_default() -> None:
    empty = table()
    assert empty.text("a", None) is None
    assert empty.flag("b", default=True) is True
    assert empty.texts("c", ()) == ()
    assert list(empty.tables("d")) == []
    assert list(empty.rows("e")) == []
    with pytest.raises(CatalogueError, match=r"a\.toml: f: is missing; expected a whole number"):
        empty.integer("f")


@pytest.mark.parametrize(
    ("take", "value", "message"),
    [
        ("text", 5, "a.toml: key: found 5; expected text"),
        ("text", "  ", "a.toml: key: is empty; expected text"),
        ("integer", 1.0, "a.toml: key: found 1.0; expected a whole number"),
        ("integer", True, "a.toml: key: found True; expected a whole number"),
        ("number", "1", "a.toml: key: found '1'; expected a number"),
        ("number", False, "a.toml: key: found False; expected a number"),
        ("day", "2025-07-01", "a.toml: key: found '2025-07-01'; expected a date such as"),
        ("texts", ["a", 1], "a.toml: key: found 1 in the list; expected texts"),
        ("texts", "a", "a.toml: key: found 'a'; expected a list of texts"),
        ("bilingual", "Xã", "a.toml: key: found 'Xã'; expected a table such as"),
        ("bilingual", {"vi": "Xã"}, "a.toml: key: en: is missing; expected text"),
        ("bilingual", {"vi": "a", "en": "b", "fr": "c"}, "a.toml: key: fr: is not known here"),
        ("table", [], "a.toml: key: found []; expected a table"),
    ],
)
def test_a_wrong_value(take: str, value: object, message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        getattr(table(key=value), take)("key")
    assert str(caught.value).startswith(message)


def test_a_moment_is_not_a_day(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("day = 2025-07-01T00:00:00", encoding="utf-8")
    with pytest.raises(CatalogueError, match="expected a date without a time"):
        read_toml(path).day("day")


def test_a_choice_suggests_the_nearest() -> None:
    with pytest.raises(CatalogueError, match=r"expected one of point, line \(did you mean 'line'"):
        table(geometry="lines").choice("geometry", ("point", "line"))


def test_nothing_unknown_passes() -> None:
    given = table(title="x", tilte="y")
    given.text("title")
    with pytest.raises(CatalogueError, match=r"a\.toml: tilte: is not known here \(did you mean"):
        given.done()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = ", "not valid TOML"),
        (b"a = 1\na = 2", "not valid TOML"),
        ("a = 'ã'".encode("latin-1"), "not UTF-8 at byte 5; save the file as UTF-8"),
    ],
)
def test_a_broken_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "wells.toml"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=words) as caught:
        read_toml(path)
    assert "wells.toml" in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.toml: the file does not exist"):
        read_toml(tmp_path / "none.toml")


def test_ids_are_unique() -> None:
    assert index_unique(iter("ab"), str, "x.toml") == {"a": "a", "b": "b"}
    with pytest.raises(CatalogueError, match=r"x\.toml: id 'a' stands twice"):
        index_unique(iter("aba"), str, "x.toml")
