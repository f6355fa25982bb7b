"""The studies: a page each with its form, map, charts, tables and downloads; the same as JSON."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    send_file,
    url_for,
)

from geo_app.domain.access import may
from geo_app.domain.layer import Layer
from geo_app.domain.statistic import Indicator
from geo_app.errors import CrsError, DataError, UnknownError
from geo_app.render import legend
from geo_app.render.figure import PageParts
from geo_app.studies import STUDIES, Parameter, Result, Study, find_study
from geo_app.web import maps
from geo_app.web.arguments import whole_argument
from geo_app.web.failures import status_of
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.workspace import Workspace, reports
from geo_app.workspace.entries import may_save

blueprint = Blueprint("studies", __name__)

ROWS = 100
"""Rows of a table that the page shows."""
FORMATS = ("pdf", "docx", "xlsx", "csv", "json", "html", "png", "ipynb")
_OWN = ("lang", "format", "chart", "generation", "digest")
"""Arguments of an address that are no settings."""
_KEPT = 32
_KEY = "geo_app.answers"


class Answers:
    """
    The latest answers of this process, so that a page, its map and its files agree.

    One study is computed at a time: readers wait rather than starve the server.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, compute: Callable[[], Result]) -> Result:
        """Return the answer kept under `key`, or compute and keep it."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = compute()
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]


def init_app(app: Flask) -> None:
    """Give the application a place for answers."""
    app.extensions[_KEY] = Answers()


@blueprint.get("/studies")
def index() -> str:
    """List the studies."""
    return render_template("studies/index.html", studies=list(STUDIES.values()))


@blueprint.get("/studies/<name>")
def show(name: str) -> Response:
    """Show a study with the settings of the address."""
    ws, study = workspace(), find_study(name)
    used = study.settings(ws, given_settings())
    page = {
        "study": study,
        "used": used,
        "layers": {each.name: _choices(ws, each) for each in study.parameters},
        "rows": ROWS,
    }
    try:
        result = answer(ws, study, used)
    except (UnknownError, DataError, CrsError) as error:
        # The form still helps to choose another layer or setting.
        problem = error.told(language())
        shown = render_template("studies/show.html", result=None, problem=problem, **page)
        # A layer that has no data yet is no mistake of the reader's.
        return make_response(shown, 200 if isinstance(error, UnknownError) else status_of(error))
    address = partial(address_of, ws, study, used)
    shown = render_template(
        "studies/show.html",
        result=result,
        map=map_of(ws, result, partial(address, endpoint="studies.script"))
        if result.pictures
        else None,
        legends=[legend.rows(each.layer, language()) for each in result.pictures],
        command=study.command(ws, used),
        code=study.code(ws, used),
        address=address,
        formats=FORMATS,
        changed=study.changed(ws, used),
        may_save=may_save(ws),
        **page,
    )
    return make_response(shown)


@blueprint.get("/studies/<name>/map.js")
def script(name: str) -> Response:
    """Send the script of a study's map, for the generation its address names."""
    return send_script(find_study(name), given_settings())


@blueprint.get("/studies/<name>/download")
def download(name: str) -> Response:
    """Send a study's answer as a file, with definition, inputs and marks inside."""
    return send_download(find_study(name), given_settings())


@blueprint.get("/studies/<name>/chart.png")
def chart(name: str) -> Response:
    """Send one chart as a picture."""
    ws, study = workspace(), find_study(name)
    result = answer(ws, study, study.settings(ws, given_settings()))
    image = result.png(chart=whole_argument("chart", default=0), language=language())
    return send_file(BytesIO(image), mimetype="image/png")


@blueprint.get("/api/studies")
def index_api() -> Response:
    """List the studies as JSON."""
    ws = workspace()
    return jsonify(
        [
            {
                "id": each.name,
                "title": each.title.vi,
                "title_en": each.title.en,
                "settings": {
                    parameter.name: parameter.text(value)
                    for parameter, value in zip(
                        each.parameters, each.settings(ws, {}).values(), strict=True
                    )
                },
            }
            for each in STUDIES.values()
        ]
    )


