"""
One bounded piece of work in a process of its own: what reads files that strangers send.

The process gets so much time, memory and disk, and a scratch folder that is gone afterwards; when
it ends, or is ended, so are all that it started. Memory is held where the system can (Linux);
elsewhere only time and disk are.
"""

import errno
import importlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import IO, Any

from geo_app import errors
from geo_app.domain.text import Bilingual
from geo_app.errors import BusyError, DataError, GeoAppError

AT_ONCE = 2
"""Jobs that share places and one process runs at a time; others wait as long as a job may take."""
MOST_ANSWER = 50_000_000
"""Bytes of an answer that are read back."""
_LOOK_S = 0.05
_LOG, _REQUEST, _ANSWER = "log.txt", "request.json", "answer.json"
_FEW_THREADS = {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Both would set memory aside by the gigabyte."""
_KINDS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, GeoAppError)
}
_places = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """How long a job may take, how much memory it may use, how much it may write."""

    seconds: int
    memory_mb: int
    disk_mb: int


@dataclass(frozen=True)
class Words:
    """What is said where a job finds no place, takes more than ``{limit}``, or breaks."""

    busy: Bilingual
    too_much: Bilingual
    broke: Bilingual


READING = Words(
    busy=Bilingual(
        "Máy chủ đang bận đọc các tệp khác; hãy thử lại sau một phút.",
        "the server is busy reading other files; try again in a minute",
    ),
    too_much=Bilingual(
        "Đọc tệp này cần hơn {limit} nên đã dừng; hãy gửi tệp nhỏ hơn, hoặc chỉ phần cần dùng.",
        "reading this takes more than {limit} and was stopped; send a smaller file, or only the "
        "part of it that matters",
    ),
    broke=Bilingual(
        "Không đọc được: chương trình đọc tệp bị dừng giữa chừng. Tệp có nguyên vẹn không? "
        "Hãy lưu lại, hoặc lưu sang định dạng khác như GeoPackage, DXF, Excel rồi gửi.",
        "this could not be read: the program that reads it broke; is the file complete? Save "
        "it anew, or in another format such as GeoPackage, DXF or Excel, and send that",
    ),
)
"""Of a job that reads what was sent."""


def run_bounded(
    function: str,
    arguments: Mapping[str, Any],
    limits: Limits,
    *,
    files: Mapping[str, IO[bytes]] | None = None,
    words: Words = READING,
    places: BoundedSemaphore = _places,
) -> Any:
    """
    Call a function in a supervised process.

    Parameters
    ----------
    function
        ``"module:name"``; it takes and returns what JSON holds.
    arguments
        Its arguments by name.
    limits
        What it may use.
    files
        Plain file name → content: written into the folder that the function is called in, so
        that it finds them, and its errors name them, by that name.
    words
        What is said where it does not get to its end.
    places
        As many as jobs of its kind may run at a time; those that read what was sent share theirs.

    Returns
    -------
    answer
        What the function returned.

    Raises
    ------
    GeoAppError
        What the function raised on purpose, as it raised it.
    DataError
        If it used more than it may, or broke.
    BusyError
        If so many jobs of its kind run that this one found no place.
    """
    if not places.acquire(timeout=limits.seconds):
        raise BusyError(words.busy.en, vi=words.busy.vi)
    try:
        with TemporaryDirectory(prefix="geo_app-", ignore_cleanup_errors=True) as folder:
            return _run(Path(folder), function, arguments, limits, files or {}, words)
    finally:
        places.release()


def _run(
    folder: Path,
    function: str,
    arguments: Mapping[str, Any],
    limits: Limits,
    files: Mapping[str, IO[bytes]],
    words: Words,
) -> Any:
    inside, temporary = folder / "files", folder / "temporary"
    inside.mkdir()
    temporary.mkdir()
    for name, content in files.items():
        with (inside / name).open("xb") as file:
            shutil.copyfileobj(content, file)
    request = {"function": function, "arguments": dict(arguments), "limits": asdict(limits)}
    (folder / _REQUEST).write_text(json.dumps(request), encoding="utf-8")
    with (folder / _LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (our own module; what was sent is data)
            # -P: what was sent stands in the working folder, and must not be imported.
            [sys.executable, "-P", "-m", "geo_app.jobs", str(folder)],
            cwd=inside,
            env=_environment(temporary),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _supervise(process, folder, limits, words)
        finally:
            _end(process)
    return _answer(folder, process.returncode, limits, words)


def _environment(temporary: Path) -> dict[str, str]:
    package = str(Path(errors.__file__).parents[1])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    scratch = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temporary))
    return {**os.environ, **_FEW_THREADS, **scratch, "PYTHONPATH": path}


def _supervise(
    process: "subprocess.Popen[bytes]", folder: Path, limits: Limits, words: Words
) -> None:
    """Wait for the end; raise where it uses more than it may."""
    until = time.monotonic() + limits.seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)
            return
        if time.monotonic() > until:
            raise _too_much("time", limits, words)
        if _written(folder) > limits.disk_mb * 1_000_000:
            raise _too_much("disk", limits, words)


def _too_much(what: str, limits: Limits, words: Words) -> DataError:
    """Return the error for work that used more than it may of "time", "memory" or "disk"."""
    limit = {
        "time": Bilingual(f"{limits.seconds} giây", f"{limits.seconds} s"),
        "memory": Bilingual(f"{limits.memory_mb} MB bộ nhớ", f"{limits.memory_mb} MB of memory"),
        "disk": Bilingual(f"{limits.disk_mb} MB đĩa", f"{limits.disk_mb} MB of disk"),
    }[what]
    told = words.too_much.filled(limit=limit)
    return DataError(told.en, vi=told.vi)


def _written(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # gone since it was listed
                total += (Path(root) / name).lstat().st_size
    return total


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process and all that it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _answer(folder: Path, code: int, limits: Limits, words: Words) -> Any:
    answer = _read_answer(folder / _ANSWER)
    if code != 0 or answer is None:
        log = (folder / _LOG).read_bytes()[-2_000:].decode("utf-8", "replace")
        logging.getLogger(__name__).warning("a job ended with code %s: %s", code, log)
        raise DataError(words.broke.en, vi=words.broke.vi)
    if "exceeded" in answer:
        raise _too_much(answer["exceeded"], limits, words)
    if "error" in answer:
        raise _KINDS[answer["error"]](answer["message"], vi=answer["vi"])
    return answer["answer"]


def _read_answer(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > MOST_ANSWER:
            return None
        answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return answer


def _work(folder: Path) -> None:
    """Do the work that stands in a scratch folder, as the process of its own."""
    request = json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
    _hold(Limits(**request["limits"]))
    answer: dict[str, Any]
    try:
        module, _, name = request["function"].partition(":")
        found = getattr(importlib.import_module(module), name)(**request["arguments"])
        answer = {"answer": found}
    except GeoAppError as error:
        answer = {"error": type(error).__name__, "message": str(error), "vi": error.vi}
    except MemoryError:
        answer = {"exceeded": "memory"}
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        answer = {"exceeded": "disk"}
    (folder / _ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def _hold(limits: Limits) -> None:
    """Let the system hold this process to its limits, even where nobody supervises it any more."""
    try:
        import resource  # noqa: PLC0415 (Windows has none)
    except ImportError:
        return
    memory = limits.memory_mb * 1_000_000
    for kind, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, 4 * limits.seconds),
        (resource.RLIMIT_FSIZE, limits.disk_mb * 1_000_000),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    _work(Path(sys.argv[1]))
