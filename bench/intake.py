"""Official files coming in: text decoded, a file looked into, two states compared."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import geopandas as gpd
import shapely

from geo_app.analysis.difference import compare
from geo_app.analysis.partition import overlaps
from geo_app.domain.legacy_text import decode, decode_all

STRINGS = 1_000_000
SECONDS, MEGABYTES = 2.0, 500.0
_INSPECT = """
import sys, time
from pathlib import Path
from geo_app.intake.inspect import inspect_file
from geo_app.workspace import open_workspace
ws = open_workspace(sys.argv[1])
start = time.perf_counter()
inspect_file(ws, Path(sys.argv[2]))
spent = time.perf_counter() - start
# What getrusage says holds the parent's memory too, from before this program began.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(spent, int(peak.split()[1]) / 1e3)
"""


def decoding() -> dict[str, Any]:
    """Decode a million different TCVN3 strings, against decoding them one by one."""
    texts = [f"X· §ång §¨ng, huyÖn Cao Léc {number}" for number in range(STRINGS)]
    start = time.perf_counter()
    decode_all(texts, "tcvn3")
    ours = time.perf_counter() - start
    few = texts[: STRINGS // 10]
    start = time.perf_counter()
    for text in few:
        decode(text, "tcvn3")
    peer = 10 * (time.perf_counter() - start)
    return {
        "work": f"decoding {STRINGS:,} TCVN3 strings",
        "ours": f"{STRINGS / ours / 1e6:.1f} M/s",
        "peer": f"{STRINGS / peer / 1e6:.1f} M/s (one by one)",
        "ratio": ours / peer,
        "bar": 1.0,
    }


def inspecting_formats(root: Path, folder: Path, frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Look into large files of the formats that have no index; the slowest of them counts."""
    some = frame.head(300_000).to_crs("EPSG:4326")
    some.to_parquet(folder / "large.parquet")
    some.to_file(folder / "large.geojson", driver="GeoJSON")
    some.head(100_000).to_file(folder / "large.kml", driver="LIBKML")
    rows = [inspecting(root, folder / f"large.{kind}") for kind in ("parquet", "geojson", "kml")]
    slowest = max(rows, key=lambda pair: pair[0]["ratio"])
    hungriest = max(rows, key=lambda pair: pair[1]["ratio"])
    work = "inspecting 300,000 polygons in GeoParquet, GeoJSON, KML: the slowest"
    return [slowest[0] | {"work": work}, hungriest[1] | {"work": f"{work}, memory"}]


def overlapping(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Find the overlaps of a partition, against geopandas' overlay of it with itself."""
    few = frame.head(20_000)[["geometry"]].copy()
    few["geometry"] = few.geometry.buffer(1)
    start = time.perf_counter()
    found = overlaps(few)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    both = few.overlay(few, how="intersection", keep_geom_type=True)
    peer = time.perf_counter() - start
    assert np.isclose(found["area_m2"].sum(), (both.area.sum() - few.area.sum()) / 2)
    return {
        "work": f"overlaps of {len(few):,} polygons, against geopandas' overlay",
        "ours": f"{ours:.2f} s",
        "peer": f"{peer:.2f} s",
        "ratio": ours / peer,
        "bar": 1.0,
    }


def inspecting(root: Path, path: Path) -> list[dict[str, Any]]:
    """Look into a file, in a process of its own."""
    order = [sys.executable, "-c", _INSPECT, str(root), str(path)]
    said = subprocess.run(order, check=True, capture_output=True, text=True).stdout
    seconds, megabytes = (float(word) for word in said.split())
    work = f"inspecting {path.stem} polygons"
    return [
        {
            "work": work,
            "ours": f"{seconds:.1f} s",
            "peer": f"{SECONDS:.0f} s",
            "ratio": seconds / SECONDS,
            "bar": 1.0,
        },
        {
            "work": f"{work}: memory",
            "ours": f"{megabytes:.0f} MB",
            "peer": f"{MEGABYTES:.0f} MB",
            "ratio": megabytes / MEGABYTES,
            "bar": 1.0,
        },
    ]


def comparing(frame: gpd.GeoDataFrame, key: str, fields: list[str]) -> list[dict[str, Any]]:
    """Compare a state with one whose every hundredth shape and value differs."""
    new = frame.iloc[: int(0.995 * len(frame))].copy()
    shapes = new.geometry.to_numpy().copy()
    shapes[::100] = shapely.transform(shapes[::100], lambda points: points + 0.5)
    new = new.set_geometry(gpd.GeoSeries(shapes, index=new.index, crs=frame.crs))
    column = new[fields[-1]].to_numpy(dtype=object).copy()
    column[50::100] = "khác"
    new[fields[-1]] = column
    new = new.sample(frac=1.0, random_state=np.random.RandomState(7))
    start = time.perf_counter()
    found = compare(frame, new, key=[key], fields=fields)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    both = frame.set_index(key).loc[new[key]]
    again = new.set_index(key)
    differing = ~both.geometry.geom_equals(again.geometry)
    differing |= (both[fields[-1]] != again[fields[-1]]).to_numpy()
    peer = time.perf_counter() - start
    assert found.counts["changed"] == int(differing.sum())
    return [
        {
            "work": f"difference of two states of {len(frame):,} polygons",
            "ours": f"{ours:.0f} s",
            "peer": "60 s",
            "ratio": ours / 60,
            "bar": 1.0,
        },
        {
            "work": "the same, against geopandas' geom_equals and one column",
            "ours": f"{ours:.1f} s",
            "peer": f"{peer:.1f} s",
            "ratio": ours / peer,
            "bar": None,
        },
    ]
