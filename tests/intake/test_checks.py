"""Checks and repairs on the way in: on a made-up province, and on the real files."""

import dataclasses
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import geopandas as gpd
from shapely import LineString, Polygon, box

from geo_app.analysis.validity import crossings
from geo_app.domain.checks import Checks
from geo_app.domain.finding import Finding
from geo_app.domain.layer import Layer
from geo_app.errors import DataError
from geo_app.intake import checks
from geo_app.intake.checks import check_shapes, check_values
from geo_app.intake.delivery import Delivery, draft_import, publish_draft
from geo_app.intake.repair import repair_shapes
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.history import findings_of

MakeWorkspace = Callable[..., Workspace]
E0, N0 = 500_000.0, 1_200_000.0


def at(*corners: tuple[float, float]) -> Polygon:
    return Polygon([(E0 + x, N0 + y) for x, y in corners])


def square(x: float, y: float, side: float) -> Polygon:
    return box(E0 + x, N0 + y, E0 + x + side, N0 + y + side)


@pytest.fixture(scope="module")
def layer(small_province: Workspace) -> Layer:
    return small_province.catalogue.layer("communes")


def communes(*shapes: Polygon, **columns: Any) -> gpd.GeoDataFrame:
    rows = range(len(shapes))
    usual = {
        "commune_code": [str(row + 1) for row in rows],
        "name": [f"Xã {row + 1}" for row in rows],
        "kind": ["xa"] * len(shapes),
        "area_km2": [shape.area / 1e6 for shape in shapes],
    }
    return gpd.GeoDataFrame(usual | columns, geometry=list(shapes), crs="EPSG:9210")


def codes(findings: tuple[Finding, ...]) -> dict[str, int]:
    return dict(Counter(finding.code for finding in findings))


class TestValues:
    def test_codes_keys_and_gaps(self, layer: Layer) -> None:
        frame = communes(
            *(square(k * 2_000, 0, 1_000) for k in range(4)),
            commune_code=["1", "2", "1", "3"],
            kind=["xa", "thị xã", None, "phuong"],
            name=["A", "B", " ", "D"],
        )
        found = check_values(frame, layer)
        assert [(f.code, f.row, f.field) for f in found] == [
            ("value_missing", 3, "name"),
            ("code_unknown", 2, "kind"),
            ("key_repeated", 3, "commune_code"),
        ]
        assert found[1].message() == "“thị xã” không có trong danh mục mã: xa, phuong."
        assert found[2].values == {"key": "1", "first": 1}

    def test_rows_are_those_of_the_file(self, layer: Layer) -> None:
        frame = communes(*(square(k * 2_000, 0, 1_000) for k in range(3)), kind=["xa", "xa", "?"])
        assert [f.row for f in check_values(frame.iloc[1:], layer)] == [3]

    def test_a_table_without_a_key(self, layer: Layer) -> None:
        assert check_values(communes().drop(columns="commune_code"), layer) == ()

    def test_a_flood_is_counted(self, layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "MOST", 2)
        frame = communes(*(square(k * 2_000, 0, 1_000) for k in range(5)), kind=["?"] * 5)
        found = check_values(frame, layer)
        assert codes(found) == {"code_unknown": 2, "more_of_a_kind": 1}
        assert found[-1].values == {"code": "code_unknown", "count": 3}


