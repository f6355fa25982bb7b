"""Write a layer's file as its catalogue entry describes it, byte for byte the same each time."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import FieldType, Layer
from geo_app.errors import DataError
from geo_app.storage.catalogue import Catalogue

_DTYPES: dict[FieldType, str] = {
    "text": "object",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "object",
}
STATISTICS = "statistics"
"""Folder of the tables of statistics, beside that of the shapefiles."""
_DBF_DATE = "2026-11-23"  # GDAL would stamp today's date, and every rebuild would look changed


@dataclass(frozen=True)
class Workshop:
    """Where facts are read, where layers are written, and the catalogue that describes them."""

    facts: Path
    shapefiles: Path
    catalogue: Catalogue

    def write(self, layer_id: str, frame: pd.DataFrame) -> None:
        """
        Write the file of a layer, features in the order of their key.

        Parameters
        ----------
        layer_id
            Id of the catalogue; the file takes its name.
        frame
            One column per field of the layer, under the field's name; a `GeoDataFrame` unless
            the layer is a table.

        Raises
        ------
        DataError
            If the columns are not the layer's fields, or a key comes twice.
        """
        layer = self.catalogue.layer(layer_id)
        ready = _conform(frame, layer)
        if isinstance(ready, gpd.GeoDataFrame):
            _write_shapefile(ready, self.shapefiles / f"{layer_id}.shp")
        else:
            folder = self.shapefiles.parent / STATISTICS if layer.statistics else self.shapefiles
            ready.to_csv(folder / f"{layer_id}.csv", index=False, lineterminator="\n")

    def read(self, layer_id: str) -> gpd.GeoDataFrame:
        """Read back a layer that an earlier stage wrote, columns under the fields' names."""
        fields = self.catalogue.layer(layer_id).fields.values()
        frame = gpd.read_file(self.shapefiles / f"{layer_id}.shp")
        return frame.rename(columns={field.source_field: field.name for field in fields})


def _conform(frame: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    columns = set(frame.columns) - {"geometry"}
    if columns != set(layer.fields):
        extra, missing = columns - set(layer.fields), set(layer.fields) - columns
        message = f"{layer.id}: columns not in the catalogue: {extra}; fields without: {missing}"
        raise DataError(message)
    key = list(layer.key)
    twice = frame.duplicated(key)
    if twice.any():
        message = f"{layer.id}: the key {frame.loc[twice, key].iloc[0].tolist()} comes twice"
        raise DataError(message)
    kept = [*layer.fields, "geometry"] if layer.spatial else list(layer.fields)
    dtypes = {name: _DTYPES[field.type] for name, field in layer.fields.items()}
    ready = frame.sort_values(key)[kept].astype(dtypes).reset_index(drop=True)
    return ready.rename(columns={name: field.source_field for name, field in layer.fields.items()})


def _write_shapefile(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_file(
        path,
        driver="ESRI Shapefile",
        engine="pyogrio",
        encoding="UTF-8",
        RESIZE="YES",
        DBF_DATE_LAST_UPDATE=_DBF_DATE,
    )
