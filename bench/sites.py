"""Site checks over HTTP: the province's own layers and a million parcels; the report as PDF."""

import datetime as dt
import shutil
import time
from pathlib import Path
from typing import Any

import ground
import numpy as np
import requests

import geopandas as gpd
import shapely

from geo_app.domain.version import Provenance
from geo_app.intake.build import build, plan_build
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.publishing import prepare_features, publish

ROOT = Path(__file__).parents[1]
SITES, REPORTS, SIDE_M = 100, 10, 200.0
PAGE_S, PDF_S = 0.5, 2.0
LOOKED_AT = """
[site]
group = "plans"
class_field = "land_use"
"""


def measure(folder: Path, parcels: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Time pages and reports of sites of 4 ha, each asked for once; `parcels` as served."""
    ws = _province(folder / "province", parcels)
    looked_at = [layer for layer in ws.layers if layer.site and layer.id in ws.versions]
    sites = _sites(ws)
    with ground.server(ws.settings.root) as address, requests.Session() as session:
        for site in sites[:3]:  # every worker opens its layers
            _spent(session, f"{address}/check", site)
        pages = [_spent(session, f"{address}/check", site) for site in sites[3:]]
        reports = [
            _spent(session, f"{address}/check/download", site, format="pdf")
            for site in sites[-REPORTS:]
        ]
    layers = f"{len(looked_at)} layers, one of {len(parcels):,}"
    return [
        _row(f"site check over HTTP, {layers}: page, p95", float(np.quantile(pages, 0.95)), PAGE_S),
        _row("report of a site check as PDF, over HTTP, slowest", max(reports), PDF_S),
    ]


def _province(root: Path, parcels: gpd.GeoDataFrame) -> Workspace:
    for name in ("layers", "plan", "data/shapefiles", "data/rasters"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "geo_app.toml", root)
    layer = ground.layer_id(len(parcels))
    (root / "layers" / f"{layer}.toml").write_text(
        ground.layer_text(len(parcels), LOOKED_AT), encoding="utf-8"
    )
    ws = open_workspace(root)
    for _ in build(ws, plan_build(ws), workers=2):
        pass
    ws = ws.latest()
    provenance = Provenance(kind="import", by=ws.user.name, date=dt.date.today())
    version = prepare_features(ws, ws.catalogue.layer(layer), parcels, provenance)
    publish(ws, {layer: version}, what="bench")
    return ws.latest()


def _sites(ws: Workspace) -> list[str]:
    """Return squares inside the province as the page writes them."""
    outline = ws.read(ws.settings.outline).union_all()
    west, south, east, north = outline.bounds
    rng = np.random.default_rng(7)
    squares: list[str] = []
    while len(squares) < SITES + 3:
        x, y = rng.uniform((west, south), (east, north)).round()
        square = shapely.box(x, y, x + SIDE_M, y + SIDE_M)
        if outline.contains(square):
            squares.append(shapely.to_wkt(square, rounding_precision=0))
    return squares


def _spent(session: requests.Session, address: str, site: str, **more: str) -> float:
    start = time.perf_counter()
    answer = session.get(address, params={"site": site, **more}, timeout=60)
    answer.raise_for_status()
    return time.perf_counter() - start


def _row(work: str, ours_s: float, bar_s: float) -> dict[str, Any]:
    return {
        "work": work,
        "ours": f"{ours_s * 1_000:,.0f} ms",
        "peer": f"{bar_s * 1_000:,.0f} ms (allowed)",
        "ratio": ours_s / bar_s,
        "bar": 1.0,
    }
