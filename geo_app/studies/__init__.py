"""
The studies: one file each, called the same from notebook, command line, HTTP and page.

>>> from geo_app.studies import STUDIES
>>> STUDIES["forest-cover"].title.en
'Forest cover'
"""

from collections.abc import Mapping

from geo_app.errors import UnknownError
from geo_app.studies.attribute_share import attribute_share
from geo_app.studies.crosswalk import crosswalk
from geo_app.studies.forest_change import forest_change
from geo_app.studies.forest_cover import forest_cover
from geo_app.studies.forest_series import forest_series
from geo_app.studies.forest_year import forest_year
from geo_app.studies.indicator_map import indicator_map
from geo_app.studies.plan_impact import plan_impact
from geo_app.studies.plan_progress import plan_progress
from geo_app.studies.plan_report import plan_report
from geo_app.studies.reach import reach
from geo_app.studies.realignment import realignment
from geo_app.studies.result import Result
from geo_app.studies.road_hardening import road_hardening
from geo_app.studies.road_rules import road_rules
from geo_app.studies.road_works import road_works
from geo_app.studies.site_check import site_check
from geo_app.studies.study import Parameter, Study
from geo_app.studies.suitability import suitability
from geo_app.studies.village_roads import village_roads

__all__ = [
    "STUDIES",
    "Parameter",
    "Result",
    "Study",
    "attribute_share",
    "crosswalk",
    "find_study",
    "forest_change",
    "forest_cover",
    "forest_series",
    "forest_year",
    "indicator_map",
    "plan_impact",
    "plan_progress",
    "plan_report",
    "reach",
    "realignment",
    "road_hardening",
    "road_rules",
    "road_works",
    "site_check",
    "suitability",
    "village_roads",
]

STUDIES: Mapping[str, Study] = {
    study.name: study
    for study in (
        forest_cover,
        forest_change,
        forest_series,
        forest_year,
        village_roads,
        road_hardening,
        road_rules,
        road_works,
        realignment,
        crosswalk,
        indicator_map,
        reach,
        suitability,
        attribute_share,
        site_check,
        plan_progress,
        plan_report,
        plan_impact,
    )
}
"""Every study by name, in the order they are shown."""


def find_study(name: str) -> Study:
    """Return the study called `name`."""
    try:
        return STUDIES[name]
    except KeyError:
        message = f"there is no study {name!r}; there are: {', '.join(STUDIES)}"
        raise UnknownError(
            message, vi=f"Không có phân tích {name!r}; hiện có: {', '.join(STUDIES)}."
        ) from None
