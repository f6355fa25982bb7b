"""The page for the roadside and its JSON: typed, tapped, recorded, refused."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from asking import MakeClient
from field_roads import CRS, at, found_roads, lonlat
from flask.testing import FlaskClient
from page_reader import read_page
from werkzeug.test import TestResponse

import geopandas as gpd
from shapely import LineString

from geo_app.domain.version import Version
from geo_app.studies.locate import locate, position
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.calibration import accept_posts
from geo_app.workspace.posts import field_posts

SCRIPT = "<script>alert(1)</script>"
HERE = {**lonlat(10_000, 30), "accuracy": 8}
POST = {**HERE, "route": "ql4b", "chainage": "Km10", "who": "Lan", "note": "cọc mới"}


@pytest.fixture(scope="module")
def founded(province_files: Callable[[], Path], publish_frame: Callable[..., Version]) -> Workspace:
    return found_roads(province_files(), publish_frame)


@pytest.fixture
def client(founded: Workspace, client_of: MakeClient) -> FlaskClient:
    return client_of(founded)


@pytest.fixture
def own(founded: Workspace, tmp_path: Path) -> Workspace:
    """A province to record in."""
    root = tmp_path / "province"
    shutil.copytree(founded.settings.root, root)
    return open_workspace(root)


def text_of(answer: TestResponse, status: int = 200) -> str:
    """Return what a well-made page says."""
    content = answer.get_data(as_text=True)
    assert answer.status_code == status, content
    page = read_page(content)
    assert page.problems == []
    assert SCRIPT not in content
    return " ".join(page.texts)


def ask(client: FlaskClient, status: int = 200, **asked: Any) -> str:
    return text_of(client.get("/km", query_string={"lang": "vi", **asked}), status)


def test_without_a_question_there_is_the_form_alone(client: FlaskClient) -> None:
    assert "Tuyến và lý trình, hoặc tọa độ" in ask(client)
    assert "Road and kilometre, or coordinates" in ask(client, lang="en")
    assert "Xã, phường hiện nay" not in ask(client)


def test_a_kilometre_is_shown_with_all_that_is_known_of_it(client: FlaskClient) -> None:
    said = ask(client, q="Quốc lộ 4B km 10 + 0")
    # 500 m of the post at Km0 and 1 % of the 10 km from it.
    assert "Quốc lộ 4B Km10 ± 600 m chưa hiệu chuẩn" in said
    assert "X (Bắc) 2.410.000 Y (Đông) 460.000" in said
    assert "Tọa độ làm tròn đến 100 m" in said
    assert "VN-2000, kinh tuyến trục 107°15′, múi 3° (EPSG:9215)" in said
    assert "Trước đây" in said
    assert "Hợp thành từ" in said
    assert "Địa danh gần nhất" in said
    assert "sơ đồ" in said  # the mark of the communes
    assert "MINH HỌA Vẽ khái quát hoặc giả lập: Xã, phường (từ 01/7/2025)" in said


def test_a_stretch_has_both_ends_and_both_lengths(client: FlaskClient) -> None:
    said = ask(client, q="QL4B Km3+700–Km18", lang="en")
    assert "Quốc lộ 4B Km3+700–Km18" in said
    assert "Length along the map 14.3 km Length by chainage 14.3 km" in said
    for end in ("Km3+700 ±", "Km18 ±"):
        assert end in said


def test_a_position_has_its_kilometre_and_its_own_coordinates(client: FlaskClient) -> None:
    said = ask(client, **HERE)
    assert "Quốc lộ 4B Km10" in said
    assert "Bên trái tuyến theo chiều tăng lý trình, cách tim đường trên bản đồ 30 m" in said
    assert "2.410.030" in said
    assert "Vị trí: ± 8 m." in said
    right = ask(client, **lonlat(10_000, -30), lang="en")
    assert "Right of the road as chainage rises" in right


def test_nearer_than_the_phone_can_tell_it_is_on_neither_side(client: FlaskClient) -> None:
    said = ask(client, **lonlat(10_000, 3), accuracy=8)
    assert "Trên đường, trong phạm vi sai số vị trí" in said
    assert "Bên trái" not in said


def test_a_kilometre_that_exists_twice_and_roads_that_run_together_are_all_shown(
    own: Workspace, client_of: MakeClient, publish_frame: Callable[..., Version]
) -> None:
    posts = [
        ("p0", "ql4b", 0, None, 0),
        ("jump", "ql4b", 8, 10, 10_000),  # from Km10 back to Km8
        ("p18", "ql4b", 18, None, 20_000),
        ("q0", "ql31", 100, None, 0),
        ("q20", "ql31", 120, None, 20_000),
    ]
    publish_posts(own, publish_frame, posts)
    roads = own.read("national_roads").assign(also_routes="ql31")
    publish_frame(own, "national_roads", roads)
    client = client_of(own)
    twice = ask(client, q="QL4B Km9")
    assert "Quốc lộ 4B Km9 ±" in twice
    assert "Quốc lộ 4B Km7+2000 ±" in twice  # the same chainage before the jump
    assert "Gãy lý trình" in twice
    assert "X (Bắc) 2.410.000 Y (Đông) 459.000" in twice
    assert "X (Bắc) 2.410.000 Y (Đông) 461.000" in twice
    together = ask(client, **lonlat(5_000), accuracy=1)
    assert "Km5 ±" in together
    assert "Km105 ±" in together
    assert "Đoạn đi chung của nhiều tuyến" in together


def test_a_stretch_that_the_map_lacks_is_told(
    own: Workspace, client_of: MakeClient, publish_frame: Callable[..., Version]
) -> None:
    road = own.read("national_roads")
    ends = [LineString([at(0), at(5_000)]), LineString([at(15_000), at(20_000)])]
    parts = gpd.GeoDataFrame(pd.concat([road, road]), geometry=ends, crs=CRS)
    publish_frame(own, "national_roads", parts.assign(section_code=["a", "b"]))
    client = client_of(own)
    assert "Bản đồ thiếu đoạn đường này" in ask(client, q="QL4B Km8–Km12")
    assert client.get("/km/map.js", query_string={"q": "QL4B Km8–Km12"}).status_code == 200


def publish_posts(
    ws: Workspace, publish_frame: Callable[..., Version], posts: list[tuple[Any, ...]]
) -> None:
    names = ["point_code", "route_code", "chainage_km", "back_km"]
    rows = [dict(zip(names, post[:4], strict=True)) for post in posts]
    frame = gpd.GeoDataFrame(rows, geometry=[at(post[4]) for post in posts], crs=CRS)
    frame = frame.assign(verified=True, accuracy_m=5.0)
    columns = [*ws.catalogue.layer("calibration_points").fields, "geometry"]
    publish_frame(ws, "calibration_points", frame.reindex(columns=columns))


@pytest.mark.parametrize(
    "typed",
    [
        "{lat:.5f}, {lon:.5f}",
        "{lon:.5f} {lat:.5f}",
        "2410030 460000",
        "X=2.410.030,0 Y=460.000,0",
    ],
)
def test_coordinates_may_be_typed(client: FlaskClient, typed: str) -> None:
    said = ask(client, q=typed.format(**HERE))
    assert "Quốc lộ 4B Km10" in said
    assert "Đọc là" in said


def test_metres_that_fit_another_zone_lead_to_where_is_this(client: FlaskClient) -> None:
    page = client.get("/km", query_string={"q": "2410030 460000"}).get_data(as_text=True)
    assert 'href="/where?text=2410030+460000"' in page


def test_away_from_every_road_the_place_is_told_all_the_same(client: FlaskClient) -> None:
    said = ask(client, 400, **lonlat(10_000, 5_000), accuracy=8)
    assert "không có tuyến nào biết lý trình" in said
    assert "2.415.000" in said
    assert "Ghi cọc ở đây" in said


WRONG = [
    ({"q": "QL77 Km1"}, 404, "Không có tuyến"),
    ({"q": "QL4B Km900"}, 400, "Quốc lộ 4B không có Km900: tuyến từ Km0 đến Km20"),
    ({"q": "QL4B Km18–Km3"}, 400, "cần ghi lý trình nhỏ trước: Km3–Km18"),
    ({"q": "xin chào"}, 400, "hãy ghi tuyến và lý trình"),
    ({"q": "km"}, 400, "Không có lý trình"),
    ({"q": "Km18"}, 404, "Chưa ghi tuyến"),
    ({"q": "48.85, 2.35"}, 400, "nằm xa ngoài Lạng Sơn"),
    ({"q": "2410030 460000\n2410040 460000\n2410040 460100"}, 400, "tọa độ một điểm"),
    ({"q": "POLYGON((0 0, 1 0, 1 1, 0 0))"}, 400, "tọa độ một điểm"),
    ({"q": "a" * 5_000}, 400, "5000 ký tự"),
    ({"q": SCRIPT}, 400, "Không hiểu"),
    ({"lat": 48, "lon": 2}, 400, "nằm xa ngoài Lạng Sơn"),
    ({"lat": "x", "lon": 2}, 400, "lat: 'x' không phải số"),
    ({"lat": 21}, 400, "lon: '' không phải số"),
    ({"lat": "nan", "lon": "inf"}, 400, "lat: 'nan' không phải số"),
    ({**HERE, "accuracy": -1}, 400, "accuracy: '-1' không phải số"),
]


@pytest.mark.parametrize(("asked", "status", "words"), WRONG)
def test_what_is_wrong_stands_on_the_page_and_in_the_json(
    client: FlaskClient, asked: dict[str, Any], status: int, words: str
) -> None:
    answer = client.get("/km", query_string={"lang": "vi", **asked})
    assert words in text_of(answer, status)
    api = "/api/locate" if "q" in asked else "/api/position"
    refused = client.get(api, query_string={"lang": "vi", **asked})
    assert refused.status_code == status
    assert " " in refused.get_json()["error"]


def test_what_was_typed_stays_in_the_field(client: FlaskClient) -> None:
    page = client.get("/km", query_string={"q": 'QL"99 Km1'}).get_data(as_text=True)
    assert 'value="QL&#34;99 Km1"' in page


def test_page_and_json_agree_with_the_study(client: FlaskClient, founded: Workspace) -> None:
    for text in ("QL4B Km18+300 (P)", "QL4B Km3+700–Km18"):
        shown = client.get("/api/locate", query_string={"q": text}).get_json()
        assert shown == locate(founded, text).to_json()
    shown = client.get("/api/position", query_string=HERE).get_json()
    expected = position(founded, HERE["lon"], HERE["lat"], accuracy_m=8).to_json()
    assert shown == expected
    pasted = f"{HERE['lat']}, {HERE['lon']}"
    typed = client.get("/api/locate", query_string={"q": pasted}).get_json()
    assert typed["chainage"] == expected["chainage"]
    for empty in ("/api/locate", "/api/locate?q=+", "/api/position"):
        assert client.get(empty).status_code == 400


def test_the_text_to_copy_says_the_same(client: FlaskClient) -> None:
    page = client.get("/km", query_string={"q": "QL4B Km10"}).get_data(as_text=True)
    copied = re.search(r'<pre class="km-text".*?>(.*?)</pre>', page, re.DOTALL)
    assert copied
    first, commune, xy, degrees = copied[1].splitlines()
    assert first == "Quốc lộ 4B Km10 (± 600 m, chưa hiệu chuẩn)"
    assert "(trước đây: " in commune
    assert xy.endswith("X = 2410000, Y = 460000")
    assert re.fullmatch(r"WGS 84: 21\.\d{3}, 106\.\d{3}", degrees)


def test_the_page_may_ask_where_it_is_and_others_keep_their_headers(client: FlaskClient) -> None:
    for address in ("/km", "/km?q=QL77+Km1"):
        assert client.get(address).headers["Permissions-Policy"] == "geolocation=(self)"
    assert "script-src 'self'" in client.get("/km").headers["Content-Security-Policy"]


def test_the_map_has_a_script_of_its_own(client: FlaskClient) -> None:
    for asked in ({"q": "QL4B Km3+700–Km18"}, HERE, lonlat(10_000, 5_000)):
        page = client.get("/km", query_string=asked).get_data(as_text=True)
        found = re.search(r'src="(/km/map\.js[^"]*)"', page)
        assert found
        script = client.get(found[1].replace("&amp;", "&"))
        assert (script.status_code, script.mimetype) == (200, "text/javascript")
        assert script.cache_control.immutable
        assert "km_" in script.get_data(as_text=True)
    assert client.get("/km/map.js").status_code == 400
    assert client.get("/km/map.js?q=QL4B+Km900").status_code == 400


def test_a_post_is_recorded_and_waits(own: Workspace, client_of: MakeClient) -> None:
    client = client_of(own)
    assert "Ghi cọc ở đây" in ask(client, **HERE)
    for _ in range(2):  # a second tap
        answer = client.post("/km?lang=vi", data=POST)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("recorded=1&lang=vi#recorded")
    assert "Cọc đang chờ duyệt; số phiếu 1." in text_of(client.get(answer.headers["Location"]))
    (kept,) = field_posts(own)
    assert (kept.route, kept.chainage_m, kept.accuracy_m) == ("ql4b", 10_000, 8)
    assert (kept.who, kept.note, kept.account) == ("Lan", "cọc mới", "anonymous")
    assert (kept.lat, kept.lon) == pytest.approx((HERE["lat"], HERE["lon"]))


def test_once_accepted_the_page_is_calibrated(own: Workspace, client_of: MakeClient) -> None:
    client = client_of(own)
    on_road = {**POST, **lonlat(10_000)}
    assert "chưa hiệu chuẩn" in ask(client, q="QL4B Km10+500")
    client.post("/km", data=on_road)
    accept_posts(own, [1])
    said = ask(client, q="QL4B Km10+500")
    # 8 m that the phone tells, 1 % of 500 m, rounded up.
    assert re.search(r"± 1[34] m đã hiệu chuẩn", said)
    assert "chưa hiệu chuẩn" not in said.lower()


BAD_POSTS = [
    ({"chainage": "mười"}, 400, "Không có lý trình"),
    ({"chainage": "Km3–Km4"}, 400, "là đoạn"),
    ({"route": "ql77"}, 404, "Không có tuyến"),
    ({"who": ""}, 400, "chưa nhập"),
    ({"who": "x" * 81}, 400, "không quá 80 ký tự"),
    ({"note": "x" * 501}, 400, "không quá 500 ký tự"),
    ({"lat": "", "lon": ""}, 400, "Chưa có vị trí"),
    ({"lat": 10.0}, 400, "position: found"),
    ({"chainage": f"Km18 {SCRIPT}"}, 404, "script"),
]


@pytest.mark.parametrize(("given", "status", "words"), BAD_POSTS)
def test_a_post_that_cannot_be_is_refused_and_stays_in_the_form(
    own: Workspace, client_of: MakeClient, given: dict[str, Any], status: int, words: str
) -> None:
    answer = client_of(own).post("/km?lang=vi", data={**POST, **given})
    assert words in text_of(answer, status)
    if "lat" not in given:
        assert 'value="Lan"' in answer.get_data(as_text=True) or "who" in given
        assert 'value="cọc mới"' in answer.get_data(as_text=True) or "note" in given
    assert field_posts(own) == ()


def test_posts_are_bounded_and_come_from_this_server_alone(
    own: Workspace, client_of: MakeClient
) -> None:
    client = client_of(own)
    assert client.post("/km", data={**POST, "note": "x" * 20_000}).status_code == 413
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/km", data=POST, headers=elsewhere).status_code == 403
    assert field_posts(own) == ()


def test_where_readers_may_not_save_there_is_no_form(own: Workspace, client_of: MakeClient) -> None:
    path = own.settings.root / "geo_app.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\npublic_saving = 0\n", encoding="utf-8")
    client = client_of(open_workspace(own.settings.root))
    assert "Ghi cọc ở đây" not in ask(client, **HERE)
    assert client.post("/km", data=POST).status_code == 404
    assert field_posts(own) == ()


def test_where_no_road_is_known_the_place_is_told_all_the_same(
    small_province: Workspace, client_of: MakeClient
) -> None:
    page = client_of(small_province).get("/km?lang=vi&lat=10.86&lon=105.77&accuracy=8")
    assert "1.20" in text_of(page, 404)
