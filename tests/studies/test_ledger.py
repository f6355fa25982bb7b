"""The ledger: every row of the plan, judged by what is known; accepted reports count at once."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from small_plan import with_plan

from geo_app.cli import main
from geo_app.domain.ledger import STATUSES, Row
from geo_app.domain.result import ILLUSTRATIVE
from geo_app.domain.submission import Addition, Line
from geo_app.errors import DataError, UnknownError
from geo_app.studies import plan_progress, road_rules
from geo_app.studies.ledger import ledger_row, read_computed, read_ledger
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.collecting import accept, submit
from geo_app.workspace.entries import today

WELLS = """
[[targets]]
id = "t_cover"
section = "1"
title = {vi = "Rừng", en = "Forest"}
sentence = "70 %"
comparator = "reach"
unit = "pct"
value = 70
spatial = "table"
instrument = "qd_9"
verified = true
source = "bịa cho thử nghiệm"

[[targets]]
id = "t_wells"
section = "II.1"
title = {vi = "Tỷ lệ giếng đạt chuẩn", en = "Share of wells that meet the standard"}
sentence = "Đến năm 2030 đạt 80 %"
comparator = "reach"
unit = "pct"
value = 80
year = 2030
agency = "so_nnmt"
spatial = "table"
baseline = {value = 40, year = 2020, verified = true, source = "bịa cho thử nghiệm"}
verified = true
source = "bịa cho thử nghiệm"
"""

PLANS = """
[[instruments]]
id = "kh_1"
number = "1/KH"
main = true
title = {vi = "Kế hoạch", en = "Plan"}
verified = true
source = "bịa cho thử nghiệm"

