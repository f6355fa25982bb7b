"""Zonal statistics against rasterstats and exactextract, and crosswalks of real size."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from exactextract import exact_extract
from rasterstats import zonal_stats

import geopandas as gpd
import rasterio
import shapely
from rasterio.transform import from_origin

from geo_app.analysis.crosswalk import area_shares
from geo_app.analysis.parallel import warm_pool
from geo_app.analysis.zonal import class_areas
from geo_app.domain.raster import Raster

CRS = "EPSG:9215"
EAST, NORTH, CELL = 400_000.0, 2_480_000.0, 30.0
SMALL, COMMUNES = 4_360, 200
LARGE, ZONES = 41_850, 11_000
FOREST = [2, 3]
CLASSES = [1, 2, 3, 4]
LARGE_GB = 3.0
_ALONE = """
import sys, resource, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import zones
if __name__ == "__main__":
    print(*zones.stream_large(Path(sys.argv[2])))
"""


def measure(folder: Path) -> list[dict[str, Any]]:
    """Run all of it."""
    return [*_communes(folder), *_large(folder), _crosswalk()]


def _communes(folder: Path) -> list[dict[str, Any]]:
    raster = _write(folder / "cover.tif", SMALL)
    ground = _cells(COMMUNES, SMALL, seed=1)
    path, wanted = str(raster.path), ["unique", "frac", "count"]
    ours, streamed = _best(lambda: class_areas(ground, raster, classes=CLASSES))
    peer, _ = _best(lambda: zonal_stats(ground.geometry, path, categorical=True, nodata=0))
    alone, found = _best(lambda: exact_extract(path, ground, wanted, output="pandas"))
    theirs = _hectares(found)
    with warm_pool(2) as pool:
        class_areas(ground, raster, classes=CLASSES, executor=pool)  # a pool that has worked
        paired, exact = _best(
            lambda: class_areas(ground, raster, classes=CLASSES, exact=True, executor=pool)
        )
    apart = float(np.abs(exact.to_numpy() / theirs - 1).max())
    assert apart <= 1e-9, apart
    points = 100 * np.abs(_share(streamed) - _share(exact)).max()
    assert points <= 0.03, points
    work = f"forest %: {COMMUNES} communes x {SMALL**2 / 1e6:.0f} Mpx"
    return [
        {
            "work": f"{work}, streamed",
            "ours": f"{ours:.2f} s (error {points:.3f} points)",
            "peer": f"{peer:.2f} s (rasterstats)",
            "ratio": ours / peer,
            "bar": 1 / 2.5,
        },
        {
            "work": f"{work}, exact, two warm processes",
            "ours": f"{paired:.2f} s (apart {apart:.0e})",
            "peer": f"{alone:.2f} s (exactextract)",
            "ratio": paired / alone,
            "bar": 1 / 1.5,
        },
    ]


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of the best of three runs, and what it gave."""
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        given = work()
        runs.append(time.perf_counter() - start)
    return min(runs), given


def _share(areas: pd.DataFrame) -> np.ndarray:
    return (areas[FOREST].sum(axis=1) / areas.sum(axis=1)).to_numpy()


def _hectares(found: pd.DataFrame) -> np.ndarray:
    areas = np.zeros((len(found), len(CLASSES)))
    for place, row in enumerate(found.itertuples(index=False)):
        for code, part in zip(row.unique, row.frac, strict=True):
            areas[place, CLASSES.index(int(code))] = part * row.count * CELL**2 / 10_000
    return areas


