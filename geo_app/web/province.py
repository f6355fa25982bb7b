"""The province behind the pages: one workspace per process, one generation per request."""

import logging
from dataclasses import replace
from threading import Lock

from flask import Flask, current_app, g

from geo_app.config import Settings
from geo_app.domain.access import User
from geo_app.errors import StoreError
from geo_app.workspace import Workspace, open_workspace

_KEY = "geo_app.province"


class Province:
    """
    Holds the newest generation as its readers may see it.

    The catalogue is read once: a server is restarted to take up a changed `layers/`.
    """

    def __init__(self, settings: Settings, user: User) -> None:
        opened = open_workspace(settings.root, user=user)
        self._newest = replace(opened, settings=settings)
        self._lock = Lock()

    def newest(self) -> Workspace:
        """
        Return the newest generation; the same object until something is published.

        Where the record of what is published is damaged, what was served before is served on.
        """
        with self._lock:
            try:
                self._newest = self._newest.latest()
            except StoreError as error:
                logging.getLogger(__name__).error("%s", error)
            return self._newest


def init_app(app: Flask, settings: Settings, user: User) -> None:
    """Open the workspace once, when the application is made; every request is `user`'s."""
    app.extensions[_KEY] = Province(settings, user)


def newest(app: Flask) -> Workspace:
    """Return the province as an application's next request would see it."""
    province: Province = app.extensions[_KEY]
    return province.newest()


def workspace() -> Workspace:
    """Return the province for this request: the same generation from its first line to its last."""
    if "workspace" not in g:
        g.workspace = newest(current_app)
    ws: Workspace = g.workspace
    return ws
