"""Downloads over a bad line: whole and checked, or not there."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from loopback import QUICK, Scripted

from geo_app import __version__
from geo_app.errors import DataError
from geo_app.storage.opendata.asking import Patience, masked
from geo_app.storage.opendata.getting import get

BODY = bytes(range(256)) * 2_000


@pytest.fixture
def file(server: Scripted) -> Scripted:
    server.files["/a.bin"] = BODY
    return server


def fetched(server: Scripted, folder: Path, patience: Patience = QUICK, **more: str) -> bytes:
    return get(f"{server.address}/a.bin", folder, patience=patience, **more).path.read_bytes()


def left(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_a_file_with_its_date_and_digest(file: Scripted, tmp_path: Path) -> None:
    said: list[tuple[int, int | None]] = []
    found = get(
        f"{file.address}/a.bin?token=geheim",
        tmp_path,
        patience=QUICK,
        progress=lambda *at: said.append(at),
    )
    assert found.path.read_bytes() == BODY
    assert found.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (found.bytes, found.date, found.from_cache) == (len(BODY), dt.date(2026, 3, 31), False)
    assert found.address.endswith("a.bin?token=***")
    assert "geheim" not in "".join(p.read_text("latin-1") for p in tmp_path.glob("*.json"))
    assert said[-1] == (len(BODY), len(BODY))
    assert file.agents == {f"geo_app/{__version__} (+province planning atlas)"}
    assert left(tmp_path) == [".bin", ".json"]


@pytest.mark.parametrize("etags", [True, False])
def test_what_was_cut_off_goes_on(file: Scripted, tmp_path: Path, etags: bool) -> None:
    file.etags = etags
    file.troubles["/a.bin"] = ["cut", "cut"]
    assert fetched(file, tmp_path) == BODY
    ranges = [asked for _, asked in file.asked]
    assert ranges[0] is None
    first, second = (int(asked.removeprefix("bytes=")[:-1]) for asked in ranges[1:] if asked)
    assert len(BODY) / 4 < first <= len(BODY) / 2 < second < len(BODY)


def test_it_goes_on_another_day(file: Scripted, tmp_path: Path) -> None:
    file.troubles["/a.bin"] = ["cut"]
    with pytest.raises(DataError, match="not fetched after one attempt"):
        fetched(file, tmp_path, Patience(attempts=1, pause_s=0.01))
    assert [path.suffix for path in tmp_path.glob("*.bin")] == []
    assert fetched(file, tmp_path) == BODY
    assert file.asked[-1][1] not in (None, "bytes=0-")


def test_one_that_changed_between_starts_anew(file: Scripted, tmp_path: Path) -> None:
    file.troubles["/a.bin"] = ["cut"]
    with pytest.raises(DataError):
        fetched(file, tmp_path, Patience(attempts=1, pause_s=0.01))
    file.files["/a.bin"] = BODY[::-1]
    assert fetched(file, tmp_path) == BODY[::-1]


def test_one_that_became_shorter_starts_anew(file: Scripted, tmp_path: Path) -> None:
    file.troubles["/a.bin"] = ["cut"]
    with pytest.raises(DataError):
        fetched(file, tmp_path, Patience(attempts=1, pause_s=0.01))
    file.etags = False
    for marker in tmp_path.glob("*.part.json"):
        marker.write_text('{"validator": "Tue, 31 Mar 2026 00:00:00 GMT"}', encoding="utf-8")
    file.files["/a.bin"] = BODY[:100]
    assert fetched(file, tmp_path) == BODY[:100]


def test_a_server_that_knows_no_ranges(file: Scripted, tmp_path: Path) -> None:
    file.troubles["/a.bin"] = ["cut", "plain"]
    assert fetched(file, tmp_path) == BODY


@pytest.mark.parametrize("code", [429, 500, 502, 503])
def test_a_server_that_is_busy(file: Scripted, tmp_path: Path, code: int) -> None:
    file.troubles["/a.bin"] = [code, code, code]
    assert fetched(file, tmp_path) == BODY
    assert len(file.asked) == 4


def test_one_that_stays_busy(file: Scripted, tmp_path: Path) -> None:
    file.troubles["/a.bin"] = [500] * 9
    with pytest.raises(DataError, match=r"not fetched after 4 attempts \(HTTP 500.*local file"):
        fetched(file, tmp_path)
    assert len(file.asked) == 4
    assert list(tmp_path.iterdir()) == []


def test_one_that_asks_for_an_hour(file: Scripted, tmp_path: Path) -> None:
    file.retry_after, file.troubles["/a.bin"] = "3600", [429]
    with pytest.raises(DataError, match="asks to come back in 3,600 s"):
        fetched(file, tmp_path)


@pytest.mark.parametrize("code", [403, 404, 410])
def test_a_refusal_is_not_asked_again(file: Scripted, tmp_path: Path, code: int) -> None:
    file.troubles["/a.bin"] = [code]
    with pytest.raises(DataError, match=f"HTTP {code}.*is the address right"):
        fetched(file, tmp_path)
    assert len(file.asked) == 1


def test_the_cache(file: Scripted, tmp_path: Path) -> None:
    fetched(file, tmp_path)
    assert get(f"{file.address}/a.bin", tmp_path, patience=QUICK).from_cache
    assert len(file.asked) == 1
    stale = Patience(attempts=1, pause_s=0.01, fresh_s=0)
    assert get(f"{file.address}/a.bin", tmp_path, patience=stale).from_cache
    file.files["/a.bin"] = b"new"
    assert fetched(file, tmp_path, stale) == b"new"


def test_a_damaged_copy_is_loaded_again(file: Scripted, tmp_path: Path) -> None:
    fetched(file, tmp_path)
    (copy,) = tmp_path.glob("*.bin")
    copy.write_bytes(b"x")
    file.etags = False
    assert fetched(file, tmp_path) == BODY


def test_a_digest_that_is_not_the_publishers(file: Scripted, tmp_path: Path) -> None:
    assert fetched(file, tmp_path, sha256=hashlib.sha256(BODY).hexdigest()) == BODY
    with pytest.raises(DataError, match=r"its SHA-256 is .*; expected 00"):
        fetched(file, tmp_path, sha256="00")
    assert list(tmp_path.glob("*.bin")) == []


def test_one_that_is_too_large(file: Scripted, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is larger than 1,000 bytes"):
        fetched(file, tmp_path, Patience(attempts=1, pause_s=0.01, most_bytes=1_000))


def test_no_server_at_all(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not fetched after 2 attempts"):
        get("http://127.0.0.1:9/a", tmp_path, patience=Patience(attempts=2, pause_s=0.01))


def test_a_key_stands_in_no_error(file: Scripted, tmp_path: Path) -> None:
    quick = Patience(attempts=1, pause_s=0.01, connect_s=1)
    file.troubles["/a.bin"] = [404]
    for address in (f"{file.address}/a.bin?token=geheim", "http://127.0.0.1:9/a?token=geheim"):
        with pytest.raises(DataError) as caught:
            get(address, tmp_path, patience=quick)
        assert "geheim" not in str(caught.value)


def test_a_local_file(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(BODY)
    found = get(str(tmp_path / "a.bin"), tmp_path / "cache")
    assert (found.path, found.address) == (tmp_path / "a.bin", "a.bin")
    assert not (tmp_path / "cache").exists()
    with pytest.raises(DataError, match="does not exist"):
        get(str(tmp_path / "b.bin"), tmp_path)
    with pytest.raises(DataError, match="expected an http or https address"):
        get("ftp://a.org/x", tmp_path)


def test_secrets_in_an_address() -> None:
    assert masked("https://me:pw@a.org/x?api_key=1") == "https://a.org/x?api_key=***"
