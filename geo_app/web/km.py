"""Where is a kilometre, which kilometre is here: a page for the roadside, and the same as JSON."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from geo_app.errors import CrsError, DataError, GeoAppError, UnknownError
from geo_app.render import legend
from geo_app.render.figure import PageParts
from geo_app.studies.field_posts import record, roads_by_code
from geo_app.studies.located_map import pictures
from geo_app.web import maps
from geo_app.web.arguments import whole_argument
from geo_app.web.failures import status_of
from geo_app.web.km_answer import (
    Asked,
    Found,
    find,
    metres,
    place_shown,
    read_asked,
    said,
    spot_shown,
    system,
)
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.workspace import Workspace, mapping
from geo_app.workspace.entries import may_save

blueprint = Blueprint("km", __name__)

MOST_BYTES = 10_000
"""What a recorded post may take when it is sent."""
_FORM = ("route", "chainage", "who", "note")
_TOLD = (DataError, UnknownError, CrsError)


@blueprint.after_request
def _let_the_page_ask_where_it_is(response: Response) -> Response:
    response.headers["Permissions-Policy"] = "geolocation=(self)"
    return response


@blueprint.get("/km")
def show() -> AnyResponse:
    """Show the form, and the answer to what the address asks."""
    try:
        asked = read_asked(request.args)
        found = find(workspace(), asked) if asked else None
    except _TOLD as error:
        return _page(problem=error)
    return _page(asked, found, recorded=whole_argument("recorded", default=0))


@blueprint.post("/km")
def add_post() -> AnyResponse:
    """Record a post where the phone was; it waits to be accepted."""
    request.max_content_length = MOST_BYTES
    ws, asked = workspace(), None
    try:
        asked = read_asked(request.form)
        if asked is None or asked.lat is None or asked.lon is None:
            message = "position: is missing; find your position first, then record the post"
            raise DataError(message, vi="Chưa có vị trí; hãy lấy vị trí trước rồi ghi cọc.")
        post = record(
            ws,
            lon=asked.lon,
            lat=asked.lat,
            accuracy_m=asked.accuracy_m,
            **{name: request.form.get(name, "") for name in _FORM},
        )
    except _TOLD as error:
        return _page(asked, _found_or_none(ws, asked), problem=error, entry=request.form)
    return redirect(_address("km.show", asked, recorded=post.id, _anchor="recorded"), code=303)


@blueprint.get("/km/map.js")
def script() -> Response:
    """Send the script of an answer's map, for the generation its address names."""
    ws, asked = maps.asked_workspace(), read_asked(request.args)
    if asked is None:
        message = "q: is missing; expected a road and a kilometre, or lat and lon"
        raise DataError(message)
    return maps.send_script(_drawn(ws, find(ws, asked)))


@blueprint.get("/api/locate")
def locate_api() -> Response:
    """Answer a text as JSON: the place of a kilometre, or the kilometre at coordinates."""
    return _json({"q": request.args.get("q", "")}, "q: is missing; expected such as QL4B Km18+300")


@blueprint.get("/api/position")
def position_api() -> Response:
    """Answer a position as JSON: the kilometre there."""
    return _json(request.args, "lat, lon: are missing; expected degrees such as lat=21.85")


def _json(given: Mapping[str, str], missing: str) -> Response:
    asked = read_asked(given)
    if asked is None:
        raise DataError(missing)
    found = find(workspace(), asked)
    if found.located is None:
        assert found.problem is not None
        raise found.problem
    return jsonify(found.located.to_json())


def _found_or_none(ws: Workspace, asked: Asked | None) -> Found | None:
    try:
        return find(ws, asked) if asked else None
    except _TOLD:
        return None


def _page(
    asked: Asked | None = None,
    found: Found | None = None,
    *,
    problem: GeoAppError | None = None,
    entry: Mapping[str, str] | None = None,
    recorded: int = 0,
) -> Response:
    problem = problem or (found.problem if found else None)
    page = render_template(
        "km/show.html",
        typed=request.args.get("q", ""),
        asked=asked,
        problem=problem,
        recorded=recorded,
        entry=entry,
        **(_shown(workspace(), asked, found) if asked and found else {}),
    )
    return make_response(page, status_of(problem) if problem else 200)


def _shown(ws: Workspace, asked: Asked, found: Found) -> dict[str, Any]:
    located = found.located
    unsure_m = (found.spot.accuracy_m or 0.0) if found.spot else 0.0
    return {
        "found": found,
        "stretch": located.stretch if located else None,
        "places": [
            place_shown(ws, place, unsure_m=unsure_m)
            for place in (located.all_places if located else ())
        ],
        "spot": spot_shown(ws, found.spot) if found.spot else None,
        "system": system(ws.settings.crs),
        "metres": metres,
        "text": said(ws, found),
        "link": _address("km.show", asked),
        "roads": roads_by_code(ws) if asked.lat is not None and may_save(ws) else {},
        "legends": [legend.rows(each.layer, language()) for each in _pictures(ws, found)],
        "map": maps.shown(_drawn(ws, found), partial(_address, "km.script", asked)),
    }


def _pictures(ws: Workspace, found: Found) -> list[Any]:
    return pictures(found.located, found.spot, ws.settings.crs)


def _drawn(ws: Workspace, found: Found) -> PageParts:
    """Draw an answer over the layer of its road."""
    overlay = mapping.Overlay(_pictures(ws, found), found.marks, bool(found.illustrative))
    places = found.located.all_places if found.located else ()
    return maps.overlaid(ws, places[0].road.layer if places else ws.settings.outline, overlay)


def _address(endpoint: str, asked: Asked, **more: Any) -> str:
    return url_for(endpoint, **asked.address, **more, lang=language())
