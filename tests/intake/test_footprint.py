"""What someone brings to be looked at: any format, pasted text, and all that is wrong with both."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from test_arrivals import CRS, SITE, as_dxf, as_excel, as_kmz, as_tab

import geopandas as gpd
import pyogrio
import shapely
from shapely import LineString, Point, Polygon, box

from geo_app.domain.access import ANONYMOUS
from geo_app.errors import CrsError, DataError
from geo_app.intake import outlines
from geo_app.intake.footprint import Footprints, read_footprints, read_pasted
from geo_app.intake.placing import references
from geo_app.intake.sent import footprints_from, read_sent
from geo_app.workspace import Workspace, open_workspace

HERE = Path(__file__).parents[2]
Write = Callable[[Path], Path]
EAST, NORTH = 501_000, 1_201_000
"""Inside the small province, in its CRS."""
HOME = "EPSG:9210"
SQUARE = box(EAST, NORTH, EAST + 100, NORTH + 100)
TURNED = "POLYGON((1201000 501000,1201100 501000,1201100 501100,1201000 501100,1201000 501000))"
"""`SQUARE` with its axes swapped."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The repository's province without data."""
    root = tmp_path_factory.mktemp("empty") / "province"
    for name in ("layers", "plan"):
        shutil.copytree(HERE / name, root / name)
    shutil.copy(HERE / "geo_app.toml", root)
    return open_workspace(root)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def as_zipped_shapefile(folder: Path) -> Path:
    gpd.GeoDataFrame({"ten": ["Khu A"]}, geometry=[SITE], crs=CRS).to_file(folder / "site.shp")
    with zipfile.ZipFile(folder / "site.zip", "w") as archive:
        for part in folder.glob("site.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    return folder / "site.zip"


def as_package(folder: Path) -> Path:
    gpd.GeoDataFrame({"ten": ["Khu A"]}, geometry=[SITE], crs=CRS).to_file(folder / "site.gpkg")
    return folder / "site.gpkg"


def as_geojson(folder: Path) -> Path:
    frame = gpd.GeoDataFrame({"name": ["Khu A"]}, geometry=[SITE], crs=CRS).to_crs("EPSG:4326")
    pyogrio.write_dataframe(
        frame, folder / "site.geojson", driver="GeoJSON", layer_options={"COORDINATE_PRECISION": 9}
    )
    return folder / "site.geojson"


def as_csv(folder: Path) -> Path:
    rows = [(n, y, x) for n, (x, y) in enumerate(SITE.exterior.coords, start=1)]
    table = pd.DataFrame(rows, columns=["STT", "X(m)", "Y(m)"])
    table.to_csv(folder / "site.csv", index=False, sep=";", decimal=",")
    return folder / "site.csv"


def as_text(folder: Path) -> Path:
    lines = [f"{n}\t{y:.3f}\t{x:.3f}" for n, (x, y) in enumerate(SITE.exterior.coords, start=1)]
    (folder / "pasted").write_text("\n".join(lines), encoding="utf-8")
    return folder / "pasted"


FORMATS: list[Write] = [
    as_excel, as_dxf, as_tab, as_kmz, as_zipped_shapefile, as_package, as_geojson, as_csv, as_text
]  # fmt: skip


@pytest.mark.parametrize("write", FORMATS)
def test_one_footprint_however_it_is_brought(
    empty: Workspace, tmp_path: Path, write: Write
) -> None:
    path = write(tmp_path)
    # What declares nothing, or what MapInfo writes of VN-2000, is told.
    crs = CRS if write in (as_dxf, as_tab, as_csv, as_text) else None
    if write is as_text:
        found = read_pasted(empty, path.read_text(encoding="utf-8"), crs=crs)
    else:
        found = read_footprints(empty, path, crs=crs)
    assert found.decided
    assert found.frame is not None
    assert list(found.frame.columns) == ["footprint", "geometry"]
    assert found.frame.crs == CRS
    (shape,) = found.frame.geometry
    assert shapely.hausdorff_distance(shape, SITE) < 0.01
    assert shape.area == pytest.approx(SITE.area, abs=1)


@pytest.mark.parametrize("write", [as_dxf, as_tab, as_csv])
def test_a_place_that_is_open_is_asked(empty: Workspace, tmp_path: Path, write: Write) -> None:
    found = read_footprints(empty, write(tmp_path))
    assert not found.decided
    assert found.frame is None
    assert len(found.candidates) > 1
    there = [candidate for candidate in found.candidates if candidate.placement.name == CRS]
    assert there
    (shape,) = found.at(there[0]).geometry
    assert shapely.hausdorff_distance(shape, SITE) < 0.01
    assert found.given.crs is None


class TestPasted:
    def test_one_point(self, small_province: Workspace) -> None:
        found = read_pasted(small_province, f"Mốc 5: {NORTH} {EAST}", crs=HOME)
        assert found.frame is not None
        assert found.frame["footprint"].tolist() == ["Mốc 5"]
        assert found.frame.geometry.iloc[0] == Point(EAST, NORTH)
        assert found.candidates[0].placement.name == HOME

    def test_swapped_axes_are_told_with_the_metres_between_places(
        self, small_province: Workspace
    ) -> None:
        found = read_pasted(small_province, TURNED)
        assert "axes_swapped" in {finding.code for finding in found.findings}
        first, *others = found.candidates
        assert first.placement.name == f"{HOME} swapped"
        assert all(candidate.apart_m > 1_000 for candidate in others)
        told = read_pasted(small_province, TURNED, crs=first.placement.name)
        assert told.frame is not None
        assert told.frame.geometry.iloc[0].equals(SQUARE)

    @pytest.mark.parametrize(
        ("shape", "kind"), [(None, "Polygon"), ("polygon", "Polygon"), ("line", "LineString")]
    )
    def test_points_that_follow_one_another(
        self, small_province: Workspace, shape: outlines.Shape | None, kind: str
    ) -> None:
        text = f"{EAST} {NORTH}\n{EAST + 100} {NORTH}\n{EAST + 100} {NORTH + 100}"
        found = read_pasted(small_province, text, crs=HOME, shape=shape)
        assert found.frame is not None
        assert found.frame.geom_type.tolist() == [kind]

    def test_points_are_points_where_that_is_said(self, small_province: Workspace) -> None:
        text = f"A {EAST} {NORTH}\nB {EAST + 100} {NORTH}\nC {EAST + 100} {NORTH + 100}"
        found = read_pasted(small_province, text, crs=HOME, shape="point")
        assert found.frame is not None
        assert found.frame["footprint"].tolist() == ["A", "B", "C"]

    def test_two_points_make_a_line_where_that_is_said(self, small_province: Workspace) -> None:
        text = f"A {EAST} {NORTH}\nB {EAST + 100} {NORTH}"
        found = read_pasted(small_province, text, crs=HOME, shape="line")
        assert found.frame is not None
        assert found.frame.length.tolist() == [100]

    def test_degrees_that_a_phone_gives_may_be_vn_2000(self, small_province: Workspace) -> None:
        found = read_pasted(small_province, "10.8637, 105.7591")
        names = [candidate.placement.name for candidate in found.candidates]
        assert names == ["EPSG:4326", "EPSG:4756"]
        assert 200 < found.candidates[1].apart_m < 250


class TestRefused:
    """A sentence in two languages says what to do."""

    @pytest.mark.parametrize(
        ("text", "crs", "words"),
        [
            ("", None, "there are no coordinates in the text"),
            ("POINT EMPTY", HOME, "there is no shape in it; expected closed lines"),
            ("POINT (nan nan)", HOME, "has a coordinate that is no number"),
            ("5 5", None, "there are no coordinates"),
            ("1300000 7000000", None, "No known coordinate system puts this data into"),
            (f"SRID=9210;POINT({EAST} {NORTH + 600_000})", None, "not in this province; they fit"),
            (f"{EAST} {NORTH + 600_000}", HOME, "'1' lies 591 km outside the province"),
            ("21.85 106.76\n449314 2417549", None, "2 rows|in degrees, 1 in metres, in one table"),
            (f"{EAST} {NORTH}", "EPSG:1", "no such coordinate system"),
            (f"{EAST} {NORTH}", "VN-2000", "expected a code such as EPSG:9215"),
            (
                f"{EAST} {NORTH}\n{EAST + 100} {NORTH + 100}\n{EAST + 100} {NORTH}\n"
                f"{EAST} {NORTH + 100}",
                HOME,
                "row 1: The shape is invalid .Self-intersection.; not repaired, for its area",
            ),
        ],
    )
    def test_text(self, small_province: Workspace, text: str, crs: str | None, words: str) -> None:
        with pytest.raises((DataError, CrsError), match=words):
            read_pasted(small_province, text, crs=crs)

    def test_a_self_crossing_outline_is_told_in_vietnamese(self, small_province: Workspace) -> None:
        crossed = Polygon(
            [(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)]
        )
        with pytest.raises(DataError) as caught:
            read_pasted(small_province, crossed.wkt, crs=HOME)
        assert "không sửa vì diện tích sẽ đổi" in caught.value.told("vi")

    def test_a_ring_of_two_points(self, small_province: Workspace) -> None:
        text = "Khu 1\n" + "\n".join(f"{EAST + n} {NORTH}" for n in range(2)) + "\nKhu 2\n"
        text += f"{EAST} {NORTH}\n{EAST + 9} {NORTH}\n{EAST} {NORTH + 9}"
        with pytest.raises(DataError, match="Shape “Khu 1” has only 2 points"):
            read_pasted(small_province, text, crs=HOME)


def test_a_small_crossing_is_mended_and_told(small_province: Workspace) -> None:
    """A spike of 1 cm² goes; 0.5 m² of 10,000 may change, no more."""
    corners = [*SQUARE.exterior.coords[:-1], (EAST + 100.01, NORTH + 0.02), (EAST + 100.01, NORTH)]
    found = read_pasted(small_province, Polygon(corners).wkt, crs=HOME)
    assert found.frame is not None
    assert found.frame.geometry.is_valid.all()
    assert found.frame.area.iloc[0] == pytest.approx(10_000, abs=1)


def test_outside_the_province_is_told_and_read(small_province: Workspace) -> None:
    found = read_pasted(small_province, f"{EAST - 10_000} {NORTH}", crs=HOME)
    assert found.frame is not None
    (outside,) = (f for f in found.findings if f.code == "outside_outline")
    assert outside.values["distance_m"] == pytest.approx(9_000)


class TestDrawings:
    def write(self, path: Path, *shapes: shapely.Geometry) -> Path:
        pyogrio.write_dataframe(
            gpd.GeoDataFrame(geometry=list(shapes), crs=HOME), path, driver="DXF"
        )
        return path

    def test_lettering_and_open_lines_are_left_out(
        self, small_province: Workspace, tmp_path: Path
    ) -> None:
        lettering = [Point(EAST, NORTH), LineString([(EAST, NORTH), (EAST + 9, NORTH)])]
        path = self.write(tmp_path / "a.dxf", SQUARE.exterior, *lettering)
        found = read_footprints(small_province, path, crs=HOME)
        assert found.frame is not None
        assert found.frame.geometry.iloc[0].equals(SQUARE)
        (told,) = (f for f in found.findings if f.code == "other_shapes_left_out")
        assert (told.values["count"], told.done) == (2, "left_out")
        lines = read_footprints(small_province, path, crs=HOME, shape="line")
        assert lines.frame is not None
        assert lines.frame.geom_type.tolist() == ["LineString"] * 2

    def test_what_is_asked_for_is_not_there(
        self, small_province: Workspace, tmp_path: Path
    ) -> None:
        path = self.write(tmp_path / "a.dxf", Point(EAST, NORTH))
        with pytest.raises(DataError, match=r"a\.dxf: there is no polygon in it"):
            read_footprints(small_province, path, crs=HOME, shape="polygon")

    def test_an_empty_drawing(self, small_province: Workspace, tmp_path: Path) -> None:
        path = self.write(tmp_path / "a.dxf")
        with pytest.raises(DataError, match=r"a\.dxf: is empty: there is nothing drawn") as caught:
            read_footprints(small_province, path)
        assert "tệp rỗng" in caught.value.told("vi")


class TestSeveral:
    def frame(self, count: int) -> gpd.GeoDataFrame:
        shapes = [shapely.affinity.translate(SQUARE, 200 * n) for n in range(count)]
        return gpd.GeoDataFrame(
            {"ten_khu": ["Khu A", "Khu A", None][:count]}, geometry=shapes, crs=HOME
        )

    def test_each_has_a_name_of_its_own(self, small_province: Workspace, tmp_path: Path) -> None:
        self.frame(3).to_file(tmp_path / "a.gpkg")
        found = read_footprints(small_province, tmp_path / "a.gpkg")
        assert found.frame is not None
        assert found.frame["footprint"].tolist() == ["Khu A", "Khu A (2)", "3"]

    def test_layers_are_named_or_asked_for(self, small_province: Workspace, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        self.frame(1).to_file(path, layer="ranh")
        self.frame(2).to_file(path, layer="nha")
        with pytest.raises(DataError, match=r"in 2 of its layers \(ranh, nha\); name one of them"):
            read_footprints(small_province, path)
        found = read_footprints(small_province, path, layer="nha")
        assert found.frame is not None
        assert len(found.frame) == 2
        with pytest.raises(DataError, match="there is no layer 'x'; it holds: ranh, nha"):
            read_footprints(small_province, path, layer="x")

    def test_a_layer_without_shapes(self, small_province: Workspace, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("ma,ten\n1,2\n", encoding="utf-8")
        with pytest.raises(DataError, match=r"a\.csv: there is no shape in it"):
            read_footprints(small_province, tmp_path / "a.csv", layer="a")

    def test_folders_of_a_kml_are_read_together(
        self, small_province: Workspace, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.kml"
        for name in ("Khu A", "Khu B"):
            frame = self.frame(1).rename(columns={"ten_khu": "Name"}).to_crs("EPSG:4326")
            pyogrio.write_dataframe(
                frame.assign(Name=name), path, driver="LIBKML", layer=name, append=path.exists()
            )
        found = read_footprints(small_province, path)
        assert found.frame is not None
        assert found.frame["footprint"].tolist() == ["Khu A", "Khu B"]

    def test_an_empty_sheet_beside_the_table(
        self, small_province: Workspace, tmp_path: Path
    ) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in [["X", "Y"], [NORTH, EAST], [NORTH, EAST + 9], [NORTH + 9, EAST]]:
            book.active.append(row)
        book.create_sheet("Sheet2")
        book.save(tmp_path / "a.xlsx")
        found = read_footprints(small_province, tmp_path / "a.xlsx", crs=HOME)
        assert found.frame is not None
        assert found.frame.area.tolist() == [40.5]

    def test_too_many_are_a_layer(
        self, small_province: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.frame(3).to_file(tmp_path / "a.gpkg")
        monkeypatch.setattr(outlines, "MOST_LAYERS", 0)
        with pytest.raises(DataError, match="in 1 of its layers"):
            read_footprints(small_province, tmp_path / "a.gpkg")
        monkeypatch.setattr(outlines, "MOST_LAYERS", 20)
        monkeypatch.setattr(outlines, "MOST_VERTICES", 14)
        with pytest.raises(DataError, match="has 15 vertices; expected at most 14"):
            read_footprints(small_province, tmp_path / "a.gpkg")
        monkeypatch.setattr(outlines, "MOST", 2)
        with pytest.raises(DataError, match="has 3 shapes; expected at most 2"):
            read_footprints(small_province, tmp_path / "a.gpkg")


BOMB = {"a.txt": b"0" * 30_000_000}
HOSTILE: dict[str, tuple[bytes | dict[str, bytes], str]] = {
    "nothing.dxf": (b"", "the file is empty"),
    "nul.gpkg": (b"\0" * 200, "is something else, not a GeoPackage"),
    "page.geojson": (b"<html>\xff", "cannot be read"),
    "pdf.shp": (b"%PDF-1.7", "is a PDF, not a Shapefile"),
    "dwg.dxf": (b"AC1032", "is a DWG drawing, not a DXF"),
    "plan.dwg": (b"AC1032", "is a DWG, a closed format; save it as DXF"),
    "plan.pdf": (b"%PDF", "is a PDF; ask for the drawing"),
    "virus.exe": (b"MZ", "cannot read '.exe'; expected one of"),
    "bare": (b"x", "cannot read ''; expected one of"),
    "entity.kml": (b"<!DOCTYPE k [<!ENTITY a 'b'>]><kml/>", "XML entities"),
    "old.xls": (b"\xd0\xcf\x11\xe0", "cannot be read as an Excel file"),
    "book.xlsx": (b"PK\x03\x04", "cannot be read as an Excel file"),
    "cut.zip": (b"PK\x03\x04", "cannot be opened as a zip archive"),
    "alone.tab": (b"!table\n!version 300\n", "comes alone; a MapInfo table is .tab, .dat, .map"),
    "cut.parquet": (b"PAR1", "cannot be read"),
    "table.csv": (b"ma,ten\n1,2\n", "there is no shape in it"),
    "word.csv": (b"ten;X;Y\nA;2417549;449314\nB;hai;449315\n", "row 3: Column X: “hai” is no"),
    "bomb.zip": (BOMB, "a zip bomb"),
    "out.zip": ({"../a.dxf": b"x"}, "leads out of the archive's folder"),
    "inner.zip": ({"b.zip": b"x"}, "is an archive within the archive"),
    "two.zip": ({"a.dxf": b"x", "b.dxf": b"x"}, "expected one data set in the archive, found 2"),
    "none.zip": ({"a.txt.bin": b"x"}, "expected one data set in the archive, found 0"),
    "TỐI MẬT.csv": (b"X;Y\n1201000;501000\n", "The secrecy mark"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_sentence_and_leave_nothing(
    small_province: Workspace, tmp_path: Path, scratch: Path, name: str
) -> None:
    content, words = HOSTILE[name]
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, inside in content.items():
                archive.writestr(entry, inside)
    with pytest.raises(DataError, match=words) as caught:
        read_footprints(small_province, path, crs=HOME)
    assert caught.value.vi
    assert list(scratch.iterdir()) == []


class TestSent:
    def test_what_crosses_the_border_between_processes_is_the_same(
        self, small_province: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        drawn = gpd.GeoDataFrame(geometry=[SQUARE.exterior], crs=HOME)
        pyogrio.write_dataframe(drawn, "a.dxf", driver="DXF")
        for crs in (None, HOME):
            here = read_footprints(small_province, Path("a.dxf"), crs=crs)
            root, generation = (
                str(small_province.settings.root),
                small_province.published.generation,
            )
            answer = read_sent(root, generation, "public", "a.dxf", crs=crs, layer=None, shape=None)
            same_as(footprints_from(json.loads(json.dumps(answer))), here)


def same_as(there: Footprints, here: Footprints) -> None:
    assert there.given.equals(here.given)
    assert (there.candidates, there.decided, there.crs) == (
        here.candidates,
        here.decided,
        here.crs,
    )
    assert [f.to_json() for f in there.findings] == [f.to_json() for f in here.findings]
    if here.frame is not None:
        assert there.frame is not None
        assert there.frame.equals(here.frame)
        assert there.frame.crs == here.frame.crs


def test_what_a_reader_may_not_see_is_no_reference(
    small_workspace: Callable[..., Workspace], publish_frame: Callable[..., object]
) -> None:
    ws = small_workspace()
    units = ws.read("communes")
    publish_frame(ws, "communes", units)
    ws = ws.latest()
    layer = replace(ws.catalogue.layer("communes"), access="restricted")
    closed = replace(
        ws, catalogue=replace(ws.catalogue, layers={**ws.catalogue.layers, "communes": layer})
    )
    assert len(references(closed)) == 1
    assert references(closed.as_user(ANONYMOUS)) == []
