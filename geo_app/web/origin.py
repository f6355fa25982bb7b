"""
Whose page sends a form: only this server's own.

Nobody signs in here, but a page elsewhere must not make its readers' browsers send things in.
Browsers say where a request comes from (``Sec-Fetch-Site``, and older ones ``Origin``); a program
that is no browser says neither, and is let through.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, request

_SAFE = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask) -> None:
    """Refuse, with 403, what another site's page sends."""
    app.before_request(_refuse_others)


def _refuse_others() -> None:
    if request.method not in _SAFE and not _own():
        abort(403)


def _own() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