class TestShapes:
    def test_sound_shapes_say_nothing(self, layer: Layer) -> None:
        frame = communes(square(0, 0, 1_000), square(1_000, 0, 1_000))
        assert check_shapes(frame, layer) == ()

    def test_a_partition(self, layer: Layer) -> None:
        frame = communes(
            square(0, 0, 1_000),
            square(990, 0, 1_000),
            at((0, 1_000), (1_990, 1_000), (1_990, 1_001), (300, 1_001), (300, 1_002), (0, 1_002)),
            at((0, 1_002), (200, 1_002), (200, 1_010), (400, 1_010), (400, 1_001), (1_990, 1_001),
               (1_990, 1_500), (0, 1_500)),
        )  # fmt: skip
        overlap, gap = check_shapes(frame, layer)
        assert (overlap.code, overlap.row) == ("overlap", 1)
        assert overlap.values == {
            "other": 2,
            "area_m2": 10_000,
            "width_m": pytest.approx(9.9, 0.01),
        }
        assert (gap.code, gap.row, gap.values["rows"]) == ("gap", 3, "3, 4")
        assert gap.values["area_m2"] == 100 * 8 + 100 * 9
        assert gap.point is not None
        assert gap.box is not None
        west, south, east, north = gap.box
        assert west < gap.point[0] < east
        assert south < gap.point[1] < north
        assert gap.message() == ("Khe hở giữa các dòng 3, 4: 1.700,0 m², rộng trung bình 8,1 m.")

    def test_a_layer_that_is_no_partition(self, layer: Layer) -> None:
        loose = dataclasses.replace(layer, checks=Checks())
        assert check_shapes(communes(square(0, 0, 100), square(50, 0, 100)), loose) == ()

    def test_a_sliver_and_a_repetition(self, layer: Layer) -> None:
        loose = dataclasses.replace(layer, checks=Checks(sliver_m=1))
        strip = box(E0, N0, E0 + 500, N0 + 0.4)
        frame = communes(square(0, 0, 100), strip, square(0, 0, 100))
        found = check_shapes(frame, loose)
        assert [(f.code, f.row) for f in found] == [("geometry_repeated", 3), ("sliver", 2)]
        assert found[0].values == {"first": 1}

    def test_a_stated_area(self, layer: Layer) -> None:
        shapes = [square(k * 2_000, 0, 1_000) for k in range(4)]
        frame = communes(*shapes, area_km2=[1.0, 1.019, 0.97, None])
        (found,) = check_shapes(frame, layer)
        assert (found.code, found.row, found.field) == ("area_disagrees", 3, "area_km2")
        assert (found.values["stated"], found.values["measured"]) == (0.97, 1.0)
        assert found.values["apart_pct"] == pytest.approx(3.09, abs=0.01)
        assert "0,97 km²" in found.message()
        assert "0.97 km²" in found.message("en")

    def test_outside_by_more_than_allowed(self, layer: Layer) -> None:
        outline = gpd.GeoSeries([square(0, 0, 10_000)], crs="EPSG:9210")
        frame = communes(square(0, 0, 1_000), square(9_500, 0, 1_000), square(50_000, 0, 1_000))
        found = check_shapes(frame, layer, outline=outline, tolerance_m=600)
        assert [(f.row, f.values["distance_m"]) for f in found] == [(3, 41_000)]
        strict = check_shapes(frame, layer, outline=outline)
        assert [f.row for f in strict] == [2, 3]

    def test_roads_that_miss(self, small_province: Workspace) -> None:
        roads = small_province.catalogue.layer("roads")
        lines = [
            LineString([(E0, N0), (E0 + 100, N0)]),
            LineString([(E0 + 50, N0 + 3), (E0 + 50, N0 + 90)]),
            LineString([(E0 + 20, N0 - 4), (E0 + 20, N0 + 90)]),
        ]
        found = check_shapes(gpd.GeoDataFrame(geometry=lines, crs="EPSG:9210"), roads)
        assert [(f.code, f.row, f.values) for f in found] == [
            ("undershoot", 2, {"other": 1, "distance_m": 3}),
            ("overshoot", 3, {"other": 1, "distance_m": 4}),
        ]


class TestRepair:
    def test_within_the_limit(self, layer: Layer) -> None:
        spiked = at((0, 0), (100, 0), (100, 100), (100, 150), (100, 100), (0, 100))
        frame, (found,) = repair_shapes(communes(square(500, 0, 10), spiked), layer)
        assert frame.geometry.iloc[1].equals(square(0, 0, 100))
        assert (found.code, found.row, found.done) == ("geometry_repaired", 2, "repaired")
        assert found.values["changed_m2"] == 0
        assert found.point is not None

    def test_beyond_the_limit_nothing_is_done(self, layer: Layer) -> None:
        bow_tie = at((0, 0), (100, 100), (100, 0), (0, 100))
        frame, (found,) = repair_shapes(communes(bow_tie), layer)
        assert frame.geometry.iloc[0].equals_exact(bow_tie)
        assert (found.code, found.done) == ("repair_refused", "refused")
        assert (found.values["changed_m2"], found.values["limit_m2"]) == (5_000, 100)

    def test_what_would_vanish_is_not_repaired(self, layer: Layer) -> None:
        flat = at((0, 0), (100, 0), (50, 0))
        _, (found,) = repair_shapes(communes(flat), layer)
        assert found.code == "repair_refused"

    def test_a_file_with_both(self, small_workspace: MakeWorkspace, tmp_path: Path) -> None:
        ws = small_workspace()
        spiked = at((0, 0), (100, 0), (100, 100), (100, 150), (100, 100), (0, 100))
        path = tmp_path / "a.gpkg"
        communes(spiked).to_file(path)
        publish_draft(ws, draft_import(ws, path, "communes"))
        latest = ws.latest()
        assert latest.read("communes").area.tolist() == pytest.approx([10_000])
        assert codes(findings_of(latest, "communes"))["geometry_repaired"] == 1
        assert latest.versions["communes"].provenance.findings["geometry_repaired"] == 1
        communes(at((0, 0), (100, 100), (100, 0), (0, 100))).to_file(path)
        draft = draft_import(latest, path, "communes")
        with pytest.raises(DataError, match="row 1: repair_refused: The shape is invalid"):
            publish_draft(latest, draft)


