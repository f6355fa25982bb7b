"""Read how a rule of the plan is judged on roads: ``[rules.check]`` in ``plan/rules.toml``."""

from geo_app.domain.road_check import JUDGES, Choices, RoadCheck
from geo_app.storage.checked import CheckedTable


def read_road_check(rule: CheckedTable) -> RoadCheck | None:
    """
    Take the check of a rule; None where it has none.

    Raises
    ------
    CatalogueError
        If a key is not known, one that the judge needs is missing, or a layer is none of the
        rule's `layers`.
    """
    table = rule.table("check", None)
    if table is None:
        return None
    check = RoadCheck(
        judge=table.choice("judge", JUDGES),
        roads=_read_choices(table, "roads"),
        within=table.text("within", None),
        bridges=table.text("bridges", None),
        weak=_read_choices(table, "weak"),
        widths=table.text("widths", None),
    )
    table.done()
    for key in JUDGES[check.judge]:
        if not getattr(check, key):
            raise table.error(key, f"is missing; judge {check.judge!r} needs it")
    for key in ("within", "bridges"):
        layer = getattr(check, key)
        if layer is not None and layer not in rule.texts("layers", ()):
            raise table.error(key, f"found {layer!r}; expected one of the rule's `layers`")
    if check.judge.startswith("grade") and rule.text("worst_grade", None) is None:
        raise rule.error("worst_grade", f"is missing; judge {check.judge!r} needs it")
    return check


def _read_choices(table: CheckedTable, key: str) -> Choices:
    choices = table.table(key, None)
    return {} if choices is None else {name: choices.texts(name) for name in choices.content}
