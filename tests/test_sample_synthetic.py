"""The made-up layers of the sample: what they hold, and what they were made to show."""

import importlib
import shutil
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import geopandas as gpd
import rasterio
import shapely
from rasterio.features import rasterize

from geo_app.domain.layer import Layer
from geo_app.storage.catalogue import read_catalogue

ROOT = Path(__file__).resolve().parents[1]
SHAPEFILES, RASTERS = ROOT / "data" / "shapefiles", ROOT / "data" / "rasters"
HARD = ("btn", "nhua", "btxm")
VECTORS = (
    "villages",
    "commune_centres",
    "settlements",
    "markets",
    "hospitals",
    "provincial_roads",
    "district_roads",
    "rural_roads",
    "bridges",
    "expressway_junctions",
    "forest",
    "forest_blocks_2014",
)


@cache
def layer(layer_id: str) -> Layer:
    return read_catalogue(ROOT / "layers").layer(layer_id)


@cache
def read(layer_id: str) -> gpd.GeoDataFrame:
    """Read a layer's file, columns under the fields' names."""
    frame = gpd.read_file(SHAPEFILES / f"{layer_id}.shp")
    fields = layer(layer_id).fields.values()
    return frame.rename(columns={field.source_field: field.name for field in fields})


@cache
def classes(year: int) -> np.ndarray:
    with rasterio.open(RASTERS / f"forest_{year}.tif") as raster:
        values: np.ndarray = raster.read(1)
    return values


@pytest.mark.parametrize("layer_id", VECTORS)
class TestEveryLayer:
    def test_has_the_fields_of_its_entry(self, layer_id: str) -> None:
        frame = gpd.read_file(SHAPEFILES / f"{layer_id}.shp")
        expected = {field.source_field for field in layer(layer_id).fields.values()}
        assert set(frame.columns) == expected | {"geometry"}

    def test_is_in_the_province_and_its_crs(self, layer_id: str) -> None:
        frame = read(layer_id)
        province = read("province_outline").union_all().buffer(1)
        assert frame.crs.to_epsg() == 9215
        shapely.prepare(province)
        assert shapely.covers(province, frame.geometry.to_numpy()).all()
        assert frame.is_valid.all()

    def test_has_a_key(self, layer_id: str) -> None:
        key = read(layer_id)[list(layer(layer_id).key)]
        assert key.notna().all(axis=None)
        assert not key.duplicated().any()

    def test_holds_only_known_codes(self, layer_id: str) -> None:
        for field in layer(layer_id).fields.values():
            column = read(layer_id)[field.name]
            assert not (field.required and column.isna().any()), field.name
            if field.values:
                assert set(column.dropna()) <= set(field.values), field.name

    def test_is_nfc_utf8(self, layer_id: str) -> None:
        assert (SHAPEFILES / f"{layer_id}.cpg").read_text() == "UTF-8"
        for name, column in read(layer_id).drop(columns="geometry").items():
            texts = [text for text in column if isinstance(text, str)]
            assert all(unicodedata.is_normalized("NFC", text) for text in texts), name

    def test_says_what_it_is(self, layer_id: str) -> None:
        sample = layer(layer_id).sample
        assert sample is not None
        expected = "schematic" if layer_id == "commune_centres" else "synthetic"
        assert expected in sample.marks


class TestVillages:
    def test_are_as_many_as_the_register_counts(self) -> None:
        assert len(read("villages")) == 1523
        assert set(read("villages")["kind"]) == {"thon"}

    def test_lie_in_their_commune(self) -> None:
        for layer_id in ("villages", "commune_centres"):
            frame = read(layer_id)
            communes = read("communes_2025").set_index("commune_code").geometry
            homes = communes.loc[frame["commune_code"]].to_numpy()
            assert shapely.covers(homes, frame.geometry.to_numpy()).all(), layer_id

    def test_stand_in_every_commune_more_of_them_in_larger_ones(self) -> None:
        counts = read("villages").groupby("commune_code").size()
        areas = read("communes_2025").set_index("commune_code").area
        assert len(counts) == 65
        assert counts[areas.idxmax()] > 2 * counts[areas.idxmin()]

    def test_codes_begin_with_the_commune(self) -> None:
        villages = read("villages")
        assert (villages["village_code"].str[:5] == villages["commune_code"]).all()
        assert (villages["village_code"].str.len() == 8).all()

    def test_register_is_below_the_target_and_not_complete(self) -> None:
        reported = read("villages")["road_hardened"]
        assert 0.70 < (reported == 1).sum() / 1523 < 0.80
        assert 5 < reported.isna().sum() < 40


