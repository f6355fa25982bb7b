"""The production server: gunicorn with several processes; waitress, with one, on Windows."""

import logging
import os
import socket
from threading import Thread
from typing import Any

from flask import Flask

from geo_app.config import Settings
from geo_app.domain.access import ANONYMOUS, User
from geo_app.errors import SettingsError
from geo_app.studies.ledger import read_ledger
from geo_app.web import LOOPBACK, create_app
from geo_app.web.province import newest


def serve(settings: Settings, user: User = ANONYMOUS) -> None:
    """
    Serve until stopped.

    Parameters
    ----------
    user
        Whose every request is.

    Raises
    ------
    SettingsError
        If the address is taken, or is open to others while whoever opens it may publish.
    """
    if user.publisher and settings.host not in LOOPBACK:
        message = (
            f"host: found {settings.host!r}; whoever opens these pages may accept and return "
            f"forms, so they are served on this machine only: {', '.join(LOOPBACK)}"
        )
        raise SettingsError(message)
    _require_free(settings.host, settings.port)
    address = f"http://{settings.host}:{settings.port}"
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.info("geo_app: the atlas of %s is at %s (Ctrl+C stops it)", settings.title_en, address)
    if os.name == "nt":
        _serve_waitress(settings, user)
    else:
        _serve_gunicorn(settings, user)


def _require_free(host: str, port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            message = f"{host}:{port}: cannot listen there: {error.strerror}; try --port"
            raise SettingsError(message) from error


def _serve_waitress(settings: Settings, user: User) -> None:
    from waitress import serve as run  # noqa: PLC0415 (only where gunicorn does not exist)

    run(_ready(settings, user), host=settings.host, port=settings.port, threads=8)


def _serve_gunicorn(settings: Settings, user: User) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 (does not exist on Windows)

    class Server(BaseApplication):  # type: ignore[misc]
        """Our application under gunicorn, configured from `Settings`."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"{settings.host}:{settings.port}",
                "workers": settings.workers,
                "worker_class": "gthread",
                "threads": 4,
                "timeout": 60,
                "loglevel": "warning",
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return _ready(settings, user)

    Server().run()


def _ready(settings: Settings, user: User) -> Flask:
    """Make the application, and let it read the plan's ledger before anyone asks for it."""
    app = create_app(settings, user)
    Thread(target=read_ledger, args=(newest(app),), daemon=True).start()
    return app
