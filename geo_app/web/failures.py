"""Errors as pages and as JSON: one table says which HTTP status each kind has."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from geo_app.errors import (
    AccessError,
    AssetError,
    BusyError,
    CatalogueError,
    CrsError,
    DataError,
    GeoAppError,
    SettingsError,
    StoreError,
    UnknownError,
)
from geo_app.web.language import language, translate

STATUS: dict[type[GeoAppError], int] = {
    UnknownError: 404,
    AccessError: 404,
    DataError: 400,
    CrsError: 400,
    SettingsError: 500,
    CatalogueError: 500,
    StoreError: 503,
    BusyError: 503,
    AssetError: 500,
}
"""What a reader may not see does not exist for them: 404, not 403."""


def init_app(app: Flask) -> None:
    """Answer every error raised on purpose, and those of HTTP itself."""
    app.register_error_handler(GeoAppError, _on_purpose)
    app.register_error_handler(HTTPException, _http)


def status_of(error: GeoAppError) -> int:
    """Return the HTTP status that an error is answered with."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _on_purpose(error: GeoAppError) -> Response:
    status = status_of(error)
    if status >= 500:
        logging.getLogger(__name__).error("%s: %s", request.path, error)
    told = (status < 500 and not isinstance(error, AccessError)) or isinstance(error, BusyError)
    return _answer(status, error.told(_spoken()) if told else None)


def _http(error: HTTPException) -> Response:
    answer = _answer(error.code or 500, None)
    # Allow with 405, Content-Range with 416.
    answer.headers.update({n: v for n, v in error.get_headers() if n != "Content-Type"})
    return answer


def _answer(status: int, message: str | None) -> Response:
    """Answer with `message`, or with what every error of this kind is told."""
    if request.path.startswith("/api/"):
        return make_response(jsonify(error=message or _sentence(status)), status)
    page = render_template("error.html", status=status, message=message, sentence=_sentence(status))
    return make_response(page, status)


def _spoken() -> str:
    """Return the language of a message: that of the page; programs are told in English."""
    return "en" if request.path.startswith("/api/") else language()


def _sentence(status: int) -> str:
    if status == 403:
        return translate("Another site's page sent this; open the page here and send it again.")
    if status == 404:
        return translate("There is nothing at this address.")
    if status < 500:
        return translate("The address or the way it was asked is not one this server knows.")
    return translate("What went wrong stands in the server's log.")
