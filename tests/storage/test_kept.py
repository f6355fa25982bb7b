"""Long texts are kept under their digest; the folder stays within its bounds."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.errors import StoreError, UnknownError
from geo_app.storage.kept import KeptTexts


@given(st.text(max_size=200))
def test_a_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    if "\r" in text or not text.isprintable():
        text = repr(text)
    kept = KeptTexts(tmp_path_factory.getbasetemp() / "kept")
    digest = kept.keep(text)
    assert digest == kept.keep(text) == hashlib.sha256(text.encode()).hexdigest()
    assert kept.text(digest) == text


def test_the_oldest_are_forgotten_first(tmp_path: Path) -> None:
    kept = KeptTexts(tmp_path, most_bytes=25)
    digests = [kept.keep(letter * 10) for letter in "ab"]
    for age, digest in zip((200, 100), digests, strict=True):
        os.utime(tmp_path / digest, (1e9 - age, 1e9 - age))
    newest = kept.keep("c" * 10)
    assert {path.name for path in tmp_path.iterdir()} == {digests[1], newest}
    with pytest.raises(UnknownError, match="send it again"):
        kept.text(digests[0])


@pytest.mark.parametrize("name", ["", "..", "../secret", "0" * 63, "0" * 64])
def test_only_digests_of_kept_texts_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("x")
    with pytest.raises(UnknownError):
        KeptTexts(tmp_path / "kept").text(name)


def test_where_it_cannot_be_written_the_error_says_so(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        KeptTexts(tmp_path / "kept").keep("text")
