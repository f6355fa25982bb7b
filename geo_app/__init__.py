"""
geo_app: a planning atlas for a Vietnamese province.

>>> import geo_app
>>> ws = geo_app.open_workspace()          # doctest: +SKIP
>>> communes = ws.read("communes_2025")    # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Workspace", "open_workspace"]

if TYPE_CHECKING:
    from geo_app.workspace import Workspace, open_workspace


def __getattr__(name: str) -> Any:
    # The GIS libraries load on first use, so `geo-app --help` stays instant.
    if name in __all__:
        from geo_app import workspace  # noqa: PLC0415 (on first use)

        return getattr(workspace, name)
    message = f"module 'geo_app' has no attribute {name!r}"
    raise AttributeError(message)
