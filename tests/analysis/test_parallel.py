"""The same rows here, in processes and on a cluster, also when a worker is lost in the middle."""

import ast
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rasters import random_ground, write_raster

from geo_app.analysis import parallel, strips
from geo_app.analysis.parallel import opened_executor, run_all
from geo_app.analysis.zonal import class_areas
from geo_app.errors import SettingsError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process, and their scheduler on loopback."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


def test_nothing_asked_for_computes_here() -> None:
    with opened_executor() as executor:
        assert executor is None
        assert run_all(abs, [-1, 2], executor) == [1, 2]


def test_processes_give_the_same_in_order() -> None:
    with opened_executor(processes=2) as executor:
        assert executor is not None
        assert run_all(os.path.basename, ["a/b", "c/d"], executor) == ["b", "d"]


@pytest.mark.slow
def test_a_cluster_gives_the_same_also_when_a_worker_is_lost(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strips, "STRIP_CELLS", 4_000)
    cells, ground = random_ground(5, cells=400, count=20)
    raster = write_raster(tmp_path / "cells.tif", cells)
    here = class_areas(ground, raster, classes=[1, 2])
    with opened_executor(dask=cluster.scheduler_address) as executor:
        pd.testing.assert_frame_equal(
            class_areas(ground, raster, classes=[1, 2], executor=executor), here
        )
        victim = next(iter(cluster.workers.values())).pid
        killer = threading.Timer(0.5, os.kill, (victim, signal.SIGKILL))
        killer.start()
        numbers = [0.1 + number / 1_000 for number in range(40)]
        # Each piece sleeps, so that the worker dies with work in its hands.
        assert run_all(time.sleep, numbers, executor) == [None] * 40
        killer.join()
        pd.testing.assert_frame_equal(
            class_areas(ground, raster, classes=[1, 2], executor=executor), here
        )


def test_without_dask_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(parallel.importlib, "import_module", missing)
    with (
        pytest.raises(SettingsError, match="pip install distributed"),
        opened_executor(dask="tcp://127.0.0.1:1"),
    ):
        pass


def test_the_package_itself_does_not_import_dask() -> None:
    for path in (ROOT / "geo_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("dask", "distributed") for name in names), path
