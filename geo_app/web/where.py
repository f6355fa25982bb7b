"""Where is this? Coordinates from a drawing, pasted or in a file: where they may lie."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from geo_app.domain.layer import GeometryKind, Style
from geo_app.domain.placement import Placement, placement_named
from geo_app.domain.result import column
from geo_app.domain.text import Bilingual
from geo_app.errors import BusyError, CrsError, DataError
from geo_app.intake.footprint import Footprints, read_pasted
from geo_app.intake.sketch import sketch_text, sketched
from geo_app.intake.where import whereabouts
from geo_app.render import legend
from geo_app.render.maps import AtlasMap
from geo_app.studies import drawing
from geo_app.web import maps
from geo_app.web.failures import status_of
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.web.uploads import read_upload, sent_file, sent_form
from geo_app.workspace import mapping

blueprint = Blueprint("where", __name__)

MOST_PLACES = 24
"""Places that are drawn; the table holds all."""
MOST_ADDRESS = 2_000
"""Characters of an address that text is asked for by; longer text is only sent."""
_COLORS = ("#b3261e", "#0f5c63", "#7a4a9e", "#b06a00", "#2f6b2f", "#1f4e8c")
_BETWEEN = "|"
_DRAWN: Mapping[GeometryKind, Bilingual] = {
    "polygon": Bilingual("Hình đã gửi: vùng", "Shapes that were sent: areas"),
    "line": Bilingual("Hình đã gửi: đường", "Shapes that were sent: lines"),
    "point": Bilingual("Vị trí có thể", "Possible places"),
}


@blueprint.route("/where", methods=["GET", "POST"])
def show() -> BaseResponse:
    """
    Show the form; with coordinates or a file also where they may lie.

    Text that an address holds is asked for again by address, to be shared and kept.
    """
    asked: Mapping[str, str] = {}
    try:
        asked = sent_form() if request.method == "POST" else request.args
        address = url_for("where.show", text=asked.get("text", ""), lang=language())
        if request.method == "POST" and sent_file() is None and len(address) <= MOST_ADDRESS:
            return redirect(address, code=303)
        found = _read(asked)
    except (DataError, CrsError, BusyError) as error:
        return make_response(_page(asked, problem=error.told(language())), status_of(error))
    return make_response(_page(asked, **(_shown(found) if found else {})))


@blueprint.get("/where/map.js")
def script() -> Response:
    """Send the script of the map of the shapes and places that its address names."""
    names = request.args.get("places", "").split(_BETWEEN)[:MOST_PLACES]
    drawn, _ = _map(request.args.get("shapes", ""), [placement_named(name) for name in names])
    return maps.send_script(drawn.page_parts())


def _page(asked: Mapping[str, str], **shown: Any) -> str:
    most = workspace().settings.upload_mb
    return render_template("where/show.html", asked=asked, upload_mb=most, **shown)


def _read(asked: Mapping[str, str]) -> Footprints | None:
    """Return what was sent as footprints; None where only the form is asked for."""
    ws, file, text = workspace(), sent_file(), asked.get("text", "")
    if file is not None:
        return read_upload(ws, file, layer=asked.get("layer", "").strip() or None)
    if text.strip():
        return read_pasted(ws, text)
    if "text" not in asked:
        return None
    raise DataError(
        "nothing was sent; paste coordinates, or choose a file",
        vi="Chưa có gì được gửi; hãy dán tọa độ hoặc chọn tệp.",
    )


def _shown(found: Footprints) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    places = whereabouts(workspace(), found)
    placements = [each.placement for each in places[:MOST_PLACES]]
    shapes = sketch_text(found.given)
    drawn, legends = _map(shapes, placements)
    names = _BETWEEN.join(each.name for each in placements)
    address = partial(url_for, "where.script", shapes=shapes, places=names, lang=language())
    return {
        "found": found,
        "places": places,
        "legends": legends,
        "map": maps.shown(drawn.page_parts(), address),
    }


def _map(
    shapes: str, placements: Sequence[Placement]
) -> tuple[AtlasMap, tuple[legend.LegendRow, ...]]:
    """Draw shapes where each placement puts them, and return the map with its legend."""
    ws = workspace()
    names = {str(n): f"{n}. {each.name}" for n, each in enumerate(placements, start=1)}
    titles = {n: Bilingual(name, name) for n, name in names.items()}
    styles = {n: _style(_COLORS[(int(n) - 1) % len(_COLORS)]) for n in titles}
    frame = sketched(shapes, placements)
    field = replace(column("place", "Vị trí", "Place", kind="text"), values=titles)
    shelf = next(iter(ws.catalogue.themes))
    pictures = []
    for kind, name in _DRAWN.items():
        these = frame[frame.geom_type.str.lower().str.endswith(kind.replace("line", "linestring"))]
        if len(these):
            pictures.append(
                drawing.by_class(f"places_{kind}", name, kind, these, [field], "place", styles)
            )
    drawn = mapping.sketch_map(
        ws,
        [(replace(each.layer, theme=shelf), each.frame) for each in pictures],
        language=language(),
        small=True,
    )
    return drawn, legend.rows(pictures[-1].layer, language())


def _style(color: str) -> Style:
    return Style(color=color, fill=color, width=2.0, fill_opacity=0.35)