def _large(folder: Path) -> list[dict[str, Any]]:
    raster = _write(folder / "large.tif", LARGE)
    here = Path(__file__).parent
    command = [sys.executable, "-c", _ALONE, str(here), str(raster.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ours, peak = map(float, done.stdout.split())
    ground = _cells(ZONES, LARGE, seed=2)
    start = time.perf_counter()
    zonal_stats(ground.geometry, str(raster.path), categorical=True, nodata=0)
    peer = time.perf_counter() - start
    work = f"{LARGE**2 / 1e9:.2f} Gpx x {ZONES:,} zones, streamed on two warm processes"
    return [
        {
            "work": work,
            "ours": f"{ours:.1f} s",
            "peer": f"{peer:.1f} s (rasterstats)",
            "ratio": ours / peer,
            "bar": 1 / 4,
        },
        {
            "work": f"{work}, memory",
            "ours": f"{peak:.2f} GB",
            "peer": f"{LARGE_GB:.0f} GB (allowed)",
            "ratio": peak / LARGE_GB,
            "bar": 1.0,
        },
    ]


def stream_large(path: Path) -> tuple[float, float]:
    """Return seconds and gigabytes (this process and its workers) of the large count."""
    with rasterio.open(path) as data:
        raster = Raster(path, CRS, tuple(data.transform)[:6], LARGE, LARGE, 0, tuple(data.bounds))
    ground = _cells(ZONES, LARGE, seed=2)
    with warm_pool(2) as pool:
        start = time.perf_counter()
        class_areas(ground, raster, classes=CLASSES, executor=pool)
        spent = time.perf_counter() - start
        workers = [process.pid for process in pool._processes.values()]  # type: ignore[attr-defined]
        peak = sum(_peak_kb(pid) for pid in ("self", *workers)) / 1e6
    return spent, peak


def _peak_kb(pid: int | str) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def _crosswalk() -> dict[str, Any]:
    """Share 226 units out over 65, with boundaries as detailed as real ones."""
    old, new = _cells(226, 3_000, seed=3), _cells(65, 3_000, seed=4)
    start = time.perf_counter()
    shares = area_shares(old, new)
    ours = time.perf_counter() - start
    assert np.allclose(shares.groupby("old")["share"].sum(), 1, atol=1e-9)
    start = time.perf_counter()
    gpd.overlay(old.assign(old=range(226)), new.assign(new=range(65)), keep_geom_type=True)
    peer = time.perf_counter() - start
    return {
        "work": "crosswalk of 226 x 65 units",
        "ours": f"{ours:.2f} s",
        "peer": f"2 s (allowed); gpd.overlay {peer:.2f} s",
        "ratio": ours / 2,
        "bar": 1.0,
    }


def _write(path: Path, side: int) -> Raster:
    """Write patches of classes as cover has them, in strips so that memory stays small."""
    rng = np.random.default_rng(0)
    profile = {
        "driver": "GTiff",
        "width": side,
        "height": side,
        "count": 1,
        "dtype": "uint8",
        "crs": CRS,
        "transform": from_origin(EAST, NORTH, CELL, CELL),
        "nodata": 0,
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
        "compress": "deflate",
        "zlevel": 1,
    }
    with rasterio.open(path, "w", **profile) as data:
        for row in range(0, side, 512):
            rows = min(512, side - row)
            coarse = rng.integers(1, 5, (rows // 8 + 1, side // 8 + 1), dtype="uint8")
            cells = coarse.repeat(8, axis=0).repeat(8, axis=1)[:rows, :side]
            window = rasterio.windows.Window(0, row, side, rows)
            data.write(cells, 1, window=window)
        return Raster(path, CRS, tuple(data.transform)[:6], side, side, 0, tuple(data.bounds))


def _cells(count: int, side: int, *, seed: int) -> gpd.GeoDataFrame:
    """Return zones that fill a raster of `side` cells, with boundaries of many vertices."""
    rng = np.random.default_rng(seed)
    metres = side * CELL
    frame = shapely.box(EAST, NORTH - metres, EAST + metres, NORTH)
    # Communes are of like size: points of a shaken grid, not thrown at random.
    across = int(np.ceil(count**0.5))
    grid = np.stack(np.divmod(np.arange(across**2)[:count], across), axis=1) + 0.5
    shaken = (grid + rng.uniform(-0.35, 0.35, (count, 2))) * metres / across
    points = shaken * [1, -1] + [EAST, NORTH]
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame))
    shapes = shapely.segmentize(shapely.intersection(parts, frame), metres / count**0.5 / 60)
    return gpd.GeoDataFrame(geometry=shapely.transform(shapes, _winding), crs=CRS)


def _winding(places: np.ndarray) -> np.ndarray:
    """Bend straight edges as ridges and rivers do; neighbours bend alike."""
    x, y = places.T
    bends = [(180.0, 2_600.0), (50.0, 1_100.0)]
    east = sum(size * np.sin(2 * np.pi * y / length) for size, length in bends)
    north = sum(size * np.cos(2 * np.pi * x / length) for size, length in bends)
    return np.column_stack([x + east, y + north])
