"""The small province with two former districts and figures of its units, easy to tell."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd

import geopandas as gpd
from shapely import box

from geo_app.domain.layer import Mark
from geo_app.domain.version import Provenance
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import prepare_features, publish

Kind = Literal["sample", "import"]
HALVES = """
title = {vi = "Huyện cũ", en = "Former districts"}
summary = {vi = "Hai nửa tỉnh.", en = "Two halves."}
theme = "land"
geometry = "polygon"
crs = "EPSG:9210"
key = ["district_code"]
name = "name"
family = "admin_units"
vintage = 2020-01-01
owner = "so_nv"
order = 12
[fields.district_code]
type = "text"
title = {vi = "Mã huyện", en = "District code"}
source_field = "dist_code"
[fields.name]
type = "text"
title = {vi = "Tên", en = "Name"}
[legend]
[[legend.classes]]
title = {vi = "Huyện cũ", en = "Former district"}
color = "#7d7463"
"""
INDICATORS = """
[[indicators]]
id = "people"
title = {vi = "Dân số", en = "People"}
unit = "people"
adds = "sum"
definition = {vi = "Người.", en = "People."}
verified = true
source = "bịa cho thử nghiệm"

[[indicators]]
id = "clean_pct"
title = {vi = "Nước sạch", en = "Clean water"}
unit = "pct"
adds = "mean"
weight = "people"
target = "t_clean"
definition = {vi = "Người có nước sạch.", en = "People with clean water."}
verified = true
source = "bịa cho thử nghiệm"

[[indicators]]
id = "rank"
title = {vi = "Xếp hạng", en = "Rank"}
unit = "count"
adds = "none"
definition = {vi = "Thứ hạng.", en = "A rank."}
verified = true
source = "bịa cho thử nghiệm"
"""
TARGETS = """
[[targets]]
id = "t_clean"
section = "II.3"
title = {vi = "Nước sạch", en = "Clean water"}
sentence = "Đến năm 2030 đạt 95 %"
comparator = "reach"
unit = "pct"
value = 95
year = 2030
agency = "so_nnmt"
spatial = "table"
verified = true
source = "bịa cho thử nghiệm"
"""
FIGURES = """
title = {vi = "Số liệu", en = "Figures"}
summary = {vi = "Bịa cho thử nghiệm.", en = "Made up."}
theme = "land"
geometry = "table"
key = ["indicator", "vintage", "unit_code", "period"]
owner = "so_nv"
order = 20
statistics = true
[fields.indicator]
type = "text"
title = {vi = "Chỉ tiêu", en = "Indicator"}
required = true
[fields.vintage]
type = "text"
title = {vi = "Bộ đơn vị", en = "Set of units"}
required = true
[fields.unit_code]
type = "text"
title = {vi = "Mã đơn vị", en = "Code of the unit"}
aliases = ["don_vi"]
required = true
[fields.period]
type = "text"
title = {vi = "Kỳ", en = "Period"}
required = true
[fields.value]
type = "number"
unit = "count"
title = {vi = "Giá trị", en = "Value"}
[fields.unit]
type = "text"
title = {vi = "Đơn vị tính", en = "Unit"}
required = true
[fields.broken]
type = "boolean"
title = {vi = "Ngắt chuỗi", en = "Broken"}
[fields.verified]
type = "boolean"
title = {vi = "Đã kiểm chứng", en = "Verified"}
[fields.source]
type = "text"
title = {vi = "Nguồn", en = "Source"}
[fields.note]
type = "text"
title = {vi = "Ghi chú", en = "Note"}
"""
KNOWN = (
    ("people", "province_outline", "99", "2020", 410.0),
    ("people", "halves", "B1", "2020", 100.0),
    ("people", "halves", "B2", "2020", 300.0),
    ("people", "communes", "01", "2021", 10.0),
    ("people", "communes", "02", "2021", 20.0),
    ("people", "communes", "03", "2021", 30.0),
    ("people", "communes", "04", "2021", 40.0),
    ("clean_pct", "halves", "B1", "2020", 50.0),
    ("clean_pct", "halves", "B2", "2020", 90.0),
    ("clean_pct", "communes", "01", "2021", 100.0),
    ("clean_pct", "communes", "02", "2021", 50.0),
    ("clean_pct", "communes", "03", "2021", 0.0),
    ("rank", "halves", "B1", "2020", 1.0),
    ("rank", "halves", "B2", "2020", 2.0),
)
"""Indicator, vintage, unit, period, value: the share of commune 04 in 2021 is not known."""


def with_figures(ws: Workspace) -> Workspace:
    """Add the former districts (B1: communes 01 and 03; B2: 02 and 04) and their figures."""
    root = ws.settings.root
    _write(root / "layers", {"halves": HALVES, "figures": FIGURES, "drafts": FIGURES})
    _write(root / "plan", {"indicators": INDICATORS, "targets": TARGETS})
    ws = open_workspace(root)
    west, south, _, _ = ws.read("communes").total_bounds
    shapes = [box(west + x, south, west + x + 5_000, south + 10_000) for x in (0, 5_000)]
    halves = {"district_code": ["B1", "B2"], "name": ["Tây", "Đông"]}
    publish_rows(ws, "halves", gpd.GeoDataFrame(halves, geometry=shapes, crs="EPSG:9210"))
    return publish_figures(ws, KNOWN)


def publish_figures(
    ws: Workspace,
    rows: Iterable[tuple[str, str, str, str, float]],
    *,
    layer: str = "figures",
    marks: tuple[Mark, ...] = (),
    unit: str | None = None,
    broken: str = "",
    kind: Kind = "import",
) -> Workspace:
    """Publish figures, all verified; those of the period `broken` break their series."""
    frame = pd.DataFrame(rows, columns=["indicator", "vintage", "unit_code", "period", "value"])
    units = {"people": "people", "clean_pct": "pct", "rank": "count"}
    made = frame.assign(
        unit=unit or frame["indicator"].map(units),
        broken=frame["period"] == broken,
        verified=True,
        source="bịa cho thử nghiệm",
        note=None,
    )
    return publish_rows(ws, layer, made, marks=marks, kind=kind)


def publish_rows(
    ws: Workspace,
    layer: str,
    frame: pd.DataFrame,
    *,
    marks: tuple[Mark, ...] = (),
    kind: Kind = "import",
) -> Workspace:
    """Publish a frame, and return the province as it is then."""
    given = Provenance(kind=kind, by=ws.user.name, date=date(2026, 6, 1), marks=marks)
    version = prepare_features(ws, ws.catalogue.layer(layer), frame, given)
    publish(ws, {layer: version}, what="test")
    return ws.latest()


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
