"""The layers: how ready each one is, and a page for each with its table and downloads."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo_app.domain.access import OWNER, may
from geo_app.domain.layer import Field, Layer
from geo_app.errors import DataError, UnknownError
from geo_app.render import legend
from geo_app.studies.sheets import has_sheets
from geo_app.web.arguments import typed_number, whole_argument
from geo_app.web.atlas import map_of
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.workspace import Workspace, downloads
from geo_app.workspace.readiness import (
    Readiness,
    layer_readiness,
    readiness,
    unhealthy,
    version_rows,
)
from geo_app.workspace.view import Contains, TablePage, TableQuery

blueprint = Blueprint("layers", __name__)

ROWS = 50


@blueprint.get("/layers")
def index() -> str:
    """Show which layers are real, illustrative or awaited."""
    ws = workspace()
    rows = [_visible(ws, row) for row in readiness(ws)]
    counts = {state: sum(row.state == state for row in rows) for state in {r.state for r in rows}}
    return render_template("layers/index.html", rows=rows, counts=counts, plan=ws.plan)


@blueprint.get("/layers/<layer>")
def show(layer: str) -> str:
    """Show what a layer is, who keeps it, how exact it is, and its features."""
    ws = workspace()
    found = ws.catalogue.layer(layer)
    ready = _visible(ws, layer_readiness(ws, found))
    served = ready.version is not None
    return render_template(
        "layers/show.html",
        layer=found,
        ready=ready,
        owner=ws.plan.agencies.get(found.owner),
        fields=ws.fields(found),
        legend=legend.rows(found, language()),
        versions=list(reversed(version_rows(ws, layer))) if _may_view(ws, found) else [],
        formats=downloads.offered(ws, found) if served else (),
        too_large=ready.version is not None and ready.version.count > downloads.LARGE,
        map=map_of(ws, layer=layer) if served and found.geometry != "table" else None,
        table=_table(ws, found) if served and found.geometry != "raster" else None,
        sheet=partial(_sheet, found),
    )


def _sheet(layer: Layer, row: Mapping[str, Any], field: str) -> str | None:
    """Return the sheet that a row's name leads to; None for other fields and layers."""
    if field != layer.name or not has_sheets(layer) or not row.keys() >= set(layer.key):
        return None
    return url_for("sheets.show", layer=layer.id, key="/".join(str(row[n]) for n in layer.key))


def _visible(ws: Workspace, ready: Readiness) -> Readiness:
    """Return how ready a layer is, without its data where the reader may not see it."""
    return ready if _may_view(ws, ready.layer) else replace(ready, version=None)


def _may_view(ws: Workspace, layer: Layer) -> bool:
    return may(ws.user, "view", layer.access)


@blueprint.get("/layers/<layer>/download")
def download(layer: str) -> Response:
    """Send a layer as a file, provenance and marks inside."""
    wanted = request.args.get("format", "")
    ws = workspace()
    known = downloads.formats(ws.catalogue.layer(layer))
    if wanted not in known:
        message = f"format: found {wanted!r}; expected one of {', '.join(known)}"
        raise DataError(
            message, vi=f"Không có định dạng {wanted!r}; hãy chọn trong: {', '.join(known)}."
        )
    path = downloads.download(ws, layer, wanted, language=language())
    return send_file(path, as_attachment=True, download_name=f"{layer}{path.suffix}")


@blueprint.get("/healthz")
def health() -> tuple[dict[str, Any], int]:
    """Say whether every published layer opens: names for the reader, the rest in the log."""
    ws = workspace()
    problems = unhealthy(ws.as_user(OWNER))
    for name, problem in problems.items():
        logging.getLogger(__name__).error("%s: %s", name, problem)
    state = {
        "ok": not problems,
        "generation": ws.published.generation,
        "layers": len(ws.published.versions),
        "problems": sorted(problems),
    }
    return state, 200 if not problems else 503


