"""What every answer carries: security headers, caching by version, compression, the language."""

import gzip

from flask import Flask, Response, request

from geo_app.domain.text import LANGUAGES
from geo_app.web.language import COOKIE
from geo_app.web.province import workspace
from geo_app.workspace import basemaps

FOR_EVER = 365 * 24 * 3600
_SMALL = 1_000
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")


def init_app(app: Flask) -> None:
    """Dress every answer."""
    for dress in (_compress, _remember_language, _secure):
        app.after_request(dress)


def immutable(response: Response) -> Response:
    """Let browsers keep an answer for ever: its address names its version."""
    response.cache_control.public = True
    response.cache_control.max_age = FOR_EVER
    response.cache_control.immutable = True
    return response


def takes_gzip() -> bool:
    """Tell whether whoever asks can read compressed answers."""
    return request.accept_encodings["gzip"] > 0


def content_security_policy() -> str:
    """
    Write the policy: nothing runs or loads but what this server sends.

    Backgrounds that the owner registered by address may send pictures too.
    """
    pictures = ["'self'", "data:", "blob:", *basemaps.picture_hosts(workspace())]
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            f"img-src {' '.join(pictures)}",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
    )


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = content_security_policy()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _remember_language(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and response.mimetype == "text/html":
        response.set_cookie(COOKIE, asked, max_age=FOR_EVER, samesite="Lax")
    return response


def _compress(response: Response) -> Response:
    packed = response.content_encoding is not None or response.status_code not in (200, 404)
    if packed or not (response.mimetype or "").startswith(_TEXT):
        return response
    response.vary.add("Accept-Encoding")
    if not takes_gzip():
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) > _SMALL:
        response.set_data(gzip.compress(content, compresslevel=5, mtime=0))
        response.content_encoding = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)
    return response
