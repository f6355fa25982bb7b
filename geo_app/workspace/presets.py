"""The presets of a workspace."""

from geo_app.domain.preset import Preset
from geo_app.storage.presets import FOLDER, read_presets
from geo_app.workspace.view import Workspace


def presets(ws: Workspace) -> dict[str, Preset]:
    """
    Return the presets in ``layers/presets/`` by id.

    Raises
    ------
    CatalogueError
        If one breaks the rules.
    """
    return read_presets(ws.settings.root / "layers" / FOLDER, ws.catalogue)
