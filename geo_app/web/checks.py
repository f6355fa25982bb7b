"""Saved checks: the list, one as it was saved, saving one, and verifying one."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

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

from geo_app.domain.saved import CHANGES, OUTCOMES, Change, Saved
from geo_app.errors import DataError
from geo_app.studies import STUDIES, find_study
from geo_app.studies.saved import changes_since, redraw, restore, save, verify
from geo_app.web.arguments import whole_argument
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.web.studies import ROWS, answer, file_of
from geo_app.workspace.saved import count_saved, saved_check, saved_checks

blueprint = Blueprint("checks", __name__)

FORMATS = ("pdf", "docx", "xlsx", "csv", "json", "html")
SETTING = "set."
"""What stands before the name of a study's setting in the form that saves."""
_LINES = 50
_MOST_ADDRESS = 2_000


@blueprint.get("/checks")
def index() -> str:
    """List the saved checks, newest first."""
    ws, page = workspace(), max(whole_argument("page", default=1), 1)
    total = count_saved(ws)
    return render_template(
        "checks/index.html",
        entries=saved_checks(ws, limit=_LINES, offset=(page - 1) * _LINES),
        studies=STUDIES,
        outcomes=OUTCOMES,
        total=total,
        page=page,
        last=max(1, -(-total // _LINES)),
    )


@blueprint.post("/checks")
def create() -> BaseResponse:
    """Save a study's answer; where that cannot be, the form says why and keeps what was typed."""
    ws, asked = workspace(), request.form
    study = find_study(asked.get("study", ""))
    settings, hash_shown = _settings(asked), asked.get("hash")
    page = {"study": study, "settings": settings, "asked": asked}
    page["again"] = _address_of(study.name, settings)
    try:
        result = answer(ws, study, study.settings(ws, settings))
        if hash_shown not in (None, result.hash):
            return make_response(render_template("checks/new.html", stale=True, **page), 409)
        saved = save(ws, result, who=asked.get("who", ""), note=asked.get("note", ""))
    except DataError as error:
        problem = error.told(language())
        return make_response(render_template("checks/new.html", problem=problem, **page), 400)
    return redirect(url_for("checks.show", number=saved.number, lang=language()), code=303)


@blueprint.get("/checks/<number>")
def show(number: str) -> str:
    """Show a check as it was saved, what has changed since, and what verifying it last said."""
    ws = workspace()
    saved = saved_check(ws, number)
    since = changes_since(ws, saved)
    return render_template(
        "checks/show.html",
        saved=saved,
        result=restore(ws, saved),
        changes=_all_changes(saved, since, ws.published.generation),
        change_kinds=CHANGES,
        outcomes=OUTCOMES,
        rows=ROWS,
        formats=FORMATS,
        address=lambda **more: url_for("checks.download", number=number, lang=language(), **more),
        again=_address_of(saved.study, saved.settings),
    )


@blueprint.post("/checks/<number>/verify")
def run_again(number: str) -> BaseResponse:
    """Verify a check, and show what that said."""
    verify(workspace(), number, run=answer)
    address = url_for("checks.show", number=number, lang=language(), _anchor="verification")
    return redirect(address, code=303)


@blueprint.get("/checks/<number>/download")
def download(number: str) -> Response:
    """Send a check, as it was saved, as a file."""
    wanted = request.args.get("format", "")
    if wanted not in FORMATS:
        message = f"format: found {wanted!r}; expected one of {', '.join(FORMATS)}"
        raise DataError(
            message, vi=f"Không có định dạng {wanted!r}; hãy chọn trong: {', '.join(FORMATS)}."
        )
    ws = workspace()
    content = file_of(redraw(ws, saved_check(ws, number), run=answer), wanted)
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{number}.{wanted}")


@blueprint.get("/api/checks")
def index_api() -> Response:
    """List the saved checks as JSON, newest first, so many a page."""
    page = max(whole_argument("page", default=1), 1)
    found = saved_checks(workspace(), limit=_LINES, offset=(page - 1) * _LINES)
    return jsonify([each.to_json() for each in found])


@blueprint.get("/api/checks/<number>")
def show_api(number: str) -> Response:
    """Return a check as it was saved, as JSON."""
    return jsonify(saved_check(workspace(), number).to_json())


def _settings(asked: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that a form sends."""
    return {
        name.removeprefix(SETTING): text for name, text in asked.items() if name.startswith(SETTING)
    }


def _all_changes(saved: Saved, since: tuple[Change, ...], generation: int) -> list[Change]:
    """Return what has changed since, and what else running it again on these layers has shown."""
    last = saved.verification
    more = last.changes if last and last.generation == generation else ()
    return list(dict.fromkeys([*since, *more]))


def _address_of(study: str, settings: Mapping[str, str]) -> str | None:
    """Return the page of a study with some settings; None where it is gone, or that too long."""
    if study not in STUDIES:
        return None
    known = {each.name for each in STUDIES[study].parameters}
    given: dict[str, Any] = {name: text for name, text in settings.items() if name in known}
    address = url_for("studies.show", name=study, **{**given, "lang": language()})
    return address if len(address) <= _MOST_ADDRESS else None
