"""The one door."""

import pytest

from geo_app.domain.access import ANONYMOUS, OWNER, Access, Action, User, may

STAFF = User("lan", "staff")
EDITOR = User("minh", "staff", publisher=True)


@pytest.mark.parametrize(
    ("user", "seen"),
    [
        (ANONYMOUS, ["public"]),
        (STAFF, ["public", "staff"]),
        (OWNER, ["public", "staff", "restricted"]),
    ],
)
def test_clearance_opens_its_class_and_those_below(user: User, seen: list[Access]) -> None:
    levels: tuple[Access, ...] = ("public", "staff", "restricted")
    assert [level for level in levels if may(user, "view", level)] == seen


@pytest.mark.parametrize("action", ["publish", "override"])
def test_only_publishers_change_and_only_what_they_may_see(action: Action) -> None:
    assert not may(ANONYMOUS, action, "public")
    assert not may(STAFF, action, "public")
    assert may(EDITOR, action, "staff")
    assert not may(EDITOR, action, "restricted")
    assert may(OWNER, action, "restricted")
