"""
Where the pieces of a large analysis are computed: here, in processes, or on a cluster.

An analysis cuts its work into pieces, and `run_all` computes them in order; the rows are the same
wherever that happens. Any ``concurrent.futures.Executor`` will do.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from geo_app.errors import SettingsError

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

RETRIES = 3
"""How often a cluster computes a piece again whose worker was lost."""


def run_all(
    function: Callable[[Piece], Answer], pieces: Iterable[Piece], executor: Executor | None = None
) -> list[Answer]:
    """
    Compute `function` of every piece, in the order of the pieces.

    Parameters
    ----------
    function
        A function of a module (not a closure), which a worker can load by name.
    executor
        Where: None computes here, one after the other.
    """
    if executor is None:
        return [function(piece) for piece in pieces]
    return list(executor.map(function, list(pieces)))


@contextmanager
def opened_executor(*, processes: int = 0, dask: str = "") -> Iterator[Executor | None]:
    """
    Open the executor that the settings name, and close it.

    Parameters
    ----------
    processes
        Worker processes on this machine, started warm; 0 or 1: none, all is computed here.
    dask
        Address of a Dask scheduler such as ``tcp://127.0.0.1:8786``; it goes before `processes`.

    Raises
    ------
    SettingsError
        If Dask is asked for and not installed, or no scheduler answers there.
    """
    if dask:
        client = _dask_client(dask)
        try:
            yield client.get_executor(retries=RETRIES)
        finally:
            client.close()
    elif processes > 1:
        with warm_pool(processes) as pool:
            yield pool
    else:
        yield None


@contextmanager
def warm_pool(processes: int) -> Iterator[Executor]:
    """Start worker processes that have the GIS libraries loaded before the first piece comes."""
    # Threads of GDAL and BLAS do not survive a fork.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(_load, range(processes)))
        yield pool


def _load(_: int) -> None:
    for library in ("geopandas", "rasterio.features", "exactextract"):
        importlib.import_module(library)


def _dask_client(address: str) -> Any:
    try:
        # By name: the package does not need Dask, only a workspace that names a cluster does.
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        message = (
            f"dask: found {address!r}, but Dask is not installed here; "
            "install it with `pip install distributed`, or leave the setting empty"
        )
        raise SettingsError(message) from error
    try:
        return distributed.Client(address, timeout=10, set_as_default=False)
    except OSError as error:
        message = f"dask: no scheduler answers at {address}: {error}; start one, or empty it"
        raise SettingsError(message) from error
