"""Settings: one frozen object, read once: environment over ``geo_app.toml`` over defaults."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from geo_app.errors import SettingsError

FILE = "geo_app.toml"
PREFIX = "GEO_APP_"
WORKSPACE_VARIABLE = f"{PREFIX}WORKSPACE"
_WHOLE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class Setting:
    """One line of the table of settings: drives reading, checking and the reference page."""

    name: str
    kind: type
    default: str | int | None
    help: str
    least: int | None = None
    most: int | None = None

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return PREFIX + self.name.upper()


SETTINGS = (
    Setting("title_vi", str, None, "Name of the province in Vietnamese."),
    Setting("title_en", str, None, "Name of the province in English."),
    Setting("crs", str, None, "The province's metric CRS, such as EPSG:9215."),
    Setting("outline", str, "province_outline", "Layer that frames the maps."),
    Setting("store", str, "data/store", "Folder of published versions, from the workspace."),
    Setting("host", str, "127.0.0.1", "Address the server listens on."),
    Setting("port", int, 5000, "Port the server listens on.", least=1, most=65_535),
    Setting("workers", int, 2, "Processes that answer requests.", least=1, most=64),
    Setting("processes", int, 0, "Processes that a study may use; 0: none.", least=0, most=64),
    Setting("dask", str, "", "Dask scheduler for large studies, such as tcp://127.0.0.1:8786."),
    Setting("records_url", str, "", "Database of records instead of SQLite in the store."),
    Setting(
        "public_saving",
        int,
        100,
        "Checks, posts and forms that readers may save on the web in a day, all together; 0: none.",
        least=0,
        most=100_000,
    ),
    Setting("upload_mb", int, 20, "Megabytes that a reader may send at once.", least=1, most=1_000),
    Setting(
        "upload_seconds", int, 20, "Seconds that reading a sent file may take.", least=1, most=600
    ),
    Setting(
        "upload_memory_mb",
        int,
        1_000,
        "Megabytes of memory that reading a sent file may take (held on Linux only).",
        least=300,
        most=64_000,
    ),
    Setting(
        "focal_agency",
        str,
        "",
        "Agency that consolidates reports on the plan; it also reports on what names no agency.",
    ),
    Setting(
        "form_days",
        int,
        15,
        "Days after the end of a period within which agencies send their forms.",
        least=0,
        most=366,
    ),
    Setting("time_zone", str, "Asia/Ho_Chi_Minh", "Time zone in which dates are shown."),
)


@dataclass(frozen=True)
class Settings:
    """What a workspace is told from outside; see `SETTINGS` for each meaning."""

    root: Path
    title_vi: str
    title_en: str
    crs: str
    outline: str
    store: str
    host: str
    port: int
    workers: int
    processes: int
    dask: str
    records_url: str = field(repr=False)  # it may hold a password
    public_saving: int
    upload_mb: int
    upload_seconds: int
    upload_memory_mb: int
    focal_agency: str
    form_days: int
    time_zone: str

    @property
    def store_folder(self) -> Path:
        """Where published versions stand."""
        return self.root / self.store

    @property
    def records_file(self) -> Path:
        """The database of records, where no other is named."""
        return self.store_folder / "records.sqlite"


def find_workspace(given: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """
    Find the workspace's folder.

    It is the one given, else the one ``GEO_APP_WORKSPACE`` names, else the nearest parent of the
    current folder that holds a ``geo_app.toml``.

    Raises
    ------
    SettingsError
        If there is none.
    """
    named = given or (Path(v) if (v := environment.get(WORKSPACE_VARIABLE)) else None)
    if named is not None:
        if not (named / FILE).is_file():
            message = f"{named}: not a workspace, it has no {FILE}; `geo-app new DIR` makes one"
            raise SettingsError(message)
        return named.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    message = (
        f"{here}: no workspace here or above (a folder with {FILE}); go to one, pass --workspace, "
        f"set {WORKSPACE_VARIABLE}, or make one with `geo-app new DIR`"
    )
    raise SettingsError(message)


def read_settings(root: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """
    Read the settings of the workspace at `root`.

    Raises
    ------
    SettingsError
        If a name is unknown, a value has the wrong type, or one is missing.
    """
    path = root / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise SettingsError(message) from error
    known = {setting.name for setting in SETTINGS}
    for name in content:
        if name not in known:
            message = f"{path}: {name}: unknown setting; known: {', '.join(sorted(known))}"
            raise SettingsError(message)
    _refuse_unknown_variables(environment)
    values = {s.name: _value(s, content, environment, path) for s in SETTINGS}
    return Settings(root=root, **values)


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {WORKSPACE_VARIABLE, *(setting.variable for setting in SETTINGS)}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            message = f"environment: {name}: unknown setting; known: {', '.join(sorted(known))}"
            raise SettingsError(message)


def _value(
    setting: Setting, content: Mapping[str, Any], environment: Mapping[str, str], path: Path
) -> Any:
    where, value = str(path), content.get(setting.name, setting.default)
    if setting.variable in environment:
        where, value = f"environment: {setting.variable}", environment[setting.variable]
        if setting.kind is int and _WHOLE.fullmatch(value):
            value = int(value)
    if value is None:
        message = f"{where}: {setting.name}: is missing; expected: {setting.help}"
        raise SettingsError(message)
    if type(value) is not setting.kind:
        words = {int: "a whole number", str: "text"}[setting.kind]
        message = f"{where}: {setting.name}: found {value!r}; expected {words}"
        raise SettingsError(message)
    problem = _problem(setting, value)
    if problem:
        message = f"{where}: {setting.name}: found {value!r}; {problem}"
        raise SettingsError(message)
    return value


def _problem(setting: Setting, value: Any) -> str | None:
    """Tell what is wrong with a value of the right type."""
    if value == setting.default:
        return None
    if isinstance(value, str) and not value.strip():
        return f"is empty; expected: {setting.help}"
    low, high = setting.least, setting.most
    if low is not None and high is not None and not low <= value <= high:
        return f"expected {low} to {high}"
    if setting.name == "time_zone" and value not in available_timezones():
        return "expected a time zone such as Asia/Ho_Chi_Minh"
    return None


assert {s.name for s in SETTINGS} | {"root"} == {f.name for f in fields(Settings)}
