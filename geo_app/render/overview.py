"""
Low zooms as a picture: a pyramid of PNG tiles in the legend's colours, in one PMTiles file.

Every pixel shows the class at its centre, so that the shares of the classes are those of the data
at every zoom. The finest zoom is painted block by block; the coarser ones take every 2nd, 4th …
pixel of it, half a fine pixel off their own centres.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import atan, degrees, exp, pi
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from geo_app.domain.layer import Layer, Legend, LegendClass
from geo_app.errors import DataError
from geo_app.render.scanline import Edges, Window, fill, trace

TILE = 256
BLOCK_LEVELS = 4
BLOCK = TILE << BLOCK_LEVELS
"""Pixels along a block: what is painted at once."""
WORKERS = 2
HALF_WORLD_M = 20_037_508.342789244
OTHER_COLOR = "#8c8c8c"
"""Of features no legend class holds: drawn, so that nothing is hidden."""

Codes = NDArray[np.uint8]
Bounds = tuple[float, float, float, float]
Piece = tuple[int, int, int, Codes]
"""Zoom, column and row of the north-west pixel, pixels: a part of a tile."""


@dataclass(frozen=True)
class Zooms:
    """The zoom levels of a pyramid, both ends included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Palette:
    """Colours by code: 0 is nothing, then fill and outline of each class, of `other` at last."""

    colors: tuple[tuple[int, int, int, int], ...]

    @property
    def depth(self) -> int:
        """Bits of a pixel."""
        return 4 if len(self.colors) <= 16 else 8


def palette_of(layer: Layer) -> Palette:
    """
    Return the colours of a layer's legend, `fill_opacity` and `opacity` as alpha.

    Raises
    ------
    DataError
        If the legend has more classes than a palette of 256 colours holds.
    """
    styles = [legend_class.style for legend_class in layer.legend.classes]
    if len(styles) > 126:
        message = f"layer {layer.id}: {len(styles)} legend classes; an overview shows at most 126"
        raise DataError(message)
    colors = [(0, 0, 0, 0)]
    for style in styles:
        colors.append(_color(style.fill or style.color, style.fill_opacity))
        colors.append(_color(style.color, style.opacity))
    colors += [_color(OTHER_COLOR, 0.55), _color(OTHER_COLOR, 1.0)]
    return Palette(tuple(colors))


def _color(text: str, opacity: float) -> tuple[int, int, int, int]:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue, round(255 * opacity)


def classify(values: "pd.Series[Any] | None", legend: Legend, count: int) -> NDArray[np.int64]:
    """
    Find the legend class of each feature.

    Parameters
    ----------
    values
        Column of the legend's field; None where the legend has none.
    legend
        Classes; the first that holds a value counts.
    count
        Number of features.

    Returns
    -------
    classes
        Position in ``legend.classes``; its length for a feature no class holds.
    """
    if values is None:
        return np.full(count, _class_of(None, legend.classes))
    codes, distinct = pd.factorize(values)
    classes = [_class_of(value, legend.classes) for value in distinct]
    return np.array([*classes, _class_of(None, legend.classes)])[codes]


def _class_of(value: Any, classes: Sequence[LegendClass]) -> int:
    for position, legend_class in enumerate(classes):
        if _holds(legend_class, value):
            return position
    return len(classes)


def _holds(legend_class: LegendClass, value: Any) -> bool:
    low, high = legend_class.minimum, legend_class.maximum
    if legend_class.values:
        return value is not None and _as_code(value) in legend_class.values
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value < high)


def _as_code(value: Any) -> str:
    """Write a value as the catalogue does: 1.0 is "1", True is "true"."""
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)


class Painting(Protocol):
    """What a pyramid shows, in codes of its palette."""

    @property
    def bounds(self) -> Bounds:
        """The box (left, top, right, bottom) in pixels of the finest zoom."""

    def levels(self, block: Window, count: int) -> Iterator[Codes]:
        """Paint `block`, a window of the finest zoom, and `count` - 1 times half as fine."""


