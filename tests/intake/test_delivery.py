"""A delivered file on its way to a version, or to a sentence that says why not."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import geopandas as gpd
import rasterio
import shapely
from rasterio.transform import Affine
from shapely import LineString, Point, box

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.layer import Layer
from geo_app.errors import AccessError, CrsError, DataError, UnknownError
from geo_app.intake.build import build, plan_build
from geo_app.intake.delivery import Delivery, import_file
from geo_app.intake.mapping import match_fields
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import rollback

MakeWorkspace = Callable[..., Workspace]
GENERALISED_KM2 = 8_307.7
"""Union of the real communes, as measured once from the file."""


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return small_workspace()


def communes(**changes: Any) -> gpd.GeoDataFrame:
    """Return two communes of 1 km² and 4 km², as an office writes them."""
    columns: dict[str, Any] = {
        "ma_xa": ["11", "12"],
        "TEN_XA": ["Tân Thanh", "Bảo Lâm"],
        "kind": ["phuong", "xa"],
        "Area_km2": [1.0, 4.0],
        "ghi_chu": ["", "x"],
    }
    shapes = [
        box(500_000, 1_200_000, 501_000, 1_201_000),
        box(502_000, 1_200_000, 504_000, 1_202_000),
    ]
    return gpd.GeoDataFrame(columns | changes, geometry=shapes, crs="EPSG:9210")


def deliver(
    ws: Workspace, frame: gpd.GeoDataFrame, path: Path, layer: str = "communes", **options: Any
) -> Any:
    frame.to_file(path)
    return import_file(ws, path, layer, **options)


class TestMatching:
    @pytest.fixture
    def layer(self, small_province: Workspace) -> Layer:
        return small_province.catalogue.layer("communes")

    def match(self, layer: Layer, columns: str, **mapping: str) -> tuple[dict[str, str], list[str]]:
        fields, dropped = match_fields(pd.DataFrame(columns=columns.split()), layer, mapping)
        return fields, list(dropped)

    def test_by_name_source_field_and_alias_whatever_the_case(self, layer: Layer) -> None:
        fields, dropped = self.match(layer, "KIND Ma_Xa ten_xa OLD_DIST OBJECTID")
        assert fields == {
            "KIND": "kind",
            "Ma_Xa": "commune_code",
            "ten_xa": "name",
            "OLD_DIST": "former_district",
        }
        assert dropped == ["OBJECTID"]

    def test_the_name_wins_over_an_alias(self, layer: Layer) -> None:
        fields, dropped = self.match(layer, "ten_xa name")
        assert (fields, dropped) == ({"name": "name"}, ["ten_xa"])

    def test_what_one_says_wins_over_all(self, layer: Layer) -> None:
        fields, dropped = self.match(layer, "name X ma_xa", X="name")
        assert fields == {"X": "name", "ma_xa": "commune_code"}
        assert dropped == ["name"]

    def test_two_columns_of_one_name(self, layer: Layer) -> None:
        assert self.match(layer, "NAME name") == ({"NAME": "name"}, ["name"])

    def test_what_one_says_wrongly(self, layer: Layer) -> None:
        with pytest.raises(UnknownError, match="--map Y=name: the file has no column 'Y'; it has"):
            self.match(layer, "X name", Y="name")
        with pytest.raises(UnknownError, match="layer communes: there is no field 'nom'"):
            self.match(layer, "X name", X="nom")
        with pytest.raises(DataError, match="two columns are mapped to one field"):
            self.match(layer, "X Y", X="name", Y="name")

    def test_geometry_is_no_column(self, layer: Layer) -> None:
        fields, dropped = match_fields(communes(), layer, {})
        assert "geometry" not in fields
        assert dropped == ("ghi_chu",)


class TestServing:
    @pytest.mark.parametrize("name", ["xã.gpkg", "xã.geojson", "xã.shp"])
    def test_a_file_of_every_format(self, ws: Workspace, tmp_path: Path, name: str) -> None:
        frame = communes()
        if name.endswith(".geojson"):
            frame = frame.to_crs("EPSG:4326")
        said = Delivery("QĐ 1", "Sở Nội vụ", date(2026, 1, 2), "±1 m", "MIT")
        version = deliver(ws, frame, tmp_path / name, delivery=said)
        served = ws.latest().read("communes")
        assert served["name"].tolist() == ["Tân Thanh", "Bảo Lâm"]
        assert served["kind"].tolist() == ["phuong", "xa"]
        assert served.area.tolist() == pytest.approx([1e6, 4e6], abs=1)
        given = ws.latest().versions["communes"].provenance
        assert given == version.provenance
        assert (given.kind, given.source, given.agency) == ("import", "QĐ 1", "Sở Nội vụ")
        assert (given.date, given.accuracy, given.licence) == (date(2026, 1, 2), "±1 m", "MIT")
        assert given.mapping["ma_xa"] == "commune_code"
        assert given.dropped == ("ghi_chu",)
        assert given.marks == ()
        assert given.file == name
        assert ws.latest().published.history[-1].what == f"import {name}"

    def test_a_table(self, ws: Workspace, tmp_path: Path) -> None:
        path = tmp_path / "cũ.csv"
        path.write_text("row_code,OLD_NAME,new_code,split\n7,Xã Cũ,01,có\n", encoding="utf-8-sig")
        import_file(ws, path, "old_units")
        (row,) = ws.latest().read("old_units").to_dict("records")
        assert (row["row_code"], row["old_name"], row["split"]) == ("7", "Xã Cũ", True)

    def test_a_raster(self, ws: Workspace, tmp_path: Path) -> None:
        path = tmp_path / "a.tif"
        profile = {"driver": "GTiff", "width": 3, "height": 2, "count": 1, "dtype": "uint8"}
        place = {"crs": "EPSG:9210", "transform": Affine(30, 0, 500_000, 0, -30, 1_200_060)}
        with rasterio.open(path, "w", **profile, **place) as raster:
            raster.write(np.full((2, 3), 2, dtype="uint8"), 1)
        import_file(ws, path, "cover")
        assert ws.latest().versions["cover"].count == 6
        assert ws.latest().marks("cover") == ()

    def test_another_crs_is_brought_over(self, ws: Workspace, tmp_path: Path) -> None:
        version = deliver(ws, communes().to_crs("EPSG:32648"), tmp_path / "a.gpkg")
        assert version.provenance.crs == "EPSG:32648"
        served = ws.latest().read("communes")
        assert served.crs.to_epsg() == 9210
        assert served.total_bounds == pytest.approx(
            [500_000, 1_200_000, 504_000, 1_202_000], abs=0.9
        )  # in the delta PROJ wrote the file by EPSG:5194, 0.8 m from EPSG:6960
        assert version.provenance.shift == "EPSG:6960"

    def test_titles_of_codes_become_codes(self, ws: Workspace, tmp_path: Path) -> None:
        deliver(ws, communes(kind=["Phường", "COMMUNE"]), tmp_path / "a.gpkg")
        assert ws.latest().read("communes")["kind"].tolist() == ["phuong", "xa"]

    def test_as_told(self, ws: Workspace, tmp_path: Path) -> None:
        frame = communes(name=["cũ", "cũ"]).rename(columns={"ma_xa": "MA"})
        mapping = {"MA": "commune_code", "TEN_XA": "name"}
        version = deliver(ws, frame, tmp_path / "a.gpkg", delivery=Delivery(mapping=mapping))
        assert ws.latest().read("communes")["name"].tolist() == ["Tân Thanh", "Bảo Lâm"]
        assert version.provenance.dropped == ("ghi_chu", "name")

    def test_one_layer_of_several(self, ws: Workspace, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        communes().to_file(path, layer="xa")
        communes().head(1).to_file(path, layer="khac")
        with pytest.raises(DataError, match=r"holds 2 layers \(xa, khac\); name one of them"):
            import_file(ws, path, "communes")
        import_file(ws, path, "communes", delivery=Delivery(file_layer="khac"))
        assert len(ws.latest().read("communes")) == 1

    def test_what_is_being_done_is_told(self, ws: Workspace, tmp_path: Path) -> None:
        said: list[str] = []
        deliver(ws, communes(), tmp_path / "a.gpkg", progress=said.append)
        assert said[:5] == ["read", "decode", "place", "check", "compare"]
        assert said[-1] == "seal"

    def test_back_again(self, ws: Workspace, tmp_path: Path) -> None:
        deliver(ws, communes(), tmp_path / "a.gpkg")
        assert ws.latest().marks("communes") == ()
        rollback(ws, "communes")
        assert ws.latest().marks("communes") == ("schematic", "unverified")
        assert len(ws.latest().read("communes")) == 4


def cut(path: Path, share: float = 0.5) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def unusable(frame: gpd.GeoDataFrame, **options: Any) -> Callable[[Path], Path]:
    """Return a function that writes `frame` as a GeoPackage."""

    def write(folder: Path) -> Path:
        frame.to_file(folder / "a.gpkg", **options)
        return folder / "a.gpkg"

    return write


def broken_shapefile(break_it: Callable[[Path], None]) -> Callable[[Path], Path]:
    """Return a function that writes a shapefile and breaks it."""

    def write(folder: Path) -> Path:
        communes().to_file(folder / "a.shp")
        break_it(folder / "a.shp")
        return folder / "a.shp"

    return write


def cut_geopackage(folder: Path) -> Path:
    communes().to_file(folder / "a.gpkg")
    cut(folder / "a.gpkg")
    return folder / "a.gpkg"


def with_text(name: str, content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(content, encoding="utf-8")
        return folder / name

    return write


def line() -> LineString:
    return LineString([(500_000, 1_200_000), (500_100, 1_200_100)])


def point_at_nan() -> gpd.GeoDataFrame:
    frame = communes()
    ring = shapely.get_coordinates(frame.geometry.iloc[0])
    ring[1] = np.nan
    with np.errstate(invalid="ignore"):
        frame.loc[0, "geometry"] = shapely.set_coordinates(frame.geometry.iloc[0], ring)
    return frame


CASES: dict[str, tuple[Callable[[Path], Path], type[Exception], str]] = {
    "no such file": (lambda folder: folder / "a.gpkg", DataError, "the file does not exist"),
    "another format": (with_text("a.dwg", "AC1015"), DataError, r"is a DWG.*save it as DXF"),
    "an empty file": (with_text("a.gpkg", ""), DataError, "cannot be read"),
    "an empty table": (with_text("a.csv", ""), DataError, "cannot be read: the file is empty"),
    "a cut GeoPackage": (cut_geopackage, DataError, r"a\.gpkg: cannot be read: .*complete"),
    "a cut .shp": (broken_shapefile(cut), DataError, r"a\.shp: a\.shp is not complete"),
    "a cut .dbf": (
        broken_shapefile(lambda path: cut(path.with_suffix(".dbf"))),
        DataError,
        r"a\.shp: a\.dbf is not complete",
    ),
    "no .shx": (
        broken_shapefile(lambda path: path.with_suffix(".shx").unlink()),
        DataError,
        r"a\.shp: its \.shx is missing",
    ),
    "no .prj": (
        broken_shapefile(lambda path: path.with_suffix(".prj").unlink()),
        CrsError,
        r"the file declares no CRS, and \d places are possible; choose with --crs: 'EPSG:9210'",
    ),
    "degrees that are metres": (
        unusable(communes().set_crs("EPSG:4326", allow_override=True)),
        CrsError,
        r"the file declares EPSG:4326, and \d places are possible; choose with --crs: 'EPSG:9210'",
    ),
    "a grid of its own": (
        unusable(communes().set_crs('LOCAL_CS["x",UNIT["metre",1]]', allow_override=True)),
        CrsError,
        r"declares ENGCRS.*choose with --crs: 'EPSG:9210'",
    ),
    "no geometry": (
        with_text("a.csv", "ma_xa,name\n1,x\n"),
        DataError,
        "layer communes: the data has no geometry; expected polygon features",
    ),
    "points": (
        unusable(communes().set_geometry([Point(500_000, 1_200_000)] * 2)),
        DataError,
        "row 1 is a Point; expected Polygon",
    ),
    "lines": (
        unusable(communes().set_geometry([line()] * 2)),
        DataError,
        "row 1 is a LineString; expected Polygon",
    ),
    "no key": (
        unusable(communes().drop(columns="ma_xa")),
        DataError,
        "field commune_code: is missing; the data has: ",
    ),
    "an empty key": (
        unusable(communes(ma_xa=["11", None])),
        DataError,
        "field commune_code, row 2: value_missing",
    ),
    "a key twice": (
        unusable(communes(ma_xa=["11", "11"])),
        DataError,
        "row 2: key_repeated: The key 11 stands in row 1 already",
    ),
    "no required value": (
        unusable(communes(TEN_XA=["x", " "])),
        DataError,
        "field name, row 2: value_missing",
    ),
    "a code that is none": (
        unusable(communes(kind=["thị trấn", "xa"])),
        DataError,
        "field kind, row 1: code_unknown: “thị trấn” is not in the code list: xa, phuong",
    ),
    "a number that is none": (
        unusable(communes(Area_km2=["một", "4"])),
        DataError,
        "field area_km2, row 1: number_unreadable: “một” is no number",
    ),
    "coordinates that are none": (
        unusable(point_at_nan()),
        DataError,
        "row 1: coordinate_not_finite",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_gets_a_sentence_and_changes_nothing(
    ws: Workspace, tmp_path: Path, case: str
) -> None:
    write, error, words = CASES[case]
    path = write(tmp_path)
    with pytest.raises(error, match=words) as caught:
        import_file(ws, path, "communes")
    assert "\n" not in str(caught.value)
    assert ws.store.published() == ws.published
    assert [version.id for version in ws.store.versions("communes")] == [
        ws.published.versions["communes"]
    ]
    assert list(ws.store.folder.glob("*/.staged-*")) == []
    assert len(ws.latest().read("communes")) == 4


def test_a_raster_that_is_cut(ws: Workspace, tmp_path: Path) -> None:
    path = Path(shutil.copy(ws.settings.root / "data" / "cover.tif", tmp_path))
    cut(path, 0.9)
    with pytest.raises(DataError, match=r"cover\.tif: cannot be read"):
        import_file(ws, path, "cover")
    (tmp_path / "a.shp").write_bytes(b"")
    with pytest.raises(DataError, match=r"a\.shp: cannot be read"):
        import_file(ws, tmp_path / "a.shp", "cover")
    assert ws.store.published() == ws.published


def test_an_unknown_layer(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownError, match="there is no layer 'x'"):
        import_file(ws, tmp_path / "a.gpkg", "x")


def test_who_may_not(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="layer communes: anonymous may not publish"):
        deliver(ws.as_user(ANONYMOUS), communes(), tmp_path / "a.gpkg")
    assert ws.store.published() == ws.published


def test_a_title_of_two_codes_tells_nothing(small_workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = small_workspace().settings.root
    path = root / "layers" / "communes.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('vi = "Phường", en = "Ward"', 'vi = "Xã", en = "Ward"'), "utf-8")
    ws = open_workspace(root)
    with pytest.raises(DataError, match="“Xã” is not in the code list: xa, phuong"):
        deliver(ws, communes(kind=["Xã", "Ward"]), tmp_path / "a.gpkg")


def test_the_real_communes_of_2025(shared_data: Path, province_files: Callable[[], Path]) -> None:
    """Schematic communes give way to the real ones, and come back on rollback, marks and all."""
    ws = open_workspace(province_files())
    list(build(ws, plan_build(ws, only=["communes_2025"]), workers=1))
    ws = ws.latest()
    assert ws.marks("communes_2025") == ("schematic",)
    schematic = ws.read("communes_2025")
    assert len(schematic) == 65
    real = import_file(
        ws,
        shared_data / "communes_2025.gpkg",
        "communes_2025",
        delivery=Delivery(
            source="vietnamese-provinces-database",
            licence="MIT",
            mapping={"code": "commune_code", "type": "kind"},
        ),
    )
    served = ws.latest().read("communes_2025")
    assert len(served) == real.count == 65
    assert served.crs.to_epsg() == 9215
    assert served.union_all().area / 1e6 == pytest.approx(GENERALISED_KM2, rel=1e-3)
    assert served["kind"].value_counts().to_dict() == {"xa": 61, "phuong": 4}
    assert "Đồng Đăng" in set(served["name"])
    assert ws.latest().marks("communes_2025") == ()
    assert "gisServerId" in real.provenance.dropped
    assert rollback(ws, "communes_2025") == ws.versions["communes_2025"].id
    assert ws.latest().marks("communes_2025") == ("schematic",)
    assert ws.latest().read("communes_2025").geometry.equals(schematic.geometry)
