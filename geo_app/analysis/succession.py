"""Two files of the same ground: which part of which polygon became part of which."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

from geo_app.analysis.planar import require_planar

Rows = NDArray[np.int64]
NOWHERE = -1


def succession(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Cut two files of polygons into the pieces they share, and those only one of them has.

    Polygons that both files draw alike are pieces as they are; the others are overlaid
    (`geopandas.overlay`).

    Parameters
    ----------
    old, new
        Valid polygons in one metric CRS. Rows without geometry are pieces without geometry.

    Returns
    -------
    pieces
        ``old`` and ``new``, positions in the frames, `NOWHERE` where a file has nothing there;
        ``old_part`` and ``new_part``, what share of that polygon the piece is: they add up to 1
        for every polygon of either file, also where a file overlaps itself; ``geometry``.

    Raises
    ------
    CrsError
        If a frame has no CRS, is in degrees, or the two differ.
    """
    require_planar(old=old, new=new)
    was, now = old.geometry.to_numpy(), new.geometry.to_numpy()
    alike_old, alike_new = _drawn_alike(was, now)
    rest_old, rest_new = _others(was, alike_old), _others(now, alike_new)
    lost_old, lost_new = _unplaced(was), _unplaced(now)
    cut = _overlaid(was[rest_old], now[rest_new], old.crs)
    frame = gpd.GeoDataFrame(
        {
            "old": np.concatenate(
                [
                    alike_old,
                    _position(cut["old"], rest_old),
                    lost_old,
                    np.full(len(lost_new), NOWHERE),
                ]
            ),
            "new": np.concatenate(
                [
                    alike_new,
                    _position(cut["new"], rest_new),
                    np.full(len(lost_old), NOWHERE),
                    lost_new,
                ]
            ),
        },
        geometry=np.concatenate(
            [now[alike_new], cut.geometry.to_numpy(), was[lost_old], now[lost_new]]
        ),
        crs=new.crs,
    )
    size = shapely.area(frame.geometry.to_numpy())
    for side in ("old", "new"):
        frame[f"{side}_part"] = _parts(frame[side].to_numpy(), size)
    return frame


def _drawn_alike(was: NDArray[np.object_], now: NDArray[np.object_]) -> tuple[Rows, Rows]:
    """Return the positions of the polygons that both files draw alike, whatever their start."""
    keys = [pd.Series(shapely.to_wkb(shapely.normalize(shapes))) for shapes in (was, now)]
    # A shape that comes twice in a file has no one partner: it is overlaid.
    single = [
        key[~key.duplicated(keep=False) & key.notna() & (shapely.area(shapes) > 0)]
        for key, shapes in zip(keys, (was, now), strict=True)
    ]
    partner = pd.Index(single[0]).get_indexer(pd.Index(single[1]))
    found = partner >= 0
    return single[0].index.to_numpy()[partner[found]], single[1].index.to_numpy()[found]


def _others(shapes: NDArray[np.object_], alike: Rows) -> Rows:
    return np.setdiff1d(np.flatnonzero(shapely.area(shapes) > 0), alike)


def _unplaced(shapes: NDArray[np.object_]) -> Rows:
    return np.flatnonzero(~(shapely.area(shapes) > 0))


def _overlaid(was: NDArray[np.object_], now: NDArray[np.object_], crs: object) -> gpd.GeoDataFrame:
    frames = [
        gpd.GeoDataFrame({name: np.arange(len(shapes))}, geometry=shapes, crs=crs)
        for name, shapes in (("old", was), ("new", now))
    ]
    if not (len(was) and len(now)):
        return pd.concat(frames, ignore_index=True).reindex(columns=["old", "new", "geometry"])
    found = gpd.overlay(*frames, how="union", keep_geom_type=True)
    return found[found.area > 0]


def _position(local: pd.Series, positions: Rows) -> Rows:
    """Turn positions among the overlaid ones into positions in the file."""
    whole = local.fillna(NOWHERE).to_numpy().astype(np.int64)
    return np.append(positions, NOWHERE)[whole]


def _parts(rows: Rows, size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each piece's share of its polygon; 1 for a polygon without area, 0 for nowhere."""
    known = rows != NOWHERE
    size = np.where(size > 0, size, 1.0)
    whole = np.bincount(rows[known], size[known], minlength=1)
    parts = np.zeros(len(rows))
    parts[known] = size[known] / whole[rows[known]]
    return parts
