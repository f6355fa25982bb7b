"""Types of what the fixtures give."""

from collections.abc import Callable

from flask.testing import FlaskClient

from geo_app.workspace import Workspace

MakeWorkspace = Callable[..., Workspace]
MakeClient = Callable[[Workspace], FlaskClient]