@blueprint.get("/api/studies/<name>")
def show_api(name: str) -> Response:
    """Return a study's answer as JSON."""
    ws, study = workspace(), find_study(name)
    return jsonify(answer(ws, study, study.settings(ws, given_settings())).to_json())


def send_script(study: Study, given: Mapping[str, str]) -> Response:
    """Send the script of the map of an answer, for the generation the address names."""
    ws = maps.asked_workspace()
    return maps.send_script(_drawn(ws, answer(ws, study, study.settings(ws, given))))


def send_download(study: Study, given: Mapping[str, str]) -> Response:
    """Send an answer as a file, in the format the address names."""
    wanted = request.args.get("format", "")
    if wanted not in FORMATS:
        message = f"format: found {wanted!r}; expected one of {', '.join(FORMATS)}"
        raise DataError(
            message, vi=f"Không có định dạng {wanted!r}; hãy chọn trong: {', '.join(FORMATS)}."
        )
    ws = workspace()
    used = study.settings(ws, given)
    if wanted == "ipynb":
        content = json.dumps(_notebook(study.code(ws, used)), ensure_ascii=False, indent=1).encode()
    else:
        content = file_of(answer(ws, study, used), wanted)
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{study.name}.{wanted}")


def given_settings() -> dict[str, str]:
    """Return the settings of the address; those left empty keep their defaults."""
    names = [name for name in request.args if name not in _OWN]
    given = {name: ",".join(filter(None, request.args.getlist(name))) for name in names}
    return {name: text for name, text in given.items() if text.strip()}


def answer(ws: Workspace, study: Study, used: dict[str, Any]) -> Result:
    """Return a study's answer, kept from before where it was asked for before."""
    answers: Answers = current_app.extensions[_KEY]
    # What was set aside counts at once where a site is looked at.
    aside = ws.overrides() if any(each.kind == "site" for each in study.parameters) else ()
    minded = study.state(ws) if study.state else None
    asked = (study.name, sorted(used.items()))
    state = (ws.published.generation, ws.user.clearance, *asked, aside, minded)
    return answers.get(repr(state), lambda: study(ws, **used))


def _choices(ws: Workspace, parameter: Parameter) -> list[Layer] | list[Indicator]:
    """Return the layers a parameter may name and that have data for this reader, or indicators."""
    if parameter.kind == "indicator":
        return list(ws.plan.indicators.values())
    if parameter.kind not in ("layer", "layers"):
        return []
    return [
        each
        for each in ws.layers
        if each.geometry in parameter.geometry
        and each.id in ws.versions
        and may(ws.user, "view", each.access)
    ]


def address_of(ws: Workspace, study: Study, used: dict[str, Any], **more: Any) -> str:
    """Return the address of another form of the same answer."""
    endpoint = more.pop("endpoint", "studies.download")
    state: dict[str, Any] = {**study.changed(ws, used), **more, "lang": language()}
    return url_for(endpoint, name=study.name, **state)


def map_of(ws: Workspace, result: Result, address: Callable[..., str]) -> dict[str, Any]:
    """Return what a template needs to show an answer's map; `address` gives that of its script."""
    return maps.shown(_drawn(ws, result), address)


def _drawn(ws: Workspace, result: Result) -> PageParts:
    return reports.sketch(ws, result, language=language(), small=True).page_parts()


def file_of(result: Result, wanted: str) -> bytes:
    """Return a result as the content of a file; `wanted` is its format, but for a notebook."""
    if wanted == "json":
        return json.dumps(result.to_json(), ensure_ascii=False, indent=1).encode()
    write = {
        "pdf": result.to_pdf,
        "docx": result.to_docx,
        "xlsx": result.to_excel,
        "csv": result.to_csv,
        "html": result.to_html,
        "png": result.to_png,
    }[wanted]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"answer.{wanted}"
        write(path, language=language())
        return path.read_bytes()


def _notebook(code: str) -> dict[str, Any]:
    """Return a notebook of one cell, in the format Jupyter reads (nbformat 4)."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "study",
        "metadata": {},
        "outputs": [],
        "source": code.splitlines(keepends=True),
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [cell],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
