"""Texts too long for an address, kept in the store for a while."""

from geo_app.storage.kept import KeptTexts
from geo_app.workspace.view import Workspace

FOLDER = "kept"


def keep_text(ws: Workspace, text: str) -> str:
    """Keep a text and return the digest it is found by; the oldest are forgotten first."""
    return _texts(ws).keep(text)


def kept_text(ws: Workspace, digest: str) -> str:
    """
    Return a kept text.

    Raises
    ------
    UnknownError
        If it was never kept, or has been forgotten.
    """
    return _texts(ws).text(digest)


def _texts(ws: Workspace) -> KeptTexts:
    return KeptTexts(ws.settings.store_folder / FOLDER)
