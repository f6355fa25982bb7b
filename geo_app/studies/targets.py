"""The plan's targets as studies need them."""

from geo_app.errors import DataError
from geo_app.workspace import Workspace


def target_value(ws: Workspace, target: str) -> float:
    """
    Return the figure a target asks for.

    Raises
    ------
    UnknownError
        If the plan has no such target.
    DataError
        If the target is not one figure.
    """
    found = ws.plan.target(target)
    if found.value is None:
        message = f"target {target}: names no single figure; expected one such as 67 %"
        raise DataError(
            message, vi=f"Chỉ tiêu {target} không nêu một con số; hãy chọn chỉ tiêu khác."
        )
    return found.value
