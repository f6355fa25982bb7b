"""Reports on the plan: asked for on a page, written beside the server, told how far, fetched."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from threading import BoundedSemaphore, Thread

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from geo_app.domain.outline import SPANS
from geo_app.domain.period import read_period
from geo_app.domain.text import LANGUAGES, Bilingual
from geo_app.errors import BusyError, DataError, GeoAppError, UnknownError
from geo_app.jobs import Limits, Words, run_bounded
from geo_app.studies.plan_report import check_report
from geo_app.web.arguments import day_of
from geo_app.web.failures import status_of
from geo_app.web.language import language, title
from geo_app.web.province import workspace
from geo_app.workspace import Workspace
from geo_app.workspace.entries import today
from geo_app.workspace.plan_reports import FORMS, outlines
from geo_app.workspace.report_jobs import (
    SECONDS,
    Job,
    file_of,
    job_of,
    keep_job,
    open_job,
)

blueprint = Blueprint("plan_report", __name__)

_JOB = "geo_app.studies.plan_report_job:write"
_LIMITS = Limits(seconds=SECONDS, memory_mb=3_000, disk_mb=500)
_PLACE = BoundedSemaphore(1)
"""One report at a time in each process, beside what reads uploads."""
_WORDS = Words(
    busy=Bilingual(
        "Máy chủ đang bận lập các báo cáo khác; hãy lập lại sau một phút.",
        "The server is busy writing other reports; ask again in a minute.",
    ),
    too_much=Bilingual(
        "Lập báo cáo này cần hơn {limit} nên đã dừng; hãy rút gọn đề cương (bớt bản đồ, bớt dòng).",
        "This report takes more than {limit} and was stopped; shorten its outline: fewer maps or "
        "rows.",
    ),
    broke=Bilingual(
        "Chương trình lập báo cáo bị dừng giữa chừng; hãy thử lại.",
        "The program that writes reports broke; try again.",
    ),
)


@blueprint.get("/plan/report")
def index() -> str:
    """Show the outlines, and the form that asks for a report."""
    return _form(request.args, None)


@blueprint.post("/plan/report")
def create() -> BaseResponse:
    """Begin a report, and lead to the page that tells how far it is."""
    ws = workspace()
    try:
        job = open_job(ws, _asked(ws))
    except (DataError, UnknownError, BusyError) as error:
        status = 400 if isinstance(error, UnknownError) else status_of(error)
        return make_response(_form(request.form, error.told(language())), status)
    Thread(target=_write, args=(ws, job), daemon=True).start()
    address = url_for("plan_report.show", job_id=job.id, lang=language())
    return redirect(address, code=303)


@blueprint.get("/plan/report/<job_id>")
def show(job_id: str) -> str:
    """Show how far a report is; the file, once it is there."""
    ws = workspace()
    job = job_of(ws, job_id)
    outline = outlines(ws).get(job.asked["outline"])
    return render_template(
        "plan/report_job.html",
        job=job,
        outline=outline,
        forms=FORMS,
        period=read_period(job.asked["about"]).title,
        day=date.fromisoformat(job.asked["on"]),
    )


@blueprint.get("/plan/report/<job_id>/file")
def fetch(job_id: str) -> Response:
    """Send the file of a report."""
    ws = workspace()
    job = job_of(ws, job_id)
    path = file_of(ws, job)
    if job.state != "done" or not path.is_file():
        message = f"report {job_id}: its file is not there ({job.state})"
        raise UnknownError(message, vi="Báo cáo này chưa có tệp.")
    name = f"{job.asked['outline']}-{job.asked['on']}.{job.asked['form']}"
    return send_file(path, as_attachment=True, download_name=name)


@blueprint.get("/api/plan/report/<job_id>")
def show_api(job_id: str) -> Response:
    """Return how far a report is, as JSON."""
    job = job_of(workspace(), job_id)
    told = {"state": job.state, "done_pct": job.done_pct, "doing": title(job.doing)}
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(ws: Workspace) -> dict[str, str]:
    """Return what the form asks for, checked, so that what cannot be made is told at once."""
    given = request.form
    day = day_of(given, "on") or today(ws)
    asked = {name: given.get(name, "").strip() for name in ("outline", "period")}
    _, about = check_report(ws, asked["outline"], period=asked["period"], on=day)
    form, spoken = given.get("form", ""), given.get("language", language())
    if form not in FORMS or spoken not in LANGUAGES:
        message = f"form: found {form!r}, language {spoken!r}; expected some of {', '.join(FORMS)}"
        raise DataError(message, vi=f"Không có dạng tệp {form!r}.")
    own = {"on": day.isoformat(), "about": str(about), "form": form, "language": spoken}
    return {**asked, **own}


def _form(given: Mapping[str, str], problem: str | None) -> str:
    ws = workspace()
    return render_template(
        "plan/report.html",
        outlines=outlines(ws),
        spans=SPANS,
        forms=FORMS,
        given=given,
        today=today(ws),
        problem=problem,
    )


def _write(ws: Workspace, job: Job) -> None:
    """Have the report written in a process of its own; keep why, where it was not."""
    arguments = {"root": str(ws.settings.root), "job_id": job.id, "user": asdict(ws.user)}
    try:
        run_bounded(_JOB, arguments, _LIMITS, words=_WORDS, places=_PLACE)
        return
    except GeoAppError as error:
        problem = Bilingual(*(error.told(each) for each in LANGUAGES))
    except Exception:
        logging.getLogger(__name__).exception("report %s", job.id)
        problem = _WORDS.broke
    keep_job(ws, replace(job_of(ws, job.id), state="failed", problem=problem))
