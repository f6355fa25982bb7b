"""The plan's pages: counts that add up, filters, rows of every kind, what readers are told."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from page_reader import read_page

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.ledger import STATUSES, Actual, Row, Standing
from geo_app.domain.plan import Baseline, Plan, Target
from geo_app.domain.text import Bilingual
from geo_app.studies.ledger import read_ledger
from geo_app.web.plan_chart import chart_of
from geo_app.web.plan_lines import GROUPS, SIGNS, apart, bar_of, figure, glances, spoken_day
from geo_app.workspace import Workspace

ROW = re.compile(r'<tr role="row" id="(target|project|rule)-([^"]+)">')
FOREST = Target(
    id="t",
    section="II.3",
    title=Bilingual("Rừng", "Forest"),
    sentence="đạt 60 %",
    comparator="reach",
    spatial="yes",
    verified=True,
    source="KH",
    unit="pct",
    value=60.0,
    year=2030,
    baseline=Baseline(50.0, 2020, verified=True, source="KH"),
)
PLAN = Plan(targets={"t": FOREST})


def actual(value: float, day: str, **more) -> Actual:
    return Actual(kind="reported", day=day, source="s", verified=True, value=value, **more)


def row(*history: Actual, status="on_track", line=None, **more) -> Row:
    standing = Standing(status, Bilingual("vì", "as"), line=line)
    given = {"kind": "target", "id": "t", "section": "II.3", "unit": "pct", "due": 2030, **more}
    return Row(
        title=FOREST.title,
        sentence="",
        asks=Bilingual("đạt 60 %", "reach 60 %"),
        verified=True,
        source="KH",
        standing=standing,
        actual=history[-1] if history else None,
        history=history,
        **given,
    )


def test_every_status_has_a_sign_of_its_own_and_one_group() -> None:
    assert set(SIGNS) == set(STATUSES)
    assert len(set(SIGNS.values())) == len(SIGNS)
    grouped = [status for group in GROUPS for status in group.statuses]
    assert sorted(grouped) == sorted(STATUSES)


def test_shares_of_the_bar_add_up_to_the_whole() -> None:
    (glance,) = glances(
        [row(status="met"), row(status="met"), row(status="missed"), row(status="no_data")]
    )
    assert [(s.status, s.start, s.length) for s in glance.shares] == [
        ("met", 0, 50),
        ("missed", 50, 25),
        ("no_data", 75, 25),
    ]
    assert [glance.of(group) for group in GROUPS] == [2, 0, 1, 1, 0]


@given(st.lists(st.sampled_from(list(STATUSES)), min_size=1, max_size=400))
def test_a_bar_of_any_rows_is_whole(statuses: list[str]) -> None:
    (glance,) = glances([row(status=status) for status in statuses])
    assert glance.total == len(statuses) == sum(glance.of(group) for group in GROUPS)
    ends = [(share.start, share.start + share.length) for share in glance.shares]
    assert ends[0][0] == 0
    assert ends[-1][1] == pytest.approx(100, abs=0.02)
    assert all(after[0] == pytest.approx(before[1], abs=0.02) for before, after in pairwise(ends))


def test_a_share_is_drawn_on_a_bar_of_a_hundred() -> None:
    bar = bar_of(PLAN, row(actual(55, "2025"), line=54.5))
    assert (bar.actual, bar.low, bar.high, bar.line) == (55, 60, 60, 54.5)


def test_nothing_known_draws_no_bar_and_no_chart() -> None:
    assert bar_of(PLAN, row()) is None
    assert bar_of(PLAN, row(actual(-1, "2025"))) is None


def test_points_are_not_joined_across_a_break(small_app: Flask) -> None:
    history = (actual(52, "2022"), actual(54, "2023"), actual(57, "2024", breaks=True))
    with small_app.test_request_context("/?lang=vi"):
        chart = chart_of(PLAN, row(*history), date(2025, 6, 30))
    assert [len(piece.split()) for piece in chart.pieces] == [2, 1]
    xs = [point.x for point in chart.points]
    assert xs == sorted(xs)
    assert chart.path.count(",") == 2
    assert all(chart.left <= x <= chart.right for x in xs)


def test_figures_that_only_illustrate_or_check_stand_apart(small_app: Flask) -> None:
    history = (
        actual(52, "2022"),
        actual(80, "2023", marks=("synthetic",)),
        actual(81, "2023", official=False),
        actual(54, "2024"),
    )
    with small_app.test_request_context("/?lang=vi"):
        chart = chart_of(PLAN, row(*history), date(2025, 6, 30))
    first, made_up, beside, last = chart.points
    assert chart.pieces == (f"{first.x},{first.y} {last.x},{last.y}",)
    assert [point.illustrative for point in chart.points] == [False, True, False, False]
    assert made_up.x == beside.x


def test_what_is_not_known_bounds_a_figure(small_app: Flask) -> None:
    open_row = row(actual(50, "2025", high=65))
    bar = bar_of(PLAN, open_row)
    assert (bar.actual, bar.most) == (50, 65)
    with small_app.test_request_context("/?lang=vi"):
        assert figure(open_row, open_row.actual) == "50 % – 65 %"
        (point,) = chart_of(PLAN, open_row, date(2025, 6, 30)).points
    assert point.most < point.y


def test_a_share_lacks_points_and_other_figures_their_unit(small_app: Flask) -> None:
    with small_app.test_request_context("/?lang=vi"):
        assert apart(row(), -6.4) == "-6,4 điểm"
        assert apart(row(unit="schools"), 5) == "+5 trường"


@pytest.mark.parametrize(
    ("day", "words"), [("2025", "2025"), ("2025-06", "06/2025"), ("2025-12-31", "31/12/2025")]
)
def test_a_day_is_written_as_exactly_as_it_is_known(day: str, words: str) -> None:
    assert spoken_day(day) == words


def test_an_empty_plan_says_so(small: FlaskClient) -> None:
    page = small.get("/plan?lang=vi").get_data(as_text=True)
    assert "Kế hoạch đã đi đến đâu?" in page
    assert 'href="/plan/projects/well_programme' in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=met", 200),
        ("status=late", 200),
        ("status=good", 400),
        ("kind=road", 400),
        ("on=2025-13-01", 400),
        ("on=30/09/2026", 200),
        ("section=II", 200),
        ("theme=nothing", 200),
    ],
)
def test_what_is_asked_is_known_or_refused(small: FlaskClient, query: str, status: int) -> None:
    assert small.get(f"/plan?{query}").status_code == status


def test_there_is_no_page_of_what_the_plan_lacks(small: FlaskClient) -> None:
    for path in ("targets/t_none", "projects/none", "rules/R99", "agencies/none"):
        assert small.get(f"/plan/{path}").status_code == 404


@pytest.mark.slow
class TestSampleProvince:
    """The repository's own plan."""

    def test_the_table_has_every_row_once(self, atlas: FlaskClient, province: Workspace) -> None:
        rows = read_ledger(province.as_user(ANONYMOUS))
        shown = ROW.findall(atlas.get("/plan").get_data(as_text=True))
        assert Counter(shown) == Counter((row.kind, row.id) for row in rows)

    @pytest.mark.parametrize("name", ["section", "agency", "status", "theme", "kind"])
    def test_a_filter_shows_the_rows_that_meet_it(
        self, atlas: FlaskClient, province: Workspace, name: str
    ) -> None:
        rows = read_ledger(province.as_user(ANONYMOUS))
        value = {
            "section": "III.2",
            "agency": "so_xd",
            "status": "no_data",
            "theme": "transport",
            "kind": "rule",
        }[name]
        meets = {
            "section": lambda row: row.section == value or row.section.startswith(f"{value}."),
            "agency": lambda row: value in (row.agency, row.agency_now),
            "status": lambda row: row.standing.status == value,
            "theme": lambda row: row.theme == value,
            "kind": lambda row: row.kind == value,
        }[name]
        shown = ROW.findall(atlas.get(f"/plan?{name}={value}").get_data(as_text=True))
        expected = [(row.kind, row.id) for row in rows if meets(row)]
        assert shown == expected
        assert 0 < len(expected) < len(rows)

    def test_every_row_and_agency_has_a_well_made_page(
        self, atlas: FlaskClient, province: Workspace
    ) -> None:
        kinds = {"target": "targets", "project": "projects", "rule": "rules"}
        rows = read_ledger(province.as_user(ANONYMOUS))
        paths = [f"/plan/{kinds[row.kind]}/{row.id}" for row in rows]
        paths += [f"/plan/agencies/{each}" for each in province.plan.agencies]
        found = {}
        for rank, path in enumerate([*paths, "/plan/agencies", "/plan/law"]):
            answer = atlas.get(path, query_string={"lang": ("vi", "en")[rank % 2]})
            problems = read_page(answer.get_data(as_text=True)).problems
            if problems or answer.status_code != 200:
                found[path] = (answer.status_code, problems)
        assert found == {}

    def test_an_expressway_tells_place_facts_and_documents(self, atlas: FlaskClient) -> None:
        page = atlas.get("/plan/projects/ct_huu_nghi_chi_lang").get_data(as_text=True)
        assert "trước năm 2025" in page
        assert 'href="/sheets/expressways/ct_huu_nghi_chi_lang"' in page
        assert "59,87 km" in page
        assert "/plan/projects/ct_huu_nghi_chi_lang/map.js" in page

    def test_a_stretch_of_road_tells_its_chainage_and_events(self, atlas: FlaskClient) -> None:
        page = atlas.get("/plan/projects/ql4b_km18_km80").get_data(as_text=True)
        assert "Km18 – Km80" in page
        assert "Báo cáo dọc tuyến" in page

    def test_restricted_geometry_is_said_and_not_drawn(self, atlas: FlaskClient) -> None:
        page = atlas.get("/plan/projects/dtbg_gd2").get_data(as_text=True)
        assert "Không hiển thị vị trí ở đây" in page
        assert "map.js" not in page

    def test_the_filter_and_the_programs_answer_agree(self, atlas: FlaskClient) -> None:
        shown = ROW.findall(atlas.get("/plan?status=missed").get_data(as_text=True))
        told = atlas.get("/api/plan?status=missed").get_json()["rows"]
        assert [(row["kind"], row["id"]) for row in told] == shown
        one = atlas.get("/api/plan/project/ct_huu_nghi_chi_lang").get_json()
        assert one["status"] == next(r["status"] for r in told if r["id"] == one["id"])