class TestRoads:
    def test_most_ends_meet_another_road_exactly(self) -> None:
        touching, _ = ends_by_gap()
        assert touching > 1500

    def test_some_ends_miss_by_a_few_metres(self) -> None:
        _, near = ends_by_gap()
        assert 60 < near < 180

    def test_some_villages_are_not_reached(self) -> None:
        villages = read("villages").geometry.to_numpy()
        away = all_roads().query_nearest(villages, return_distance=True, all_matches=False)[1]
        assert (away < 60).sum() > 1400
        assert 30 < (away > 200).sum() < 100

    def test_some_stretches_are_not_hardened_and_some_not_known(self) -> None:
        for layer_id in ("district_roads", "rural_roads"):
            roads = read(layer_id)
            soft = roads["surface"].isin(("dat", "cap_phoi", "da_dam"))
            assert 0.02 < roads.loc[soft, "length_km"].sum() / roads["length_km"].sum() < 0.5
        assert read("rural_roads")["surface"].isna().any()
        assert read("provincial_roads")["grade"].isna().any()

    def test_every_commune_centre_is_on_a_road(self) -> None:
        centres = read("commune_centres").geometry.to_numpy()
        away = all_roads().query_nearest(centres, return_distance=True, all_matches=False)[1]
        assert (away < 250).all()

    def test_rules_have_something_to_find(self) -> None:
        roads = read("provincial_roads")
        below_v = roads["grade"] == "VI"
        assert 0 < below_v.sum() < len(roads) / 3
        least_m = roads["terrain"].map({"plain": 9.0, "mountain": 7.5})
        narrow = roads["grade"].isin(("V", "VI")) & (roads["roadbed_m"] < least_m)
        inside = shapely.STRtree(read("settlements").geometry).query(
            roads.geometry[narrow].to_numpy(), "intersects"
        )
        assert inside.shape[1] > 3

    def test_district_roads_wait_for_their_class(self) -> None:
        roads = read("district_roads")
        assert set(roads["road_class_2023"]) == {"huyen"}
        assert 0.4 < roads["road_class_now"].isna().mean() < 0.9

    def test_lengths_are_those_of_the_lines(self) -> None:
        for layer_id in ("provincial_roads", "district_roads", "rural_roads"):
            roads = read(layer_id)
            assert np.allclose(roads["length_km"], roads.length / 1000, atol=0.001)

    def test_bridges_stand_on_district_roads_some_weak(self) -> None:
        bridges = read("bridges")
        roads = shapely.multilinestrings(read("district_roads").geometry.to_numpy())
        assert bridges.distance(roads).max() < 0.01
        assert set(bridges["section_code"]) <= set(read("district_roads")["section_code"])
        assert 15 < (bridges["condition"] == "weak").sum() < 60
        assert (bridges.loc[bridges["condition"] == "weak", "load_t"] <= 10).all()

    def test_junctions_stand_on_expressways(self) -> None:
        junctions = read("expressway_junctions")
        lines = read("expressways").union_all()
        assert junctions.distance(lines).max() < 0.01
        assert (read("expressways")["status"] == "study").any()
        assert set(junctions["route_code"]) <= set(read("expressways")["route_code"])


def all_roads() -> shapely.STRtree:
    names = ("national_roads", "provincial_roads", "district_roads", "rural_roads")
    return shapely.STRtree(np.concatenate([read(name).geometry.to_numpy() for name in names]))


