"""Posts that a file brings: read as the import reads, added to those the layer has."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from geo_app.domain.finding import Finding
from geo_app.domain.findings.fields import ROUTE_UNKNOWN
from geo_app.domain.post import LAYER
from geo_app.domain.version import Version
from geo_app.errors import DataError
from geo_app.intake.delivery import Delivery, draft_import
from geo_app.workspace import Workspace
from geo_app.workspace.calibration import add_posts


@dataclass(frozen=True, eq=False)
class PostsDraft:
    """
    Posts of a file, nothing published yet.

    `posts` has the layer's columns, in its CRS. `refused` is what stops it: rows that cannot be
    read, roads that are none.
    """

    posts: gpd.GeoDataFrame
    refused: tuple[Finding, ...]
    path: Path
    layer: str

    @property
    def verified(self) -> int:
        """How many posts the file says were verified."""
        return int(self.posts["verified"].fillna(False).sum()) if "verified" in self.posts else 0


def draft_posts(
    ws: Workspace, path: Path, *, crs: str | None = None, layer: str = LAYER
) -> PostsDraft:
    """
    Read a file of posts: road, chainage, coordinates; error, day, source and whether verified.

    Parameters
    ----------
    crs
        Where its coordinates lie, as ``--crs`` names it; None: as the guard decides.

    Raises
    ------
    DataError
        If it cannot be read at all.
    CrsError
        If its place is open: the message names the candidates.
    """
    draft = draft_import(ws, path, layer, delivery=Delivery(crs=crs))
    unknown = [finding for finding in draft.findings if finding.kind is ROUTE_UNKNOWN]
    assert isinstance(draft.frame, gpd.GeoDataFrame)
    return PostsDraft(draft.frame, (*draft.errors, *unknown), path, layer)


def publish_posts(ws: Workspace, draft: PostsDraft) -> Version:
    """
    Add a file's posts to the layer, all of them.

    Raises
    ------
    DataError
        If one of them is refused, or does not fit the layer; then none is added.
    AccessError, StoreError
        If they cannot be published; see `add_posts`.
    """
    if draft.refused:
        message = (
            f"{draft.path}: {len(draft.refused)} things are wrong and nothing was added; mend them "
            "and add the file again"
        )
        raise DataError(message)
    return add_posts(ws, draft.posts, what=f"posts {draft.path.name}", layer=draft.layer)
