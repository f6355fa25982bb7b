"""What is published: generations, their history, and the one file that holds them."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.errors import StoreError, UnknownError
from geo_app.storage.published import (
    FILE,
    Published,
    read_published,
    replace_file,
    write_published,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EMPTY = Published(0, {}, ())


def after(*changes: dict[str, str | None]) -> Published:
    """Return the state after these changes, one a day."""
    state = EMPTY
    for number, change in enumerate(changes):
        when = NOON + timedelta(days=number)
        state = state.changed(change, by="owner", what="test", when=when)
    return state


def test_a_generation_per_change() -> None:
    state = after({"wells": "a", "roads": "r"}, {"wells": "b"}, {"roads": None})
    assert state.generation == 3
    assert state.versions == {"wells": "b"}
    assert state.history[1].changes == {"wells": ("a", "b")}
    assert state.history[2].changes == {"roads": ("r", None)}


def test_any_earlier_generation() -> None:
    state = after({"wells": "a", "roads": "r"}, {"wells": "b"}, {"roads": None})
    assert state.at(0) == EMPTY
    assert state.at(1).versions == {"roads": "r", "wells": "a"}
    assert state.at(2).versions == {"roads": "r", "wells": "b"}
    assert state.at(3) == state
    for wrong in (-1, 4):
        with pytest.raises(UnknownError, match=f"no generation {wrong}; the newest is 3"):
            state.at(wrong)


def test_as_of_a_moment() -> None:
    state = after({"wells": "a"}, {"wells": "b"})
    assert state.as_of(NOON - timedelta(seconds=1)).generation == 0
    assert state.as_of(NOON).versions == {"wells": "a"}
    assert state.as_of(NOON + timedelta(hours=23)).versions == {"wells": "a"}
    assert state.as_of(NOON + timedelta(days=400)).versions == {"wells": "b"}


CHANGES = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.none() | st.sampled_from("xyz"), min_size=1),
    max_size=6,
)


@given(CHANGES)
def test_every_generation_is_what_was_served_then(changes: list[dict[str, str | None]]) -> None:
    state, served = EMPTY, [EMPTY.versions]
    for change in changes:
        state = state.changed(change, by="owner", what="", when=NOON)
        served.append(state.versions)
    assert [state.at(n).versions for n in range(len(served))] == served


def test_through_the_file(tmp_path: Path) -> None:
    assert read_published(tmp_path) == EMPTY
    state = after({"wells": "a", "roads": "r"}, {"wells": "b"}, {"roads": None})
    write_published(tmp_path, state)
    assert read_published(tmp_path) == state
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def whole(**changes: object) -> bytes:
    event = {
        "generation": 1,
        "when": "2026-03-01T12:00:00+00:00",
        "by": "owner",
        "what": "test",
        "changes": {"wells": [None, "a"]},
    }
    record = {"format": 1, "generation": 1, "versions": {"wells": "a"}, "history": [event]}
    return json.dumps(record | changes).encode()


DAMAGED = {
    "empty": b"",
    "cut": whole()[:60],
    "not text": b"\xff\xfe\x00\x01",
    "a list": b"[]",
    "no history": b'{"format": 1, "generation": 0, "versions": {}}',
    "history is a map": whole(history={}),
    "an event is a number": whole(history=[7]),
    "changes are a list": whole(history=[{**json.loads(whole())["history"][0], "changes": []}]),
    "no time zone": whole(
        history=[{**json.loads(whole())["history"][0], "when": "2026-03-01T12:00:00"}]
    ),
    "generation without event": whole(generation=2),
    "versions the history does not know": whole(versions={"wells": "b"}),
    "generation is text": whole(generation="1"),
    "of a later program": whole(format=2),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file(tmp_path: Path, case: str) -> None:
    (tmp_path / FILE).write_bytes(DAMAGED[case])
    with pytest.raises(StoreError, match=r"published\.json: damaged \(.*restore it from a backup"):
        read_published(tmp_path)


def test_the_whole_file_is_not_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(whole())
    assert read_published(tmp_path).versions == {"wells": "a"}


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError, match=r"published\.json: cannot be read"):
        read_published(tmp_path)


def test_replacing_leaves_the_old_file_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    replace_file(path, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
