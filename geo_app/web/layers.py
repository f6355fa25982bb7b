"""The layers: how ready each one is, and a page for each with its table and downloads."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from geo_app.domain.layer import Field, Layer
from geo_app.errors import DataError, UnknownError
from geo_app.web.atlas import map_of
from geo_app.web.language import language
from geo_app.web.province import workspace
from geo_app.workspace import Workspace, downloads
from geo_app.workspace.readiness import layer_readiness, readiness, unhealthy, version_rows
from geo_app.workspace.view import Contains, TablePage, TableQuery

blueprint = Blueprint("layers", __name__)

ROWS = 50


@blueprint.get("/layers")
def index() -> str:
    """Show which layers are real, illustrative or awaited."""
    ws = workspace()
    rows = readiness(ws)
    counts = {state: sum(row.state == state for row in rows) for state in {r.state for r in rows}}
    return render_template("layers/index.html", rows=rows, counts=counts, plan=ws.plan)


@blueprint.get("/layers/<layer>")
def show(layer: str) -> str:
    """Show what a layer is, who keeps it, how exact it is, and its features."""
    ws = workspace()
    found = ws.catalogue.layer(layer)
    ready = layer_readiness(ws, found)
    served = ready.version is not None
    return render_template(
        "layers/show.html",
        layer=found,
        ready=ready,
        owner=ws.plan.agencies.get(found.owner),
        fields=ws.fields(found),
        versions=list(reversed(version_rows(ws, layer))),
        formats=downloads.formats(found) if served else (),
        map=map_of(ws, layer=layer) if served and found.geometry != "table" else None,
        table=_table(ws, found) if served and found.geometry != "raster" else None,
    )


@blueprint.get("/layers/<layer>/download")
def download(layer: str) -> Response:
    """Send a layer as a file, provenance and marks inside."""
    wanted = request.args.get("format", "")
    ws = workspace()
    offered = downloads.formats(ws.catalogue.layer(layer))
    if wanted not in offered:
        message = f"format: found {wanted!r}; expected one of {', '.join(offered)}"
        raise DataError(message)
    path = downloads.download(ws, layer, wanted, language=language())
    return send_file(path, as_attachment=True, download_name=f"{layer}{path.suffix}")


@blueprint.get("/healthz")
def health() -> tuple[dict[str, Any], int]:
    """Say whether every published layer opens."""
    ws = workspace()
    problems = unhealthy(ws)
    state = {
        "ok": not problems,
        "generation": ws.published.generation,
        "layers": len(ws.published.versions),
        "problems": problems,
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
        sort=_sort(request.args, fields),
        descending=request.args.get("order") == "desc",
        where=_where(layer, filters),
        offset=max(0, request.args.get("offset", type=int, default=0)),
        limit=ROWS,
    )
    page = ws.page(layer.id, query)
    if query.offset >= page.total > 0:
        query = replace(query, offset=(page.total - 1) // ROWS * ROWS)
        page = ws.page(layer.id, query)
    return Table(page, query, filters)


def _sort(arguments: MultiDict[str, str], fields: list[Field]) -> str | None:
    wanted = arguments.get("sort")
    if wanted is None:
        return None
    if wanted not in {field.name for field in fields}:
        message = f"sort: found {wanted!r}; expected one of {', '.join(f.name for f in fields)}"
        raise UnknownError(message)
    return wanted


def _where(layer: Layer, filters: dict[str, str]) -> dict[str, Any]:
    """Read the filter form: ``f.name=text``, ``f.length_km.from=3``, ``f.length_km.to=``."""
    where: dict[str, Any] = {}
    for key, value in filters.items():
        name, _, end = key.removeprefix("f.").partition(".")
        field = layer.field(name)
        if end:
            low, high = where.get(name, (None, None))
            number = _number(key, value)
            where[name] = (number, high) if end == "from" else (low, number)
        else:
            where[name] = _wanted(field, value)
    return where


def _wanted(field: Field, value: str) -> Any:
    if field.values:
        return value
    match field.type:
        case "boolean":
            return value == "true"
        case "integer" | "number":
            return _number(field.name, value)
        case "date":
            return (value, value)
    return Contains(value)


def _number(key: str, value: str) -> float:
    """Read a number typed with a decimal comma or point."""
    try:
        return float(value.strip().replace(",", "."))
    except ValueError:
        message = f"{key}: found {value!r}; expected a number such as 3,5 or 3.5"
        raise DataError(message) from None
