"""Real and true-format files all the way in: what the delivery's users will do."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

import geopandas as gpd
import pyogrio
import shapely
from shapely import Polygon, box

from geo_app.errors import CrsError, UnknownError
from geo_app.intake.delivery import Delivery, draft_import, import_file, publish_draft
from geo_app.intake.identity import assign_ids
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.history import findings_of

MakeWorkspace = Callable[..., Workspace]
SITE = Polygon(
    [(449_314.377, 2_417_549.695), (449_614.38, 2_417_552.1), (449_601.25, 2_417_349.6),
     (449_455.5, 2_417_400.05), (449_310.0, 2_417_351.75)]
)  # fmt: skip
CRS = "EPSG:9215"
SITES = """
title = {vi = "Khu đất", en = "Sites"}
summary = {vi = "Khu đất.", en = "Sites."}
theme = "administration"
geometry = "polygon"
crs = "EPSG:9215"
key = ["site_id"]
name = "name"
owner = "so_xd"
order = 99

[fields.site_id]
type = "text"
title = {vi = "Mã", en = "Id"}
assigned = true

[fields.name]
type = "text"
title = {vi = "Tên", en = "Name"}

[legend]
[[legend.classes]]
title = {vi = "Khu đất", en = "Site"}
color = "#7a3b12"
"""


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    """The province's catalogue and plan, a layer of sites without numbers, and no data at all."""
    root, here = tmp_path / "province", Path(__file__).parents[2]
    for name in ("layers", "plan"):
        shutil.copytree(here / name, root / name)
    shutil.copy(here / "geo_app.toml", root)
    (root / "layers" / "sites.toml").write_text(SITES, encoding="utf-8")
    return open_workspace(root)


def as_excel(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["BẢNG KÊ TỌA ĐỘ RANH GIỚI KHU ĐẤT"])
    sheet.append(["Hệ tọa độ VN-2000, kinh tuyến trục 107°15', múi chiếu 3°"])
    sheet.append(["Số hiệu điểm", "Tọa độ", None])
    sheet.append([None, "X (m)", "Y (m)"])
    sheet.merge_cells("B3:C3")
    for number, (east, north) in enumerate(SITE.exterior.coords, start=1):
        written = [f"{north:,.3f}", f"{east:,.3f}"]
        sheet.append([number % 6, *(w.translate(str.maketrans(",.", ".,")) for w in written)])
    book.save(folder / "site.xlsx")
    return folder / "site.xlsx"


def as_dxf(folder: Path) -> Path:
    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(SITE.exterior.coords)], crs=CRS)
    pyogrio.write_dataframe(frame, folder / "site.dxf", driver="DXF")
    return folder / "site.dxf"


def as_tab(folder: Path) -> Path:
    frame = gpd.GeoDataFrame({"name": ["Khu A"]}, geometry=[SITE], crs=CRS)
    bounds = "300000,2300000,600000,2600000"
    pyogrio.write_dataframe(
        frame, folder / "site.tab", driver="MapInfo File", layer_options={"BOUNDS": bounds}
    )
    return folder / "site.tab"


def as_kmz(folder: Path) -> Path:
    frame = gpd.GeoDataFrame({"Name": ["Khu A"]}, geometry=[SITE], crs=CRS).to_crs("EPSG:4326")
    pyogrio.write_dataframe(frame, folder / "site.kmz", driver="LIBKML")
    return folder / "site.kmz"


