"""
Measure against other tools: ``make bench``.

Ratios gate; seconds are reported, because these depend on the machine. The table is written to
``docs/reference/benchmarks.md``.
"""

import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "tests"))

import browser
import chainage
import footprints
import generate
import ground
import intake
import plan_report
import roads
import sites
import store
import zones
from playwright.sync_api import sync_playwright

import plan
from geo_app.intake.delivery import import_file

SMALL, LARGE = 1_000, 1_000_000
TIPPECANOE_S = 200.0
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"


def main() -> int:
    """Run every benchmark; 1 where a ratio is above its bar."""
    with ground.scratch() as folder:
        ws = ground.make_workspace(folder / "workspace", [SMALL, LARGE])
        rows = []
        for count in (SMALL, LARGE):
            rows += _import(ws, folder, count)
        ws = ws.latest()
        rows += store.measure(ws, ground.layer_id(LARGE))
        rows.append(intake.decoding())
        rows += intake.inspecting(ws.settings.root, folder / f"{LARGE}.gpkg")
        layer = ws.catalogue.layer(ground.layer_id(LARGE))
        polygons = ws.read(layer.id)
        rows += intake.inspecting_formats(ws.settings.root, folder, polygons)
        rows.append(intake.overlapping(polygons))
        rows += intake.comparing(polygons, layer.key[0], ["name", "land_use"])
        rows += footprints.measure(polygons)
        rows += sites.measure(folder, polygons)
        rows += _in_browser(ws.settings.root, folder)
        rows += zones.measure(folder)
        rows += plan.measure(folder)
        rows += plan_report.measure(folder)
    rows += roads.measure()
    rows += chainage.measure()
    _report(rows)
    return int(any(row["bar"] is not None and row["ratio"] > row["bar"] for row in rows))


def _import(ws: Any, folder: Path, count: int) -> list[dict[str, Any]]:
    path = folder / f"{count}.gpkg"
    generate.write(generate.generate(count), path)
    start = time.perf_counter()
    import_file(ws, path, ground.layer_id(count))
    spent = time.perf_counter() - start
    if count != LARGE:
        return []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    work = f"import of {count:,} polygons, file to served"
    return [
        {
            "work": work,
            "ours": f"{spent:.0f} s",
            "peer": f"{TIPPECANOE_S:.0f} s (tippecanoe's tiles alone, recorded)",
            "ratio": spent / TIPPECANOE_S,
            "bar": 1.0,
        },
        {
            "work": f"{work}: memory",
            "ours": f"{memory:.1f} GB",
            "peer": "6 GB",
            "ratio": memory / 6,
            "bar": 1.0,
        },
    ]


def _in_browser(root: Path, folder: Path) -> list[dict[str, Any]]:
    if browser.CHROMIUM is None:
        print("no Chromium here: the browser's part is left out")
        return []
    with ground.server(root) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.FLAGS)
        rows = [browser.page_size(address)]
        rows += browser.measure(chromium, address, SMALL, LARGE)
        rows += browser.plain_folium(chromium, folder)
        chromium.close()
    return rows


def _report(rows: list[dict[str, Any]]) -> None:
    lines = [
        "# Benchmarks\n",
        "Written by `make bench`. Ratios gate; seconds are this machine's.\n",
    ]
    lines += ["| work | ours | beside it | ratio | bar |", "|---|---|---|---|---|"]
    for row in rows:
        ratio = "–" if row["ratio"] is None else f"{row['ratio']:.2f}"
        bar = "–" if row["bar"] is None else f"≤ {row['bar']:g}"
        lines.append(f"| {row['work']} | {row['ours']} | {row['peer']} | {ratio} | {bar} |")
    text = "\n".join(lines) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    sys.exit(main())