@dataclass(frozen=True)
class Polygons:
    """
    Polygons filled, with thin outlines at the finest `outlined` levels.

    `edges` are in pixels of the finest zoom; `codes` the fill of each feature number + 1, 0 at
    first; the outline's code follows that of the fill.
    """

    edges: Edges
    codes: Codes
    outlined: int

    @property
    def bounds(self) -> Bounds:
        """The box of all features."""
        return _bounds_of(self.edges)

    def levels(self, block: Window, count: int) -> Iterator[Codes]:
        """Fill once, then take every 2nd, 4th … pixel."""
        finest = fill(self.edges, block)
        for level in range(count):
            features = _thinned(finest, level)
            codes = self.codes[features]
            yield codes + _outline(features) if level < self.outlined else codes


@dataclass(frozen=True)
class Strokes:
    """
    Lines or points, drawn anew at each level, `brush` pixels wide.

    `edges` are in pixels of the finest zoom; `codes` the colour of each feature number + 1.
    """

    edges: Edges
    codes: Codes
    brush: int

    @property
    def bounds(self) -> Bounds:
        """The box of all features."""
        return _bounds_of(self.edges)

    def levels(self, block: Window, count: int) -> Iterator[Codes]:
        """Trace the block's features at every level."""
        near = self.edges.within(block)
        for level in range(count):
            window = Window(0, 0, block.size >> level)
            yield self.codes[trace(near.scaled(0.5**level), window, brush=self.brush)]


@dataclass(frozen=True)
class ClassRaster:
    """
    A raster of class codes, warped to the tiles by the nearest cell.

    `codes` is the palette's code of each of the 256 values; `nodata` stands where no cell is.
    """

    path: Path
    zoom: int
    bounds: Bounds
    codes: Codes
    source_nodata: float | None
    nodata: int

    def levels(self, block: Window, count: int) -> Iterator[Codes]:
        """Warp once, then take every 2nd, 4th … pixel."""
        pixel = pixel_size(self.zoom)
        west, north = block.left * pixel - HALF_WORLD_M, HALF_WORLD_M - block.top * pixel
        target: dict[str, Any] = {
            "crs": "EPSG:3857",
            "transform": rasterio.Affine(pixel, 0, west, 0, -pixel, north),
            "width": block.size,
            "height": block.size,
            "resampling": Resampling.nearest,
            "src_nodata": self.source_nodata,
            "nodata": self.nodata,
        }
        with rasterio.open(self.path) as source, WarpedVRT(source, **target) as warped:
            finest = self.codes[warped.read(1)]
        for level in range(count):
            yield _thinned(finest, level)


def pixel_size(zoom: int) -> float:
    """Return the side of a pixel in metres of EPSG:3857."""
    return 2 * HALF_WORLD_M / (TILE << zoom)


