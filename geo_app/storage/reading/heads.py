"""The beginning of a large text file, cut so that it reads as a whole one."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

LARGE = 20_000_000
"""Bytes above which a file is looked at by its beginning."""
_HEAD = 2_000_000
_FEATURES = re.compile(r'"features"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_KML_TAG = re.compile(r"<(/?)((?:\w+:)?(?:kml|Document|Folder))\b[^>]*?(/?)>")


@contextmanager
def beginning(path: Path, title: str) -> Iterator[Path | None]:
    """
    Give a file that holds the first features of a large GeoJSON or KML; None where it is not large.

    Parameters
    ----------
    title
        The format's title: "GeoJSON", "KML".
    """
    cut = {"GeoJSON": _geojson, "KML": _kml}.get(title)
    if cut is None or path.is_dir() or path.stat().st_size <= LARGE:
        yield None
        return
    with path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8", "ignore")
    whole = cut(head)
    if whole is None:
        yield None
        return
    with TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        made.write_text(whole, encoding="utf-8")
        yield made


def _geojson(head: str) -> str | None:
    """Return the collection with the features that are complete in `head`; None if it has none."""
    start = _FEATURES.search(head)
    if start is None:
        return None
    decoder, at, features = json.JSONDecoder(), start.end(), []
    while True:
        between = _BETWEEN.match(head, at)
        at = between.end() if between else at
        try:
            _, end = decoder.raw_decode(head, at)
        except (ValueError, RecursionError):
            break
        features.append(head[at:end])
        at = end
    return f"{head[: start.end()]}{','.join(features)}]}}" if features else None


def _kml(head: str) -> str | None:
    """Return `head` up to its last complete placemark, its folders closed; None if it has none."""
    end = head.rfind("</Placemark>")
    if end < 0:
        return None
    kept = head[: end + len("</Placemark>")]
    opened: list[str] = []
    for closing, name, empty in _KML_TAG.findall(kept):
        if closing and opened:
            opened.pop()
        elif not empty:
            opened.append(name)
    return kept + "".join(f"</{name}>" for name in reversed(opened))
