"""
Whose page sends a form: only this server's own.

Nobody signs in here, but a page elsewhere must not make its readers' browsers send things in.
Browsers say where a request comes from (``Sec-Fetch-Site``, and older ones ``Origin``); a program
that is no browser says neither, and is let through.

Where whoever asks may publish, the server answers under its machine's own names only: a page
elsewhere that has its name lead here would pass for one of this server's.
"""

from collections.abc import Collection
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, abort, request

_SAFE = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask, names: Collection[str] = ()) -> None:
    """
    Refuse, with 403, what another site's page sends.

    Parameters
    ----------
    names
        Names of hosts that it answers as; empty: any.
    """
    app.before_request(_refuse_others)
    if names:
        app.before_request(partial(_refuse_other_names, names))


def _refuse_others() -> None:
    if request.method not in _SAFE and not _own():
        abort(403)


def _refuse_other_names(names: Collection[str]) -> None:
    if urlsplit(f"//{request.host}").hostname not in names:
        abort(403)


def _own() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
