"""Forms are kept as they came, and count once they are accepted: what, from when, who is late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from small_plan import with_plan

from geo_app.domain.access import ANONYMOUS
from geo_app.domain.finding import Finding
from geo_app.domain.findings.forms import FORM_CHOICE_UNKNOWN
from geo_app.domain.period import Period, quarter_before, quarter_of, read_period
from geo_app.domain.submission import Addition, Line, Submission
from geo_app.errors import AccessError, DataError, UnknownError
from geo_app.workspace import Workspace, collecting
from geo_app.workspace.collecting import (
    accept,
    accepted,
    decisions,
    give_back,
    late,
    overtaken_by,
    reporting_agencies,
    submission,
    submissions,
    submit,
)
from geo_app.workspace.entries import today

PERIOD = "2026-Q1"
LAST = date(2026, 3, 31)
PAVED = Line("target", "t_paved", LAST, value=64.5, evidence="BC 12/BC-SXD")
TOWN = Line("target", "t_town", LAST, grade="IV")
ROAD = Line("project", "ring_road", LAST, progress="under_way", note="đang giải phóng mặt bằng")
ADDED = Addition("target", "pl1_7", "PL1", "Số xã", "so_xd", "units", 40.0, 2030)


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace]) -> Workspace:
    return with_plan(small_workspace())


def send(ws: Workspace, *lines: Line, **more: Any) -> Submission:
    whole = {"agency": "so_xd", "period": PERIOD, "who": "Lan", "digest": str(lines), **more}
    return submit(ws, lines=lines, **whole)


def at(monkeypatch: pytest.MonkeyPatch, day: date, hour: int = 3) -> None:
    """Let forms come and be decided on as if it were some hour of a day, UTC."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    monkeypatch.setattr(collecting, "datetime", Clock)


class TestSubmitting:
    def test_what_came_is_read_again(self, ws: Workspace) -> None:
        kept = send(ws.as_user(ANONYMOUS), PAVED, TOWN, ROAD, additions=(ADDED,), who=" Lan  Anh ")
        assert (kept.id, kept.state, kept.who, kept.account) == (
            1,
            "pending",
            "Lan Anh",
            "anonymous",
        )
        assert submission(ws, 1) == kept
        assert kept.lines == (PAVED, TOWN, ROAD)
        assert kept.additions == (ADDED,)
        assert accepted(ws) == ()
        plain = kept.to_json()
        assert plain["lines"][0]["day"] == "2026-03-31"
        assert plain["decided"] is None

    def test_a_file_sent_twice_is_kept_once_until_it_is_returned(self, ws: Workspace) -> None:
        assert send(ws, PAVED).id == send(ws, PAVED).id == 1
        give_back(ws, 1, remark="thiếu minh chứng")
        assert send(ws, PAVED).id == 2

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"agency": "so_gtvt"}, "has ended; its work is done by so_xd"),
            ({"agency": "so_nnmt"}, "no target or task"),
            ({"agency": "so_bia"}, "no agency 'so_bia'"),
            ({"period": "quý 1"}, "expected a quarter"),
            ({"period": "2026-Q5"}, "expected a quarter"),
            ({"period": "2099"}, "begins on 2099-01-01"),
            ({"who": ""}, "who: is empty"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, ws: Workspace, more: dict[str, str], words: str
    ) -> None:
        with pytest.raises((DataError, UnknownError), match=words):
            send(ws, PAVED, **more)
        assert submissions(ws) == ()

    def test_a_form_that_says_nothing_is_refused(self, ws: Workspace) -> None:
        with pytest.raises(DataError, match="no row of the form can be taken"):
            send(ws)

    def test_readers_send_as_many_a_day_as_set(self, ws: Workspace) -> None:
        seen = replace(ws, user=ANONYMOUS, settings=replace(ws.settings, public_saving=1))
        send(seen, PAVED)
        with pytest.raises(DataError, match="1 records were saved today"):
            send(seen, TOWN)
        send(ws, TOWN)


