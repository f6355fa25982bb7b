"""The one door."""

import pytest

from geo_app.domain.access import ANONYMOUS, OWNER, Access, User, may

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


def test_only_publishers_publish_and_only_what_they_may_see() -> None:
    assert not may(ANONYMOUS, "publish", "public")
    assert not may(STAFF, "publish", "public")
    assert may(EDITOR, "publish", "staff")
    assert not may(EDITOR, "publish", "restricted")
    assert may(OWNER, "publish", "restricted")
