"""Saved checks: kept under a number, listed and read as far as the reader may see them."""

from collections.abc import Sequence

from geo_app.domain.access import ACCESS_LEVELS, Access, may
from geo_app.domain.saved import Entry, Saved, Verification
from geo_app.errors import UnknownError
from geo_app.storage.records import Records
from geo_app.workspace.entries import require_saving
from geo_app.workspace.view import Workspace


def keep_check(ws: Workspace, draft: Saved, year: int) -> Saved:
    """
    Keep a check under the next number of `year`.

    Raises
    ------
    AccessError, DataError
        If this reader may not save, or has saved enough today.
    """
    require_saving(ws)
    return Records(ws.settings).add_check(draft, year)


def keep_verification(ws: Workspace, number: str, found: Verification) -> None:
    """Keep what verifying a check said, in place of what was said before."""
    Records(ws.settings).keep_verification(number, found)


def saved_checks(ws: Workspace, *, limit: int = 50, offset: int = 0) -> tuple[Entry, ...]:
    """List the saved checks this reader may see, newest first."""
    return Records(ws.settings).checks(_levels(ws), limit=limit, offset=offset)


def count_saved(ws: Workspace) -> int:
    """Count the saved checks this reader may see."""
    return Records(ws.settings).count_checks(_levels(ws))


def saved_check(ws: Workspace, number: str) -> Saved:
    """
    Return the check saved under a number.

    Raises
    ------
    UnknownError
        If there is none that this reader may see.
    """
    found = Records(ws.settings).check(number)
    if not may(ws.user, "view", found.access):
        message = f"there is no saved check {number!r}"
        raise UnknownError(message)
    return found


def _levels(ws: Workspace) -> Sequence[Access]:
    return [level for level in ACCESS_LEVELS if may(ws.user, "view", level)]
