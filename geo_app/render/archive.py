"""PMTiles archives of pictures, cut down to fit inside a page."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer


def data_url(archive: bytes) -> str:
    """Return an archive as an address that holds it."""
    return "data:application/octet-stream;base64," + b64encode(archive).decode()


def coarse_part(path: Path, limit: int) -> tuple[bytes, int]:
    """
    Keep the lower zooms of a picture archive, as many as fit.

    Parameters
    ----------
    path
        A PMTiles file of pictures.
    limit
        Bytes of tiles to keep at most; the lowest zoom is kept in any case.

    Returns
    -------
    archive, zoom
        A PMTiles archive, and its highest zoom.
    """
    tiles: dict[int, dict[int, bytes]] = {}
    with path.open("rb") as file:
        source = MmapSource(file)
        header = Reader(source).header()
        for (zoom, x, y), tile in all_tiles(source):
            tiles.setdefault(zoom, {})[zxy_to_tileid(zoom, x, y)] = tile
    kept: dict[int, bytes] = {}
    highest, size = min(tiles), 0
    for zoom in sorted(tiles):
        size += sum(map(len, tiles[zoom].values()))
        if kept and size > limit:
            break
        kept |= tiles[zoom]
        highest = zoom
    out = BytesIO()
    writer = Writer(out)
    for number in sorted(kept):
        writer.write_tile(number, kept[number])
    writer.finalize(dict(header), {"format": "png"})
    return out.getvalue(), highest
