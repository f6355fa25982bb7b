"""A report on the plan written in a process of its own, telling how far it is."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from geo_app.domain.access import User
from geo_app.domain.text import Bilingual
from geo_app.studies.plan_report import told_report
from geo_app.workspace import open_workspace
from geo_app.workspace.plan_reports import outline_of
from geo_app.workspace.report_jobs import file_of, job_of, keep_job

_WRITING = Bilingual("Viết tệp", "Writing the file")


def write(root: str, job_id: str, user: Mapping[str, Any]) -> str:
    """
    Write the report of a job; that it is done is kept here, should the server end before.

    Parameters
    ----------
    root
        The workspace's folder.
    job_id
        Of `geo_app.workspace.report_jobs`.
    user
        The fields of the `User` it is for.

    Returns
    -------
    path
        The file.
    """
    ws = open_workspace(Path(root), user=User(**user))
    job = job_of(ws, job_id)
    asked = job.asked
    parts = [part for each in outline_of(ws, asked["outline"]).sections for part in each.parts]
    steps = 2 + sum(part.show == "map" for part in parts)
    told = 0

    def tell(doing: Bilingual) -> None:
        nonlocal told
        keep_job(ws, replace(job, doing=doing, done_pct=100 * told // steps))
        told += 1

    settings = {name: asked[name] for name in ("outline", "period", "on")}
    made = told_report(ws, tell, **settings)
    told = steps - 1
    tell(_WRITING)
    path = file_of(ws, job)
    path.write_bytes(made.write(asked["form"], language=asked["language"]))
    keep_job(ws, replace(job, state="done", doing=_WRITING, done_pct=100))
    return str(path)
