"""Another province's workspace: settings, themes and an outline to start from."""

import json
from importlib.resources import files
from pathlib import Path

from geo_app.config import FILE
from geo_app.domain.crs import is_metric
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
    if not is_metric(crs):
        message = f"--crs: found {crs!r}; expected a projected CRS in metres, such as EPSG:9215"
        raise CrsError(message)
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = {"title_vi": title_vi, "title_en": title_en, "crs": crs}
    # A JSON string is a TOML string too.
    lines = [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in settings.items()]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for template in files("geo_app.workspace").joinpath("template").iterdir():
        text = template.read_text(encoding="utf-8").replace("{crs}", crs)
        (folder / "layers" / template.name).write_text(text, encoding="utf-8")
