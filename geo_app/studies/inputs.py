"""The layers a study reads: in the province's CRS, each recorded with version, date and marks."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

import geopandas as gpd
from pyproj import Transformer

from geo_app.domain.access import may
from geo_app.domain.layer import Layer
from geo_app.domain.raster import Raster
from geo_app.domain.result import Input
from geo_app.domain.version import Version
from geo_app.errors import DataError
from geo_app.workspace import Bounds, Workspace


def loaded_on(ws: Workspace, layer: str) -> date:
    """Return the day on which what is served of a layer was loaded, in the province."""
    created = ws.versions[layer].created
    return created.astimezone(ZoneInfo(ws.settings.time_zone)).date()


class Inputs:
    """Reads layers for one run of a study, and remembers which."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self._used: dict[str, Input] = {}

    @property
    def used(self) -> tuple[Input, ...]:
        """What was read so far, in the order of reading."""
        return tuple(self._used.values())

    def layer(self, layer: str) -> Layer:
        """Return a layer of the catalogue."""
        return self.ws.catalogue.layer(layer)

    def available(self, layer: str) -> bool:
        """Tell whether a layer has data that the reader may see."""
        found = self.ws.catalogue.layers.get(layer)
        return (
            found is not None
            and layer in self.ws.versions
            and may(self.ws.user, "view", found.access)
        )

    def features(
        self,
        layer: str,
        *,
        kinds: Iterable[str] = (),
        version: Version | None = None,
        bounds: Bounds | None = None,
        columns: Sequence[str] | None = None,
    ) -> gpd.GeoDataFrame:
        """
        Read a layer's features, placed ones and others, in the province's CRS.

        Parameters
        ----------
        kinds
            Kinds of geometry that will do; none: any.
        version
            Another version than the one served.
        bounds
            (minx, miny, maxx, maxy) in the province's CRS: only features whose box meets it.
        columns
            Fields to read, of those the reader may see; None: all of them.
        """
        found = self.layer(layer)
        wanted = tuple(kinds)
        if not found.spatial or (wanted and found.geometry not in wanted):
            expected = " or ".join(wanted) or "features"
            message = f"layer {layer}: is a {found.geometry} layer; this study needs {expected}"
            raise DataError(
                message,
                vi=f"Lớp {layer} không đúng kiểu hình mà phân tích này cần; hãy chọn lớp khác.",
            )
        own = self.ws.settings.crs
        if bounds and found.crs != own:
            bounds = Transformer.from_crs(own, found.crs, always_xy=True).transform_bounds(*bounds)
        if columns is not None:
            columns = [each.name for each in self.ws.fields(found) if each.name in columns]
        served = version.id if version else None
        frame = self.ws.read(layer, version=served, bounds=bounds, columns=columns)
        assert isinstance(frame, gpd.GeoDataFrame)
        self._record(found, version, frame)
        return frame.to_crs(own) if found.crs != own else frame

    def table(self, layer: str) -> pd.DataFrame:
        """Read a layer's rows without geometry."""
        found = self.layer(layer)
        frame = self.ws.read(layer)
        self._record(found, rows=frame)
        return pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))

    def raster(self, layer: str) -> Raster:
        """Open a raster layer."""
        raster = self.ws.raster(layer)
        self._record(self.layer(layer))
        return raster

    def include(self, read: Iterable[Input]) -> None:
        """Remember layers that were read elsewhere for this run."""
        for each in read:
            self._used.setdefault(f"{each.layer} {each.version}", each)

    def require(self, layer: str, *names: str, use: str) -> None:
        """
        Refuse a layer that lacks a field.

        Parameters
        ----------
        use
            What the fields are for, in the message.
        """
        have = {each.name for each in self.ws.fields(self.layer(layer))}
        missing = [name for name in names if name not in have]
        if missing:
            message = (
                f"layer {layer}: has no field {', '.join(missing)}, needed for {use}; choose a "
                f"layer that has it, or add it to {layer}.toml; it has: {', '.join(sorted(have))}"
            )
            raise DataError(
                message,
                vi=f"Lớp {layer} thiếu trường {', '.join(missing)}; chọn lớp khác, hoặc thêm vào "
                f"{layer}.toml.",
            )

    def _record(
        self, layer: Layer, version: Version | None = None, rows: pd.DataFrame | None = None
    ) -> None:
        version = version or self.ws.versions[layer.id]
        self._used[f"{layer.id} {version.id}"] = Input.of(layer, version, rows)
