"""The settings this province uses in its studies: ``plan/studies.toml``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo_app.errors import CatalogueError
from geo_app.storage.checked import read_toml

FILE = "studies.toml"


def read_study_settings(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """
    Read the settings by study; none where the file does not exist.

    Whether a study knows them is checked when it runs.

    Raises
    ------
    CatalogueError
        If the file is not TOML, or something else than a table stands at its top.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    content = read_toml(path).content
    for name, settings in content.items():
        if not isinstance(settings, Mapping):
            message = f"{FILE}: {name}: found {settings!r}; expected a table: [study-name]"
            raise CatalogueError(message)
    return content
