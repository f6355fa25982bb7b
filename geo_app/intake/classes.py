"""A delivered raster: codes checked, CRS changed on purpose, elevation turned into slope."""

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path

from pyproj import CRS

from geo_app.analysis.terrain import HALO, slope_degrees
from geo_app.domain.finding import Finding
from geo_app.domain.findings import rasters as found
from geo_app.domain.layer import Layer
from geo_app.errors import CrsError
from geo_app.storage.reading.elevation import write_derived
from geo_app.storage.reading.rasters import Classes, count_classes, reproject_classes


@dataclass(frozen=True)
class ClassRaster:
    """A raster in its layer's CRS: the file given, or one made of it that goes with this object."""

    path: Path
    crs: str
    findings: tuple[Finding, ...]


def prepare_classes(path: Path, layer: Layer, *, allow_reproject: bool) -> ClassRaster:
    """
    Check a class raster's codes against the legend, and bring it into the layer's CRS if told to.

    Raises
    ------
    CrsError
        If it is in another CRS, and nobody said that it may be reprojected.
    DataError
        If it cannot be read, or is not one band of class codes.
    """
    assert layer.crs is not None
    classes = count_classes(path)
    unknown = _unknown(classes, layer)
    if CRS(classes.crs).equals(CRS(layer.crs), ignore_axis_order=True):
        return ClassRaster(path, classes.crs, unknown)
    if not allow_reproject:
        message = (
            f"{path}: found CRS {classes.crs}; expected {layer.crs}; --reproject changes it, "
            "each cell taking the nearest class"
        )
        raise CrsError(message)
    scratch = Path(tempfile.mkdtemp(prefix="geo_app-"))
    made = scratch / f"{path.stem}.tif"
    cell_m = reproject_classes(path, made, layer.crs)
    after = count_classes(made)
    values = {
        "source": classes.crs,
        "target": layer.crs,
        "cell_m": round(cell_m, 3),
        "before_ha": {str(c): round(a, 2) for c, a in classes.area_ha.items()},
        "after_ha": {str(c): round(a, 2) for c, a in after.area_ha.items()},
        "change_pct": round(_largest_change_pct(classes, after), 3),
    }
    changed = Finding(found.RASTER_REPROJECTED, values, done="converted")
    raster = ClassRaster(made, classes.crs, (*unknown, changed))
    weakref.finalize(raster, shutil.rmtree, scratch)
    return raster


def prepare_slope(path: Path, layer: Layer) -> ClassRaster:
    """
    Turn delivered elevation in metres into its slope in whole degrees, in the layer's CRS.

    Raises
    ------
    CrsError
        If it has no CRS.
    DataError
        If it cannot be read, or is not one band.
    """
    assert layer.crs is not None
    scratch = Path(tempfile.mkdtemp(prefix="geo_app-"))
    made = scratch / f"{path.stem}.tif"
    cell_m = write_derived(path, made, layer.crs, slope_degrees, halo=HALO)
    values = {"cell_m": round(cell_m, 3), "target": layer.crs}
    derived = Finding(found.SLOPE_DERIVED, values, done="converted")
    raster = ClassRaster(made, layer.crs, (derived, *_unknown(count_classes(made), layer)))
    weakref.finalize(raster, shutil.rmtree, scratch)
    return raster


def _unknown(classes: Classes, layer: Layer) -> tuple[Finding, ...]:
    known = {value for each in layer.legend.classes for value in each.values}
    unknown = [code for code in classes.cells if str(code) not in known]
    rows = [
        {"code": c, "cells": classes.cells[c], "area_ha": round(classes.area_ha[c], 2)}
        for c in (unknown if known else ())
    ]
    return tuple(Finding(found.CLASS_UNKNOWN, values) for values in rows)


def _largest_change_pct(before: Classes, after: Classes) -> float:
    """Return the largest change of a class's area, in percent of all area before."""
    total = sum(before.area_ha.values())
    codes = before.area_ha.keys() | after.area_ha.keys()
    changes = (abs(after.area_ha.get(c, 0) - before.area_ha.get(c, 0)) for c in codes)
    return 100 * max(changes, default=0.0) / total if total else 0.0
