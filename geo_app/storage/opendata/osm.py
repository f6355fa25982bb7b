"""OpenStreetMap: roads and places, from an extract file or the Overpass API."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd

import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo_app.errors import DataError

Bounds = tuple[float, float, float, float]

_ROADS = (
    "motorway|trunk|primary|secondary|tertiary|unclassified|residential|service|track|road"
    "|motorway_link|trunk_link|primary_link|secondary_link|tertiary_link|living_street"
)
_PLACES = "city|town|village|hamlet|suburb|neighbourhood|isolated_dwelling|locality|quarter"
_TAGS = ("name", "ref", "surface", "width", "lanes", "bridge", "name:vi", "name:en")
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_KEY = {"roads": "highway", "villages": "place"}


def overpass_address(server: str, what: str, bounds: Bounds, *, timeout_s: int = 180) -> str:
    """
    Return the address that asks an Overpass server for roads or places.

    Parameters
    ----------
    bounds
        (west, south, east, north) in degrees.
    """
    west, south, east, north = (round(each, 5) for each in bounds)
    kind, key = ("way", _ROADS) if what == "roads" else ("node", _PLACES)
    query = (
        f"[out:json][timeout:{timeout_s}][bbox:{south},{west},{north},{east}];"
        f'{kind}["{_KEY[what]}"~"^({key})$"];out geom;'
    )
    return f"{server}?{urlencode({'data': query})}"


def read_overpass(path: Path, what: str) -> gpd.GeoDataFrame:
    """
    Read an Overpass answer.

    Returns
    -------
    features
        EPSG:4326; ``osm_id``, ``highway`` or ``place``, and the tags that planners use. What a
        tag calls military is left out.

    Raises
    ------
    DataError
        If it is no answer, or the server gave up: an empty map would be worse.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        elements = content["elements"]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path}: expected an Overpass answer in JSON: {error}"
        raise DataError(message) from error
    remark = str(content.get("remark", ""))
    if "error" in remark.lower():
        message = f"{path}: the server gave up: {remark}; ask for less, or take an extract file"
        raise DataError(message)
    rows, shapes = [], []
    for element in elements:
        shape = _shape(element)
        if shape is not None:
            rows.append({"osm_id": str(element["id"]), **element.get("tags", {})})
            shapes.append(shape)
    table = pd.DataFrame(rows, columns=None if rows else ["osm_id"])
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
    return _tidied(frame, what)


def overpass_day(path: Path) -> dt.date | None:
    """Return the state of the data that an Overpass answer names."""
    content = json.loads(path.read_text(encoding="utf-8"))
    moment = content.get("osm3s", {}).get("timestamp_osm_base")
    return dt.datetime.fromisoformat(moment).date() if moment else None


def read_extract(path: Path, what: str, bounds: Bounds) -> gpd.GeoDataFrame:
    """
    Read roads or places within `bounds` from an extract (.osm.pbf or .osm); as `read_overpass`.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    layer = "lines" if what == "roads" else "points"
    condition = "highway IS NOT NULL" if what == "roads" else "place IS NOT NULL"
    try:
        frame = pyogrio.read_dataframe(path, layer=layer, bbox=bounds, where=condition)
    except (DataSourceError, DataLayerError, ValueError) as error:
        message = f"{path}: cannot be read as an OpenStreetMap extract: {error}"
        raise DataError(message) from error
    tags = pd.DataFrame([_tags(text) for text in frame["other_tags"]], index=frame.index)
    frame = frame.drop(columns="other_tags")
    frame = frame.join(tags[[name for name in tags.columns if name not in frame.columns]])
    return _tidied(frame, what)


def _shape(element: dict[str, Any]) -> Any:
    if element.get("type") == "node" and "lat" in element:
        return shapely.Point(element["lon"], element["lat"])
    points = [(p["lon"], p["lat"]) for p in element.get("geometry", []) if p]
    return shapely.LineString(points) if len(points) > 1 else None


def _tidied(frame: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    key, known = _KEY[what], (_ROADS if what == "roads" else _PLACES).split("|")
    if key not in frame.columns:
        frame[key] = None
    wanted = frame[key].isin(known)
    for name, closed in (("military", None), ("landuse", "military"), ("access", "military")):
        if name in frame.columns:
            wanted &= frame[name].isna() if closed is None else frame[name] != closed
    kept = ["osm_id", key, *(name for name in _TAGS if name in frame.columns), "geometry"]
    tidy = frame.loc[wanted, kept].rename(columns={"name:vi": "name_vi", "name:en": "name_en"})
    return tidy.reset_index(drop=True)


def _tags(text: object) -> dict[str, str]:
    """Read GDAL's ``"key"=>"value"`` list."""
    return dict(_TAG.findall(text)) if isinstance(text, str) else {}