class TestDeciding:
    def test_only_publishers_decide(self, ws: Workspace) -> None:
        send(ws, PAVED)
        seen = ws.as_user(ANONYMOUS)
        with pytest.raises(AccessError, match="may not decide"):
            accept(seen, 1)
        with pytest.raises(AccessError, match="may not decide"):
            give_back(seen, 1, remark="không")
        assert submission(ws, 1).state == "pending"

    def test_an_accepted_form_counts_and_is_decided_once(self, ws: Workspace) -> None:
        send(ws, PAVED)
        assert decisions(ws) == (0, None)
        kept = accept(ws, 1, who="Hoa")
        assert (kept.state, kept.decided_by) == ("accepted", "Hoa")
        assert accepted(ws) == (kept,) == submissions(ws)
        assert decisions(ws) == (1, kept.decided)
        with pytest.raises(DataError, match="decided on before"):
            accept(ws, 1)
        with pytest.raises(DataError, match="decided on before"):
            give_back(ws, 1, remark="không")
        with pytest.raises(UnknownError, match="no form 2"):
            accept(ws, 2)

    def test_returning_needs_a_remark(self, ws: Workspace) -> None:
        send(ws, PAVED)
        with pytest.raises(DataError, match="remark: is empty"):
            give_back(ws, 1, remark=" ")
        assert give_back(ws, 1, remark="sai kỳ").remark == "sai kỳ"
        assert accepted(ws) == ()

    def test_a_newer_form_takes_the_place_of_one_it_covers(self, ws: Workspace) -> None:
        send(ws, PAVED)
        send(ws, TOWN)
        send(ws, replace(PAVED, value=65.0), ROAD)
        accept(ws, 3)
        assert [submission(ws, n).state for n in (1, 2, 3)] == ["returned", "pending", "accepted"]
        assert submission(ws, 1).remark == "→ 3"

    def test_what_was_found_is_kept_and_rows_left_out_are_counted(self, ws: Workspace) -> None:
        def told(row: int | None, cell: str, **more: Any) -> Finding:
            values = {"cell": cell, "found": "x", "choices": "y"}
            return Finding(FORM_CHOICE_UNKNOWN, values, row=row, **{"done": "left_out", **more})

        found = (
            told(10, "H10"),
            told(10, "I10"),  # the same row
            told(10, "Phụ lục!F10"),  # that of another sheet
            told(11, "H11", done="nothing"),
            told(None, ""),  # a row that was deleted
        )
        kept = send(ws, PAVED, findings=found)
        assert [each["message"] for each in kept.findings] == [each.message() for each in found]
        assert kept.left_out == kept.to_json()["left_out"] == 2
        assert submission(ws, kept.id) == kept

    def test_one_that_waits_is_overtaken_by_a_newer_that_was_accepted(self, ws: Workspace) -> None:
        older, kept = send(ws, PAVED), send(ws, TOWN)
        other = send(ws, PAVED, agency="so_nv")
        assert overtaken_by(ws, older) is None
        newer = accept(ws, kept.id)
        assert overtaken_by(ws, older) == newer
        assert overtaken_by(ws, newer) is overtaken_by(ws, other) is None
        assert overtaken_by(ws, send(ws, ROAD)) is None

    def test_the_state_of_a_day_can_be_told_again(
        self, ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, date(2026, 4, 10))
        send(ws, PAVED)
        send(ws, TOWN)
        at(monkeypatch, date(2026, 4, 12), hour=18)  # 1 o'clock of the 13th in the province
        accept(ws, 2)
        at(monkeypatch, date(2026, 4, 20))
        accept(ws, 1)
        assert accepted(ws, date(2026, 4, 12)) == ()
        assert [each.id for each in accepted(ws, date(2026, 4, 13))] == [2]
        assert [each.id for each in accepted(ws)] == [2, 1]


