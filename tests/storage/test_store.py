"""The store: immutable versions, one step that serves them, and what happens when it cannot."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from geo_app.domain.version import Provenance, Version
from geo_app.errors import StoreError, UnknownError
from geo_app.storage import store as store_module
from geo_app.storage.store import DISPLAY, FEATURES, META, FileStore

DRAFT = Version(
    id="",
    layer="wells",
    created=datetime(2026, 1, 1, tzinfo=UTC),
    provenance=Provenance(kind="sample", by="owner"),
    count=0,
    without_geometry=0,
    bounds=None,
    bounds_lonlat=None,
    digest="",
)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def put(store: FileStore, text: str, layer: str = "wells") -> str:
    """Seal a version that holds `text`; return its id."""
    with store.stage(layer) as staged:
        (staged / FEATURES).write_text(text)
        (staged / DISPLAY / "public.geojson").write_text("{}")
        return store.seal(staged, DRAFT).id


def serve(store: FileStore, version: str | None, layer: str = "wells") -> None:
    store.publish({layer: version}, by="owner", what="test")


class TestVersions:
    def test_the_id_tells_time_and_content(self, store: FileStore) -> None:
        assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", put(store, "a"))

    def test_a_sealed_version(self, store: FileStore) -> None:
        name = put(store, "a")
        version = store.version("wells", name)
        assert version.id == name
        assert (datetime.now(UTC) - version.created).total_seconds() < 60
        assert version.files == {
            FEATURES: hashlib.sha256(b"a").hexdigest(),
            f"{DISPLAY}/public.geojson": hashlib.sha256(b"{}").hexdigest(),
        }
        assert store.versions("wells") == [version]
        assert [p.name for p in (store.folder / "wells").iterdir()] == [name]

    def test_other_content_is_another_version(self, store: FileStore) -> None:
        assert put(store, "a") != put(store, "b")
        assert len(store.versions("wells")) == 2

    def test_the_same_content_in_the_same_second_is_the_same_version(
        self, store: FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_module, "now", lambda: DRAFT.created)
        assert put(store, "a") == put(store, "a")
        assert len(store.versions("wells")) == 1

    def test_a_draft_that_fails_leaves_nothing(self, store: FileStore) -> None:
        def fail() -> None:
            with store.stage("wells") as staged:
                (staged / FEATURES).write_text("half")
                raise ValueError("a value is wrong")

        with pytest.raises(ValueError, match="a value is wrong"):
            fail()
        assert list((store.folder / "wells").iterdir()) == []

    @pytest.mark.parametrize("name", ["20260101T000000Z-00000000", "", ".", "..", ".staged-1-a"])
    def test_an_unknown_version(self, store: FileStore, name: str) -> None:
        known = put(store, "a")
        (store.folder / "wells" / ".staged-1-a").mkdir()
        (store.folder / "wells" / ".staged-1-a" / META).write_text("{}")
        with pytest.raises(UnknownError, match=f"layer wells: there is no version '.*{known}"):
            store.path("wells", name)
        with pytest.raises(UnknownError):
            serve(store, name)
        assert store.published().generation == 0

    def test_a_version_s_name_does_not_lead_elsewhere(self, store: FileStore) -> None:
        secret = put(store, "secret", layer="bunkers")
        put(store, "a")
        for way in (f"../bunkers/{secret}", f"x/../../bunkers/{secret}", str(store.folder)):
            assert not store.has("wells", way)
            with pytest.raises(UnknownError):
                store.version("wells", way)

    def test_a_layer_without_versions(self, store: FileStore) -> None:
        assert store.versions("wells") == []
        with pytest.raises(UnknownError, match=r"layer wells: .* versions: none"):
            store.version("wells", "x")

    @pytest.mark.parametrize(
        "content", [b"", b"[]", b"{}", b"\xff\xff", b'{"provenance": null}', b'{"provenance": 5}']
    )
    def test_a_damaged_record(self, store: FileStore, content: bytes) -> None:
        first, second = put(store, "a"), put(store, "b")
        (store.folder / "wells" / first / META).write_bytes(content)
        with pytest.raises(StoreError, match=r"meta\.json: damaged .*roll the layer back"):
            store.version("wells", first)
        assert [version.id for version in store.versions("wells")] == [second]

    def test_a_record_that_is_cut(self, store: FileStore) -> None:
        name = put(store, "a")
        path = store.folder / "wells" / name / META
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(StoreError, match="damaged"):
            store.version("wells", name)


class TestPublishing:
    def test_all_changes_or_none(self, store: FileStore) -> None:
        name = put(store, "a")
        with pytest.raises(UnknownError):
            store.publish({"wells": name, "roads": "nothing"}, by="owner", what="test")
        assert store.published().versions == {}
        road = put(store, "r", layer="roads")
        state = store.publish({"wells": name, "roads": road}, by="owner", what="test")
        assert state.generation == 1
        assert store.published() == state

    def test_taking_a_layer_out(self, store: FileStore) -> None:
        serve(store, put(store, "a"))
        serve(store, None)
        assert store.published().versions == {}
        assert len(store.versions("wells")) == 1

    def test_no_change_is_no_generation(self, store: FileStore) -> None:
        serve(store, put(store, "a"))
        assert store.change(lambda _: {}, by="owner", what="nothing").generation == 1

    def test_who_when_and_what(self, store: FileStore) -> None:
        name = put(store, "a")
        (event,) = store.publish({"wells": name}, by="lan", what="nhập giếng").history
        assert (event.by, event.what, event.changes) == (
            "lan",
            "nhập giếng",
            {"wells": (None, name)},
        )
        assert event.when.tzinfo is not None

    def test_a_served_version_is_not_removed(self, store: FileStore) -> None:
        first, second = put(store, "a"), put(store, "b")
        serve(store, first)
        with pytest.raises(StoreError, match=f"version {first} is being served"):
            store.remove("wells", first)
        store.remove("wells", second)
        assert [version.id for version in store.versions("wells")] == [first]

    def test_a_damaged_state_stops_publishing_and_stays(self, store: FileStore) -> None:
        name = put(store, "a")
        path = store.folder / "published.json"
        path.write_text("{")
        with pytest.raises(StoreError, match="damaged"):
            serve(store, name)
        assert path.read_text() == "{"

    def test_a_lock_that_is_not_let_go(
        self, store: FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = put(store, "a")
        monkeypatch.setattr(store_module, "_LOCK_SECONDS", 0.1)
        with (
            FileLock(store.folder / ".lock"),
            pytest.raises(StoreError, match=r"\.lock: another publisher has held the lock"),
        ):
            serve(store, name)
        assert store.published().generation == 0
        serve(store, name)

    def test_a_store_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        store = FileStore(tmp_path / "file" / "store")
        with pytest.raises(StoreError, match="layer wells"), store.stage("wells"):
            pass
        with pytest.raises(StoreError, match="the store cannot be written to"):
            store.publish({}, by="owner", what="test")


class TestSweeping:
    def test_only_what_the_dead_left(self, store: FileStore) -> None:
        serve(store, put(store, "a"))
        dead = dead_process()
        for owner in (dead, os.getpid()):
            (store.folder / "wells" / f".staged-{owner}-00000000").mkdir()
            (store.folder / f".published.json.{owner}").write_text("")
        (store.folder / "wells" / ".staged-gone-20260101T000000Z-00000000").mkdir()
        assert store.sweep() == 3
        left = {p.name for p in (store.folder / "wells").glob(".*")}
        assert left == {f".staged-{os.getpid()}-00000000"}
        assert (store.folder / f".published.json.{os.getpid()}").exists()
        assert len(store.versions("wells")) == 1
        assert store.published().generation == 1


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


PUBLISHER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_store import put, serve
from geo_app.storage.store import FileStore

store, layer, times = FileStore(Path(sys.argv[2])), sys.argv[3], int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for number in range(times):
    serve(store, put(store, f"{layer} {number}", layer), layer)
"""


@pytest.fixture
def publishers(store: FileStore) -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes, loaded and waiting for a line to begin."""
    here = str(Path(__file__).parent)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, here, str(store.folder), layer, "20"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for layer in ("wells", "roads")
    ]
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_two_publishers_at_once_lose_nothing(
    store: FileStore, publishers: list[subprocess.Popen[str]]
) -> None:
    for process in publishers:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in publishers:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait(timeout=60) for process in publishers] == [0, 0]
    state = store.published()
    assert state.generation == 40
    layers = [layer for event in state.history for layer in event.changes]
    assert (layers.count("wells"), layers.count("roads")) == (20, 20)
    for layer in ("wells", "roads"):
        moves = [event.changes[layer] for event in state.history if layer in event.changes]
        assert [before for before, _ in moves[1:]] == [after for _, after in moves[:-1]]
        served = store.version(layer, state.versions[layer])
        text = (store.path(layer, served.id) / FEATURES).read_text()
        assert text == f"{layer} 19"
        assert len(store.versions(layer)) == 20
