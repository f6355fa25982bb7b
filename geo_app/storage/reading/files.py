"""The one door to a file's rows, whatever its format."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import rasterio
from rasterio.errors import RasterioError

from geo_app.errors import DataError
from geo_app.storage.reading import archive
from geo_app.storage.reading.coordinates import KNOWN, Headings
from geo_app.storage.reading.formats import Format, format_of
from geo_app.storage.reading.heads import beginning
from geo_app.storage.reading.raw import FileLayer, RawLayer
from geo_app.storage.reading.tables import list_tables, read_table
from geo_app.storage.reading.vector import list_vector, read_vector_layer, unreadable

_TABLES = ("CSV", "Excel")
_PARTS = (".dbf", ".shx", ".prj", ".cpg", ".dat", ".map", ".id", ".mid", ".xml", ".sbn", ".sbx")


def list_layers(path: Path, *, quick: bool = False) -> tuple[FileLayer, ...]:
    """
    List what a file holds.

    Parameters
    ----------
    quick
        Look at the beginning only of a large GeoJSON or KML; its rows are then not counted.

    Raises
    ------
    DataError
        If it is missing, damaged, or of a format not read here.
    """
    with _found(path) as (inside, form), beginning(inside, form.title) as head:
        if not quick or head is None:
            return _list(inside, form)
        return tuple(replace(layer, rows=None) for layer in _list(head, form))


def read_layer(
    path: Path,
    *,
    layer_name: str | None = None,
    sample: int | None = None,
    headings: Headings = KNOWN,
) -> RawLayer:
    """
    Read a file's only layer, or the one called `layer_name`, as it stands.

    Parameters
    ----------
    sample
        Read about so many rows, spread over the file; None: all.
    headings
        What columns of coordinates are called in tables.

    Raises
    ------
    DataError
        If the file is missing, truncated or of another format than it says, or holds several
        layers and none is named.
    """
    with _found(path) as (inside, form), beginning(inside, form.title) as head:
        if sample is not None and head is not None:
            chosen = _chosen(path, _list(head, form), layer_name)
            raw = read_vector_layer(head, form, chosen, sample=sample)
            return replace(raw, layer=replace(chosen, rows=None), sampled=True)
        layer = _chosen(path, _list(inside, form), layer_name)
        if form.title in _TABLES:
            return read_table(inside, layer, sample=sample, headings=headings)
        if form.title == "GeoTIFF":
            message = f"{path}: is a raster; it becomes a raster layer, not features"
            raise DataError(message)
        return read_vector_layer(inside, form, layer, sample=sample)


def _list(path: Path, form: Format) -> tuple[FileLayer, ...]:
    if form.title in _TABLES:
        return list_tables(path)
    if form.title == "GeoTIFF":
        return (_raster(path),)
    return list_vector(path, form)


def _chosen(path: Path, layers: tuple[FileLayer, ...], wanted: str | None) -> FileLayer:
    names = [layer.name for layer in layers]
    if wanted is None:
        held = [layer for layer in layers if layer.rows != 0]
        if len(held) != 1:
            raise DataError(
                f"{path}: holds {len(names)} layers ({', '.join(names)}); name one of them",
                vi=f"{path}: có {len(names)} lớp ({', '.join(names)}); hãy ghi tên một lớp",
            )
        return held[0]
    if wanted not in names:
        raise DataError(
            f"{path}: there is no layer {wanted!r}; it holds: {', '.join(names)}",
            vi=f"{path}: không có lớp “{wanted}”; có: {', '.join(names)}",
        )
    return layers[names.index(wanted)]


@contextmanager
def _found(path: Path) -> Iterator[tuple[Path, Format]]:
    """Give the file itself, out of its archive where it is in one."""
    form = format_of(path)
    if form.title == "KMZ":
        with archive.opened(path):
            yield path, form
    elif form.title != "zip":
        yield path, form
    else:
        with archive.opened(path) as folder:
            inside = _only_file(path, folder)
            yield inside, format_of(inside)


def _only_file(path: Path, folder: Path) -> Path:
    """Return the one data set in an extracted archive."""
    databases = [each for each in folder.rglob("*.gdb") if each.is_dir()]
    files = [
        each
        for each in sorted(folder.rglob("*"))
        if each.is_file()
        and each.suffix.lower() not in _PARTS
        and not any(base in each.parents for base in databases)
        and not each.name.startswith(".")
        and "__MACOSX" not in each.parts
    ]
    known = [*databases, *(each for each in files if _readable(each))]
    if len(known) != 1:
        names = ", ".join(str(each.relative_to(folder)) for each in (known or files)[:10])
        raise DataError(
            f"{path}: expected one data set in the archive, found {len(known)} ({names})",
            vi=f"{path}: trong tệp nén cần đúng một bộ dữ liệu, thấy {len(known)} ({names})",
        )
    return known[0]


def _readable(path: Path) -> bool:
    try:
        return format_of(path).title != "zip"
    except DataError:
        return False


def _raster(path: Path) -> FileLayer:
    try:
        with rasterio.open(path) as data:
            size = {"width": str(data.width), "height": str(data.height)}
            crs = data.crs.to_string() if data.crs else None
            return FileLayer(path.stem, ("Raster",), None, size | {"type": data.dtypes[0]}, crs)
    except RasterioError as error:
        raise unreadable(path, error) from error
