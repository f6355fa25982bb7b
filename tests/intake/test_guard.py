"""Where coordinates lie: told from the numbers, by fitting where they cannot tell, else asked."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geopandas as gpd
import shapely
from pyproj import CRS
from shapely import Point

from geo_app.domain.placement import Placement, placement_named, possible
from geo_app.domain.vn2000 import datum_shift, zone_like, zones
from geo_app.errors import CrsError
from geo_app.intake.guard import PlaceDiagnosis, diagnose_place, place

HOME = "EPSG:9215"
FRAME = (106.09, 21.32, 107.37, 22.47)
LON, LAT, EAST, NORTH = 106.7615, 21.8537, 449_314.377, 2_417_549.695
"""The first test vector: the same point in degrees (WGS 84) and in VN-2000 107-15."""


def at(x: float, y: float, declared: str | None = None) -> PlaceDiagnosis:
    point = gpd.GeoSeries([Point(x, y)])
    return diagnose_place(point, declared=declared, home=HOME, frame=FRAME)


def names(found: PlaceDiagnosis) -> list[str]:
    return [candidate.placement.name for candidate in found.candidates]


def codes(found: PlaceDiagnosis) -> set[str]:
    return {finding.code for finding in found.findings}


class TestNumbersAlone:
    @pytest.mark.parametrize(
        ("x", "y", "first", "code"),
        [
            (EAST, NORTH, "EPSG:9215", "crs_undeclared"),
            (NORTH, EAST, "EPSG:9215 swapped", "axes_swapped"),
            (EAST, NORTH - 2e6, "EPSG:9215 +N2000000", "northing_truncated"),
            (681_833.6, 2_417_783.2, "EPSG:3405", "crs_is_utm"),
            (18_682_012.0, 2_418_632.0, "EPSG:2044", "crs_is_hn72"),
            (LON, LAT, "EPSG:4326", "crs_is_degrees"),
            (LAT, LON, "EPSG:4326 swapped", "axes_swapped"),
        ],
    )
    def test_each_wrong_frame_of_the_test_vector(
        self, x: float, y: float, first: str, code: str
    ) -> None:
        found = at(x, y)
        assert names(found)[0] == first
        assert code in codes(found)
        assert found.candidates[0].centre == pytest.approx((LON, LAT), abs=0.003)

    @pytest.mark.parametrize(("x", "zone"), [(475_153.9, "EPSG:9214"), (526_832.4, "EPSG:9213")])
    def test_another_meridian_within_the_range_is_asked_for(self, x: float, zone: str) -> None:
        found = at(x, NORTH)
        assert not found.decided
        truth = Placement(zone).to("EPSG:4326", np.array([[x, NORTH]]))[0]
        assert truth == pytest.approx((LON, LAT), abs=0.002)
        assert zone in names(found) or zone == "EPSG:9213"

    def test_the_declared_place_is_taken_where_nothing_speaks_against_it(self) -> None:
        assert at(EAST, NORTH, HOME).decided
        assert codes(at(EAST, NORTH, HOME)) == set()
        asked = at(EAST, NORTH)
        assert not asked.decided
        assert asked.candidates[1].apart_m > 10_000

    def test_another_province_is_recognised(self) -> None:
        found = at(500_000, 1_200_000)
        assert (found.decided, found.candidates) == (False, ())
        assert codes(found) & {"crs_other_province", "outside_province"}
        assert "outside_province" in codes(at(1e9, 1e9))

    def test_degrees_and_metres_in_one_table(self) -> None:
        both = gpd.GeoSeries([Point(LON, LAT), Point(EAST, NORTH)])
        found = diagnose_place(both, declared=None, home=HOME, frame=FRAME)
        assert codes(found) == {"mixed_frames"}
        assert not found.decided

    def test_nothing_to_place(self) -> None:
        assert diagnose_place(gpd.GeoSeries([None]), declared=None, home=HOME, frame=FRAME).decided

    @settings(max_examples=30, deadline=None)
    @given(st.floats(106.2, 107.2), st.floats(21.5, 22.3), st.sampled_from(list(range(60))))
    def test_the_truth_is_among_the_candidates(self, lon: float, lat: float, which: int) -> None:
        ways = list(possible(HOME, recipes=False))
        way = ways[which % len(ways)]
        back = Placement(way.code).to("EPSG:4326", np.array([[500_000.0, 2_400_000.0]]))
        if not np.isfinite(back).all():
            return
        truth = np.array([[lon, lat]])
        written = _written(way, truth)
        found = diagnose_place(
            gpd.GeoSeries([Point(*written[0])]), declared=None, home=HOME, frame=FRAME
        )
        right = way.to(HOME, written)[0]
        placed = [c.placement.to(HOME, written)[0] for c in found.candidates]
        near = [float(np.hypot(*(each - right))) for each in placed]
        used = next((z.bounds for z in zones() if z.code == way.code), FRAME)
        west, south, east, north = used
        used_here = west - 1 <= lon <= east + 1 and south - 1 <= lat <= north + 1
        if way.code in {HOME, "EPSG:4326"} or used_here:
            assert not found.decided or min(near) <= 1.0


def _written(way: Placement, lonlat: np.ndarray) -> np.ndarray:
    """Return a place as coordinates that `way` reads back."""
    given = Placement("EPSG:4326").to(way.code, lonlat) - [way.add_east_m, way.add_north_m]
    return given[:, ::-1] if way.swapped else given


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(shared_data / "communes_2009_2019.gpkg")


@pytest.fixture(scope="module")
def communes(shared_data: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(shared_data / "communes_2025.gpkg").iloc[5:9]


class TestFitting:
    """Four communes of the real province, written wrongly, against the communes of before 2020."""

    @pytest.mark.parametrize(
        ("written", "declared", "code", "metres"),
        [
            ("EPSG:9215 unshifted", HOME, "datum_shift_missing", 224),
            ("EPSG:9215 k=0.9996", HOME, "scale_factor_wrong", 735),
            ("EPSG:9214", HOME, "crs_meridian_mismatch", 25_800),
            ("EPSG:4756", "EPSG:4326", "datum_shift_missing", 224),
        ],
    )
    def test_what_numbers_cannot_tell_is_told_and_asked(
        self,
        reference: gpd.GeoDataFrame,
        communes: gpd.GeoDataFrame,
        written: str,
        declared: str,
        code: str,
        metres: float,
    ) -> None:
        wrong = communes.to_crs(placement_named(written).crs).geometry
        found = diagnose_place(
            wrong, declared=declared, home=HOME, frame=FRAME, references=[reference]
        )
        assert names(found)[0] == written
        assert not found.decided  # the file says one thing, the lines in place another
        assert {code, "crs_contradicts_declared"} <= codes(found)
        (said,) = (f for f in found.findings if f.code == code)
        assert said.values["apart_m"] == pytest.approx(metres, rel=0.02)

    @pytest.mark.parametrize("written", ["EPSG:9215", "EPSG:9214", "EPSG:3405"])
    def test_what_is_undeclared_is_decided_by_the_fit(
        self, reference: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, written: str
    ) -> None:
        bare = communes.to_crs(written).geometry.set_crs(None, allow_override=True)
        found = diagnose_place(bare, declared=None, home=HOME, frame=FRAME, references=[reference])
        assert (found.decided, names(found)[0]) == (True, written)
        best = found.candidates[0]
        assert best.fit_m is not None
        assert best.fit_m < 60

    def test_a_right_file_is_left_in_place(
        self, reference: gpd.GeoDataFrame, communes: gpd.GeoDataFrame
    ) -> None:
        right = communes.to_crs(HOME).geometry
        found = diagnose_place(right, declared=HOME, home=HOME, frame=FRAME, references=[reference])
        assert (found.decided, names(found)[0], codes(found)) == (True, HOME, set())

    def test_the_shapefile_lies_where_the_same_communes_do(
        self, reference: gpd.GeoDataFrame, shared_data: Path
    ) -> None:
        """Its .prj names no code; each commune is within 1 m of the same in the GeoPackage."""
        file = gpd.read_file(shared_data / "shp_vn2000_tcvn3" / "xa_lang_son_tcvn3.shp")
        declared = file.crs.to_wkt()
        found = diagnose_place(file.geometry, declared=declared, home=HOME, frame=FRAME)
        placed = place(file, found.candidates[0].placement, HOME).set_index("MA_XA").geometry
        truth = reference.to_crs(HOME).set_index("code").geometry.loc[placed.index]
        apart = shapely.hausdorff_distance(placed.to_numpy(), truth.to_numpy())
        assert len(placed) == 226
        assert float(apart.max()) < 1.0


class TestPlacing:
    def test_the_test_vectors_within_a_millimetre(self) -> None:
        degrees = np.array([[106.7615, 21.8537], [106.7110, 21.9707]])
        metres = np.array([[449_314.377, 2_417_549.695], [444_140.176, 2_430_521.494]])
        assert Placement("EPSG:4326").to(HOME, degrees) == pytest.approx(metres, abs=1e-3)

    def test_the_shift_is_the_official_one(self) -> None:
        assert datum_shift(HOME, "EPSG:4326") == "EPSG:6960"
        assert datum_shift("EPSG:9214", HOME) == "none"
        assert Placement("EPSG:2044").shift == "EPSG:1544"

    def test_what_each_recipe_costs(self) -> None:
        point = np.array([[EAST, NORTH]])
        apart = {
            recipe: float(np.hypot(*(Placement(HOME, recipe).to(HOME, point)[0] - point[0])))
            for recipe in ("unshifted", "k=0.9996")
        }
        assert apart == pytest.approx({"unshifted": 224.3, "k=0.9996": 725.7}, abs=0.2)

    def test_names_are_read_back(self) -> None:
        for way in possible(HOME, recipes=True):
            assert placement_named(way.name) == way
            assert way.title.vi != way.title.en or "EPSG" not in way.title.vi
        for wrong in ("9215", "EPSG:9215 upside-down", "", "EPSG:999999"):
            with pytest.raises(CrsError, match="--crs"):
                placement_named(wrong)
        with pytest.raises(CrsError, match="no transverse Mercator zone"):
            _ = Placement("EPSG:4326", "unshifted").crs

    def test_coordinates_that_lead_nowhere(self) -> None:
        frame = gpd.GeoDataFrame(geometry=[Point(1e30, 1e30)])
        with pytest.raises(CrsError, match=r"cannot be brought from EPSG:9215 to EPSG:4326"):
            place(frame, Placement(HOME), "EPSG:4326")


def test_the_table_of_zones_is_the_registry() -> None:
    found = {zone.code: zone.meridian for zone in zones()}
    assert found[HOME] == 107.25
    assert found["EPSG:9210"] == 105.75
    assert found["EPSG:5899"] == 107.75
    assert len(found) == 20
    for code in found:
        like = zone_like(CRS(code))
        assert like is not None
        assert like.code == code
    assert zone_like(CRS("EPSG:4326")) is None
    assert zone_like(CRS("EPSG:3857")) is None
