"""What is here, and where is that."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

import geopandas as gpd
from pyproj import Transformer
from shapely import Point, box

from geo_app.domain.access import ANONYMOUS, OWNER
from geo_app.domain.version import Version
from geo_app.errors import UnknownError
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.lookup import (
    Entry,
    Hit,
    click_tolerance_m,
    gazetteer,
    identify,
    outline_json,
    place,
    search,
)

MakeWorkspace = Callable[..., Workspace]
PublishFrame = Callable[[Workspace, str, pd.DataFrame], Version]
TO_DEGREES = Transformer.from_crs("EPSG:9210", "EPSG:4326", always_xy=True)


def at(ws: Workspace, x: float, y: float, *layers: str, within_m: float = 0.0) -> list[Hit]:
    """Identify at x, y metres from the province's corner."""
    lon, lat = TO_DEGREES.transform(500_000 + x, 1_200_000 + y)
    hits, _ = identify(ws, lon, lat, layers, tolerance_m=within_m)
    return hits


def names(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.kind, entry.title.vi) for entry in entries]


class TestIdentify:
    def test_the_polygon_that_holds_the_point(self, small_province: Workspace) -> None:
        (hit,) = at(small_province, 7_000, 2_000, "communes", within_m=1e6)
        assert hit.values["name"] == "Đồng Đăng"
        assert hit.distance_m == 0
        assert hit.version.id == small_province.published.versions["communes"]
        assert hit.geometry is not None
        assert hit.geometry.bounds[0] > 105

    def test_a_line_within_the_tolerance_only(self, small_province: Workspace) -> None:
        assert at(small_province, 5_010, 2_000, "roads", within_m=9) == []
        (hit,) = at(small_province, 5_010, 2_000, "roads", within_m=11)
        assert hit.values["section_code"] == "R1"
        assert hit.distance_m == pytest.approx(10, abs=0.01)

    def test_the_tolerance_is_a_circle(self, small_province: Workspace) -> None:
        """At 8 m east and 8 m north of W1 the distance is 11.3 m."""
        assert at(small_province, 1_008, 1_008, "wells", within_m=11) == []
        (hit,) = at(small_province, 1_008, 1_008, "wells", within_m=12)
        assert hit.values["well_code"] == "W1"

    def test_nearest_first(self, small_province: Workspace) -> None:
        hits = at(small_province, 1_600, 1_000, "wells", within_m=1_500)
        assert [hit.values["well_code"] for hit in hits] == ["W2", "W1", "W3"]
        assert [round(hit.distance_m) for hit in hits] == [400, 600, 1_400]

    def test_a_raster_s_cell(self, small_province: Workspace) -> None:
        for x, y, value in ((1_010, 2_290, 1), (1_160, 2_290, 2)):
            (hit,) = at(small_province, x, y, "cover")
            assert hit.values == {"value": value}
            assert hit.geometry is None
        assert at(small_province, 1_010, 2_005, "cover") == []
        assert at(small_province, 9_000, 9_000, "cover") == []

    def test_topmost_first(self, small_province: Workspace) -> None:
        everything = [layer.id for layer in small_province.layers]
        hits = at(small_province, 1_000, 1_000, *everything, within_m=10)
        assert [hit.layer.id for hit in hits] == ["wells", "communes", "province_outline"]
        reverse = at(small_province, 1_000, 1_000, *reversed(everything), within_m=10)
        assert [hit.layer.id for hit in reverse] == [hit.layer.id for hit in hits]

    def test_a_layer_asked_twice_answers_once(self, small_province: Workspace) -> None:
        assert len(at(small_province, 1_000, 1_000, "wells", "wells", within_m=1)) == 1

    def test_layers_without_answer(self, small_province: Workspace) -> None:
        assert at(small_province, 1_000, 1_000, "schools", "old_units", within_m=100) == []
        with pytest.raises(UnknownError, match="there is no layer 'x'"):
            at(small_province, 1_000, 1_000, "x")

    @pytest.mark.parametrize(("lon", "lat"), [(-75, -10), (0, 90), (105.8, 95), (285.8, 10.9)])
    def test_elsewhere_on_earth_and_off_it(
        self, small_province: Workspace, lon: float, lat: float
    ) -> None:
        layers = ["communes", "wells", "cover"]
        assert identify(small_province, lon, lat, layers, tolerance_m=10) == ([], False)

    def test_no_more_than_five_of_a_layer(
        self, small_workspace: MakeWorkspace, publish_frame: PublishFrame
    ) -> None:
        ws = small_workspace()
        spots = [Point(501_000, 1_201_000 + n) for n in range(7)]
        columns = {"well_code": [f"W{n}" for n in range(7)]}
        publish_frame(ws, "wells", gpd.GeoDataFrame(columns, geometry=spots, crs="EPSG:9210"))
        lon, lat = TO_DEGREES.transform(501_000, 1_201_000)
        for tolerance_m, found, limited in ((4.5, 5, False), (10, 5, True), (1.5, 2, False)):
            hits, more = identify(ws.latest(), lon, lat, ["wells"], tolerance_m=tolerance_m)
            assert (len(hits), more) == (found, limited)
            assert [hit.values["well_code"] for hit in hits][:2] == ["W0", "W1"]

    def test_only_what_the_reader_may_see(self, small_province: Workspace) -> None:
        for user, seen in ((ANONYMOUS, False), (OWNER, True)):
            (hit,) = at(small_province.as_user(user), 1_000, 1_000, "wells", within_m=1)
            assert ("phone" in hit.values) is seen

    def test_a_click_is_wider_the_farther_one_stands(self) -> None:
        # At zoom 0 the equator is 256 pixels: 8 of them are 1/32 of 40 075 km.
        assert click_tolerance_m(0, 0) == pytest.approx(1_252_344, rel=1e-6)
        assert click_tolerance_m(0, 1) == pytest.approx(626_172, rel=1e-6)
        assert click_tolerance_m(60, 0) == pytest.approx(626_172, rel=1e-6)

    def test_place(self, small_province: Workspace) -> None:
        lon, lat = TO_DEGREES.transform(501_000, 1_202_000)
        assert place(small_province, lon, lat) == {
            "lon": lon,
            "lat": lat,
            "e_m": 501_000.0,
            "n_m": 1_202_000.0,
            "crs": "EPSG:9210",
        }

    def test_an_outline_is_thinned_to_what_a_screen_shows(self, small_province: Workspace) -> None:
        (hit,) = at(small_province, 7_000, 2_000, "communes")
        outline = outline_json(hit)
        assert outline is not None
        assert outline["type"] == "Polygon"
        assert len(outline["coordinates"][0]) == 5
        many = replace(hit, geometry=Point(105, 10).buffer(1, quad_segs=1_000))
        thinned = outline_json(many)
        assert thinned is not None
        assert len(thinned["coordinates"][0]) < 200
        (cell,) = at(small_province, 1_010, 2_290, "cover")
        assert outline_json(cell) is None


