"""What a layer's features must hold to: areas, a partition without gaps, roads that join."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Checks:
    """
    Which checks a delivery is put to beside those every layer has; lengths and areas in VN-2000.

    Parameters
    ----------
    partition
        Its polygons divide the province: overlaps and gaps of `least_m2` or more are reported.
    network
        Its lines join: ends that miss another line by `join_m` or less are reported.
    names
        The layer whose names are official: other spellings, namesakes and unknown names are
        reported.
    area_field
        The field that states a polygon's area; it may differ from the geometry by
        `area_tolerance_pct`.
    sliver_m
        A polygon of a smaller mean width is a sliver.
    repair_m2
        The most that the repair of an invalid shape may change its area by.
    """

    partition: bool = False
    network: bool = False
    names: str | None = None
    area_field: str | None = None
    area_tolerance_pct: float = 2.0
    least_m2: float = 1.0
    sliver_m: float = 1.0
    join_m: float = 10.0
    repair_m2: float = 100.0