def _bounds_of(edges: Edges) -> Bounds:
    lower, upper = edges.bounds
    left, top = lower.min(axis=0)
    right, bottom = upper.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _thinned(grid: NDArray[Any], level: int) -> NDArray[Any]:
    """Take the pixel at the centre of each square of 2^level pixels."""
    step = 1 << level
    return grid[step // 2 :: step, step // 2 :: step]


def _outline(features: NDArray[np.int32]) -> Codes:
    """Mark the pixels west or north of which another feature lies, or beside which none does."""
    edge = np.zeros(features.shape, bool)
    edge[:, 1:] |= features[:, 1:] != features[:, :-1]
    edge[1:] |= features[1:] != features[:-1]
    edge[:, :-1] |= features[:, 1:] == 0
    edge[:-1] |= features[1:] == 0
    inside: Codes = (edge & (features != 0)).astype(np.uint8)
    return inside


def write_pyramid(
    painting: Painting,
    path: Path,
    *,
    zooms: Zooms,
    palette: Palette,
    progress: Callable[[str], None],
) -> None:
    """
    Paint every zoom and write the tiles that are not empty as one PMTiles file of PNG tiles.

    Raises
    ------
    DataError
        If there is nothing to show.
    """
    blocks = _blocks(painting.bounds)
    tiles: dict[int, bytes] = {}
    pieces: list[Piece] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        paint = partial(_paint_block, painting, zooms=zooms, palette=palette)
        for done, (cut, left_over) in enumerate(pool.map(paint, blocks), start=1):
            tiles.update(cut)
            pieces.extend(left_over)
            progress(f"overview: {done} of {len(blocks)} blocks")
    tiles.update(_join(pieces, palette))
    if not tiles:
        message = f"{path.name}: no pixel of the overview has a class of the legend"
        raise DataError(message)
    _write_pmtiles(tiles, path, _lonlat(painting.bounds, zooms.last))


def _blocks(bounds: Bounds) -> list[Window]:
    left, top, right, bottom = (int(pixel // BLOCK) for pixel in bounds)
    return [
        Window(column * BLOCK, row * BLOCK, BLOCK)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]


def _paint_block(
    painting: Painting, block: Window, *, zooms: Zooms, palette: Palette
) -> tuple[dict[int, bytes], list[Piece]]:
    """Return the tiles of a block, and its parts of tiles larger than it."""
    tiles: dict[int, bytes] = {}
    pieces: list[Piece] = []
    for level, codes in enumerate(painting.levels(block, len(zooms))):
        piece = (zooms.last - level, int(block.left) >> level, int(block.top) >> level, codes)
        if level > BLOCK_LEVELS:
            pieces.append(piece)
        else:
            tiles.update(_cut(piece, palette))
    return tiles, pieces


def _cut(piece: Piece, palette: Palette) -> Iterator[tuple[int, bytes]]:
    zoom, left, top, codes = piece
    for row in range(0, codes.shape[0], TILE):
        for column in range(0, codes.shape[1], TILE):
            tile = codes[row : row + TILE, column : column + TILE]
            if tile.any():
                number = zxy_to_tileid(zoom, (left + column) // TILE, (top + row) // TILE)
                yield number, encode_png(tile, palette)


def _join(pieces: Sequence[Piece], palette: Palette) -> Iterator[tuple[int, bytes]]:
    """Put the parts of tiles together, tile by tile."""
    canvases: dict[tuple[int, int, int], Codes] = {}
    for zoom, left, top, codes in pieces:
        tile = (zoom, left // TILE, top // TILE)
        canvas = canvases.setdefault(tile, np.zeros((TILE, TILE), np.uint8))
        row, column = top % TILE, left % TILE
        canvas[row : row + codes.shape[0], column : column + codes.shape[1]] = codes
    for (zoom, x, y), canvas in canvases.items():
        yield from _cut((zoom, x * TILE, y * TILE, canvas), palette)


def encode_png(codes: Codes, palette: Palette) -> bytes:
    """Encode codes as a PNG with a palette and its alpha; the same codes give the same bytes."""
    height, width = codes.shape
    pixels = codes if palette.depth == 8 else codes[:, 0::2] << 4 | codes[:, 1::2]
    rows = np.zeros((height, pixels.shape[1] + 1), np.uint8)  # the first byte: no filter
    rows[:, 1:] = pixels
    colors = np.array(palette.colors, np.uint8)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, palette.depth, 3, 0, 0, 0)),
            _chunk(b"PLTE", colors[:, :3].tobytes()),
            _chunk(b"tRNS", colors[:, 3].tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def _write_pmtiles(tiles: dict[int, bytes], path: Path, bounds: Bounds) -> None:
    west, south, east, north = (round(degree * 1e7) for degree in bounds)
    header = {
        "tile_type": TileType.PNG,
        "tile_compression": Compression.NONE,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 0,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    with path.open("wb") as file:
        writer = Writer(file)
        for number in sorted(tiles):
            writer.write_tile(number, tiles[number])
        writer.finalize(header, {"name": path.stem, "format": "png"})


def _lonlat(bounds: Bounds, zoom: int) -> Bounds:
    """Return (west, south, east, north) in degrees of a box in pixels."""
    world = TILE << zoom
    left, top, right, bottom = bounds
    west, east = (360 * pixel / world - 180 for pixel in (left, right))
    south, north = (
        degrees(2 * atan(exp(pi * (1 - 2 * pixel / world))) - pi / 2) for pixel in (bottom, top)
    )
    return west, south, east, north
