"""Zones drawn as schematic areas of their stated size."""

import pandas as pd

import geopandas as gpd
from shapely.geometry import Polygon

from sample.facts import CRS, flags, locate, numbers, read_facts
from sample.partition import unite
from sample.places import at_places
from sample.shapes import area_around, grow, unknown_area
from sample.writing import Workshop

_M2_PER_HA = 10_000
_M2_PER_KM2 = 1_000_000


def build(workshop: Workshop) -> None:
    """Write `industrial_zones`, `urban_areas`, `economic_zone` and `geopark`."""
    outline = workshop.read("province_outline").geometry.iloc[0]
    communes = workshop.read("communes_2025")
    places = locate(read_facts(workshop.facts, "places"))
    _write_industrial(workshop, places, outline)
    _write_urban(workshop, places, outline)
    _write_extended(workshop, communes)


def _write_industrial(workshop: Workshop, places: gpd.GeoDataFrame, outline: Polygon) -> None:
    zones = at_places(read_facts(workshop.facts, "industrial_zones"), "zone_code", places)
    areas_ha = numbers(zones["area_ha"])
    zones = zones.assign(
        area_ha=areas_ha, area_known=areas_ha.notna(), wastewater=flags(zones["wastewater"])
    )
    sized = _sized(zones, "zone_code", areas_ha * _M2_PER_HA, outline)
    workshop.write("industrial_zones", sized)


def _write_urban(workshop: Workshop, places: gpd.GeoDataFrame, outline: Polygon) -> None:
    towns = at_places(read_facts(workshop.facts, "urban_areas"), "place", places)
    crosswalk = read_facts(workshop.facts, "urban_class_crosswalk").set_index("class_2023")
    areas_km2 = numbers(towns["area_km2"])
    towns = towns.drop(columns="place").assign(
        area_km2=areas_km2,
        area_known=areas_km2.notna(),
        in_plan_236=flags(towns["in_plan_236"]),
        class_2026=towns["class_2023"].map(crosswalk["class_2026"]),
        class_2026_basis=towns["class_2023"].map(crosswalk["source"]),
    )
    workshop.write("urban_areas", _sized(towns, "urban_code", areas_km2 * _M2_PER_KM2, outline))


def _sized(
    zones: gpd.GeoDataFrame, code: str, areas_m2: pd.Series, outline: Polygon
) -> gpd.GeoDataFrame:
    """Replace the points of `zones` by areas: of the stated size, or an unknown one's sign."""
    shapes = [
        unknown_area(point, outline)
        if pd.isna(area_m2)
        else area_around(point, area_m2, outline, name=name)
        for point, area_m2, name in zip(zones.geometry, areas_m2, zones[code], strict=True)
    ]
    return zones.set_geometry(gpd.GeoSeries(shapes, zones.index, crs=CRS))


def _write_extended(workshop: Workshop, communes: gpd.GeoDataFrame) -> None:
    """Write the zones that cover a list of units, some of them in part."""
    zones = read_facts(workshop.facts, "extended_zones")
    extents = read_facts(workshop.facts, "zone_extents")
    for k, row in zones.iterrows():
        units = extents[extents["zone_code"] == row["zone_code"]]
        whole = _cells(communes, units[units["extent"] == "whole"])
        shape = grow(whole, _cells(communes, units), float(row["area_km2"]) * _M2_PER_KM2)
        frame = zones.loc[[k]].drop(columns="layer").assign(area_km2=float(row["area_km2"]))
        workshop.write(row["layer"], gpd.GeoDataFrame(frame, geometry=[shape], crs=CRS))


def _cells(communes: gpd.GeoDataFrame, units: pd.DataFrame) -> Polygon:
    named = units.loc[units["unit_kind"] == "commune", "unit"]
    districts = units.loc[units["unit_kind"] == "district", "unit"]
    chosen = communes["name"].isin(named) | communes["former_district"].isin(districts)
    return unite(communes.geometry[chosen].array)
