"""Vector files that GDAL reads, and GeoParquet: listed, read whole, or by a sample."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from geo_app.domain.finding import Finding
from geo_app.domain.findings import reading as found
from geo_app.errors import DataError
from geo_app.storage.reading.formats import Format
from geo_app.storage.reading.raw import FileLayer, RawLayer
from geo_app.storage.reading.shapefile import check_complete, companions, text_widths

_PIECES = 8
_SHORTEST_CUT = 20
_FAILURES = (DataSourceError, DataLayerError, ValueError, UnicodeError)


def list_vector(path: Path, form: Format) -> tuple[FileLayer, ...]:
    """
    List the layers of a file.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if path.suffix.lower() == ".shp":
        check_complete(path)
    if path.suffix.lower() == ".tab" and {".dat", ".map"} - _beside(path):
        raise DataError(
            f"{path}: comes alone; a MapInfo table is .tab, .dat, .map and .id together",
            vi=f"{path}: chỉ có một tệp; bảng MapInfo gồm .tab, .dat, .map và .id đi cùng nhau, "
            "hãy nén chung thành một tệp zip",
        )
    if form.title == "GeoParquet":
        return (_parquet_layer(path),)
    try:
        names = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
        return tuple(_described(path, name, kind) for name, kind in names)
    except _FAILURES as error:
        raise unreadable(path, error) from error


def read_vector_layer(
    path: Path, form: Format, layer: FileLayer, *, sample: int | None
) -> RawLayer:
    """
    Read a layer's rows as they stand; with `sample`, about so many, spread over the file.

    Raises
    ------
    DataError
        If it cannot be read to its end.
    """
    total = layer.rows
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told later
            if form.title == "GeoParquet":
                frame, sampled = _read_parquet(path, sample)
            elif sample is not None and (total is None or total > sample):
                frame, sampled = _read_pieces(path, layer.name, total, sample), True
            else:
                frame, sampled = _read(path, layer.name), False
    except _FAILURES as error:
        raise unreadable(path, error) from error
    return RawLayer(layer, frame, sampled=sampled, findings=tuple(_about(frame, path)))


def closed_lines_as_polygons(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame whose closed lines are polygons: how a drawing outlines a plot."""
    shapes = frame.geometry.to_numpy()
    lines = shapely.get_type_id(shapes) == 1
    closed = lines & shapely.is_closed(shapes) & (shapely.get_num_coordinates(shapes) >= 4)
    if not closed.any():
        return frame
    made = shapes.copy()
    made[closed] = shapely.polygons(
        [shapely.get_coordinates(s, include_z=False) for s in shapes[closed]]
    )
    return frame.set_geometry(gpd.GeoSeries(made, index=frame.index, crs=frame.crs))


def unreadable(path: Path, error: Exception) -> DataError:
    """Return the error for a file that its reader gave up."""
    reason = " ".join(str(error).split())
    return DataError(
        f"{path}: cannot be read: {reason}; is it complete and of the format it names?",
        vi=f"{path}: không đọc được; tệp có nguyên vẹn và đúng định dạng như tên không? ({reason})",
    )


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file and of the files that belong to it."""
    digest = hashlib.sha256()
    for part in _parts(path):
        with part.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _parts(path: Path) -> list[Path]:
    suffix = path.suffix.lower()
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.is_file())
    if suffix == ".shp":
        return [path, *companions(path).values()]
    if suffix in {".tab", ".mif"}:
        beside = {".dat", ".map", ".id", ".mid"}
        return [
            path,
            *sorted(
                each
                for each in path.parent.iterdir()
                if each.stem == path.stem and each.suffix.lower() in beside
            ),
        ]
    return [path]


def _beside(path: Path) -> set[str]:
    """Return the endings, in small letters, of the files that are called like this one."""
    return {each.suffix.lower() for each in path.parent.iterdir() if each.stem == path.stem}


def _described(path: Path, name: str, kind: str | None) -> FileLayer:
    info = pyogrio.read_info(path, layer=name, force_feature_count=False)
    named = kind and kind != "Unknown"
    return FileLayer(
        name=name,
        geometry=(str(kind).replace(" Z", "").replace("2.5D ", ""),) if named else (),
        rows=int(info["features"]) if info["features"] >= 0 else None,
        fields={str(f): str(t) for f, t in zip(info["fields"], info["dtypes"], strict=True)},
        crs=info["crs"],
        encoding=_declared_encoding(path),
    )


