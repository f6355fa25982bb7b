"""The small province and the repository's own behind the web application, asked by a stranger."""

from typing import Any

import pytest
from asking import MakeClient
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geo_app.web import create_app
from geo_app.workspace import Workspace


class Reader(FlaskClient):
    """Reads every answer to its end at once, as a server would, so that files are closed."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{**options, "buffered": True})


def app_of(ws: Workspace) -> Flask:
    """Make the application a stranger's browser talks to."""
    app = create_app(ws.settings)
    app.test_client_class = Reader
    return app


@pytest.fixture(scope="session")
def small_app(small_province: Workspace) -> Flask:
    return app_of(small_province)


@pytest.fixture
def small(small_app: Flask) -> FlaskClient:
    """A reader of the small province; each has cookies of its own."""
    return small_app.test_client()


@pytest.fixture(scope="session")
def province_app(province: Workspace) -> Flask:
    return app_of(province)


@pytest.fixture
def atlas(province_app: Flask) -> FlaskClient:
    """A reader of the repository's own province."""
    return province_app.test_client()


@pytest.fixture
def client_of() -> MakeClient:
    """Return a function that serves a workspace a test has made."""
    return lambda ws: app_of(ws).test_client()
