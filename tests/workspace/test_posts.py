"""Posts from the field wait until someone who publishes decides."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from geo_app.domain.access import ANONYMOUS
from geo_app.errors import AccessError, DataError, UnknownError
from geo_app.workspace import Workspace
from geo_app.workspace.posts import field_posts, record_post, settle_post

MakeWorkspace = Callable[..., Workspace]


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return small_workspace()


def post(ws: Workspace, **given: Any) -> dict[str, Any]:
    west, south, east, north = ws.bounds_lonlat
    place = {"lon": (west + east) / 2, "lat": (south + north) / 2}
    words = {"route": "QL4B", "chainage_m": 18_300.0, "accuracy_m": 4.5, "who": "Minh"}
    return {**place, **words, **given}


def test_anyone_records_one_and_a_publisher_settles_it(ws: Workspace) -> None:
    seen = ws.as_user(ANONYMOUS)
    kept = record_post(seen, **post(ws, note=" cột  mới "))
    assert (kept.id, kept.state, kept.account, kept.note) == (1, "pending", "anonymous", "cột mới")
    assert field_posts(ws) == (kept,)
    with pytest.raises(AccessError, match="may not decide"):
        settle_post(seen, 1, "accepted")
    settled = settle_post(ws, 1, "returned", remark="lệch tuyến")
    assert field_posts(ws) == ()
    assert field_posts(ws, None) == field_posts(ws, "returned") == (settled,)
    with pytest.raises(UnknownError, match="no post 2"):
        settle_post(ws, 2, "accepted")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lon": 0.0}, "position: found 0"),
        ({"lat": float("nan")}, "position"),
        ({"chainage_m": -1.0}, "chainage_m: found -1"),
        ({"chainage_m": float("inf")}, "chainage_m"),
        ({"accuracy_m": -5.0}, "accuracy_m"),
        ({"route": ""}, "route: is empty"),
        ({"who": " "}, "who: is empty"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_cannot_be_is_refused(ws: Workspace, given: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        record_post(ws, **post(ws, **given))
    assert field_posts(ws, None) == ()


def test_a_phone_may_not_know_how_exact_it_is(ws: Workspace) -> None:
    assert record_post(ws, **post(ws, accuracy_m=None)).accuracy_m is None


def test_readers_record_as_many_a_day_as_set(ws: Workspace) -> None:
    seen = replace(ws, user=ANONYMOUS, settings=replace(ws.settings, public_saving=1))
    record_post(seen, **post(ws))
    with pytest.raises(DataError, match="1 records were saved today"):
        record_post(seen, **post(ws))
    record_post(ws, **post(ws))
