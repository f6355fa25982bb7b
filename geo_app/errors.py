"""
Every error raised on purpose.

::

    GeoAppError
    ├── SettingsError      a setting is unknown or has a wrong value
    ├── CatalogueError     a file of layers/ or plan/ breaks the rules
    ├── UnknownError       a layer, field, version, theme … that does not exist
    ├── CrsError           a coordinate system is missing, wrong, or not metric
    ├── DataError          a file or frame does not fit its layer
    ├── StoreError         the store cannot do it: disk full, locked, damaged
    ├── AccessError        the reader may not do this
    ├── BusyError          so much is done at once that this must wait
    └── AssetError         a JavaScript file is missing, unknown or altered

A message says what, where, what stood there, what was expected and what to do.
"""


class GeoAppError(Exception):
    """
    Root of all errors raised on purpose.

    `vi` is the message in Vietnamese, for errors that a page tells whoever filled in its form.
    """

    def __init__(self, message: str = "", *, vi: str | None = None) -> None:
        super().__init__(message)
        self.vi = vi

    def told(self, language: str) -> str:
        """Return the message in `language`; in English where it has no other."""
        return self.vi if language == "vi" and self.vi else str(self)


class SettingsError(GeoAppError, ValueError):
    """A setting is unknown or has a wrong value."""


class CatalogueError(GeoAppError, ValueError):
    """A file of ``layers/`` or ``plan/`` breaks the rules."""


class UnknownError(GeoAppError, LookupError):
    """A layer, field, version, theme or place that does not exist."""


class CrsError(GeoAppError, ValueError):
    """A coordinate system is missing, wrong, or not metric."""


class DataError(GeoAppError, ValueError):
    """A file or frame does not fit its layer."""


class StoreError(GeoAppError, OSError):
    """The store cannot do what was asked: disk full, locked, damaged."""


class AccessError(GeoAppError, PermissionError):
    """The reader may not do this."""


class BusyError(GeoAppError):
    """So much is done at once that this must wait."""


class AssetError(GeoAppError):
    """A JavaScript or style file is missing, unknown or altered."""