class TestSearch:
    @pytest.mark.parametrize("text", ["Đồng Đăng", "dong dang", "ĐỒNG  ĐĂNG", "Phường Đồng Đăng"])
    def test_with_and_without_accents_and_kind(self, small_province: Workspace, text: str) -> None:
        assert names(search(small_province, text))[0] == ("unit", "Đồng Đăng")

    def test_tone_marks_may_stand_elsewhere(self, small_province: Workspace) -> None:
        for text in ("Thụy Hùng", "Thuỵ Hùng", "thuy hung"):
            assert names(search(small_province, text)) == [("unit", "Thuỵ Hùng")]

    def test_units_then_former_units_then_what_holds_the_word(
        self, small_province: Workspace
    ) -> None:
        assert names(search(small_province, "hoa binh")) == [
            ("unit", "Hòa Bình"),
            ("former_unit", "Hòa Bình"),
            ("project", "Chương trình giếng Hòa Bình"),
            ("feature", "Đường Hòa Bình"),
        ]

    def test_beginnings_before_words_inside(self, small_province: Workspace) -> None:
        assert names(search(small_province, "hoa")) == [
            ("unit", "Hòa Bình"),
            ("former_unit", "Hòa Bình"),
            ("project", "Chương trình giếng Hòa Bình"),  # "Hòa Bình well programme"
            ("unit", "Ân Hòa"),
            ("feature", "Đường Hòa Bình"),
        ]

    def test_equals_come_in_the_dictionary_s_order(self, small_province: Workspace) -> None:
        places = [name for kind, name in names(search(small_province, "giếng")) if kind == "place"]
        assert places == ["Giếng An", "Giếng Ăn", "Giếng Ân", "Giếng Đá"]
        exact = names(search(small_province, "gieng an"))
        assert exact[:3] == [("place", "Giếng An"), ("place", "Giếng Ăn"), ("place", "Giếng Ân")]

    def test_the_context_narrows(self, small_province: Workspace) -> None:
        found = search(small_province, "hoa binh huyen nam")
        assert [(entry.kind, entry.context) for entry in found] == [("former_unit", "Huyện Nam")]
        assert names(search(small_province, "huyện bắc")) == [
            ("unit", "Hòa Bình"),
            ("unit", "Đồng Đăng"),
            ("former_unit", "Đồng Mỏ"),
            ("feature", "Đường Bắc Nam"),  # the word stands in its name, but it is synthetic
        ]

    def test_an_old_unit_lies_in_the_new_one(self, small_province: Workspace) -> None:
        (entry,) = search(small_province, "dong mo")
        assert (entry.kind, entry.layer, entry.feature) == ("former_unit", "old_units", "1")
        communes = small_province.read("communes").to_crs("EPSG:4326")
        assert entry.bounds == communes.geometry.iloc[0].bounds
        assert entry.lon is not None
        assert communes.geometry.iloc[0].contains(Point(entry.lon, entry.lat))
        (nowhere,) = search(small_province, "vo dinh")
        assert (nowhere.lon, nowhere.bounds) == (None, None)

    def test_a_place_lies_where_it_is(self, small_province: Workspace) -> None:
        (entry,) = search(small_province, "gieng da")
        assert entry.feature == "W2"
        assert (entry.lon, entry.lat) == pytest.approx(TO_DEGREES.transform(502_000, 1_201_000))

    def test_layers_in_both_languages(self, small_province: Workspace) -> None:
        for text in ("Trường học", "truong hoc", "schools", "School"):
            (entry,) = search(small_province, text)
            assert (entry.kind, entry.layer, entry.bounds) == ("layer", "schools", None)
        (wells,) = (entry for entry in search(small_province, "wells") if entry.kind == "layer")
        assert wells.bounds == small_province.versions["wells"].bounds_lonlat

    @pytest.mark.parametrize("text", ["", "  ", "***", "không có ở đây", "%", "' OR 1=1"])
    def test_nothing_found(self, small_province: Workspace, text: str) -> None:
        assert search(small_province, text) == []

    def test_limit(self, small_province: Workspace) -> None:
        assert len(search(small_province, "hoa", limit=2)) == 2

    def test_features_without_name_or_place(
        self, small_workspace: MakeWorkspace, publish_frame: PublishFrame
    ) -> None:
        ws = small_workspace()
        frame = gpd.GeoDataFrame(
            {"well_code": ["W1", "W2"], "name": [None, "Giếng Mới"]},
            geometry=[Point(501_000, 1_201_000), None],
            crs="EPSG:9210",
        )
        publish_frame(ws, "wells", frame)
        (entry,) = search(ws.latest(), "gieng moi")
        assert (entry.lon, entry.lat, entry.bounds) == (None, None, None)

    def test_it_is_of_the_generation_asked(
        self, small_workspace: MakeWorkspace, publish_frame: PublishFrame
    ) -> None:
        ws = small_workspace()
        frame = gpd.GeoDataFrame(
            {"commune_code": ["01"], "name": ["Tân Thanh"]},
            geometry=[box(500_000, 1_200_000, 501_000, 1_201_000)],
            crs="EPSG:9210",
        )
        publish_frame(ws, "communes", frame)
        assert search(ws, "tan thanh") == []
        assert names(search(ws.latest(), "tan thanh")) == [("unit", "Tân Thanh")]

    def test_names_and_keys_for_staff_only(self, small_workspace: MakeWorkspace) -> None:
        """A name the reader may not see is not found; a key they may not see is not told."""
        ws = small_workspace()
        path = ws.settings.root / "layers" / "communes.toml"
        text = path.read_text(encoding="utf-8")
        for field, found in (("name", []), ("commune_code", [("unit", None)])):
            secret = text.replace(f"[fields.{field}]", f'[fields.{field}]\naccess = "staff"')
            path.write_text(secret, encoding="utf-8")
            reopened = open_workspace(ws.settings.root, user=ANONYMOUS)
            entries = search(reopened, "thuy hung")
            assert [(entry.kind, entry.feature) for entry in entries] == found
            assert search(reopened, "dong mo")[0].kind == "former_unit"

    def test_the_list_is_made_once_per_view(self, small_province: Workspace) -> None:
        assert gazetteer(small_province) is gazetteer(small_province)


