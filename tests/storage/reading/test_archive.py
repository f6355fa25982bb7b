"""Archives are opened with care, and leave nothing behind."""

import tempfile
import zipfile
from pathlib import Path

import pytest

from geo_app.errors import DataError
from geo_app.storage.reading.archive import opened


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def packed(folder: Path, entries: dict[str, bytes]) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_an_honest_archive(tmp_path: Path, own_temporary_folder: Path) -> None:
    with opened(packed(tmp_path, {"thư/xã.txt": b"x", "b": b""})) as folder:
        assert (folder / "thư" / "xã.txt").read_bytes() == b"x"
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"../out.txt": b"x"}, "leads out of"),
        ({"/etc/x": b"x"}, "leads out of"),
        ({"..\\x": b"x"}, "leads out of"),
        ({"C:\\x": b"x"}, "leads out of"),
        ({"inner.zip": b"x"}, "an archive within the archive"),
        ({"a.txt": b"0" * 30_000_000}, "a zip bomb"),
        ({f"{n}": b"" for n in range(10_001)}, "holds 10,001 files"),
    ],
)
def test_what_is_refused(
    tmp_path: Path, own_temporary_folder: Path, entries: dict[str, bytes], words: str
) -> None:
    with pytest.raises(DataError, match=words), opened(packed(tmp_path, entries)):
        pytest.fail("it was opened")
    assert list(own_temporary_folder.iterdir()) == []


def test_links_and_damage(tmp_path: Path, own_temporary_folder: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="is a link"), opened(path):
        pytest.fail("it was opened")
    good = packed(tmp_path, {"a.txt": b"abc" * 1000}).read_bytes()
    path.write_bytes(good[:40] + b"\xff" + good[41:])
    with pytest.raises(DataError, match="cannot be opened as a zip"), opened(path):
        pytest.fail("it was opened")
    assert list(own_temporary_folder.iterdir()) == []