class TestRealFiles:
    @pytest.fixture
    def lang_son(self, tmp_path: Path) -> Workspace:
        root = tmp_path
        here = Path(__file__).parents[2]
        for name in ("layers", "plan"):
            shutil.copytree(here / name, root / name)
        shutil.copy(here / "geo_app.toml", root)
        return open_workspace(root)

    def test_stated_areas_of_the_communes_of_2025(
        self, lang_son: Workspace, shared_data: Path
    ) -> None:
        draft = draft_import(lang_son, shared_data / "communes_2025.gpkg", "communes_2025")
        assert draft.errors == ()
        wrong = [f for f in draft.findings if f.code == "area_disagrees"]
        given = gpd.read_file(shared_data / "communes_2025.gpkg")
        names = {given["name"][f.row - 1] for f in wrong if f.row}
        assert names == {"Đoàn Kết", "Tân Tiến", "Vũ Lễ", "Nhất Hoà", "Kiên Mộc", "Châu Sơn"}
        assert max(f.values["apart_pct"] for f in wrong) == pytest.approx(8.1, abs=0.01)
        found = codes(draft.findings)
        assert found["overlap"] < 10
        assert sum(f.values["area_m2"] for f in draft.findings if f.code == "overlap") < 10_001

    def test_slivers_and_overlaps_of_the_communes_of_2009(
        self, lang_son: Workspace, shared_data: Path
    ) -> None:
        path = lang_son.settings.root / "layers" / "communes_2025.toml"
        text = path.read_text(encoding="utf-8")
        town = '[fields.kind.values]\nthi_tran = {vi = "Thị trấn", en = "Townlet"}'
        path.write_text(text.replace("[fields.kind.values]", town), encoding="utf-8")
        ws = open_workspace(lang_son.settings.root)
        said = Delivery(mapping={"name": "name", "code": "commune_code"})
        draft = draft_import(
            ws, shared_data / "communes_2009_2019.gpkg", "communes_2025", delivery=said
        )
        assert draft.errors == ()
        found: dict[str, list[Finding]] = {}
        for finding in draft.findings:
            found.setdefault(finding.code, []).append(finding)
        overlaps_ha = sum(f.values["area_m2"] for f in found["overlap"]) / 10_000
        gaps_ha = sum(f.values["area_m2"] for f in found["gap"]) / 10_000
        assert overlaps_ha == pytest.approx(2_346, abs=1)
        assert gaps_ha == pytest.approx(2_542, abs=1)
        assert len(found["overlap"]) == 492
        assert len(found["gap"]) > 940
        assert all(f.row and f.point and f.box for f in found["overlap"] + found["gap"])


class TestLargeRings:
    def ring(self, count: int) -> Polygon:
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        away = 900 + 50 * np.sin(40 * angle)
        return at(*np.column_stack([away * np.cos(angle), away * np.sin(angle)]))

    def test_a_million_vertices(self, small_workspace: MakeWorkspace, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        communes(self.ring(1_000_000)).to_file(path)
        start = time.perf_counter()
        draft = draft_import(small_workspace(), path, "communes")
        assert draft.errors == ()
        assert time.perf_counter() - start < 60

    def test_many_vertices_in_a_tangle(self, layer: Layer) -> None:
        random = np.random.default_rng(1)
        tangle = at(*random.uniform(0, 1_000, size=(50_000, 2)))
        start = time.perf_counter()
        frame, (found,) = repair_shapes(communes(tangle, area_km2=[1.0]), layer)
        assert (found.code, found.done) == ("too_tangled", "refused")
        assert found.values["crossings"] > 1e7
        assert check_shapes(frame, layer) == ()
        assert time.perf_counter() - start < 60

    def test_crossings_are_counted(self) -> None:
        assert crossings(at((0, 0), (100, 100), (100, 0), (0, 100))) == 1
        assert crossings(square(0, 0, 10)) == 0
        assert crossings(Polygon()) == 0
