"""
The web application: a blueprint is a file; a view is parse, one call, render.

The web sees the province only through `workspace().as_user(...)`; today every reader is anonymous.
"""

from flask import Flask

from geo_app.config import Settings
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
    province,
    responses,
    sheets,
    studies,
    uploads,
    versions,
    where,
)


def create_app(settings: Settings) -> Flask:
    """
    Build the application for one workspace.

    Raises
    ------
    CatalogueError, StoreError
        If the workspace cannot be opened.
    """
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    province.init_app(app, settings)
    origin.init_app(app)
    uploads.init_app(app, settings)
    language.init_app(app)
    pages.init_app(app)
    failures.init_app(app)
    responses.init_app(app)
    studies.init_app(app)
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
    sheets,
    studies,
    versions,
    where,
)
