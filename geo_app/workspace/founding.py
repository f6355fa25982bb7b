"""Another province's workspace: settings, themes and an outline to start from."""

from importlib.resources import files
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_app.config import FILE
from geo_app.errors import CrsError, SettingsError

_FOLDERS = ("layers", "plan", "data", "notebooks")


def create_workspace(folder: Path, *, title_vi: str, title_en: str, crs: str) -> None:
    """
    Make an empty workspace: `geo_app.toml`, themes and an awaited outline layer.

    Raises
    ------
    SettingsError
        If the folder is not empty.
    CrsError
        If `crs` is not a projected system in metres.
    """
    if folder.exists() and any(folder.iterdir()):
        message = f"{folder}: is not empty; name a new or empty folder"
        raise SettingsError(message)
    _require_metres(crs)
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = {"title_vi": title_vi, "title_en": title_en, "crs": crs}
    lines = [f'{name} = "{_escape(value)}"' for name, value in settings.items()]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for template in files("geo_app.workspace").joinpath("template").iterdir():
        text = template.read_text(encoding="utf-8").replace("{crs}", crs)
        (folder / "layers" / template.name).write_text(text, encoding="utf-8")


def _require_metres(crs: str) -> None:
    try:
        units = {axis.unit_name for axis in CRS(crs).axis_info}
    except CRSError:
        units = set()
    if units != {"metre"}:
        message = f"--crs: found {crs!r}; expected a projected CRS in metres, such as EPSG:9215"
        raise CrsError(message)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
