"""
A workspace: a province's catalogue, plan and store opened together, seen by one reader.

>>> import geo_app
>>> ws = geo_app.open_workspace()                                    # doctest: +SKIP
>>> ws.read("national_roads", where={"grade": "IV", "width_m": (3, None)})  # doctest: +SKIP
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from geo_app.config import Settings, find_workspace, read_settings
from geo_app.domain.access import OWNER, User, may
from geo_app.domain.crs import is_metric
from geo_app.domain.layer import Field, Layer, Mark
from geo_app.domain.override import Override
from geo_app.domain.plan import Plan
from geo_app.domain.raster import Raster
from geo_app.domain.version import Version
from geo_app.errors import AccessError, DataError, SettingsError, StoreError, UnknownError
from geo_app.storage import rasters
from geo_app.storage.catalogue import Catalogue, read_catalogue
from geo_app.storage.conditions import Contains, sql_condition
from geo_app.storage.frames import read_record, written_columns
from geo_app.storage.instruments import check_links, read_plan
from geo_app.storage.published import Published
from geo_app.storage.site_use import check_basis
from geo_app.storage.store import FEATURES, RASTER, FileStore
from geo_app.storage.study_settings import read_study_settings
from geo_app.storage.table import TablePage, TableQuery, read_page

if TYPE_CHECKING:
    from geo_app.render.maps import AtlasMap

__all__ = ["Bounds", "Contains", "TablePage", "TableQuery", "Workspace", "open_workspace"]

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Workspace:
    """
    One reader's view of one generation of a province.

    Everything read through it comes from the same generation; `latest` moves on to the newest.
    """

    settings: Settings
    catalogue: Catalogue
    plan: Plan
    store: FileStore
    published: Published
    user: User

    @property
    def layers(self) -> list[Layer]:
        """The layers of the catalogue, in the order they are shown."""
        return list(self.catalogue.layers.values())

    def latest(self) -> "Workspace":
        """Return the same view of the newest generation."""
        published = self.store.published()
        if published.generation == self.published.generation:
            return self
        return replace(self, published=published)

    def at(self, generation: int) -> "Workspace":
        """Return the same view of an earlier generation."""
        return replace(self, published=self.store.published().at(generation))

    def as_of(self, day: str | date | datetime) -> "Workspace":
        """Return the same view as it was at the end of a day, or at a moment."""
        return replace(self, published=self.published.as_of(self._moment(day)))

    def as_user(self, user: User) -> "Workspace":
        """Return the province as `user` may see it."""
        return replace(self, user=user)

    def version(self, layer: str) -> Version | None:
        """Return the served version of a layer; None where nothing is published."""
        served = self.published.versions.get(self.catalogue.layer(layer).id)
        return self.store.version(layer, served) if served else None

    @cached_property
    def versions(self) -> Mapping[str, Version]:
        """
        The served version of every published layer that is in the catalogue.

        One whose record is damaged is left out, so that the others stay readable; `version`
        raises for it, and the health check names it.
        """
        found = {}
        for layer in self.published.versions.keys() & self.catalogue.layers.keys():
            with suppress(StoreError, UnknownError):
                found[layer] = self.store.version(layer, self.published.versions[layer])
        return found

    @cached_property
    def study_settings(self) -> Mapping[str, Mapping[str, Any]]:
        """What this province sets in its studies instead of their defaults, by study."""
        return read_study_settings(self.settings.root / "plan")

    def overrides(self, *, ended: bool = False) -> tuple[Override, ...]:
        """
        Return the overrides of layers this reader may see, oldest first.

        Read anew each time: what was set aside a moment ago counts at once.

        Parameters
        ----------
        ended
            Whether those taken back are among them.

        Raises
        ------
        StoreError
            If the records cannot be read.
        """
        if not (self.settings.records_url or self.settings.records_file.exists()):
            return ()
        from geo_app.storage.records import Records  # noqa: PLC0415 (SQLAlchemy loads slowly)

        return tuple(
            each
            for each in Records(self.settings).overrides()
            if (ended or each.ended is None)
            and each.layer in self.catalogue.layers
            and may(self.user, "view", self.catalogue.layers[each.layer].access)
        )

    def marks(self, layer: str) -> tuple[Mark, ...]:
        """Return the marks of the version served, worst first."""
        version = self.versions.get(layer)
        return version.provenance.marks if version else ()

    def fields(self, layer: Layer) -> list[Field]:
        """Return the fields of a layer this reader may see."""
        return [f for f in layer.fields.values() if may(self.user, "view", f.access)]

    def read(
        self,
        layer: str,
        *,
        bounds: Bounds | None = None,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        version: str | None = None,
        as_of: str | date | datetime | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """
        Read features of a layer.

        Parameters
        ----------
        layer
            Id of a layer with features or rows.
        bounds
            (minx, miny, maxx, maxy) in the layer's CRS: features whose box meets it.
        where
            Field → value, list of values, (from, to) with None for an open end, or None for
            missing: ``{"grade": "IV", "width_m": (3, None)}``. `Contains` is for `page`.
        columns
            Fields to read; None: all this reader may see.
        version
            A version's id; None: the one served.
        as_of
            A day ("2026-03-31": at its end, in the workspace's time zone) or a moment.
        limit
            At most so many features.

        Returns
        -------
        features
            One row per feature in key order, indexed by ``fid``; a GeoDataFrame in the layer's
            CRS, or a plain frame for a table.

        Raises
        ------
        UnknownError
            If the layer, a field or the version does not exist, or nothing was published then.
        AccessError
            If the reader may not see the layer or a column.
        DataError
            If the layer is a raster, or bounds, a condition or the day are malformed.
        """
        found = self._viewable(layer)
        if found.geometry == "raster":
            message = f"layer {layer}: is a raster; use ws.raster({layer!r})"
            raise DataError(message)
        _check_bounds(bounds)
        names = self._columns(found, columns)
        self._check_where(found, where or {})
        path = self._folder(found, version=version, as_of=as_of) / FEATURES
        condition = sql_condition(found, where, written_columns(path)) if where else None
        return read_record(path, found, columns=names, bounds=bounds, where=condition, limit=limit)

    def raster(self, layer: str, *, version: str | None = None) -> Raster:
        """Return a raster layer's data: path, CRS, transform, nodata; codes are in its legend."""
        found = self._viewable(layer)
        if found.geometry != "raster":
            message = f"layer {layer}: has features, not a raster; use ws.read({layer!r})"
            raise DataError(message)
        return rasters.open_raster(self._folder(found, version=version) / RASTER, found)

    def page(self, layer: str, query: TableQuery) -> TablePage:
        """Return one page of a layer's attribute table; see `TableQuery`."""
        found = self._viewable(layer)
        self._columns(found, [*query.fields, *(query.where or {}), *filter(None, [query.sort])])
        return read_page(self._folder(found) / FEATURES, found, query)

    def map(self, theme: str | None = None, *, language: str = "vi") -> "AtlasMap":
        """
        Draw the whole atlas, or one theme, as a folium map that needs no internet.

        It shows in a notebook; ``.save("map.html")`` writes one file with everything in it.
        """
        from geo_app.workspace.mapping import inline_map  # noqa: PLC0415 (it needs this module)

        return inline_map(self, theme, language=language)

    def folder(self, layer: str, version: str) -> Path:
        """Return the folder of a version this reader may see."""
        return self._folder(self._viewable(layer), version=version)

    @property
    def bounds_lonlat(self) -> Bounds:
        """
        The province's frame in degrees (west, south, east, north).

        From the outline; from the CRS's area of use until an outline is published.
        """
        version = self.versions.get(self.settings.outline)
        if version and version.bounds_lonlat:
            return version.bounds_lonlat
        return rasters.area_of_use(self.settings.crs)

    def _viewable(self, layer: str) -> Layer:
        found = self.catalogue.layer(layer)
        if not may(self.user, "view", found.access):
            message = f"layer {layer}: {found.access} data; {self.user.name} may not see it"
            raise AccessError(message)
        return found

    def _columns(self, layer: Layer, columns: Sequence[str] | None) -> list[str]:
        allowed = [field.name for field in self.fields(layer)]
        if columns is None:
            return allowed
        for name in columns:
            if layer.field(name).name not in allowed:
                message = f"layer {layer.id}: field {name}: {self.user.name} may not see it"
                raise AccessError(message)
        return list(columns)

    def _check_where(self, layer: Layer, where: Mapping[str, Any]) -> None:
        self._columns(layer, list(where))
        for name, value in where.items():
            if isinstance(value, Contains):
                message = f"layer {layer.id}: field {name}: Contains is for ws.page, not ws.read"
                raise DataError(message)

    def _folder(
        self,
        layer: Layer,
        *,
        version: str | None = None,
        as_of: str | date | datetime | None = None,
    ) -> Path:
        published = self.published if as_of is None else self.published.as_of(self._moment(as_of))
        served = version or published.versions.get(layer.id)
        if served is None:
            when = "" if as_of is None else f" on {as_of}"
            message = (
                f"layer {layer.id}: no data published{when} (state: {layer.state}); "
                f"`geo-app import FILE --layer {layer.id}` loads it"
            )
            raise UnknownError(message)
        return self.store.path(layer.id, served)

    def _moment(self, as_of: str | date | datetime) -> datetime:
        zone = ZoneInfo(self.settings.time_zone)
        if isinstance(as_of, str):
            as_of = _read_moment(as_of)
        if not isinstance(as_of, datetime):
            as_of = datetime.combine(as_of, time.max)
        return as_of if as_of.tzinfo else as_of.replace(tzinfo=zone)


def _check_bounds(bounds: Bounds | None) -> None:
    if bounds is None:
        return
    whole = len(bounds) == 4 and all(math.isfinite(side) for side in bounds)
    if not (whole and bounds[0] <= bounds[2] and bounds[1] <= bounds[3]):
        message = f"bounds: found {bounds}; expected (minx, miny, maxx, maxy) in the layer's CRS"
        raise DataError(message)


def _read_moment(text: str) -> date | datetime:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        message = f"as_of: found {text!r}; expected a day such as 2026-03-31, or a moment"
        raise DataError(message) from None


def open_workspace(folder: Path | str | None = None, *, user: User = OWNER) -> Workspace:
    """
    Open the workspace in `folder`, or the one found from the current folder.

    Raises
    ------
    SettingsError, CatalogueError, StoreError
        If there is no workspace, or one of its files is wrong.
    """
    root = find_workspace(Path(folder) if folder is not None else None)
    settings = read_settings(root)
    if not is_metric(settings.crs):
        message = f"{root}: crs: found {settings.crs!r}; expected a projected CRS in metres"
        raise SettingsError(message)
    plan = read_plan(root / "plan")
    catalogue = read_catalogue(root / "layers", frozenset(plan.agencies) or None)
    check_links(plan, frozenset(catalogue.layers))
    check_basis(plan, catalogue.layers.values())
    store = FileStore(settings.store_folder)
    return Workspace(settings, catalogue, plan, store, store.published(), user)
