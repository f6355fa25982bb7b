"""
Made-up local roads: provincial, district, commune and village roads, bridges, junctions.

Commune centres are joined with each other and with the national roads, villages with what runs
nearest. Roads that meet share a vertex, but for gaps left on purpose: some roads end 5–60 m
short of the one they should join, some never reach their village.
"""

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from sample.byways import lay_byways
from sample.crossings import open_junctions, span_rivers
from sample.facts import CRS, locate, read_facts
from sample.ground import Ground, survey
from sample.land import Land, open_workshop, read_land
from sample.roadbook import GRADES, SURFACES, draw, upkeep_years, widths
from sample.services import read_towns
from sample.tracing import draw_line, split_even
from sample.trunk import Route, lay_trunk
from sample.writing import Workshop

_SEED = 2023
_LONGEST_STEPS = 32  # about 7 km
_POOR = {"tinh": 0.03, "huyen": 0.1}  # share of the sections with an unhardened surface
_OUTLETS = {
    "Thái Nguyên": ("lien_tinh_tay_bac", (0.2, 0.75)),
    "Cao Bằng": ("lien_tinh_tay_bac", (0.3,)),
    "Bắc Ninh": ("lien_tinh_dong_nam", (0.3, 0.8)),
    "Quảng Ninh": ("lien_tinh_dong_nam", (0.5,)),
}
_GATES = ("ck_huu_nghi", "ck_chi_ma", "ck_tan_thanh")  # those shown at every zoom
_VILLAGE_OFFSET_M = 25.0


def build(facts: Path, shapefiles: Path, rasters: Path) -> None:  # noqa: ARG001
    """Write the local roads, the bridges and the expressway junctions."""
    workshop = open_workshop(facts, shapefiles)
    rng = np.random.default_rng(_SEED)
    land = read_land(workshop)
    villages = workshop.read("villages")
    towns = read_towns(workshop)
    expressways = workshop.read("expressways")
    started = expressways[expressways["status"] != "study"]
    junctions = open_junctions(started, towns.geometry)
    stops = _gather_stops(workshop, land, towns, junctions)
    centres = shapely.get_coordinates(villages.geometry)
    off = rng.uniform(-_VILLAGE_OFFSET_M, _VILLAGE_OFFSET_M, centres.shape).round(1)
    doors = gpd.GeoSeries(shapely.points(centres + off), crs=CRS)  # a village lies by its road
    ground = survey(land, [doors, stops.geometry[::-1]])
    routes = lay_trunk(ground, stops)
    byways, joints = lay_byways(ground, land.communes, villages, _steps_of(routes))
    sections = _draw_sections(routes, ground, joints, rng)
    provincial, district = (sections[sections["road_class_2023"] == c] for c in ("tinh", "huyen"))
    workshop.write("provincial_roads", provincial)
    district = district.drop(columns="purpose").reset_index(drop=True)
    workshop.write("district_roads", district)
    workshop.write("rural_roads", byways)
    workshop.write("bridges", span_rivers(district, rng))
    workshop.write("expressway_junctions", junctions)


def _gather_stops(
    workshop: Workshop, land: Land, towns: gpd.GeoDataFrame, junctions: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Collect the points that provincial and district roads lead to, and why."""
    gates = workshop.read("border_gates")
    gates = gates[gates["gate_code"].isin(_GATES)]
    parts = [
        workshop.read("commune_centres")[["geometry"]].assign(purpose=None),
        towns[["geometry"]].assign(purpose=None),
        gates[["geometry"]].assign(purpose="cua_khau"),
        _industry(workshop.facts),
        junctions[["geometry"]].assign(purpose="cao_toc"),
        _outlets(workshop.facts),
    ]
    stops = pd.concat(parts, ignore_index=True)
    # A road starts inside the outline: its cell must be one that roads may cross.
    room = land.outline.buffer(-2 * land.grid.cell_m)
    inside = shapely.shortest_line(room, stops.geometry.to_numpy())
    return stops.set_geometry(gpd.GeoSeries(shapely.get_point(inside, 0), crs=CRS))


def _industry(facts: Path) -> gpd.GeoDataFrame:
    """Read the industrial parks and clusters."""
    places = locate(read_facts(facts, "places"))
    chosen = places["type"].isin(("industrial_park", "industrial_cluster"))
    return places.loc[chosen, ["geometry"]].assign(purpose="khu_cum_cn")


def _outlets(facts: Path) -> gpd.GeoDataFrame:
    """Choose where provincial roads leave for the neighbouring provinces."""
    corners = locate(read_facts(facts, "outline_points"))
    points, purposes = [], []
    for neighbour, (purpose, shares) in _OUTLETS.items():
        side = corners.geometry[corners["neighbour"] == neighbour]
        points += [side.iloc[int(share * len(side))] for share in shares]
        purposes += [purpose] * len(shares)
    return gpd.GeoDataFrame({"purpose": purposes}, geometry=points, crs=CRS)


def _steps_of(routes: list[Route]) -> set[tuple[int, int]]:
    pairs = ((a, b) for route in routes for run in route.runs for a, b in itertools.pairwise(run))
    return {(min(pair), max(pair)) for pair in pairs}


def _draw_sections(
    routes: list[Route], ground: Ground, joints: set[int], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Cut the routes into sections and fill in the register."""
    rows, lines = [], []
    serials: Counter[str] = Counter()
    for route in routes:
        letters = "DT" if route.road_class == "tinh" else "DH"
        code = f"{letters}{route.number}"
        for cells in (part for run in route.runs for part in split_even(run, _LONGEST_STEPS)):
            serials[code] += 1
            steep = ground.steep.ravel()[cells].mean() > 0.5
            rows.append(
                {
                    "section_code": f"{code}-{serials[code]:02d}",
                    "route_code": code,
                    "name": f"{letters.replace('D', 'Đ')}.{route.number} (mẫu)",
                    "road_class_2023": route.road_class,
                    "purpose": route.purpose,
                    "terrain": "mountain" if steep else "plain",
                }
            )
            lines.append(draw_line(cells, ground.points, joints))
    frame = gpd.GeoDataFrame(rows, geometry=lines, crs=CRS)
    return _fill_register(frame, rng)


def _fill_register(frame: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    kinds = frame["purpose"].fillna(frame["road_class_2023"])
    grades = [draw(GRADES[kind], 1, rng)[0] for kind in kinds]
    frame["grade"] = grades
    poor = rng.random(len(frame)) < frame["road_class_2023"].map(_POOR)
    surfaces = np.where(poor & frame["purpose"].isna(), "poor", frame["road_class_2023"])
    frame["surface"] = [draw(SURFACES[kind], 1, rng)[0] for kind in surfaces]
    frame["road_class_now"] = _reassign(frame["road_class_2023"], rng)
    frame[["width_m", "roadbed_m"]] = widths(grades, frame["terrain"], rng)
    frame["year_maintained"] = upkeep_years(len(frame), rng, 0.55)
    frame["length_km"] = (frame.length / 1000).round(3)
    return frame


def _reassign(before: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Say what a road is since districts ended: of most district roads it is not known."""
    now = draw({"tinh": 0.14, "xa": 0.22, None: 0.64}, len(before), rng)
    return before.where(before == "tinh", pd.Series(now, dtype=object))
