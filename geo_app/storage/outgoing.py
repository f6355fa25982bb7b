"""What leaves the building: a layer's typed columns, its geometry, and what it says of itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

import geopandas as gpd

from geo_app.domain.layer import UNITS, Field, Layer
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError

DISCLAIMER = Bilingual(
    "Tài liệu tham khảo phục vụ quy hoạch, không có giá trị pháp lý xác định ranh giới, mốc giới.",
    "For reference in planning; of no legal force in determining boundaries or boundary markers.",
)
LABELS = {
    "title": Bilingual("Lớp dữ liệu", "Layer"),
    "layer": Bilingual("Mã lớp", "Layer id"),
    "version": Bilingual("Phiên bản", "Version"),
    "source": Bilingual("Nguồn", "Source"),
    "agency": Bilingual("Cơ quan quản lý", "Agency"),
    "date": Bilingual("Ngày dữ liệu", "Date of the data"),
    "accuracy": Bilingual("Độ chính xác", "Accuracy"),
    "licence": Bilingual("Giấy phép", "Licence"),
    "marks": Bilingual("Lưu ý", "Marks"),
    "crs": Bilingual("Hệ tọa độ", "Coordinate system"),
    "generated": Bilingual("Thời điểm tạo tệp (UTC)", "File made at (UTC)"),
    "disclaimer": Bilingual("Khuyến cáo", "Disclaimer"),
}
"""What a file says of itself, in the order it is read."""

LONLAT_DECIMALS = 7
"""About 1 cm."""
METRE_DECIMALS = 3


@dataclass(frozen=True)
class Outgoing:
    """
    What is written to a file.

    `columns` are typed by the catalogue and named by its fields; `geometry` is None for a table;
    `provenance` is text, or a list of texts, by key.
    """

    columns: pd.DataFrame
    geometry: gpd.GeoSeries | None
    layer: Layer
    language: str
    provenance: Mapping[str, Any]

    @property
    def fields(self) -> list[Field]:
        """The fields written, in order."""
        return [self.layer.field(str(name)) for name in self.columns]

    @property
    def shapes(self) -> gpd.GeoSeries:
        """The geometry; asking a table for it is an error."""
        if self.geometry is None:
            message = f"layer {self.layer.id} is a table without geometry; choose csv or xlsx"
            raise DataError(message)
        return self.geometry

    @property
    def lonlat(self) -> gpd.GeoSeries:
        """The geometry in EPSG:4326."""
        return self.shapes.to_crs("EPSG:4326")

    def entry(self, key: str) -> str:
        """Return one entry of the provenance as text; "" where it does not stand."""
        value = self.provenance.get(key, "")
        if isinstance(value, str):
            return value
        return ", ".join(value) or Bilingual("không có", "none").get(self.language)

    def lines(self, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Return the provenance as label and text, in the order of `LABELS`."""
        known = [key for key in LABELS if key in self.provenance]
        others = [key for key in self.provenance if key not in LABELS]
        titles = {key: title.get(self.language) for key, title in LABELS.items()}
        keys = [key for key in known + others if key not in without]
        return [(titles.get(key, key), self.entry(key)) for key in keys]

    def text(self) -> str:
        """Return the provenance as lines of text."""
        return "\n".join(f"{label}: {entry}" for label, entry in self.lines())

    def header(self, field: Field) -> str:
        """Return a field's title with its unit: Diện tích (km²)."""
        title = field.title.get(self.language)
        sign = UNITS[field.unit].get(self.language) if field.unit else ""
        return f"{title} ({sign})" if sign else title

    def codes(self, field: Field) -> Iterator[str]:
        """Tell what each code of a field means: xa = Xã."""
        for code, title in field.values.items():
            yield f"{code} = {title.get(self.language)}"

    def key(self, position: int) -> str:
        """Return the key of a row as text; the row's number where it has none."""
        names = [name for name in self.layer.key if name in self.columns]
        row = self.columns.iloc[position]
        return " + ".join(str(row[name]) for name in names) or str(position + 1)

    def values(self, *, dates_as_text: bool) -> dict[str, list[Any]]:
        """Return each column as Python values, None where there is none."""
        columns = {}
        for field in self.fields:
            column = self.columns[field.name]
            if field.type == "date":
                column = column.dt.strftime("%Y-%m-%d") if dates_as_text else column.dt.date
            columns[field.name] = column.astype(object).where(column.notna(), None).tolist()
        return columns
