"""A made-up National Road 4B that was realigned: what stays, moves, is given up."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from made_up_road import (
    NEW,
    NEW_POSTS,
    OLD,
    OLD_POSTS,
    Put,
    Rows,
    event,
    post,
    section,
    start_province,
)

from geo_app.domain.version import Version
from geo_app.errors import DataError
from geo_app.intake.delivery import draft_import
from geo_app.studies import Result, realignment, road_works
from geo_app.workspace import Workspace

EVENTS = [
    event("before", 17.2, 17.8, status="done"),
    event("given_up", 19, 21, status="done", note="đã nghiệm thu"),
    event("across", 17.5, 23, status="doing"),
    event("photo", 20, kind="photo", work="Ảnh"),
    event("bridge", 24.3, kind="bridge", work="Cầu"),
    event("nowhere", 90, 91),
]
RENUMBERED = [*OLD_POSTS[:2], *(post(18.2 + km, 1_000 * km) for km in range(5, 11))]
"""Posts of the new course without a jump: Km23+200 where Km22 was, and so on."""
MakePut = Callable[[], Put]


@pytest.fixture(scope="module")
def make_put(province_files: Callable[[], Path], publish_frame: Callable[..., Version]) -> MakePut:
    return lambda: start_province(province_files(), publish_frame)


def realign(put: Put, posts: Rows) -> tuple[Workspace, str]:
    """Publish the old road, then the new one; return the province and a moment between."""
    put("road_events", EVENTS)
    put("national_roads", [section(OLD)])
    put("calibration_points", OLD_POSTS)
    moment = datetime.now(UTC).isoformat()
    put("national_roads", [section(NEW)])
    return put("calibration_points", posts), moment


@pytest.fixture(scope="module")
def ws(make_put: MakePut) -> tuple[Workspace, str]:
    """The new course with a jump: Km23+200 = Km22."""
    return realign(make_put(), NEW_POSTS)


@pytest.fixture(scope="module")
def result(ws: tuple[Workspace, str]) -> Result:
    return realignment(ws[0], before=ws[1])


def test_every_event_is_told_of(result: Result) -> None:
    rows = result.rows.set_index("event_code")
    assert rows["state"].to_dict() == {
        "before": "same", "given_up": "gone", "across": "partly", "photo": "gone",
        "bridge": "same", "nowhere": "unplaced",
    }  # fmt: skip
    assert rows["moved_m"].dropna().to_dict() == {
        "before": 0, "given_up": 600, "across": 0, "photo": 600, "bridge": 0,
    }  # fmt: skip
    # Behind the jump the posts are as they were; what was given up gets no chainage.
    assert rows.loc["bridge", ["new_from_text", "change_m"]].tolist() == ["Km24+300", 0]
    assert rows.loc[["given_up", "photo"], ["from_km", "to_km"]].isna().all(axis=None)
    assert rows.loc["nowhere", "reason"] == "off_road"
    assert result.totals["events"] == len(rows) == 6
    assert result.totals["moved_m"] == 600


def test_events_on_what_was_given_up_are_listed(result: Result) -> None:
    rows = result.table("gone").rows.set_index("event_code")
    assert set(rows.index) == {"given_up", "photo", "across"}
    assert rows.loc["given_up", ["old_from_text", "old_to_text"]].tolist() == ["Km19", "Km21"]
    # Of Km18 to Km22 all but 50 m beside either end.
    assert rows.loc["across", "off_km"] == pytest.approx(3.9)
    # 600 m to the north of Km20, the new road is 2,600 m from Km18.
    assert rows.loc["photo", "near_from_text"] == "Km20+600"
    assert {notice.code for notice in result.warnings} == {"gone"}


def test_posts_and_lengths(result: Result) -> None:
    (road,) = result.table("roads").records()
    assert road["changed"]
    assert road["longer_km"] == pytest.approx(1.2)
    assert (road["given_up_km"], road["built_km"]) == pytest.approx((3.9, 5.1))
    assert road["jumps"] == "Km23+200 = Km22"
    posts = result.table("posts").rows.set_index("post")
    assert len(posts) == 11
    assert posts.loc["Km25", ["chainage", "moved_m"]].tolist() == ["Km25", 0]
    assert posts.loc["Km20", ["moved_m", "change_m", "off"]].tolist() == [600, 600, True]


def test_without_a_jump_chainages_behind_rise(make_put: MakePut) -> None:
    ws, moment = realign(make_put(), RENUMBERED)
    rows = realignment(ws, before=moment).rows.set_index("event_code")
    bridge = rows.loc["bridge"]
    assert (bridge["state"], bridge["new_from_text"]) == ("renumbered", "Km25+500")
    assert (bridge["from_km"], bridge["change_m"], bridge["moved_m"]) == (25.5, 1_200, 0)
    assert rows.loc["across", "end_change_m"] == 1_200


def test_the_list_along_the_new_road_can_be_imported(
    ws: tuple[Workspace, str], result: Result, tmp_path: Path
) -> None:
    result.to_csv(tmp_path / "new.csv")
    draft = draft_import(ws[0], tmp_path / "new.csv", "road_events")
    assert not draft.errors
    assert draft.frame is not None
    rows = draft.frame.set_index("event_code")
    assert rows.loc["across", ["from_km", "to_km", "status"]].tolist() == [17.5, 23, "doing"]
    assert rows.loc["given_up", "note"] == "đã nghiệm thu"
    assert pd.isna(rows.loc["given_up", "from_km"])


def test_works_on_the_new_road_are_longer(ws: tuple[Workspace, str]) -> None:
    rows = road_works(ws[0]).rows.set_index("event_code")
    across = rows.loc["across", ["by_posts_km", "length_km"]].tolist()
    assert across == pytest.approx([5.5 + 1.2, 5.5 + 1.2])


def test_the_days_of_a_layer_tell_old_from_new(make_put: MakePut, result: Result) -> None:
    until, since = {"valid_to": "2026-03-31"}, {"valid_from": "2026-04-01"}
    put = make_put()
    put("road_events", EVENTS)
    put("national_roads", [section(OLD, **until), section(NEW, section_code="new", **since)])
    posts = [{**each, **until} for each in OLD_POSTS]
    posts += [{**each, **since, "point_code": f"n{each['point_code']}"} for each in NEW_POSTS]
    found = realignment(put("calibration_points", posts), before="31/03/2026")
    assert found.rows["state"].tolist() == result.rows["state"].tolist()
    assert found.rows["moved_m"].dropna().tolist() == result.rows["moved_m"].dropna().tolist()


def test_a_road_that_is_gone_leaves_its_events_listed(make_put: MakePut) -> None:
    put = make_put()
    ws, _ = realign(put, NEW_POSTS)
    moment = datetime.now(UTC).isoformat()
    ws = put("national_roads", [section(OLD, route_code="ql31", name="Quốc lộ 31")])
    found = realignment(ws, before=moment)
    assert found.totals["gone"] == 5
    assert len(found.table("gone").rows) == 5


def test_nothing_placed_is_all_listed(make_put: MakePut) -> None:
    put = make_put()
    put("national_roads", [section(OLD)])
    put("calibration_points", OLD_POSTS)
    found = realignment(put("road_events", [event("la", 1, 2, route_code="QL9")]))
    assert found.totals["unplaced"] == 1
    assert found.rows["reason"].tolist() == ["route_unknown"]


def test_the_same_roads_say_so(ws: tuple[Workspace, str]) -> None:
    now = realignment(ws[0])
    assert {notice.code for notice in now.warnings} == {"same_roads"}
    assert now.totals["same"] == 5
    with pytest.raises(DataError, match="before: found 'x'"):
        realignment(ws[0], before="x")
