"""Which layers are real, illustrative or awaited: the table an office works through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from geo_app.domain.layer import Layer
from geo_app.domain.version import Version
from geo_app.storage.basemaps import read_basemaps
from geo_app.storage.rasters import value_at
from geo_app.workspace.view import Workspace

Ready = Literal["real", "illustrative", "awaited", "not_built"]


@dataclass(frozen=True)
class Readiness:
    """
    How ready one layer is.

    ``real``: delivered data is served. ``illustrative``: the sample is. ``awaited``: nobody has
    given it yet. ``not_built``: its sample waits for `geo-app build`.
    """

    layer: Layer
    version: Version | None
    state: Ready

    @property
    def date(self) -> date | None:
        """The date of the data served."""
        return self.version.provenance.date if self.version else None

    @property
    def load_command(self) -> str:
        """How to load the real data."""
        suffix = {"raster": "tif", "table": "csv"}.get(self.layer.geometry, "gpkg")
        return f"geo-app import FILE.{suffix} --layer {self.layer.id}"

    def to_json(self) -> dict[str, Any]:
        """Return the row as the command line prints it."""
        marks = self.version.provenance.marks if self.version else ()
        return {
            "id": self.layer.id,
            "title": self.layer.title.vi,
            "title_en": self.layer.title.en,
            "theme": self.layer.theme,
            "family": self.layer.family,
            "geometry": self.layer.geometry,
            "crs": self.layer.crs,
            "access": self.layer.access,
            "state": self.layer.state,
            "readiness": self.state,
            "marks": list(marks),
            "owner": self.layer.owner,
            "date": self.date.isoformat() if self.date else None,
            "version": self.version.id if self.version else None,
            "count": self.version.count if self.version else None,
            "load": self.load_command,
        }


def readiness(ws: Workspace) -> list[Readiness]:
    """Return every layer of the catalogue with how ready it is."""
    return [layer_readiness(ws, layer) for layer in ws.layers]


def layer_readiness(ws: Workspace, layer: Layer) -> Readiness:
    """Return how ready one layer is."""
    version = ws.versions.get(layer.id)
    if version is not None:
        kind = version.provenance.kind
        return Readiness(layer, version, "real" if kind == "import" else "illustrative")
    return Readiness(layer, None, "awaited" if layer.sample is None else "not_built")


def version_rows(ws: Workspace, layer_id: str) -> list[dict[str, Any]]:
    """Return the versions of a layer, oldest first, as the command line prints them."""
    layer = ws.catalogue.layer(layer_id)
    served = ws.published.versions.get(layer.id)
    return [_version_row(version, version.id == served) for version in ws.store.versions(layer.id)]


def _version_row(version: Version, served: bool) -> dict[str, Any]:
    given = version.provenance
    return {
        "id": version.id,
        "layer": version.layer,
        "served": served,
        "created": version.created.isoformat(),
        "kind": given.kind,
        "count": version.count,
        "by": given.by,
        "source": given.source,
        "agency": given.agency,
        "date": given.date.isoformat() if given.date else None,
        "accuracy": given.accuracy,
        "licence": given.licence,
        "decision": given.decision,
        "marks": list(given.marks),
        "file": given.file,
        "sha256": given.sha256,
        "findings": sum(given.findings.values()),
        "difference": dict(given.difference),
    }


def unhealthy(ws: Workspace) -> dict[str, str]:
    """
    Try all that is served; return name → problem for what does not open.

    Names are those of layers, ``published.json`` and ``basemaps.json``.
    """
    trials: dict[str, Callable[[], object]] = {
        "published.json": ws.latest,
        "basemaps.json": lambda: read_basemaps(ws.settings.store_folder),
    }
    trials |= {layer: partial(_try_layer, ws, layer) for layer in ws.published.versions}
    problems = {}
    for name, trial in trials.items():
        try:
            trial()
        except (OSError, ValueError, LookupError) as error:
            problems[name] = str(error)
    return problems


def _try_layer(ws: Workspace, layer_id: str) -> None:
    layer = ws.catalogue.layer(layer_id)
    ws.version(layer_id)
    if layer.geometry == "raster":
        raster = ws.raster(layer_id)
        east, south = raster.bounds[2], raster.bounds[1]
        # The last cell stands at the end of the file.
        value_at(raster, east - 0.1, south + 0.1)
    else:
        ws.read(layer_id, limit=1)
