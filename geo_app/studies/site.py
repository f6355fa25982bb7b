"""
The footprints of a site check: read from what was typed or drawn, written as one canonical text.

A footprint is a point, line or polygon with a name. The text is compact GeoJSON in the province's
CRS with coordinates to the millimetre: the same ground gives the same text wherever it came from.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import GeometryCollection
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geo_app.domain.chainage import read_reference
from geo_app.domain.text import nests_collections
from geo_app.errors import DataError
from geo_app.workspace import Workspace

NAME, PLUS_MINUS = "footprint", "plus_minus_m"
MOST_FOOTPRINTS, MOST_POINTS, MOST_SIGNS = 1_000, 100_000, 5_000_000
_MILLIMETRES = 3
_NAMES = (NAME, "name", "Name", "NAME", "ten", "TEN", "title")
"""Properties of a feature that name it, the first found."""
_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
_WKT = re.compile(
    r"(?:SRID=(?P<srid>\d{3,6});)?\s*"
    r"(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*|GEOMETRYCOLLECTION\b.*)",
    re.IGNORECASE | re.DOTALL,
)
EXPECTED = (
    "expected GeoJSON, WKT such as POLYGON((449000 2417000, …)), or a chainage such as "
    "QL4B Km3+700–Km18"
)


def site_text(frame: gpd.GeoDataFrame) -> str:
    """
    Write footprints as the text that stands for them.

    Parameters
    ----------
    frame
        Columns as `read_site` returns them, in a metric CRS with a code.
    """
    features = []
    for name, known, shape in zip(
        frame[NAME], frame[PLUS_MINUS], frame.geometry.to_numpy(), strict=True
    ):
        properties: dict[str, Any] = {NAME: name}
        if known != 0:  # as exact as it was drawn
            properties[PLUS_MINUS] = None if math.isnan(known) else round(known, _MILLIMETRES)
        geometry = json.loads(shapely.to_geojson(_rounded(shape)))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    system = {"type": "name", "properties": {"name": frame.crs.to_string()}}
    content = {"type": "FeatureCollection", "crs": system, "features": features}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def read_site(
    ws: Workspace,
    given: object,
    *,
    on: dt.date | None = None,
    route_layers: Sequence[str] | None = None,
    posts: str | None = None,
) -> gpd.GeoDataFrame:
    """
    Read footprints.

    Parameters
    ----------
    given
        A frame, a shape in the province's CRS, GeoJSON, WKT (``SRID=4326;POINT(…)`` names its
        system), or a chainage. Without a system, coordinates that can be degrees are longitude
        and latitude, others are of the province's CRS.
    on, route_layers, posts
        How a chainage is found; see `geo_app.studies.locate`.

    Returns
    -------
    site
        One row per footprint, indexed 0, 1, …: ``footprint`` (its name, unique),
        ``plus_minus_m`` (how far off it may lie; 0: as drawn, missing: not known) and the
        geometry, valid, two-dimensional, in the province's CRS, to the millimetre.

    Raises
    ------
    DataError
        If it cannot be read, or holds an empty, crossing or unknown shape.
    """
    if isinstance(given, gpd.GeoDataFrame):
        rows = list(_frame_rows(given))
        crs = given.crs
    elif isinstance(given, BaseGeometry):
        rows, crs = [("", 0.0, given)], None
    else:
        text = str(given).strip()
        if len(text) > MOST_SIGNS:
            raise DataError(
                f"site: {len(text):,} characters; expected at most {MOST_SIGNS:,}",
                vi=f"Khu đất dài quá {MOST_SIGNS // 1_000_000} triệu ký tự; hãy chia nhỏ.",
            )
        if not text:
            return _frame([], ws.settings.crs)
        if not text.startswith("{") and not _WKT.fullmatch(text):
            return _stretch(ws, text, on=on, route_layers=route_layers, posts=posts)
        rows, crs = _read_geojson(text) if text.startswith("{") else _read_wkt(text)
    _check_number(rows)
    frame = _frame(rows, crs or _guessed_crs(rows, ws.settings.crs))
    placed = frame.to_crs(ws.settings.crs)
    placed.geometry = [_rounded(shape) for shape in placed.geometry]
    for name, shape in zip(placed[NAME], placed.geometry, strict=True):
        _check_shape(name, shape)
    return placed


def is_chainage(text: str) -> bool:
    """
    Tell whether a text names a place or stretch of a road.

    >>> is_chainage("QL4B Km3+700–Km18"), is_chainage("2417549,69 449314,38")
    (True, False)
    """
    if "\n" in text or text.startswith("{"):
        return False
    try:
        return bool(read_reference(text).route)
    except DataError:
        return "km" in text.casefold()  # `locate` tells what is wrong with it


def canonical_site(ws: Workspace, given: object, settings: Mapping[str, Any]) -> str:
    """Return the text that stands for footprints, "" for none; `settings` as of `read_site`."""
    day = settings.get("on")
    frame = read_site(
        ws,
        given,
        on=dt.date.fromisoformat(day) if day else None,
        route_layers=settings.get("route_layers"),
        posts=settings.get("posts"),
    )
    return site_text(frame) if len(frame) else ""


def _frame(rows: Sequence[tuple[str, float, BaseGeometry]], crs: Any) -> gpd.GeoDataFrame:
    names: list[str] = []
    for number, (name, _, _) in enumerate(rows, start=1):
        named = " ".join(name.split())[:100] or str(number)
        taken = sum(each == named or each.startswith(f"{named} (") for each in names)
        names.append(f"{named} ({taken + 1})" if taken else named)
    errors = np.array([known for _, known, _ in rows], dtype="float64")
    shapes = [shapely.force_2d(shape) for _, _, shape in rows]
    return gpd.GeoDataFrame({NAME: names, PLUS_MINUS: errors}, geometry=shapes, crs=crs)


def _frame_rows(given: gpd.GeoDataFrame) -> Iterator[tuple[str, float, BaseGeometry]]:
    named = next((name for name in _NAMES if name in given), None)
    names = given[named].astype("object") if named else [None] * len(given)
    errors = given[PLUS_MINUS] if PLUS_MINUS in given else [0.0] * len(given)
    for name, known, shape in zip(names, errors, given.geometry, strict=True):
        if shape is not None:
            yield (name if isinstance(name, str) else ""), float(known), shape


def _read_geojson(text: str) -> tuple[list[tuple[str, float, BaseGeometry]], str | None]:
    try:
        content = json.loads(text)
        features = content.get("features", [content])
        rows = [row for each in features for row in _feature_rows(each)]
        named = (content.get("crs") or {}).get("properties", {}).get("name")
    except (ValueError, AttributeError, TypeError, KeyError, ShapelyError, RecursionError):
        raise _unread(text, "GeoJSON") from None
    return rows, _known_crs(named) if named else None


def _feature_rows(feature: dict[str, Any]) -> Iterator[tuple[str, float, BaseGeometry]]:
    whole = feature.get("type") == "Feature"
    geometry = feature["geometry"] if whole else feature
    if geometry is None:
        return
    properties = (feature.get("properties") if whole else None) or {}
    name = next((properties[key] for key in _NAMES if properties.get(key) is not None), "")
    known = properties.get(PLUS_MINUS, 0.0)
    error = math.nan if known is None else float(known)
    if not (math.isnan(error) or 0 <= error < math.inf):
        raise ValueError
    for part in _parts(shapely.from_geojson(json.dumps(geometry))):
        yield str(name), error, part


def _read_wkt(text: str) -> tuple[list[tuple[str, float, BaseGeometry]], str | None]:
    found = _WKT.fullmatch(text)
    assert found
    if nests_collections(found["wkt"]):
        raise _unread(text, "WKT")
    try:
        shape = shapely.from_wkt(found["wkt"])
    except ShapelyError:
        raise _unread(text, "WKT") from None
    crs = _known_crs(f"EPSG:{found['srid']}") if found["srid"] else None
    return [("", 0.0, part) for part in _parts(shape)], crs


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the members of a collection; any other shape is one footprint."""
    return list(shape.geoms) if isinstance(shape, GeometryCollection) else [shape]