@blueprint.get("/layers/")
def with_slash() -> AnyResponse:
    """Send readers who type a slash to the table."""
    return redirect(url_for("layers.index"))


@dataclass(frozen=True)
class Table:
    """One page of the attribute table and what its links need."""

    page: TablePage
    query: TableQuery
    filters: dict[str, str]

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 where there is none."""
        return self.query.offset + 1 if self.page.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.query.offset + len(self.page.rows)

    def address(self, **changes: Any) -> str:
        """Return the address of the same table, otherwise sorted or further on."""
        state = {
            "sort": self.query.sort,
            "order": "desc" if self.query.descending else None,
            "offset": self.query.offset or None,
            **self.filters,
            **changes,
        }
        kept = {name: value for name, value in state.items() if value not in (None, "")}
        arguments: dict[str, Any] = {**(request.view_args or {}), **kept}
        return url_for("layers.show", **arguments, _anchor="table")


def _table(ws: Workspace, layer: Layer) -> Table:
    fields = ws.fields(layer)
    filters = {
        key: value for key, value in request.args.items() if key.startswith("f.") and value.strip()
    }
    query = TableQuery(
        fields=[field.name for field in fields],
        sort=_sort(fields),
        descending=request.args.get("order") == "desc",
        where=_where(fields, filters),
        offset=whole_argument("offset", default=0),
        limit=ROWS,
    )
    page = ws.page(layer.id, query)
    if query.offset >= page.total > 0:
        query = replace(query, offset=(page.total - 1) // ROWS * ROWS)
        page = ws.page(layer.id, query)
    return Table(page, query, filters)


def _sort(fields: list[Field]) -> str | None:
    wanted = request.args.get("sort")
    return None if wanted is None else _field(fields, wanted, argument="sort").name


def _field(fields: list[Field], wanted: str, *, argument: str) -> Field:
    for field in fields:
        if field.name == wanted:
            return field
    message = f"{argument}: found {wanted!r}; expected one of {', '.join(f.name for f in fields)}"
    raise UnknownError(
        message,
        vi=f"Không có trường {wanted!r}; hãy chọn trong: {', '.join(f.name for f in fields)}.",
    )


def _where(fields: list[Field], filters: dict[str, str]) -> dict[str, Any]:
    """Read the filter form: ``f.name=text``, ``f.code.is=A1``, ``f.length_km.from=3``."""
    where: dict[str, Any] = {}
    for key, value in filters.items():
        name, _, end = key.removeprefix("f.").partition(".")
        field = _field(fields, name, argument=key)
        if not end:
            where[name] = _wanted(field, key, value)
            continue
        if end == "is":
            where[name] = value if field.type == "text" else _wanted(field, key, value)
            continue
        if end not in ("from", "to") or field.type not in ("integer", "number"):
            message = f"{key}: expected f.FIELD, or f.FIELD.from and f.FIELD.to for a number"
            raise DataError(message, vi=f"{key}: khoảng từ–đến chỉ dùng cho trường số.")
        low, high = where.get(name, (None, None))
        number = typed_number(key, value)
        where[name] = (number, high) if end == "from" else (low, number)
    return where


def _wanted(field: Field, key: str, value: str) -> Any:
    codes = ("true", "false") if field.type == "boolean" else tuple(field.values)
    if codes and value not in codes:
        message = f"{key}: found {value!r}; expected one of {', '.join(codes)}"
        raise DataError(
            message, vi=f"Không có giá trị {value!r}; hãy chọn trong: {', '.join(codes)}."
        )
    match field.type:
        case "boolean":
            return value == "true"
        case "integer" | "number":
            return typed_number(key, value)
        case "date":
            return (_day(key, value),) * 2
    return value if field.values else Contains(value)


def _day(key: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = f"{key}: found {value!r}; expected a day such as 2025-07-01"
        raise DataError(
            message, vi=f"Không đọc được ngày {value!r}; hãy ghi như 2025-07-01."
        ) from None
