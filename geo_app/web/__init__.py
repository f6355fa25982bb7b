"""
The web application: a blueprint is a file; a view is parse, one call, render.

The web sees the province only through `workspace().as_user(...)`; nobody signs in, so every reader
of one server is the same: anonymous, or the office where it is served to the office alone.
"""

from flask import Flask

from geo_app.config import Settings
from geo_app.domain.access import ANONYMOUS, User
from geo_app.web import (
    atlas,
    check,
    checks,
    data,
    failures,
    km,
    language,
    layers,
    lookup,
    origin,
    pages,
    plan,
    plan_api,
    plan_forms,
    plan_report,
    province,
    responses,
    sheets,
    studies,
    uploads,
    versions,
    where,
)

LOOPBACK = ("127.0.0.1", "localhost")
"""Names under which a machine is its own only."""


def create_app(settings: Settings, user: User = ANONYMOUS) -> Flask:
    """
    Build the application for one workspace.

    Parameters
    ----------
    user
        Whose every request is. One who may publish is answered under this machine's own names
        only.

    Raises
    ------
    CatalogueError, StoreError
        If the workspace cannot be opened.
    """
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    province.init_app(app, settings, user)
    origin.init_app(app, LOOPBACK if user.publisher else ())
    uploads.init_app(app, settings)
    language.init_app(app)
    pages.init_app(app)
    failures.init_app(app)
    responses.init_app(app)
    studies.init_app(app)
    plan.init_app(app)
    for module in _PAGES:
        app.register_blueprint(module.blueprint)
    return app


_PAGES = (
    atlas,
    check,
    checks,
    data,
    km,
    layers,
    lookup,
    plan,
    plan_api,
    plan_forms,
    plan_report,
    sheets,
    studies,
    versions,
    where,
)