def _declared_encoding(path: Path) -> str | None:
    """Return what a file says its text is written in; None where it does not."""
    suffix = path.suffix.lower()
    if suffix == ".shp":
        cpg = companions(path).get(".cpg")
        return cpg.read_text("ascii", "replace").strip() if cpg else None
    return None if suffix in {".tab", ".mif", ".dxf", ".dgn"} else "UTF-8"


def _read(path: Path, name: str, **options: Any) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pyogrio.read_dataframe(path, layer=name, **options)
    except UnicodeDecodeError:  # bytes of an encoding the file does not name
        frame = pyogrio.read_dataframe(path, layer=name, encoding="ISO-8859-1", **options)
    return frame


def _read_pieces(path: Path, name: str, total: int | None, sample: int) -> pd.DataFrame:
    if total is None:
        return _read(path, name, max_features=sample)
    size = max(1, sample // _PIECES)
    starts = [piece * (total - size) // (_PIECES - 1) for piece in range(_PIECES)]
    pieces = [_read(path, name, skip_features=start, max_features=size) for start in starts]
    frame: pd.DataFrame = pd.concat(pieces, ignore_index=True)
    return frame


def _parquet_layer(path: Path) -> FileLayer:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 (a second to load)

    try:
        file = parquet.ParquetFile(path)
        about = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        primary = about.get("columns", {}).get(about.get("primary_column"), {})
        # A column that names no CRS is in degrees (GeoParquet 1.0); null says that nobody knows.
        stated = primary.get("crs", "EPSG:4326") if primary else None
        crs = CRS.from_user_input(stated) if stated else None
    except (ArrowException, OSError, ValueError) as error:
        raise unreadable(path, error) from error
    schema = file.schema_arrow
    return FileLayer(
        name=path.stem,
        rows=file.metadata.num_rows,
        fields={name: str(kind) for name, kind in zip(schema.names, schema.types, strict=True)},
        geometry=tuple(str(each) for each in primary.get("geometry_types", ())),
        crs=_crs_text(crs),
        encoding="UTF-8",
    )


def _crs_text(crs: CRS | None) -> str | None:
    """Return a CRS as its authority's code, else as WKT."""
    if crs is None:
        return None
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


def _read_parquet(path: Path, sample: int | None) -> tuple[pd.DataFrame, bool]:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415

    try:
        if sample is None or parquet.ParquetFile(path).metadata.num_rows <= sample:
            return gpd.read_parquet(path), False
        return _parquet_pieces(path, sample), True
    except (ArrowException, OSError) as error:
        raise unreadable(path, error) from error


def _parquet_pieces(path: Path, sample: int) -> gpd.GeoDataFrame:
    """Read the first rows of some row groups, spread over the file."""
    from pyarrow import BufferOutputStream, Table, parquet  # noqa: PLC0415

    file = parquet.ParquetFile(path)
    groups = range(0, file.num_row_groups, max(1, file.num_row_groups // _PIECES))
    size = max(1, sample // len(groups))
    batches = [next(file.iter_batches(size, row_groups=[group])) for group in groups]
    # Written again small, so that geopandas reads it by the same rules as a whole file.
    few = BufferOutputStream()
    parquet.write_table(Table.from_batches(batches, file.schema_arrow), few)
    return gpd.read_parquet(BytesIO(few.getvalue()))


def _about(frame: pd.DataFrame, path: Path) -> Iterator[Finding]:
    """Say what is plain from the rows themselves."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return
    bare = int((frame.geometry.isna() | frame.geometry.is_empty).sum())
    if bare:
        yield Finding(found.GEOMETRY_MISSING, {"count": bare})
    if frame.geometry.has_z.any():
        yield Finding(found.HEIGHT_LEFT_OUT, {"count": int(frame.geometry.has_z.sum())})
    if path.suffix.lower() == ".shp":
        beside = companions(path)
        missing = [suffix for suffix in (".prj", ".cpg") if suffix not in beside]
        if missing:
            yield Finding(found.PART_MISSING, {"parts": ", ".join(missing)})
        yield from _cut_texts(frame, text_widths(path))


def _cut_texts(frame: pd.DataFrame, widths: Mapping[str, int]) -> Iterator[Finding]:
    """Suspect text that ends where its field ends; codes of one length fill theirs by design."""
    for name, width in widths.items():
        if name not in frame.columns or width < _SHORTEST_CUT:
            continue
        texts = [value for value in frame[name].dropna().unique() if isinstance(value, str)]
        full = [text for text in texts if width in (len(text), len(text.encode()))]
        if full and len(full) < len(texts):
            said = {"column": name, "count": len(full), "bytes": width, "example": full[0][:60]}
            yield Finding(found.TEXT_TRUNCATED, said, field=name)
