"""Every verb of the command line: what it prints, and one line with exit code 1 where it cannot."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import geopandas as gpd
import pyogrio
from shapely import box

from geo_app import __version__
from geo_app.cli import main
from geo_app.config import Settings
from geo_app.domain.access import ANONYMOUS, OFFICE, User
from geo_app.storage import store as store_module
from geo_app.workspace import Workspace, open_workspace, publishing

MakeWorkspace = Callable[..., Workspace]
Run = Callable[..., Result]
VERBS = (
    "basemap",
    "build",
    "catalogue",
    "check",
    "checks",
    "export",
    "fetch",
    "findings",
    "history",
    "import",
    "inspect",
    "layers",
    "locate",
    "new",
    "overrides",
    "plan",
    "posts",
    "presets",
    "prune",
    "rollback",
    "serve",
    "studies",
    "study",
    "versions",
    "where",
    "withdraw",
)


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return small_workspace()


@pytest.fixture
def run(ws: Workspace) -> Run:
    """Return a function that runs a verb in the test's own small province."""

    def run(*arguments: object) -> Result:
        if arguments[0] == "import":
            arguments += ("--unclassified",)
        return invoke("--workspace", ws.settings.root, *arguments)

    return run


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    """Return the error: one line, exit code 1, nothing printed as a result."""
    assert result.exit_code == 1, result.output
    (line,) = (each for each in result.stderr.splitlines() if each.startswith("error: "))
    assert result.stderr.rstrip().endswith(line)
    return line


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """A GeoPackage of two communes."""
    path = tmp_path / "giao.gpkg"
    shapes = [
        box(500_000, 1_200_000, 501_000, 1_201_000),
        box(502_000, 1_200_000, 503_000, 1_201_000),
    ]
    columns = {"MA": ["11", "12"], "ten_xa": ["Tân Thanh", "Bảo Lâm"], "thua": [1, 2]}
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:9210").to_file(path)
    return path


class TestListing:
    def test_help_names_every_verb(self) -> None:
        text = done(invoke("--help"))
        assert [verb for verb in VERBS if f"\n  {verb} " not in text] == []
        assert sorted(main.commands) == sorted(VERBS)
        for verb in VERBS:
            assert "Usage:" in done(invoke(verb, "--help"))

    def test_version(self) -> None:
        assert __version__ in done(invoke("--version"))

    def test_layers(self, run: Run) -> None:
        lines = done(run("layers")).splitlines()
        assert lines[0].split() == [
            "id",
            "theme",
            "geometry",
            "readiness",
            "marks",
            "date",
            "title",
        ]
        assert len(lines) == 10
        (communes,) = (line for line in lines if line.startswith("communes "))
        assert "illustrative" in communes
        assert "schematic unverified" in communes
        assert communes.endswith("Xã, phường")

    def test_layers_as_json(self, run: Run) -> None:
        rows = json.loads(done(run("layers", "--json")))
        assert [list(row) for row in rows] == [
            [
                "id",
                "title",
                "title_en",
                "theme",
                "family",
                "geometry",
                "crs",
                "access",
                "state",
                "readiness",
                "marks",
                "owner",
                "date",
                "version",
                "count",
                "load",
            ]
        ] * 9
        assert {row["id"]: row["count"] for row in rows}["wells"] == 5

    def test_versions(self, run: Run, ws: Workspace) -> None:
        (row,) = json.loads(done(run("versions", "wells", "--json")))
        assert list(row) == [
            "id",
            "layer",
            "served",
            "created",
            "kind",
            "count",
            "by",
            "source",
            "agency",
            "date",
            "accuracy",
            "licence",
            "decision",
            "marks",
            "file",
            "sha256",
            "findings",
            "difference",
        ]
        assert row["id"] == ws.published.versions["wells"]
        assert row["served"] is True
        assert row["id"] in done(run("versions", "wells"))
        assert json.loads(done(run("versions", "schools", "--json"))) == []
        assert len(done(run("versions", "schools")).splitlines()) == 1

    def test_catalogue_check(self, run: Run, ws: Workspace) -> None:
        text = done(run("catalogue", "check"))
        assert text == "9 layers, 2 themes, 0 targets, 1 projects, 0 outlines: all in order\n"
        path = ws.settings.root / "layers" / "roads.toml"
        path.write_text(path.read_text(encoding="utf-8").replace('unit = "m"', 'unit = "ft"'))
        line = refused(run("catalogue", "check"))
        assert line.startswith("error: roads.toml: fields.width_m: unit: found 'ft'; expected one")