def _known_crs(name: object) -> str:
    try:
        crs = CRS.from_string(str(name))
    except CRSError:
        code = _shown(str(name))
        raise DataError(
            f"site: found the system {code}; expected a code such as EPSG:9215 or EPSG:4326",
            vi=f"Không có hệ tọa độ {code}; hãy ghi mã như EPSG:9215 hoặc EPSG:4326.",
        ) from None
    return "EPSG:4326" if crs.equals("OGC:CRS84") else str(crs.to_string())


def _guessed_crs(rows: Sequence[tuple[str, float, BaseGeometry]], crs: str) -> str:
    """Return degrees where every coordinate can be longitude and latitude."""
    at = np.abs(shapely.get_coordinates([shape for _, _, shape in rows]))
    return "EPSG:4326" if len(at) and (at <= [180, 90]).all() else crs


def _stretch(
    ws: Workspace,
    text: str,
    *,
    on: dt.date | None,
    route_layers: Sequence[str] | None,
    posts: str | None,
) -> gpd.GeoDataFrame:
    """Read a chainage: a place on a road, or a stretch of it."""
    from geo_app.studies.locate import locate  # noqa: PLC0415 (it needs Study, which needs this)
    from geo_app.studies.routes import POSTS, ROUTE_LAYERS  # noqa: PLC0415

    layers = ROUTE_LAYERS.default if route_layers is None else route_layers
    found = locate(ws, text, on=on, route_layers=layers, posts=posts or POSTS.default)
    shape = found.stretch.line if found.stretch else found.places[0].point
    known = [place.plus_minus_m for place in found.all_places]
    error = math.nan if None in known else max(each for each in known if each is not None)
    frame = _frame([(found.asked, error, shape)], found.crs)
    frame.geometry = [_rounded(each) for each in frame.geometry]
    return frame


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    moved: BaseGeometry = shapely.transform(shape, lambda at: at.round(_MILLIMETRES) + 0.0)
    return moved


