"""How a site check treats a layer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from geo_app.domain.text import Bilingual

Group = Literal["corridor", "plans", "forest", "heritage", "units", "nearby", "border"]
Treat = Literal["conflict", "inform", "near"]

GROUPS: Mapping[str, Bilingual] = {
    "corridor": Bilingual("Hành lang an toàn", "Safety corridors"),
    "plans": Bilingual("Phù hợp quy hoạch", "Fit with plans"),
    "forest": Bilingual("Rừng", "Forest"),
    "heritage": Bilingual("Di sản, bảo vệ, khu chức năng", "Heritage, protection, special zones"),
    "units": Bilingual("Đơn vị hành chính", "Administrative units"),
    "nearby": Bilingual("Gần nhất", "The nearest"),
    "border": Bilingual("Biên giới", "Border"),
}
"""The questions put to a site, in the order of use."""

TREATS: tuple[Treat, ...] = ("conflict", "inform", "near")


@dataclass(frozen=True)
class SiteUse:
    """
    How a site check treats a layer.

    Parameters
    ----------
    group
        The question it answers. A layer of ``corridor`` holds roads or railways, of ``units``
        administrative units or, as a table, their former names, of ``nearby`` places of which the
        nearest is told, of ``border`` the border line (`treat` is ``near``), or zones along it.
    treat
        In the other groups: whether an overlap is a conflict, or only told.
    near_m
        What is this near is told; None: the study's setting.
    sliver_m2
        An overlap of less area is called a sliver and makes no conflict.
    stale_after_months
        Data older than this on the day of the check do not clear a site; None: never too old.
    basis
        Topics of legal rules, or ids of the plan's rules, that the answer rests on.
    consult
        Topics of legal rules whose bodies are to be asked where the layer concerns a site.
    counts
        Field → codes: only features with these codes make a conflict; one without a code does too.
    class_field
        The field that tells what a feature is.
    decision_field, valid_from_field, valid_to_field
        The decision a feature rests on, and the days it is valid.
    grade, grade_field, roadbed_field
        The grade of all its roads, or the field that holds it, and the width of the roadbed.
    type_field, origin_field
        Type and origin of forest, by which it is summed.
    border_field
        The field that tells whether a unit is on the border.
    """

    group: Group
    treat: Treat = "conflict"
    near_m: float | None = None
    sliver_m2: float = 1.0
    stale_after_months: int | None = None
    basis: tuple[str, ...] = ()
    consult: tuple[str, ...] = ()
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    class_field: str | None = None
    decision_field: str | None = None
    valid_from_field: str | None = None
    valid_to_field: str | None = None
    grade: str | None = None
    grade_field: str | None = None
    roadbed_field: str | None = None
    type_field: str | None = None
    origin_field: str | None = None
    border_field: str | None = None