def test_one_damaged_layer_leaves_the_others_findable(small_workspace: MakeWorkspace) -> None:
    ws = small_workspace()
    (ws.folder("roads", ws.published.versions["roads"]) / "features.gpkg").unlink()
    assert names(search(ws, "dong dang")) == [("unit", "Đồng Đăng")]
    point = ws.read("wells").to_crs("EPSG:4326").geometry.iloc[0]
    hits, _ = identify(ws, point.x, point.y, ["roads", "wells"], tolerance_m=5)
    assert [hit.layer.id for hit in hits] == ["wells"]


class TestTheProvinceItself:
    """The repository's own layers answer as a reader of Lạng Sơn expects."""

    def test_a_name_of_many_kinds(self, province: Workspace) -> None:
        found = search(province, "dong dang")
        assert names(found)[:3] == [
            ("unit", "Xã Đồng Đăng"),
            ("place", "Thị trấn Đồng Đăng"),
            ("former_unit", "Thị trấn Đồng Đăng"),
        ]
        assert names(search(province, "Đồng Đăng")) == names(found)

    def test_an_old_commune_and_where_it_went(self, province: Workspace) -> None:
        entry = search(province, "hoang dong")[0]
        assert (entry.kind, entry.layer) == ("former_unit", "commune_mergers")
        assert "Tam Thanh" in entry.context
        assert entry.lon is not None

    def test_a_click_in_a_commune(self, province: Workspace) -> None:
        point = province.read(
            "communes_2025", where={"name": "Xã Đồng Đăng"}
        ).representative_point()
        at_it = point.to_crs("EPSG:4326").iloc[0]
        asked = ["province_outline", "communes_2025", "forest_2015", "patrol_road"]
        hits, limited = identify(province, at_it.x, at_it.y, asked, tolerance_m=50)
        found = [hit.layer.id for hit in hits]
        assert found == ["communes_2025", "province_outline", "forest_2015"]  # smallest first
        assert not limited
