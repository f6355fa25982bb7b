"""One reader's view of one generation: what is read, and what is not."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import geopandas as gpd
from shapely import Point

import geo_app
from geo_app.domain.access import ANONYMOUS, OWNER, User
from geo_app.domain.version import Version
from geo_app.errors import (
    AccessError,
    CatalogueError,
    DataError,
    GeoAppError,
    SettingsError,
    UnknownError,
)
from geo_app.storage import store as store_module
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.downloads import download, export_layer
from geo_app.workspace.lookup import identify, search
from geo_app.workspace.mapping import display_file
from geo_app.workspace.view import Contains, TableQuery

MakeWorkspace = Callable[..., Workspace]
PublishFrame = Callable[[Workspace, str, pd.DataFrame], Version]
STAFF = User("lan", "staff")
PUBLIC_WELL_FIELDS = ["well_code", "name", "grade", "depth_m", "users", "working", "dug"]


def codes(frame: pd.DataFrame) -> list[str]:
    return list(frame["well_code"])


class TestReading:
    def test_all(self, small_province: Workspace) -> None:
        wells = small_province.read("wells")
        assert isinstance(wells, gpd.GeoDataFrame)
        assert wells.crs.to_epsg() == 9210
        assert list(wells.columns) == [*PUBLIC_WELL_FIELDS, "phone", "geometry"]
        assert codes(wells) == ["W1", "W2", "W3", "W4", "W5"]
        assert wells.index.tolist() == [1, 2, 3, 4, 5]
        assert wells["users"].sum() == 172

    def test_a_table(self, small_province: Workspace) -> None:
        rows = small_province.read("old_units")
        assert not isinstance(rows, gpd.GeoDataFrame)
        assert rows["old_name"].tolist() == ["Đồng Mỏ", "Hòa Bình", "Vô Định"]

    def test_bounds(self, small_province: Workspace) -> None:
        box = (508_000, 1_208_000, 510_000, 1_210_000)
        assert codes(small_province.read("wells", bounds=box)) == ["W4", "W5"]
        assert len(small_province.read("communes", bounds=box)) == 1
        assert len(small_province.read("communes", bounds=(0, 0, 1, 1))) == 0

    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ({"grade": "good"}, ["W1", "W3"]),
            ({"grade": ["good", "poor"], "depth_m": (5, None)}, ["W1", "W5"]),
            ({"depth_m": (3, 12.5)}, ["W1", "W2", "W5"]),
            ({"depth_m": (None, 3)}, ["W2"]),
            ({"grade": None}, ["W4"]),
            ({"working": False}, ["W2"]),
            ({"dug": (date(2025, 7, 1), None)}, ["W2", "W4"]),
            ({"dug": "1999-12-31"}, ["W1"]),
            ({"name": "Giếng Đá"}, ["W2"]),
            ({"name": "x' OR '1'='1"}, []),
            ({"name": "\\' OR 1=1 --"}, []),
            ({}, ["W1", "W2", "W3", "W4", "W5"]),
        ],
    )
    def test_where(
        self, small_province: Workspace, where: dict[str, Any], found: list[str]
    ) -> None:
        assert codes(small_province.read("wells", where=where)) == found

    def test_where_and_bounds_together(self, small_province: Workspace) -> None:
        box = (500_000, 1_200_000, 505_000, 1_205_000)
        wells = small_province.read("wells", bounds=box, where={"grade": "poor"})
        assert codes(wells) == ["W2"]

    def test_columns(self, small_province: Workspace) -> None:
        wells = small_province.read("wells", columns=["name", "well_code"])
        assert list(wells.columns) == ["name", "well_code", "geometry"]
        only = small_province.read("wells", columns=["name"], where={"grade": "good"})
        assert list(only.columns) == ["name", "geometry"]
        assert len(only) == 2

    def test_limit(self, small_province: Workspace) -> None:
        assert len(small_province.read("wells", limit=2)) == 2

    def test_a_raster(self, small_province: Workspace) -> None:
        cover = small_province.raster("cover")
        assert (cover.width, cover.height, cover.crs) == (10, 10, "EPSG:9210")
        with pytest.raises(DataError, match=r"layer cover: is a raster; use ws\.raster"):
            small_province.read("cover")
        with pytest.raises(DataError, match=r"layer wells: has features.*use ws\.read"):
            small_province.raster("wells")

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"layer": "well"}, "there is no layer 'well'"),
            ({"layer": "wells", "columns": ["deep"]}, "layer wells: there is no field 'deep'"),
            ({"layer": "wells", "where": {"deep": 1}}, "layer wells: there is no field 'deep'"),
            ({"layer": "wells", "version": "x"}, "layer wells: there is no version 'x'; versions"),
            ({"layer": "schools"}, r"layer schools: no data published \(state: awaited\)"),
            ({"layer": "wells", "as_of": "2000-01-01"}, "no data published on 2000-01-01"),
        ],
    )
    def test_what_does_not_exist(
        self, small_province: Workspace, options: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(UnknownError, match=words):
            small_province.read(**options)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"where": {"users": "many"}}, "found 'many'; expected a number"),
            ({"where": {"name": Contains("a")}}, r"Contains is for ws\.page"),
            ({"as_of": "next week"}, "as_of: found 'next week'; expected a day such as 2026-03-31"),
            ({"bounds": (1, 2, 3)}, r"bounds: found \(1, 2, 3\); expected \(minx, miny, maxx"),
            ({"bounds": (5, 0, 1, 9)}, r"bounds: found \(5, 0, 1, 9\)"),
            ({"bounds": (0, 0, float("nan"), 9)}, "bounds: found"),
        ],
    )
    def test_what_does_not_suit(
        self, small_province: Workspace, options: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(DataError, match=words):
            small_province.read("wells", **options)

    def test_a_page(self, small_province: Workspace) -> None:
        query = TableQuery(["name"], sort="name", where={"name": Contains("gieng a")})
        page = small_province.page("wells", query)
        assert [row["name"] for row in page.rows] == ["Giếng An", "Giếng Ăn", "Giếng Ân"]
        assert page.total == 3


class TestWorkspace:
    def test_from_a_notebook(
        self, small_province: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(small_province.settings.root / "layers")
        ws = geo_app.open_workspace()
        assert isinstance(ws, geo_app.Workspace)
        assert ws.user == OWNER
        assert len(ws.read("wells")) == 5
        assert str(ws.settings.root) == str(small_province.settings.root)

    def test_layers_marks_and_frame(self, small_province: Workspace) -> None:
        assert [layer.id for layer in small_province.layers][:2] == ["province_outline", "cover"]
        assert small_province.marks("communes") == ("schematic", "unverified")
        assert small_province.marks("schools") == ()
        west, south, east, north = small_province.bounds_lonlat
        outline = small_province.read("province_outline").to_crs("EPSG:4326").total_bounds
        assert (west, south, east, north) == pytest.approx(tuple(outline), abs=1e-6)

    def test_the_frame_until_there_is_an_outline(self, small_workspace: MakeWorkspace) -> None:
        west, south, east, north = small_workspace(published=False).bounds_lonlat
        assert (west, south) == pytest.approx((105.26, 9.75))
        assert (east, north) == pytest.approx((107.8, 23.12))

    def test_a_folder_whose_name_means_something_elsewhere(
        self, small_workspace: MakeWorkspace
    ) -> None:
        ws = small_workspace("tỉnh #1 100% ?x=y&z")
        assert len(ws.read("wells", where={"grade": "good"})) == 2
        assert ws.page("wells", TableQuery(["name"])).total == 5
        assert ws.raster("cover").width == 10

    def test_a_crs_in_degrees(self, small_workspace: MakeWorkspace) -> None:
        root = small_workspace(published=False).settings.root
        text = (root / "geo_app.toml").read_text(encoding="utf-8")
        (root / "geo_app.toml").write_text(text.replace("9210", "4326"), encoding="utf-8")
        with pytest.raises(SettingsError, match="crs: found 'EPSG:4326'; expected a projected CRS"):
            open_workspace(root)

    def test_a_broken_layer_file(self, small_workspace: MakeWorkspace) -> None:
        root = small_workspace().settings.root
        (root / "layers" / "wells.toml").write_text("title = ", encoding="utf-8")
        with pytest.raises(CatalogueError, match=r"wells\.toml: not valid TOML"):
            open_workspace(root)

    def test_a_layer_that_left_the_catalogue(self, small_workspace: MakeWorkspace) -> None:
        root = small_workspace().settings.root
        (root / "layers" / "roads.toml").unlink()
        ws = open_workspace(root)
        assert "roads" in ws.published.versions
        assert "roads" not in ws.versions
        assert len(ws.read("wells")) == 5


class TestGenerations:
    @pytest.fixture
    def published_twice(
        self,
        small_workspace: MakeWorkspace,
        publish_frame: PublishFrame,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Workspace:
        """One well until the end of 31 March in Vietnam, two from the first second of April."""
        ws = small_workspace(published=False)
        for moment, count in (("2026-03-31T16:59:59", 1), ("2026-03-31T17:00:00", 2)):
            when = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            monkeypatch.setattr(store_module, "now", lambda when=when: when)
            frame = gpd.GeoDataFrame(
                {"well_code": [f"W{n}" for n in range(count)]},
                geometry=[Point(500_000, 1_200_000)] * count,
                crs="EPSG:9210",
            )
            publish_frame(ws, "wells", frame)
        return ws.latest()

    def test_a_day_ends_at_midnight_in_vietnam(self, published_twice: Workspace) -> None:
        counts = {
            as_of: len(published_twice.read("wells", as_of=as_of))
            for as_of in ("2026-03-31", "2026-04-01", "2026-12-31")
        }
        assert counts == {"2026-03-31": 1, "2026-04-01": 2, "2026-12-31": 2}
        assert len(published_twice.read("wells", as_of=date(2026, 3, 31))) == 1
        assert len(published_twice.as_of("2026-03-31").read("wells")) == 1
        with pytest.raises(UnknownError, match="on 2026-03-30"):
            published_twice.read("wells", as_of="2026-03-30")

    def test_a_moment(self, published_twice: Workspace) -> None:
        for moment, count in (
            ("2026-03-31T23:59:59", 1),
            ("2026-04-01T00:00:00", 2),
            ("2026-03-31T17:00:00+00:00", 2),
            (datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC), 1),
            (datetime(2026, 4, 1, 0, 0), 2),  # without a zone: in the workspace's
        ):
            assert len(published_twice.read("wells", as_of=moment)) == count

    def test_a_version_by_its_id(self, published_twice: Workspace) -> None:
        first, second = published_twice.store.versions("wells")
        assert len(published_twice.read("wells", version=first.id)) == 1
        assert len(published_twice.read("wells", version=second.id)) == 2

    def test_a_view_stays_in_its_generation(
        self, published_twice: Workspace, publish_frame: PublishFrame
    ) -> None:
        frame = published_twice.read("wells").iloc[:0]
        publish_frame(published_twice, "wells", frame)
        assert len(published_twice.read("wells")) == 2
        assert len(published_twice.latest().read("wells")) == 0
        assert len(published_twice.at(1).read("wells")) == 1
        assert published_twice.at(0).versions == {}
        with pytest.raises(UnknownError, match="there is no generation 9; the newest is 3"):
            published_twice.at(9)

    def test_latest_is_the_same_object_until_something_changes(
        self, published_twice: Workspace
    ) -> None:
        assert published_twice.latest() is published_twice


def reads_of(layer: str) -> dict[str, Callable[[Workspace, Path], Any]]:
    """Return every way to get at a layer's data."""

    def served(ws: Workspace) -> str:
        return ws.published.versions[layer]

    return {
        "read": lambda ws, _: ws.read(layer),
        "read a version": lambda ws, _: ws.read(layer, version=served(ws)),
        "read a day": lambda ws, _: ws.read(layer, as_of="2100-01-01"),
        "read nothing": lambda ws, _: ws.read(layer, columns=[], limit=0),
        "page": lambda ws, _: ws.page(layer, TableQuery(["code"])),
        "count": lambda ws, _: ws.page(layer, TableQuery([])),
        "raster": lambda ws, _: ws.raster(layer),
        "folder": lambda ws, _: ws.folder(layer, served(ws)),
        "display": lambda ws, _: display_file(ws, layer, served(ws), "staff.geojson"),
        "download": lambda ws, _: download(ws, layer, "csv"),
        "export": lambda ws, tmp: export_layer(ws, layer, tmp / "a.csv"),
        "through another": lambda ws, _: ws.read(
            "wells", version=f"../{layer}/{served(ws)}", columns=["name"]
        ),
        "file through another": lambda ws, _: display_file(
            ws, "wells", ws.published.versions["wells"], f"../../../{layer}/{served(ws)}/meta.json"
        ),
    }


