"""Windows of cloud-optimised GeoTIFFs, put together tile by tile."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import rasterio
from rasterio.errors import RasterioIOError
from rasterio.io import DatasetReader, DatasetWriter
from rasterio.transform import from_origin
from rasterio.windows import Window, from_bounds

from geo_app.errors import DataError
from geo_app.storage.opendata.asking import AGENT, LOCAL, Patience, is_address, masked

Bounds = tuple[float, float, float, float]
_STRIP = 1_024
_MOST_CELLS = 4_000_000_000


def read_window(
    addresses: Sequence[str],
    bounds: Bounds,
    path: Path,
    *,
    patience: Patience | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> None:
    """
    Write the part of some tiles that lies in `bounds` as one GeoTIFF.

    Only the blocks that are needed are read (HTTP ranges). A tile that does not exist is sea:
    it is left empty, but one at least must be there.

    Parameters
    ----------
    addresses
        Tiles of one grid: http or https addresses of COGs, or local files.
    bounds
        (west, south, east, north) in the tiles' CRS, degrees.
    path
        Where the GeoTIFF is written; an older one is replaced when the new one is whole.
    progress
        Told tiles done and tiles in all.

    Raises
    ------
    DataError
        If no tile can be read, or they do not belong together.
    """
    half = path.with_name(f"{path.name}.part")
    with rasterio.Env(**_environment(patience or Patience())):
        written = None
        try:
            for number, address in enumerate(addresses, start=1):
                with suppress(FileNotFoundError), _opened(address) as tile:
                    written = written or _begun(tile, bounds, half)
                    _copy(tile, written, address)
                progress(number, len(addresses))
        except RasterioIOError as error:
            message = f"{masked(addresses[0])}: a tile cannot be read: {error}; {LOCAL}"
            raise DataError(message) from error
        finally:
            if written is not None:
                written.close()
    if written is None:
        shown = ", ".join(masked(each) if is_address(each) else each for each in addresses)
        message = f"{shown}: none of these tiles is there; {LOCAL}"
        raise DataError(message)
    half.replace(path)


def _environment(patience: Patience) -> dict[str, str]:
    return {
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "VSI_CACHE": "TRUE",
        "GDAL_HTTP_USERAGENT": AGENT,
        "GDAL_HTTP_MAX_RETRY": str(patience.attempts - 1),
        "GDAL_HTTP_RETRY_DELAY": str(patience.pause_s),
        "GDAL_HTTP_CONNECTTIMEOUT": str(int(patience.connect_s)),
        "GDAL_HTTP_TIMEOUT": str(int(patience.read_s)),
    }


def _opened(address: str) -> DatasetReader:
    source = f"/vsicurl/{address}" if is_address(address) else address
    try:
        return rasterio.open(source)
    except RasterioIOError as error:
        words = str(error)
        if "404" in words or "No such file" in words or "does not exist" in words:
            raise FileNotFoundError(words) from error
        raise


def _begun(tile: DatasetReader, bounds: Bounds, path: Path) -> DatasetWriter:
    """Open the result on the tile's grid, its corner on a corner of cells."""
    across, down = tile.transform.a, -tile.transform.e
    west = tile.transform.c + round((bounds[0] - tile.transform.c) / across) * across
    north = tile.transform.f - round((tile.transform.f - bounds[3]) / down) * down
    width, height = round((bounds[2] - west) / across), round((north - bounds[1]) / down)
    if not 0 < width * height <= _MOST_CELLS:
        message = f"bounds {bounds}: {width} by {height} cells; expected 1 to {_MOST_CELLS:,}"
        raise DataError(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    return rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=1,
        dtype=tile.dtypes[0],
        crs=tile.crs,
        transform=from_origin(west, north, across, down),
        nodata=tile.nodata,
        compress="deflate",
        tiled=True,
        bigtiff="if_safer",
    )


def _copy(tile: DatasetReader, result: DatasetWriter, address: str) -> None:
    """Copy what a tile and the result share, in strips."""
    same = all(abs(a - b) < 1e-9 for a, b in zip(tile.res, result.res, strict=True))
    if tile.crs != result.crs or not same or tile.dtypes[0] != result.dtypes[0]:
        message = f"{masked(address)}: its grid is another than that of the tiles before it"
        raise DataError(message)
    west, south, east, north = tile.bounds
    left, bottom, right, top = result.bounds
    shared = max(west, left), max(south, bottom), min(east, right), min(north, top)
    if shared[0] >= shared[2] or shared[1] >= shared[3]:
        return
    source = from_bounds(*shared, transform=tile.transform).round_offsets().round_lengths()
    target = from_bounds(*shared, transform=result.transform).round_offsets().round_lengths()
    width, height = min(source.width, target.width), min(source.height, target.height)
    for start in range(0, int(height), _STRIP):
        rows = min(_STRIP, int(height) - start)
        block = tile.read(1, window=Window(source.col_off, source.row_off + start, width, rows))
        result.write(block, 1, window=Window(target.col_off, target.row_off + start, width, rows))
