"""A small .osm.pbf, by the letter of the format (wiki.openstreetmap.org/wiki/PBF_Format)."""

import itertools
import struct
import zlib
from collections.abc import Mapping, Sequence

Tags = Mapping[str, str]


def write_pbf(
    nodes: Sequence[tuple[int, float, float, Tags]], ways: Sequence[tuple[int, Sequence[int], Tags]]
) -> bytes:
    """Return the file of nodes (id, longitude, latitude, tags) and ways (id, node ids, tags)."""
    words = [""]
    for *_, tags in (*nodes, *ways):
        words += [word for pair in tags.items() for word in pair if word not in words]
    table = b"".join(_bytes(1, word.encode()) for word in words)
    group = b"".join(
        _bytes(
            1,
            _number(1, _zigzag(number))
            + _tags(tags, words)
            + _number(8, _zigzag(round(lat * 1e7)))
            + _number(9, _zigzag(round(lon * 1e7))),
        )
        for number, lon, lat, tags in nodes
    )
    lines = b"".join(_bytes(3, _way(way, words)) for way in ways)
    header = _bytes(4, b"OsmSchema-V0.6")
    block = _bytes(1, table) + _bytes(2, group) + _bytes(2, lines)
    return _blob("OSMHeader", header) + _blob("OSMData", block)


def _way(way: tuple[int, Sequence[int], Tags], words: Sequence[str]) -> bytes:
    number, refs, tags = way
    steps = [refs[0], *(b - a for a, b in itertools.pairwise(refs))]
    packed = b"".join(_varint(_zigzag(step)) for step in steps)
    return _number(1, number) + _tags(tags, words) + _bytes(8, packed)


def _tags(tags: Tags, words: Sequence[str]) -> bytes:
    if not tags:
        return b""
    keys = b"".join(_varint(words.index(key)) for key in tags)
    values = b"".join(_varint(words.index(value)) for value in tags.values())
    return _bytes(2, keys) + _bytes(3, values)


def _blob(kind: str, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind.encode()) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])
