"""The province's frame: outline, border line, communes of 2025."""

from pathlib import Path

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely
from shapely.geometry import LineString, Polygon

from geo_app.errors import DataError
from sample.facts import CRS, flags, locate, numbers, read_facts
from sample.partition import divide, unite
from sample.writing import Workshop

_ABROAD = "Quảng Tây (Trung Quốc)"


def build(workshop: Workshop) -> None:
    """Write `province_outline`, `border_line` and `communes_2025`."""
    corners = locate(read_facts(workshop.facts, "outline_points"))
    province = read_facts(workshop.facts, "province")
    communes = _communes(workshop.facts, Polygon(shapely.get_coordinates(corners.geometry)))
    # The cells' common edge, not the bare corners: so that outline and cells share every vertex.
    outline = unite(communes.geometry.array)
    _write_outline(workshop, province, outline)
    _write_border(workshop, province, _border(corners, outline))
    workshop.write("communes_2025", communes)


def _communes(facts: Path, outline: Polygon) -> gpd.GeoDataFrame:
    rows = locate(read_facts(facts, "communes_65"))
    sites, shares = shapely.get_coordinates(rows.geometry), numbers(rows["area_km2_attr"])
    return gpd.GeoDataFrame(
        {
            "commune_code": rows["nso_code"],
            "name": rows["name"],
            "kind": np.where(rows["name"].str.startswith("Phường"), "phuong", "xa"),
            "former_district": rows["former_district"],
            "area_km2": shares,
            "border_commune": flags(rows["border_commune"].map({"1": "true", "0": "false"})),
            "border_km": numbers(rows["cn_border_km_approx"]),
        },
        geometry=divide(outline, sites, shares.to_numpy()),
        crs=CRS,
    )


def _write_outline(workshop: Workshop, province: pd.DataFrame, outline: Polygon) -> None:
    frame = province[["province_code", "name", "source", "verified"]].assign(
        area_km2=numbers(province["area_km2"])
    )
    workshop.write("province_outline", gpd.GeoDataFrame(frame, geometry=[outline], crs=CRS))


def _write_border(workshop: Workshop, province: pd.DataFrame, border: LineString) -> None:
    frame = province[["source", "verified"]].assign(
        border_code="vn_cn_" + province["province_code"],
        name="Đường biên giới Việt Nam – Trung Quốc (sơ đồ)",
        border_km=numbers(province["border_km"]),
        note="Sơ đồ khái quát, không có giá trị pháp lý xác định biên giới quốc gia, mốc giới",
    )
    workshop.write("border_line", gpd.GeoDataFrame(frame, geometry=[border], crs=CRS))


def _border(corners: gpd.GeoDataFrame, outline: Polygon) -> LineString:
    """Return the stretch of the outline between the first and last corner facing abroad."""
    abroad = np.flatnonzero(corners["neighbour"] == _ABROAD)
    if not (np.diff(abroad) == 1).all():
        message = f"outline_points.csv: the corners facing {_ABROAD} are not one stretch"
        raise DataError(message)
    ring = shapely.get_coordinates(outline.exterior)[:-1]
    if not outline.exterior.is_ccw:
        ring = ring[::-1]
    ends = shapely.get_coordinates(corners.geometry.iloc[[abroad[0], abroad[-1]]])
    first, last = (int(np.abs(ring - end).sum(axis=1).argmin()) for end in ends)
    forward = _signed_area(corners) > 0
    start, stop = (first, last) if forward else (last, first)
    return LineString(np.roll(ring, -start, axis=0)[: (stop - start) % len(ring) + 1])


def _signed_area(corners: gpd.GeoDataFrame) -> float:
    ring = shapely.get_coordinates(corners.geometry)
    following = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]).sum())
