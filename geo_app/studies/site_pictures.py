"""The map of a site check: the footprints, what they overlap, and the roads beside them."""

import geopandas as gpd
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo_app.domain.layer import GeometryKind, Style
from geo_app.domain.result import Picture, Table, column
from geo_app.domain.site import GROUPS
from geo_app.domain.text import Bilingual
from geo_app.studies.drawing import by_class
from geo_app.studies.site_record import Check
from geo_app.studies.site_words import CORRIDORS, FOOTPRINT, VERDICTS

SITE = Bilingual("Khu đất, theo kết luận nặng nhất", "Footprints by their worst verdict")
OVERLAPS = Bilingual("Phần chồng lên", "Overlaps")
ROADS = Bilingual("Đường, đường sắt ở gần, theo hành lang", "Roads and railways by corridor")
BESIDE_M = 5_000.0
"""How far about the site roads are drawn."""
_KINDS: tuple[GeometryKind, ...] = ("point", "line", "polygon")
_WORST = ("conflict", "near", "not_checked", "nothing_found")
_STYLES = {
    "conflict": Style(color="#8a2f2f", fill="#d98f63", width=2.4, fill_opacity=0.25),
    "near": Style(color="#8a6d1f", fill="#e0b83f", width=2.4, fill_opacity=0.25),
    "not_checked": Style(color="#55625f", fill="#c9cec9", width=2.4, fill_opacity=0.25),
    "nothing_found": Style(color="#2f6b3c", fill="#86b96a", width=2.4, fill_opacity=0.25),
}
_OVERLAP_STYLES = {
    "plans": Style(color="#4a3f6b", fill="#7a6aa0", width=0.8, fill_opacity=0.5),
    "forest": Style(color="#2f6b3c", fill="#5d8a4a", width=0.8, fill_opacity=0.5),
    "heritage": Style(color="#7a3b12", fill="#c26d3f", width=0.8, fill_opacity=0.5),
    "border": Style(color="#8a2f2f", fill="#c98a8a", width=0.8, fill_opacity=0.5),
    "nearby": Style(color="#55625f", fill="#a9b0ab", width=0.8, fill_opacity=0.5),
}
_ROAD_STYLES = {
    "inside": Style(color="#8a2f2f", width=2.2),
    "undetermined": Style(color="#b08a2e", width=1.6, dash="6 4"),
    "outside": Style(color="#6b6154", width=1.4),
}


def pictures(check: Check, verdicts: Table) -> tuple[Picture, ...]:
    """Return what to draw; only what the reader may see was read."""
    return (*_footprints(check, verdicts), *_overlaps(check), *_roads(check))


def _footprints(check: Check, verdicts: Table) -> list[Picture]:
    fields = (FOOTPRINT, column("verdict", "Kết luận", "Verdict", kind="text", values=VERDICTS))
    ranks = verdicts.rows["verdict"].map({name: at for at, name in enumerate(_WORST)})
    worst = ranks.groupby(verdicts.rows["footprint"]).min()
    frame = gpd.GeoDataFrame(
        {
            "footprint": check.site.names,
            "verdict": [_WORST[int(worst.get(name, 2))] for name in check.site.names],
        },
        geometry=check.site.shapes,
        crs=check.site.frame.crs,
    )
    return [
        by_class(f"site_{kind}s", SITE, kind, part, fields, "verdict", _STYLES)
        for dimension, kind in enumerate(_KINDS)
        if len(part := frame[check.site.dimensions == dimension])
    ]


def _overlaps(check: Check) -> list[Picture]:
    rows = [
        {"feature": name, "group": layer.site.group, "geometry": _polygons(piece)}
        for layer, name, piece in check.pieces
        if layer.site and layer.site.group in _OVERLAP_STYLES
    ]
    if not rows:
        return []
    fields = (
        column("feature", "Đối tượng", "Feature", kind="text"),
        column("group", "Nhóm", "Group", kind="text", values=GROUPS),
    )
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=check.site.frame.crs)
    used = {
        group: style for group, style in _OVERLAP_STYLES.items() if (frame["group"] == group).any()
    }
    return [by_class("site_overlaps", OVERLAPS, "polygon", frame, fields, "group", used)]


def _roads(check: Check) -> list[Picture]:
    """Return the roads and railways told of, as far as they run near the site."""
    if not check.roads:
        return []
    west, south, east, north = check.site.frame.total_bounds
    around = (west - BESIDE_M, south - BESIDE_M, east + BESIDE_M, north + BESIDE_M)
    rows = [
        {"road": name, "corridor": state, "geometry": shapely.clip_by_rect(line, *around)}
        for name, state, line in check.roads
    ]
    fields = (
        column("road", "Đường", "Road", kind="text"),
        column("corridor", "Hành lang", "Corridor", kind="text", values=CORRIDORS),
    )
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=check.site.frame.crs)
    frame = frame[frame.geom_type.isin(["LineString", "MultiLineString"]) & ~frame.is_empty]
    return [by_class("site_roads", ROADS, "line", frame, fields, "corridor", _ROAD_STYLES)]


def _polygons(piece: BaseGeometry) -> MultiPolygon:
    """Return the areas of what is shared; where shapes also touch, lines and points are left."""
    return MultiPolygon([part for part in shapely.get_parts(piece) if isinstance(part, Polygon)])
