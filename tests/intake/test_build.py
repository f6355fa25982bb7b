"""The sample: built where it changed, left alone where it did not or where data was delivered."""

import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest

import pyogrio

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.version import Version
from geo_app.errors import AccessError, CrsError, DataError, StoreError, UnknownError
from geo_app.intake.build import BuildStep, build, plan_build
from geo_app.workspace import Workspace, open_workspace

MakeWorkspace = Callable[..., Workspace]
PublishFrame = Callable[[Workspace, str, pd.DataFrame], Version]


def actions(ws: Workspace, *, force: bool = False, only: Iterable[str] = ()) -> dict[str, str]:
    return {step.layer: step.action for step in plan_build(ws, force=force, only=only)}


def run(ws: Workspace, steps: list[BuildStep], workers: int = 1) -> list[Version]:
    return list(build(ws, steps, workers=workers))


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


class TestPlanning:
    def test_all_that_have_a_sample(self, small_workspace: MakeWorkspace) -> None:
        planned = actions(small_workspace(published=False))
        assert set(planned.values()) == {"build"}
        assert "schools" not in planned
        assert len(planned) == 8

    def test_nothing_the_second_time(self, small_province: Workspace) -> None:
        steps = plan_build(small_province)
        assert {step.action for step in steps} == {"keep"}
        assert run(small_province, steps) == []
        assert small_province.latest().published == small_province.published

    def test_a_sample_that_changed(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace()
        path = ws.settings.root / "data" / "roads.dbf"
        path.write_bytes(path.read_bytes().replace(b"R2", b"R3"))
        assert [layer for layer, action in actions(ws).items() if action == "build"] == ["roads"]
        run(ws, plan_build(ws))
        assert ws.latest().read("roads")["section_code"].tolist() == ["R1", "R3"]
        assert set(actions(ws.latest()).values()) == {"keep"}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('color = "#b5542a"', 'color = "#000000"'),
            ('vi = "Rộng"', 'vi = "Bề rộng"'),
            ('marks = ["synthetic"]', "marks = []"),
        ],
    )
    def test_a_layer_file_that_changed(
        self, small_workspace: MakeWorkspace, old: str, new: str
    ) -> None:
        ws = small_workspace()
        replace_in(ws.settings.root / "layers" / "roads.toml", old, new)
        again = open_workspace(ws.settings.root)
        assert [each for each, action in actions(again).items() if action == "build"] == ["roads"]

    def test_only_some(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace(published=False)
        assert actions(ws, only=["roads", "schools"]) == {"roads": "build"}
        with pytest.raises(UnknownError, match="there is no layer 'x'"):
            plan_build(ws, only=["x"])

    def test_delivered_data_is_never_built_over(
        self, small_workspace: MakeWorkspace, publish_frame: PublishFrame
    ) -> None:
        ws = small_workspace()
        publish_frame(ws, "wells", ws.read("wells").head(1))
        ws = ws.latest()
        replace_in(ws.settings.root / "layers" / "wells.toml", 'vi = "Sâu"', 'vi = "Độ sâu"')
        ws = open_workspace(ws.settings.root)
        assert actions(ws)["wells"] == "imported"
        assert run(ws, plan_build(ws)) == []
        assert len(ws.latest().read("wells")) == 1
        assert actions(ws, force=True)["wells"] == "build"
        run(ws, plan_build(ws, force=True))
        assert len(ws.latest().read("wells")) == 5

    def test_a_missing_sample(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace()
        (ws.settings.root / "data" / "roads.shp").unlink()
        with pytest.raises(DataError, match=r"layer roads: the sample file .*roads\.shp does not"):
            plan_build(ws)


class TestBuilding:
    def test_one_generation_with_what_the_sample_says(self, small_province: Workspace) -> None:
        assert small_province.published.generation == 1
        (event,) = small_province.published.history
        assert (event.what, len(event.changes)) == ("build", 8)
        said = small_province.versions["communes"].provenance
        assert (said.kind, said.by, said.file) == ("sample", "owner", "communes.shp")
        assert said.marks == ("schematic", "unverified")
        assert (said.licence, str(said.date), said.crs) == ("MIT", "2025-07-01", "EPSG:9210")
        assert said.sha256 is not None
        assert len(said.sha256) == 64

    def test_source_fields_become_fields(self, small_province: Workspace) -> None:
        communes = small_province.read("communes")
        assert communes["former_district"].tolist()[0] == "Huyện Bắc"
        assert communes["commune_code"].tolist() == ["01", "02", "03", "04"]

    def test_nothing_is_served_before_the_last_layer(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace(published=False)
        steps = build(ws, plan_build(ws, only=["roads", "wells"]), workers=1)
        next(steps)
        assert ws.store.published().generation == 0
        next(steps)
        assert ws.store.published().generation == 0
        assert list(steps) == []
        assert set(ws.latest().versions) == {"roads", "wells"}

    def test_in_processes_of_their_own(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace(published=False)
        built = run(ws, plan_build(ws, only=["roads", "wells", "cover"]), workers=2)
        assert {version.layer for version in built} == {"roads", "wells", "cover"}
        assert ws.latest().published.generation == 1
        assert len(ws.latest().read("wells")) == 5

    def test_a_layer_that_fails_stops_all(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace()
        served = ws.published
        data = ws.settings.root / "data"
        replace_in(ws.settings.root / "layers" / "wells.toml", 'vi = "Sâu"', 'vi = "Độ sâu"')
        roads = pyogrio.read_dataframe(data / "roads.shp")
        pyogrio.write_dataframe(roads.assign(sect_code="R1"), data / "roads.shp", encoding="UTF-8")
        ws = open_workspace(ws.settings.root)
        for workers in (1, 2):
            with pytest.raises(DataError, match=r"layer roads: .*'R1' comes more than once"):
                run(ws, plan_build(ws), workers=workers)
            assert ws.store.published() == served
            assert list(ws.store.folder.glob("*/.staged-*")) == []

    @pytest.mark.parametrize(
        ("suffix", "share", "error", "words"),
        [
            (".prj", None, CrsError, "layer roads: the data has no CRS"),
            (".shx", None, DataError, r"roads\.shp: its \.shx is missing"),
            (".dbf", 0.5, DataError, r"roads\.shp: roads\.dbf is not complete"),
            (".shp", 0.5, DataError, r"roads\.shp: roads\.shp is not complete"),
        ],
    )
    def test_a_sample_that_is_broken(
        self,
        small_workspace: MakeWorkspace,
        suffix: str,
        share: float | None,
        error: type[Exception],
        words: str,
    ) -> None:
        ws = small_workspace()
        path = ws.settings.root / "data" / f"roads{suffix}"
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)] if share else b"")
        if share is None:
            path.unlink()
        with pytest.raises(error, match=words):
            run(ws, plan_build(ws))
        assert ws.store.published() == ws.published

    def test_someone_imports_meanwhile(
        self, small_workspace: MakeWorkspace, publish_frame: PublishFrame
    ) -> None:
        ws = small_workspace()
        root = ws.settings.root
        for layer in ("wells", "roads"):
            path = root / "layers" / f"{layer}.toml"
            replace_in(path, 'en = "Name"', 'en = "Its name"')
        ws = open_workspace(root)
        steps = build(ws, plan_build(ws), workers=1)
        next(steps)
        theirs = publish_frame(ws, "wells", ws.read("wells").head(1))
        list(steps)
        served = ws.latest().versions
        assert served["wells"].id == theirs.id
        assert served["roads"].id != ws.versions["roads"].id

    def test_a_process_that_is_killed(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace()
        for name in ("wells", "roads", "communes"):
            path = ws.settings.root / "layers" / f"{name}.toml"
            replace_in(path, 'en = "Name"', 'en = "Its name"')
        ws = open_workspace(ws.settings.root)
        killer = Thread(target=kill_children)
        killer.start()
        with pytest.raises(StoreError, match="was killed, perhaps for want of memory; nothing"):
            run(ws, plan_build(ws), workers=2)
        killer.join()
        assert ws.store.published() == ws.published
        run(ws, plan_build(ws), workers=1)
        assert ws.store.published().generation == 2

    def test_who_may_not(self, small_workspace: MakeWorkspace) -> None:
        ws = small_workspace(published=False)
        steps = plan_build(ws, only=["roads"])
        with pytest.raises(AccessError, match="layer roads: anonymous may not publish"):
            run(ws.as_user(ANONYMOUS), steps)
        assert ws.store.published().generation == 0


def kill_children() -> None:
    """Kill one of the two builders, once both have been given their work."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        children = multiprocessing.active_children()
        if len(children) == 2:
            time.sleep(0.5)
            os.kill(children[0].pid, signal.SIGKILL)
            return
        time.sleep(0.01)


def test_the_workspace_may_be_moved(small_workspace: MakeWorkspace, tmp_path: Path) -> None:
    ws = small_workspace()
    moved = Path(shutil.move(ws.settings.root, tmp_path / "elsewhere"))
    assert set(actions(open_workspace(moved)).values()) == {"keep"}
