"""How a row stands on a day: every status by hand, and what holds whatever the figures are."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.asked import Asked, Change
from geo_app.domain.judged_figures import gap_of, line_on, met_by
from geo_app.domain.judging import counting, judge, known_on
from geo_app.domain.layer import Mark
from geo_app.domain.ledger import STATUSES, Actual, Progress, last_day
from geo_app.domain.plan import Baseline
from geo_app.domain.text import Bilingual

WORD = Bilingual("lý do", "reason")
NOW = date(2026, 11, 25)
FOREST = Asked("reach", "pct", value=70, due=2030, baseline=Baseline(60, 2020, True, "nguồn"))
"""From 60 % at the end of 2020 to 70 % at the end of 2030: one point a year."""
HARDENED = Asked("reach", "pct", value=80, due=2025)
BUILT = Asked("done", due=2024)
CLASSES = {"IV": "III", "V": "III"}
CLASS_V = Asked("grade", grade="V", due=2030, until=date(2025, 12, 31), classes=CLASSES)


def figure(value: float, day: str, *marks: Mark, made: date | None = None) -> Actual:
    return Actual("reported", day, "sở", True, value=value, marks=marks, made=made)


def told(progress: Progress, day: str) -> Actual:
    return Actual("known", day, "báo", True, progress=progress)


def reached(grade: str, day: str) -> Actual:
    return Actual("reported", day, "sở", True, grade=grade)


@pytest.mark.parametrize(
    ("day", "last"),
    [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2025-06-01", "2025-06-01")],
)
def test_a_day_ends_as_exactly_as_it_is_known(day: str, last: str) -> None:
    assert last_day(day).isoformat() == last


@pytest.mark.parametrize("day", ["", "2025-13", "2025-02-30", "năm 2025"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="expected 2025"):
        last_day(day)


# --- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "met", "short"),
    [
        (Asked("reach", "pct", value=67), 67.0, 66.9),
        (Asked("at_least", "districts", value=3), 3, 2),
        (Asked("more_than", "pct", value=99), 99.1, 99.0),
        (Asked("about", "pct", value=40), 39.5, 39.4),
        (Asked("about", "million_visits", value=1.5), 1.45, 1.44),
        (Asked("range", "pct", minimum=12, maximum=13), 12.5, 11.9),
        (Asked("range", "pct", minimum=12, maximum=13), 13.0, 13.1),
        (Asked("range", "pct", minimum=90, maximum=95, or_more=True), 97.0, 89.9),
        (Asked("yearly_average", "pct_per_year", minimum=8, maximum=9), 9.5, 7.9),
        (Asked("points_per_year", "points_per_year", minimum=2, maximum=3), 3.5, 1.9),
        (Asked("all", "pct"), 100.0, 99.9),
    ],
    ids=lambda each: each.comparator if isinstance(each, Asked) else str(each),
)
def test_a_comparator_is_met_at_its_edge_and_not_beyond(
    asked: Asked, met: float, short: float
) -> None:
    assert met_by(asked, met)
    assert not met_by(asked, short)


def test_the_line_runs_from_the_end_of_one_year_to_the_end_of_the_other() -> None:
    base = FOREST.baseline
    assert base is not None
    assert line_on(FOREST, base, date(2020, 12, 31)) == 60
    assert line_on(FOREST, base, date(2025, 12, 31)) == pytest.approx(65, abs=0.01)
    assert line_on(FOREST, base, date(2030, 12, 31)) == 70
    assert line_on(FOREST, base, date(2040, 1, 1)) == 70


@pytest.mark.parametrize(
    ("value", "status", "gap"), [(66, "on_track", -4), (64, "behind", -6), (70.5, "met", 0.5)]
)
def test_a_figure_is_held_against_the_line_of_its_own_day(
    value: float, status: str, gap: float
) -> None:
    stand = judge(FOREST, [figure(value, "2025")], NOW)
    assert stand.status == status
    assert stand.gap == pytest.approx(gap)
    if status != "met":
        assert stand.line == pytest.approx(65, abs=0.01)


def test_no_line_is_drawn_across_a_break_of_the_series() -> None:
    broken = [replace(figure(66, "2024"), breaks=True), figure(67, "2025")]
    stand = judge(FOREST, broken, NOW)
    assert (stand.status, stand.line) == ("not_due", None)
    assert "broken" in stand.reason.en
    of_the_base = [replace(figure(60, "2020"), breaks=True), figure(66, "2025")]
    assert judge(FOREST, of_the_base, NOW).status == "on_track"


def test_a_share_that_is_to_fall_is_on_track_below_its_line() -> None:
    falling = Asked(
        "range", "pct", minimum=12, maximum=13, due=2030, baseline=Baseline(23, 2020, True, "nguồn")
    )
    assert judge(falling, [figure(17.9, "2025")], NOW).status == "on_track"
    assert judge(falling, [figure(18.1, "2025")], NOW).status == "behind"
    assert judge(falling, [figure(12.4, "2025")], NOW).status == "met"


def test_without_a_baseline_nothing_is_on_track() -> None:
    bare = replace(FOREST, baseline=None)
    stand = judge(bare, [figure(69.9, "2025")], NOW)
    assert stand.status == "not_due"
    assert stand.line is None
    assert stand.gap == pytest.approx(-0.1)


def test_the_baseline_itself_is_no_progress() -> None:
    stand = judge(FOREST, [figure(60, "2020")], NOW)
    assert stand.status == "not_due"
    assert "2020" in stand.reason.en


@pytest.mark.parametrize(
    ("figures", "status"),
    [
        ([(85, "2025")], "met"),
        ([(85, "2025-06-30")], "met"),
        ([(75, "2025")], "missed"),
        ([(75, "2025-12-31")], "missed"),
        ([(75, "2025-06-30")], "no_data"),
        ([(75, "2025"), (85, "2026-06-30")], "met_late"),
        ([(75, "2025"), (78, "2026-06-30")], "missed"),
        ([(85, "2024"), (75, "2025")], "missed"),
        ([], "no_data"),
    ],
)
def test_after_the_deadline_what_was_known_by_then_decides(
    figures: list[tuple[float, str]], status: str
) -> None:
    stand = judge(HARDENED, [figure(*each) for each in figures], NOW)
    assert stand.status == status


def test_what_hangs_on_the_unknown_part_is_left_open() -> None:
    unsure = replace(figure(75, "2025"), high=81.0)
    stand = judge(HARDENED, [unsure], NOW)
    assert (stand.status, stand.gap) == ("no_data", -5)
    assert "6 %" in stand.reason.en
    assert judge(HARDENED, [replace(unsure, high=79.0)], NOW).status == "missed"
    assert judge(HARDENED, [replace(figure(80, "2025"), high=90.0)], NOW).status == "met"
    below = replace(figure(64, "2025"), high=66.0)  # the line asks for 65
    assert judge(FOREST, [below], NOW).status == "not_due"
    assert judge(FOREST, [replace(below, high=64.5)], NOW).status == "behind"


def test_growth_is_averaged_over_every_year_of_the_period() -> None:
    growth = Asked("yearly_average", "pct_per_year", minimum=8, maximum=9, since=2021, due=2022)
    both = [figure(10, "2021"), figure(6, "2022")]
    assert judge(growth, both, NOW).status == "missed"  # √(1.10 · 1.06) is 1.0798
    assert judge(growth, [figure(10, "2021"), figure(7, "2022")], NOW).status == "met"
    lacking = judge(growth, both[1:], NOW)
    assert lacking.status == "no_data"
    assert "2021" in lacking.reason.en
    assert judge(growth, both[:1], date(2022, 6, 1)).status == "not_due"


def test_a_figure_within_a_year_is_none_of_that_year() -> None:
    growth = Asked("yearly_average", "pct_per_year", minimum=8, maximum=9, since=2029, due=2030)
    quarter = figure(25, "2030-03-31")
    first = judge(growth, [quarter], date(2030, 4, 1))
    assert first.status == "not_due"
    assert "chưa phải số cả năm" in first.reason.vi
    after = judge(growth, [figure(7.5, "2029"), quarter], date(2031, 1, 1))
    assert after.status == "no_data"
    assert "7,5" in after.reason.vi
    assert judge(growth, [quarter], date(2031, 1, 1)).status == "no_data"


def test_points_of_every_year_are_averaged_and_never_due() -> None:
    poverty = Asked("points_per_year", "points_per_year", minimum=2, maximum=3)
    stand = judge(poverty, [figure(2, "2023"), figure(3, "2024")], NOW)
    assert stand.status == "not_due"
    assert "2.5" in stand.reason.en
    assert "2,5" in stand.reason.vi


@pytest.mark.parametrize("comparator", ["basically", "some_criteria"])
def test_words_without_a_number_are_never_judged(comparator: str) -> None:
    asked = Asked(comparator, "pct", due=2024)
    assert judge(asked, [figure(100, "2024")], NOW).status == "not_judged"
    assert judge(asked, [], NOW).status == "no_data"


def test_what_is_checked_for_each_project_has_no_figure() -> None:
    assert judge(Asked(None), [], NOW).status == "not_judged"


# --- what counts --------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["synthetic", "schematic"])
def test_an_illustration_is_shown_and_sets_no_status(mark: Mark) -> None:
    shown = figure(99, "2025", mark)
    assert judge(HARDENED, [shown], NOW).status == "no_data"
    assert "illustrative" in judge(HARDENED, [shown], NOW).reason.en
    assert counting([shown], NOW) is shown
    real = figure(75, "2025")
    assert counting([real, figure(99, "2026-06", mark)], NOW) is real


def test_a_figure_that_only_checks_sets_no_status() -> None:
    beside = replace(figure(99, "2025"), kind="computed", official=False)
    assert judge(HARDENED, [beside], NOW).status == "no_data"
    assert counting([beside], NOW) is beside


def test_an_unverified_figure_counts_and_says_so() -> None:
    unsure = replace(figure(85, "2025", "unverified"), verified=False)
    assert judge(HARDENED, [unsure], NOW).status == "met"
    chosen = counting([unsure], NOW)
    assert chosen is not None
    assert not chosen.verified


def test_what_was_not_known_on_the_day_does_not_count() -> None:
    late_news = figure(85, "2025", made=date(2026, 3, 1))
    assert judge(HARDENED, [late_news], date(2026, 2, 28)).status == "no_data"
    assert judge(HARDENED, [late_news], date(2026, 3, 1)).status == "met"
    assert known_on([figure(85, "2025")], date(2025, 12, 30)) == ()


def test_of_two_figures_of_a_day_the_agency_counts() -> None:
    computed = replace(figure(90, "2025"), kind="computed")
    assert counting([figure(75, "2025"), computed], NOW) == figure(75, "2025")


def test_a_report_is_mended_by_a_later_one_of_the_same_day() -> None:
    wrong = figure(90, "2025-12-31", made=date(2026, 2, 1))
    right = figure(75, "2025-12-31", made=date(2026, 3, 1))
    assert judge(HARDENED, [wrong, right], NOW).status == "missed"
    assert judge(HARDENED, [wrong, right], date(2026, 2, 15)).status == "met"
    assert known_on([wrong, right], NOW) == (right,)


def test_a_trend_compares_like_with_like() -> None:
    two = [figure(70, "2024"), figure(75, "2025")]
    assert judge(HARDENED, two, NOW).trend == "up"
    assert judge(HARDENED, [figure(75, "2024"), figure(70, "2025")], NOW).trend == "down"
    assert judge(HARDENED, [two[0], replace(two[1], breaks=True)], NOW).trend is None
    assert judge(HARDENED, [replace(two[0], kind="statistic"), two[1]], NOW).trend is None


# --- tasks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "on", "status"),
    [
        ([("under_way", "2024-04-21")], date(2024, 6, 1), "under_way"),
        ([("not_started", "2023")], date(2024, 6, 1), "not_started"),
        ([("stopped", "2024-05")], date(2024, 6, 1), "behind"),
        ([("done", "2024-12-31")], NOW, "met"),
        ([("done", "2025-01-01")], NOW, "met_late"),
        ([("under_way", "2025-12")], NOW, "missed"),
        ([("under_way", "2024")], NOW, "missed"),
        # Under way before the deadline, and nothing known since: not known.
        ([("under_way", "2024-04-21")], NOW, "no_data"),
        ([("done", "2024-11"), ("done", "2025-12")], NOW, "met"),
        ([("done", "2024-11"), ("under_way", "2025-12")], NOW, "missed"),
        ([], NOW, "no_data"),
    ],
)
def test_a_task_due_before_2025_stands_by_what_is_known(
    reports: list[tuple[Progress, str]], on: date, status: str
) -> None:
    assert judge(BUILT, [told(*each) for each in reports], on).status == status


def test_before_2025_ends_with_2024() -> None:
    assert BUILT.deadline == date(2024, 12, 31)


def test_the_plans_own_verdict_stands_in_for_reports() -> None:
    missed = replace(BUILT, stated="missed")
    assert judge(missed, [], NOW).status == "missed"
    assert judge(missed, [], date(2024, 12, 31)).status == "no_data"
    assert judge(replace(BUILT, stated="achieved"), [], NOW).status == "met"


# --- later law ----------------------------------------------------------------------------------


def test_what_later_law_left_without_an_object_is_void_from_that_day() -> None:
    left = replace(BUILT, due=2030, change=Change("void", WORD, date(2025, 7, 1)))
    doing = [told("under_way", "2025-03")]
    assert judge(left, doing, date(2025, 6, 30)).status == "under_way"
    assert judge(left, doing, NOW).status == "void"
    assert judge(left, doing, NOW).reason == WORD
    assert judge(left, [told("done", "2025-05")], NOW).status == "met"
    assert judge(left, [told("done", "2025-08")], NOW).status == "void"


def test_what_fell_due_before_the_law_keeps_its_verdict() -> None:
    left = replace(BUILT, change=Change("void", WORD, date(2025, 7, 1)))
    assert judge(left, [told("under_way", "2025-01")], NOW).status == "missed"
    assert judge(left, [], NOW).status == "void"


def test_a_class_is_judged_in_the_system_of_its_date() -> None:
    assert judge(CLASS_V, [reached("V", "2025-06-30")], NOW).status == "met"
    assert judge(CLASS_V, [reached("IV", "2025-06-30")], NOW).status == "met"  # IV is better
    today = judge(CLASS_V, [reached("III", "2026-03-01")], NOW)
    assert today.status == "reclassified"
    assert "III" in today.reason.en
    assert judge(CLASS_V, [], NOW).status == "reclassified"
    assert judge(CLASS_V, [], date(2025, 12, 31)).status == "no_data"


def test_a_class_that_is_worse_is_not_met() -> None:
    asked = replace(CLASS_V, grade="IV", due=2023)
    assert judge(asked, [reached("V", "2023")], date(2024, 6, 1)).status == "missed"
    assert judge(asked, [reached("V", "2022")], date(2024, 6, 1)).status == "no_data"
    assert judge(asked, [reached("V", "2022")], date(2023, 6, 1)).status == "not_due"


# --- whatever the figures are -------------------------------------------------------------------

VALUES = st.floats(0, 100, allow_nan=False)
DAYS = st.dates(date(2015, 1, 1), date(2032, 12, 31))
ASKED = st.builds(
    Asked,
    st.sampled_from(["reach", "more_than", "about"]),
    st.just("pct"),
    value=VALUES,
    due=st.none() | st.integers(2022, 2030),
    baseline=st.none()
    | st.builds(Baseline, VALUES, st.integers(2015, 2021), st.just(True), st.just("")),
)
FIGURES = st.lists(
    st.builds(
        lambda value, day, marks, official: replace(
            figure(value, day.isoformat(), *marks), official=official
        ),
        VALUES,
        DAYS,
        st.sampled_from([(), ("unverified",), ("synthetic",), ("schematic",)]),
        st.booleans(),
    ),
    max_size=5,
)


@given(ASKED, FIGURES, DAYS)
def test_every_row_has_a_status_and_a_reason(asked: Asked, figures: list[Actual], on: date) -> None:
    stand = judge(asked, figures, on)
    assert stand.status in STATUSES
    assert stand.reason.vi
    assert stand.reason.en
    if asked.baseline is None or asked.due is None:
        assert stand.status not in ("on_track", "behind")
    if stand.status in ("on_track", "behind", "not_due"):
        assert asked.deadline is None or on <= asked.deadline


@given(ASKED, FIGURES, DAYS)
def test_illustrations_and_news_of_later_change_no_status(
    asked: Asked, figures: list[Actual], on: date
) -> None:
    kept = [
        each
        for each in figures
        if each.official
        and not {"synthetic", "schematic"} & set(each.marks)
        and last_day(each.day) <= on
    ]
    assert judge(asked, figures, on).status == judge(asked, kept, on).status


@given(ASKED, FIGURES, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_does_not_matter(
    asked: Asked, figures: list[Actual], on: date, random: object
) -> None:
    mixed = list(figures)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one_a_day = {each.day: each for each in figures}.values()
    mixed = [each for each in mixed if each in one_a_day]
    assert judge(asked, mixed, on) == judge(asked, list(one_a_day), on)


@given(ASKED, VALUES)
def test_a_gap_below_zero_is_never_met(asked: Asked, value: float) -> None:
    gap = gap_of(asked, value)
    assert gap is not None
    if asked.comparator == "reach":
        assert met_by(asked, value) == (gap >= -1e-9)
    if asked.comparator == "more_than":
        assert met_by(asked, value) == (gap > 1e-9)
