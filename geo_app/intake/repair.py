"""Repairs of a delivered frame's shapes, within a limit; each is a finding."""

import geopandas as gpd

from geo_app.analysis.validity import crossings, finite, invalid, repaired
from geo_app.domain.finding import Finding
from geo_app.domain.findings import geometry as found
from geo_app.domain.layer import Layer
from geo_app.intake.location import locate_shapes

_MOST_CROSSINGS = 100_000
"""Above it a repair would take minutes and gigabytes, and nobody could say what was meant."""


def repair_shapes(
    frame: gpd.GeoDataFrame, layer: Layer
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """
    Make invalid shapes valid where that changes their area by no more than the layer allows.

    Parameters
    ----------
    frame
        Shapes in the layer's CRS; the index counts the file's rows from 0.

    Returns
    -------
    frame
        The same rows; those whose repair is refused stay as they were drawn.
    findings
        One per invalid shape, repaired or refused.
    """
    unplaced = frame.index[~finite(frame.geometry)]
    findings = [Finding(found.COORDINATE_NOT_FINITE, row=int(row) + 1) for row in unplaced]
    broken = invalid(frame.geometry)
    tangles = {row: crossings(frame.geometry.loc[row]) for row in broken.index}
    broken = broken.loc[[row for row, count in tangles.items() if count <= _MOST_CROSSINGS]]
    findings += [
        Finding(found.TOO_TANGLED, {"crossings": round(count)}, row=int(row) + 1, done="refused")
        for row, count in tangles.items()
        if count > _MOST_CROSSINGS
    ]
    if broken.empty:
        return frame, tuple(findings)
    valid, changed = repaired(frame.geometry.loc[broken.index])
    limit = layer.checks.repair_m2
    done = (changed <= limit) & ~valid.is_empty
    geometry = frame.geometry.copy()
    geometry.loc[done[done].index] = valid[done]
    corners = gpd.GeoSeries.from_xy(broken["x"], broken["y"], index=broken.index, crs=frame.crs)
    unknown = broken["x"].isna()
    corners[unknown] = frame.geometry.loc[broken.index][unknown]
    for row, (point, box) in zip(broken.index, locate_shapes(corners), strict=True):
        values = {"reason": broken.at[row, "reason"], "changed_m2": round(float(changed[row]), 3)}
        if done[row]:
            kind = found.GEOMETRY_REPAIRED
        else:
            kind, values = found.REPAIR_REFUSED, values | {"limit_m2": limit}
        findings.append(
            Finding(
                kind,
                values,
                row=int(row) + 1,
                point=point,
                box=box,
                done="repaired" if done[row] else "refused",
            )
        )
    return frame.set_geometry(geometry), tuple(findings)
