"""Work in a process of its own: answers and errors come back, limits hold, nothing is left."""

import io
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import pytest

from geo_app import jobs
from geo_app.domain.text import Bilingual
from geo_app.errors import BusyError, CrsError, DataError
from geo_app.jobs import Limits, run_bounded

LIMITS = Limits(seconds=20, memory_mb=500, disk_mb=20)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where scratch folders are made; empty when a test ends."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def run(name: str, limits: Limits = LIMITS, **arguments: Any) -> Any:
    return run_bounded(f"bounded:{name}", arguments, limits)


def stands_still(path: Path) -> bool:
    """Tell whether the process that writes into a file has ended."""
    assert path.stat().st_size > 0
    before = path.stat().st_size
    time.sleep(0.3)
    return path.stat().st_size == before


def test_an_answer_and_the_files_it_came_from(scratch: Path) -> None:
    files = {"Khu đất.txt": io.BytesIO("xã".encode()), "json.py": io.BytesIO(b"raise SystemExit")}
    answer = run_bounded("bounded:tell", {"word": "đường"}, LIMITS, files=files)
    assert answer["word"] == "đường"
    assert answer["files"] == {"Khu đất.txt": "xã", "json.py": "raise SystemExit"}
    assert answer["modules"] == ["json"]
    assert list(scratch.iterdir()) == []


def test_an_error_on_purpose_comes_back_as_it_was_raised(scratch: Path) -> None:
    with pytest.raises(CrsError, match=r"^it lies nowhere$") as caught:
        run("refuse")
    assert caught.value.told("vi") == "không ở đâu cả"
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["break_off", "leave_at_once", "mistake", "panic", "answer_much", "nothing"]
)
def test_what_breaks_is_a_sentence(name: str, scratch: Path) -> None:
    limits = Limits(20, 1_000, 100)
    with pytest.raises(DataError, match="the program that reads it broke; is the file complete"):
        run(name, limits)
    assert list(scratch.iterdir()) == []


def test_time_is_limited_and_all_of_it_ends(tmp_path: Path, scratch: Path) -> None:
    heartbeat, start = tmp_path / "heartbeat", time.monotonic()
    with pytest.raises(DataError, match="takes more than 2 s and was stopped") as caught:
        run("sleep", Limits(2, 500, 20), heartbeat=str(heartbeat))
    assert 2 <= time.monotonic() - start < 6
    assert "hơn 2 giây" in caught.value.told("vi")
    assert stands_still(heartbeat)
    assert list(scratch.iterdir()) == []


def test_what_it_leaves_running_ends_with_it(tmp_path: Path) -> None:
    assert run("leave", heartbeat=str(tmp_path / "heartbeat")) == "left"
    assert stands_still(tmp_path / "heartbeat")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is held on Linux only")
def test_memory_is_limited(scratch: Path) -> None:
    with pytest.raises(DataError, match="takes more than 500 MB of memory"):
        run("remember")
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("name", ["write", "write_one"])
def test_disk_is_limited(name: str, scratch: Path) -> None:
    with pytest.raises(DataError, match="takes more than 20 MB of disk"):
        run(name)
    assert list(scratch.iterdir()) == []


def test_only_so_many_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [jobs._places.acquire(timeout=5) for _ in range(jobs.AT_ONCE)]
    try:
        with pytest.raises(BusyError, match="busy reading other files; try again"):
            run("tell", Limits(1, 500, 20), word="")
    finally:
        for _ in held:
            jobs._places.release()
    assert run("tell", word="again")["word"] == "again"


def test_jobs_with_places_of_their_own_wait_only_for_each_other() -> None:
    own, words = BoundedSemaphore(1), replace(jobs.READING, busy=Bilingual("Chờ", "Wait"))
    limits = Limits(2, 500, 20)

    def run_own() -> Any:
        return run_bounded("bounded:tell", {"word": "own"}, limits, words=words, places=own)

    held = [jobs._places.acquire(timeout=5) for _ in range(jobs.AT_ONCE)]
    try:
        assert run_own()["word"] == "own"
    finally:
        for _ in held:
            jobs._places.release()
    with own:
        with pytest.raises(BusyError, match=r"^Wait$"):
            run_own()
        assert run("tell", word="upload")["word"] == "upload"
    assert run_own()["word"] == "own"
