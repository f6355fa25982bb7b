"""A made-up result to print: a table for every habit of tables, a map, hostile texts."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd

import geopandas as gpd
from shapely import box

from geo_app.domain.layer import Field, Layer, Legend, LegendClass, Mark, Style
from geo_app.domain.result import Findings, Input, Notice, Picture, Table, column
from geo_app.domain.text import Bilingual
from geo_app.render.document import Imprint

CRS = "EPSG:9215"
MADE = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
IMPRINT = Imprint(Bilingual("Tỉnh mẫu", "Sample province"), MADE)
HOSTILE = (
    '#panic("executed") $x^2$ @nowhere *not bold* _not italic_',
    '#import "@preview/cetz:0.3.0" #read("/etc/hostname") <label> // no comment',
    "= no heading \\ #{ [ ] } ` ``` ' \" ~ </w:t></w:r> <b>&amp; ]]> {{totals.x}}",
)
LETTERS = "ăâđêôơư áàảãạ ắằẳẵặ ấầẩẫậ éèẻẽẹ ếềểễệ íìỉĩị óòỏõọ ốồổỗộ ớờởỡợ úùủũụ ứừửữự ýỳỷỹỵ"


def same(text: str) -> Bilingual:
    return Bilingual(text, text)


def source(
    name: str = "roads", *marks: Mark, accuracy_m: float | None = 1.0, placed: bool = True
) -> Input:
    return Input(
        layer=name,
        title=same(f"Layer {name}"),
        version="20260101T000000Z-abcdef12",
        digest="digest",
        date=dt.date(2025, 7, 1),
        source="Sở Xây dựng",
        marks=marks,
        accuracy=None if accuracy_m is None else f"±{accuracy_m:g} m",
        accuracy_m=accuracy_m,
        placed=placed,
    )


def table(name: str, rows: pd.DataFrame, fields: Sequence[Field]) -> Table:
    return Table(name, same(f"Table {name}"), tuple(fields), rows)


def texts(name: str, values: Sequence[str]) -> Table:
    """Return a table of one column of text."""
    return table(
        name, pd.DataFrame({"note": list(values)}), [column("note", "Ý", "Note", kind="text")]
    )


def numbered(name: str, count: int) -> Table:
    """Return a table of so many rows, each with a name that is found again: row-0001."""
    rows = pd.DataFrame({
        "code": [f"row-{n:04d}" for n in range(1, count + 1)],
        "area_ha": [1234.5 + n for n in range(count)],
    })  # fmt: skip
    fields = [
        column("code", "Mã", "Code", kind="text"),
        column("area_ha", "Diện tích", "Area", unit="ha"),
    ]
    return table(name, rows, fields)


def wide(count: int) -> Table:
    """Return one row with a code and so many figures: 100.25, 101.25, …"""
    names = [f"col{n:02d}_ha" for n in range(count)]
    rows = pd.DataFrame({"code": ["05977"], **{n: [100.25 + k] for k, n in enumerate(names)}})
    fields = [column(name, f"Cột {name}", name, unit="ha") for name in names]
    return table("wide", rows, [column("code", "Mã", "Code", kind="text"), *fields])


def coordinates(count: int) -> Table:
    """Return corners of a footprint: (X, Y) rises by a metre from point to point."""
    rows = pd.DataFrame({
        "footprint": ["A"] * count,
        "point": range(1, count + 1),
        "x_north_m": [2_400_000.5 + n for n in range(count)],
        "y_east_m": [450_000.0 + n for n in range(count)],
    })  # fmt: skip
    fields = [
        column("footprint", "Thửa", "Footprint", kind="text"),
        column("point", "Điểm", "Point", kind="integer"),
        column("x_north_m", "X", "X", unit="m"),
        column("y_east_m", "Y", "Y", unit="m"),
    ]
    return table("coordinates", rows, fields)


def square(size_m: float, *, color: str = "#ff0000", name: str = "shape") -> Picture:
    """Return a square on the map, opaque, its middle at (450 km, 2,400 km)."""
    half = size_m / 2
    frame = gpd.GeoDataFrame(
        {"area_name": ["A$b$"]},
        geometry=[box(450_000 - half, 2_400_000 - half, 450_000 + half, 2_400_000 + half)],
        crs=CRS,
    )
    style = Style(color=color, fill=color, fill_opacity=1.0)
    legend = Legend(None, (LegendClass(same(name), style),))
    layer = Layer(name, same(name), same(name), "t", "polygon", CRS, "", 1, {}, legend)
    return Picture(layer, frame)


def findings(
    *marks: Mark,
    tables: Sequence[Table] = (),
    pictures: Sequence[Picture] = (),
    inputs: Sequence[Input] | None = None,
) -> Findings:
    total = column("length_km", "Chiều dài", "Length", unit="km")
    return Findings(
        study="made-up",
        title=Bilingual("Kết quả giả", "A made-up result"),
        settings={"width_m": 2.0, "zones": "communes_2025"},
        tables=tuple(tables) or (numbered("rows", 3),),
        totals={"length_km": 1234.5},
        total_fields=(total,),
        definition=Bilingual("Định nghĩa ở đây.", "The definition is here."),
        explanation=Bilingual("Giải thích.\n\nĐoạn hai.", "Explained.\n\nA second paragraph."),
        inputs=tuple(inputs) if inputs is not None else (source("roads", *marks),),
        warnings=(Notice("mind", Bilingual("Hãy để ý.", "Mind this.")),),
        pictures=tuple(pictures),
    )