class TestBuilding:
    def test_build_once(self, small_workspace: MakeWorkspace) -> None:
        root = small_workspace("new", published=False).settings.root
        first = invoke("--workspace", root, "build", "wells", "--workers", "1")
        assert done(first) == "published 1 layers, generation 1\n"
        assert "build" in first.stderr  # the progress bar
        again = invoke("--workspace", root, "build", "wells")
        assert done(again) == "nothing to build: 1 layers are up to date\n"

    def test_build_leaves_delivered_data_alone(self, run: Run, delivered: Path) -> None:
        done(run("import", delivered, "--layer", "communes", "--map", "MA=commune_code"))
        text = done(run("build"))
        assert "left alone, imported (--force builds over them): communes\n" in text
        assert "nothing to build" in text
        forced = done(run("build", "--force", "communes", "--workers", "1"))
        assert forced == "published 1 layers, generation 3\n"

    def test_workers(self, run: Run) -> None:
        assert run("build", "--workers", "0").exit_code == 2


class TestDelivering:
    def test_import_rollback_and_withdraw(self, run: Run, ws: Workspace, delivered: Path) -> None:
        sample = ws.published.versions["communes"]
        text = done(
            run(
                *("import", delivered, "--layer", "communes", "--map", "MA=commune_code"),
                *("--source", "QĐ 1", "--agency", "Sở Nội vụ", "--date", "2026-01-02"),
                *("--accuracy", "±1 m", "--licence", "MIT"),
            )
        )
        real = ws.latest().published.versions["communes"]
        assert text.splitlines() == [
            "mapped   MA -> commune_code",
            "mapped   ten_xa -> name",
            "dropped  thua (no field of communes takes it; --map says which)",
            "placed   from EPSG:9210 (shift: none)",
            "found    field_unmapped: 1",
            f"published communes {real}: 2 features",
        ]
        rows = json.loads(done(run("versions", "communes", "--json")))
        assert [(row["id"], row["served"]) for row in rows] == [(sample, False), (real, True)]
        assert [rows[1][key] for key in ("source", "agency", "date", "accuracy", "licence")] == [
            "QĐ 1",
            "Sở Nội vụ",
            "2026-01-02",
            "±1 m",
            "MIT",
        ]
        assert done(run("rollback", "communes")) == f"now serving communes {sample}\n"
        assert refused(run("rollback", "communes")).endswith("nothing to roll back")
        assert done(run("rollback", "communes", "--to", real)) == f"now serving communes {real}\n"
        text = done(run("withdraw", "communes", real, "--reason", "sai"))
        assert text == f"withdrawn communes {real}; now serving {sample}\n"
        text = done(run("withdraw", "communes", sample, "--reason", "sai"))
        assert text.endswith("now serving nothing\n")

    def test_a_dry_run_publishes_nothing_and_a_second_import_tells_what_changed(
        self, run: Run, ws: Workspace, delivered: Path, tmp_path: Path
    ) -> None:
        order = ("import", delivered, "--layer", "communes", "--map", "MA=commune_code")
        assert done(run(*order, "--dry-run")).endswith("nothing published (0 errors)\n")
        assert ws.store.published() == ws.published
        done(run(*order))
        frame = gpd.read_file(delivered)
        frame["ten_xa"] = ["Tên Mới", frame["ten_xa"].iloc[1]]
        frame.to_file(delivered)
        out = tmp_path / "findings.csv"
        text = done(run(*order, "--findings", out))
        assert "changes  0 added, 1 changed, 0 removed, 1 unchanged\n" in text
        assert out.read_text(encoding="utf-8-sig").startswith("severity,code,row,field,message")
        rows = json.loads(done(run("history", "communes", "--json")))
        assert [(row["file"], row["changed"]) for row in rows[1:]] == [
            ("giao.gpkg", None),
            ("giao.gpkg", 1),
        ]
        (found,) = json.loads(done(run("findings", "communes", "--json")))
        assert (found["code"], found["values"]) == ("field_unmapped", {"column": "thua"})

    def test_inspect_changes_nothing(self, run: Run, ws: Workspace, delivered: Path) -> None:
        text = done(run("inspect", delivered))
        assert "layer giao: 2 rows (2 looked at), Polygon" in text
        assert "place is decided" in text
        found = json.loads(done(run("inspect", delivered, "--json")))
        (layer,) = found["layers"]
        assert [field["name"] for field in layer["fields"]] == ["MA", "ten_xa", "thua"]
        assert layer["place"]["candidates"][0]["crs"] == "EPSG:9210"
        assert layer["likely_layers"][0]["layer"] == "communes"
        assert "there is no layer 'x'" in refused(run("inspect", delivered, "--file-layer", "x"))
        assert ws.store.published() == ws.published

    def test_a_map_of_it_is_written(self, run: Run, delivered: Path, tmp_path: Path) -> None:
        page = tmp_path / "map.html"
        order = ("import", delivered, "--layer", "communes", "--map", "MA=commune_code")
        done(run(*order, "--dry-run", "--preview", page))
        assert "Thay đổi (2)" in page.read_text(encoding="utf-8")

    def test_presets_are_listed(self, run: Run) -> None:
        assert "tables" in done(run("presets"))

    def test_open_data_from_a_file(self, run: Run, ws: Workspace, tmp_path: Path) -> None:
        west, south, east, north = ws.bounds_lonlat
        middle = {"lat": (south + north) / 2, "lon": (west + east) / 2}
        node = {"type": "node", "id": 1, "tags": {"place": "village", "name": "Bản Chu"}} | middle
        (tmp_path / "a.json").write_text(json.dumps({"elements": [node]}), encoding="utf-8")
        text = done(run("fetch", "villages", "--address", tmp_path / "a.json"))
        assert "villages_osm.gpkg, 1 features" in text
        assert "ODbL 1.0; © OpenStreetMap contributors" in text

    def test_what_it_says_of_itself_is_asked_and_kept(self, ws: Workspace, delivered: Path) -> None:
        order = ["import", str(delivered), "--layer", "communes", "--map", "MA=commune_code"]
        order = ["--workspace", str(ws.settings.root), *order, "--unclassified", "--ask"]
        answers = "QĐ 1\n\n2026-03-31\n±1 m\n\n7/QĐ\n"
        done(CliRunner().invoke(main, order, input=answers))
        given = ws.latest().versions["communes"].provenance
        assert (given.source, given.agency, given.licence) == ("QĐ 1", None, None)
        assert (str(given.date), given.accuracy, given.decision) == ("2026-03-31", "±1 m", "7/QĐ")
        beside = delivered.with_name(f"{delivered.name}.toml").read_text(encoding="utf-8")
        assert "date = 2026-03-31" in beside

    def test_whether_it_is_secret_is_asked(self, ws: Workspace, delivered: Path) -> None:
        order = ["--workspace", str(ws.settings.root), "import", str(delivered)]
        order += ["--layer", "communes", "--map", "MA=commune_code"]
        answers = {"y\n": "state secrets do not belong", "": "the question was not answered"}
        for answer, words in answers.items():
            result = CliRunner().invoke(main, order, input=answer)
            assert result.exit_code == 1
            assert words in result.stderr
        assert ws.store.published() == ws.published
        assert CliRunner().invoke(main, order, input="n\n").exit_code == 0

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--layer", "x"), "error: there is no layer 'x'; `geo-app layers` lists"),
            (("--layer", "communes"), "error: layer communes: field commune_code: is missing"),
            (("--layer", "communes", "--map", "x=name"), "error: --map x=name: the file has no"),
            (("--layer", "communes", "--map", "MA=x"), "error: layer communes: there is no field"),
            (("--layer", "wells"), "error: layer wells: field well_code: is missing"),
            (("--layer", "communes", "--file-layer", "x"), "there is no layer 'x'; it holds: giao"),
        ],
    )
    def test_what_does_not_fit(
        self, run: Run, ws: Workspace, delivered: Path, options: tuple[str, ...], words: str
    ) -> None:
        assert words in refused(run("import", delivered, *options))
        assert ws.store.published() == ws.published

    @pytest.mark.parametrize(
        "options",
        [
            (),
            ("--layer", "communes", "--map", "MA"),
            ("--layer", "communes", "--map", "=name"),
            ("--layer", "communes", "--date", "2/1/2026"),
        ],
    )
    def test_what_is_not_said_right(
        self, run: Run, delivered: Path, options: tuple[str, ...]
    ) -> None:
        result = run("import", delivered, *options)
        assert result.exit_code == 2
        assert "Error:" in result.stderr

    def test_withdraw_wants_a_reason(self, run: Run, ws: Workspace) -> None:
        assert run("withdraw", "wells", ws.published.versions["wells"]).exit_code == 2

    def test_prune(
        self, run: Run, ws: Workspace, delivered: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert done(run("prune")).split() == ["layer", "id", "created"]
        assert json.loads(done(run("prune", "--json"))) == []
        for _ in range(3):
            done(run("import", delivered, "--layer", "communes", "--map", "MA=commune_code"))
        sample = ws.published.versions["communes"]
        monkeypatch.setattr(publishing, "KEEP_DAYS", -1)
        (row,) = json.loads(done(run("prune", "--dry-run", "--json")))
        assert list(row) == ["layer", "id", "created"]
        assert (row["layer"], row["id"]) == ("communes", sample)
        assert len(ws.store.versions("communes")) == 4
        assert sample in done(run("prune"))
        assert len(ws.store.versions("communes")) == 3

    def test_export(self, run: Run, tmp_path: Path) -> None:
        for name in ("a.gpkg", "a.csv", "a.xlsx"):
            path = tmp_path / name
            assert done(run("export", "wells", path, "--language", "en")) == f"wrote {path}\n"
            assert path.stat().st_size > 100
        assert pyogrio.read_info(tmp_path / "a.gpkg")["features"] == 5
        assert "endings: .gpkg" in refused(run("export", "wells", tmp_path / "a.dwg"))
        assert "no data published" in refused(run("export", "schools", tmp_path / "b.gpkg"))
        assert not (tmp_path / "b.gpkg").exists()

    def test_export_for_the_layer_s_page(self, run: Run) -> None:
        paths = [
            Path(line.removeprefix("wrote ")) for line in done(run("export", "roads")).split("\n")
        ]
        suffixes = sorted({path.suffix for path in paths if path.name})
        assert suffixes == [".csv", ".geojson", ".gpkg", ".kml", ".xlsx", ".zip"]
        assert all(path.is_file() for path in paths if path.name)

    def test_export_over_a_folder(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.csv").mkdir()
        assert "a.csv: cannot be written" in refused(run("export", "wells", tmp_path / "a.csv"))

    @pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.zip", "a.csv", "a.xlsx", "a.kml"])
    def test_export_to_nowhere(self, run: Run, tmp_path: Path, name: str) -> None:
        line = refused(run("export", "wells", tmp_path / "none" / name))
        assert "none" in line
        assert not (tmp_path / "none").exists()


class TestServing:
    def test_settings_and_what_is_told(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        served: list[Settings] = []
        users: list[User] = []

        def serve(settings: Settings, user: User) -> None:
            served.append(settings)
            users.append(user)

        monkeypatch.setattr("geo_app.web.server.serve", serve)
        done(run("serve", "--office"))
        done(run("serve", "--port", "8080", "--host", "0.0.0.0", "--workers", "4"))
        assert [(each.host, each.port, each.workers) for each in served] == [
            ("127.0.0.1", 5000, 2),
            ("0.0.0.0", 8080, 4),
        ]
        assert users == [OFFICE, ANONYMOUS]
        assert run("serve", "--port", "70000").exit_code == 2


class TestBasemaps:
    def test_add_list_remove(self, run: Run) -> None:
        assert json.loads(done(run("basemap", "list", "--json"))) == []
        address = "https://tiles.example/{z}/{x}/{y}.png"
        added = done(run("basemap", "add", address, "--title", "Ảnh vệ tinh", "--attribution", "©"))
        assert added == "added anh_ve_tinh: xyz, zoom 0 to 22\n"
        (row,) = json.loads(done(run("basemap", "list", "--json")))
        assert row == {
            "id": "anh_ve_tinh",
            "title": "Ảnh vệ tinh",
            "kind": "xyz",
            "location": address,
            "attribution": "©",
            "min_zoom": 0,
            "max_zoom": 22,
        }
        lines = done(run("basemap", "list")).splitlines()
        assert lines[0].split() == ["id", "kind", "title", "location"]
        assert done(run("basemap", "remove", "anh_ve_tinh")) == "removed anh_ve_tinh\n"
        assert "there is no basemap 'x'" in refused(run("basemap", "remove", "x"))
        assert "no such file" in refused(run("basemap", "add", "a.pmtiles", "--title", "x"))


class TestErrors:
    """One of each kind; see `geo_app.errors`."""

    def test_settings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
        line = refused(invoke("--workspace", tmp_path, "layers"))
        assert line == f"error: {tmp_path}: not a workspace, it has no geo_app.toml; " + (
            "`geo-app new DIR` makes one"
        )
        monkeypatch.setenv("GEO_APP_PROT", "1")
        assert "environment: GEO_APP_PROT: unknown setting" in refused(run("layers"))

    def test_catalogue(self, run: Run, ws: Workspace) -> None:
        (ws.settings.root / "layers" / "roads.toml").write_text("title = \n[", encoding="utf-8")
        assert "error: " in refused(run("layers"))
        assert "roads.toml: not valid TOML" in refused(run("layers"))

    def test_unknown(self, run: Run) -> None:
        for verb in ("versions", "rollback"):
            assert refused(run(verb, "x")).startswith("error: there is no layer 'x'")
        line = refused(run("rollback", "wells", "--to", "x"))
        assert line.startswith("error: layer wells: there is no version 'x'; versions: 20")
        assert "there is no version" in refused(run("withdraw", "wells", "x", "--reason", "y"))

    def test_crs(self, run: Run, tmp_path: Path, delivered: Path) -> None:
        frame = gpd.read_file(delivered).rename(columns={"MA": "ma_xa"})
        frame.to_file(tmp_path / "a.shp")
        (tmp_path / "a.prj").unlink()
        line = refused(run("import", tmp_path / "a.shp", "--layer", "communes"))
        assert "error: layer communes: the file declares no CRS" in line

    def test_data(self, run: Run, delivered: Path) -> None:
        delivered.write_bytes(delivered.read_bytes()[:30_000])
        line = refused(run("import", delivered, "--layer", "communes"))
        assert "giao.gpkg: cannot be read" in line

    def test_store(
        self, run: Run, ws: Workspace, delivered: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_module, "_LOCK_SECONDS", 0.1)
        with ws.store.lock():
            line = refused(run("rollback", "wells", "--to", ws.published.versions["wells"]))
        assert "another publisher has held the lock" in line
        (ws.store.folder / "published.json").write_text("{")
        assert "published.json: damaged" in refused(run("layers"))


class TestFounding:
    def test_new(self, tmp_path: Path) -> None:
        folder = tmp_path / "ben"
        text = done(invoke("new", folder, "--title", "Tỉnh Bên", "--crs", "EPSG:9216"))
        assert text == f"made {folder}; next: geo-app --workspace {folder} layers\n"
        rows = json.loads(done(invoke("--workspace", folder, "layers", "--json")))
        assert [(row["id"], row["readiness"]) for row in rows] == [("province_outline", "awaited")]
        assert "nothing to build: 0" in done(invoke("--workspace", folder, "build"))
        assert open_workspace(folder).settings.title_en == "Tỉnh Bên"
        again = invoke("new", folder, "--title", "x", "--crs", "EPSG:9216")
        assert "is not empty" in refused(again)
        degrees = invoke("new", tmp_path / "b", "--title", "x", "--crs", "EPSG:4326")
        assert "expected a projected CRS in metres" in refused(degrees)


class TestAsAProcess:
    """What a shell sees."""

    def shell(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("geo-app")), *arguments]
        if not Path(command[0]).exists():
            command[:1] = [sys.executable, "-c", "from geo_app.cli import main; main()"]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    def test_a_listing_from_a_folder_inside(self, ws: Workspace) -> None:
        result = self.shell(ws.settings.root / "layers", "layers", "--json")
        assert (result.returncode, result.stderr) == (0, "")
        assert "wells" in {row["id"] for row in json.loads(result.stdout)}

    def test_an_error(self, ws: Workspace) -> None:
        result = self.shell(ws.settings.root, "versions", "không_có")
        assert result.returncode == 1
        assert result.stdout == ""
        assert result.stderr == (
            "error: there is no layer 'không_có'; `geo-app layers` lists those that are\n"
        )