def _check_number(rows: Sequence[tuple[str, float, BaseGeometry]]) -> None:
    if not rows:
        raise DataError(
            f"site: found no shape; {EXPECTED}",
            vi="Không có hình nào; hãy vẽ, nhập tọa độ hoặc lý trình.",
        )
    points = sum(shapely.get_num_coordinates(shape) for _, _, shape in rows)
    if len(rows) > MOST_FOOTPRINTS or points > MOST_POINTS:
        raise DataError(
            f"site: found {len(rows):,} footprints with {points:,} points; expected at most "
            f"{MOST_FOOTPRINTS:,} with {MOST_POINTS:,}; check them in parts",
            vi=f"Có {len(rows)} hình với {points} điểm, nhiều hơn mức cho phép ({MOST_FOOTPRINTS} "
            f"hình, {MOST_POINTS} điểm); hãy kiểm tra từng phần.",
        )


def _check_shape(name: str, shape: BaseGeometry) -> None:
    where, named = f"site: footprint {name!r}", f"Hình “{name}”"
    if shape.geom_type not in _KINDS:
        raise DataError(
            f"{where}: is a {shape.geom_type}; expected a point, line or polygon",
            vi=f"{named} không phải điểm, đường hay vùng.",
        )
    if shape.is_empty:
        raise DataError(
            f"{where}: is empty; draw it, or leave it out",
            vi=f"{named} rỗng; hãy vẽ lại hoặc bỏ đi.",
        )
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise DataError(
            f"{where}: has coordinates that lie nowhere in its system; check x, y and the system",
            vi=f"{named} có tọa độ nằm ngoài hệ tọa độ; hãy xem lại X, Y và hệ tọa độ.",
        )
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise DataError(
            f"{where}: is not a whole shape ({reason}): its boundary crosses or touches itself; "
            "put the points in order, or draw it anew",
            vi=f"{named} không khép thành hình ({reason}): đường bao tự cắt hoặc tự chạm; hãy xếp "
            "lại thứ tự điểm hoặc vẽ lại.",
        )


def _unread(text: str, form: str) -> DataError:
    return DataError(
        f"site: found {_shown(text)}, which is not whole {form}; {EXPECTED}",
        vi=f"Không đọc được {form}: {_shown(text)}; hãy vẽ, nhập tọa độ, hoặc lý trình như QL4B "
        "Km3+700–Km18.",
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}…")
