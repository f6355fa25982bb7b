"""Text that someone pastes or types: lists of coordinates, WKT, GeoJSON."""

import json
import re

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from geo_app.domain.text import nests_collections
from geo_app.errors import DataError
from geo_app.storage.reading.listed import read_list
from geo_app.storage.reading.raw import FileLayer, RawLayer

MOST_CHARACTERS = 200_000
"""What is longer comes as a file."""
NAME = "pasted"

_WKT = re.compile(
    r"\s*(?:SRID\s*=\s*(?P<srid>\d+)\s*;\s*)?"
    r"(?P<shape>(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_NEXT_WKT = re.compile(r"\n(?=\s*(?:SRID|MULTI|POINT|LINESTRING|POLYGON|GEOMETRYC))", re.IGNORECASE)


def read_text(text: str) -> RawLayer:
    """
    Read pasted text as rows with geometry.

    GeoJSON is in degrees unless it names its system; WKT is in none unless it begins with
    ``SRID=``; anything else is a list of coordinates (see `read_list`).

    Raises
    ------
    DataError
        If it holds no coordinates, is cut off, or is too long.
    """
    text = text.replace("\ufeff", "").strip()
    if len(text) > MOST_CHARACTERS:
        raise DataError(
            f"the text has {len(text):,} characters, more than {MOST_CHARACTERS:,}; send it as a "
            "file",
            vi=f"Nội dung dài {len(text)} ký tự, quá {MOST_CHARACTERS}; hãy gửi dưới dạng tệp.",
        )
    if text.startswith("{"):
        return _geojson(text)
    if _WKT.match(text):
        return _wkt(text)
    return read_list(text, NAME)


def _geojson(text: str) -> RawLayer:
    try:
        found = json.loads(text)
        crs = CRS(found.get("crs", {}).get("properties", {}).get("name", "EPSG:4326"))
        if found["type"] == "FeatureCollection":
            features = found["features"]
        else:
            bare = {"properties": None, "geometry": found}
            features = [found if found["type"] == "Feature" else bare]
        frame = gpd.GeoDataFrame.from_features(
            [{"geometry": f["geometry"], "properties": f["properties"] or {}} for f in features],
            crs=crs,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _unread("GeoJSON", error) from error
    except (ShapelyError, CRSError) as error:
        raise _unread("GeoJSON", error) from error
    return RawLayer(FileLayer(NAME, crs=crs.to_string()), frame)


def _wkt(text: str) -> RawLayer:
    found = [_WKT.match(each) for each in _NEXT_WKT.split(text)]
    systems = {f"EPSG:{each['srid']}" for each in found if each and each["srid"]}
    try:
        if len(systems) > 1:
            message = f"its shapes are in {' and '.join(sorted(systems))}"
            raise ValueError(message)
        if any(each and nests_collections(each["shape"]) for each in found):
            message = "a collection stands in a collection"
            raise ValueError(message)
        shapes = [shapely.from_wkt(each["shape"]) for each in found if each]
        frame = gpd.GeoDataFrame(geometry=shapes, crs=next(iter(systems), None))
    except (ShapelyError, CRSError, ValueError) as error:
        raise _unread("WKT", error) from error
    return RawLayer(FileLayer(NAME, crs=next(iter(systems), None)), frame)


def _unread(kind: str, error: Exception) -> DataError:
    reason = " ".join(str(error).split())[:200]
    return DataError(
        f"the text looks like {kind} and cannot be read: {reason}; is it complete?",
        vi=f"Nội dung có dạng {kind} nhưng không đọc được ({reason}); đã dán đủ chưa?",
    )
