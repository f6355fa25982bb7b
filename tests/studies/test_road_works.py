"""Works along a road: a case checked by hand, the sample, what cannot be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_road import OLD, OLD_POSTS, Put, event, section, start_province

from geo_app.domain.road_event import STATES
from geo_app.domain.version import Version
from geo_app.errors import UnknownError
from geo_app.studies import Result, road_works
from geo_app.web import create_app
from geo_app.workspace import Workspace

PLANNED = "ql4b_km18_km80"
"""In the made-up province it ends at Km26."""
EVENTS = [
    event("a", 18, 20, status="done", package="Gói 1", date="2026-10-01"),
    event("b", 19.5, 22, status="doing", package="Gói 2", date="2026-11-01"),
    event("c", 23, 24, status="done", side="left"),
    event("d", 18, 26, work="Mặt đường", source="javascript:alert(1)"),
    event("cau", 20.3, kind="bridge", work="Cầu Bản Chu", photo="https://example.vn/1.jpg"),
    event("xa", 90, 91),
    event("nguoc", 25, 24),
    event("thieu", None),
    event("la", 1, 2, route_code="QL9"),
]


@pytest.fixture(scope="module")
def put(province_files: Callable[[], Path], publish_frame: Callable[..., Version]) -> Put:
    root = province_files()
    plan = root / "plan" / "projects.toml"
    text = plan.read_text(encoding="utf-8")
    assert text.count('end = "Km80"') == 1
    plan.write_text(text.replace('end = "Km80"', 'end = "Km26"'), encoding="utf-8")
    put = start_province(root, publish_frame)
    put("national_roads", [section(OLD)])
    put("calibration_points", OLD_POSTS)
    return put


@pytest.fixture(scope="module")
def ws(put: Put) -> Workspace:
    return put("road_events", EVENTS)


@pytest.fixture(scope="module")
def result(ws: Workspace) -> Result:
    return road_works(ws)


def progress(result: Result, project: str, work: str) -> dict[Any, Any]:
    rows = result.table("progress").rows
    (row,) = rows[(rows["project"] == project) & (rows["work"] == work)].to_dict("records")
    return row


def test_a_case_checked_by_hand(result: Result) -> None:
    # 8 km: done 18–19.5 and half of 23–24, contradicting 19.5–20, doing 20–22, the rest open.
    row = progress(result, PLANNED, "Nền đường")
    wanted = {"done": 2.0, "several": 0.5, "doing": 2.0, "gap": 3.5, "unknown": 0.0}
    assert {name: row[f"{name}_km"] for name in wanted} == pytest.approx(wanted)
    assert row["stretch_km"] == pytest.approx(8)
    assert row["drawn_km"] == pytest.approx(8)
    assert row["done_pct"] == pytest.approx(25)
    # Nobody says how far the surface got: no percentage is better than one of nought.
    surface = progress(result, PLANNED, "Mặt đường")
    assert surface["unknown_km"] == pytest.approx(8)
    assert np.isnan(surface["done_pct"])


def test_kilometres_by_state_add_up_in_every_row(result: Result) -> None:
    rows = result.table("progress").rows
    assert rows[[f"{state}_km" for state in STATES]].sum(axis=1).to_numpy() == pytest.approx(
        rows["stretch_km"].to_numpy()
    )
    totals = result.totals
    reported = sum(totals[f"{state}_km"] for state in STATES if state != "gap")
    assert totals["reported_km"] == pytest.approx(reported) == pytest.approx(8)
    assert totals["stretch_km"] == pytest.approx(8)
    assert totals["gap_km"] == pytest.approx(0)


def test_events_have_their_place_and_its_error(result: Result) -> None:
    rows = result.rows.set_index("event_code")
    assert rows.loc["a", ["from_text", "to_text"]].tolist() == ["Km18", "Km20"]
    assert rows.loc["a", ["by_posts_km", "length_km"]].tolist() == pytest.approx([2, 2])
    # 5 m of a post, and 1 % of the way from it: 500 m and 300 m.
    assert rows["plus_minus_m"].to_dict() == {"a": 5, "d": 5, "b": 10, "cau": 8, "c": 5}
    assert rows["calibrated"].all()
    assert rows.index.tolist() == ["a", "d", "b", "cau", "c"]


def test_overlaps_and_gaps_are_listed(result: Result) -> None:
    (pair,) = result.table("overlaps").records()
    assert (pair["first"], pair["second"], pair["conflict"]) == ("a", "b", True)
    assert (pair["from_text"], pair["to_text"], pair["km"]) == ("Km19+500", "Km20", 0.5)
    gaps = result.table("gaps").records()
    assert [(each["from_text"], each["to_text"], each["side"]) for each in gaps] == [
        ("Km22", "Km23", "both"), ("Km23", "Km24", "right"), ("Km24", "Km26", "both"),
    ]  # fmt: skip
    assert {each["project"] for each in gaps} == {PLANNED}


def test_what_cannot_be_placed_says_why(result: Result) -> None:
    rows = result.table("unplaced").rows.set_index("event_code")
    assert rows["reason"].to_dict() == {
        "xa": "off_road", "nguoc": "backwards", "thieu": "no_chainage", "la": "route_unknown",
    }  # fmt: skip
    assert rows.loc["xa", "extent"] == "Km17–Km27"
    assert result.totals["unplaced"] == 4
    codes = {notice.code for notice in result.warnings}
    assert codes == {"unplaced", "status_unknown", "contradict", "project_lost"}


def test_the_strip_map_shows_plan_works_points_and_posts(result: Result) -> None:
    rows = result.table("strip").rows
    assert rows["part"].value_counts().to_dict() == {
        "post": 11, "section": 8, "end": 2, "planned": 1, "bridge": 1,
    }  # fmt: skip
    lane = rows[rows["lane"] == "works|Nền đường"]
    assert lane["state"].tolist() == ["done", "several", "doing", "gap", "done", "gap", "gap"]
    assert lane["label"].tolist()[:3] == ["Gói 1", "Gói 1 + Gói 2", "Gói 2"]
    assert lane["end_km"].iloc[0] == pytest.approx(2.5)
    assert result.png(chart=0).startswith(b"\x89PNG")


def test_the_map_tells_stretches_by_state(result: Result) -> None:
    (picture,) = result.pictures
    frame = picture.frame
    assert frame.length.sum() == pytest.approx(8_000 + 1_000)  # one stretch, each side its own
    done = frame[frame["state"] == "done"]
    assert done["codes"].tolist() == ["a, d", "c, d"]


def test_one_road_or_one_project(ws: Workspace) -> None:
    assert road_works(ws, route="quốc lộ 4B").totals["events"] == 8
    only = road_works(ws, project=PLANNED)
    assert only.totals["placed"] == 5
    by_title = road_works(ws, project="Quốc lộ 4B đoạn Km18 – Km80", route="ql4b")
    assert by_title.totals["placed"] == 5
    for project in ("x", "vanh_dai_tpls"):
        with pytest.raises(UnknownError, match=f"found '{project}'.*{PLANNED}"):
            road_works(ws, project=project)
    with pytest.raises(UnknownError, match="no road 'QL9'"):
        road_works(ws, route="QL9")


def test_a_package_speaks_where_no_work_does(put: Put) -> None:
    package = event("goi", 18, 26, kind="project", work="Nâng cấp", status="doing")
    found = road_works(put("road_events", [package, event("nen", 18, 21, status="done")]))
    assert (found.totals["done_km"], found.totals["doing_km"]) == pytest.approx((3, 5))
    assert not found.table("overlaps").records()
    assert progress(found, PLANNED, "Nâng cấp")["doing_km"] == pytest.approx(8)


def test_a_status_of_the_provinces_own_is_unknown_here(ws: Workspace, put: Put) -> None:
    path = ws.settings.root / "layers" / "road_events.toml"
    codes = "[fields.status.values]\n"
    text = path.read_text(encoding="utf-8")
    more = 'paused = {vi = "Tạm dừng", en = "Paused"}\n'
    path.write_text(text.replace(codes, codes + more), encoding="utf-8")
    found = road_works(put("road_events", [event("a", 18, 20, status="paused")]))
    assert found.totals["unknown_km"] == pytest.approx(2)
    assert found.rows["status"].tolist() == ["paused"]
    assert "status_unknown" in {notice.code for notice in found.warnings}


def test_the_side_left_out_is_a_gap_in_the_plan_only(put: Put) -> None:
    sides = [event("in", 18, 20, status="done", side="left"), event("out", 17, 17.5, side="right")]
    totals = road_works(put("road_events", sides)).totals
    assert (totals["done_km"], totals["unknown_km"]) == pytest.approx((1, 0.25))
    assert totals["reported_km"] == pytest.approx(1.25)
    assert totals["gap_km"] == pytest.approx(7)


def test_nothing_that_can_be_placed(put: Put) -> None:
    found = road_works(put("road_events", [event("la", 1, 2, route_code="QL9")]), route="QL4B")
    assert found.totals["events"] == 0
    assert found.totals["gap_km"] == found.totals["stretch_km"] == pytest.approx(8)
    assert found.png(chart=0).startswith(b"\x89PNG")


def test_a_link_is_one_only_where_it_is_safe(put: Put) -> None:
    ws = put("road_events", EVENTS)
    page = create_app(ws.settings).test_client().get("/studies/road-works").get_data(as_text=True)
    assert '<a href="https://example.vn/1.jpg" rel="noopener noreferrer">' in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_the_sample_claims_no_status_its_sources_do_not_tell(province: Workspace) -> None:
    found = road_works(province)
    ql4b = found.rows[found.rows["road_name"] == "Quốc lộ 4B"]
    assert ql4b["status"].isna().all()
    assert ql4b["by_posts_km"].tolist() == pytest.approx([14.3, 25, 37])
    assert found.totals["done_km"] == 0
    assert not found.rows["calibrated"].any()
    (stated,) = found.comparisons
    assert stated.reference == 62.56
    assert found.plan_status() == {}
