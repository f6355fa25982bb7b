"""Accepted posts calibrate a road; posts of a file are added, all of them or none."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from field_roads import at, found_roads, lonlat

from geo_app.cli import main
from geo_app.domain.access import ANONYMOUS
from geo_app.domain.post import FieldPost
from geo_app.domain.version import Version
from geo_app.errors import AccessError, DataError, StoreError, UnknownError
from geo_app.intake.build import build, plan_build
from geo_app.intake.posts import draft_posts, publish_posts
from geo_app.studies.field_posts import post_rows, record
from geo_app.studies.locate import locate
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.calibration import accept_posts, return_post
from geo_app.workspace.entries import today
from geo_app.workspace.posts import field_posts

ROOT = Path(__file__).parents[2]
POSTS = "calibration_points"


@pytest.fixture(scope="module")
def founded(province_files: Callable[[], Path], publish_frame: Callable[..., Version]) -> Workspace:
    return found_roads(province_files(), publish_frame)


@pytest.fixture
def ws(founded: Workspace, tmp_path: Path) -> Workspace:
    root = tmp_path / "province"
    shutil.copytree(founded.settings.root, root)
    return open_workspace(root)


def recorded(ws: Workspace, km: float, *, north_m: float = 0.0, **more: Any) -> FieldPost:
    given = {"route": "QL 4B", "chainage": f"Km{km:g}", "accuracy_m": 5.0, "who": "Lan", **more}
    return record(ws, **lonlat(km * 1_000, north_m), **given)


def known(ws: Workspace, text: str = "QL4B Km10+500") -> tuple[float | None, bool]:
    (place,) = locate(ws.latest(), text).places
    return place.plus_minus_m, place.calibrated


def test_accepted_posts_make_the_error_small_and_the_road_calibrated(ws: Workspace) -> None:
    before, calibrated = known(ws)
    assert before is not None
    assert before > 500
    assert not calibrated
    posts = [recorded(ws.as_user(ANONYMOUS), km) for km in (10, 12)]
    assert known(ws) == (before, False)  # what only waits calibrates nothing
    accept_posts(ws, [post.id for post in posts])
    after, calibrated = known(ws)
    # 5 m of the post at Km10 and 1 % of the 500 m from it.
    assert after == pytest.approx(10, abs=0.1)
    assert calibrated
    assert field_posts(ws) == ()


def test_an_accepted_post_stands_in_the_layer_beside_the_others(ws: Workspace) -> None:
    post = recorded(ws, 10, north_m=3)
    version = accept_posts(ws, [post.id], remark="đã xem")
    rows = ws.latest().read(POSTS).set_index("point_code")
    assert sorted(rows.index) == ["field-1", "p0", "p20"]
    new = rows.loc["field-1"]
    assert (new["route_code"], new["chainage_km"], new["accuracy_m"]) == ("ql4b", 10, 5)
    assert new["verified"]
    assert new["basis"] == "surveyed"
    assert new["valid_from"].date() == today(ws)
    assert new.geometry.equals_exact(at(10_000, 3), 0.01)
    assert "Lan" not in new["source"]  # the layer is public
    given = version.provenance
    assert given.difference == {"added": 1, "changed": 0, "removed": 0, "unchanged": 2}
    assert ws.latest().published.history[-1].what == "posts 1"
    assert field_posts(ws, None)[0].remark == "đã xem"


def test_marks_of_what_was_there_stay(province_files: Callable[[], Path]) -> None:
    ws = open_workspace(province_files())
    for _ in build(ws, plan_build(ws, only=[POSTS, "national_roads"]), workers=1):
        pass
    ws = ws.latest()
    post = record(
        ws, route="QL4B", chainage="Km18", lon=106.895, lat=21.79, accuracy_m=5, who="Lan"
    )
    version = accept_posts(ws, [post.id])
    assert version.provenance.marks == ("schematic", "unverified")
    assert plan_build(ws.latest(), only=[POSTS])[0].action == "imported"


def test_only_what_waits_can_be_decided(ws: Workspace) -> None:
    post = recorded(ws, 10)
    generation = ws.published.generation
    with pytest.raises(UnknownError, match="found 7, which do not wait; waiting: 1"):
        accept_posts(ws, [post.id, 7])
    with pytest.raises(AccessError, match="anonymous may not publish"):
        accept_posts(ws.as_user(ANONYMOUS), [post.id])
    assert field_posts(ws) == (post,)
    assert return_post(ws, post.id, remark="sai tuyến").state == "returned"
    for decide in (lambda: accept_posts(ws, [post.id]), lambda: return_post(ws, 1, remark="x")):
        with pytest.raises(UnknownError, match="waiting: none"):
            decide()
    assert ws.latest().published.generation == generation


def test_what_another_published_meanwhile_is_not_written_over(ws: Workspace) -> None:
    first, second = recorded(ws, 10), recorded(ws, 12)
    accept_posts(ws, [first.id])
    with pytest.raises(StoreError, match="somebody else published it"):
        accept_posts(ws, [second.id])  # `ws` still holds the generation before
    assert field_posts(ws) == (second,)
    accept_posts(ws.latest(), [second.id])
    assert len(ws.latest().read(POSTS)) == 4


def test_a_post_sent_twice_is_kept_once(ws: Workspace) -> None:
    assert recorded(ws, 10) == recorded(ws, 10)
    assert recorded(ws, 10, note="mới sơn").id == 2
    return_post(ws, 1, remark="nhầm")
    assert recorded(ws, 10).id == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"chainage": "xin chào"}, "expected a road and a kilometre"),
        ({"chainage": "Km3–Km4"}, "is the stretch Km3–Km4; expected one post"),
        ({"chainage": ""}, "expected a road and a kilometre"),
        ({"route": "QL77"}, "no road 'QL77'"),
        ({"route": ""}, "no road is named"),
        ({"who": ""}, "who: is empty"),
        ({"accuracy_m": float("nan")}, "accuracy_m"),
    ],
)
def test_what_cannot_be_read_is_not_kept(ws: Workspace, given: dict[str, Any], words: str) -> None:
    with pytest.raises((DataError, UnknownError), match=words):
        recorded(ws, 10, **given)
    assert field_posts(ws, None) == ()


def test_the_list_tells_how_far_off_a_post_lies(ws: Workspace) -> None:
    recorded(ws, 10, north_m=40)
    record(ws, route="ql4b", chainage="11", **lonlat(10_400), accuracy_m=None, who="Lan")
    first, second = post_rows(ws)
    assert (first["off_road_m"], first["moves_m"]) == (40.0, 0.0)
    assert (second["off_road_m"], second["moves_m"]) == (0.0, 600.0)
    assert (second["chainage"], second["accuracy_m"]) == ("Km11", None)
    recorded(ws, 10, chainage="Km500")
    assert post_rows(ws)[-1]["moves_m"] is None


def test_every_key_of_the_list_is_documented(ws: Workspace) -> None:
    recorded(ws, 10)
    (row,) = post_rows(ws)
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    section = page.partition("## `geo-app posts list --json`")[2].partition("\n## ")[0]
    assert set(row) - set(re.findall(r"`([a-z_]+)`", section)) == set()


def written(folder: Path, *rows: str) -> Path:
    path = folder / "coc.csv"
    head = "Tuyến,Lý trình,X (m),Y (m),Sai số (m),Ngày đo,Nguồn,Kiểm chứng"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def test_posts_of_a_file_are_added_in_any_spelling(ws: Workspace, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'Quốc lộ 4B,Km 10,2410000,460000,"0,05",20/11/2026,Đo RTK,có',
        'ql4b,12+500,2410000,462500,"0,05",20/11/2026,Đo RTK,có',
        "QL 4B,Km15 H2,2410000,465200,5,,,",
    )
    draft = draft_posts(ws, path, crs="EPSG:9215")
    assert (draft.refused, draft.verified) == ((), 2)
    publish_posts(ws, draft)
    rows = ws.latest().read(POSTS)
    assert sorted(rows["chainage_km"]) == [0, 10, 12.5, 15.2, 20]
    assert known(ws)[0] == pytest.approx(0.05 + 5, abs=0.1)

    again = ws.latest()
    publish_posts(again, draft_posts(again, path, crs="EPSG:9215"))
    assert len(again.latest().read(POSTS)) == 5  # the same posts, not more of them


def test_one_row_that_cannot_be_read_stops_all(ws: Workspace, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "QL4B,Km10,2410000,460000,5,20/11/2026,Đo RTK,có",
        "QL4B,mười hai,2410000,462000,5,20/11/2026,Đo RTK,có",
        "QL77,Km13,2410000,463000,5,20/11/2026,Đo RTK,có",
        "QL4B,Km14,2410000,464000,5,40/11/2026,Đo RTK,có",
    )
    draft = draft_posts(ws, path, crs="EPSG:9215")
    assert {finding.row for finding in draft.refused} == {2, 3, 4}
    with pytest.raises(DataError, match="3 things are wrong and nothing was added"):
        publish_posts(ws, draft)
    assert ws.latest().published.generation == ws.published.generation


def test_the_command_line_lists_accepts_returns_and_adds(ws: Workspace, tmp_path: Path) -> None:
    def run(*order: str) -> Any:
        return CliRunner().invoke(main, ["--workspace", str(ws.settings.root), "posts", *order])

    recorded(ws, 10)
    recorded(ws, 12)
    listed = run("list")
    assert listed.exit_code == 0, listed.output
    assert [line.split()[:3] for line in listed.output.splitlines()[1:]] == [
        ["1", "ql4b", "Km10"],
        ["2", "ql4b", "Km12"],
    ]
    assert "published calibration_points" in run("accept", "1").output
    assert run("return", "2", "--remark", "mờ quá").output == "returned post 2: mờ quá\n"
    assert len(run("list").output.splitlines()) == 1
    assert "mờ quá" in run("list", "--state", "all", "--json").output
    refused = run("accept", "2")
    assert (refused.exit_code, "do not wait" in refused.output) == (1, True)

    path = written(tmp_path, "QL4B,Km15,2410000,465000,5,,,có", "QL4B,??,2410000,466000,5,,,")
    wrong = run("add", str(path), "--crs", "EPSG:9215")
    assert wrong.exit_code == 1
    assert "row 2: " in wrong.output
    path = written(tmp_path, "QL4B,Km15,2410000,465000,5,,,có")
    assert "added 1, of which 1 verified" in run("add", str(path), "--crs", "EPSG:9215").output
    open_place = run("add", str(path))
    assert "choose with --crs" in open_place.output
