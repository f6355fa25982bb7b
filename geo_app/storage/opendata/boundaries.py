"""Administrative boundaries: geoBoundaries and HDX describe their files in JSON."""

import datetime as dt
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo_app.errors import DataError
from geo_app.storage.reading.archive import check

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Described:
    """A file that a service names: where it is, of which date, under which licence."""

    address: str
    date: dt.date | None
    licence: str | None
    source: str | None


def read_geoboundaries(path: Path) -> Described:
    """
    Read a geoBoundaries API answer.

    Raises
    ------
    DataError
        If it names no file.
    """
    content = _json(path)
    address = content.get("gjDownloadURL")
    if not isinstance(address, str):
        message = f"{path}: expected a geoBoundaries answer with gjDownloadURL"
        raise DataError(message)
    year = str(content.get("boundaryYearRepresented", ""))[:4]
    day = dt.date(int(year), 12, 31) if year.isdigit() else None
    return Described(address, day, content.get("boundaryLicense"), content.get("boundarySource"))


def read_hdx(path: Path) -> Described:
    """
    Read an HDX (CKAN) answer and choose its shapefile.

    Raises
    ------
    DataError
        If it names none.
    """
    result = _json(path).get("result") or {}
    for resource in result.get("resources", []):
        if "SHP" in str(resource.get("format", "")).upper() and resource.get("url"):
            moment = str(resource.get("last_modified") or result.get("dataset_date") or "")
            try:
                day = dt.datetime.fromisoformat(moment).date()
            except ValueError:
                day = None
            source = result.get("dataset_source")
            return Described(resource["url"], day, result.get("license_title"), source)
    message = f"{path}: expected an HDX answer with a resource in SHP format"
    raise DataError(message)


def read_boundaries(path: Path, bounds: Bounds) -> gpd.GeoDataFrame:
    """
    Read the smallest units of a boundary file (GeoJSON, or zipped shapefiles) within `bounds`.

    Returns
    -------
    units
        EPSG:4326, the columns of the file.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    source = str(path)
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as inside:
                check(inside, path)
            source = f"/vsizip/{path}"
        names = [str(name) for name, kind in pyogrio.list_layers(source) if "Polygon" in str(kind)]
        if not names:
            message = "it holds no polygons"
            raise DataSourceError(message)
        deepest = max(names, key=_level)
        frame = pyogrio.read_dataframe(source, layer=deepest, bbox=bounds)
    except (DataSourceError, DataLayerError, zipfile.BadZipFile) as error:
        message = f"{path}: cannot be read as boundaries: {error}"
        raise DataError(message) from error
    if frame.crs is None:
        frame = frame.set_crs("EPSG:4326")
    return frame.to_crs("EPSG:4326")


def _level(name: str) -> int:
    """Return the administrative level a layer's name carries (…_adm3_…)."""
    levels = re.findall(r"adm(\d)", name.lower())
    return int(levels[-1]) if levels else -1


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{path}: expected JSON: {error}"
        raise DataError(message) from error
    if not isinstance(content, dict):
        message = f"{path}: expected one JSON object"
        raise DataError(message)
    return content