@pytest.mark.parametrize("write", [as_excel, as_dxf, as_tab, as_kmz])
def test_one_footprint_from_four_offices(
    ws: Workspace, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    path = write(tmp_path)
    # A drawing declares nothing; MapInfo has no VN-2000 and writes the zone on WGS 84.
    crs = CRS if path.suffix in {".dxf", ".tab"} else None
    import_file(ws, path, "sites", delivery=Delivery(crs=crs))
    served = ws.latest().read("sites")
    assert isinstance(served, gpd.GeoDataFrame)
    (shape,) = served.geometry
    assert shapely.hausdorff_distance(shape, SITE) < 0.01
    assert shape.area == pytest.approx(SITE.area, abs=1)


def test_a_drawing_without_a_crs_is_asked_for(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CrsError, match=r"the file declares no CRS, and .* choose with --crs"):
        import_file(ws, as_dxf(tmp_path), "sites")


class TestNamesInTcvn3:
    """The 226 communes as the province once sent them: VN-2000, TCVN3, no .cpg."""

    @pytest.fixture
    def old(self, ws: Workspace) -> Workspace:
        folder = ws.settings.root / "layers"
        text = (folder / "communes_2025.toml").read_text(encoding="utf-8")
        text = text.replace('names = "communes_2025"', 'names = "communes_2019"')
        text = text.replace("[fields.kind]\n", "[fields.kind_]\n", 1)
        start, end = text.index("[fields.kind_]"), text.index("[fields.former_district]")
        text = text[:start] + text[end:]
        text = text[: text.index("[legend]")] + SITES[SITES.index("[legend]") :]
        (folder / "communes_2019.toml").write_text(text, encoding="utf-8")
        return open_workspace(ws.settings.root)

    def test_all_the_way_in(self, old: Workspace, shared_data: Path) -> None:
        official = shared_data / "communes_2009_2019.gpkg"
        columns = {"code": "commune_code", "full_name": "name", "district": "former_district"}
        said = Delivery(mapping=columns)
        import_file(old, official, "communes_2019", delivery=said)
        ws = old.latest()
        path = shared_data / "shp_vn2000_tcvn3" / "xa_lang_son_tcvn3.shp"
        draft = draft_import(ws, path, "communes_2019")
        assert draft.provenance.encoding == {"TEN_XA": "tcvn3", "TEN_HUYEN": "tcvn3"}
        publish_draft(ws, draft)
        ws = ws.latest()
        served = ws.read("communes_2019").set_index("commune_code")
        given = gpd.read_file(official).set_index("code")
        assert len(served) == len(given) == 226
        assert served.loc["05971", "name"] == "P. Hoàng Văn Thụ"
        here, there = served.sort_index().geometry, given.sort_index().to_crs(CRS).geometry
        assert max(shapely.hausdorff_distance(here.to_numpy(), there.to_numpy())) < 1
        listed = [f for f in findings_of(ws, "communes_2019") if f.code.startswith("name_")]
        otherwise = [f for f in listed if f.code != "name_ambiguous"]
        assert (len(otherwise), len(listed) - len(otherwise)) == (31, 1)
        names = {f.values["name"] for f in otherwise}
        assert any("Quý Hoà" in name for name in names)
        assert all(f.row and f.field == "name" for f in listed)


class TestIds:
    def sites(self, *shapes: Polygon) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(
            {"name": list("abcdefg")[: len(shapes)]}, geometry=list(shapes), crs=CRS
        )

    @pytest.fixture
    def squares(self) -> list[Polygon]:
        x, y = 449_000, 2_417_000
        return [box(x + 500 * k, y, x + 500 * k + 100, y + 100) for k in range(4)]

    def test_a_feature_keeps_its_id_as_long_as_its_shape_lasts(
        self, ws: Workspace, tmp_path: Path, squares: list[Polygon]
    ) -> None:
        path = tmp_path / "a.gpkg"
        self.sites(*squares[:3]).to_file(path)
        import_file(ws, path, "sites")
        first = ws.latest().read("sites")
        assert first["site_id"].is_unique
        grown = squares[1].buffer(10, join_style="mitre")
        self.sites(squares[3], grown, squares[0]).to_file(path)
        latest = ws.latest()
        draft = draft_import(latest, path, "sites")
        assert draft.difference is not None
        assert draft.difference.by == "geometry"
        assert draft.difference.counts == {"added": 1, "changed": 2, "removed": 1, "unchanged": 0}
        assert "matched_by_geometry" in {f.code for f in draft.findings}
        publish_draft(latest, draft)
        second = ws.latest().read("sites")
        ids = {shape.wkb: key for shape, key in zip(first.geometry, first["site_id"], strict=True)}
        now = dict(zip(second["name"], second["site_id"], strict=True))
        assert now["c"] == ids[squares[0].wkb]
        assert now["b"] == ids[squares[1].wkb]
        assert now["a"] not in set(first["site_id"])

    def test_new_ids_name_the_moment(self, ws: Workspace, squares: list[Polygon]) -> None:
        layer = ws.catalogue.layer("sites")
        made = assign_ids(
            self.sites(*squares[:2]), layer, None, datetime(2026, 3, 31, 10, tzinfo=UTC)
        )
        assert made["site_id"].tolist() == ["20260331T100000000-1", "20260331T100000000-2"]

    def test_a_file_with_ids_keeps_them(
        self, ws: Workspace, tmp_path: Path, squares: list[Polygon]
    ) -> None:
        self.sites(*squares[:2]).assign(site_id=["x", "y"]).to_file(tmp_path / "a.gpkg")
        import_file(ws, tmp_path / "a.gpkg", "sites")
        assert ws.latest().read("sites")["site_id"].tolist() == ["x", "y"]


def test_the_state_on_a_day(ws: Workspace, tmp_path: Path) -> None:
    """Two deliveries on one day: the later one is that day's; the day before there was none."""
    import_file(ws, as_excel(tmp_path), "sites")
    import_file(ws.latest(), as_kmz(tmp_path), "sites")
    latest = ws.latest()
    zone = ZoneInfo(latest.settings.time_zone)
    today = latest.published.history[-1].when.astimezone(zone).date()
    assert len(latest.read("sites", as_of=today.isoformat())) == 1
    with pytest.raises(UnknownError, match="no data"):
        latest.read("sites", as_of=(today - timedelta(days=1)).isoformat())
