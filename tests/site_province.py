"""A province to check sites in, with figures for the head; all of it 10 km by 10 km, made up."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

import geopandas as gpd
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geo_app.domain.version import Provenance, Version
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import prepare_features, publish

CRS = "EPSG:9210"
WEST, SOUTH = 500_000, 1_200_000
EXACT, COARSE = "exact", "coarse"

HEAD = """title = {{vi = "Lớp {id}", en = "Layer {id}"}}
summary = {{vi = "Bịa.", en = "Made up."}}
theme = "land"
geometry = "{geometry}"
crs = "EPSG:9210"
key = ["code"]
name = "name"
owner = "so_nnmt"
order = {order}
{more}
[site]
{site}

[fields.code]
type = "text"
title = {{vi = "Mã", en = "Code"}}
required = true

[fields.name]
type = "text"
title = {{vi = "Tên", en = "Name"}}
{fields}
[legend]
[[legend.classes]]
title = {{vi = "Mọi thứ", en = "All"}}
color = "#336633"
"""
TEXT = '\n[fields.{name}]\ntype = "{type}"\ntitle = {{vi = "{name}", en = "{name}"}}\n'
CODES = "[fields.{name}.values]\n{codes}\n"


def field(name: str, kind: str = "text", codes: Sequence[str] = (), unit: str = "") -> str:
    text = TEXT.format(name=name, type=kind) + (f'unit = "{unit}"\n' if unit else "")
    if codes:
        lines = "\n".join(f'{code} = {{vi = "{code}", en = "{code}"}}' for code in codes)
        text += CODES.format(name=name, codes=lines)
    return text


ACCURACY = (
    field("accuracy")
    + '[fields.accuracy.values]\nexact = {vi = "±0,5 m", en = "±0.5 m"}\n'
    + 'coarse = {vi = "±5 km", en = "±5 km"}\n'
)
ROAD_FIELDS = (
    field("grade", codes=["III", "IV"]) + field("roadbed_m", "number", unit="m") + ACCURACY
)
LAYERS = {
    "roads_measured": (
        "line",
        'group = "corridor"\ngrade_field = "grade"\nroadbed_field = "roadbed_m"\n'
        'basis = ["road_corridor"]',
        ROAD_FIELDS,
        'accuracy = "accuracy"',
    ),
    "rails": (
        "line",
        'group = "corridor"\nbasis = ["rail_corridor"]',
        ACCURACY,
        'accuracy = "accuracy"',
    ),
    "towns": ("polygon", 'group = "plans"\ntreat = "inform"', "", ""),
    "zones": (
        "polygon",
        'group = "plans"\nnear_m = 50\nclass_field = "kind"\ncounts = {kind = ["kept"]}\n'
        'decision_field = "decision"\nvalid_from_field = "valid_from"\n'
        'valid_to_field = "valid_to"\nsliver_m2 = 10\nbasis = ["old_rule"]',
        field("kind", codes=["kept", "free"])
        + field("decision")
        + field("valid_from", "date")
        + field("valid_to", "date"),
        "",
    ),
    "woods": (
        "polygon",
        'group = "forest"\ntype_field = "type"\norigin_field = "origin"\n'
        'counts = {origin = ["natural", "planted"]}\nstale_after_months = 24\n'
        'consult = ["forest_change"]',
        field("type", codes=["phong_ho", "san_xuat"])
        + field("origin", codes=["natural", "planted", "none"]),
        "",
    ),
    "gates": ("point", 'group = "nearby"\nnear_m = 500', "", ""),
    "frontier": (
        "line",
        'group = "border"\ntreat = "near"\nconsult = ["belt_opinion"]',
        "",
        "",
    ),
    "secret": ("polygon", 'group = "border"\nconsult = ["defence"]', "", 'access = "restricted"'),
    "inner": ("polygon", 'group = "plans"', "", 'access = "staff"'),
    "promised": ("polygon", 'group = "heritage"', "", 'state = "awaited"'),
    "empty": ("polygon", 'group = "heritage"', "", ""),
}
RULE = """
[[legal_rules]]
id = "{id}"
topic = "{topic}"
title = {{vi = "Quy định {id}", en = "Rule {id}"}}
text = {{vi = "Nội dung.", en = "Text."}}
checked_on = {checked}
verified = {verified}
source = "bịa"
{more}
"""
RULES = (
    (
        "corridor_2025",
        "road_corridor",
        "valid_from = 2025-01-01\nvalues = {iii_strip_m = 2, iii_corridor_m = 13, "
        "iv_strip_m = 1, iv_corridor_m = 9}",
    ),
    ("rail", "rail_corridor", ""),
    ("opinion_2014", "belt_opinion", 'valid_to = 2025-11-16\ndays = 30\nbodies = ["so_nv"]'),
    ("opinion_2025", "belt_opinion", 'valid_from = 2025-11-17\ndays = 20\nbodies = ["so_nv"]'),
    ("forest_2017", "forest_change", 'bodies = ["so_nnmt"]'),
    ("defence_2018", "defence", 'bodies = ["so_nv"]'),
    ("old", "old_rule", ""),
)


def found_province(ws: Workspace) -> Workspace:
    """Add layers and rules of law to a copy of the small province; nothing is published of them."""
    root = ws.settings.root
    for order, (name, (geometry, site, fields, more)) in enumerate(LAYERS.items()):
        text = HEAD.format(
            id=name, geometry=geometry, site=site, fields=fields, more=more, order=100 + order
        )
        (root / "layers" / f"{name}.toml").write_text(text, encoding="utf-8")
    for name, keys in (("communes", ""), ("old_units", "")):
        append(root / "layers" / f"{name}.toml", f'\n[site]\ngroup = "units"\n{keys}')
    rules = [
        RULE.format(
            id=rule,
            topic=topic,
            more=more,
            verified="false" if topic == "old_rule" else "true",
            checked="2024-01-01" if topic == "old_rule" else "2026-01-01",
        )
        for rule, topic, more in RULES
    ]
    (root / "plan" / "legal_rules.toml").write_text("".join(rules), encoding="utf-8")
    return open_workspace(root)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def deliver(
    ws: Workspace,
    layer: str,
    rows: Sequence[dict[str, Any]],
    *,
    day: date | None = date(2026, 1, 1),
    accuracy: str | None = "±0 m",
    marks: tuple[Any, ...] = (),
) -> Version:
    """Publish rows with a `geometry` in metres from the corner; the others are fields."""
    frame = pd.DataFrame([{"code": f"{n}", **row} for n, row in enumerate(rows, start=1)])
    moved = [translate(shape, WEST, SOUTH) for shape in frame["geometry"]]
    found = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=moved, crs=CRS)
    given = Provenance(kind="import", by="test", date=day, accuracy=accuracy, marks=marks)
    version = prepare_features(ws, ws.catalogue.layer(layer), found, given)
    publish(ws, {layer: version}, what="test")
    return version


def box(x: float, y: float, width: float, height: float | None = None) -> BaseGeometry:
    """Return a rectangle, metres from the corner."""
    rectangle: BaseGeometry = shapely.box(x, y, x + width, y + (height or width))
    return rectangle


def site(*shapes: BaseGeometry, names: Sequence[str] = ()) -> gpd.GeoDataFrame:
    """Return footprints given in metres from the corner."""
    moved = [translate(shape, WEST, SOUTH) for shape in shapes]
    named = list(names) or [str(number) for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"footprint": named}, geometry=moved, crs=CRS)
