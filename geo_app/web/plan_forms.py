"""Forms on the plan: taken by agencies, sent back, looked at beside what was known, decided on."""

from collections.abc import Mapping, Sequence
from io import BytesIO

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
from werkzeug.wrappers import Response as AnyResponse

from geo_app.domain.finding import Finding
from geo_app.domain.ledger import PROGRESSES
from geo_app.domain.period import Period, quarter_before, quarter_of, read_period
from geo_app.domain.plan_form import FormDraft, sent_form_from
from geo_app.domain.submission import STATES, Submission
from geo_app.errors import BusyError, DataError, UnknownError
from geo_app.intake.plan_form import judge_form
from geo_app.intake.plan_form_file import READ_SENT
from geo_app.jobs import Limits, run_bounded
from geo_app.render.plan_form import write_plan_form
from geo_app.studies.plan_forms import differences, plan_form
from geo_app.web.failures import status_of
from geo_app.web.language import language
from geo_app.web.plan_lines import spoken_day
from geo_app.web.province import workspace
from geo_app.web.uploads import DISK_MB, plain_name, sent_file, sent_form
from geo_app.workspace import Workspace, collecting
from geo_app.workspace.entries import may_save, today

blueprint = Blueprint("plan_forms", __name__)

_QUARTERS, _YEARS = 6, 3
"""How many periods there are to choose from, the one that runs among them."""
_LISTED = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROBLEMS = (DataError, UnknownError, BusyError)


@blueprint.get("/plan/forms")
def index() -> str:
    """Show how far each agency's form on a period has come, and what came back."""
    return _page(request.args)


@blueprint.get("/plan/forms/file")
def download() -> Response:
    """Send the form that asks an agency about a period."""
    form = plan_form(workspace(), request.args.get("agency", ""), request.args.get("period", ""))
    content = BytesIO()
    write_plan_form(form).save(content)
    content.seek(0)
    return send_file(content, _XLSX, as_attachment=True, download_name=form.file_name)


@blueprint.post("/plan/forms")
def take_in() -> AnyResponse:
    """Take in a form that came back: its good rows wait, each other is told what is wrong."""
    ws, draft = workspace(), None
    asked: Mapping[str, str] = {}
    try:
        asked = sent_form()
        draft = _judged(ws, asked)
        kept = collecting.submit(
            ws,
            agency=asked.get("agency", ""),
            period=asked.get("period", ""),
            lines=draft.lines,
            additions=draft.additions,
            findings=draft.findings,
            who=draft.who,
            digest=draft.digest,
        )
    except _PROBLEMS as error:
        findings = draft.findings if draft else ()
        page = _page(asked, problem=error.told(language()), findings=findings)
        return make_response(page, 400 if isinstance(error, UnknownError) else status_of(error))
    return redirect(_address(kept.id), code=303)


@blueprint.get("/plan/forms/<int:number>")
def show(number: int) -> str:
    """Show a form that came back beside what was known before, and what was decided of it."""
    ws = workspace()
    return _shown(ws, collecting.submission(ws, number))


@blueprint.post("/plan/forms/<int:number>")
def decide(number: int) -> AnyResponse:
    """Accept a form, or return it with a remark."""
    ws, asked = workspace(), request.form
    who, remark = asked.get("who", ""), asked.get("remark", "")
    try:
        if collecting.may_decide(ws):  # others are not told that there is anything to decide
            _require_name(who)
        if asked.get("decision") == "accept":
            collecting.accept(ws, number, who=who)
        else:
            collecting.give_back(ws, number, remark=remark, who=who)
    except DataError as error:
        found = collecting.submission(ws, number)
        return make_response(_shown(ws, found, problem=error.told(language())), 400)
    return redirect(_address(number), code=303)


@blueprint.get("/api/plan/forms")
def index_api() -> Response:
    """List the forms that came back as JSON, newest first; of one period where it is named."""
    found = collecting.submissions(workspace(), period=request.args.get("period"))
    return jsonify([each.to_json() for each in found[:_LISTED]])


def _require_name(who: str) -> None:
    """Let nobody decide without a name: whoever opens the office's pages has the same account."""
    if not who.strip():
        raise DataError("who: is empty; write who decides", vi="Ghi tên người xử lý.")


def _judged(ws: Workspace, asked: Mapping[str, str]) -> FormDraft:
    """Read the file that was sent, in a process of its own, and judge it."""
    file, settings = sent_file(), ws.settings
    if file is None:
        raise DataError(
            "no file was chosen; choose the form that was filled in",
            vi="Chưa chọn tệp; hãy chọn biểu đã điền.",
        )
    form = plan_form(ws, asked.get("agency", ""), asked.get("period", ""))
    name = plain_name(file.filename or "")
    limits = Limits(settings.upload_seconds, settings.upload_memory_mb, DISK_MB)
    sent = run_bounded(READ_SENT, {"name": name}, limits, files={name: file.stream})
    return judge_form(sent_form_from(sent), form, today(ws)).named(asked.get("who", ""))


def _page(
    asked: Mapping[str, str], *, problem: str | None = None, findings: Sequence[Finding] = ()
) -> str:
    ws = workspace()
    period = _period(ws, asked.get("period", "")) if not problem else _last(ws, asked)
    owing = collecting.late(ws, str(period))
    return render_template(
        "plan_forms/index.html",
        period=period,
        periods=_periods(ws, period),
        owing=owing,
        late=sum(each.late for each in owing),
        due=collecting.due(ws, period),
        agencies=ws.plan.agencies,
        listed=collecting.submissions(ws, period=str(period))[:_LISTED],
        states=STATES,
        asked=asked,
        problem=problem,
        findings=[each.to_json() for each in findings],
        may_save=may_save(ws),
        upload_mb=ws.settings.upload_mb,
    )


def _shown(ws: Workspace, form: Submission, *, problem: str | None = None) -> str:
    return render_template(
        "plan_forms/show.html",
        form=form,
        agency=ws.plan.agencies.get(form.agency),
        period=read_period(form.period),
        differences=differences(ws, form),
        states=STATES,
        progresses=PROGRESSES,
        spoken_day=spoken_day,
        newer=collecting.overtaken_by(ws, form),
        problem=problem,
        may_decide=collecting.may_decide(ws) and form.state == "pending",
        asked=request.form,
    )


def _period(ws: Workspace, text: str) -> Period:
    return collecting.begun(ws, read_period(text)) if text else quarter_before(today(ws))


def _last(ws: Workspace, asked: Mapping[str, str]) -> Period:
    """Return the period that was asked for, or where it is none, the quarter that ended last."""
    try:
        return _period(ws, asked.get("period", ""))
    except DataError:
        return quarter_before(today(ws))


def _periods(ws: Workspace, chosen: Period) -> list[Period]:
    """Return the periods to choose from, the latest first."""
    quarters = [quarter_of(today(ws))]
    while len(quarters) < _QUARTERS:
        quarters.append(quarter_before(quarters[-1].first))
    years = [Period(quarters[0].year - back) for back in range(_YEARS)]
    return sorted({*quarters, *years, chosen}, reverse=True)


def _address(number: int) -> str:
    return url_for("plan_forms.show", number=number, lang=language())
