"""Reports being written: told by any process, bounded, and not forgotten when one breaks off."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from geo_app.domain.text import Bilingual
from geo_app.errors import BusyError, StoreError, UnknownError
from geo_app.workspace import Workspace, report_jobs
from geo_app.workspace.report_jobs import (
    AT_ONCE,
    KEPT,
    SECONDS,
    Job,
    file_of,
    job_of,
    keep_job,
    open_job,
)

ASKED = {"outline": "trial", "period": "", "on": "2026-09-30", "form": "pdf", "language": "vi"}


@pytest.fixture
def ws(small_workspace: object) -> Workspace:
    return small_workspace()  # type: ignore[operator, no-any-return]


def test_what_is_told_is_what_is_read(ws: Workspace) -> None:
    job = open_job(ws, ASKED)
    told = replace(job, done_pct=40, doing=Bilingual("Đang vẽ", "Drawing"))
    keep_job(ws, told)
    assert job_of(ws, job.id) == told
    failed = replace(told, state="failed", problem=Bilingual("Hỏng", "Broken"))
    keep_job(ws, failed)
    assert job_of(ws, job.id) == failed


def test_so_many_are_written_at_a_time(ws: Workspace) -> None:
    jobs = [open_job(ws, ASKED) for _ in range(AT_ONCE)]
    with pytest.raises(BusyError):
        open_job(ws, ASKED)
    keep_job(ws, replace(jobs[0], state="done"))
    assert open_job(ws, ASKED).state == "running"


def test_no_more_are_taken_where_all_ask_at_once(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = report_jobs._jobs

    def slowly(ws: Workspace) -> list[Job]:
        jobs = found(ws)
        time.sleep(0.05)
        return jobs

    def taken(_: int) -> bool:
        try:
            open_job(ws, ASKED)
        except BusyError:
            return False
        return True

    monkeypatch.setattr(report_jobs, "_jobs", slowly)
    with ThreadPoolExecutor(2 * AT_ONCE) as threads:
        assert sum(threads.map(taken, range(2 * AT_ONCE))) == AT_ONCE


def test_a_store_that_cannot_be_written_to_is_a_sentence(ws: Workspace) -> None:
    folder = ws.settings.store_folder / report_jobs.FOLDER
    folder.write_text("in the way")
    with pytest.raises(StoreError, match=r"reports: no report can be begun: .*disk full"):
        open_job(ws, ASKED)


def test_one_that_waits_its_turn_and_is_written_is_not_lost(ws: Workspace) -> None:
    job = open_job(ws, ASKED)
    keep_job(ws, replace(job, begun=time.time() - 2 * SECONDS))
    assert job_of(ws, job.id).state == "running"


def test_one_that_was_not_heard_of_has_failed_and_leaves_room(ws: Workspace) -> None:
    jobs = [open_job(ws, ASKED) for _ in range(AT_ONCE)]
    for job in jobs:
        keep_job(ws, replace(job, begun=time.time() - 2 * SECONDS - 60))
    assert job_of(ws, jobs[0].id).state == "failed"
    assert open_job(ws, ASKED).state == "running"


def test_the_oldest_are_removed(ws: Workspace) -> None:
    jobs = []
    for place in range(KEPT + 2):
        job = open_job(ws, ASKED)
        keep_job(ws, replace(job, state="done", begun=float(place)))
        jobs.append(job)
    with pytest.raises(UnknownError):
        job_of(ws, jobs[0].id)
    assert job_of(ws, jobs[-1].id).state == "done"
    left = [each for each in file_of(ws, jobs[-1]).parents[1].iterdir() if each.is_dir()]
    assert len(left) == KEPT


@pytest.mark.parametrize("name", ["", "..", "nosuch", "a/b", "../published.json"])
def test_a_name_that_is_none(ws: Workspace, name: str) -> None:
    with pytest.raises(UnknownError):
        job_of(ws, name)