def ends_by_gap() -> tuple[int, int]:
    """Count ends of rural roads that touch another road, and those that miss one by 5 to 60 m."""
    tree = all_roads()
    borders = shapely.boundary(read("rural_roads").geometry.to_numpy())
    ends = np.array([shapely.Point(end) for end in shapely.get_coordinates(borders)])
    own = tree.query(ends, "dwithin", distance=61.0)
    gap = pd.Series(shapely.distance(ends[own[0]], tree.geometries[own[1]])).groupby(own[0])
    nearest = gap.apply(lambda distances: np.sort(distances)[1:2].sum())
    alone = gap.size() == 1  # only the road itself
    touching = (nearest < 0.01) & ~alone
    missing = nearest.between(5, 60) & ~alone
    return int(touching.sum()), int(missing.sum())


class TestForest:
    def test_blocks_do_not_overlap_and_are_large_enough(self) -> None:
        blocks = read("forest").geometry.to_numpy()
        assert 2500 <= len(blocks) <= 4000
        assert (shapely.area(blocks) >= 3000).all()
        one, other = shapely.STRtree(blocks).query(blocks, "intersects")
        pairs = one < other
        shared = shapely.intersection(blocks[one[pairs]], blocks[other[pairs]])
        assert shapely.area(shared).max() < 1.0

    def test_blocks_lie_in_their_commune_away_from_villages(self) -> None:
        forest = read("forest")
        communes = read("communes_2025").set_index("commune_code").geometry
        homes = communes.loc[forest["commune_code"]].to_numpy()
        outside = shapely.area(shapely.difference(forest.geometry.to_numpy(), homes))
        assert outside.max() < 1.0
        villages = read("villages").geometry.to_numpy()
        assert shapely.STRtree(forest.geometry).query(villages, "within").shape[1] == 0

    def test_official_share_leaves_out_what_is_not_formed(self) -> None:
        forest = read("forest")
        formed_ha = forest.loc[forest["formed"] == 1, "area_ha"].sum()
        young_ha = forest.loc[forest["formed"] == 0, "area_ha"].sum()
        assert 100 * formed_ha / 831_018 == pytest.approx(60.6, abs=0.6)
        assert young_ha == pytest.approx(9_600, abs=1_500)
        natural_ha = forest.loc[forest["origin"] == "natural", "area_ha"].sum()
        assert natural_ha == pytest.approx(295_400, rel=0.02)
        assert np.allclose(forest["area_ha"], forest.area / 1e4, atol=0.01)

    def test_attributes_agree_with_each_other(self) -> None:
        forest = read("forest")
        natural = forest["origin"] == "natural"
        assert forest.loc[natural, "year_planted"].isna().all()
        assert (forest.loc[natural, "stage"] == "natural").all()
        bare, young = forest["stage"] == "no_forest", forest["stage"] == "planted_young"
        assert ((forest["origin"] == "none") == bare).all()
        assert ((young | bare) == (forest["formed"] == 0)).all()
        assert forest.loc[young, "year_planted"].min() >= 2012
        assert set(forest["change_cause"][bare]) == {"harvested", "converted"}
        assert set(forest["type"]) == {"dac_dung", "phong_ho", "san_xuat", "ngoai_quy_hoach"}

    def test_the_file_of_the_year_before_has_the_published_areas(self) -> None:
        before = read("forest_blocks_2014")
        area_ha = before.groupby(before["stage"])["area_ha"].sum()
        assert area_ha["natural"] == pytest.approx(258_900, rel=0.001)
        assert area_ha["planted_young"] == pytest.approx(13_600, rel=0.001)
        planted_ha = area_ha["planted_young"] + area_ha["planted_formed"]
        assert planted_ha == pytest.approx(208_300, rel=0.001)
        assert set(before["forest_code"]) <= set(read("forest")["forest_code"])

    @pytest.mark.parametrize(("year", "published_pct"), [(2008, 44.1), (2015, 60.6)])
    def test_raster_has_the_published_share(self, year: int, published_pct: float) -> None:
        counts = np.bincount(classes(year).ravel(), minlength=5)
        assert len(counts) == 5
        share_pct = 100 * (counts[2] + counts[3]) / counts[1:].sum()
        assert share_pct == pytest.approx(published_pct, abs=0.02)

    @pytest.mark.parametrize("year", [2008, 2015])
    def test_raster_is_cloud_optimised(self, year: int) -> None:
        with rasterio.open(RASTERS / f"forest_{year}.tif") as raster:
            assert raster.crs.to_epsg() == 9215
            assert (raster.res, raster.nodata, raster.dtypes) == ((100, 100), 0, ("uint8",))
            assert raster.overviews(1)
            assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            legend = {
                value for row in layer(f"forest_{year}").legend.classes for value in row.values
            }
            assert legend == {"1", "2", "3", "4"}

    def test_most_forest_of_2008_still_stood_in_2015(self) -> None:
        before, after = classes(2008) > 1, classes(2015) > 1
        assert 0.005 < (before & ~after).sum() / before.sum() < 0.06

    def test_blocks_agree_with_the_raster_of_2015(self) -> None:
        with rasterio.open(RASTERS / "forest_2015.tif") as raster:
            shape, transform = raster.shape, raster.transform
        stages = {"no_forest": 1, "natural": 2, "planted_formed": 3, "planted_young": 4}
        pairs = zip(read("forest").geometry, read("forest")["stage"].map(stages), strict=True)
        burnt = rasterize(pairs, shape, fill=1, transform=transform, dtype="uint8")
        inside = classes(2015) > 0
        assert (burnt == classes(2015))[inside].mean() > 0.96


