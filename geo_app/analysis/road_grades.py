"""
Roads held against a rule: by grade, by width, by year; and the part of them inside areas.

Answers are nullable booleans: what is not known stays missing, and ``|`` and ``&`` keep it so
unless the other side settles the matter.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd
import shapely

from geo_app.analysis.planar import require_planar
from geo_app.domain.plan_terms import ROAD_GRADES
from geo_app.domain.road_check import RURAL_GRADES

Widths = Mapping[str, Mapping[str, float]]
"""Terrain → grade → least roadbed in metres."""

BELOW = "below"
"""What a roadbed suggests that is too narrow for the lowest grade of its terrain."""

_RANKS = {grade: rank for rank, grade in enumerate(ROAD_GRADES, start=1)}
_RANKS.update(dict.fromkeys(RURAL_GRADES, len(ROAD_GRADES) + 1))


def reaches_grade(grades: pd.Series, worst: str) -> pd.Series:
    """
    Tell which roads are of grade `worst` or better; I is the best, VI the worst.

    A grade of rural roads (A to D) reaches none of them; any other word is not known.
    """
    ranks = grades.map(_RANKS).astype("Float64")
    return (ranks <= _RANKS[worst]).astype("boolean")


def reaches_roadbed(
    roadbed_m: pd.Series, terrain: pd.Series, grade: str, widths: Widths
) -> pd.Series:
    """Tell which roadbeds are at least as wide as `grade` asks in their terrain."""
    least = terrain.map({name: table.get(grade) for name, table in widths.items()})
    return (roadbed_m.astype("Float64") >= least.astype("Float64")).astype("boolean")


def suggested_grades(roadbed_m: pd.Series, terrain: pd.Series, widths: Widths) -> pd.Series:
    """
    Return the best grade whose least roadbed each road has in its terrain.

    Only a suggestion: a grade stands in the road's file. `BELOW` where the roadbed is too narrow
    for all of them; missing where roadbed or terrain is not known.
    """
    found = pd.Series(pd.NA, roadbed_m.index, dtype=object)
    for name, table in widths.items():
        here = (terrain == name) & roadbed_m.notna()
        found[here] = BELOW
        for grade in reversed([each for each in ROAD_GRADES if each in table]):
            found[here & (roadbed_m >= table[grade])] = grade
    return found


def maintained_in(last: pd.Series, year: pd.Series) -> pd.Series:
    """
    Tell which roads were maintained in `year`, from the year they last were.

    One maintained later may have been maintained then as well: not known.
    """
    last, year = last.astype("Float64"), year.astype("Float64")
    return (last == year).astype("boolean").mask(last > year)


def parts_inside(
    lines: gpd.GeoDataFrame, areas: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[NDArray[np.int64]]]:
    """
    Cut out what lies inside the areas; where areas overlap it counts once.

    Parameters
    ----------
    lines, areas
        Lines and valid polygons in one metric CRS; rows without geometry share nothing.

    Returns
    -------
    parts
        The rows of `lines` that have length inside, with their index, cut to it.
    places
        For each row of `parts`, the positions of the areas it runs through.

    Raises
    ------
    CrsError
        If a frame has no CRS, is in degrees, or the two differ.
    """
    require_planar(lines=lines, areas=areas)
    shapes, grounds = lines.geometry.to_numpy(), areas.geometry.to_numpy()
    line, area = shapely.STRtree(grounds).query(shapes, predicate="intersects")
    through = pd.Series(area, dtype=np.int64).groupby(line).apply(np.sort)
    cut = [
        _lines_of(shapely.intersection(shapes[position], shapely.union_all(grounds[hit])))
        for position, hit in through.items()
    ]
    inside = lines.iloc[through.index.to_numpy(dtype=np.int64)]
    inside = inside.set_geometry(gpd.GeoSeries(cut, index=inside.index, crs=lines.crs))
    long = (inside.length > 0).to_numpy()
    return inside[long], [hit for hit, kept in zip(through, long, strict=True) if kept]


def _lines_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the lines of a cut as one, without the points where it only touched."""
    parts = shapely.get_parts(shape)
    lines = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    merged: shapely.Geometry = shapely.line_merge(shapely.multilinestrings(lines))
    return merged
