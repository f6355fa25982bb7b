"""The backgrounds registered in a workspace: as a map shows them, their files and tiles."""

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from geo_app.domain.basemap import StoredBasemap
from geo_app.errors import StoreError, UnknownError
from geo_app.render.maps import Basemap
from geo_app.storage.basemaps import geotiff_tile, mbtiles_tile, read_basemaps
from geo_app.workspace.view import Workspace


def shown(ws: Workspace, address: Callable[[StoredBasemap], str]) -> list[Basemap]:
    """Return the backgrounds as a map takes them; `address` gives what a browser loads."""
    return [
        Basemap(
            id=basemap.id,
            title=basemap.title,
            kind="pmtiles" if basemap.kind == "pmtiles" else "xyz",
            url=address(basemap),
            attribution=basemap.attribution,
            min_zoom=basemap.min_zoom,
            max_zoom=basemap.max_zoom,
        )
        for basemap in _registered(ws)
    ]


def basemap_file(ws: Workspace, basemap_id: str) -> Path:
    """Return the PMTiles file of a background."""
    return Path(_basemap(ws, basemap_id, "pmtiles").location)


def basemap_tile(ws: Workspace, basemap_id: str, zoom: int, x: int, y: int) -> bytes | None:
    """Return one tile of a background in an MBTiles or GeoTIFF file; None where it is empty."""
    basemap = _basemap(ws, basemap_id, "mbtiles", "geotiff")
    if not (basemap.min_zoom <= zoom <= basemap.max_zoom and max(x, y) < 2**zoom):
        return None
    read = mbtiles_tile if basemap.kind == "mbtiles" else geotiff_tile
    return read(Path(basemap.location), zoom, x, y)


def picture_hosts(ws: Workspace) -> list[str]:
    """Return the origins of backgrounds that are addresses; browsers must be let reach them."""
    far = (basemap.location for basemap in _registered(ws) if basemap.kind == "xyz")
    return sorted({f"{urlsplit(place).scheme}://{urlsplit(place).netloc}" for place in far})


def _registered(ws: Workspace) -> list[StoredBasemap]:
    """Return the backgrounds; none where their register is damaged: pages do without."""
    try:
        return read_basemaps(ws.settings.store_folder)
    except StoreError as error:
        logging.getLogger(__name__).error("%s", error)
        return []


def _basemap(ws: Workspace, basemap_id: str, *kinds: str) -> StoredBasemap:
    for basemap in _registered(ws):
        if basemap.id == basemap_id and basemap.kind in kinds:
            if not Path(basemap.location).is_file():
                message = f"basemap {basemap_id}: its file {basemap.location} is gone"
                raise UnknownError(message)
            return basemap
    message = f"there is no basemap {basemap_id!r} of kind {' or '.join(kinds)}"
    raise UnknownError(message)
