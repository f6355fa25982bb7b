"""
Reports being written: each in a folder of the store, so that every process can tell how far it is.

::

    <store>/reports/.lock                 held while a job finds room
    <store>/reports/<job>/job.json        what was asked, and how far it is
    <store>/reports/<job>/report.docx     the file, once it is whole
"""

import json
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from filelock import FileLock

from geo_app.domain.text import Bilingual
from geo_app.errors import BusyError, StoreError, UnknownError
from geo_app.storage.published import replace_file
from geo_app.workspace.view import Workspace

FOLDER = "reports"
SECONDS = 180
"""How long a report may take, and how long it may wait for its turn."""
AT_ONCE, KEPT = 4, 40
"""Reports that are written at a time, and those that are kept to be fetched."""
_FILE, _LOCK = "job.json", ".lock"
_LOCK_SECONDS = 10.0
_LOST_SECONDS = 2 * SECONDS + 30

_STARTING = Bilingual("Đang bắt đầu", "Starting")
_CUT_OFF = Bilingual("Máy chủ đã dừng giữa chừng; hãy lập lại.", "It was cut off; try again.")

State = Literal["running", "done", "failed"]


@dataclass(frozen=True)
class Job:
    """
    A report being written.

    `asked` is what it is made from, by name: outline, period, on, form, language, and `about`, the
    period that comes of it. `done_pct` and `doing` tell how far it is, `problem` why it failed.
    `begun` is a moment of the clock, seconds.
    """

    id: str
    asked: Mapping[str, str]
    begun: float
    state: State = "running"
    done_pct: int = 0
    doing: Bilingual = _STARTING
    problem: Bilingual | None = None


def open_job(ws: Workspace, asked: Mapping[str, str]) -> Job:
    """
    Make room for a report; the oldest are removed.

    Raises
    ------
    BusyError
        If so many are being written that this one must wait.
    StoreError
        If the store cannot be written to.
    """
    folder = ws.settings.store_folder / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK, timeout=_LOCK_SECONDS):
            return _opened(ws, asked)
    except OSError as error:
        message = f"{folder}: no report can be begun: {error}; is the disk full, or read-only?"
        raise StoreError(message) from error


def keep_job(ws: Workspace, job: Job) -> None:
    """Write how far a report is, in one step."""
    replace_file(_folder(ws, job.id) / _FILE, json.dumps(asdict(job)).encode())


def job_of(ws: Workspace, job_id: str) -> Job:
    """
    Return how far a report is; one that has not been heard of for too long has failed.

    Raises
    ------
    UnknownError
        If there is none, or it has been removed.
    """
    found = _read(ws, job_id) if job_id.isalnum() else None
    if found is None:
        message = f"there is no report {job_id!r}; it may have been removed: make it again"
        raise UnknownError(message, vi="Không còn báo cáo này; hãy lập lại.")
    return found


def file_of(ws: Workspace, job: Job) -> Path:
    """Return where a report's file is, or will be."""
    return _folder(ws, job.id) / f"report.{job.asked['form']}"


def _opened(ws: Workspace, asked: Mapping[str, str]) -> Job:
    jobs = sorted(_jobs(ws), key=lambda each: each.begun)
    if sum(each.state == "running" for each in jobs) >= AT_ONCE:
        raise BusyError(
            f"{AT_ONCE} reports are being written; try again in a minute",
            vi=f"Đang lập {AT_ONCE} báo cáo khác; hãy thử lại sau một phút.",
        )
    for old in jobs[: max(0, len(jobs) - KEPT + 1)]:
        shutil.rmtree(_folder(ws, old.id), ignore_errors=True)
    job = Job(secrets.token_hex(8), dict(asked), time.time())
    _folder(ws, job.id).mkdir()
    keep_job(ws, job)
    return job


def _jobs(ws: Workspace) -> list[Job]:
    names = [each.name for each in (ws.settings.store_folder / FOLDER).glob("*")]
    return [each for each in (_read(ws, name) for name in names) if each is not None]


def _read(ws: Workspace, job_id: str) -> Job | None:
    try:
        plain = json.loads((_folder(ws, job_id) / _FILE).read_bytes())
    except (OSError, ValueError):
        return None
    for name in ("doing", "problem"):
        with suppress(TypeError):
            plain[name] = Bilingual(**plain[name])
    job = Job(**plain)
    if job.state == "running" and time.time() - job.begun > _LOST_SECONDS:
        return replace(job, state="failed", problem=_CUT_OFF)
    return job


def _folder(ws: Workspace, job_id: str) -> Path:
    return ws.settings.store_folder / FOLDER / job_id
