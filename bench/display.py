"""
Measure what publishing writes for the maps, from a thousand parcels to a million.

Run ``python bench/display.py [COUNT …]``; each count runs in its own process, so that the peak
of memory is its own.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from generate import CRS, LAND_USES, generate
from pmtiles.reader import MmapSource, all_tiles

from geo_app.domain.layer import Field, Layer, Legend, LegendClass, Style
from geo_app.domain.text import Bilingual
from geo_app.render.display import write_display

COUNTS = (1_000, 10_000, 100_000, 1_000_000)
COLORS = ("#e8d44d", "#3f8f4f", "#1f5f3f", "#d9583b", "#a8c66c", "#7a7a7a")
TITLES = ("Đất chuyên trồng lúa", "Rừng sản xuất", "Rừng phòng hộ", "Đất ở nông thôn")
TITLES += ("Đất trồng cây lâu năm", "Đất giao thông")


def parcels_layer() -> Layer:
    """Return the layer the parcels of `generate` belong to."""
    text = Bilingual("Thửa đất", "Parcels")
    fields = {name: Field(name, "text", text) for name in ("parcel_code", "land_use", "name")}
    fields["area_ha"] = Field("area_ha", "number", text, unit="ha")
    classes = tuple(
        LegendClass(Bilingual(title, code), Style(color, width=0.7, fill_opacity=0.6), (code,))
        for code, title, color in zip(LAND_USES, TITLES, COLORS, strict=True)
    )
    return Layer(
        id="parcels",
        title=text,
        summary=text,
        theme="rural",
        geometry="polygon",
        crs=CRS,
        owner="so_nnmt",
        order=10,
        fields=fields,
        legend=Legend("land_use", classes),
        key=("parcel_code",),
    )


def measure(count: int) -> dict[str, Any]:
    """Write the display of `count` parcels; return seconds, sizes, zooms and memory."""
    parcels = generate(count)
    before = _peak_mb()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        manifest = write_display(
            parcels,
            parcels_layer(),
            Path(folder),
            fields=list(parcels.columns[:-1]),
            progress=lambda _: None,
        )
        seconds = time.perf_counter() - start
        sizes = {path.name: path.stat().st_size for path in Path(folder).iterdir()}
        heaviest = max((_heaviest(path) for path in Path(folder).glob("*.pmtiles")), default=0)
    zooms = [manifest.get(part) for part in ("overview", "tiles")]
    return {
        "features": f"{count:,}",
        "kind": manifest["kind"],
        "overview": _zooms(zooms[0]),
        "vector": _zooms(zooms[1]),
        "seconds": f"{seconds:.1f}",
        "overview MB": f"{sizes.get('public-overview.pmtiles', 0) / 1e6:.1f}",
        "vector MB": f"{sizes.get('public.pmtiles', 0) / 1e6:.1f}",
        "geojson MB": f"{sizes.get('public.geojson', 0) / 1e6:.2f}",
        "largest tile kB": f"{heaviest / 1e3:.1f}",
        "extra memory MB": f"{_peak_mb() - before:.0f}",
    }


def _zooms(part: dict[str, Any] | None) -> str:
    return f"{part['min_zoom']}–{part['max_zoom']}" if part else "–"


def _heaviest(path: Path) -> int:
    with path.open("rb") as file:
        return max(len(tile) for _, tile in all_tiles(MmapSource(file)))


def _peak_mb() -> float:
    """Return the most memory this process has held; Linux counts it in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    counts = [int(text) for text in sys.argv[1:]] or list(COUNTS)
    context = multiprocessing.get_context("spawn")
    for position, count in enumerate(counts):
        with context.Pool(1) as pool:
            row = pool.apply(measure, (count,))
        if position == 0:
            print("| " + " | ".join(row) + " |")
            print("|" + "---|" * len(row))
        print("| " + " | ".join(row.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
