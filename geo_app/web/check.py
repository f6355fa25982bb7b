"""May it be built here? A site drawn, typed, pasted or sent as a file, and what the check says."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from geo_app.domain.site import GROUPS
from geo_app.errors import BusyError, CrsError, DataError, UnknownError
from geo_app.intake.footprint import Footprints, read_pasted
from geo_app.intake.where import Whereabouts, whereabouts
from geo_app.render import legend
from geo_app.studies.result import Result
from geo_app.studies.site import canonical_site, is_chainage
from geo_app.studies.site_check import site_check
from geo_app.web import atlas
from geo_app.web.failures import status_of
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.web.studies import (
    FORMATS,
    ROWS,
    answer,
    given_settings,
    map_of,
    send_download,
    send_script,
)
from geo_app.web.uploads import read_upload, sent_file, sent_form
from geo_app.workspace.entries import may_save
from geo_app.workspace.kept import keep_text, kept_text

blueprint = Blueprint("check", __name__)

MOST_SITE = 1_500
"""Characters of a site in an address; a longer one is kept, and the address names its digest."""
_PROBLEMS = (DataError, CrsError, UnknownError, BusyError)
_KEPT = "kept"


@blueprint.get("/check")
def show() -> BaseResponse:
    """Show the form; for an address that names a site, what the check of it says."""
    if not (request.args.get("site") or request.args.get(_KEPT)):
        return make_response(_form(request.args))
    ws = workspace()
    try:
        used = site_check.settings(ws, _given())
        result = answer(ws, site_check, used)
    except _PROBLEMS as error:
        asked = {"text": request.args.get("site", ""), "on": request.args.get("on", "")}
        return _refused(asked, error)
    address = partial(_address, used["site"], {**site_check.changed(ws, used), "on": used["on"]})
    page = render_template(
        "check/show.html",
        result=result,
        sections=list(_sections(result)),
        fields={each.name: each for each in result.tables[0].fields},
        several=result.totals["footprints"] > 1,
        map=map_of(ws, result, partial(address, endpoint="check.script")),
        legends=[legend.rows(each.layer, language()) for each in result.pictures],
        command=site_check.command(ws, used),
        long=len(used["site"]) > MOST_SITE,
        study=site_check,
        changed=site_check.changed(ws, used),
        may_save=may_save(ws),
        address=partial(address, endpoint="check.download"),
        formats=FORMATS,
        rows=ROWS,
    )
    return make_response(page)


@blueprint.post("/check")
def find() -> BaseResponse:
    """Read what was sent, and lead to its check; where its place is open, ask which it is."""
    asked: Mapping[str, str] = {}
    try:
        asked = sent_form()
        settings = {"on": site_check.settings(workspace(), {"on": asked.get("on", "")})["on"]}
        found = _read(asked, settings)
        if isinstance(found, str):
            return redirect(_address(found, settings), code=303)
        if found.frame is not None and not _remarks(found):
            site = canonical_site(workspace(), found.frame, settings)
            return redirect(_address(site, settings), code=303)
        return make_response(_open(asked, settings, found))
    except _PROBLEMS as error:
        return _refused(asked, error)


@blueprint.get("/check/map.js")
def script() -> BaseResponse:
    """Send the script of the map of a check."""
    return send_script(site_check, _given())


@blueprint.get("/check/download")
def download() -> BaseResponse:
    """Send a check as a file."""
    return send_download(site_check, _given())


def _given() -> dict[str, str]:
    """Return the settings of the address, the site where it is kept."""
    given = given_settings()
    digest = given.pop(_KEPT, None)
    return {**given, "site": kept_text(workspace(), digest)} if digest else given


def _form(asked: Mapping[str, str], **shown: Any) -> str:
    ws = workspace()
    return render_template(
        "check/form.html",
        asked=asked,
        upload_mb=ws.settings.upload_mb,
        map=atlas.map_of(ws, layer=ws.settings.outline),
        **shown,
    )


def _refused(asked: Mapping[str, str], error: Exception) -> BaseResponse:
    """Show the form again with what was typed, and say what to do."""
    assert isinstance(error, _PROBLEMS)
    status = 400 if isinstance(error, UnknownError) else status_of(error)
    return make_response(_form(asked, problem=error.told(language())), status)


def _read(asked: Mapping[str, str], settings: Mapping[str, str]) -> Footprints | str:
    """Return the footprints that were sent, or the text of a site where they are a chainage."""
    ws, file, text = workspace(), sent_file(), asked.get("text", "").strip()
    if file is not None:
        return read_upload(ws, file, layer=asked.get("layer", "").strip() or None)
    if not text:
        raise DataError(
            "no site was given; type or paste coordinates or a chainage, draw it, or choose a file",
            vi="Chưa có khu đất; hãy nhập hoặc dán tọa độ hay lý trình, vẽ trên bản đồ, hoặc chọn "
            "tệp.",
        )
    return canonical_site(ws, text, settings) if is_chainage(text) else read_pasted(ws, text)


def _remarks(found: Footprints) -> list[str]:
    """Return what the one who sent it should know before the check; where it lies is told apart."""
    return [
        each.message(language())
        for each in found.findings
        if each.severity != "note" and not each.kind.code.startswith("crs_")
    ]


def _open(asked: Mapping[str, str], settings: Mapping[str, str], found: Footprints) -> str:
    """Show the places where a site may lie, each with the address of its check."""
    ws = workspace()

    def choice(place: Whereabouts, at: int) -> tuple[Whereabouts, str]:
        shapes = found.at(found.candidates[at]) if found.frame is None else found.frame
        return place, _address(canonical_site(ws, shapes, settings), settings)

    places = [choice(place, at) for at, place in enumerate(whereabouts(ws, found))]
    return _form(asked, found=found, places=places, remarks=_remarks(found))


def _address(
    site: str, settings: Mapping[str, str], *, endpoint: str = "check.show", **more: Any
) -> str:
    """Return an address that names a site, by its text where that is short."""
    named = (
        {"site": site} if len(quote(site)) <= MOST_SITE else {_KEPT: keep_text(workspace(), site)}
    )
    return url_for(endpoint, **{**settings, **named, **more, "lang": language()})


def _sections(result: Result) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield the verdicts of each question put to a site, with its title, in the order of use."""
    rows = result.tables[0].rows.to_dict("records")
    for group, title in GROUPS.items():
        found = [{str(name): value for name, value in row.items()} for row in rows]
        own = [row for row in found if row["group"] == group]
        if own:
            yield title, own