def test_files_are_small() -> None:
    vectors = [file for name in VECTORS for file in SHAPEFILES.glob(f"{name}.*")]
    assert sum(file.stat().st_size for file in vectors) < 9e6
    assert sum(RASTERS.joinpath(f"forest_{y}.tif").stat().st_size for y in (2008, 2015)) < 1.5e6


class TestMaking:
    @pytest.fixture(autouse=True)
    def on_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(str(ROOT / "data"))

    def test_apportion_gives_the_rest_to_the_largest_remainders(self) -> None:
        settlement = importlib.import_module("sample.settlement")
        counts = settlement.apportion(np.array([1.0, 1.0, 1.0, 2.0]), 6)
        assert counts.tolist() == [1, 1, 1, 3]  # exact: 1.2, 1.2, 1.2, 2.4

    def test_chains_end_at_stops_and_forks(self) -> None:
        network = importlib.import_module("sample.network")
        fork = [(1, 2), (2, 3), (2, 4), (4, 5)]
        assert network.chain(fork, set()) == [[1, 2], [2, 3], [2, 4, 5]]
        assert network.chain(fork, {4}) == [[1, 2], [2, 3], [2, 4], [4, 5]]

    def test_ways_join_groups_along_cheap_cells(self) -> None:
        network = importlib.import_module("sample.network")
        cost = np.full((3, 5), 10.0)
        cost[2, :] = 1.0
        sources, groups = np.array([10, 14]), np.array([0, 1])
        tree, loops = network.join_up(cost, sources, groups, 5)
        assert [sorted(way.cells) for way in tree] == [[10, 11, 12, 13, 14]]
        assert loops == []

    @pytest.mark.slow
    def test_a_second_build_gives_the_same_villages(self, tmp_path: Path) -> None:
        for name in ("province_outline", "communes_2025", "national_roads"):
            for file in SHAPEFILES.glob(f"{name}.*"):
                shutil.copy(file, tmp_path)
        settlement = importlib.import_module("sample.settlement")
        settlement.build(ROOT / "data" / "facts", tmp_path, tmp_path)
        again = gpd.read_file(tmp_path / "villages.shp")
        pd.testing.assert_frame_equal(again, gpd.read_file(SHAPEFILES / "villages.shp"))
