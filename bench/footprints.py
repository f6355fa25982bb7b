"""Footprints against a million polygons, beside bare shapely and geopandas' overlay."""

import time
from typing import Any

import numpy as np

import geopandas as gpd
import shapely

from geo_app.analysis.site import index_shapes, intersections, overlaps

MANY, FEW, SIDE_M = 10_000, 20, 400.0


def measure(polygons: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Cut footprints with polygons: one by one, and 10,000 at once."""
    shapes = polygons.geometry.to_numpy()
    west, south, east, north = polygons.total_bounds
    rng = np.random.default_rng(11)
    x, y = rng.uniform(west, east - SIDE_M, MANY), rng.uniform(south, north - SIDE_M, MANY)
    sites = shapely.box(x, y, x + SIDE_M, y + SIDE_M)
    frame = gpd.GeoDataFrame(geometry=sites, crs=polygons.crs)
    index, tree = index_shapes(shapes), shapely.STRtree(shapes)
    ours = _each(lambda site: intersections(index, np.array([site])).area_m2.sum(), sites)
    bare = _each(lambda site: _bare(tree, shapes, site), sites)
    assert np.allclose(ours[1], bare[1], atol=1e-6)
    framed = _each(lambda row: overlaps(polygons, frame.iloc[[row]], index=index), range(FEW))
    start = time.perf_counter()
    overlaid = gpd.overlay(frame.iloc[[0]], polygons[["geometry"]], keep_geom_type=True)
    overlay_s = time.perf_counter() - start
    assert abs(overlaid.area.sum() - ours[1][0]) < 1e-6 * max(1, ours[1][0])
    start = time.perf_counter()
    found = intersections(index, sites)
    many_s = time.perf_counter() - start
    start = time.perf_counter()
    all_overlaid = gpd.overlay(frame, polygons[["geometry"]], keep_geom_type=True)
    many_overlay_s = time.perf_counter() - start
    assert abs(all_overlaid.area.sum() - found.area_m2.sum()) < 1e-3
    count = f"{len(polygons):,}"
    return [
        _row(
            f"footprint against {count} polygons", ours[0], "STRtree + intersection", bare[0], 1.5
        ),
        _row(f"footprint against {count} polygons", ours[0], "gpd.overlay", overlay_s, 1 / 500),
        _row(f"footprint against {count} polygons, as a frame", framed[0], "5 ms", 0.005, 1.0),
        _row(f"{MANY:,} footprints at once", many_s, "gpd.overlay", many_overlay_s, 1.0),
    ]


def _each(work: Any, items: Any) -> tuple[float, list[Any]]:
    """Return the median seconds of one call, and the answers."""
    spent, found = [], []
    for item in list(items)[:FEW] * 3:
        start = time.perf_counter()
        found.append(work(item))
        spent.append(time.perf_counter() - start)
    return float(np.median(spent)), found


def _bare(tree: shapely.STRtree, shapes: Any, site: Any) -> float:
    hits = tree.query(site, predicate="intersects")
    return float(shapely.area(shapely.intersection(site, shapes[hits])).sum())


def _row(work: str, ours: float, name: str, peer: float, bar: float) -> dict[str, Any]:
    return {
        "work": f"{work}, against {name}",
        "ours": f"{ours * 1_000:,.2f} ms",
        "peer": f"{peer * 1_000:,.2f} ms",
        "ratio": ours / peer,
        "bar": bar,
    }
