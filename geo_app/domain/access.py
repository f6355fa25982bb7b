"""Who may see what: one pure function, the only door."""

from dataclasses import dataclass
from typing import Literal

Access = Literal["public", "staff", "restricted"]
Action = Literal["view", "publish", "override"]

ACCESS_LEVELS: tuple[Access, ...] = ("public", "staff", "restricted")


@dataclass(frozen=True)
class User:
    """A reader: `clearance` is the highest access class they may see; a `publisher` may change."""

    name: str
    clearance: Access
    publisher: bool = False


ANONYMOUS = User("anonymous", "public")
OWNER = User("owner", "restricted", publisher=True)
OFFICE = User("office", "public", publisher=True)
"""Who opens pages that are served to the office alone: sees what is public, and may decide."""


def may(user: User, action: Action, access: Access) -> bool:
    """
    Tell whether `user` may do `action` to something of class `access`.

    Command line and notebook act as the owner; the web acts as the signed-in reader,
    anonymous unless told otherwise.
    """
    if action != "view" and not user.publisher:
        return False
    return ACCESS_LEVELS.index(access) <= ACCESS_LEVELS.index(user.clearance)
