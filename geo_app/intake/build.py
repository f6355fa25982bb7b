"""Publish the sample: each layer whose source or schema changed since it was last built."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from geo_app.domain.layer import Layer
from geo_app.domain.version import FORMAT, Provenance, Version
from geo_app.errors import DataError, StoreError
from geo_app.storage.reading.files import read_layer
from geo_app.storage.reading.vector import file_digest
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import prepare_features, prepare_raster, publish


@dataclass(frozen=True)
class BuildStep:
    """What a build would do to one layer, and why."""

    layer: str
    action: str
    digest: str = ""


def plan_build(ws: Workspace, *, force: bool = False, only: Iterable[str] = ()) -> list[BuildStep]:
    """
    Tell what `build` would do: ``build``, ``keep`` (nothing changed) or ``imported`` (left alone).

    Parameters
    ----------
    ws
        The workspace.
    force
        Build over imported versions too.
    only
        Ids of layers; empty: all that have a sample.
    """
    wanted = [ws.catalogue.layer(layer) for layer in only] or ws.layers
    return [_plan(ws, layer, force) for layer in wanted if layer.sample is not None]


def _plan(ws: Workspace, layer: Layer, force: bool) -> BuildStep:
    served = ws.version(layer.id)
    if served is not None and served.provenance.kind == "import" and not force:
        return BuildStep(layer.id, "imported")
    digest = _digest(layer, _source(ws, layer))
    if served is not None and served.digest == digest:
        return BuildStep(layer.id, "keep", digest)
    return BuildStep(layer.id, "build", digest)


def build(ws: Workspace, plans: Iterable[BuildStep], *, workers: int = 2) -> Iterator[Version]:
    """
    Build the layers planned and publish them all in one generation.

    A layer that someone publishes in the meantime keeps what they published.

    Yields
    ------
    version
        As each layer is sealed; nothing is served before the last.

    Raises
    ------
    DataError, CrsError, StoreError
        If one layer cannot be built; then none is published.
    """
    todo = [plan for plan in plans if plan.action == "build"]
    if not todo:
        return
    built: dict[str, Version] = {}
    for version in _built(ws.settings.root, todo, workers):
        built[version.layer] = version
        yield version
    publish(ws, built, what="build", yielding=True)


def _built(root: Path, todo: list[BuildStep], workers: int) -> Iterator[Version]:
    """Build in processes of their own; in this one where a single worker would do."""
    if min(workers, len(todo)) == 1:
        yield from (_build_layer(root, step.layer, step.digest) for step in todo)
        return
    # Forked children would inherit GDAL's and SQLite's open state: start fresh ones.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_build_layer, root, step.layer, step.digest) for step in todo]
        try:
            yield from (job.result() for job in as_completed(jobs))
        except BrokenProcessPool as error:
            message = (
                "a process that built layers was killed, perhaps for want of memory; nothing "
                "changed, what was published before is still served; try --workers 1"
            )
            raise StoreError(message) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _build_layer(root: Path, layer_id: str, digest: str) -> Version:
    ws = open_workspace(root)
    layer = ws.catalogue.layer(layer_id)
    source = _source(ws, layer)
    provenance = _provenance(ws, layer, source)
    if layer.geometry == "raster":
        return prepare_raster(ws, layer, source, provenance, digest=digest)
    frame = read_layer(source).frame
    names = {field.source_field: field.name for field in layer.fields.values()}
    return prepare_features(ws, layer, frame.rename(columns=names), provenance, digest=digest)


def _source(ws: Workspace, layer: Layer) -> Path:
    assert layer.sample is not None
    path = ws.settings.root / layer.sample.path
    if not path.is_file():
        message = f"layer {layer.id}: the sample file {path} does not exist; `make sample` makes it"
        raise DataError(message)
    return path


def _digest(layer: Layer, source: Path) -> str:
    """Digest all that a version is made from: source, schema, what its display draws."""
    made_from = [file_digest(source), FORMAT, asdict(layer)]
    text = json.dumps(made_from, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _provenance(ws: Workspace, layer: Layer, source: Path) -> Provenance:
    sample = layer.sample
    assert sample is not None
    return Provenance(
        kind="sample",
        by=ws.user.name,
        source=sample.source,
        agency=None,
        date=sample.date,
        accuracy=sample.accuracy,
        licence=sample.licence,
        marks=sample.marks,
        file=source.name,
        sha256=file_digest(source),
        crs=layer.crs,
    )
