"""Errors as pages and as JSON: one table says which HTTP status each kind has."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from geo_app.errors import (
    AccessError,
    AssetError,
    CatalogueError,
    CrsError,
    DataError,
    GeoAppError,
    SettingsError,
    StoreError,
    UnknownError,
)

STATUS: dict[type[GeoAppError], int] = {
    UnknownError: 404,
    AccessError: 404,
    DataError: 400,
    CrsError: 400,
    SettingsError: 500,
    CatalogueError: 500,
    StoreError: 503,
    AssetError: 500,
}
"""What a reader may not see does not exist for them: 404, not 403."""

_HIDDEN = "not found"


def init_app(app: Flask) -> None:
    """Answer every error raised on purpose, and those of HTTP itself."""
    app.register_error_handler(GeoAppError, _on_purpose)
    app.register_error_handler(HTTPException, _http)


def _on_purpose(error: GeoAppError) -> Response:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    if status >= 500:
        logging.getLogger(__name__).error("%s: %s", request.path, error)
    return _answer(status, _HIDDEN if isinstance(error, AccessError) else str(error))


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        logging.getLogger(__name__).error(request.path, exc_info=error.original_exception)
    return _answer(error.code or 500, error.description or "")


def _answer(status: int, message: str) -> Response:
    if request.path.startswith("/api/"):
        return make_response(jsonify(error=message), status)
    return make_response(render_template("error.html", status=status, message=message), status)