[[instruments]]
id = "qd_9"
number = "9/QĐ"
title = {vi = "Quy hoạch", en = "Master plan"}
verified = true
source = "bịa cho thử nghiệm"
"""


@pytest.fixture(scope="module")
def rows(province: Workspace) -> dict[str, Row]:
    return {f"{row.kind} {row.id}": row for row in read_ledger(province)}


@pytest.fixture
def wells(small_workspace: Callable[..., Workspace]) -> Workspace:
    """The small province with a target that its environment department reports on."""
    ws = small_workspace()
    plan = ws.settings.root / "plan"
    (plan / "targets.toml").write_text(WELLS, encoding="utf-8")
    (plan / "instruments.toml").write_text(PLANS, encoding="utf-8")
    return open_workspace(ws.settings.root)


def report(ws: Workspace, *lines: Line, additions: tuple[Addition, ...] = ()) -> None:
    form = submit(
        ws,
        agency="so_nnmt",
        period="2025",
        lines=lines,
        additions=additions,
        who="Lan",
        digest=f"{lines}{additions}",
    )
    accept(ws, form.id)


def test_every_target_project_and_rule_of_the_plan_has_its_row(
    province: Workspace, rows: dict[str, Row]
) -> None:
    assert Counter(row.kind for row in rows.values()) == {"target": 55, "project": 87, "rule": 14}
    plan = province.plan
    expected = [f"target {name}" for name in plan.targets]
    expected += [f"project {name}" for name in plan.projects]
    expected += [f"rule {name}" for name in plan.rules]
    assert list(rows) == expected


def test_every_agency_of_the_plan_is_counted(province: Workspace) -> None:
    agencies = plan_progress(province).table("agencies").records()
    assert [row["agency"] for row in agencies] == list(province.plan.agencies)
    assert len(agencies) == 45
    named = sum(row.agency is not None for row in read_ledger(province))
    assert sum(row["rows"] for row in agencies) == named


def test_no_status_rests_on_an_illustration(rows: dict[str, Row]) -> None:
    settled = ("met", "met_late", "on_track", "behind", "missed", "under_way", "not_due")
    for row in rows.values():
        if row.standing.status in settled and row.actual is not None:
            assert row.actual.official
            assert not set(row.actual.marks) & set(ILLUSTRATIVE), row.id
    # The sample's roads are schematic and its register is made up.
    for name in ("rule R1", "target t_dt_cap5", "target t_thon_duong_80"):
        assert rows[name].actual is not None
        assert rows[name].standing.status == "no_data"


def test_nothing_is_on_track_without_a_baseline(province: Workspace, rows: dict[str, Row]) -> None:
    for row in rows.values():
        if row.standing.status in ("on_track", "behind"):
            assert row.kind == "target"
            assert province.plan.target(row.id).baseline is not None


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("target t_ct_hncl", "missed"),  # before 2025; still being built in December 2025
        ("project ct_huu_nghi_chi_lang", "missed"),
        ("target t_ct_ddtl1", "under_way"),  # begun in 2024, no deadline
        ("target t_cvdc", "met"),
        ("target t_van_quan", "void"),
        ("project h_binh_gia", "void"),
        ("target t_dothi_huu_lung_thi_xa", "void"),
        ("project mo_rong_tpls", "void"),
        ("target t_dothi_chi_ma", "reclassified"),
        ("target t_dothi_bac_le_tan_thanh", "reclassified"),
        ("project dt_nga_hai", "reclassified"),
        ("rule R12", "not_judged"),
        ("target t_kinh_te_so", "no_data"),
        ("project gtnt", "no_data"),
    ],
)
def test_the_sample_stands_as_the_sources_say(rows: dict[str, Row], name: str, status: str) -> None:
    assert rows[name].standing.status == status


@pytest.mark.parametrize(
    ("name", "on", "status"),
    [
        ("target t_ct_hncl", date(2024, 6, 1), "under_way"),
        ("target t_ct_hncl", date(2024, 12, 31), "under_way"),
        ("target t_ct_hncl", date(2025, 6, 1), "no_data"),
        ("target t_ct_hncl", date(2025, 12, 31), "missed"),
        ("target t_cvdc", date(2024, 9, 7), "no_data"),
        ("target t_cvdc", date(2024, 9, 8), "met"),
        ("target t_van_quan", date(2025, 6, 30), "no_data"),
        ("target t_van_quan", date(2025, 7, 1), "void"),
        ("target t_dothi_chi_ma", date(2025, 12, 31), "no_data"),
        ("target t_dothi_chi_ma", date(2026, 1, 1), "reclassified"),
    ],
)
def test_a_past_day_is_judged_by_what_was_known_then(
    province: Workspace, name: str, on: date, status: str
) -> None:
    kind, row_id = name.split()
    row = ledger_row(province, kind, row_id, on)  # type: ignore[arg-type]
    assert row.standing.status == status


def test_basically_gives_no_verdict_by_number(rows: dict[str, Row]) -> None:
    for name in ("target t_dh_cap56", "target t_cau_yeu", "rule R6", "rule R7"):
        assert rows[name].standing.status in ("not_judged", "no_data")


def test_computed_figures_are_the_studies_own(province: Workspace, rows: dict[str, Row]) -> None:
    actual = rows["rule R1"].actual
    assert actual is not None
    assert (actual.kind, actual.study) == ("computed", "road-rules")
    assert actual.value == pytest.approx(road_rules(province).totals["r1_pass_pct"])
    villages = rows["target t_thon_duong_100"].history
    missed = next(each for each in villages if each.features)
    assert not missed.official
    assert {feature.layer for feature in missed.features} == {"villages"}
    weak = rows["target t_cau_yeu"].actual
    assert weak is not None
    assert len(weak.features) == weak.value
    assert read_computed(province).problems == {}


def test_the_published_share_of_forest_is_no_later_than_its_baseline(
    rows: dict[str, Row],
) -> None:
    forest = rows["target t_che_phu_rung"]
    assert forest.actual is not None
    assert (forest.actual.day, forest.actual.value) == ("2015", 60.6)
    assert forest.actual.breaks
    assert forest.standing.status == "not_due"
    assert forest.standing.gap == pytest.approx(-6.4)


def test_who_was_asked_and_who_does_it_today(province: Workspace, rows: dict[str, Row]) -> None:
    now = rows["target t_dt_cap5"]
    assert (now.agency, now.agency_now) == ("so_gtvt", "so_xd")
    then = ledger_row(province, "target", "t_dt_cap5", date(2024, 6, 1))
    assert then.agency_now == "so_gtvt"


def test_a_row_that_is_not_there_is_named(province: Workspace) -> None:
    with pytest.raises(UnknownError, match="t_nothing"):
        ledger_row(province, "target", "t_nothing")


def test_what_was_not_published_by_then_is_no_input(province: Workspace) -> None:
    assert plan_progress(province).inputs
    assert plan_progress(province, on="2024-06-30").inputs == ()


def test_a_day_to_come_is_refused(province: Workspace) -> None:
    with pytest.raises(DataError, match="2999-01-01"):
        read_ledger(province, date(2999, 1, 1))


def test_what_is_accepted_counts_at_once_and_not_before(wells: Workspace) -> None:
    assert ledger_row(wells, "target", "t_wells").standing.status == "not_due"
    report(wells, Line("target", "t_wells", date(2025, 12, 31), value=61, evidence="sổ 7"))
    row = ledger_row(wells, "target", "t_wells")
    assert row.standing.status == "on_track"  # 40 at the end of 2020 to 80 at that of 2030: 60
    assert row.standing.line == pytest.approx(60, abs=0.01)
    assert row.actual is not None
    assert "sổ 7" in row.actual.source
    assert [actual.day for actual in row.history] == ["2020", "2025-12-31"]
    before = ledger_row(wells, "target", "t_wells", today(wells).replace(year=2025))
    assert before.actual is not None
    assert before.actual.kind == "known"


def test_what_an_agency_adds_to_the_plan_has_its_row(wells: Workspace) -> None:
    added = Addition("target", "pl1_7", "PL1", "Số giếng", "so_nnmt", "pct", 50, 2025)
    line = Line("target", "pl1_7", date(2025, 12, 31), value=55)
    report(wells, line, additions=(added,))
    row = ledger_row(wells, "target", "pl1_7")
    assert (row.section, row.due, row.standing.status) == ("PL1", 2025, "met")
    assert read_ledger(wells)[-1] == row


def test_several_instruments_live_in_one_workspace(wells: Workspace) -> None:
    assert {row.id: row.instrument for row in read_ledger(wells)} == {
        "t_cover": "qd_9",
        "t_wells": "kh_1",
        "well_programme": "kh_1",
    }
    chosen = plan_progress(wells, instrument="qd_9").table("ledger").records()
    assert [row["id"] for row in chosen] == ["t_cover"]
    with pytest.raises(UnknownError, match="qd_0"):
        plan_progress(wells, instrument="qd_0")


def test_the_ledger_is_kept_for_reader_day_and_forms(wells: Workspace) -> None:
    assert read_ledger(wells) is read_ledger(wells)
    other = replace(wells, user=replace(wells.user, name="khách"))
    assert read_ledger(other) is not read_ledger(wells)


def test_settings_choose_rows(province: Workspace) -> None:
    def chosen(**settings: str) -> set[tuple[str, str]]:
        rows = plan_progress(province, **settings).table("ledger").records()
        return {(row["kind"], row["id"]) for row in rows}

    assert {kind for kind, _ in chosen(kind="rule")} == {"rule"}
    assert ("target", "t_che_phu_rung") in chosen(section="II")
    assert ("target", "t_che_phu_rung") not in chosen(section="III")
    assert chosen(agency="so_xd") > chosen(agency="so_gtvt")
    assert ("target", "t_ct_hncl") in chosen(status="missed,behind")
    assert ("target", "t_che_phu_rung") in chosen(theme="forest")
    assert chosen(section="X") == set()
    for setting in ({"agency": "so_nothing"}, {"theme": "nothing"}):
        with pytest.raises(UnknownError, match="nothing"):
            chosen(**setting)


def test_the_agency_now_is_that_of_the_day(small_workspace: Callable[..., Workspace]) -> None:
    ws = with_plan(small_workspace())

    def heir(on: str) -> object:
        rows = plan_progress(ws, on=on).table("agencies").records()
        return next(row["agency_now"] for row in rows if row["agency"] == "so_gtvt")

    assert (heir("2025-03-30"), heir("2025-04-01")) == ("so_gtvt", "so_xd")


def test_totals_tables_and_rows_agree(province: Workspace) -> None:
    result = plan_progress(province)
    statuses = {row["status"]: row["rows"] for row in result.table("statuses").records()}
    assert statuses == {status: result.totals[status] for status in STATUSES}
    assert sum(statuses.values()) == result.totals["rows"] == len(read_ledger(province))
    assert result.illustrative
    assert {notice.code for notice in result.warnings} >= {"illustrated", "unverified_actuals"}


def test_page_command_line_and_json_give_the_same_rows(province: Workspace) -> None:
    root = str(province.settings.root)
    told = CliRunner().invoke(main, ["--workspace", root, "plan", "--json", "--section", "II.3"])
    assert told.exit_code == 0, told.output
    rows = plan_progress(province, section="II.3").to_json()["rows"]
    assert json.loads(told.output) == json.loads(json.dumps(rows))
    shown = CliRunner().invoke(main, ["--workspace", root, "plan", "--status", "missed"])
    assert "t_ct_hncl" in shown.output
