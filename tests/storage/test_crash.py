"""
Power cuts and full disks: the generation served before is still served, whole.

A real process publishes in a loop and is killed by SIGKILL at a random moment, again and again.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import geopandas as gpd
from shapely import Point

from geo_app.domain.version import Provenance
from geo_app.errors import StoreError
from geo_app.intake.build import build, plan_build
from geo_app.storage.store import FEATURES
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import prepare_features, publish

KILLS = 30
SECONDS = 60.0
SEED = 2026
WELLS = 40


def publish_wells(root: Path, number: int, *, wells: int = WELLS) -> None:
    """Publish a version of the wells; `number` makes it unlike every other."""
    ws = open_workspace(root)
    frame = gpd.GeoDataFrame(
        {"well_code": [f"W{n}" for n in range(wells)], "users": [number] * wells},
        geometry=[Point(500_000 + n, 1_200_000) for n in range(wells)],
        crs="EPSG:9210",
    )
    provenance = Provenance(kind="import", by="owner")
    version = prepare_features(ws, ws.catalogue.layer("wells"), frame, provenance)
    publish(ws, {"wells": version}, what=f"number {number}")


FORKING = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_crash import publish_wells

for line in sys.stdin:
    child = os.fork()
    number = int(line)
    if child == 0:
        while True:
            publish_wells(Path(sys.argv[2]), number)
            number += 1
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""A process that has loaded everything and forks one that publishes until it is killed."""


def check_served(root: Path) -> Workspace:
    """Check that the store opens, and serves a whole generation."""
    ws = open_workspace(root)
    for layer, version in ws.versions.items():
        folder = ws.store.path(layer, version.id)
        for name, digest in version.files.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    wells = ws.read("wells")
    if ws.published.generation > 1:
        assert len(wells) == WELLS
        assert wells["users"].nunique() == 1
    for version in ws.store.versions("wells"):
        assert (ws.store.path("wells", version.id) / FEATURES).is_file()
    return ws


@pytest.mark.slow
@pytest.mark.slow
def test_killed_at_any_moment(small_workspace: Callable[..., Workspace]) -> None:
    root = small_workspace().settings.root
    chance, generations = random.Random(SEED), [1]
    command = [sys.executable, "-c", FORKING, str(Path(__file__).parent), str(root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forking:
        assert forking.stdin is not None
        assert forking.stdout is not None
        begin = time.monotonic()
        for kill in range(1, KILLS + 1):
            assert time.monotonic() - begin < SECONDS, f"only {kill} kills in {SECONDS} s"
            print(1_000 * kill, file=forking.stdin, flush=True)
            publisher = int(forking.stdout.readline())
            time.sleep(chance.uniform(0, 0.3))
            os.kill(publisher, signal.SIGKILL)
            assert forking.stdout.readline() == "gone\n"
            after_kill = check_served(root).published.generation
            assert after_kill >= generations[-1]
            publish_wells(root, kill)
            generations.append(check_served(root).published.generation)
            assert generations[-1] == after_kill + 1
        forking.stdin.close()
    # Some kills came before the first publication of a process, some after.
    steps = {after - before for before, after in pairwise(generations)}
    assert 1 in steps
    assert max(steps) > 1
    ws = open_workspace(root)
    assert ws.store.sweep() > 0
    assert [path.name for path in (root / "data/store/wells").glob(".*")] == []
    assert {path.name for path in (root / "data/store").glob(".*")} <= {".lock"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command: a small disk cannot be made")
    if done.returncode != 0:
        pytest.skip(f"mounting a small disk is not allowed here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, *, left: int) -> None:
    """Fill the disk up to `left` bytes."""
    stats = os.statvfs(folder)
    size = stats.f_bavail * stats.f_frsize - left
    (folder / "filler").write_bytes(b"\0" * max(size, 0))


LITTLE = (0, 4_096, 8_192, 40_960, 98_304, 122_880, 131_072, 139_264, 147_456, 151_552)
TILED = 3_100
"""More features than a map loads at once: they become tiles."""
FOR_TILES = tuple(range(600_000, 1_100_000, 60_000))


@pytest.fixture
def on_small_disk(
    small_workspace: Callable[..., Workspace], small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    """The small province with its store on a disk of four megabytes, and the wells published."""
    monkeypatch.setenv("GEO_APP_STORE", str(small_disk / "store"))
    ws = small_workspace(published=False)
    for _ in build(ws, plan_build(ws, only=["wells"]), workers=1):
        pass
    return ws.latest()


def test_a_full_disk(on_small_disk: Workspace, small_disk: Path) -> None:
    """Wherever the last byte goes, the message says so and the wells stay as they were."""
    root = on_small_disk.settings.root
    failures = [fails(root, small_disk, left, wells=WELLS) for left in LITTLE]
    failures += [fails(root, small_disk, left, wells=TILED) for left in FOR_TILES]
    told = [failure for failure in failures if failure is not None]
    assert len(told) >= 10
    assert [failure for failure in told if "the disk is full" not in failure] == []
    assert [failure for failure in told if "still served" not in failure] == []
    publish_wells(root, 99)
    assert open_workspace(root).read("wells")["users"].tolist() == [99] * WELLS


def fails(root: Path, disk: Path, left: int, *, wells: int) -> str | None:
    """Publish with `left` bytes free; return the error, after checking that nothing changed."""
    before = open_workspace(root)
    codes = before.read("wells")["well_code"].tolist()
    fill(disk, left=left)
    try:
        publish_wells(root, left, wells=wells)
    except StoreError as error:
        after = open_workspace(root)
        assert after.published == before.published
        assert after.read("wells")["well_code"].tolist() == codes
        assert list((disk / "store" / "wells").glob(".*")) == []
        return str(error)
    finally:
        (disk / "filler").unlink()
    return None


def test_a_full_disk_and_a_raster(on_small_disk: Workspace, small_disk: Path) -> None:
    root = on_small_disk.settings.root
    for left in (0, 4_096, 8_192):
        fill(small_disk, left=left)
        ws = open_workspace(root)
        with pytest.raises(StoreError, match="layer cover: the disk is full"):
            list(build(ws, plan_build(ws, only=["cover"]), workers=1))
        assert open_workspace(root).published == on_small_disk.published
        assert list((small_disk / "store" / "cover").iterdir()) == []
        (small_disk / "filler").unlink()
