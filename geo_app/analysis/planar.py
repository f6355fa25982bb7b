"""Which frames may be measured: those in one projected CRS in metres."""

import geopandas as gpd

from geo_app.errors import CrsError


def require_planar(**frames: gpd.GeoDataFrame) -> None:
    """
    Refuse frames that cannot be measured together.

    Parameters
    ----------
    frames
        Frames under the names their caller knows them by.

    Raises
    ------
    CrsError
        If one has no CRS, is in degrees, or two are in different systems.
    """
    first = None
    for name, frame in frames.items():
        if frame.crs is None:
            message = f"{name}: the frame has no CRS; expected a projected CRS in metres; set it"
            raise CrsError(message)
        axes = {axis.unit_name for axis in frame.crs.axis_info}
        if not (frame.crs.is_projected and axes == {"metre"}):
            message = (
                f"{name}: found {frame.crs.to_string()}; areas and lengths are measured in a "
                "projected CRS in metres; use to_crs"
            )
            raise CrsError(message)
        if first is None:
            first = (name, frame.crs)
        elif not frame.crs.equals(first[1], ignore_axis_order=True):
            message = (
                f"{name}: found {frame.crs.to_string()}, but {first[0]} is in "
                f"{first[1].to_string()}; bring both to one system with to_crs"
            )
            raise CrsError(message)
