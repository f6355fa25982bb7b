"""In Chromium: a layer of a million polygons beside one of a thousand, and beside plain folium."""

import gzip
import shutil
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

import generate
from ground import layer_id
from playwright.sync_api import Browser, Page

import folium

from geo_app.render.assets import path_of

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ZOOMS = (10, 12, 14)
CENTRE = (21.85, 106.76)
REPEATS = 5
PLAIN = (1_000, 10_000, 100_000)
CHROMIUM = shutil.which("chromium")
SWITCH_ON = """async (id) => {
  const map = geoApp.map;
  const drawn = new Promise((done) => map.on('geoapp:drawn', (e) => e.layer === id && done()));
  const start = performance.now();
  document.getElementById(`geoapp-layer-${id}`).click();
  await drawn;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}"""


def measure(browser: Browser, address: str, small: int, large: int) -> list[dict[str, Any]]:
    """Time switching on each layer, from the click to drawn, at each zoom."""
    rows = []
    for zoom in ZOOMS:
        times = {count: _switch_on(browser, address, count, zoom) for count in (small, large)}
        (few, _), (many, heap) = times[small], times[large]
        rows.append(
            {
                "work": f"switch on {large:,} polygons, zoom {zoom}",
                "ours": f"{many:.0f} ms",
                "peer": f"{few:.0f} ms ({small:,} polygons)",
                "ratio": many / few,
                "bar": 1.5,
            }
        )
        rows.append(
            {
                "work": f"browser heap with {large:,} polygons, zoom {zoom}",
                "ours": f"{heap:.0f} MB",
                "peer": "150 MB",
                "ratio": heap / 150,
                "bar": 1.0,
            }
        )
    return rows


def page_size(address: str) -> dict[str, Any]:
    """Weigh the atlas page's HTML, compressed, with a million features behind it."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        size = len(answer.read())
    return {
        "work": "atlas page, HTML compressed",
        "ours": f"{size / 1000:.1f} kB",
        "peer": "60 kB",
        "ratio": size / 60_000,
        "bar": 1.0,
    }


def plain_folium(browser: Browser, folder: Path) -> list[dict[str, Any]]:
    """Time opening a page made by plain `folium.GeoJson`, features inside (for the record)."""
    rows = []
    for count in PLAIN:
        path = folder / f"plain-{count}.html"
        drawn = folium.Map(CENTRE, zoom_start=12, tiles=None, prefer_canvas=True)
        parcels = generate.generate(count).to_crs("EPSG:4326")
        folium.GeoJson(parcels, name="parcels").add_to(drawn)
        drawn.save(path)
        start = time.perf_counter()
        heap = _open_plain(browser, path)
        spent = time.perf_counter() - start
        size = len(gzip.compress(path.read_bytes(), 1)) / 1e6
        rows.append(
            {
                "work": f"plain folium.GeoJson, {count:,} polygons: page opened",
                "ours": "–",
                "peer": f"{spent:.1f} s, {heap:.0f} MB heap, {size:.1f} MB compressed",
                "ratio": None,
                "bar": None,
            }
        )
    return rows


def _switch_on(browser: Browser, address: str, count: int, zoom: int) -> tuple[float, float]:
    """Return the median milliseconds and the last heap in megabytes."""
    times, heap = [], 0.0
    lat, lon = CENTRE
    for _ in range(REPEATS):
        page = _new_page(browser)
        page.goto(f"{address}/#map={zoom}/{lat}/{lon}&layers=", wait_until="networkidle")
        times.append(page.evaluate(SWITCH_ON, layer_id(count)))
        heap = _heap_mb(page)
        page.context.close()
    return median(times), heap


def _open_plain(browser: Browser, path: Path) -> float:
    """Open a saved page with every link answered from the pinned files."""
    page = _new_page(browser)
    page.route("http*://**/*", lambda route: route.fulfill(path=path_of(route.request.url)))
    page.goto(path.as_uri(), wait_until="load", timeout=300_000)
    page.evaluate("() => new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(d)))")
    heap = _heap_mb(page)
    page.context.close()
    return heap


def _new_page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="vi")
    return context.new_page()


def _heap_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(each["value"] for each in metrics if each["name"] == "JSHeapUsedSize") / 1e6
