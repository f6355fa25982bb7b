"""Whether a site lies in the province; elsewhere its layers say nothing."""

import numpy as np

import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo_app.domain.result import Notice
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.inputs import Inputs
from geo_app.studies.site_near import Site

NEAR_M = 1_000.0
"""Outlines are generalised: gates on the border lie up to 0.8 km outside."""

PARTLY = Bilingual(
    "{names}: một phần nằm ngoài tỉnh; ngoài đó không có số liệu.",
    "{names}: partly outside the province, where there are no data.",
)


def require_inside(inputs: Inputs, site: Site) -> list[Notice]:
    """
    Refuse footprints outside the province.

    Returns
    -------
    notices
        That some lie partly outside.

    Raises
    ------
    DataError
        If one lies outside by more than `NEAR_M`.
    """
    ground = _ground(inputs)
    away = shapely.distance(site.shapes, ground)
    for at in np.flatnonzero(away > NEAR_M):
        raise _outside(inputs, site, int(at), float(away[at]), ground)
    partly = ~shapely.covers(ground.buffer(NEAR_M), site.shapes)
    if not partly.any():
        return []
    names = ", ".join(site.names[at] for at in np.flatnonzero(partly)[:5])
    return [Notice("partly_outside", PARTLY.filled(names=names))]


def _outside(inputs: Inputs, site: Site, at: int, away_m: float, ground: BaseGeometry) -> DataError:
    settings, name, shape = inputs.ws.settings, site.names[at], site.shapes[at]
    x, y = shape.representative_point().coords[0]
    hint = Bilingual(
        f"xem lại tọa độ và hệ tọa độ ({settings.crs}, hoặc kinh độ, vĩ độ)",
        f"check the coordinates and their system ({settings.crs}, or degrees as longitude, "
        "latitude)",
    )
    turned = shapely.transform(shape, lambda xy: xy[:, ::-1])
    if shapely.distance(turned, ground) <= NEAR_M:
        hint = Bilingual(
            "hai tọa độ bị đảo: x là hướng Đông, y là hướng Bắc",
            "x and y are the wrong way round: x is east, y is north",
        )
    return DataError(
        f"site: footprint {name!r} lies {away_m / 1_000:,.0f} km outside {settings.title_en}, at "
        f"x {x:,.0f}, y {y:,.0f}; {hint.en}",
        vi=f"Hình “{name}” nằm cách {settings.title_vi} {away_m / 1_000:.0f} km, tại x {x:.0f}, "
        f"y {y:.0f}; {hint.vi}.",
    )


def _ground(inputs: Inputs) -> BaseGeometry:
    """Return the province's outline, or where its CRS is used until there is one."""
    ws = inputs.ws
    if inputs.available(ws.settings.outline):
        read = inputs.features(ws.settings.outline, kinds=["polygon"])
        outline: BaseGeometry = read.geometry.union_all()
        if not outline.is_empty:
            return outline
    to_province = Transformer.from_crs("EPSG:4326", ws.settings.crs, always_xy=True)
    frame: BaseGeometry = shapely.box(*to_province.transform_bounds(*ws.bounds_lonlat))
    return frame
