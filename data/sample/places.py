"""Former districts, old communes, towns, gates, dry ports and sites."""

import pandas as pd

import geopandas as gpd
from shapely.geometry import LineString, Point

from sample.curves import nearest_on
from sample.facts import CRS, flags, locate, numbers, read_facts
from sample.partition import unite
from sample.writing import Workshop

_PLACE_KINDS = ("seat_province", "seat_district_old", "town", "urban_planned")
_PROVENANCE = ["source", "accuracy", "verified"]


def build(workshop: Workshop) -> None:
    """Write the layers of former units and of points."""
    communes = workshop.read("communes_2025")
    border = workshop.read("border_line").geometry.iloc[0]
    _write_districts(workshop, communes)
    _write_mergers(workshop, communes)
    places = locate(read_facts(workshop.facts, "places"))
    _write_places(workshop, places)
    _write_gates(workshop, border)
    _write_clearance_routes(workshop, border)
    ports = at_places(read_facts(workshop.facts, "dry_ports"), "port_code", places)
    workshop.write("dry_ports", ports)
    sites = at_places(read_facts(workshop.facts, "tourism_sites"), "site_code", places)
    workshop.write("tourism_sites", sites.assign(area_ha=numbers(sites["area_ha"])))


def at_places(rows: pd.DataFrame, column: str, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give `rows` the name, commune and point of the place whose id stands in `column`."""
    found = places.set_index("id").loc[rows[column]]
    named = {} if "name" in rows else {"name": found["name"].to_numpy()}
    rows = rows.assign(**named, commune_now=found["commune_now"].to_numpy())
    return gpd.GeoDataFrame(rows, geometry=found.geometry.to_numpy(), crs=CRS)


def _write_districts(workshop: Workshop, communes: gpd.GeoDataFrame) -> None:
    rows = read_facts(workshop.facts, "districts_2023")
    exact = flags(rows["exact"])
    cells = communes.geometry.groupby(communes["former_district"])
    shapes = [unite(cells.get_group(name).array) for name in rows["name"]]
    frame = rows[["district_code", "name", *_PROVENANCE]].assign(
        area_km2=numbers(rows["area_km2"]),
        exact=exact,
        drawn_as=exact.map({True: "union", False: "approximate"}),
    )
    workshop.write("districts_2023", gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS))


def _write_mergers(workshop: Workshop, communes: gpd.GeoDataFrame) -> None:
    rows = read_facts(workshop.facts, "commune_mergers")
    names = communes.set_index("commune_code")["name"]
    frame = rows.drop(columns=["seq", "accuracy"]).assign(
        merger_code=rows["new_code"] + "-" + rows["seq"],
        new_name=rows["new_code"].map(names),
        split=flags(rows["split"]),
        share_pct=float("nan"),  # the resolution names the units, not the part that went where
    )
    workshop.write("commune_mergers", frame)


def _write_places(workshop: Workshop, places: gpd.GeoDataFrame) -> None:
    towns = places[places["type"].isin(_PLACE_KINDS)]
    kept = ["name", "commune_now", "note", *_PROVENANCE, "geometry"]
    workshop.write("places", towns[kept].assign(place_code=towns["id"], kind=towns["type"]))


def _write_gates(workshop: Workshop, border: LineString) -> None:
    rows = _on_border(locate(read_facts(workshop.facts, "border_gates")), border)
    rows = rows.drop(columns=["lat", "lon"]).assign(approximate=rows["accuracy"] == "C")
    workshop.write("border_gates", rows)


def _write_clearance_routes(workshop: Workshop, border: LineString) -> None:
    rows = _on_border(locate(read_facts(workshop.facts, "clearance_routes")), border)
    workshop.write("clearance_routes", rows.drop(columns=["lat", "lon"]))


def _on_border(rows: gpd.GeoDataFrame, border: LineString) -> gpd.GeoDataFrame:
    """Move points onto the drawn border, and note how far."""
    on_line = [nearest_on(border, point) for point in rows.geometry]
    moved = [round(a.distance(b), 1) for a, b in zip(rows.geometry, on_line, strict=True)]
    points = [Point(round(point.x, 2), round(point.y, 2)) for point in on_line]
    return rows.assign(moved_m=moved).set_geometry(gpd.GeoSeries(points, rows.index, crs=CRS))
