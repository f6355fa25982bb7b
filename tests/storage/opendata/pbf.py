"""Small OpenStreetMap extracts in the true binary format (.osm.pbf), which GDAL reads only."""

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
_PER_BLOCK = 8_000


@dataclass(frozen=True)
class Node:
    """A point; `lon` and `lat` in degrees."""

    id: int
    lon: float
    lat: float
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A line over nodes."""

    id: int
    nodes: Sequence[int]
    tags: Mapping[str, str] = field(default_factory=dict)


def written(nodes: Sequence[Node], ways: Sequence[Way]) -> bytes:
    """Return an extract of nodes, then ways, as osmosis writes it: blocks packed by zlib."""
    head = b"".join(_text(4, name) for name in ("OsmSchema-V0.6", "DenseNodes"))
    blobs = [_blob("OSMHeader", head)]
    blobs += [_blob("OSMData", _nodes(part)) for part in _parts(nodes)]
    blobs += [_blob("OSMData", _ways(part)) for part in _parts(ways)]
    return b"".join(blobs)


def _parts(all_of_them: Sequence[T]) -> Iterable[Sequence[T]]:
    return (all_of_them[at : at + _PER_BLOCK] for at in range(0, len(all_of_them), _PER_BLOCK))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _bytes(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _text(number: int, text: str) -> bytes:
    return _bytes(number, text.encode())


def _deltas(values: Sequence[int]) -> bytes:
    return b"".join(_zigzag(b - a) for a, b in pairwise([0, *values]))


def _blob(kind: str, body: bytes) -> bytes:
    blob = _varint(2 << 3) + _varint(len(body)) + _bytes(3, zlib.compress(body))
    head = _text(1, kind) + _varint(3 << 3) + _varint(len(blob))
    return struct.pack(">I", len(head)) + head + blob


class _Strings(dict[str, int]):
    def __missing__(self, text: str) -> int:
        self[text] = len(self) + 1
        return self[text]

    def table(self) -> bytes:
        return _bytes(1, b"".join(_text(1, text) for text in ("", *self)))


def _nodes(nodes: Sequence[Node]) -> bytes:
    strings, tags = _Strings(), bytearray()
    for node in nodes:
        for key, value in node.tags.items():
            tags += _varint(strings[key]) + _varint(strings[value])
        tags += b"\0"
    dense = _bytes(1, _deltas([node.id for node in nodes]))
    dense += _bytes(8, _deltas([round(node.lat * 1e7) for node in nodes]))
    dense += _bytes(9, _deltas([round(node.lon * 1e7) for node in nodes]))
    group = _bytes(2, dense + _bytes(10, bytes(tags)))
    return strings.table() + _bytes(2, group)


def _ways(ways: Sequence[Way]) -> bytes:
    strings, group = _Strings(), bytearray()
    for way in ways:
        body = _varint(1 << 3) + _varint(way.id)
        body += _bytes(2, b"".join(_varint(strings[key]) for key in way.tags))
        body += _bytes(3, b"".join(_varint(strings[value]) for value in way.tags.values()))
        group += _bytes(3, body + _bytes(8, _deltas(way.nodes)))
    return strings.table() + _bytes(2, bytes(group))