class TestLate:
    def test_agencies_of_today_report_each_on_its_own(self, ws: Workspace) -> None:
        assert reporting_agencies(ws) == {"so_xd": 3, "so_nv": 2}
        nobody = replace(ws, settings=replace(ws.settings, focal_agency=""))
        assert reporting_agencies(nobody) == {"so_xd": 3, "so_nv": 1}

    @pytest.mark.parametrize(("since", "rows"), [(None, 2), ("2025-07-01", 2), ("2999-01-01", 3)])
    def test_what_later_law_made_void_is_not_reported_on(
        self, ws: Workspace, since: str | None, rows: int
    ) -> None:
        day = date.fromisoformat(since) if since else None
        void = replace(ws.plan.targets["t_paved"], plan_status="void", changed_on=day)
        plan = replace(ws.plan, targets={**ws.plan.targets, "t_paved": void})
        assert reporting_agencies(replace(ws, plan=plan))["so_xd"] == rows

    def test_a_form_is_due_so_many_days_after_the_period(self, ws: Workspace) -> None:
        due = LAST + timedelta(days=15)
        assert {each.due for each in late(ws, PERIOD)} == {due}
        on_time = late(ws, PERIOD, due)
        assert [each.late for each in on_time] == [False, False]
        after = late(ws, PERIOD, due + timedelta(days=2))
        assert [(each.late, each.days_late, each.last) for each in after] == [(True, 2, None)] * 2

    def test_a_past_day_has_the_agencies_and_rows_of_then(self, ws: Workspace) -> None:
        until = date(2025, 3, 31)  # the last day of so_gtvt, of t_paved and ring_road
        before, after = until - timedelta(days=1), until + timedelta(days=1)
        assert reporting_agencies(ws, before) == {"so_gtvt": 2, "so_xd": 1, "so_nv": 2}
        assert reporting_agencies(ws, after) == {"so_xd": 3, "so_nv": 2}
        found = {each.agency: each.rows for each in late(ws, "2025-Q1", before)}
        assert found == {"so_gtvt": 2, "so_xd": 1, "so_nv": 2}
        void = replace(ws.plan.targets["t_town"], plan_status="void", changed_on=after)
        then = replace(ws, plan=replace(ws.plan, targets={**ws.plan.targets, "t_town": void}))
        assert {each.agency: each.rows for each in late(then, "2025-Q1", before)} == found
        assert {each.agency: each.rows for each in late(then, "2025-Q1", after)} == {
            "so_xd": 2,
            "so_nv": 2,
        }

    def test_what_came_counts_and_what_was_returned_does_not(
        self, ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, date(2026, 4, 20))
        send(ws, PAVED)
        found = {each.agency: each for each in late(ws, PERIOD, date(2026, 5, 1))}
        assert (found["so_xd"].late, found["so_xd"].days_late) == (False, 5)
        assert (found["so_nv"].late, found["so_nv"].days_late) == (True, 16)
        before = {each.agency: each for each in late(ws, PERIOD, date(2026, 4, 19))}
        assert (before["so_xd"].last, before["so_xd"].days_late) == (None, 4)
        at(monkeypatch, date(2026, 4, 25))
        give_back(ws, 1, remark="sai")
        as_it_was = {each.agency: each for each in late(ws, PERIOD, date(2026, 4, 24))}
        assert as_it_was["so_xd"].last is not None
        assert as_it_was["so_xd"].last.state == "pending"
        found = {each.agency: each for each in late(ws, PERIOD, date(2026, 5, 1))}
        assert (found["so_xd"].late, found["so_xd"].days_late) == (True, 16)

    def test_an_accepted_form_stays_the_one_that_counts(self, ws: Workspace) -> None:
        send(ws, PAVED)
        accept(ws, 1)
        send(ws, TOWN)
        give_back(ws, 2, remark="thừa")
        (found,) = (each for each in late(ws, PERIOD) if each.agency == "so_xd")
        assert found.last is not None
        assert found.last.id == 1


class TestPeriods:
    @given(some.dates(date(2000, 1, 1), date(2099, 12, 31)))
    def test_each_day_lies_in_one_quarter(self, day: date) -> None:
        quarter = quarter_of(day)
        assert quarter.first <= day <= quarter.last
        assert read_period(str(quarter)) == quarter
        assert quarter_before(day).last == quarter.first - timedelta(days=1)

    @pytest.mark.parametrize(
        ("text", "last", "title"),
        [
            ("2026", "2026-12-31", "Năm 2026"),
            ("2026-q2", "2026-06-30", "Quý II/2026"),
            ("2026-Q4", "2026-12-31", "Quý IV/2026"),
        ],
    )
    def test_they_end_and_are_called(self, text: str, last: str, title: str) -> None:
        period = read_period(text)
        assert (period.last.isoformat(), period.title.vi) == (last, title)

    def test_the_one_that_runs_has_begun(self, ws: Workspace) -> None:
        assert collecting.begun(ws, quarter_of(today(ws))) == quarter_of(today(ws))
        assert Period(2026) < Period(2026, 1) < Period(2027)