class TestAccess:
    @pytest.mark.parametrize("way", reads_of(""))
    @pytest.mark.parametrize(
        ("user", "layer"), [(ANONYMOUS, "surveys"), (ANONYMOUS, "bunkers"), (STAFF, "bunkers")]
    )
    def test_no_way_into_a_layer(
        self, small_province: Workspace, tmp_path: Path, user: User, layer: str, way: str
    ) -> None:
        ws = small_province.as_user(user)
        with pytest.raises((AccessError, UnknownError)) as caught:
            reads_of(layer)[way](ws, tmp_path)
        assert isinstance(caught.value, GeoAppError)
        if "another" not in way:
            assert f"layer {layer}" in str(caught.value)
            assert f"{user.name} may not see it" in str(caught.value)
        assert list(tmp_path.iterdir()) == []

    def test_neither_by_clicking_nor_by_searching(self, small_province: Workspace) -> None:
        point = small_province.read("surveys").to_crs("EPSG:4326").geometry.iloc[0]
        for user, seen in (
            (ANONYMOUS, set()),
            (STAFF, {"surveys"}),
            (OWNER, {"surveys", "bunkers"}),
        ):
            ws = small_province.as_user(user)
            hits, _ = identify(ws, point.x, point.y, ["surveys", "bunkers"], tolerance_m=5)
            assert {hit.layer.id for hit in hits} == seen
            found = {entry.layer for entry in search(ws, "bí mật") if entry.kind == "feature"}
            assert found == seen
            extents = {e.layer for e in search(ws, "hầm") + search(ws, "khảo sát") if e.bounds}
            assert extents == seen

    def test_staff_see_what_is_theirs(self, small_province: Workspace) -> None:
        assert len(small_province.as_user(STAFF).read("surveys")) == 1
        assert len(small_province.read("bunkers")) == 1

    def test_a_staff_field_is_left_out(self, small_province: Workspace) -> None:
        ws = small_province.as_user(ANONYMOUS)
        assert [f.name for f in ws.fields(ws.catalogue.layer("wells"))] == PUBLIC_WELL_FIELDS
        assert list(ws.read("wells").columns) == [*PUBLIC_WELL_FIELDS, "geometry"]
        assert "phone" in small_province.as_user(STAFF).read("wells").columns

    @pytest.mark.parametrize(
        "ask",
        [
            lambda ws: ws.read("wells", columns=["phone"]),
            lambda ws: ws.read("wells", where={"phone": "0205-1"}),
            lambda ws: ws.read("wells", where={"phone": None}),
            lambda ws: ws.page("wells", TableQuery(["phone"])),
            lambda ws: ws.page("wells", TableQuery(["name"], sort="phone")),
            lambda ws: ws.page("wells", TableQuery(["name"], where={"phone": "0205-1"})),
        ],
    )
    def test_a_staff_field_answers_nothing(
        self, small_province: Workspace, ask: Callable[[Workspace], Any]
    ) -> None:
        with pytest.raises(AccessError, match="layer wells: field phone: anonymous may not see it"):
            ask(small_province.as_user(ANONYMOUS))
        ask(small_province.as_user(STAFF))

    def test_a_staff_field_is_in_no_file(self, small_province: Workspace) -> None:
        ws = small_province.as_user(ANONYMOUS)
        for format_ in ("csv", "geojson", "kml"):
            assert b"0205" not in download(ws, "wells", format_).read_bytes()  # type: ignore[arg-type]
        assert b"0205" in download(small_province, "wells", "csv").read_bytes()

    def test_display_files_are_those_of_the_reader(self, small_province: Workspace) -> None:
        wells = small_province.published.versions["wells"]
        ws = small_province.as_user(ANONYMOUS)
        assert display_file(ws, "wells", wells, "public.geojson").is_file()
        for name in ("../meta.json", "../features.gpkg", "staff.geojson", "nothing", ""):
            with pytest.raises(UnknownError, match="there is no display file"):
                display_file(ws, "wells", wells, name)
        version = small_province.versions["bunkers"]
        assert version.display == {}
