"""An answer about kilometres as pictures for a map: places, how far off they may be, a stretch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import geopandas as gpd
import shapely

from geo_app.domain.layer import GeometryKind, LegendClass, Style
from geo_app.domain.result import Picture, column
from geo_app.domain.text import Bilingual
from geo_app.studies import drawing
from geo_app.studies.road_place import Located, RoadPlace
from geo_app.studies.spot import Spot

_NAMED_FROM_ZOOM = 8
_FIELDS = [column("place_name", "Vị trí", "Place", kind="text")]
_RED, _BLUE = "#b3261e", "#1f4e8c"

STRETCH = Bilingual("Đoạn tuyến", "Stretch of road")
PLACE = Bilingual("Vị trí theo lý trình", "Place by its chainage")
SPOT = Bilingual("Điểm đã cho", "The point given")
AROUND = Bilingual("Phạm vi sai số (±)", "How far off it may be (±)")


def pictures(answer: Located | None, spot: Spot | None, crs: str) -> list[Picture]:
    """
    Draw an answer, and the spot it was asked for.

    Parameters
    ----------
    crs
        That of both: the province's.
    """
    return list(_pictures(answer, spot, crs))


def _pictures(answer: Located | None, spot: Spot | None, crs: str) -> Iterator[Picture]:
    places = answer.all_places if answer else ()
    circles = [(place.point, place.plus_minus_m) for place in places]
    circles += [(spot.point, spot.accuracy_m)] if spot else []
    around = [point.buffer(metres) for point, metres in circles if metres]
    if around:
        style = Style(color=_RED, fill=_RED, width=1.0, dash="5 4", fill_opacity=0.08)
        yield _picture("km_around", AROUND, "polygon", around, [""] * len(around), style, crs)
    if answer and answer.stretch and not answer.stretch.line.is_empty:  # all of it is a gap
        line = Style(color=_RED, width=5.0, opacity=0.85)
        yield _picture("km_stretch", STRETCH, "line", [answer.stretch.line], [""], line, crs)
    if places:
        dot = Style(color="#ffffff", fill=_RED, width=2.0, radius=7.0, fill_opacity=1.0)
        points = [place.point for place in places]
        yield _picture("km_place", PLACE, "point", points, _names(places), dot, crs)
    if spot:
        square = Style(
            color="#ffffff", fill=_BLUE, width=2.0, radius=7.0, shape="diamond", fill_opacity=1.0
        )
        yield _picture("km_spot", SPOT, "point", [spot.point], [""], square, crs)


def _names(places: Sequence[RoadPlace]) -> list[str]:
    return [f"{place.road.name} {place.chainage}" for place in places]


def _picture(
    name: str,
    title: Bilingual,
    geometry: GeometryKind,
    shapes: Sequence[shapely.Geometry],
    names: Sequence[str],
    style: Style,
    crs: str,
) -> Picture:
    frame = gpd.GeoDataFrame({"place_name": names}, geometry=list(shapes), crs=crs)
    drawn = drawing.picture(
        name, title, geometry, frame, _FIELDS, None, [LegendClass(title, style)]
    )
    return replace(drawn, layer=replace(drawn.layer, labels=_NAMED_FROM_ZOOM))
