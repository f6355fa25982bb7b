"""What people enter by hand: names, notes and reasons as they typed them, within bounds."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from geo_app.errors import AccessError, DataError
from geo_app.storage.records import Records
from geo_app.workspace.view import Workspace

NAME_LETTERS = 80
NOTE_LETTERS = 500
_NAMES = {
    "who": "Họ tên",
    "note": "Ghi chú",
    "reason": "Lý do",
    "route": "Tuyến",
    "remark": "Ý kiến",
}
"""What each text is called in Vietnamese."""


def typed(name: str, text: str, *, most: int, empty: bool = False) -> str:
    """
    Return a typed text without blanks around it and with single ones within.

    Parameters
    ----------
    name
        What it is, in the message: one of those named above.
    most
        Letters it may have.
    empty
        Whether it may be left out.

    Raises
    ------
    DataError
        If it is empty, too long, or holds what is no text.
    """
    words = " ".join(text.split())
    if not words and not empty:
        message = f"{name}: is empty; write it"
        raise DataError(message, vi=f"{_NAMES[name]}: chưa nhập")
    if len(words) > most or not words.isprintable():
        message = f"{name}: found {words[:40]!r}…; expected plain text of at most {most} letters"
        raise DataError(message, vi=f"{_NAMES[name]}: cần chữ thường, không quá {most} ký tự")
    return words


def today(ws: Workspace) -> date:
    """Return the day it is in the province."""
    return datetime.now(ZoneInfo(ws.settings.time_zone)).date()


def may_save(ws: Workspace) -> bool:
    """Tell whether this reader may save anything: those who publish may, others as set."""
    return ws.user.publisher or ws.settings.public_saving > 0


def require_saving(ws: Workspace) -> None:
    """
    Refuse a reader who may not save, or has saved enough today.

    Raises
    ------
    AccessError, DataError
        If so.
    """
    if ws.user.publisher:
        return
    if not may_save(ws):
        message = f"{ws.user.name} may not save here (setting public_saving)"
        raise AccessError(message)
    zone = ZoneInfo(ws.settings.time_zone)
    midnight = datetime.combine(today(ws), time.min, zone).astimezone(UTC)
    most = ws.settings.public_saving
    if Records(ws.settings).count_since(midnight, ws.user.name) >= most:
        message = f"{most} records were saved today, which is all that may be; save tomorrow"
        vi = f"Hôm nay đã lưu {most} lần, là mức tối đa trong ngày; hãy lưu vào ngày mai"
        raise DataError(message, vi=vi)
