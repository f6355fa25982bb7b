"""Made-up settlements (built-up areas), markets and hospitals."""

import numpy as np
import pandas as pd

import geopandas as gpd
import shapely

from sample.facts import CRS, locate, read_facts
from sample.grid import Floats
from sample.writing import Workshop

_SEED = 65
_KINDS = ("do_thi", "trung_tam_xa", "khu_dan_cu")  # a settlement takes the first it contains
_LARGE_VILLAGE = 118  # households from which a village is drawn as a settlement
_MARKETS = 0.8  # share of the communes with a market at their centre
_HARMONICS = np.array([2, 3, 5])


def build(workshop: Workshop, villages: gpd.GeoDataFrame, centres: gpd.GeoDataFrame) -> None:
    """Write settlements, markets and hospitals around the villages, centres and towns."""
    rng = np.random.default_rng(_SEED)
    communes = workshop.read("communes_2025")
    towns = read_towns(workshop)
    workshop.write("settlements", _draw_settlements(villages, centres, towns, communes, rng))
    workshop.write("markets", _open_markets(centres, towns, communes, rng))
    workshop.write("hospitals", _open_hospitals(towns, communes, rng))


def read_towns(workshop: Workshop) -> gpd.GeoDataFrame:
    """Read the former towns: the province's seat first, then the seats of the districts."""
    places = locate(read_facts(workshop.facts, "places"))
    rank = places["id"].str[:3].map({"tp_": 0, "tt_": 1})
    seats = places["type"].str.startswith("seat")
    places = places.assign(rank=rank + (~seats), seat=seats)
    return places[rank.notna()].sort_values(["rank", "id"]).reset_index(drop=True)


def _draw_settlements(
    villages: gpd.GeoDataFrame,
    centres: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    large = villages[villages["households"] >= _LARGE_VILLAGE]
    radius = 12 * np.sqrt(large["households"].to_numpy())
    blobs = [
        *_draw_blobs(towns, rng.uniform(650, 1100, len(towns)) + 500 * (towns["rank"] == 0), rng),
        *_draw_blobs(centres, rng.uniform(300, 520, len(centres)), rng),
        *_draw_blobs(large, radius, rng),
    ]
    kinds = np.repeat([0, 1, 2], [len(towns), len(centres), len(large)])
    merged = np.array(shapely.get_parts(shapely.union_all(blobs)))
    merged = shapely.intersection(merged, communes.union_all())
    part, blob = shapely.STRtree(blobs).query(merged, "intersects")
    kind = pd.Series(kinds[blob]).groupby(part).min().to_numpy()
    frame = gpd.GeoDataFrame({"kind": np.array(_KINDS)[kind]}, geometry=merged, crs=CRS)
    frame = assign_commune(frame, communes)
    frame["settlement_code"] = number_within("KDC", frame["commune_code"])
    serial = frame["settlement_code"].str[-2:].astype(int).astype(str)
    frame["name"] = "Khu dân cư " + serial + " – " + frame.pop("commune")
    frame["area_ha"] = (frame.area / 1e4).round(2)
    return frame


def _draw_blobs(
    places: gpd.GeoDataFrame, radius_m: Floats, rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Draw an irregular round shape about each place."""
    angle = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    blobs = []
    for point, radius in zip(shapely.get_coordinates(places.geometry), radius_m, strict=True):
        phase = rng.uniform(0, 2 * np.pi, 3)[:, None]
        swell = 1 + (np.sin(_HARMONICS[:, None] * angle + phase) * 0.14).sum(axis=0)
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (radius * swell)[:, None]
        blobs.append(shapely.Polygon((point + ring).round(1)))
    return blobs


def _open_markets(
    centres: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    kept = centres[rng.random(len(centres)) < _MARKETS]
    grade = ["hang_1" if rank == 0 else "hang_2" for rank in towns["rank"]] + ["hang_3"] * len(kept)
    stalls = {"hang_1": (400, 700), "hang_2": (200, 400), "hang_3": (20, 180)}
    sites = [*towns.geometry, *kept.geometry]
    markets = assign_commune(_beside(sites, rng), communes)
    markets["kind"] = grade
    markets["stalls"] = [int(rng.integers(*stalls[kind])) for kind in grade]
    built = pd.Series(rng.integers(1996, 2025, len(markets)), dtype="Int64")
    markets["year_built"] = built.mask(rng.random(len(markets)) < 0.15)
    markets["market_code"] = number_within("CHO", markets["commune_code"])
    serial = markets["market_code"].str[-2:].astype(int).astype(str)
    markets["name"] = "Chợ mẫu " + serial + " – " + markets.pop("commune")
    return markets


def _open_hospitals(
    towns: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Open two provincial hospitals at the province's seat, a health centre at the others."""
    seats = towns[towns["seat"]]
    capital = seats[seats["rank"] == 0]
    sites = [*capital.geometry, *capital.geometry, *seats.geometry[len(capital) :]]
    provincial = 2 * len(capital)
    frame = assign_commune(_beside(sites, rng, (250, 600)), communes)
    frame["kind"] = np.where(frame.index < provincial, "benh_vien_tinh", "trung_tam_y_te")
    beds = np.where(frame.index < provincial, rng.integers(300, 700), rng.integers(80, 220))
    frame["beds"] = (beds + rng.integers(-40, 40, len(frame))) // 10 * 10
    frame["hospital_code"] = number_within("YT", frame["commune_code"])
    title = np.where(frame["kind"] == "benh_vien_tinh", "Bệnh viện mẫu ", "Trung tâm y tế mẫu ")
    serial = frame["hospital_code"].str[-2:].astype(int).astype(str)
    frame["name"] = title + serial + " – " + frame.pop("commune")
    return frame


def _beside(
    sites: list[shapely.Point], rng: np.random.Generator, away_m: tuple[int, int] = (60, 180)
) -> gpd.GeoDataFrame:
    """Place a point at a short way from each site."""
    angle = rng.uniform(0, 2 * np.pi, len(sites))
    step = np.stack([np.cos(angle), np.sin(angle)], axis=1) * rng.uniform(*away_m, (len(sites), 1))
    points = shapely.points((shapely.get_coordinates(sites) + step).round(1))
    return gpd.GeoDataFrame(geometry=points, crs=CRS)


def assign_commune(features: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add `commune_code` and the commune's name: where a point of each feature lies."""
    points = shapely.point_on_surface(features.geometry.to_numpy())
    nearest = shapely.STRtree(communes.geometry).nearest(points)
    found = communes.iloc[nearest]
    return features.assign(
        commune_code=found["commune_code"].to_numpy(), commune=found["name"].to_numpy()
    )


def number_within(prefix: str, groups: pd.Series) -> pd.Series:
    """
    Return a serial code for each row within its group: prefix, group, two digits.

    >>> number_within("CHO", pd.Series(["06001", "06001"])).tolist()
    ['CHO-06001-01', 'CHO-06001-02']
    """
    serial = groups.groupby(groups).cumcount() + 1
    return prefix + "-" + groups + "-" + serial.astype(str).str.zfill(2)
