"""A report written as a job: that it is done is known without whoever began it."""

from collections.abc import Callable
from dataclasses import asdict

from outlines import add_outline
from small_plan import with_plan

from geo_app.studies.plan_report_job import write
from geo_app.workspace import Workspace
from geo_app.workspace.entries import today
from geo_app.workspace.report_jobs import file_of, job_of, open_job


def test_a_job_is_done_though_nobody_waits_for_it(
    small_workspace: Callable[..., Workspace],
) -> None:
    ws = with_plan(small_workspace())
    add_outline(ws)
    asked = {"outline": "trial", "period": "", "on": str(today(ws)), "form": "docx"}
    job = open_job(ws, {**asked, "language": "vi"})
    write(str(ws.settings.root), job.id, asdict(ws.user))
    told = job_of(ws, job.id)
    assert (told.state, told.done_pct, told.doing.en) == ("done", 100, "Writing the file")
    assert file_of(ws, job).read_bytes().startswith(b"PK")
